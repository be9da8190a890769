/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scans in all their forms: dwell, settle, axis, measure, readings; each refusal by its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench_text.h"

#include "plateau/text.h"

/* Two detectors would be ambiguous: `two` adds the other one. */
#define OVEN	   "  oven: {driver: oven, port: /tmp/oven}\n"
#define TWO	   "  two: {driver: osechi, port: \"sim:osechi?seed=2\", channels: {left: {id: 1}}}\n"
#define BENCH	   TOP DEVICES "    coincidences: {all: [top, mid, btm]}\n" OVEN
#define RANGE	   "    range: {start: 10, stop: 30, step: 10}\n"
#define OVEN_RANGE "    range: {start: 10 C, stop: 30 C, step: 10 C}\n"
#define SET(path)  "scans:\n  s:\n    set: " path "\n    channels: [top, mid]\n"
#define DWELL	   "    dwell: {time: 10 s}\n"
#define SERIAL	   SET("det.threshold") RANGE

static const struct pl_scan *scan_of(struct loaded *l, const char *text)
{
	load(l, text);
	assert_loads(l);
	return &l->bench->scans[0];
}

static void assert_refused(const char *text, const char *word, const char *other)
{
	struct loaded l;

	load(&l, text);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, word, other);
	if (l.problems.count != 1)
		print_problems(&l);
	assert_int_equal(l.problems.count, 1);
	assert_true(l.problems.items[0].line > 0 && l.problems.items[0].column > 0);
	unload(&l);
}

struct refusal {
	const char *line, *word, *other;
};

/* Each line behind `before`; said once and with its place. */
static void assert_lines_refused(const char *before, const struct refusal *rows, size_t count)
{
	char text[3000];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%s%s    %s\n", BENCH, before, rows[i].line);
		assert_refused(text, rows[i].word, rows[i].other);
	}
}
#define REFUSED(before, rows) assert_lines_refused(before, rows, sizeof(rows) / sizeof(rows[0]))

/* ---- dwell ---- */

static void a_dwell_ends_by_counts(void **state)
{
	struct loaded l;
	const struct pl_scan *scan = scan_of(
	    &l, BENCH SERIAL "    dwell: {counts: 400, min: 2 s, max: 60 s, zero_rate: 30 s}\n");

	(void)state;
	assert_int_equal(scan->dwell.rule, PL_DWELL_COUNTS);
	assert_int_equal(scan->dwell.counts, 400);
	assert_true(scan->dwell.min_ns == 2000000000 && scan->dwell.max_ns == 60000000000);
	assert_true(scan->dwell.zero_rate_ns == 30000000000);
	unload(&l);
}

static void a_dwell_ends_by_its_error(void **state)
{
	struct loaded l;
	const struct pl_scan *scan =
	    scan_of(&l, BENCH SERIAL "    dwell: {error: 5 %, max: 60 s, zero_rate: no}\n");

	(void)state;
	assert_int_equal(scan->dwell.rule, PL_DWELL_ERROR);
	assert_true(scan->dwell.error == 0.05);
	assert_true(scan->dwell.min_ns == 0 && scan->dwell.zero_rate_ns == 0);
	unload(&l);
}

static void a_dwell_may_be_a_time_alone(void **state)
{
	struct loaded l;
	const struct pl_scan *scan = scan_of(&l, BENCH SERIAL "    dwell: 3 s\n");

	(void)state;
	assert_int_equal(scan->dwell.rule, PL_DWELL_TIME);
	assert_int_equal(scan->dwell.time_ns, 3000000000);
	unload(&l);
}

static void a_dwell_that_is_none_is_refused(void **state)
{
	static const struct refusal rows[] = {
	    {"settle: 1 s", "scans.s.dwell is missing", "{counts: 400, max: 60 s}"},
	    {"dwell: {min: 1 s}", "scans.s.dwell has no rule", "time, counts or error"},
	    {"dwell: {time: 1 s, counts: 4}", "counts does not go with time", ""},
	    {"dwell: {counts: 4, error: 5 %, max: 1 s}", "error does not go with counts", ""},
	    {"dwell: {counts: 400}", "scans.s.dwell.max is missing", "counts may never be reached"},
	    {"dwell: {error: 5 %}", "scans.s.dwell.max is missing", "error may never be reached"},
	    {"dwell: {counts: 4, min: 3 s, max: 2 s}", "min is longer than max", ""},
	    {"dwell: {time: 1 s, max: 2 s}", "max does not go with time", ""},
	    {"dwell: {time: 1 s, zero_rate: 2 s}", "zero_rate does not go with time", ""},
	    {"dwell: {counts: 0, max: 2 s}", "dwell.counts", "outside 1.."},
	    {"dwell: {counts: 1e3, max: 2 s}", "dwell.counts", "written in digits: 1000"},
	    {"dwell: {error: 5, max: 2 s}", "dwell.error", "write 5 %"},
	    {"dwell: {error: 200 %, max: 2 s}", "dwell.error", "outside 0.01..100 %"},
	    {"dwell: {time: 0 s}", "dwell.time", "outside 0.001.."},
	    {"dwell: 12:30", "scans.s.dwell", "is not a number"},
	    {"dwell: [1 s]", "scans.s.dwell", "not a list"},
	    {"dwell: {conts: 4, time: 1 s}", "unknown key \"conts\"", "did you mean \"counts\""},
	};

	(void)state;
	REFUSED(SERIAL, rows);
}

