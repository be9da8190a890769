/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_plan.c - what `record --dry-run` shows: what each line is asked in a tick, what waits
 * where, how much comes of it.
 *
 * The bytes of a row are those of a row: one is made for each parameter, as the sinks would. What
 * stands in it is invented, so its length is about right. Main thread.
 */
#include "cli/record_plan.h"

#include "cli/print.h"

#include "record/choose.h"
#include "record/recorder.h"
#include "record/row.h"
#include "store/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const overflows[] = {
    [PL_OVERFLOW_BLOCK] = "block",
    [PL_OVERFLOW_DROP_NEWEST] = "drop_newest",
    [PL_OVERFLOW_DROP_OLDEST] = "drop_oldest",
};

/* SQLite keeps numbers shorter and has pages of its own: measured. */
#define SQLITE_PART 0.9

static const struct {
	enum pl_reading_file file;
	unsigned bit;
	enum pl_row_form form;
	double part; /* of the bytes of its text */
} sinks[] = {{PL_READINGS_CSV, PL_SINK_CSV, PL_ROW_CSV, 1},
	     {PL_READINGS_JSONL, PL_SINK_JSONL, PL_ROW_JSON, 1},
	     {PL_READINGS_SQLITE, PL_SINK_SQLITE, PL_ROW_CSV, SQLITE_PART}};
#define SINKS (sizeof(sinks) / sizeof(sinks[0]))

/* ---- how long a row is ---- */

static void invent(struct pl_sample *sample, const struct pl_beside *reading, int64_t now_ns)
{
	int digits = reading->parameter != NULL ? reading->parameter->digits : 1;

	*sample = (struct pl_sample){.target = reading->target,
				     .was_asked = true,
				     .requested_ns = now_ns,
				     .received_ns = now_ns + 12345678};
	sample->reading = (struct pl_reading){
	    .t_mono_ns = now_ns + 6172839,
	    .latency_ns = 12345678,
	    .value = {.type = reading->parameter != NULL ? reading->parameter->type : PL_VALUE_REAL,
		      .number = digits > 0 ? 123.4 : 1234}};
}

/* Of all parameters in one tick. */
static double tick_bytes(const struct pl_bench *bench, const struct pl_recording *recording,
			 enum pl_row_form form)
{
	struct pl_row_maker *maker = pl_row_maker_new(bench, recording, form, recording->raw);
	struct pl_tick *tick = calloc(1, pl_tick_size(1));
	int64_t now_ns = pl_clock_mono_ns();
	struct pl_text text = {0};
	double bytes;

	if (tick == NULL)
		pl_out_of_memory();
	*tick = (struct pl_tick){.kind = PL_TICK_READ,
				 .device = -1,
				 .count = 1,
				 .n = 10000,
				 .scheduled_ns = now_ns,
				 .started_ns = now_ns + 54321,
				 .utc_offset_ns = pl_clock_utc_ns() - now_ns};
	for (size_t i = 0; i < recording->reading_count; i++) {
		invent(&tick->samples[0], &recording->readings[i], now_ns);
		pl_row_add_tick(maker, tick, &text);
	}
	bytes = (double)text.length;
	pl_text_free(&text);
	pl_row_maker_free(maker);
	free(tick);
	return bytes;
}

/* ---- as an object ---- */

static struct pl_json *bus_json(const struct pl_bench *bench, const struct pl_recording *recording,
				int bus, const struct pl_recording_cost *cost)
{
	struct pl_json *out = pl_json_object(), *paths = pl_json_array();

	for (size_t i = 0; i < recording->reading_count; i++)
		if (bench->devices[recording->readings[i].target.device].first_on_line == bus)
			pl_json_add_text(paths, NULL, recording->readings[i].path);
	pl_json_add_text(out, "devices", cost->names);
	pl_json_add(out, "parameters", paths);
	pl_json_add_integer(out, "requests", cost->transactions);
	pl_json_add_number(out, "tick_s",
			   cost->transactions == 0		 ? 0
			   : cost->is_known && cost->time_ns > 0 ? (double)cost->time_ns / 1e9
								 : NAN);
	if (cost->baud > 0)
		pl_json_add_integer(out, "baud", cost->baud);
	else
		pl_json_add_null(out, "baud");
	return out;
}

