/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_status.c - plateau status: a live bench at this moment. */
#include "cli/books.h"
#include "cli/print.h"
#include "cli/word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void print_bench(const struct pl_json *bench)
{
	printf("bench      %s%s (%s)\n", pl_json_get_text(bench, "name", ""),
	       pl_json_get_boolean(bench, "simulated", false) ? ", simulated" : "",
	       pl_json_get_text(bench, "file", ""));
	printf("workspace  %s\n", pl_json_get_text(bench, "workspace", ""));
	printf("engine     pid %d since %s, views: %d\n", (int)pl_json_get_integer(bench, "pid", 0),
	       pl_json_get_text(bench, "started", "?"),
	       (int)pl_json_get_integer(bench, "views", 0));
}

/* "top, threshold 290, attempt 2: count, 1.2 s left" */
static void print_point(const struct pl_json *run)
{
	char text[PL_NUMBER_SIZE], left[PL_DURATION_SIZE];
	const char *channel = pl_json_get_text(run, "channel", "");
	double set = pl_json_get_number(run, "set", NAN);
	int attempt = (int)pl_json_get_integer(run, "attempt", 0);
	int retries = (int)pl_json_get_integer(run, "retries", 0);

	printf("point      %d of %d", (int)pl_json_get_integer(run, "position", 0) + 1,
	       (int)pl_json_get_integer(run, "planned", 0));
	if (channel[0] != '\0')
		printf(", %s", channel);
	if (!isnan(set))
		printf(", %s %s%s%s", pl_json_get_text(run, "parameter", ""),
		       pl_measured_format(set, text),
		       pl_json_get_text(run, "unit", "")[0] != '\0' ? " " : "",
		       pl_json_get_text(run, "unit", ""));
	if (attempt > 1)
		printf(", attempt %d", attempt);
	if (retries > 0)
		printf(", write repeated %d times", retries);
	printf(": %s", pl_json_get_text(run, "phase", ""));
	if (pl_json_is_number(pl_json_get(run, "phase_left_s")))
		printf(", %s left",
		       pl_duration_format(pl_json_get_number(run, "phase_left_s", NAN), left));
	printf("\n");
}

static void print_until(const struct pl_json *until)
{
	char value[PL_NUMBER_SIZE], target[PL_NUMBER_SIZE], within[PL_NUMBER_SIZE];
	double now = pl_json_get_number(until, "value", NAN);

	if (pl_json_is_null(until))
		return;
	printf("waits for  %s to be %s within %s, is %s\n", pl_json_get_text(until, "path", ""),
	       pl_measured_format(pl_json_get_number(until, "target", NAN), target),
	       pl_measured_format(pl_json_get_number(until, "within", NAN), within),
	       isnan(now) ? "unknown" : pl_measured_format(now, value));
}

/* Points that are not as they should be, each kind when there are any. */
static void print_kinds(const struct pl_json *run)
{
	static const char *const kinds[] = {"invalid", "suspect", "saturated", "skipped", "voided"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (pl_json_get_integer(run, kinds[i], 0) > 0)
			printf(", %d %s", (int)pl_json_get_integer(run, kinds[i], 0), kinds[i]);
}

static void print_books(const struct pl_json *run)
{
	char left[PL_DURATION_SIZE];
	double behind_s = pl_json_get_number(run, "behind_s", 0);

	printf("books      %d of %d points done, %d rows durable",
	       (int)pl_json_get_integer(run, "done", 0),
	       (int)pl_json_get_integer(run, "planned", 0),
	       (int)pl_json_get_integer(run, "durable", 0));
	print_kinds(run);
	if (behind_s >= 1)
		printf(", writing %.0f s behind", behind_s);
	if (pl_json_is_number(pl_json_get(run, "eta_s")))
		printf(", %s left",
		       pl_duration_format(pl_json_get_number(run, "eta_s", NAN), left));
	printf("\n");
}

static void print_run(const struct pl_json *run)
{
	const char *reason = pl_json_get_text(run, "reason", "");

	if (pl_json_is_null(run)) {
		printf("run        none\n");
		return;
	}
	printf("run        %d %s: %s%s%s\n           %s\n", (int)pl_json_get_integer(run, "run", 0),
	       pl_json_get_text(run, "name", ""), pl_json_get_text(run, "state", ""),
	       reason[0] != '\0' ? ": " : "", reason, pl_json_get_text(run, "path", ""));
	if (!pl_json_get_boolean(run, "over", false)) {
		print_point(run);
		print_until(pl_json_get(run, "until"));
	}
	print_books(run);
}

static void print_recordings(const struct pl_json *runs)
{
	struct pl_text line = {0};

	for (size_t i = 0; i < pl_json_size(runs); i++) {
		const struct pl_json *run = pl_json_at(runs, i);
		const char *reason = pl_json_get_text(run, "reason", "");

		if (strcmp(pl_json_get_text(run, "kind", ""), "recording") != 0)
			continue;
		pl_text_clear(&line);
		pl_books_line(run, &line);
		printf("recording  %d %s%s%s, %s\n           %s\n",
		       (int)pl_json_get_integer(run, "run", 0), pl_json_get_text(run, "state", ""),
		       reason[0] != '\0' ? ": " : "", reason, line.data,
		       pl_json_get_text(run, "path", ""));
	}
	pl_text_free(&line);
}

/* What earlier runs left to be done. */
static void print_alarms(const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *item = pl_json_at(list, i);
		const char *unit = pl_json_get_text(item, "unit", "");
		const char *latched = pl_json_get_text(item, "latched", "");
		bool is_over = strcmp(pl_json_get_text(item, "level", ""), "inside") == 0;
		char number[PL_NUMBER_SIZE];

		printf("! %s  %s %s beyond %s, %s%s%s, %s %s%s\n",
		       pl_json_get_boolean(item, "alarm", false) ? "alarm  " : "warning",
		       pl_json_get_text(item, "path", ""), is_over ? "was" : "is", latched,
		       pl_measured_format(pl_json_get_number(item, "limit", NAN), number),
		       unit[0] != '\0' ? " " : "", unit, is_over ? "inside again since" : "since",
		       pl_json_get_text(item, "since", ""),
		       pl_json_get_boolean(item, "acked", false) ? ", acknowledged" : "");
	}
}

