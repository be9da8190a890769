/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * format.c - numbers with their errors, durations, and foreign text made harmless. Pure, any
 * thread.
 */
#include "format.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#define DIGITS_MAX 9

const char *pl_format_value(char out[PL_FORMAT_SIZE], double value, int digits)
{
	int places = digits < 0 ? 0 : digits > DIGITS_MAX ? DIGITS_MAX : digits;

	if (!isfinite(value))
		snprintf(out, PL_FORMAT_SIZE, "--");
	else if (fabs(value) >= 1e12)
		snprintf(out, PL_FORMAT_SIZE, "%.6e", value);
	else
		snprintf(out, PL_FORMAT_SIZE, "%.*f", places, value);
	return out;
}

/* Places after the point that show two digits of an error. */
static int places_of(double error)
{
	double places = 1 - floor(log10(error));

	return places < 0 ? 0 : places > 6 ? 6 : (int)places;
}

void pl_format_interval(char value_out[PL_FORMAT_SIZE], char error_out[PL_FORMAT_SIZE],
			double value, double lo, double hi, const char *plus_minus)
{
	double down = value - lo, up = hi - value, half = (down + up) / 2;
	char a[PL_FORMAT_SIZE], b[PL_FORMAT_SIZE];
	int places;

	error_out[0] = '\0';
	if (!isfinite(half) || half <= 0 || half >= 1e9) {
		pl_format_value(value_out, value, 2);
		return;
	}
	places = places_of(half);
	pl_format_value(value_out, value, places);
	if (fabs(up - down) <= 0.25 * half)
		snprintf(error_out, PL_FORMAT_SIZE, "%s%.12s", plus_minus,
			 pl_format_value(a, half, places));
	else
		snprintf(error_out, PL_FORMAT_SIZE, "+%.12s -%.12s", pl_format_value(a, up, places),
			 pl_format_value(b, down, places));
}

const char *pl_format_duration(char out[PL_FORMAT_SIZE], double seconds)
{
	int64_t whole;

	if (!isfinite(seconds) || seconds < 0 || seconds > 1e12) {
		snprintf(out, PL_FORMAT_SIZE, "--");
		return out;
	}
	whole = (int64_t)seconds;
	if (seconds < 10)
		snprintf(out, PL_FORMAT_SIZE, "%.1f s", floor(seconds * 10) / 10);
	else if (whole < 60)
		snprintf(out, PL_FORMAT_SIZE, "%d s", (int)whole);
	else if (whole < 3600)
		snprintf(out, PL_FORMAT_SIZE, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
	else if (whole < 86400)
		snprintf(out, PL_FORMAT_SIZE, "%d:%02d:%02d", (int)(whole / 3600),
			 (int)(whole / 60 % 60), (int)(whole % 60));
	else
		snprintf(out, PL_FORMAT_SIZE, "%lld d %02d h", (long long)(whole / 86400),
			 (int)(whole / 3600 % 24));
	return out;
}

const char *pl_format_age(char out[PL_FORMAT_SIZE], double seconds)
{
	static const struct {
		double from, size;
		const char *unit;
	} units[] = {{86400 * 2, 86400, "d"}, {3600 * 2, 3600, "h"}, {60, 60, "min"}, {0, 1, "s"}};
	size_t i = 0;

	snprintf(out, PL_FORMAT_SIZE, "--");
	if (!isfinite(seconds) || seconds < 0 || seconds > 1e12)
		return out;
	while (seconds < units[i].from)
		i++;
	snprintf(out, PL_FORMAT_SIZE, "%.0f %s", floor(seconds / units[i].size), units[i].unit);
	return out;
}

const char *pl_format_local_time(char out[PL_FORMAT_SIZE], const char *utc)
{
	struct tm at = {0};
	char local[PL_LOCAL_SIZE];

	if (sscanf(utc, "%4d-%2d-%2dT%2d:%2d:%2d", &at.tm_year, &at.tm_mon, &at.tm_mday,
		   &at.tm_hour, &at.tm_min, &at.tm_sec) != 6) {
		snprintf(out, PL_FORMAT_SIZE, "%.8s", utc);
		return out;
	}
	at.tm_year -= 1900;
	at.tm_mon -= 1;
	pl_clock_format_local((int64_t)timegm(&at) * PL_NS_PER_S, local);
	snprintf(out, PL_FORMAT_SIZE, "%.8s", local + 11);
	return out;
}

/* Bytes of the character at text that may be shown as it is, 0 when it may not; *columns: how many
 * it takes. Four-byte characters are left out: fonts of consoles and old terminals differ too much
 * about them; so are marks that take none, which could hide what is below them. */
static size_t shown(const char *text, size_t count, bool is_utf8, size_t *columns)
{
	unsigned char byte = (unsigned char)text[0];
	size_t size;
	wchar_t character = 0;
	mbstate_t state = {0};
	int width;

	*columns = 1;
	if (byte >= 0x20 && byte < 0x7f)
		return 1;
	size = is_utf8 ? pl_text_visible(text, count) : 0;
	if (size == 0 || size > 3)
		return 0;
	if (mbrtowc(&character, text, size, &state) != size)
		return 0;
	width = wcwidth(character);
	*columns = width == 2 ? 2 : 1;
	return width == 1 || width == 2 ? size : 0;
}

size_t pl_format_safe(char *out, size_t cap, size_t columns, const char *text, bool is_utf8,
		      bool *is_cut)
{
	size_t count = strlen(text), used = 0, length = 0, i = 0;

	while (i < count) {
		size_t wide, size = shown(text + i, count - i, is_utf8, &wide);
		size_t bytes = size > 0 ? size : 4;

		wide = size > 0 ? wide : 4;
		if (used + wide > columns || length + bytes >= cap)
			break;
		if (size > 0)
			memcpy(out + length, text + i, size);
		else
			snprintf(out + length, cap - length, "\\x%02x", (unsigned char)text[i]);
		length += bytes;
		used += wide;
		i += size > 0 ? size : 1;
	}
	if (cap > 0)
		out[length] = '\0';
	if (is_cut)
		*is_cut = i < count;
	return used;
}

const char *pl_format_next(const char *text)
{
	do
		text++;
	while (((unsigned char)*text & 0xc0) == 0x80);
	return text;
}
