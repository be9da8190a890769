/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * event.c - event lines, scanned by hand: every event of a run passes through here.
 *
 * Both scanners take the whole line or nothing, so half a line or two lines run together are never
 * an event. A sensor that is missing says all zeros, one that failed says nan (null in JSON): both
 * become NaN, and the event still counts. Pure.
 */
#include "driver/osechi/protocol.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

struct cursor {
	const char *at, *end;
};

static bool is_digit(const struct cursor *cursor)
{
	return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

static bool take(struct cursor *cursor, char byte)
{
	if (cursor->at == cursor->end || *cursor->at != byte)
		return false;
	cursor->at++;
	return true;
}

static bool scan_integer(struct cursor *cursor, int max, int *out)
{
	int value = 0;

	if (!is_digit(cursor))
		return false;
	while (is_digit(cursor)) {
		value = value * 10 + (*cursor->at++ - '0');
		if (value > max)
			return false;
	}
	*out = value;
	return true;
}

/* Any number of digits; how many. More than fit wrap around. */
static size_t take_digits(struct cursor *cursor, uint64_t *mantissa)
{
	const char *start = cursor->at;

	for (; is_digit(cursor); cursor->at++)
		*mantissa = *mantissa * 10 + (uint64_t)(*cursor->at - '0');
	return (size_t)(cursor->at - start);
}

/* [+-]digits[.digits], in JSON with an exponent: exact while mantissa and power of ten both fit a
 * double, which all numbers of the device do; anything longer goes the slow way. */
static bool scan_decimal(struct cursor *cursor, bool may_have_exponent, double *out)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
	const char *start = cursor->at;
	bool is_negative = take(cursor, '-');
	uint64_t mantissa = 0;
	size_t digits, places = 0;

	if (!is_negative)
		take(cursor, '+');
	digits = take_digits(cursor, &mantissa);
	if (take(cursor, '.')) {
		places = take_digits(cursor, &mantissa);
		if (places == 0)
			return false;
	}
	if (digits + places == 0)
		return false;
	if (digits + places > 19 || mantissa >> 53 != 0 ||
	    places >= sizeof powers / sizeof powers[0] ||
	    (may_have_exponent && cursor->at < cursor->end && (*cursor->at | 0x20) == 'e')) {
		const char *more = may_have_exponent ? "0123456789.+-eE" : "0123456789.";

		while (cursor->at < cursor->end && *cursor->at != '\0' &&
		       strchr(more, *cursor->at) != NULL)
			cursor->at++;
		return pl_bytes_to_double(start, (size_t)(cursor->at - start), out);
	}
	*out = (double)mantissa;
	if (places > 0)
		*out /= powers[places];
	if (is_negative)
		*out = -*out;
	return true;
}

/* The declared words for a sensor that failed: what Arduino's print makes of NaN, infinity and a
 * number too large for it. */
static bool scan_failed_sensor(struct cursor *cursor)
{
	static const char *const words[] = {"nan", "inf", "-inf", "ovf", "-ovf"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(cursor->end - cursor->at) >= length &&
		    memcmp(cursor->at, words[i], length) == 0) {
			cursor->at += length;
			return true;
		}
	}
	return false;
}

static bool scan_sensor(struct cursor *cursor, double *out)
{
	if (is_digit(cursor) || !scan_failed_sensor(cursor))
		return scan_decimal(cursor, false, out);
	*out = NAN;
	return true;
}

static bool skip_blanks(struct cursor *cursor)
{
	const char *start = cursor->at;

	while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
		cursor->at++;
	return cursor->at > start;
}

/* No weather has 0 Pa: three zeros mean that there is no sensor. */
static void drop_absent_sensor(struct pl_osechi_event *event)
{
	if (event->temperature_c == 0 && event->pressure_pa == 0 && event->humidity == 0)
		event->temperature_c = event->pressure_pa = event->humidity = NAN;
}

bool pl_osechi_event_legacy(const char *line, size_t count, struct pl_osechi_event *out)
{
	struct cursor cursor = {.at = line, .end = line + count};
	double *const sensors[] = {&out->temperature_c, &out->pressure_pa, &out->humidity};
	int adc = 0;

	for (int i = 0; i < PL_OSECHI_CHANNELS; i++) {
		if (!scan_integer(&cursor, PL_OSECHI_HITS_MAX, &out->hits[i]) ||
		    !skip_blanks(&cursor))
			return false;
	}
	if (!scan_integer(&cursor, PL_OSECHI_ADC_MAX, &adc))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!skip_blanks(&cursor) || !scan_sensor(&cursor, sensors[i]))
			return false;
	}
	skip_blanks(&cursor);
	if (cursor.at != cursor.end)
		return false;
	out->is_json = false;
	out->adc = adc;
	out->uptime_ms = out->detected_us = NAN;
	drop_absent_sensor(out);
	return true;
}

/* A string after its opening quote; content is left as it stands. */
static bool scan_string(struct cursor *cursor, const char **start, size_t *length)
{
	*start = cursor->at;
	for (; cursor->at < cursor->end; cursor->at++) {
		if (*cursor->at == '"') {
			*length = (size_t)(cursor->at - *start);
			cursor->at++;
			return true;
		}
		if ((unsigned char)*cursor->at < 0x20)
			return false;
		if (*cursor->at == '\\' && ++cursor->at == cursor->end)
			return false;
	}
	return false;
}

