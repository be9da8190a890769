/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a parameter's registers can hold: their number, the functions that move them, and the
 * limits, step and digits that follow from them where the profile gives none.
 */
#include "config/profile.h"

#include "plateau/text.h"

#include <math.h>

enum { COILS = 1, INPUTS = 2, HOLDING = 3 }; /* functions that read */

static const int write_functions[] = {0, 5, 6, 15, 16}; /* as the words of `write` */

#define TYPE_SIZE(code, name, registers) registers,
static const uint16_t type_registers[] = {PL_WIRE_TYPE_LIST(TYPE_SIZE)};
#undef TYPE_SIZE

static bool is_float(const struct pl_profile_row *row)
{
	return row->type == PL_WIRE_F32 || row->type == PL_WIRE_F64;
}

static bool is_coded(const struct pl_profile_row *row)
{
	return row->type == PL_WIRE_ENUM || row->type == PL_WIRE_BITS;
}

static bool is_bit_wise(const struct pl_profile_row *row)
{
	return row->read_function == COILS || row->read_function == INPUTS;
}

static void say(struct pl_profile_maker *maker, const struct pl_doc *node, const char *key,
		const char *what)
{
	const struct pl_doc *given = pl_doc_get(node, key);

	pl_problems_add(maker->loader.problems, given ? given->place : node->at_key,
			"parameters.%s: %s: %s", node->key, key, what);
}

static void settle_registers(struct pl_profile_maker *maker, const struct pl_doc *node,
			     const struct pl_profile_values *values, struct pl_profile_row *row)
{
	uint16_t length = (uint16_t)values->length;
	unsigned most = is_bit_wise(row) ? 32 : 2;

	row->registers = type_registers[row->type];
	if (row->type == PL_WIRE_STRING && row->has_register && !length)
		say(maker, node, "length", "how many registers the string has is missing");
	else if (length && row->type != PL_WIRE_STRING && !is_coded(row))
		say(maker, node, "length", "only a string, an enum or bits can have one");
	else if (length > most && is_coded(row))
		say(maker, node, "length",
		    is_bit_wise(row) ? "at most 32 coils are one value"
				     : "an enum or bits have 1 or 2 registers");
	else if (length)
		row->registers = length;
	if (is_bit_wise(row) && !is_coded(row) && row->type != PL_WIRE_U16)
		say(maker, node, "type", "coils and discrete inputs are enum, bits or u16");
	if (row->has_register && row->address + row->registers > 65536)
		say(maker, node, "register", "its last register would lie beyond 65535");
}

static const char *why_not_written(const struct pl_profile_row *row, int function)
{
	bool is_coil = function == 5 || function == 15;

	if (row->read_function == INPUTS || row->read_function > HOLDING)
		return "discrete and input registers (function 2 and 4) can only be read";
	if (is_coil != (row->read_function == COILS))
		return is_coil ? "5 and 15 write coils, which function 1 reads"
			       : "6 and 16 write holding registers, which function 3 reads";
	if ((function == 5 || function == 6) && row->registers > 1)
		return "5 and 6 write one coil or register, and it has more; use 15 or 16";
	return NULL;
}

/* The function that fits, where the profile only says that it can be written. */
static void settle_write(struct pl_profile_maker *maker, const struct pl_doc *node,
			 const struct pl_profile_values *values,
			 const struct pl_parameter *parameter, struct pl_profile_row *row)
{
	bool is_one = row->registers == 1, is_coil = row->read_function == COILS;
	const char *why;

	if (!(parameter->access & PL_ACCESS_WRITE))
		return;
	if (row->type == PL_WIRE_STRING) {
		say(maker, node, values->write > 0 ? "write" : "access",
		    "a string can only be read");
		return;
	}
	if (!row->has_register || values->write == 0)
		return;
	row->write_function = is_coil ? (is_one ? 5 : 15) : (is_one ? 6 : 16);
	if (values->write > 0)
		row->write_function = (uint8_t)write_functions[values->write];
	why = why_not_written(row, row->write_function);
	if (why)
		say(maker, node, values->write > 0 ? "write" : "access", why);
}

/* What fits the registers, before scale and offset. False: of a float, anything. */
static bool wire_range(const struct pl_profile_row *row, double *low, double *high)
{
	int bits = (is_bit_wise(row) ? 1 : 16) * row->registers;
	bool is_signed = row->type == PL_WIRE_S16 || row->type == PL_WIRE_S32;

	*low = is_signed ? -ldexp(1, bits - 1) : 0;
	*high = ldexp(1, is_signed ? bits - 1 : bits) - 1;
	return !is_float(row) && row->type != PL_WIRE_STRING;
}

static void settle_limits(struct pl_profile_maker *maker, const struct pl_doc *node,
			  const struct pl_profile_values *values, const struct pl_profile_row *row,
			  struct pl_parameter *parameter)
{
	double low, high, a, b;
	bool is_bounded = wire_range(row, &low, &high);

