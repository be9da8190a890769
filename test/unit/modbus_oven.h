/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile of an oven for the tests of the Modbus driver. After cmocka.h. */
#ifndef TEST_MODBUS_OVEN_H
#define TEST_MODBUS_OVEN_H

#include "driver/modbus/modbus.h"
#include "plateau/clock.h"
#include "plateau/profile.h"

#include <math.h>

enum {
	OVEN_VALUE,	/* 360, f32; +80 of instance 2 */
	OVEN_ERROR,	/* 362, enum; +80 */
	OVEN_LOWEST,	/* 2164, f32 */
	OVEN_HIGHEST,	/* 2166, f32 */
	OVEN_SETPOINT,	/* 2160, f32, 0 … 80 by 0.5 */
	OVEN_ORDER,	/* 2488, u16: 1330 high-low, 1331 low-high */
	OVEN_POWER,	/* 26, s16 · 0.01, N/A = -32768, write 6 */
	OVEN_COIL,	/* coil 3, write 5 */
	OVEN_STATES,	/* 30, bits */
	OVEN_MODEL,	/* 40, string of 4 */
	OVEN_IDLE_BITS, /* coils 8 to 13, write 15 */
	OVEN_ELSEWHERE, /* no register */
	OVEN_ROWS
};

#define OVEN_RO PL_ACCESS_READ
#define OVEN_RW (PL_ACCESS_READ | PL_ACCESS_WRITE)

static const struct pl_parameter oven_parameters[] = {
    [OVEN_VALUE] = {.name = "process_value",
		    .unit = "C",
		    .min = -200,
		    .max = 1400,
		    .access = OVEN_RO,
		    .text = "-"},
    [OVEN_ERROR] = {.name = "input_error",
		    .type = PL_VALUE_INTEGER,
		    .unit = "",
		    .access = OVEN_RO,
		    .text = "-"},
    [OVEN_LOWEST] = {.name = "lowest", .unit = "C", .access = OVEN_RO, .text = "-"},
    [OVEN_HIGHEST] = {.name = "highest", .unit = "C", .access = OVEN_RO, .text = "-"},
    [OVEN_SETPOINT] =
	{.name = "setpoint", .unit = "C", .max = 80, .step = 0.5, .access = OVEN_RW, .text = "-"},
    [OVEN_ORDER] = {.name = "word_order",
		    .type = PL_VALUE_INTEGER,
		    .unit = "",
		    .access = OVEN_RO,
		    .text = "-"},
    [OVEN_POWER] =
	{.name = "power", .unit = "%", .min = -100, .max = 100, .access = OVEN_RW, .text = "-"},
    [OVEN_COIL] = {.name = "running",
		   .type = PL_VALUE_INTEGER,
		   .unit = "",
		   .max = 1,
		   .access = OVEN_RW,
		   .text = "-"},
    [OVEN_STATES] =
	{.name = "states", .type = PL_VALUE_INTEGER, .unit = "", .access = OVEN_RO, .text = "-"},
    [OVEN_MODEL] =
	{.name = "model", .type = PL_VALUE_TEXT, .unit = "", .access = OVEN_RO, .text = "-"},
    [OVEN_IDLE_BITS] = {.name = "mask",
			.type = PL_VALUE_INTEGER,
			.unit = "",
			.max = 63,
			.access = OVEN_RW,
			.text = "-"},
    [OVEN_ELSEWHERE] = {.name = "elsewhere", .unit = "", .access = OVEN_RO, .text = "-"},
    {.name = NULL},
};

static const struct pl_profile_word oven_errors[] = {{61, "none"}, {65, "open"}, {0, NULL}};
static const struct pl_profile_word oven_bits[] = {{0, "heating"}, {3, "alarm"}, {0, NULL}};
static const double oven_missing[] = {-32768};

#define OVEN_ROW(type_, at, n, write)                                                              \
	.type = (type_), .word_order = PL_WORDS_LOW_HIGH, .has_register = true, .address = (at),   \
	.registers = (n), .read_function = 3, .write_function = (write), .scale = 1,               \
	.instances = 1, .valid_row = -1, .min_row = -1, .max_row = -1
