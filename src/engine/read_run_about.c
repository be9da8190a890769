/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_run_about.c - what a stored run is: all that is told of it but its lists. Reader's thread.
 */
#include "engine/read_run_parts.h"

static struct pl_json *channels_json(const struct pl_run_record *record)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; record->device != NULL && i < record->device->channel_count; i++) {
		const struct pl_channel_result *result = &record->channels[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "channel", record->device->channels[i].name);
		pl_json_add_boolean(item, "scanned", result->scanned);
		pl_json_add_integer(item, "ok", result->ok);
		pl_json_add_integer(item, "invalid", result->invalid);
		if (result->scanned)
			pl_json_add(list, NULL, item);
		else
			pl_json_free(item);
	}
	return list;
}

static struct pl_json *devices_json(const struct pl_run_record *record)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < record->device_count && i < 40; i++) {
		const struct pl_run_device *device = &record->devices[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "name", device->name);
		pl_json_add_text(item, "driver", device->driver);
		pl_json_add_text(item, "port", device->port);
		pl_json_add_text(item, "model", device->identity.model);
		pl_json_add_text(item, "firmware", device->identity.firmware);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static struct pl_json *overrides_json(const struct pl_run_record *record)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < record->override_count && i < 40; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", record->overrides[i].path);
		pl_json_add_text(item, "value", record->overrides[i].value);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static struct pl_json *restore_json(const struct pl_run_record *record)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < record->restore_count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", record->restore[i].path);
		pl_json_add_number(item, "value", record->restore[i].value);
		pl_json_add_boolean(item, "confirmed", record->restore[i].is_confirmed);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static void add_time(struct pl_json *to, const char *key, int64_t utc_ns)
{
	char text[PL_UTC_SIZE] = "";

	if (utc_ns > 0)
		pl_clock_format_utc(utc_ns, text);
	pl_json_add_text(to, key, utc_ns > 0 ? text : NULL);
}

struct pl_json *read_about(const struct pl_listed_run *listed, const struct pl_run_record *record)
{
	const struct pl_run_summary *run = &listed->run;
	struct pl_json *out = pl_json_object();
	char state[PL_LISTED_STATE];

	pl_json_add_integer(out, "run", run->number);
	pl_json_add_text(out, "day", run->day);
	pl_json_add_text(out, "path", run->path);
	pl_json_add_text(out, "uid", record->uid);
	pl_json_add_text(out, "bench", run->bench);
	pl_json_add_text(out, "kind", run->kind);
	pl_json_add_text(out, "name", run->name);
	pl_json_add_text(out, "state", pl_listed_state(run, state));
	pl_json_add_boolean(out, "is_owned", run->is_owned);
	pl_json_add_text(out, "host", run->host);
	pl_json_add_text(out, "operator", run->operator_name);
	pl_json_add_text(out, "label", run->label);
	pl_json_add_text(out, "sample", run->sample);
	pl_json_add_text(out, "reason", run->reason);
	pl_json_add_text(out, "actor", record->actor);
	pl_json_add_text(out, "version", record->version);
	pl_json_add_boolean(out, "simulated", record->simulated);
	add_time(out, "started_at", record->started_utc_ns);
	add_time(out, "finished_at", record->finished_utc_ns);
	pl_json_add_integer(out, "resumed", (int64_t)record->resume_count);
	pl_json_add_text(out, "bench_file", record->bench_file);
	pl_json_add_text(out, "set", record->set);
	pl_json_add_integer(out, "planned", run->points_planned);
	pl_json_add_integer(out, "done", run->points_done);
	pl_json_add_integer(out, "invalid", run->points_invalid);
	pl_json_add_number(out, "rate_hz", record->rate_hz);
	if (pl_run_record_is_recording(record))
		pl_json_add(out, "books", pl_record_books_json(&record->books));
	pl_json_add(out, "channels", channels_json(record));
	pl_json_add(out, "devices", devices_json(record));
	pl_json_add(out, "overrides", overrides_json(record));
	pl_json_add(out, "restore", restore_json(record));
	return out;
}
