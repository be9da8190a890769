/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_set.c - the word `set`: writes, each checked against its row before any byte, audited as
 * sent before it leaves, confirmed by content, and kept for the next runs.
 *
 * What the device did not confirm is unknown afterwards, not what it was before. ^C lets a write
 * that left come to its end and makes no further one; the death of the one who asked changes
 * nothing. The result tells each write that was made and each that was not.
 */
#include "engine/job_set.h"

#include <stdlib.h>

#define SET_TRIES   3
#define SET_WAIT_NS (PL_NS_PER_S / 2)

static struct set *set_of(struct actor *actor)
{
	return (struct set *)actor; /* first member */
}

static void finish(struct set *set, bool ok)
{
	struct pl_json *result = pl_json_object();

	pl_json_add(result, "writes", set->writes);
	pl_json_add_boolean(result, "ok", ok);
	set->writes = NULL;
	set->actor.is_over = true;
	answer_ok(set->actor.engine, set->actor.asker, result);
}

static void leave_out_the_rest(struct set *set, const char *why)
{
	if (set->tries > 0 && set->done < set->count) {
		set_add_result(set, NULL, "unconfirmed", why);
		set->done++;
	}
	for (; set->done < set->count; set->done++)
		set_add_result(set, NULL, "not_made", why);
	finish(set, false);
}

/* The rest of the writes is not made once one has failed. */
static void failed(struct set *set, const struct pl_bus_answer *answer,
		   const struct pl_error *error)
{
	set_add_result(set, answer, pl_status_name(error->code), error->text);
	set->done++;
	set->tries = 0;
	leave_out_the_rest(set, "an earlier write failed");
}

static bool is_up(const struct set *set)
{
	const struct pl_target *target = &set->items[set->done].match.target;

	return set->actor.engine->devices[target->device].phase == LIVE_UP;
}

/* A memory that wears out is written only when that changes something. */
static bool is_needless(const struct set *set)
{
	const struct one_write *item = &set->items[set->done];
	const struct live_row *row = live_row(set->actor.engine, item->match.target);

	return item->match.parameter->persistent && row != NULL &&
	       row->known.origin >= SETTING_CONFIRMED && row->known.value == item->value;
}

static void begin_write(struct set *set)
{
	struct pl_engine *engine = set->actor.engine;
	const struct live_device *live;
	struct pl_error error;

	while (set->done < set->count && set->tries == 0 && is_up(set) && is_needless(set)) {
		set_add_result(set, NULL, "unchanged", "the device holds this value already");
		set->done++;
	}

	if (set->done == set->count) {
		finish(set, true);
		return;
	}
	live = &engine->devices[set->items[set->done].match.target.device];
	if (set->is_cancelled) {
		leave_out_the_rest(set, "stopped on request");
	} else if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST) {
		failed(set, NULL, &live->error);
	} else if (live->phase != LIVE_UP) {
		live_want(engine, set->items[set->done].match.target.device);
	} else {
		set->waiting_seq = set_audit(set, "sent", "");
		if (set->waiting_seq != 0)
			return;
		pl_error_set(&error, PL_ERR_FULL, engine->workspace.path, "the disk is behind");
		failed(set, NULL, &error);
	}
}

/* The row `sent` is on disk: now the bytes may leave. */
static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct set *set = set_of(actor);
	const struct one_write *item = &set->items[set->done];
	struct pl_bus_request request = {
	    .verb = PL_BUS_WRITE, .target = item->match.target, .value = item->value};
	struct pl_error error = ack->error;

	if (set->waiting_seq == 0 || ack->seq != set->waiting_seq)
		return;
	set->waiting_seq = 0;
	if (ack->status != PL_OK) {
		error.code = ack->status;
		failed(set, NULL, &error);
	} else if (set->is_cancelled) {
		set_audit(set, "cancelled", "not sent");
		leave_out_the_rest(set, "stopped on request");
	} else if (engine_post(actor->engine, &request)) {
		set->waiting_id = request.id;
	} else {
		set_audit(set, "cancelled", "not sent");
		pl_error_set(&error, PL_ERR_BUSY, item->match.path, "the bus is busy");
		failed(set, NULL, &error);
	}
}

