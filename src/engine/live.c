/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live.c - what is known of each device right now: connection, settings, counters, readings.
 *
 * Fed by the answers and event rings of the bus threads, read by snapshots, jobs and runs. A value
 * that is not known is NaN with an origin that says so, never the last one made to look new.
 */
#include "engine/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_OPEN_NS (5 * PL_NS_PER_S)

static int writable_channel_parameter(const struct pl_driver *driver)
{
	for (int i = 0; driver->channel_parameters[i].name != NULL; i++)
		if ((driver->channel_parameters[i].access & PL_ACCESS_WRITE) != 0)
			return i;
	return -1;
}

/* What this workspace remembers of a setting. */
static void recall_settings(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];

	for (size_t c = 0; c < live->device->spec.channel_count; c++) {
		struct pl_target target = {.device = (int16_t)device,
					   .channel = (int16_t)c,
					   .parameter = (int16_t)live->setting_parameter};
		char path[PL_PATH_SIZE];

		live->settings[c] = (struct setting){.value = NAN};
		if (live->setting_parameter < 0)
			continue;
		pl_bench_path(engine->bench, target, path);
		for (size_t k = 0; k < engine->kept_count; k++)
			if (strcmp(engine->kept[k].path, path) == 0)
				live->settings[c] =
				    (struct setting){.value = engine->kept[k].value,
						     .origin = SETTING_KEPT,
						     .t_utc_ns = engine->kept[k].t_utc_ns};
	}
}

enum pl_status live_start(struct pl_engine *engine, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	enum pl_status status = PL_OK;

	engine->devices = calloc(bench->device_count + 1, sizeof(*engine->devices));
	if (engine->devices == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (size_t i = 0; i < bench->device_count && status == PL_OK; i++) {
		struct live_device *live = &engine->devices[i];
		struct pl_bus_setup setup = {.device = &bench->devices[i],
					     .device_index = (int)i,
					     .answers = engine->answers};

		live->device = &bench->devices[i];
		live->retry_ns = PL_NEVER;
		live->setting_parameter = writable_channel_parameter(live->device->driver);
		while (live->device->driver->parameters[live->parameter_count].name != NULL)
			live->parameter_count++;
		live->readings = calloc(live->parameter_count + 1, sizeof(*live->readings));
		if (live->readings == NULL)
			return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
		recall_settings(engine, (int)i);
		status = pl_bus_start(&setup, &live->bus, error);
	}
	return status;
}

void live_stop(struct pl_engine *engine)
{
	if (engine->devices == NULL)
		return;
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		if (engine->devices[i].bus != NULL)
			pl_bus_stop(engine->devices[i].bus);
		free(engine->devices[i].readings);
	}
	free(engine->devices);
	engine->devices = NULL;
}

static void tell_actors(struct pl_engine *engine, const struct pl_bus_event *event)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && actor->ops->on_device != NULL)
			actor->ops->on_device(actor, event);
}

/* Up means more here than on the bus: the settings are read back too. */
static void tell_state(struct pl_engine *engine, int device, enum pl_bus_state state)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_STATE,
				     .device = (int16_t)device,
				     .t_mono_ns = pl_clock_mono_ns(),
				     .t_utc_ns = pl_clock_utc_ns(),
				     .state = {.state = state, .identity = live->identity}};

	pl_text_copy(event.state.path, sizeof(event.state.path), live->path);
	pl_text_copy(event.state.text, sizeof(event.state.text), live->error.text);
	tell_actors(engine, &event);
}

static void post_open(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_request request = {.verb = PL_BUS_OPEN,
					 .target = {.device = (int16_t)device, .channel = -1}};

	live->retry_ns = PL_NEVER;
	if (!engine_post(engine, &request)) {
		live->retry_ns = pl_clock_mono_ns() + RETRY_OPEN_NS;
		return;
	}
	live->waiting_id = request.id;
	live->phase = LIVE_OPENING;
}

void live_want(struct pl_engine *engine, int device)
{
	enum live_phase phase = engine->devices[device].phase;

	if (phase == LIVE_CLOSED || phase == LIVE_FAILED)
		post_open(engine, device);
}

/* Asks for the setting of the next channel, or says that the device is up. */
static void read_back(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_request request = {.verb = PL_BUS_READ,
					 .target = {.device = (int16_t)device,
						    .channel = (int16_t)live->read_back_next,
						    .parameter = (int16_t)live->setting_parameter}};

	if (live->identity.reads_back && live->setting_parameter >= 0 &&
	    live->read_back_next < live->device->spec.channel_count &&
	    engine_post(engine, &request)) {
		live->waiting_id = request.id;
		live->phase = LIVE_READING;
		return;
	}
	live->waiting_id = 0;
	live->phase = LIVE_UP;
	tell_state(engine, device, PL_BUS_UP);
}

/* Nobody did it: the engine itself is the actor. */
static void audit_connection(struct pl_engine *engine, const struct live_device *live,
			     const char *action, const char *status, const char *detail)
{
	engine_audit(engine, "engine", action, live->device->spec.name, status, detail);
}