static void a_rule_of_the_command_line_takes_the_place_of_the_files(void **state)
{
	static const struct pl_override sets[] = {
	    {.path = "scans.s.dwell.counts", .value = "400"},
	    {.path = "scans.s.dwell.max", .value = "60 s"},
	};
	struct pl_bench_request request = {.overrides = sets, .override_count = 2};
	const char *text = BENCH SERIAL DWELL;
	struct pl_text out = {0};
	struct loaded l;

	(void)state;
	load_request(&l, text, strlen(text), request);
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].dwell.rule, PL_DWELL_COUNTS);
	assert_int_equal(l.bench->scans[0].dwell.counts, 400);
	assert_int_equal(l.bench->scans[0].dwell.time_ns, 0);
	pl_bench_effective(l.bench, &out);
	assert_non_null(strstr(out.data, "scans.s.dwell.counts=400 "));
	assert_null(strstr(out.data, "scans.s.dwell.time="));
	pl_text_free(&out);
	unload(&l);
	request.override_count = 1;
	load_request(&l, text, strlen(text), request);
	assert_problem(&l, "scans.s.dwell.max is missing", "");
	unload(&l);
}

/* ---- settle ---- */

#define OVEN_SCAN SET("oven.setpoint") OVEN_RANGE DWELL

static void a_scan_settles_until_a_reading_is_there(void **state)
{
	struct loaded l;
	const struct pl_scan *scan = scan_of(
	    &l, BENCH OVEN_SCAN
	    "    settle: {until: oven.temperature, within: 0.5 C, for: 1 min, at_most: 20 min, "
	    "else: skip}\n");

	(void)state;
	assert_true(scan->until.is_given);
	assert_int_equal(scan->until.target.device, 1);
	assert_int_equal(scan->until.target.channel, -1);
	assert_int_equal(scan->until.target.parameter, 0);
	assert_string_equal(scan->until.path, "oven.temperature");
	assert_true(scan->until.within == 0.5);
	assert_true(scan->until.for_ns == 60000000000 && scan->until.at_most_ns == 1200000000000);
	assert_int_equal(scan->until.otherwise, PL_UNTIL_SKIP);
	assert_int_equal(scan->settle_ns, 0);
	unload(&l);
	scan =
	    scan_of(&l, BENCH OVEN_SCAN "    settle: {until: oven.temperature, within: 0.5 C}\n");
	assert_true(scan->until.for_ns == 60000000000 && scan->until.at_most_ns == 1800000000000);
	assert_int_equal(scan->until.otherwise, PL_UNTIL_STOP);
	unload(&l);
}

static void a_settle_that_cannot_be_is_refused(void **state)
{
	static const struct refusal rows[] = {
	    {"settle: {within: 1 C}", "scans.s.settle.until is missing", ""},
	    {"settle: {until: oven.temperature}", "scans.s.settle.within is missing", ""},
	    {"settle: {until: oven.temperature, within: 1}", "settle.within", "write 1 C"},
	    {"settle: {until: oven.temperature, within: 1 mV}", "settle.within", "use C"},
	    {"settle: {until: oven.temperature, within: 0 C}", "within must be above 0", ""},
	    {"settle: {until: oven.temperature, within: 1 C, for: 2 h}",
	     "for is longer than at_most", ""},
	    {"settle: {until: oven.temperature, within: 1 C, else: wait}", "settle.else",
	     "skip, ask or stop"},
	    {"settle: {until: oven.temprature, within: 1 C}", "until: \"oven.temprature\"",
	     "did you mean \"temperature\""},
	    {"settle: {until: ofen.temperature, within: 1 C}", "until: ", "did you mean \"oven\""},
	    {"settle: {until: oven.*, within: 1 C}", "until: ", "without *"},
	    {"settle: {until: oven.serial, within: 1 C}", "oven.serial is a text", ""},
	    {"settle: {until: oven.reset, within: 1 C}", "oven.reset can only be written", ""},
	    {"settle: {until: oven.level, within: 1 mV}", "oven.level is in mV",
	     "oven.setpoint, which is set, in C"},
	    {"settle: {until: det.temperature, within: 1 C}",
	     "det.temperature comes with the events", ""},
	    {"settle: {until: det.level, within: 1 mV}", "det.level belongs to the detector",
	     "another device"},
	    {"settle: {until: oven.temperature, within: 1 C, four: 1 s}", "unknown key \"four\"",
	     "did you mean \"for\""},
	};

	(void)state;
	REFUSED(OVEN_SCAN, rows);
}

