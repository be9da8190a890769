/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of parallel scans, of an axis that is no channel's, with a drift check, and their times. */
#include "scan_bench.h"

#include "plateau/text.h"
#include "scan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pl_plan build(const struct scan_bench *made)
{
	struct pl_plan plan;
	struct pl_error error = {0};

	if (pl_plan_build(&made->bench, &made->scan, 7, &plan, &error) != PL_OK)
		fail_msg("refused: %s", error.text);
	return plan;
}

/* "index:channel:repeat:pass:set …" of the whole plan. */
static void expect_plan(const struct scan_bench *made, const char *want)
{
	struct pl_plan plan = build(made);
	struct pl_text text = {0};

	for (size_t i = 0; i < plan.count; i++)
		pl_text_add(&text, "%s%u:%d:%d:%c:%.0f", i > 0 ? " " : "", plan.points[i].index,
			    plan.points[i].channel, plan.points[i].repeat,
			    "-udc"[plan.points[i].pass], plan.points[i].set);
	assert_string_equal(text.data, want);
	assert_int_equal(plan.steps, plan.points[plan.count - 1].index);
	pl_text_free(&text);
	pl_plan_fini(&plan);
}

static void expect_refusal(const struct scan_bench *made, enum pl_status code, const char *says)
{
	struct pl_plan plan;
	struct pl_error error = {0};

	assert_int_equal(pl_plan_build(&made->bench, &made->scan, 7, &plan, &error), code);
	assert_null(plan.points);
	if (!strstr(error.text, says))
		fail_msg("it says: %s", error.text);
	assert_non_null(strstr(error.where, "cosmic.yaml:"));
}

static void parallel(struct scan_bench *made)
{
	scan_bench_init(made);
	made->scan.mode = PL_SCAN_PARALLEL;
	made->scan.channel_count = 2;
	made->scan.channels[0].range = range_step(10, 12, 1);
	made->scan.channels[1].range = range_step(50, 70, 10);
}

static void the_channels_of_a_parallel_point_share_its_index(void **state)
{
	struct scan_bench made;

	(void)state;
	parallel(&made);
	expect_plan(&made, "1:0:1:u:10 1:1:1:u:50 2:0:1:u:11 2:1:1:u:60 3:0:1:u:12 3:1:1:u:70");
}

static void a_parallel_scan_goes_up_and_down_with_all_channels(void **state)
{
	struct scan_bench made;

	(void)state;
	parallel(&made);
	made.scan.order = PL_ORDER_UPDOWN;
	made.scan.repeat = 2;
	made.scan.channels[0].range = range_step(10, 11, 1);
	made.scan.channels[1].range = range_step(50, 60, 10);
	expect_plan(&made, "1:0:1:u:10 1:1:1:u:50 2:0:1:u:11 2:1:1:u:60 3:0:1:d:11 3:1:1:d:60 "
			   "4:0:1:d:10 4:1:1:d:50 5:0:2:u:10 5:1:2:u:50 6:0:2:u:11 6:1:2:u:60 "
			   "7:0:2:d:11 7:1:2:d:60 8:0:2:d:10 8:1:2:d:50");
}

static void a_parallel_shuffle_draws_one_order_for_all(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;
	int moved = 0;

	(void)state;
	parallel(&made);
	made.scan.order = PL_ORDER_SHUFFLE;
	made.scan.channels[0].range = range_step(100, 139, 1);
	made.scan.channels[1].range = range_step(200, 239, 1);
	plan = build(&made);
	assert_int_equal(plan.count, 80);
	for (size_t i = 0; i < 40; i++) {
		assert_true(plan.points[2 * i + 1].set == plan.points[2 * i].set + 100);
		moved += plan.points[2 * i].set != 100 + (double)i;
	}
	assert_true(moved > 20);
	pl_plan_fini(&plan);
}

