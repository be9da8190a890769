/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_control.c - the words that act on the run of a live engine: pause, skip, retake,
 * safe, stop, interrupt, wait. They are the same but for their answer, so they share a file and a
 * function.
 */
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_ref.h"
#include "cli/word.h"

#include "store/runs_listed.h"

#include <stdio.h>
#include <string.h>

struct control {
	const struct pl_call *call;
	const struct pl_bench_ref *ref;
	bool is_wait;
	struct pl_progress progress;
};

/* pause, resume, skip, retake, safe, interrupt: what was asked, not how it ends. */
static int on_asked(void *ctx, const struct pl_json *result)
{
	const struct control *control = ctx;

	if (pl_call_has(control->call, "json"))
		return pl_print_json(result);
	printf("run %d: %s asked\n", (int)pl_json_get_integer(result, "run", 0),
	       pl_json_get_text(result, "asked", control->call->command->name));
	return PL_EXIT_OK;
}

/* stop: done when the settings are back. */
static int on_stopped(void *ctx, const struct pl_json *result)
{
	struct control *control = ctx;

	pl_progress_result(&control->progress, result);
	return pl_json_get_boolean(result, "success", false) ? PL_EXIT_OK : PL_EXIT_FAILED;
}

static int on_over(void *ctx, const struct pl_json *result)
{
	return pl_progress_result(&((struct control *)ctx)->progress, result);
}

/* ---- a run that is over ---- */

static bool is_over(const struct pl_run_summary *run)
{
	char text[128];
	const char *state = pl_listed_state(run, text);

	return strcmp(state, "finished") == 0 || strcmp(state, "interrupted") == 0 ||
	       strcmp(state, "crashed") == 0;
}

/* What its folder says. One whose owner died has no exit status of its own: it has failed. */
static int tell_ended(const struct pl_call *call, const struct pl_run_summary *run)
{
	int exit_status = run->exit >= 0 ? run->exit : PL_EXIT_FAILED;
	const char *colon = run->reason[0] != '\0' ? ": " : "", *state;
	struct pl_json *object;
	char name[PL_DAY_SIZE + 24], text[128];

	state = pl_listed_state(run, text);
	if (!pl_call_has(call, "json")) {
		printf("run %u was over before: %s%s%s\nfolder: %s\n", run->number, state, colon,
		       run->reason, run->path);
		return exit_status;
	}
	object = pl_json_object();
	pl_json_add_boolean(object, "success", strcmp(state, "crashed") != 0);
	snprintf(name, sizeof(name), "%s/run_%04u", run->day, run->number);
	pl_json_add_text(object, "run", name);
	pl_json_add_text(object, "path", run->path);
	pl_json_add_text(object, "state", state);
	pl_json_add_integer(object, "exit", exit_status);
	pl_json_add_text(object, "reason", run->reason[0] != '\0' ? run->reason : NULL);
	pl_json_add_boolean(object, "was_over", true);
	pl_print_json(object);
	pl_json_free(object);
	return exit_status;
}

/* The run of this bench that has the number of --run and is over. Free refs in every case. */
static bool find_ended(const struct control *control, const char *number, struct pl_run_refs *refs)
{
	struct pl_problems problems = {0};
	struct pl_bench *bench = NULL;
	struct pl_error ignored;
	bool is_found;

	is_found = pl_run_ref_named(control->call, number, refs, &ignored) == PL_OK &&
		   is_over(&refs->items[0]) &&
		   pl_bench_ref_try(control->ref, control->ref->engine_count, &bench, &problems,
				    &ignored) == PL_OK &&
		   strcmp(refs->items[0].bench, bench->name) == 0;
	pl_problems_fini(&problems);
	pl_bench_free(bench);
	return is_found;
}

/* `wait --run N`, and no engine has that one: its folder says how it ended. For `stop` nothing was
 * running, as before; why is said. */
static bool on_refused(void *ctx, const struct pl_error *error, int *exit_status)
{
	const struct control *control = ctx;
	const char *number = pl_call_value(control->call, "run");
	struct pl_run_refs refs = {.count = 0};
	struct pl_error over;
	char state[128];
	bool is_known;

	if (error->code != PL_ERR_NOT_RUNNING || number == NULL)
		return false;
	is_known = find_ended(control, number, &refs);
	if (is_known && control->is_wait) {
		*exit_status = tell_ended(control->call, &refs.items[0]);
	} else if (is_known) {
		pl_error_set(&over, PL_ERR_NOT_RUNNING, refs.items[0].path,
			     "run %u was over before: %s", refs.items[0].number,
			     pl_listed_state(&refs.items[0], state));
		*exit_status = pl_fail(control->call, &over);
	}
	pl_run_refs_fini(&refs);
	return is_known;
}

/* --run N: only if it is that one. */
static enum pl_status add_run(const struct pl_call *call, struct pl_json *args,
			      struct pl_error *error)
{
	const char *value = pl_call_value(call, "run");
	int64_t number;

	if (value == NULL)
		return PL_OK;
	if (!pl_text_to_int(value, &number) || number < 1)
		return pl_error_set(error, PL_ERR_USAGE, "--run",
				    "`%.40s` is no number of a run; `plateau status` tells it",
				    value);
	pl_json_add_integer(args, "run", number);
	return PL_OK;
}

