/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_yaml_recording.c - the recording of run.yaml: every value that its ticks were taken with, and
 * the books of what became of them. Pure. */
#include "store/run_yaml.h"

static const char *const overflows[] = {
    [PL_OVERFLOW_BLOCK] = "block",
    [PL_OVERFLOW_DROP_NEWEST] = "drop_newest",
    [PL_OVERFLOW_DROP_OLDEST] = "drop_oldest",
};
static const struct {
	unsigned bit;
	const char *name;
} sinks[] = {{PL_SINK_CSV, "csv"}, {PL_SINK_JSONL, "jsonl"}, {PL_SINK_SQLITE, "sqlite"}};

/* 0 = not given. */
static void add_limit(struct pl_yaml_out *out, const char *key, int64_t value)
{
	if (value)
		pl_yaml_out_integer(out, key, value);
	else
		pl_yaml_out_null(out, key);
}

static void add_parameters(struct pl_yaml_out *out, const struct pl_recording *recording)
{
	pl_yaml_out_list(out, "parameters");
	for (size_t i = 0; i < recording->reading_count; i++) {
		const struct pl_beside *reading = &recording->readings[i];
		const char *unit = reading->parameter ? reading->parameter->unit : NULL;

		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "path", reading->path);
		pl_yaml_out_text(out, "unit", unit ? unit : "");
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

static void add_sinks(struct pl_yaml_out *out, unsigned bits)
{
	pl_yaml_out_list(out, "sinks");
	for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++)
		if (bits & sinks[i].bit)
			pl_yaml_out_text(out, NULL, sinks[i].name);
	pl_yaml_out_close(out);
}

void pl_run_yaml_recording(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	const struct pl_recording *recording = head->recording;
	const struct pl_device *events = pl_run_events_device(head);

	pl_yaml_out_map(out, "recording");
	if (recording->rate_hz > 0)
		pl_yaml_out_number(out, "rate_hz", recording->rate_hz);
	else
		pl_yaml_out_null(out, "rate_hz");
	add_parameters(out, recording);
	if (events)
		pl_yaml_out_text(out, "events", events->spec.name);
	else
		pl_yaml_out_null(out, "events");
	if (recording->time_ns)
		pl_yaml_out_number(out, "time_s", (double)recording->time_ns / 1e9);
	else
		pl_yaml_out_null(out, "time_s");
	add_limit(out, "ticks", recording->ticks);
	add_limit(out, "counts", recording->counts);
	add_limit(out, "buffer", recording->buffer);
	pl_yaml_out_text(out, "overflow", overflows[recording->overflow]);
	add_sinks(out, recording->sinks);
	pl_yaml_out_number(out, "flush_s", (double)recording->flush_ns / 1e9);
	pl_yaml_out_boolean(out, "raw", recording->raw);
	pl_yaml_out_boolean(out, "reconnect", recording->reconnect);
	pl_yaml_out_close(out);
}

/* ---- books ---- */

static void add_time(struct pl_json *to, const char *key, int64_t utc_ns)
{
	char text[PL_UTC_SIZE];

	if (!utc_ns) {
		pl_json_add_null(to, key);
		return;
	}
	pl_clock_format_utc(utc_ns, text);
	pl_json_add_text(to, key, text);
}

static void add_count(struct pl_json *to, const char *key, uint64_t count)
{
	pl_json_add_integer(to, key, (int64_t)count);
}

struct pl_json *pl_record_books_json(const struct pl_record_books *books)
{
	struct pl_json *object = pl_json_object(), *skipped = pl_json_object(),
		       *failed = pl_json_object();

	for (int i = 0; i < PL_SKIPS; i++)
		add_count(skipped, pl_skip_name((enum pl_skip)i), books->skipped[i]);
	for (int i = 0; i < PL_READ_FAULTS; i++)
		add_count(failed, pl_read_fault_name((enum pl_read_fault)i),
			  books->reads_failed[i]);
	add_count(object, "samples_emitted", books->samples_emitted);
	add_count(object, "samples_late", books->samples_late);
	add_count(object, "on_time", books->on_time);
	add_count(object, "late", books->late);
	add_count(object, "failed", books->failed);
	add_count(object, "dropped", books->dropped);
	pl_json_add(object, "skipped", skipped);
	add_count(object, "reads_ok", books->reads_ok);
	pl_json_add(object, "reads_failed", failed);
	add_count(object, "rows", books->rows);
	add_count(object, "gaps", books->gaps);
	add_count(object, "rows_lost", books->rows_lost);
	add_count(object, "events", books->events);
	pl_json_add_number(object, "max_drift_ms", books->max_drift_ms);
	pl_json_add_number(object, "tick_duration_ms_p50", books->tick_duration_ms_p50);
	pl_json_add_number(object, "tick_duration_ms_p99", books->tick_duration_ms_p99);
	add_time(object, "started_at", books->started_utc_ns);
	add_time(object, "finished_at", books->finished_utc_ns);
	add_count(object, "disconnects", books->disconnects);
	return object;
}
