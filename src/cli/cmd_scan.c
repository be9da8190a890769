/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_scan.c - plateau scan: a run from its first line to its summary, or only its plan. */
#include "cli/plan.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_ref.h"
#include "cli/scan.h"
#include "cli/word.h"

#include "record/recorder.h"

#include <stdio.h>
#include <string.h>

struct scan {
	const char *name; /* "" = the only one */
	struct pl_progress progress;
};

static enum pl_status say_which(const struct pl_bench *bench, struct pl_error *error)
{
	struct pl_text names = {0};

	for (size_t i = 0; i < bench->scan_count; i++)
		pl_text_add(&names, "%s%s", i > 0 ? ", " : "", bench->scans[i].name);
	if (bench->scan_count == 0)
		pl_error_set(error, PL_ERR_USAGE, bench->file, "the bench has no scan");
	else
		pl_error_set(error, PL_ERR_USAGE, bench->file,
			     "the bench has %zu scans, say which: %.200s", bench->scan_count,
			     names.data);
	pl_text_free(&names);
	return error->code;
}

static enum pl_status find(const struct pl_bench *bench, const char *name,
			   const struct pl_scan **out, struct pl_error *error)
{
	const char *names[64] = {NULL}, *nearest;

	*out = name[0] == '\0' && bench->scan_count == 1 ? &bench->scans[0]
							 : pl_bench_scan(bench, name);
	if (*out != NULL)
		return PL_OK;
	for (size_t i = 0; i < bench->scan_count && i < 63; i++)
		names[i] = bench->scans[i].name;
	nearest = pl_text_nearest(name, names);
	if (name[0] == '\0')
		return say_which(bench, error);
	return pl_error_set(error, PL_ERR_NOT_FOUND, bench->file, "there is no scan `%.40s`%s%s%s",
			    name, nearest != NULL ? "; did you mean `" : "",
			    nearest != NULL ? nearest : "", nearest != NULL ? "`?" : "");
}

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct scan *scan = ctx;
	const struct pl_scan *found;

	return find(bench, scan->name, &found, error);
}

static void on_event(void *ctx, const struct pl_json *event)
{
	pl_progress_event(&((struct scan *)ctx)->progress, event);
}

static void on_end(void *ctx)
{
	pl_progress_end(&((struct scan *)ctx)->progress);
}

static int on_result(void *ctx, const struct pl_json *result)
{
	return pl_progress_result(&((struct scan *)ctx)->progress, result);
}

/* --detach: what started, not how it ends. */
static int on_left(void *ctx, const struct pl_json *result)
{
	const struct scan *scan = ctx;
	const struct pl_json *warnings = pl_json_get(result, "warnings");

	if (pl_call_has(scan->progress.call, "json"))
		return pl_print_json(result);
	for (size_t i = 0; i < pl_json_size(warnings); i++)
		fprintf(stderr, "warning: %s\n", pl_json_text(pl_json_at(warnings, i), ""));
	printf(
	    "run %d started: %d points\nfolder: %s\n", (int)pl_json_get_integer(result, "run", 0),
	    (int)pl_json_get_integer(result, "planned", 0), pl_json_get_text(result, "path", ""));
	return PL_EXIT_OK;
}

static void add_option(const struct pl_call *call, const char *option, struct pl_json *args)
{
	if (pl_call_value(call, option) != NULL)
		pl_json_add_text(args, option, pl_call_value(call, option));
}

/* --like: by the path of its folder, whatever the engine works in. */
static enum pl_status add_like(const struct pl_call *call, struct pl_json *args,
			       struct pl_error *error)
{
	struct pl_run_refs refs;
	enum pl_status status;

	if (pl_call_value(call, "like") == NULL)
		return PL_OK;
	status = pl_run_ref_named(call, pl_call_value(call, "like"), &refs, error);
	if (status == PL_OK)
		pl_json_add_text(args, "like", refs.items[0].path);
	pl_run_refs_fini(&refs);
	return status;
}

