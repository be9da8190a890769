/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tell.c - what happens unasked, as events to the ring.
 *
 * The ring may be full: then it counts the loss and the bus goes on. But a state or a restart that
 * nobody heard of would leave a scan counting under settings that are gone: these are kept until
 * there is room. What can come in floods is thinned here: counters and unasked readings go out ten
 * times a second as they stand then, strays at most a hundred a second with the exact number of
 * those not shown. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CHANGED_NS (100 * PL_NS_PER_MS)
#define IDLE_NS	   PL_NS_PER_S
#define STRAYS_MAX 100

static struct pl_bus_event event_of(const struct pl_bus *bus, enum pl_bus_event_kind kind)
{
	struct pl_bus_event event;

	memset(&event, 0, sizeof event);
	event.kind = kind;
	event.device = (int16_t)bus->setup.device_index;
	event.t_mono_ns = pl_clock_mono_ns();
	event.t_utc_ns = pl_clock_utc_ns();
	return event;
}

void pl_tell_owed(struct pl_bus *bus)
{
	size_t told = 0;

	while (told < bus->owed_count && !pl_ring_is_full(bus->events))
		pl_ring_push(bus->events, &bus->owed[told++]);
	bus->owed_count -= told;
	if (told > 0)
		memmove(bus->owed, bus->owed + told, bus->owed_count * sizeof bus->owed[0]);
}

/* In order, and kept while the ring is full; beyond PL_BUS_OWED of them it counts a loss. */
static void push_surely(struct pl_bus *bus, const struct pl_bus_event *event)
{
	pl_tell_owed(bus);
	if (bus->owed_count == 0 && !pl_ring_is_full(bus->events))
		pl_ring_push(bus->events, event);
	else if (bus->owed_count < PL_BUS_OWED)
		bus->owed[bus->owed_count++] = *event;
	else
		pl_ring_push(bus->events, event);
}

void pl_tell_state(struct pl_bus *bus, enum pl_bus_state state, const struct pl_error *why)
{
	struct pl_bus_event event = event_of(bus, PL_BUS_EVENT_STATE);

	bus->state = state;
	event.state.state = state;
	event.state.identity = bus->identity;
	pl_text_copy(event.state.path, sizeof event.state.path,
		     bus->port ? pl_port_identity(bus->port)->path : bus->port_identity.path);
	if (why)
		pl_error_format(why, event.state.text, sizeof event.state.text);
	push_surely(bus, &event);
}

void pl_tell_note(struct pl_bus *bus, enum pl_bus_event_kind kind, enum pl_note_level level,
		  const char *text)
{
	struct pl_bus_event event = event_of(bus, kind);

	event.note.level = level;
	pl_text_copy(event.note.text, sizeof event.note.text, text);
	if (kind == PL_BUS_EVENT_RESTARTED)
		push_surely(bus, &event);
	else
		pl_ring_push(bus->events, &event);
}

/* The rest of a second's flood. */
static void tell_hidden(struct pl_bus *bus)
{
	char text[64];

	snprintf(text, sizeof text, "%" PRIu64 " lines not shown", bus->stray_hidden);
	pl_tell_note(bus, PL_BUS_EVENT_NOTE, PL_NOTE_WARNING, text);
	bus->stray_hidden = 0;
}

void pl_tell_stray(struct pl_bus *bus, const char *bytes, size_t count, const char *why)
{
	struct pl_bus_event event = event_of(bus, PL_BUS_EVENT_STRAY);

	if (event.t_mono_ns - bus->stray_second_ns >= PL_NS_PER_S) {
		if (bus->stray_hidden > 0)
			tell_hidden(bus);
		bus->stray_second_ns = event.t_mono_ns;
		bus->stray_shown = 0;
	}
	if (bus->stray_shown == STRAYS_MAX) {
		bus->stray_hidden++;
		return;
	}
	bus->stray_shown++;
	pl_text_copy(event.stray.why, sizeof event.stray.why, why);
	pl_text_escape(event.stray.text, sizeof event.stray.text, bytes, count);
	event.stray.bytes = count;
	pl_ring_push(bus->events, &event);
}

void pl_tell_reading(struct pl_bus *bus, struct pl_target target, const struct pl_reading *reading)
{
	struct pl_bus_event event = event_of(bus, PL_BUS_EVENT_READING);

	event.reading.target = target;
	event.reading.reading = *reading;
	pl_ring_push(bus->events, &event);
}

static void tell_counters(struct pl_bus *bus)
{
	struct pl_bus_event event = event_of(bus, PL_BUS_EVENT_COUNTERS);

	event.counters.events = bus->events_count;
	event.counters.bytes = bus->bytes;
	event.counters.strays = bus->strays;
	pl_tally_hits(&bus->tally, bus->setup.device, event.counters.hits);
	pl_ring_push(bus->events, &event);
}

static void tell_fresh(struct pl_bus *bus)
{
	pl_slots_take_carried(bus);
	for (size_t i = 0; i < bus->slot_count; i++) {
		struct pl_bus_slot *slot = &bus->slots[i];

		if (slot->is_fresh)
			pl_tell_reading(bus, slot->target, &slot->reading);
		slot->is_fresh = false;
	}
}

int64_t pl_tell_next(const struct pl_bus *bus)
{
	int64_t next_ns = PL_NEVER;

	if (bus->state == PL_BUS_UP)
		next_ns = bus->told_ns + (bus->is_changed ? CHANGED_NS : IDLE_NS);
	if (bus->stray_hidden > 0)
		next_ns = pl_earlier(next_ns, bus->stray_second_ns + PL_NS_PER_S);
	return next_ns;
}

void pl_tell_due(struct pl_bus *bus, int64_t now_ns)
{
	if (now_ns < pl_tell_next(bus))
		return;
	if (bus->stray_hidden > 0 && now_ns - bus->stray_second_ns >= PL_NS_PER_S)
		tell_hidden(bus);
	if (bus->state != PL_BUS_UP ||
	    now_ns - bus->told_ns < (bus->is_changed ? CHANGED_NS : IDLE_NS))
		return;
	if (!bus->is_changed && !bus->is_lost)
		pl_line_read(bus); /* a silent line may have vanished: reading looks at the node */
	pl_tell_events(bus);
	pl_trace_due(bus, now_ns);
	tell_counters(bus);
	tell_fresh(bus);
	bus->is_changed = false;
	bus->told_ns = now_ns;
}
