/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a slow axis has arrived. */
#include "plateau/clock.h"
#include "scan/until.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define S(seconds) ((int64_t)(seconds)*PL_NS_PER_S)

static const struct pl_until rule = {
    .is_given = true, .within = 0.5, .for_ns = 60 * PL_NS_PER_S, .at_most_ns = 1800 * PL_NS_PER_S};

static struct pl_until_watch begun(void)
{
	struct pl_until_watch watch;

	pl_until_begin(&watch, &rule, 30, S(100));
	return watch;
}

static void it_is_reached_when_it_was_inside_for_long_enough(void **state)
{
	struct pl_until_watch watch = begun();

	(void)state;
	for (int t = 101; t < 161; t++) {
		pl_until_feed(&watch, 30.5, S(t), 0);
		assert_int_equal(pl_until_judge(&watch, S(t)), PL_UNTIL_WAIT);
	}
	pl_until_feed(&watch, 29.5, S(161), 0);
	assert_int_equal(pl_until_judge(&watch, S(161)), PL_UNTIL_REACHED);
}

static void one_reading_outside_begins_anew(void **state)
{
	struct pl_until_watch watch = begun();

	(void)state;
	for (int t = 101; t <= 160; t++)
		pl_until_feed(&watch, t == 130 ? 30.6 : 30, S(t), 0);
	pl_until_feed(&watch, 30, S(190), 0);
	assert_int_equal(pl_until_judge(&watch, S(190)), PL_UNTIL_WAIT);
}

static void a_time_without_readings_begins_anew(void **state)
{
	struct pl_until_watch watch = begun();

	(void)state;
	pl_until_feed(&watch, 30, S(101), 0);
	pl_until_feed(&watch, 30, S(162), 0);
	assert_int_equal(pl_until_judge(&watch, S(162)), PL_UNTIL_WAIT);
	for (int t = 163; t <= 222; t++)
		pl_until_feed(&watch, 30, S(t), 0);
	assert_int_equal(pl_until_judge(&watch, S(222)), PL_UNTIL_REACHED);
}

/* Four readings in 0.2 s are wanted of a device that takes 0.6 s for one. */
static void a_slow_answer_is_no_break(void **state)
{
	const struct pl_until quick = {
	    .within = 0.5, .for_ns = 200 * PL_NS_PER_MS, .at_most_ns = 3 * PL_NS_PER_S};
	struct pl_until_watch watch;

	(void)state;
	pl_until_begin(&watch, &quick, 280, 1);
	pl_until_feed(&watch, 280, 600 * PL_NS_PER_MS, 600 * PL_NS_PER_MS);
	assert_int_equal(pl_until_judge(&watch, 600 * PL_NS_PER_MS), PL_UNTIL_WAIT);
	pl_until_feed(&watch, 280, 1200 * PL_NS_PER_MS, 600 * PL_NS_PER_MS);
	assert_int_equal(pl_until_judge(&watch, 1200 * PL_NS_PER_MS), PL_UNTIL_REACHED);
}

static void what_is_no_number_is_not_inside(void **state)
{
	struct pl_until_watch watch = begun();

	(void)state;
	for (int t = 101; t <= 200; t++)
		pl_until_feed(&watch, NAN, S(t), 0);
	assert_int_equal(pl_until_judge(&watch, S(200)), PL_UNTIL_WAIT);
}

static void it_is_too_late_at_the_most(void **state)
{
	struct pl_until_watch watch = begun();

	(void)state;
	assert_int_equal(pl_until_judge(&watch, S(1899)), PL_UNTIL_WAIT);
	assert_int_equal(pl_until_judge(&watch, S(1900)), PL_UNTIL_TOO_LATE);
}

static void it_is_read_about_once_a_second_and_four_times_at_least(void **state)
{
	struct pl_until quick = rule;

	(void)state;
	assert_int_equal(pl_until_period(&rule), PL_NS_PER_S);
	quick.for_ns = PL_NS_PER_S;
	assert_int_equal(pl_until_period(&quick), PL_NS_PER_S / 4);
	quick.for_ns = 1;
	assert_int_equal(pl_until_period(&quick), 10 * PL_NS_PER_MS);
	quick.for_ns = 0;
	assert_int_equal(pl_until_period(&quick), PL_NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_reached_when_it_was_inside_for_long_enough),
	    cmocka_unit_test(one_reading_outside_begins_anew),
	    cmocka_unit_test(a_time_without_readings_begins_anew),
	    cmocka_unit_test(a_slow_answer_is_no_break),
	    cmocka_unit_test(what_is_no_number_is_not_inside),
	    cmocka_unit_test(it_is_too_late_at_the_most),
	    cmocka_unit_test(it_is_read_about_once_a_second_and_four_times_at_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
