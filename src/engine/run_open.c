/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_open.c - a run waits for its device: nothing was written to it yet.
 *
 * What cannot be opened refuses the run, but for a port that another program holds: some (a modem
 * manager) hold a new one for its first seconds only. That is waited for as long as a lost device
 * would be. A device that was lost before is taken anew, whatever is in its socket now: who starts
 * a run says by it that this is the one.
 */
#include "engine/run_internal.h"

#include <stdio.h>

static struct live_device *device_of(const struct run *run)
{
	return &run->actor.engine->devices[run->scan->device_index];
}

static void tell_busy(struct run *run)
{
	const struct pl_error *error = &device_of(run)->error;
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
static void wait_for_port(struct run *run)
{
	if (run->open_until_ns == 0)
		run->open_until_ns = pl_clock_mono_ns() + device_of(run)->device->lost_wait_ns;
	run->actor.timer_ns = run->open_until_ns;
	if (!run->has_told_busy)
		tell_busy(run);
}

void run_open_device(struct run *run)
{
	const struct live_device *live = device_of(run);

	if (live->phase == LIVE_UP) {
		run->actor.timer_ns = PL_NEVER;
		run_go(run);
	} else if (live->phase == LIVE_FAILED && live->error.code == PL_ERR_BUSY) {
		wait_for_port(run);
	} else if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST) {
		run_refuse(run, &live->error);
	}
}

void run_open_timer(struct run *run)
{
	const struct live_device *live = device_of(run);

	run->actor.timer_ns = PL_NEVER;
	if (live->error.code == PL_ERR_BUSY)
		run_refuse(run, &live->error);
}

void run_open(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	int device = run->scan->device_index;

	run->phase = RUN_OPENING;
	if (device_of(run)->phase == LIVE_LOST)
		live_take(engine, device);
	else if (device_of(run)->phase == LIVE_UP)
		run_go(run);
	else
		live_want(engine, device);
	if (run->phase == RUN_OPENING && device_of(run)->phase == LIVE_LOST)
		run_refuse(run, &device_of(run)->error);
}
