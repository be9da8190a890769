/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_run.c - the words for the run: pause, resume, skip, retake, safe, stop, interrupt, wait,
 * points.
 */
#include "engine/internal.h"

/* A view that only watches commands nothing; a number must be that of the live run. */
static enum pl_status may_command(const struct request *request, struct pl_error *error)
{
	if (request->session->view == VIEW_WATCHES)
		return pl_error_set(error, PL_ERR_PERMISSION, "",
				    "this view only watches; open it without --watch to act");
	return run_meant(request->engine, request->args, error);
}

static void command(const struct request *request, enum pl_scan_command which, const char *text)
{
	struct pl_json *result;
	struct pl_error error;
	enum pl_status status = may_command(request, &error);

	if (status == PL_OK)
		status = run_command(request->engine, which, &error);
	if (status != PL_OK) {
		answer_error(request->engine, request->asker, &error);
		return;
	}
	engine_log(request->engine, PL_LOG_INFO, "run %u: %s asked by %s",
		   run_number(request->engine), text, request->session->actor);
	result = pl_json_object();
	pl_json_add_integer(result, "run", run_number(request->engine));
	pl_json_add_text(result, "asked", text);
	answer_ok(request->engine, request->asker, result);
}

void do_pause(const struct request *request)
{
	bool now = pl_json_get_boolean(request->args, "now", false);

	command(request, now ? PL_SCAN_PAUSE_NOW : PL_SCAN_PAUSE, now ? "pause now" : "pause");
}

void do_resume(const struct request *request)
{
	if (run_is_live(request->engine))
		command(request, PL_SCAN_RESUME, "resume");
	else
		run_begin_resume(request->engine, request->session, request->asker, request->args);
}

void do_skip(const struct request *request)
{
	command(request, PL_SCAN_SKIP, "skip");
}

void do_retake(const struct request *request)
{
	command(request, PL_SCAN_RETAKE, "retake");
}

void do_safe(const struct request *request)
{
	command(request, PL_SCAN_SAFE, "safe state");
}

void do_interrupt(const struct request *request)
{
	command(request, PL_SCAN_STOP_NOW, "interrupt");
}

void do_wait(const struct request *request)
{
	struct pl_error error;

	if (run_meant_or_last(request->engine, request->args, &error) != PL_OK ||
	    run_wait(request->engine, request->asker,
		     pl_json_get_boolean(request->args, "follow", false), &error) != PL_OK)
		answer_error(request->engine, request->asker, &error);
}

/* Answered after the restore, with the result object. */
void do_stop(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	bool now = pl_json_get_boolean(request->args, "now", false);
	struct pl_error error;
	enum pl_status status = may_command(request, &error);

	if (status == PL_OK)
		status = run_wait_stop(engine, request->asker, &error);
	if (status != PL_OK) {
		answer_error(engine, request->asker, &error);
		return;
	}
	engine_log(engine, PL_LOG_INFO, "run %u: stop asked by %s", run_number(engine),
		   request->session->actor);
	if (run_command(engine, now ? PL_SCAN_STOP_NOW : PL_SCAN_STOP, &error) != PL_OK)
		engine_log(engine, PL_LOG_INFO, "%s", error.text);
}

void do_points(const struct request *request)
{
	run_points(request->engine, request->asker, pl_json_get_integer(request->args, "from", 1));
}
