/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The OSECHI driver in conversation with a scripted device: what it asks, believes and refuses. */
#include "driver/osechi/osechi.h"

#include "unit/fake_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define EVENT	"2 0 0 1136 27.37 100594.35 41.43\r\n"
#define VERSION "{\"type\":\"response\",\"status\":\"ok\",\"version\":\"1.17.0\"}\r\n"
#define STREAM	"{\"type\":\"response\",\"status\":\"ok\",\"sent_us\":1}\r\n"
#define STATUS(a, b, c)                                                                            \
	"{\"type\":\"response\",\"status\":\"ok\",\"version\":\"1.17.0\",\"mac_address\":\"30:"    \
	"AE\","                                                                                    \
	"\"poll_count\":100,\"deadtime_ms\":5,\"stream_enabled\":true,\"uptime_ms\":670449,"       \
	"\"thresholds_ch1\":" #a ",\"thresholds_ch2\":" #b ",\"thresholds_ch3\":" #c "}\r\n"
#define SET(ch, vth)                                                                               \
	"{\"type\":\"response\",\"status\":\"ok\",\"channel\":" #ch ",\"threshold\":" #vth "}\r\n"

enum { TEMPERATURE, PRESSURE, HUMIDITY, ADC, EVENTS, POLL_COUNT, DEADTIME, FIRMWARE, UPTIME };
enum { THRESHOLD, HITS, RATE };

struct bench {
	struct fake_host fake;
	struct pl_channel channels[3];
	struct pl_osechi_options options;
	struct pl_device_spec spec;
	struct pl_identity identity;
	struct pl_write_report report;
	struct pl_reading reading;
	struct pl_error error;
};

static struct bench *bench_new(enum pl_osechi_choice protocol)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	fake_host_init(&bench->fake, &pl_osechi_driver);
	bench->channels[0] = (struct pl_channel){.name = "top", .id = 1, .threshold = 290};
	bench->channels[1] = (struct pl_channel){.name = "mid", .id = 2, .threshold = 300};
	bench->channels[2] = (struct pl_channel){.name = "btm", .id = 3, .threshold = NAN};
	bench->options = (struct pl_osechi_options){
	    .protocol = (int)protocol,
	    .reply_timeout_ns = PL_NS_PER_S,
	    .boot_wait_ns = FAKE_MS(500),
	    .probe_events_ns = 10 * PL_NS_PER_S,
	};
	bench->spec = (struct pl_device_spec){.name = "det",
					      .channels = bench->channels,
					      .channel_count = 3,
					      .options = &bench->options};
	assert_int_equal(pl_osechi_driver.open(&bench->spec, &bench->fake.host, &bench->fake.state,
					       &bench->error),
			 PL_OK);
	return bench;
}

static void bench_free(struct bench *bench)
{
	pl_osechi_driver.close(bench->fake.state);
	free(bench);
}

static enum pl_status probe(struct bench *bench)
{
	return pl_osechi_driver.probe(bench->fake.state, &bench->identity, &bench->error);
}

static enum pl_status set(struct bench *bench, int channel, int value)
{
	return pl_osechi_driver.write(bench->fake.state, channel, THRESHOLD, value, &bench->report,
				      &bench->error);
}

static enum pl_status get(struct bench *bench, int channel, int parameter)
{
	return pl_osechi_driver.read(bench->fake.state, channel, parameter, &bench->reading,
				     &bench->error);
}

static void feed(struct bench *bench, const char *text)
{
	pl_osechi_driver.feed(bench->fake.state, (const unsigned char *)text, strlen(text),
			      bench->fake.now_ns);
}

/* Time passes, what is on its way arrives. */
static void pass(struct bench *bench, int ms)
{
	fake_wait(&bench->fake, bench->fake.now_ns + FAKE_MS(ms), NULL, NULL, NULL);
}

/* A detector of firmware 1.17 that has been probed. */
static struct bench *text_bench(void)
{
	struct bench *bench = bench_new(PL_OSECHI_AUTO);

	fake_rule(&bench->fake, "GET_VERSION\n", VERSION, 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 150, 1);
	assert_int_equal(probe(bench), PL_OK);
	bench->fake.sent[0] = '\0';
	return bench;
}

static struct bench *binary_bench(void)
{
	struct bench *bench = bench_new(PL_OSECHI_BINARY);

	assert_int_equal(probe(bench), PL_OK);
	assert_string_equal(bench->fake.sent, "");
	return bench;
}

/* --- probe --- */

