/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune.c - the word `tune`: a setting of a channel is moved step by step while its rate is
 * counted, until the tuner keeps the new value or has the old one put back.
 *
 * Who does not say what is to become of it - a lost connection, ^C, the end of the engine - gets
 * the old value back. With a device that is away for longer than a restore waits the state file
 * keeps the debt, as that of a scan.
 */
#include "engine/job_tune.h"

#include <stdlib.h>
#include <string.h>

#define RESTORE_WITHIN_NS (30 * PL_NS_PER_S)

struct tune *tune_of(struct actor *actor)
{
	return (struct tune *)actor; /* first member */
}

static struct live_device *live_of(const struct tune *tune)
{
	return &tune->actor.engine->devices[tune->match.target.device];
}

/* ---- the end ---- */

static void answer(struct tune *tune)
{
	tune->actor.is_over = true;
	answer_ok(tune->actor.engine, tune->actor.asker, tune_result(tune));
}

void tune_fail(struct tune *tune, const struct pl_error *error)
{
	if (tune->writes > 0) {
		engine_log(tune->actor.engine, PL_LOG_ERROR, "%s was NOT put back to %g: %s",
			   tune->match.path, tune->before, error->text);
		pl_text_copy(tune->trouble, sizeof(tune->trouble), error->text);
		tune->end = TUNE_RESTORES;
		answer(tune);
		return;
	}
	tune->actor.is_over = true;
	answer_error(tune->actor.engine, tune->actor.asker, error);
}

/* Kept or put back: written down, and when that is on disk, said. */
static void close_books(struct tune *tune)
{
	bool keeps = tune->end == TUNE_KEEPS;
	struct pl_engine *engine = tune->actor.engine;

	tune->is_kept = keeps;
	tune->is_restored = !keeps;
	if (tune->writes == 0) {
		answer(tune);
		return;
	}
	live_confirmed(engine, tune->match.target, tune->value, true, 0, tune->who);
	tune_settle_debt(tune);
	tune->waiting_seq =
	    tune_audit(tune, tune->value, keeps ? "kept" : "restored", tune->trouble);
	engine_log(engine, PL_LOG_INFO, "%s %s at %g by %s", tune->match.path,
		   keeps ? "kept" : "put back", tune->value, tune->who);
	tune->end = TUNE_CLOSING;
	if (tune->waiting_seq == 0)
		answer(tune);
}

void tune_end(struct tune *tune, enum tune_end end)
{
	if (tune->end == TUNE_CLOSING || tune->end == TUNE_RESTORES)
		return;
	tune->end = end;
	if (end == TUNE_RESTORES) {
		tune_seek_stop(tune, "stopped on request");
		tune->give_up_ns = pl_clock_mono_ns() + RESTORE_WITHIN_NS;
		if (tune->writes > 0 || tune->is_writing)
			tune_wish(tune, TUNE_RESTORE, tune->before);
		else
			tune->has_wish = false;
	}
	if (tune->is_counting)
		pl_bus_cancel(live_of(tune)->bus, tune->waiting_id);
	tune_advance(tune);
}

/* ---- turns ---- */

/* The device is away. True: there is nothing but to wait for it. */
static bool must_wait(struct tune *tune)
{
	struct live_device *live = live_of(tune);
	int64_t now_ns = pl_clock_mono_ns();
	struct pl_error error = live->error;

	if (live->phase == LIVE_UP)
		return false;
	if (live->phase == LIVE_CLOSED)
		live_want(tune->actor.engine, tune->match.target.device);
	if (!tune->has_begun && (live->phase == LIVE_FAILED || live->phase == LIVE_LOST)) {
		tune_fail(tune, &error);
	} else if (tune->end == TUNE_RESTORES) {
		if (now_ns >= tune->give_up_ns || tune->actor.engine->is_stopping)
			tune_fail(tune, &error);
		else
			tune->actor.timer_ns = tune->give_up_ns;
	}
	return true;
}

void tune_advance(struct tune *tune)
{
	if (tune->actor.is_over || tune->waiting_seq != 0 || tune->waiting_id != 0 ||
	    tune->actor.timer_ns != PL_NEVER || tune->end == TUNE_CLOSING)
		return;
	if (tune->end == TUNE_RESTORES && !tune->has_wish && !tune->is_writing) {
		close_books(tune);
		return;
	}
	if (must_wait(tune) || (!tune->has_begun && !tune_begin(tune)))
		return;
	if (tune->has_wish || tune->is_writing)
		tune_begin_write(tune);
	else if (isnan(tune->value))
		tune->end = TUNE_GOES_ON; /* nothing is known that could be kept */
	else if (tune->end == TUNE_KEEPS)
		close_books(tune);
	else
		tune_begin_count(tune);
}

