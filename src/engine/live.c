/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live.c - the connection of each device, from the answers and event rings of the bus threads.
 *
 * A device is up when its port is open and its settings are read back; then, when it could not be
 * opened and when it is lost, the actors are told. What could not be opened is tried again.
 */
#include "engine/internal.h"

#include "bus/reconnect.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_OPEN_NS (5 * PL_NS_PER_S)

bool engine_post(struct pl_engine *engine, struct pl_bus_request *request)
{
	request->id = ++engine->last_bus_id;
	return pl_bus_post(engine->devices[request->target.device].bus, request);
}

/* The bus of a port belongs to its first device; the others of the port hang on it. */
static enum pl_status start_bus(struct pl_engine *engine, int device, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	struct live_device *live = &engine->devices[device];
	struct pl_bus_setup setup = {.device = live->device,
				     .device_index = device,
				     .bench_devices = bench->devices,
				     .answers = engine->answers};

	live->first = live->device->first_on_line;
	if (live->first != device) {
		live->bus = engine->devices[live->first].bus;
		return PL_OK;
	}
	live->others = calloc(bench->device_count, sizeof(*live->others));
	if (live->others == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (int i = device + 1; i < (int)bench->device_count; i++)
		if (bench->devices[i].first_on_line == device)
			live->others[setup.other_count++] = i;
	setup.others = live->others;
	return pl_bus_start(&setup, &live->bus, error);
}

enum pl_status live_start(struct pl_engine *engine, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	enum pl_status status = PL_OK;

	engine->devices = calloc(bench->device_count + 1, sizeof(*engine->devices));
	if (engine->devices == NULL || !alarms_make(engine))
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (size_t i = 0; i < bench->device_count && status == PL_OK; i++) {
		struct live_device *live = &engine->devices[i];

		live->device = &bench->devices[i];
		live->retry_ns = PL_NEVER;
		if (!live_rows_make(engine, (int)i))
			return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
		trace_start(engine, (int)i);
		status = start_bus(engine, (int)i, error);
	}
	return status;
}

bool live_has_bus(const struct pl_engine *engine, size_t device)
{
	return engine->devices[device].first == (int)device;
}

void live_stop(struct pl_engine *engine)
{
	if (engine->devices == NULL)
		return;
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		struct live_device *live = &engine->devices[i];

		trace_stop(engine, (int)i);
		if (live->bus != NULL && live_has_bus(engine, i))
			pl_bus_stop(live->bus);
		free(live->others);
		free(live->rows);
	}
	free(engine->devices);
	free(engine->alarms);
	engine->alarms = NULL;
	engine->devices = NULL;
}

void live_tell_actors(struct pl_engine *engine, const struct pl_bus_event *event)
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
	live_tell_actors(engine, &event);
}