static void auto_finds_a_text_firmware_by_harmless_questions(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_AUTO);

	(void)state;
	fake_arrives(&bench->fake, 10, EVENT);
	fake_arrives(&bench->fake, 510, EVENT);
	fake_rule(&bench->fake, "GET_VERSION\n", VERSION, 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 150, -1);
	assert_int_equal(probe(bench), PL_OK);
	assert_string_equal(bench->fake.sent, "GET_VERSION\nGET_STATUS\n");
	assert_string_equal(bench->identity.protocol, "text");
	assert_string_equal(bench->identity.model, "OSECHI");
	assert_string_equal(bench->identity.firmware, "1.17.0");
	assert_string_equal(bench->identity.serial, "30:AE");
	assert_true(bench->identity.reads_back);
	assert_int_equal(bench->fake.events, 2);
	assert_int_equal(bench->fake.restarts, 0);
	bench_free(bench);
}

static void a_firmware_without_status_is_text_without_read_back(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_TEXT);

	(void)state;
	fake_rule(&bench->fake, "GET_VERSION\n", "OK (kurikintons 1.6.0)\r\n", 150, -1);
	assert_int_equal(probe(bench), PL_OK);
	assert_string_equal(bench->identity.firmware, "1.6.0");
	assert_false(bench->identity.reads_back);
	assert_int_equal(bench->fake.infos, 1);
	bench_free(bench);
}

static void auto_takes_a_silent_device_with_legacy_lines_for_binary(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_AUTO);

	(void)state;
	fake_arrives(&bench->fake, 9000, EVENT);
	assert_int_equal(probe(bench), PL_OK);
	assert_string_equal(bench->identity.protocol, "binary");
	assert_false(bench->identity.reads_back);
	assert_string_equal(bench->fake.sent, "GET_VERSION\nGET_VERSION\n");
	bench_free(bench);
}

static void auto_refuses_a_device_that_says_nothing(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_AUTO);
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	assert_int_equal(probe(bench), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->error.text, "no OSECHI answered"));
	assert_non_null(strstr(bench->error.text, "115200"));
	assert_non_null(strstr(bench->error.text, "protocol: binary"));
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(10500));
	bench_free(bench);
}

static void auto_refuses_json_events_without_answers(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_AUTO);

	(void)state;
	fake_arrives(&bench->fake, 100, "{\"type\":\"event\",\"hit1\":1,\"hit2\":0,\"hit3\":0}\n");
	assert_int_equal(probe(bench), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->error.text, "event lines come"));
	assert_int_equal(bench->fake.events, 1);
	bench_free(bench);
}

static void another_device_is_told_by_what_it_says(void **state)
{
	static const enum pl_osechi_choice choices[] = {PL_OSECHI_AUTO, PL_OSECHI_TEXT,
							PL_OSECHI_BINARY};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct bench *bench = bench_new(choices[i]);

		for (int k = 0; k < 30; k++)
			fake_arrives(&bench->fake, 100 * k, "1 54840 675 317.99 10 18.00\r\n");
		assert_int_not_equal(probe(bench), PL_OK);
		assert_non_null(strstr(bench->error.text, "another device"));
		assert_non_null(strstr(bench->error.text, "1 54840 675"));
		assert_null(strstr(bench->fake.sent, "SET"));
		bench_free(bench);
	}
}

static void case_41_a_wrong_baud_rate_is_suspected_by_name(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_TEXT);

	(void)state;
	fake_arrives(&bench->fake, 10, "\x80\xfe\x1b]\x03\x90\xe0\n\x80\x80\xf8\n");
	assert_int_equal(probe(bench), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->error.text, "baud"));
	assert_non_null(strstr(bench->error.text, "\\x80\\xfe\\x1b"));
	bench_free(bench);
}

static void boot_text_after_opening_means_that_opening_restarted_it(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_BINARY);

	(void)state;
	fake_arrives(&bench->fake, 10, "ets Jun  8 2016 00:22:57\r\n\r\nrst:0x1 (POWERON)\r\n");
	fake_arrives(&bench->fake, 300, "kurikintons ready\r\n");
	fake_arrives(&bench->fake, 700, EVENT);
	assert_int_equal(probe(bench), PL_OK);
	assert_int_equal(bench->fake.restarts, 1);
	assert_string_equal(bench->fake.why, "boot|boot|boot|");
	bench_free(bench);
}

/* --- binary writes --- */