static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct tune *tune = tune_of(actor);

	if (tune->end == TUNE_CLOSING && ack->status != PL_OK && ack->book == PL_BOOK_BENCH) {
		tune->has_file_trouble = true;
		pl_text_copy(tune->trouble, sizeof(tune->trouble), ack->error.text);
	}
	if (tune->waiting_seq == 0 || ack->seq != tune->waiting_seq)
		return;
	tune->waiting_seq = 0;
	if (tune->end == TUNE_CLOSING)
		answer(tune);
	else
		tune_write_acked(tune, ack);
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *got)
{
	struct tune *tune = tune_of(actor);

	if (tune->waiting_id == 0 || got->id != tune->waiting_id)
		return;
	tune->waiting_id = 0;
	if (tune->is_counting)
		tune_counted(tune, got);
	else
		tune_written(tune, got);
	tune_advance(tune);
}

/* A device that was away, or that restarted, gets the value again before anything is counted. */
static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct tune *tune = tune_of(actor);
	bool is_lost = event->kind == PL_BUS_EVENT_STATE && event->state.state == PL_BUS_LOST;
	bool has_forgotten = event->kind == PL_BUS_EVENT_RESTARTED;

	if (event->device != tune->match.target.device)
		return;
	if (tune->has_begun && (is_lost || has_forgotten) && !tune->is_writing && !tune->has_wish &&
	    !isnan(tune->value) && tune->end != TUNE_CLOSING)
		tune_wish(tune, TUNE_RENEW, tune->value);
	if (is_lost && tune->has_begun) {
		struct pl_json *body = pl_json_object();

		pl_json_add_text(body, "reason", event->state.text);
		tune_tell(tune, "lost", body);
	}
	if (tune->is_counting && has_forgotten)
		pl_bus_cancel(live_of(tune)->bus, tune->waiting_id);
	if (event->kind == PL_BUS_EVENT_STATE && event->state.state == PL_BUS_UP)
		actor->timer_ns = PL_NEVER;
	tune_advance(tune);
}

static void on_timer(struct actor *actor)
{
	tune_advance(tune_of(actor));
}

/* Also when the tuner's connection is lost. */
static void cancel(struct actor *actor)
{
	struct tune *tune = tune_of(actor);
	struct pl_error error;

	tune->is_cancelled = true;
	if (tune->has_begun) {
		tune_end(tune, TUNE_RESTORES);
		return;
	}
	pl_error_set(&error, PL_ERR_CANCELLED, tune->match.path, "stopped on request");
	tune_fail(tune, &error);
}

static void release(struct actor *actor)
{
	struct tune *tune = tune_of(actor);

	pl_json_free(tune->answer);
	pl_json_free(tune->args_seek);
	free(tune->seek);
	free(tune);
}

static const struct actor_ops tune_ops = {
    .name = "tune",
    .is_for_asker = true,
    .on_answer = on_answer,
    .on_ack = on_ack,
    .on_device = on_device,
    .on_timer = on_timer,
    .cancel = cancel,
    .free = release,
};

struct tune *tune_find(const struct pl_engine *engine, uint64_t session)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (actor->ops == &tune_ops && !actor->is_over && actor->asker.session == session)
			return tune_of(actor);
	return NULL;
}

bool tune_is_live(const struct pl_engine *engine)
{
	for (const struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (actor->ops == &tune_ops && !actor->is_over)
			return true;
	return false;
}

/* ---- the word ---- */

void job_tune(struct pl_engine *engine, struct session *session, struct asker asker,
	      const struct pl_json *args)
{
	struct tune *tune = calloc(1, sizeof(*tune));
	struct pl_error error;
	enum pl_status status = engine_may_act(engine, session, &error);

	if (status == PL_OK && tune == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = tune_find_setting(tune, engine->bench, pl_json_get_text(args, "path", ""),
					   &error);
	if (status == PL_OK)
		status = records_leave(engine, tune->match.target.device, &error);
	if (status == PL_OK)
		status = tune_take_args(tune, args, &error);
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		if (tune != NULL)
			pl_json_free(tune->args_seek);
		free(tune);
		return;
	}
	pl_text_copy(tune->who, sizeof(tune->who), session->actor);
	actor_add(engine, &tune->actor, &tune_ops, asker);
	live_want(engine, tune->match.target.device);
	tune_advance(tune);
}
