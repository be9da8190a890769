/* SPDX-License-Identifier: GPL-3.0-or-later */
/* protocol.c - requests, and the names of what is in a frame. Pure, any thread. */
#include "driver/modbus/protocol.h"

#include "base/crc.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *pl_modbus_exception_text(unsigned exception)
{
	static const struct {
		unsigned number;
		const char *text;
	} rows[] = {
#define ROW(code, number, text) {number, text},
	    PL_MODBUS_EXCEPTION_LIST(ROW)
#undef ROW
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].number == exception)
			return rows[i].text;
	return "unknown exception";
}

const char *pl_modbus_function_text(unsigned function)
{
	static const struct {
		unsigned number;
		const char *text;
	} rows[] = {
#define ROW(code, number, text) {number, text},
	    PL_MODBUS_FUNCTION_LIST(ROW)
#undef ROW
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].number == function)
			return rows[i].text;
	return "unknown function";
}

bool pl_modbus_function_reads(unsigned function)
{
	return function >= PL_MODBUS_READ_COILS && function <= PL_MODBUS_READ_INPUT;
}

bool pl_modbus_function_is_bits(unsigned function)
{
	return function == PL_MODBUS_READ_COILS || function == PL_MODBUS_READ_INPUTS ||
	       function == PL_MODBUS_WRITE_COIL || function == PL_MODBUS_WRITE_COILS;
}

static void put(unsigned char *at, unsigned value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static unsigned get(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void begin(struct pl_modbus_question *out, unsigned unit, unsigned function,
		  uint16_t address, uint16_t count)
{
	*out = (struct pl_modbus_question){
	    .unit = (uint8_t)unit,
	    .function = (uint8_t)function,
	    .address = address,
	    .count = count,
	    .request = {(unsigned char)unit, (unsigned char)function},
	    .length = 6,
	};
	put(out->request + 2, address);
	put(out->request + 4, count);
}

void pl_modbus_ask_read(struct pl_modbus_question *out, unsigned unit, unsigned function,
			uint16_t address, uint16_t count)
{
	assert(pl_modbus_function_reads(function) && count > 0);
	begin(out, unit, function, address, count);
}

void pl_modbus_ask_write(struct pl_modbus_question *out, unsigned unit, unsigned function,
			 uint16_t address, uint16_t count, const unsigned char *data)
{
	size_t size = pl_modbus_data_size(function, count);

	assert(size <= (size_t)PL_MODBUS_WRITE_MAX * 2);
	begin(out, unit, function, address, count);
	switch (function) {
	case PL_MODBUS_WRITE_COIL:
		put(out->request + 4, data[0] ? 0xff00 : 0);
		break;
	case PL_MODBUS_WRITE_REGISTER:
		memcpy(out->request + 4, data, 2);
		break;
	default:
		out->request[6] = (unsigned char)size;
		memcpy(out->request + 7, data, size);
		out->length = 7 + size;
		break;
	}
}

size_t pl_modbus_data_size(unsigned function, unsigned count)
{
	return pl_modbus_function_is_bits(function) ? (count + 7) / 8 : (size_t)count * 2;
}

/* Reads are asked for as much as their answers carry; what a write says is what is repeated. */
struct pl_modbus_shape pl_modbus_question_shape(const struct pl_modbus_question *question)
{
	const unsigned char *data = question->request + 2;
	bool reads = pl_modbus_function_reads(question->function);

	return (struct pl_modbus_shape){
	    .function = question->function,
	    .key = reads ? (uint32_t)pl_modbus_data_size(question->function, question->count)
			 : (uint32_t)get(data) << 16 | get(data + 2),
	};
}

struct pl_modbus_shape pl_modbus_body_shape(const unsigned char *body, size_t count)
{
	struct pl_modbus_shape shape = {.function = body[1]};

	if (pl_modbus_function_reads(body[1]) && count > 2)
		shape.key = body[2];
	else if (count >= 6)
		shape.key = (uint32_t)get(body + 2) << 16 | get(body + 4);
	return shape;
}

bool pl_modbus_shape_equal(struct pl_modbus_shape a, struct pl_modbus_shape b)
{
	return a.function == b.function && a.key == b.key;
}

int pl_modbus_is_echo(const struct pl_modbus_question *question, const unsigned char *bytes,
		      size_t *count)
{
	uint16_t crc = pl_crc_modbus(question->request, question->length);
	unsigned char frame[PL_MODBUS_FRAME_MAX];
	size_t whole = question->length + 2;
	size_t have = *count < whole ? *count : whole;

	memcpy(frame, question->request, question->length);
	frame[whole - 2] = (unsigned char)crc;
	frame[whole - 1] = (unsigned char)(crc >> 8);
	*count = whole;
	if (memcmp(frame, bytes, have) != 0)
		return -1;
	return have == whole;
}

void pl_modbus_difference(const struct pl_modbus_question *question, const unsigned char *body,
			  size_t count, char out[PL_MODBUS_WHY_SIZE])
{
	const unsigned char *asked = question->request;
	unsigned function = body[1];

	if (body[0] != question->unit)
		snprintf(out, PL_MODBUS_WHY_SIZE,
			 "wrong unit: answered by unit %u, asked was unit %u", body[0],
			 question->unit);
	else if ((function & 0x7fU) != question->function)
		snprintf(out, PL_MODBUS_WHY_SIZE,
			 "wrong function: the answer is to function %u (%s), asked was %u (%s)",
			 function & 0x7fU, pl_modbus_function_text(function & 0x7fU),
			 question->function, pl_modbus_function_text(question->function));
	else if (pl_modbus_function_reads(question->function))
		snprintf(out, PL_MODBUS_WHY_SIZE,
			 "wrong byte count: the answer carries %u bytes, asked were %zu",
			 count > 2 ? (unsigned)body[2] : 0U,
			 pl_modbus_data_size(question->function, question->count));
	else if (count >= 6)
		snprintf(out, PL_MODBUS_WHY_SIZE,
			 "the answer confirms %04X %04X, written was %04X %04X", get(body + 2),
			 get(body + 4), get(asked + 2), get(asked + 4));
	else
		snprintf(out, PL_MODBUS_WHY_SIZE, "the answer is too short");
}

void pl_modbus_hex(const unsigned char *bytes, size_t count, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count && at + 2 < cap; i++, at += 2)
		snprintf(out + at, cap - at, "%02X", bytes[i]);
}
