/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_stdbus.c - see ezzone_stdbus.h. */
#include "sim/ezzone_stdbus.h"

#include <string.h>

#define LEN_MAX	   256 /* what a controller takes */
#define TYPE_U32   0x05
#define TYPE_F32   0x08
#define TYPE_WORDS 0x0f

enum { REQUEST = 5, REPLY = 6 };
enum { ASK = 1, ANSWER = 2, READ = 3, WRITE = 4 };

uint8_t pl_ezsim_crc8(const unsigned char *bytes, size_t count)
{
	unsigned crc = 0xff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0x81 : crc >> 1;
	}
	return (uint8_t)~crc;
}

uint16_t pl_ezsim_crc_x25(const unsigned char *bytes, size_t count)
{
	unsigned crc = 0xffff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
	}
	return (uint16_t)~crc;
}

/* The frame at bytes: its length when good, 0 when more is needed, -1 when it is none. */
static int judge(const unsigned char *bytes, size_t count)
{
	size_t length;

	if (bytes[0] != 0x55 || (count > 1 && bytes[1] != 0xff))
		return -1;
	if (count < PL_EZSIM_STDBUS_HEADER)
		return 0;
	if (pl_ezsim_crc8(bytes + 2, 5) != bytes[7])
		return -1;
	length = (size_t)bytes[5] << 8 | bytes[6];
	if (bytes[2] != REQUEST || length == 0 || length > LEN_MAX)
		return -1;
	if (count < PL_EZSIM_STDBUS_HEADER + length + 2)
		return 0;
	bytes += PL_EZSIM_STDBUS_HEADER;
	if (pl_ezsim_crc_x25(bytes, length) != (bytes[length] | bytes[length + 1] << 8))
		return -1;
	return (int)(PL_EZSIM_STDBUS_HEADER + length + 2);
}

size_t pl_ezsim_stdbus_find(const unsigned char *bytes, size_t count, size_t *skip)
{
	for (*skip = 0; *skip < count; (*skip)++) {
		int length = judge(bytes + *skip, count - *skip);

		if (length >= 0)
			return (size_t)length;
	}
	return 0;
}

bool pl_ezsim_stdbus_writes(const unsigned char *frame)
{
	return frame[PL_EZSIM_STDBUS_HEADER + 1] == WRITE;
}

size_t pl_ezsim_stdbus_frame(unsigned char dst, unsigned char src, const unsigned char *payload,
			     size_t count, unsigned char *out)
{
	uint16_t crc = pl_ezsim_crc_x25(payload, count);

	memcpy(out, (const unsigned char[]){0x55, 0xff, REPLY, dst, src}, 5);
	out[5] = (unsigned char)(count >> 8);
	out[6] = (unsigned char)count;
	out[7] = pl_ezsim_crc8(out + 2, 5);
	memcpy(out + PL_EZSIM_STDBUS_HEADER, payload, count);
	out += PL_EZSIM_STDBUS_HEADER + count;
	out[0] = (unsigned char)crc;
	out[1] = (unsigned char)(crc >> 8);
	return PL_EZSIM_STDBUS_HEADER + count + 2;
}

static size_t refuse(enum pl_ezsim_result result, unsigned char reply[16])
{
	static const unsigned char codes[] = {
	    [PL_EZSIM_READ_ONLY] = PL_EZSIM_REFUSED,
	    [PL_EZSIM_NO_CLASS] = 0x81,
	    [PL_EZSIM_NO_MEMBER] = 0x83,
	    [PL_EZSIM_NO_INSTANCE] = 0x84,
	    [PL_EZSIM_BAD_TYPE] = 0x85,
	    [PL_EZSIM_BAD_VALUE] = 0x86,
	};

	reply[0] = ANSWER;
	reply[1] = codes[result];
	return 2;
}

static enum pl_ezsim_result find(unsigned class, unsigned member, unsigned instance,
				 enum pl_ezsim_slot *out)
{
	bool has_class = false;

	*out = pl_ezsim_slot_of_id((int)(1000 * class + member));
	if (*out == PL_EZSIM_SLOTS) {
		for (int slot = 0; slot < PL_EZSIM_SLOTS; slot++)
			has_class |=
			    pl_ezsim_parameter((enum pl_ezsim_slot)slot)->id / 1000 == (int)class;
		return has_class ? PL_EZSIM_NO_MEMBER : PL_EZSIM_NO_CLASS;
	}
	return instance < 1 || (int)instance > pl_ezsim_parameter(*out)->instances
		   ? PL_EZSIM_NO_INSTANCE
		   : PL_EZSIM_DONE;
}

