/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c - a frame for people: `plateau decode modbus HEX`. Pure, any thread. */
#include "driver/modbus/protocol.h"

#include "base/crc.h"

#include <stdarg.h>
#include <stdio.h>

#define DATA_LINES 125

struct teller {
	void (*say)(void *ctx, const char *line);
	void *ctx;
};

static void __attribute__((format(printf, 2, 3)))
tell(const struct teller *teller, const char *format, ...)
{
	char line[160];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	teller->say(teller->ctx, line);
}

static unsigned get(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void tell_values(const struct teller *teller, unsigned function, const unsigned char *data,
			size_t size)
{
	char hex[3 * 64];

	if (pl_modbus_function_is_bits(function)) {
		pl_modbus_hex(data, size, hex, sizeof hex);
		tell(teller, "bits, first in the lowest: %s", hex);
		return;
	}
	for (size_t i = 0; i + 1 < size && i / 2 < DATA_LINES; i += 2)
		tell(teller, "register +%zu: %u (0x%04X)", i / 2, get(data + i), get(data + i));
}

/* A body whose function and length fit; says what it is. */
static bool tell_body(const struct teller *teller, const unsigned char *body, size_t count)
{
	unsigned function = body[1], plain = function & 0x7f;
	bool reads = pl_modbus_function_reads(plain);
	size_t size = count > 2 ? body[2] : 0;

	if (pl_modbus_function_text(plain)[0] == 'u')
		return false;
	tell(teller, "unit %u, function %u: %s", body[0], plain, pl_modbus_function_text(plain));
	if (function & 0x80 && count == 3)
		tell(teller, "reply: exception %u, %s", body[2], pl_modbus_exception_text(body[2]));
	else if (reads && size > 0 && count == 3 + size) {
		tell(teller, "reply: %zu bytes of data", size);
		tell_values(teller, plain, body + 3, size);
	} else if (reads && count == 6)
		tell(teller, "request: address %u, count %u", get(body + 2), get(body + 4));
	else if (!reads && plain <= PL_MODBUS_WRITE_REGISTER && count == 6)
		tell(teller,
		     "request, or the reply that confirms it: address %u, value %u (0x%04X)",
		     get(body + 2), get(body + 4), get(body + 4));
	else if (!reads && count == 6)
		tell(teller, "reply: address %u, count %u are written", get(body + 2),
		     get(body + 4));
	else if (!reads && count > 7 && count == 7U + body[6]) {
		tell(teller, "request: address %u, count %u", get(body + 2), get(body + 4));
		tell_values(teller, plain, body + 7, body[6]);
	} else
		tell(teller, "its length of %zu bytes fits neither request nor reply", count);
	return true;
}

bool pl_modbus_explain(const unsigned char *bytes, size_t count,
		       void (*say)(void *ctx, const char *line), void *ctx)
{
	struct teller teller = {.say = say, .ctx = ctx};
	unsigned crc, told;

	if (count >= 9 && bytes[2] == 0 && bytes[3] == 0 && get(bytes + 4) == count - 6) {
		tell(&teller, "Modbus TCP, transaction %u", get(bytes));
		return tell_body(&teller, bytes + 6, count - 6);
	}
	if (count < 5 || count > PL_MODBUS_REQUEST_MAX + 2)
		return false;
	crc = pl_crc_modbus(bytes, count - 2);
	told = (unsigned)bytes[count - 1] << 8 | bytes[count - 2];
	if (!tell_body(&teller, bytes, count - 2))
		return false;
	if (crc == told)
		tell(&teller, "CRC %04X is right", told);
	else
		tell(&teller, "CRC %04X is wrong, should be %04X", told, crc);
	return true;
}
