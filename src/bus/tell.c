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

static struct pl_bus_event event_of(const struct pl_bus_member *member, enum pl_bus_event_kind kind)
{
	struct pl_bus_event event;

	memset(&event, 0, sizeof event);
	event.kind = kind;
	event.device = (int16_t)member->index;
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

void pl_tell_state(struct pl_bus_member *member, enum pl_bus_state state,
		   const struct pl_error *why)
{
	struct pl_bus *bus = member->bus;
	struct pl_bus_event event = event_of(member, PL_BUS_EVENT_STATE);

	pl_ticks_settle(bus);
	member->state = state;
	event.state.state = state;
	event.state.identity = member->identity;
	pl_text_copy(event.state.path, sizeof event.state.path,
		     bus->port ? pl_port_identity(bus->port)->path : bus->port_identity.path);
	if (why)
		pl_error_format(why, event.state.text, sizeof event.state.text);
	push_surely(bus, &event);
}

void pl_tell_note(struct pl_bus_member *member, enum pl_bus_event_kind kind,
		  enum pl_note_level level, const char *text)
{
	struct pl_bus_event event = event_of(member, kind);

	event.note.level = level;
	pl_text_copy(event.note.text, sizeof event.note.text, text);
	if (kind == PL_BUS_EVENT_RESTARTED)
		push_surely(member->bus, &event);
	else
		pl_ring_push(member->bus->events, &event);
}

/* The rest of a second's flood. */
static void tell_hidden(struct pl_bus_member *member)
{
	char text[64];

	snprintf(text, sizeof text, "%" PRIu64 " lines not shown", member->stray_hidden);
	pl_tell_note(member, PL_BUS_EVENT_NOTE, PL_NOTE_WARNING, text);
	member->stray_hidden = 0;
}

void pl_tell_stray(struct pl_bus_member *member, const char *bytes, size_t count, const char *why)
{
	struct pl_bus_event event = event_of(member, PL_BUS_EVENT_STRAY);

	if (event.t_mono_ns - member->stray_second_ns >= PL_NS_PER_S) {
		if (member->stray_hidden > 0)
			tell_hidden(member);
		member->stray_second_ns = event.t_mono_ns;
		member->stray_shown = 0;
	}
	if (member->stray_shown == STRAYS_MAX) {
		member->stray_hidden++;
		return;
	}
	member->stray_shown++;
	pl_text_copy(event.stray.why, sizeof event.stray.why, why);
	pl_text_escape(event.stray.text, sizeof event.stray.text, bytes, count);
	event.stray.bytes = count;
	pl_ring_push(member->bus->events, &event);
}

void pl_tell_reading(struct pl_bus_member *member, struct pl_target target,
		     const struct pl_reading *reading)
{
	struct pl_bus_event event = event_of(member, PL_BUS_EVENT_READING);

	event.reading.target = target;
	event.reading.reading = *reading;
	pl_ring_push(member->bus->events, &event);
}

static void tell_counters(struct pl_bus_member *member)
{
	struct pl_bus_event event = event_of(member, PL_BUS_EVENT_COUNTERS);

	event.counters.events = member->events_count;
	event.counters.bytes = member->bytes;
	event.counters.strays = member->strays;
	pl_tally_hits(&member->tally, member->device, event.counters.hits);
	pl_ring_push(member->bus->events, &event);
}

static void tell_fresh(struct pl_bus_member *member)
{
	pl_slots_take_carried(member);
	for (size_t i = 0; i < member->slot_count; i++) {
		struct pl_bus_slot *slot = &member->slots[i];

		if (slot->is_fresh)
			pl_tell_reading(member, slot->target, &slot->reading);
		slot->is_fresh = false;
	}
}

static int64_t next_of(const struct pl_bus_member *member)
{
	int64_t next_ns = PL_NEVER;

	if (member->state == PL_BUS_UP)
		next_ns = member->told_ns + (member->is_changed ? CHANGED_NS : IDLE_NS);
	if (member->stray_hidden > 0)
		next_ns = pl_earlier(next_ns, member->stray_second_ns + PL_NS_PER_S);
	return next_ns;
}

int64_t pl_tell_next(const struct pl_bus *bus)
{
	int64_t next_ns = PL_NEVER;

	for (size_t i = 0; i < bus->member_count; i++)
		next_ns = pl_earlier(next_ns, next_of(&bus->members[i]));
	return next_ns;
}

static void tell_due(struct pl_bus_member *member, int64_t now_ns)
{
	struct pl_bus *bus = member->bus;

	if (member->stray_hidden > 0 && now_ns - member->stray_second_ns >= PL_NS_PER_S)
		tell_hidden(member);
	if (member->state != PL_BUS_UP ||
	    now_ns - member->told_ns < (member->is_changed ? CHANGED_NS : IDLE_NS))
		return;
	if (!member->is_changed && !bus->is_lost)
		pl_line_read(bus); /* a silent line may have vanished: reading looks at the node */
	pl_tell_events(bus);
	pl_trace_due(bus, now_ns);
	tell_counters(member);
	tell_fresh(member);
	member->is_changed = false;
	member->told_ns = now_ns;
}

void pl_tell_due(struct pl_bus *bus, int64_t now_ns)
{
	for (size_t i = 0; i < bus->member_count; i++)
		if (now_ns >= next_of(&bus->members[i]))
			tell_due(&bus->members[i], now_ns);
}