static void a_binary_write_is_confirmed_and_held_for_a_tenth_of_a_second(void **state)
{
	struct bench *bench = binary_bench();
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\r\n20\r\n176\r\n", 0, 30, 1);
	assert_int_equal(set(bench, 0, 300), PL_OK);
	assert_string_equal(bench->fake.sent, "<01><14><b0>\n");
	assert_true(bench->report.applied == 300 && isnan(bench->report.readback));
	assert_string_equal(bench->report.reason, "");
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(130));
	assert_int_equal(bench->report.t_confirmed_ns, bench->fake.now_ns);
	bench_free(bench);
}

static void events_between_the_echo_lines_are_counted_and_do_not_confuse(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_arrives(&bench->fake, 10, "DEBUG x\n1\n" EVENT "# noise\n\n");
	fake_arrives(&bench->fake, 20, EVENT "\x14\n" EVENT EVENT "DEBUG\n\xb0\n" EVENT);
	assert_int_equal(set(bench, 0, 300), PL_OK);
	assert_int_equal(bench->fake.events, 5);
	assert_string_equal(bench->report.reason, "");
	bench_free(bench);
}

static void a_raw_nul_and_a_raw_blank_are_echoes(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x11\x00\n", 4, "1\r\n\x11\r\n\0\r\n", 9, 10, 1);
	fake_rule_bytes(&bench->fake, "\x02\x14\x20\n", 4, "2\r\n\x14\r\n \r\n", 9, 10, 1);
	assert_int_equal(set(bench, 0, 64), PL_OK);
	assert_string_equal(bench->report.reason, "");
	assert_int_equal(set(bench, 1, 264), PL_OK);
	assert_string_equal(bench->report.reason, "");
	bench_free(bench);
}

static void an_unknown_echo_confirms_with_a_remark_noted_once(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\nset\nset\n", 0, 10, -1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(set(bench, 0, 300), PL_OK);
		assert_true(bench->report.applied == 300);
		assert_string_equal(bench->report.reason, "echo_unknown");
	}
	assert_int_equal(bench->fake.infos, 1);
	bench_free(bench);
}

static void an_exact_echo_after_garbage_takes_the_remark_back(void **state)
{
	struct bench *bench = binary_bench();
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	fake_arrives(&bench->fake, 10, "1\n@@\n??\n");
	fake_arrives(&bench->fake, 60, "20\n176\n");
	assert_int_equal(set(bench, 0, 300), PL_OK);
	assert_string_equal(bench->report.reason, "");
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(160));
	bench_free(bench);
}

static void case_43_dame_refuses_a_binary_write(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "dame\r\n", 0, 10, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_REFUSED);
	assert_true(isnan(bench->report.applied));
	assert_string_equal(bench->error.where, "det.top.threshold");
	assert_non_null(strstr(bench->error.text, "dame"));
	bench_free(bench);
}

static void a_binary_write_may_be_answered_by_one_json_line(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, SET(1, 300), 0, 10, 1);
	assert_int_equal(set(bench, 0, 300), PL_OK);
	assert_true(bench->report.applied == 300);
	fake_rule_bytes(&bench->fake, "\x01\x14\xb4\n", 4,
			"{\"type\":\"response\",\"status\":\"error\",\"error_code\":2}\n", 0, 10,
			1);
	assert_int_equal(set(bench, 0, 301), PL_ERR_REFUSED);
	bench_free(bench);
}

static void case_43_an_echo_of_another_value_is_a_mismatch(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\n\x13\n\xe8\n", 0, 10, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_MISMATCH);
	assert_true(bench->report.applied == 250);
	bench_free(bench);
}

static void case_35_half_an_echo_is_unanswered(void **state)
{
	struct bench *bench = binary_bench();
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\n20\n17", 0, 10, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_true(isnan(bench->report.applied));
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(1000));
	bench_free(bench);
}

static void case_34_a_late_echo_is_dropped_and_delays_the_next_write(void **state)
{
	struct bench *bench = binary_bench();
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\nset\nset\n", 0, 1600, 1);
	fake_rule_bytes(&bench->fake, "\x01\x14\xb4\n", 4, NULL, 0, 0, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_int_equal(set(bench, 0, 301), PL_ERR_UNANSWERED); /* not by the late echo */
	assert_true(isnan(bench->report.applied));
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(2600)); /* sent at 1600 */
	assert_string_equal(bench->fake.sent, "<01><14><b0>\n<01><14><b4>\n");
	bench_free(bench);
}

