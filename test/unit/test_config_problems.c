/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that can be wrong with a bench file: said at once, with place and remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "unit/bench_text.h"

static void assert_says(const char *text, const char *word, const char *other)
{
	struct loaded l;

	load(&l, text);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_null(l.bench);
	assert_problem(&l, word, other);
	unload(&l);
}

/* One line put into the device or the scan of a bench that is right. */
static void assert_device_says(const char *line, const char *word, const char *other)
{
	char text[2000];

	snprintf(text, sizeof(text), "%s%s    %s\n%s", TOP, DEVICES, line, SCANS);
	assert_says(text, word, other);
}

static void assert_scan_says(const char *line, const char *word, const char *other)
{
	char text[2000];

	snprintf(text, sizeof(text), "%s%s%s    %s\n", TOP, DEVICES, SCANS, line);
	assert_says(text, word, other);
}

static void all_errors_of_a_file_come_at_once_in_file_order(void **state)
{
	struct loaded l;
	char where[200];

	(void)state;
	load(&l, "bench: B1\n"
		 "workspcae: x\n"
		 "devices:\n"
		 "  det:\n"
		 "    driver: osechi\n"
		 "    port: sim:osechi\n"
		 "    channels: {top: {id: one}}\n"
		 "scans:\n"
		 "  s:\n"
		 "    set: dat.threshold\n"
		 "    dwell: {time: 10}\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "B1", "is not a name");
	assert_problem(&l, "workspcae", "did you mean \"workspace\"");
	assert_problem(&l, "workspace is missing", "--workspace");
	assert_problem(&l, "channels.top.id", "whole number");
	assert_problem(&l, "no device \"dat\"", "did you mean \"det\"");
	assert_problem(&l, "dwell.time", "write 10 s");
	assert_problem(&l, "scans.s.channels is missing", "");
	for (size_t i = 1; i < l.problems.count; i++)
		assert_true(l.problems.items[i].line >= l.problems.items[i - 1].line);
	snprintf(where, sizeof(where), "%s:10:10", l.file);
	assert_string_equal(find_problem(&l, "dat", "")->where, where);
	assert_non_null(strstr(l.error.text, "more)"));
	unload(&l);
}

static void case_72_hostile_files_are_refused_at_once(void **state)
{
	size_t size = 100u << 20, peak;
	char *big = malloc(size);
	struct rusage usage;
	struct loaded l;

	(void)state;
	assert_non_null(big);
	memset(big, '[', 5000);
	load_request(&l, big, 5000, (struct pl_bench_request){.file = NULL});
	assert_int_equal(l.status, PL_ERR_CONFIG);
	unload(&l);
	load(&l, "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "anchors", "not read");
	unload(&l);
	load(&l, "a: &a [*a]\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	unload(&l);
	memset(big, 'a', size);
	getrusage(RUSAGE_SELF, &usage);
	peak = (size_t)usage.ru_maxrss;
	load_request(&l, big, size, (struct pl_bench_request){.file = NULL});
	getrusage(RUSAGE_SELF, &usage);
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_true((size_t)usage.ru_maxrss - peak < 16 * 1024);
	unload(&l);
	free(big);
}

static void case_72_a_flood_of_problems_stays_bounded(void **state)
{
	size_t size = 0, most = 100000;
	char *text = malloc(most + 100);
	struct loaded l;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; size < most; i++)
		size += (size_t)snprintf(text + size, 100, "k%zu: 1\n", i / 2);
	load_request(&l, text, size, (struct pl_bench_request){.file = NULL});
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_int_equal(l.problems.count, 1000);
	assert_true(l.problems.dropped > 1000);
	unload(&l);
	free(text);
}

static double cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

/* Of each part a number is the only difference: `count` of them, twice where there is a second. */
struct flood {
	const char *head, *part, *middle, *second, *tail;
	int count;
};

static void load_flood(struct loaded *l, const struct flood *flood)
{
	const char *const parts[] = {flood->part, flood->second};
	char *text = NULL, part[64];
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fputs(flood->head, stream);
	for (int i = 0; i < 2; i++) {
		for (int k = 0; parts[i] && k < flood->count; k++) {
			snprintf(part, sizeof(part), "%s%05d", parts[i], k);
			fprintf(stream, "%s%s", part, i ? "}\"," : ": {port: /x}\n");
		}
		fputs(i ? flood->tail : flood->middle, stream);
	}
	fclose(stream);
	assert_true(size < 1u << 20);
	load(l, text);
	free(text);
}

/* Compared each with each they cost two to ten seconds. */
static void case_72_many_parts_do_not_cost_their_square(void **state)
{
	static const struct flood floods[] = {
	    {TOP "devices:\n", " d", "", NULL, "", 40000},
	    {TOP DEVICES "scans:\n", " s", "", NULL, "", 40000},
	    {TOP DEVICES "parameters:\n", " p", "scans: {s: {set: [", "\"{p", "]}}\n", 32000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		double before = cpu_s();
		struct loaded l;

		load_flood(&l, &floods[i]);
		assert_int_equal(l.status, PL_ERR_CONFIG);
		assert_true(l.problems.count + l.problems.dropped < 200000);
		assert_true(cpu_s() - before < 1.5);
		unload(&l);
	}
}

static void case_72_more_devices_or_scans_than_a_bench_has_are_refused(void **state)
{
	static const struct flood devices = {TOP "devices:\n", " d", "", NULL, "", 1025},
				  scans = {TOP DEVICES "scans:\n", " s", "", NULL, "", 1025};
	struct loaded l;

	(void)state;
	load_flood(&l, &devices);
	assert_problem(&l, "at most 1024 devices", "1025");
	unload(&l);
	load_flood(&l, &scans);
	assert_problem(&l, "at most 1024 scans", "1025");
	unload(&l);
}

static void case_73_an_unknown_key_is_said_with_the_nearest(void **state)
{
	(void)state;
	assert_scan_says("repaet: 3", "unknown key \"repaet\"", "did you mean \"repeat\"");
	assert_device_says("protocl: text", "protocl", "did you mean \"protocol\"");
	assert_scan_says("zzzzzzzzz: 3", "unknown key \"zzzzzzzzz\"", "set, mode, order");
}

static void case_73_a_key_of_other_case_is_said_to_be_so(void **state)
{
	(void)state;
	assert_scan_says("Repeat: 3", "\"Repeat\"", "upper and lower case differ from \"repeat\"");
}

static void case_73_a_duplicate_key_names_both_lines(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP DEVICES SCANS "    repeat: 1\n    settle: 1 s\n    repeat: 2\n");
	assert_problem(&l, "\"repeat\" stands twice", "on lines 14 and 16");
	assert_int_equal(l.problems.count, 1);
	assert_int_equal(l.problems.items[0].line, 16);
	assert_int_equal(l.problems.items[0].column, 5);
	unload(&l);
}

static void case_73_tabs_and_broken_yaml_are_one_problem_with_a_place(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, "bench: b\ndevices:\n\tdet: {}\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_int_equal(l.problems.count, 1);
	assert_int_equal(l.problems.items[0].line, 3);
	unload(&l);
}

static void case_74_values_are_typed_by_the_schema(void **state)
{
	static const struct {
		const char *line, *word;
	} wrong[] = {
	    {"probes: no", "not a whole number"},
	    {"probes: 1e3", "written in digits: 1000"},
	    {"probes: 12:30", "not a whole"},
	    {"probes: 0x1F", "not a whole number"},
	    {"probes: 3.5", "not a whole number"},
	    {"probes: ~", "has no value"},
	    {"fast: 1", "write yes or no"},
	    {"fast: true", "write yes or no"},
	    {"fast: No", "write yes or no"},
	    {"level: 0x1F mV", "is not a number"},
	    {"level: 12:30", "is not a number"},
	    {"level: .nan", "is not a number"},
	    {"protocol: no", "none of auto, text or binary"},
	    {"rate_window: 12:30", "is not a number"},
	    {"probes: [1]", "one value is wanted"},
	    {"probes: 30000", "outside 1..20000"},
	    {"level: 6 V", "outside 0..5000 mV"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_device_says(wrong[i].line, wrong[i].word, "devices.det.");
}

static void case_74_what_yaml_would_guess_is_taken_as_declared(void **state)
{
	const struct fake_options *options;
	struct loaded l;

	(void)state;
	load(&l, TOP DEVICES "    label: no\n    fast: no\n    probes: 010\n    level: 1e3 mV\n");
	assert_loads(&l);
	options = l.bench->devices[0].spec.options;
	assert_string_equal(options->label, "no");
	assert_false(options->fast);
	assert_int_equal(options->tries, 10);
	assert_true(options->level == 1000);
	unload(&l);
	load(&l, TOP DEVICES "    label: 0x1F\n");
	assert_loads(&l);
	assert_string_equal(((const struct fake_options *)l.bench->devices[0].spec.options)->label,
			    "0x1F");
	unload(&l);
}

static void case_75_names_that_are_no_names_are_refused(void **state)
{
	static const char *const names[] = {"../x", "a/b",  "\"a\\0b\"", "\"a\\nb\"",
					    "-a",   "CON",  "a.",	 "\".a\"",
					    "1a",   "\"\"", "\"a b\"",	 "\"\\u00e4\""};
	char text[1000], longest[301];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct loaded l;

		snprintf(text, sizeof(text), "bench: %s\nworkspace: x\n%s%s", names[i], DEVICES,
			 SCANS);
		load(&l, text);
		assert_int_equal(l.status, PL_ERR_CONFIG);
		assert_true(l.problems.count > 0);
		unload(&l);
		snprintf(text, sizeof(text), "%s%sscans:\n  ? %s\n  : {set: det.threshold}\n", TOP,
			 DEVICES, names[i]);
		load(&l, text);
		assert_int_equal(l.status, PL_ERR_CONFIG);
		unload(&l);
	}
	memset(longest, 'a', 300);
	longest[300] = '\0';
	snprintf(text, sizeof(text), "bench: %s\nworkspace: x\n", longest);
	assert_says(text, "is not a name", "at most 31");
}

static void case_76_a_range_that_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *range, *word;
	} wrong[] = {
	    {"{}", "is empty"},
	    {"{start: 1, stop: 5}", "step is missing"},
	    {"{center: 5, step: 1}", "nsteps is missing"},
	    {"{center: 5, nsteps: 2, step: 1, stop: 9}", "stop does not go with center"},
	    {"{start: 1, stop: 5, points: 3, step: 1}", "step does not go with start"},
	    {"{list: [1, 2], step: 1}", "step does not go with list"},
	    {"{list: []}", "a list of settings"},
	    {"{start: 1, stop: 5, step: nan}", "is not a number"},
	    {"{start: 1, stop: 5, points: 0}", "outside 1.."},
	    {"{start: 1, stop: 5, stepp: 1}", "did you mean \"step\""},
	};
	char text[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text),
			 "%s%sscans:\n  s:\n    set: det.threshold\n    channels: [top]\n"
			 "    dwell: {time: 1 s}\n    range: %s\n",
			 TOP, DEVICES, wrong[i].range);
		assert_says(text, wrong[i].word, "");
	}
	assert_scan_says("repeat: 65536", "scans.threshold.repeat", "outside 1..65535");
}

