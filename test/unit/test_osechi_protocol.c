/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of the OSECHI: writes, echoes, event lines, replies, and what is none of these. */
#include "driver/osechi/protocol.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_binary_write_has_the_documented_bytes(void **state)
{
	static const struct {
		int threshold;
		unsigned char bytes[4];
	} rows[] = {
	    {1, {0x01, 0x10, 0x04, 0x0a}},    {64, {0x01, 0x11, 0x00, 0x0a}},
	    {250, {0x01, 0x13, 0xe8, 0x0a}},  {300, {0x01, 0x14, 0xb0, 0x0a}},
	    {500, {0x01, 0x17, 0xd0, 0x0a}},  {1000, {0x01, 0x1f, 0xa0, 0x0a}},
	    {1023, {0x01, 0x1f, 0xfc, 0x0a}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned char out[4];

		pl_osechi_write_encode(1, rows[i].threshold, out);
		assert_memory_equal(out, rows[i].bytes, 4);
	}
}

/* Every value in every form, however the bytes collide with blanks, digits and line ends. */
static void every_threshold_is_confirmed_by_its_echo_in_each_form(void **state)
{
	static const char *const formats[] = {"%c", "%d", "%x", "%X", "0x%02X", "%02x"};

	(void)state;
	for (int value = PL_OSECHI_THRESHOLD_MIN; value <= PL_OSECHI_THRESHOLD_MAX; value++) {
		unsigned char bytes[4];

		pl_osechi_write_encode(2, value, bytes);
		for (int i = 1; i < 3; i++)
			assert_true(bytes[i] != '\n' && bytes[i] != '\r');
		for (int form = 0; form < 6; form++) {
			struct pl_osechi_echo echo;
			char line[8];
			int count;

			pl_osechi_echo_init(&echo, 2, value, 0);
			assert_true(pl_osechi_echo_line(&echo, "2", 1));
			count = snprintf(line, sizeof line, formats[form], bytes[1]);
			assert_true(pl_osechi_echo_line(&echo, line, (size_t)count));
			count = snprintf(line, sizeof line, formats[form], bytes[2]);
			assert_true(pl_osechi_echo_line(&echo, line, (size_t)count));
			assert_int_equal(echo.state, PL_OSECHI_ECHO_CONFIRMED);
		}
	}
}

/* What the first confirmed echo teaches: 300 reads as itself in one form only. */
static unsigned form_of(const char *format)
{
	struct pl_osechi_echo echo;
	unsigned char bytes[4];
	char line[8];
	int count;

	pl_osechi_write_encode(1, 300, bytes);
	pl_osechi_echo_init(&echo, 1, 300, 0);
	pl_osechi_echo_line(&echo, "1", 1);
	for (int i = 1; i < 3; i++) {
		count = snprintf(line, sizeof line, format, bytes[i]);
		pl_osechi_echo_line(&echo, line, (size_t)count);
	}
	assert_int_equal(echo.state, PL_OSECHI_ECHO_CONFIRMED);
	return echo.known;
}

static void no_value_is_confirmed_by_the_echo_of_another_in_a_known_form(void **state)
{
	static const char *const formats[] = {"%c", "%d", "%X"};

	(void)state;
	for (int form = 0; form < 3; form++) {
		unsigned known = form_of(formats[form]);

		for (int asked = 1; asked <= 1023; asked += 7) {
			for (int echoed = 1; echoed <= 1023; echoed += 3) {
				struct pl_osechi_echo echo;
				unsigned char bytes[4];
				char line[8];
				int count;

				if (echoed == asked)
					continue;
				pl_osechi_write_encode(1, echoed, bytes);
				pl_osechi_echo_init(&echo, 1, asked, known);
				pl_osechi_echo_line(&echo, "1", 1);
				for (int i = 1; i < 3; i++) {
					count =
					    snprintf(line, sizeof line, formats[form], bytes[i]);
					pl_osechi_echo_line(&echo, line, (size_t)count);
				}
				assert_int_equal(echo.state, PL_OSECHI_ECHO_WAITING);
				assert_int_equal(echo.other, echoed);
			}
		}
	}
}

static void a_nul_lost_on_its_way_leaves_an_empty_line(void **state)
{
	struct pl_osechi_echo echo;

	(void)state;
	pl_osechi_echo_init(&echo, 1, 64, 0);
	pl_osechi_echo_line(&echo, "1", 1);
	assert_false(pl_osechi_echo_line(&echo, "", 0)); /* before b1: noise */
	pl_osechi_echo_line(&echo, "\x11", 1);
	assert_true(pl_osechi_echo_line(&echo, "", 0));
	assert_int_equal(echo.state, PL_OSECHI_ECHO_CONFIRMED);
}

static void garbage_between_the_echo_lines_does_not_hide_them(void **state)
{
	static const char *const lines[] = {"1", "?!", "20", "%%%", "176"};
	struct pl_osechi_echo echo;

	(void)state;
	pl_osechi_echo_init(&echo, 1, 300, 0);
	for (size_t i = 0; i < 5; i++)
		pl_osechi_echo_line(&echo, lines[i], strlen(lines[i]));
	assert_int_equal(echo.state, PL_OSECHI_ECHO_CONFIRMED);
}

static void two_lines_in_no_form_are_an_unknown_echo(void **state)
{
	struct pl_osechi_echo echo;

	(void)state;
	pl_osechi_echo_init(&echo, 3, 300, 0);
	assert_false(pl_osechi_echo_line(&echo, "set", 3)); /* before "3": not ours */
	pl_osechi_echo_line(&echo, "3", 1);
	pl_osechi_echo_line(&echo, "set", 3);
	assert_int_equal(echo.state, PL_OSECHI_ECHO_BEGUN);
	pl_osechi_echo_line(&echo, "set", 3);
	assert_int_equal(echo.state, PL_OSECHI_ECHO_UNKNOWN);
}

static void a_device_that_has_shown_its_form_is_not_confirmed_by_garbage(void **state)
{
	static const char *const lines[] = {"1", "0 0 1136 27.3", "594.35 41.4", "8", "12"};
	static const char *const echo_lines[] = {"1", "0 1136", "20", "5 41.43", "176"};
	struct pl_osechi_echo echo;

	(void)state;
	pl_osechi_echo_init(&echo, 1, 300, form_of("%d"));
	for (size_t i = 0; i < 5; i++)
		pl_osechi_echo_line(&echo, lines[i], strlen(lines[i]));
	assert_int_equal(echo.state, PL_OSECHI_ECHO_WAITING);
	assert_int_equal(echo.other, -1);
	for (size_t i = 0; i < 5; i++)
		pl_osechi_echo_line(&echo, echo_lines[i], strlen(echo_lines[i]));
	assert_int_equal(echo.state, PL_OSECHI_ECHO_CONFIRMED);
}

static void an_answer_for_another_channel_is_not_taken(void **state)
{
	static const char *const lines[] = {"2", "20", "176"};
	struct pl_osechi_echo echo;

	(void)state;
	pl_osechi_echo_init(&echo, 1, 300, 0);
	for (size_t i = 0; i < 3; i++)
		assert_false(pl_osechi_echo_line(&echo, lines[i], strlen(lines[i])));
	assert_int_equal(echo.state, PL_OSECHI_ECHO_WAITING);
}

static void a_legacy_event_line_is_read(void **state)
{
	static const char line[] = "2 0 10 1136 -27.37 100594.35 41.43";
	struct pl_osechi_event event;

	(void)state;
	assert_true(pl_osechi_event_legacy(line, strlen(line), &event));
	assert_int_equal(event.hits[0], 2);
	assert_int_equal(event.hits[1], 0);
	assert_int_equal(event.hits[2], 10);
	assert_true(event.told.carried[PL_OSECHI_ADC] == 1136 &&
		    event.told.carried[PL_OSECHI_TEMPERATURE] == -27.37);
	assert_true(event.told.carried[PL_OSECHI_PRESSURE] == 100594.35 &&
		    event.told.carried[PL_OSECHI_HUMIDITY] == 41.43);
	assert_true(isnan(event.told.device_us) && isnan(event.uptime_ms));
	assert_false(event.is_json);
}

static void case_47_only_declared_numbers_make_a_legacy_event(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "2",
	    "2 0 0 1136 27.37 100594.35",
	    "2 0 0 1136 27.37 100594.35 41.43 7",
	    "11 0 0 1136 27.37 100594.35 41.43",
	    "-1 0 0 1136 27.37 100594.35 41.43",
	    "2 0 0 4096 27.37 100594.35 41.43",
	    "2 0 0 99999999999999999999 27.37 100594.35 41.43",
	    "2 0 0 0x10 27.37 100594.35 41.43",
	    "2 0 0 1136 27,37 100594.35 41.43",
	    "2 0 0 1136 1e999 100594.35 41.43",
	    "2 0 0 1136 1e2 100594.35 41.43",
	    "2 0 0 1136 --.- 100594.35 41.43",
	    "2 0 0 1136 OL 100594.35 41.43",
	    "2 0 0 1136 27. 100594.35 41.43",
	    "2 0 0 1136 .5 . 41.43",
	    "2 0 0 1136 1.2.3 100594.35 41.43",
	    " 2 0 0 1136 27.37 100594.35 41.43",
	    "2 0 0 1136 27.37 100594.35 41.432 0 0 1136 27.37 100594.35 41.43",
	    "2.0 0 0 1136 27.37 100594.35 41.43",
	};
	struct pl_osechi_event event;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (pl_osechi_event_legacy(wrong[i], strlen(wrong[i]), &event))
			fail_msg("taken as an event: %s", wrong[i]);
	}
	assert_false(pl_osechi_event_legacy("2 0 0 1136 27.37 1005\0 41.43", 28, &event));
}

