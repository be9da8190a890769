/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that can be wrong with a profile: said at once, with the profile's own line and
 * column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/profile_text.h"

#include "plateau/text.h"

#define NOTHING ((struct pl_bench_request){.file = NULL})
#define STRIP                                                                                      \
	"  low: {register: 50, type: s16, unit: C}\n"                                              \
	"  word: {register: 60, type: enum, words: {1: open, 2: shut}}\n"                          \
	"  name: {register: 70, type: string, length: 4}\n"

/* The only problem of the profile, beside the one that says where it is named. */
static const struct pl_problem *only_problem(const struct profiled *p)
{
	const struct loaded *l = &p->bench;

	if (l->problems.count != 2)
		print_problems(l);
	assert_int_equal(l->status, PL_ERR_CONFIG);
	assert_int_equal(l->problems.count, 2);
	assert_non_null(find_problem(l, "its own errors are listed", ""));
	assert_non_null(strstr(l->problems.items[1].where, p->profile));
	return &l->problems.items[1];
}

static void every_slip_in_a_parameter_is_said_with_its_place(void **state)
{
	static const struct {
		const char *keys, *word, *other;
	} rows[] = {
	    {"register: 1", "parameters.x.type is missing", "what its registers hold"},
	    {"type: u16", "where is it?", "register:"},
	    {"id: 4001, type: f32, function: 4", "function", "has a register"},
	    {"register: 1, type: u61", "u61", "u16"},
	    {"register: 70000, type: u16", "register", "0..65535"},
	    {"register: 65535, type: u32", "register", "beyond 65535"},
	    {"register: 0x10, type: u16", "register", "whole number"},
	    {"register: 1, tpye: u16, type: u16", "tpye", "did you mean \"type\""},
	    {"register: 1, type: u16, function: 5", "function", "1..4"},
	    {"register: 1, type: u16, write: 7", "write", "5, 6, 15 or 16"},
	    {"register: 1, type: u32, write: 6", "write", "use 15 or 16"},
	    {"register: 1, type: u16, write: 5", "write", "5 and 15 write coils"},
	    {"register: 1, type: u16, function: 4, write: 6", "write", "only be read"},
	    {"register: 1, type: u16, function: 4, access: rw", "access", "only be read"},
	    {"register: 1, type: u16, access: r, write: 6", "write", "nothing writes it"},
	    {"register: 1, type: u16, access: rw, write: no", "write", "no function writes it"},
	    {"register: 1, type: f32, function: 1", "type", "enum, bits or u16"},
	    {"register: 1, type: string", "length", "is missing"},
	    {"register: 1, type: string, length: 4, access: rw", "access", "only be read"},
	    {"register: 1, type: string, length: 4, unit: C", "unit", "a string has none"},
	    {"register: 1, type: u16, length: 2", "length", "only a string"},
	    {"register: 1, type: enum, length: 3", "length", "1 or 2 registers"},
	    {"register: 1, type: u16, scale: 0", "scale", "all values one"},
	    {"register: 1, type: enum, scale: 2", "scale", "their own"},
	    {"register: 1, type: u16, step: -1", "step", "above 0"},
	    {"register: 1, type: u16, min: 5, max: 5", "max", "not above min"},
	    {"register: 1, type: u16, max: 70000", "max", "cannot hold"},
	    {"register: 1, type: u16, min: -1", "min", "cannot hold"},
	    {"register: 1, type: u16, max: 5 C, unit: C", "max", "takes no unit"},
	    {"register: 1, type: u16, unit: degC", "degC", "written C here"},
	    {"register: 1, type: u16, unit: furlong", "furlong", "Pa hPa kPa"},
	    {"register: 1, type: u16, words: {1: a}", "words", "only an enum"},
	    {"register: 1, type: enum, words: {a: 1}", "words", "NUMBER: NAME"},
	    {"register: 1, type: enum, words: {70000: a}", "70000", "0 to 65535"},
	    {"register: 1, type: bits, words: {16: a}", "16", "0 to 15"},
	    {"register: 1, type: enum, words: {1: a, 01: b}", "1: b", "told apart"},
	    {"register: 1, type: enum, words: {1: a, 2: a}", "2: a", "told apart"},
	    {"register: 1, type: enum, words: [a]", "words", "map"},
	    {"register: 1, type: u16, missing: 5", "missing", "a list"},
	    {"register: 1, type: u16, missing: [x]", "\"x\"", "not a number"},
	    {"register: 1, type: u16, instances: 2", "instances", "map"},
	    {"register: 1, type: u16, instances: {count: 2}", "instances", "step is missing"},
	    {"register: 1, type: u16, instances: {count: 18, step: 1}", "count", "1..17"},
	    {"register: 1, type: u16, instances: {count: 3, step: 40000}", "instances", "beyond"},
	    {"register: 1, type: u16, good_with: {parameter: wrod, value: 1}", "wrod",
	     "did you mean \"word\""},
	    {"register: 1, type: u16, good_with: {parameter: word, value: ajar}", "ajar",
	     "word of word"},
	    {"register: 1, type: u16, good_with: {parameter: word}", "value is missing", ""},
	    {"register: 1, type: u16, good_with: {parameter: x, value: 1}", "good_with", "itself"},
	    {"register: 1, type: u16, good_with: {parameter: name, value: 1}", "name",
	     "is a string"},
	    {"register: 1, type: u16, limits_from: {max: low}", "low", "another unit"},
	    {"register: 1, type: u16, limits_from: {}", "limits_from", "min, max or both"},
	    {"register: 1, type: u16, wraps: 16", "wraps", "counter: yes"},
	    {"register: 1, type: u16, counter: yes, wraps: 32", "wraps", "fewer bits"},
	    {"register: 1, type: u32, counter: yes, wraps: 64", "wraps", "8..32"},
	    {"register: 1, type: f32, counter: yes, wraps: 32", "wraps", "whole numbers"},
	    {"register: 1, type: s16, counter: yes", "counter", "u16, u32"},
	    {"register: 1, type: u16, counter: yes, scale: -1", "scale", "grows"},
	    {"register: 1, type: u16, access: x", "access", "r, w or rw"},
	    {"register: 1, type: u16, register: 2", "stands twice", "lines 4 and 4"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct profiled p;
		char text[1000];

		snprintf(text, sizeof(text), "%s  x: {%s}\n%s", PROFILE, rows[i].keys, STRIP);
		load_profiled(&p, text, METER, NOTHING);
		if (p.bench.problems.count != 2 ||
		    !find_problem(&p.bench, rows[i].word, rows[i].other))
			print_message("# %s\n", rows[i].keys);
		assert_problem(&p.bench, rows[i].word, rows[i].other);
		assert_int_equal(only_problem(&p)->line, 4);
		assert_true(only_problem(&p)->column > 1);
		unload_profiled(&p);
	}
}

static void every_slip_at_the_top_is_said_with_its_place(void **state)
{
	static const struct {
		const char *line, *word, *other;
	} rows[] = {
	    {"schema: 2", "schema", "reads format 1"},
	    {"bauds: 9600", "bauds", "did you mean \"baud\""},
	    {"parity: space", "parity", "none, even or odd"},
	    {"word_order: low_hihg", "word_order", "high_low or low_high"},
	    {"block: {max: 126}", "block.max", "1..125"},
	    {"block: 5", "block", "a map"},
	    {"silence: 5", "silence", "write 5 s"},
	    {"sim: EZ", "sim", "not a name"},
	    {"order_check: {parameter: word, high_low: open}", "low_high is missing", ""},
	    {"order_check: {parameter: word, high_low: 1, low_high: open}", "order_check",
	     "same value"},
	    {"order_check: {parameter: 99, high_low: 1, low_high: 2}", "99", "no parameter has"},
	    {"volatile_writes: {parameter: word, on: 1, off: 2}", "word", "access: rw"},
	    {"identity: {model: nmae}", "nmae", "did you mean \"name\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct profiled p;
		char text[1000];

		snprintf(text, sizeof(text), "profile: mine\ntitle: t\n%s\nparameters:\n%s",
			 rows[i].line, STRIP);
		load_profiled(&p, text, METER, NOTHING);
		if (!find_problem(&p.bench, rows[i].word, rows[i].other))
			print_message("# %s\n", rows[i].line);
		assert_problem(&p.bench, rows[i].word, rows[i].other);
		assert_int_equal(only_problem(&p)->line, 3);
		unload_profiled(&p);
	}
}

static void all_problems_of_bench_and_profiles_come_at_once_in_order(void **state)
{
	struct profiled p;
	char where[160];

	(void)state;
	load_profiled(&p, PROFILE "  x: {register: 1, type: u61}\n  Y: {register: 2, type: u16}\n",
		      METER "  two: {driver: modbus, port: /tmp/l2, profile: mine.yaml, unit: x}\n",
		      NOTHING);
	assert_int_equal(p.bench.status, PL_ERR_CONFIG);
	assert_int_equal(p.bench.problems.count, 4);
	assert_non_null(strstr(p.bench.problems.items[0].text, "its own errors are listed"));
	assert_int_equal(p.bench.problems.items[0].line, 4);
	assert_int_equal(p.bench.problems.items[1].line, 5);
	snprintf(where, sizeof(where), "%s:4:26", p.profile);
	assert_string_equal(p.bench.problems.items[2].where, where);
	snprintf(where, sizeof(where), "%s:5:3", p.profile);
	assert_string_equal(p.bench.problems.items[3].where, where);
	unload_profiled(&p);
}

static void parameters_of_a_wrong_profile_are_not_said_to_be_missing(void **state)
{
	struct profiled p;

	(void)state;
	load_profiled(&p, PROFILE "  x: {register: 1}\n",
		      METER "recordings:\n  slow: {rate: 1 Hz, parameters: [oven.speed, oven.*]}\n",
		      NOTHING);
	assert_int_equal(p.bench.problems.count, 2);
	unload_profiled(&p);
}

static void numbers_of_instances_and_ids_must_agree(void **state)
{
	struct profiled p;

	(void)state;
	load_profiled(&p,
		      PROFILE "  x: {id: 7, type: u16, instances: {count: 2}}\n"
			      "  y: {id: 7, type: u16, instances: {count: 3}}\n",
		      METER, NOTHING);
	assert_problem(&p.bench, "y has 3", "x has 2");
	assert_problem(&p.bench, "id: x has the number 7", "");
	unload_profiled(&p);
}

static void a_profile_that_is_no_yaml_has_a_place_too(void **state)
{
	struct profiled p;

	(void)state;
	load_profiled(&p, "profile: mine\ntitle: [a\n", METER, NOTHING);
	assert_true(only_problem(&p)->line >= 2);
	unload_profiled(&p);
	load_profiled(&p, "- a\n", METER, NOTHING);
	assert_int_equal(only_problem(&p)->line, 1);
	unload_profiled(&p);
	load_profiled(&p, "", METER, NOTHING);
	assert_problem(&p.bench, "profile is missing", "its name");
	assert_problem(&p.bench, "parameters is missing", "register");
	unload_profiled(&p);
}

static void assert_device_says(const char *keys, const char *word, const char *other)
{
	struct loaded l;
	char text[400];

	snprintf(text, sizeof(text), TOP "devices:\n  oven: {port: /tmp/x, %s}\n", keys);
	load(&l, text);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, word, other);
	assert_int_equal(l.problems.count, 1);
	unload(&l);
}

static void a_device_names_a_profile_that_is_there(void **state)
{
	(void)state;
	assert_device_says("driver: modbus", "devices.oven.profile is missing", "watlow-series-sd");
	assert_device_says("driver: modbus, profile: watlow-ez-zone-mp", "no profile",
			   "did you mean \"watlow-ez-zone-pm\"");
	assert_device_says("driver: modbus, profile: ../mine", "../mine", "cannot open");
	assert_device_says("driver: modbus, profile: [a]", "profile", "is wanted here");
	assert_device_says("driver: oven, profile: template", "driver oven", "knows");
	assert_device_says("driver: modbus, profile: template, channels: {a: {id: 1}}", "channels",
			   "instances of its profile");
}

static void case_72_a_hostile_profile_is_refused_at_once(void **state)
{
	struct pl_text text = {0};
	struct profiled p;

	(void)state;
	pl_text_add_string(&text, PROFILE);
	for (int i = 0; i < 20000; i++)
		pl_text_add(&text, "  p%d: {register: 1, type: u16}\n", i);
	load_profiled(&p, text.data, METER, NOTHING);
	assert_problem(&p.bench, "at most 1000", "20000");
	unload_profiled(&p);
	pl_text_clear(&text);
	for (int i = 0; i < 2000; i++)
		pl_text_add_string(&text, "[");
	load_profiled(&p, text.data, METER, NOTHING);
	assert_int_equal(p.bench.status, PL_ERR_CONFIG);
	unload_profiled(&p);
	pl_text_free(&text);
}

static void a_verdict_has_no_verdict_of_its_own_in_whatever_order(void **state)
{
	static const char *const orders[] = {
	    PROFILE "  a: {register: 1, type: u16, good_with: {parameter: b, value: 1}}\n"
		    "  b: {register: 2, type: u16, good_with: {parameter: c, value: 1}}\n"
		    "  c: {register: 3, type: u16}\n",
	    PROFILE "  c: {register: 3, type: u16}\n"
		    "  b: {register: 2, type: u16, good_with: {parameter: c, value: 1}}\n"
		    "  a: {register: 1, type: u16, good_with: {parameter: b, value: 1}}\n",
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct profiled p;

		load_profiled(&p, orders[i], METER, NOTHING);
		assert_problem(&p.bench, "good_with: b", "has a good_with of its own");
		unload_profiled(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_slip_in_a_parameter_is_said_with_its_place),
	    cmocka_unit_test(every_slip_at_the_top_is_said_with_its_place),
	    cmocka_unit_test(all_problems_of_bench_and_profiles_come_at_once_in_order),
	    cmocka_unit_test(parameters_of_a_wrong_profile_are_not_said_to_be_missing),
	    cmocka_unit_test(numbers_of_instances_and_ids_must_agree),
	    cmocka_unit_test(a_profile_that_is_no_yaml_has_a_place_too),
	    cmocka_unit_test(a_device_names_a_profile_that_is_there),
	    cmocka_unit_test(case_72_a_hostile_profile_is_refused_at_once),
	    cmocka_unit_test(a_verdict_has_no_verdict_of_its_own_in_whatever_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
