/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * modbus.c - sending Modbus requests over an open port: the only user of libmodbus.
 *
 * libmodbus frames and sends; it gets our descriptor, which stays ours to read, poll and close. Its
 * ways of receiving are not used: they credit a late reply to the next question and can be held
 * for ever by a line that never falls silent. No debug mode, no recovery mode. One request is one
 * write: what the line does not take at once is a request not sent, never a rest to be sent later.
 */
#include "base/crc.h"
#include "plateau/driver.h"
#include "plateau/text.h"
#include "port/transport.h"

#include <errno.h>
#include <modbus.h>
#include <string.h>

#define MBAP_SIZE 6 /* transaction, protocol, length; the unit belongs to the request */

static bool is_network(const struct pl_port *port)
{
	return port->transport->kind == PL_PORT_TCP;
}

/* The context is a frame and a descriptor only: device, speed and address are never used. */
static modbus_t *context(struct pl_port *port)
{
	modbus_t *made = port->modbus;

	if (!made)
		made = is_network(port) ? modbus_new_tcp("127.0.0.1", MODBUS_TCP_DEFAULT_PORT)
					: modbus_new_rtu("/dev/null", 9600, 'N', 8, 1);
	if (!made)
		pl_out_of_memory();
	modbus_set_socket(made, port->fd);
	port->modbus = made;
	return made;
}

void pl_modbus_forget(struct pl_port *port)
{
	if (port->modbus)
		modbus_free(port->modbus); /* leaves the descriptor alone */
	port->modbus = NULL;
}

/* What libmodbus makes of a request: it does not show it. */
static size_t frame_of(const struct pl_port *port, const unsigned char *request, size_t count,
		       unsigned char frame[PL_MODBUS_FRAME_SIZE])
{
	size_t before = is_network(port) ? MBAP_SIZE : 0;
	uint16_t crc = pl_crc_modbus(request, count);

	memcpy(frame + before, request, count);
	if (is_network(port)) {
		memset(frame, 0, MBAP_SIZE);
		frame[4] = (unsigned char)(count >> 8);
		frame[5] = (unsigned char)count;
		return before + count;
	}
	frame[count] = (unsigned char)crc;
	frame[count + 1] = (unsigned char)(crc >> 8);
	return count + 2;
}

static enum pl_status refused(const struct pl_port *port, int number, struct pl_error *error)
{
	enum pl_status status;

	if (number == EAGAIN || number == EINTR || number == EMBBADDATA)
		return pl_error_set(error, PL_ERR_UNANSWERED, port->identity.path,
				    "the line takes no bytes: is CTS low or the flow stopped?");
	status = pl_error_set(error, PL_ERR_LOST, port->identity.path,
			      "the line is gone (unplugged or closed)");
	if (error)
		pl_text_copy(error->cause, sizeof error->cause, modbus_strerror(number));
	return status;
}

enum pl_status pl_port_modbus(struct pl_port *port, const unsigned char *request, size_t count,
			      unsigned char frame[PL_MODBUS_FRAME_SIZE], size_t *framed,
			      struct pl_error *error)
{
	*framed = 0;
	if (count < 2 || count > MODBUS_MAX_PDU_LENGTH + 1)
		return pl_error_set(error, PL_ERR_RANGE, port->identity.path,
				    "a Modbus request of %zu bytes", count);
	errno = 0;
	if (modbus_send_raw_request(context(port), request, (int)count) < 0)
		return refused(port, errno, error);
	*framed = frame_of(port, request, count, frame);
	return PL_OK;
}
