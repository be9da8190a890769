/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value.c - registers to values. Pure, any thread. */
#include "driver/modbus/value.h"

#include "driver/modbus/protocol.h"
#include "driver/wire.h"
#include "plateau/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A float of this size is no measured value: it is what another word order makes of one. */
#define TINY 1e-30

static uint64_t gather_bits(const struct pl_profile_row *row, const unsigned char *data)
{
	uint64_t wire = 0;

	for (unsigned i = 0; i < row->registers && i < 64; i++)
		wire |= (uint64_t)(data[i / 8] >> i % 8 & 1) << i;
	return wire;
}

uint64_t pl_modbus_gather(const struct pl_profile_row *row, const unsigned char *data)
{
	unsigned count = row->registers;
	uint64_t wire = 0;

	if (pl_modbus_function_is_bits(row->read_function))
		return gather_bits(row, data);
	assert(count >= 1 && count <= PL_MODBUS_NUMBER_MAX);
	for (unsigned i = 0; i < count; i++) {
		const unsigned char *at =
		    data + (size_t)2 * (row->word_order == PL_WORDS_LOW_HIGH ? count - 1 - i : i);
		unsigned word =
		    row->swaps_bytes ? (unsigned)at[1] << 8 | at[0] : (unsigned)at[0] << 8 | at[1];

		wire = wire << 16 | word;
	}
	return wire;
}

void pl_modbus_scatter(const struct pl_profile_row *row, uint64_t wire, unsigned char *data)
{
	unsigned count = row->registers;

	for (unsigned i = 0; i < count; i++) {
		unsigned at = row->word_order == PL_WORDS_LOW_HIGH ? i : count - 1 - i;
		unsigned word = (unsigned)(wire >> 16 * i & 0xffff);

		data[2 * at + !row->swaps_bytes] = (unsigned char)word;
		data[2 * at + row->swaps_bytes] = (unsigned char)(word >> 8);
	}
}

static double as_signed(const struct pl_profile_row *row, uint64_t wire)
{
	unsigned width = 16U * row->registers;
	uint64_t sign = UINT64_C(1) << (width - 1);

	if (width < 64 && wire & sign)
		wire |= ~UINT64_C(0) << width;
	return (double)(int64_t)wire;
}

double pl_modbus_wire_number(const struct pl_profile_row *row, uint64_t wire)
{
	uint32_t half = (uint32_t)wire;
	float single;
	double number;

	switch (row->type) {
	case PL_WIRE_S16:
	case PL_WIRE_S32:
		return as_signed(row, wire);
	case PL_WIRE_F32:
		memcpy(&single, &half, sizeof single);
		return pl_number_of_float(single);
	case PL_WIRE_F64:
		memcpy(&number, &wire, sizeof number);
		return number;
	case PL_WIRE_STRING:
		return NAN;
	default:
		return (double)wire;
	}
}

static void decode_string(const struct pl_profile_row *row, const unsigned char *data,
			  struct pl_value *out)
{
	char text[2 * PL_MODBUS_REGISTERS_MAX] = "";
	size_t count = 0;

	for (unsigned i = 0; i < row->registers * 2U && i < sizeof text; i++)
		text[count++] = (char)data[row->swaps_bytes ? i ^ 1U : i];
	count = strnlen(text, count);
	while (count > 0 && text[count - 1] == ' ')
		count--;
	out->type = PL_VALUE_TEXT;
	out->number = NAN;
	pl_text_escape(out->text, sizeof out->text, text, count);
}

static void reject(struct pl_reading *out, enum pl_quality quality, const char *why)
{
	out->quality = quality;
	out->value.number = NAN;
	out->value.text[0] = '\0';
	pl_text_copy(out->reason, sizeof out->reason, why);
}

/* The wire's number is fit to be a value; else the reading says why not. */
static bool is_value(const struct pl_profile_row *row, double number, struct pl_reading *out)
{
	char why[PL_REASON_SIZE];

	if (!pl_wire_is_value(row, number, out))
		return false;
	if (row->type != PL_WIRE_F32 || number == 0 || fabs(number) >= TINY)
		return true;
	snprintf(why, sizeof why, "%g is no measured value: wrong word order?", number);
	reject(out, PL_QUALITY_INVALID, why);
	return false;
}

void pl_modbus_decode(const struct pl_profile_row *row, const struct pl_parameter *parameter,
		      const unsigned char *data, struct pl_reading *out)
{
	double number;

	out->quality = PL_QUALITY_OK;
	out->reason[0] = '\0';
	out->value = (struct pl_value){.type = parameter->type, .number = NAN};
	if (row->type == PL_WIRE_STRING) {
		decode_string(row, data, &out->value);
		return;
	}
	number = pl_modbus_wire_number(row, pl_modbus_gather(row, data));
	if (!is_value(row, number, out))
		return;
	out->value.number = pl_wire_value(row, number);
	pl_wire_name(row, number, out->value.text);
	pl_wire_check_plausible(row, parameter, out);
}

void pl_modbus_four_orders(const unsigned char data[4], char *out, size_t cap)
{
	static const struct {
		const char *name;
		struct pl_profile_row row;
	} orders[] = {
	    {"high-low", {.type = PL_WIRE_F32, .registers = 2}},
	    {"low-high", {.type = PL_WIRE_F32, .registers = 2, .word_order = PL_WORDS_LOW_HIGH}},
	    {"high-low bytes swapped", {.type = PL_WIRE_F32, .registers = 2, .swaps_bytes = true}},
	    {"low-high bytes swapped",
	     {.type = PL_WIRE_F32,
	      .registers = 2,
	      .word_order = PL_WORDS_LOW_HIGH,
	      .swaps_bytes = true}},
	};
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof orders / sizeof orders[0] && at < cap; i++) {
		const struct pl_profile_row *row = &orders[i].row;

		at += (size_t)snprintf(out + at, cap - at, "%s%s %.6g", at > 0 ? ", " : "",
				       orders[i].name,
				       pl_modbus_wire_number(row, pl_modbus_gather(row, data)));
	}
}
