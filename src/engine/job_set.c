/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_set.c - the word `set`: writes, each checked against its row before any byte, audited as
 * sent before it leaves, confirmed by content, and kept for the next runs.
 */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET_MAX	    64
#define SET_TRIES   3
#define SET_WAIT_NS (PL_NS_PER_S / 2)

struct one_write {
	struct pl_match match;
	double value;
};

struct set {
	struct actor actor;
	struct one_write items[SET_MAX];
	size_t count, done;
	unsigned tries;
	uint64_t waiting_id, waiting_seq;
	char who[PL_ACTOR_SIZE];
	struct pl_json *writes;
};

static struct set *set_of(struct actor *actor)
{
	return (struct set *)actor;
}

static enum pl_status check_value(const struct pl_match *match, double value,
				  struct pl_error *error)
{
	const struct pl_parameter *row = match->parameter;
	double steps;

	if ((row->access & PL_ACCESS_WRITE) == 0)
		return pl_error_set(error, PL_ERR_USAGE, match->path, "cannot be written");
	if (row->max > row->min && !(value >= row->min && value <= row->max))
		return pl_error_set(error, PL_ERR_RANGE, match->path,
				    "%g lies outside %g to %g%s%s; nothing was written", value,
				    row->min, row->max, row->unit[0] != '\0' ? " " : "", row->unit);
	steps = row->step > 0 ? value / row->step : 0;
	if (fabs(steps - round(steps)) > 1e-9)
		return pl_error_set(error, PL_ERR_RANGE, match->path,
				    "%g is no multiple of the step %g; nothing was written", value,
				    row->step);
	return PL_OK;
}

/* "det.top.threshold=300" into one write a match. */
static enum pl_status parse_item(struct pl_engine *engine, struct set *set, const char *item,
				 struct pl_error *error)
{
	struct pl_match matches[SET_MAX];
	const char *equals = strchr(item, '=');
	char path[PL_PATH_SIZE];
	size_t found = 0;
	double value;
	enum pl_status status;

	if (equals == NULL || (size_t)(equals - item) >= sizeof(path))
		return pl_error_set(error, PL_ERR_USAGE, item, "is not of the form PATH=VALUE");
	snprintf(path, sizeof(path), "%.*s", (int)(equals - item), item);
	if (!pl_text_to_double(equals + 1, &value))
		return pl_error_set(error, PL_ERR_USAGE, path, "`%s` is not a number", equals + 1);
	status = pl_bench_resolve(engine->bench, path, matches, SET_MAX, &found, error);
	for (size_t i = 0; status == PL_OK && i < found; i++) {
		if (set->count == SET_MAX)
			return pl_error_set(error, PL_ERR_USAGE, path, "at most %d writes at once",
					    SET_MAX);
		status = check_value(&matches[i], value, error);
		set->items[set->count++] = (struct one_write){matches[i], value};
	}
	return status;
}

static double known_value(const struct set *set, const struct one_write *item)
{
	const struct live_device *live = &set->actor.engine->devices[item->match.target.device];

	if (item->match.target.channel < 0 ||
	    item->match.target.parameter != live->setting_parameter)
		return NAN;
	return live->settings[item->match.target.channel].value;
}

static uint64_t audit(struct set *set, const char *status, const char *detail)
{
	const struct one_write *item = &set->items[set->done];
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	pl_text_copy(message.audit.actor, sizeof(message.audit.actor), set->who);
	pl_text_copy(message.audit.action, sizeof(message.audit.action), "set");
	pl_text_copy(message.audit.target, sizeof(message.audit.target), item->match.path);
	message.audit.old_value = known_value(set, item);
	message.audit.new_value = item->value;
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), detail);
	return pl_writer_put(set->actor.engine->writer, &message);
}

