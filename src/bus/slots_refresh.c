/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slots_refresh.c - what is read unasked: for the screen, and to watch limits.
 *
 * While a detector is open and nobody wants anything of it, one parameter a refresh period is read,
 * in turn; a request to it puts that off by a whole period, so that a scan is never in its way. Of
 * an instrument that can be asked for several at once all are read in every period, whatever else
 * is asked of it. Beside recordings of the same line this is done between two ticks, where twice
 * the time it took last fits in. Where it does not, what is only shown waits for the end of the
 * recording; but a limit that nobody looks at is none: what has limits, and is in no tick, is read
 * all the same, right behind a tick, for a tenth of the line's time at most. The slots that costs
 * are counted: busy, "limits". Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#define MARGIN 2
#define SHARE  10

/* all: the limits alone otherwise. */
static bool is_asked(const struct pl_bus_member *member, const struct pl_bus_slot *slot, bool all)
{
	return (all || slot->is_watched) && pl_slots_is_asked(member, slot);
}

static struct pl_bus_slot *next_asked(struct pl_bus_member *member, bool all)
{
	for (size_t i = 0; i < member->slot_count; i++) {
		struct pl_bus_slot *slot =
		    &member->slots[member->refresh_next++ % member->slot_count];

		if (is_asked(member, slot, all))
			return slot;
	}
	return NULL;
}

static size_t gather_asked(struct pl_bus_member *member, bool all)
{
	size_t count = 0;

	for (size_t i = 0; i < member->slot_count; i++)
		if (is_asked(member, &member->slots[i], all))
			member->asked[count++] =
			    (struct pl_sample){.target = member->slots[i].target};
	return count;
}

static void tell_asked(struct pl_bus_member *member, const struct pl_sample *sample)
{
	struct pl_bus_slot *slot = pl_slots_find(member, sample->target);

	if (!slot)
		return;
	if (sample->status == PL_ERR_UNSUPPORTED)
		pl_slots_unsupported(slot, sample->reading.reason);
	if (sample->was_asked)
		pl_tell_reading(member, sample->target, &sample->reading);
}

static void refresh_many(struct pl_bus_member *member, bool all)
{
	size_t count = gather_asked(member, all);
	struct pl_error error = {0};
	enum pl_status status;

	if (count == 0)
		return;
	member->bus->busy = member;
	status = member->device->driver->read_many(member->driver, member->asked, count, &error);
	member->bus->busy = NULL;
	for (size_t i = 0; i < count && !member->bus->is_lost && status != PL_ERR_CANCELLED; i++)
		tell_asked(member, &member->asked[i]);
	pl_member_heard(member, status, &error);
}

static void refresh_one(struct pl_bus_member *member, bool all)
{
	struct pl_bus_slot *slot = next_asked(member, all);
	struct pl_reading reading = {0};
	struct pl_error error = {0};
	enum pl_status status;

	if (!slot)
		return;
	member->bus->busy = member;
	status = member->device->driver->read(member->driver, slot->target.channel,
					      slot->target.parameter, &reading, &error);
	member->bus->busy = NULL;
	error.code = status;
	if (status != PL_OK)
		pl_slots_make_empty(&reading, &error);
	if (status == PL_ERR_UNSUPPORTED)
		pl_slots_unsupported(slot, reading.reason);
	if (!member->bus->is_lost && status != PL_ERR_CANCELLED)
		pl_tell_reading(member, slot->target, &reading);
	pl_member_heard(member, status, &error);
}

static bool has_asked(const struct pl_bus_member *member, bool all)
{
	for (size_t i = 0; i < member->slot_count; i++)
		if (is_asked(member, &member->slots[i], all))
			return true;
	return false;
}

static struct pl_bus_member *first_due(const struct pl_bus *bus, bool all)
{
	struct pl_bus_member *first = NULL;

	for (size_t i = 0; i < bus->member_count; i++) {
		struct pl_bus_member *member = &bus->members[i];

		if (member->state == PL_BUS_UP && member->refresh_ns != PL_NEVER &&
		    (!first || member->refresh_ns < first->refresh_ns) && has_asked(member, all))
			first = member;
	}
	return first;
}

/* Begun now or when it is due it is over before the next slot. */
static bool fits(const struct pl_bus_member *member, bool all, int64_t now_ns, int64_t due_ns)
{
	int64_t takes_ns = all ? member->refresh_takes_ns : member->limits_take_ns;
	int64_t at_ns = member->refresh_ns > now_ns ? member->refresh_ns : now_ns;

	return due_ns == PL_NEVER || at_ns + MARGIN * takes_ns < due_ns;
}

/* Whose turn it is, and for what. NULL: nobody's. */
static struct pl_bus_member *choose(const struct pl_bus *bus, int64_t now_ns, int64_t due_ns,
				    bool *all)
{
	struct pl_bus_member *member = first_due(bus, true);

	*all = true;
	if (!member || fits(member, true, now_ns, due_ns))
		return member;
	*all = false;
	return first_due(bus, false);
}

int64_t pl_slots_refresh_ns(const struct pl_bus *bus, int64_t now_ns, int64_t due_ns)
{
	bool all;
	const struct pl_bus_member *member = choose(bus, now_ns, due_ns, &all);

	if (!member)
		return PL_NEVER;
	if (all || fits(member, false, now_ns, due_ns))
		return member->refresh_ns;
	if (!bus->has_ticked) /* right behind a tick it costs least */
		return PL_NEVER;
	return member->refresh_ns > bus->next_limits_ns ? member->refresh_ns : bus->next_limits_ns;
}

void pl_slots_refresh(struct pl_bus *bus, int64_t now_ns, int64_t due_ns)
{
	bool all;
	struct pl_bus_member *member = choose(bus, now_ns, due_ns, &all);
	int64_t took_ns;

	if (!member)
		return;
	pl_ticks_hold(bus, all ? "refresh" : "limits");
	if (member->device->driver->read_many)
		refresh_many(member, all);
	else
		refresh_one(member, all);
	pl_ticks_hold(bus, NULL);
	took_ns = pl_clock_mono_ns() - now_ns;
	*(all ? &member->refresh_takes_ns : &member->limits_take_ns) = took_ns;
	if (!all)
		bus->next_limits_ns = now_ns + SHARE * took_ns;
	pl_slots_hold_off(member);
}
