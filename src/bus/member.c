/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * member.c - the devices of a port: each with its own state.
 *
 * On a shared line a device that does not answer is lost by itself: its driver is closed and it is
 * probed again after 0.5 1 2 5 10 30 s, … (probe.c says how long that may take). Taking a device
 * down needs its driver off the stack. Bus thread, but for init and fini.
 */
#include "bus/inside.h"

#include "bus/reconnect.h"
#include "plateau/clock.h"
#include "plateau/text.h"

#include <stdlib.h>
#include <string.h>

static void init_member(struct pl_bus *bus, const struct pl_device *device, int index)
{
	struct pl_bus_member *member = &bus->members[bus->member_count++];

	*member = (struct pl_bus_member){
	    .bus = bus,
	    .device = device,
	    .index = index,
	    .retry_ns = PL_NEVER,
	    .refresh_ns = PL_NEVER,
	};
	pl_host_init(member);
	pl_slots_init(member);
}

enum pl_status pl_members_init(struct pl_bus *bus, struct pl_error *error)
{
	const struct pl_bus_setup *setup = &bus->setup;

	bus->members = calloc(1 + setup->other_count, sizeof bus->members[0]);
	if (!bus->members)
		return pl_error_set(error, PL_ERR_MEMORY, setup->device->spec.name,
				    "no memory for the bus");
	init_member(bus, setup->device, setup->device_index);
	for (size_t i = 0; i < setup->other_count; i++)
		init_member(bus, &setup->bench_devices[setup->others[i]], setup->others[i]);
	bus->is_shared = setup->device->driver->shares_line;
	return PL_OK;
}

void pl_members_fini(struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->member_count; i++) {
		free(bus->members[i].slots);
		free(bus->members[i].asked);
	}
	free(bus->members);
}

struct pl_bus_member *pl_members_find(struct pl_bus *bus, int device)
{
	if (bus->member_count == 1)
		return &bus->members[0];
	for (size_t i = 0; i < bus->member_count; i++)
		if (bus->members[i].index == device)
			return &bus->members[i];
	return NULL;
}

bool pl_members_any(const struct pl_bus *bus, enum pl_bus_state state)
{
	for (size_t i = 0; i < bus->member_count; i++)
		if (bus->members[i].state == state)
			return true;
	return false;
}

bool pl_member_is_wanted(const struct pl_bus_member *member)
{
	return member->state == PL_BUS_UP || member->state == PL_BUS_LOST;
}

static void forget_counts(struct pl_bus_member *member)
{
	member->events_count = member->bytes = member->strays = 0;
	member->tally = (struct pl_tally){0};
	member->is_changed = true;
	member->told_ns = 0;
	pl_slots_reset(member);
}

enum pl_status pl_member_find_out(struct pl_bus_member *member, struct pl_error *error)
{
	const struct pl_driver *driver = member->device->driver;
	struct pl_bus *bus = member->bus;
	struct pl_identity found = {0};
	int64_t began_ns = pl_clock_mono_ns();
	enum pl_status status;

	forget_counts(member);
	bus->busy = member;
	status = driver->open(&member->device->spec, &member->host, &member->driver, error);
	if (status == PL_OK)
		status = driver->probe(member->driver, &found, error);
	bus->busy = NULL;
	if (status == PL_OK && bus->is_lost) {
		*error = bus->loss;
		status = bus->loss.code;
	}
	if (status == PL_OK)
		status = pl_reconnect_same("device", member->identity.serial, found.serial, error);
	if (status != PL_OK)
		return status;
	if (!found.serial[0]) /* it may tell no number this time: whose it must be is known */
		pl_text_copy(found.serial, sizeof found.serial, member->identity.serial);
	member->identity = found;
	member->found_ns = pl_clock_mono_ns() - began_ns;
	member->found_count++;
	return PL_OK;
}

void pl_member_take_down(struct pl_bus_member *member)
{
	if (member->driver)
		member->device->driver->close(member->driver);
	member->driver = NULL;
}

void pl_member_up(struct pl_bus_member *member)
{
	member->attempt = 0;
	member->retry_ns = PL_NEVER;
	pl_tell_state(member, PL_BUS_UP, NULL);
}

static void try_later(struct pl_bus_member *member)
{
	member->retry_ns = pl_clock_mono_ns() + pl_reconnect_delay_ns(member->attempt++);
}

void pl_member_lose(struct pl_bus_member *member, const struct pl_error *why)
{
	pl_member_take_down(member);
	member->loss = *why;
	member->attempt = 0;
	try_later(member);
	pl_tell_state(member, PL_BUS_LOST, why);
}

void pl_member_heard(struct pl_bus_member *member, enum pl_status status,
		     const struct pl_error *why)
{
	if (status == PL_ERR_UNANSWERED && member->bus->is_shared && !member->bus->is_lost &&
	    member->state == PL_BUS_UP)
		pl_member_lose(member, why);
}

struct pl_bus_member *pl_members_waiting(const struct pl_bus *bus)
{
	struct pl_bus_member *first = NULL;

	for (size_t i = 0; i < bus->member_count; i++)
		if (bus->members[i].retry_ns != PL_NEVER &&
		    (!first || bus->members[i].retry_ns < first->retry_ns))
			first = &bus->members[i];
	return first;
}

void pl_member_retry(struct pl_bus_member *member)
{
	struct pl_bus *bus = member->bus;
	struct pl_error error = {0};

	if (pl_member_find_out(member, &error) == PL_OK) {
		pl_member_up(member);
		return;
	}
	pl_member_take_down(member);
	try_later(member);
	if (bus->is_lost || error.code == PL_ERR_CANCELLED ||
	    strcmp(error.text, member->loss.text) == 0)
		return;
	member->loss = error;
	pl_tell_state(member, PL_BUS_LOST, &error);
}