	a = pl_number_scaled(low, row->scale, row->offset);
	b = pl_number_scaled(high, row->scale, row->offset);
	low = is_bounded ? fmin(a, b) : -INFINITY;
	high = is_bounded ? fmax(a, b) : INFINITY;
	/* Nothing known at all is 0..0, as in the table of a driver. */
	if (!is_bounded && isnan(values->min) && isnan(values->max))
		low = high = 0;
	parameter->min = isnan(values->min) ? low : values->min;
	parameter->max = isnan(values->max) ? high : values->max;
	if (!isnan(values->min) && !isnan(values->max) && values->min >= values->max)
		say(maker, node, "max", "is not above min");
	else if (is_bounded && !isnan(values->min) && (values->min < low || values->min > high))
		say(maker, node, "min", "its registers cannot hold that");
	else if (is_bounded && !isnan(values->max) && (values->max < low || values->max > high))
		say(maker, node, "max", "its registers cannot hold that");
}

/* Digits that a step of 0.1, 0.25 or 10 needs. */
static int digits_of(double scale)
{
	int digits = 0;

	for (double left = fabs(scale); digits < 9 && fabs(left - round(left)) > 1e-6 * left;
	     digits++)
		left *= 10;
	return digits;
}

static void settle_look(const struct pl_profile_values *values, const struct pl_profile_row *row,
			struct pl_parameter *parameter)
{
	bool is_plain = row->scale == 1 && row->offset == 0;

	parameter->type = row->type == PL_WIRE_STRING  ? PL_VALUE_TEXT
			  : is_float(row) || !is_plain ? PL_VALUE_REAL
						       : PL_VALUE_INTEGER;
	parameter->digits = is_float(row) ? 2 : digits_of(row->scale);
	if (values->digits >= 0)
		parameter->digits = (int)values->digits;
	if (!isnan(values->step))
		parameter->step = values->step;
	else if (parameter->access & PL_ACCESS_WRITE && row->type != PL_WIRE_STRING &&
		 !is_float(row) && row->offset == 0)
		parameter->step = fabs(row->scale);
}

static void check_numbers(struct pl_profile_maker *maker, const struct pl_doc *node,
			  const struct pl_profile_values *values, const struct pl_profile_row *row)
{
	bool is_text = row->type == PL_WIRE_STRING;
	static const char *const of_numbers[] = {"scale", "offset", "min", "max", "step", "unit"};

	if (values->scale == 0)
		say(maker, node, "scale", "0 would make all values one");
	if (!isnan(values->step) && values->step <= 0)
		say(maker, node, "step", "a step is above 0");
	if (is_coded(row) && (values->scale != 1 || values->offset != 0))
		say(maker, node, values->scale != 1 ? "scale" : "offset",
		    "values of an enum or bits are their own");
	for (size_t i = 0; is_text && i < sizeof(of_numbers) / sizeof(of_numbers[0]); i++)
		if (pl_doc_get(node, of_numbers[i]))
			say(maker, node, of_numbers[i], "a string has none");
}

static void settle_counter(struct pl_profile_maker *maker, const struct pl_doc *node,
			   const struct pl_profile_values *values, const struct pl_profile_row *row,
			   struct pl_parameter *parameter)
{
	bool is_whole = row->type == PL_WIRE_U16 || row->type == PL_WIRE_U32;

	if (values->wraps && !values->counter)
		say(maker, node, "wraps", "only of a counter: counter: yes");
	if (!values->counter)
		return;
	if (!is_whole && !is_float(row))
		say(maker, node, "counter", "a counter is u16, u32, f32 or f64");
	if (values->scale < 0)
		say(maker, node, "scale", "a counter grows: its scale is above 0");
	if (values->wraps && is_float(row))
		say(maker, node, "wraps", "only whole numbers (u16, u32) have a width");
	else if (values->wraps > 16 * type_registers[row->type])
		say(maker, node, "wraps", "its registers have fewer bits");
	else if (values->wraps)
		parameter->wrap = ldexp(fabs(values->scale), (int)values->wraps);
}

void pl_profile_load_wire(struct pl_profile_maker *maker, const struct pl_doc *node,
			  const struct pl_profile_values *values, struct pl_parameter *parameter,
			  struct pl_profile_row *row)
{
	row->read_function = row->has_register ? (uint8_t)values->function : 0;
	settle_registers(maker, node, values, row);
	settle_write(maker, node, values, parameter, row);
	check_numbers(maker, node, values, row);
	settle_look(values, row, parameter);
	settle_counter(maker, node, values, row, parameter);
	if (row->registers > 0 && row->type != PL_WIRE_STRING)
		settle_limits(maker, node, values, row, parameter);
}
