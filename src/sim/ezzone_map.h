/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_map.h - the parameters of a simulated EZ-ZONE PM: one row gives id, register, type and
 * what may be written.
 *
 * Registers are those of "Map 1": each parameter owns two, an instance stands `step` registers
 * behind the one before it. A value is its 32 bits as on the wire: of an f32, an enumeration or a
 * counter. Pure, any thread.
 */
#ifndef SIM_EZZONE_MAP_H
#define SIM_EZZONE_MAP_H

#include "sim/ezzone.h"

#define PL_EZSIM_INSTANCES 2
#define PL_EZSIM_POINTERS  40
#define PL_EZSIM_POINTER_0 40  /* registers 40, 42 … 118 hold a register each */
#define PL_EZSIM_POINTED_0 200 /* and 200, 202 … 278 its value */

#define PL_EZSIM_SLOT_LIST(X)                                                                      \
	X(PROCESS_VALUE)                                                                           \
	X(INPUT_ERROR)                                                                             \
	X(SETPOINT)                                                                                \
	X(MANUAL_POWER)                                                                            \
	X(SETPOINT_LOW)                                                                            \
	X(SETPOINT_HIGH)                                                                           \
	X(IN_FORCE)                                                                                \
	X(MODE)                                                                                    \
	X(MODE_ACTIVE)                                                                             \
	X(HEAT)                                                                                    \
	X(COOL)                                                                                    \
	X(ALARM_HIGH)                                                                              \
	X(ALARM_LOW)                                                                               \
	X(ALARM_STATE)                                                                             \
	X(ORDER)                                                                                   \
	X(LABEL)                                                                                   \
	X(EEPROM)                                                                                  \
	X(PULSES)

enum pl_ezsim_slot {
#define PL_EZSIM_SLOT_ENUM(id) PL_EZSIM_SLOT_##id,
	PL_EZSIM_SLOT_LIST(PL_EZSIM_SLOT_ENUM)
#undef PL_EZSIM_SLOT_ENUM
	    PL_EZSIM_SLOTS
};

/* Values of enumerations. */
enum {
	PL_EZSIM_INPUT_NONE = 61,
	PL_EZSIM_INPUT_OPEN = 65,
	PL_EZSIM_MODE_OFF = 62,
	PL_EZSIM_MODE_AUTO = 10,
	PL_EZSIM_MODE_MANUAL = 54,
	PL_EZSIM_ALARM_STARTUP = 88,
	PL_EZSIM_ALARM_NONE = 61,
	PL_EZSIM_ALARM_LOW = 8,
	PL_EZSIM_ALARM_HIGH = 7,
	PL_EZSIM_ALARM_ERROR = 28,
	PL_EZSIM_LABEL_F = 30,
	PL_EZSIM_LABEL_C = 15,
	PL_EZSIM_WORDS_HIGH_LOW = 1330,
	PL_EZSIM_WORDS_LOW_HIGH = 1331,
	PL_EZSIM_EEPROM_YES = 106,
	PL_EZSIM_EEPROM_NO = 59,
};

struct pl_ezsim_parameter {
	int id; /* 1000 · class + member */
	uint16_t address;
	uint16_t step; /* 0: that of alarms, which is an option */
	int instances;
	bool is_enum, is_count, is_writable; /* is_count: 32 bits, of a counter */
	float min, max;	   /* of an f32; set points have limits of their own besides */
	uint16_t words[4]; /* of an enumeration that may be written, 0 ends them */
};

/* The row of a slot; the slot of an id, PL_EZSIM_SLOTS when there is none. */
const struct pl_ezsim_parameter *pl_ezsim_parameter(enum pl_ezsim_slot slot);
enum pl_ezsim_slot pl_ezsim_slot_of_id(int id);

/* What a register is part of. */
struct pl_ezsim_place {
	enum pl_ezsim_slot slot; /* PL_EZSIM_SLOTS: a pointer */
	int instance;		 /* 0 or 1; of a pointer its number */
	int word;		 /* 0 or 1: first or second register */
};

/* False: there is no such register. The block at 200 is not looked through: see ezzone_unit. */
bool pl_ezsim_place_find(const struct pl_ezsim_values *values, unsigned address,
			 struct pl_ezsim_place *out);

float pl_ezsim_float(uint32_t bits);
uint32_t pl_ezsim_bits(float value);

#endif
