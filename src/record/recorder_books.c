/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_books.c - what became of every slot, live: the sum of what each bus told last, under the
 * names that users know; and what of it goes to run.yaml and audit.csv. Engine thread.
 */
#include "record/recorder_inside.h"

#include <math.h>

void pl_record_books_of(const struct pl_tick_books *ticks, struct pl_record_books *out)
{
	out->on_time = ticks->on_time;
	out->late = ticks->late;
	out->failed = ticks->failed;
	out->dropped = ticks->dropped;
	out->samples_emitted = ticks->on_time + ticks->late + ticks->failed;
	out->samples_late = ticks->dropped;
	for (int i = 0; i < PL_SKIPS; i++) {
		out->skipped[i] = ticks->skipped[i];
		out->samples_late += ticks->skipped[i];
	}
	out->reads_ok = ticks->reads_ok;
	for (int i = 0; i < PL_READ_FAULTS; i++)
		out->reads_failed[i] = ticks->reads_failed[i];
	out->max_drift_ms = (double)ticks->max_lateness_ns / 1e6;
	out->tick_duration_ms_p50 = (double)pl_spans_quantile(&ticks->durations, 0.5) / 1e6;
	out->tick_duration_ms_p99 = (double)pl_spans_quantile(&ticks->durations, 0.99) / 1e6;
	out->disconnects = ticks->disconnects;
}

/* Its bus counts each loss of it then, which also ends its window. */
static bool reads_detector(const struct pl_recorder *recorder)
{
	const struct pl_recording *recording = recorder->recording;

	for (size_t i = 0; i < recording->reading_count; i++)
		if (recording->readings[i].target.device == recording->events_device)
			return true;
	return false;
}

void recorder_count(struct pl_recorder *recorder)
{
	struct pl_record_books *books = &recorder->status.books;
	struct pl_tick_books all = {0};

	for (size_t i = 0; i < recorder->bus_count; i++) {
		struct recorder_bus *bus = &recorder->buses[i];

		while (pl_queue_pop(bus->books, &bus->newest))
			;
		pl_tick_books_merge(&all, &bus->newest);
	}
	pl_record_books_of(&all, books);
	if (!reads_detector(recorder))
		books->disconnects += recorder->window_lost;
	books->rows = recorder->sinks.rows;
	books->gaps = recorder->sinks.gaps;
	books->rows_lost = recorder->sinks.rows_lost;
	for (int i = 0; i < 3; i++)
		recorder->status.reading_parts[i] = (uint16_t)recorder->sinks.parts[i];
}

static struct pl_write message_of(const struct pl_recorder *recorder, enum pl_write_kind kind)
{
	return (struct pl_write){.kind = kind,
				 .t_utc_ns = recorder->io.now_utc(recorder->io.ctx),
				 .t_mono_ns = recorder_now(recorder)};
}

bool recorder_audit(struct pl_recorder *recorder, const char *actor, const char *action,
		    const char *target, const char *status, const char *detail)
{
	struct pl_write message = message_of(recorder, PL_WRITE_AUDIT);

	pl_text_copy(message.audit.actor, sizeof(message.audit.actor), actor);
	pl_text_copy(message.audit.action, sizeof(message.audit.action), action);
	pl_text_copy(message.audit.target, sizeof(message.audit.target), target);
	message.audit.old_value = message.audit.new_value = NAN;
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), detail);
	return recorder->io.write(recorder->io.ctx, &message) != 0;
}

/* One at a time: on a slow disk the newest follows when the one before is there. */
void recorder_store_status(struct pl_recorder *recorder)
{
	struct pl_write message = message_of(recorder, PL_WRITE_STATUS);

	recorder->next_status_ns = recorder_now(recorder) + RECORDER_STATUS_NS;
	if (recorder->status_seq != 0)
		return;
	message.status = recorder->status;
	recorder->status_seq = recorder->io.write(recorder->io.ctx, &message);
}

static const char *phase_name(const struct pl_recorder *recorder)
{
	static const char *const names[] = {
	    [RECORDER_NEW] = "prepare",	    [RECORDER_OPENING] = "prepare",
	    [RECORDER_GOING] = "recording", [RECORDER_FINISHING] = "writing",
	    [RECORDER_CLOSING] = "closing", [RECORDER_OVER] = "over",
	};

	if (recorder->phase == RECORDER_GOING && recorder->end != RECORDER_COMPLETE)
		return "stopping";
	return names[recorder->phase];
}

static double fill_of(const struct pl_recorder *recorder)
{
	double fill = 0;

	for (size_t i = 0; i < recorder->bus_count; i++) {
		struct pl_queue *ticks = recorder->buses[i].ticks;
		double length = ticks ? (double)pl_queue_length(ticks) : 0, own = 0;

		if (length > 0)
			own = length / (length + (double)pl_queue_room(ticks));
		fill = own > fill ? own : fill;
	}
	return fill;
}

void pl_recorder_progress(const struct pl_recorder *recorder, struct pl_record_progress *out)
{
	*out = (struct pl_record_progress){
	    .status = recorder->status,
	    .phase = phase_name(recorder),
	    .planned = recorder->grid.ticks * recorder->bus_count,
	    .ends_ns = recorder->window_ends_ns,
	    .behind_ns = recorder->sinks.behind_ns,
	    .is_full = recorder->sinks.is_full,
	    .fill = fill_of(recorder),
	};
	if (out->ends_ns == 0 && recorder->grid.ticks > 0 && recorder->bus_count > 0)
		out->ends_ns = pl_grid_slot_ns(&recorder->grid, recorder->grid.ticks);
	for (size_t i = 0; i < recorder->head->bench->device_count; i++)
		out->lost += recorder->is_lost[i];
}
