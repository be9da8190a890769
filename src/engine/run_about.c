/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_about.c - a run told to others: its plan in short, and what a hook gets on its input.
 */
#include "engine/run_internal.h"

#include <math.h>

/* "up" "down" "updown" "shuffle", as the points tell it. */
static const char *order_of(const struct pl_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		enum pl_pass first = plan->points[0].pass, own = plan->points[i].pass;

		if (own == PL_PASS_NONE)
			return "shuffle";
		if (own != first && own != PL_PASS_CHECK)
			return "updown";
	}
	return plan->count > 0 ? pl_pass_name(plan->points[0].pass) : "";
}

/* What each channel goes through: its number of points, the settings it begins and ends with, the
 * least and the greatest of them. */
static struct pl_json *plan_channels(const struct pl_scan *scan, const struct pl_plan *plan)
{
	struct pl_json *list = pl_json_array();
	struct pl_plan_track track;

	for (size_t t = 0; pl_plan_track(scan, t, &track); t++) {
		const struct pl_planned *first = NULL, *last = NULL;
		struct pl_json *item = pl_json_object();
		double low = NAN, high = NAN;
		int64_t count = 0;

		for (size_t i = 0; i < plan->count; i++) {
			if (plan->points[i].channel != track.channel)
				continue;
			last = &plan->points[i];
			first = first ? first : last;
			low = fmin(low, last->set);
			high = fmax(high, last->set);
			count++;
		}
		pl_json_add_text(item, "channel", track.name);
		pl_json_add_integer(item, "points", count);
		pl_json_add_number(item, "first", first ? first->set : NAN);
		pl_json_add_number(item, "last", last ? last->set : NAN);
		pl_json_add_number(item, "low", low);
		pl_json_add_number(item, "high", high);
		pl_json_add(list, NULL, item);
	}
	return list;
}

struct pl_json *run_plan_json(const struct pl_scan *scan, const struct pl_plan *plan)
{
	struct pl_json *result = pl_json_object();
	char remark[PL_REMARK_SIZE];

	pl_json_add_text(result, "name", scan->name);
	pl_json_add_integer(result, "points", (int64_t)plan->count);
	pl_json_add_integer(result, "windows", plan->steps);
	pl_json_add_text(result, "order", order_of(plan));
	pl_json_add_boolean(result, "at_most", plan->is_bound);
	if (pl_plan_remark(scan, remark, sizeof(remark)))
		pl_json_add_text(result, "warning", remark);
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