/* A value behind the selector of a reply. Returns the bytes it took. */
static size_t put_value(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance,
			unsigned char *out)
{
	uint32_t bits = pl_ezsim_unit_get(unit, slot, instance);

	if (pl_ezsim_parameter(slot)->is_enum) {
		memcpy(out,
		       (const unsigned char[]){TYPE_WORDS, 1, (unsigned char)(bits >> 8),
					       (unsigned char)bits},
		       4);
		return 4;
	}
	if (slot == PL_EZSIM_SLOT_PROCESS_VALUE &&
	    pl_ezsim_unit_get(unit, PL_EZSIM_SLOT_INPUT_ERROR, instance) != PL_EZSIM_INPUT_NONE)
		bits = PL_EZSIM_NO_PROBE;
	out[0] = pl_ezsim_parameter(slot)->is_count ? TYPE_U32 : TYPE_F32;
	for (int i = 0; i < 4; i++)
		out[1 + i] = (unsigned char)(bits >> (24 - 8 * i));
	return 5;
}

static enum pl_ezsim_result take_value(enum pl_ezsim_slot slot, const unsigned char *at,
				       size_t count, uint32_t *bits)
{
	if (pl_ezsim_parameter(slot)->is_enum) {
		if (count != 4 || at[0] != TYPE_WORDS || at[1] != 1)
			return PL_EZSIM_BAD_TYPE;
		*bits = (uint32_t)at[2] << 8 | at[3];
		return PL_EZSIM_DONE;
	}
	if (count != 5 || at[0] != TYPE_F32)
		return PL_EZSIM_BAD_TYPE;
	*bits = (uint32_t)at[1] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 8 | at[4];
	return PL_EZSIM_DONE;
}

static size_t answer_read(const struct pl_ezsim_unit *unit, const unsigned char *payload,
			  size_t count, unsigned char reply[16])
{
	enum pl_ezsim_slot slot;
	enum pl_ezsim_result result;

	if (count != 6 || payload[2] != 1)
		return refuse(PL_EZSIM_BAD_VALUE, reply);
	result = find(payload[3], payload[4], payload[5], &slot);
	if (result != PL_EZSIM_DONE)
		return refuse(result, reply);
	memcpy(reply, payload, 6);
	reply[0] = ANSWER;
	return 6 + put_value(unit, slot, payload[5] - 1, reply + 6);
}

static size_t answer_write(struct pl_ezsim_unit *unit, const unsigned char *payload, size_t count,
			   unsigned char reply[16])
{
	enum pl_ezsim_slot slot = PL_EZSIM_SLOTS;
	enum pl_ezsim_result result = PL_EZSIM_BAD_VALUE;
	uint32_t bits = 0;

	if (count >= 6)
		result = find(payload[2], payload[3], payload[4], &slot);
	if (result == PL_EZSIM_DONE && !pl_ezsim_parameter(slot)->is_writable)
		result = PL_EZSIM_READ_ONLY;
	if (result == PL_EZSIM_DONE)
		result = take_value(slot, payload + 5, count - 5, &bits);
	if (result == PL_EZSIM_DONE)
		result = pl_ezsim_unit_check(unit, slot, payload[4] - 1, bits);
	if (result != PL_EZSIM_DONE)
		return refuse(result, reply);
	pl_ezsim_unit_set(unit, slot, payload[4] - 1, bits);
	memcpy(reply, payload, count);
	reply[0] = ANSWER;
	return count;
}

size_t pl_ezsim_stdbus_answer(struct pl_ezsim_unit *unit, const unsigned char *payload,
			      size_t count, unsigned char reply[16])
{
	if (count >= 2 && payload[0] == ASK && payload[1] == READ)
		return answer_read(unit, payload, count, reply);
	if (count >= 2 && payload[0] == ASK && payload[1] == WRITE)
		return answer_write(unit, payload, count, reply);
	return refuse(PL_EZSIM_READ_ONLY, reply); /* a service it does not know */
}