static void case_34_a_very_late_echo_still_confirms_no_other_value(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\n20\n176\n", 0, 2100, 1);
	fake_rule_bytes(&bench->fake, "\x01\x14\xb4\n", 4, "1\n20\n180\n", 0, 300, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_int_equal(set(bench, 0, 301), PL_OK);
	assert_true(bench->report.applied == 301);
	bench_free(bench);
}

/* --- text writes --- */

static void a_text_write_stops_the_stream_reads_back_and_starts_it_again(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_STREAM 1\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_THRESHOLD 2 301\n", SET(2, 301), 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 301, 295), 150, -1);
	int64_t begin_ns = bench->fake.now_ns;
	assert_int_equal(set(bench, 1, 301), PL_OK);
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_THRESHOLD 2 301\nGET_STATUS\n"
					      "SET_STREAM 1\n");
	assert_true(bench->report.applied == 301 && bench->report.readback == 301);
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(340));
	assert_int_equal(bench->fake.strays, 0);
	bench_free(bench);
}

static void every_firmware_confirms_in_its_own_words(void **state)
{
	static const char *const replies[] = {
	    "OK (CH1 set to 300)\r\n",
	    "{\"channel\":1,\"threshold\":300}\n",
	    "{\"type\":\"response\",\"status\":\"ok\",\"channel\":1,\"threshold\":300,\"mode\":"
	    "\"binary\"}\n",
	    SET(1, 300),
	};

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		struct bench *bench = bench_new(PL_OSECHI_TEXT);

		fake_rule(&bench->fake, "GET_VERSION\n", "{\"version\":\"1.7.1\"}\n", 50, -1);
		assert_int_equal(probe(bench), PL_OK);
		fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", replies[i], 150, -1);
		assert_int_equal(set(bench, 0, 300), PL_OK);
		assert_true(bench->report.applied == 300 && isnan(bench->report.readback));
		bench_free(bench);
	}
}

static void replies_split_and_between_events_are_put_together(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(300, 300, 295), 10, -1);
	fake_arrives(&bench->fake, 105, EVENT "{\"type\":\"resp");
	fake_arrives(&bench->fake, 110, "onse\",\"status\":\"ok\",\"chan");
	fake_arrives(&bench->fake, 190, "nel\":1,\"threshold\":300}\r");
	fake_arrives(&bench->fake, 195, "\n" EVENT);
	assert_int_equal(set(bench, 0, 300), PL_OK);
	assert_int_equal(bench->fake.events, 2);
	bench_free(bench);
}

static void a_stream_reply_is_never_a_confirmation(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", STREAM, 150, -1); /* after the 0.1 s */
	fake_rule(&bench->fake, "SET_STREAM 1\n", STREAM, 150, -1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->fake.sent, "SET_STREAM 1\n"));
	bench_free(bench);
}

static void an_error_of_set_stream_is_not_taken_for_a_refusal(void **state)
{
	static const char error[] =
	    "{\"type\":\"response\",\"status\":\"error\",\"error_code\":4}\n";
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", error, 150, -1);
	fake_rule(&bench->fake, "SET_STREAM 1\n", error, 20, -1);
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", SET(1, 300), 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(300, 300, 295), 10, -1);
	pass(bench, 1000);
	/* the late error pays for SET_STREAM 0; switching on is refused, so say so */
	assert_int_equal(set(bench, 0, 300), PL_ERR_REFUSED);
	assert_true(bench->report.applied == 300 && bench->report.readback == 300);
	bench_free(bench);
}

static void case_43_a_refused_text_write_says_why_and_what_is_held(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_STREAM 1\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n",
		  "{\"type\":\"response\",\"status\":\"error\",\"error_code\":3,"
		  "\"error_message\":\"dac\"}\n",
		  150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 10, -1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_REFUSED);
	assert_non_null(strstr(bench->error.text, "dac"));
	assert_true(isnan(bench->report.applied) && bench->report.readback == 290);
	assert_non_null(strstr(bench->fake.sent, "SET_STREAM 1\n"));
	bench_free(bench);
}

static void a_refusal_without_a_stream_reply_is_still_a_refusal(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", "ERROR (value out of range)\r\n", 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 10, -1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_REFUSED);
	assert_non_null(strstr(bench->error.text, "out of range"));
	bench_free(bench);
}

static void case_43_a_clipped_threshold_is_a_mismatch_with_its_read_back(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_THRESHOLD 1 330\n", SET(1, 330), 150, 1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(320, 300, 295), 10, -1);
	assert_int_equal(set(bench, 0, 330), PL_ERR_MISMATCH);
	assert_true(bench->report.applied == 330 && bench->report.readback == 320);
	assert_non_null(strstr(bench->error.text, "320"));
	fake_rule(&bench->fake, "SET_THRESHOLD 1 331\n", SET(1, 320), 150, 1);
	assert_int_equal(set(bench, 0, 331), PL_ERR_MISMATCH);
	assert_true(bench->report.applied == 320 && bench->report.readback == 320);
	bench_free(bench);
}

