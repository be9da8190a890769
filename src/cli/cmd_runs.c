/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_runs.c - plateau runs: the runs of a workspace, oldest first. */
#include "cli/bench_ref.h"
#include "cli/print.h"

#include "store/runs_listed.h"
#include "store/runs_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_json(const char *workspace, const struct pl_listed_run *runs, size_t count)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < count; i++)
		pl_json_add(list, NULL, pl_listed_json(&runs[i]));
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

static void print_table(const struct pl_listed_run *runs, size_t count)
{
	static const char *const heads[] = {"run",   "day",    "bench",	  "kind", "name",
					    "state", "points", "invalid", "label"};
	const size_t columns = sizeof(heads) / sizeof(heads[0]);
	struct pl_table table = {.columns = columns};
	char state[PL_LISTED_STATE];

	for (size_t i = 0; i < columns; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < count; i++) {
		const struct pl_run_summary *run = &runs[i].run;

		pl_table_add_integer(&table, run->number);
		pl_table_add(&table, run->day);
		pl_table_add(&table, run->bench);
		pl_table_add(&table, run->kind);
		pl_table_add(&table, run->name);
		pl_table_add(&table, pl_listed_state(run, state));
		add_extent(&table, run);
		pl_table_add(&table, run->problem[0] != '\0' ? run->problem : run->label);
	}
	pl_table_print(&table);
}

/* Those of the workspace that are asked for, with their notes. Free with free_runs. */
static enum pl_status collect(const char *workspace, const char *wanted, struct pl_listed_run **out,
			      size_t *count, struct pl_error *error)
{
	struct pl_runs runs;
	enum pl_status status = pl_runs_open(workspace, &runs, error);

	*count = 0;
	*out = status == PL_OK ? calloc(runs.count + 1, sizeof(**out)) : NULL;
	if (status == PL_OK && *out == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, workspace, "out of memory");
	for (size_t i = 0; status == PL_OK && i < runs.count; i++) {
		struct pl_listed_run *listed = &(*out)[*count];

		pl_runs_read(&runs, i, &listed->run);
		pl_listed_read_notes(listed);
		if (wanted == NULL || pl_listed_is_found(listed, wanted))
			++*count;
		else
			pl_notes_fini(&listed->notes);
	}
	pl_runs_close(&runs);
	return status;
}

static void free_runs(struct pl_listed_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pl_notes_fini(&runs[i].notes);
	free(runs);
}

static int list(const struct pl_call *call, const char *workspace)
{
	const char *wanted = pl_call_value(call, "find");
	struct pl_listed_run *runs = NULL;
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
