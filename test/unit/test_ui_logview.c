/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines of the log are shown, held back and unread. */
#include "ui/logview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Lines with the numbers from..to, of that level, each of this text. */
static void add(struct pl_state *state, int from, int to, const char *level, const char *text)
{
	struct pl_json *snapshot, *list = pl_json_array();

	for (int n = from; n <= to; n++) {
		struct pl_json *line = pl_json_object();

		pl_json_add_integer(line, "n", n);
		pl_json_add_text(line, "t", "2026-11-21T10:00:00.125Z");
		pl_json_add_text(line, "level", level);
		pl_json_add_text(line, "text", text);
		pl_json_add(list, NULL, line);
	}
	snapshot = pl_json_object();
	pl_json_add(snapshot, "log", list);
	pl_model_apply(state->model, snapshot);
	pl_json_free(snapshot);
}

static int set_up(void **state)
{
	struct pl_state *view = calloc(1, sizeof *view);

	view->model = pl_model_new();
	view->focus = PL_PANEL_SCAN;
	view->layout.panel[PL_PANEL_LOG] = (struct pl_rect){0, 0, 3, 80}; /* rows are not broken */
	*state = view;
	return 0;
}

static int tear_down(void **state)
{
	struct pl_state *view = *state;

	pl_model_free(view->model);
	free(view);
	return 0;
}

static void a_level_hides_what_is_below_it(void **state)
{
	struct pl_state *view = *state;

	add(view, 1, 3, "debug", "a");
	add(view, 4, 6, "info", "b");
	add(view, 7, 8, "warning", "c");
	add(view, 9, 9, "error", "d");
	assert_int_equal(pl_logview_rows(view, 0, -1), 9);
	view->log.filter = PL_LOGVIEW_INFO;
	assert_int_equal(pl_logview_rows(view, 0, -1), 6);
	view->log.filter = PL_LOGVIEW_WARNING;
	assert_int_equal(pl_logview_rows(view, 0, -1), 3);
	view->log.filter = PL_LOGVIEW_ERROR;
	assert_int_equal(pl_logview_rows(view, 0, -1), 1);
}

static void warnings_are_unread_until_the_panel_is_looked_at(void **state)
{
	struct pl_state *view = *state;
	int errors;

	add(view, 1, 2, "info", "nothing");
	add(view, 3, 4, "warning", "look");
	add(view, 5, 5, "error", "look here");
	pl_logview_settle(view);
	assert_int_equal(pl_logview_unread(view, &errors), 3);
	assert_int_equal(errors, 1);
	view->focus = PL_PANEL_LOG;
	view->page = PL_PAGE_HELP; /* in the way */
	pl_logview_settle(view);
	assert_int_equal(pl_logview_unread(view, NULL), 3);
	view->page = PL_PAGE_BENCH;
	pl_logview_settle(view);
	assert_int_equal(pl_logview_unread(view, NULL), 0);
}

static void what_comes_while_it_holds_stands_below_and_is_counted(void **state)
{
	struct pl_state *view = *state;

	view->focus = PL_PANEL_LOG;
	add(view, 1, 20, "info", "old");
	pl_logview_settle(view);
	view->scroll[PL_PANEL_LOG] = 5;
	pl_logview_settle(view);
	assert_int_equal(pl_logview_held(view), 0);
	add(view, 21, 32, "warning", "new");
	pl_logview_settle(view);
	assert_int_equal(view->scroll[PL_PANEL_LOG], 17);
	assert_int_equal(pl_logview_held(view), 12);
	assert_int_equal(pl_logview_unread(view, NULL), 12);
	view->scroll[PL_PANEL_LOG] = 0;
	pl_logview_settle(view);
	assert_int_equal(pl_logview_held(view), 0);
	assert_int_equal(pl_logview_unread(view, NULL), 0);
}

static void an_engine_that_counts_anew_is_read_anew(void **state)
{
	struct pl_state *view = *state;

	add(view, 500, 520, "warning", "old");
	view->focus = PL_PANEL_LOG;
	pl_logview_settle(view);
	view->focus = PL_PANEL_SCAN;
	pl_model_reconnected(view->model);
	add(view, 1, 2, "error", "of the new one");
	pl_logview_settle(view);
	assert_int_equal(pl_logview_unread(view, NULL), 2);
}

static void a_long_line_breaks_at_a_blank(void **state)
{
	const char *text = "the oven does not answer any more";

	(void)state;
	assert_int_equal(pl_logview_row_bytes(text, 12), 8);
	assert_string_equal(pl_logview_next_row(text, 12), "does not answer any more");
	assert_int_equal(pl_logview_row_bytes(text, 0), strlen(text));
	assert_string_equal(pl_logview_next_row(text, 0), "");
	assert_int_equal(pl_logview_row_bytes("aaaaaaaaaaaaaaaaaaaa", 8), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    CASE(a_level_hides_what_is_below_it),
	    CASE(warnings_are_unread_until_the_panel_is_looked_at),
	    CASE(what_comes_while_it_holds_stands_below_and_is_counted),
	    CASE(an_engine_that_counts_anew_is_read_anew),
	    CASE(a_long_line_breaks_at_a_blank),
#undef CASE
	};

	return cmocka_run_group_tests_name("ui log", tests, NULL, NULL);
}
