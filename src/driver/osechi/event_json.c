/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * event_json.c - event lines of one JSON object each, scanned by hand.
 *
 * The members may come in any order and with unknown ones between. But the firmware writes them in
 * one order without blanks, so that is tried first, byte by byte; a line that differs is scanned
 * once more, member by member. Both ways find the same. For what holds of both formats see event.c.
 * Pure.
 */
#include "driver/osechi/scan.h"

/* A string after its opening quote; content is left as it stands. */
static inline bool scan_string(struct cursor *cursor, const char **start, size_t *length)
{
	*start = cursor->at;
	for (; *cursor->at != '"'; cursor->at++) {
		if ((unsigned char)*cursor->at < 0x20)
			return false; /* the line's end among them */
		if (*cursor->at == '\\' && ++cursor->at == cursor->end)
			return false;
	}
	*length = (size_t)(cursor->at++ - *start);
	return true;
}

/* Arrays and objects are only skipped: their brackets must balance. */
static const char *skip_nested(struct cursor cursor)
{
	const char *start;
	size_t length;
	int depth = 0;

	while (cursor.at < cursor.end) {
		char byte = *cursor.at++;

		if (byte == '"' && !scan_string(&cursor, &start, &length))
			return NULL;
		if (byte == '{' || byte == '[')
			depth++;
		if ((byte == '}' || byte == ']') && --depth == 0)
			return cursor.at;
	}
	return NULL;
}

static inline bool take_word(struct cursor *cursor, const char *word)
{
	return take_bytes(cursor, word, strlen(word));
}

static const char *scan_number(struct cursor cursor, double *out)
{
	return scan_decimal(cursor, PL_OSECHI_MAY_HAVE_EXPONENT, out);
}

static inline bool skip_value(struct cursor *cursor)
{
	const char *start;
	size_t length;
	double number;

	if (take(cursor, '"'))
		return scan_string(cursor, &start, &length);
	if (take_word(cursor, "true") || take_word(cursor, "false") || take_word(cursor, "null"))
		return true;
	if (*cursor->at == '{' || *cursor->at == '[')
		cursor->at = skip_nested(*cursor);
	else
		cursor->at = scan_number(*cursor, &number);
	return cursor->at != NULL;
}

/* The members we keep. */
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

/* Which member a key names, MEMBERS = none. */
static int find_member(const char *key, size_t length)
{
	for (int i = 0; i < MEMBERS; i++)
		if (members[i].length == length && memcmp(members[i].name, key, length) == 0)
			return i;
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
	if (take_word(cursor, "null"))
		return true;
	cursor->at = scan_number(*cursor, &values[member]);
	return cursor->at != NULL;
}

/* One or more members with commas between; each that we keep at most once in a line. */
static bool scan_members(struct cursor *cursor, double values[MEMBERS], unsigned *seen)
{
	do {
		const char *key;
		size_t length;
		int found;

		take_blanks(cursor);
		if (!take(cursor, '"') || !scan_string(cursor, &key, &length))
			return false;
		take_blanks(cursor);
		if (!take(cursor, ':'))
			return false;
		take_blanks(cursor);
		found = find_member(key, length);
		if (found < MEMBERS && (*seen & 1u << found) != 0)
			return false; /* two lines run together */
		*seen |= 1u << found;
		if (!scan_member(cursor, found, values))
			return false;
		take_blanks(cursor);
	} while (take(cursor, ','));
	return true;
}

#define NUMBER(before, value)                                                                      \
	(take_bytes(&cursor, before, sizeof before - 1) &&                                         \
	 (cursor.at = scan_number(cursor, value)) != NULL)

/* The beginning of a line as the firmware writes it: all members we keep and those between. */
static const char *scan_usual(struct cursor cursor, double values[MEMBERS])
{
	double unused;
	bool is_usual =
	    NUMBER("{\"type\":\"event\",\"status\":\"ok\",\"hit1\":", &values[HIT1]) &&
	    NUMBER(",\"hit2\":", &values[HIT2]) && NUMBER(",\"hit3\":", &values[HIT3]) &&
	    NUMBER(",\"adc\":", &values[ADC]) && NUMBER(",\"hit_type\":", &unused) &&
	    NUMBER(",\"adc_raw\":", &unused) && NUMBER(",\"adc_mv\":", &unused) &&
	    NUMBER(",\"tmp_c\":", &values[TMP]) && NUMBER(",\"atm_pa\":", &values[ATM]) &&
	    NUMBER(",\"hmd_pct\":", &values[HMD]) && NUMBER(",\"uptime_ms\":", &values[UPTIME]) &&
	    NUMBER(",\"timedelta_us\":", &unused) && NUMBER(",\"detected_us\":", &values[DETECTED]);

	return is_usual ? cursor.at : NULL;
}

static bool is_count(double value, int max)
{
	return value >= 0 && value <= max && value == (int)value;
}

/* The whole line is one object. */
static bool scan_object(struct cursor cursor, double values[MEMBERS], unsigned *seen)
{
	const char *rest = scan_usual(cursor, values);
	bool has_members;

	if (rest != NULL) {
		cursor.at = rest;
		*seen = (1u << MEMBERS) - 1;
		take_blanks(&cursor);
		has_members = take(&cursor, ',');
	} else {
		for (int i = 0; i < MEMBERS; i++)
			values[i] = NAN;
		*seen = 0;
		has_members = take(&cursor, '{');
		if (!has_members)
			return false;
	}
	if (has_members && !scan_members(&cursor, values, seen))
		return false;
	if (!take(&cursor, '}'))
		return false;
	take_blanks(&cursor);
	return cursor.at == cursor.end;
}

bool pl_osechi_event_json(const char *line, size_t count, struct pl_osechi_event *out)
{
	const unsigned needed = 1u << TYPE | 1u << HIT1 | 1u << HIT2 | 1u << HIT3;
	struct cursor cursor = cursor_of(line, count);
	double values[MEMBERS];
	unsigned seen;

	if (!scan_object(cursor, values, &seen) || (seen & needed) != needed)
		return false;
	for (int i = 0; i < PL_OSECHI_CHANNELS; i++) {
		if (!is_count(values[HIT1 + i], PL_OSECHI_HITS_MAX))
			return false;
		out->hits[i] = (int)values[HIT1 + i];
	}
	if (!isnan(values[ADC]) && !is_count(values[ADC], PL_OSECHI_ADC_MAX))
		return false;
	out->is_json = true;
	out->told.carried[PL_OSECHI_ADC] = values[ADC];
	out->told.carried[PL_OSECHI_TEMPERATURE] = values[TMP];
	out->told.carried[PL_OSECHI_PRESSURE] = values[ATM];
	out->told.carried[PL_OSECHI_HUMIDITY] = values[HMD];
	out->told.device_us = values[DETECTED];
	out->uptime_ms = values[UPTIME];
	drop_absent_sensor(out->told.carried);
	return true;
}
