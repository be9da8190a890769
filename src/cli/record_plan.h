/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record_plan.h - what a recording would do, for people and for programs. Any thread. */
#ifndef CLI_RECORD_PLAN_H
#define CLI_RECORD_PLAN_H

#include "config/bench.h"
#include "plateau/json.h"

/* One object: recording, rate_hz, period_s, duration_s, ticks, counts (null without an end),
 * buffer, overflow, sinks, events, buses [{devices, parameters, requests, tick_s, baud}] (tick_s
 * null when it is not known), rows_a_tick, rows (null without an end), files [{file,
 * bytes_a_second, bytes}]. The caller owns it. */
struct pl_json *pl_record_plan_json(const struct pl_bench *bench,
				    const struct pl_recording *recording);
/* That object on stdout. */
void pl_record_plan_print(const struct pl_json *plan);

#endif
