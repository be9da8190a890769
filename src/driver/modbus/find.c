/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * find.c - the first frame in what came. Pure, any thread.
 *
 * On a serial line noise, an echo or the end of a late answer may stand before the answer: it is
 * looked for at each byte, and only a frame whose CRC holds is believed. The head of the answer
 * with a wrong CRC is said to be that, unless a sound frame follows.
 */
#include "driver/modbus/protocol.h"

#include "base/crc.h"

#include <string.h>

#define MBAP_SIZE 6 /* transaction, protocol, length */

/* Bytes of unit, function and data that a reply with this head has, 0 = no such reply. */
static size_t body_size(const unsigned char *bytes, size_t count)
{
	unsigned function = count > 1 ? bytes[1] : 0;

	if (function & 0x80)
		return pl_modbus_function_text(function & 0x7f)[0] == 'u' ? 0 : 3;
	if (pl_modbus_function_reads(function))
		return count > 2 && bytes[2] > 0 && bytes[2] <= 250 ? 3U + bytes[2] : 0;
	return pl_modbus_function_text(function)[0] == 'u' ? 0 : 6;
}

static enum pl_modbus_verdict judge(const struct pl_modbus_question *question,
				    const unsigned char *body, size_t count)
{
	if (!question || body[0] != question->unit)
		return PL_MODBUS_OTHER;
	if (body[1] == (question->function | 0x80) && count == 3)
		return PL_MODBUS_EXCEPTION;
	if (body[1] != question->function || body_size(body, count) != count)
		return PL_MODBUS_OTHER;
	return pl_modbus_shape_equal(pl_modbus_question_shape(question),
				     pl_modbus_body_shape(body, count))
		   ? PL_MODBUS_ANSWER
		   : PL_MODBUS_OTHER;
}

/* The bytes may be, as far as they go, the head of the very answer. */
static bool may_be_answer(const struct pl_modbus_question *question, const unsigned char *bytes,
			  size_t count)
{
	if (!question || bytes[0] != question->unit)
		return false;
	if (count > 1 && bytes[1] == (question->function | 0x80))
		return true;
	if (count > 1 && bytes[1] != question->function)
		return false;
	if (!pl_modbus_function_reads(question->function))
		return count < 3 ||
		       memcmp(bytes + 2, question->request + 2, count < 6 ? count - 2 : 4) == 0;
	return count < 3 || bytes[2] == pl_modbus_data_size(question->function, question->count);
}

static bool crc_holds(const unsigned char *bytes, size_t count)
{
	uint16_t crc = pl_crc_modbus(bytes, count);

	return bytes[count] == (crc & 0xff) && bytes[count + 1] == crc >> 8;
}

static struct pl_modbus_found find_serial(const struct pl_modbus_question *question,
					  const unsigned char *bytes, size_t count)
{
	struct pl_modbus_found torn = {.verdict = PL_MODBUS_NOTHING};

	for (size_t at = 0; at < count; at++) {
		size_t rest = count - at, size = body_size(bytes + at, rest);
		bool is_hoped = may_be_answer(question, bytes + at, rest);

		if (is_hoped && (size == 0 || rest < size + 2))
			return torn; /* its rest is still to come */
		if (size == 0 || rest < size + 2)
			continue;
		struct pl_modbus_found found = {
		    .start = at, .end = at + size + 2, .body = bytes + at, .body_count = size};
		if (crc_holds(bytes + at, size)) {
			found.verdict = judge(question, bytes + at, size);
			return found;
		}
		if (is_hoped && torn.verdict == PL_MODBUS_NOTHING) {
			found.verdict = PL_MODBUS_BAD_CRC;
			torn = found;
		}
	}
	return torn;
}

static struct pl_modbus_found find_network(const struct pl_modbus_question *question,
					   const unsigned char *bytes, size_t count)
{
	struct pl_modbus_found found = {.verdict = PL_MODBUS_NOTHING};
	size_t size;

	if (count < MBAP_SIZE)
		return found;
	size = (size_t)bytes[4] << 8 | bytes[5];
	if (bytes[2] || bytes[3] || size < 3 || size > PL_MODBUS_REQUEST_MAX) {
		found.verdict = PL_MODBUS_BAD_HEADER;
		return found;
	}
	if (count < MBAP_SIZE + size)
		return found;
	found.end = MBAP_SIZE + size;
	found.body = bytes + MBAP_SIZE;
	found.body_count = size;
	/* Each of our questions is transaction 0 on a connection that no late answer outlives. */
	found.verdict = bytes[0] || bytes[1] ? PL_MODBUS_OTHER : judge(question, found.body, size);
	return found;
}

struct pl_modbus_found pl_modbus_find(const struct pl_modbus_question *question, bool is_network,
				      const unsigned char *bytes, size_t count)
{
	return is_network ? find_network(question, bytes, count)
			  : find_serial(question, bytes, count);
}
