/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_past.c - a run that is taken up again: which of its points are done, which channels were
 * given up, and that nothing of the point that was cut off counts.
 *
 * The rows tell more than run.yaml, which lags behind them when the owner died. A channel that was
 * given up stays so: the run ends as it would have without the break.
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

/* ---- what was given up ---- */

/* The bits of a place that belong to this unit of it. */
static uint64_t of_unit(const struct pl_runner *runner, size_t place, int unit,
			const struct pl_points_state *points, uint64_t bits)
{
	if (unit == PL_CHANNELS_MAX || runner_group(runner, place) == 1)
		return bits;
	for (size_t i = 0; i < points->series_count; i++)
		if (strcmp(points->series[i].name, runner->device->spec.channels[unit].name) == 0)
			return bits & UINT64_C(1) << i;
	return 0;
}

static void end_unit(struct pl_runner *runner, int unit, const char *why, const char *error)
{
	struct runner_unit *books = &runner->units[unit];
	bool is_channel = unit < PL_CHANNELS_MAX;
	size_t count = is_channel ? 1 : runner->scan->channel_count;

	books->has_ended = true;
	pl_text_copy(books->why, sizeof(books->why), why);
	for (size_t i = 0; i < count; i++) {
		int channel = is_channel ? unit : runner->scan->channels[i].channel;
		char *to = runner->status.channels[channel].error;

		pl_text_copy(to, sizeof(runner->status.channels[channel].error), error);
	}
}

/* As runner_place_done counts them. */
static void recall_unit(struct pl_runner *runner, size_t place, int unit,
			const struct pl_runner_past *past)
{
	const struct pl_points_state *points = past->points;
	const struct pl_points_place *seen = &points->places[runner->head->plan[place].index];
	const char *error = unit < PL_CHANNELS_MAX ? past->status->channels[unit].error : "";
	struct runner_unit *books = &runner->units[unit];
	char text[PL_REASON_SIZE];

	if (books->has_ended)
		return;
	if (seen->failed == 0)
		books->invalid_in_a_row = 0;
	else if (seen->blamed == 0 || of_unit(runner, place, unit, points, seen->blamed) != 0)
		books->invalid_in_a_row++;
	if (of_unit(runner, place, unit, points, seen->left_out) != 0) {
		end_unit(runner, unit, seen->why_left_out,
			 error[0] ? error : "ended before the run was taken up again");
	} else if (runner->scan->give_up > 0 && books->invalid_in_a_row >= runner->scan->give_up) {
		runner_print(text, sizeof(text), "%u invalid points in a row",
			     books->invalid_in_a_row);
		end_unit(runner, unit, "give_up", error[0] ? error : text);
	}
}

static void recall_units(struct pl_runner *runner, size_t place, const struct pl_runner_past *past)
{
	size_t count = runner_group(runner, place);

	if (!runner->places[place].is_done)
		return;
	for (size_t i = 0; i < count; i++)
		recall_unit(runner, place, runner_unit_of(&runner->head->plan[place + i]), past);
}

/* ---- all of it ---- */

void pl_runner_recall(struct pl_runner *runner, const struct pl_runner_past *past)
{
	const struct pl_run_status *then = past->status;

	runner->is_resumed = true;
	runner->status.started_utc_ns = then->started_utc_ns;
	runner->status.started_mono_ns = then->started_mono_ns;
	runner->status.memory_writes = then->memory_writes;
	for (size_t place = 0; place < runner->head->plan_count;
	     place += runner_group(runner, place)) {
		recall_place(runner, place, past);
		recall_units(runner, place, past);
	}
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
