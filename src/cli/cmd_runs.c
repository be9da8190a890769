/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_runs.c - plateau runs: the runs of a workspace, oldest first. */
#include "cli/bench_ref.h"
#include "cli/print.h"
#include "cli/run_ref.h"

#include "store/notes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A run with what was said of it afterwards: the last label, sample and operator hold. */
struct noted {
	struct pl_run_summary run;
	struct pl_notes notes;
};

static void take_last(const struct pl_notes *notes, const char *key, char *out, size_t cap)
{
	const char *last = pl_notes_last(notes, key);
	struct pl_text safe = {0};

	if (last == NULL)
		return;
	pl_text_add_safe(&safe, last, strlen(last));
	pl_text_copy(out, cap, safe.data != NULL ? safe.data : "");
	pl_text_free(&safe);
}

static void read_notes(struct noted *noted)
{
	struct pl_run_summary *run = &noted->run;
	int folder;

	if (pl_dir_open(AT_FDCWD, run->path, false, &folder, NULL) != PL_OK)
		return;
	if (pl_notes_read(folder, &noted->notes, NULL) != PL_OK && run->problem[0] == '\0')
		pl_text_copy(run->problem, sizeof(run->problem), "notes.csv cannot be read");
	close(folder);
	take_last(&noted->notes, "label", run->label, sizeof(run->label));
	take_last(&noted->notes, "sample", run->sample, sizeof(run->sample));
	take_last(&noted->notes, "operator", run->operator_name, sizeof(run->operator_name));
}

/* ---- --find ---- */

/* All that is searched, a line each; the case of ASCII letters does not matter. */
static bool is_found(const struct noted *noted, const char *wanted)
{
	const struct pl_run_summary *run = &noted->run;
	struct pl_text all = {0};
	char words[1024], *rest = words, *word, state[128];
	bool is_good = true;

	pl_text_add(&all, "%u\n%s/%u\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n", run->number, run->day,
		    run->number, run->bench, run->name, run->operator_name, run->label, run->sample,
		    run->reason, pl_run_ref_state(run, state));
	for (size_t i = 0; i < noted->notes.count; i++)
		pl_text_add(&all, "%s\n", noted->notes.items[i].text);
	pl_text_copy(words, sizeof(words), wanted);
	while (is_good && (word = strsep(&rest, " \t\n")) != NULL)
		is_good = strcasestr(all.data, word) != NULL;
	pl_text_free(&all);
	return is_good;
}

static struct pl_json *notes_json(const struct pl_notes *notes)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < notes->count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "at", notes->items[i].at);
		pl_json_add_text(item, "actor", notes->items[i].actor);
		pl_json_add_text(item, "text", notes->items[i].text);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static struct pl_json *run_json(const struct noted *noted)
{
	const struct pl_run_summary *run = &noted->run;
	struct pl_json *out = pl_json_object();

	pl_json_add_integer(out, "run", run->number);
	pl_json_add_text(out, "day", run->day);
	pl_json_add_text(out, "path", run->path);
	pl_json_add_text(out, "bench", run->bench);
	pl_json_add_text(out, "kind", run->kind);
	pl_json_add_text(out, "name", run->name);
	pl_json_add_text(out, "state", run->state);
	pl_json_add_text(out, "host", run->host);
	pl_json_add_text(out, "label", run->label);
	pl_json_add_text(out, "sample", run->sample);
	pl_json_add_text(out, "operator", run->operator_name);
	pl_json_add_text(out, "reason", run->reason);
	pl_json_add_text(out, "started_at", run->started_at);
	pl_json_add_text(out, "finished_at", run->finished_at);
	pl_json_add_integer(out, "points_planned", run->points_planned);
	pl_json_add_integer(out, "points_done", run->points_done);
	pl_json_add_integer(out, "points_invalid", run->points_invalid);
	pl_json_add_integer(out, "samples_emitted", run->samples_emitted);
	pl_json_add_integer(out, "samples_late", run->samples_late);
	if (run->exit >= 0)
		pl_json_add_integer(out, "exit", run->exit);
	else
		pl_json_add_null(out, "exit");
	pl_json_add_boolean(out, "is_owned", run->is_owned);
	pl_json_add_text(out, "problem", run->problem);
	pl_json_add(out, "notes", notes_json(&noted->notes));
	return out;
}

static void print_json(const char *workspace, const struct noted *runs, size_t count)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < count; i++)
		pl_json_add(list, NULL, run_json(&runs[i]));
	pl_json_add_text(object, "workspace", workspace);
	pl_json_add(object, "runs", list);
	pl_print_json(object);
	pl_json_free(object);
}

