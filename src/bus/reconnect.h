/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reconnect.h - when a lost port is tried again, under which name, and whether what is there now
 * is what was there before. Pure.
 */
#ifndef BUS_RECONNECT_H
#define BUS_RECONNECT_H

#include "plateau/driver.h"
#include "port/port.h"

/* Nanoseconds to wait before attempt 0, 1, …: 0.5 1 2 5 10 30 s, then 30 s always. */
int64_t pl_reconnect_delay_ns(unsigned attempt);

/* What to open: an adapter with a serial number may come back under another number, so its by-id
 * link goes first; everything else by the text of the bench file. Borrowed from the arguments. */
const char *pl_reconnect_text(const char *text, const struct pl_port_identity *known);

/* PL_OK, or PL_ERR_MISMATCH when both tell a serial number and the numbers differ. what: "adapter"
 * or "device", for the sentence. */
enum pl_status pl_reconnect_same(const char *what, const char *known, const char *now,
				 struct pl_error *error);

#endif
