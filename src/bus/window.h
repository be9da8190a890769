/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - counting events in [t0, t1): pure, every time is an argument.
 *
 * The same rule of what an event adds to which series serves the window and the counters since the
 * port was opened. Used by the bus thread; a test needs no port.
 */
#ifndef BUS_WINDOW_H
#define BUS_WINDOW_H

#include "bus/bus.h"

struct pl_counting {
	const struct pl_device *device; /* NULL: no window is open */
	int64_t skew_ns;		/* of CLOCK_BOOTTIME against CLOCK_MONOTONIC at t0 */
	int64_t last_ns;		/* of the latest event counted */
	struct pl_count count;
};

/* Adds one event with the bits `fired` to hits[]: one per channel that fired, then one per
 * coincidence all of whose channels fired. */
void pl_hits_add(const struct pl_device *device, uint32_t fired, uint64_t hits[PL_SERIES_MAX]);

/* t0_ns: the clock right after the line was read dry. skew_ns: not less than the true skew. */
void pl_counting_begin(struct pl_counting *window, const struct pl_device *device, int64_t t0_ns,
		       int64_t t0_utc_ns, int64_t skew_ns);
/* These do nothing while no window is open. */
void pl_counting_event(struct pl_counting *window, const struct pl_event *event);
void pl_counting_bytes(struct pl_counting *window, size_t count);
void pl_counting_stray(struct pl_counting *window);
/* Closes it into *out. t1_ns: the clock right after the line was read dry again. skew_ns: not more
 * than the true skew; what it grew by is a suspend of the machine. baud 0 = unknown. */
void pl_counting_end(struct pl_counting *window, int64_t t1_ns, int64_t skew_ns, int64_t baud,
		     struct pl_count *out);

/* Welford (1962): mean and sum of squared deviations, updated one by one. */
void pl_spread_add(struct pl_spread *spread, double value);

#endif