static void opened(struct pl_engine *engine, int device, const struct pl_bus_answer *answer)
{
	struct live_device *live = &engine->devices[device];
	char text[400];

	live->waiting_id = 0;
	if (answer->status != PL_OK) {
		bool is_news = live->error.code != answer->status;

		live->phase = LIVE_FAILED;
		live->error = answer->error;
		live->error.code = answer->status;
		live->retry_ns = pl_clock_mono_ns() + RETRY_OPEN_NS;
		if (is_news)
			engine_log(engine, PL_LOG_WARNING, "%s: %s", live->device->spec.name,
				   pl_error_format(&answer->error, text, sizeof(text)));
		tell_state(engine, device, PL_BUS_CLOSED);
		return;
	}
	live->identity = answer->identity;
	live->error = (struct pl_error){0};
	live->read_back_next = 0;
	engine_log(engine, PL_LOG_INFO, "%s: connected%s%s%s%s", live->device->spec.name,
		   live->identity.protocol[0] != '\0' ? ", protocol " : "", live->identity.protocol,
		   live->identity.firmware[0] != '\0' ? ", firmware " : "",
		   live->identity.firmware);
	audit_connection(engine, live, "connect", "ok", live->identity.firmware);
	read_back(engine, device);
}

static void was_read(struct pl_engine *engine, int device, const struct pl_bus_answer *answer)
{
	struct live_device *live = &engine->devices[device];

	if (answer->status == PL_OK && answer->reading.quality == PL_QUALITY_OK)
		live->settings[live->read_back_next] =
		    (struct setting){.value = answer->reading.value.number,
				     .origin = SETTING_READ_BACK,
				     .t_utc_ns = pl_clock_utc_ns()};
	else
		engine_log(engine, PL_LOG_WARNING, "%s: the setting of %s could not be read back",
			   live->device->spec.name,
			   live->device->spec.channels[live->read_back_next].name);
	live->read_back_next++;
	read_back(engine, device);
}

void live_on_answer(struct pl_engine *engine, const struct pl_bus_answer *answer)
{
	int device = answer->target.device;
	struct live_device *live = &engine->devices[device];

	if (answer->status != PL_OK && answer->status != PL_ERR_CANCELLED &&
	    answer->verb != PL_BUS_OPEN)
		live->errors++;
	if (answer->verb == PL_BUS_READ && answer->status == PL_OK)
		live->latency_ns = answer->reading.latency_ns;
	if (answer->id == 0 || answer->id != live->waiting_id)
		return;
	if (answer->verb == PL_BUS_OPEN)
		opened(engine, device, answer);
	else
		was_read(engine, device, answer);
}

static void forget_settings(struct live_device *live)
{
	for (size_t c = 0; c < live->device->spec.channel_count; c++)
		if (live->settings[c].origin != SETTING_UNKNOWN)
			live->settings[c].origin = SETTING_KEPT;
}

static void state_changed(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct live_device *live = &engine->devices[device];
	const char *name = live->device->spec.name;

	pl_text_copy(live->path, sizeof(live->path), event->state.path);
	if (event->state.state == PL_BUS_UP)
		live->history_count = live->history_next = 0;
	if (event->state.state == PL_BUS_LOST && live->phase != LIVE_LOST) {
		live->phase = LIVE_LOST;
		live->waiting_id = 0;
		pl_error_set(&live->error, PL_ERR_LOST, live->path, "%s", event->state.text);
		forget_settings(live);
		engine_log(engine, PL_LOG_ERROR, "%s: lost: %s", name, event->state.text);
		audit_connection(engine, live, "lost", "lost", event->state.text);
		tell_state(engine, device, PL_BUS_LOST);
	} else if (event->state.state == PL_BUS_UP && live->phase == LIVE_LOST) {
		engine_log(engine, PL_LOG_WARNING, "%s: is back", name);
		audit_connection(engine, live, "connect", "ok", "is back");
		live->identity = event->state.identity;
		live->read_back_next = 0;
		read_back(engine, device);
	}
}

static void count(struct live_device *live, const struct pl_bus_event *event)
{
	int64_t spacing = live->device->rate_window_ns / (HISTORY - 8);
	size_t last = (live->history_next + HISTORY - 1) % HISTORY;

	live->now.t_ns = event->t_mono_ns;
	live->now.events = event->counters.events;
	live->strays = event->counters.strays;
	memcpy(live->now.hits, event->counters.hits, sizeof(live->now.hits));
	if (live->history_count > 0 && live->now.t_ns - live->history[last].t_ns < spacing)
		return;
	live->history[live->history_next] = live->now;
	live->history_next = (live->history_next + 1) % HISTORY;
	if (live->history_count < HISTORY)
		live->history_count++;
}

