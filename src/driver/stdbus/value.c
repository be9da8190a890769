/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.c - values of Watlow Standard Bus: a type byte, then the value, numbers big-endian. Pure.
 */
#include "driver/stdbus/protocol.h"
#include "plateau/text.h"

#include <math.h>
#include <string.h>

const char *pl_stdbus_type_name(int type)
{
	switch (type) {
#define TYPE_NAME(code, byte, name)                                                                \
	case byte:                                                                                 \
		return name;
		PL_STDBUS_TYPE_LIST(TYPE_NAME)
#undef TYPE_NAME
	default:
		return NULL;
	}
}

enum pl_stdbus_type pl_stdbus_type_find(const char *name)
{
#define TYPE_CODE(code, byte, text)                                                                \
	if (strcmp(name, text) == 0)                                                               \
		return code;
	PL_STDBUS_TYPE_LIST(TYPE_CODE)
#undef TYPE_CODE
	return PL_STDBUS_ANY;
}

static uint32_t big_endian(const unsigned char *bytes, size_t count)
{
	uint32_t out = 0;

	for (size_t i = 0; i < count; i++)
		out = out << 8 | bytes[i];
	return out;
}

/* n words of 16 bits: an enumeration has one, what has more than two is no number. */
static size_t decode_words(const unsigned char *at, size_t count, struct pl_stdbus_value *out)
{
	size_t size = count > 0 ? 2u * at[0] : 0;

	if (count < 1 || count - 1 < size)
		return 0;
	if (at[0] == 1 || at[0] == 2)
		out->number = big_endian(at + 1, size);
	return 2 + size;
}

static size_t decode_string(const unsigned char *at, size_t count, struct pl_stdbus_value *out)
{
	if (count < 1 || count - 1 < at[0])
		return 0;
	out->text = (const char *)at + 1;
	out->text_count = at[0];
	return 2 + (size_t)at[0];
}

static double number_of(enum pl_stdbus_type type, uint32_t bits)
{
	int32_t integer;
	float real;

	if (type == PL_STDBUS_F32) {
		memcpy(&real, &bits, sizeof real);
		return pl_number_of_float(real);
	}
	memcpy(&integer, &bits, sizeof integer);
	return type == PL_STDBUS_S32 ? (double)integer : (double)bits;
}

static size_t size_of(enum pl_stdbus_type type)
{
	if (type == PL_STDBUS_U8)
		return 1;
	return type == PL_STDBUS_U16 ? 2 : 4;
}

size_t pl_stdbus_value_decode(const unsigned char *bytes, size_t count, struct pl_stdbus_value *out)
{
	size_t size;

	*out = (struct pl_stdbus_value){.number = NAN};
	if (count < 1 || pl_stdbus_type_name(bytes[0]) == NULL)
		return 0;
	out->type = (enum pl_stdbus_type)bytes[0];
	if (out->type == PL_STDBUS_STRING)
		return decode_string(bytes + 1, count - 1, out);
	if (out->type == PL_STDBUS_WORDS)
		return decode_words(bytes + 1, count - 1, out);
	size = size_of(out->type);
	if (count - 1 < size)
		return 0;
	out->number = number_of(out->type, big_endian(bytes + 1, size));
	return 1 + size;
}

static bool fits(enum pl_stdbus_type type, double number)
{
	static const struct {
		enum pl_stdbus_type type;
		double min, max;
	} rows[] = {
	    {PL_STDBUS_U8, 0, UINT8_MAX},     {PL_STDBUS_U16, 0, UINT16_MAX},
	    {PL_STDBUS_U32, 0, UINT32_MAX},   {PL_STDBUS_S32, INT32_MIN, INT32_MAX},
	    {PL_STDBUS_WORDS, 0, UINT16_MAX},
	};

	if (type == PL_STDBUS_F32)
		return fabs(number) <= (double)3.4028234e38F;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].type == type)
			return number >= rows[i].min && number <= rows[i].max &&
			       number == floor(number);
	}
	return false;
}

size_t pl_stdbus_value_encode(enum pl_stdbus_type type, double number,
			      unsigned char out[PL_STDBUS_VALUE_MAX])
{
	float real = 0;
	uint32_t bits;
	size_t count = 0, size;

	if (!fits(type, number))
		return 0;
	out[count++] = (unsigned char)type;
	if (type == PL_STDBUS_F32) {
		real = (float)number;
		memcpy(&bits, &real, sizeof bits);
	} else {
		bits = type == PL_STDBUS_S32 ? (uint32_t)(int32_t)number : (uint32_t)number;
	}
	size = type == PL_STDBUS_WORDS ? 2 : size_of(type);
	if (type == PL_STDBUS_WORDS)
		out[count++] = 1;
	for (size_t i = 0; i < size; i++)
		out[count++] = (unsigned char)(bits >> (8 * (size - 1 - i)));
	return count;
}
