/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_progress.c - where a scan stands and how long it will take, from what its past points and
 * writes took, before the first one from the plan's own estimate.
 */
#include "scan/inside.h"

#include <math.h>

static int64_t write_cost(const struct pl_runner *runner)
{
	if (runner->measured_writes == 0)
		return PL_PLAN_WRITE_NS;
	return runner->measured_writes_ns / runner->measured_writes;
}

static int64_t point_cost(const struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;

	if (runner->measured_points > 0)
		return runner->measured_points_ns / runner->measured_points;
	return scan->settle_ns + scan->discard_first_ns +
	       (scan->dwell.rule == PL_DWELL_TIME ? scan->dwell.time_ns : scan->dwell.max_ns) +
	       (int64_t)runner_group(runner, 0) * write_cost(runner);
}

/* Times that the others are suppressed from here on. */
static int64_t suppressions_left(const struct pl_runner *runner)
{
	const struct pl_planned *plan = runner->head->plan;
	const struct pl_scan *scan = runner->scan;

	if (runner_is_complete(runner) || scan->axis_kind == PL_AXIS_ONE ||
	    scan->mode == PL_SCAN_PARALLEL)
		return 0;
	for (size_t i = 0; i < scan->channel_count; i++)
		if (plan[runner->position].channel == scan->channels[i].channel)
			return (int64_t)(scan->channel_count - 1 - i);
	return 0;
}

/* A million points of a month each are more than 64 bits of nanoseconds. */
static int64_t whole(double ns)
{
	return ns < 9e18 ? (int64_t)ns : INT64_MAX;
}

static int64_t time_left(const struct pl_runner *runner)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx), spent_ns = 0;
	int64_t settings = (int64_t)runner->setting_count;
	int64_t points = (int64_t)runner->status.planned - runner->status.done;
	int64_t writes = suppressions_left(runner) * (settings - 1);

	if (runner->phase >= RUNNER_CLEAR || runner_is_ending(runner))
		return 0;
	if (runner->scan->restore != PL_RESTORE_KEEP)
		writes += settings;
	if (runner->is_point_begun)
		spent_ns = now_ns - runner->point_started_ns;
	if (spent_ns > point_cost(runner))
		spent_ns = point_cost(runner);
	return whole((double)points * (double)point_cost(runner) - (double)spent_ns +
		     (double)writes * (double)write_cost(runner));
}

static void tell_until(const struct pl_runner *runner, struct pl_scan_progress *out)
{
	const struct pl_until *rule = &runner->scan->until;

	pl_text_copy(out->until_path, sizeof(out->until_path), rule->path);
	out->until_value = runner->until.value;
	out->until_target = runner->until.target;
	out->until_within = rule->within;
}

void pl_runner_progress(const struct pl_runner *runner, struct pl_scan_progress *out)
{
	const struct pl_planned *plan = runner->head->plan;
	const char *name = runner_phase_ops(runner->phase)->name;
	size_t next;

	*out = (struct pl_scan_progress){
	    .status = runner->status,
	    .position = runner->status.done,
	    .channel = -1,
	    .set = NAN,
	    .next = NAN,
	    .until_value = NAN,
	    .until_target = NAN,
	    .until_within = NAN,
	    .phase_started_ns = runner->phase_started_ns,
	    .phase_ends_ns = runner->phase_ends_ns,
	    .eta_ns = time_left(runner),
	};
	/* With somebody watching a lost device is waited for without limit. */
	if (runner->phase == RUNNER_LOST && runner->io.is_watched &&
	    runner->io.is_watched(runner->io.ctx))
		out->phase_ends_ns = 0;
	pl_text_copy(out->phase, sizeof(out->phase), name ? name : runner_write_name(runner));
	if (runner_is_complete(runner))
		return;
	out->channel = plan[runner->position].channel;
	out->attempt = runner->places[runner->position].attempts;
	if (runner->is_point_begun)
		out->set = plan[runner->position].set;
	if (runner->is_point_begun && runner->write.purpose == RUNNER_POINT &&
	    runner->write.tries > 1)
		out->retries = runner->write.tries - 1;
	if (runner->phase == RUNNER_UNTIL)
		tell_until(runner, out);
	next = runner->position + runner_group(runner, runner->position);
	if (next < runner->head->plan_count)
		out->next = plan[next].set;
}
