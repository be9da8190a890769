/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a form asks of an engine: rows of a scan or a recording, the plan of values not yet used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plateau/version.h"
#include "unit/engine_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RECORDINGS "recordings:\n  env: {rate: 2 Hz, parameters: [det.temperature, det.pressure]}\n"

static int start(void **state)
{
	struct engine *engine = calloc(1, sizeof *engine);

	engine_start(engine, DET(SIM) SCANS
		     "  quick: {set: det.threshold, channels: {top: {start: 290, stop: 290,"
		     " step: 1}, mid: {}},"
		     " range: {start: 290, stop: 300, step: 5}, dwell: 30 ms}\n" RECORDINGS);
	*state = engine;
	return 0;
}

static int stop(void **state)
{
	engine_stop(*state);
	free(*state);
	return 0;
}

static const struct pl_json *result_of(const struct pl_json *answer)
{
	return pl_json_get(answer, "result");
}

static const struct pl_json *row_of(const struct pl_json *answer, const char *name)
{
	const struct pl_json *rows = pl_json_get(result_of(answer), "rows");

	for (size_t i = 0; i < pl_json_size(rows); i++)
		if (strcmp(pl_json_get_text(pl_json_at(rows, i), "name", ""), name) == 0)
			return pl_json_at(rows, i);
	return NULL;
}

static void assert_text(const struct pl_json *row, const char *key, const char *wanted)
{
	assert_non_null(row);
	assert_string_equal(pl_json_get_text(row, key, "(none)"), wanted);
}

static void a_scan_tells_its_rows_with_limits_and_values(void **state)
{
	struct pl_json *answer = ask(*state, "describe", "{\"scan\":\"quick\"}");
	const struct pl_json *row = row_of(answer, "range.start");

	assert_text(row, "path", "scans.quick.range.start");
	assert_text(row, "type", "real");
	assert_text(row, "value", "290");
	assert_true(pl_json_get_number(row, "min", NAN) == 1);
	assert_true(pl_json_get_number(row, "max", NAN) == 1023);
	assert_text(row_of(answer, "dwell.time"), "value", "30 ms"); /* of `dwell: 30 ms` */
	assert_text(row_of(answer, "dwell.counts"), "value", "");
	assert_text(row_of(answer, "channels"), "value", "[top, mid]");
	row = row_of(answer, "order");
	assert_text(row, "type", "word");
	assert_string_equal(pl_json_text(pl_json_at(pl_json_get(row, "choices"), 2), ""), "updown");
	assert_text(row_of(answer, "label"), "path", "");
	assert_text(row_of(answer, "channels.top.stop"), "value", "290");
	assert_null(row_of(answer, "channels.top.center"));
	assert_null(row_of(answer, "channels.mid.stop"));
	assert_null(row_of(answer, "settle.until"));
	assert_null(pl_json_get(row, "last"));
	pl_json_free(answer);
}

static void a_recording_tells_its_rows(void **state)
{
	struct pl_json *answer = ask(*state, "describe", "{\"record\":\"env\"}");

	assert_text(row_of(answer, "rate"), "value", "2 Hz");
	assert_text(row_of(answer, "rate"), "unit", "Hz");
	assert_text(row_of(answer, "overflow"), "value", "block");
	assert_text(row_of(answer, "sinks"), "value", "[csv]");
	assert_text(row_of(answer, "only"), "type", "word");
	pl_json_free(answer);
	answer = ask(*state, "describe", "{\"record\":\"evn\"}");
	assert_false(is_ok(answer));
	assert_non_null(strstr(pl_json_get_text(answer, "text", ""), "did you mean `env`"));
	pl_json_free(answer);
}

#define SET(path, value) "{\"path\":\"" path "\",\"value\":\"" value "\"}"

static void one_rule_of_a_dwell_takes_the_place_of_another(void **state)
{
	struct pl_json *answer = ask(
	    *state, "plan",
	    "{\"name\":\"quick\",\"set\":[" SET("scans.quick.dwell.time", "~") "," SET(
		"scans.quick.dwell.counts", "400") "," SET("scans.quick.dwell.max", "2 s") "]}");

	assert_true(is_ok(answer));
	assert_true(pl_json_get_boolean(result_of(answer), "at_most", false));
	assert_true(pl_json_get_number(result_of(answer), "counting_s", 0) == 8);
	pl_json_free(answer);
}

static void a_range_may_take_another_form(void **state)
{
	struct pl_json *answer =
	    ask(*state, "plan",
		"{\"name\":\"quick\",\"set\":[" SET("scans.quick.range.start", "~") "," SET(
		    "scans.quick.range.stop",
		    "~") "," SET("scans.quick.range.center",
				 "300") "," SET("scans.quick.range.nsteps", "4") "]}");

	assert_true(is_ok(answer));
	assert_int_equal(pl_json_get_integer(result_of(answer), "points", 0), 10);
	pl_json_free(answer);
}

