/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set: laid over the file, typed by the same rows, its own place in messages. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/bench_text.h"

static void load_with(struct loaded *l, const char *path, const char *value)
{
	const struct pl_override set = {.path = path, .value = value};
	const char *text = TOP "parameters: {w: 3 s}\n" DEVICES SCANS "    settle: 100 ms\n"
			       "    discard_first: \"{w}\"\n";

	load_request(l, text, strlen(text),
		     (struct pl_bench_request){.overrides = &set, .override_count = 1});
}

static void assert_set_says(const char *path, const char *value, const char *word)
{
	struct loaded l;
	char where[160];

	load_with(&l, path, value);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, word, "");
	snprintf(where, sizeof(where), "--set %s", path);
	assert_string_equal(l.problems.items[0].where, where);
	unload(&l);
}

static void a_value_is_replaced_or_added(void **state)
{
	struct loaded l;

	(void)state;
	load_with(&l, "scans.threshold.settle", "2 s");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].settle_ns, 2000000000);
	assert_int_equal(l.bench->override_count, 1);
	unload(&l);
	load_with(&l, "scans.threshold.retry.tries", "7");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].retry_tries, 7);
	assert_int_equal(l.bench->scans[0].retry_wait_ns, 500000000);
	unload(&l);
	load_with(&l, "devices.det.channels.mid.threshold", "333");
	assert_loads(&l);
	assert_true(l.bench->devices[0].spec.channels[1].threshold == 333);
	unload(&l);
	load_with(&l, "parameters.w", "4 s");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].discard_first_ns, 4000000000);
	unload(&l);
}

static void a_list_or_map_may_be_given_as_yaml(void **state)
{
	struct loaded l;

	(void)state;
	load_with(&l, "scans.threshold.channels", "[btm]");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].channel_count, 1);
	assert_int_equal(l.bench->scans[0].channels[0].channel, 2);
	unload(&l);
	load_with(&l, "scans.threshold.range", "{start: 1, stop: 9, step: 2}");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].channels[0].range.kind, PL_RANGE_STEP);
	unload(&l);
}

static void a_value_is_taken_away(void **state)
{
	struct loaded l;

	(void)state;
	load_with(&l, "scans.threshold.settle", "~");
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].settle_ns, 100000000); /* the default */
	unload(&l);
	load_with(&l, "scans.threshold.retry.tries", "~"); /* was not there */
	assert_loads(&l);
	assert_int_equal(l.bench->scans[0].retry_tries, 3);
	unload(&l);
	load_with(&l, "scans.threshold.dwell.time", "~");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "has no rule", "");
	unload(&l);
}

static void a_short_dwell_is_one_of_time(void **state)
{
	static const char text[] =
	    TOP "parameters: {w: 3 s}\n" DEVICES "scans:\n  threshold:\n    set: det.threshold\n"
		"    channels: [top]\n    range: {list: [290]}\n"
		"    dwell: \"{w}\"\n";
	static const struct pl_override sets[][2] = {
	    {{.path = "scans.threshold.dwell.time", .value = "5 s"},
	     {.path = "scans.threshold.repeat", .value = "1"}},
	    {{.path = "scans.threshold.dwell.counts", .value = "400"},
	     {.path = "scans.threshold.dwell.max", .value = "9 s"}},
	    {{.path = "scans.threshold.dwell.time", .value = "~"},
	     {.path = "scans.threshold.dwell", .value = "7 s"}},
	};
	static const int64_t times_ns[] = {5000000000, 0, 7000000000};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct loaded l;

		load_request(&l, text, sizeof(text) - 1,
			     (struct pl_bench_request){.overrides = sets[i], .override_count = 2});
		assert_loads(&l);
		assert_true(l.bench->scans[0].dwell.time_ns == times_ns[i]);
		assert_int_equal(l.bench->scans[0].dwell.counts, i == 1 ? 400 : 0);
		unload(&l);
	}
}

static void a_relative_path_is_relative_to_the_working_directory(void **state)
{
	char here[4096], expected[4200];
	struct loaded l;

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(expected, sizeof(expected), "%s/elsewhere", here);
	load_with(&l, "workspace", "./elsewhere");
	assert_loads(&l);
	assert_string_equal(l.bench->workspace, expected);
	unload(&l);
}

static void problems_of_an_override_name_it(void **state)
{
	(void)state;
	assert_set_says("scans.threshold.settle", "2", "write 2 s");
	assert_set_says("scans.threshold.setle", "2 s", "did you mean \"settle\"");
	assert_set_says("scans.treshold.settle", "2 s", "did you mean \"threshold\"");
	assert_set_says("devices.dot.port", "/dev/x", "did you mean \"det\"");
	assert_set_says("scans.threshold.channels.top", "x", "is no map here");
	assert_set_says("scans.threshold.channels", "[btm", "");
	assert_set_says("scans..settle", "1 s", "not a path");
	assert_set_says("", "1 s", "not a path");
	assert_set_says("a.b.c.d.e.f.g.h.i.j", "1 s", "not a path");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_value_is_replaced_or_added),
	    cmocka_unit_test(a_list_or_map_may_be_given_as_yaml),
	    cmocka_unit_test(a_value_is_taken_away),
	    cmocka_unit_test(a_short_dwell_is_one_of_time),
	    cmocka_unit_test(a_relative_path_is_relative_to_the_working_directory),
	    cmocka_unit_test(problems_of_an_override_name_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
