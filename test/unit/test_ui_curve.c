/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a run's points is drawn: kinds, differences, windows, the cursor's way, many points. */
#include "ui/curve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pl_model_point points[64];
static struct pl_model_curve curve;
static const struct pl_curve_show all;

static void begin(void)
{
	curve = (struct pl_model_curve){.points = points,
					.series = {"top", "mid"},
					.is_drawn = {true, true},
					.series_count = 2};
}

static struct pl_model_point *add(int series, double set, double hits)
{
	struct pl_model_point *point = &points[curve.count++];

	*point = (struct pl_model_point){.index = (int64_t)curve.count,
					 .attempt = 1,
					 .set = set,
					 .rate = hits / 2,
					 .lo = (hits - sqrt(hits)) / 2,
					 .hi = (hits + sqrt(hits)) / 2,
					 .live_s = 2,
					 .series = (short)series,
					 .repeat = 1,
					 .is_valid = true,
					 .quality = "ok",
					 .pass = "up"};
	return point;
}

static size_t drawn(const struct pl_curve_show *show, struct pl_plot_point *out, size_t *index)
{
	return pl_curve_points(&curve, show, pl_glyphs_choose("ascii", true, "xterm"), out, index);
}

static bool is_near(double value, double wanted)
{
	return fabs(value - wanted) <= 1e-9 * fmax(1, fabs(wanted));
}

static void a_difference_is_the_falling_rate_per_step_with_its_poisson_error(void **state)
{
	const struct pl_curve_show show = {.is_differential = true};
	struct pl_plot_point out[64];
	size_t index[64];

	(void)state;
	begin();
	add(0, 290, 900);
	add(0, 295, 400);
	assert_int_equal(drawn(&show, out, index), 1);
	assert_true(is_near(out[0].x, 292.5));
	assert_true(is_near(out[0].y, (450.0 - 200.0) / 5));
	/* sqrt(n/T² + n/T²) / step: T is 2 s */
	assert_true(is_near(out[0].hi - out[0].y, sqrt(900 / 4.0 + 400 / 4.0) / 5));
	assert_true(is_near(out[0].y - out[0].lo, sqrt(900 / 4.0 + 400 / 4.0) / 5));
	assert_int_equal(index[0], 1);
}

static void the_order_of_measuring_does_not_change_a_difference(void **state)
{
	const struct pl_curve_show show = {.is_differential = true};
	struct pl_plot_point up[64], down[64];
	size_t index[64];

	(void)state;
	begin();
	add(0, 290, 900);
	add(0, 300, 100);
	add(0, 295, 400);
	assert_int_equal(drawn(&show, up, index), 2);
	begin();
	add(0, 300, 100);
	add(0, 295, 400);
	add(0, 290, 900);
	assert_int_equal(drawn(&show, down, index), 2);
	for (int i = 0; i < 2; i++) {
		assert_true(is_near(up[i].x, down[i].x));
		assert_true(is_near(up[i].y, down[i].y));
	}
}

static void only_neighbours_of_one_series_repeat_and_pass_are_subtracted(void **state)
{
	const struct pl_curve_show show = {.is_differential = true};
	struct pl_plot_point out[64];
	size_t index[64];

	(void)state;
	begin();
	add(0, 290, 900);
	add(1, 295, 900);
	strcpy(add(0, 300, 100)->pass, "down");
	add(0, 305, 100)->repeat = 2;
	assert_int_equal(drawn(&show, out, index), 0);
	add(0, 290, 880); /* the same setting twice is no step */
	assert_int_equal(drawn(&show, out, index), 0);
}

static void a_point_without_counts_is_no_neighbour(void **state)
{
	const struct pl_curve_show show = {.is_differential = true};
	struct pl_plot_point out[64];
	size_t index[64];

	(void)state;
	begin();
	add(0, 290, 900);
	add(0, 295, 400)->is_valid = false;
	add(0, 300, 100);
	assert_int_equal(drawn(&show, out, index), 1);
	assert_true(is_near(out[0].x, 295));
	assert_true(is_near(out[0].y, (450.0 - 50.0) / 10));
}

static void kinds_are_listed_where_there_is_a_choice(void **state)
{
	int bits[PL_CURVE_KINDS];
	char name[48];

	(void)state;
	begin();
	add(0, 290, 900);
	assert_int_equal(pl_curve_kinds(&curve, bits), 1);
	strcpy(add(1, 290, 900)->pass, "down");
	add(1, 290, 900)->repeat = 3;
	assert_int_equal(pl_curve_kinds(&curve, bits), 6);
	assert_string_equal(pl_curve_kind_name(&curve, bits[0], name), "top");
	assert_string_equal(pl_curve_kind_name(&curve, bits[1], name), "mid");
	assert_string_equal(pl_curve_kind_name(&curve, bits[2], name), "way up");
	assert_string_equal(pl_curve_kind_name(&curve, bits[3], name), "way down");
	assert_string_equal(pl_curve_kind_name(&curve, bits[4], name), "repeat 1");
	assert_string_equal(pl_curve_kind_name(&curve, bits[5], name), "repeat 3");
}

