/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_view.c - the run as views see it: its part of a snapshot.
 *
 * Times are told as coarsely as a screen shows them, so that a clock that goes on while nothing
 * else changes makes no snapshot of its own more than once a second.
 */
#include "engine/run_internal.h"

static double seconds(int64_t ns)
{
	return floor((double)ns / 1e9);
}

static double tenths(int64_t ns)
{
	return round((double)ns / 1e8) / 10;
}

/* The runner's own words, or what stands in for them before it starts and after it is over. */
static void progress_of(const struct run *run, struct pl_scan_progress *out)
{
	if (run->runner != NULL) {
		pl_runner_progress(run->runner, out);
		return;
	}
	*out = run->last;
	if (run->phase == RUN_OVER) {
		out->status = run->status;
		return;
	}
	*out = (struct pl_scan_progress){.channel = -1, .set = NAN, .next = NAN};
	out->status.state = PL_RUN_PREPARING;
	out->status.planned = run->plan.steps;
	pl_text_copy(out->phase, sizeof(out->phase),
		     run->phase == RUN_HOOK	 ? "hook"
		     : run->phase == RUN_OPENING ? "open"
						 : "prepare");
}

static void add_place(struct pl_json *out, const struct run *run,
		      const struct pl_scan_progress *progress)
{
	const struct pl_device *device = run->scan->device;
	const struct pl_parameter *axis = pl_scan_axis(run->scan);

	pl_json_add_text(out, "device", device->spec.name);
	pl_json_add_text(out, "channel",
			 progress->channel >= 0 ? device->spec.channels[progress->channel].name
						: NULL);
	if (run->plan.count > run->plan.steps)
		pl_json_add_integer(out, "together", (int64_t)run->scan->channel_count);
	pl_json_add_text(out, "parameter", axis->name);
	pl_json_add_text(out, "unit", axis->unit);
	pl_json_add_number(out, "set", progress->set);
	pl_json_add_number(out, "next", progress->next);
	pl_json_add_integer(out, "position", progress->position);
	pl_json_add_integer(out, "attempt", progress->attempt);
	pl_json_add_integer(out, "retries", progress->retries);
}

/* What the point in progress waits for, beside the time. */
static void add_waiting(struct pl_json *out, const struct run *run,
			const struct pl_scan_progress *progress)
{
	struct pl_json *until;

	if (run->phase == RUN_OVER)
		return;
	if (progress->hits_wanted > 0) {
		pl_json_add_integer(out, "hits", (int64_t)progress->hits);
		pl_json_add_integer(out, "hits_wanted", (int64_t)progress->hits_wanted);
	}
	if (progress->until_path[0] == '\0')
		return;
	until = pl_json_object();
	pl_json_add_text(until, "path", progress->until_path);
	pl_json_add_number(until, "value", progress->until_value);
	pl_json_add_number(until, "target", progress->until_target);
	pl_json_add_number(until, "within", progress->until_within);
	pl_json_add(out, "until", until);
}

static void add_books(struct pl_json *out, const struct run *run,
		      const struct pl_scan_progress *progress)
{
	int64_t behind_ns = 0;
	uint32_t durable = pl_writer_durable(run->actor.engine->writer, &behind_ns);

	if (run->phase == RUN_OVER && progress->status.durable >= progress->status.done)
		durable = (uint32_t)run->row_count;
	pl_json_add_integer(out, "planned", run->plan.steps);
	pl_json_add_integer(out, "done", progress->status.done);
	pl_json_add_integer(out, "durable", durable);
	pl_json_add_integer(out, "invalid", progress->status.invalid);
	pl_json_add_integer(out, "suspect", run->qualities[PL_POINT_SUSPECT]);
	pl_json_add_integer(out, "saturated", run->qualities[PL_POINT_SATURATED]);
	pl_json_add_integer(out, "skipped", run->qualities[PL_POINT_SKIPPED]);
	pl_json_add_integer(out, "voided", run->voided);
	pl_json_add_integer(out, "dead", run->dead);
	pl_json_add_integer(out, "rows", (int64_t)run->row_count);
	pl_json_add_number(out, "behind_s", run->phase == RUN_OVER ? 0 : tenths(behind_ns));
}

static void add_times(struct pl_json *out, const struct run *run,
		      const struct pl_scan_progress *progress, int64_t now_ns)
{
	int64_t end = run->phase == RUN_OVER ? progress->status.finished_mono_ns : now_ns;
	bool counting = run->phase != RUN_OVER && progress->phase_ends_ns > 0;

	pl_json_add_number(out, "elapsed_s", seconds(end - run->head.created_mono_ns));
	pl_json_add_number(
	    out, "eta_s",
	    run->phase != RUN_OVER && progress->eta_ns > 0 ? seconds(progress->eta_ns) : NAN);
	pl_json_add_number(out, "phase_s",
			   counting ? tenths(progress->phase_ends_ns - progress->phase_started_ns)
				    : NAN);
	pl_json_add_number(out, "phase_left_s",
			   counting ? fmax(0, tenths(progress->phase_ends_ns - now_ns)) : NAN);
}

struct pl_json *run_snapshot(struct pl_engine *engine, int64_t now_ns)
{
	const struct run *run = engine->run;
	struct pl_scan_progress progress;
	struct pl_json *out;

	if (run == NULL || run->was_refused)
		return NULL;
	progress_of(run, &progress);
	out = pl_json_object();
	pl_json_add_integer(out, "run", run->head.folder.number);
	pl_json_add_text(out, "uid", run->head.folder.uid);
	pl_json_add_text(out, "path", run->head.folder.path);
	pl_json_add_text(out, "name", run->scan->name);
	pl_json_add_text(out, "actor", run->head.actor);
	pl_json_add_text(out, "state", pl_run_state_name(progress.status.state));
	pl_json_add_text(out, "phase", progress.phase);
	pl_json_add_text(out, "reason", progress.status.reason);
	pl_json_add_boolean(out, "over", run->phase == RUN_OVER);
	if (run->phase == RUN_OVER)
		pl_json_add_integer(out, "exit", progress.status.exit);
	add_place(out, run, &progress);
	add_waiting(out, run, &progress);
	add_books(out, run, &progress);
	add_times(out, run, &progress, now_ns);
	return out;
}
