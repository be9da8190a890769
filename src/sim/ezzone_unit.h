/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_unit.h - one simulated controller: its settings, what of them its EEPROM keeps, two inputs
 * with a loop each, alarms.
 *
 * Time is simulated seconds and only goes forward: advance() steps the plants up to it, and
 * everything read is of that moment. A setting is kept over a reboot only when it was written while
 * parameter 17051 said so. While an input has an error its process value stays what it was last.
 * Pure, one thread.
 */
#ifndef SIM_EZZONE_UNIT_H
#define SIM_EZZONE_UNIT_H

#include "sim/ezzone_map.h"
#include "sim/ezzone_plant.h"

#define PL_EZSIM_WRITTEN_MAX 64

/* What became of a read or a write: Modbus and Standard Bus say it each in their own way. */
enum pl_ezsim_result {
	PL_EZSIM_DONE,
	PL_EZSIM_NO_CLASS,
	PL_EZSIM_NO_MEMBER,
	PL_EZSIM_NO_INSTANCE,
	PL_EZSIM_READ_ONLY,
	PL_EZSIM_BAD_TYPE,
	PL_EZSIM_BAD_VALUE,
};

struct pl_ezsim_settings {
	uint32_t bits[PL_EZSIM_INSTANCES][PL_EZSIM_SLOTS]; /* as on the wire */
	uint16_t pointers[PL_EZSIM_POINTERS];
};

/* One accepted write, for the truth log. */
struct pl_ezsim_written {
	enum pl_ezsim_slot slot; /* PL_EZSIM_SLOTS: a pointer */
	int instance;
	uint32_t old, fresh;
	bool is_kept; /* in the EEPROM */
};

struct pl_ezsim_unit {
	const struct pl_ezsim_values *values;
	int address;
	struct pl_ezsim_settings now, eeprom;
	uint64_t eeprom_writes;
	struct pl_ezsim_loop loops[PL_EZSIM_INSTANCES];
	uint32_t error_code[PL_EZSIM_INSTANCES];
	double error_until_s[PL_EZSIM_INSTANCES];
	int64_t steps; /* simulated so far */
	double booted_s;
	double pulses_at; /* of the counter when it began, then */
	struct pl_ezsim_written written[PL_EZSIM_WRITTEN_MAX];
	size_t written_count; /* the reader sets it to 0 */
};

/* order: its place among the units of the line, from 0; its set points stand that much higher. */
void pl_ezsim_unit_init(struct pl_ezsim_unit *unit, const struct pl_ezsim_values *values,
			int address, int order);
void pl_ezsim_unit_advance(struct pl_ezsim_unit *unit, double now_s);
/* Settings as in the EEPROM; the alarms say startup for a second. */
void pl_ezsim_unit_reboot(struct pl_ezsim_unit *unit);
/* Input 0 or 1 has the error `code` until then. */
void pl_ezsim_unit_fail_input(struct pl_ezsim_unit *unit, int input, int code, double until_s);

uint32_t pl_ezsim_unit_get(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance);
/* Would this be accepted? DONE, READ_ONLY or BAD_VALUE. */
enum pl_ezsim_result pl_ezsim_unit_check(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot,
					 int instance, uint32_t bits);
/* Takes a value that was checked; one of a pointer too (slot PL_EZSIM_SLOTS). */
void pl_ezsim_unit_set(struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance,
		       uint32_t bits);

/* Registers, each 16 bits of a value in the word order of the unit. False: there is no such one.
 * Registers of the block at 200 lead to what their pointer says. */
bool pl_ezsim_unit_place(const struct pl_ezsim_unit *unit, unsigned address,
			 struct pl_ezsim_place *out);
uint16_t pl_ezsim_unit_word(const struct pl_ezsim_unit *unit, const struct pl_ezsim_place *place);
/* `bits` of the place with this word of it replaced. */
uint32_t pl_ezsim_unit_with_word(const struct pl_ezsim_unit *unit,
				 const struct pl_ezsim_place *place, uint32_t bits, uint16_t word);
uint32_t pl_ezsim_unit_bits(const struct pl_ezsim_unit *unit, const struct pl_ezsim_place *place);

#endif