static void case_34_a_late_text_reply_never_confirms_the_next_write(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", SET(1, 300), 1700, 1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(300, 300, 295), 10, -1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_int_equal(set(bench, 0, 301), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->fake.why, "late"));
	bench_free(bench);
}

static void an_unanswered_write_leaves_the_stream_on(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_THRESHOLD 1 300\nSET_STREAM 1\n");
	bench_free(bench);
}

static void a_stream_that_may_have_stayed_off_fails_the_write(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", SET(1, 300), 150, -1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(300, 300, 295), 10, -1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->error.text, "SET_STREAM 1"));
	assert_non_null(strstr(bench->fake.sent, "SET_STREAM 1\nSET_STREAM 1\n")); /* tried twice */
	bench_free(bench);
}

/* --- aborts --- */

static void case_53_after_an_abort_no_threshold_leaves_any_more(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	bench->fake.cancel_ns = bench->fake.now_ns + FAKE_MS(50); /* SET_STREAM 0 under way */
	assert_int_equal(set(bench, 0, 300), PL_ERR_CANCELLED);
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_STREAM 1\n");
	bench->fake.cancel_ns = 0;
	pass(bench, 5000);
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_STREAM 1\n");
	bench_free(bench);
}

static void an_abort_in_the_middle_still_switches_the_stream_on(void **state)
{
	struct bench *bench = text_bench();
	int64_t begin_ns = bench->fake.now_ns;

	(void)state;
	fake_rule(&bench->fake, "SET_STREAM 0\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_STREAM 1\n", STREAM, 20, -1);
	fake_rule(&bench->fake, "SET_THRESHOLD 1 300\n", SET(1, 300), 400, 1);
	fake_rule(&bench->fake, "SET_THRESHOLD 1 290\n", SET(1, 290), 150, 1);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 10, -1);
	bench->fake.cancel_ns = begin_ns + FAKE_MS(200);
	assert_int_equal(set(bench, 0, 300), PL_ERR_CANCELLED);
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(200));
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_THRESHOLD 1 300\nSET_STREAM 1\n");
	bench->fake.cancel_ns = 0;
	assert_int_equal(set(bench, 0, 290), PL_OK); /* the restore */
	assert_true(bench->report.readback == 290);
	assert_string_equal(bench->fake.why, "late|");
	bench_free(bench);
}

static void case_53_an_aborted_binary_write_is_followed_by_nothing(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	bench->fake.cancel_ns = bench->fake.now_ns + FAKE_MS(5);
	fake_rule_bytes(&bench->fake, "\x01\x14\xb0\n", 4, "1\n20\n176\n", 0, 10, 1);
	assert_int_equal(set(bench, 0, 300), PL_ERR_CANCELLED);
	bench->fake.cancel_ns = 0;
	pass(bench, 5000);
	assert_string_equal(bench->fake.sent, "<01><14><b0>\n");
	assert_int_equal(bench->fake.strays, 3); /* its answer came to nobody */
	bench_free(bench);
}

static void case_26_a_lost_port_ends_a_write_at_once(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	bench->fake.lost_ns = bench->fake.now_ns + FAKE_MS(300);
	assert_int_equal(set(bench, 0, 300), PL_ERR_LOST);
	assert_string_equal(bench->fake.sent, "SET_STREAM 0\nSET_THRESHOLD 1 300\n");
	bench_free(bench);
}

/* --- readings --- */

static void one_status_answers_for_all_readings_of_a_moment(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	pass(bench, 1000);
	fake_rule(&bench->fake, "GET_STATUS\n", STATUS(290, 300, 295), 100, -1);
	int64_t begin_ns = bench->fake.now_ns;
	assert_int_equal(get(bench, 2, THRESHOLD), PL_OK);
	assert_true(bench->reading.value.number == 295);
	assert_int_equal(bench->reading.latency_ns, FAKE_MS(100));
	assert_int_equal(bench->reading.t_mono_ns, begin_ns + FAKE_MS(50));
	assert_int_equal(get(bench, -1, POLL_COUNT), PL_OK);
	assert_true(bench->reading.value.number == 100);
	assert_int_equal(get(bench, -1, DEADTIME), PL_OK);
	assert_true(bench->reading.value.number == 5);
	assert_int_equal(get(bench, -1, UPTIME), PL_OK);
	assert_true(bench->reading.value.number == 670.449);
	assert_int_equal(get(bench, -1, FIRMWARE), PL_OK);
	assert_string_equal(bench->reading.value.text, "1.17.0");
	assert_string_equal(bench->fake.sent, "GET_STATUS\n");
	pass(bench, 300);
	assert_int_equal(get(bench, 0, THRESHOLD), PL_OK);
	assert_string_equal(bench->fake.sent, "GET_STATUS\nGET_STATUS\n");
	bench_free(bench);
}

