/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * number.c - numbers as decimal text and back, the same in every locale.
 *
 * Both ways have a short path for what benches hold (few digits, small exponents), exact because
 * integers below 2^53 and powers of ten up to 10^22 are doubles and IEEE 754 division and
 * multiplication round correctly (W. D. Clinger, "How to Read Floating Point Numbers Accurately",
 * 1990). The rest goes through the C library in the C locale. Pure, any thread.
 */
#include "plateau/text.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */
#define LONGEST	      400		 /* characters of a number that is read */
#define MOST_DECIMALS 9			 /* of the short path for writing */

static const double powers[] = {1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,
				1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#define POWERS ((int)(sizeof powers / sizeof powers[0]))

/* "123.45" from 12345 and 2 decimals. */
static void put_decimal(char out[PL_NUMBER_SIZE], bool is_negative, uint64_t digits, int decimals)
{
	char reversed[PL_NUMBER_SIZE];
	size_t count = 0, length = 0;

	for (int i = 0; i <= decimals || digits > 0; i++) {
		if (i == decimals && i > 0)
			reversed[count++] = '.';
		reversed[count++] = (char)('0' + digits % 10);
		digits /= 10;
	}
	if (is_negative)
		out[length++] = '-';
	while (count > 0)
		out[length++] = reversed[--count];
	out[length] = '\0';
}

/* A decimal m/10^p with m < 10^15 that equals value is the only one of at most 15 digits that reads
 * back equal, so the one with the fewest decimals is the shortest. */
static bool write_short(double size, bool is_negative, char out[PL_NUMBER_SIZE])
{
	if (size < 1e-4 || size >= 1e15)
		return false;
	for (int p = 1; p <= MOST_DECIMALS; p++) {
		double scaled = size * powers[p];
		uint64_t m = (uint64_t)(scaled + 0.5);

		if (scaled >= 1e15)
			return false;
		if ((double)m / powers[p] == size) {
			put_decimal(out, is_negative, m, p);
			return true;
		}
	}
	return false;
}

static double read_slow(const char *string)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = strtod_l(string, NULL, plain);

	freelocale(plain);
	return value;
}

static void write_slow(double value, char out[PL_NUMBER_SIZE])
{
	/* glibc answers the plain "C" with a static object, so this allocates nothing. */
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(plain);
	char wide[48]; /* what the compiler can prove; 24 characters are the longest there are */

	/* any double of full precision keeps 15 digits, so fewer are only worth a try below */
	for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
		snprintf(wide, sizeof wide, "%.*g", digits, value);
		if (strtod(wide, NULL) == value)
			break;
	}
	pl_text_copy(out, PL_NUMBER_SIZE, wide);
	uselocale(before);
	freelocale(plain);
}

const char *pl_number_format(double value, char out[PL_NUMBER_SIZE])
{
	double size = fabs(value);
	bool is_negative = value < 0;

	out[0] = '\0';
	if (!isfinite(value))
		return out;
	if (size < EXACT_INTEGER && size == floor(size))
		put_decimal(out, is_negative, (uint64_t)size, 0);
	else if (!write_short(size, is_negative, out))
		write_slow(value, out);
	return out;
}

/* Nine digits tell any two floats apart. */
static double of_few_digits(float value)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(plain);
	double found = (double)value;
	char text[48];

	for (int digits = 1; digits <= 9; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, (double)value);
		found = strtod(text, NULL);
		if ((float)found == value)
			break;
	}
	uselocale(before);
	freelocale(plain);
	return found;
}

double pl_number_of_float(float value)
{
	double exact = (double)value, size = fabs(exact), found;

	if (!isfinite(exact) || (size < 1e15 && size == floor(size)))
		return exact;
	for (int p = 1; p <= MOST_DECIMALS && size >= 1e-4 && size < 1e9; p++) {
		found = copysign(floor(size * powers[p] + 0.5) / powers[p], exact);
		if ((float)found == value)
			return found;
	}
	return of_few_digits(value);
}

double pl_number_scaled(double number, double scale, double offset)
{
	double parts = round(1 / scale), shift = offset * parts;

	/* division rounds once; 1/parts is the scale as people write it */
	if (!isfinite(parts) || fabs(parts) < 2 || 1 / parts != scale)
		return number * scale + offset;
	if (shift == round(shift))
		return (number + shift) / parts;
	return number / parts + offset;
}

/* The parts of a decimal: value = ±digits·10^exponent, when is_exact (else too many digits). */
struct decimal {
	bool is_negative, is_zero, is_exact;
	uint64_t digits;
	int exponent;
};

/* Takes digits from *at on into d; returns how many there were. */
static int take_digits(const char **at, const char *end, struct decimal *d)
{
	int count = 0;

	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++, count++) {
		if (**at != '0')
			d->is_zero = false;
		if (d->digits >= (UINT64_C(1) << 53) / 10)
			d->is_exact = false;
		else
			d->digits = d->digits * 10 + (uint64_t)(**at - '0');
	}
	return count;
}

static bool take_sign(const char **at, const char *end)
{
	if (*at < end && (**at == '+' || **at == '-'))
		return *(*at)++ == '-';
	return false;
}

/* "e-12": false when there is an e and no digits. Exponents that long are out of range anyway. */
static bool take_exponent(const char **at, const char *end, struct decimal *d)
{
	bool is_negative;
	int value = 0;
	const char *first;

	if (*at == end || (**at != 'e' && **at != 'E'))
		return true;
	(*at)++;
	is_negative = take_sign(at, end);
	first = *at;
	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++)
		value = value < 100000 ? value * 10 + (**at - '0') : value;
	d->exponent += is_negative ? -value : value;
	return *at > first;
}

static bool take_decimal(const char *bytes, size_t count, struct decimal *d)
{
	const char *at = bytes, *end = bytes + count;
	int whole, decimals = 0;

	*d = (struct decimal){.is_zero = true, .is_exact = true};
	d->is_negative = take_sign(&at, end);
	whole = take_digits(&at, end, d);
	if (at < end && *at == '.') {
		at++;
		decimals = take_digits(&at, end, d);
	}
	d->exponent = -decimals;
	return whole + decimals > 0 && take_exponent(&at, end, d) && at == end;
}

bool pl_bytes_to_double(const char *bytes, size_t count, double *out)
{
	struct decimal d;
	char copy[LONGEST + 1];
	double value;

	if (count > LONGEST || !take_decimal(bytes, count, &d))
		return false;
	if (d.is_zero || (d.is_exact && d.exponent > -POWERS && d.exponent < POWERS)) {
		value = (double)d.digits;
		if (!d.is_zero)
			value = d.exponent < 0 ? value / powers[-d.exponent]
					       : value * powers[d.exponent];
		*out = d.is_negative ? -value : value;
		return true;
	}
	memcpy(copy, bytes, count);
	copy[count] = '\0';
	value = read_slow(copy);
	if (value == 0 || !isfinite(value))
		return false;
	*out = value;
	return true;
}

bool pl_text_to_double(const char *string, double *out)
{
	return pl_bytes_to_double(string, strnlen(string, LONGEST + 1), out);
}

bool pl_text_to_int(const char *string, int64_t *out)
{
	const char *digits = string + (string[0] == '+' || string[0] == '-');
	int64_t value;
	char *end;

	if (digits[0] < '0' || digits[0] > '9') /* strtoll would take blanks and a second sign */
		return false;
	errno = 0;
	value = strtoll(string, &end, 10);
	if (*end != '\0' || errno == ERANGE)
		return false;
	*out = value;
	return true;
}
