/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * port.h - one open line to a device, whatever carries it.
 *
 * Transports are a table of ops: serial (libserialport), pty (a plain descriptor: libserialport
 * cannot open one), tcp, sim (a child process of ours behind a pty, ended with us). The text of a
 * port chooses: a path, /dev/serial/by-id/… (we resolve the link), tcp:host:port, sim:KIND?k=v&k=v.
 * All I/O is non-blocking; the one who waits polls the descriptor. A port belongs to one thread.
 *
 * Opening writes nothing to the line. A line held by somebody else is PL_ERR_BUSY naming the
 * holder where the system shows it: flock owners from /proc/locks, who else has it open from
 * /proc/PID/fd, then flock, then TIOCGEXCL, then TIOCEXCL on real ttys only (on a pty it outlives
 * its owner).
 */
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl_port;

struct pl_port_setup {
	const char *text; /* the port as the bench file says it */
	int baud;	  /* line speed of a real tty, eight bits, no flow control */
	char parity;	  /* 'E' even, 'O' odd, else none */
	bool dtr, rts;	  /* line states, set by one TIOCMSET; HUPCL is cleared */
	int wake_fd;	  /* readable: a wait inside open ends with PL_ERR_CANCELLED; 0 = none */
};

/* Who is at the other end, as far as the system tells. Empty where unknown. */
struct pl_port_identity {
	char path[160];	   /* device node or host:port in use now */
	char by_id[200];   /* /dev/serial/by-id link */
	char by_path[200]; /* /dev/serial/by-path link: the socket */
	char usb[64];	   /* "10c4:ea60" */
	char serial[64];   /* USB serial number */
	bool simulated;
	bool has_line_speed; /* a real tty: bytes cost 10/baud seconds */
};

/* At most 5 s (TCP connect) or 10 s (the simulator names its pty); all else is immediate but the
 * resolver's own time for a host name. PL_ERR_CONFIG a text that is no port, PL_ERR_NOT_FOUND,
 * PL_ERR_PERMISSION, PL_ERR_BUSY (names the holder), PL_ERR_UNSUPPORTED not a serial line,
 * PL_ERR_UNANSWERED, PL_ERR_IO, PL_ERR_CANCELLED. The caller closes *out. */
enum pl_status pl_port_open(const struct pl_port_setup *setup, struct pl_port **out,
			    struct pl_error *error);
void pl_port_close(struct pl_port *port); /* NULL is fine */

/* One call: what is there now, at most cap bytes; *count 0 = nothing (EAGAIN). PL_ERR_LOST on end
 * of file, EIO, hang-up or a vanished node: the port is to be closed. */
enum pl_status pl_port_read(struct pl_port *port, void *bytes, size_t cap, size_t *count,
			    struct pl_error *error);
/* As many bytes as the line takes now (*count may be 0). PL_ERR_LOST as above. */
enum pl_status pl_port_write(struct pl_port *port, const void *bytes, size_t count, size_t *taken,
			     struct pl_error *error);
/* modbus.c: one Modbus request (unit, function, data) in one go, framed by libmodbus: CRC on a
 * serial line, MBAP with transaction 0 over TCP. frame: what was sent, for the trace.
 * PL_ERR_UNANSWERED the line took not all of it; PL_ERR_LOST as above. */
#define PL_MODBUS_FRAME_SIZE 260
enum pl_status pl_port_modbus(struct pl_port *port, const unsigned char *request, size_t count,
			      unsigned char frame[PL_MODBUS_FRAME_SIZE], size_t *framed,
			      struct pl_error *error);
int pl_port_fd(const struct pl_port *port); /* to poll */
/* A connection, not a line. */
bool pl_port_is_network(const struct pl_port *port);
const struct pl_port_identity *pl_port_identity(const struct pl_port *port);

/* The kind of a port text without opening it: PL_PORT_SERIAL, PL_PORT_TCP (a simulator with bus=tcp
 * too), 0 = not understood (error filled). */
unsigned pl_port_kind(const char *text, struct pl_error *error);

/* `plateau ports`: serial devices of this machine. Fills up to cap, returns how many there are. */
struct pl_port_entry {
	struct pl_port_identity identity;
	char description[96];
	char holder[96]; /* "minicom (pid 4711)" when held, else empty */
};
size_t pl_port_list(struct pl_port_entry *out, size_t cap);

/* Where the system tells of its ports: "/sys", "/dev" of a running one. */
struct pl_port_roots {
	const char *sys, *dev;
};
/* The same of another place. */
size_t pl_port_list_of(const struct pl_port_roots *roots, struct pl_port_entry *out, size_t cap);

#endif