int pl_scan_word(const struct pl_bench_ref *ref, const char *name, bool detach)
{
	struct scan scan = {.name = name};
	struct pl_word word = {.name = "scan",
			       .args = pl_json_object(),
			       .is_run = true,
			       .check = check,
			       .on_event = on_event,
			       .on_result = detach ? on_left : on_result,
			       .on_end = on_end,
			       .ctx = &scan};
	struct pl_error error;

	if (add_like(ref->call, word.args, &error) != PL_OK) {
		pl_json_free(word.args);
		return pl_fail(ref->call, &error);
	}
	if (pl_call_value(ref->call, "like") != NULL)
		word.check = NULL;
	pl_progress_init(&scan.progress, ref->call);
	pl_json_add_text(word.args, "name", name);
	pl_json_add_boolean(word.args, "follow", !detach);
	pl_json_add_boolean(word.args, "force", pl_call_has(ref->call, "force"));
	pl_json_add_boolean(word.args, "yes", pl_call_has(ref->call, "yes"));
	add_option(ref->call, "label", word.args);
	add_option(ref->call, "sample", word.args);
	add_option(ref->call, "note", word.args);
	return detach ? pl_word_leave(ref, &word) : pl_word_run(ref, &word);
}

/* ---- --dry-run ---- */

static int dry_run(const struct pl_bench_ref *ref, const char *name)
{
	struct pl_bench *bench = NULL;
	const struct pl_scan *scan;
	struct pl_plan plan = {0};
	struct pl_json *object;
	struct pl_error error;
	int exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);

	if (exit_status != PL_EXIT_OK)
		return exit_status;
	if (find(bench, name, &scan, &error) != PL_OK ||
	    pl_plan_build(bench, scan, 1, &plan, &error) != PL_OK ||
	    (!pl_call_has(ref->call, "force") &&
	     pl_record_budget_beside(bench, scan, &error) != PL_OK)) {
		exit_status = pl_fail(ref->call, &error);
	} else if (pl_call_has(ref->call, "json")) {
		object = pl_plan_json(bench, scan, &plan);
		exit_status = pl_print_json(object);
		pl_json_free(object);
	} else {
		pl_plan_print(bench, scan, &plan);
	}
	pl_plan_fini(&plan);
	pl_bench_free(bench);
	return exit_status;
}

static int run(const struct pl_call *call)
{
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else if (rest[0] != NULL && rest[1] != NULL)
		exit_status = pl_fail_surplus(call, rest[1]);
	else if (pl_call_has(call, "dry-run"))
		exit_status = dry_run(&ref, rest[0] != NULL ? rest[0] : "");
	else
		exit_status =
		    pl_scan_word(&ref, rest[0] != NULL ? rest[0] : "", pl_call_has(call, "detach"));
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"dry-run", 0, NULL, "print the plan, its points and its time; open and write nothing"},
    {"detach", 0, NULL, "leave it to an engine in the background and end at once"},
    {"like", 0, "RUN", "the scan of a stored run again: its plan and all its values"},
    {"label", 0, "TEXT", "a label kept with the run"},
    {"sample", 0, "TEXT", "what is being measured, kept with the run"},
    {"note", 0, "TEXT", "the run's first note (see note)"},
    {.name = NULL},
};

const struct pl_command pl_cmd_scan = {
    .name = "scan",
    .summary = "run a scan and print its summary",
    .synopsis = "[BENCH] [NAME] [--dry-run] [--detach] [--like RUN] [--label TEXT] [--sample TEXT] "
		"[--note TEXT]",
    .text =
	"Runs the scan NAME of the bench file (its only one when left out) and shows each "
	"point on stderr; the summary with the path of the run folder goes to stdout, with "
	"--json as one object. ^C pauses at the next point (`plateau resume` goes on), ^C again "
	"stops and puts the settings back. Exit status: 0 finished, 1 failed, 2 usage or "
	"configuration, 3 interrupted, 4 finished with points that are invalid or skipped, 143 "
	"terminated.",
    .options = options,
    .most = 2,
    .run = run,
};
