/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout, swept over all sizes of the screen. */
#include "ui/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const int wishes[][PL_PANELS] = {
    {1, 4, 4, 3, 1}, {2, 12, 5, 9, 400}, {0, 0, 0, 0, 0}, {40, 300, 5, 90, 400}};

static struct pl_layout make(int rows, int cols, enum pl_panel_id focus, enum pl_panel_id zoom,
			     const int *lines)
{
	struct pl_layout_wish wish = {.rows = rows, .cols = cols, .focus = focus, .zoom = zoom};
	struct pl_layout layout;

	memcpy(wish.lines, lines, sizeof wish.lines);
	pl_layout_make(&wish, &layout);
	return layout;
}

/* Every cell belongs to one rectangle at most. */
static void mark(char *taken, int rows, int cols, const struct pl_rect *rect)
{
	if (rect->rows == 0)
		return;
	assert_true(rect->rows > 0 && rect->cols > 0 && rect->row >= 0 && rect->col >= 0);
	assert_true(rect->row + rect->rows <= rows);
	assert_true(rect->col + rect->cols <= cols);
	for (int row = rect->row; row < rect->row + rect->rows; row++) {
		char *from = taken + row * cols + rect->col;

		assert_null(memchr(from, 1, (size_t)rect->cols));
		memset(from, 1, (size_t)rect->cols);
	}
}

static void check(int rows, int cols, enum pl_panel_id focus, enum pl_panel_id zoom,
		  const int *lines)
{
	static char taken[100 * 200];
	struct pl_layout layout = make(rows, cols, focus, zoom, lines);

	memset(taken, 0, (size_t)(rows * cols));
	mark(taken, rows, cols, &layout.top);
	mark(taken, rows, cols, &layout.bottom);
	mark(taken, rows, cols, &layout.wall);
	for (int i = 0; i < PL_PANELS; i++)
		mark(taken, rows, cols, &layout.panel[i]);
	assert_int_equal(layout.top.rows, 1);
	if (layout.is_too_small)
		return;
	assert_int_equal(layout.bottom.rows, 1);
	/* The panel with the keys is always there, and nothing is left unused. */
	assert_true(layout.panel[zoom < PL_PANELS ? zoom : focus].rows >= 2);
	assert_null(memchr(taken, 0, (size_t)(rows * cols)));
}

static void panels_never_overlap_and_fill_the_screen(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 100; rows++)
		for (int cols = 1; cols <= 200; cols += rows % 7 == 0 ? 1 : 3)
			check(rows, cols, (enum pl_panel_id)((rows + cols) % PL_PANELS),
			      (enum pl_panel_id)((rows * 3 + cols) % (PL_PANELS + 1)),
			      wishes[(rows + cols) % 4]);
}

static void every_size_up_to_24_by_80_holds_with_every_focus(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 24; rows++)
		for (int cols = 1; cols <= 80; cols++)
			for (int focus = 0; focus < PL_PANELS; focus++)
				check(rows, cols, (enum pl_panel_id)focus, PL_PANEL_NONE,
				      wishes[(rows + focus) % 4]);
}

static void at_80_by_24_all_titles_and_a_line_of_the_log_are_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
		struct pl_layout layout = make(24, 80, PL_PANEL_SCAN, PL_PANEL_NONE, wishes[i]);

		for (int panel = 0; panel < PL_PANELS; panel++)
			assert_true(layout.panel[panel].rows >= 2);
		assert_true(layout.panel[PL_PANEL_SCAN].rows >= 12);
	}
}

static void at_80_by_24_three_devices_have_a_line_each(void **state)
{
	const int lines[PL_PANELS] = {3, 18, 5, 12, 30};
	struct pl_layout layout = make(24, 80, PL_PANEL_SCAN, PL_PANEL_NONE, lines);

	(void)state;
	assert_true(layout.panel[PL_PANEL_DEVICES].rows >= 1 + 3);
	assert_true(layout.panel[PL_PANEL_LOG].rows >= 3);
	assert_true(layout.panel[PL_PANEL_READINGS].rows >= 7);
}

static void a_small_screen_drops_the_curve_before_the_numbers(void **state)
{
	struct pl_rect text, plot, large = {0, 0, 14, 44}, small = {0, 0, 8, 44};

	(void)state;
	pl_layout_scan(&large, 5, &text, &plot);
	assert_int_equal(text.rows, 5);
	assert_int_equal(plot.rows, 8);
	pl_layout_scan(&small, 5, &text, &plot);
	assert_int_equal(text.rows, 7);
	assert_int_equal(plot.rows, 0);
	assert_false(make(10, 40, PL_PANEL_SCAN, PL_PANEL_NONE, wishes[1]).is_too_small);
	assert_true(make(10, 40, PL_PANEL_LOG, PL_PANEL_NONE, wishes[1]).panel[PL_PANEL_LOG].rows >=
		    2);
}

static void below_40_by_10_one_line_is_left(void **state)
{
	(void)state;
	assert_true(make(9, 40, PL_PANEL_SCAN, PL_PANEL_NONE, wishes[0]).is_too_small);
	assert_true(make(10, 39, PL_PANEL_SCAN, PL_PANEL_NONE, wishes[0]).is_too_small);
	assert_int_equal(make(9, 39, PL_PANEL_SCAN, PL_PANEL_NONE, wishes[0]).top.cols, 39);
}

static void a_question_stays_inside_any_screen(void **state)
{
	(void)state;
	for (int rows = 1; rows < 30; rows++) {
		struct pl_rect box = pl_layout_box(rows, rows * 2, 9, 50);

		assert_true(box.row >= 0 && box.row + box.rows <= rows);
		assert_true(box.col >= 0 && box.col + box.cols <= rows * 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(panels_never_overlap_and_fill_the_screen),
	    cmocka_unit_test(every_size_up_to_24_by_80_holds_with_every_focus),
	    cmocka_unit_test(at_80_by_24_all_titles_and_a_line_of_the_log_are_there),
	    cmocka_unit_test(at_80_by_24_three_devices_have_a_line_each),
	    cmocka_unit_test(a_small_screen_drops_the_curve_before_the_numbers),
	    cmocka_unit_test(below_40_by_10_one_line_is_left),
	    cmocka_unit_test(a_question_stays_inside_any_screen),
	};

	return cmocka_run_group_tests_name("ui_layout", tests, NULL, NULL);
}
