/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_past.c - a run that is taken up again: which of its points are done, and that nothing of
 * the one that was cut off counts.
 */
#include "scan/inside.h"

#include <string.h>

/* The bit of each measured value that carries counts, by the names its rows have. */
static uint32_t valid_rows(struct pl_runner *runner, size_t place,
			   const struct pl_points_state *points)
{
	const struct pl_points_place *seen = &points->places[runner->head->plan[place].index];
	uint32_t valid = 0;

	runner_block_blank(runner, place);
	for (size_t row = 0; row < runner->measure_count; row++)
		for (size_t i = 0; i < points->series_count; i++)
			if (strcmp(points->series[i].name, runner->rows[row].channel) == 0 &&
			    (seen->valid >> i & 1))
				valid |= UINT32_C(1) << row;
	return valid;
}

static void recall_place(struct pl_runner *runner, size_t place, const struct pl_runner_past *past)
{
	const struct pl_points_state *points = past->points;
	struct runner_place *recalled = &runner->places[place];
	uint32_t index = runner->head->plan[place].index;
	uint32_t valid;

	recalled->attempts = pl_points_attempts(points, index);
	if (index < points->count) {
		valid = valid_rows(runner, place, points);
		if (pl_points_is_finished(points, index) &&
		    pl_points_values(points, index) >= runner->measure_count)
			runner_place_recall(runner, place, valid);
		else if (valid != 0)
			recalled->is_cut_off = true; /* some of its rows reached the disk */
	}
	if (index != past->begun_index || past->begun_attempt <= recalled->attempts)
		return;
	recalled->attempts = past->begun_attempt;
	recalled->is_cut_off = true;
}

void pl_runner_recall(struct pl_runner *runner, const struct pl_runner_past *past)
{
	const struct pl_run_status *then = past->status;

	runner->is_resumed = true;
	runner->status.started_utc_ns = then->started_utc_ns;
	runner->status.started_mono_ns = then->started_mono_ns;
	for (size_t place = 0; place < runner->head->plan_count;
	     place += runner_group(runner, place))
		recall_place(runner, place, past);
	for (size_t c = 0; c < PL_CHANNELS_MAX; c++)
		runner->status.channels[c].scanned = then->channels[c].scanned;
	runner_place_first(runner);
	runner->last_place = runner->head->plan_count;
}

bool runner_is_cut_off(const struct pl_runner *runner)
{
	return !runner_is_complete(runner) && runner->places[runner->position].is_cut_off;
}

void runner_void_cut_off(struct pl_runner *runner)
{
	runner->places[runner->position].is_cut_off = false;
	runner_point_end(runner, PL_POINT_VOID, "crashed");
}