static void case_76_parallel_ranges_of_two_lengths_are_refused_with_both(void **state)
{
	struct scan_bench made;

	(void)state;
	parallel(&made);
	made.scan.channels[1].range = range_step(50, 90, 10);
	expect_refusal(&made, PL_ERR_CONFIG, "channel `mid` has 5 points and channel `top` has 3");
	made.scan.mode = PL_SCAN_SERIAL;
	expect_plan(&made, "1:0:1:u:10 2:0:1:u:11 3:0:1:u:12 4:1:1:u:50 5:1:1:u:60 6:1:1:u:70 "
			   "7:1:1:u:80 8:1:1:u:90");
}

static void case_76_the_places_of_a_parallel_scan_are_counted_one_by_one(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	parallel(&made);
	made.scan.channels[0].range = range_step(1, 1000, 1);
	made.scan.channels[1].range = range_step(1, 1000, 1);
	made.scan.repeat = 501;
	expect_refusal(&made, PL_ERR_RANGE, "1002000 points");
	made.scan.repeat = 500;
	plan = build(&made);
	assert_int_equal(plan.count, 1000000);
	assert_int_equal(plan.steps, 500000);
	pl_plan_fini(&plan);
}

static void case_77_each_channel_of_a_parallel_scan_keeps_its_limits(void **state)
{
	struct scan_bench made;

	(void)state;
	parallel(&made);
	made.scan.channels[1].range = range_step(1022, 1024, 1);
	expect_refusal(&made, PL_ERR_RANGE, "channel `mid`: point 3, 1024, lies outside");
}

static const struct pl_parameter setpoint = {
    .name = "setpoint", .unit = "C", .min = 0, .max = 80, .access = PL_ACCESS_WRITE};

static void oven_axis(struct scan_bench *made)
{
	scan_bench_init(made);
	made->scan.set = "oven.setpoint";
	made->scan.axis_kind = PL_AXIS_ONE;
	made->scan.axis_parameter = &setpoint;
	made->scan.axis_range = range_step(20, 40, 10);
}

static void an_axis_that_is_no_channels_has_one_place_a_point(void **state)
{
	struct scan_bench made;

	(void)state;
	oven_axis(&made);
	expect_plan(&made, "1:-1:1:u:20 2:-1:1:u:30 3:-1:1:u:40");
}

static void case_77_an_axis_that_is_no_channels_keeps_its_limits(void **state)
{
	struct scan_bench made;

	(void)state;
	oven_axis(&made);
	made.scan.axis_range = range_step(70, 90, 10);
	expect_refusal(&made, PL_ERR_RANGE,
		       "scan `threshold`, oven.setpoint: point 3, 90 C, lies outside the limits of "
		       "setpoint, 0..80 C");
}

static void a_drift_check_takes_the_first_point_of_each_channel_again(void **state)
{
	struct scan_bench made;

	(void)state;
	parallel(&made);
	made.scan.drift_check = true;
	expect_plan(&made, "1:0:1:u:10 1:1:1:u:50 2:0:1:u:11 2:1:1:u:60 3:0:1:u:12 3:1:1:u:70 "
			   "4:0:1:c:10 4:1:1:c:50");
	made.scan.mode = PL_SCAN_SERIAL;
	made.scan.repeat = 2;
	made.scan.channels[0].range = range_step(10, 11, 1);
	made.scan.channels[1].range = range_step(50, 50, 10);
	made.scan.order = PL_ORDER_DOWN;
	expect_plan(&made, "1:0:1:d:11 2:0:1:d:10 3:0:2:d:11 4:0:2:d:10 5:0:2:c:11 6:1:1:d:50 "
			   "7:1:2:d:50 8:1:2:c:50");
}

