/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_run.c - the words for a live run: pause, resume, skip, retake, safe, stop, interrupt,
 * wait, points. A recording knows stop, interrupt and wait.
 */
#include "engine/record.h"

/* A view that only watches commands nothing; a number must be that of a live run. */
static enum pl_status may_command(const struct request *request, struct meant *out,
				  struct pl_error *error)
{
	if (view_may_act(request->engine, request->session, error) != PL_OK)
		return error->code;
	return run_meant(request->engine, request->args, out, error);
}

static enum pl_status command_record(struct record *record, enum pl_scan_command which,
				     const char *text, struct pl_error *error)
{
	if (which != PL_SCAN_STOP_NOW)
		return pl_error_set(error, PL_ERR_USAGE, "",
				    "run %u is a recording: `%s` is for scans; `plateau stop` ends "
				    "it",
				    record->head.folder.number, text);
	record_command(record, PL_RECORD_INTERRUPT);
	return PL_OK;
}

static void command(const struct request *request, enum pl_scan_command which, const char *text)
{
	struct meant meant;
	struct pl_json *result;
	struct pl_error error;
	enum pl_status status = may_command(request, &meant, &error);
	unsigned number;

	if (status == PL_OK && meant.record != NULL)
		status = command_record(meant.record, which, text, &error);
	else if (status == PL_OK)
		status = run_command(request->engine, which, &error);
	if (status != PL_OK) {
		answer_error(request->engine, request->asker, &error);
		return;
	}
	if (meant.record == NULL)
		alarms_taken_in_hand(request->engine);
	number =
	    meant.record != NULL ? meant.record->head.folder.number : run_number(request->engine);
	engine_log(request->engine, PL_LOG_INFO, "run %u: %s asked by %s", number, text,
		   request->session->actor);
	result = pl_json_object();
	pl_json_add_integer(result, "run", number);
	pl_json_add_text(result, "asked", text);
	answer_ok(request->engine, request->asker, result);
}

void do_pause(const struct request *request)
{
	bool now = pl_json_get_boolean(request->args, "now", false);

	command(request, now ? PL_SCAN_PAUSE_NOW : PL_SCAN_PAUSE, now ? "pause now" : "pause");
}

/* Of a live scan; else a stored one is taken up again. */
void do_resume(const struct request *request)
{
	struct meant meant;
	bool is_recording = run_meant(request->engine, request->args, &meant, NULL) == PL_OK &&
			    meant.record != NULL;
	bool is_named = !pl_json_is_null(pl_json_get(request->args, "run"));

	if (run_is_live(request->engine) || (is_recording && is_named))
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

/* stops: as one who asked for the end. */
static enum pl_status wait_for(const struct request *request, const struct meant *meant, bool stops,
			       struct pl_error *error)
{
	struct waiter waiter = {.asker = request->asker,
				.follows =
				    !stops && pl_json_get_boolean(request->args, "follow", false),
				.stops = stops};

	if (meant->record != NULL)
		return record_add_waiter(meant->record, &waiter)
			   ? PL_OK
			   : pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	return stops ? run_wait_stop(request->engine, request->asker, error)
		     : run_wait(request->engine, request->asker, waiter.follows, error);
}

void do_wait(const struct request *request)
{
	struct meant meant;
	struct pl_error error;

	if (run_meant_or_last(request->engine, request->args, &meant, &error) != PL_OK ||
	    wait_for(request, &meant, false, &error) != PL_OK)
		answer_error(request->engine, request->asker, &error);
}

/* Answered after the restore, with the result object. */
void do_stop(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	bool now = pl_json_get_boolean(request->args, "now", false);
	struct meant meant;
	struct pl_error error;
	enum pl_status status = may_command(request, &meant, &error);

	if (status == PL_OK)
		status = wait_for(request, &meant, true, &error);
	if (status != PL_OK) {
		answer_error(engine, request->asker, &error);
		return;
	}
	engine_log(engine, PL_LOG_INFO, "run %u: stop asked by %s",
		   meant.record != NULL ? meant.record->head.folder.number : run_number(engine),
		   request->session->actor);
	if (meant.record != NULL)
		record_command(meant.record, PL_RECORD_STOP);
	else if (run_command(engine, now ? PL_SCAN_STOP_NOW : PL_SCAN_STOP, &error) != PL_OK)
		engine_log(engine, PL_LOG_INFO, "%s", error.text);
}

void do_points(const struct request *request)
{
	run_points(request->engine, request->asker, pl_json_get_integer(request->args, "from", 1));
}