static void an_unanswered_reading_carries_no_number(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	pass(bench, 1000);
	assert_int_equal(get(bench, 0, THRESHOLD), PL_ERR_UNANSWERED);
	assert_int_equal(bench->reading.quality, PL_QUALITY_MISSING);
	assert_true(isnan(bench->reading.value.number));
	assert_string_equal(bench->reading.reason, "unanswered");
	bench_free(bench);
}

static void binary_reads_nothing_back_and_counts_are_not_asked_for(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	assert_int_equal(get(bench, 0, THRESHOLD), PL_ERR_UNSUPPORTED);
	assert_int_equal(get(bench, 0, HITS), PL_ERR_UNSUPPORTED);
	assert_int_equal(get(bench, 0, RATE), PL_ERR_UNSUPPORTED);
	for (int i = TEMPERATURE; i <= UPTIME; i++) {
		assert_int_equal(get(bench, -1, i), PL_ERR_UNSUPPORTED);
		assert_int_equal(bench->reading.quality, PL_QUALITY_MISSING);
		assert_true(bench->reading.reason[0] != '\0');
	}
	assert_string_equal(bench->fake.sent, "");
	bench_free(bench);
}

/* --- events, restarts, noise --- */

static void an_event_carries_its_values_in_the_order_of_the_rows(void **state)
{
	static const char *const names[] = {"temperature", "pressure", "humidity", "adc"};
	struct bench *bench = binary_bench();
	size_t carried = 0;

	(void)state;
	feed(bench, "0 3 1 1136 27.37 100594.35 41.43\n");
	assert_int_equal(bench->fake.events, 1);
	assert_int_equal(bench->fake.last.hits, 6);
	assert_true(bench->fake.last.carried[0] == 27.37 && bench->fake.last.carried[3] == 1136);
	assert_true(isnan(bench->fake.last.carried[4]) && isnan(bench->fake.last.device_us));
	assert_true(isnan(bench->fake.last.dead_s));
	assert_int_equal(bench->fake.last.t_ns, bench->fake.now_ns);
	for (const struct pl_parameter *row = pl_osechi_driver.parameters; row->name; row++) {
		if (row->kind == PL_KIND_CARRIED)
			assert_string_equal(row->name, names[carried++]);
	}
	assert_int_equal(carried, 4);
	bench_free(bench);
}

static void hits_stand_at_the_place_of_the_channel_not_of_its_id(void **state)
{
	struct bench *bench = bench_new(PL_OSECHI_BINARY);
	void *second = NULL;

	(void)state;
	bench->channels[0].id = 3;
	bench->spec.channel_count = 1;
	assert_int_equal(
	    pl_osechi_driver.open(&bench->spec, &bench->fake.host, &second, &bench->error), PL_OK);
	pl_osechi_driver.feed(second, (const unsigned char *)"1 1 0 5 1.0 2.0 3.0\n", 20, 0);
	assert_int_equal(bench->fake.last.hits, 0);
	pl_osechi_driver.feed(second, (const unsigned char *)"0 0 1 5 1.0 2.0 3.0\n", 20, 0);
	assert_int_equal(bench->fake.last.hits, 1);
	pl_osechi_driver.close(second);
	bench_free(bench);
}

static void feed_uptime(struct bench *bench, uint32_t uptime_ms)
{
	char line[128];

	snprintf(line, sizeof line,
		 "{\"type\":\"event\",\"hit1\":1,\"hit2\":0,\"hit3\":0,\"uptime_ms\":%u}\n",
		 uptime_ms);
	feed(bench, line);
}

static void an_uptime_that_goes_back_is_a_restart(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	feed_uptime(bench, 600000);
	feed_uptime(bench, 599000); /* overtaken in the device's queue */
	assert_int_equal(bench->fake.restarts, 0);
	feed_uptime(bench, 1200);
	assert_int_equal(bench->fake.restarts, 1);
	feed_uptime(bench, 2000);
	assert_int_equal(bench->fake.restarts, 1);
	bench_free(bench);
}

