/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_record.c - plateau record: a recording from its first slot to its books. */
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/row_out.h"
#include "cli/word.h"

#include "config/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct record {
	const char *name; /* "" = the only one */
	struct pl_progress progress;
	struct pl_row_out *rows; /* --stdout */
};

static enum pl_status say_which(const struct pl_bench *bench, struct pl_error *error)
{
	struct pl_text names = {0};

	for (size_t i = 0; i < bench->recording_count; i++)
		pl_text_add(&names, "%s%s", i > 0 ? ", " : "", bench->recordings[i].name);
	if (bench->recording_count == 0)
		pl_error_set(error, PL_ERR_USAGE, bench->file, "the bench has no recording");
	else
		pl_error_set(error, PL_ERR_USAGE, bench->file,
			     "the bench has %zu recordings, say which: %.200s",
			     bench->recording_count, names.data);
	pl_text_free(&names);
	return error->code;
}

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct record *record = ctx;
	const char *names[64] = {NULL}, *nearest;

	if (record->name[0] == '\0')
		return bench->recording_count == 1 ? PL_OK : say_which(bench, error);
	if (pl_bench_recording(bench, record->name) != NULL)
		return PL_OK;
	for (size_t i = 0; i < bench->recording_count && i < 63; i++)
		names[i] = bench->recordings[i].name;
	nearest = pl_text_nearest(record->name, names);
	return pl_error_set(error, PL_ERR_NOT_FOUND, bench->file,
			    "there is no recording `%.40s`%s%s%s", record->name,
			    nearest != NULL ? "; did you mean `" : "",
			    nearest != NULL ? nearest : "", nearest != NULL ? "`?" : "");
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

static enum pl_status add_time(const struct pl_call *call, struct pl_json *args,
			       struct pl_error *error)
{
	const char *duration = pl_call_value(call, "for");
	int64_t time_ns;

	if (duration == NULL)
		return PL_OK;
	if (pl_duration_parse(duration, &time_ns, error) != PL_OK) {
		pl_text_copy(error->where, sizeof(error->where), "--for");
		return error->code;
	}
	pl_json_add_number(args, "for_s", (double)time_ns / 1e9);
	return PL_OK;
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

static int record_word(const struct pl_bench_ref *ref, const char *name)
{
	bool detach = pl_call_has(ref->call, "detach"), streams = pl_call_has(ref->call, "stdout");
	struct record record = {.name = name};
	struct pl_word word = {.name = "record",
			       .args = make_args(ref->call, name, detach),
			       .is_run = true,
			       .is_endless = true,
			       .check = check,
			       .on_event = on_event,
			       .on_result = detach ? on_left : on_result,
			       .on_end = on_end,
			       .ctx = &record};
	struct pl_error error;
	enum pl_status status = add_time(ref->call, word.args, &error);
	int exit_status;

	pl_progress_init(&record.progress, ref->call);
	if (status == PL_OK && detach && streams)
		status = pl_error_set(&error, PL_ERR_USAGE, "--stdout",
				      "has nobody to print rows when --detach ends at once");
	if (status == PL_OK && streams)
		status = pl_row_out_start(&record.rows, &error);
	if (status != PL_OK) {
		pl_json_free(word.args);
		return pl_fail(ref->call, &error);
	}
	exit_status = detach ? pl_word_leave(ref, &word) : pl_word_run(ref, &word);
	pl_row_out_end(record.rows);
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
	else
		exit_status = record_word(&ref, rest[0] != NULL ? rest[0] : "");
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
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
    .synopsis = "[BENCH] [NAME] [--for TIME] [--only DEVICE] [--stdout] [--detach] "
		"[--label TEXT] [--sample TEXT] [--note TEXT]",
    .text =
	"Records what the recording NAME of the bench file names (its only one when left out) into "
	"a run folder, beside scans and other recordings. Its books, which account for every slot, "
	"are shown on stderr while it goes on and printed at its end. A rate that the line cannot "
	"hold is refused with the numbers; with --force it is recorded, and slots are skipped. "
	"With --stdout each row is a JSON line on stdout; a reader that is too slow loses rows, "
	"which {\"lost\":n} tells, and never slows the bench. ^C, and `plateau stop`, end it at a "
	"slot's boundary; one without an end of its own is then finished, any other interrupted. "
	"Exit status: 0 finished, 1 failed, 2 usage or configuration, 3 interrupted, 143 "
	"terminated.",
    .options = options,
    .most = 2,
    .run = run,
};
