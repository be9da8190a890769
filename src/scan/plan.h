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
	size_t count;
	int64_t seed;	     /* of a shuffle, drawn when the file gives none */
	int64_t counting_ns; /* sum of the dwells */
	int64_t duration_ns; /* with settle, discard and every write, as an estimate */
};

/* drawn_seed is used when the scan shuffles and the file gives no seed. PL_ERR_RANGE (a point
 * outside the parameter's limits, more than PL_PLAN_MAX points) and PL_ERR_CONFIG name file, line,
 * scan, channel and value; PL_ERR_UNSUPPORTED for mode parallel, PL_ERR_MEMORY. After an error *out
 * is empty. Free with pl_plan_fini. Any thread. */
enum pl_status pl_plan_build(const struct pl_bench *bench, const struct pl_scan *scan,
			     int64_t drawn_seed, struct pl_plan *out, struct pl_error *error);
void pl_plan_fini(struct pl_plan *plan);

#endif