static void print_left(const struct pl_json *result)
{
	const struct pl_json *run = pl_json_get(result, "unfinished"),
			     *owed = pl_json_get(result, "pending_restore"),
			     *list = pl_json_get(owed, "settings");
	char number[PL_NUMBER_SIZE];

	if (!pl_json_is_null(run))
		printf("unfinished run %d %s: %s at %d of %d points\n",
		       (int)pl_json_get_integer(run, "run", 0), pl_json_get_text(run, "name", ""),
		       pl_json_get_text(run, "state", ""), (int)pl_json_get_integer(run, "done", 0),
		       (int)pl_json_get_integer(run, "planned", 0));
	if (pl_json_is_null(owed))
		return;
	if (pl_json_get_integer(owed, "run", 0) > 0)
		printf("! restore  run %d never put back:",
		       (int)pl_json_get_integer(owed, "run", 0));
	else
		printf("! restore  a tuning never put back:");
	for (size_t i = 0; i < pl_json_size(list); i++)
		printf("%s %s %s", i > 0 ? "," : "",
		       pl_json_get_text(pl_json_at(list, i), "path", ""),
		       pl_measured_format(pl_json_get_number(pl_json_at(list, i), "value", NAN),
					  number));
	printf("\n");
}

static void print_devices(const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *device = pl_json_at(list, i);
		const char *text = pl_json_get_text(device, "text", "");

		printf("%s %s: %s on %s%s%s, %lld events\n",
		       strcmp(pl_json_get_text(device, "state", ""), "lost") == 0 ? "! device  "
										  : "device    ",
		       pl_json_get_text(device, "name", ""), pl_json_get_text(device, "state", ""),
		       pl_json_get_text(device, "path", ""), text[0] != '\0' ? ": " : "", text,
		       (long long)pl_json_get_integer(device, "events", 0));
	}
}

static void print_readings(const struct pl_json *list)
{
	struct pl_table table = {.columns = 4};
	char number[PL_NUMBER_SIZE + 8];

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *item = pl_json_at(list, i);
		const char *quality = pl_json_get_text(item, "quality", "");
		double value = pl_json_get_number(item, "value", NAN);
		int digits = (int)pl_json_get_integer(item, "digits", 2);

		if (isnan(value))
			pl_text_copy(number, sizeof(number), "unknown");
		else
			snprintf(number, sizeof(number), "%.*f", digits < 0 ? 0 : digits % 10,
				 value);
		pl_table_add(&table, pl_json_get_text(item, "path", ""));
		pl_table_add(&table, number);
		pl_table_add(&table, pl_json_get_text(item, "unit", ""));
		pl_table_add(&table, strcmp(quality, "ok") == 0
					 ? ""
					 : pl_json_get_text(item, "reason", quality));
	}
	pl_table_print(&table);
}

static int on_result(void *ctx, const struct pl_json *result)
{
	const struct pl_call *call = ctx;

	if (pl_call_has(call, "json"))
		return pl_print_json(result);
	print_bench(pl_json_get(result, "bench"));
	print_run(pl_json_get(result, "run"));
	print_recordings(pl_json_get(result, "runs"));
	print_left(result);
	print_alarms(pl_json_get(result, "alarms"));
	print_devices(pl_json_get(result, "devices"));
	print_readings(pl_json_get(result, "readings"));
	return PL_EXIT_OK;
}

static int run(const struct pl_call *call)
{
	struct pl_word word = {.name = "status", .on_result = on_result, .ctx = (void *)call};
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else if (rest[0] != NULL)
		exit_status = pl_fail_surplus(call, rest[0]);
	else
		exit_status = pl_word_ask(&ref, &word);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

const struct pl_command pl_cmd_status = {
    .name = "status",
    .summary = "show a live bench at this moment",
    .synopsis = "[BENCH]",
    .text = "Prints the bench, its run and its recordings, what earlier runs left undone, its "
	    "devices and its readings, "
	    "with --json as one object. Exit status 5 when no engine is live.",
    .most = 1,
    .run = run,
};
