/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder.c - begins a recording on each of its buses and leads it until all have answered.
 *
 * One grid for all: its first slot lies so far ahead that every bus has its request by then. What
 * is not there at the start is told as lost; its bus takes it up when it comes. Engine thread.
 */
#include "record/recorder_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define AHEAD_NS (50 * PL_NS_PER_MS)
#define AGAIN_NS (10 * PL_NS_PER_MS)

int64_t recorder_now(const struct pl_recorder *recorder)
{
	return recorder->io.now_mono(recorder->io.ctx);
}

void recorder_again(struct pl_recorder *recorder, int64_t in_ns)
{
	recorder->io.timer(recorder->io.ctx, recorder_now(recorder) + in_ns);
}

void recorder_say(struct pl_recorder *recorder, enum pl_note_level level, const char *format, ...)
{
	char text[2 * PL_RUN_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	recorder->io.changed(recorder->io.ctx, level, text);
}

const char *recorder_device_name(const struct pl_recorder *recorder, int device)
{
	return recorder->head->bench->devices[device].spec.name;
}

bool pl_recorder_uses(const struct pl_recorder *recorder, int device)
{
	return recorder->is_used[device];
}

/* ---- begun ---- */

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

/* A queue that is full has room in a moment: the timer tries again. */
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

static void tell_lost(struct pl_recorder *recorder, int device, const char *why)
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
			tell_lost(recorder, (int)i, "not there at the start");
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
	enum pl_status status = PL_OK;

	make_grid(recorder);
	setup.started_utc_ns = recorder->status.started_utc_ns;
	if (recorder->bus_count > 0)
		status = recorder->io.sinks_start(recorder->io.ctx, &setup, error);
	if (status != PL_OK)
		return status;
	recorder->has_sinks = recorder->bus_count > 0;
	recorder->phase = RECORDER_GOING;
	recorder->status.state = PL_RUN_RUNNING;
	recorder_audit(recorder, recorder->head->actor, "recorder.start", recorder->recording->name,
		       "ok", "");
	recorder_say(recorder, PL_NOTE_INFO, "recorder.start: %s", recorder->recording->name);
	tell_missing(recorder);
	for (size_t i = 0; i < recorder->bus_count; i++)
		post(recorder, &recorder->buses[i]);
	recorder_window_open(recorder);
	recorder_store_status(recorder);
	recorder_again(recorder, RECORDER_TURN_NS);
	return PL_OK;
}

/* ---- led ---- */

static void cancel_buses(struct pl_recorder *recorder)
{
	for (size_t i = 0; i < recorder->bus_count; i++) {
		struct recorder_bus *bus = &recorder->buses[i];

		if (bus->is_posted && !bus->is_answered)
			recorder->io.cancel(recorder->io.ctx, &bus->request);
		else if (!bus->is_posted)
			bus->is_posted = bus->is_answered = true; /* it never began */
	}
}

void recorder_stop(struct pl_recorder *recorder, enum recorder_end why, const char *reason)
{
	bool is_complete = recorder->phase == RECORDER_FINISHING && why == RECORDER_STOPPED;

	if (recorder->phase > RECORDER_FINISHING || is_complete)
		return;
	if (why > recorder->end) {
		recorder->end = why;
		pl_text_copy(recorder->status.reason, sizeof(recorder->status.reason), reason);
	}
	if (recorder->phase != RECORDER_GOING)
		return;
	cancel_buses(recorder);
	recorder_window_close(recorder);
	recorder_again(recorder, 0);
}

void pl_recorder_command(struct pl_recorder *recorder, enum pl_record_command command)
{
	static const struct {
		enum recorder_end end;
		const char *reason;
	} ends[] = {
	    [PL_RECORD_STOP] = {RECORDER_STOPPED, "stopped"},
	    [PL_RECORD_INTERRUPT] = {RECORDER_INTERRUPTED, "interrupted"},
	    [PL_RECORD_TERMINATE] = {RECORDER_TERMINATED, "terminated"},
	};

	recorder_stop(recorder, ends[command].end, ends[command].reason);
}

/* The buses have said their last: so has the detector, unless its window has an end of its own. */
static void look_whether_done(struct pl_recorder *recorder)
{
	size_t answered = 0;

	for (size_t i = 0; i < recorder->bus_count; i++)
		answered += recorder->buses[i].is_answered;
	if (answered < recorder->bus_count)
		return;
	if (recorder->bus_count > 0 && !recorder->window_is_over && recorder->window_ends_ns == 0)
		recorder_window_close(recorder);
	if (recorder->has_window || !recorder->window_is_over)
		return;
	recorder->phase = RECORDER_FINISHING;
	recorder_finish(recorder);
}

