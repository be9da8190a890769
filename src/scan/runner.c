/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner.c - the machine: its phases, and in which order it looks at what is to be done next.
 *
 * A scan goes PREPARE, BEGIN, then turn after turn: suppress the others (SENT, WRITE, RETRY), the
 * point's own write (the same three), SETTLE, COUNT, ROW, and the next turn; at the end restore
 * (the same three), CLEAR, END. Engine thread.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <assert.h>

#define ASK_AGAIN_NS (10 * PL_NS_PER_MS)

static void prepare_enter(struct pl_runner *runner)
{
	struct pl_write message;

	runner_settings_tell_unknown(runner);
	if (runner_pending(runner, &message))
		runner_await(runner, &message);
	else
		runner_go(runner, RUNNER_BEGIN);
}

/* Nothing has left for the device yet: a disk that fails now ends the run without touching it. */
static void prepare_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack;
	if (runner->has_failed)
		runner_turn(runner);
	else
		runner_go(runner, RUNNER_BEGIN);
}

static void begin_enter(struct pl_runner *runner)
{
	struct pl_write message;

	runner_audit_run(runner, runner->is_resumed ? "run.resume" : "run.start", "",
			 runner->scan->name);
	runner_state(runner, PL_RUN_START, "");
	message = runner_message(runner, PL_WRITE_STATUS, PL_BOOK_RUN);
	message.status = runner->status;
	runner_await(runner, &message);
}

static void ack_then_turn(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack;
	runner_turn(runner);
}

static void paused_enter(struct pl_runner *runner)
{
	const char *why = runner->pause_text[0] ? runner->pause_text : "on request";

	if (runner_state(runner, PL_RUN_PAUSE, why))
		runner_say(runner, PL_NOTE_INFO, "paused; thresholds stay as they are");
}

static const struct runner_phase_ops phases[RUNNER_PHASES] = {
    [RUNNER_NEW] = {.name = "prepare"},
    [RUNNER_SURVEY] = {.name = "read settings",
		       .enter = runner_survey_enter,
		       .on_answer = runner_survey_answer,
		       .on_ack = runner_survey_ack,
		       .on_timer = runner_ask,
		       .on_change = runner_survey_change},
    [RUNNER_PREPARE] = {.name = "prepare", .enter = prepare_enter, .on_ack = prepare_ack},
    [RUNNER_BEGIN] = {.name = "prepare", .enter = begin_enter, .on_ack = ack_then_turn},
    [RUNNER_SENT] = {.enter = runner_sent_enter, .on_ack = runner_sent_ack},
    [RUNNER_WRITE] = {.enter = runner_write_enter,
		      .on_answer = runner_write_answer,
		      .on_timer = runner_ask,
		      .on_change = runner_write_change},
    [RUNNER_RETRY] = {.enter = runner_retry_enter,
		      .on_timer = runner_retry_timer,
		      .on_change = runner_retry_change},
    [RUNNER_SETTLE] = {.name = "settle",
		       .enter = runner_settle_enter,
		       .on_timer = runner_settle_timer,
		       .on_change = runner_settle_change},
    [RUNNER_UNTIL] = {.name = "until",
		      .enter = runner_until_enter,
		      .on_answer = runner_until_answer,
		      .on_timer = runner_until_timer,
		      .on_change = runner_until_change},
    [RUNNER_COUNT] = {.name = "count",
		      .enter = runner_count_enter,
		      .on_answer = runner_count_answer,
		      .on_timer = runner_ask,
		      .on_change = runner_count_change},
    [RUNNER_TALLY] = {.name = "read counters",
		      .enter = runner_tally_enter,
		      .on_timer = runner_tally_go_on},
    [RUNNER_CHECK] = {.name = "read back",
		      .enter = runner_check_enter,
		      .on_answer = runner_check_answer,
		      .on_timer = runner_ask},
    [RUNNER_ROW] = {.name = "row", .enter = runner_row_enter, .on_ack = runner_row_ack},
    [RUNNER_PAUSED] = {.name = "paused", .enter = paused_enter, .on_change = runner_turn},
    [RUNNER_LOST] = {.name = "lost",
		     .enter = runner_lost_enter,
		     .on_timer = runner_lost_timer,
		     .on_change = runner_turn},
    [RUNNER_BEHIND] = {.name = "disk",
		       .enter = runner_behind_enter,
		       .on_timer = runner_behind_timer,
		       .on_change = runner_turn},
    [RUNNER_LAST_SURVEY] = {.name = "read settings",
			    .enter = runner_survey_enter,
			    .on_answer = runner_survey_answer,
			    .on_ack = runner_survey_ack,
			    .on_timer = runner_ask},
    [RUNNER_CLEAR] = {.name = "restore", .enter = runner_clear_enter, .on_ack = runner_clear_ack},
    [RUNNER_FINISH] = {.name = "end", .enter = runner_finish_enter, .on_ack = runner_finish_ack},
    [RUNNER_END] = {.name = "end", .enter = runner_end_enter, .on_ack = runner_end_ack},
    [RUNNER_OVER] = {.name = "over"},
};

