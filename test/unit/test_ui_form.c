/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form: rows in, typing, what is sent of it, and which row a refusal is about. */
#include "ui/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/action.h"

#include <stdlib.h>
#include <string.h>

#define ROWS                                                                                       \
	"{\"scan\":\"t\",\"rows\":["                                                               \
	"{\"name\":\"label\",\"path\":\"\",\"type\":\"text\",\"value\":\"\"},"                     \
	"{\"name\":\"range.center\",\"path\":\"scans.t.range.center\",\"type\":\"real\","          \
	"\"min\":1,\"max\":1023,\"value\":\"290\"},"                                               \
	"{\"name\":\"dwell.time\",\"path\":\"scans.t.dwell.time\",\"type\":\"time\","              \
	"\"value\":\"200 ms\",\"last\":\"2 s\"},"                                                  \
	"{\"name\":\"order\",\"path\":\"scans.t.order\",\"type\":\"word\","                        \
	"\"choices\":[\"up\",\"down\",\"updown\"],\"value\":\"up\"},"                              \
	"{\"name\":\"drift_check\",\"path\":\"scans.t.drift_check\",\"type\":\"boolean\","         \
	"\"value\":\"no\"}],\"more\":false}"

enum { LABEL, CENTER, DWELL, ORDER, DRIFT };

static struct pl_form form;

static int start(void **state)
{
	struct pl_json *rows = NULL;

	(void)state;
	pl_form_open(&form, PL_FORM_SCAN, "t");
	assert_int_equal(pl_json_parse(ROWS, strlen(ROWS), &rows, NULL), PL_OK);
	pl_form_take_rows(&form, rows);
	pl_json_free(rows);
	assert_int_equal(form.count, 5);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	pl_form_fini(&form);
	return 0;
}

static int named(const char *key)
{
	return pl_key_of_name(key, strlen(key));
}

static void type(const char *text)
{
	for (; *text; text++)
		pl_form_key(&form, *text, false);
}

static void assert_args(bool for_plan, const char *wanted)
{
	struct pl_json *args = pl_form_args(&form, for_plan);
	char *line = pl_json_line(args);

	assert_string_equal(line, wanted);
	free(line);
	pl_json_free(args);
}

static void only_what_differs_from_the_bench_file_is_sent(void **state)
{
	(void)state;
	assert_args(false, "{\"name\":\"t\",\"set\":[{\"path\":\"scans.t.dwell.time\","
			   "\"value\":\"2 s\"}]}"); /* of the last time */
	form.selected = DWELL;
	assert_int_equal(pl_form_reset(&form), PL_FORM_CHANGED);
	assert_string_equal(form.rows[DWELL].value, "200 ms");
	assert_args(false, "{\"name\":\"t\"}");
}

static void a_label_goes_with_the_start_and_not_with_the_plan(void **state)
{
	(void)state;
	form.selected = DWELL;
	pl_form_reset(&form);
	form.selected = LABEL;
	form.caret = 0;
	type("2nd try");
	assert_args(true, "{\"name\":\"t\"}");
	assert_args(false, "{\"name\":\"t\",\"label\":\"2nd try\"}");
}

static void an_emptied_row_is_left_out_of_the_file(void **state)
{
	(void)state;
	form.selected = DWELL;
	pl_form_reset(&form);
	form.selected = CENTER;
	assert_int_equal(pl_form_key(&form, 'u' & 0x1f, false), PL_FORM_CHANGED);
	assert_args(true, "{\"name\":\"t\",\"set\":[{\"path\":\"scans.t.range.center\","
			  "\"value\":\"~\"}]}");
}

static void typing_edits_at_the_caret(void **state)
{
	(void)state;
	pl_form_move(&form, CENTER);
	assert_int_equal(form.caret, 3);
	pl_form_key(&form, named("Home"), false);
	type("1");
	assert_string_equal(form.rows[CENTER].value, "1290");
	pl_form_key(&form, named("Del"), false);
	assert_string_equal(form.rows[CENTER].value, "190");
	pl_form_key(&form, named("Right"), false);
	pl_form_key(&form, named("Backspace"), false);
	assert_string_equal(form.rows[CENTER].value, "10");
	pl_form_key(&form, named("End"), false);
	type("0.5 mV");
	assert_string_equal(form.rows[CENTER].value, "100.5 mV");
	for (int i = 0; i < 1000; i++)
		type("9");
	assert_int_equal(strlen(form.rows[CENTER].value), PL_FORM_VALUE - 1);
	for (int i = 0; i < 1000; i++)
		pl_form_key(&form, named("Backspace"), false);
	assert_string_equal(form.rows[CENTER].value, "");
	assert_int_equal(form.caret, 0);
}

