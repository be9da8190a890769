/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve: ticks, error bars, markers, and numbers that are none. */
#include "ui/plot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 12
#define COLS 40

static struct pl_plot_cell grid[ROWS * COLS];

static struct pl_plot plot_of(const char *glyphs)
{
	return (struct pl_plot){.glyphs = pl_glyphs_choose(glyphs, true, "xterm"),
				.rows = ROWS,
				.cols = COLS,
				.x_min = NAN,
				.x_max = NAN,
				.cursor_x = NAN,
				.current = SIZE_MAX};
}

static size_t cells_with(const char *text, int owner)
{
	size_t count = 0;

	for (size_t i = 0; i < ROWS * COLS; i++)
		count += strcmp(grid[i].text, text) == 0 && grid[i].owner == owner;
	return count;
}

static int row_of(const char *text)
{
	for (int i = 0; i < ROWS * COLS; i++)
		if (strcmp(grid[i].text, text) == 0 && grid[i].owner >= 0)
			return i / COLS;
	return -1;
}

static void ticks_are_multiples_of_1_2_or_5(void **state)
{
	static const struct {
		double lo, hi;
		size_t most, count;
		double first, step;
	} cases[] = {
	    {0, 262, 5, 3, 0, 100}, {250, 330, 5, 4, 260, 20},	{0, 1, 6, 6, 0, 0.2},
	    {-3, 3, 4, 3, -2, 2},   {1e6, 4e6, 5, 4, 1e6, 1e6}, {5, 5, 5, 0, 5, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		double first, step;

		assert_int_equal(
		    pl_plot_ticks(cases[i].lo, cases[i].hi, cases[i].most, &first, &step),
		    cases[i].count);
		if (cases[i].count == 0)
			continue;
		assert_true(fabs(first - cases[i].first) <= 1e-9 * step);
		assert_true(fabs(step - cases[i].step) <= 1e-9 * step);
	}
}

static void ticks_stay_few_and_inside_whatever_the_range(void **state)
{
	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		double lo = (rand() - RAND_MAX / 2) * pow(10, rand() % 18 - 9);
		double hi = lo + rand() * pow(10, rand() % 18 - 12), first, step;
		size_t most = 2 + (size_t)rand() % 12;
		size_t count = pl_plot_ticks(lo, hi, most, &first, &step);

		assert_true(count <= most);
		if (count == 0)
			continue;
		assert_true(first >= lo - 1e-6 * step);
		assert_true(first + (double)(count - 1) * step <= hi + 1e-6 * step);
	}
}

static void labels_are_short(void **state)
{
	static const struct {
		double value, step;
		const char *label;
	} cases[] = {{250, 50, "250"},	{0.4, 0.2, "0.4"},     {20000, 5000, "20k"},
		     {-0.0, 1, "0"},	{1500, 500, "1500"},   {12500, 500, "12.5k"},
		     {3e7, 1e7, "30M"}, {1e-9, 1e-10, "1e-09"}};
	char label[PL_PLOT_LABEL_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(pl_plot_label(label, cases[i].value, cases[i].step),
				    cases[i].label);
}

static void a_higher_rate_is_drawn_higher(void **state)
{
	const struct pl_plot_point points[] = {
	    {.x = 250, .y = 250, .lo = NAN, .hi = NAN, .series = 0},
	    {.x = 330, .y = 10, .lo = NAN, .hi = NAN, .series = 1}};
	struct pl_plot plot = plot_of("ascii");

	(void)state;
	pl_plot_draw(&plot, points, 2, grid);
	assert_int_equal(cells_with("o", 0), 1);
	assert_int_equal(cells_with("x", 1), 1);
	assert_true(row_of("o") < row_of("x"));
}

static void series_differ_without_colour(void **state)
{
	struct pl_plot_point points[PL_MARKERS];
	struct pl_plot plot = plot_of("block");

	(void)state;
	for (int i = 0; i < PL_MARKERS; i++)
		points[i] =
		    (struct pl_plot_point){.x = i, .y = 5, .lo = NAN, .hi = NAN, .series = i};
	pl_plot_draw(&plot, points, PL_MARKERS, grid);
	for (int i = 0; i < PL_MARKERS; i++)
		assert_int_equal(cells_with(plot.glyphs->marker[i], i), 1);
}

/* How many cells of series 0 the error bar covers besides its marker. */
static size_t bar_cells(const char *glyphs, double lo, double hi)
{
	const struct pl_plot_point points[] = {{.x = 1, .y = 50, .lo = lo, .hi = hi, .series = 0},
					       {.x = 9, .y = 100, .lo = 0, .hi = 100, .series = 1}};
	struct pl_plot plot = plot_of(glyphs);
	size_t count = 0;

	pl_plot_draw(&plot, points, 2, grid);
	for (size_t i = 0; i < ROWS * COLS; i++)
		count += grid[i].owner == 0;
	return count - 1;
}

static void an_error_bar_is_as_long_as_its_interval(void **state)
{
	static const char *const kinds[] = {"ascii", "block", "braille"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bar_cells(kinds[i], NAN, NAN), 0);
		assert_true(bar_cells(kinds[i], 45, 55) <= 2);
		assert_true(bar_cells(kinds[i], 20, 80) >= 4);
		assert_true(bar_cells(kinds[i], 20, 80) <= 7);
	}
}

