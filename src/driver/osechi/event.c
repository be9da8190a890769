/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * event.c - event lines of seven numbers, scanned by hand: every event of a run passes through here
 * or through event_json.c.
 *
 * Both scanners take the whole line or nothing, so half a line or two lines run together are never
 * an event. A sensor that is missing says all zeros, one that failed says nan (null in JSON): both
 * become NaN, and the event still counts. Pure.
 */
#include "driver/osechi/scan.h"

#include "plateau/text.h"

const char *pl_osechi_any_decimal(struct cursor cursor, enum pl_osechi_decimal form, double *out)
{
	const char *start = cursor.at;
	uint64_t unused = 0;

	if (!take(&cursor, '-'))
		take(&cursor, '+');
	take_digits(&cursor, &unused);
	if (take(&cursor, '.') && !is_digit(*cursor.at))
		return NULL;
	take_digits(&cursor, &unused);
	if (form == PL_OSECHI_MAY_HAVE_EXPONENT && (take(&cursor, 'e') || take(&cursor, 'E'))) {
		if (!take(&cursor, '-'))
			take(&cursor, '+');
		take_digits(&cursor, &unused);
	}
	return pl_bytes_to_double(start, (size_t)(cursor.at - start), out) ? cursor.at : NULL;
}

static inline bool scan_integer(struct cursor *cursor, int max, int *out)
{
	int value = 0;

	if (!is_digit(*cursor->at))
		return false;
	do {
		value = value * 10 + (*cursor->at++ - '0');
		if (value > max)
			return false;
	} while (is_digit(*cursor->at));
	*out = value;
	return true;
}

/* The declared words for a sensor that failed: what Arduino's print makes of NaN, infinity and a
 * number too large for it. */
static const char *scan_failed_sensor(struct cursor cursor, double *out)
{
	static const char *const words[] = {"nan", "inf", "-inf", "ovf", "-ovf"};

	*out = NAN;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (take_bytes(&cursor, words[i], strlen(words[i])))
			return cursor.at;
	return NULL;
}

static const char *scan_sensor(struct cursor cursor, double *out)
{
	const char *end = is_digit(*cursor.at) ? NULL : scan_failed_sensor(cursor, out);

	return end != NULL ? end : scan_decimal(cursor, PL_OSECHI_PLAIN, out);
}

/* As the firmware prints it: one blank between, hits of one digit, sensors that work. */
static bool scan_usual(struct cursor cursor, struct pl_osechi_event *out)
{
	double *carried = out->told.carried;
	uint64_t adc = 0;
	const char *start;

	for (int i = 0; i < PL_OSECHI_CHANNELS; i++, cursor.at += 2) {
		if (!is_digit(cursor.at[0]) || cursor.at[1] != ' ')
			return false;
		out->hits[i] = cursor.at[0] - '0';
	}
	start = cursor.at;
	take_digits(&cursor, &adc);
	if (cursor.at == start || cursor.at > start + 4 || adc > PL_OSECHI_ADC_MAX)
		return false;
	carried[PL_OSECHI_ADC] = (int)adc;
	for (int i = PL_OSECHI_TEMPERATURE; i <= PL_OSECHI_HUMIDITY; i++) {
		if (!take(&cursor, ' '))
			return false;
		cursor.at = scan_decimal(cursor, PL_OSECHI_PLAIN, &carried[i]);
		if (cursor.at == NULL)
			return false;
	}
	return cursor.at == cursor.end;
}

/* All else that is an event: more blanks, ten hits, sensors that failed. */
static bool scan_any(struct cursor cursor, struct pl_osechi_event *out)
{
	double *carried = out->told.carried;
	int adc;

	for (int i = 0; i < PL_OSECHI_CHANNELS; i++) {
		if (!scan_integer(&cursor, PL_OSECHI_HITS_MAX, &out->hits[i]) ||
		    !take_blanks(&cursor))
			return false;
	}
	if (!scan_integer(&cursor, PL_OSECHI_ADC_MAX, &adc))
		return false;
	carried[PL_OSECHI_ADC] = adc;
	for (int i = PL_OSECHI_TEMPERATURE; i <= PL_OSECHI_HUMIDITY; i++) {
		if (!take_blanks(&cursor))
			return false;
		cursor.at = scan_sensor(cursor, &carried[i]);
		if (cursor.at == NULL)
			return false;
	}
	take_blanks(&cursor);
	return cursor.at == cursor.end;
}

bool pl_osechi_event_legacy(const char *line, size_t count, struct pl_osechi_event *out)
{
	struct cursor cursor = cursor_of(line, count);

	if (!scan_usual(cursor, out) && !scan_any(cursor, out))
		return false;
	out->is_json = false;
	out->uptime_ms = out->told.device_us = NAN;
	drop_absent_sensor(out->told.carried);
	return true;
}