static void post_open(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_request request = {.verb = PL_BUS_OPEN,
					 .target = {.device = (int16_t)device, .channel = -1}};

	live->retry_ns = PL_NEVER;
	live->is_let_go = false;
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

bool live_let_go(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_request request = {.verb = PL_BUS_CLOSE,
					 .target = {.device = (int16_t)device, .channel = -1}};

	live_drain_device(engine, device); /* what it said before is told before */
	if (!engine_post(engine, &request))
		return false;
	live->phase = LIVE_CLOSED;
	live->waiting_id = 0;
	live->retry_ns = PL_NEVER;
	live->is_let_go = true;
	pl_error_set(&live->error, PL_OK, "", "let go; its port is free");
	live_forget(live);
	engine_log(engine, PL_LOG_INFO, "%s: let go, its port is free", live->device->spec.name);
	return true;
}

void live_take(struct pl_engine *engine, int device)
{
	struct pl_bus_request request = {.verb = PL_BUS_CLOSE,
					 .target = {.device = (int16_t)device, .channel = -1}};

	live_drain_device(engine, device); /* no old loss may come after the opening */
	if (engine->devices[device].phase == LIVE_LOST && engine_post(engine, &request))
		post_open(engine, device);
}

/* The next setting that can be read back; row_count = none. */
static size_t next_setting(const struct live_device *live)
{
	size_t at = live->read_back_next;

	while (at < live->row_count && !(live->rows[at].is_setting &&
					 (live->rows[at].parameter->access & PL_ACCESS_READ) != 0))
		at++;
	return at;
}

/* Asks for the next setting, or says that the device is up. */
static void read_back(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_bus_request request = {.verb = PL_BUS_READ};

	live->read_back_next = next_setting(live);
	if (live->identity.reads_back && live->read_back_next < live->row_count) {
		request.target = live->rows[live->read_back_next].target;
		if (engine_post(engine, &request)) {
			live->waiting_id = request.id;
			live->phase = LIVE_READING;
			return;
		}
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

/* Some programs hold a new port for its first seconds only; what has the wrong line speed would be
 * read for nothing for ever. */
static void not_opened(struct pl_engine *engine, int device, const struct pl_bus_answer *answer)
{
	struct live_device *live = &engine->devices[device];
	bool is_news = live->refusals == 0 || live->error.code != answer->status ||
		       strcmp(live->error.text, answer->error.text) != 0;
	char text[sizeof(answer->error)];

	live->phase = LIVE_FAILED;
	live->error = answer->error;
	live->error.code = answer->status;
	live->retry_ns = pl_clock_mono_ns() + pl_reconnect_delay_ns(live->refusals++);
	pl_error_format(&answer->error, text, sizeof(text));
	engine_why(engine, WHY_RETRY, "%s: %s", live->device->spec.name, text);
	if (is_news)
		engine_log(engine, PL_LOG_WARNING, "%s: %s", live->device->spec.name, text);
	tell_state(engine, device, PL_BUS_CLOSED);
}

static void tell_other(struct pl_engine *engine, const struct live_device *live,
		       const struct pl_identity *now)
{
	const char *before = live->identity.serial;

	if (before[0] != '\0' && now->serial[0] != '\0' && strcmp(before, now->serial) != 0)
		engine_log(engine, PL_LOG_WARNING,
			   "%s: another device is taken: serial number %s instead of %s",
			   live->device->spec.name, now->serial, before);
}

static void opened(struct pl_engine *engine, int device, const struct pl_bus_answer *answer)
{
	struct live_device *live = &engine->devices[device];

	live->waiting_id = 0;
	if (answer->status != PL_OK) {
		not_opened(engine, device, answer);
		return;
	}
	tell_other(engine, live, &answer->identity);
	live->identity = answer->identity;
	live->error = (struct pl_error){0};
	live->refusals = 0;
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
	struct live_row *row = &live->rows[live->read_back_next];
	char path[PL_PATH_SIZE];

	if (answer->status == PL_OK && answer->reading.quality == PL_QUALITY_OK)
		row->known = (struct setting){.value = answer->reading.value.number,
					      .origin = SETTING_READ_BACK,
					      .t_utc_ns = pl_clock_utc_ns()};
	else if (answer->status != PL_ERR_UNSUPPORTED)
		engine_log(engine, PL_LOG_WARNING, "%s could not be read back",
			   pl_bench_path(engine->bench, row->target, path));
	live->read_back_next++;
	read_back(engine, device);
}

/* Whoever asked: it is the newest reading. */
static void was_heard(struct pl_engine *engine, const struct pl_bus_answer *answer)
{
	struct live_row *row = live_row(engine, answer->target);

	engine->devices[answer->target.device].latency_ns = answer->reading.latency_ns;
	if (row == NULL)
		return;
	row->last = answer->reading;
	alarms_read(engine, answer->target, &answer->reading);
}

void live_on_answer(struct pl_engine *engine, const struct pl_bus_answer *answer)
{
	int device = answer->target.device;
	struct live_device *live = &engine->devices[device];

	/* What the device cannot do at all is no trouble of the line. */
	if (answer->status != PL_OK && answer->status != PL_ERR_CANCELLED &&
	    answer->status != PL_ERR_UNSUPPORTED && answer->verb != PL_BUS_OPEN)
		live->errors++;
	if (answer->verb == PL_BUS_READ && answer->status == PL_OK)
		was_heard(engine, answer);
	if (answer->id == 0 || answer->id != live->waiting_id)
		return;
	if (answer->verb == PL_BUS_OPEN)
		opened(engine, device, answer);
	else
		was_read(engine, device, answer);
}

void live_state_changed(struct pl_engine *engine, int device, const struct pl_bus_event *event)
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
		live_forget(live);
		engine_log(engine, PL_LOG_ERROR, "%s: lost: %s", name, event->state.text);
		engine_why(engine, WHY_GAP, "%s lost: %s", name, event->state.text);
		audit_connection(engine, live, "lost", "lost", event->state.text);
		tell_state(engine, device, PL_BUS_LOST);
	} else if (event->state.state == PL_BUS_LOST) { /* still, for another reason */
		pl_error_set(&live->error, PL_ERR_LOST, live->path, "%s", event->state.text);
		engine_log(engine, PL_LOG_WARNING, "%s: still lost: %s", name, event->state.text);
	} else if (event->state.state == PL_BUS_UP && live->phase == LIVE_LOST) {
		engine_log(engine, PL_LOG_WARNING, "%s: is back", name);
		audit_connection(engine, live, "connect", "ok", "is back");
		live->identity = event->state.identity;
		live->error = (struct pl_error){0};
		live->read_back_next = 0;
		read_back(engine, device);
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
