/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated detector's protocol: commands framed and checked, replies of every firmware, event
 * lines. */
#include "plateau/clock.h"
#include "sim/osechi_protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct detector {
	struct pl_osim_values values;
	struct pl_osim_device device;
	struct pl_text reply;
};

static void detector_is(struct detector *detector, size_t count, const char *const *words)
{
	struct pl_error error = {0};

	*detector = (struct detector){0};
	if (pl_sim_values(&pl_sim_osechi, count, words, &detector->values, &error) != PL_OK)
		fail_msg("%s: %s", error.where, error.text);
	detector->device = (struct pl_osim_device){
	    .values = &detector->values,
	    .threshold = {250, 1000, 1000},
	    .is_streaming = true,
	    .poll_count = 10,
	    .utc_offset_ns = 1765550820 * PL_NS_PER_S,
	};
}

#define DETECTOR(name, ...)                                                                        \
	struct detector name;                                                                      \
	detector_is(&name, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                 \
		    (const char *[]){__VA_ARGS__})

/* The reply to one command at 0.582317 s after power-on; borrowed until the next one. */
static const char *ask(struct detector *detector, const char *bytes, size_t count)
{
	struct pl_osim_command command;

	pl_osim_parse(&detector->values, bytes, count, &command);
	pl_text_clear(&detector->reply);
	if (!command.is_silent)
		pl_osim_reply(&detector->device, &command, 0, 582317000, &detector->reply);
	return detector->reply.length == 0 ? "" : detector->reply.data;
}

static const char *ask_text(struct detector *detector, const char *command)
{
	return ask(detector, command, strlen(command));
}

static void done(struct detector *detector)
{
	pl_text_free(&detector->reply);
}

static void the_check_values_of_the_binary_write_are_understood(void **state)
{
	static const struct {
		int64_t value;
		unsigned char bytes[3];
		const char *reply;
	} rows[] = {
	    {.value = 1, .bytes = {1, 0x10, 0x04}, .reply = "1\n16\n4"},
	    {.value = 64, .bytes = {1, 0x11, 0x00}, .reply = "1\n17\n0"},
	    {.value = 250, .bytes = {1, 0x13, 0xE8}, .reply = "1\n19\n232"},
	    {.value = 300, .bytes = {1, 0x14, 0xB0}, .reply = "1\n20\n176"},
	    {.value = 500, .bytes = {1, 0x17, 0xD0}, .reply = "1\n23\n208"},
	    {.value = 1000, .bytes = {1, 0x1F, 0xA0}, .reply = "1\n31\n160"},
	    {.value = 1023, .bytes = {1, 0x1F, 0xFC}, .reply = "1\n31\n252"},
	};
	DETECTOR(detector, "protocol=binary");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_osim_command command;
		const char *bytes = (const char *)rows[i].bytes;

		pl_osim_parse(&detector.values, bytes, 3, &command);
		assert_int_equal(command.code, PL_OSIM_DONE);
		assert_int_equal(command.channel, 1);
		assert_int_equal(command.value, rows[i].value);
		assert_string_equal(ask(&detector, bytes, 3), rows[i].reply);
	}
	done(&detector);
}

static void a_bad_binary_write_is_dame(void **state)
{
	static const char *const bad[] = {"\x01\x20\x04", "\x01\x10\x05", "\x01\x10",
					  "\x01\x10\x04x", "\x01"};
	DETECTOR(detector, "protocol=both");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(ask_text(&detector, bad[i]), "dame");
	assert_string_equal(ask(&detector, "\x01\x10\x00", 3), "dame"); /* threshold 0 */
	done(&detector);
}