static void case_51_a_wrapped_device_clock_is_unwrapped(void **state)
{
	struct bench *bench = binary_bench();

	(void)state;
	feed_uptime(bench, 4294967000u);
	feed_uptime(bench, 704);
	assert_int_equal(bench->fake.restarts, 0);
	assert_true(bench->fake.last.device_us == 4294968000e3);
	bench_free(bench);
}

static void boot_text_in_the_middle_is_one_restart(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	feed(bench, EVENT "ets Jun  8 2016 00:22:57\r\nrst:0xc (SW_CPU_RESET)\r\n");
	pass(bench, 1000);
	feed(bench, "kurikintons 1.17.0\r\n" EVENT);
	assert_int_equal(bench->fake.restarts, 1);
	assert_int_equal(bench->fake.events, 2);
	pass(bench, 60000);
	feed(bench, "rst:0xc (SW_CPU_RESET)\r\n");
	assert_int_equal(bench->fake.restarts, 2);
	bench_free(bench);
}

static void a_second_boot_is_a_second_restart_however_soon(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	feed(bench, EVENT "ets Jun  8 2016 00:22:57\r\nrst:0xc (SW_CPU_RESET)\r\n");
	assert_int_equal(bench->fake.restarts, 1);
	feed(bench, EVENT "rst:0xc (SW_CPU_RESET)\r\n");
	assert_int_equal(bench->fake.restarts, 2);
	feed(bench, "ets Jun  8 2016 00:22:57\r\nrst:0xc (SW_CPU_RESET)\r\n");
	assert_int_equal(bench->fake.restarts, 3);
	bench_free(bench);
}

static void case_48_an_endless_line_is_one_stray_with_its_length(void **state)
{
	struct bench *bench = binary_bench();
	static unsigned char block[65536];

	(void)state;
	memset(block, 0x1b, sizeof block);
	for (int i = 0; i < 160; i++)
		pl_osechi_driver.feed(bench->fake.state, block, sizeof block, 0);
	assert_int_equal(bench->fake.warnings, 1);
	assert_int_equal(bench->fake.strays, 0);
	feed(bench, "\n" EVENT);
	assert_int_equal(bench->fake.strays, 1);
	assert_int_equal(bench->fake.warnings, 1);
	assert_string_equal(bench->fake.why, "too_long|");
	assert_non_null(strstr(bench->fake.stray, "(10485760 bytes)"));
	assert_int_equal(bench->fake.events, 1);
	bench_free(bench);
}

static void what_no_parser_takes_is_a_stray_with_its_reason(void **state)
{
	struct bench *bench = text_bench();

	(void)state;
	feed(bench, "DEBUG a\n#\n\n1136 27.37 1005\n" SET(1, 300));
	assert_string_equal(bench->fake.why, "debug|comment|garbage|late|");
	assert_int_equal(bench->fake.events, 0);
	bench_free(bench);
}

static void only_whole_thresholds_of_ten_bits_leave(void **state)
{
	static const double wrong[] = {0, 1024, 300.5, -1, NAN, INFINITY};
	struct bench *bench = binary_bench();

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(pl_osechi_driver.write(bench->fake.state, 0, THRESHOLD, wrong[i],
							&bench->report, &bench->error),
				 PL_ERR_RANGE);
	assert_int_equal(
	    pl_osechi_driver.write(bench->fake.state, 0, HITS, 1, &bench->report, &bench->error),
	    PL_ERR_UNSUPPORTED);
	assert_string_equal(bench->fake.sent, "");
	bench_free(bench);
}

