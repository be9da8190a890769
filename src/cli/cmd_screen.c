/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_screen.c - plateau [BENCH]: the screen, on a live engine or one that is started for it. */
#include "cli/meet.h"
#include "cli/print.h"
#include "cli/screen_options.h"
#include "cli/view.h"

#include "plateau/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool pl_view_has_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && term != NULL &&
	       term[0] != '\0' && strcmp(term, "dumb") != 0;
}

static struct pl_client *reconnect(void *ctx, bool may_start, struct pl_error *error)
{
	struct pl_bench_ref ref = *(const struct pl_bench_ref *)ctx;
	struct pl_meeting meeting = {.lock_fd = -1};
	struct pl_client *client;

	ref.is_on_screen = true;
	if ((may_start ? pl_meet_or_spawn : pl_meet_live)(&ref, &meeting, error) != PL_OK)
		return NULL;
	client = meeting.client;
	meeting.client = NULL;
	pl_meeting_fini(&meeting);
	return client;
}

static int check_file(const struct pl_bench_ref *ref)
{
	struct pl_bench *bench = NULL;
	int exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);

	pl_bench_free(bench);
	return exit_status;
}

/* The words that open this screen again, from anywhere. */
static const char *say_come_back(const struct pl_bench_ref *ref, char *text, size_t size)
{
	bool is_demo = strcmp(ref->call->command->name, "demo") == 0;

	snprintf(text, size, "plateau %s%s%s%s", is_demo ? "demo" : ref->file,
		 ref->simulate && !is_demo ? " --sim" : "",
		 ref->workspace[0] != '\0' ? " --workspace " : "", ref->workspace);
	return text;
}

static int open_with(const struct pl_bench_ref *ref, struct pl_screen_options *store)
{
	char come_back[2 * PL_CLI_PATH_SIZE + 64];
	struct pl_ui_options options = {.watch = pl_call_has(ref->call, "watch"),
					.operator_name = pl_operator_name(ref->call),
					.reconnect = reconnect,
					.become = pl_view_become,
					.come_back =
					    say_come_back(ref, come_back, sizeof(come_back)),
					.ctx = (void *)ref};
	struct pl_meeting meeting;
	struct pl_error error;
	enum pl_status status;
	int exit_status = pl_screen_options_fill(ref->call, store, &options);

	if (exit_status != PL_EXIT_OK)
		return exit_status;
	if (options.rows == 0 && !pl_view_has_terminal()) {
		pl_error_set(&error, PL_ERR_USAGE, "",
			     "the screen needs a terminal (standard input and output, TERM set); "
			     "`plateau --help` lists the words that need none");
		return pl_fail(ref->call, &error);
	}
	status = pl_meet_live(ref, &meeting, &error);
	if (status == PL_ERR_NOT_FOUND) {
		exit_status = check_file(ref);
		if (exit_status != PL_EXIT_OK)
			return exit_status;
		status = pl_meet_or_spawn(ref, &meeting, &error);
	}
	if (status != PL_OK)
		return pl_fail(ref->call, &error);
	options.client = meeting.client;
	meeting.client = NULL;
	pl_meeting_fini(&meeting);
	return pl_ui_run(&options);
}

int pl_view_open(const struct pl_bench_ref *ref)
{
	struct pl_screen_options store;
	int exit_status = open_with(ref, &store);

	pl_screen_options_fini(&store);
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
	else
		exit_status = pl_view_open(&ref);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    PL_SCREEN_OPTIONS,
    {.name = NULL},
};

const struct pl_command pl_cmd_screen = {
    .name = "",
    .summary = "the screen of a bench",
    .synopsis = "[BENCH] [--watch] [--theme NAME] [--glyphs NAME] [--refresh HZ] "
		"[--script FILE [--size COLSxROWS]]",
    .text = "Opens the screen, attaching to the engine of the bench or starting it in the "
	    "background. `q` leaves the screen and never the run.",
    .options = options,
    .most = 1,
    .run = run,
};