/* Arrays and objects are only skipped: their brackets must balance. */
static bool skip_nested(struct cursor *cursor)
{
	const char *start;
	size_t length;
	int depth = 0;

	while (cursor->at < cursor->end) {
		char byte = *cursor->at++;

		if (byte == '"' && !scan_string(cursor, &start, &length))
			return false;
		if (byte == '{' || byte == '[')
			depth++;
		if ((byte == '}' || byte == ']') && --depth == 0)
			return true;
	}
	return false;
}

static bool take_word(struct cursor *cursor, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

static bool skip_value(struct cursor *cursor)
{
	const char *start;
	size_t length;
	double number;

	if (take(cursor, '"'))
		return scan_string(cursor, &start, &length);
	if (is_digit(cursor))
		return scan_decimal(cursor, true, &number);
	if (cursor->at < cursor->end && (*cursor->at == '{' || *cursor->at == '['))
		return skip_nested(cursor);
	return take_word(cursor, "true") || take_word(cursor, "false") ||
	       take_word(cursor, "null") || scan_decimal(cursor, true, &number);
}

/* The members we keep, in the order in which the firmware writes them. */
enum { TYPE, HIT1, HIT2, HIT3, ADC, TMP, ATM, HMD, UPTIME, DETECTED, MEMBERS };

static const struct {
	const char *name;
	size_t length;
} members[MEMBERS] = {
    [TYPE] = {"type", 4},	 [HIT1] = {"hit1", 4},
    [HIT2] = {"hit2", 4},	 [HIT3] = {"hit3", 4},
    [ADC] = {"adc", 3},		 [TMP] = {"tmp_c", 5},
    [ATM] = {"atm_pa", 6},	 [HMD] = {"hmd_pct", 7},
    [UPTIME] = {"uptime_ms", 9}, [DETECTED] = {"detected_us", 11},
};

/* Which member a key names, MEMBERS = none. The search starts where the last one ended, so a line
 * in the usual order finds each at the first try. */
static int find_member(const char *key, size_t length, int from)
{
	for (int i = 0; i < MEMBERS; i++) {
		int member = (from + i) % MEMBERS;

		if (members[member].length == length &&
		    memcmp(members[member].name, key, length) == 0)
			return member;
	}
	return MEMBERS;
}

static bool scan_member(struct cursor *cursor, int member, double values[MEMBERS])
{
	const char *text;
	size_t length;

	if (member == MEMBERS)
		return skip_value(cursor);
	if (member == TYPE)
		return take(cursor, '"') && scan_string(cursor, &text, &length) && length == 5 &&
		       memcmp(text, "event", 5) == 0;
	if (!is_digit(cursor) && take_word(cursor, "null"))
		return true;
	return scan_decimal(cursor, true, &values[member]);
}

static void skip_space(struct cursor *cursor)
{
	while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
		cursor->at++;
}

/* The members of one object; false unless it ends where the line ends. */
static bool scan_object(struct cursor *cursor, double values[MEMBERS], unsigned *seen)
{
	int member = MEMBERS - 1;

	do {
		const char *key;
		size_t length;

		skip_space(cursor);
		if (!take(cursor, '"') || !scan_string(cursor, &key, &length))
			return false;
		skip_space(cursor);
		if (!take(cursor, ':'))
			return false;
		skip_space(cursor);
		int found = find_member(key, length, member + 1);
		if (found < MEMBERS) {
			if ((*seen & 1u << found) != 0)
				return false; /* two lines run together */
			*seen |= 1u << found;
			member = found;
		}
		if (!scan_member(cursor, found, values))
			return false;
		skip_space(cursor);
	} while (take(cursor, ','));
	if (!take(cursor, '}'))
		return false;
	skip_space(cursor);
	return cursor->at == cursor->end;
}

static bool is_count(double value, int max)
{
	return value >= 0 && value <= max && value == floor(value);
}

bool pl_osechi_event_json(const char *line, size_t count, struct pl_osechi_event *out)
{
	const unsigned needed = 1u << TYPE | 1u << HIT1 | 1u << HIT2 | 1u << HIT3;
	struct cursor cursor = {.at = line, .end = line + count};
	double values[MEMBERS];
	unsigned seen = 0;

	for (int i = 0; i < MEMBERS; i++)
		values[i] = NAN;
	if (!take(&cursor, '{') || !scan_object(&cursor, values, &seen) ||
	    (seen & needed) != needed)
		return false;
	for (int i = 0; i < PL_OSECHI_CHANNELS; i++) {
		if (!is_count(values[HIT1 + i], PL_OSECHI_HITS_MAX))
			return false;
		out->hits[i] = (int)values[HIT1 + i];
	}
	if (!isnan(values[ADC]) && !is_count(values[ADC], PL_OSECHI_ADC_MAX))
		return false;
	out->is_json = true;
	out->adc = values[ADC];
	out->temperature_c = values[TMP];
	out->pressure_pa = values[ATM];
	out->humidity = values[HMD];
	out->uptime_ms = values[UPTIME];
	out->detected_us = values[DETECTED];
	drop_absent_sensor(out);
	return true;
}
