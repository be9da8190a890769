/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h - what a scan would do, for people and for programs. Any thread. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "plateau/json.h"

#include "scan/plan.h"

/* On stdout: how much and how long, what rules it, and the settings of each channel in order. */
void pl_plan_print(const struct pl_bench *bench, const struct pl_scan *scan,
		   const struct pl_plan *plan);
/* The same as one object; the caller owns it. */
struct pl_json *pl_plan_json(const struct pl_bench *bench, const struct pl_scan *scan,
			     const struct pl_plan *plan);

#endif
