/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * port.c - the table of transports, and what all of them share: reading and writing.
 *
 * The text of a port chooses its row by prefix. Every failure of read(2) but EAGAIN, and an end of
 * file, means that the line is gone; terminals are opened with VMIN 1, so that a read of 0 bytes is
 * never just silence. A port belongs to one thread.
 */
#include "port/port.h"

#include "plateau/driver.h"
#include "port/transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct pl_transport transports[] = {
    {.prefix = "/",
     .kind = PL_PORT_SERIAL,
     .check = pl_node_check,
     .open = pl_node_open,
     .write = write,
     .close = pl_node_close},
    {.prefix = "tcp:",
     .kind = PL_PORT_TCP,
     .check = pl_tcp_check,
     .open = pl_tcp_open,
     .write = pl_tcp_write,
     .close = pl_tcp_close},
    {.prefix = "sim:",
     .kind = PL_PORT_SERIAL,
     .check = pl_sim_check,
     .open = pl_sim_open,
     .write = write,
     .close = pl_sim_close},
};

static const struct pl_transport *find_transport(const char *text, struct pl_error *error)
{
	for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++) {
		const struct pl_transport *row = &transports[i];

		if (strncmp(text, row->prefix, strlen(row->prefix)) != 0)
			continue;
		return row->check(text, error) == PL_OK ? row : NULL;
	}
	if (strncmp(text, "replay:", 7) == 0)
		pl_error_set(error, PL_ERR_UNSUPPORTED, text,
			     "replay ports are not in this version");
	else
		pl_error_set(error, PL_ERR_CONFIG, text,
			     "not a port: give an absolute path, tcp:HOST:PORT or sim:KIND; "
			     "`plateau ports` lists what is there");
	return NULL;
}

unsigned pl_port_kind(const char *text, struct pl_error *error)
{
	const struct pl_transport *row = find_transport(text, error);

	if (!row)
		return 0;
	return row->open == pl_sim_open && pl_sim_is_network(text) ? PL_PORT_TCP : row->kind;
}

enum pl_status pl_port_open(const struct pl_port_setup *setup, struct pl_port **out,
			    struct pl_error *error)
{
	struct pl_error why = {.code = PL_ERR_CONFIG};
	const struct pl_transport *row = find_transport(setup->text, &why);
	enum pl_status status = why.code;
	struct pl_port *port = NULL;

	*out = NULL;
	if (!row)
		goto out;
	port = calloc(1, sizeof *port);
	if (!port)
		pl_out_of_memory();
	port->transport = row;
	port->fd = -1;
	status = row->open(port, setup, &why);
	if (status == PL_OK) {
		*out = port;
		port = NULL;
	}
out:
	pl_port_close(port);
	if (status != PL_OK && error)
		*error = why;
	return status;
}

void pl_port_close(struct pl_port *port)
{
	if (!port)
		return;
	pl_modbus_forget(port);
	port->transport->close(port);
	free(port);
}

static enum pl_status lost(const struct pl_port *port, int number, struct pl_error *error)
{
	enum pl_status status = pl_error_set(error, PL_ERR_LOST, port->identity.path,
					     "the line is gone (unplugged or closed)");

	if (error && number)
		snprintf(error->cause, sizeof error->cause, "%s", strerrordesc_np(number));
	return status;
}

enum pl_status pl_port_read(struct pl_port *port, void *bytes, size_t cap, size_t *count,
			    struct pl_error *error)
{
	ssize_t got = read(port->fd, bytes, cap);

	*count = got > 0 ? (size_t)got : 0;
	if (got > 0)
		return PL_OK;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return port->is_node ? pl_node_watch(port, error) : PL_OK;
	return lost(port, got < 0 ? errno : 0, error);
}

enum pl_status pl_port_write(struct pl_port *port, const void *bytes, size_t count, size_t *taken,
			     struct pl_error *error)
{
	ssize_t wrote = port->transport->write(port->fd, bytes, count);

	*taken = wrote > 0 ? (size_t)wrote : 0;
	if (wrote >= 0 || errno == EAGAIN || errno == EINTR)
		return PL_OK;
	return lost(port, errno, error);
}

int pl_port_fd(const struct pl_port *port)
{
	return port->fd;
}

bool pl_port_is_network(const struct pl_port *port)
{
	return port->transport->kind == PL_PORT_TCP;
}

const struct pl_port_identity *pl_port_identity(const struct pl_port *port)
{
	return &port->identity;
}
