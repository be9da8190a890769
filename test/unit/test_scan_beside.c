/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings kept until their window is known. */
#include "scan/beside.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void add(struct pl_beside_series *series, int64_t from, int64_t to)
{
	for (int64_t t = from; t < to; t++)
		pl_beside_add(series, (double)t, t);
}

static void only_what_was_read_in_the_window_counts(void **state)
{
	struct pl_beside_series *series = calloc(1, sizeof(*series));
	struct pl_series_stat stat;

	(void)state;
	assert_non_null(series);
	add(series, 0, 20);
	stat = pl_beside_cut(series, 5, 10); /* 5 6 7 8 9 */
	assert_int_equal(stat.count, 5);
	assert_true(stat.mean == 7 && stat.min == 5 && stat.max == 9);
	assert_true(fabs(stat.sd - sqrt(2.5)) < 1e-12);
	stat = pl_beside_cut(series, 5, 6);
	assert_int_equal(stat.count, 1);
	assert_true(stat.mean == 5 && isnan(stat.sd));
	stat = pl_beside_cut(series, 30, 40);
	assert_int_equal(stat.count, 0);
	assert_true(isnan(stat.mean) && isnan(stat.min) && isnan(stat.max));
	free(series);
}

/* 100000 readings, of which the window leaves out some at either end. */
static void many_readings_take_no_more_room_and_lose_nothing(void **state)
{
	struct pl_beside_series *series = calloc(1, sizeof(*series));
	const int64_t end = 100000, t0 = 30, t1 = end - 30;
	const double n = (double)(t1 - t0);
	struct pl_series_stat stat;

	(void)state;
	assert_non_null(series);
	add(series, 0, end);
	assert_true(series->count <= PL_BESIDE_BLOCKS);
	stat = pl_beside_cut(series, t0, t1);
	assert_int_equal(stat.count, t1 - t0);
	assert_true(fabs(stat.mean - (double)(t0 + t1 - 1) / 2) < 1e-6);
	assert_true(fabs(stat.sd - sqrt(n * (n + 1) / 12)) < 1e-6 * n);
	assert_true(stat.min == (double)t0 && stat.max == (double)(t1 - 1));
	free(series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_was_read_in_the_window_counts),
	    cmocka_unit_test(many_readings_take_no_more_room_and_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
