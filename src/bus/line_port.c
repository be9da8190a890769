/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line_port.c - opens the port of a bus: by the name of the bench file, or where its adapter is
 * now.
 *
 * Bus thread.
 */
#include "bus/inside.h"

#include "bus/reconnect.h"
#include "driver/wire.h"
#include "plateau/profile.h"

#include <stdlib.h>

#define PORTS_MAX 64

int pl_line_usual_baud(const struct pl_device *device)
{
	return pl_wire_usual_baud(device->driver, device->spec.profile);
}

/* A cancel of something else wakes the open too: then it goes on. */
static enum pl_status open_text(struct pl_bus *bus, const char *text, struct pl_error *error)
{
	const struct pl_device *device = bus->members[0].device;
	const struct pl_profile *profile = device->spec.profile;
	struct pl_port_setup setup = {
	    .text = text,
	    .baud = device->baud > 0 ? (int)device->baud : pl_line_usual_baud(device),
	    .parity = profile ? profile->parity : 'N',
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
	bus->last_byte_ns = 0;
	status = pl_reconnect_same("adapter", bus->port_identity.serial,
				   pl_port_identity(bus->port)->serial, error);
	if (status != PL_OK) {
		pl_port_close(bus->port);
		bus->port = NULL;
	}
	return status;
}

/* The first opening takes the name that the bench file gives, a later one finds the adapter. */
enum pl_status pl_line_open_port(struct pl_bus *bus, struct pl_error *error)
{
	const char *text = bus->members[0].device->port;
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

enum pl_status pl_line_reopen(struct pl_bus *bus, struct pl_error *error)
{
	enum pl_status status;
	struct pl_error why;

	pl_trace_rest(bus);
	pl_port_close(bus->port);
	bus->port = NULL;
	status = open_text(bus, bus->members[0].device->port, &why);
	if (status == PL_OK)
		return PL_OK;
	pl_line_lost(bus, &why);
	if (error)
		*error = why;
	return status == PL_ERR_CANCELLED ? status : PL_ERR_LOST;
}
