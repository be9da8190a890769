/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_count.c - plateau count: hits at the present settings, changing nothing. */
#include "cli/print.h"
#include "cli/word.h"

#include "config/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct count {
	const struct pl_call *call;
	const char *path; /* NULL: the only detector */
	char chosen[PL_NAME_SIZE];
};

static const struct pl_device *only_detector(const struct pl_bench *bench)
{
	const struct pl_device *found = NULL;

	for (size_t i = 0; i < bench->device_count; i++) {
		if (!bench->devices[i].driver->has_events)
			continue;
		if (found != NULL)
			return NULL;
		found = &bench->devices[i];
	}
	return found;
}

static bool has_series(const struct pl_device *device, const char *name)
{
	for (size_t i = 0; i < device->spec.channel_count; i++)
		if (strcmp(device->spec.channels[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < device->coincidence_count; i++)
		if (strcmp(device->coincidences[i].name, name) == 0)
			return true;
	return false;
}

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct count *count = ctx;
	const struct pl_device *device;
	char name[PL_NAME_SIZE];
	const char *dot = strchr(count->path, '.');

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(count->path, "."), count->path);
	device = pl_bench_device(bench, name);
	if (device == NULL)
		return pl_error_set(error, PL_ERR_NOT_FOUND, count->path, "is no device of %.100s",
				    bench->file);
	if (!device->driver->has_events)
		return pl_error_set(error, PL_ERR_USAGE, count->path, "is not a detector");
	if (dot != NULL && !has_series(device, dot + 1))
		return pl_error_set(error, PL_ERR_NOT_FOUND, count->path,
				    "has no channel or coincidence `%.40s`", dot + 1);
	return PL_OK;
}

static void print_rate(struct pl_table *table, const struct pl_json *item, const char *key)
{
	char text[48];

	snprintf(text, sizeof(text), "%.5g", pl_json_get_number(item, key, NAN));
	pl_table_add(table, text);
}

static int on_result(void *ctx, const struct pl_json *result)
{
	static const char *const heads[] = {"channel", "hits", "rate[Hz]", "from[Hz]", "to[Hz]"};
	const struct count *count = ctx;
	const struct pl_json *list = pl_json_get(result, "channels");
	struct pl_table table = {.columns = 5};

	if (pl_call_has(count->call, "json"))
		return pl_print_json(result);
	printf("%s: %lld events in %.3f s%s\n", pl_json_get_text(result, "device", ""),
	       (long long)pl_json_get_integer(result, "events", 0),
	       pl_json_get_number(result, "seconds", 0),
	       strcmp(pl_json_get_text(result, "stop_rule", ""), "max_time") == 0
		   ? ": the counts did not come in that time"
		   : "");
	for (size_t i = 0; i < 5; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *item = pl_json_at(list, i);

		pl_table_add(&table, pl_json_get_text(item, "channel", ""));
		pl_table_add_integer(&table, pl_json_get_integer(item, "hits", 0));
		print_rate(&table, item, "rate");
		print_rate(&table, item, "rate_lo");
		print_rate(&table, item, "rate_hi");
	}
	pl_table_print(&table);
	return PL_EXIT_OK;
}

/* Without a path the file says which detector there is. */
static int choose(const struct pl_bench_ref *ref, struct count *count)
{
	struct pl_bench *bench = NULL;
	const struct pl_device *device;
	struct pl_error error;
	int exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);

	if (exit_status != PL_EXIT_OK)
		return exit_status;
	device = only_detector(bench);
	if (device != NULL) {
		pl_text_copy(count->chosen, sizeof(count->chosen), device->spec.name);
		count->path = count->chosen;
	} else {
		pl_error_set(&error, PL_ERR_USAGE, bench->file, "say which detector to count");
		exit_status = pl_fail(ref->call, &error);
	}
	pl_bench_free(bench);
	return exit_status;
}

/* An option that is a time, as seconds; left out it adds nothing. */
static enum pl_status add_time(const struct pl_call *call, const char *option, struct pl_json *args,
			       const char *key, struct pl_error *error)
{
	const char *duration = pl_call_value(call, option);
	int64_t time_ns;

	if (duration == NULL)
		return PL_OK;
	if (pl_duration_parse(duration, &time_ns, error) != PL_OK) {
		snprintf(error->where, sizeof(error->where), "--%s", option);
		return error->code;
	}
	pl_json_add_number(args, key, (double)time_ns / 1e9);
	return PL_OK;
}

static enum pl_status add_counts(const struct pl_call *call, struct pl_json *args,
				 struct pl_error *error)
{
	const char *text = pl_call_value(call, "counts");
	int64_t counts;

	if (text == NULL && pl_call_value(call, "max-time") != NULL)
		return pl_error_set(error, PL_ERR_USAGE, "--max-time", "bounds --counts only");
	if (text == NULL)
		return PL_OK;
	if (!pl_text_to_int(text, &counts))
		return pl_error_set(error, PL_ERR_USAGE, "--counts", "`%.40s` is no number", text);
	pl_json_add_integer(args, "counts", counts);
	return PL_OK;
}

static int count_word(const struct pl_bench_ref *ref, struct count *count)
{
	struct pl_word word = {
	    .name = "count", .check = check, .on_result = on_result, .ctx = count};
	struct pl_json *args = pl_json_object();
	struct pl_error error;
	enum pl_status status = add_time(ref->call, "for", args, "for_s", &error);
	int exit_status;

	if (status == PL_OK)
		status = add_time(ref->call, "max-time", args, "max_s", &error);
	if (status == PL_OK)
		status = add_counts(ref->call, args, &error);
	exit_status = status == PL_OK ? PL_EXIT_OK : pl_fail(ref->call, &error);
	if (exit_status == PL_EXIT_OK && count->path == NULL)
		exit_status = choose(ref, count);
	if (exit_status != PL_EXIT_OK) {
		pl_json_free(args);
		return exit_status;
	}
	pl_json_add_text(args, "path", count->path);
	word.args = args;
	return pl_word_run(ref, &word);
}

static int run(const struct pl_call *call)
{
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK) {
		exit_status = pl_fail(call, &error);
	} else if (rest[0] != NULL && rest[1] != NULL) {
		exit_status = pl_fail_surplus(call, rest[1]);
	} else {
		struct count count = {.call = call, .path = rest[0]};

		exit_status = count_word(&ref, &count);
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"for", 0, "TIME", "how long to count (default 10 s)"},
    {"counts", 0, "N", "until each channel, or the one named, has so many hits"},
    {"max-time", 0, "TIME", "but no longer than this (default 1 h)"},
    {.name = NULL},
};

const struct pl_command pl_cmd_count = {
    .name = "count",
    .summary = "count at the present settings; changes nothing",
    .synopsis = "[BENCH] [DEVICE[.CHANNEL]] [--for TIME | --counts N [--max-time TIME]]",
    .text = "Counts the events of a detector for a time and prints hits and rate of each channel "
	    "and coincidence with its 68 % interval. With --counts it counts until each channel "
	    "has so many hits; the rate of the last one, whose hit ended the counting, then is "
	    "the unbiased (n-1)/t. Nothing is written to the device and nothing to the workspace.",
    .options = options,
    .most = 2,
    .run = run,
};
