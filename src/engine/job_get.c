/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_get.c - the word `get`: values of parameters, from the device where it can be asked, else
 * what is known with the reason why it is not more.
 */
#include "engine/internal.h"

#include "analysis/interval.h"

#include <stdlib.h>
#include <string.h>

#define GET_MAX	   192 /* as many as fit the one line of an answer */
#define REASON_MAX 120
#define WITHIN_NS  (3 * PL_NS_PER_S) /* a value that comes unasked may take this long */

struct get {
	struct actor actor;
	struct pl_match matches[GET_MAX];
	size_t count, done;
	uint64_t waiting_id;
	int64_t wait_until_ns; /* 0 until a device is up */
	struct pl_json *values;
};

static struct get *get_of(struct actor *actor)
{
	return (struct get *)actor;
}

static void add_value(struct get *get, const char *path, const struct pl_parameter *row,
		      const struct pl_value *value, const char *quality, const char *reason)
{
	struct pl_json *item = pl_json_object();
	char at[PL_UTC_SIZE], why[REASON_MAX + 1];

	pl_text_copy(why, sizeof(why), reason);
	pl_json_add_text(item, "path", path);
	if (value != NULL && value->type == PL_VALUE_TEXT)
		pl_json_add_text(item, "value", value->text);
	else
		pl_json_add_number(item, "value", value != NULL ? value->number : NAN);
	if (value != NULL && value->type != PL_VALUE_TEXT && value->text[0] != '\0')
		pl_json_add_text(item, "word", value->text);
	pl_json_add_text(item, "unit", row != NULL ? row->unit : ""); /* of a raw register */
	pl_json_add_text(item, "quality", quality);
	pl_json_add_text(item, "reason", why);
	pl_clock_format_utc(pl_clock_utc_ns(), at);
	pl_json_add_text(item, "at", at);
	pl_json_add(get->values, NULL, item);
	get->done++;
}

static void add_number(struct get *get, const struct pl_match *match, double number)
{
	struct pl_value value = {.type = PL_VALUE_REAL, .number = number};

	add_value(get, match->path, match->parameter, &value, "ok", "");
}

/* What the engine counts itself: `events` of a detector, `hits` and `rate` of its channels. False
 * while the window of a rate is still too short to say anything. */
static bool add_counted(struct get *get, const struct pl_match *match,
			const struct live_device *live)
{
	double span, rate, lo, hi;
	uint64_t hits;

	if (match->target.channel < 0) {
		add_number(get, match, (double)live->now.events);
	} else if (strcmp(match->parameter->name, "hits") == 0) {
		add_number(get, match, (double)live->now.hits[match->target.channel]);
	} else if (live_window(live, match->target.channel, &hits, &span)) {
		pl_interval_rate(hits, span, PL_LEVEL_68, &rate, &lo, &hi);
		add_number(get, match, rate);
	} else if (pl_clock_mono_ns() < get->wait_until_ns) {
		return false;
	} else {
		add_value(get, match->path, match->parameter, NULL, "missing",
			  "counting for less than half a second");
	}
	return true;
}

/* True when the value of a line was there or will not come. */
static bool add_carried(struct get *get, const struct pl_match *match)
{
	const struct pl_reading *last = &live_row(get->actor.engine, match->target)->last;

	if (last->t_mono_ns == 0 && pl_clock_mono_ns() < get->wait_until_ns)
		return false;
	if (last->t_mono_ns == 0)
		add_value(get, match->path, match->parameter, NULL, "missing",
			  "no line of the device has carried it yet");
	else
		add_value(get, match->path, match->parameter, &last->value,
			  last->quality == PL_QUALITY_OK ? "ok" : "invalid", last->reason);
	return true;
}

/* A setting the device cannot tell: what it was last confirmed to be. */
static void add_remembered(struct get *get, const struct pl_match *match,
			   const struct pl_error *error)
{
	const struct live_row *row = live_row(get->actor.engine, match->target);
	const struct setting *setting = row != NULL ? &row->known : NULL;
	struct pl_value value = {.type = PL_VALUE_REAL};

	if (setting == NULL || !row->is_setting || isnan(setting->value)) {
		add_value(get, match->path, match->parameter, NULL, "missing", error->text);
		return;
	}
	value.number = setting->value;
	add_value(get, match->path, match->parameter, &value,
		  setting->origin == SETTING_CONFIRMED ? "ok" : "stale",
		  "the device cannot be read back; this is the value last confirmed");
}

static void finish(struct get *get)
{
	struct pl_json *result = pl_json_object();

	pl_json_add(result, "values", get->values);
	get->values = NULL;
	get->actor.is_over = true;
	answer_ok(get->actor.engine, get->actor.asker, result);
}