static void a_flat_curve_far_from_0_fills_the_height(void **state)
{
	const struct pl_plot_point points[] = {{.x = 1, .y = 1000, .lo = 990, .hi = 1010},
					       {.x = 2, .y = 1020, .lo = 1010, .hi = 1030}};
	struct pl_plot plot = plot_of("ascii");
	int first, last = 0;

	(void)state;
	pl_plot_draw(&plot, points, 2, grid);
	first = row_of("o");
	for (int i = 0; i < ROWS * COLS; i++)
		if (strcmp(grid[i].text, "o") == 0)
			last = i / COLS;
	assert_true(last - first >= 3);
}

static void a_log_scale_keeps_zero_on_its_floor(void **state)
{
	const struct pl_plot_point points[] = {
	    {.x = 1, .y = 10000, .lo = 9900, .hi = 10100, .series = 0},
	    {.x = 2, .y = 0, .lo = 0, .hi = 1.84, .series = 1},
	    {.x = 3, .y = 100, .lo = 90, .hi = 110, .series = 2}};
	struct pl_plot plot = plot_of("ascii");

	(void)state;
	plot.is_log = true;
	pl_plot_draw(&plot, points, 3, grid);
	assert_int_equal(row_of("x"), ROWS - 3);
	assert_true(row_of("#") > 2 && row_of("#") < ROWS - 4);
}

static void what_is_no_number_is_not_drawn(void **state)
{
	const struct pl_plot_point points[] = {
	    {.x = NAN, .y = 1, .lo = 0, .hi = 2, .series = 0},
	    {.x = 1, .y = NAN, .lo = NAN, .hi = NAN, .series = 0},
	    {.x = INFINITY, .y = INFINITY, .lo = -INFINITY, .hi = INFINITY, .series = 0}};
	struct pl_plot plot = plot_of("braille");

	(void)state;
	pl_plot_draw(&plot, points, 3, grid);
	for (size_t i = 0; i < ROWS * COLS; i++)
		assert_true(grid[i].owner < 0);
}

static void no_size_and_no_number_leads_outside(void **state)
{
	(void)state;
	srand(2);
	for (int rows = 0; rows < 20; rows++) {
		for (int cols = 0; cols < 60; cols += 3) {
			struct pl_plot_cell *cells =
			    malloc((size_t)(rows * cols + 1) * sizeof *cells);
			struct pl_plot_point points[8];
			struct pl_plot plot = plot_of(rows % 2 ? "braille" : "block");

			plot.rows = rows;
			plot.cols = cols;
			plot.is_log = cols % 2;
			plot.current = 3;
			plot.cursor_x = rand();
			for (int i = 0; i < 8; i++)
				points[i] = (struct pl_plot_point){.x = rand(),
								   .y = rand() *
									pow(10, rand() % 600 - 300),
								   .lo = rand(),
								   .hi = rand(),
								   .series = rand() % 20};
			pl_plot_draw(&plot, points, 8, cells);
			free(cells);
		}
	}
}

static void the_current_point_is_marked(void **state)
{
	const struct pl_plot_point points[] = {{.x = 1, .y = 1, .lo = NAN, .hi = NAN},
					       {.x = 2, .y = 2, .lo = NAN, .hi = NAN}};
	struct pl_plot plot = plot_of("ascii");
	size_t marked = 0;

	(void)state;
	plot.current = 1;
	pl_plot_draw(&plot, points, 2, grid);
	for (size_t i = 0; i < ROWS * COLS; i++)
		marked += grid[i].is_marked;
	assert_int_equal(marked, 1);
}