static void the_drift_check_of_a_shuffle_is_its_very_first_point(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	parallel(&made);
	made.scan.mode = PL_SCAN_SERIAL;
	made.scan.channel_count = 1;
	made.scan.repeat = 3;
	made.scan.order = PL_ORDER_SHUFFLE;
	made.scan.drift_check = true;
	made.scan.channels[0].range = range_step(1, 40, 1);
	plan = build(&made);
	assert_int_equal(plan.count, 121);
	assert_int_equal(plan.points[120].pass, PL_PASS_CHECK);
	assert_true(plan.points[120].set == plan.points[0].set);
	assert_true(plan.points[0].set != plan.points[40].set); /* of this seed */
	pl_plan_fini(&plan);
}

static void case_76_the_time_of_a_parallel_scan_counts_each_window_once(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	parallel(&made); /* 3 points of 2 channels; the third one suppressed, 3 put back */
	plan = build(&made);
	assert_int_equal(plan.counting_ns, 30 * PL_NS_PER_S);
	assert_int_equal(plan.duration_ns,
			 30 * PL_NS_PER_S + 300 * PL_NS_PER_MS + (6 + 1 + 3) * PL_PLAN_WRITE_NS);
	assert_false(plan.is_bound);
	pl_plan_fini(&plan);
}

static void case_76_the_time_of_counts_and_of_settling_is_the_longest(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	oven_axis(&made);
	made.scan.dwell =
	    (struct pl_dwell){.rule = PL_DWELL_COUNTS, .counts = 400, .max_ns = 60 * PL_NS_PER_S};
	plan = build(&made);
	assert_int_equal(plan.counting_ns, 180 * PL_NS_PER_S);
	assert_int_equal(plan.duration_ns,
			 180 * PL_NS_PER_S + 300 * PL_NS_PER_MS + (3 + 1) * PL_PLAN_WRITE_NS);
	assert_true(plan.is_bound);
	pl_plan_fini(&plan);
	made.scan.dwell = (struct pl_dwell){.time_ns = 10 * PL_NS_PER_S};
	made.scan.until = (struct pl_until){.is_given = true, .at_most_ns = 600 * PL_NS_PER_S};
	plan = build(&made);
	assert_int_equal(plan.duration_ns,
			 30 * PL_NS_PER_S + 1800 * PL_NS_PER_S + (3 + 1) * PL_PLAN_WRITE_NS);
	assert_true(plan.is_bound);
	pl_plan_fini(&plan);
}

static void an_axis_in_the_memory_of_a_device_is_remarked(void **state)
{
	struct pl_parameter worn = setpoint;
	struct scan_bench made;
	char text[200];

	(void)state;
	oven_axis(&made);
	assert_false(pl_plan_remark(&made.scan, text, sizeof(text)));
	worn.persistent = true;
	made.scan.axis_parameter = &worn;
	assert_true(pl_plan_remark(&made.scan, text, sizeof(text)));
	assert_non_null(strstr(text, "oven.setpoint is kept in the device's own memory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_channels_of_a_parallel_point_share_its_index),
	    cmocka_unit_test(a_parallel_scan_goes_up_and_down_with_all_channels),
	    cmocka_unit_test(a_parallel_shuffle_draws_one_order_for_all),
	    cmocka_unit_test(case_76_parallel_ranges_of_two_lengths_are_refused_with_both),
	    cmocka_unit_test(case_76_the_places_of_a_parallel_scan_are_counted_one_by_one),
	    cmocka_unit_test(case_77_each_channel_of_a_parallel_scan_keeps_its_limits),
	    cmocka_unit_test(an_axis_that_is_no_channels_has_one_place_a_point),
	    cmocka_unit_test(case_77_an_axis_that_is_no_channels_keeps_its_limits),
	    cmocka_unit_test(a_drift_check_takes_the_first_point_of_each_channel_again),
	    cmocka_unit_test(the_drift_check_of_a_shuffle_is_its_very_first_point),
	    cmocka_unit_test(case_76_the_time_of_a_parallel_scan_counts_each_window_once),
	    cmocka_unit_test(case_76_the_time_of_counts_and_of_settling_is_the_longest),
	    cmocka_unit_test(an_axis_in_the_memory_of_a_device_is_remarked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
