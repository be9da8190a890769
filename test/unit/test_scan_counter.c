/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a counter counted between its readings. */
#include "scan/counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BITS_16 65536.0
#define BITS_32 4294967296.0

static double stepped(double before, double after, double wrap)
{
	double step = -1;

	assert_true(pl_counter_step(before, after, wrap, &step));
	return step;
}

static void growing_is_the_difference(void **state)
{
	(void)state;
	assert_true(stepped(0, 0, 0) == 0);
	assert_true(stepped(100, 350, 0) == 250);
	assert_true(stepped(100, 350, BITS_16) == 250);
	assert_true(stepped(0, BITS_32 - 1, BITS_32) == BITS_32 - 1);
}

static void case_44_16_bits_begin_again_where_they_are_declared(void **state)
{
	(void)state;
	assert_true(stepped(65535, 0, BITS_16) == 1);
	assert_true(stepped(65000, 464, BITS_16) == 1000);
	assert_true(stepped(1, 0, BITS_16) == 65535);
}

static void case_44_32_bits_begin_again_where_they_are_declared(void **state)
{
	(void)state;
	assert_true(stepped(BITS_32 - 1, 0, BITS_32) == 1);
	assert_true(stepped(BITS_32 - 250, 750, BITS_32) == 1000);
}

static void case_44_any_other_decrease_is_a_reset_and_never_negative(void **state)
{
	double step = -1;

	(void)state;
	assert_false(pl_counter_step(65535, 0, 0, &step));
	assert_true(step == 0);
	step = -1;
	assert_false(pl_counter_step(70000, 5, BITS_16, &step)); /* it never had 16 bits */
	assert_true(step == 0);
}

static void case_44_a_reset_between_two_readings_is_not_made_good_by_later_ones(void **state)
{
	struct pl_counter counter = {.reads = 0};

	(void)state;
	pl_counter_add(&counter, 100, 10, 0);
	assert_false(counter.is_reset);
	pl_counter_add(&counter, 3, 20, 0);
	pl_counter_add(&counter, 500, 30, 0);
	assert_true(counter.is_reset);
}

static void readings_sum_up_over_several_turns(void **state)
{
	struct pl_counter counter = {.reads = 0};

	(void)state;
	for (int i = 0; i < 10; i++)
		pl_counter_add(&counter, (double)((60000 + 30000L * i) % 65536), 100 + i, BITS_16);
	assert_false(counter.is_reset);
	assert_true(counter.total == 270000);
	assert_int_equal(counter.reads, 10);
	assert_true(counter.first_ns == 100 && counter.last_ns == 109);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(growing_is_the_difference),
	    cmocka_unit_test(case_44_16_bits_begin_again_where_they_are_declared),
	    cmocka_unit_test(case_44_32_bits_begin_again_where_they_are_declared),
	    cmocka_unit_test(case_44_any_other_decrease_is_a_reset_and_never_negative),
	    cmocka_unit_test(case_44_a_reset_between_two_readings_is_not_made_good_by_later_ones),
	    cmocka_unit_test(readings_sum_up_over_several_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
