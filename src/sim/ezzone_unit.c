/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_unit.c - see ezzone_unit.h. */
#include "sim/ezzone_unit.h"

#include <assert.h>
#include <math.h>

#define STARTUP_S	 1.0
#define ALARM_HYSTERESIS 1.0f
#define STREAMS_A_UNIT	 16 /* of random numbers */

static void put_float(struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance,
		      double value)
{
	unit->now.bits[instance][slot] = pl_ezsim_bits((float)value);
}

static float get_float(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance)
{
	return pl_ezsim_float(unit->now.bits[instance][slot]);
}

static double now_s(const struct pl_ezsim_unit *unit)
{
	return (double)unit->steps * PL_EZSIM_STEP_S;
}

/* The settings a controller comes with. */
static void factory(struct pl_ezsim_unit *unit, int order)
{
	static const uint16_t modes[] = {PL_EZSIM_MODE_AUTO, PL_EZSIM_MODE_MANUAL,
					 PL_EZSIM_MODE_OFF};
	static const uint16_t pointers[] = {360, 362, 440, 442, 2160, 2172, 1904, 1496};
	const struct pl_ezsim_values *v = unit->values;

	for (int i = 0; i < PL_EZSIM_INSTANCES; i++) {
		double setpoint = v->setpoint + v->spread * (order + 0.5 * i);

		put_float(unit, PL_EZSIM_SLOT_SETPOINT, i,
			  fmin(fmax(setpoint, v->setpoint_low), v->setpoint_high));
		put_float(unit, PL_EZSIM_SLOT_SETPOINT_LOW, i, v->setpoint_low);
		put_float(unit, PL_EZSIM_SLOT_SETPOINT_HIGH, i, v->setpoint_high);
		put_float(unit, PL_EZSIM_SLOT_MANUAL_POWER, i, v->power);
		put_float(unit, PL_EZSIM_SLOT_ALARM_HIGH, i, v->alarm_high);
		put_float(unit, PL_EZSIM_SLOT_ALARM_LOW, i, v->alarm_low);
		unit->now.bits[i][PL_EZSIM_SLOT_MODE] = modes[v->mode];
		unit->now.bits[i][PL_EZSIM_SLOT_INPUT_ERROR] = PL_EZSIM_INPUT_NONE;
		unit->now.bits[i][PL_EZSIM_SLOT_ALARM_STATE] = PL_EZSIM_ALARM_STARTUP;
	}
	unit->now.bits[0][PL_EZSIM_SLOT_ORDER] =
	    v->order == PL_EZSIM_HIGH_LOW ? PL_EZSIM_WORDS_HIGH_LOW : PL_EZSIM_WORDS_LOW_HIGH;
	unit->now.bits[0][PL_EZSIM_SLOT_LABEL] =
	    v->label == 0 ? PL_EZSIM_LABEL_C : PL_EZSIM_LABEL_F;
	unit->now.bits[0][PL_EZSIM_SLOT_EEPROM] =
	    v->eeprom ? PL_EZSIM_EEPROM_YES : PL_EZSIM_EEPROM_NO;
	for (size_t i = 0; i < PL_EZSIM_POINTERS; i++)
		unit->now.pointers[i] = pointers[i % (sizeof(pointers) / sizeof(pointers[0]))];
}

/* What follows from the settings and the loop; the process value only while the input is good. */
static void refresh(struct pl_ezsim_unit *unit, int i)
{
	const struct pl_ezsim_loop *loop = &unit->loops[i];
	uint32_t *bits = unit->now.bits[i];

	if (bits[PL_EZSIM_SLOT_INPUT_ERROR] == PL_EZSIM_INPUT_NONE)
		put_float(unit, PL_EZSIM_SLOT_PROCESS_VALUE, i, loop->measured);
	bits[PL_EZSIM_SLOT_IN_FORCE] = bits[PL_EZSIM_SLOT_SETPOINT];
	put_float(unit, PL_EZSIM_SLOT_HEAT, i, fmax(loop->power, 0));
	put_float(unit, PL_EZSIM_SLOT_COOL, i, fmax(-loop->power, 0));
}

static void count_pulses(struct pl_ezsim_unit *unit)
{
	double counted =
	    unit->pulses_at + floor(unit->values->pulses * (now_s(unit) - unit->booted_s));

	unit->now.bits[0][PL_EZSIM_SLOT_PULSES] = (uint32_t)fmod(counted, 4294967296.0);
}

