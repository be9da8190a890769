/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_serve.c - plateau serve: the engine without a view, until SIGTERM or ^C. With the hidden
 * --background it is what a view or --detach started: it ends when nobody needs it any more.
 */
#include "cli/lead.h"
#include "cli/meet.h"
#include "cli/print.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct serve {
	const struct pl_call *call;
	const char *file;
	int report_fd; /* -1: nobody waits */
};

static void on_ready(void *ctx)
{
	struct serve *serve = ctx;

	pl_spawn_report(serve->report_fd, NULL, false);
	if (serve->report_fd >= 0)
		close(serve->report_fd);
	else
		pl_tell(serve->call, "serving %s, pid %d", serve->file, (int)getpid());
	serve->report_fd = -1;
}

static int refuse(struct serve *serve, const struct pl_error *error, bool is_taken)
{
	pl_spawn_report(serve->report_fd, error, is_taken);
	return pl_fail(serve->call, error);
}

/* Problems go to the terminal as they are; to a waiting parent only the first fits. */
static int check(const struct serve *serve, const struct pl_bench_ref *ref)
{
	struct pl_bench *bench = NULL;
	int exit_status;

	if (serve->report_fd >= 0)
		return PL_EXIT_OK;
	exit_status = pl_bench_ref_load(ref, ref->override_count, &bench);
	pl_bench_free(bench);
	return exit_status;
}

static int serve_bench(struct serve *serve, const struct pl_bench_ref *ref)
{
	bool background = pl_call_has(serve->call, "background");
	struct pl_lead lead = {.ref = ref,
			       .on_ready = on_ready,
			       .ctx = serve,
			       .background = background,
			       .stay = !background,
			       .open_devices = !background};
	struct pl_error error;
	int lock_fd = -1, ended = 0, exit_status = check(serve, ref);

	if (exit_status != PL_EXIT_OK)
		return exit_status;
	if (pl_meet_lock(ref, &lock_fd, &error) != PL_OK)
		return refuse(serve, &error, error.code == PL_ERR_BUSY);
	exit_status =
	    pl_lead_run(&lead, &ended, &error) == PL_OK ? ended : refuse(serve, &error, false);
	close(lock_fd);
	return exit_status;
}

/* A descriptor the parent opened for us, or -1. */
static int report_descriptor(const struct pl_call *call)
{
	const char *text = pl_call_value(call, "report-fd");
	int64_t fd;

	if (text == NULL || !pl_text_to_int(text, &fd) || fd < 3 || fd > 1024 ||
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) != 0)
		return -1;
	return (int)fd;
}

static int run(const struct pl_call *call)
{
	struct serve serve = {.call = call, .report_fd = report_descriptor(call)};
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK) {
		exit_status = refuse(&serve, &error, false);
	} else {
		serve.file = ref.file;
		exit_status = serve_bench(&serve, &ref);
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"background", 0, NULL, NULL},
    {"report-fd", 0, "FD", NULL},
    {.name = NULL},
};

const struct pl_command pl_cmd_serve = {
    .name = "serve",
    .summary = "run the engine of a bench without a screen",
    .synopsis = "[BENCH]",
    .text = "Connects the devices of the bench and waits for views and words until it is told to "
	    "end: SIGTERM or ^C stops a run safely, puts the settings back and ends. This is what "
	    "the systemd unit plateau@.service starts.",
    .options = options,
    .most = 1,
    .run = run,
};
