/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reconnect.c - the rules of coming back. Pure; any thread.
 */
#include "bus/reconnect.h"

#include "plateau/clock.h"

#include <string.h>

int64_t pl_reconnect_delay_ns(unsigned attempt)
{
	static const int delays_ms[] = {500, 1000, 2000, 5000, 10000, 30000};
	unsigned last = sizeof delays_ms / sizeof delays_ms[0] - 1;

	return delays_ms[attempt < last ? attempt : last] * PL_NS_PER_MS;
}

static bool is_same_adapter(const struct pl_port_identity *a, const struct pl_port_identity *b)
{
	return strcmp(a->usb, b->usb) == 0 && strcmp(a->serial, b->serial) == 0;
}

static bool is_same_socket(const struct pl_port_identity *a, const struct pl_port_identity *b)
{
	return a->by_path[0] != '\0' && strcmp(a->by_path, b->by_path) == 0;
}

const char *pl_reconnect_find(const char *text, const struct pl_port_identity *known,
			      const struct pl_port_entry *ports, size_t count,
			      struct pl_error *error)
{
	bool has_number = known->serial[0] != '\0';
	const char *found = NULL;

	if (text[0] != '/' || (!has_number && known->by_path[0] == '\0'))
		return text;
	for (size_t i = 0; i < count; i++) {
		const struct pl_port_identity *port = &ports[i].identity;

		if (has_number && !is_same_adapter(port, known))
			continue;
		if (is_same_socket(port, known))
			return port->path;
		if (has_number && !found)
			found = port->path;
	}
	if (!found && has_number)
		pl_error_set(error, PL_ERR_NOT_FOUND, text,
			     "no adapter with serial number %s is plugged in", known->serial);
	else if (!found)
		pl_error_set(error, PL_ERR_NOT_FOUND, text,
			     "its adapter has no serial number and its socket is empty: plug it "
			     "into the same one (%s)",
			     known->by_path);
	return found;
}

bool pl_reconnect_is_by_socket(const struct pl_port_identity *port, const char *device_serial)
{
	return port->usb[0] != '\0' && port->serial[0] == '\0' && device_serial[0] == '\0';
}

enum pl_status pl_reconnect_same(const char *what, const char *known, const char *now,
				 struct pl_error *error)
{
	if (!known[0] || !now[0] || strcmp(known, now) == 0)
		return PL_OK;
	return pl_error_set(error, PL_ERR_MISMATCH, "",
			    "another %s is there: serial number %s instead of %s; plug the first "
			    "one in, or end the run: one that is started anew closes and opens the "
			    "device and takes this one",
			    what, now, known);
}
