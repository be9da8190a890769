/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_count.c - the word `count`: events at the present settings for a given time, or until each
 * channel asked for has so many. Writes nothing to the device and nothing to disk.
 *
 * Who follows it is told how the counts grow: then the time is cut into short windows, one behind
 * the other, whose counts and times are added up; `count_end` ends it with what there is.
 */
#include "engine/internal.h"

#include "analysis/interval.h"
#include "config/units.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_NS (PL_NS_PER_S / 4)

struct count {
	struct actor actor;
	int device, channel; /* channel -1: all */
	struct pl_dwell dwell;
	uint64_t waiting_id;
	bool follows, is_ended; /* ended: by the one who follows it */
	struct pl_count sum;	/* of the windows so far */
};

static struct count *count_of(struct actor *actor)
{
	return (struct count *)actor;
}

/* n hits in a window that the n-th of them ended are (n-1)/t; the interval of 2 r t then is that of
 * a chi-square with 2n degrees of freedom: from below as after n counts, from above as after n-1.
 */
static struct pl_json *series_json(const struct pl_device *device, const struct pl_count *counted,
				   size_t series, double seconds)
{
	struct pl_json *out = pl_json_object();
	uint64_t hits = counted->hits[series];
	double rate, lo, hi, unused;

	pl_interval_rate(hits, seconds, PL_LEVEL_68, &rate, &lo, &hi);
	if (counted->last_series == (int)series)
		pl_interval_rate(hits - 1, seconds, PL_LEVEL_68, &rate, &unused, &hi);
	pl_json_add_text(out, "channel", live_series_name(device, series));
	pl_json_add_integer(out, "hits", (int64_t)hits);
	pl_json_add_number(out, "rate", rate);
	pl_json_add_number(out, "rate_lo", lo);
	pl_json_add_number(out, "rate_hi", hi);
	return out;
}

static struct pl_json *counted_json(const struct count *count, const struct pl_count *counted)
{
	const struct pl_device *device = count->actor.engine->devices[count->device].device;
	double seconds = (double)(counted->t1_ns - counted->t0_ns) / 1e9;
	struct pl_json *result = pl_json_object(), *list = pl_json_array();
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(counted->t0_utc_ns, at);
	pl_json_add_text(result, "device", device->spec.name);
	pl_json_add_text(result, "at", at);
	pl_json_add_number(result, "seconds", seconds);
	pl_json_add_integer(result, "events", (int64_t)counted->events);
	pl_json_add_text(result, "stop_rule", pl_stop_rule_name(counted->stop_rule));
	for (size_t s = 0; s < live_series_count(device); s++)
		if (count->channel < 0 || (size_t)count->channel == s)
			pl_json_add(list, NULL, series_json(device, counted, s, seconds));
	pl_json_add(result, "channels", list);
	return result;
}

static void finish(struct count *count, const struct pl_count *counted)
{
	count->actor.is_over = true;
	answer_ok(count->actor.engine, count->actor.asker, counted_json(count, counted));
}

static void failed(struct count *count, const struct pl_error *error)
{
	count->actor.is_over = true;
	answer_error(count->actor.engine, count->actor.asker, error);
}

/* Of a whole device: each channel of it; coincidences may be rare. */
static uint32_t watched(const struct pl_device *device, int channel)
{
	return channel >= 0 ? UINT32_C(1) << channel
			    : (UINT32_C(1) << device->spec.channel_count) - 1;
}

static void advance(struct count *count)
{
	struct pl_engine *engine = count->actor.engine;
	const struct live_device *live = &engine->devices[count->device];
	struct pl_bus_request request = {
	    .verb = PL_BUS_COUNT,
	    .target = {.device = (int16_t)count->device, .channel = -1},
	    .window = {.dwell = count->dwell, .watched = watched(live->device, count->channel)},
	};
	int64_t left_ns = count->dwell.time_ns - (count->sum.t1_ns - count->sum.t0_ns);
	struct pl_error error;

	if (count->follows)
		request.window.dwell.time_ns = left_ns < WINDOW_NS ? left_ns : WINDOW_NS;

	if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST) {
		failed(count, &live->error);
	} else if (live->phase != LIVE_UP) {
		live_want(engine, count->device);
	} else if (engine_post(engine, &request)) {
		count->waiting_id = request.id;
	} else {
		pl_error_set(&error, PL_ERR_BUSY, live->device->spec.name, "the bus is busy");
		failed(count, &error);
	}
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct count *count = count_of(actor);

	if (event->device == count->device && count->waiting_id == 0)
		advance(count);
}

/* The window is added to those before; the time between them is not counted. */
static void add_up(struct pl_count *sum, const struct pl_count *window)
{
	if (sum->t0_ns == 0) {
		*sum = *window;
		return;
	}
	sum->t1_ns += window->t1_ns - window->t0_ns;
	sum->events += window->events;
	for (size_t s = 0; s < PL_SERIES_MAX; s++)
		sum->hits[s] += window->hits[s];
}

static void go_on(struct count *count, const struct pl_count *window)
{
	struct pl_json *event = pl_json_object();

	add_up(&count->sum, window);
	count->sum.stop_rule = count->is_ended ? PL_STOP_OPERATOR : PL_STOP_TIME;
	if (count->is_ended || count->sum.t1_ns - count->sum.t0_ns >= count->dwell.time_ns) {
		finish(count, &count->sum);
		return;
	}
	pl_json_add(event, "counting", counted_json(count, &count->sum));
	answer_event(count->actor.engine, count->actor.asker, event);
	advance(count);
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct count *count = count_of(actor);
	struct pl_error error = answer->error;

	if (count->waiting_id == 0 || answer->id != count->waiting_id)
		return;
	error.code = answer->status;
	count->waiting_id = 0;
	if (count->follows && (answer->status == PL_OK || count->is_ended) &&
	    answer->count.t1_ns > answer->count.t0_ns)
		go_on(count, &answer->count);
	else if (answer->status == PL_OK)
		finish(count, &answer->count);
	else
		failed(count, &error);
}

