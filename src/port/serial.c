/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serial.c - real serial lines, through libserialport; its only user.
 *
 * libserialport finds, opens and sets up the line. What it does not do is done here on its
 * descriptor: close-on-exec, locks (flock, then TIOCGEXCL for one who does not lock, then
 * TIOCEXCL), no hardware flow control, no hang-up at close, both modem lines by one TIOCMSET (two
 * calls would give an ESP32 the edge sequence of its boot loader), VMIN 1.
 */
#include "port/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

bool pl_serial_knows(const char *path)
{
	struct sp_port *known = NULL;
	bool is_known = sp_get_port_by_name(path, &known) == SP_OK;

	sp_free_port(known);
	return is_known;
}

static enum pl_status take(struct pl_port *port, const char *path, struct pl_error *error)
{
	int exclusive = 0, fd = port->fd;
	enum pl_status status;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return pl_error_errno(error, errno, path, "cannot set the descriptor up");
	status = pl_lock_take(fd, path, error);
	if (status != PL_OK)
		return status;
	if (ioctl(fd, TIOCGEXCL, &exclusive) == 0 && exclusive) /* root opens it all the same */
		return pl_lock_busy(path, NULL, error);
	if (ioctl(fd, TIOCEXCL) != 0)
		return pl_error_errno(error, errno, path, "cannot take the port for ourselves");
	port->is_exclusive = true;
	return PL_OK;
}

/* Before the line settings of libserialport, which keep what they do not name. */
static enum pl_status set_mode(int fd, const char *path, struct pl_error *error)
{
	struct termios mode;

	if (tcgetattr(fd, &mode) != 0)
		return pl_error_errno(error, errno, path, "cannot read the line's mode");
	cfmakeraw(&mode);
	mode.c_cflag |= CLOCAL | CREAD;
	mode.c_cflag &= (tcflag_t) ~(CRTSCTS | HUPCL);
	mode.c_iflag &= (tcflag_t) ~(IXON | IXOFF | IXANY);
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &mode) != 0)
		return pl_error_errno(error, errno, path, "cannot set the line's mode");
	return PL_OK;
}

static enum pl_status set_line(struct sp_port *serial, int fd, const char *path,
			       const struct pl_port_setup *setup, struct pl_error *error)
{
	enum sp_parity parity = setup->parity == 'E'   ? SP_PARITY_EVEN
				: setup->parity == 'O' ? SP_PARITY_ODD
						       : SP_PARITY_NONE;
	int lines = 0;

	if (sp_set_baudrate(serial, setup->baud) != SP_OK)
		return pl_error_errno(error, sp_last_error_code(), path,
				      "the line does not do %d baud", setup->baud);
	if (sp_set_bits(serial, 8) != SP_OK || sp_set_parity(serial, parity) != SP_OK ||
	    sp_set_stopbits(serial, 1) != SP_OK)
		return pl_error_errno(error, sp_last_error_code(), path,
				      "the line does not do 8%c1",
				      setup->parity ? setup->parity : 'N');
	if (ioctl(fd, TIOCMGET, &lines) != 0)
		return PL_OK; /* an adapter without modem lines */
	lines &= ~(TIOCM_DTR | TIOCM_RTS);
	lines |= (setup->dtr ? TIOCM_DTR : 0) | (setup->rts ? TIOCM_RTS : 0);
	if (ioctl(fd, TIOCMSET, &lines) != 0)
		return pl_error_errno(error, errno, path, "cannot set DTR and RTS");
	return PL_OK;
}

static void identify(const struct sp_port *serial, struct pl_port_identity *out)
{
	const char *number = sp_get_port_usb_serial(serial);
	int vendor, product;

	if (sp_get_port_usb_vid_pid(serial, &vendor, &product) == SP_OK)
		snprintf(out->usb, sizeof out->usb, "%04x:%04x", (unsigned)vendor,
			 (unsigned)product);
	if (number)
		snprintf(out->serial, sizeof out->serial, "%s", number);
	out->has_line_speed = true;
}

enum pl_status pl_serial_open(struct pl_port *port, const char *path,
			      const struct pl_port_setup *setup, struct pl_error *error)
{
	struct sp_port *serial = NULL;
	enum pl_status status = pl_lock_alone(path, error);

	if (status != PL_OK)
		return status;
	if (sp_get_port_by_name(path, &serial) != SP_OK)
		return pl_node_refused(path, ENOENT, error);
	if (sp_open(serial, SP_MODE_READ_WRITE) != SP_OK) {
		status = pl_node_refused(path, sp_last_error_code(), error);
		sp_free_port(serial);
		return status;
	}
	port->serial = serial;
	if (sp_get_port_handle(serial, &port->fd) != SP_OK)
		return pl_error_set(error, PL_ERR_IO, path, "libserialport gives no descriptor");
	status = take(port, path, error);
	if (status == PL_OK)
		status = set_mode(port->fd, path, error);
	if (status == PL_OK)
		status = set_line(serial, port->fd, path, setup, error);
	identify(serial, &port->identity);
	return status;
}

void pl_serial_close(struct pl_port *port)
{
	if (port->is_exclusive)
		ioctl(port->fd,
		      TIOCNXCL); /* it would outlive us where another has the line open too */
	sp_close(port->serial);
	sp_free_port(port->serial);
	port->serial = NULL;
}
