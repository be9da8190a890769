/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seek.h - one open line for plateau discover, without a bus thread: a driver's probe() asks over
 * it. Only reads are ever sent, since probe() sends nothing else. Main thread.
 */
#ifndef CLI_SEEK_H
#define CLI_SEEK_H

#include "plateau/driver.h"
#include "port/port.h"

struct pl_seek {
	const char *text; /* the port */
	int baud;
	struct pl_port *port;
	const struct pl_driver *driver; /* asked now */
	void *state;
	int64_t last_byte_ns;
	uint64_t strays; /* bytes that were no answer */
};

/* Opens (and locks) the line at this speed. Errors as pl_port_open. */
enum pl_status pl_seek_open(struct pl_seek *seek, struct pl_error *error);
void pl_seek_close(struct pl_seek *seek);
/* Asks one unit. PL_OK: somebody answers as this driver expects it. */
enum pl_status pl_seek_ask(struct pl_seek *seek, const struct pl_driver *driver, int unit,
			   struct pl_identity *out, struct pl_error *error);

#endif