/* ---- axis ---- */

static void any_writable_parameter_can_be_the_axis(void **state)
{
	struct loaded l;
	const struct pl_scan *scan = scan_of(&l, BENCH OVEN_SCAN);

	(void)state;
	assert_int_equal(scan->axis_kind, PL_AXIS_ONE);
	assert_int_equal(scan->axis.device, 1);
	assert_int_equal(scan->axis.parameter, 2);
	assert_string_equal(scan->axis_parameter->name, "setpoint");
	assert_true(scan->axis_range.start == 10 && scan->axis_range.stop == 30);
	assert_string_equal(scan->device->spec.name, "det");
	assert_int_equal(scan->device_index, 0);
	assert_int_equal(scan->channel_count, 2);
	unload(&l);
	scan = scan_of(&l, BENCH SET("det.top.threshold") RANGE DWELL);
	assert_int_equal(scan->axis_kind, PL_AXIS_ONE);
	assert_true(scan->axis.device == 0 && scan->axis.channel == 0);
	unload(&l);
	scan = scan_of(
	    &l, BENCH TWO SET("det.level") "    range: {start: 0 V, stop: 1 V, points: 5}\n" DWELL);
	assert_string_equal(scan->device->spec.name, "det");
	assert_true(scan->axis.channel == -1 && scan->axis_range.stop == 1000);
	unload(&l);
	scan = scan_of(&l, BENCH SERIAL DWELL);
	assert_int_equal(scan->axis_kind, PL_AXIS_CHANNELS);
	unload(&l);
}

static void measure_says_which_detector_is_counted(void **state)
{
	static const char *const two = BENCH TWO
	    "scans:\n  s:\n    set: oven.setpoint\n" OVEN_RANGE DWELL "    channels: [left]\n";
	char text[2000];
	struct loaded l;

	(void)state;
	assert_refused(two, "the bench has 2 detectors (det, two)",
		       "measure: [DETECTOR.CHANNEL.hits]");
	snprintf(text, sizeof(text), "%s    measure: [two.left.hits]\n", two);
	assert_string_equal(scan_of(&l, text)->device->spec.name, "two");
	unload(&l);
	assert_refused(TOP "devices:\n" OVEN "scans:\n  s:\n    set: oven.setpoint\n"
			   "    channels: [top]\n" OVEN_RANGE DWELL,
		       "no detector that could be counted", "oven.setpoint");
}

static void an_axis_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *set, *word, *other;
	} rows[] = {
	    {"threshold", "a path is device.parameter", ""},
	    {"dat.threshold", "no device \"dat\"", "did you mean \"det\""},
	    {"det.treshold", "no parameter \"treshold\"", "did you mean \"threshold\""},
	    {"oven.setpiont", "no parameter \"setpiont\"", "did you mean \"setpoint\""},
	    {"det.tpo.threshold", "no channel \"tpo\"", "did you mean \"top\""},
	    {"det.*.threshold", "without *", ""},
	    {"det.hits", "set: det.hits can only be read", ""},
	    {"oven.temperature", "set: oven.temperature can only be read", ""},
	    {"oven.serial", "set: oven.serial is a text", ""},
	};
	char text[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;

		snprintf(text, sizeof(text),
			 "%sscans:\n  s:\n    set: \"%s\"\n    channels: [top]\n%s%s", BENCH,
			 rows[i].set, RANGE, DWELL);
		load(&l, text);
		assert_problem(&l, rows[i].word, rows[i].other);
		assert_int_equal(l.problems.count, 1);
		unload(&l);
	}
}