static void operation(struct set *set, const char *status)
{
	const struct one_write *item = &set->items[set->done];
	const struct live_device *live = &set->actor.engine->devices[item->match.target.device];
	struct pl_write message = {.kind = PL_WRITE_OPERATION,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (item->match.target.channel < 0)
		return;
	message.operation.channel_id = live->device->spec.channels[item->match.target.channel].id;
	message.operation.old_value = known_value(set, item);
	message.operation.new_value = item->value;
	pl_text_copy(message.operation.status, sizeof(message.operation.status), status);
	pl_writer_put(set->actor.engine->writer, &message);
}

static void finish(struct set *set, const struct pl_error *error)
{
	struct pl_json *result = pl_json_object();

	pl_json_add(result, "writes", set->writes);
	pl_json_add_boolean(result, "ok", error == NULL);
	set->writes = NULL;
	set->actor.is_over = true;
	answer_ok(set->actor.engine, set->actor.asker, result);
}

static void add_result(struct set *set, const struct pl_bus_answer *answer, const char *status,
		       const char *reason)
{
	const struct one_write *item = &set->items[set->done];
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", item->match.path);
	pl_json_add_number(out, "old", known_value(set, item));
	pl_json_add_number(out, "requested", item->value);
	pl_json_add_number(out, "applied",
			   answer != NULL && answer->status == PL_OK ? answer->report.applied
								     : NAN);
	pl_json_add_number(out, "readback", answer != NULL ? answer->report.readback : NAN);
	pl_json_add_text(out, "status", status);
	pl_json_add_text(out, "reason", reason);
	pl_json_add(set->writes, NULL, out);
}

/* The rest of the writes is not made once one has failed. */
static void failed(struct set *set, const struct pl_bus_answer *answer,
		   const struct pl_error *error)
{
	add_result(set, answer, pl_status_name(error->code), error->text);
	for (set->done++; set->done < set->count; set->done++)
		add_result(set, NULL, "not_made", "an earlier write failed");
	finish(set, error);
}

static void begin_write(struct set *set)
{
	struct pl_engine *engine = set->actor.engine;
	const struct live_device *live;
	struct pl_error error;

	if (set->done == set->count) {
		finish(set, NULL);
		return;
	}
	live = &engine->devices[set->items[set->done].match.target.device];
	if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST)
		failed(set, NULL, &live->error);
	else if (live->phase != LIVE_UP)
		live_want(engine, set->items[set->done].match.target.device);
	else
		set->waiting_seq = audit(set, "sent", "");
	if (!set->actor.is_over && set->waiting_seq == 0 && live->phase == LIVE_UP) {
		pl_error_set(&error, PL_ERR_FULL, engine->workspace.path, "the disk is behind");
		failed(set, NULL, &error);
	}
}

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
		failed(set, NULL, &error);
	} else if (engine_post(actor->engine, &request)) {
		set->waiting_id = request.id;
	} else {
		pl_error_set(&error, PL_ERR_BUSY, item->match.path, "the bus is busy");
		failed(set, NULL, &error);
	}
}

static void confirmed(struct set *set, const struct pl_bus_answer *answer)
{
	const struct one_write *item = &set->items[set->done];

	audit(set, "ok", answer->report.reason);
	operation(set, "success");
	add_result(set, answer, "ok", answer->report.reason);
	engine_log(set->actor.engine, PL_LOG_INFO, "%s set to %g by %s", item->match.path,
		   answer->report.applied, set->who);
	live_confirmed(set->actor.engine, item->match.target, answer->report.applied, true, 0,
		       set->who);
	set->done++;
	set->tries = 0;
	begin_write(set);
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
	audit(set, pl_status_name(answer->status), answer->error.text);
	operation(set, answer->error.text);
	if (++set->tries < SET_TRIES && answer->status != PL_ERR_LOST &&
	    answer->status != PL_ERR_CANCELLED)
		actor->timer_ns = pl_clock_mono_ns() + SET_WAIT_NS;
	else
		failed(set, answer, &error);
}

static void on_timer(struct actor *actor)
{
	actor->timer_ns = PL_NEVER;
	actor->engine->devices[set_of(actor)->items[set_of(actor)->done].match.target.device]
	    .retries++;
	begin_write(set_of(actor));
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct set *set = set_of(actor);

	(void)event;
	if (set->waiting_id == 0 && set->waiting_seq == 0 && actor->timer_ns == PL_NEVER &&
	    !actor->is_over)
		begin_write(set);
}

/* A write that left is waited for; what is not begun is not made. */
static void cancel(struct actor *actor)
{
	struct set *set = set_of(actor);

	actor->timer_ns = PL_NEVER;
	set->count = set->waiting_id != 0 ? set->done + 1 : set->done;
	if (set->waiting_id == 0)
		finish(set, NULL);
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
	for (size_t i = 0; status == PL_OK && i < pl_json_size(items); i++)
		status = parse_item(engine, set, pl_json_text(pl_json_at(items, i), ""), &error);
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
	begin_write(set);
}
