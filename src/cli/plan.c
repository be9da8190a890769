/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.c - a plan as `scan --dry-run` shows it: one line for each thing that rules it, then the
 * settings in the order they will be measured. Main thread.
 */
#include "cli/plan.h"

#include "cli/print.h"

#include <stdio.h>

/* "10 s", "0.1 s": durations as a bench file writes them. */
static const char *seconds(int64_t ns, char out[PL_NUMBER_SIZE + 2])
{
	char number[PL_NUMBER_SIZE];

	snprintf(out, PL_NUMBER_SIZE + 2, "%s s", pl_number_format((double)ns / 1e9, number));
	return out;
}

static void add_limits(struct pl_text *line, const struct pl_dwell *dwell)
{
	char low[PL_NUMBER_SIZE + 2], high[PL_NUMBER_SIZE + 2], zero[PL_NUMBER_SIZE + 2];

	if (dwell->min_ns > 0)
		pl_text_add(line, ", at least %s", seconds(dwell->min_ns, low));
	pl_text_add(line, ", at most %s", seconds(dwell->max_ns, high));
	if (dwell->zero_rate_ns > 0)
		pl_text_add(line, ", %s when nothing fires", seconds(dwell->zero_rate_ns, zero));
}

static void add_dwell(struct pl_text *line, const struct pl_dwell *dwell)
{
	char text[PL_NUMBER_SIZE + 2];

	if (dwell->rule == PL_DWELL_TIME) {
		pl_text_add(line, "%s", seconds(dwell->time_ns, text));
		return;
	}
	if (dwell->rule == PL_DWELL_COUNTS)
		pl_text_add(line, "until %lld counts", (long long)dwell->counts);
	else
		pl_text_add(line, "until an error of %s %%",
			    pl_number_format(dwell->error * 100, text));
	add_limits(line, dwell);
}

static void add_settle(struct pl_text *line, const struct pl_bench *bench,
		       const struct pl_scan *scan)
{
	static const char *const words[] = {
	    [PL_UNTIL_SKIP] = "skip", [PL_UNTIL_ASK] = "ask", [PL_UNTIL_STOP] = "stop"};
	const struct pl_until *until = &scan->until;
	const struct pl_device *device = &bench->devices[until->target.device];
	char stay[PL_NUMBER_SIZE + 2], most[PL_NUMBER_SIZE + 2], within[PL_NUMBER_SIZE];
	const char *unit;

	if (!until->is_given) {
		pl_text_add(line, "%s", seconds(scan->settle_ns, stay));
		return;
	}
	unit = pl_device_rows(device, until->target.channel)[until->target.parameter].unit;
	pl_text_add(line, "until %s is within %s%s%s for %s, at most %s, else %s", until->path,
		    pl_number_format(until->within, within), unit[0] ? " " : "", unit,
		    seconds(until->for_ns, stay), seconds(until->at_most_ns, most),
		    words[until->otherwise]);
}

static void add_measure(struct pl_text *line, const struct pl_scan *scan,
			const struct pl_measure *measure)
{
	const struct pl_device *device = scan->device;
	int coincidence = measure->index - (int)device->spec.channel_count;

	if (measure->kind == PL_MEASURE_SCANNED)
		pl_text_add(line, "hits of the scanned channel");
	else if (measure->kind == PL_MEASURE_READING)
		pl_text_add(line, "%s", scan->readings[measure->index].path);
	else if (coincidence < 0)
		pl_text_add(line, "%s.%s.hits", device->spec.name,
			    device->spec.channels[measure->index].name);
	else
		pl_text_add(line, "%s.%s.hits", device->spec.name,
			    device->coincidences[coincidence].name);
}

static void add_measures(struct pl_text *line, const struct pl_scan *scan)
{
	for (size_t i = 0; i < scan->measure_count; i++) {
		pl_text_add_string(line, i > 0 ? ", " : "");
		add_measure(line, scan, &scan->measures[i]);
	}
}

static void add_readings(struct pl_text *line, const struct pl_scan *scan)
{
	char each[PL_NUMBER_SIZE + 2];

	for (size_t i = 0; i < scan->reading_count; i++)
		pl_text_add(line, "%s%s", i > 0 ? ", " : "", scan->readings[i].path);
	if (scan->reading_count > 0)
		pl_text_add(line, "; each %s", seconds(scan->readings_period_ns, each));
}

enum { DWELL, SETTLE, MEASURE, READINGS, RULES };