static void case_77_settings_outside_the_device_are_refused(void **state)
{
	(void)state;
	assert_scan_says("suppress: 5000", "scans.threshold.suppress: 5000", "1..1023");
	assert_scan_says("suppress: 10.5", "not a multiple of the step", "threshold");
	assert_says(TOP "devices:\n  det:\n    driver: osechi\n    port: sim:osechi\n"
			"    channels: {a: {id: 1, threshold: 2000}}\n",
		    "2000 lies outside", "1..1023");
	assert_says(TOP "devices:\n  det:\n    driver: osechi\n    port: sim:osechi\n"
			"    channels: {a: {id: 99}}\n",
		    "id 99", "1..16");
}

static void keys_of_a_later_version_are_refused_when_they_ask_for_something(void **state)
{
	static const char *const lines[] = {
	    "export: [hdf5]",
	    "analysis: [gauss]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_scan_says(lines[i], "not in this version of plateau", "");
	assert_says(TOP DEVICES SCANS "procedures: {night: {sequences: []}}\n",
		    "procedures: not in this version of plateau", "");
	assert_says(TOP DEVICES SCANS "publish: {mqtt: x}\n", "publish: not in this version", "");
	assert_says("schema: 2\n" TOP DEVICES SCANS, "schema", "reads format 1");
}

static void a_hook_is_a_program_with_its_arguments(void **state)
{
	(void)state;
	assert_scan_says("hooks: {before: \" \"}", "scans.threshold.hooks.before",
			 "a program and its arguments");
	assert_scan_says("hooks: {after: {x: y}}", "scans.threshold.hooks.after", "not a map");
	assert_scan_says("hooks: {befor: x}", "befor", "before");
	assert_scan_says("hooks: {time_limit: 0 s}", "scans.threshold.hooks.time_limit", "0.1");
	assert_scan_says("hooks: x", "hooks: a map is wanted", "");
}

static void channels_and_coincidences_must_exist_once(void **state)
{
	(void)state;
	assert_device_says("coincidences: {tm: [top, mdi]}", "no channel \"mdi\"", "tm");
	assert_device_says("coincidences: {tm: [top, top]}", "twice", "top");
	assert_device_says("coincidences: {tm: [top]}", "two or more", "tm");
	assert_device_says("coincidences: {top: [top, mid]}", "name of a channel", "top");
	assert_says(TOP "devices:\n  det:\n    driver: osechi\n    port: sim:osechi\n"
			"    channels: {a: {id: 1}, b: {id: 1}}\n",
		    "same id 1", "a and b");
	assert_says(TOP "devices:\n  det: {driver: osechi, port: \"sim:osechi\"}\n",
		    "channels is missing", "");
	assert_says(TOP DEVICES "scans:\n  s: {set: det.threshold, channels: [top, tpo],"
				" range: {list: [5]}, dwell: {time: 1 s}}\n",
		    "no channel \"tpo\"", "did you mean \"top\"");
}

static void ports_and_drivers_are_checked_without_opening(void **state)
{
	static const struct {
		const char *device, *word;
	} wrong[] = {
	    {"{driver: osecho, port: /dev/x}", "did you mean \"osechi\""},
	    {"{driver: oven, port: \"usb:3\"}", "no such kind of port"},
	    {"{driver: oven, port: \"sim:\"}", "sim:KIND"},
	    {"{driver: oven, port: \"tcp:host\"}", "tcp:HOST:PORT"},
	    {"{driver: oven, port: \"tcp:host:99999\"}", "tcp:HOST:PORT"},
	    {"{driver: oven, port: \"\"}", "a port is a path"},
	    {"{driver: oven}", "port is missing"},
	    {"{port: /dev/x}", "driver is missing"},
	    {"{driver: oven, port: /dev/x, channels: {a: {id: 1}}}", "has no channels"},
	    {"{driver: oven, port: /dev/x, dead_time: {tau: 1 us}}", "tau without a model"},
	};
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "%sdevices:\n  d: %s\n", TOP, wrong[i].device);
		assert_says(text, wrong[i].word, "");
	}
	assert_says(TOP "devices:\n  a: {driver: oven, port: /dev/x}\n"
			"  b: {driver: oven, port: /dev/../dev/./x}\n"
			"  c: {driver: oven, port: /dev/./x}\n",
		    "a and c name the same port", "/dev/x");
	assert_says("bench: b\nworkspace: x\n", "devices is missing", "");
	assert_says(TOP "devices:\n  d: {driver: oven, port: /dev/x, lost: 5 min}\n",
		    "a map is wanted here, {wait: …}", "devices.d.lost");
	assert_says("- a list\n", "a map of keys is wanted", "");
}

