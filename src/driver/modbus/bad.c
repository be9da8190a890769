/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c - what the device said it does not have: not asked again until the port is opened anew.
 * Bus thread. */
#include "driver/modbus/session.h"

static size_t place_of(const struct pl_modbus *session, int index, unsigned instance)
{
	return (size_t)instance * session->profile->count + (size_t)index;
}

unsigned pl_modbus_bad(const struct pl_modbus *session, int index, unsigned instance,
		       uint16_t address)
{
	if (index >= 0)
		return session->bad[place_of(session, index, instance)];
	for (size_t i = 0; i < session->raw_bad_count; i++)
		if (session->raw_bad[i].address == address)
			return session->raw_bad[i].bad;
	return 0;
}

void pl_modbus_set_bad(struct pl_modbus *session, int index, unsigned instance, uint16_t address,
		       unsigned exception)
{
	uint8_t bad = (uint8_t)exception;

	if (index >= 0)
		session->bad[place_of(session, index, instance)] = bad;
	else if (session->raw_bad_count < PL_MODBUS_RAW_MAX) {
		session->raw_bad[session->raw_bad_count].address = address;
		session->raw_bad[session->raw_bad_count++].bad = bad;
	}
}