static void confirmed(struct set *set, const struct pl_bus_answer *answer)
{
	const struct one_write *item = &set->items[set->done];

	set_audit(set, "ok", answer->report.reason);
	set_operation(set, "success");
	set_add_result(set, answer, "ok", answer->report.reason);
	engine_log(set->actor.engine, PL_LOG_INFO, "%s set to %g by %s", item->match.path,
		   answer->report.applied, set->who);
	live_confirmed(set->actor.engine, item->match.target, answer->report.applied, true, 0,
		       set->who);
	set->done++;
	set->tries = 0;
	begin_write(set);
}

/* The device said no: it keeps what it had. Anything else leaves only what was read back. */
static void note_unconfirmed(struct set *set, const struct pl_bus_answer *answer)
{
	double known = answer->status == PL_ERR_MISMATCH ? answer->report.readback : NAN;

	if (answer->status != PL_ERR_REFUSED)
		live_confirmed(set->actor.engine, set->items[set->done].match.target, known, false,
			       0, set->who);
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct set *set = set_of(actor);
	struct pl_error error = answer->error;

	if (set->waiting_id == 0 || answer->id != set->waiting_id)
		return;
	set->waiting_id = 0;
	error.code = answer->status;
	if (answer->status == PL_OK) {
		confirmed(set, answer);
		return;
	}
	set_audit(set, pl_status_name(answer->status), answer->error.text);
	set_operation(set, answer->error.text);
	note_unconfirmed(set, answer);
	if (++set->tries < SET_TRIES && !set->is_cancelled && answer->status != PL_ERR_LOST &&
	    answer->status != PL_ERR_CANCELLED)
		actor->timer_ns = pl_clock_mono_ns() + SET_WAIT_NS;
	else
		failed(set, answer, &error);
}

static void on_timer(struct actor *actor)
{
	struct set *set = set_of(actor);

	actor->engine->devices[set->items[set->done].match.target.device].retries++;
	begin_write(set);
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct set *set = set_of(actor);

	(void)event;
	if (set->waiting_id == 0 && set->waiting_seq == 0 && actor->timer_ns == PL_NEVER)
		begin_write(set);
}

/* A write that left, or whose row is on its way, is waited for. */
static void cancel(struct actor *actor)
{
	struct set *set = set_of(actor);

	actor->timer_ns = PL_NEVER;
	set->is_cancelled = true;
	if (set->waiting_id == 0 && set->waiting_seq == 0)
		leave_out_the_rest(set, "stopped on request");
}

static void release(struct actor *actor)
{
	pl_json_free(set_of(actor)->writes);
	free(actor);
}

static const struct actor_ops set_ops = {
    .name = "set",
    .on_answer = on_answer,
    .on_ack = on_ack,
    .on_device = on_device,
    .on_timer = on_timer,
    .cancel = cancel,
    .free = release,
};

void job_set(struct pl_engine *engine, struct session *session, struct asker asker,
	     const struct pl_json *args)
{
	const struct pl_json *items = pl_json_get(args, "items");
	struct set *set = calloc(1, sizeof(*set));
	struct pl_error error;
	enum pl_status status = engine_may_act(engine, session, &error);

	if (status == PL_OK && set == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (set != NULL)
		set->is_agreed = pl_json_get_boolean(args, "yes", false);
	for (size_t i = 0; status == PL_OK && i < pl_json_size(items); i++)
		status = set_parse_item(set, engine->bench, pl_json_text(pl_json_at(items, i), ""),
					&error);
	if (status == PL_OK && set->count == 0)
		status = pl_error_set(&error, PL_ERR_USAGE, "",
				      "say what to set: det.top.threshold=300");
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		free(set);
		return;
	}
	pl_text_copy(set->who, sizeof(set->who), session->actor);
	set->writes = pl_json_array();
	actor_add(engine, &set->actor, &set_ops, asker);
	for (size_t i = 0; i < set->count; i++)
		live_want(engine, set->items[i].match.target.device);
	begin_write(set);
}
