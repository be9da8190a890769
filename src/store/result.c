/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * result.c - what a run came to: states by name, files by name, the result object.
 *
 * The same object is printed by --json and stands in run.yaml. Pure, any thread.
 */
#include "store/run.h"

#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
#define STATE_ROW(code, name) [code] = name,
    PL_RUN_STATE_LIST(STATE_ROW)
#undef STATE_ROW
};

static const struct {
	const char *stem, *suffix;
	unsigned parts; /* of a scan, when the writer has not said */
} run_files[PL_RUN_FILES] = {
    [PL_RUN_POINTS] = {.stem = "points", .suffix = "csv", .parts = 1},
    [PL_RUN_OPERATIONS] = {.stem = "threshold_operations", .suffix = "csv", .parts = 1},
    [PL_RUN_AUDIT] = {.stem = "audit", .suffix = "csv", .parts = 1},
    [PL_RUN_SETTINGS] = {.stem = "settings", .suffix = "csv", .parts = 1},
    [PL_RUN_RAW_EVENTS] = {.stem = "events", .suffix = "csv", .parts = 0},
    [PL_RUN_DEVICE_LOG] = {.stem = "device", .suffix = "log", .parts = 0},
    [PL_RUN_NOTES] = {.stem = "notes", .suffix = "csv", .parts = 0},
};

const char *pl_run_state_name(enum pl_run_state state)
{
	return state_names[state];
}

bool pl_run_state_is_over(enum pl_run_state state)
{
	return state == PL_RUN_FINISHED || state == PL_RUN_INTERRUPTED || state == PL_RUN_CRASHED;
}

const char *pl_run_file_name(enum pl_run_file file, unsigned part, char out[PL_NAME_SIZE])
{
	if (part < 2)
		snprintf(out, PL_NAME_SIZE, "%s.%s", run_files[file].stem, run_files[file].suffix);
	else
		snprintf(out, PL_NAME_SIZE, "%s.%u.%s", run_files[file].stem, part,
			 run_files[file].suffix);
	return out;
}

const char *pl_reading_file_name(enum pl_reading_file file, unsigned part, char out[PL_NAME_SIZE])
{
	static const char *const suffixes[] = {[PL_READINGS_CSV] = "csv",
					       [PL_READINGS_JSONL] = "jsonl",
					       [PL_READINGS_SQLITE] = "sqlite"};

	if (part < 2)
		snprintf(out, PL_NAME_SIZE, "readings.%s", suffixes[file]);
	else
		snprintf(out, PL_NAME_SIZE, "readings.%u.%s", part, suffixes[file]);
	return out;
}

const struct pl_device *pl_run_events_device(const struct pl_run_head *head)
{
	if (head->scan)
		return head->scan->events ? head->scan->device : NULL;
	return head->recording->events_device >= 0
		   ? &head->bench->devices[head->recording->events_device]
		   : NULL;
}

const char *pl_run_kind(const struct pl_run_head *head)
{
	return head->scan ? "scan" : "recording";
}

const char *pl_run_title(const struct pl_run_head *head)
{
	return head->scan ? head->scan->name : head->recording->name;
}

const char *pl_run_results_name(int channel_id, char out[PL_NAME_SIZE])
{
	snprintf(out, PL_NAME_SIZE, "scan_results_ch%d.csv", channel_id);
	return out;
}

static const struct pl_channel *scanned_channel(const struct pl_run_head *head, size_t i)
{
	return &head->scan->device->spec.channels[head->scan->channels[i].channel];
}

static const struct pl_channel_result *result_of(const struct pl_run_head *head,
						 const struct pl_run_status *status, size_t i)
{
	return &status->channels[head->scan->channels[i].channel];
}

static size_t channel_count(const struct pl_run_head *head)
{
	return head->scan ? head->scan->channel_count : 0;
}

static unsigned parts_of(const struct pl_run_head *head, const struct pl_run_status *status,
			 int file)
{
	if (status->parts[file])
		return status->parts[file];
	return head->scan || file == PL_RUN_AUDIT ? run_files[file].parts : 0;
}

