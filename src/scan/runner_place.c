/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_place.c - which points of the plan are done, and the books of the run over them.
 *
 * A point is a group of entries with the same index; its place is that of the first. Points are
 * done in the order of the plan; one that is taken back is done again before those behind it.
 */
#include "scan/inside.h"

#include <assert.h>

size_t runner_group(const struct pl_runner *runner, size_t place)
{
	const struct pl_planned *plan = runner->head->plan;
	size_t end = place + 1;

	while (end < runner->head->plan_count && plan[end].index == plan[place].index)
		end++;
	return end - place;
}

bool runner_is_complete(const struct pl_runner *runner)
{
	return runner->position == runner->head->plan_count;
}

static void advance(struct pl_runner *runner)
{
	while (!runner_is_complete(runner) && runner->places[runner->position].is_done)
		runner->position += runner_group(runner, runner->position);
}

int runner_unit_of(const struct pl_planned *planned)
{
	return planned->channel < 0 ? PL_CHANNELS_MAX : planned->channel;
}

bool runner_place_has_ended(const struct pl_runner *runner, size_t place)
{
	size_t count = runner_group(runner, place);

	for (size_t i = 0; i < count; i++)
		if (!runner->units[runner_unit_of(&runner->head->plan[place + i])].has_ended)
			return false;
	return true;
}

/* by: 1, or UINT32_MAX to take it back, modulo 2^32. */
static void book(struct pl_runner *runner, size_t place, uint32_t by)
{
	struct pl_run_status *status = &runner->status;
	uint32_t valid = runner->places[place].valid;
	uint32_t all =
	    runner->measure_count == 32 ? UINT32_MAX : (UINT32_C(1) << runner->measure_count) - 1;

	status->done += by;
	if (valid != all)
		status->invalid += by;
	for (size_t i = 0; i < runner->measure_count; i++) {
		int series = runner_block_series(runner, i, place);

		if (series < 0 || series >= (int)runner->device->spec.channel_count)
			continue;
		if (valid >> i & 1)
			status->channels[series].ok += by;
		else
			status->channels[series].invalid += by;
	}
}

static bool is_invalid(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->measure_count; i++)
		if (runner->rows[i].quality == PL_POINT_INVALID)
			return true;
	return false;
}

static const char *first_reason(const struct pl_runner *runner)
{
	size_t i = 0;

	while (i + 1 < runner->measure_count && runner->rows[i].quality != PL_POINT_INVALID)
		i++;
	return runner->rows[i].reason;
}

static void count_failure(struct pl_runner *runner, int unit, bool has_failed)
{
	struct runner_unit *books = &runner->units[unit];
	char text[PL_REASON_SIZE + 48];

	if (!has_failed)
		books->invalid_in_a_row = 0;
	else if (runner->failed_unit < 0 || runner->failed_unit == unit)
		books->invalid_in_a_row++;
	if (runner->scan->give_up <= 0 || books->has_ended ||
	    books->invalid_in_a_row < runner->scan->give_up)
		return;
	runner_print(text, sizeof(text), "%u invalid points in a row; the last: %s",
		     books->invalid_in_a_row, first_reason(runner));
	runner_unit_end(runner, unit, "give_up", text);
}

void runner_place_done(struct pl_runner *runner)
{
	struct runner_place *place = &runner->places[runner->row_place];
	size_t count = runner_group(runner, runner->row_place);
	bool has_failed = is_invalid(runner);

	place->valid = 0;
	for (size_t i = 0; i < runner->measure_count; i++)
		if (pl_point_is_valid(runner->rows[i].quality))
			place->valid |= UINT32_C(1) << i;
	place->is_done = true;
	place->is_doubtful =
	    place->valid != 0 && runner_reads_back(runner) && runner->checked_ns == 0;
	runner->has_doubts |= place->is_doubtful;
	book(runner, runner->row_place, 1);
	for (size_t i = 0; i < count; i++)
		count_failure(runner, runner_unit_of(&runner->head->plan[runner->row_place + i]),
			      has_failed);
	runner->last_place = runner->row_place;
	advance(runner);
}

void runner_place_recall(struct pl_runner *runner, size_t place, uint32_t valid)
{
	runner->places[place].valid = valid;
	runner->places[place].is_done = true;
	book(runner, place, 1);
}

void runner_place_first(struct pl_runner *runner)
{
	runner->position = 0;
	advance(runner);
}

void runner_place_undone(struct pl_runner *runner, size_t place)
{
	struct runner_place *undone = &runner->places[place];

	assert(undone->is_done);
	book(runner, place, UINT32_MAX);
	undone->is_done = undone->is_doubtful = undone->must_void = false;
	runner->has_to_void = runner_place_to_void(runner) < runner->head->plan_count;
	if (place < runner->position)
		runner->position = place;
	if (runner->last_place == place)
		runner->last_place = runner->head->plan_count;
}

void runner_place_proven(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->head->plan_count && runner->has_doubts; i++)
		runner->places[i].is_doubtful = false;
	runner->has_doubts = false;
}

void runner_place_doubt(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->head->plan_count && runner->has_doubts; i++)
		runner->places[i].must_void |= runner->places[i].is_doubtful;
	/* The doubtful ones may have been taken back meanwhile. */
	runner->has_to_void |= runner->has_doubts;
	runner->has_to_void = runner_place_to_void(runner) < runner->head->plan_count;
	runner->has_doubts = false;
}

size_t runner_place_to_void(const struct pl_runner *runner)
{
	size_t i = 0;

	if (!runner->has_to_void)
		return runner->head->plan_count;
	while (i < runner->head->plan_count && !runner->places[i].must_void)
		i++;
	return i;
}