#define OVEN_BITS(at, n, write)                                                                    \
	.type = PL_WIRE_BITS, .has_register = true, .address = (at), .registers = (n),             \
	.read_function = 1, .write_function = (write), .scale = 1, .instances = 1,                 \
	.valid_row = -1, .min_row = -1, .max_row = -1

static inline void oven_rows(struct pl_profile_row rows[OVEN_ROWS])
{
	rows[OVEN_VALUE] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 360, 2, 0)};
	rows[OVEN_VALUE].instances = 2;
	rows[OVEN_VALUE].instance_step = 80;
	rows[OVEN_VALUE].valid_row = OVEN_ERROR;
	rows[OVEN_VALUE].valid_value = 61;
	rows[OVEN_ERROR] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_ENUM, 362, 1, 0)};
	rows[OVEN_ERROR].instances = 2;
	rows[OVEN_ERROR].instance_step = 80;
	rows[OVEN_ERROR].words = oven_errors;
	rows[OVEN_ERROR].word_count = 2;
	rows[OVEN_LOWEST] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 2164, 2, 0)};
	rows[OVEN_HIGHEST] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 2166, 2, 0)};
	rows[OVEN_SETPOINT] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 2160, 2, 16)};
	rows[OVEN_SETPOINT].min_row = OVEN_LOWEST;
	rows[OVEN_SETPOINT].max_row = OVEN_HIGHEST;
	rows[OVEN_ORDER] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_U16, 2488, 1, 0)};
	rows[OVEN_POWER] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_S16, 26, 1, 6)};
	rows[OVEN_POWER].scale = 0.01;
	rows[OVEN_POWER].missing = oven_missing;
	rows[OVEN_POWER].missing_count = 1;
	rows[OVEN_COIL] = (struct pl_profile_row){OVEN_BITS(3, 1, 5)};
	rows[OVEN_STATES] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_BITS, 30, 1, 0)};
	rows[OVEN_STATES].words = oven_bits;
	rows[OVEN_STATES].word_count = 2;
	rows[OVEN_MODEL] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_STRING, 40, 4, 0)};
	rows[OVEN_IDLE_BITS] = (struct pl_profile_row){OVEN_BITS(8, 6, 15)};
	rows[OVEN_ELSEWHERE] = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 0, 2, 0)};
	rows[OVEN_ELSEWHERE].has_register = false;
}

struct oven {
	struct pl_profile_row rows[OVEN_ROWS];
	struct pl_parameter instanced[3];
	int instanced_rows[2];
	struct pl_profile profile;
	struct pl_channel channels[1]; /* "2" */
	struct pl_modbus_options options;
	struct pl_device_spec spec;
};

static inline void oven_make(struct oven *oven)
{
	memset(oven, 0, sizeof *oven);
	oven_rows(oven->rows);
	oven->instanced[0] = oven_parameters[OVEN_VALUE];
	oven->instanced[1] = oven_parameters[OVEN_ERROR];
	oven->instanced_rows[0] = OVEN_VALUE;
	oven->instanced_rows[1] = OVEN_ERROR;
	oven->profile = (struct pl_profile){
	    .name = "oven",
	    .title = "an oven of the tests",
	    .baud = 9600,
	    .parity = 'N',
	    .parameters = oven_parameters,
	    .rows = oven->rows,
	    .count = OVEN_ROWS,
	    .instanced = oven->instanced,
	    .instanced_rows = oven->instanced_rows,
	    .instanced_count = 2,
	    .block_max = 40,
	    .block_gap = 4,
	    .order_row = -1,
	    .volatile_row = -1,
	    .model_row = -1,
	    .firmware_row = -1,
	    .serial_row = -1,
	};
	strcpy(oven->channels[0].name, "2");
	oven->channels[0].id = 2;
	oven->options =
	    (struct pl_modbus_options){.unit = 1, .timeout_ns = 200 * PL_NS_PER_MS, .retries = 1};
	oven->spec = (struct pl_device_spec){
	    .name = "oven",
	    .channels = oven->channels,
	    .channel_count = 1,
	    .options = &oven->options,
	    .profile = &oven->profile,
	    .parameters = oven_parameters,
	    .channel_parameters = oven->instanced,
	};
}

#endif