static void an_event_with_a_failed_or_absent_sensor_still_counts(void **state)
{
	static const char *const lines[] = {
	    "1 1 0 200 nan nan nan", "1 1 0 200 0.00 0.00 0.00", "1 1 0 200 inf ovf -inf",
	    ("{\"type\":\"event\",\"hit1\":1,\"hit2\":1,\"hit3\":0,\"adc\":200,\"tmp_c\":0,"
	     "\"atm_pa\":0,\"hmd_pct\":0}"),
	    "{\"type\":\"event\",\"hit1\":1,\"hit2\":1,\"hit3\":0,\"adc\":200,\"tmp_c\":null}"};
	struct pl_osechi_event event;
	struct pl_osechi_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_int_equal(pl_osechi_classify(lines[i], strlen(lines[i]), &event, &reply),
				 PL_OSECHI_EVENT);
		assert_true(event.told.carried[PL_OSECHI_ADC] == 200 && event.hits[0] == 1);
		assert_true(isnan(event.told.carried[PL_OSECHI_TEMPERATURE]) &&
			    isnan(event.told.carried[PL_OSECHI_PRESSURE]) &&
			    isnan(event.told.carried[PL_OSECHI_HUMIDITY]));
	}
	assert_true(pl_osechi_event_legacy("1 0 0 5 0.00 100000.5 0.00", 26, &event));
	assert_true(event.told.carried[PL_OSECHI_TEMPERATURE] == 0);
}

