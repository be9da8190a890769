/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan of a scan: its grid, its order, its refusals, its estimate. */
#include "scan_bench.h"

#include "plateau/text.h"
#include "scan/plan.h"
#include "scan/shuffle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pl_range range_center(double center, int64_t nsteps, double step)
{
	return (struct pl_range){
	    .kind = PL_RANGE_CENTER, .center = center, .nsteps = nsteps, .step = step};
}

static struct pl_range range_points(double start, double stop, int64_t points)
{
	return (struct pl_range){
	    .kind = PL_RANGE_POINTS, .start = start, .stop = stop, .points = points};
}

static struct pl_range range_list(const double *list, size_t count)
{
	return (struct pl_range){.kind = PL_RANGE_LIST, .list = list, .list_count = count};
}

/* A bench whose scan has the channel top alone over this range; step 0 takes any value. */
static void one_channel(struct scan_bench *made, struct pl_range range, double step)
{
	scan_bench_init(made);
	made->scan.channel_count = 1;
	made->channel_rows[0].min = -2000000;
	made->channel_rows[0].max = 2000000;
	made->channel_rows[0].step = step;
	if (step == 0)
		made->channel_rows[0].type = PL_VALUE_REAL;
	scan_bench_range(made, range);
}

static struct pl_plan build(const struct scan_bench *made)
{
	struct pl_plan plan;
	struct pl_error error = {0};

	if (pl_plan_build(&made->bench, &made->scan, 7, &plan, &error) != PL_OK)
		fail_msg("refused: %s", error.text);
	return plan;
}

static void expect_settings(struct pl_range range, double step, const double *want, size_t count)
{
	struct scan_bench made;
	struct pl_plan plan;

	one_channel(&made, range, step);
	plan = build(&made);
	assert_int_equal(plan.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(plan.points[i].index, i + 1);
		assert_true(plan.points[i].set == want[i]);
	}
	pl_plan_fini(&plan);
	assert_null(plan.points);
}

#define EXPECT(range, step, ...)                                                                   \
	do {                                                                                       \
		const double want_[] = {__VA_ARGS__};                                              \
		expect_settings(range, step, want_, sizeof(want_) / sizeof(want_[0]));             \
	} while (0)

static void case_76_the_grid_is_exact_and_holds_its_end_point(void **state)
{
	const double list[] = {300, 280, 290};

	(void)state;
	EXPECT(range_step(0, 0.3, 0.1), 0, 0, 0.1, 0.2, 0.3);
	EXPECT(range_step(0, 0.3, 0.1), 0.1, 0, 0.1, 0.2, 0.3);
	EXPECT(range_step(0, 0.35, 0.1), 0, 0, 0.1, 0.2, 3 * 0.1);
	EXPECT(range_step(280, 290, 4), 1, 280, 284, 288);
	EXPECT(range_step(3, 1, -1), 1, 3, 2, 1);
	EXPECT(range_points(1, 2, 5), 0, 1, 1.25, 1.5, 1.75, 2);
	EXPECT(range_points(0, 10, 4), 1, 0, 3, 7, 10);
	EXPECT(range_center(290, 2, 5), 1, 280, 285, 290, 295, 300);
	EXPECT(range_center(0, 1, 0.1), 0.1, -0.1, 0, 0.1);
	EXPECT(range_list(list, 3), 1, 300, 280, 290);
}

static void case_76_one_point_is_a_plan(void **state)
{
	const double list[] = {295};

	(void)state;
	EXPECT(range_step(290, 290, 2), 1, 290);
	EXPECT(range_step(290, 291, 2), 1, 290);
	EXPECT(range_points(290, 290, 1), 1, 290);
	EXPECT(range_center(290, 0, 2), 1, 290);
	EXPECT(range_list(list, 1), 1, 295);
}

static void case_76_ten_thousand_steps_of_a_tenth_do_not_drift(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	one_channel(&made, range_step(0, 1000, 0.1), 0.1);
	plan = build(&made);
	assert_int_equal(plan.count, 10001);
	for (size_t i = 0; i < plan.count; i++)
		assert_true(plan.points[i].set == (double)i / 10);
	pl_plan_fini(&plan);
}

static const double twice[] = {280, 290, 280};
static const double missing[] = {280, NAN};