static void what_is_hidden_is_not_drawn(void **state)
{
	struct pl_curve_show show = {.hidden = UINT64_C(1) << PL_CURVE_SERIES};
	struct pl_plot_point out[64];
	size_t index[64];

	(void)state;
	begin();
	add(0, 290, 900);
	add(1, 290, 400);
	strcpy(add(1, 290, 100)->pass, "down");
	assert_int_equal(drawn(&show, out, index), 2);
	assert_int_equal(index[0], 1);
	show.hidden |= UINT64_C(1) << (PL_CURVE_PASS + 1);
	assert_int_equal(drawn(&show, out, index), 1);
	assert_null(out[0].sign);
	show.hidden = 0;
	assert_int_equal(drawn(&show, out, index), 3);
	assert_string_equal(out[2].sign, "v"); /* hysteresis is seen */
}

static void any_repeat_has_a_bit(void **state)
{
	const short repeats[] = {-5, 0, 1, 44, 45, 32767};

	(void)state;
	for (size_t i = 0; i < sizeof repeats / sizeof repeats[0]; i++) {
		int bits[PL_CURVE_KINDS];

		begin();
		add(0, 290, 1)->repeat = repeats[i];
		assert_true(pl_curve_is_shown(&all, &points[0]));
		assert_int_equal(pl_curve_kinds(&curve, bits), 1);
	}
}

static void an_earlier_run_is_a_line_broken_between_passes(void **state)
{
	static struct pl_model_point earlier[4];
	struct pl_model_curve of = {.series = {"mid", "top"}, .series_count = 2};
	struct pl_curve_show show = {.hidden = UINT64_C(1) << 1}; /* of: top is hidden */
	double x[16], y[16];

	(void)state;
	begin();
	add(0, 300, 100);
	add(0, 290, 900);
	add(1, 290, 400);
	add(1, 300, 100);
	memcpy(earlier, points, sizeof earlier);
	assert_int_equal(pl_curve_line(&curve, &all, &of, x, y), 5);
	assert_true(x[0] == 290 && x[1] == 300 && isnan(x[2]) && isnan(y[2]) && x[3] == 290);
	assert_int_equal(pl_curve_line(&curve, &show, &of, x, y), 2);
	assert_true(y[0] == 200); /* mid, whatever its number there */
	show.is_differential = true;
	assert_int_equal(pl_curve_line(&curve, &show, &of, x, y), 1);
	assert_true(is_near(x[0], 295) && is_near(y[0], 15));
}

static void a_window_never_leaves_the_range(void **state)
{
	static const double middles[] = {-1e9, 100, 149, 150, 200, 251, 300, 1e9, NAN, INFINITY};

	(void)state;
	for (int zoom = -2; zoom < 15; zoom++) {
		for (size_t i = 0; i < sizeof middles / sizeof middles[0]; i++) {
			const struct pl_curve_show show = {.zoom = zoom, .middle = middles[i]};
			double from, to;

			pl_curve_window(&show, 100, 300, &from, &to);
			assert_true(from >= 100 && to <= 300 && from < to);
			if (zoom <= 0)
				assert_true(from == 100 && to == 300);
			else if (zoom <= PL_CURVE_ZOOM_MAX)
				assert_true(is_near(to - from, ldexp(200, -zoom)));
		}
	}
}

static void a_window_is_moved_only_as_far_as_needed(void **state)
{
	struct pl_curve_show show = {.zoom = 2, .middle = 150};
	double from, to;

	(void)state;
	pl_curve_reveal(&show, 100, 300, 160);
	assert_true(is_near(show.middle, 150));
	pl_curve_reveal(&show, 100, 300, 200);
	pl_curve_window(&show, 100, 300, &from, &to);
	assert_true(is_near(from, 150) && is_near(to, 200));
	pl_curve_reveal(&show, 100, 300, 100);
	pl_curve_window(&show, 100, 300, &from, &to);
	assert_true(is_near(from, 100) && is_near(to, 150));
}

