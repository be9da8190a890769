/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_row.c - the rows of a point on their way to the disk: ROW.
 *
 * A point is done when its rows are acknowledged; the next window opens only then.
 */
#include "scan/inside.h"

#include <math.h>

void runner_row_enter(struct pl_runner *runner)
{
	struct pl_write message = runner_message(runner, PL_WRITE_POINT, PL_BOOK_RUN);
	const struct pl_point *row = runner->rows;

	while (row < runner->rows + runner->measure_count - 1 && !pl_point_is_valid(row->quality))
		row++;
	if (pl_point_is_valid(row->quality)) {
		runner->row_end_ns = row->t_mono_ns + row->dwell_ns;
		runner->proven_ns = runner->checked_ns;
	}
	runner_await(runner, &message);
}

static void point_done(struct pl_runner *runner)
{
	bool has_counts = runner_block_is_valid(runner);

	runner_place_done(runner);
	runner_curve_keep(runner);
	if (!has_counts)
		return; /* those before it are as unproven as they were */
	runner->counted_place = runner->row_place;
	if (runner->checked_ns > 0)
		runner_place_proven(runner);
	runner->measured_points++;
	runner->measured_points_ns +=
	    runner->io.now_mono(runner->io.ctx) - runner->point_started_ns;
}

static void revoked(struct pl_runner *runner)
{
	if (runner->row_place == runner->counted_place) {
		runner->row_end_ns = 0;
		runner->owes_void = false;
	}
	runner_place_undone(runner, runner->row_place);
}

static void tell(struct pl_runner *runner, uint32_t last_number)
{
	runner->rows_written = last_number;
	for (size_t i = 0; i < runner->measure_count; i++) {
		struct pl_point *row = &runner->rows[i];

		row->point = last_number + 1 + (uint32_t)i - (uint32_t)runner->measure_count;
		runner->io.point(runner->io.ctx, row);
		if (row->quality == PL_POINT_VOID || row->quality == PL_POINT_INVALID ||
		    row->quality == PL_POINT_OUT_OF_TOLERANCE)
			runner_say(runner, PL_NOTE_WARNING, "point %u of %s is %s: %s", row->index,
				   row->channel, pl_point_quality_name(row->quality), row->reason);
	}
}

static void rows_done(struct pl_runner *runner, uint32_t last_number)
{
	if (runner->is_revoking)
		revoked(runner);
	else if (runner->rows[0].quality != PL_POINT_VOID)
		point_done(runner);
	else
		runner->wish.retake = false; /* it is taken anew anyhow */
	tell(runner, last_number);
}

/* Rows that could not be written are none: their point is as it was. */
static void rows_failed(struct pl_runner *runner)
{
	runner->row_end_ns = 0;
	runner->owes_void = false;
	if (!runner->is_revoking)
		return;
	runner->places[runner->row_place].must_void = false;
	runner->has_to_void = runner_place_to_void(runner) < runner->head->plan_count;
}

void runner_row_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	if (ack->status == PL_OK)
		rows_done(runner, ack->point);
	else
		rows_failed(runner);
	runner->is_revoking = runner->is_point_begun = false;
	runner_turn(runner);
}
