/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_status.c - plateau status: a live bench at this moment. */
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

static void print_run(const struct pl_json *run)
{
	char left[PL_DURATION_SIZE];
	const char *reason = pl_json_get_text(run, "reason", "");

	if (pl_json_is_null(run)) {
		printf("run        none\n");
		return;
	}
	printf("run        %d %s: %s, %d of %d points, %d invalid",
	       (int)pl_json_get_integer(run, "run", 0), pl_json_get_text(run, "name", ""),
	       pl_json_get_text(run, "state", ""), (int)pl_json_get_integer(run, "done", 0),
	       (int)pl_json_get_integer(run, "planned", 0),
	       (int)pl_json_get_integer(run, "invalid", 0));
	if (pl_json_is_number(pl_json_get(run, "eta_s")))
		printf(", %s left",
		       pl_duration_format(pl_json_get_number(run, "eta_s", NAN), left));
	printf("%s%s\n           %s\n", reason[0] != '\0' ? ": " : "", reason,
	       pl_json_get_text(run, "path", ""));
}

static void print_devices(const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *device = pl_json_at(list, i);
		const char *text = pl_json_get_text(device, "text", "");

		printf("device     %s: %s on %s%s%s, %lld events\n",
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
    .text = "Prints the bench, its run, its devices and its readings, with --json as one object. "
	    "Exit status 5 when no engine is live.",
    .most = 1,
    .run = run,
};