static void a_json_event_is_read_in_any_order_with_unknown_members(void **state)
{
	static const char *const lines[] = {
	    "{\"type\":\"event\",\"status\":\"ok\",\"hit1\":1,\"hit2\":0,\"hit3\":2,\"adc\":1205,"
	    "\"hit_type\":1,\"adc_raw\":1195,\"adc_mv\":1100,\"tmp_c\":21.5,\"atm_pa\":100594.35,"
	    "\"hmd_pct\":4.1e1,\"uptime_ms\":53675,\"timedelta_us\":884636,"
	    "\"detected_us\":1766584357752874,\"gnss_fix\":[1,{\"a\":\"}]\"}],\"gnss_x\":-1.5e-3}",
	    " { \"detected_us\" : 1766584357752874 , \"x\":\"a\\\"b{\" , \"hmd_pct\":41,"
	    "\"atm_pa\":100594.35, \"tmp_c\":21.50,\"adc\":1205,\"hit3\":2, \"hit2\" :0,"
	    "\"hit1\":1,\"ok\":true,\"no\":false,\"nil\":null,\"uptime_ms\":53675,"
	    "\"type\":\"event\" } "};
	struct pl_osechi_event event;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *line = lines[i] + (i == 1); /* no blank before the first brace */

		assert_true(pl_osechi_event_json(line, strlen(line), &event));
		assert_int_equal(event.hits[0], 1);
		assert_int_equal(event.hits[1], 0);
		assert_int_equal(event.hits[2], 2);
		assert_true(event.is_json && event.told.carried[PL_OSECHI_ADC] == 1205 &&
			    event.told.carried[PL_OSECHI_TEMPERATURE] == 21.5);
		assert_true(event.told.carried[PL_OSECHI_PRESSURE] == 100594.35 &&
			    event.told.carried[PL_OSECHI_HUMIDITY] == 41);
		assert_true(event.uptime_ms == 53675 && event.told.device_us == 1766584357752874.0);
	}
}

