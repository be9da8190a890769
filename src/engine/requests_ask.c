/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_ask.c - words that only ask: status, describe. They start nothing and wait for
 * nothing. An answer is one line: lists that do not fit it are cut, and "more" says so.
 */
#include "engine/record.h"

#include "record/choose.h"

#include <stdlib.h>

#define SCANS_ROOM	(20u << 10)
#define RECORDINGS_ROOM (10u << 10)
#define PARAMETERS_ROOM (30u << 10)

void do_status(const struct request *request)
{
	uint64_t next = 1;

	answer_ok(request->engine, request->asker,
		  snapshot_make(request->engine, PARTS_ALL, &next, NULL));
}

/* ---- describe ---- */

static struct pl_json *described_scans(const struct pl_bench *bench, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = SCANS_ROOM};

	for (size_t i = 0; i < bench->scan_count && !list.is_cut; i++) {
		const struct pl_scan *scan = &bench->scans[i];
		const struct pl_device *device = scan->device;
		const struct pl_parameter *axis = pl_scan_axis(scan);
		struct pl_json *item = pl_json_object(), *channels = pl_json_array();

		pl_json_add_text(item, "name", scan->name);
		pl_json_add_text(item, "device", device->spec.name);
		for (size_t c = 0; c < scan->channel_count; c++)
			pl_json_add_text(channels, NULL,
					 device->spec.channels[scan->channels[c].channel].name);
		pl_json_add(item, "channels", channels);
		pl_json_add_text(item, "parameter", axis->name);
		pl_json_add_text(item, "unit", axis->unit);
		part_add(&list, item);
	}
	*is_cut |= list.is_cut;
	return list.items;
}

static struct pl_json *described_recordings(const struct pl_bench *bench, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = RECORDINGS_ROOM};

	for (size_t i = 0; i < bench->recording_count && !list.is_cut; i++) {
		const struct pl_recording *recording = &bench->recordings[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "name", recording->name);
		pl_json_add_number(item, "rate_hz", recording->rate_hz);
		pl_json_add_integer(item, "parameters", (int64_t)recording->reading_count);
		pl_json_add_text(item, "events",
				 recording->events_device < 0
				     ? NULL
				     : bench->devices[recording->events_device].spec.name);
		pl_json_add_number(item, "time_s", (double)recording->time_ns / PL_NS_PER_S);
		pl_json_add_integer(item, "ticks", recording->ticks);
		pl_json_add_integer(item, "counts", recording->counts);
		part_add(&list, item);
	}
	*is_cut |= list.is_cut;
	return list.items;
}

static struct pl_json *parameter_json(const struct pl_match *match)
{
	const struct pl_parameter *row = match->parameter;
	struct pl_json *item = pl_json_object();

	pl_json_add_text(item, "path", match->path);
	pl_json_add_text(item, "unit", row->unit);
	pl_json_add_number(item, "min", row->min);
	pl_json_add_number(item, "max", row->max);
	pl_json_add_number(item, "step", row->step);
	pl_json_add_integer(item, "digits", row->digits);
	pl_json_add_boolean(item, "writable", (row->access & PL_ACCESS_WRITE) != 0);
	pl_json_add_text(item, "text", row->text);
	return item;
}

static struct pl_json *described_parameters(const struct pl_bench *bench, bool *is_cut)
{
	enum { MOST = 512 }; /* more do not fit the line anyway */
	struct part_list list = {.items = pl_json_array(), .room = PARAMETERS_ROOM};
	struct pl_match *matches = calloc(MOST, sizeof(*matches));
	size_t count = 0;

	if (matches == NULL || pl_bench_resolve(bench, "*", matches, MOST, &count, NULL) != PL_OK)
		count = 0;
	list.is_cut = count > MOST;
	for (size_t i = 0; i < count && i < MOST; i++)
		if (!part_add(&list, parameter_json(&matches[i])))
			break;
	free(matches);
	*is_cut |= list.is_cut;
	return list.items;
}

static void describe_bench(const struct request *request)
{
	const struct pl_bench *bench = request->engine->bench;
	struct pl_json *result;
	bool is_cut = false;

	if (pl_json_is_string(pl_json_get(request->args, "check"))) {
		describe_check(request);
		return;
	}
	if (pl_json_size(pl_json_get(request->args, "paths")) > 0) {
		describe_paths(request);
		return;
	}
	result = pl_json_object();
	pl_json_add(result, "scans", described_scans(bench, &is_cut));
	pl_json_add(result, "recordings", described_recordings(bench, &is_cut));
	pl_json_add(result, "parameters", described_parameters(bench, &is_cut));
	pl_json_add_boolean(result, "more", is_cut);
	answer_ok(request->engine, request->asker, result);
}

/* The rows of one scan or recording, else the bench. */
void do_describe(const struct request *request)
{
	const char *scan = pl_json_get_text(request->args, "scan", NULL);
	const char *recording = pl_json_get_text(request->args, "record", NULL);
	const struct pl_bench *bench = request->engine->bench;
	const struct pl_recording *found_recording;
	const struct pl_scan *found_scan;
	struct pl_error error;

	if (scan == NULL && recording == NULL)
		describe_bench(request);
	else if (scan != NULL && run_find_scan(bench, scan, &found_scan, &error) == PL_OK)
		answer_ok(request->engine, request->asker, form_scan(request->engine, found_scan));
	else if (scan == NULL &&
		 pl_recording_find(bench, recording, &found_recording, &error) == PL_OK)
		answer_ok(request->engine, request->asker,
			  form_record(request->engine, found_recording));
	else
		answer_error(request->engine, request->asker, &error);
}
