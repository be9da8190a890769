/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tell_events.c - the events of a window, one by one, for whoever stores them.
 *
 * They go into the ring a few at a time, so that neither a burst nor a steady rate wakes the
 * engine thread for each. Where the ring has no room they are left out and counted, before it would
 * count a lost message itself. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

static size_t batched(const struct pl_bus *bus)
{
	return bus->batch.events.count;
}

void pl_tell_events_begin(struct pl_bus *bus, bool is_wanted)
{
	bus->tells_events = is_wanted;
	bus->batch = (struct pl_bus_event){
	    .kind = PL_BUS_EVENT_EVENTS,
	    .device = (int16_t)bus->counting->index,
	    .events = {.request = bus->current},
	};
}

void pl_tell_events(struct pl_bus *bus)
{
	if (!bus->tells_events || batched(bus) == 0)
		return;
	bus->batch.t_mono_ns = pl_clock_mono_ns();
	bus->batch.t_utc_ns = pl_clock_utc_ns();
	if (pl_ring_is_full(bus->events))
		bus->batch.events.lost += bus->batch.events.count;
	else
		pl_ring_push(bus->events, &bus->batch);
	bus->batch.events.count = 0;
}

void pl_tell_event(struct pl_bus *bus, const struct pl_event *event)
{
	bus->batch.events.items[bus->batch.events.count++] = *event;
	if (batched(bus) == PL_BUS_EVENTS)
		pl_tell_events(bus);
}

uint32_t pl_tell_events_end(struct pl_bus *bus)
{
	pl_tell_events(bus);
	bus->tells_events = false;
	return bus->batch.events.lost;
}