#define HITS "\"hit1\":1,\"hit2\":0,\"hit3\":0"

static void half_a_json_event_or_two_run_together_are_none(void **state)
{
	static const char whole[] = "{\"type\":\"event\"," HITS ",\"adc\":5,\"x\":[1,\"a\"]}";
	static const char *const wrong[] = {
	    "{\"type\":\"response\"," HITS ",\"adc\":5}",
	    "{\"type\":\"event\",\"hit1\":1,\"hit2\":0,\"adc\":5}",
	    "{\"type\":\"event\",\"hit1\":11,\"hit2\":0,\"hit3\":0,\"adc\":5}",
	    "{\"type\":\"event\",\"hit1\":-1,\"hit2\":0,\"hit3\":0,\"adc\":5}",
	    "{\"type\":\"event\",\"hit1\":0.5,\"hit2\":0,\"hit3\":0,\"adc\":5}",
	    "{\"type\":\"event\",\"hit1\":null,\"hit2\":0,\"hit3\":0,\"adc\":5}",
	    "{\"type\":\"event\"," HITS ",\"adc\":4096}",
	    "{\"type\":\"event\"," HITS ",\"adc\":\"5\"}",
	    "{\"type\":\"event\"," HITS ",\"adc\":1e999}",
	    "{\"type\":\"event\"," HITS ",\"adc\":5}{\"type\":\"event\"," HITS ",\"adc\":5}",
	    "{\"type\":\"event\"," HITS ",\"adc\":5,\"type\":\"event\"}",
	    "{\"type\":\"event\",\"x\":{\"type\":\"event\"," HITS ",\"adc\":5}",
	    "{\"type\":\"event\"," HITS ",\"adc\":5,}",
	    "{}",
	    "{",
	};
	struct pl_osechi_event event;

	(void)state;
	assert_true(pl_osechi_event_json(whole, strlen(whole), &event));
	for (size_t i = 0; i + 1 < sizeof whole - 1; i++) {
		char half[sizeof whole] = "";

		memcpy(half, whole, i);
		assert_false(pl_osechi_event_json(half, i, &event));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (pl_osechi_event_json(wrong[i], strlen(wrong[i]), &event))
			fail_msg("taken as an event: %s", wrong[i]);
	}
}

