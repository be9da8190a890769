/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is typed, and the filters of the panels. */
#include "ui/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static int named(const char *name)
{
	return pl_key_of_name(name, strlen(name));
}

static void type(struct pl_line *line, const char *text)
{
	for (; *text; text++)
		assert_true(pl_line_key(line, *text));
}

static void a_line_is_changed_where_its_place_is(void **state)
{
	struct pl_line line = {0};

	(void)state;
	type(&line, "set det=3");
	pl_line_key(&line, named("Left"));
	pl_line_key(&line, named("Left"));
	type(&line, ".top");
	assert_string_equal(line.text, "set det.top=3");
	pl_line_key(&line, named("Home"));
	pl_line_key(&line, named("Del"));
	assert_string_equal(line.text, "et det.top=3");
	pl_line_key(&line, named("Backspace")); /* nothing before it */
	pl_line_key(&line, named("End"));
	pl_line_key(&line, named("C-w"));
	assert_string_equal(line.text, "et ");
	pl_line_key(&line, named("C-u"));
	assert_string_equal(line.text, "");
	assert_int_equal(line.at, 0);
	assert_false(pl_line_key(&line, named("Enter")));
	assert_false(pl_line_key(&line, named("PgUp")));
}

static void a_line_never_holds_half_a_character(void **state)
{
	struct pl_line line = {0};

	(void)state;
	for (int i = 0; i < 300; i++)
		pl_line_key(&line, 0x6f22); /* three bytes */
	assert_int_equal(strlen(line.text) % 3, 0);
	assert_in_range(strlen(line.text), PL_LINE_SIZE - 4, PL_LINE_SIZE - 1);
	pl_line_key(&line, named("Backspace"));
	assert_int_equal(strlen(line.text) % 3, 0);
	pl_line_key(&line, named("Left"));
	assert_int_equal(line.at % 3, 0);
	pl_line_key(&line, named("Del"));
	assert_int_equal(line.at, strlen(line.text));
	pl_line_set(&line, "");
	pl_line_key(&line, 0xe9);
	pl_line_key(&line, 0x1f600);
	assert_string_equal(line.text, "\xc3\xa9\xf0\x9f\x98\x80");
	assert_false(pl_line_key(&line, 0x9b)); /* a control character */
	assert_false(pl_line_key(&line, 0xd800));
	assert_false(pl_line_key(&line, 7));
}

static void a_word_is_put_in_place_of_another_or_not_at_all(void **state)
{
	struct pl_line line = {0};
	char much[PL_LINE_SIZE + 1];

	(void)state;
	pl_line_set(&line, "scan thr now");
	line.at = 8;
	assert_true(pl_line_replace(&line, 5, "threshold"));
	assert_string_equal(line.text, "scan threshold now");
	assert_int_equal(line.at, 14);
	memset(much, 'x', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	assert_false(pl_line_replace(&line, 0, much));
	assert_string_equal(line.text, "scan threshold now");
}

static void a_filter_hides_what_does_not_contain_it(void **state)
{
	struct pl_state view = {0};

	(void)state;
	assert_true(pl_filter_matches(&view, "log", "anything"));
	pl_filter_set(&view, "log", "Oven");
	assert_true(pl_filter_matches(&view, "log", "the OVEN is lost"));
	assert_false(pl_filter_matches(&view, "log", "det is lost"));
	assert_true(pl_filter_matches(&view, "runs", "det is lost"));
	pl_filter_set(&view, "log", "");
	assert_true(pl_filter_matches(&view, "log", "det is lost"));
	assert_string_equal(pl_filter_text(&view, "log"), "");
}

static void every_panel_has_room_for_its_filter(void **state)
{
	struct pl_state view = {0};
	char name[24];

	(void)state;
	for (int i = 0; i < PL_PANELS + PL_PAGES; i++) {
		snprintf(name, sizeof name, "panel_%d", i);
		pl_filter_set(&view, name, name);
	}
	pl_filter_set(&view, "one_more", "x");
	assert_string_equal(pl_filter_text(&view, "one_more"), "");
	for (int i = 0; i < PL_PANELS + PL_PAGES; i++) {
		snprintf(name, sizeof name, "panel_%d", i);
		assert_string_equal(pl_filter_text(&view, name), name);
	}
	pl_filter_set(&view, "panel_3", "");
	pl_filter_set(&view, "one_more", "x");
	assert_string_equal(pl_filter_text(&view, "one_more"), "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_is_changed_where_its_place_is),
	    cmocka_unit_test(a_line_never_holds_half_a_character),
	    cmocka_unit_test(a_word_is_put_in_place_of_another_or_not_at_all),
	    cmocka_unit_test(a_filter_hides_what_does_not_contain_it),
	    cmocka_unit_test(every_panel_has_room_for_its_filter),
	};

	return cmocka_run_group_tests_name("ui_entry", tests, NULL, NULL);
}