static void what_belongs_to_channels_is_refused_elsewhere(void **state)
{
	static const struct refusal rows[] = {
	    {"suppress: 1 C", "suppress: a scan of oven.setpoint suppresses no channel", ""},
	    {"restore: suppress", "restore: ", "no setting that suppresses"},
	    {"restore: configured", "restore: ", "configures no value of oven.setpoint"},
	};
	struct loaded l;

	(void)state;
	REFUSED(OVEN_SCAN, rows);
	assert_refused(BENCH
		       "scans:\n  s:\n    set: oven.setpoint\n    channels: {top: {list: [1 C]}}"
		       "\n" OVEN_RANGE DWELL,
		       "channel top: what is stepped is no channel's", "the scan's range");
	assert_refused(BENCH "scans:\n  s:\n    set: oven.setpoint\n    channels: [top]\n" DWELL,
		       "scans.s.range is missing", "20 C");
	load(&l, BENCH SET("oven.setpoint") RANGE DWELL);
	assert_problem(&l, "range.start", "write 10 C");
	unload(&l);
}

/* ---- mode, measure ---- */

/* "k:index …" */
static void assert_measures(const struct pl_scan *scan, const char *want)
{
	struct pl_text text = {0};

	for (size_t i = 0; i < scan->measure_count; i++)
		pl_text_add(&text, "%s%c:%d", i ? " " : "", "csr"[scan->measures[i].kind],
			    scan -> measures[i].index);
	assert_string_equal(text.data, want);
	pl_text_free(&text);
}

static void the_measures_left_out_are_filled_in(void **state)
{
	struct pl_text out = {0};
	struct loaded l;

	(void)state;
	assert_measures(scan_of(&l, BENCH SERIAL DWELL), "c:0");
	pl_bench_effective(l.bench, &out);
	assert_non_null(strstr(out.data, "scans.s.measure=[det.hits] "));
	pl_text_free(&out);
	unload(&l);
	assert_measures(scan_of(&l, BENCH SERIAL DWELL "    mode: parallel\n    measure: []\n"),
			"s:0 s:1 s:3");
	pl_bench_effective(l.bench, &out);
	assert_non_null(
	    strstr(out.data, "scans.s.measure=[det.top.hits, det.mid.hits, det.all.hits] "));
	pl_text_free(&out);
	unload(&l);
	assert_measures(scan_of(&l, BENCH OVEN_SCAN), "s:0 s:1 s:3");
	unload(&l);
}

static void a_measure_is_the_scanned_channel_a_series_or_a_reading(void **state)
{
	struct loaded l;
	const struct pl_scan *scan = scan_of(
	    &l, BENCH SERIAL DWELL
	    "    measure: [det.hits, det.btm.hits, det.all.hits, oven.level, oven.temperature]\n"
	    "    readings: [oven.temperature]\n");

	(void)state;
	assert_measures(scan, "c:0 s:2 s:3 r:1 r:0");
	assert_int_equal(scan->reading_count, 2);
	assert_string_equal(scan->readings[1].path, "oven.level");
	unload(&l);
}

static void a_measure_that_is_none_is_refused(void **state)
{
	static const struct refusal rows[] = {
	    {"measure: oven.level", "a list of what is measured", "[det.hits]"},
	    {"measure: [det.tpo.hits]", "no channel or coincidence \"tpo\"",
	     "did you mean \"top\""},
	    {"measure: [det.hits, det.hits]", "det.hits is named twice", ""},
	    {"measure: [oven.level, oven.level]", "oven.level is named twice", ""},
	    {"measure: [det.temperature]", "det.temperature comes unasked", "leave it out"},
	    {"measure: [oven.serial]", "measure: oven.serial is a text", ""},
	    {"measure: [oven.levle]", "no parameter \"levle\"", "did you mean \"level\""},
	    {"measure: [{a: b}]", "the path of a parameter", ""},
	};
	static const struct refusal parallel[] = {
	    {"measure: [det.hits]", "no single one is", "name it: det.top.hits"},
	};

	(void)state;
	REFUSED(SERIAL DWELL, rows);
	REFUSED(SERIAL DWELL "    mode: parallel\n", parallel);
	REFUSED(OVEN_SCAN, parallel);
	assert_refused(BENCH TWO SERIAL DWELL "    measure: [two.left.hits]\n", "two.left.hits",
		       "this scan counts det");
}

/* ---- readings, events, drift_check ---- */

