/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_yaml_scan.c - the scan of run.yaml: every value that its points were taken with. Pure. */
#include "store/run_yaml.h"

static const char *const modes[] = {[PL_SCAN_SERIAL] = "serial", [PL_SCAN_PARALLEL] = "parallel"};
static const char *const orders[] = {
    [PL_ORDER_UP] = "up",
    [PL_ORDER_DOWN] = "down",
    [PL_ORDER_UPDOWN] = "updown",
    [PL_ORDER_SHUFFLE] = "shuffle",
};
static const char *const restores[] = {
    [PL_RESTORE_PREVIOUS] = "previous",
    [PL_RESTORE_CONFIGURED] = "configured",
    [PL_RESTORE_SUPPRESS] = "suppress",
    [PL_RESTORE_KEEP] = "keep",
};

static const char *const dwells[] = {
    [PL_DWELL_TIME] = "time",
    [PL_DWELL_COUNTS] = "counts",
    [PL_DWELL_ERROR] = "error",
};
static const char *const elses[] = {
    [PL_UNTIL_SKIP] = "skip",
    [PL_UNTIL_ASK] = "ask",
    [PL_UNTIL_STOP] = "stop",
};

static void add_seconds(struct pl_yaml_out *out, const char *key, int64_t ns)
{
	pl_yaml_out_number(out, key, (double)ns / 1e9);
}

/* Only what the rule looks at. */
static void add_dwell(struct pl_yaml_out *out, const struct pl_dwell *dwell)
{
	pl_yaml_out_map(out, "dwell");
	pl_yaml_out_text(out, "rule", dwells[dwell->rule]);
	if (dwell->rule == PL_DWELL_TIME) {
		add_seconds(out, "time_s", dwell->time_ns);
	} else {
		if (dwell->rule == PL_DWELL_COUNTS)
			pl_yaml_out_integer(out, "counts", dwell->counts);
		else
			pl_yaml_out_number(out, "error", dwell->error);
		add_seconds(out, "min_s", dwell->min_ns);
		add_seconds(out, "max_s", dwell->max_ns);
		add_seconds(out, "zero_rate_s", dwell->zero_rate_ns);
	}
	pl_yaml_out_close(out);
}

static void add_until(struct pl_yaml_out *out, const struct pl_until *until)
{
	if (!until->is_given) {
		pl_yaml_out_null(out, "settle_until");
		return;
	}
	pl_yaml_out_map(out, "settle_until");
	pl_yaml_out_text(out, "path", until->path);
	pl_yaml_out_number(out, "within", until->within);
	add_seconds(out, "for_s", until->for_ns);
	add_seconds(out, "at_most_s", until->at_most_ns);
	pl_yaml_out_text(out, "else", elses[until->otherwise]);
	pl_yaml_out_close(out);
}

/* As points.csv names it; the scanned channel changes from row to row. */
static const char *measure_name(const struct pl_scan *scan, const struct pl_measure *measure)
{
	const struct pl_device *device = scan->device;
	size_t index = (size_t)measure->index, channels = device->spec.channel_count;

	if (measure->kind == PL_MEASURE_READING)
		return scan->readings[index].path;
	if (measure->kind == PL_MEASURE_SCANNED)
		return "the scanned channel";
	return index < channels ? device->spec.channels[index].name
				: device->coincidences[index - channels].name;
}

static void add_measures(struct pl_yaml_out *out, const struct pl_scan *scan)
{
	pl_yaml_out_list(out, "measures");
	for (size_t i = 0; i < scan->measure_count; i++)
		pl_yaml_out_text(out, NULL, measure_name(scan, &scan->measures[i]));
	pl_yaml_out_close(out);
}

static void add_readings(struct pl_yaml_out *out, const struct pl_scan *scan)
{
	pl_yaml_out_list(out, "readings");
	for (size_t i = 0; i < scan->reading_count; i++)
		pl_yaml_out_text(out, NULL, scan->readings[i].path);
	pl_yaml_out_close(out);
	add_seconds(out, "readings_period_s", scan->readings_period_ns);
}

/* The seed is here whether the bench file gave it or it was drawn: with it the plan comes again. */
static void add_order(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	const struct pl_scan *scan = head->scan;

	pl_yaml_out_text(out, "mode", modes[scan->mode]);
	pl_yaml_out_text(out, "order", orders[scan->order]);
	if (scan->order == PL_ORDER_SHUFFLE)
		pl_yaml_out_integer(out, "seed", head->seed);
	else
		pl_yaml_out_null(out, "seed");
	pl_yaml_out_integer(out, "repeat", scan->repeat);
}

void pl_run_yaml_scan(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	const struct pl_scan *scan = head->scan;

	pl_yaml_out_map(out, "scan");
	pl_yaml_out_text(out, "device", scan->device->spec.name);
	if (scan->set)
		pl_yaml_out_text(out, "set", scan->set);
	else
		pl_yaml_out_null(out, "set");
	add_order(out, head);
	pl_yaml_out_boolean(out, "drift_check", scan->drift_check);
	add_dwell(out, &scan->dwell);
	add_seconds(out, "settle_s", scan->settle_ns);
	add_until(out, &scan->until);
	add_seconds(out, "discard_first_s", scan->discard_first_ns);
	add_measures(out, scan);
	add_readings(out, scan);
	pl_yaml_out_boolean(out, "events", scan->events);
	pl_yaml_out_number(out, "suppress", scan->suppress);
	pl_yaml_out_integer(out, "retry_tries", scan->retry_tries);
	add_seconds(out, "retry_wait_s", scan->retry_wait_ns);
	pl_yaml_out_integer(out, "give_up", scan->give_up);
	pl_yaml_out_text(out, "restore", restores[scan->restore]);
	pl_yaml_out_close(out);
}
