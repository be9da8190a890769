/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.h - registers as values and back, as a profile describes them. Pure, any thread.
 *
 * Registers stand as they come over the line: two bytes each, big-endian. A value of several takes
 * them high word first or low word first; swaps_bytes turns the bytes of each round. Coils stand
 * packed, the first in the lowest bit of the first byte.
 */
#ifndef DRIVER_MODBUS_VALUE_H
#define DRIVER_MODBUS_VALUE_H

#include "plateau/profile.h"
#include "plateau/status.h"

#define PL_MODBUS_NUMBER_MAX 4 /* registers of a number */

/* 1 … 4 registers as one number, the first in the profile's order on top. */
uint64_t pl_modbus_gather(const struct pl_profile_row *row, const unsigned char *data);
void pl_modbus_scatter(const struct pl_profile_row *row, uint64_t wire, unsigned char *data);

/* The wire's own value, before scale: NaN when it is no number. registers ≤ 4. */
double pl_modbus_wire_number(const struct pl_profile_row *row, uint64_t wire);

/* What a reading says: value, quality and reason; times are left alone. data: the row's own
 * registers; of coils (function 1, 2) its own bits from bit 0 on. */
void pl_modbus_decode(const struct pl_profile_row *row, const struct pl_parameter *parameter,
		      const unsigned char *data, struct pl_reading *out);

/* Data of a write of this value, pl_modbus_data_size bytes, and the value it stands for once
 * rounded to the wire. PL_ERR_RANGE: outside of the row's limits, not on its step, no word of an
 * enum, or not to be held by the type. No limits of other rows. */
enum pl_status pl_modbus_encode(const struct pl_profile_row *row,
				const struct pl_parameter *parameter, double value,
				unsigned char *data, double *applied, struct pl_error *error);

/* Four registers orders of one f32, for people: "high-low 23.5, low-high 1.2e-38, …". */
void pl_modbus_four_orders(const unsigned char data[4], char *out, size_t cap);

#endif