static void a_wrong_value_names_its_row_and_what_is_right(void **state)
{
	struct pl_json *answer =
	    ask(*state, "plan",
		"{\"name\":\"quick\",\"set\":[" SET("scans.quick.settle", "10 mV") "]}");

	assert_false(is_ok(answer));
	assert_string_equal(pl_json_get_text(answer, "where", ""), "--set scans.quick.settle");
	assert_non_null(strstr(pl_json_get_text(answer, "text", ""), "use s, ms"));
	pl_json_free(answer);
}

static void a_recording_is_planned_without_being_made(void **state)
{
	struct pl_json *answer = ask(*state, "plan", "{\"record\":\"env\",\"for_s\":10}");

	assert_true(is_ok(answer));
	assert_true(pl_json_get_number(result_of(answer), "duration_s", 0) == 10);
	assert_int_equal(pl_json_get_integer(result_of(answer), "parameters", 0), 2);
	assert_int_equal(pl_json_size(pl_json_get(result_of(answer), "asks")), 0);
	pl_json_free(answer);
	answer = ask(*state, "plan",
		     "{\"record\":\"env\",\"set\":[" SET("recordings.env.rate", "5") "]}");
	assert_non_null(strstr(pl_json_get_text(answer, "text", ""), "5 Hz"));
	pl_json_free(answer);
	answer = ask(*state, "status", NULL);
	assert_int_equal(pl_json_size(pl_json_get(result_of(answer), "runs")), 0);
	pl_json_free(answer);
}

/* The scan with other values and the note of its sample, as a view or as a script begins it. */
static void begin(const struct engine *engine, bool is_view)
{
	static const char scan[] =
	    "{\"v\":1,\"id\":2,\"do\":\"scan\",\"args\":{\"name\":\"quick\","
	    "\"sample\":\"bar 7\",\"set\":[" SET("scans.quick.dwell.time",
						 "20 ms") "," SET("scans.quick.order", "~") "]}}\n";
	int64_t deadline = pl_clock_mono_ns() + WITHIN_NS;
	struct raw *raw = raw_open(engine);
	struct pl_text line = {0};
	bool has_begun = false;

	pl_text_add(&line, "{\"v\":1,\"id\":1,\"do\":\"view\",\"args\":{\"build\":\"%s\"}}\n",
		    pl_build_id());
	if (is_view) {
		assert_true(raw_say(raw, line.data));
		pl_json_free(raw_answer(raw, 1));
	}
	while (!has_begun && pl_clock_mono_ns() < deadline) { /* the run before is ending */
		struct pl_json *answer;

		assert_true(raw_say(raw, scan));
		answer = raw_answer(raw, 2);
		has_begun = is_ok(answer);
		pl_json_free(answer);
	}
	assert_true(has_begun);
	pl_text_free(&line);
	raw_close(raw);
	await_run(engine, "state", "finished");
}

static void what_a_view_began_with_is_remembered(void **state)
{
	struct pl_json *answer;

	pl_json_free(ask_until(*state, "count", "{\"path\":\"det\",\"for_s\":0.01}", NULL));
	begin(*state, false);
	answer = ask(*state, "describe", "{\"scan\":\"quick\"}");
	assert_null(pl_json_get(row_of(answer, "dwell.time"), "last")); /* a script's own */
	pl_json_free(answer);
	begin(*state, true);
	answer = ask(*state, "describe", "{\"scan\":\"quick\"}");
	assert_text(row_of(answer, "dwell.time"), "last", "20 ms");
	assert_text(row_of(answer, "dwell.time"), "value", "30 ms");
	assert_text(row_of(answer, "order"), "last", "");
	assert_text(row_of(answer, "sample"), "last", "bar 7");
	assert_null(pl_json_get(row_of(answer, "label"), "last"));
	pl_json_free(answer);
	answer = ask(*state, "describe", "{\"scan\":\"short\"}");
	assert_null(pl_json_get(row_of(answer, "sample"), "last"));
	pl_json_free(answer);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static const struct CMUnitTest tests[] = {
    CASE(a_scan_tells_its_rows_with_limits_and_values),
    CASE(a_recording_tells_its_rows),
    CASE(one_rule_of_a_dwell_takes_the_place_of_another),
    CASE(a_range_may_take_another_form),
    CASE(a_wrong_value_names_its_row_and_what_is_right),
    CASE(a_recording_is_planned_without_being_made),
    CASE(what_a_view_began_with_is_remembered),
};

ENGINE_MAIN(tests)
