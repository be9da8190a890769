/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_read_recording.c - what run.yaml tells of a recording: its books and the files of its sinks.
 * Any thread.
 */
#include "store/run_read.h"

#include "base/yaml.h"

#include <stddef.h>

/* key -> count of the books */
static const struct {
	const char *key;
	size_t offset;
} counts[] = {
#define COUNT_ROW(member)                                                                          \
	{                                                                                          \
#member, offsetof(struct pl_record_books, member)                                  \
	}
    COUNT_ROW(samples_emitted),
    COUNT_ROW(samples_late),
    COUNT_ROW(on_time),
    COUNT_ROW(late),
    COUNT_ROW(failed),
    COUNT_ROW(dropped),
    COUNT_ROW(reads_ok),
    COUNT_ROW(rows),
    COUNT_ROW(gaps),
    COUNT_ROW(rows_lost),
    COUNT_ROW(events),
#undef COUNT_ROW
};

static enum pl_status take_count(const struct pl_yaml_node *map, const char *key, uint64_t *out,
				 struct pl_error *error)
{
	int64_t value = pl_yaml_get_integer(map, key, 0);

	if (value < 0)
		return pl_run_read_refuse(pl_yaml_get(map, key), "a count out of all bounds",
					  error);
	*out = (uint64_t)value;
	return PL_OK;
}

static enum pl_status take_time(const struct pl_yaml_node *map, const char *key, int64_t *out,
				struct pl_error *error)
{
	const struct pl_yaml_node *node = pl_yaml_get(map, key);

	if (!node || pl_yaml_is_null(node))
		return PL_OK;
	if (node->kind != PL_YAML_SCALAR || !pl_clock_parse_utc(node->text, out))
		return pl_run_read_refuse(node, "no UTC time", error);
	return PL_OK;
}

static enum pl_status take_reasons(const struct pl_yaml_node *books, struct pl_record_books *out,
				   struct pl_error *error)
{
	const struct pl_yaml_node *skipped = pl_yaml_get(books, "skipped");
	const struct pl_yaml_node *failed = pl_yaml_get(books, "reads_failed");
	enum pl_status status = PL_OK;

	for (int i = 0; !status && i < PL_SKIPS; i++)
		status =
		    take_count(skipped, pl_skip_name((enum pl_skip)i), &out->skipped[i], error);
	for (int i = 0; !status && i < PL_READ_FAULTS; i++)
		status = take_count(failed, pl_read_fault_name((enum pl_read_fault)i),
				    &out->reads_failed[i], error);
	return status;
}

static enum pl_status take_books(const struct pl_yaml_node *books, struct pl_record_books *out,
				 struct pl_error *error)
{
	enum pl_status status = PL_OK;
	uint64_t disconnects = 0;

	for (size_t i = 0; !status && i < sizeof counts / sizeof counts[0]; i++)
		status = take_count(books, counts[i].key,
				    (uint64_t *)(void *)((char *)out + counts[i].offset), error);
	if (!status)
		status = take_count(books, "disconnects", &disconnects, error);
	if (!status)
		status = take_reasons(books, out, error);
	if (!status)
		status = take_time(books, "started_at", &out->started_utc_ns, error);
	if (!status)
		status = take_time(books, "finished_at", &out->finished_utc_ns, error);
	out->disconnects = (uint32_t)disconnects;
	out->max_drift_ms = pl_yaml_get_number(books, "max_drift_ms", 0);
	out->tick_duration_ms_p50 = pl_yaml_get_number(books, "tick_duration_ms_p50", 0);
	out->tick_duration_ms_p99 = pl_yaml_get_number(books, "tick_duration_ms_p99", 0);
	return status;
}

/* readings.csv, readings.2.csv, … in the list of files. */
static void take_parts(const struct pl_yaml_node *files, struct pl_run_record *out)
{
	char name[PL_NAME_SIZE];

	for (const struct pl_yaml_node *node = files ? files->first : NULL; node; node = node->next)
		for (int file = 0; node->kind == PL_YAML_SCALAR && file < PL_READING_FILES;
		     file++) {
			unsigned next = out->reading_parts[file] + 1u;

			pl_reading_file_name((enum pl_reading_file)file, next, name);
			if (strcmp(node->text, name) == 0)
				out->reading_parts[file] = (uint16_t)next;
		}
}

enum pl_status pl_run_read_recording(const struct pl_yaml_node *root, struct pl_run_record *out,
				     struct pl_error *error)
{
	const struct pl_yaml_node *books = pl_yaml_get(root, "books");

	if (!pl_run_record_is_recording(out))
		return PL_OK;
	out->rate_hz = pl_yaml_get_number(pl_yaml_get(root, "recording"), "rate_hz", 0);
	take_parts(pl_yaml_get(root, "files"), out);
	return books ? take_books(books, &out->books, error) : PL_OK;
}