static const struct refusal {
	struct pl_range range;
	double step;
	enum pl_status code;
	const char *says;
} refusals[] = {
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = 10, .step = 0}, 1, PL_ERR_CONFIG, "step is 0"},
    {{.kind = PL_RANGE_STEP, .start = 5, .stop = 5, .step = 0}, 1, PL_ERR_CONFIG, "step is 0"},
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = 10, .step = -1}, 1, PL_ERR_CONFIG, "step is -1"},
    {{.kind = PL_RANGE_STEP, .start = 10, .stop = 0, .step = 1}, 1, PL_ERR_CONFIG, "step is 1"},
    {{.kind = PL_RANGE_STEP, .start = 10, .stop = 9.9999, .step = 1e9},
     0,
     PL_ERR_CONFIG,
     "leads away"},
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = 10, .step = NAN}, 1, PL_ERR_CONFIG, "step is not"},
    {{.kind = PL_RANGE_STEP, .start = NAN, .stop = 10, .step = 1}, 1, PL_ERR_CONFIG, "start is"},
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = INFINITY, .step = 1}, 1, PL_ERR_CONFIG, "stop is"},
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = 1e9, .step = 1}, 1, PL_ERR_RANGE, "1000000001"},
    {{.kind = PL_RANGE_STEP, .start = -1e308, .stop = 1e308, .step = 1e-9},
     0,
     PL_ERR_RANGE,
     "endless"},
    {{.kind = PL_RANGE_STEP, .start = 0, .stop = 2, .step = 0.4}, 1, PL_ERR_CONFIG, "comes twice"},
    {{.kind = PL_RANGE_CENTER, .center = 5, .nsteps = 2, .step = 0}, 1, PL_ERR_CONFIG, "step is 0"},
    {{.kind = PL_RANGE_CENTER, .center = 5, .nsteps = 2, .step = -1}, 1, PL_ERR_CONFIG, "is -1"},
    {{.kind = PL_RANGE_CENTER, .center = 5, .nsteps = 2, .step = NAN}, 1, PL_ERR_CONFIG, "step is"},
    {{.kind = PL_RANGE_CENTER, .center = NAN, .nsteps = 2, .step = 1}, 1, PL_ERR_CONFIG, "center"},
    {{.kind = PL_RANGE_CENTER, .center = 5, .nsteps = -1, .step = 1},
     1,
     PL_ERR_CONFIG,
     "no points"},
    {{.kind = PL_RANGE_CENTER, .nsteps = INT64_MAX, .step = 1}, 1, PL_ERR_RANGE, "more than"},
    {{.kind = PL_RANGE_POINTS, .start = 0, .stop = 9, .points = 1},
     1,
     PL_ERR_CONFIG,
     "points is 1"},
    {{.kind = PL_RANGE_POINTS, .start = 0, .stop = 9, .points = 0},
     1,
     PL_ERR_CONFIG,
     "points is 0"},
    {{.kind = PL_RANGE_POINTS, .start = 9, .stop = 9, .points = 3}, 1, PL_ERR_CONFIG, "twice"},
    {{.kind = PL_RANGE_POINTS, .start = 0, .stop = 9, .points = 1000000000},
     0,
     PL_ERR_RANGE,
     "1000000000"},
    {{.kind = PL_RANGE_LIST}, 1, PL_ERR_CONFIG, "no points"},
    {{.kind = PL_RANGE_LIST, .list = twice, .list_count = 3}, 1, PL_ERR_CONFIG, "280 comes twice"},
    {{.kind = PL_RANGE_LIST, .list = missing, .list_count = 2}, 1, PL_ERR_CONFIG, "item of list"},
};

static void case_76_a_range_that_is_no_range_is_refused_by_name_and_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct scan_bench made;
		struct pl_plan plan;
		struct pl_error error;

		one_channel(&made, refusals[i].range, refusals[i].step);
		assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error),
				 refusals[i].code);
		assert_null(plan.points);
		assert_int_equal(plan.count, 0);
		if (!strstr(error.text, refusals[i].says))
			fail_msg("row %zu says: %s", i, error.text);
		assert_non_null(strstr(error.text, "scan `threshold`, channel `top`"));
		assert_non_null(strstr(error.where, "cosmic.yaml:"));
	}
}

static void case_77_a_setting_outside_the_limits_is_refused(void **state)
{
	static const struct {
		double start, stop;
		const char *says;
	} cases[] = {
	    {0, 10, "point 1, 0, lies outside the limits of threshold, 1..1023"},
	    {1020, 1024, "point 5, 1024, lies"},
	    {-300, -280, "point 1, -300, lies"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scan_bench made;
		struct pl_plan plan;
		struct pl_error error;

		scan_bench_init(&made);
		made.scan.channels[1].range = range_step(cases[i].start, cases[i].stop, 1);
		assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error),
				 PL_ERR_RANGE);
		assert_non_null(strstr(error.text, "channel `mid`"));
		assert_non_null(strstr(error.text, cases[i].says));
		assert_string_equal(error.where, "cosmic.yaml:12:5");
		assert_null(plan.points);
	}
}