static struct pl_json *files_json(const struct pl_run_head *head,
				  const struct pl_run_status *status)
{
	struct pl_json *files = pl_json_array();
	char name[PL_NAME_SIZE];

	for (int file = 0; file < PL_READING_FILES; file++)
		for (unsigned part = 1; part <= status->reading_parts[file]; part++)
			pl_json_add_text(
			    files, NULL,
			    pl_reading_file_name((enum pl_reading_file)file, part, name));
	for (size_t i = 0; i < channel_count(head); i++)
		if (scanned_channel(head, i)->id > 0)
			pl_json_add_text(files, NULL,
					 pl_run_results_name(scanned_channel(head, i)->id, name));
	for (int file = 0; file < PL_RUN_FILES; file++) {
		for (unsigned part = 1; part <= parts_of(head, status, file); part++)
			pl_json_add_text(files, NULL,
					 pl_run_file_name((enum pl_run_file)file, part, name));
	}
	return files;
}

static struct pl_json *errors_json(const struct pl_run_head *head,
				   const struct pl_run_status *status)
{
	struct pl_json *errors = pl_json_array();
	char line[PL_NAME_SIZE + PL_RUN_TEXT_SIZE + 4];

	if (!status->success && pl_run_state_is_over(status->state) && status->reason[0])
		pl_json_add_text(errors, NULL, status->reason);
	for (size_t i = 0; i < channel_count(head); i++) {
		const struct pl_channel_result *result = result_of(head, status, i);

		if (!result->error[0])
			continue;
		snprintf(line, sizeof line, "%s: %s", scanned_channel(head, i)->name,
			 result->error);
		pl_json_add_text(errors, NULL, line);
	}
	return errors;
}

static struct pl_json *shift_json(const struct pl_shift *shift)
{
	struct pl_json *object = pl_json_object();

	pl_json_add_number(object, "value", shift->value);
	pl_json_add_number(object, "error", shift->error);
	pl_json_add_text(object, "reason", shift->reason);
	return object;
}

static struct pl_json *channel_json(const struct pl_channel *channel,
				    const struct pl_channel_result *result)
{
	struct pl_json *object = pl_json_object(), *files = pl_json_array();
	char name[PL_NAME_SIZE];

	if (channel->id > 0)
		pl_json_add_text(files, NULL, pl_run_results_name(channel->id, name));
	pl_json_add_text(object, "channel", channel->name);
	pl_json_add(object, "files", files);
	pl_json_add_text(object, "error", result->error[0] ? result->error : NULL);
	pl_json_add_integer(object, "points_ok", result->ok);
	pl_json_add_integer(object, "points_invalid", result->invalid);
	if (result->hysteresis.is_given)
		pl_json_add(object, "hysteresis", shift_json(&result->hysteresis));
	return object;
}

struct pl_json *pl_run_result_json(const struct pl_run_head *head,
				   const struct pl_run_status *status)
{
	struct pl_json *object = pl_json_object();
	struct pl_json *scanned = pl_json_array(), *channels = pl_json_array();

	for (size_t i = 0; i < channel_count(head); i++) {
		const struct pl_channel *channel = scanned_channel(head, i);
		const struct pl_channel_result *result = result_of(head, status, i);

		if (result->scanned)
			pl_json_add_text(scanned, NULL, channel->name);
		pl_json_add(channels, NULL, channel_json(channel, result));
	}
	pl_json_add_boolean(object, "success", status->success);
	pl_json_add(object, "scanned_channels", scanned);
	pl_json_add(object, "files", files_json(head, status));
	pl_json_add(object, "errors", errors_json(head, status));
	pl_json_add(object, "channels", channels);
	if (head->recording)
		pl_json_add(object, "books", pl_record_books_json(&status->books));
	pl_json_add_text(object, "run", head->folder.name);
	pl_json_add_text(object, "path", head->folder.path);
	pl_json_add_text(object, "state", pl_run_state_name(status->state));
	if (status->exit < 0)
		pl_json_add_null(object, "exit");
	else
		pl_json_add_integer(object, "exit", status->exit);
	pl_json_add_text(object, "reason", status->reason[0] ? status->reason : NULL);
	if (head->scan)
		pl_json_add_integer(object, "memory_writes", status->memory_writes);
	return object;
}