static bool is_counted(const struct live_device *live, const struct pl_match *match)
{
	const char *name;

	if (!live->device->driver->has_events || match->parameter == NULL)
		return false;
	name = match->parameter->name;
	if (match->target.channel < 0)
		return strcmp(name, "events") == 0;
	return strcmp(name, "hits") == 0 || strcmp(name, "rate") == 0;
}

static bool is_carried(const struct pl_match *match)
{
	return match->parameter != NULL && match->parameter->kind == PL_KIND_CARRIED;
}

/* Goes on until something has to be waited for. */
static void advance(struct get *get)
{
	struct pl_engine *engine = get->actor.engine;

	get->actor.timer_ns = PL_NEVER;
	while (get->done < get->count) {
		const struct pl_match *match = &get->matches[get->done];
		const struct live_device *live = &engine->devices[match->target.device];
		struct pl_bus_request request = {.verb = PL_BUS_READ, .target = match->target};

		if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST) {
			add_value(get, match->path, match->parameter, NULL, "missing",
				  live->error.text);
			continue;
		}
		if (live->phase != LIVE_UP) {
			live_want(engine, match->target.device);
			return;
		}
		if (get->wait_until_ns == 0)
			get->wait_until_ns = pl_clock_mono_ns() + WITHIN_NS;
		if (is_counted(live, match) || is_carried(match)) {
			if (is_counted(live, match) ? add_counted(get, match, live)
						    : add_carried(get, match))
				continue;
			get->actor.timer_ns = pl_clock_mono_ns() + PL_NS_PER_S / 10;
			return;
		}
		if (engine_post(engine, &request))
			get->waiting_id = request.id;
		else
			get->actor.timer_ns = pl_clock_mono_ns() + PL_NS_PER_S / 10;
		return;
	}
	finish(get);
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct get *get = get_of(actor);
	const struct pl_match *match = &get->matches[get->done];

	if (answer->id != get->waiting_id)
		return;
	get->waiting_id = 0;
	if (answer->status == PL_OK)
		add_value(get, match->path, match->parameter, &answer->reading.value,
			  answer->reading.quality == PL_QUALITY_OK ? "ok" : "invalid",
			  answer->reading.reason);
	else if (answer->status == PL_ERR_UNSUPPORTED)
		add_remembered(get, match, &answer->error);
	else
		add_value(get, match->path, match->parameter, NULL,
			  answer->status == PL_ERR_PROTOCOL ? "invalid" : "missing",
			  answer->error.text);
	advance(get);
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct get *get = get_of(actor);

	(void)event;
	if (get->waiting_id == 0 && get->done < get->count)
		advance(get);
}

static void on_timer(struct actor *actor)
{
	advance(get_of(actor));
}

static void cancel(struct actor *actor)
{
	struct pl_error error;

	pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped on request");
	actor->is_over = true;
	answer_error(actor->engine, actor->asker, &error);
}

static void release(struct actor *actor)
{
	pl_json_free(get_of(actor)->values);
	free(actor);
}

static const struct actor_ops get_ops = {
    .name = "get",
    .shares = true,
    .is_for_asker = true,
    .on_answer = on_answer,
    .on_device = on_device,
    .on_timer = on_timer,
    .cancel = cancel,
    .free = release,
};

static enum pl_status find_matches(struct get *get, const struct pl_bench *bench,
				   const struct pl_json *paths, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (size_t i = 0; status == PL_OK && i < pl_json_size(paths); i++) {
		const char *path = pl_json_text(pl_json_at(paths, i), "");
		size_t found = 0, room = GET_MAX - get->count;

		status =
		    pl_bench_resolve(bench, path, get->matches + get->count, room, &found, error);
		if (status == PL_OK && found > room)
			return pl_error_set(error, PL_ERR_USAGE, path,
					    "at most %d values at once; name fewer", GET_MAX);
		get->count += found;
	}
	if (status == PL_OK && get->count == 0)
		return pl_error_set(error, PL_ERR_USAGE, "", "say what to get: det.top.threshold");
	return status;
}

void job_get(struct pl_engine *engine, struct session *session, struct asker asker,
	     const struct pl_json *args)
{
	struct get *get = calloc(1, sizeof(*get));
	struct pl_error error;
	enum pl_status status = engine_is_staying(engine, &error);

	(void)session;
	if (status == PL_OK && get == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = find_matches(get, engine->bench, pl_json_get(args, "paths"), &error);
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		free(get);
		return;
	}
	get->values = pl_json_array();
	actor_add(engine, &get->actor, &get_ops, asker);
	for (size_t i = 0; i < get->count; i++)
		live_want(engine, get->matches[i].target.device);
	advance(get);
}
