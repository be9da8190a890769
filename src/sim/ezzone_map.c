/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_map.c - see ezzone_map.h. */
#include "sim/ezzone_map.h"

#include <assert.h>
#include <string.h>

#define LOWEST	-1999
#define HIGHEST 9999

#define SLOT(slot) [PL_EZSIM_SLOT_##slot]
#define WORDS(...) .is_enum = true, .is_writable = true, .words = {__VA_ARGS__}

/* clang-format off: one row, one line */
static const struct pl_ezsim_parameter parameters[] = {
    SLOT(PROCESS_VALUE) = {.id = 4001, .address = 360, .step = 80, .instances = 2},
    SLOT(INPUT_ERROR) = {.id = 4002, .address = 362, .step = 80, .instances = 2, .is_enum = true},
    SLOT(SETPOINT) = {.id = 7001,
		      .address = 2160,
		      .step = 80,
		      .instances = 2,
		      .is_writable = true,
		      .min = LOWEST,
		      .max = HIGHEST},
    SLOT(MANUAL_POWER) = {.id = 7002,
			  .address = 2162,
			  .step = 80,
			  .instances = 2,
			  .is_writable = true,
			  .min = -100,
			  .max = 100},
    SLOT(SETPOINT_LOW) = {.id = 7003,
			  .address = 2164,
			  .step = 80,
			  .instances = 2,
			  .is_writable = true,
			  .min = LOWEST,
			  .max = HIGHEST},
    SLOT(SETPOINT_HIGH) = {.id = 7004,
			   .address = 2166,
			   .step = 80,
			   .instances = 2,
			   .is_writable = true,
			   .min = LOWEST,
			   .max = HIGHEST},
    SLOT(IN_FORCE) = {.id = 7007, .address = 2172, .step = 80, .instances = 2},
    SLOT(MODE) = {.id = 8001,
		  .address = 1880,
		  .step = 70,
		  .instances = 2,
		  WORDS(PL_EZSIM_MODE_OFF, PL_EZSIM_MODE_AUTO, PL_EZSIM_MODE_MANUAL)},
    SLOT(MODE_ACTIVE) = {.id = 8002, .address = 1882, .step = 70, .instances = 2, .is_enum = true},
    SLOT(HEAT) = {.id = 8011, .address = 1904, .step = 70, .instances = 2},
    SLOT(COOL) = {.id = 8014, .address = 1906, .step = 70, .instances = 2},
    SLOT(ALARM_HIGH) = {.id = 9001,
			.address = 1480,
			.instances = 2,
			.is_writable = true,
			.min = LOWEST,
			.max = HIGHEST},
    SLOT(ALARM_LOW) = {.id = 9002,
		       .address = 1482,
		       .instances = 2,
		       .is_writable = true,
		       .min = LOWEST,
		       .max = HIGHEST},
    SLOT(ALARM_STATE) = {.id = 9009, .address = 1496, .instances = 2, .is_enum = true},
    SLOT(ORDER) = {.id = 17043,
		   .address = 2488,
		   .instances = 1,
		   WORDS(PL_EZSIM_WORDS_HIGH_LOW, PL_EZSIM_WORDS_LOW_HIGH)},
    SLOT(LABEL) = {.id = 17050,
		   .address = 2490,
		   .instances = 1,
		   WORDS(PL_EZSIM_LABEL_F, PL_EZSIM_LABEL_C)},
    SLOT(EEPROM) = {.id = 17051,
		    .address = 2494,
		    .instances = 1,
		    WORDS(PL_EZSIM_EEPROM_YES, PL_EZSIM_EEPROM_NO)},
    /* A pulse counter beside the controller: the instrument itself has none. */
    SLOT(PULSES) = {.id = 50001, .address = 5000, .instances = 1, .is_count = true},
};
/* clang-format on */

const struct pl_ezsim_parameter *pl_ezsim_parameter(enum pl_ezsim_slot slot)
{
	assert(slot < PL_EZSIM_SLOTS);
	return &parameters[slot];
}

enum pl_ezsim_slot pl_ezsim_slot_of_id(int id)
{
	int slot = 0;

	while (slot < PL_EZSIM_SLOTS && parameters[slot].id != id)
		slot++;
	return (enum pl_ezsim_slot)slot;
}

bool pl_ezsim_place_find(const struct pl_ezsim_values *values, unsigned address,
			 struct pl_ezsim_place *out)
{
	unsigned offset = address - PL_EZSIM_POINTER_0;

	if (address >= PL_EZSIM_POINTER_0 && offset < 2 * PL_EZSIM_POINTERS) {
		*out = (struct pl_ezsim_place){
		    .slot = PL_EZSIM_SLOTS, .instance = (int)offset / 2, .word = (int)offset % 2};
		return true;
	}
	for (int slot = 0; slot < PL_EZSIM_SLOTS; slot++) {
		const struct pl_ezsim_parameter *row = &parameters[slot];
		unsigned step = row->step != 0 ? row->step : (unsigned)values->alarm_step;

		for (int i = 0; i < row->instances; i++) {
			offset = address - row->address - (unsigned)i * step;
			if (offset > 1)
				continue;
			*out = (struct pl_ezsim_place){
			    .slot = (enum pl_ezsim_slot)slot, .instance = i, .word = (int)offset};
			return true;
		}
	}
	return false;
}

float pl_ezsim_float(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

uint32_t pl_ezsim_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}
