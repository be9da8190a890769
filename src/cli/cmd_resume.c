/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_resume.c - plateau resume: the paused run of a live bench goes on, else one that was
 * interrupted or whose program died is taken up again, as the bench was called then.
 */
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_ref.h"
#include "cli/word.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct resume {
	const struct pl_call *call;
	struct pl_progress progress;
};

static void on_event(void *ctx, const struct pl_json *event)
{
	pl_progress_event(&((struct resume *)ctx)->progress, event);
}

static void on_end(void *ctx)
{
	pl_progress_end(&((struct resume *)ctx)->progress);
}

/* A paused run was told to go on, a stored one left to the background, or taken to its end. */
static int on_result(void *ctx, const struct pl_json *result)
{
	struct resume *resume = ctx;
	bool is_asked = !pl_json_is_null(pl_json_get(result, "asked"));
	bool is_left = !pl_json_is_null(pl_json_get(result, "uid"));

	if ((is_asked || is_left) && pl_call_has(resume->call, "json"))
		return pl_print_json(result);
	if (is_asked)
		printf("run %d: resume asked\n", (int)pl_json_get_integer(result, "run", 0));
	else if (is_left)
		printf("run %d goes on: %d of %d points are done\nfolder: %s\n",
		       (int)pl_json_get_integer(result, "run", 0),
		       (int)pl_json_get_integer(result, "done", 0),
		       (int)pl_json_get_integer(result, "planned", 0),
		       pl_json_get_text(result, "path", ""));
	else
		return pl_progress_result(&resume->progress, result);
	return PL_EXIT_OK;
}

/* ---- which run ---- */

static bool is_workspace(const char *argument)
{
	char path[PL_CLI_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/.plateau/runs", argument);
	return access(path, F_OK) == 0;
}

static bool is_live(const struct pl_bench_ref *ref)
{
	struct pl_meeting meeting;
	struct pl_error error;
	enum pl_status status = pl_meet_live(ref, &meeting, &error);

	if (status == PL_OK)
		pl_meeting_fini(&meeting);
	return status != PL_ERR_NOT_FOUND;
}

/* --run N, else the newest of the bench. */
static enum pl_status meant(const struct pl_call *call, const struct pl_bench *bench,
			    struct pl_run_summary *out, struct pl_error *error)
{
	const char *number = pl_call_value(call, "run");
	enum pl_status status;

	if (number == NULL)
		return pl_runs_unfinished(bench->workspace, bench->name, out, error);
	status = pl_runs_find(bench->workspace, number, out, error);
	if (status == PL_ERR_NOT_FOUND) /* as of the other words: run N cannot be had */
		status = error->code = PL_ERR_NOT_RUNNING;
	return status;
}

/* A bench: the live engine knows its runs itself; without one it is looked for here, to be called
 * as it was. */
static enum pl_status of_bench(const struct pl_call *call, struct pl_bench_ref *ref,
			       struct pl_error *error)
{
	struct pl_problems problems = {0};
	struct pl_run_summary run;
	struct pl_bench *bench = NULL;
	const char *const *rest;
	enum pl_status status = pl_bench_ref_find(call, ref, &rest, error);

	if (status != PL_OK || is_live(ref))
		return status;
	status = pl_bench_ref_try(ref, ref->override_count, &bench, &problems, error);
	if (status == PL_OK)
		status = meant(call, bench, &run, error);
	pl_problems_fini(&problems);
	pl_bench_free(bench);
	if (status != PL_OK)
		return status;
	pl_bench_ref_fini(ref);
	return pl_run_ref_bench(call, &run, ref, error);
}

/* A stored run, named or the newest of a workspace. */
static enum pl_status of_run(const struct pl_call *call, struct pl_bench_ref *ref,
			     struct pl_json *args, struct pl_error *error)
{
	struct pl_run_refs refs = {.items = NULL};
	struct pl_run_summary run;
	enum pl_status status;

	if (is_workspace(call->arguments[0])) {
		status = pl_runs_unfinished(call->arguments[0], "", &run, error);
	} else {
		status = pl_run_ref_named(call, call->arguments[0], &refs, error);
		if (status == PL_OK)
			run = refs.items[0];
	}
	pl_run_refs_fini(&refs);
	if (status != PL_OK)
		return status;
	pl_json_add_text(args, "path", run.path);
	return pl_run_ref_bench(call, &run, ref, error);
}

static enum pl_status add_number(const struct pl_call *call, struct pl_json *args,
				 struct pl_error *error)
{
	const char *value = pl_call_value(call, "run");
	int64_t number;

	if (value == NULL)
		return PL_OK;
	if (!pl_text_to_int(value, &number) || number < 1)
		return pl_error_set(error, PL_ERR_USAGE, "--run", "`%.40s` is no number of a run",
				    value);
	pl_json_add_integer(args, "run", number);
	return PL_OK;
}

/* ---- the word ---- */

static int run(const struct pl_call *call)
{
	const char *given = call->arguments[0];
	bool is_named = given != NULL && !pl_call_is_bench(given);
	bool detach = pl_call_has(call, "detach");
	struct resume resume = {.call = call};
	struct pl_word word = {.name = "resume",
			       .args = pl_json_object(),
			       .is_run = true,
			       .on_event = on_event,
			       .on_result = on_result,
			       .on_end = on_end,
			       .ctx = &resume};
	struct pl_bench_ref ref = {.call = call};
	struct pl_error error;
	enum pl_status status = add_number(call, word.args, &error);
	int exit_status;

	pl_progress_init(&resume.progress, call);
	pl_json_add_boolean(word.args, "follow", !detach);
	pl_json_add_boolean(word.args, "force",
			    pl_call_has(call, "force") || pl_call_has(call, "yes"));
	if (status == PL_OK)
		status =
		    is_named ? of_run(call, &ref, word.args, &error) : of_bench(call, &ref, &error);
	if (status != PL_OK) {
		pl_json_free(word.args);
		exit_status = pl_fail(call, &error);
	} else {
		exit_status = detach ? pl_word_leave(&ref, &word) : pl_word_run(&ref, &word);
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"run", 0, "N", "only run N"},
    {"detach", 0, NULL, "leave it to an engine in the background and end at once"},
    {.name = NULL},
};

const struct pl_command pl_cmd_resume = {
    .name = "resume",
    .summary = "go on with a paused, interrupted or crashed run",
    .synopsis = "[BENCH|WORKSPACE|RUN] [--run N] [--detach] [--force]",
    .text =
	"The paused run of a live bench goes on. Without one, the newest run that was interrupted, "
	"or whose program died, is taken up again: its finished points stay as they are, the one "
	"in progress is measured anew as the next attempt, and the plan that is stored with it "
	"goes on to its end, with the --sim, the --workspace and the --set values it was started "
	"with. If the bench file, the program or the device is another one since, the differences "
	"are listed and the exit status is 2; --force goes on. A finished run is never resumed. "
	"Exit status 5 when there is nothing to resume, else that of the run.",
    .options = options,
    .most = 1,
    .run = run,
};
