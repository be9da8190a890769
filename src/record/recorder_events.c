/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_events.c - the events of a detector: one counting window, open as long as the recording
 * lasts, so that no event falls between two of them. When the detector was lost and is back, the
 * next one is opened. Engine thread.
 */
#include "record/recorder_inside.h"

#define FOR_EVER_NS (INT64_C(10) * 365 * 86400 * PL_NS_PER_S)

bool recorder_wants_events(const struct pl_recorder *recorder)
{
	return recorder->recording->events_device >= 0;
}

void recorder_window_open(struct pl_recorder *recorder)
{
	int device = recorder->recording->events_device;
	int64_t left_ns = recorder->window_ends_ns - recorder_now(recorder);

	if (!recorder_wants_events(recorder) || recorder->end != RECORDER_COMPLETE)
		recorder->window_is_over = true;
	if (recorder->window_ends_ns > 0 && left_ns <= 0)
		recorder->window_is_over = true;
	if (recorder->window_is_over || recorder->has_window ||
	    !recorder->io.is_up(recorder->io.ctx, device))
		return;
	recorder->window = (struct pl_bus_request){
	    .verb = PL_BUS_COUNT,
	    .target = {.device = (int16_t)device, .channel = -1},
	    .window = {.dwell = {.rule = PL_DWELL_TIME,
				 .time_ns = recorder->window_ends_ns > 0 ? left_ns : FOR_EVER_NS},
		       .wants_events = true},
	};
	recorder->has_window = recorder->io.ask(recorder->io.ctx, &recorder->window);
}

void recorder_window_close(struct pl_recorder *recorder)
{
	recorder->window_is_over = true;
	if (recorder->has_window && !recorder->is_closing)
		recorder->io.cancel(recorder->io.ctx, &recorder->window);
	recorder->is_closing = true;
}

/* Exactly so many as were asked for: those behind the last one belong to nobody. */
static uint16_t wanted(const struct pl_recorder *recorder, uint16_t count)
{
	uint64_t most = (uint64_t)recorder->recording->counts, have = recorder->status.books.events;

	if (recorder->recording->counts <= 0 || count <= most - have)
		return count;
	return (uint16_t)(most - have);
}

void recorder_window_events(struct pl_recorder *recorder, const struct pl_bus_event *event)
{
	struct pl_bus_event told = *event;

	if (!recorder->has_window || event->events.request != recorder->window.id)
		return;
	told.events.count = wanted(recorder, event->events.count);
	recorder->status.books.events += told.events.count;
	recorder->io.events(recorder->io.ctx, &told);
	if (recorder->recording->counts > 0 &&
	    recorder->status.books.events >= (uint64_t)recorder->recording->counts)
		recorder_stop(recorder, RECORDER_COMPLETE, "");
}

void recorder_window_answered(struct pl_recorder *recorder, const struct pl_bus_answer *answer)
{
	recorder->has_window = false;
	if (answer->status == PL_OK) {
		recorder->window_is_over = true;
		return;
	}
	if (answer->status == PL_ERR_CANCELLED)
		return;
	recorder->window_lost++;
	if (!recorder->recording->reconnect)
		recorder_stop(recorder, RECORDER_FAILED, answer->error.text);
}
