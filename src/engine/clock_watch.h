/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock_watch.h - what happens to the clocks while the engine lives: the wall clock is set, the
 * machine sleeps, a board without a clock of its own learns what time it is.
 *
 * Nothing of a run depends on the wall clock, so a step changes no cadence and no duration: it is
 * told, audited and written to run.yaml, so that who reads the times knows. The kernel announces a
 * step (timerfd, TFD_TIMER_CANCEL_ON_SET); each turn of the loop compares the clocks as well.
 * Engine thread; clock_compare is pure.
 */
#ifndef ENGINE_CLOCK_WATCH_H
#define ENGINE_CLOCK_WATCH_H

#include "plateau/clock.h"

#include <stdbool.h>

struct pl_engine;

struct clock_reading {
	int64_t mono_ns, boot_ns, utc_ns;
};

struct clock_watch {
	int fd; /* timerfd, -1 = the system has none */
	bool has_last;
	bool was_unset; /* and that was said */
	struct clock_reading last;
};

struct clock_change {
	int64_t step_ns;      /* the wall clock was set by so much; 0 = it was not */
	int64_t suspended_ns; /* the machine slept so long; 0 = it did not */
};

/* What happened between two readings. A slewing clock (NTP) is no step: what it may gain or lose,
 * 10 % of the time between, is allowed for, unless the kernel announced a step. */
struct clock_change clock_compare(const struct clock_reading *before,
				  const struct clock_reading *now, bool is_announced);
/* False before 2024: no clock that was ever set says so. */
bool clock_is_set(int64_t utc_ns);

void clock_open(struct pl_engine *engine);
void clock_close(struct pl_engine *engine);
/* Each turn of the loop. */
void clock_take(struct pl_engine *engine);

#endif
