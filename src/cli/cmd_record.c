/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_record.c - plateau record: a recording from its first slot to its books. */
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/record_plan.h"
#include "cli/row_out.h"
#include "cli/word.h"

#include "config/units.h"
#include "record/choose.h"
#include "record/recorder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
	const char *name; /* "" = the only one */
	double for_s;	  /* --for, NaN = not given */
	struct pl_progress progress;
	struct pl_row_out *rows; /* --stdout */
};

/* NaN without --for. */
static enum pl_status find_time(const struct pl_call *call, double *for_s, struct pl_error *error)
{
	const char *duration = pl_call_value(call, "for");
	int64_t time_ns;

	*for_s = NAN;
	if (duration == NULL)
		return PL_OK;
	if (pl_duration_parse(duration, &time_ns, error) != PL_OK) {
		pl_text_copy(error->where, sizeof(error->where), "--for");
		return error->code;
	}
	*for_s = (double)time_ns / 1e9;
	return PL_OK;
}

static enum pl_status choose(const struct record *record, const struct pl_bench *bench,
			     struct pl_recording *out, struct pl_beside **readings,
			     struct pl_error *error)
{
	const char *only = pl_call_value(record->progress.call, "only");
	struct pl_recording_choice choice = {
	    .name = record->name, .for_s = record->for_s, .only = only != NULL ? only : ""};
	enum pl_status status = pl_recording_choose(bench, &choice, out, readings, error);

	return status == PL_OK ? pl_recording_memory(bench, out, error) : status;
}

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	struct pl_recording recording;
	struct pl_beside *readings;
	enum pl_status status = choose(ctx, bench, &recording, &readings, error);

	free(readings);
	return status;
}

static void on_event(void *ctx, const struct pl_json *event)
{
	struct record *record = ctx;
	const struct pl_json *rows = pl_json_get(event, "rows");
	int64_t lost = pl_json_get_integer(event, "lost", 0);

	if (record->rows != NULL) {
		for (size_t i = 0; i < pl_json_size(rows); i++)
			pl_row_out_put(record->rows, pl_json_at(rows, i), 0);
		if (lost > 0)
			pl_row_out_put(record->rows, NULL, (uint64_t)lost);
	}
	pl_progress_event(&record->progress, event);
}

static void on_end(void *ctx)
{
	struct record *record = ctx;

	pl_progress_end(&record->progress);
	pl_row_out_end(record->rows);
	record->rows = NULL;
}

/* With --stdout the rows are the output: the summary goes where the progress went. */
static int on_result(void *ctx, const struct pl_json *result)
{
	struct record *record = ctx;
	bool has_rows = record->rows != NULL;
	int64_t exit_status = pl_json_get_integer(result, "exit", PL_EXIT_FAILED);

	if (!has_rows)
		return pl_progress_result(&record->progress, result);
	on_end(record);
	if (!pl_call_has(record->progress.call, "json"))
		pl_tell(record->progress.call, "run %s %s, %s", pl_json_get_text(result, "run", ""),
			pl_json_get_text(result, "state", ""),
			pl_json_get_text(result, "path", "nothing was written"));
	else
		pl_print_json(result);
	return (int)exit_status;
}

/* --detach: what started, not how it ends. */
static int on_left(void *ctx, const struct pl_json *result)
{
	const struct record *record = ctx;
	const struct pl_json *warnings = pl_json_get(result, "warnings");

	if (pl_call_has(record->progress.call, "json"))
		return pl_print_json(result);
	for (size_t i = 0; i < pl_json_size(warnings); i++)
		fprintf(stderr, "warning: %s\n", pl_json_text(pl_json_at(warnings, i), ""));
	printf("run %d started: recording %s\nfolder: %s\n",
	       (int)pl_json_get_integer(result, "run", 0), pl_json_get_text(result, "name", ""),
	       pl_json_get_text(result, "path", ""));
	return PL_EXIT_OK;
}

static struct pl_json *make_args(const struct pl_call *call, const char *name, bool detach)
{
	static const char *const texts[] = {"only", "label", "sample", "note"};
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "name", name);
	pl_json_add_boolean(args, "follow", !detach);
	pl_json_add_boolean(args, "rows", pl_call_has(call, "stdout"));
	pl_json_add_boolean(args, "force", pl_call_has(call, "force"));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (pl_call_value(call, texts[i]) != NULL)
			pl_json_add_text(args, texts[i], pl_call_value(call, texts[i]));
	return args;
}

