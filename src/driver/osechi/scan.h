/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.h - what the two scanners of event lines share, inside this folder only.
 *
 * Inline and short, because every event passes here: a flood of them must not cost more than
 * reading it. The byte at `end` may be read and is none that is looked for (it is what ended the
 * line), so only that which takes several bytes at once compares with `end`. A cursor whose address
 * left its function would be loaded and stored for every byte: what is too long to be inline takes
 * it by value and tells where it then stands, NULL = what it looked for is not there. Pure.
 */
#ifndef DRIVER_OSECHI_SCAN_H
#define DRIVER_OSECHI_SCAN_H

#include "driver/osechi/protocol.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct cursor {
	const char *at, *end;
};

static inline struct cursor cursor_of(const char *line, size_t count)
{
	assert(line[count] == '\n' || line[count] == '\r' || line[count] == '\0');
	return (struct cursor){.at = line, .end = line + count};
}

/* Above 9: not a digit. */
static inline unsigned digit_of(char byte)
{
	return (unsigned)(unsigned char)byte - '0';
}

static inline bool is_digit(char byte)
{
	return digit_of(byte) <= 9;
}

/* Each of these tells whether it was there; a cursor that misses something may stand anywhere. */
static inline bool take(struct cursor *cursor, char byte)
{
	bool is_there = *cursor->at == byte;

	cursor->at += is_there;
	return is_there;
}

static inline bool take_bytes(struct cursor *cursor, const char *bytes, size_t count)
{
	if ((size_t)(cursor->end - cursor->at) < count || memcmp(cursor->at, bytes, count) != 0)
		return false;
	cursor->at += count;
	return true;
}

/* Blanks and tabs; one blank alone is what the device sends. */
static inline bool take_blanks(struct cursor *cursor)
{
	const char *start = cursor->at;

	if (*cursor->at == ' ')
		cursor->at++;
	while (*cursor->at == ' ' || *cursor->at == '\t')
		cursor->at++;
	return cursor->at > start;
}

/* Appends digits, any number of them, to the mantissa. More than 19 in all wrap around. */
static inline void take_digits(struct cursor *cursor, uint64_t *mantissa)
{
	unsigned digit;

	for (; (digit = digit_of(*cursor->at)) <= 9; cursor->at++)
		*mantissa = *mantissa * 10 + digit;
}

enum pl_osechi_decimal { PL_OSECHI_PLAIN, PL_OSECHI_MAY_HAVE_EXPONENT };

/* Any number of the form: signed, of any length. */
const char *pl_osechi_any_decimal(struct cursor cursor, enum pl_osechi_decimal form, double *out);

/* [+-]digits[.digits], in JSON with an exponent; a point without digits is left standing. Mantissa
 * and power of ten of a number of 16 bytes both fit a double exactly (but for some of 16 digits),
 * so their quotient is the double that strtod finds (source: base/number.c). What is signed or
 * longer goes the slow way. */
static inline const char *scan_decimal(struct cursor cursor, enum pl_osechi_decimal form,
				       double *out)
{
	static const double powers[] = {1e0, 1e1, 1e2,	1e3,  1e4,  1e5,  1e6,	1e7,
					1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	const char *start = cursor.at;
	uint64_t mantissa = 0;
	size_t places = 0;

	take_digits(&cursor, &mantissa);
	if (*cursor.at == '.' && is_digit(cursor.at[1])) {
		const char *first = ++cursor.at;

		take_digits(&cursor, &mantissa);
		places = (size_t)(cursor.at - first);
	}
	if ((size_t)(cursor.at - start) - 1 >= 16 || mantissa >> 53 != 0 ||
	    (form == PL_OSECHI_MAY_HAVE_EXPONENT && (*cursor.at | 0x20) == 'e'))
		return pl_osechi_any_decimal((struct cursor){start, cursor.end}, form, out);
	*out = (double)(int64_t)mantissa / powers[places];
	return cursor.at;
}

/* No weather has 0 Pa: three zeros mean that there is no sensor. */
static inline void drop_absent_sensor(double carried[PL_OSECHI_CARRIED])
{
	if (carried[PL_OSECHI_TEMPERATURE] == 0 && carried[PL_OSECHI_PRESSURE] == 0 &&
	    carried[PL_OSECHI_HUMIDITY] == 0)
		carried[PL_OSECHI_TEMPERATURE] = carried[PL_OSECHI_PRESSURE] =
		    carried[PL_OSECHI_HUMIDITY] = NAN;
}

#endif
