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
	load(&bench, TOP DEVICES "  oven: {driver: oven, port: /dev/ttyS9}\n" SCANS);
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
	assert_int_equal(resolve("det.top.*", out), 3);
	assert_int_equal(resolve("oven.*", out), 5);
	assert_int_equal(resolve("det.*", out), 3 + 3 * 3);
	assert_int_equal(resolve("*", out), 3 + 3 * 3 + 5);
	assert_int_equal(resolve("*.*.*", out), 3 * 3);
}

static void more_matches_than_room_are_counted(void **state)
{
	struct pl_match out[2] = {{.path = ""}};
	struct pl_error error;
	size_t count;

	(void)state;
	assert_int_equal(pl_bench_resolve(bench.bench, "*", out, 2, &count, &error), PL_OK);
	assert_int_equal(count, 17);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_names_one_parameter),
	    cmocka_unit_test(a_star_stands_for_all),
	    cmocka_unit_test(more_matches_than_room_are_counted),
	    cmocka_unit_test(a_path_that_leads_nowhere_names_the_nearest),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