static void the_ends_of_the_limits_are_inside(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	scan_bench_init(&made);
	scan_bench_range(&made, range_step(1, 1023, 1));
	plan = build(&made);
	assert_int_equal(plan.count, 3 * 1023);
	pl_plan_fini(&plan);
}

static void a_tenth_at_the_limit_is_not_pushed_over_it_by_rounding(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	one_channel(&made, range_step(0, 0.3, 0.1), 0);
	made.channel_rows[0].min = 0;
	made.channel_rows[0].max = 0.3;
	plan = build(&made);
	assert_int_equal(plan.count, 4);
	pl_plan_fini(&plan);
}

/* "c:repeat:pass:set c:repeat:pass:set …" of the whole plan. */
static void expect_order(const struct scan_bench *made, const char *want)
{
	struct pl_plan plan = build(made);
	struct pl_text text = {0};

	for (size_t i = 0; i < plan.count; i++)
		pl_text_add(&text, "%s%d:%d:%c:%.0f", i > 0 ? " " : "", plan.points[i].channel,
			    plan.points[i].repeat, "-udc"[plan.points[i].pass], plan.points[i].set);
	assert_string_equal(text.data, want);
	pl_text_free(&text);
	pl_plan_fini(&plan);
}

static void the_order_is_channel_then_repeat_then_pass(void **state)
{
	struct scan_bench made;

	(void)state;
	scan_bench_init(&made);
	made.scan.channel_count = 2;
	made.scan.repeat = 2;
	made.scan.order = PL_ORDER_UPDOWN;
	scan_bench_range(&made, range_step(10, 11, 1));
	expect_order(&made, "0:1:u:10 0:1:u:11 0:1:d:11 0:1:d:10 0:2:u:10 0:2:u:11 0:2:d:11 "
			    "0:2:d:10 1:1:u:10 1:1:u:11 1:1:d:11 1:1:d:10 1:2:u:10 1:2:u:11 "
			    "1:2:d:11 1:2:d:10");
}

static void down_goes_through_the_range_the_other_way_round(void **state)
{
	struct scan_bench made;

	(void)state;
	scan_bench_init(&made);
	made.scan.channel_count = 1;
	made.scan.order = PL_ORDER_DOWN;
	expect_order(&made, "0:1:d:300 0:1:d:290 0:1:d:280");
}

static void each_channel_has_its_own_range_in_the_order_of_the_scan(void **state)
{
	struct scan_bench made;

	(void)state;
	scan_bench_init(&made);
	made.scan.channel_count = 2;
	made.scan.channels[0] =
	    (struct pl_scan_channel){.channel = 2, .range = range_step(5, 7, 2)};
	made.scan.channels[1] =
	    (struct pl_scan_channel){.channel = 0, .range = range_step(100, 100, 1)};
	expect_order(&made, "2:1:u:5 2:1:u:7 0:1:u:100");
}

static void the_generator_gives_the_published_numbers(void **state)
{
	uint64_t seed = 1234567;

	(void)state; /* of the reference implementation by S. Vigna */
	assert_true(pl_shuffle_draw(&seed) == UINT64_C(6457827717110365317));
	assert_true(pl_shuffle_draw(&seed) == UINT64_C(3203168211198807973));
	assert_true(pl_shuffle_draw(&seed) == UINT64_C(9817491932198370423));
}

static void shuffled(struct scan_bench *made, int64_t seed)
{
	one_channel(made, range_step(0, 39, 1), 1);
	made->scan.order = PL_ORDER_SHUFFLE;
	made->scan.repeat = 2;
	made->scan.has_seed = true;
	made->scan.seed = seed;
}

static void a_shuffle_has_every_point_once_a_repeat_and_differs_between_them(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;
	int moved = 0, differ = 0;

	(void)state;
	shuffled(&made, 42);
	plan = build(&made);
	assert_int_equal(plan.count, 80);
	assert_int_equal(plan.seed, 42);
	for (size_t repeat = 0; repeat < 2; repeat++) {
		uint64_t seen = 0;

		for (size_t i = 0; i < 40; i++) {
			const struct pl_planned *point = &plan.points[40 * repeat + i];

			assert_int_equal(point->repeat, repeat + 1);
			assert_int_equal(point->pass, PL_PASS_NONE);
			seen |= UINT64_C(1) << (int)point->set;
			moved += point->set != (double)i;
		}
		assert_true(seen == (UINT64_C(1) << 40) - 1);
	}
	for (size_t i = 0; i < 40; i++)
		differ += plan.points[i].set != plan.points[40 + i].set;
	assert_true(moved > 40);
	assert_true(differ > 20);
	pl_plan_fini(&plan);
}

