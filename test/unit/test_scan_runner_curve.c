/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts say beyond their own window: frozen, impossible, moved between up and down. */
#include "scan_fake.h"

static void one_channel(struct fake *fake, struct pl_range range)
{
	fake_init(fake);
	fake->bench.scan.channel_count = 1;
	scan_bench_range(&fake->bench, range);
}

static void counts_that_never_change_are_suspect(void **state)
{
	struct fake fake;

	(void)state;
	one_channel(&fake, range_step(280, 280, 1));
	fake.bench.scan.repeat = 6;
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	for (uint32_t n = 1; n <= 6; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);

		assert_int_equal(row->quality, n < 3 ? PL_POINT_OK : PL_POINT_SUSPECT);
		assert_string_equal(row->reason, n < 3 ? "" : "stuck");
	}
	assert_int_equal(fake.end.exit, 0); /* suspect alone is fine */
	fake_fini(&fake);
}

static void counts_beyond_the_highest_rate_are_suspect(void **state)
{
	struct fake fake;

	(void)state;
	one_channel(&fake, range_step(280, 300, 10));
	fake.bench.device.max_rate_hz = 28500;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_OK);
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_SUSPECT);
	assert_string_equal(fake_row_of(&fake, 2)->reason, "implausible");
	assert_true(fake_row_of(&fake, 2)->has_counts);
	fake_fini(&fake);
}

static void plausible_events(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->events = 1000000;
}

static void a_curve_that_goes_back_as_it_came_has_no_hysteresis(void **state)
{
	struct fake fake;

	(void)state;
	one_channel(&fake, range_step(280, 300, 5));
	fake.bench.scan.order = PL_ORDER_UPDOWN;
	fake.spoil = plausible_events;
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_true(fake.end.channels[0].hysteresis.is_given);
	assert_null(fake.end.channels[0].hysteresis.reason);
	assert_true(fabs(fake.end.channels[0].hysteresis.value) < 1e-9);
	assert_true(fake.end.channels[0].hysteresis.error > 0);
	assert_false(fake.end.channels[1].hysteresis.is_given);
	fake_fini(&fake);
}

static void too_few_points_give_a_reason_and_no_number(void **state)
{
	struct fake fake;

	(void)state;
	one_channel(&fake, range_step(280, 290, 10));
	fake.bench.scan.order = PL_ORDER_UPDOWN;
	fake_start(&fake);
	fake_run(&fake);
	assert_true(isnan(fake.end.channels[0].hysteresis.value));
	assert_non_null(fake.end.channels[0].hysteresis.reason);
	fake_fini(&fake);
}

static void a_scan_of_one_way_has_none(void **state)
{
	struct fake fake;

	(void)state;
	one_channel(&fake, range_step(280, 300, 5));
	fake_start(&fake);
	fake_run(&fake);
	assert_false(fake.end.channels[0].hysteresis.is_given);
	fake_fini(&fake);
}

/* A line of the device takes what the window before says: 10 s · 0.5 / 1000 = 5 ms. */
static void slow_line(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->events = 1000;
	count->occupancy = 0.5;
}

static void a_settle_shorter_than_two_lines_is_warned_of_once(void **state)
{
	static const int64_t settles_ms[] = {29, 31};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct fake fake;
		const char *said;

		one_channel(&fake, range_step(280, 300, 10));
		fake.bench.scan.settle_ns = settles_ms[i] * PL_NS_PER_MS;
		fake.spoil = slow_line;
		fake_start(&fake);
		fake_run(&fake);
		said = strstr(fake.all_said.data, "settle is 29.000 ms");
		if (i == 0)
			assert_non_null(said);
		else
			assert_null(said);
		if (said)
			assert_null(strstr(said + 1, "settle is"));
		fake_fini(&fake);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_that_never_change_are_suspect),
	    cmocka_unit_test(counts_beyond_the_highest_rate_are_suspect),
	    cmocka_unit_test(a_curve_that_goes_back_as_it_came_has_no_hysteresis),
	    cmocka_unit_test(too_few_points_give_a_reason_and_no_number),
	    cmocka_unit_test(a_scan_of_one_way_has_none),
	    cmocka_unit_test(a_settle_shorter_than_two_lines_is_warned_of_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
