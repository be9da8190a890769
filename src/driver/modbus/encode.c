/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encode.c - values to registers, checked before a byte is sent. Pure, any thread. */
#include "driver/modbus/value.h"

#include "driver/modbus/protocol.h"
#include "driver/wire.h"

#include <math.h>
#include <string.h>

/* An integer of so many bits; false when it does not fit. */
static bool whole(double number, unsigned width, bool is_signed, uint64_t *wire)
{
	double rounded = nearbyint(number);
	double top = ldexp(1, (int)width - is_signed), bottom = is_signed ? -top : 0;

	if (!(rounded >= bottom && rounded < top) || width > 53)
		return false;
	*wire = (uint64_t)(int64_t)rounded;
	return true;
}

static bool wire_of(const struct pl_profile_row *row, double number, uint64_t *wire)
{
	bool is_bits = pl_modbus_function_is_bits(row->write_function);
	unsigned width = is_bits ? row->registers : 16U * row->registers;
	float single = (float)number;
	uint32_t half;

	switch (row->type) {
	case PL_WIRE_F32:
		memcpy(&half, &single, sizeof half);
		*wire = half;
		return isfinite(single);
	case PL_WIRE_F64:
		memcpy(wire, &number, sizeof *wire);
		return true;
	case PL_WIRE_STRING:
		return false;
	default:
		return whole(number, width, row->type == PL_WIRE_S16 || row->type == PL_WIRE_S32,
			     wire);
	}
}

enum pl_status pl_modbus_encode(const struct pl_profile_row *row,
				const struct pl_parameter *parameter, double value,
				unsigned char *data, double *applied, struct pl_error *error)
{
	enum pl_status status = pl_wire_check_write(row, parameter, value, error);
	uint64_t wire;

	if (status != PL_OK)
		return status;
	if (!wire_of(row, pl_wire_number(row, value), &wire))
		return pl_error_set(error, PL_ERR_RANGE, parameter->name,
				    "%.10g cannot be written: its register does not hold it",
				    value);
	if (pl_modbus_function_is_bits(row->write_function)) {
		for (unsigned i = 0; i < (row->registers + 7U) / 8; i++)
			data[i] = (unsigned char)(i < 8 ? wire >> 8 * i : 0);
		*applied = pl_wire_value(row, (double)wire);
		return PL_OK;
	}
	pl_modbus_scatter(row, wire, data);
	*applied = pl_wire_value(row, pl_modbus_wire_number(row, pl_modbus_gather(row, data)));
	return PL_OK;
}
