/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two readings of the three clocks say happened between them. */
#include "engine/clock_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR_NS (3600 * PL_NS_PER_S)

static const struct clock_reading start = {
    .mono_ns = 5 * PL_NS_PER_S, .boot_ns = 9 * PL_NS_PER_S, .utc_ns = INT64_C(1800000000000000000)};

static struct clock_change after(int64_t mono, int64_t boot, int64_t utc, bool is_announced)
{
	const struct clock_reading now = {.mono_ns = start.mono_ns + mono,
					  .boot_ns = start.boot_ns + boot,
					  .utc_ns = start.utc_ns + utc};

	return clock_compare(&start, &now, is_announced);
}

static void expect(struct clock_change change, int64_t step, int64_t suspended)
{
	assert_int_equal(change.step_ns, step);
	assert_int_equal(change.suspended_ns, suspended);
}

static void case_67_a_step_is_told_with_its_size_and_sign(void **state)
{
	(void)state;
	expect(after(PL_NS_PER_S, PL_NS_PER_S, PL_NS_PER_S + HOUR_NS, false), HOUR_NS, 0);
	expect(after(PL_NS_PER_S, PL_NS_PER_S, PL_NS_PER_S - HOUR_NS, false), -HOUR_NS, 0);
}

static void case_67_a_slewing_clock_is_no_step(void **state)
{
	int64_t minute = 60 * PL_NS_PER_S, slewed = minute + minute / 12;

	(void)state;
	expect(after(minute, minute, slewed, false), 0, 0);
	expect(after(minute, minute, minute - minute / 12, false), 0, 0);
	expect(after(PL_NS_PER_MS, PL_NS_PER_MS, 90 * PL_NS_PER_MS, false), 0, 0);
}

static void case_67_an_announced_step_may_be_small(void **state)
{
	int64_t minute = 60 * PL_NS_PER_S;

	(void)state;
	expect(after(minute, minute, minute + PL_NS_PER_S, false), 0, 0);
	expect(after(minute, minute, minute + PL_NS_PER_S, true), PL_NS_PER_S, 0);
	expect(after(minute, minute, minute + PL_NS_PER_MS, true), 0, 0);
}

static void case_68_a_suspend_is_no_step(void **state)
{
	(void)state;
	expect(after(PL_NS_PER_S, PL_NS_PER_S + 2 * HOUR_NS, PL_NS_PER_S + 2 * HOUR_NS, true), 0,
	       2 * HOUR_NS);
}

static void case_68_a_clock_set_at_waking_is_both(void **state)
{
	(void)state;
	expect(after(PL_NS_PER_S, PL_NS_PER_S + HOUR_NS, PL_NS_PER_S + 3 * HOUR_NS, true),
	       2 * HOUR_NS, HOUR_NS);
}

static void case_69_a_clock_of_1970_is_not_set(void **state)
{
	(void)state;
	assert_false(clock_is_set(0));
	assert_false(clock_is_set(INT64_C(1000000000) * PL_NS_PER_S)); /* 2001 */
	assert_true(clock_is_set(start.utc_ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_67_a_step_is_told_with_its_size_and_sign),
	    cmocka_unit_test(case_67_a_slewing_clock_is_no_step),
	    cmocka_unit_test(case_67_an_announced_step_may_be_small),
	    cmocka_unit_test(case_68_a_suspend_is_no_step),
	    cmocka_unit_test(case_68_a_clock_set_at_waking_is_both),
	    cmocka_unit_test(case_69_a_clock_of_1970_is_not_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