static void the_cursor_walks_over_what_is_shown(void **state)
{
	const struct pl_curve_show show = {.hidden = UINT64_C(1) << 1};

	(void)state;
	begin();
	for (int i = 0; i < 6; i++)
		add(i % 2, 290 + i, 100);
	assert_int_equal(pl_curve_step(&curve, &all, -1, -1), 5);
	assert_int_equal(pl_curve_step(&curve, &show, -1, -1), 4);
	assert_int_equal(pl_curve_step(&curve, &show, 4, -1), 2);
	assert_int_equal(pl_curve_step(&curve, &show, 2, -10), 0);
	assert_int_equal(pl_curve_step(&curve, &show, 0, -1), 0);
	assert_int_equal(pl_curve_step(&curve, &show, 4, 1), 4);
	assert_int_equal(pl_curve_step(&curve, &show, 99, -1), 4);
	curve.count = 0;
	assert_int_equal(pl_curve_step(&curve, &all, -1, -1), -1);
}

static void the_cursor_goes_to_the_same_setting_of_another_channel(void **state)
{
	const struct pl_curve_show show = {.hidden = UINT64_C(1) << 1};

	(void)state;
	begin();
	for (int i = 0; i < 6; i++)
		add(i / 3, 290 + i % 3, 100);
	assert_int_equal(pl_curve_other_series(&curve, &all, 1, 1), 4);
	assert_int_equal(pl_curve_other_series(&curve, &all, 4, 1), 1);
	assert_int_equal(pl_curve_other_series(&curve, &all, 4, -1), 1);
	assert_int_equal(pl_curve_other_series(&curve, &show, 1, 1), 1);
	assert_int_equal(pl_curve_other_series(&curve, &all, -1, 1), -1);
}

#define MANY 10000

static void of_10000_points_no_extreme_is_lost(void **state)
{
	struct pl_plot_point *many = calloc(MANY, sizeof *many), *thin = calloc(MANY, sizeof *thin);
	size_t keep = 4321, count;
	bool has_spike = false, has_dip = false, has_bar = false;

	(void)state;
	assert_non_null(many);
	assert_non_null(thin);
	srand(7);
	for (size_t i = 0; i < MANY; i++) {
		double y = 100 + rand() % 10;

		many[i] = (struct pl_plot_point){
		    .x = (double)i, .y = y, .lo = y - 1, .hi = y + 1, .series = (int)(i % 3)};
	}
	many[1234].y = 1e6;
	many[7777].y = -1e6;
	many[5000].hi = 5e5;
	many[42].x = NAN;
	count = pl_plot_thin(many, MANY, 0, MANY, 120, thin, &keep);
	assert_in_range(count, 120, 120 * 3 * 2 + 1);
	for (size_t i = 0; i < count; i++) {
		has_spike |= thin[i].y == 1e6;
		has_dip |= thin[i].y == -1e6;
		has_bar |= thin[i].hi == 5e5;
		assert_true(i == 0 || thin[i - 1].x < thin[i].x);
	}
	assert_true(has_spike && has_dip && has_bar);
	assert_true(keep < count && thin[keep].x == 4321);
	free(many);
	free(thin);
}

static void few_points_stay_as_they_are(void **state)
{
	struct pl_plot_point few[3] = {{.x = 1, .y = 2}, {.x = 1, .y = 3}, {.x = 1, .y = 4}},
			     out[3];
	size_t keep = 2;

	(void)state;
	assert_int_equal(pl_plot_thin(few, 3, 0, 2, 40, out, &keep), 3);
	assert_int_equal(keep, 2);
	assert_true(out[1].y == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_difference_is_the_falling_rate_per_step_with_its_poisson_error),
	    cmocka_unit_test(the_order_of_measuring_does_not_change_a_difference),
	    cmocka_unit_test(only_neighbours_of_one_series_repeat_and_pass_are_subtracted),
	    cmocka_unit_test(a_point_without_counts_is_no_neighbour),
	    cmocka_unit_test(kinds_are_listed_where_there_is_a_choice),
	    cmocka_unit_test(what_is_hidden_is_not_drawn),
	    cmocka_unit_test(any_repeat_has_a_bit),
	    cmocka_unit_test(an_earlier_run_is_a_line_broken_between_passes),
	    cmocka_unit_test(a_window_never_leaves_the_range),
	    cmocka_unit_test(a_window_is_moved_only_as_far_as_needed),
	    cmocka_unit_test(the_cursor_walks_over_what_is_shown),
	    cmocka_unit_test(the_cursor_goes_to_the_same_setting_of_another_channel),
	    cmocka_unit_test(of_10000_points_no_extreme_is_lost),
	    cmocka_unit_test(few_points_stay_as_they_are),
	};

	return cmocka_run_group_tests_name("ui_curve", tests, NULL, NULL);
}