const struct runner_phase_ops *runner_phase_ops(enum runner_phase phase)
{
	return &phases[phase];
}

void runner_go(struct pl_runner *runner, enum runner_phase phase)
{
	runner->phase = phase;
	runner->phase_started_ns = runner->io.now_mono(runner->io.ctx);
	runner->phase_ends_ns = 0;
	runner->deadline_ns = PL_NEVER;
	if (phases[phase].enter)
		phases[phase].enter(runner);
}

/* ---- what comes next, first match wins ---- */

static bool owes_void(const struct pl_runner *runner)
{
	return runner->owes_void || runner->has_to_void;
}

static bool ends_early(const struct pl_runner *runner)
{
	return runner->has_failed || runner->wish.stop;
}

static bool can_be_made_safe(const struct pl_runner *runner)
{
	return runner->wish.safe && runner_is_set_up(runner);
}

static bool is_done(const struct pl_runner *runner)
{
	return runner_is_complete(runner) && runner_is_set_up(runner);
}

static bool is_held(const struct pl_runner *runner)
{
	return runner->wish.pause && !runner_is_complete(runner);
}

static bool is_lost(const struct pl_runner *runner)
{
	return !runner_is_up(runner);
}

static bool wants_retake(const struct pl_runner *runner)
{
	return runner->wish.retake;
}

static bool wants_skip(const struct pl_runner *runner)
{
	return runner->wish.skip && !runner_is_complete(runner);
}

static bool has_ended(const struct pl_runner *runner)
{
	return !runner_is_complete(runner) && runner_place_has_ended(runner, runner->position);
}

static bool needs_suppress(const struct pl_runner *runner)
{
	return (runner->scan->axis_kind == PL_AXIS_CHANNELS || runner->scan->has_switch) &&
	       runner->ready_channel != runner_ready_for(runner);
}

static bool always(const struct pl_runner *runner)
{
	(void)runner;
	return true;
}

static void pause_here(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_PAUSED);
}

static void wait_for_disk(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_BEHIND);
}

static void wait_for_device(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_LOST);
}

static const struct {
	bool (*applies)(const struct pl_runner *runner);
	void (*then)(struct pl_runner *runner);
	bool is_work; /* a paused run goes on */
} turns[] = {
    {.applies = runner_is_cut_off, .then = runner_void_cut_off},
    {.applies = owes_void, .then = runner_point_revoke},
    {.applies = ends_early, .then = runner_restore_begin},
    {.applies = can_be_made_safe, .then = runner_restore_begin},
    {.applies = wants_retake, .then = runner_point_revoke},
    {.applies = wants_skip, .then = runner_point_skip},
    {.applies = is_done, .then = runner_restore_begin, .is_work = true},
    {.applies = is_held, .then = pause_here},
    {.applies = has_ended, .then = runner_point_skip},
    {.applies = is_lost, .then = wait_for_device},
    {.applies = runner_is_behind, .then = wait_for_disk},
    {.applies = needs_suppress, .then = runner_suppress_begin, .is_work = true},
    {.applies = always, .then = runner_point_begin, .is_work = true},
};

void runner_turn(struct pl_runner *runner)
{
	size_t i = 0;

	assert(!runner->is_point_begun && !runner->is_asked);
	runner->wish.now = false;
	runner->wish.retake &= runner->last_place < runner->head->plan_count;
	if (runner->has_forgotten)
		runner->ready_channel = RUNNER_NOT_READY;
	runner->has_forgotten = false;
	while (!turns[i].applies(runner))
		i++;
	if (turns[i].is_work && runner_state(runner, PL_RUN_RESUME, ""))
		runner_say(runner, PL_NOTE_INFO, "going on");
	turns[i].then(runner);
}

void runner_react(struct pl_runner *runner)
{
	if (runner_is_ending(runner))
		runner_outbox_hurry(runner);
	if (phases[runner->phase].on_change)
		phases[runner->phase].on_change(runner);
}

/* ---- the bus ---- */

void runner_ask(struct pl_runner *runner)
{
	runner->is_cancelled = false;
	for (size_t i = 0; i < runner->device_count; i++)
		runner->devices[i].losses_at_ask = runner->devices[i].losses;
	runner->is_asked = runner->io.ask(runner->io.ctx, &runner->request);
	runner->deadline_ns =
	    runner->is_asked ? PL_NEVER : runner->io.now_mono(runner->io.ctx) + ASK_AGAIN_NS;
}