static void readings_of_other_devices_are_taken(void **state)
{
	struct loaded l;
	const struct pl_scan *scan =
	    scan_of(&l, BENCH SERIAL DWELL "    readings: [oven.temperature, oven.level]\n"
					   "    events: yes\n    drift_check: yes\n");

	(void)state;
	assert_int_equal(scan->reading_count, 2);
	assert_int_equal(scan->readings[1].target.device, 1);
	assert_int_equal(scan->readings[1].target.parameter, 1);
	assert_string_equal(scan->readings[1].parameter->name, "level");
	assert_int_equal(scan->readings_period_ns, 1000000000);
	assert_true(scan->events && scan->drift_check);
	unload(&l);
	scan = scan_of(&l, BENCH SERIAL DWELL
		       "    readings: {parameters: [oven.temperature], rate: 4 Hz}\n");
	assert_int_equal(scan->reading_count, 1);
	assert_int_equal(scan->readings_period_ns, 250000000);
	assert_false(scan->events || scan->drift_check);
	unload(&l);
}

static void readings_that_cannot_be_taken_are_refused(void **state)
{
	static const struct refusal rows[] = {
	    {"readings: [det.temperature]", "det.temperature comes unasked with the detector's own",
	     "leave it out"},
	    {"readings: [det.events]", "det.events is counted from the events", "measure"},
	    {"readings: [det.level]", "det.level must be asked for", "stop its events"},
	    {"readings: [det.top.threshold]", "det.top.threshold must be asked for", ""},
	    {"readings: [oven.serial]", "readings: oven.serial is a text", ""},
	    {"readings: [oven.reset]", "readings: oven.reset can only be written", ""},
	    {"readings: [oven.level, oven.level]", "oven.level is named twice", ""},
	    {"readings: oven.level", "a list of parameters is wanted", ""},
	    {"readings: {rate: 1 Hz}", "scans.s.readings.parameters is missing", ""},
	    {"readings: {parameters: [oven.level], rate: 0 Hz}", "readings.rate", "outside 0.001"},
	    {"readings: {parameters: [oven.level], rat: 1 Hz}", "unknown key \"rat\"", "\"rate\""},
	    {"events: true", "scans.s.events", "write yes or no"},
	};

	(void)state;
	REFUSED(SERIAL DWELL, rows);
	assert_refused(BENCH TWO SERIAL DWELL "    readings: [two.temperature]\n",
		       "two.temperature comes with the events of a detector", "not counted");
}

/* ---- device ---- */

static void dead_time_and_highest_rate_are_taken(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP DEVICES "    dead_time: {tau: 50 us, error: 5 us, model: nonparalyzable}\n    "
			     "max_rate: 1 kHz\n");
	assert_loads(&l);
	assert_true(l.bench->devices[0].dead_time_error_s == 5e-6);
	assert_true(l.bench->devices[0].max_rate_hz == 1000);
	unload(&l);
	load(&l, TOP DEVICES "    max_rate: no\n");
	assert_loads(&l);
	assert_true(l.bench->devices[0].max_rate_hz == 0);
	unload(&l);
	assert_refused(TOP DEVICES
		       "    dead_time: {tau: 5 us, error: 5 us, model: nonparalyzable}\n",
		       "error is not below tau", "");
	assert_refused(TOP DEVICES "    max_rate: 0 Hz\n", "max_rate", "outside 0.001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dwell_ends_by_counts),
	    cmocka_unit_test(a_dwell_ends_by_its_error),
	    cmocka_unit_test(a_dwell_may_be_a_time_alone),
	    cmocka_unit_test(a_dwell_that_is_none_is_refused),
	    cmocka_unit_test(a_rule_of_the_command_line_takes_the_place_of_the_files),
	    cmocka_unit_test(a_scan_settles_until_a_reading_is_there),
	    cmocka_unit_test(a_settle_that_cannot_be_is_refused),
	    cmocka_unit_test(any_writable_parameter_can_be_the_axis),
	    cmocka_unit_test(measure_says_which_detector_is_counted),
	    cmocka_unit_test(an_axis_that_is_none_is_refused),
	    cmocka_unit_test(what_belongs_to_channels_is_refused_elsewhere),
	    cmocka_unit_test(the_measures_left_out_are_filled_in),
	    cmocka_unit_test(a_measure_is_the_scanned_channel_a_series_or_a_reading),
	    cmocka_unit_test(a_measure_that_is_none_is_refused),
	    cmocka_unit_test(readings_of_other_devices_are_taken),
	    cmocka_unit_test(readings_that_cannot_be_taken_are_refused),
	    cmocka_unit_test(dead_time_and_highest_rate_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