static void a_choice_takes_nothing_else(void **state)
{
	(void)state;
	pl_form_move(&form, ORDER);
	assert_int_equal(pl_form_key(&form, named("Left"), false), PL_FORM_CHANGED);
	assert_string_equal(form.rows[ORDER].value, "updown");
	pl_form_key(&form, ' ', false);
	assert_string_equal(form.rows[ORDER].value, "up");
	type("dzq");
	assert_string_equal(form.rows[ORDER].value, "down");
	pl_form_key(&form, named("Backspace"), false);
	assert_string_equal(form.rows[ORDER].value, "down");
	pl_form_move(&form, 1);
	type("y");
	assert_string_equal(form.rows[DRIFT].value, "yes");
}

static void the_chosen_row_stays_a_row(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		pl_form_key(&form, named(i % 2 ? "Down" : "PgDn"), false);
	assert_int_equal(form.selected, DRIFT);
	for (int i = 0; i < 20; i++)
		pl_form_key(&form, named(i % 2 ? "Up" : "S-Tab"), false);
	assert_int_equal(form.selected, LABEL);
}

static void case_65_a_paste_only_writes(void **state)
{
	static const char paste[] = "abc\r\x13\x1b\ny";

	(void)state;
	for (const char *at = paste; *at; at++)
		pl_form_key(&form, *at, true);
	assert_string_equal(form.rows[LABEL].value, "abcy");
	assert_int_equal(form.selected, LABEL);
	assert_false(form.wants_start);
}

static void keys_that_start_or_leave_are_the_tables(void **state)
{
	(void)state;
	assert_int_equal(pl_form_key(&form, named("Enter"), false), PL_FORM_NOT_MINE);
	assert_int_equal(pl_form_key(&form, named("Esc"), false), PL_FORM_NOT_MINE);
	assert_int_equal(pl_form_key(&form, named("C-s"), false), PL_FORM_NOT_MINE);
	assert_int_equal(pl_form_key(&form, named("F5"), false), PL_FORM_NOT_MINE);
}

static void a_refusal_is_put_at_its_row(void **state)
{
	static const struct {
		const char *where, *text, *shown;
		int row;
	} cases[] = {
	    {"--set scans.t.dwell.time",
	     "--set scans.t.dwell.time: scans.t.dwell.time: \"2\" has no unit: write 2 s",
	     "\"2\" has no unit: write 2 s", DWELL},
	    {"b.yaml:2:1", "b.yaml:2:1: scans.t.range: center is missing (center, nsteps, step)",
	     "center is missing (center, nsteps, step)", CENTER},
	    {"b.yaml:2:1", "b.yaml:2:1: scan `t`: point 13 lies outside the limits",
	     "scan `t`: point 13 lies outside the limits", -1},
	    {"", "something else", "something else", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pl_form_take_refusal(&form, cases[i].where, cases[i].text);
		assert_int_equal(form.wrong_row, cases[i].row);
		assert_string_equal(form.wrong, cases[i].shown);
	}
}

static void what_was_typed_is_there_when_the_form_is_opened_again(void **state)
{
	struct pl_json *rows = NULL;

	(void)state;
	type("try 3");
	pl_form_open(&form, PL_FORM_SCAN, "t");
	assert_int_equal(pl_json_parse(ROWS, strlen(ROWS), &rows, NULL), PL_OK);
	pl_form_take_rows(&form, rows);
	pl_json_free(rows);
	assert_int_equal(form.count, 5);
	assert_string_equal(form.rows[LABEL].value, "try 3");
	assert_true(form.is_stale);
	pl_form_open(&form, PL_FORM_RECORD, "t"); /* another one */
	assert_int_equal(form.count, 0);
	form.is_done = true;
	pl_form_open(&form, PL_FORM_RECORD, "t"); /* begun: anew */
	assert_false(form.is_done);
}

static void a_form_without_rows_takes_keys_too(void **state)
{
	(void)state;
	pl_form_open(&form, PL_FORM_SCAN, "other");
	for (int key = 0; key < 0x80; key++)
		assert_int_not_equal(pl_form_key(&form, key, false), PL_FORM_CHANGED);
	assert_args(true, "{\"name\":\"other\"}");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
	    CASE(only_what_differs_from_the_bench_file_is_sent),
	    CASE(a_label_goes_with_the_start_and_not_with_the_plan),
	    CASE(an_emptied_row_is_left_out_of_the_file),
	    CASE(typing_edits_at_the_caret),
	    CASE(a_choice_takes_nothing_else),
	    CASE(the_chosen_row_stays_a_row),
	    CASE(case_65_a_paste_only_writes),
	    CASE(keys_that_start_or_leave_are_the_tables),
	    CASE(a_refusal_is_put_at_its_row),
	    CASE(what_was_typed_is_there_when_the_form_is_opened_again),
	    CASE(a_form_without_rows_takes_keys_too),
	};

	return cmocka_run_group_tests_name("ui_form", tests, NULL, NULL);
}