/* ---- lines and windows ---- */

static void a_line_lies_below_the_points_and_is_broken_at_a_hole(void **state)
{
	static const double x[] = {0, 40, NAN, 60, 100}, y[] = {50, 50, NAN, 50, 50};
	const struct pl_plot_line line = {.x = x, .y = y, .count = 5, .owner = PL_PLOT_UNDER};
	const struct pl_plot_point points[] = {{.x = 0, .y = 0}, {.x = 20, .y = 50}};
	struct pl_plot plot = plot_of("ascii");
	size_t dots, all;

	(void)state;
	plot.lines = &line;
	plot.line_count = 1;
	pl_plot_draw(&plot, points, 2, grid);
	dots = cells_with("'", PL_PLOT_UNDER);
	all = dots + cells_with(" ", PL_PLOT_BLANK);
	assert_in_range(dots, 20, COLS - 8);
	assert_true(all < ROWS * COLS);
	assert_int_equal(cells_with("o", 0), 2); /* on top of it */
}

static void a_steep_line_has_no_holes(void **state)
{
	static const double x[] = {0, 49, 51, 100}, y[] = {100, 100, 0, 0};
	const struct pl_plot_line line = {.x = x, .y = y, .count = 4, .owner = 1};
	struct pl_plot plot = plot_of("ascii");
	bool rows[ROWS] = {false};

	(void)state;
	plot.lines = &line;
	plot.line_count = 1;
	pl_plot_draw(&plot, NULL, 0, grid);
	for (int i = 0; i < ROWS * COLS; i++)
		rows[i / COLS] |= grid[i].owner == 1;
	for (int row = 1; row < ROWS - 2; row++)
		assert_true(rows[row]);
}

static void a_window_shows_its_part_alone_and_scales_to_it(void **state)
{
	const struct pl_plot_point points[] = {{.x = 10, .y = 1000, .lo = NAN, .hi = NAN},
					       {.x = 50, .y = 5, .lo = NAN, .hi = NAN},
					       {.x = 60, .y = 1, .lo = NAN, .hi = NAN}};
	struct pl_plot plot = plot_of("ascii");

	(void)state;
	plot.from = 40;
	plot.to = 70;
	plot.current = 0;
	pl_plot_draw(&plot, points, 3, grid);
	assert_int_equal(cells_with("o", 0), 2);
	assert_true(row_of("o") <= 2); /* 5 is high there */
	plot.from = plot.to = 0;
	pl_plot_draw(&plot, points, 3, grid);
	assert_int_equal(cells_with("o", 0), 3);
	for (int i = 3 * COLS; i < (ROWS - 4) * COLS; i++)
		assert_true(grid[i].owner < 0); /* beside 1000 it is low */
}

static void a_point_may_have_a_sign_of_its_own(void **state)
{
	const struct pl_plot_point points[] = {{.x = 0, .y = 1}, {.x = 1, .y = 2, .sign = "v"}};
	struct pl_plot plot = plot_of("ascii");

	(void)state;
	pl_plot_draw(&plot, points, 2, grid);
	assert_int_equal(cells_with("v", 0), 1);
	assert_int_equal(cells_with("o", 0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ticks_are_multiples_of_1_2_or_5),
	    cmocka_unit_test(ticks_stay_few_and_inside_whatever_the_range),
	    cmocka_unit_test(labels_are_short),
	    cmocka_unit_test(a_higher_rate_is_drawn_higher),
	    cmocka_unit_test(series_differ_without_colour),
	    cmocka_unit_test(an_error_bar_is_as_long_as_its_interval),
	    cmocka_unit_test(a_flat_curve_far_from_0_fills_the_height),
	    cmocka_unit_test(a_log_scale_keeps_zero_on_its_floor),
	    cmocka_unit_test(what_is_no_number_is_not_drawn),
	    cmocka_unit_test(no_size_and_no_number_leads_outside),
	    cmocka_unit_test(the_current_point_is_marked),
	    cmocka_unit_test(a_line_lies_below_the_points_and_is_broken_at_a_hole),
	    cmocka_unit_test(a_steep_line_has_no_holes),
	    cmocka_unit_test(a_window_shows_its_part_alone_and_scales_to_it),
	    cmocka_unit_test(a_point_may_have_a_sign_of_its_own),
	};

	return cmocka_run_group_tests_name("ui_plot", tests, NULL, NULL);
}