static int record_word(const struct pl_bench_ref *ref, struct record *record)
{
	const struct pl_call *call = ref->call;
	bool detach = pl_call_has(call, "detach"), streams = pl_call_has(call, "stdout");
	struct pl_word word = {.name = "record",
			       .args = make_args(call, record->name, detach),
			       .is_run = true,
			       .is_endless = true,
			       .check = check,
			       .on_event = on_event,
			       .on_result = detach ? on_left : on_result,
			       .on_end = on_end,
			       .ctx = record};
	struct pl_error error;
	enum pl_status status = PL_OK;
	int exit_status;

	if (!isnan(record->for_s))
		pl_json_add_number(word.args, "for_s", record->for_s);
	if (detach && streams)
		status = pl_error_set(&error, PL_ERR_USAGE, "--stdout",
				      "has nobody to print rows when --detach ends at once");
	if (status == PL_OK && streams)
		status = pl_row_out_start(&record->rows, &error);
	if (status != PL_OK) {
		pl_json_free(word.args);
		return pl_fail(call, &error);
	}
	exit_status = detach ? pl_word_leave(ref, &word) : pl_word_run(ref, &word);
	pl_row_out_end(record->rows);
	return exit_status;
}

/* ---- --dry-run ---- */

static int dry_run(const struct pl_bench_ref *ref, const struct record *record)
{
	struct pl_bench *bench = NULL;
	struct pl_recording recording;
	struct pl_beside *readings = NULL;
	struct pl_json *plan;
	struct pl_error error;
	int exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);
	enum pl_status status;

	if (exit_status != PL_EXIT_OK)
		return exit_status;
	status = choose(record, bench, &recording, &readings, &error);
	if (status == PL_OK && recording.reading_count > 0 && !pl_call_has(ref->call, "force"))
		status = pl_record_budget(bench, &recording, NULL, NULL, &error);
	if (status != PL_OK) {
		exit_status = pl_fail(ref->call, &error);
		goto out;
	}
	plan = pl_record_plan_json(bench, &recording);
	if (pl_call_has(ref->call, "json"))
		exit_status = pl_print_json(plan);
	else
		pl_record_plan_print(plan);
	pl_json_free(plan);
out:
	free(readings);
	pl_bench_free(bench);
	return exit_status;
}

static int act(const struct pl_bench_ref *ref, const char *name)
{
	struct record record = {.name = name};
	struct pl_error error;

	pl_progress_init(&record.progress, ref->call);
	if (find_time(ref->call, &record.for_s, &error) != PL_OK)
		return pl_fail(ref->call, &error);
	return pl_call_has(ref->call, "dry-run") ? dry_run(ref, &record)
						 : record_word(ref, &record);
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
	else
		exit_status = act(&ref, rest[0] != NULL ? rest[0] : "");
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"dry-run", 0, NULL, "print what each line is asked, and how much comes of it; open nothing"},
    {"for", 0, "TIME", "how long to record, instead of what the bench file says"},
    {"only", 0, "DEVICE", "only the parameters of this device"},
    {"stdout", 0, NULL, "print each row as a JSON line too"},
    {"detach", 0, NULL, "leave it to an engine in the background and end at once"},
    {"label", 0, "TEXT", "a label kept with the run"},
    {"sample", 0, "TEXT", "what is being measured, kept with the run"},
    {"note", 0, "TEXT", "the run's first note (see note)"},
    {.name = NULL},
};

const struct pl_command pl_cmd_record = {
    .name = "record",
    .summary = "record parameters at a steady cadence",
    .synopsis = "[BENCH] [NAME] [--dry-run] [--for TIME] [--only DEVICE] [--stdout] [--detach] "
		"[--label TEXT] [--sample TEXT] [--note TEXT]",
    .text =
	"Records what the recording NAME of the bench file names (its only one when left out) into "
	"a run folder, beside scans and other recordings. Its books, which account for every slot, "
	"are shown on stderr while it goes on and printed at its end. A rate that the line cannot "
	"hold is refused with the numbers; with --force it is recorded, and slots are skipped. "
	"--dry-run tells what each line is asked in a tick and how long that takes, what the files "
	"will come to, and what would be refused; it opens and writes nothing. "
	"With --stdout each row is a JSON line on stdout; a reader that is too slow loses rows, "
	"which {\"lost\":n} tells, and never slows the bench. ^C, and `plateau stop`, end it at a "
	"slot's boundary; one without an end of its own is then finished, any other interrupted. "
	"Exit status: 0 finished, 1 failed, 2 usage or configuration, 3 interrupted, 143 "
	"terminated.",
    .options = options,
    .most = 2,
    .run = run,
};
