/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pty.c - a terminal that libserialport does not accept: the pty of a simulator, of socat, of a
 * terminal server's agent.
 *
 * A plain descriptor, raw and locked by flock. Never TIOCEXCL: on a pty it outlives its owner.
 */
#include "port/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

static enum pl_status make_raw(int fd, const char *path, struct pl_error *error)
{
	struct termios mode;

	if (tcgetattr(fd, &mode) != 0)
		return pl_error_errno(error, errno, path, "cannot read the terminal's mode");
	cfmakeraw(&mode);
	mode.c_cflag |= CLOCAL | CREAD;
	mode.c_cc[VMIN] = 1; /* a read of 0 bytes is the end, not silence */
	mode.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &mode) != 0)
		return pl_error_errno(error, errno, path, "cannot set the terminal's mode");
	return PL_OK;
}

enum pl_status pl_pty_open(struct pl_port *port, const char *path, struct pl_error *error)
{
	enum pl_status status;

	port->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0)
		return pl_node_refused(path, errno, error);
	if (!isatty(port->fd))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, path,
				    "this is a device but not a serial port");
	status = pl_lock_alone(path, error);
	if (status == PL_OK)
		status = pl_lock_take(port->fd, path, error);
	return status == PL_OK ? make_raw(port->fd, path, error) : status;
}
