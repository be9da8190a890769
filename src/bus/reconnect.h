/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reconnect.h - when a lost port is tried again, under which name, and whether what is there now
 * is what was there before. Pure.
 */
#ifndef BUS_RECONNECT_H
#define BUS_RECONNECT_H

#include "plateau/driver.h"
#include "port/port.h"

#include <stdbool.h>

/* Nanoseconds to wait before attempt 0, 1, …: 0.5 1 2 5 10 30 s, then 30 s always. */
int64_t pl_reconnect_delay_ns(unsigned attempt);

/* What to open, of the ports that are there now:
 * - an adapter that told a serial number: wherever that number is now; of several with it (some
 *   makers give all the same) the one in the socket of before;
 * - one without: whatever is in that socket, since a name says only who came first;
 * - what no socket is known of (a pty, a line of the machine, TCP): the text of the bench file.
 * NULL: it is not there; then error says what was looked for. Borrowed from the arguments. */
const char *pl_reconnect_find(const char *text, const struct pl_port_identity *known,
			      const struct pl_port_entry *ports, size_t count,
			      struct pl_error *error);

/* Nothing but the socket says who is there: neither adapter nor device told a serial number. */
bool pl_reconnect_is_by_socket(const struct pl_port_identity *port, const char *device_serial);

/* PL_OK, or PL_ERR_MISMATCH when both tell a serial number and the numbers differ. what: "adapter"
 * or "device", for the sentence. */
enum pl_status pl_reconnect_same(const char *what, const char *known, const char *now,
				 struct pl_error *error);

#endif
