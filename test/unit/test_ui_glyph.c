/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The signs by terminal, and text that may go to one. */
#include "ui/format.h"
#include "ui/glyph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <string.h>

static void a_terminal_without_utf8_gets_ascii_only(void **state)
{
	const struct pl_glyphs *glyphs = pl_glyphs_choose("braille", false, "xterm");

	(void)state;
	assert_string_equal(glyphs->name, "ascii");
	for (int i = 0; i < PL_GLYPH_COUNT; i++)
		for (const char *at = glyphs->text[i]; *at; at++)
			assert_in_range(*at, 0x21, 0x7e);
	for (int i = 0; i < PL_MARKERS; i++)
		assert_int_equal(strlen(glyphs->marker[i]), 1);
}

static void the_wish_is_followed_where_the_terminal_can(void **state)
{
	(void)state;
	assert_string_equal(pl_glyphs_choose(NULL, true, "xterm-256color")->name, "braille");
	assert_string_equal(pl_glyphs_choose("block", true, "xterm")->name, "block");
	assert_string_equal(pl_glyphs_choose("ascii", true, "xterm")->name, "ascii");
	assert_string_equal(pl_glyphs_choose("no such", true, NULL)->name, "braille");
	assert_string_equal(pl_glyphs_choose(NULL, true, "linux")->name, "ascii");
}

static void every_table_is_full_and_every_marker_its_own(void **state)
{
	static const char *const names[] = {"braille", "block", "ascii"};

	(void)state;
	for (size_t n = 0; n < 3; n++) {
		const struct pl_glyphs *glyphs = pl_glyphs_choose(names[n], true, "xterm");

		for (int i = 0; i < PL_GLYPH_COUNT; i++)
			assert_true(glyphs->text[i] && glyphs->text[i][0]);
		for (int i = 0; i < PL_MARKERS; i++)
			for (int k = 0; k < i; k++)
				assert_string_not_equal(glyphs->marker[i], glyphs->marker[k]);
	}
}

static void case_64_hostile_bytes_become_escapes_of_fixed_width(void **state)
{
	static const struct {
		const char *bytes, *shown;
	} cases[] = {
	    {"ok 1.2", "ok 1.2"},
	    {"\033]52;c;AAAA\a", "\\x1b]52;c;AAAA\\x07"},
	    {"\033[2J", "\\x1b[2J"},
	    {"\x9b"
	     "31m",
	     "\\x9b31m"},
	    {"\xe2\x80\xae"
	     "evil",
	     "\\xe2\\x80\\xaeevil"},
	    {"a\xe2\x80\x8b", "a\\xe2\\x80\\x8b"},
	    {"\xf0\x9f\x98\x80", "\\xf0\\x9f\\x98\\x80"},
	    {"\xff\xc0\xaf", "\\xff\\xc0\\xaf"},
	    {"e\xcc\x81", "e\\xcc\\x81"},
	    {"\r\n\t", "\\x0d\\x0a\\x09"},
	};
	char out[80];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t columns = pl_format_safe(out, sizeof out, 70, cases[i].bytes, true, NULL);

		assert_string_equal(out, cases[i].shown);
		assert_int_equal(columns, strlen(out));
	}
}

static void letters_of_other_scripts_stay_where_they_can_be_shown(void **state)
{
	char out[40];

	(void)state;
	assert_int_equal(pl_format_safe(out, sizeof out, 30, "M\xc3\xbcller", true, NULL), 6);
	assert_string_equal(out, "M\xc3\xbcller");
	pl_format_safe(out, sizeof out, 30, "M\xc3\xbcller", false, NULL);
	assert_string_equal(out, "M\\xc3\\xbcller");
}

static void wide_letters_take_their_two_columns(void **state)
{
	char out[40];
	bool is_cut;

	(void)state;
	assert_int_equal(
	    pl_format_safe(out, sizeof out, 30, "\xe6\xb8\xac\xe5\xae\x9a 1", true, NULL), 6);
	assert_string_equal(out, "\xe6\xb8\xac\xe5\xae\x9a 1");
	/* Half a character fits nowhere. */
	assert_int_equal(
	    pl_format_safe(out, sizeof out, 3, "\xe6\xb8\xac\xe5\xae\x9a", true, &is_cut), 2);
	assert_string_equal(out, "\xe6\xb8\xac");
	assert_true(is_cut);
	/* Marks, emoji and what turns the direction round are escapes of known width. */
	assert_int_equal(pl_format_safe(out, sizeof out, 39, "n\xcc\x83", true, NULL), 9);
	assert_int_equal(pl_format_safe(out, sizeof out, 39, "\xf0\x9f\x98\x80", true, NULL), 16);
	assert_int_equal(pl_format_safe(out, sizeof out, 39, "\xe2\x80\xae", true, NULL), 12);
	assert_string_equal(out, "\\xe2\\x80\\xae");
	assert_int_equal(pl_format_safe(out, sizeof out, 30, "\xe6\xb8\xac", false, NULL), 12);
}

static void a_cut_never_splits_a_character_or_an_escape(void **state)
{
	char out[12];
	bool is_cut;

	(void)state;
	assert_int_equal(pl_format_safe(out, sizeof out, 5, "ab\033cd", true, &is_cut), 2);
	assert_string_equal(out, "ab");
	assert_true(is_cut);
	pl_format_safe(out, sizeof out, 2, "ab", true, &is_cut);
	assert_false(is_cut);
	pl_format_safe(out, 4, 9, "\xc3\xbc\xc3\xbc", true, &is_cut);
	assert_string_equal(out, "\xc3\xbc");
}

static void a_value_shows_two_digits_of_its_error(void **state)
{
	static const struct {
		double value, lo, hi;
		const char *number, *error;
	} cases[] = {{249.7, 244.7, 254.7, "249.7", "+-5.0"},
		     {1234.5, 1200, 1270, "1234", "+-35"},
		     {0.4, 0.22, 0.67, "0.40", "+0.27 -0.18"},
		     {0, 0, 0.184, "0.000", "+0.184 -0.000"},
		     {5, NAN, NAN, "5.00", ""},
		     {NAN, NAN, NAN, "--", ""}};
	char number[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pl_format_interval(number, error, cases[i].value, cases[i].lo, cases[i].hi, "+-");
		assert_string_equal(number, cases[i].number);
		assert_string_equal(error, cases[i].error);
	}
}

static void durations_read_like_a_clock(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {{0.44, "0.4 s"}, {12.7, "12 s"},	    {185, "3:05"}, {3723, "1:02:03"},
		     {NAN, "--"},     {183600, "2 d 03 h"}, {-1, "--"}};
	char out[PL_FORMAT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(pl_format_duration(out, cases[i].seconds), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_terminal_without_utf8_gets_ascii_only),
	    cmocka_unit_test(the_wish_is_followed_where_the_terminal_can),
	    cmocka_unit_test(every_table_is_full_and_every_marker_its_own),
	    cmocka_unit_test(case_64_hostile_bytes_become_escapes_of_fixed_width),
	    cmocka_unit_test(letters_of_other_scripts_stay_where_they_can_be_shown),
	    cmocka_unit_test(wide_letters_take_their_two_columns),
	    cmocka_unit_test(a_cut_never_splits_a_character_or_an_escape),
	    cmocka_unit_test(a_value_shows_two_digits_of_its_error),
	    cmocka_unit_test(durations_read_like_a_clock),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests_name("ui_glyph", tests, NULL, NULL);
}