static void bus_answered(struct pl_recorder *recorder, struct recorder_bus *bus,
			 const struct pl_bus_answer *answer)
{
	char reason[PL_RUN_TEXT_SIZE];

	bus->is_answered = true;
	if (answer->status != PL_OK && answer->status != PL_ERR_CANCELLED) {
		snprintf(reason, sizeof(reason), "%s: %.140s",
			 recorder_device_name(recorder, bus->device),
			 answer->error.text[0] != '\0' ? answer->error.text
						       : pl_status_name(answer->status));
		recorder_stop(recorder, RECORDER_FAILED, reason);
	}
}

void pl_recorder_on_answer(struct pl_recorder *recorder, const struct pl_bus_answer *answer)
{
	if (recorder->phase != RECORDER_GOING)
		return;
	for (size_t i = 0; i < recorder->bus_count; i++) {
		struct recorder_bus *bus = &recorder->buses[i];

		if (bus->is_posted && !bus->is_answered && bus->request.id == answer->id)
			bus_answered(recorder, bus, answer);
	}
	if (recorder->has_window && recorder->window.id == answer->id)
		recorder_window_answered(recorder, answer);
	recorder_count(recorder);
	look_whether_done(recorder);
}

void pl_recorder_on_device(struct pl_recorder *recorder, const struct pl_bus_event *event)
{
	if (recorder->phase != RECORDER_GOING || !recorder->is_used[event->device])
		return;
	if (event->kind == PL_BUS_EVENT_EVENTS) {
		recorder_window_events(recorder, event);
	} else if (event->kind == PL_BUS_EVENT_STATE && event->state.state == PL_BUS_LOST &&
		   !recorder->is_lost[event->device]) {
		tell_lost(recorder, event->device, event->state.text);
	} else if (event->kind == PL_BUS_EVENT_STATE && event->state.state == PL_BUS_UP) {
		if (recorder->is_lost[event->device])
			recorder_audit(recorder, "engine", "recorder.connected",
				       recorder_device_name(recorder, event->device), "ok", "");
		recorder->is_lost[event->device] = false;
		recorder_window_open(recorder);
	}
}

static void tell_sinks(struct pl_recorder *recorder, const struct pl_sinks_state *was)
{
	const struct pl_sinks_state *now = &recorder->sinks;

	if (now->is_full && !was->is_full)
		recorder_say(recorder, PL_NOTE_WARNING,
			     "disk full: rows wait in the queues, then the overflow rule of the "
			     "recording holds");
	else if (was->is_full && !now->is_full)
		recorder_say(recorder, PL_NOTE_INFO,
			     "there is room on the disk again: rows are written");
	if (now->error.code != PL_OK && now->error.code != was->error.code)
		recorder_say(recorder, PL_NOTE_WARNING, "rows are not written now: %s: %s",
			     now->error.where, now->error.text);
	if (strcmp(now->moved, was->moved) != 0) {
		recorder_audit(recorder, "plateau", "file", recorder->recording->name, "moved",
			       now->moved);
		recorder_say(recorder, PL_NOTE_WARNING, "%s", now->moved);
	}
}

/* A sink gets over its trouble by itself, or says at the end what it has lost. */
static void look_at_sinks(struct pl_recorder *recorder)
{
	struct pl_sinks_state was = recorder->sinks;

	if (!recorder->has_sinks)
		return;
	recorder->io.sinks_state(recorder->io.ctx, &recorder->sinks);
	tell_sinks(recorder, &was);
}

void pl_recorder_on_timer(struct pl_recorder *recorder)
{
	if (recorder->phase == RECORDER_NEW || recorder->phase == RECORDER_OVER)
		return;
	recorder_again(recorder, RECORDER_TURN_NS);
	look_at_sinks(recorder);
	recorder_count(recorder);
	if (recorder->phase == RECORDER_GOING) {
		for (size_t i = 0; i < recorder->bus_count; i++)
			if (!recorder->buses[i].is_posted)
				post(recorder, &recorder->buses[i]);
		recorder_window_open(recorder);
		if (recorder_now(recorder) >= recorder->next_status_ns)
			recorder_store_status(recorder);
		look_whether_done(recorder);
	} else {
		recorder_finish(recorder);
	}
}

void pl_recorder_on_ack(struct pl_recorder *recorder, const struct pl_write_ack *ack)
{
	if (ack->seq == recorder->status_seq)
		recorder->status_seq = 0;
	if (recorder->phase == RECORDER_CLOSING && ack->seq == recorder->end_seq)
		recorder_end_acked(recorder, ack);
}
