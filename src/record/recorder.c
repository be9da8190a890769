/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder.c - leads a recording until all its buses have answered. Engine thread.
 */
#include "record/recorder_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	recorder->status.finished_utc_ns = recorder->io.now_utc(recorder->io.ctx);
	recorder->status.finished_mono_ns = recorder_now(recorder);
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
		recorder_tell_lost(recorder, event->device, event->state.text);
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
	if (recorder->phase == RECORDER_OPENING)
		recorder_look_at_opening(recorder);
	if (recorder->phase <= RECORDER_OPENING || recorder->phase == RECORDER_OVER)
		return;
	recorder_again(recorder, RECORDER_TURN_NS);
	look_at_sinks(recorder);
	recorder_count(recorder);
	if (recorder->phase == RECORDER_GOING) {
		recorder_go_on(recorder);
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