static void the_echo_has_the_form_asked_for(void **state)
{
	static const char *const rows[][2] = {{"echo=decimal", "2\n20\n176"},
					      {"echo=hex", "2\n14\nB0"},
					      {"echo=raw", "2\n\x14\n\xB0"},
					      {"echo=other", "2\nset\nset"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		DETECTOR(detector, "protocol=binary", rows[i][0]);
		assert_string_equal(ask(&detector, "\x02\x14\xB0", 3), rows[i][1]);
		done(&detector);
	}
}

static void a_binary_write_may_be_answered_by_one_json_line(void **state)
{
	DETECTOR(detector, "reply=json", "firmware=1.11.5");

	(void)state;
	assert_string_equal(ask(&detector, "\x01\x14\xB0", 3),
			    "{\"type\":\"response\",\"status\":\"ok\",\"channel\":1,"
			    "\"threshold\":300,\"mode\":\"binary\"}");
	done(&detector);
}

static void binary_firmware_is_silent_to_words_and_text_firmware_refuses_bytes(void **state)
{
	DETECTOR(binary, "protocol=binary");
	DETECTOR(text, "protocol=text", "firmware=1.6.0");

	(void)state;
	assert_string_equal(ask_text(&binary, "GET_VERSION"), "");
	assert_string_equal(ask(&text, "\x01\x14\xB0", 3), "ERROR (command not supported)");
	done(&binary);
	done(&text);
}

static void every_firmware_answers_a_threshold_in_its_form(void **state)
{
	static const char *const rows[][3] = {
	    {"firmware=1.6.0", "OK (CH1 set to 500)", "ERROR (value out of range)"},
	    {"firmware=1.7.1", "{\"channel\":1,\"threshold\":500}",
	     "{\"status\":\"error\",\"command\":\"SET_THRESHOLD\",\"error\":\"value out of "
	     "range\",\"code\":2}"},
	    {"firmware=1.11.5",
	     "{\"type\":\"response\",\"status\":\"ok\",\"channel\":1,\"threshold\":500,\"mode\":"
	     "\"binary\"}",
	     "{\"type\":\"response\",\"status\":\"error\",\"error_code\":2,\"error_message\":"
	     "\"value out of range\"}"},
	    {"firmware=1.17.0",
	     "{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1765550820582317,\"channel\":1,"
	     "\"threshold\":500}",
	     "{\"type\":\"response\",\"status\":\"error\",\"sent_us\":1765550820582317,\"error_"
	     "code\":2,\"error_message\":\"value out of range\"}"},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		DETECTOR(detector, rows[i][0]);
		assert_string_equal(ask_text(&detector, "SET_THRESHOLD 1 500"), rows[i][1]);
		assert_string_equal(ask_text(&detector, "SET_THRESHOLD 1 4096"), rows[i][2]);
		done(&detector);
	}
}

static void only_the_oldest_firmware_takes_thresholds_up_to_4095(void **state)
{
	DETECTOR(old, "firmware=1.6.0");
	DETECTOR(fresh, "firmware=1.7.1");

	(void)state;
	assert_string_equal(ask_text(&old, "SET_THRESHOLD 2 4095"), "OK (CH2 set to 4095)");
	assert_string_equal(ask_text(&fresh, "SET_THRESHOLD 2 1024"),
			    "{\"status\":\"error\",\"command\":\"SET_THRESHOLD\",\"error\":\"value "
			    "out of range\",\"code\":2}");
	done(&old);
	done(&fresh);
}

static void the_status_can_be_read_back(void **state)
{
	DETECTOR(detector, "firmware=1.17.0");

	(void)state;
	assert_string_equal(
	    ask_text(&detector, "GET_STATUS"),
	    "{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1765550820582317,\"version\":"
	    "\"1.17.0\",\"mac_address\":\"30:AE:A4:9D:08:2C\",\"poll_count\":10,\"deadtime_ms\":0,"
	    "\"stream_enabled\":true,\"uptime_ms\":582,\"thresholds_ch1\":250,\"thresholds_ch2\":"
	    "1000,\"thresholds_ch3\":1000}");
	done(&detector);
}

#define HEAD "{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1765550820582317,"

static void the_other_commands_are_answered(void **state)
{
	static const char *const rows[][2] = {
	    {"GET_VERSION", HEAD "\"version\":\"1.17.0\"}"},
	    {"GET_UPTIME", HEAD "\"uptime_ms\":582}"},
	    {"GET_THRESHOLD 2", HEAD "\"channel\":2,\"threshold\":1000}"},
	    {"GET_MAC_ADDRESS", HEAD "\"mac_address\":\"30:AE:A4:9D:08:2C\"}"},
	    {"SET_POLL_COUNT 10", HEAD "\"poll_count\":10}"},
	    {"SET_RTC_TIME 1765550820", HEAD "\"rtc_time\":1765550820}"},
	    {"SET_STREAM 1", HEAD "\"stream_enabled\":true}"},
	};
	DETECTOR(detector, "firmware=1.17.0");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(ask_text(&detector, rows[i][0]), rows[i][1]);
	done(&detector);
}

static void wrong_commands_have_their_error_codes(void **state)
{
	static const struct {
		const char *line;
		int code;
	} rows[] = {
	    {.line = "SET_THRESHOLD 1", .code = PL_OSIM_BAD_ARGUMENT},
	    {.line = "SET_THRESHOLD 1 2 3", .code = PL_OSIM_BAD_ARGUMENT},
	    {.line = "SET_THRESHOLD 1 2 3 4 5", .code = PL_OSIM_BAD_ARGUMENT},
	    {.line = "SET_THRESHOLD top 300", .code = PL_OSIM_BAD_ARGUMENT},
	    {.line = "SET_THRESHOLD 1 300.5", .code = PL_OSIM_BAD_ARGUMENT},
	    {.line = "SET_THRESHOLD 4 300", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "SET_THRESHOLD 0 300", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "SET_THRESHOLD 1 0", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "SET_THRESHOLD 1 -1", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "SET_THRESHOLD 1 1023", .code = PL_OSIM_DONE},
	    {.line = "SET_STREAM 2", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "SET_POLL_COUNT 0", .code = PL_OSIM_OUT_OF_RANGE},
	    {.line = "GET_HEADERS", .code = PL_OSIM_NOT_SUPPORTED},
	    {.line = "get_version", .code = PL_OSIM_NOT_SUPPORTED},
	    {.line = "   ", .code = PL_OSIM_NOT_SUPPORTED},
	};
	DETECTOR(detector, "firmware=1.17.0");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_osim_command command;

		pl_osim_parse(&detector.values, rows[i].line, strlen(rows[i].line), &command);
		if (command.code != rows[i].code)
			fail_msg("%s: code %d", rows[i].line, command.code);
	}
	done(&detector);
}