static void parse(const char *line, struct pl_osechi_reply *reply)
{
	struct pl_osechi_event event;

	if (pl_osechi_classify(line, strlen(line), &event, reply) != PL_OSECHI_REPLY)
		fail_msg("not taken as a reply: %s", line);
}

static void the_reply_of_each_firmware_confirms(void **state)
{
	static const char *const lines[] = {
	    "OK (CH1 set to 300)",
	    "{\"channel\":1,\"threshold\":300}",
	    "{\"type\":\"response\",\"status\":\"ok\",\"channel\":1,\"threshold\":300,\"mode\":"
	    "\"binary\"}",
	    "{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1765550820582317,\"channel\":1,"
	    "\"threshold\":300}",
	};
	struct pl_osechi_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		parse(lines[i], &reply);
		assert_true(pl_osechi_reply_sets(&reply));
		assert_int_equal(reply.channel, 1);
		assert_int_equal(reply.threshold, 300);
	}
}

static void the_errors_of_each_firmware_are_read(void **state)
{
	static const struct {
		const char *line, *why;
		int code;
	} rows[] = {
	    {"dame", "dame", 0},
	    {"ERROR (value out of range)", "ERROR (value out of range)", 0},
	    {"{\"status\":\"error\",\"command\":\"SET_THRESHOLD\",\"error\":\"too "
	     "big\",\"code\":2}",
	     "too big", 2},
	    {"{\"type\":\"response\",\"status\":\"error\",\"error_code\":2}", "out of range", 2},
	    {"{\"type\":\"response\",\"status\":\"error\",\"error_code\":3,\"error_message\":"
	     "\"dac\\u0007\"}",
	     "dac\\x07", 3},
	    {"{\"type\":\"response\",\"status\":\"error\"}", "no reason given", 0},
	};
	struct pl_osechi_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		parse(rows[i].line, &reply);
		assert_true(reply.is_error);
		assert_false(pl_osechi_reply_sets(&reply));
		assert_int_equal(reply.code, rows[i].code);
		assert_string_equal(pl_osechi_reply_why(&reply), rows[i].why);
	}
}

static void a_version_is_digits_and_points_alone(void **state)
{
	struct pl_osechi_reply reply;

	(void)state;
	parse("OK firmware 1.6.0 of May", &reply);
	assert_string_equal(reply.version, "1.6.0");
	parse("OK 1.\r2.\v3", &reply);
	assert_string_equal(reply.version, "");
	parse("OK 1.-2.+3", &reply);
	assert_string_equal(reply.version, "");
}

static void status_and_version_are_read(void **state)
{
	static const char *const versions[] = {
	    "OK (kurikintons 1.17.0)", "1.17.0", "v1.17.0",
	    "{\"type\":\"response\",\"status\":\"ok\",\"version\":\"1.17.0\"}",
	    "{\"version\":\"1.17.0\"}"};
	struct pl_osechi_reply reply;

	(void)state;
	parse("{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1,\"version\":\"1.17.0\","
	      "\"mac_address\":\"30:AE:A4:9D:08:2C\",\"poll_count\":100,\"deadtime_ms\":0,"
	      "\"stream_enabled\":true,\"uptime_ms\":670449,\"thresholds_ch1\":250,"
	      "\"thresholds_ch2\":1000,\"thresholds_ch3\":1001}",
	      &reply);
	assert_true(pl_osechi_reply_tells_status(&reply));
	assert_false(pl_osechi_reply_sets(&reply));
	assert_int_equal(reply.thresholds[0], 250);
	assert_int_equal(reply.thresholds[2], 1001);
	assert_true(reply.uptime_ms == 670449 && reply.poll_count == 100);
	assert_true(reply.deadtime_ms == 0);
	assert_int_equal(reply.stream_enabled, 1);
	assert_string_equal(reply.version, "1.17.0");
	assert_string_equal(reply.mac, "30:AE:A4:9D:08:2C");
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		parse(versions[i], &reply);
		assert_string_equal(reply.version, "1.17.0");
	}
}

