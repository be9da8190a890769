/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - from the options of a scan to its list of points. Pure.
 *
 * Settings are never accumulated: start/stop/step gives start + i·step with
 * n = floor((stop-start)/step + 1e-9) + 1; start/stop/points gives start + i·(stop-start)/(n-1);
 * center gives center + (i - nsteps)·step. Then they are rounded to the parameter's step;
 * duplicates after rounding, zero or wrong-sign or NaN steps, empty and out-of-range plans are
 * refused. Order: channel, then repeat (a whole pass each), then pass.
 */
#ifndef SCAN_PLAN_H
#define SCAN_PLAN_H

#include "config/bench.h"
#include "store/point.h"

#define PL_PLAN_MAX 1000000

struct pl_plan {
	struct pl_planned *points;
	size_t count;
	int64_t seed;	     /* of a shuffle, drawn when the file gives none */
	int64_t counting_ns; /* sum of the dwells */
	int64_t duration_ns; /* with settle, discard and the protocol's waits, as an estimate */
};

/* drawn_seed is used when the scan shuffles and the file gives no seed. PL_ERR_RANGE,
 * PL_ERR_CONFIG name scan, channel and value. Free with pl_plan_fini. */
enum pl_status pl_plan_build(const struct pl_bench *bench, const struct pl_scan *scan,
			     int64_t drawn_seed, struct pl_plan *out, struct pl_error *error);
void pl_plan_fini(struct pl_plan *plan);

#endif
