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

const char *pl_reconnect_text(const char *text, const struct pl_port_identity *known)
{
	bool is_named = text[0] == '/' && known->by_id[0] && known->serial[0];

	return is_named ? known->by_id : text;
}

enum pl_status pl_reconnect_same(const char *what, const char *known, const char *now,
				 struct pl_error *error)
{
	if (!known[0] || !now[0] || strcmp(known, now) == 0)
		return PL_OK;
	return pl_error_set(error, PL_ERR_MISMATCH, "",
			    "another %s is there: serial number %s instead of %s; plug the first "
			    "one in, or close and open the device to take this one",
			    what, now, known);
}
