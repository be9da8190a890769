/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameter paths of a bench, with * for all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/bench_text.h"

#define SOME 64

static struct loaded bench;

static int setup(void **state)
{
	(void)state;
	load(&bench, TOP DEVICES
	     "  oven: {driver: oven, port: /dev/ttyS9}\n"
	     "  pm: {driver: modbus, port: /tmp/pm, profile: watlow-ez-zone-pm}\n" SCANS);
	return bench.status ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	unload(&bench);
	return 0;
}

static size_t resolve(const char *path, struct pl_match out[SOME])
{
	struct pl_error error = {.text = ""};
	size_t count = 0;

	if (pl_bench_resolve(bench.bench, path, out, SOME, &count, &error))
		fail_msg("%s: %s", path, error.text);
	return count;
}

static void assert_lost(const char *path, const char *word)
{
	struct pl_error error = {.text = ""};
	struct pl_match out[SOME];
	size_t count = 9;

	assert_int_equal(pl_bench_resolve(bench.bench, path, out, SOME, &count, &error),
			 PL_ERR_NOT_FOUND);
	assert_int_equal(count, 0);
	if (!strstr(error.text, word))
		fail_msg("\"%s\" does not say \"%s\"", error.text, word);
}

static void a_path_names_one_parameter(void **state)
{
	struct pl_match out[SOME];
	char path[PL_PATH_SIZE];

	(void)state;
	assert_int_equal(resolve("det.mid.threshold", out), 1);
	assert_int_equal(out[0].target.device, 0);
	assert_int_equal(out[0].target.channel, 1);
	assert_string_equal(out[0].parameter->name, "threshold");
	assert_string_equal(out[0].path, "det.mid.threshold");
	assert_int_equal(resolve("oven.temperature", out), 1);
	assert_int_equal(out[0].target.channel, -1);
	assert_string_equal(pl_bench_path(bench.bench, out[0].target, path), "oven.temperature");
	assert_int_equal(resolve("oven.4001", out), 1);
	assert_string_equal(out[0].path, "oven.temperature");
}

static void a_star_stands_for_all(void **state)
{
	struct pl_match out[SOME];

	(void)state;
	assert_int_equal(resolve("det.*.threshold", out), 3);
	assert_string_equal(out[2].path, "det.btm.threshold");
	assert_int_equal(resolve("*.temperature", out), 2);
	assert_int_equal(resolve("pm.*", out), 17 + 11);
	assert_int_equal(resolve("det.top.*", out), 3);
	assert_int_equal(resolve("oven.*", out), 5);
	assert_int_equal(resolve("det.*", out), 3 + 3 * 3);
	assert_int_equal(resolve("*", out), 3 + 3 * 3 + 5 + 17 + 11);
	assert_int_equal(resolve("det.*.*", out), 3 * 3);
}

static void more_matches_than_room_are_counted(void **state)
{
	struct pl_match out[2] = {{.path = ""}};
	struct pl_error error;
	size_t count;

	(void)state;
	assert_int_equal(pl_bench_resolve(bench.bench, "*", out, 2, &count, &error), PL_OK);
	assert_int_equal(count, 17 + 17 + 11);
	assert_string_equal(out[1].path, "det.level");
}

static void a_path_that_leads_nowhere_names_the_nearest(void **state)
{
	(void)state;
	assert_lost("dat.top.threshold", "did you mean \"det\"");
	assert_lost("det.tpo.threshold", "did you mean \"top\"");
	assert_lost("det.top.treshold", "did you mean \"threshold\"");
	assert_lost("det.temperatur", "did you mean \"temperature\"");
	assert_lost("det.threshold", "det.CHANNEL.threshold");
	assert_lost("oven.top.threshold", "no channel \"top\"");
	assert_lost("det", "device.parameter");
	assert_lost("det..threshold", "device.parameter");
	assert_lost("a.b.c.d", "device.parameter");
}

static void an_instance_is_named_by_its_number(void **state)
{
	struct pl_match out[SOME];

	(void)state;
	assert_int_equal(resolve("pm.process_value", out), 1);
	assert_int_equal(out[0].target.channel, -1);
	assert_int_equal(resolve("pm.1.process_value", out), 1);
	assert_int_equal(out[0].target.channel, -1);
	assert_string_equal(out[0].path, "pm.process_value");
	assert_int_equal(resolve("pm.2.process_value", out), 1);
	assert_int_equal(out[0].target.channel, 0);
	assert_string_equal(out[0].path, "pm.2.process_value");
	assert_string_equal(out[0].parameter->name, "process_value");
	assert_int_equal(resolve("pm.4001", out), 1);
	assert_string_equal(out[0].path, "pm.process_value");
	assert_int_equal(resolve("pm.2.7001", out), 1);
	assert_string_equal(out[0].path, "pm.2.setpoint");
	assert_int_equal(resolve("pm.*.setpoint", out), 2);
	assert_int_equal(resolve("pm.1.word_order", out), 1);
	assert_lost("pm.3.setpoint", "no channel \"3\"");
	assert_lost("pm.2.word_order", "no parameter");
	assert_lost("pm.*.word_order", "no parameter");
	assert_lost("pm.4000", "no parameter");
}

static void a_register_without_a_name_is_a_path_too(void **state)
{
	struct pl_match out[SOME];

	(void)state;
	assert_int_equal(resolve("pm.@2488:u16", out), 1);
	assert_null(out[0].parameter);
	assert_int_equal(out[0].target.device, 2);
	assert_int_equal(out[0].target.channel, -1);
	assert_int_equal(out[0].target.parameter, PL_PARAMETER_RAW);
	assert_int_equal(out[0].target.raw_address, 2488);
	assert_string_equal(out[0].path, "pm.@2488:u16");
	assert_int_equal(resolve("pm.2.@7:u32", out), 1);
	assert_int_equal(out[0].target.channel, 0);
	assert_string_equal(out[0].path, "pm.2.@7:u32");
	assert_int_equal(resolve("pm.1.@7:u8", out), 1);
	assert_string_equal(out[0].path, "pm.@7:u8");
	assert_lost("pm.@7:x", "@NUMBER:u8");
	assert_lost("pm.3.@7:u8", "no channel \"3\"");
	assert_lost("oven.@7:u8", "driver oven has no registers");
	assert_lost("*.@7:u8", "name it in place of");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_names_one_parameter),
	    cmocka_unit_test(a_star_stands_for_all),
	    cmocka_unit_test(more_matches_than_room_are_counted),
	    cmocka_unit_test(a_path_that_leads_nowhere_names_the_nearest),
	    cmocka_unit_test(an_instance_is_named_by_its_number),
	    cmocka_unit_test(a_register_without_a_name_is_a_path_too),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
