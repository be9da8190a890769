/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_wish.c - commands become wishes, and wishes add up to reasons to leave what is under way.
 *
 * Nothing is done here: the machine is asked to look again afterwards.
 */
#include "scan/inside.h"

bool runner_is_ending(const struct pl_runner *runner)
{
	return runner->has_failed || runner->wish.stop || runner_is_complete(runner);
}

static const char by_operator[] = "operator";

/* In order of what is said when several hold. */
static const char *strike(const struct pl_runner *runner)
{
	if (runner->has_failed)
		return "error";
	if (!runner_is_up(runner))
		return "lost";
	if (runner->has_forgotten || runner->owes_void || runner->has_to_void)
		return "restarted";
	if (runner->wish.skip || runner->wish.retake)
		return by_operator;
	if (!runner->wish.now)
		return NULL;
	if (runner->wish.terminate)
		return "terminated";
	if (runner->wish.stop)
		return "stopped";
	return runner->wish.safe ? "safe state" : "paused";
}

bool runner_is_struck(const struct pl_runner *runner)
{
	return !runner->is_restoring && strike(runner);
}

bool runner_wants_out(const struct pl_runner *runner)
{
	if (runner->is_restoring)
		return false;
	return strike(runner) ||
	       (!runner->is_point_begun && (runner->wish.stop || runner->wish.pause));
}

const char *runner_why_struck(const struct pl_runner *runner)
{
	const char *why = strike(runner);

	return why ? why : "cancelled";
}

bool runner_is_skipped(const struct pl_runner *runner)
{
	return runner->wish.skip && strike(runner) == by_operator;
}

/* ---- commands ---- */

static bool is_closing(const struct pl_runner *runner)
{
	return runner->phase >= RUNNER_CLEAR || (runner->is_restoring && runner_is_ending(runner));
}

static enum pl_status refuse_ending(struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_USAGE, "",
			    "the run is ending: its thresholds are being restored");
}

static enum pl_status wish_pause(struct pl_runner *runner, bool now, struct pl_error *error)
{
	if (runner->wish.stop || is_closing(runner))
		return refuse_ending(error);
	runner->wish.pause = true;
	runner->wish.now |= now;
	return PL_OK;
}

static enum pl_status wish_resume(struct pl_runner *runner, struct pl_error *error)
{
	if (runner->wish.stop || is_closing(runner))
		return refuse_ending(error);
	if (runner->outbox.is_disk_full)
		runner_outbox_hurry(runner);
	else if (!runner->wish.pause && runner->phase == RUNNER_LOST)
		return pl_error_set(
		    error, PL_ERR_USAGE, "",
		    "the device is lost; the run goes on by itself when it is back");
	else if (!runner->wish.pause)
		return pl_error_set(error, PL_ERR_USAGE, "", "the run is not paused");
	runner->wish.pause = false;
	runner->pause_text[0] = '\0';
	return PL_OK;
}

/* The rows of a point that is measured are on their way: nothing is left to be skipped. */
static bool is_measured(const struct pl_runner *runner)
{
	return runner->phase == RUNNER_ROW;
}

static enum pl_status wish_skip(struct pl_runner *runner, struct pl_error *error)
{
	if (runner_is_ending(runner) || is_closing(runner))
		return refuse_ending(error);
	if (is_measured(runner))
		return pl_error_set(error, PL_ERR_USAGE, "",
				    "the point is measured; skip the next one when it has begun, "
				    "or retake this one");
	runner->wish.skip = true;
	return PL_OK;
}

static enum pl_status wish_retake(struct pl_runner *runner, struct pl_error *error)
{
	bool has_last = runner->last_place < runner->head->plan_count;

	if (runner_is_ending(runner) || is_closing(runner))
		return refuse_ending(error);
	if (!runner->is_point_begun && !has_last)
		return pl_error_set(error, PL_ERR_USAGE, "", "no point was measured yet");
	runner->wish.retake = true;
	return PL_OK;
}

static enum pl_status wish_stop(struct pl_runner *runner, bool now, bool terminate)
{
	const char *detail = terminate ? "terminate" : now ? "now" : "after this point";

	if (is_closing(runner))
		return PL_OK; /* what was asked for is being done */
	if (!runner->wish.stop || (now && !runner->wish.now))
		runner_audit_run(runner, "run.stop", "", detail);
	runner->wish.stop = true;
	runner->wish.now |= now;
	runner->wish.terminate |= terminate;
	return PL_OK;
}

static enum pl_status wish_safe(struct pl_runner *runner)
{
	if (runner->wish.stop || is_closing(runner))
		return PL_OK; /* they are being restored, for good */
	runner_audit_run(runner, "run.pause", "", "safe state");
	runner->wish.safe = runner->wish.pause = runner->wish.now = true;
	return PL_OK;
}

enum pl_status runner_wish(struct pl_runner *runner, enum pl_scan_command command,
			   struct pl_error *error)
{
	if (runner->phase == RUNNER_OVER)
		return pl_error_set(error, PL_ERR_USAGE, "", "the run is over");
	switch (command) {
	case PL_SCAN_PAUSE:
		return wish_pause(runner, false, error);
	case PL_SCAN_PAUSE_NOW:
		return wish_pause(runner, true, error);
	case PL_SCAN_RESUME:
		return wish_resume(runner, error);
	case PL_SCAN_SKIP:
		return wish_skip(runner, error);
	case PL_SCAN_RETAKE:
		return wish_retake(runner, error);
	case PL_SCAN_STOP:
		return wish_stop(runner, false, false);
	case PL_SCAN_STOP_NOW:
		return wish_stop(runner, true, false);
	case PL_SCAN_TERMINATE:
		return wish_stop(runner, true, true);
	case PL_SCAN_SAFE:
		return wish_safe(runner);
	}
	return pl_error_set(error, PL_ERR_USAGE, "", "there is no such command");
}