static void cancel(struct actor *actor)
{
	struct count *count = count_of(actor);
	struct pl_error error;

	if (count->waiting_id != 0) {
		pl_bus_cancel(actor->engine->devices[count->device].bus, count->waiting_id);
		return;
	}
	pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped on request");
	failed(count, &error);
}

static void release(struct actor *actor)
{
	free(actor);
}

static const struct actor_ops count_ops = {
    .name = "count",
    .is_for_asker = true,
    .on_answer = on_answer,
    .on_device = on_device,
    .cancel = cancel,
    .free = release,
};

void job_count_end(struct pl_engine *engine, const struct session *session, struct asker asker)
{
	struct count *count = NULL;
	struct pl_error error;

	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (actor->ops == &count_ops && !actor->is_over &&
		    actor->asker.session == session->serial)
			count = count_of(actor);
	if (count == NULL) {
		pl_error_set(&error, PL_ERR_NOT_RUNNING, "", "this view counts nothing");
		answer_error(engine, asker, &error);
		return;
	}
	count->is_ended = count->follows;
	cancel(&count->actor);
	answer_ok(engine, asker, NULL);
}

/* "det" or "det.top". */
static enum pl_status find_series(const struct pl_engine *engine, const char *path, int *device,
				  int *channel, struct pl_error *error)
{
	const char *dot = strchr(path, '.');
	size_t length = dot != NULL ? (size_t)(dot - path) : strlen(path);

	*channel = -1;
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		const struct pl_device *found = &engine->bench->devices[i];

		if (strlen(found->spec.name) != length ||
		    strncmp(found->spec.name, path, length) != 0)
			continue;
		*device = (int)i;
		if (!found->driver->has_events)
			return pl_error_set(error, PL_ERR_USAGE, path, "is not a detector");
		for (size_t s = 0; dot != NULL && s < live_series_count(found); s++)
			if (strcmp(live_series_name(found, s), dot + 1) == 0)
				*channel = (int)s;
		if (dot != NULL && *channel < 0)
			return pl_error_set(error, PL_ERR_NOT_FOUND, path,
					    "has no channel or coincidence `%s`", dot + 1);
		return PL_OK;
	}
	return pl_error_set(error, PL_ERR_NOT_FOUND, path, "is no device of this bench");
}

static enum pl_status take_seconds(const struct pl_json *args, const char *key, double otherwise,
				   const char *option, int64_t *out, struct pl_error *error)
{
	double seconds = pl_json_get_number(args, key, otherwise);

	if (!(seconds > 0 && seconds <= 30 * 86400.0))
		return pl_error_set(error, PL_ERR_RANGE, option,
				    "%g s is no time to count; give more than 0 s and at most 30 d",
				    seconds);
	*out = (int64_t)(seconds * 1e9);
	return PL_OK;
}

static enum pl_status take_duration(const char *text, int64_t *out, struct pl_error *error)
{
	if (pl_duration_parse(text, out, error) != PL_OK)
		return error->code;
	if (*out <= 0 || *out > 30 * 86400 * PL_NS_PER_S)
		return pl_error_set(error, PL_ERR_RANGE, "",
				    "%s is no time to count; give more than 0 s and at most 30 d",
				    text);
	return PL_OK;
}

/* `for_s` or `for`, or `counts` and `max_s`. */
static enum pl_status take_dwell(const struct pl_json *args, struct pl_dwell *out,
				 struct pl_error *error)
{
	*out = (struct pl_dwell){.rule = PL_DWELL_TIME};
	if (pl_json_get(args, "for") != NULL) /* as a person types it */
		return take_duration(pl_json_get_text(args, "for", ""), &out->time_ns, error);
	if (!pl_json_get(args, "counts"))
		return take_seconds(args, "for_s", 10, "--for", &out->time_ns, error);
	out->rule = PL_DWELL_COUNTS;
	out->counts = pl_json_get_integer(args, "counts", 0);
	if (out->counts < 2 || out->counts > 1000000000)
		return pl_error_set(error, PL_ERR_RANGE, "--counts",
				    "%lld counts make no rate; give 2 to 1000000000",
				    (long long)out->counts);
	if (pl_json_get(args, "for_s"))
		return pl_error_set(error, PL_ERR_USAGE, "--counts",
				    "count for a time or for counts, not both; --max-time bounds "
				    "the second");
	return take_seconds(args, "max_s", 3600, "--max-time", &out->max_ns, error);
}

void job_count(struct pl_engine *engine, struct session *session, struct asker asker,
	       const struct pl_json *args)
{
	struct count *count = calloc(1, sizeof(*count));
	struct pl_error error;
	enum pl_status status = engine_may_act(engine, session, &error);

	if (status == PL_OK && count == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = take_dwell(args, &count->dwell, &error);
	if (status == PL_OK)
		status = find_series(engine, pl_json_get_text(args, "path", ""), &count->device,
				     &count->channel, &error);
	if (status == PL_OK)
		status = records_leave(engine, count->device, &error);
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		free(count);
		return;
	}
	count->follows =
	    count->dwell.rule == PL_DWELL_TIME && pl_json_get_boolean(args, "follow", false);
	actor_add(engine, &count->actor, &count_ops, asker);
	live_want(engine, count->device);
	advance(count);
}