static void a_reply_to_set_stream_confirms_nothing(void **state)
{
	static const char *const lines[] = {
	    "OK", "OK (SET_STREAM)", "{\"stream_enabled\":false}",
	    "{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":12}"};
	struct pl_osechi_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		parse(lines[i], &reply);
		assert_true(pl_osechi_reply_is_plain(&reply));
		assert_false(pl_osechi_reply_sets(&reply));
	}
}

static void what_is_no_answer_is_told_apart(void **state)
{
	static const struct {
		const char *line;
		enum pl_osechi_line kind;
	} rows[] = {
	    {"", PL_OSECHI_EMPTY},
	    {"DEBUG: hit", PL_OSECHI_DEBUG},
	    {"# top mid btm", PL_OSECHI_HASH},
	    {"#2 0 0 1136 27.37 100594.35 41.43", PL_OSECHI_HASH},
	    {"ets Jun  8 2016 00:22:57", PL_OSECHI_BANNER},
	    {"rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", PL_OSECHI_BANNER},
	    {"OSECHI kurikintons 1.17.0", PL_OSECHI_BANNER},
	    {"0 1136 27.37 100594.35 41.43", PL_OSECHI_GARBAGE},
	    {"{\"foo\":1}", PL_OSECHI_GARBAGE},
	    {"{\"type\":\"response\"", PL_OSECHI_GARBAGE},
	    {"\x14", PL_OSECHI_GARBAGE},
	    {"OKAY", PL_OSECHI_GARBAGE},
	    {"OK (CH1 set to 300", PL_OSECHI_REPLY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_osechi_event event;
		struct pl_osechi_reply reply;

		if (pl_osechi_classify(rows[i].line, strlen(rows[i].line), &event, &reply) !=
		    rows[i].kind)
			fail_msg("wrong kind: %s", rows[i].line);
	}
}

static void half_a_confirmation_is_none(void **state)
{
	static const char line[] = "OK (CH1 set to 300)";
	struct pl_osechi_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof line - 1; i++)
		assert_false(pl_osechi_reply_parse(line, i, &reply) &&
			     pl_osechi_reply_sets(&reply));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_binary_write_has_the_documented_bytes),
	    cmocka_unit_test(every_threshold_is_confirmed_by_its_echo_in_each_form),
	    cmocka_unit_test(no_value_is_confirmed_by_the_echo_of_another_in_a_known_form),
	    cmocka_unit_test(a_nul_lost_on_its_way_leaves_an_empty_line),
	    cmocka_unit_test(garbage_between_the_echo_lines_does_not_hide_them),
	    cmocka_unit_test(two_lines_in_no_form_are_an_unknown_echo),
	    cmocka_unit_test(a_device_that_has_shown_its_form_is_not_confirmed_by_garbage),
	    cmocka_unit_test(an_answer_for_another_channel_is_not_taken),
	    cmocka_unit_test(a_legacy_event_line_is_read),
	    cmocka_unit_test(case_47_only_declared_numbers_make_a_legacy_event),
	    cmocka_unit_test(an_event_with_a_failed_or_absent_sensor_still_counts),
	    cmocka_unit_test(a_json_event_is_read_in_any_order_with_unknown_members),
	    cmocka_unit_test(half_a_json_event_or_two_run_together_are_none),
	    cmocka_unit_test(the_reply_of_each_firmware_confirms),
	    cmocka_unit_test(the_errors_of_each_firmware_are_read),
	    cmocka_unit_test(a_version_is_digits_and_points_alone),
	    cmocka_unit_test(status_and_version_are_read),
	    cmocka_unit_test(a_reply_to_set_stream_confirms_nothing),
	    cmocka_unit_test(what_is_no_answer_is_told_apart),
	    cmocka_unit_test(half_a_confirmation_is_none),
	};

	return cmocka_run_group_tests_name("osechi_protocol", tests, NULL, NULL);
}
