/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - from the options of a scan to its list of points. Pure.
 *
 * Settings are never accumulated: start/stop/step gives start + i·step with
 * n = floor((stop-start)/step + 1e-9) + 1; start/stop/points gives start + i·(stop-start)/(n-1);
 * center gives center + (i - nsteps)·step, step > 0. A last point nearer to stop than 1e-9 of a
 * step is stop. Then they are rounded to the parameter's step; duplicates after rounding, zero or
 * wrong-sign or NaN steps, empty and out-of-range plans are refused. Order: channel, then repeat (a
 * whole pass each), then pass. up goes through a range as it is written, down the other way round.
 *
 * A parallel scan steps all its channels together: repeat, then pass, then point, and each point
 * has one place for each channel, in the order of the scan, under one index; its ranges have the
 * same number of points. A shuffle draws one permutation a repeat for them all. With drift_check
 * the first point of each channel (parallel: of all) comes again at its end, pass check, repeat
 * that of the last pass.
 */
#ifndef SCAN_PLAN_H
#define SCAN_PLAN_H

#include "config/bench.h"
#include "store/point.h"

#include "plateau/clock.h"

#define PL_PLAN_MAX 1000000
/* What one confirmed write is taken to cost before any was measured: the waits of the protocols we
 * know are 0.1 s (a bare write) to 0.5 s (stream off, write, read back, stream on). */
#define PL_PLAN_WRITE_NS (200 * PL_NS_PER_MS)

struct pl_plan {
	struct pl_planned *points;
	size_t count;	     /* of places */
	uint32_t steps;	     /* windows: the last index; below count in a parallel scan */
	int64_t seed;	     /* of a shuffle, drawn when the file gives none */
	int64_t counting_ns; /* sum of the dwells, of max where the counts decide */
	int64_t duration_ns; /* with settle, discard and every write, as an estimate */
	bool is_bound;	     /* the times are the longest that may be: max, at_most */
};

/* drawn_seed is used when the scan shuffles and the file gives no seed. PL_ERR_RANGE (a point
 * outside the parameter's limits, more than PL_PLAN_MAX places) and PL_ERR_CONFIG (no grid, a
 * setting twice, parallel ranges of two lengths) name file, line, scan, channel and value;
 * PL_ERR_MEMORY. After an error *out is empty. Free with pl_plan_fini. Any thread. */
enum pl_status pl_plan_build(const struct pl_bench *bench, const struct pl_scan *scan,
			     int64_t drawn_seed, struct pl_plan *out, struct pl_error *error);
void pl_plan_fini(struct pl_plan *plan);

/* What is stepped side by side or one after the other: a channel each, or the one axis that is no
 * channel's (channel -1, its path as the name, borrowed from the scan). False when there is no
 * track of that number, from 0. Any thread. */
struct pl_plan_track {
	int channel;
	const char *name;
};
bool pl_plan_track(const struct pl_scan *scan, size_t number, struct pl_plan_track *out);

/* What a user should know before such a scan starts, one sentence; false and untouched when there
 * is nothing. Any thread. */
#define PL_REMARK_SIZE 240
bool pl_plan_remark(const struct pl_scan *scan, char *out, size_t cap);

#endif