static void old_firmware_has_no_status(void **state)
{
	DETECTOR(detector, "firmware=1.7.1");

	(void)state;
	assert_string_equal(
	    ask_text(&detector, "GET_STATUS"),
	    "{\"status\":\"error\",\"command\":\"GET_STATUS\",\"error\":\"command not "
	    "supported\",\"code\":4}");
	done(&detector);
}

/* Feeds bytes; returns how many commands came out, the last of them in line. */
static unsigned feed(struct pl_osim_input *input, const char *bytes, size_t count, char *line,
		     size_t *length)
{
	unsigned commands = 0;

	for (size_t i = 0; i < count; i++)
		commands += pl_osim_input_byte(input, bytes[i], 0, line, length);
	return commands;
}

static void a_command_ends_at_its_newline(void **state)
{
	struct pl_osim_input input = {0};
	char line[PL_OSIM_COMMAND_MAX + 1];
	size_t length;

	(void)state;
	assert_int_equal(feed(&input, "GET_VER", 7, line, &length), 0);
	assert_int_equal(feed(&input, "SION\r\n\n\r\n", 9, line, &length), 1);
	assert_int_equal(feed(&input, "\x01\x11\x00\n", 4, line, &length), 1);
	assert_int_equal(length, 3);
}

static void a_line_is_cut_at_63_bytes(void **state)
{
	struct pl_osim_input input = {0};
	char line[PL_OSIM_COMMAND_MAX + 1], bytes[100];
	size_t length;

	(void)state;
	memset(bytes, 'A', sizeof(bytes));
	assert_int_equal(feed(&input, bytes, sizeof(bytes), line, &length), 1);
	assert_int_equal(length, 63);
	assert_int_equal(feed(&input, "\n", 1, line, &length), 1);
	assert_int_equal(length, 37);
}