static bool same_order(const struct pl_plan *a, const struct pl_plan *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->points[i].set != b->points[i].set)
			return false;
	return a->count == b->count;
}

static void the_same_seed_gives_the_same_order_another_one_another(void **state)
{
	struct scan_bench made;
	struct pl_plan first, again, other;

	(void)state;
	shuffled(&made, 1);
	first = build(&made);
	again = build(&made);
	shuffled(&made, 2);
	other = build(&made);
	assert_true(same_order(&first, &again));
	assert_false(same_order(&first, &other));
	pl_plan_fini(&first);
	pl_plan_fini(&again);
	pl_plan_fini(&other);
}

static void a_drawn_seed_is_kept_with_the_plan(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	shuffled(&made, 1);
	made.scan.has_seed = false;
	plan = build(&made);
	assert_int_equal(plan.seed, 7);
	pl_plan_fini(&plan);
}

static void case_76_more_than_a_million_points_in_all_are_refused(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;
	struct pl_error error;

	(void)state;
	scan_bench_init(&made);
	scan_bench_range(&made, range_step(1, 1000, 1));
	made.scan.repeat = 334;
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
	assert_non_null(strstr(error.text, "1002000 points"));
	made.scan.repeat = 333;
	plan = build(&made);
	assert_int_equal(plan.count, 999000);
	pl_plan_fini(&plan);
}

static void repeats_and_dwell_are_checked(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;
	struct pl_error error;

	(void)state;
	scan_bench_init(&made);
	made.scan.repeat = 0;
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
	made.scan.repeat = 65536;
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
	made.scan.repeat = 1;
	made.scan.dwell.time_ns = 0;
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
	made.scan.dwell = (struct pl_dwell){.rule = PL_DWELL_COUNTS, .counts = 400};
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
	made.scan.dwell.max_ns = 5;
	made.scan.dwell.min_ns = 6;
	assert_int_equal(pl_plan_build(&made.bench, &made.scan, 0, &plan, &error), PL_ERR_RANGE);
}

static void case_76_the_estimate_counts_every_wait_and_every_write(void **state)
{
	struct scan_bench made;
	struct pl_plan plan;

	(void)state;
	scan_bench_init(&made);
	made.scan.discard_first_ns = 50 * PL_NS_PER_MS;
	plan = build(&made); /* 3 channels of 3 points, 2 suppressed each, 3 put back */
	assert_int_equal(plan.counting_ns, 90 * PL_NS_PER_S);
	assert_int_equal(plan.duration_ns, 90 * PL_NS_PER_S + 9 * 150 * PL_NS_PER_MS +
					       (9 + 6 + 3) * PL_PLAN_WRITE_NS);
	pl_plan_fini(&plan);
	made.scan.restore = PL_RESTORE_KEEP;
	plan = build(&made);
	assert_int_equal(plan.duration_ns,
			 90 * PL_NS_PER_S + 9 * 150 * PL_NS_PER_MS + (9 + 6) * PL_PLAN_WRITE_NS);
	pl_plan_fini(&plan);
	made.scan.dwell.time_ns = INT64_MAX / 2;
	plan = build(&made);
	assert_true(plan.duration_ns == INT64_MAX);
	pl_plan_fini(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_76_the_grid_is_exact_and_holds_its_end_point),
	    cmocka_unit_test(case_76_one_point_is_a_plan),
	    cmocka_unit_test(case_76_ten_thousand_steps_of_a_tenth_do_not_drift),
	    cmocka_unit_test(case_76_a_range_that_is_no_range_is_refused_by_name_and_value),
	    cmocka_unit_test(case_77_a_setting_outside_the_limits_is_refused),
	    cmocka_unit_test(the_ends_of_the_limits_are_inside),
	    cmocka_unit_test(a_tenth_at_the_limit_is_not_pushed_over_it_by_rounding),
	    cmocka_unit_test(the_order_is_channel_then_repeat_then_pass),
	    cmocka_unit_test(down_goes_through_the_range_the_other_way_round),
	    cmocka_unit_test(each_channel_has_its_own_range_in_the_order_of_the_scan),
	    cmocka_unit_test(the_generator_gives_the_published_numbers),
	    cmocka_unit_test(a_shuffle_has_every_point_once_a_repeat_and_differs_between_them),
	    cmocka_unit_test(the_same_seed_gives_the_same_order_another_one_another),
	    cmocka_unit_test(a_drawn_seed_is_kept_with_the_plan),
	    cmocka_unit_test(case_76_more_than_a_million_points_in_all_are_refused),
	    cmocka_unit_test(repeats_and_dwell_are_checked),
	    cmocka_unit_test(case_76_the_estimate_counts_every_wait_and_every_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
