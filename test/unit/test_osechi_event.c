/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event lines, whole and damaged: the usual form is scanned by a shorter way than any other. A line
 * that differs from the usual by a blank alone must tell the same. */
#include "driver/osechi/protocol.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINES	  20000
#define LINE_SIZE 600

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*state >> 33) % below);
}

/* A number as a device, or a bad line, may write it. */
static void draw_number(uint64_t *state, char out[40])
{
	static const char *const odd[] = {
	    "nan",  "-0.00", "inf",   "9007199254740993",	".5",
	    "-ovf", "5.",    "1e3",   "0.1234567890123456",	"+3.25",
	    "",	    "null",  "007.5", "99999999999999999999.25"};
	uint32_t kind = draw(state, 8);

	if (kind == 0)
		snprintf(out, 40, "%s", odd[draw(state, sizeof odd / sizeof odd[0])]);
	else if (kind == 1)
		snprintf(out, 40, "%u", draw(state, 200000));
	else
		snprintf(out, 40, "%s%u.%0*u", kind == 2 ? "-" : "", draw(state, 200000),
			 (int)(1 + draw(state, 4)), draw(state, 10));
}

static void draw_legacy(uint64_t *state, char out[LINE_SIZE])
{
	char sensors[3][40];

	for (int i = 0; i < 3; i++)
		draw_number(state, sensors[i]);
	snprintf(out, LINE_SIZE, "%u %u %u %u %s %s %s", draw(state, 12), draw(state, 12),
		 draw(state, 12), draw(state, 4200), sensors[0], sensors[1], sensors[2]);
}

static void draw_json(uint64_t *state, char out[LINE_SIZE])
{
	static const char *const ends[] = {"", ",\"gnss\":[1,{}]", ",\"hit1\":2", ",", "}"};
	char numbers[6][40];

	for (int i = 0; i < 6; i++)
		draw_number(state, numbers[i]);
	snprintf(out, LINE_SIZE,
		 "{\"type\":\"event\",\"status\":\"ok\",\"hit1\":%u,\"hit2\":%u,\"hit3\":%u,"
		 "\"adc\":%u,\"hit_type\":%u,\"adc_raw\":%s,\"adc_mv\":%u,\"tmp_c\":%s,"
		 "\"atm_pa\":%s,\"hmd_pct\":%s,\"uptime_ms\":%s,\"timedelta_us\":%u,"
		 "\"detected_us\":%s%s}",
		 draw(state, 12), draw(state, 12), draw(state, 12), draw(state, 4200),
		 draw(state, 8), numbers[0], draw(state, 4000), numbers[1], numbers[2], numbers[3],
		 numbers[4], draw(state, 1u << 30), numbers[5],
		 ends[draw(state, 3) ? 0 : draw(state, 5)]);
}

/* Half of the lines lose, double or change a byte. */
static void damage(uint64_t *state, char line[LINE_SIZE])
{
	static const char bytes[] = "0123456789 .-e\t\"{}[],:\\nul";
	size_t length = strlen(line), at = draw(state, (uint32_t)length);

	switch (draw(state, 6)) {
	case 0:
		memmove(line + at, line + at + 1, length - at);
		break;
	case 1:
		memmove(line + at + 1, line + at, length - at + 1);
		break;
	case 2:
		line[at] = bytes[draw(state, sizeof bytes - 1)];
		break;
	default:
		break;
	}
}

/* The same line with a blank more, after the first one or the first brace. */
static bool add_blank(const char *line, char mark, char out[LINE_SIZE + 1])
{
	const char *found = strchr(line, mark);
	size_t before;

	if (!found)
		return false;
	before = (size_t)(found - line) + 1;
	memcpy(out, line, before);
	out[before] = ' ';
	memcpy(out + before + 1, line + before, strlen(line + before) + 1);
	return true;
}

static bool same_number(double a, double b)
{
	return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

static bool same_event(const struct pl_osechi_event *a, const struct pl_osechi_event *b)
{
	bool is_same = a->is_json == b->is_json && memcmp(a->hits, b->hits, sizeof a->hits) == 0 &&
		       same_number(a->uptime_ms, b->uptime_ms) &&
		       same_number(a->told.device_us, b->told.device_us);

	for (int i = 0; i < PL_OSECHI_CARRIED; i++)
		is_same = is_same && same_number(a->told.carried[i], b->told.carried[i]);
	return is_same;
}

static void compare_ways(bool (*scan)(const char *, size_t, struct pl_osechi_event *),
			 void (*draw_line)(uint64_t *, char *), char mark)
{
	uint64_t state = 1;
	int events = 0;

	for (int i = 0; i < LINES; i++) {
		char line[LINE_SIZE + 1], other[LINE_SIZE + 2];
		struct pl_osechi_event first, second;
		bool is_event;

		draw_line(&state, line);
		damage(&state, line);
		if (!add_blank(line, mark, other))
			continue;
		is_event = scan(line, strlen(line), &first);
		events += is_event;
		if (is_event != scan(other, strlen(other), &second))
			fail_msg("%s an event, but not with a blank more: %s", is_event ? "" : "no",
				 line);
		if (is_event && !same_event(&first, &second))
			fail_msg("told otherwise with a blank more: %s", line);
	}
	assert_in_range(events, LINES / 50, LINES - LINES / 50); /* both were tried */
}

static void the_short_way_and_the_long_way_agree_on_legacy_lines(void **state)
{
	(void)state;
	compare_ways(pl_osechi_event_legacy, draw_legacy, ' ');
}

static void the_short_way_and_the_long_way_agree_on_json_lines(void **state)
{
	(void)state;
	compare_ways(pl_osechi_event_json, draw_json, '{');
}

static void every_sensor_is_the_double_that_strtod_finds(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < LINES; i++) {
		struct pl_osechi_event event;
		char text[48], line[80];
		int whole = (int)draw(&seed, 12) + 1, places = (int)draw(&seed, 12);
		int length = 0;

		for (int k = 0; k < whole + places + (places > 0); k++)
			text[length++] = (char)(k == whole ? '.' : '0' + (int)draw(&seed, 10));
		text[length] = '\0';
		length = snprintf(line, sizeof line, "1 2 3 4 5 %s 6", text);
		if (!pl_osechi_event_legacy(line, (size_t)length, &event))
			fail_msg("no event: %s", line);
		if (event.told.carried[PL_OSECHI_PRESSURE] != strtod(text, NULL))
			fail_msg("%s read as %.17g", text, event.told.carried[PL_OSECHI_PRESSURE]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_short_way_and_the_long_way_agree_on_legacy_lines),
	    cmocka_unit_test(the_short_way_and_the_long_way_agree_on_json_lines),
	    cmocka_unit_test(every_sensor_is_the_double_that_strtod_finds),
	};

	return cmocka_run_group_tests_name("osechi_event", tests, NULL, NULL);
}
