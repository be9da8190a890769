/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends as levels, values between limits, and the columns of a reading at every width. */
#include "ui/reading_columns.h"
#include "ui/spark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void a_trend_goes_from_its_smallest_to_its_largest_value(void **state)
{
	double values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	int levels[COUNT(values)];

	(void)state;
	pl_spark(values, COUNT(values), levels);
	for (size_t i = 0; i < COUNT(values); i++)
		assert_int_equal(levels[i], i < 8 ? (int)i : 7);
}

static void a_missing_value_is_a_gap_and_nothing_else_moves(void **state)
{
	double values[] = {1, NAN, INFINITY, 3};
	int levels[COUNT(values)];

	(void)state;
	pl_spark(values, COUNT(values), levels);
	assert_int_equal(levels[0], 0);
	assert_int_equal(levels[1], PL_SPARK_GAP);
	assert_int_equal(levels[2], PL_SPARK_GAP);
	assert_int_equal(levels[3], 7);
}

static void equal_values_lie_in_the_middle(void **state)
{
	double values[] = {300, 300, NAN, 300};
	int levels[COUNT(values)];

	(void)state;
	pl_spark(values, COUNT(values), levels);
	assert_int_equal(levels[0], 3);
	assert_int_equal(levels[2], PL_SPARK_GAP);
	assert_int_equal(levels[3], 3);
}

/* The cells as letters: blank - [ + ] < o > */
static const char *gauge(const struct pl_bounds *bounds, double value, int width, char *out)
{
	enum pl_gauge_cell cells[40];

	pl_gauge(bounds, value, cells, width);
	for (int i = 0; i < width; i++)
		out[i] = " -[+]<o>"[cells[i]];
	out[width] = '\0';
	return out;
}

static void a_value_stands_between_its_limits(void **state)
{
	const struct pl_bounds all = {0, 20, 80, 100};
	char out[41];

	(void)state;
	assert_string_equal(gauge(&all, 50, 11, out), "[-+--o--+-]");
	assert_string_equal(gauge(&all, 90, 11, out), "[-+-----+o]");
	assert_string_equal(gauge(&all, 0, 11, out), "[o+-----+-]");
	assert_string_equal(gauge(&all, -1, 11, out), "<-+-----+-]");
	assert_string_equal(gauge(&all, 101, 11, out), "[-+-----+->");
}

static void limits_on_one_side_leave_the_other_open(void **state)
{
	const struct pl_bounds high = {NAN, NAN, 80, 100}, one = {NAN, NAN, NAN, 30},
			       low = {NAN, 5, NAN, NAN}, none = {NAN, NAN, NAN, NAN};
	char out[41];

	(void)state;
	assert_string_equal(gauge(&high, 60, 9, out), "----o-+-]");
	assert_string_equal(gauge(&high, -1000, 9, out), "-o----+-]");
	assert_string_equal(gauge(&high, 120, 9, out), "------+->");
	assert_string_equal(gauge(&one, 22, 9, out), "----o---]");
	assert_string_equal(gauge(&one, 31, 9, out), "-------->");
	assert_string_equal(gauge(&low, 7, 9, out), "[---o----");
	assert_string_equal(gauge(&low, 4, 9, out), "<--------");
	assert_string_equal(gauge(&none, 4, 9, out), "         ");
}

static void without_a_value_or_room_there_is_no_bar(void **state)
{
	const struct pl_bounds all = {0, 20, 80, 100}, same = {5, NAN, NAN, 5};
	char out[41];

	(void)state;
	assert_string_equal(gauge(&all, NAN, 9, out), "         ");
	assert_string_equal(gauge(&all, 50, 4, out), "    ");
	assert_string_equal(gauge(&same, 5, 9, out), "         ");
}

static void columns_go_in_a_fixed_order_when_room_gets_short(void **state)
{
	const struct pl_reading_widths widths = {.name = 17,
						 .whole = 6,
						 .fraction = 3,
						 .unit = 2,
						 .error = 11,
						 .state = PL_READING_STATE};
	int seen = 0;

	(void)state;
	for (int cols = 300; cols >= 20; cols--) {
		struct pl_reading_columns out;
		int left;

		pl_reading_columns(&widths, cols, &out);
		left = (out.error > 0) + (out.state > 0) + (out.age > 0) + (out.bar > 0) +
		       (out.trend > 0);
		/* each one there means that all before it are there */
		assert_true(out.error || !out.state);
		assert_true(out.state || !out.age);
		assert_true(out.age || !out.bar);
		assert_true(out.bar || !out.trend);
		assert_true(out.trend == 0 || out.trend + out.trend_width <= cols);
		assert_true(out.trend_width <= PL_READING_TREND_MAX);
		if (cols >= 34) /* nothing of the value is ever cut there */
			assert_true(out.value_end + widths.fraction + 1 + widths.unit <= cols);
		seen |= 1 << left;
	}
	assert_int_equal(seen, 0x3f); /* every number of columns, from all to none */
}

static void a_short_screen_takes_from_the_name_for_the_error(void **state)
{
	struct pl_reading_widths widths = {.name = 17,
					   .whole = 6,
					   .fraction = 3,
					   .unit = 2,
					   .error = 11,
					   .state = PL_READING_STATE};
	struct pl_reading_columns out;

	(void)state;
	pl_reading_columns(&widths, 37, &out);
	assert_int_equal(out.name_width, 15);
	widths.error = 0;
	pl_reading_columns(&widths, 37, &out);
	assert_int_equal(out.name_width, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_trend_goes_from_its_smallest_to_its_largest_value),
	    cmocka_unit_test(a_missing_value_is_a_gap_and_nothing_else_moves),
	    cmocka_unit_test(equal_values_lie_in_the_middle),
	    cmocka_unit_test(a_value_stands_between_its_limits),
	    cmocka_unit_test(limits_on_one_side_leave_the_other_open),
	    cmocka_unit_test(without_a_value_or_room_there_is_no_bar),
	    cmocka_unit_test(columns_go_in_a_fixed_order_when_room_gets_short),
	    cmocka_unit_test(a_short_screen_takes_from_the_name_for_the_error),
	};

	return cmocka_run_group_tests_name("ui_spark", tests, NULL, NULL);
}