static const char *const rule_names[RULES] = {
    [DWELL] = "dwell", [SETTLE] = "settle", [MEASURE] = "measure", [READINGS] = "readings"};

/* Lines of text; free each. */
static void make_rules(const struct pl_bench *bench, const struct pl_scan *scan,
		       struct pl_text lines[RULES])
{
	add_dwell(&lines[DWELL], &scan->dwell);
	add_settle(&lines[SETTLE], bench, scan);
	add_measures(&lines[MEASURE], scan);
	add_readings(&lines[READINGS], scan);
}

/* ---- for people ---- */

static void print_head(const struct pl_scan *scan, const struct pl_plan *plan)
{
	char counting[PL_DURATION_SIZE], duration[PL_DURATION_SIZE], together[64] = "";
	const char *most = plan->is_bound ? "at most " : "";

	if (plan->steps != plan->count)
		snprintf(together, sizeof(together), " of %zu channels together",
			 scan->channel_count);
	printf("scan %s of %s: %u points%s, %s%s counting, %s%s in all\n", scan->name,
	       scan->device->spec.name, plan->steps, together, most,
	       pl_duration_format((double)plan->counting_ns / 1e9, counting),
	       plan->is_bound ? most : "about ",
	       pl_duration_format((double)plan->duration_ns / 1e9, duration));
}

static void print_track(const struct pl_plan_track *track, const struct pl_plan *plan)
{
	char number[PL_NUMBER_SIZE];

	printf("%s:", track->name);
	for (size_t i = 0; i < plan->count; i++)
		if (plan->points[i].channel == track->channel)
			printf(" %s%s", pl_number_format(plan->points[i].set, number),
			       plan->points[i].pass == PL_PASS_CHECK ? " (check)" : "");
	printf("\n");
}

void pl_plan_print(const struct pl_bench *bench, const struct pl_scan *scan,
		   const struct pl_plan *plan)
{
	struct pl_text lines[RULES] = {{0}};
	struct pl_plan_track track;
	char remark[PL_REMARK_SIZE];

	print_head(scan, plan);
	make_rules(bench, scan, lines);
	for (size_t i = 0; i < RULES; i++) {
		if (lines[i].length > 0)
			printf("  %s: %s\n", rule_names[i], lines[i].data);
		pl_text_free(&lines[i]);
	}
	if (scan->events)
		printf("  events: each to events.csv\n");
	for (size_t t = 0; pl_plan_track(scan, t, &track); t++)
		print_track(&track, plan);
	if (scan->order == PL_ORDER_SHUFFLE && !scan->has_seed)
		printf("the order is shuffled; another one will be drawn at the start\n");
	if (pl_plan_remark(scan, remark, sizeof(remark)))
		printf("warning: %s\n", remark);
	printf("nothing was opened and nothing was written\n");
}

/* ---- for programs ---- */

static struct pl_json *track_json(const struct pl_plan_track *track, const struct pl_plan *plan)
{
	struct pl_json *item = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < plan->count; i++)
		if (plan->points[i].channel == track->channel)
			pl_json_add_number(list, NULL, plan->points[i].set);
	pl_json_add_text(item, "channel", track->name);
	pl_json_add(item, "points", list);
	return item;
}

struct pl_json *pl_plan_json(const struct pl_bench *bench, const struct pl_scan *scan,
			     const struct pl_plan *plan)
{
	struct pl_json *result = pl_json_object(), *channels = pl_json_array();
	struct pl_text lines[RULES] = {{0}};
	struct pl_plan_track track;
	char remark[PL_REMARK_SIZE];

	pl_json_add_text(result, "scan", scan->name);
	pl_json_add_integer(result, "points", (int64_t)plan->count);
	pl_json_add_integer(result, "windows", plan->steps);
	pl_json_add_number(result, "counting_s", (double)plan->counting_ns / 1e9);
	pl_json_add_number(result, "duration_s", (double)plan->duration_ns / 1e9);
	pl_json_add_boolean(result, "at_most", plan->is_bound);
	for (size_t t = 0; pl_plan_track(scan, t, &track); t++)
		pl_json_add(channels, NULL, track_json(&track, plan));
	pl_json_add(result, "channels", channels);
	make_rules(bench, scan, lines);
	for (size_t i = 0; i < RULES; i++) {
		pl_json_add_text(result, rule_names[i], lines[i].data ? lines[i].data : "");
		pl_text_free(&lines[i]);
	}
	if (pl_plan_remark(scan, remark, sizeof(remark)))
		pl_json_add_text(result, "warning", remark);
	return result;
}
