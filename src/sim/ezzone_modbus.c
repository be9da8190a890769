/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_modbus.c - see ezzone_modbus.h. */
#include "sim/ezzone_modbus.h"

#include <string.h>

#define READ_MOST  125
#define WRITE_MOST 123

enum { READ_HOLDING = 3, READ_INPUT = 4, WRITE_ONE = 6, WRITE_MANY = 16 };

uint16_t pl_ezsim_crc16(const unsigned char *bytes, size_t count)
{
	unsigned crc = 0xffff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0xa001 : crc >> 1;
	}
	return (uint16_t)crc;
}

static unsigned word_at(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

size_t pl_ezsim_rtu_length(const unsigned char *bytes, size_t count)
{
	if (count < 2)
		return 0;
	switch (bytes[1]) {
	case READ_HOLDING:
	case READ_INPUT:
	case WRITE_ONE:
		return 8;
	case WRITE_MANY:
		return count < 7 ? 0 : 9u + bytes[6];
	default:
		return 0;
	}
}

bool pl_ezsim_pdu_writes(const unsigned char *pdu, size_t count)
{
	return count > 0 && (pdu[0] == WRITE_ONE || pdu[0] == WRITE_MANY);
}

size_t pl_ezsim_pdu_refuse(const unsigned char *pdu, int exception,
			   unsigned char reply[PL_EZSIM_PDU_MAX])
{
	reply[0] = pdu[0] | 0x80;
	reply[1] = (unsigned char)exception;
	return 2;
}

static size_t answer_read(const struct pl_ezsim_unit *unit, const unsigned char *pdu, size_t count,
			  unsigned char reply[PL_EZSIM_PDU_MAX])
{
	unsigned first, wanted;

	if (count != 5 || (wanted = word_at(pdu + 3)) < 1 || wanted > READ_MOST)
		return pl_ezsim_pdu_refuse(pdu, PL_EZSIM_ILLEGAL_VALUE, reply);
	first = word_at(pdu + 1);
	reply[0] = pdu[0];
	reply[1] = (unsigned char)(2 * wanted);
	for (unsigned i = 0; i < wanted; i++) {
		struct pl_ezsim_place place;
		uint16_t word;

		if (!pl_ezsim_unit_place(unit, first + i, &place))
			return pl_ezsim_pdu_refuse(pdu, PL_EZSIM_ILLEGAL_ADDRESS, reply);
		word = pl_ezsim_unit_word(unit, &place);
		reply[2 + 2 * i] = (unsigned char)(word >> 8);
		reply[3 + 2 * i] = (unsigned char)word;
	}
	return 2 + 2 * wanted;
}

/* One value that a request changes, whole or by half. */
struct change {
	enum pl_ezsim_slot slot;
	int instance;
	uint32_t bits;
};

/* The words of a request as values; 0, or the exception. */
static int collect(const struct pl_ezsim_unit *unit, unsigned first, const unsigned char *words,
		   unsigned count, struct change *changes, size_t *changed)
{
	*changed = 0;
	for (unsigned i = 0; i < count; i++) {
		struct change *last = *changed > 0 ? &changes[*changed - 1] : NULL;
		struct pl_ezsim_place place;

		if (!pl_ezsim_unit_place(unit, first + i, &place))
			return PL_EZSIM_ILLEGAL_ADDRESS;
		if (last == NULL || last->slot != place.slot || last->instance != place.instance) {
			last = &changes[(*changed)++];
			*last = (struct change){.slot = place.slot,
						.instance = place.instance,
						.bits = pl_ezsim_unit_bits(unit, &place)};
		}
		last->bits = pl_ezsim_unit_with_word(unit, &place, last->bits,
						     (uint16_t)word_at(words + 2 * i));
	}
	return 0;
}

/* All or nothing; 0, or the exception. */
static int write_words(struct pl_ezsim_unit *unit, unsigned first, const unsigned char *words,
		       unsigned count)
{
	struct change changes[WRITE_MOST];
	size_t changed;
	int wrong = collect(unit, first, words, count, changes, &changed);

	for (size_t i = 0; i < changed && wrong == 0; i++) {
		enum pl_ezsim_result result = pl_ezsim_unit_check(
		    unit, changes[i].slot, changes[i].instance, changes[i].bits);

		if (result != PL_EZSIM_DONE)
			wrong = result == PL_EZSIM_READ_ONLY ? PL_EZSIM_ILLEGAL_ADDRESS
							     : PL_EZSIM_ILLEGAL_VALUE;
	}
	for (size_t i = 0; i < changed && wrong == 0; i++)
		pl_ezsim_unit_set(unit, changes[i].slot, changes[i].instance, changes[i].bits);
	return wrong;
}

static size_t answer_write(struct pl_ezsim_unit *unit, const unsigned char *pdu, size_t count,
			   unsigned char reply[PL_EZSIM_PDU_MAX])
{
	unsigned words = 1;
	const unsigned char *at = pdu + 3;
	int wrong = 0;

	if (pdu[0] == WRITE_MANY && count >= 6) {
		words = word_at(pdu + 3);
		at = pdu + 6;
		if (words < 1 || words > WRITE_MOST || pdu[5] != 2 * words ||
		    count != 6 + 2 * words)
			wrong = PL_EZSIM_ILLEGAL_VALUE;
	} else if (count != 5) {
		wrong = PL_EZSIM_ILLEGAL_VALUE;
	}
	if (wrong == 0)
		wrong = write_words(unit, word_at(pdu + 1), at, words);
	if (wrong != 0)
		return pl_ezsim_pdu_refuse(pdu, wrong, reply);
	memcpy(reply, pdu, 5); /* what was written where, or how many */
	return 5;
}

size_t pl_ezsim_pdu_answer(struct pl_ezsim_unit *unit, const unsigned char *pdu, size_t count,
			   unsigned char reply[PL_EZSIM_PDU_MAX])
{
	switch (pdu[0]) {
	case READ_HOLDING:
	case READ_INPUT:
		return answer_read(unit, pdu, count, reply);
	case WRITE_ONE:
	case WRITE_MANY:
		return answer_write(unit, pdu, count, reply);
	default:
		return pl_ezsim_pdu_refuse(pdu, PL_EZSIM_ILLEGAL_FUNCTION, reply);
	}
}
