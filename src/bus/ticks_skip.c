/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ticks_skip.c - slots that are not polled, and why.
 *
 * They are decided late, when half a period has passed, or when something changes that decides what
 * they are: the state of a device, or what has the line. So the thread is not woken for each. Bus
 * thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

bool pl_tick_can_ask(const struct pl_bus_recording *recording)
{
	const struct pl_bus *bus = recording->bus;

	if (!bus->port || bus->is_lost)
		return false;
	for (size_t i = 0; i < recording->request.record.target_count; i++)
		if (recording->targets[i].member->state == PL_BUS_UP)
			return true;
	return false;
}

static void count_disconnects(struct pl_bus_recording *recording)
{
	for (size_t i = 0; i < recording->bus->member_count; i++) {
		struct pl_tick_member *member = &recording->members[i];

		if (!member->has_answered || recording->bus->members[i].state == PL_BUS_UP)
			continue;
		member->has_answered = false;
		recording->books.disconnects++;
		recording->is_changed = true;
	}
}

/* Later than half a period is too late: a tick took too long, or something else had the line. */
static void skip_overrun(struct pl_bus_recording *recording, int64_t now_ns)
{
	const char *holds = recording->bus->holds;
	uint64_t n =
	    pl_grid_next(&recording->request.record.grid, now_ns - recording->period_ns / 2);

	if (n > recording->next)
		pl_tick_skip(recording, n - recording->next, holds ? PL_SKIP_BUSY : PL_SKIP_OVERRUN,
			     holds ? holds : "overrun", now_ns);
}

static void end(struct pl_bus_recording *recording, enum pl_status status, const char *text)
{
	const struct pl_bus_member *member = recording->targets[0].member;

	recording->is_ending = true;
	recording->slot_ns = PL_NEVER;
	recording->status = status;
	if (status != PL_OK)
		pl_error_set(&recording->error, status, member->device->spec.name, "%s", text);
}

static void skip_disconnected(struct pl_bus_recording *recording, int64_t now_ns)
{
	const struct pl_bus_member *member = recording->targets[0].member;
	uint64_t n = pl_grid_next(&recording->request.record.grid, now_ns + 1);

	if (n > recording->next)
		pl_tick_skip(recording, n - recording->next, PL_SKIP_DISCONNECTED, "disconnected",
			     now_ns);
	if (recording->request.record.ends_when_lost)
		end(recording, PL_ERR_LOST,
		    member->loss.text[0] ? member->loss.text : "the device is not open");
}

/* Decides the slots that have passed unpolled. */
void pl_tick_settle(struct pl_bus_recording *recording, int64_t now_ns)
{
	if (recording->is_taking || recording->is_ending)
		return;
	count_disconnects(recording);
	if (now_ns >= recording->slot_ns && pl_tick_can_ask(recording))
		skip_overrun(recording, now_ns);
	else if (now_ns >= recording->slot_ns)
		skip_disconnected(recording, now_ns);
	if (recording->slot_ns == PL_NEVER && !recording->is_ending)
		end(recording, PL_OK, "");
	else if (recording->is_cancelled && !recording->is_ending)
		end(recording, PL_ERR_CANCELLED, "recording was stopped");
}

void pl_ticks_settle(struct pl_bus *bus)
{
	int64_t now_ns = pl_clock_mono_ns();

	for (struct pl_bus_recording *at = bus->recordings; at; at = at->following)
		pl_tick_settle(at, now_ns);
}

void pl_ticks_hold(struct pl_bus *bus, const char *why)
{
	pl_ticks_settle(bus);
	bus->holds = why;
}