static struct pl_json *buses_json(const struct pl_bench *bench,
				  const struct pl_recording *recording)
{
	struct pl_json *out = pl_json_array();
	struct pl_recording_cost cost;

	for (int bus = 0; bus < (int)bench->device_count; bus++)
		if (pl_recording_cost(bench, recording, bus, &cost))
			pl_json_add(out, NULL, bus_json(bench, recording, bus, &cost));
	return out;
}

static void add_line(void *ctx, const char *line)
{
	pl_json_add_text(ctx, NULL, line);
}

static struct pl_json *limits_json(const struct pl_bench *bench,
				   const struct pl_recording *recording)
{
	struct pl_json *out = pl_json_array();

	for (int bus = 0; bus < (int)bench->device_count; bus++)
		pl_record_budget_limits(bench, recording, bus, add_line, out);
	return out;
}

static struct pl_json *files_json(const struct pl_bench *bench,
				  const struct pl_recording *recording)
{
	double ticks = (double)pl_recording_ticks(recording);
	struct pl_json *out = pl_json_array();
	char name[PL_NAME_SIZE];

	for (size_t i = 0; i < SINKS && recording->reading_count > 0; i++) {
		double bytes = tick_bytes(bench, recording, sinks[i].form) * sinks[i].part;
		struct pl_json *item;

		if (!(recording->sinks & sinks[i].bit))
			continue;
		item = pl_json_object();
		pl_json_add_text(item, "file", pl_reading_file_name(sinks[i].file, 1, name));
		pl_json_add_number(item, "bytes_a_second", round(bytes * recording->rate_hz));
		pl_json_add_number(item, "bytes", ticks > 0 ? round(bytes * ticks) : NAN);
		pl_json_add(out, NULL, item);
	}
	return out;
}

static void add_limit(struct pl_json *out, const char *key, int64_t value)
{
	if (value > 0)
		pl_json_add_integer(out, key, value);
	else
		pl_json_add_null(out, key);
}

struct pl_json *pl_record_plan_json(const struct pl_bench *bench,
				    const struct pl_recording *recording)
{
	struct pl_json *out = pl_json_object();
	uint64_t ticks = pl_recording_ticks(recording);
	double rate_hz = recording->reading_count > 0 ? recording->rate_hz : NAN;
	double time_s = recording->time_ns > 0 ? (double)recording->time_ns / 1e9 : NAN;

	pl_json_add_text(out, "recording", recording->name);
	pl_json_add_number(out, "rate_hz", rate_hz);
	pl_json_add_number(out, "period_s", 1 / rate_hz);
	pl_json_add_number(out, "duration_s",
			   ticks > 0 && isnan(time_s) ? (double)ticks / rate_hz : time_s);
	add_limit(out, "ticks", (int64_t)ticks);
	add_limit(out, "counts", recording->counts);
	add_limit(out, "buffer",
		  recording->reading_count > 0 ? (int64_t)pl_recording_buffer(recording) : 0);
	pl_json_add_text(out, "overflow", overflows[recording->overflow]);
	pl_json_add_text(out, "events",
			 recording->events_device >= 0
			     ? bench->devices[recording->events_device].spec.name
			     : NULL);
	pl_json_add(out, "buses", buses_json(bench, recording));
	pl_json_add(out, "limits", limits_json(bench, recording));
	pl_json_add_integer(out, "rows_a_tick", (int64_t)recording->reading_count);
	add_limit(out, "rows", (int64_t)(ticks * recording->reading_count));
	pl_json_add(out, "files", files_json(bench, recording));
	return out;
}

/* ---- for people ---- */

static double number_of(const struct pl_json *plan, const char *key)
{
	return pl_json_get_number(plan, key, NAN);
}

