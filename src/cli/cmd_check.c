/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_check.c - plateau check: everything that can be said of a bench file without a device. */
#include "cli/bench_ref.h"
#include "cli/print.h"

#include "config/problems.h"
#include "scan/plan.h"

#include <stdio.h>
#include <string.h>

/* "bench.yaml:5:51" ends with its line and column. */
static struct pl_place place_of(const char *where)
{
	struct pl_place place = {0};
	const char *colon = strrchr(where, ':');

	while (colon != NULL && colon > where && colon[-1] != ':')
		colon--;
	if (colon == NULL || sscanf(colon, "%d:%d", &place.line, &place.column) != 2)
		place = (struct pl_place){0};
	return place;
}

static void check_hook(struct pl_problems *problems, const struct pl_scan *scan,
		       const struct pl_hook *hook)
{
	struct pl_error error;

	if (pl_hook_check(hook, &error) != PL_OK)
		pl_problems_add(problems, (struct pl_place){.line = scan->line, .column = 1},
				"scans.%s: %s: %s", scan->name, error.where, error.text);
}

/* A plan is refused by its own errors; each scan has its say. */
static int check_plans(const struct pl_bench_ref *ref, const struct pl_bench *bench)
{
	struct pl_problems problems;
	int exit_status = PL_EXIT_OK;

	pl_problems_init(&problems, bench->file);
	for (size_t i = 0; i < bench->scan_count; i++) {
		struct pl_plan plan = {0};
		struct pl_error error;

		if (pl_plan_build(bench, &bench->scans[i], 1, &plan, &error) != PL_OK)
			pl_problems_add(&problems, place_of(error.where), "%s", error.text);
		pl_plan_fini(&plan);
		check_hook(&problems, &bench->scans[i], &bench->scans[i].before);
		check_hook(&problems, &bench->scans[i], &bench->scans[i].after);
	}
	if (problems.count > 0)
		exit_status = pl_bench_ref_say(ref, &problems);
	pl_problems_fini(&problems);
	return exit_status;
}

/* What is no problem but should be known; on stderr, or in the object. */
static void add_remarks(const struct pl_bench *bench, struct pl_json *object)
{
	struct pl_json *list = object != NULL ? pl_json_array() : NULL;
	char remark[PL_REMARK_SIZE];

	for (size_t i = 0; i < bench->scan_count; i++) {
		if (!pl_plan_remark(&bench->scans[i], remark, sizeof(remark)))
			continue;
		if (list != NULL)
			pl_json_add_text(list, NULL, remark);
		else
			fprintf(stderr, "%s:%d: warning: %s\n", bench->file, bench->scans[i].line,
				remark);
	}
	if (list != NULL)
		pl_json_add(object, "warnings", list);
}

static void print_json(const struct pl_bench *bench, const struct pl_text *effective)
{
	struct pl_json *object = pl_json_object();

	pl_json_add_boolean(object, "success", true);
	pl_json_add_text(object, "bench", bench->name);
	pl_json_add_text(object, "file", bench->file);
	pl_json_add_text(object, "workspace", bench->workspace);
	pl_json_add_integer(object, "devices", (int64_t)bench->device_count);
	pl_json_add_integer(object, "scans", (int64_t)bench->scan_count);
	pl_json_add_integer(object, "recordings", (int64_t)bench->recording_count);
	add_remarks(bench, object);
	if (effective->data != NULL)
		pl_json_add_text(object, "effective", effective->data);
	pl_print_json(object);
	pl_json_free(object);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void print_good(const struct pl_call *call, const struct pl_bench *bench)
{
	struct pl_text effective = {0};

	if (pl_call_has(call, "effective"))
		pl_bench_effective(bench, &effective);
	if (!pl_call_has(call, "json"))
		add_remarks(bench, NULL);
	if (pl_call_has(call, "json"))
		print_json(bench, &effective);
	else if (effective.data != NULL)
		printf("%s", effective.data);
	else
		printf("%s: good: bench %s, %zu device%s, %zu scan%s, %zu recording%s\n",
		       bench->file, bench->name, bench->device_count, plural(bench->device_count),
		       bench->scan_count, plural(bench->scan_count), bench->recording_count,
		       plural(bench->recording_count));
	pl_text_free(&effective);
}

static int check(const struct pl_bench_ref *ref)
{
	struct pl_bench *bench = NULL;
	int exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);

	if (exit_status == PL_EXIT_OK)
		exit_status = check_plans(ref, bench);
	if (exit_status == PL_EXIT_OK)
		print_good(ref->call, bench);
	pl_bench_free(bench);
	return exit_status == PL_EXIT_OK ? PL_EXIT_OK : PL_EXIT_USAGE;
}

static int run(const struct pl_call *call)
{
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (call->argument_count > 0 && !pl_call_is_bench(call->arguments[0])) {
		/* Whatever it is called: it was named to be checked. */
		exit_status = pl_bench_ref_of(call, call->arguments[0], &ref, &error) == PL_OK
				  ? check(&ref)
				  : pl_fail(call, &error);
	} else {
		exit_status = pl_bench_ref_find(call, &ref, &rest, &error) == PL_OK
				  ? check(&ref)
				  : pl_fail(call, &error);
	}
	pl_bench_ref_fini(&ref);
	return exit_status == PL_EXIT_OK ? PL_EXIT_OK : PL_EXIT_USAGE;
}

static const struct pl_command_option options[] = {
    {"effective", 0, NULL, "print every value with where it comes from"},
    {.name = NULL},
};

const struct pl_command pl_cmd_check = {
    .name = "check",
    .summary = "check a bench file; opens nothing",
    .synopsis = "[BENCH] [--effective]",
    .text = "Reads the bench file and says everything that is wrong with it at once, each with "
	    "file:line:column and the nearest valid key. No port is opened. Exit status 2 when "
	    "anything is wrong.",
    .options = options,
    .most = 1,
    .run = run,
};