static void session_values_must_exist_and_fit(void **state)
{
	(void)state;
	assert_scan_says("settle: \"{nothing}\"", "\"{nothing}\"", "parameters");
	assert_says(TOP "parameters: {w: 5 V}\n" DEVICES SCANS "    settle: \"{w}\"\n",
		    "V does not fit", "(from parameters.w)");
}

static void a_text_from_the_file_is_escaped_in_messages(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP DEVICES SCANS "    \"\\e[31m\": 1\n");
	assert_int_equal(l.status, PL_ERR_CONFIG);
	assert_problem(&l, "\\x1b[31m", "unknown key");
	unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_errors_of_a_file_come_at_once_in_file_order),
	    cmocka_unit_test(case_72_hostile_files_are_refused_at_once),
	    cmocka_unit_test(case_72_a_flood_of_problems_stays_bounded),
	    cmocka_unit_test(case_72_many_parts_do_not_cost_their_square),
	    cmocka_unit_test(case_72_more_devices_or_scans_than_a_bench_has_are_refused),
	    cmocka_unit_test(case_73_an_unknown_key_is_said_with_the_nearest),
	    cmocka_unit_test(case_73_a_key_of_other_case_is_said_to_be_so),
	    cmocka_unit_test(case_73_a_duplicate_key_names_both_lines),
	    cmocka_unit_test(case_73_tabs_and_broken_yaml_are_one_problem_with_a_place),
	    cmocka_unit_test(case_74_values_are_typed_by_the_schema),
	    cmocka_unit_test(case_74_what_yaml_would_guess_is_taken_as_declared),
	    cmocka_unit_test(case_75_names_that_are_no_names_are_refused),
	    cmocka_unit_test(case_76_a_range_that_is_not_whole_is_refused),
	    cmocka_unit_test(case_77_settings_outside_the_device_are_refused),
	    cmocka_unit_test(keys_of_a_later_version_are_refused_when_they_ask_for_something),
	    cmocka_unit_test(a_hook_is_a_program_with_its_arguments),
	    cmocka_unit_test(channels_and_coincidences_must_exist_once),
	    cmocka_unit_test(ports_and_drivers_are_checked_without_opening),
	    cmocka_unit_test(session_values_must_exist_and_fit),
	    cmocka_unit_test(a_text_from_the_file_is_escaped_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
