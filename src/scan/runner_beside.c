/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_beside.c - parameters of other devices, read while a window is open.
 *
 * Each is asked of its own bus, one question at a time, on a grid that begins with the window. What
 * does not answer is not counted; a device that is away holds nothing up. A question that is still
 * open when its window ends is let go: its answer belongs to no window. What counters tell is
 * summed up elsewhere (runner_tally.c).
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <stdlib.h>

/* The bus takes t0 a moment after it was asked to count: a reading before that is in vain. */
#define AFTER_T0_NS (10 * PL_NS_PER_MS)
#define AGAIN_NS    (10 * PL_NS_PER_MS)

bool runner_beside_init(struct pl_runner *runner)
{
	size_t count = runner->scan->reading_count;

	runner->besides = count > 0 ? calloc(count, sizeof(*runner->besides)) : NULL;
	return count == 0 || runner->besides;
}

void runner_beside_open(struct pl_runner *runner)
{
	int64_t first_ns = runner->io.now_mono(runner->io.ctx) + runner->scan->discard_first_ns;

	runner->has_besides_open = runner->scan->reading_count > 0;
	for (size_t i = 0; i < runner->scan->reading_count; i++) {
		struct runner_beside *beside = &runner->besides[i];

		beside->series.count = 0;
		beside->next_ns = first_ns + AFTER_T0_NS;
		beside->tally = (struct pl_counter){.reads = 0};
		beside->opened_ns = first_ns;
		beside->owes_end = beside->has_end = beside->has_missed_begin = false;
	}
}

void runner_beside_close(struct pl_runner *runner)
{
	runner->has_besides_open = false;
}

/* The next place of the grid that is not past. */
static void next_place(const struct pl_runner *runner, struct runner_beside *beside, int64_t now_ns)
{
	int64_t period_ns = runner->scan->readings_period_ns;

	if (period_ns <= 0)
		period_ns = PL_NS_PER_S;
	beside->next_ns += ((now_ns - beside->next_ns) / period_ns + 1) * period_ns;
}

bool runner_beside_ask(struct pl_runner *runner, size_t number)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);
	struct runner_beside *beside = &runner->besides[number];
	struct pl_bus_request request = {.verb = PL_BUS_READ,
					 .target = runner->scan->readings[number].target};

	if (!runner->io.ask(runner->io.ctx, &request)) {
		beside->retry_ns = now_ns + AGAIN_NS;
		return false;
	}
	beside->retry_ns = 0;
	beside->asked_id = request.id;
	next_place(runner, beside, now_ns);
	return true;
}

static int64_t due(const struct runner_beside *beside)
{
	if (beside->asked_id != 0)
		return PL_NEVER;
	return beside->retry_ns > beside->next_ns ? beside->retry_ns : beside->next_ns;
}

int64_t runner_beside_due(const struct pl_runner *runner)
{
	int64_t first_ns = PL_NEVER;

	for (size_t i = 0; i < runner->scan->reading_count && runner->has_besides_open; i++)
		if (due(&runner->besides[i]) < first_ns)
			first_ns = due(&runner->besides[i]);
	return first_ns;
}

void runner_beside_timer(struct pl_runner *runner)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	for (size_t i = 0; i < runner->scan->reading_count && runner->has_besides_open; i++)
		if (due(&runner->besides[i]) <= now_ns)
			runner_beside_ask(runner, i);
}

bool runner_beside_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	for (size_t i = 0; i < runner->scan->reading_count; i++) {
		struct runner_beside *beside = &runner->besides[i];

		if (beside->asked_id == 0 || beside->asked_id != answer->id)
			continue;
		beside->asked_id = 0;
		if (runner_is_counter(runner, i))
			runner_tally_take(runner, i, answer);
		else if (runner->has_besides_open && answer->status == PL_OK &&
			 answer->reading.quality == PL_QUALITY_OK)
			pl_beside_add(&beside->series, answer->reading.value.number,
				      answer->reading.t_mono_ns);
		if (runner->phase == RUNNER_TALLY)
			runner_tally_go_on(runner);
		return true;
	}
	return false;
}

struct pl_series_stat runner_beside_stat(const struct pl_runner *runner, size_t number,
					 const struct pl_count *count)
{
	if (runner_is_counter(runner, number))
		return runner_tally_stat(runner, number);
	return pl_beside_cut(&runner->besides[number].series, count->t0_ns, count->t1_ns);
}
