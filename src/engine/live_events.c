/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live_events.c - what the buses tell unasked: taken off their rings and sorted.
 */
#include "engine/internal.h"

static void stray(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct pl_write message = {.kind = PL_WRITE_DEVICE_LOG,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = event->t_utc_ns,
				   .t_mono_ns = event->t_mono_ns};

	pl_text_copy(message.stray.device, sizeof(message.stray.device),
		     engine->devices[device].device->spec.name);
	pl_text_copy(message.stray.why, sizeof(message.stray.why), event->stray.why);
	pl_text_copy(message.stray.text, sizeof(message.stray.text), event->stray.text);
	if (run_takes_rows(engine))
		pl_writer_put(engine->writer, &message);
	records_stray(engine, device, &message);
}

static void restarted(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct live_device *live = &engine->devices[device];

	engine_log(engine, PL_LOG_WARNING, "%s: %s", live->device->spec.name, event->note.text);
	engine_audit(engine, "engine", "lost", live->device->spec.name, "restarted",
		     event->note.text);
	live_forget(live);
	live_tell_actors(engine, event);
}

static void on_event(struct pl_engine *engine, int device, const struct pl_bus_event *event)
{
	struct live_device *live = &engine->devices[device];
	enum pl_log_level level;
	struct live_row *row;

	switch (event->kind) {
	case PL_BUS_EVENT_STATE:
		live_state_changed(engine, device, event);
		break;
	case PL_BUS_EVENT_COUNTERS:
		live_count(live, event);
		break;
	case PL_BUS_EVENT_READING:
		row = live_row(engine, event->reading.target);
		if (row != NULL)
			row->last = event->reading.reading;
		alarms_read(engine, event->reading.target, &event->reading.reading);
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
	case PL_BUS_EVENT_EVENTS: /* its run takes them */
		live_tell_actors(engine, event);
		break;
	}
}

/* The ring of a bus tells of every device of its port. */
void live_drain_device(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[engine->devices[device].first];
	struct pl_ring *ring = pl_bus_events(live->bus);
	struct pl_bus_event event;
	uint64_t lost;

	pl_ring_acknowledge(ring);
	while (pl_ring_pop(ring, &event))
		on_event(engine, event.device, &event);
	lost = pl_ring_lost(ring);
	if (lost != live->lost_events)
		engine_log(engine, PL_LOG_WARNING, "%s: %llu messages of the bus were lost",
			   live->device->spec.name, (unsigned long long)(lost - live->lost_events));
	if (lost != live->lost_events)
		engine_why(engine, WHY_GAP, "%s: messages of the bus were lost",
			   live->device->spec.name);
	live->lost_events = lost;
}

void live_drain(struct pl_engine *engine)
{
	for (size_t i = 0; i < engine->bench->device_count; i++) {
		if (!live_has_bus(engine, i))
			continue;
		live_drain_device(engine, (int)i);
		trace_drain(engine, (int)i);
	}
}
