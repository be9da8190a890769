/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings in all their forms, and devices that share a line; each refusal by its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench_text.h"

#include "plateau/text.h"

#define OVEN  "  oven: {driver: oven, port: /tmp/oven}\n"
#define BENCH TOP OVEN_FIRST
/* The oven stands before the detector. */
#define OVEN_FIRST                                                                                 \
	"devices:\n" OVEN "  det:\n    driver: osechi\n    port: sim:osechi?seed=1\n"              \
	"    channels: {top: {id: 1, threshold: 290}, mid: {id: 2}, btm: {id: 3}}\n"
#define RECORDING(keys) BENCH "recordings:\n  slow: {" keys "}\n"

static const struct pl_recording *recording_of(struct loaded *l, const char *text)
{
	load(l, text);
	assert_loads(l);
	assert_int_equal(l->bench->recording_count, 1);
	return pl_bench_recording(l->bench, l->bench->recordings[0].name);
}

static void a_short_recording_is_filled_with_the_defaults(void **state)
{
	struct loaded l;
	const struct pl_recording *slow =
	    recording_of(&l, RECORDING("rate: 2 Hz, parameters: [oven.temperature]"));

	(void)state;
	assert_string_equal(slow->name, "slow");
	assert_true(slow->rate_hz == 2);
	assert_int_equal(slow->reading_count, 1);
	assert_string_equal(slow->readings[0].path, "oven.temperature");
	assert_string_equal(slow->readings[0].parameter->name, "temperature");
	assert_int_equal(slow->events_device, -1);
	assert_true(slow->time_ns == 0 && slow->ticks == 0 && slow->counts == 0);
	assert_int_equal(slow->buffer, 0);
	assert_int_equal(slow->overflow, PL_OVERFLOW_BLOCK);
	assert_int_equal(slow->sinks, PL_SINK_CSV);
	assert_true(slow->flush_ns == 1000000000);
	assert_false(slow->raw);
	assert_true(slow->reconnect);
	assert_int_equal(slow->line, 10);
	assert_null(pl_bench_recording(l.bench, "fast"));
	unload(&l);
}

static void every_key_goes_to_its_field(void **state)
{
	struct loaded l;
	const struct pl_recording *slow = recording_of(
	    &l, RECORDING("rate: 5 kHz, parameters: [oven.level], events: det, ticks: 7, counts: "
			  "40, buffer: 12, overflow: drop_oldest, sinks: [sqlite, jsonl], flush: "
			  "200 ms, raw: yes, reconnect: no"));

	(void)state;
	assert_true(slow->rate_hz == 5000);
	assert_int_equal(slow->events_device, 1);
	assert_true(slow->ticks == 7 && slow->counts == 40 && slow->buffer == 12);
	assert_int_equal(slow->overflow, PL_OVERFLOW_DROP_OLDEST);
	assert_int_equal(slow->sinks, PL_SINK_SQLITE | PL_SINK_JSONL);
	assert_true(slow->flush_ns == 200000000);
	assert_true(slow->raw);
	assert_false(slow->reconnect);
	unload(&l);
}

static void events_alone_are_a_recording(void **state)
{
	struct loaded l;
	const struct pl_recording *plain =
	    recording_of(&l, RECORDING("events: det, counts: 400, time: 1 h"));

	(void)state;
	assert_true(plain->rate_hz == 0);
	assert_int_equal(plain->reading_count, 0);
	assert_int_equal(plain->events_device, 1);
	assert_true(plain->time_ns == 3600000000000);
	unload(&l);
}