/* How far it came, and what of it is of no use: points of a scan, ticks of a recording. */
static void add_extent(struct pl_table *table, const struct pl_run_summary *run)
{
	bool is_recording = strcmp(run->kind, "recording") == 0;
	char done[48], bad[48];

	if (is_recording) {
		snprintf(done, sizeof(done), "%lld ticks", (long long)run->samples_emitted);
		snprintf(bad, sizeof(bad), "%lld lost", (long long)run->samples_late);
	} else {
		snprintf(done, sizeof(done), "%lld/%lld", (long long)run->points_done,
			 (long long)run->points_planned);
		snprintf(bad, sizeof(bad), "%lld", (long long)run->points_invalid);
	}
	pl_table_add(table, done);
	pl_table_add(table, bad);
}

static void print_table(const struct noted *runs, size_t count)
{
	static const char *const heads[] = {"run",   "day",    "bench",	  "kind", "name",
					    "state", "points", "invalid", "label"};
	const size_t columns = sizeof(heads) / sizeof(heads[0]);
	struct pl_table table = {.columns = columns};
	char state[128];

	for (size_t i = 0; i < columns; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < count; i++) {
		const struct pl_run_summary *run = &runs[i].run;

		pl_table_add_integer(&table, run->number);
		pl_table_add(&table, run->day);
		pl_table_add(&table, run->bench);
		pl_table_add(&table, run->kind);
		pl_table_add(&table, run->name);
		pl_table_add(&table, pl_run_ref_state(run, state));
		add_extent(&table, run);
		pl_table_add(&table, run->problem[0] != '\0' ? run->problem : run->label);
	}
	pl_table_print(&table);
}

/* Those of the workspace that are asked for, with their notes. Free with free_runs. */
static enum pl_status collect(const char *workspace, const char *wanted, struct noted **out,
			      size_t *count, struct pl_error *error)
{
	struct pl_run_summary *runs = NULL;
	size_t all = 0;
	enum pl_status status = pl_runs_list(workspace, &runs, &all, error);

	*count = 0;
	*out = status == PL_OK ? calloc(all + 1, sizeof(**out)) : NULL;
	if (status == PL_OK && *out == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, workspace, "out of memory");
	for (size_t i = 0; status == PL_OK && i < all; i++) {
		struct noted *noted = &(*out)[*count];

		noted->run = runs[i];
		read_notes(noted);
		if (wanted == NULL || is_found(noted, wanted))
			++*count;
		else
			pl_notes_fini(&noted->notes);
	}
	free(runs);
	return status;
}

static void free_runs(struct noted *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pl_notes_fini(&runs[i].notes);
	free(runs);
}

static int list(const struct pl_call *call, const char *workspace)
{
	const char *wanted = pl_call_value(call, "find");
	struct noted *runs = NULL;
	struct pl_error error;
	size_t count = 0;

	if (collect(workspace, wanted, &runs, &count, &error) != PL_OK)
		return pl_fail(call, &error);
	if (pl_call_has(call, "json"))
		print_json(workspace, runs, count);
	else if (count == 0)
		pl_tell(call,
			wanted != NULL ? "%s holds no run with all of \"%s\""
				       : "%s holds no run yet",
			workspace, wanted);
	else
		print_table(runs, count);
	free_runs(runs, count);
	return PL_EXIT_OK;
}

static int list_of_bench(const struct pl_call *call)
{
	struct pl_bench *bench = NULL;
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else
		exit_status = pl_bench_ref_load(&ref, ref.override_count, &bench);
	if (exit_status == PL_EXIT_OK)
		exit_status = list(call, bench->workspace);
	pl_bench_free(bench);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static int run(const struct pl_call *call)
{
	const char *given = call->argument_count > 0 ? call->arguments[0] : NULL;

	if (given != NULL && !pl_call_is_bench(given))
		return list(call, given);
	if (given == NULL && pl_call_value(call, "workspace") != NULL)
		return list(call, pl_call_value(call, "workspace"));
	return list_of_bench(call);
}

static const struct pl_command_option options[] = {
    {"find", 0, "TEXT", "only runs that have every word of TEXT somewhere"},
    {.name = NULL},
};

const struct pl_command pl_cmd_runs = {
    .name = "runs",
    .summary = "list the runs of a workspace",
    .synopsis = "[WORKSPACE|BENCH] [--find TEXT]",
    .text =
	"Lists the runs of a workspace, oldest first: number, day, bench, scan, state, points "
	"done and planned, invalid ones, label. With a BENCH, or without an argument, it is the "
	"workspace of the bench file. A run whose program is gone, by a crash or a power cut, "
	"is listed as crashed; whether one of another host lives is not checked. --find lists "
	"only runs that hold every word of TEXT, in whatever case, in their number, day, bench, "
	"scan, operator, label, sample, state, reason or notes.",
    .options = options,
    .most = 1,
    .run = run,
};
