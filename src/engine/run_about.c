/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_about.c - a run told to others: its plan in short, and what a hook gets on its input.
 */
#include "engine/run_internal.h"

/* What each channel goes through: its number of points, the first setting and the last. */
static struct pl_json *plan_channels(const struct pl_scan *scan, const struct pl_plan *plan)
{
	struct pl_json *list = pl_json_array();

	for (size_t from = 0, to; from < plan->count; from = to) {
		struct pl_json *item = pl_json_object();
		int channel = plan->points[from].channel;

		for (to = from; to < plan->count && plan->points[to].channel == channel;)
			to++;
		pl_json_add_text(item, "channel", scan->device->spec.channels[channel].name);
		pl_json_add_integer(item, "points", (int64_t)(to - from));
		pl_json_add_number(item, "first", plan->points[from].set);
		pl_json_add_number(item, "last", plan->points[to - 1].set);
		pl_json_add(list, NULL, item);
	}
	return list;
}

struct pl_json *run_plan_json(const struct pl_scan *scan, const struct pl_plan *plan)
{
	struct pl_json *result = pl_json_object();

	pl_json_add_text(result, "name", scan->name);
	pl_json_add_integer(result, "points", (int64_t)plan->count);
	pl_json_add_number(result, "counting_s", (double)plan->counting_ns / 1e9);
	pl_json_add_number(result, "duration_s", (double)plan->duration_ns / 1e9);
	pl_json_add(result, "channels", plan_channels(scan, plan));
	return result;
}

struct pl_json *run_about_json(const struct run *run, const char *hook)
{
	const struct pl_run_head *head = &run->head;
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "hook", hook);
	pl_json_add_text(out, "run", head->folder.name);
	pl_json_add_integer(out, "number", head->folder.number);
	pl_json_add_text(out, "uid", head->folder.uid);
	pl_json_add_text(out, "path", head->folder.path);
	pl_json_add_text(out, "bench", head->bench->name);
	pl_json_add_text(out, "bench_file", head->bench->file);
	pl_json_add_text(out, "scan", run->scan->name);
	pl_json_add_text(out, "device", run->scan->device->spec.name);
	pl_json_add_text(out, "operator", head->operator_name);
	pl_json_add_text(out, "label", head->label);
	pl_json_add_text(out, "sample", head->sample);
	pl_json_add_text(out, "actor", head->actor);
	pl_json_add(out, "plan", run_plan_json(run->scan, &run->plan));
	return out;
}
