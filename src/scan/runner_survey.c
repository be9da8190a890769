/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_survey.c - settings.csv: every parameter of the bench that can be written and read, before
 * the first write and after the restore: SURVEY, LAST_SURVEY.
 *
 * A device is left at its first question that gets no answer, so a stop waits for one time-out of
 * each device at most. What is read before the first write also tells what a setting was that
 * nobody knew.
 */
#include "scan/inside.h"

#include "config/settable.h"

#include <math.h>

static bool is_last(const struct pl_runner *runner)
{
	return runner->phase == RUNNER_LAST_SURVEY;
}

static const struct pl_parameter *row_at(const struct pl_runner *runner, struct pl_target at)
{
	const struct pl_parameter *rows =
	    pl_device_rows(&runner->head->bench->devices[at.device], at.channel);

	return &rows[at.parameter];
}

static void over(struct pl_runner *runner)
{
	runner_go(runner, is_last(runner) ? RUNNER_FINISH : RUNNER_PREPARE);
}

static void ask_next(struct pl_runner *runner)
{
	bool is_in_vain = !is_last(runner) && runner_is_ending(runner);

	if (is_in_vain || !pl_settable_next(runner->head->bench, &runner->surveyed)) {
		over(runner);
		return;
	}
	runner->request = (struct pl_bus_request){.verb = PL_BUS_READ, .target = runner->surveyed};
	runner_ask(runner);
}

void runner_survey_enter(struct pl_runner *runner)
{
	runner->surveyed = PL_SETTABLE_BEGIN;
	ask_next(runner);
}

/* A device that is not there, or cannot tell, is no news. */
static void not_read(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	struct pl_write message;

	if (answer->status == PL_ERR_UNSUPPORTED)
		return;
	if (answer->status != PL_OK)
		pl_settable_leave(&runner->surveyed);
	if (answer->status == PL_ERR_LOST || answer->status == PL_ERR_CANCELLED)
		return;
	message =
	    runner_audit(runner, "note", pl_status_name(answer->status), "not in settings.csv");
	if (answer->status == PL_OK)
		pl_text_copy(message.audit.status, sizeof(message.audit.status), "invalid");
	pl_bench_path(runner->head->bench, answer->target, message.audit.target);
	runner_post(runner, &message);
}

static void keep(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	struct pl_write message = runner_message(runner, PL_WRITE_SETTING, PL_BOOK_RUN);

	message.setting = (struct pl_setting){.value = answer->reading.value,
					      .unit = row_at(runner, answer->target)->unit};
	pl_text_copy(message.setting.when, sizeof(message.setting.when),
		     is_last(runner) ? "end" : "start");
	pl_bench_path(runner->head->bench, answer->target, message.setting.path);
	runner_await(runner, &message);
}

void runner_survey_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer);
	if (answer->status != PL_OK || answer->reading.quality != PL_QUALITY_OK) {
		not_read(runner, answer);
		ask_next(runner);
		return;
	}
	if (!is_last(runner))
		runner_settings_learn(runner, answer->target, answer->reading.value.number);
	keep(runner, answer);
}

/* The row is on disk, or the run has failed: then at once to what has to be put back. */
void runner_survey_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack;
	ask_next(runner);
}

/* Nothing is written yet: a stop need not wait for the answer. */
void runner_survey_change(struct pl_runner *runner)
{
	if (is_last(runner) || !runner_is_ending(runner) || !runner->is_asked ||
	    runner->is_cancelled)
		return;
	runner->io.cancel(runner->io.ctx, &runner->request);
	runner->is_cancelled = true;
}