static void stray(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct pl_write message = {.kind = PL_WRITE_DEVICE_LOG,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = event->t_utc_ns,
				   .t_mono_ns = event->t_mono_ns};

	if (!run_takes_rows(engine))
		return;
	pl_text_copy(message.stray.device, sizeof(message.stray.device),
		     engine->devices[device].device->spec.name);
	pl_text_copy(message.stray.why, sizeof(message.stray.why), event->stray.why);
	pl_text_copy(message.stray.text, sizeof(message.stray.text), event->stray.text);
	pl_writer_put(engine->writer, &message);
}

static void restarted(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct live_device *live = &engine->devices[device];

	engine_log(engine, PL_LOG_WARNING, "%s: restarted: %s", live->device->spec.name,
		   event->note.text);
	forget_settings(live);
	tell_actors(engine, event);
}

static void on_event(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct live_device *live = &engine->devices[device];
	enum pl_log_level level;

	switch (event->kind) {
	case PL_BUS_EVENT_STATE:
		state_changed(engine, device, event);
		break;
	case PL_BUS_EVENT_COUNTERS:
		count(live, event);
		break;
	case PL_BUS_EVENT_READING:
		if (event->reading.target.channel < 0 &&
		    (size_t)event->reading.target.parameter < live->parameter_count)
			live->readings[event->reading.target.parameter] = event->reading.reading;
		break;
	case PL_BUS_EVENT_STRAY:
		stray(engine, device, event);
		break;
	case PL_BUS_EVENT_NOTE:
		level = event->note.level == PL_NOTE_INFO ? PL_LOG_INFO : PL_LOG_WARNING;
		engine_log(engine, level, "%s: %s", live->device->spec.name, event->note.text);
		break;
	case PL_BUS_EVENT_RESTARTED:
		restarted(engine, device, event);
		break;
	}
}

void live_drain(struct pl_engine *engine)
{
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		struct pl_ring *ring = pl_bus_events(engine->devices[i].bus);
		struct pl_bus_event event;

		pl_ring_acknowledge(ring);
		while (pl_ring_pop(ring, &event))
			on_event(engine, (int)i, &event);
		if (pl_ring_lost(ring) != engine->devices[i].lost_events) {
			engine_log(engine, PL_LOG_WARNING, "%s: %llu messages of the bus were lost",
				   engine->devices[i].device->spec.name,
				   (unsigned long long)(pl_ring_lost(ring) -
							engine->devices[i].lost_events));
			engine->devices[i].lost_events = pl_ring_lost(ring);
		}
	}
}

void live_on_time(struct pl_engine *engine, int64_t now_ns)
{
	for (size_t i = 0; i < engine->bench->device_count; i++)
		if (engine->devices[i].retry_ns <= now_ns)
			post_open(engine, (int)i);
}

int64_t live_next_time(const struct pl_engine *engine)
{
	int64_t next = PL_NEVER;

	for (size_t i = 0; i < engine->bench->device_count; i++)
		if (engine->devices[i].retry_ns < next)
			next = engine->devices[i].retry_ns;
	return next;
}

void live_confirmed(struct pl_engine *engine, struct pl_target target, double value, bool keep,
		    unsigned run, const char *actor)
{
	struct live_device *live = &engine->devices[target.device];
	struct pl_write message = {.kind = PL_WRITE_KEPT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (target.channel < 0 || target.parameter != live->setting_parameter)
		return;
	live->settings[target.channel] =
	    (struct setting){.value = value,
			     .origin = isnan(value) ? SETTING_UNKNOWN : SETTING_CONFIRMED,
			     .t_utc_ns = message.t_utc_ns};
	if (!keep || isnan(value))
		return;
	pl_bench_path(engine->bench, target, message.kept.path);
	message.kept.value = value;
	message.kept.t_utc_ns = message.t_utc_ns;
	message.kept.run = run;
	pl_text_copy(message.kept.actor, sizeof(message.kept.actor), actor);
	pl_writer_put(engine->writer, &message);
}

size_t live_series_count(const struct pl_device *device)
{
	return device->spec.channel_count + device->coincidence_count;
}

const char *live_series_name(const struct pl_device *device, size_t series)
{
	if (series < device->spec.channel_count)
		return device->spec.channels[series].name;
	return device->coincidences[series - device->spec.channel_count].name;
}

bool live_window(const struct live_device *live, int series, uint64_t *hits, double *seconds)
{
	int64_t from = live->now.t_ns - live->device->rate_window_ns;
	const struct sample *oldest = NULL;

	for (size_t k = 0; k < live->history_count; k++) {
		const struct sample *sample =
		    &live->history[(live->history_next + HISTORY - live->history_count + k) %
				   HISTORY];

		if (sample->t_ns >= from) {
			oldest = sample;
			break;
		}
	}
	if (oldest == NULL || live->now.t_ns - oldest->t_ns < PL_NS_PER_S / 2)
		return false;
	*hits = live->now.hits[series] - oldest->hits[series];
	*seconds = (double)(live->now.t_ns - oldest->t_ns) / 1e9;
	return true;
}