static void readings_are_grouped_by_device_in_the_order_of_the_bench(void **state)
{
	struct loaded l;
	const struct pl_recording *slow = recording_of(
	    &l, RECORDING("rate: 1 Hz, parameters: [det.events, oven.setpoint, det.temperature, "
			  "oven.temperature, oven.serial, det.top.threshold]"));
	static const char *const paths[] = {"oven.setpoint",   "oven.temperature",
					    "oven.serial",     "det.events",
					    "det.temperature", "det.top.threshold"};

	(void)state;
	assert_int_equal(slow->reading_count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(slow->readings[i].path, paths[i]);
	unload(&l);
}

static void a_star_takes_all_that_can_be_read_and_nothing_twice(void **state)
{
	struct loaded l;
	const struct pl_recording *slow = recording_of(
	    &l, RECORDING("rate: 1 Hz, parameters: [oven.setpoint, oven.*, \"*.temperature\"]"));
	static const char *const paths[] = {"oven.setpoint", "oven.temperature", "oven.level",
					    "oven.serial", "det.temperature"};

	(void)state;
	assert_int_equal(slow->reading_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(slow->readings[i].path, paths[i]);
	unload(&l);
}

static void a_star_never_asks_a_detector(void **state)
{
	struct loaded l;
	const struct pl_recording *slow =
	    recording_of(&l, RECORDING("rate: 1 Hz, parameters: [det.*]"));

	(void)state;
	assert_int_equal(slow->reading_count, 2);
	assert_string_equal(slow->readings[0].path, "det.temperature");
	assert_string_equal(slow->readings[1].path, "det.events");
	unload(&l);
}

static void recordings_are_shown_with_their_origins_and_overridden(void **state)
{
	static const struct pl_override sets[] = {
	    {.path = "recordings.slow.rate", .value = "4Hz"},
	    {.path = "recordings.slow.parameters", .value = "[oven.level, oven.setpoint]"}};
	struct pl_bench_request request = {.overrides = sets, .override_count = 2};
	const char *text = RECORDING("rate: 2 Hz, parameters: [oven.temperature]");
	struct pl_text effective = {0};
	struct loaded l;

	(void)state;
	load_request(&l, text, strlen(text), request);
	assert_loads(&l);
	assert_true(l.bench->recordings[0].rate_hz == 4);
	assert_int_equal(l.bench->recordings[0].reading_count, 2);
	pl_bench_effective(l.bench, &effective);
	assert_non_null(strstr(effective.data, "recordings.slow.rate=4Hz"));
	assert_non_null(strstr(effective.data, "recordings.slow.flush=1 s"));
	assert_non_null(strstr(effective.data, "recordings.slow.sinks=[csv]"));
	assert_non_null(
	    strstr(effective.data, "recordings.slow.parameters=[oven.level, oven.setpoint]"));
	pl_text_free(&effective);
	unload(&l);
}

static void a_slip_in_the_name_of_an_overridden_recording_is_said(void **state)
{
	static const struct pl_override set = {.path = "recordings.slwo.rate", .value = "4Hz"};
	struct pl_bench_request request = {.overrides = &set, .override_count = 1};
	const char *text = RECORDING("rate: 2 Hz, parameters: [oven.temperature]");
	struct loaded l;

	(void)state;
	load_request(&l, text, strlen(text), request);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "slwo", "slow");
	unload(&l);
}

/* ---- refusals ---- */

#define ONE "parameters: [oven.level]"

static void what_cannot_be_recorded_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *keys, *word, *other;
	} rows[] = {
	    {"rate: 0 Hz, " ONE, "rate", "0.001..5000 Hz"},
	    {"rate: -1 Hz, " ONE, "rate", "0.001..5000 Hz"},
	    {"rate: 5.1 kHz, " ONE, "rate", "0.001..5000 Hz"},
	    {"rate: 2, " ONE, "rate", "write 2 Hz"},
	    {ONE, "recordings.slow.rate is missing", "1 Hz"},
	    {"rate: 1 Hz, time: 0 s, " ONE, "time", "outside"},
	    {"rate: 1 Hz, time: -5 s, " ONE, "time", "negative"},
	    {"rate: 1 Hz, ticks: 0, " ONE, "ticks", "outside"},
	    {"rate: 1 Hz, buffer: 0, " ONE, "buffer", "outside 1.."},
	    {"rate: 1 Hz, time: 5 s, ticks: 5, " ONE, "ticks", "not both"},
	    {"rate: 1 Hz, counts: 5, " ONE, "counts", "no events are recorded"},
	    {"events: det, ticks: 5", "ticks", "use time or counts"},
	    {"events: det, rate: 5 Hz", "rate", "no parameters"},
	    {"time: 5 s", "records nothing", "parameters: [PATH"},
	    {"rate: 1 Hz, parameters: []", "records nothing", "events: DETECTOR"},
	    {"rate: 1 Hz, parameters: oven.level", "parameters", "a list is wanted"},
	    {"rate: 1 Hz, parameters: [oven.levle]", "levle", "did you mean \"level\""},
	    {"rate: 1 Hz, parameters: [ofen.level]", "ofen", "did you mean \"oven\""},
	    {"rate: 1 Hz, parameters: [ofen.*]", "ofen", "did you mean \"oven\""},
	    {"rate: 1 Hz, parameters: [oven.reset]", "oven.reset", "only be written"},
	    {"rate: 1 Hz, parameters: [oven.level, oven.level]", "oven.level", "twice"},
	    {"rate: 1 Hz, parameters: [oven.temperature, oven.4001]", "oven.temperature", "twice"},
	    {"rate: 1 Hz, parameters: [det.level, \"*.*.threshold\"]", "threshold",
	     "without asking"},
	    {"events: dat", "\"dat\" is no device", "detectors: det"},
	    {"events: oven", "oven is no detector", "detectors: det"},
	    {"events: [det]", "events", "one detector"},
	    {"rate: 1 Hz, overflow: drop, " ONE, "overflow", "drop_newest"},
	    {"rate: 1 Hz, sinks: [], " ONE, "sinks", "one or more"},
	    {"rate: 1 Hz, sinks: [excel], " ONE, "excel", "csv, jsonl and sqlite"},
	    {"rate: 1 Hz, sinks: [csv, csv], " ONE, "csv", "twice"},
	    {"rate: 1 Hz, flush: 0 s, " ONE, "flush", "outside"},
	    {"rats: 1 Hz, rate: 1 Hz, " ONE, "rats", "did you mean \"rate\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char text[1000];

		snprintf(text, sizeof(text), "%srecordings:\n  slow: {%s}\n", BENCH, rows[i].keys);
		load(&l, text);
		assert_int_equal(l.status, PL_ERR_CONFIG);
		assert_problem(&l, rows[i].word, rows[i].other);
		if (l.problems.count != 1)
			print_problems(&l);
		assert_int_equal(l.problems.count, 1);
		assert_int_equal(l.problems.items[0].line, 10);
		unload(&l);
	}
}