void pl_ezsim_unit_init(struct pl_ezsim_unit *unit, const struct pl_ezsim_values *values,
			int address, int order)
{
	*unit = (struct pl_ezsim_unit){.values = values, .address = address};
	factory(unit, order);
	unit->pulses_at = (double)values->pulses_at;
	count_pulses(unit);
	unit->eeprom = unit->now;
	for (int i = 0; i < PL_EZSIM_INSTANCES; i++) {
		uint32_t mode = unit->now.bits[i][PL_EZSIM_SLOT_MODE];

		pl_ezsim_loop_init(&unit->loops[i], values,
				   (uint64_t)(STREAMS_A_UNIT * address + i),
				   (double)get_float(unit, PL_EZSIM_SLOT_SETPOINT, i));
		unit->now.bits[i][PL_EZSIM_SLOT_MODE_ACTIVE] = mode;
		refresh(unit, i);
	}
}

/* Without a good input an automatic loop is off. */
static uint32_t mode_in_force(const uint32_t *bits)
{
	if (bits[PL_EZSIM_SLOT_MODE] == PL_EZSIM_MODE_AUTO &&
	    bits[PL_EZSIM_SLOT_INPUT_ERROR] != PL_EZSIM_INPUT_NONE)
		return PL_EZSIM_MODE_OFF;
	return bits[PL_EZSIM_SLOT_MODE];
}

static uint32_t alarm_state(const struct pl_ezsim_unit *unit, int i)
{
	float value = get_float(unit, PL_EZSIM_SLOT_PROCESS_VALUE, i);
	float low = get_float(unit, PL_EZSIM_SLOT_ALARM_LOW, i);
	float high = get_float(unit, PL_EZSIM_SLOT_ALARM_HIGH, i);
	uint32_t was = unit->now.bits[i][PL_EZSIM_SLOT_ALARM_STATE];

	if (now_s(unit) < unit->booted_s + STARTUP_S)
		return PL_EZSIM_ALARM_STARTUP;
	if (unit->now.bits[i][PL_EZSIM_SLOT_INPUT_ERROR] != PL_EZSIM_INPUT_NONE)
		return PL_EZSIM_ALARM_ERROR;
	if (value > high || (was == PL_EZSIM_ALARM_HIGH && value > high - ALARM_HYSTERESIS))
		return PL_EZSIM_ALARM_HIGH;
	if (value < low || (was == PL_EZSIM_ALARM_LOW && value < low + ALARM_HYSTERESIS))
		return PL_EZSIM_ALARM_LOW;
	return PL_EZSIM_ALARM_NONE;
}

static void step_input(struct pl_ezsim_unit *unit, int i)
{
	uint32_t *bits = unit->now.bits[i];
	uint32_t mode;

	bits[PL_EZSIM_SLOT_INPUT_ERROR] =
	    now_s(unit) < unit->error_until_s[i] ? unit->error_code[i] : PL_EZSIM_INPUT_NONE;
	bits[PL_EZSIM_SLOT_MODE_ACTIVE] = mode = mode_in_force(bits);
	pl_ezsim_loop_step(&unit->loops[i],
			   mode == PL_EZSIM_MODE_AUTO	  ? PL_EZSIM_AUTO
			   : mode == PL_EZSIM_MODE_MANUAL ? PL_EZSIM_MANUAL
							  : PL_EZSIM_OFF,
			   (double)get_float(unit, PL_EZSIM_SLOT_SETPOINT, i),
			   (double)get_float(unit, PL_EZSIM_SLOT_MANUAL_POWER, i));
	refresh(unit, i);
	bits[PL_EZSIM_SLOT_ALARM_STATE] = alarm_state(unit, i);
}

void pl_ezsim_unit_advance(struct pl_ezsim_unit *unit, double until_s)
{
	while ((double)(unit->steps + 1) * PL_EZSIM_STEP_S <= until_s) {
		unit->steps++;
		for (int i = 0; i < PL_EZSIM_INSTANCES; i++)
			step_input(unit, i);
	}
	count_pulses(unit);
}

void pl_ezsim_unit_reboot(struct pl_ezsim_unit *unit)
{
	for (int i = 0; i < PL_EZSIM_INSTANCES; i++) {
		for (int slot = 0; slot < PL_EZSIM_SLOTS; slot++)
			if (pl_ezsim_parameter((enum pl_ezsim_slot)slot)->is_writable)
				unit->now.bits[i][slot] = unit->eeprom.bits[i][slot];
		unit->now.bits[i][PL_EZSIM_SLOT_ALARM_STATE] = PL_EZSIM_ALARM_STARTUP;
		refresh(unit, i);
	}
	for (int i = 0; i < PL_EZSIM_POINTERS; i++)
		unit->now.pointers[i] = unit->eeprom.pointers[i];
	unit->booted_s = now_s(unit);
	unit->pulses_at = 0;
	count_pulses(unit);
}

