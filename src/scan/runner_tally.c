/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_tally.c - counters of instruments as measured values: TALLY.
 *
 * They are read on the grid of the readings beside the scan, which begins with the window, and once
 * more when the window is over: what they counted is the sum of the steps between, and the time
 * between the first and the last is the live time of their row. The counts of the detector wait
 * meanwhile.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

#define AGAIN_NS (10 * PL_NS_PER_MS)

bool runner_is_counter(const struct pl_runner *runner, size_t number)
{
	const struct pl_parameter *parameter = runner->scan->readings[number].parameter;

	return parameter && parameter->kind == PL_KIND_COUNTER;
}

bool runner_has_counters(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->scan->reading_count; i++)
		if (runner_is_counter(runner, i))
			return true;
	return false;
}

/* An answer to a question of before the window belongs to no window. */
void runner_tally_take(struct pl_runner *runner, size_t number, const struct pl_bus_answer *answer)
{
	struct runner_beside *beside = &runner->besides[number];
	bool is_good = answer->status == PL_OK && answer->reading.quality == PL_QUALITY_OK;

	if (answer->id == beside->end_id)
		beside->owes_end = false;
	if (!runner->has_besides_open && runner->phase != RUNNER_TALLY)
		return;
	if (is_good && answer->reading.t_mono_ns < beside->opened_ns)
		return;
	beside->has_missed_begin |= !is_good && beside->tally.reads == 0;
	beside->has_end = is_good && answer->id == beside->end_id;
	if (is_good)
		pl_counter_add(&beside->tally, answer->reading.value.number,
			       answer->reading.t_mono_ns,
			       runner->scan->readings[number].parameter->wrap);
}

void runner_tally_enter(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->scan->reading_count; i++)
		runner->besides[i].owes_end = runner_is_counter(runner, i);
	runner_tally_go_on(runner);
}

/* Asks what is to be asked; when all is answered the point goes on. */
void runner_tally_go_on(struct pl_runner *runner)
{
	bool is_waiting = false;

	for (size_t i = 0; i < runner->scan->reading_count; i++) {
		struct runner_beside *beside = &runner->besides[i];

		if (!beside->owes_end)
			continue;
		is_waiting = true;
		if (beside->asked_id != 0)
			continue;
		if (runner_beside_ask(runner, i))
			beside->end_id = beside->asked_id;
		else
			runner->deadline_ns = runner->io.now_mono(runner->io.ctx) + AGAIN_NS;
	}
	if (!is_waiting)
		runner_count_end(runner);
}

/* A device that was busy or silent is heard too late to speak for the window. */
static bool covers(const struct pl_runner *runner, const struct runner_beside *beside)
{
	int64_t window_ns = runner->counted.t1_ns - runner->counted.t0_ns;

	return beside->tally.last_ns - beside->tally.first_ns >= window_ns / 2;
}

const char *runner_tally_fault(const struct pl_runner *runner, size_t number)
{
	const struct runner_beside *beside = &runner->besides[number];

	if (beside->tally.is_reset)
		return "reset";
	if (beside->has_missed_begin)
		return "not read at the window's start";
	if (!beside->has_end)
		return "not read at the window's end";
	return covers(runner, beside) ? NULL : "not read at the window's start";
}

struct pl_series_stat runner_tally_stat(const struct pl_runner *runner, size_t number)
{
	const struct pl_counter *tally = &runner->besides[number].tally;

	if (runner_tally_fault(runner, number))
		return (struct pl_series_stat){.mean = NAN, .sd = NAN, .min = NAN, .max = NAN};
	return (struct pl_series_stat){
	    .count = tally->reads, .mean = tally->total, .sd = NAN, .min = NAN, .max = NAN};
}