static void print_head(const struct pl_json *plan)
{
	double rate_hz = number_of(plan, "rate_hz"), duration_s = number_of(plan, "duration_s");
	int64_t counts = pl_json_get_integer(plan, "counts", 0);
	char text[PL_DURATION_SIZE];
	bool has_end = !isnan(duration_s) || counts > 0;

	printf("recording %s", pl_json_get_text(plan, "recording", ""));
	if (!isnan(rate_hz))
		printf(": %lld parameters every %g s (%g Hz)",
		       (long long)pl_json_get_integer(plan, "rows_a_tick", 0), 1 / rate_hz,
		       rate_hz);
	if (!isnan(duration_s))
		printf(", for %s", pl_duration_format(duration_s, text));
	if (!pl_json_is_null(pl_json_get(plan, "ticks")))
		printf(", %lld ticks", (long long)pl_json_get_integer(plan, "ticks", 0));
	if (counts > 0)
		printf(", %lld events at most", (long long)counts);
	printf("%s\n", has_end ? "" : ", until it is stopped");
}

static void print_bus(const struct pl_json *bus, double period_s)
{
	const struct pl_json *paths = pl_json_get(bus, "parameters");
	double tick_s = number_of(bus, "tick_s");
	long long requests = pl_json_get_integer(bus, "requests", 0);

	printf("  %s: ", pl_json_get_text(bus, "devices", ""));
	if (requests == 0)
		printf("nothing to ask, its lines bring it");
	else if (isnan(tick_s))
		printf("%lld requests a tick; how long they take is not known", requests);
	else
		printf("%lld requests a tick, %.1f ms of %.1f ms at %lld baud", requests,
		       1000 * tick_s, 1000 * period_s,
		       (long long)pl_json_get_integer(bus, "baud", 0));
	for (size_t i = 0; i < pl_json_size(paths); i++)
		printf("%s%s", i > 0 ? ", " : ": ", pl_json_text(pl_json_at(paths, i), ""));
	printf("\n");
}

/* "1.3 MB" */
static const char *size_of(double bytes, char out[PL_NUMBER_SIZE])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	size_t unit = 0;

	while (bytes >= 1000 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		bytes /= 1000;
		unit++;
	}
	snprintf(out, PL_NUMBER_SIZE, "%.3g %s", bytes, units[unit]);
	return out;
}

static void print_file(const struct pl_json *file)
{
	double a_second = number_of(file, "bytes_a_second"), bytes = number_of(file, "bytes");
	char rate[PL_NUMBER_SIZE], sum[PL_NUMBER_SIZE];
	bool has_end = !isnan(bytes);

	printf("  %s: about %s a second, %s %s\n", pl_json_get_text(file, "file", ""),
	       size_of(a_second, rate), size_of(has_end ? bytes : 3600 * a_second, sum),
	       has_end ? "in all" : "an hour");
}

static void print_rows(const struct pl_json *plan)
{
	const struct pl_json *files = pl_json_get(plan, "files");

	if (pl_json_get_integer(plan, "rows_a_tick", 0) == 0)
		return;
	printf("  buffer: %lld ticks, then %s\n", (long long)pl_json_get_integer(plan, "buffer", 0),
	       pl_json_get_text(plan, "overflow", ""));
	printf("  rows: %lld a tick", (long long)pl_json_get_integer(plan, "rows_a_tick", 0));
	if (!pl_json_is_null(pl_json_get(plan, "rows")))
		printf(", %lld in all", (long long)pl_json_get_integer(plan, "rows", 0));
	printf("\n");
	for (size_t i = 0; i < pl_json_size(files); i++)
		print_file(pl_json_at(files, i));
}

void pl_record_plan_print(const struct pl_json *plan)
{
	const struct pl_json *buses = pl_json_get(plan, "buses");
	const struct pl_json *limits = pl_json_get(plan, "limits");
	const char *events = pl_json_get_text(plan, "events", "");

	print_head(plan);
	for (size_t i = 0; i < pl_json_size(buses); i++)
		print_bus(pl_json_at(buses, i), number_of(plan, "period_s"));
	for (size_t i = 0; i < pl_json_size(limits); i++)
		printf("  %s\n", pl_json_text(pl_json_at(limits, i), ""));
	if (events[0] != '\0')
		printf("  events: each of %s to events.csv\n", events);
	print_rows(plan);
	printf("nothing was opened and nothing was written\n");
}
