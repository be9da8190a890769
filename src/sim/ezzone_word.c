/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_word.c - the registers of a simulated controller: halves of its values.
 *
 * Two registers hold one value, the low half first unless parameter 17043 says otherwise. The
 * registers at 200 hold the values of the parameters that the pointers at 40 name. Pure.
 */
#include "sim/ezzone_unit.h"

bool pl_ezsim_unit_place(const struct pl_ezsim_unit *unit, unsigned address,
			 struct pl_ezsim_place *out)
{
	unsigned offset = address - PL_EZSIM_POINTED_0;

	if (address >= PL_EZSIM_POINTED_0 && offset < 2 * PL_EZSIM_POINTERS)
		address = unit->now.pointers[offset / 2] + offset % 2;
	return pl_ezsim_place_find(unit->values, address, out);
}

uint32_t pl_ezsim_unit_bits(const struct pl_ezsim_unit *unit, const struct pl_ezsim_place *place)
{
	if (place->slot == PL_EZSIM_SLOTS)
		return unit->now.pointers[place->instance];
	return unit->now.bits[place->instance][place->slot];
}

/* How far up in its value the word of a place stands. */
static unsigned shift(const struct pl_ezsim_unit *unit, const struct pl_ezsim_place *place)
{
	bool low_first = unit->now.bits[0][PL_EZSIM_SLOT_ORDER] == PL_EZSIM_WORDS_LOW_HIGH;

	return (place->word == 0) == low_first ? 0 : 16;
}

uint16_t pl_ezsim_unit_word(const struct pl_ezsim_unit *unit, const struct pl_ezsim_place *place)
{
	return (uint16_t)(pl_ezsim_unit_bits(unit, place) >> shift(unit, place));
}

uint32_t pl_ezsim_unit_with_word(const struct pl_ezsim_unit *unit,
				 const struct pl_ezsim_place *place, uint32_t bits, uint16_t word)
{
	unsigned by = shift(unit, place);

	return (bits & ~(UINT32_C(0xffff) << by)) | (uint32_t)word << by;
}
