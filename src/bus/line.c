/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.c - the port and the driver's state on it: opened, read, lost, got back, closed together.
 *
 * A loss is only noted where it is seen (pl_line_lost), since a driver call may be on the stack;
 * the thread's loop takes the line down. Bus thread.
 */
#include "bus/inside.h"

#include "bus/reconnect.h"
#include "plateau/clock.h"
#include "plateau/text.h"

#include <stdlib.h>
#include <string.h>

/* A line that is filled faster than it is read must not hold the thread for ever. */
#define READS_MAX 256
#define PORTS_MAX 64

int64_t pl_line_baud(const struct pl_bus *bus)
{
	const struct pl_device *device = bus->setup.device;

	if (device->baud > 0)
		return device->baud;
	if (bus->port && pl_port_identity(bus->port)->has_line_speed)
		return device->driver->baud;
	return 0;
}

void pl_line_lost(struct pl_bus *bus, const struct pl_error *why)
{
	if (bus->is_lost)
		return;
	bus->is_lost = true;
	bus->loss = *why;
}

size_t pl_line_read(struct pl_bus *bus)
{
	const struct pl_driver *driver = bus->setup.device->driver;
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
		bus->bytes += count;
		bus->is_changed = true;
		pl_counting_bytes(&bus->window, count);
		pl_trace_bytes(bus, false, bus->buffer, count);
		driver->feed(bus->driver, bus->buffer, count, pl_clock_mono_ns());
	}
	return total;
}

static void take_down(struct pl_bus *bus)
{
	pl_trace_rest(bus);
	if (bus->driver)
		bus->setup.device->driver->close(bus->driver);
	pl_port_close(bus->port);
	bus->driver = NULL;
	bus->port = NULL;
	bus->is_lost = false;
}

/* A cancel of something else wakes the open too: then it goes on. */
static enum pl_status open_text(struct pl_bus *bus, const char *text, struct pl_error *error)
{
	const struct pl_device *device = bus->setup.device;
	struct pl_port_setup setup = {
	    .text = text,
	    .baud = device->baud > 0 ? (int)device->baud : device->driver->baud,
	    .dtr = device->dtr,
	    .rts = device->rts,
	    .wake_fd = pl_queue_fd(bus->cancels),
	};
	enum pl_status status;

	do {
		status = pl_port_open(&setup, &bus->port, error);
		pl_bus_take_cancels(bus);
	} while (status == PL_ERR_CANCELLED && !bus->is_cancelled);
	if (status != PL_OK)
		return status;
	return pl_reconnect_same("adapter", bus->port_identity.serial,
				 pl_port_identity(bus->port)->serial, error);
}

/* The first opening takes the name that the bench file gives, a later one finds the adapter. */
static enum pl_status open_port(struct pl_bus *bus, struct pl_error *error)
{
	const char *text = bus->setup.device->port;
	struct pl_port_entry *ports;
	enum pl_status status;
	size_t count;

	if (bus->port_identity.path[0] == '\0' || text[0] != '/')
		return open_text(bus, text, error);
	ports = calloc(PORTS_MAX, sizeof *ports);
	if (!ports)
		pl_out_of_memory();
	count = pl_port_list(ports, PORTS_MAX);
	text = pl_reconnect_find(text, &bus->port_identity, ports,
				 count < PORTS_MAX ? count : PORTS_MAX, error);
	status = text ? open_text(bus, text, error) : error->code;
	free(ports);
	return status;
}

static void say_by_socket(struct pl_bus *bus)
{
	if (pl_reconnect_is_by_socket(pl_port_identity(bus->port), bus->identity.serial) &&
	    bus->port_identity.path[0] == '\0')
		pl_tell_note(bus, PL_BUS_EVENT_NOTE, PL_NOTE_WARNING,
			     "identity by socket: neither adapter nor device tells a serial "
			     "number, so whatever is plugged in here is taken for this device");
}

static void forget_counts(struct pl_bus *bus)
{
	bus->events_count = bus->bytes = bus->strays = 0;
	bus->tally = (struct pl_tally){0};
	bus->is_changed = true;
	bus->told_ns = 0;
	pl_slots_reset(bus);
}

static enum pl_status find_out(struct pl_bus *bus, struct pl_error *error)
{
	const struct pl_driver *driver = bus->setup.device->driver;
	struct pl_identity found = {0};
	enum pl_status status;

	forget_counts(bus);
	status = driver->open(&bus->setup.device->spec, &bus->host, &bus->driver, error);
	if (status == PL_OK)
		status = driver->probe(bus->driver, &found, error);
	if (status == PL_OK && bus->is_lost) {
		*error = bus->loss;
		status = bus->loss.code;
	}
	if (status == PL_OK)
		status = pl_reconnect_same("device", bus->identity.serial, found.serial, error);
	if (status != PL_OK)
		return status;
	if (!found.serial[0]) /* it may tell no number this time: whose it must be is known */
		pl_text_copy(found.serial, sizeof found.serial, bus->identity.serial);
	bus->identity = found;
	return PL_OK;
}

/* Port and probe; on failure all is taken down again. */
static enum pl_status bring_up(struct pl_bus *bus, struct pl_error *error)
{
	enum pl_status status = open_port(bus, error);

	if (status == PL_OK)
		status = find_out(bus, error);
	if (status != PL_OK) {
		take_down(bus);
		return status;
	}
	say_by_socket(bus);
	bus->port_identity = *pl_port_identity(bus->port);
	bus->attempt = 0;
	bus->retry_ns = PL_NEVER;
	pl_tell_state(bus, PL_BUS_UP, NULL);
	return PL_OK;
}

static void try_later(struct pl_bus *bus)
{
	bus->retry_ns = pl_clock_mono_ns() + pl_reconnect_delay_ns(bus->attempt++);
}

enum pl_status pl_line_open(struct pl_bus *bus, struct pl_error *error)
{
	enum pl_bus_state before = bus->state;
	enum pl_status status;

	pl_tell_state(bus, PL_BUS_OPENING, NULL);
	status = bring_up(bus, error);
	if (status == PL_OK)
		return PL_OK;
	bus->loss = *error;
	pl_tell_state(bus, before, error);
	if (before == PL_BUS_LOST)
		try_later(bus);
	return status;
}

void pl_line_close(struct pl_bus *bus)
{
	take_down(bus);
	bus->retry_ns = PL_NEVER;
	if (bus->state != PL_BUS_CLOSED)
		pl_tell_state(bus, PL_BUS_CLOSED, NULL);
}

void pl_line_lose(struct pl_bus *bus)
{
	take_down(bus);
	bus->attempt = 0;
	try_later(bus);
	pl_tell_state(bus, PL_BUS_LOST, &bus->loss);
}

void pl_line_retry(struct pl_bus *bus)
{
	struct pl_error error = {0};

	if (bring_up(bus, &error) == PL_OK)
		return;
	try_later(bus);
	if (error.code == PL_ERR_CANCELLED || strcmp(error.text, bus->loss.text) == 0)
		return;
	bus->loss = error;
	pl_tell_state(bus, PL_BUS_LOST, &error);
}
