/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * range.h - one range of a bench file as settings, in the order it is written. Pure, any thread.
 */
#ifndef SCAN_RANGE_H
#define SCAN_RANGE_H

#include "config/bench.h"

/* How many settings: 1 … PL_PLAN_MAX. place ("file:line:column") and what ("scan `a`, channel
 * `b`") go into the error: PL_ERR_CONFIG for zero, wrong-sign and NaN steps, empty ranges,
 * PL_ERR_RANGE for too many. */
enum pl_status pl_range_count(const struct pl_range *range, const char *place, const char *what,
			      size_t *count, struct pl_error *error);

/* Setting i of a range that pl_range_count took, rounded to the parameter's step (0: not). */
double pl_range_at(const struct pl_range *range, const struct pl_parameter *parameter, size_t i);

#endif
