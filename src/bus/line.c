/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.c - the port: opened with the first device of it, read, lost, got back, closed with the
 * last.
 *
 * A loss is only noted where it is seen (pl_line_lost), since a driver call may be on the stack;
 * the thread's loop takes the line down, and all its devices with it. On a shared line they are
 * probed one by one when the port is back. Bus thread.
 */
#include "bus/inside.h"

#include "bus/reconnect.h"
#include "plateau/clock.h"

#include <string.h>

/* A line that is filled faster than it is read must not hold the thread for ever. */
#define READS_MAX 256

int64_t pl_line_baud(const struct pl_bus *bus)
{
	const struct pl_device *device = bus->members[0].device;

	if (device->baud > 0)
		return device->baud;
	if (bus->port && pl_port_identity(bus->port)->has_line_speed)
		return pl_line_usual_baud(device);
	return 0;
}

void pl_line_lost(struct pl_bus *bus, const struct pl_error *why)
{
	if (bus->is_lost)
		return;
	bus->is_lost = true;
	bus->loss = *why;
}

/* On a line of several nobody speaks unasked: what no driver waits for came too late. */
static void feed(struct pl_bus *bus, size_t count)
{
	struct pl_bus_member *member = bus->member_count == 1 ? &bus->members[0] : bus->asker;
	int64_t now_ns = pl_clock_mono_ns();

	bus->last_byte_ns = now_ns;
	pl_counting_bytes(&bus->window, count);
	pl_trace_bytes(bus, false, bus->buffer, count);
	if (!member || !member->driver) {
		bus->members[0].strays++;
		bus->members[0].is_changed = true;
		pl_tell_stray(&bus->members[0], (const char *)bus->buffer, count, "late");
		return;
	}
	member->bytes += count;
	member->is_changed = true;
	member->device->driver->feed(member->driver, bus->buffer, count, now_ns);
}

size_t pl_line_read(struct pl_bus *bus)
{
	struct pl_error why;
	size_t total = 0;

	for (int i = 0; i < READS_MAX && !bus->is_lost; i++) {
		size_t count;

		bus->dry_ns = pl_clock_mono_ns();
		if (pl_port_read(bus->port, bus->buffer, sizeof bus->buffer, &count, &why) != PL_OK)
			pl_line_lost(bus, &why);
		if (count == 0)
			break;
		total += count;
		feed(bus, count);
	}
	return total;
}

static void take_down(struct pl_bus *bus)
{
	pl_trace_rest(bus);
	for (size_t i = 0; i < bus->member_count; i++)
		pl_member_take_down(&bus->members[i]);
	pl_port_close(bus->port);
	bus->port = NULL;
	bus->is_lost = false;
}

static void say_by_socket(struct pl_bus_member *member)
{
	struct pl_bus *bus = member->bus;

	if (pl_reconnect_is_by_socket(pl_port_identity(bus->port), member->identity.serial) &&
	    bus->port_identity.path[0] == '\0')
		pl_tell_note(member, PL_BUS_EVENT_NOTE, PL_NOTE_WARNING,
			     "identity by socket: neither adapter nor device tells a serial "
			     "number, so whatever is plugged in here is taken for this device");
}

static bool is_wanted(const struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->member_count; i++)
		if (pl_member_is_wanted(&bus->members[i]))
			return true;
	return false;
}

/* The port is open again: those that were lost with it are probed in turn. */
static void port_is_back(struct pl_bus *bus)
{
	bus->attempt = 0;
	bus->retry_ns = PL_NEVER;
	for (size_t i = 0; i < bus->member_count; i++) {
		struct pl_bus_member *member = &bus->members[i];

		if (member->state != PL_BUS_LOST || member->retry_ns != PL_NEVER)
			continue;
		member->attempt = 0;
		member->retry_ns = pl_clock_mono_ns();
	}
}

/* Port and probe; what this opened is taken down again on failure. A shared port stays for those
 * who still want it. */
static enum pl_status bring_up(struct pl_bus_member *member, struct pl_error *error)
{
	struct pl_bus *bus = member->bus;
	enum pl_status status = PL_OK;

	if (!bus->port) {
		bus->busy = member;
		status = pl_line_open_port(bus, error);
		bus->busy = NULL;
	}
	if (status == PL_OK)
		status = pl_member_find_out(member, error);
	if (status == PL_OK) {
		say_by_socket(member);
		bus->port_identity = *pl_port_identity(bus->port);
		pl_member_up(member);
		port_is_back(bus);
	} else if (bus->port && !bus->is_lost && bus->is_shared && is_wanted(bus)) {
		pl_member_take_down(member);
		port_is_back(bus);
	} else if (!is_wanted(bus) || !bus->is_shared) {
		take_down(bus);
	}
	return status;
}

static void try_later(struct pl_bus *bus)
{
	bus->retry_ns = pl_clock_mono_ns() + pl_reconnect_delay_ns(bus->attempt++);
}

enum pl_status pl_line_open(struct pl_bus_member *member, struct pl_error *error)
{
	struct pl_bus *bus = member->bus;
	enum pl_bus_state before = member->state;
	enum pl_status status;

	pl_tell_state(member, PL_BUS_OPENING, NULL);
	status = bring_up(member, error);
	if (status == PL_OK)
		return PL_OK;
	if (before == PL_BUS_LOST && bus->port && !bus->is_lost) {
		pl_member_lose(member, error);
		return status;
	}
	member->loss = *error;
	pl_tell_state(member, before, error);
	if (before == PL_BUS_LOST && !bus->port)
		try_later(bus);
	return status;
}

void pl_line_close(struct pl_bus_member *member)
{
	struct pl_bus *bus = member->bus;

	pl_member_take_down(member);
	member->retry_ns = PL_NEVER;
	if (member->state != PL_BUS_CLOSED)
		pl_tell_state(member, PL_BUS_CLOSED, NULL);
	if (is_wanted(bus))
		return;
	take_down(bus);
	bus->retry_ns = PL_NEVER;
}

static void tell_all_lost(struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->member_count; i++) {
		struct pl_bus_member *member = &bus->members[i];

		member->retry_ns = PL_NEVER;
		if (!pl_member_is_wanted(member))
			continue;
		member->loss = bus->loss;
		pl_tell_state(member, PL_BUS_LOST, &bus->loss);
	}
}

void pl_line_lose(struct pl_bus *bus)
{
	take_down(bus);
	bus->attempt = 0;
	try_later(bus);
	tell_all_lost(bus);
}

/* The port of several is back when it opens, whoever answers then. */
static enum pl_status get_back(struct pl_bus *bus, struct pl_error *error)
{
	enum pl_status status;

	if (!bus->is_shared)
		return bring_up(&bus->members[0], error);
	status = pl_line_open_port(bus, error);
	if (status == PL_OK)
		port_is_back(bus);
	else
		take_down(bus);
	return status;
}

void pl_line_retry(struct pl_bus *bus)
{
	struct pl_error error = {0};

	if (get_back(bus, &error) == PL_OK)
		return;
	try_later(bus);
	if (error.code == PL_ERR_CANCELLED || strcmp(error.text, bus->loss.text) == 0)
		return;
	bus->loss = error;
	tell_all_lost(bus);
}
