/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transport.h - inside of the port room: what a transport is and what an open port holds.
 *
 * A transport is a row: the prefix of its texts, a check of the rest that does no I/O, open, write
 * and close. Reading is the same for all: read(2) of a non-blocking descriptor. A port is zeroed
 * but for its transport and fd = -1 when open is called; close is called once, also after an open
 * that failed half way, and copes with what is not there.
 */
#ifndef PORT_TRANSPORT_H
#define PORT_TRANSPORT_H

#include "port/port.h"

#include <sys/stat.h>
#include <sys/types.h>

/* The simulator we started. */
struct pl_port_child {
	pid_t pid; /* 0 = none */
	int input; /* our end of its stdin: it ends when this closes */
	int output;
};

struct pl_port {
	const struct pl_transport *transport;
	int fd;
	struct pl_port_identity identity;
	void *serial;	   /* libserialport's handle, which then owns fd */
	bool is_exclusive; /* TIOCEXCL is ours to take back */
	struct pl_port_child child;
	bool is_node; /* identity.path is a device node, watched by device and inode */
	dev_t node_device;
	ino_t node_inode;
	dev_t node_number;
	struct timespec node_changed;
	int64_t node_seen_ns;
	void *modbus; /* libmodbus's context, once a request went through it */
};

struct pl_transport {
	const char *prefix; /* "tcp:"; a path has "/" */
	unsigned kind;	    /* PL_PORT_SERIAL or PL_PORT_TCP */
	enum pl_status (*check)(const char *text, struct pl_error *error);
	enum pl_status (*open)(struct pl_port *port, const struct pl_port_setup *setup,
			       struct pl_error *error);
	ssize_t (*write)(int fd, const void *bytes, size_t count); /* as write(2) */
	void (*close)(struct pl_port *port);
};

/* tcp.c */
enum pl_status pl_tcp_check(const char *text, struct pl_error *error);
enum pl_status pl_tcp_open(struct pl_port *port, const struct pl_port_setup *setup,
			   struct pl_error *error);
ssize_t pl_tcp_write(int fd, const void *bytes, size_t count);
void pl_tcp_close(struct pl_port *port);

/* sim.c */
enum pl_status pl_sim_check(const char *text, struct pl_error *error);
bool pl_sim_is_network(const char *text); /* of a text that was checked */
enum pl_status pl_sim_open(struct pl_port *port, const struct pl_port_setup *setup,
			   struct pl_error *error);
void pl_sim_close(struct pl_port *port);

/* node.c: a path to a device node. Links are resolved; libserialport opens what it knows, pty.c
 * any other terminal. */
enum pl_status pl_node_check(const char *text, struct pl_error *error);
enum pl_status pl_node_open(struct pl_port *port, const struct pl_port_setup *setup,
			    struct pl_error *error);
enum pl_status pl_node_open_path(struct pl_port *port, const char *path,
				 const struct pl_port_setup *setup, struct pl_error *error);
void pl_node_close(struct pl_port *port);
/* PL_ERR_LOST when the node is gone or is another one; looks at most twice a second. */
enum pl_status pl_node_watch(struct pl_port *port, struct pl_error *error);
/* The words for an open(2) of path that failed with `number`. */
enum pl_status pl_node_refused(const char *path, int number, struct pl_error *error);

/* list.c: the links below dev that lead to a resolved path; empty when there is none. */
void pl_node_links(const char *dev, const char *path, struct pl_port_identity *out);

/* serial.c: the only user of libserialport. */
bool pl_serial_knows(const char *path);
enum pl_status pl_serial_open(struct pl_port *port, const char *path,
			      const struct pl_port_setup *setup, struct pl_error *error);
void pl_serial_close(struct pl_port *port);

/* modbus.c: the only user of libmodbus. Frees its context; the descriptor stays open. */
void pl_modbus_forget(struct pl_port *port);

/* pty.c */
enum pl_status pl_pty_open(struct pl_port *port, const char *path, struct pl_error *error);

/* lock.c: who else has the line. */
/* "minicom (pid 4711, user alice)" of whoever has a file lock on the node, else of another process
 * that has it open; false: nobody the system shows. Opens nothing but /proc. */
bool pl_lock_holder(const struct stat *node, char *out, size_t cap);
/* PL_ERR_BUSY when somebody has a lock on the node. */
enum pl_status pl_lock_check(const char *path, const struct stat *node, struct pl_error *error);
/* PL_ERR_BUSY when another process that the system shows has this terminal open. */
enum pl_status pl_lock_alone(const char *path, struct pl_error *error);
/* Takes the flock of an open descriptor; PL_ERR_BUSY when another has it. */
enum pl_status pl_lock_take(int fd, const char *path, struct pl_error *error);
enum pl_status pl_lock_busy(const char *path, const char *holder, struct pl_error *error);

#endif