static void a_device_without_a_driver_is_said_once(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP "devices:\n  oven: {driver: ofen, port: /tmp/oven}\n"
		     "recordings:\n  slow: {rate: 1 Hz, parameters: [oven.level, \"*\"]}\n"
		     "  plain: {events: oven}\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "no driver \"ofen\"", "oven");
	for (size_t i = 0; i < l.problems.count; i++)
		assert_null(strstr(l.problems.items[i].text, "oven.level"));
	unload(&l);
}

/* ---- lines ---- */

static void instruments_with_addresses_share_a_port(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP "devices:\n  a: {driver: node, port: /tmp/line, unit: 2}\n"
		     "  oven: {driver: oven, port: /tmp/oven}\n"
		     "  b: {driver: node, port: /tmp/line, unit: 1}\n"
		     "  c: {driver: node, port: /tmp/other, unit: 1}\n");
	assert_loads(&l);
	assert_int_equal(l.bench->devices[0].first_on_line, 0);
	assert_int_equal(l.bench->devices[1].first_on_line, 1);
	assert_int_equal(l.bench->devices[2].first_on_line, 0);
	assert_int_equal(l.bench->devices[3].first_on_line, 3);
	unload(&l);
}

static void simulated_lines_are_those_of_the_file(void **state)
{
	struct pl_bench_request request = {.simulate = true};
	const char *text = TOP "devices:\n  a: {driver: node, port: /tmp/line, unit: 2}\n"
			       "  b: {driver: node, port: /tmp/line, unit: 1}\n"
			       "  c: {driver: node, port: /tmp/other, unit: 1}\n";
	struct loaded l;

	(void)state;
	load_request(&l, text, strlen(text), request);
	assert_loads(&l);
	assert_string_equal(l.bench->devices[2].port, "sim:node");
	assert_string_equal(l.bench->devices[2].port_in_file, "/tmp/other");
	assert_int_equal(l.bench->devices[1].first_on_line, 0);
	assert_int_equal(l.bench->devices[2].first_on_line, 2);
	unload(&l);
}

static void what_cannot_share_a_port_is_said_with_both_lines(void **state)
{
	static const struct {
		const char *a, *b, *word, *other;
	} rows[] = {
	    {"driver: node, unit: 3", "driver: node, unit: 3", "a (line 4) and b (line 5)",
	     "same address 3"},
	    {"driver: node", "driver: node, unit: 2, baud: 9600", "a (line 4) and b (line 5)",
	     "baud"},
	    {"driver: node", "driver: oven", "a and b", "same port"},
	    {"driver: oven", "driver: oven", "a and b", "same port"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char text[600];

		snprintf(text, sizeof(text),
			 "%sdevices:\n  a: {%s, port: /tmp/line}\n  b: {%s, port: /tmp/line}\n",
			 TOP, rows[i].a, rows[i].b);
		load(&l, text);
		assert_problem(&l, rows[i].word, rows[i].other);
		assert_int_equal(l.problems.count, 1);
		assert_int_equal(l.problems.items[0].line, 5);
		unload(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_short_recording_is_filled_with_the_defaults),
	    cmocka_unit_test(every_key_goes_to_its_field),
	    cmocka_unit_test(events_alone_are_a_recording),
	    cmocka_unit_test(readings_are_grouped_by_device_in_the_order_of_the_bench),
	    cmocka_unit_test(a_star_takes_all_that_can_be_read_and_nothing_twice),
	    cmocka_unit_test(a_star_never_asks_a_detector),
	    cmocka_unit_test(recordings_are_shown_with_their_origins_and_overridden),
	    cmocka_unit_test(a_slip_in_the_name_of_an_overridden_recording_is_said),
	    cmocka_unit_test(what_cannot_be_recorded_is_refused_with_its_place),
	    cmocka_unit_test(a_device_without_a_driver_is_said_once),
	    cmocka_unit_test(instruments_with_addresses_share_a_port),
	    cmocka_unit_test(simulated_lines_are_those_of_the_file),
	    cmocka_unit_test(what_cannot_share_a_port_is_said_with_both_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