static void a_half_command_is_taken_after_500_ms(void **state)
{
	struct pl_osim_input input = {0};
	char line[PL_OSIM_COMMAND_MAX + 1];
	size_t length;

	(void)state;
	assert_true(pl_osim_input_deadline_ns(&input) == PL_NEVER);
	assert_int_equal(feed(&input, "GET_VERSION", 11, line, &length), 0);
	assert_true(pl_osim_input_deadline_ns(&input) == 500 * PL_NS_PER_MS);
	assert_false(pl_osim_input_expire(&input, 499 * PL_NS_PER_MS, line, &length));
	assert_true(pl_osim_input_expire(&input, 500 * PL_NS_PER_MS, line, &length));
	assert_string_equal(line, "GET_VERSION");
}

static void event_lines_have_both_forms(void **state)
{
	static const struct pl_osim_event event = {
	    .t_ns = 53675 * PL_NS_PER_MS, .hits = {2, 0, 1}, .adc = 1136};
	static const struct pl_osim_weather weather = {
	    .temperature_c = -0.27, .pressure_pa = 100594.35, .humidity = 41.43};
	DETECTOR(legacy, "format=legacy");
	DETECTOR(json, "format=json");

	(void)state;
	pl_osim_event_line(&legacy.device, &event, &weather, &legacy.reply);
	assert_string_equal(legacy.reply.data, "2 0 1 1136 -0.27 100594.35 41.43");
	json.device.last_event_ns = event.t_ns - 884636000;
	pl_osim_event_line(&json.device, &event, &weather, &json.reply);
	assert_string_equal(
	    json.reply.data,
	    "{\"type\":\"event\",\"status\":\"ok\",\"hit1\":2,\"hit2\":0,\"hit3\":1,\"adc\":1136,"
	    "\"hit_type\":5,\"adc_raw\":1136,\"adc_mv\":915,\"tmp_c\":-0.27,\"atm_pa\":100594.35,"
	    "\"hmd_pct\":41.43,\"uptime_ms\":53675,\"timedelta_us\":884636,\"detected_us\":"
	    "1765550873675000}");
	done(&legacy);
	done(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_check_values_of_the_binary_write_are_understood),
	    cmocka_unit_test(a_bad_binary_write_is_dame),
	    cmocka_unit_test(the_echo_has_the_form_asked_for),
	    cmocka_unit_test(a_binary_write_may_be_answered_by_one_json_line),
	    cmocka_unit_test(binary_firmware_is_silent_to_words_and_text_firmware_refuses_bytes),
	    cmocka_unit_test(every_firmware_answers_a_threshold_in_its_form),
	    cmocka_unit_test(only_the_oldest_firmware_takes_thresholds_up_to_4095),
	    cmocka_unit_test(the_status_can_be_read_back),
	    cmocka_unit_test(the_other_commands_are_answered),
	    cmocka_unit_test(wrong_commands_have_their_error_codes),
	    cmocka_unit_test(old_firmware_has_no_status),
	    cmocka_unit_test(a_command_ends_at_its_newline),
	    cmocka_unit_test(a_line_is_cut_at_63_bytes),
	    cmocka_unit_test(a_half_command_is_taken_after_500_ms),
	    cmocka_unit_test(event_lines_have_both_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