static void a_bench_that_cannot_be_is_refused_by_name(void **state)
{
	struct bench *bench = binary_bench();
	struct pl_channel *mid = &bench->channels[1];

	(void)state;
	assert_int_equal(pl_osechi_driver.check(&bench->spec, &bench->error), PL_OK);
	mid->id = 4;
	assert_int_equal(pl_osechi_driver.check(&bench->spec, &bench->error), PL_ERR_CONFIG);
	assert_non_null(strstr(bench->error.text, "mid"));
	mid->id = 1;
	assert_int_equal(pl_osechi_driver.check(&bench->spec, &bench->error), PL_ERR_CONFIG);
	assert_non_null(strstr(bench->error.text, "same id 1"));
	mid->id = 2;
	mid->threshold = 1024;
	assert_int_equal(pl_osechi_driver.check(&bench->spec, &bench->error), PL_ERR_RANGE);
	bench->spec.channel_count = 0;
	assert_int_equal(pl_osechi_driver.check(&bench->spec, &bench->error), PL_ERR_CONFIG);
	bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(auto_finds_a_text_firmware_by_harmless_questions),
	    cmocka_unit_test(a_firmware_without_status_is_text_without_read_back),
	    cmocka_unit_test(auto_takes_a_silent_device_with_legacy_lines_for_binary),
	    cmocka_unit_test(auto_refuses_a_device_that_says_nothing),
	    cmocka_unit_test(auto_refuses_json_events_without_answers),
	    cmocka_unit_test(another_device_is_told_by_what_it_says),
	    cmocka_unit_test(case_41_a_wrong_baud_rate_is_suspected_by_name),
	    cmocka_unit_test(boot_text_after_opening_means_that_opening_restarted_it),
	    cmocka_unit_test(a_binary_write_is_confirmed_and_held_for_a_tenth_of_a_second),
	    cmocka_unit_test(events_between_the_echo_lines_are_counted_and_do_not_confuse),
	    cmocka_unit_test(a_raw_nul_and_a_raw_blank_are_echoes),
	    cmocka_unit_test(an_unknown_echo_confirms_with_a_remark_noted_once),
	    cmocka_unit_test(an_exact_echo_after_garbage_takes_the_remark_back),
	    cmocka_unit_test(case_43_dame_refuses_a_binary_write),
	    cmocka_unit_test(a_binary_write_may_be_answered_by_one_json_line),
	    cmocka_unit_test(case_43_an_echo_of_another_value_is_a_mismatch),
	    cmocka_unit_test(case_35_half_an_echo_is_unanswered),
	    cmocka_unit_test(case_34_a_late_echo_is_dropped_and_delays_the_next_write),
	    cmocka_unit_test(case_34_a_very_late_echo_still_confirms_no_other_value),
	    cmocka_unit_test(a_text_write_stops_the_stream_reads_back_and_starts_it_again),
	    cmocka_unit_test(every_firmware_confirms_in_its_own_words),
	    cmocka_unit_test(replies_split_and_between_events_are_put_together),
	    cmocka_unit_test(a_stream_reply_is_never_a_confirmation),
	    cmocka_unit_test(an_error_of_set_stream_is_not_taken_for_a_refusal),
	    cmocka_unit_test(case_43_a_refused_text_write_says_why_and_what_is_held),
	    cmocka_unit_test(a_refusal_without_a_stream_reply_is_still_a_refusal),
	    cmocka_unit_test(case_43_a_clipped_threshold_is_a_mismatch_with_its_read_back),
	    cmocka_unit_test(case_34_a_late_text_reply_never_confirms_the_next_write),
	    cmocka_unit_test(an_unanswered_write_leaves_the_stream_on),
	    cmocka_unit_test(a_stream_that_may_have_stayed_off_fails_the_write),
	    cmocka_unit_test(case_53_after_an_abort_no_threshold_leaves_any_more),
	    cmocka_unit_test(an_abort_in_the_middle_still_switches_the_stream_on),
	    cmocka_unit_test(case_53_an_aborted_binary_write_is_followed_by_nothing),
	    cmocka_unit_test(case_26_a_lost_port_ends_a_write_at_once),
	    cmocka_unit_test(one_status_answers_for_all_readings_of_a_moment),
	    cmocka_unit_test(an_unanswered_reading_carries_no_number),
	    cmocka_unit_test(binary_reads_nothing_back_and_counts_are_not_asked_for),
	    cmocka_unit_test(an_event_carries_its_values_in_the_order_of_the_rows),
	    cmocka_unit_test(hits_stand_at_the_place_of_the_channel_not_of_its_id),
	    cmocka_unit_test(an_uptime_that_goes_back_is_a_restart),
	    cmocka_unit_test(case_51_a_wrapped_device_clock_is_unwrapped),
	    cmocka_unit_test(boot_text_in_the_middle_is_one_restart),
	    cmocka_unit_test(a_second_boot_is_a_second_restart_however_soon),
	    cmocka_unit_test(case_48_an_endless_line_is_one_stray_with_its_length),
	    cmocka_unit_test(what_no_parser_takes_is_a_stray_with_its_reason),
	    cmocka_unit_test(only_whole_thresholds_of_ten_bits_leave),
	    cmocka_unit_test(a_bench_that_cannot_be_is_refused_by_name),
	};

	return cmocka_run_group_tests_name("osechi_driver", tests, NULL, NULL);
}
