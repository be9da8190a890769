/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.h - what a count says about the expectation behind it. Pure, any thread.
 */
#ifndef ANALYSIS_INTERVAL_H
#define ANALYSIS_INTERVAL_H

#include <stdint.h>

#define PL_LEVEL_68 0.682689492137086 /* one sigma of a Gaussian */

/* Central interval of a Poisson expectation after n counts (Garwood 1936: half the chi-square
 * quantiles with 2n and 2n+2 degrees of freedom). n = 0 gives 0 .. -ln((1-level)/2) = 1.84 at
 * 68 %. level in (0, 1). */
void pl_interval_poisson(uint64_t n, double level, double *lo, double *hi);

/* The same divided by the exposure: counts per second. NaN for live_s <= 0. */
void pl_interval_rate(uint64_t n, double live_s, double level, double *rate, double *lo,
		      double *hi);

#endif