static int control_word(const struct pl_call *call,
			int (*on_result)(void *, const struct pl_json *))
{
	struct pl_bench_ref ref;
	struct control control = {.call = call, .ref = &ref, .is_wait = on_result == on_over};
	struct pl_word word = {.name = call->command->name,
			       .on_result = on_result,
			       .on_refused = on_result == on_asked ? NULL : on_refused,
			       .ctx = &control};
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	pl_progress_init(&control.progress, call);
	word.args = pl_json_object();
	pl_json_add_boolean(word.args, "now", pl_call_has(call, "now"));
	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK ||
	    add_run(call, word.args, &error) != PL_OK) {
		exit_status = pl_fail(call, &error);
		pl_json_free(word.args);
	} else if (rest[0] != NULL) {
		exit_status = pl_fail_surplus(call, rest[0]);
		pl_json_free(word.args);
	} else {
		exit_status = pl_word_ask(&ref, &word);
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static int run_asked(const struct pl_call *call)
{
	return control_word(call, on_asked);
}

static int run_stop(const struct pl_call *call)
{
	return control_word(call, on_stopped);
}

static int run_wait(const struct pl_call *call)
{
	return control_word(call, on_over);
}

static const struct pl_command_option pause_options[] = {
    {"now", 0, NULL, "do not finish the point in progress; it is taken again"},
    {"run", 0, "N", "only if it is run N"},
    {.name = NULL},
};

static const struct pl_command_option run_options[] = {
    {"run", 0, "N", "run N; without it the scan, else the only recording"},
    {.name = NULL},
};

const struct pl_command pl_cmd_pause = {
    .name = "pause",
    .summary = "pause the run at the next point",
    .synopsis = "[BENCH] [--now] [--run N]",
    .text = "Asks the run of a live bench to pause at the next point. The thresholds stay as they "
	    "are. Exit status 5 when nothing is running, or when --run names another run.",
    .options = pause_options,
    .most = 1,
    .run = run_asked,
};

const struct pl_command pl_cmd_skip = {
    .name = "skip",
    .summary = "leave out the point in progress",
    .synopsis = "[BENCH] [--run N]",
    .text = "Leaves out the point in progress, or the next one of a paused run: it gets a row of "
	    "quality skipped, without counts, and the run ends with status 4. Exit status 5 when "
	    "nothing is running.",
    .options = run_options,
    .most = 1,
    .run = run_asked,
};

const struct pl_command pl_cmd_retake = {
    .name = "retake",
    .summary = "measure the point in progress, or the last one, again",
    .synopsis = "[BENCH] [--run N]",
    .text = "Voids the point in progress, or the last one when none is, and measures it again as "
	    "its next attempt. The row that was taken back stays in points.csv. Exit status 5 when "
	    "nothing is running.",
    .options = run_options,
    .most = 1,
    .run = run_asked,
};

const struct pl_command pl_cmd_safe = {
    .name = "safe",
    .summary = "emergency: put the settings back now, and pause",
    .synopsis = "[BENCH] [--run N]",
    .text = "Breaks off the point in progress, puts the settings of the run back to their restore "
	    "values and leaves the run paused: `plateau resume` goes on, `plateau stop` ends it. "
	    "`plateau status` says whether the device confirmed them. Exit status 5 when nothing "
	    "is running.",
    .options = run_options,
    .most = 1,
    .run = run_asked,
};

static const struct pl_command_option stop_options[] = {
    {"now", 0, NULL, "do not finish the point in progress"},
    {"run", 0, "N", "run N; without it the scan, else the only recording"},
    {.name = NULL},
};

const struct pl_command pl_cmd_stop = {
    .name = "stop",
    .summary = "stop the run and put the settings back",
    .synopsis = "[BENCH] [--now] [--run N]",
    .text = "Stops the run of a live bench: the point in progress is finished, the settings are "
	    "put back and confirmed; then the summary is printed. A recording ends at a slot's "
	    "boundary, when its rows are written. Exit status 0 when that worked, 1 "
	    "when a setting could not be put back, 5 when nothing was running.",
    .options = stop_options,
    .most = 1,
    .run = run_stop,
};

const struct pl_command pl_cmd_interrupt = {
    .name = "interrupt",
    .summary = "tell the run to stop and do not wait",
    .synopsis = "[BENCH] [--run N]",
    .text = "Tells the run of a live bench to stop without finishing its point, and ends at once. "
	    "Exit status 5 when nothing is running.",
    .options = run_options,
    .most = 1,
    .run = run_asked,
};

const struct pl_command pl_cmd_wait = {
    .name = "wait",
    .summary = "wait until the run is over",
    .synopsis = "[BENCH] [--run N]",
    .text =
	"Waits until the run of a live bench is over, prints its summary and ends with its "
	"exit status. With --run N of a run that was over before, its folder tells both; one whose "
	"program died has failed. Exit status 5 when nothing is running, or no run of that number "
	"is known.",
    .options = run_options,
    .most = 1,
    .run = run_wait,
};
