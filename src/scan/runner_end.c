/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_end.c - the last words of a run: CLEAR, FINISH, END.
 *
 * The debt leaves the state file first, then the last audit row, and the terminal state in run.yaml
 * when everything else is on disk.
 */
#include "scan/inside.h"

#include <math.h>
#include <string.h>

/* ---- CLEAR ---- */

/* What was put back, or is to stay as it is, outlasts the run. */
static void keep_settings(struct pl_runner *runner)
{
	bool keeps_all = runner->scan->restore == PL_RESTORE_KEEP;

	for (size_t i = 0; i < runner->setting_count; i++) {
		const struct runner_setting *setting = &runner->settings[i];

		if (!isnan(setting->known) && (keeps_all || runner->status.restore_confirmed[i]))
			runner->io.setting(runner->io.ctx, setting->target, setting->known, true);
	}
}

void runner_clear_enter(struct pl_runner *runner)
{
	struct pl_write message;

	if (!runner_pending(runner, &message)) {
		runner_go(runner, RUNNER_LAST_SURVEY);
		return;
	}
	message.pending.count = 0;
	runner_await(runner, &message);
}

void runner_clear_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack; /* settings are back either way; a state file that says otherwise is said */
	runner_go(runner, RUNNER_LAST_SURVEY);
}

/* ---- FINISH ---- */

static enum pl_run_event how_it_ends(const struct pl_runner *runner)
{
	enum pl_run_state state = runner->status.state;

	if (runner->has_failed)
		return PL_RUN_FAIL;
	if (runner_is_complete(runner) && pl_run_state_step(&state, PL_RUN_FINISH))
		return PL_RUN_FINISH;
	return PL_RUN_INTERRUPT;
}

static const char *why_it_ends(const struct pl_runner *runner, enum pl_run_event event)
{
	if (event == PL_RUN_FAIL)
		return runner->status.reason;
	if (event == PL_RUN_FINISH)
		return "";
	if (runner->wish.terminate)
		return "terminated";
	return runner->stop_text[0] ? runner->stop_text : "stopped";
}

void runner_finish_enter(struct pl_runner *runner)
{
	enum pl_run_event event = how_it_ends(runner);
	enum pl_run_state state = runner->status.state;
	struct pl_write message;

	keep_settings(runner);
	pl_run_state_step(&state, event);
	message = runner_audit(runner, "run.finish", pl_run_state_name(state),
			       why_it_ends(runner, event));
	runner_await(runner, &message);
}

void runner_finish_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack;
	runner_go(runner, RUNNER_END);
}

/* ---- END ---- */

static int exit_status(const struct pl_runner *runner)
{
	if (runner->has_failed)
		return 1;
	if (runner->status.state == PL_RUN_INTERRUPTED)
		return runner->wish.terminate ? 143 : 3;
	return runner->status.invalid > 0 ? 4 : 0;
}

void runner_end_enter(struct pl_runner *runner)
{
	enum pl_run_event event = how_it_ends(runner);
	struct pl_run_status *status = &runner->status;
	struct pl_write message;

	runner_state(runner, event, why_it_ends(runner, event));
	status->exit = exit_status(runner);
	runner_curve_tell(runner);
	status->durable = status->done;
	status->finished_utc_ns = runner->io.now_utc(runner->io.ctx);
	status->finished_mono_ns = runner->io.now_mono(runner->io.ctx);
	message = runner_message(runner, PL_WRITE_END, PL_BOOK_RUN);
	message.status = *status;
	runner_await(runner, &message);
}

/* A last word that could not be written: the run is what the disk says, but it has failed. */
void runner_end_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	memcpy(runner->status.parts, ack->parts, sizeof(runner->status.parts));
	if (runner->has_failed)
		runner->status.exit = 1;
	runner_go(runner, RUNNER_OVER);
}