void pl_ezsim_unit_fail_input(struct pl_ezsim_unit *unit, int input, int code, double until_s)
{
	assert(input >= 0 && input < PL_EZSIM_INSTANCES);
	unit->error_code[input] = (uint32_t)code;
	unit->error_until_s[input] = until_s;
	/* From this moment on, not from the next step. */
	unit->now.bits[input][PL_EZSIM_SLOT_INPUT_ERROR] = (uint32_t)code;
	unit->now.bits[input][PL_EZSIM_SLOT_MODE_ACTIVE] = mode_in_force(unit->now.bits[input]);
	unit->now.bits[input][PL_EZSIM_SLOT_ALARM_STATE] = alarm_state(unit, input);
}

uint32_t pl_ezsim_unit_get(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance)
{
	return unit->now.bits[instance][slot];
}

static bool is_word_of(const struct pl_ezsim_parameter *row, uint32_t bits)
{
	size_t cap = sizeof(row->words) / sizeof(row->words[0]);

	for (size_t i = 0; i < cap && row->words[i] != 0; i++)
		if (row->words[i] == bits)
			return true;
	return false;
}

static bool is_pointable(const struct pl_ezsim_unit *unit, uint32_t address)
{
	struct pl_ezsim_place place;

	return address <= UINT16_MAX && pl_ezsim_place_find(unit->values, address, &place) &&
	       place.slot != PL_EZSIM_SLOTS && place.word == 0;
}

enum pl_ezsim_result pl_ezsim_unit_check(const struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot,
					 int instance, uint32_t bits)
{
	const struct pl_ezsim_parameter *row;
	float value = pl_ezsim_float(bits), low, high;

	if (slot == PL_EZSIM_SLOTS)
		return is_pointable(unit, bits) ? PL_EZSIM_DONE : PL_EZSIM_BAD_VALUE;
	row = pl_ezsim_parameter(slot);
	if (!row->is_writable)
		return PL_EZSIM_READ_ONLY;
	if (row->is_enum)
		return is_word_of(row, bits) ? PL_EZSIM_DONE : PL_EZSIM_BAD_VALUE;
	low = row->min;
	high = row->max;
	if (slot == PL_EZSIM_SLOT_SETPOINT) {
		low = get_float(unit, PL_EZSIM_SLOT_SETPOINT_LOW, instance);
		high = get_float(unit, PL_EZSIM_SLOT_SETPOINT_HIGH, instance);
	}
	return value >= low && value <= high ? PL_EZSIM_DONE : PL_EZSIM_BAD_VALUE; /* NaN too */
}

static void note(struct pl_ezsim_unit *unit, const struct pl_ezsim_written *written)
{
	if (unit->written_count < PL_EZSIM_WRITTEN_MAX)
		unit->written[unit->written_count++] = *written;
}

/* The switch itself counts as it is after the write: turned off, that is forgotten at a reboot. */
void pl_ezsim_unit_set(struct pl_ezsim_unit *unit, enum pl_ezsim_slot slot, int instance,
		       uint32_t bits)
{
	struct pl_ezsim_written written = {.slot = slot, .instance = instance, .fresh = bits};

	if (slot == PL_EZSIM_SLOTS) {
		written.old = unit->now.pointers[instance];
		unit->now.pointers[instance] = (uint16_t)bits;
	} else {
		written.old = unit->now.bits[instance][slot];
		unit->now.bits[instance][slot] = bits;
		unit->now.bits[instance][PL_EZSIM_SLOT_IN_FORCE] =
		    unit->now.bits[instance][PL_EZSIM_SLOT_SETPOINT];
		unit->now.bits[instance][PL_EZSIM_SLOT_MODE_ACTIVE] =
		    mode_in_force(unit->now.bits[instance]);
	}
	written.is_kept = unit->now.bits[0][PL_EZSIM_SLOT_EEPROM] == PL_EZSIM_EEPROM_YES;
	if (written.is_kept) {
		unit->eeprom_writes++;
		if (slot == PL_EZSIM_SLOTS)
			unit->eeprom.pointers[instance] = (uint16_t)bits;
		else
			unit->eeprom.bits[instance][slot] = bits;
	}
	note(unit, &written);
}
