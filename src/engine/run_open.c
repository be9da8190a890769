/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_open.c - a run waits for its devices: nothing was written to them yet.
 *
 * Two it cannot do without: the one that is counted and the one that is set. What cannot be opened
 * of them refuses the run, but for a port that another program holds: some (a modem manager) hold a
 * new one for its first seconds only. That is waited for as long as a lost device would be. A
 * device that was lost before is taken anew, whatever is in its socket now: who starts a run says
 * by it that this is the one. Devices that are only read beside the scan, or watched for their
 * limits, are asked for, and waited for until it is known whether they are there.
 */
#include "engine/run_internal.h"

#include <stdio.h>

static struct live_device *device_at(const struct run *run, size_t device)
{
	return &run->actor.engine->devices[device];
}

static bool is_needed(const struct run *run, size_t device)
{
	const struct pl_scan *scan = run->scan;

	return (int)device == scan->device_index ||
	       (scan->axis_kind == PL_AXIS_ONE && (int)device == scan->axis.device);
}

bool run_uses_device(const struct run *run, size_t device)
{
	const struct pl_scan *scan = run->scan;

	if (is_needed(run, device) || device_at(run, device)->device->limit_count > 0)
		return true;
	for (size_t i = 0; i < scan->reading_count; i++)
		if ((int)device == scan->readings[i].target.device)
			return true;
	return scan->until.is_given && (int)device == scan->until.target.device;
}

static void tell_busy(struct run *run, const struct live_device *live)
{
	const struct pl_error *error = &live->error;
	struct pl_json *body = pl_json_object();
	char text[sizeof(*error)];

	run->has_told_busy = true;
	snprintf(text, sizeof(text), "waiting for %s, %s", error->where, error->text);
	pl_json_add_text(body, "state", "preparing");
	pl_json_add_text(body, "reason", text);
	pl_json_add_text(body, "text", text);
	run_tell(run, "state", body);
	engine_log(run->actor.engine, PL_LOG_WARNING, "run %u: %s", run->head.folder.number, text);
}

/* The device is asked for again and again by live.c. */
static void wait_for_port(struct run *run, const struct live_device *live)
{
	if (run->open_until_ns == 0)
		run->open_until_ns = pl_clock_mono_ns() + live->device->lost_wait_ns;
	run->actor.timer_ns = run->open_until_ns;
	if (!run->has_told_busy)
		tell_busy(run, live);
}

/* NULL: all are as far as they will come. */
static const struct live_device *first_missing(const struct run *run)
{
	for (size_t i = 0; i < run->actor.engine->bench->device_count; i++) {
		const struct live_device *live = device_at(run, i);
		bool is_known = live->phase == LIVE_FAILED || live->phase == LIVE_LOST;

		if (!run_uses_device(run, i) || live->phase == LIVE_UP)
			continue;
		if (is_needed(run, i) || !is_known)
			return live;
	}
	return NULL;
}

void run_open_device(struct run *run)
{
	const struct live_device *live = first_missing(run);

	if (live == NULL) {
		run->actor.timer_ns = PL_NEVER;
		run_go(run);
	} else if (live->phase == LIVE_FAILED && live->error.code == PL_ERR_BUSY) {
		wait_for_port(run, live);
	} else if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST) {
		run_refuse(run, &live->error);
	}
}

void run_open_timer(struct run *run)
{
	const struct live_device *live = first_missing(run);

	run->actor.timer_ns = PL_NEVER;
	if (live != NULL && live->error.code == PL_ERR_BUSY)
		run_refuse(run, &live->error);
}

void run_open(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;

	run->phase = RUN_OPENING;
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		if (!run_uses_device(run, i))
			continue;
		if (device_at(run, i)->phase == LIVE_LOST && is_needed(run, i))
			live_take(engine, (int)i);
		else
			live_want(engine, (int)i);
	}
	if (run->phase == RUN_OPENING)
		run_open_device(run);
}
