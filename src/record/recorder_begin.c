/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_begin.c - begins a recording on each of its buses.
 *
 * The sinks make their files first, in a thread of their own. One grid for all, made when every bus
 * takes its request: its first slot lies a moment ahead. What is not there at the start is told as
 * lost; its bus takes it up when it comes. Engine thread.
 */
#include "record/recorder_inside.h"

#define AHEAD_NS (50 * PL_NS_PER_MS)
#define AGAIN_NS (10 * PL_NS_PER_MS)
#define ROOM_NS	 PL_NS_PER_S /* so long it waits for a bus whose queue is full */

static void make_grid(struct pl_recorder *recorder)
{
	const struct pl_recording *recording = recorder->recording;
	struct pl_grid *grid = &recorder->grid;

	int64_t ahead_ns = recorder->bus_count > 0 ? AHEAD_NS : 0;

	grid->start_ns = recorder_now(recorder) + ahead_ns;
	grid->rate_hz = recording->rate_hz;
	grid->ticks = (uint64_t)recording->ticks;
	if (recording->time_ns > 0 && recording->rate_hz > 0)
		grid->ticks = pl_grid_ticks(recording->rate_hz, recording->time_ns);
	recorder->status.started_mono_ns = grid->start_ns;
	recorder->status.started_utc_ns = recorder->io.now_utc(recorder->io.ctx) + ahead_ns;
	recorder->status.books.started_utc_ns = recorder->status.started_utc_ns;
	if (recording->time_ns > 0)
		recorder->window_ends_ns = grid->start_ns + recording->time_ns;
}

/* Of a bus whose queue is full: it has room in a moment, the timer tries again. */
static void post(struct pl_recorder *recorder, struct recorder_bus *bus)
{
	bus->request = (struct pl_bus_request){
	    .verb = PL_BUS_RECORD,
	    .target = bus->targets[0],
	    .record = {.grid = recorder->grid,
		       .targets = bus->targets,
		       .target_count = bus->target_count,
		       .overflow = recorder->recording->overflow,
		       .ends_when_lost = !recorder->recording->reconnect,
		       .ticks = bus->ticks,
		       .books = bus->books},
	};
	bus->is_posted = recorder->io.ask(recorder->io.ctx, &bus->request);
	if (!bus->is_posted)
		recorder_again(recorder, AGAIN_NS);
}

static bool has_room(const struct pl_recorder *recorder)
{
	int events_device = recorder->recording->events_device;

	for (size_t i = 0; i < recorder->bus_count; i++)
		if (!recorder->io.has_room(recorder->io.ctx, recorder->buses[i].device))
			return false;
	return events_device < 0 || recorder->io.has_room(recorder->io.ctx, events_device);
}

/* The first slot lies ahead of the moment at which every bus takes its request. One that takes none
 * for long does not hold up the others; what it misses is in its books. */
static void begin(struct pl_recorder *recorder)
{
	if (recorder->has_begun || recorder->end != RECORDER_COMPLETE)
		return;
	if (!has_room(recorder) && recorder_now(recorder) < recorder->begin_ns) {
		recorder_again(recorder, AGAIN_NS);
		return;
	}
	make_grid(recorder);
	recorder->has_begun = true;
	for (size_t i = 0; i < recorder->bus_count; i++)
		post(recorder, &recorder->buses[i]);
	recorder_window_open(recorder);
}

void recorder_tell_lost(struct pl_recorder *recorder, int device, const char *why)
{
	recorder->is_lost[device] = true;
	recorder_audit(recorder, "engine", "recorder.disconnected",
		       recorder_device_name(recorder, device), "lost", why);
	recorder_say(recorder, PL_NOTE_WARNING, "recorder.disconnected: %s%s%s; the rest records",
		     recorder_device_name(recorder, device), why[0] != '\0' ? ": " : "", why);
}

static void tell_missing(struct pl_recorder *recorder)
{
	for (size_t i = 0; i < recorder->head->bench->device_count; i++)
		if (recorder->is_used[i] && !recorder->io.is_up(recorder->io.ctx, (int)i))
			recorder_tell_lost(recorder, (int)i, "not there at the start");
}

void recorder_go_on(struct pl_recorder *recorder)
{
	begin(recorder);
	for (size_t i = 0; recorder->has_begun && i < recorder->bus_count; i++)
		if (!recorder->buses[i].is_posted)
			post(recorder, &recorder->buses[i]);
	if (recorder->has_begun || recorder->end != RECORDER_COMPLETE)
		recorder_window_open(recorder);
}

static void start(struct pl_recorder *recorder)
{
	make_grid(recorder);
	recorder->phase = RECORDER_GOING;
	recorder->begin_ns = recorder_now(recorder) + ROOM_NS;
	recorder->status.state = PL_RUN_RUNNING;
	recorder_audit(recorder, recorder->head->actor, "recorder.start", recorder->recording->name,
		       "ok", "");
	recorder_say(recorder, PL_NOTE_INFO, "recorder.start: %s", recorder->recording->name);
	tell_missing(recorder);
	recorder_again(recorder, RECORDER_TURN_NS);
	begin(recorder);
	recorder_store_status(recorder);
}

static void refuse(struct pl_recorder *recorder, struct pl_error error)
{
	recorder->io.sinks_stop(recorder->io.ctx, &recorder->sinks);
	recorder->has_sinks = false;
	recorder->phase = RECORDER_OVER;
	recorder->io.refused(recorder->io.ctx, &error);
}

/* Who stops it meanwhile waits for the disk too, but nobody else does. */
static void give_up(struct pl_recorder *recorder)
{
	struct pl_error error;

	if (!recorder->is_cut)
		recorder->io.sinks_abandon(recorder->io.ctx);
	recorder->is_cut = true;
	if (!recorder->io.sinks_done(recorder->io.ctx))
		return;
	pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped before the first slot");
	refuse(recorder, error);
}

void recorder_look_at_opening(struct pl_recorder *recorder)
{
	bool is_long = recorder_now(recorder) - recorder->opening_ns > PL_NS_PER_S;

	recorder->io.sinks_state(recorder->io.ctx, &recorder->sinks);
	recorder_again(recorder, is_long ? 10 * AGAIN_NS : AGAIN_NS);
	if (recorder->sinks.refusal.code != PL_OK)
		refuse(recorder, recorder->sinks.refusal);
	else if (recorder->end != RECORDER_COMPLETE)
		give_up(recorder);
	else if (recorder->sinks.is_ready)
		start(recorder);
}

enum pl_status pl_recorder_start(struct pl_recorder *recorder, struct pl_error *error)
{
	struct pl_sinks_setup setup = {.bench = recorder->head->bench,
				       .recording = recorder->recording,
				       .folder = recorder->head->folder.dir,
				       .ticks = recorder->ticks,
				       .target_counts = recorder->target_counts,
				       .bus_count = recorder->bus_count,
				       .lines = recorder->lines};
	enum pl_status status;

	if (recorder->bus_count == 0) { /* of events alone */
		start(recorder);
		return PL_OK;
	}
	setup.started_utc_ns = recorder->io.now_utc(recorder->io.ctx) + AHEAD_NS;
	status = recorder->io.sinks_start(recorder->io.ctx, &setup, error);
	if (status != PL_OK)
		return status;
	recorder->has_sinks = true;
	recorder->phase = RECORDER_OPENING;
	recorder->opening_ns = recorder_now(recorder);
	recorder_look_at_opening(recorder);
	return PL_OK;
}
