/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_behind.c - a disk that does not follow: BEHIND.
 *
 * More than 64 rows or 30 s that a power cut would take are too much to go on measuring; the run
 * goes on by itself at half of that.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#define ROWS_MAX      64
#define BEHIND_MAX_NS (30 * PL_NS_PER_S)
#define LOOK_NS	      (100 * PL_NS_PER_MS)

bool runner_is_behind(const struct pl_runner *runner)
{
	uint32_t part = runner->phase == RUNNER_BEHIND ? 2 : 1, durable;
	int64_t behind_ns = 0;

	if (!runner->io.durable)
		return false;
	durable = runner->io.durable(runner->io.ctx, &behind_ns);
	return (runner->rows_written > durable &&
		runner->rows_written - durable > ROWS_MAX / part) ||
	       behind_ns > BEHIND_MAX_NS / part;
}

void runner_behind_enter(struct pl_runner *runner)
{
	if (runner_state(runner, PL_RUN_PAUSE, "disk"))
		runner_say(runner, PL_NOTE_WARNING,
			   "the disk does not follow: the run goes on by itself when it has");
	runner->deadline_ns = runner->phase_started_ns + LOOK_NS;
}

void runner_behind_timer(struct pl_runner *runner)
{
	if (!runner_is_behind(runner)) {
		runner_turn(runner);
		return;
	}
	runner->deadline_ns = runner->io.now_mono(runner->io.ctx) + LOOK_NS;
}
