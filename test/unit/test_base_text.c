/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings that grow, escapes of hostile bytes, CSV cells, names. */
#include "plateau/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A literal with its length, for bytes that hold NUL. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void a_text_grows_and_stays_terminated(void **state)
{
	struct pl_text text = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		pl_text_add(&text, "%04d", i);
		assert_int_equal(text.data[text.length], '\0');
	}
	assert_int_equal(text.length, 4000);
	assert_memory_equal(text.data + 3996, "0999", 5);
	pl_text_free(&text);
	assert_null(text.data);
}

static void a_long_format_is_not_cut(void **state)
{
	struct pl_text text = {0};
	char longer[5000];

	(void)state;
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	pl_text_add(&text, "<%s>", longer);
	assert_int_equal(text.length, sizeof longer + 1);
	assert_int_equal(text.data[text.length - 1], '>');
	pl_text_free(&text);
}

static void nothing_added_is_the_empty_string(void **state)
{
	struct pl_text text = {0};

	(void)state;
	pl_text_clear(&text);
	assert_null(text.data);
	pl_text_add_string(&text, "");
	assert_string_equal(text.data, "");
	pl_text_add_bytes(&text, BYTES("a\0b"));
	assert_int_equal(text.length, 3);
	pl_text_clear(&text);
	assert_int_equal(text.length, 0);
	assert_string_equal(text.data, "");
	pl_text_free(&text);
}

static void nanoseconds_are_written_as_seconds(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
	    {0, "0.000000000"},
	    {1, "0.000000001"},
	    {1500000000, "1.500000000"},
	    {-1, "-0.000000001"},
	    {INT64_MAX, "9223372036.854775807"},
	    {INT64_MIN, "-9223372036.854775808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_text text = {0};

		pl_text_add_seconds(&text, rows[i].ns);
		assert_string_equal(text.data, rows[i].text);
		pl_text_free(&text);
	}
}

static void a_copy_says_when_it_had_to_cut(void **state)
{
	char out[4] = "zzz";

	(void)state;
	assert_true(pl_text_copy(out, sizeof out, "abc"));
	assert_string_equal(out, "abc");
	assert_false(pl_text_copy(out, sizeof out, "abcd"));
	assert_string_equal(out, "abc");
	assert_false(pl_text_copy(out, 0, "x"));
	assert_string_equal(out, "abc");
	assert_false(pl_text_copy(out, 1, "x"));
	assert_string_equal(out, "");
}

static void case_64_hostile_device_bytes_become_escapes(void **state)
{
	static const struct {
		const char *bytes;
		size_t count;
		const char *escaped;
	} rows[] = {
	    {BYTES("\033]52;c;aGk=\a"), "\\x1b]52;c;aGk=\\x07"},
	    {BYTES("\033[2J"), "\\x1b[2J"},
	    {BYTES("\x80\x9b\x9d\x9f"), "\\x80\\x9b\\x9d\\x9f"},
	    {BYTES("\xe2\x80\xae"
		   "abc"),
	     "\\xe2\\x80\\xaeabc"},
	    {BYTES("a\xe2\x80\x8b"
		   "b"),
	     "a\\xe2\\x80\\x8bb"},
	    {BYTES("\xf0\x9f\x98\x80"), "\\xf0\\x9f\\x98\\x80"},
	    {BYTES("\xc3("), "\\xc3("},
	    {BYTES("\0\r\n\t\x7f"), "\\x00\\x0d\\x0a\\x09\\x7f"},
	    {BYTES("C:\\dir ~"), "C:\\\\dir ~"},
	    {BYTES(""), ""},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t length = pl_text_escape(out, sizeof out, rows[i].bytes, rows[i].count);

		assert_string_equal(out, rows[i].escaped);
		assert_int_equal(length, strlen(out));
	}
}

static void integers_are_written_whole_to_both_ends(void **state)
{
	struct pl_text text = {0};

	(void)state;
	pl_text_add_integer(&text, 0);
	pl_text_add_string(&text, " ");
	pl_text_add_integer(&text, -1020);
	pl_text_add_string(&text, " ");
	pl_text_add_integer(&text, INT64_MAX);
	pl_text_add_string(&text, " ");
	pl_text_add_integer(&text, INT64_MIN);
	assert_string_equal(text.data, "0 -1020 9223372036854775807 -9223372036854775808");
	pl_text_free(&text);
}

static void case_64_every_byte_is_escaped_to_printable_ascii(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		char byte = (char)i, out[8];
		size_t length = pl_text_escape(out, sizeof out, &byte, 1);

		assert_true(length >= 1 && length <= 4);
		for (size_t j = 0; j < length; j++)
			assert_in_range((unsigned char)out[j], 0x20, 0x7e);
	}
}

static void an_escape_is_cut_at_a_whole_escape(void **state)
{
	static const char *const cut[] = {"", "a", "a", "a", "a", "a\\x1b", "a\\x1b", "a\\x1b\\\\"};
	char out[8];

	(void)state;
	assert_int_equal(pl_text_escape(out, 0, "a", 1), 0);
	for (size_t cap = 1; cap <= sizeof out; cap++) {
		size_t length = pl_text_escape(out, cap, "a\033\\b", 4);

		assert_string_equal(out, cut[cap - 1]);
		assert_int_equal(length, strlen(cut[cap - 1]));
	}
}

static void case_64_safe_text_keeps_letters_and_nothing_that_acts(void **state)
{
	static const struct {
		const char *bytes;
		const char *safe;
	} rows[] = {
	    {"Zähler µ ± 日本 😀", "Zähler µ ± 日本 😀"},
	    {"\033]52;c;\a", "\\x1b]52;c;\\x07"},
	    {"\xc2\x9b"
	     "2J",
	     "\\xc2\\x9b2J"},				  /* C1 CSI as UTF-8 */
	    {"\xe2\x80\xae", "\\xe2\\x80\\xae"},	  /* right-to-left override */
	    {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},	  /* isolate */
	    {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"},	  /* zero-width space */
	    {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},	  /* byte order mark */
	    {"\xc0\xaf", "\\xc0\\xaf"},			  /* overlong */
	    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},	  /* overlong */
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},	  /* surrogate */
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
	    {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},	  /* cut short */
	    {"\xc3(", "\\xc3("},
	    {"\xff\xfe", "\\xff\\xfe"},
	    {"a\\b", "a\\\\b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_text text = {0};

		pl_text_add_safe(&text, rows[i].bytes, strlen(rows[i].bytes));
		assert_string_equal(text.data, rows[i].safe);
		pl_text_free(&text);
	}
}

static void any_bytes_come_back_from_their_escapes(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int trial = 0; trial < 2000; trial++) {
		char bytes[24], escaped[4 * sizeof bytes + 1];
		size_t count = (size_t)trial % sizeof bytes, length;
		struct pl_text safe = {0}, back = {0};

		for (size_t i = 0; i < count; i++)
			bytes[i] = trial % 2 ? (char)rand_r(&seed) : "\\x0aaf5"[rand_r(&seed) % 7];
		pl_text_add_safe(&safe, bytes, count);
		pl_text_add_unescaped(&back, safe.data, safe.length);
		assert_int_equal(back.length, count);
		assert_memory_equal(back.data, bytes, count);

		pl_text_clear(&back);
		length = pl_text_escape(escaped, sizeof escaped, bytes, count);
		pl_text_add_unescaped(&back, escaped, length);
		assert_int_equal(back.length, count);
		assert_memory_equal(back.data, bytes, count);
		pl_text_free(&safe);
		pl_text_free(&back);
	}
}

static void a_backslash_that_escapes_nothing_stays(void **state)
{
	struct pl_text text = {0};

	(void)state;
	pl_text_add_unescaped(&text, BYTES("\\q \\x4 \\xg0 \\x4A \\"));
	assert_string_equal(text.data, "\\q \\x4 \\xg0 J \\");
	pl_text_free(&text);
}

static void case_83_cells_are_quoted_by_rfc_4180_and_stay_on_one_line(void **state)
{
	static const struct {
		const char *cell;
		const char *written;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a,b", "\"a,b\""},
	    {"say \"hi\"", "\"say \"\"hi\"\"\""},
	    {"\"", "\"\"\"\""},
	    {"two\nlines", "two\\x0alines"},
	    {"dos\r\n", "dos\\x0d\\x0a"},
	    {"\xef\xbb\xbf"
	     "bom",
	     "\\xef\\xbb\\xbf"
	     "bom"},
	    {"C:\\new", "C:\\\\new"},
	    {" padded", "\" padded\""},
	    {"padded ", "\"padded \""},
	    {"µ, \"x\"\n", "\"µ, \"\"x\"\"\\x0a\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_text text = {0};

		pl_text_add_cell(&text, rows[i].cell);
		assert_string_equal(text.data, rows[i].written);
		pl_text_free(&text);
	}
}

/* What a CSV reader makes of one cell. */
static void read_cell(const char *cell, struct pl_text *out)
{
	bool quoted = *cell == '"';

	pl_text_add_string(out, "");
	for (cell += quoted; *cell && !(quoted && cell[0] == '"' && cell[1] == '\0'); cell++) {
		pl_text_add_bytes(out, cell, 1);
		cell += quoted && *cell == '"';
	}
}

static void case_83_any_cell_round_trips(void **state)
{
	static const char alphabet[] = "a\",\n\r\\x0 \xc3\xbc\t\x1b";
	unsigned seed = 7;

	(void)state;
	for (int trial = 0; trial < 3000; trial++) {
		char cell[16];
		size_t count = (size_t)trial % sizeof cell;
		struct pl_text written = {0}, read = {0}, back = {0};

		for (size_t i = 0; i < count; i++)
			cell[i] = alphabet[(size_t)rand_r(&seed) % (sizeof alphabet - 1)];
		cell[count] = '\0';
		pl_text_add_cell(&written, cell);
		assert_null(strpbrk(written.data, "\r\n\t\033"));
		read_cell(written.data, &read);
		pl_text_add_unescaped(&back, read.data, read.length);
		assert_string_equal(back.data, cell);
		pl_text_free(&written);
		pl_text_free(&read);
		pl_text_free(&back);
	}
}

static void names_are_lower_case_words(void **state)
{
	static const char *const good[] = {"a", "det", "top_2", "a2345678901234567890123456789012"};
	static const char *const bad[] = {
	    "",	   "2a", "_a", "Det", "a-b",
	    "a.b", "ä",	 "a ", "a\n", "a23456789012345678901234567890123"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(pl_name_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(pl_name_valid(bad[i]));
}

static void the_nearest_word_is_offered_and_a_far_one_is_not(void **state)
{
	static const char *const words[] = {"dwell", "threshold", "settle", "range", NULL};
	static const char *const none[] = {NULL};
	char longer[300];

	(void)state;
	assert_string_equal(pl_text_nearest("treshold", words), "threshold");
	assert_string_equal(pl_text_nearest("dwel", words), "dwell");
	assert_string_equal(pl_text_nearest("range", words), "range");
	assert_null(pl_text_nearest("zebra", words));
	assert_null(pl_text_nearest("", words));
	assert_null(pl_text_nearest("dwell", none));
	memset(longer, 'd', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_null(pl_text_nearest(longer, words));
}

static void only_case_differs(void **state)
{
	(void)state;
	assert_true(pl_text_same_but_case("Dwell", "dwell"));
	assert_false(pl_text_same_but_case("dwell", "dwell"));
	assert_false(pl_text_same_but_case("Dwell", "dwel"));
	assert_false(pl_text_same_but_case("Dwel", "dwell"));
	assert_false(pl_text_same_but_case("", ""));
}

static void hexadecimal_digits_have_their_value_and_nothing_else_has(void **state)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int values = 0;

	(void)state;
	for (int byte = 0; byte < 256; byte++)
		values += pl_text_hex_digit((char)byte) >= 0;
	assert_int_equal(values, 22);
	for (int i = 0; digits[i]; i++)
		assert_int_equal(pl_text_hex_digit(digits[i]), i < 16 ? i : i - 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_grows_and_stays_terminated),
	    cmocka_unit_test(a_long_format_is_not_cut),
	    cmocka_unit_test(nothing_added_is_the_empty_string),
	    cmocka_unit_test(nanoseconds_are_written_as_seconds),
	    cmocka_unit_test(a_copy_says_when_it_had_to_cut),
	    cmocka_unit_test(hexadecimal_digits_have_their_value_and_nothing_else_has),
	    cmocka_unit_test(case_64_hostile_device_bytes_become_escapes),
	    cmocka_unit_test(integers_are_written_whole_to_both_ends),
	    cmocka_unit_test(case_64_every_byte_is_escaped_to_printable_ascii),
	    cmocka_unit_test(an_escape_is_cut_at_a_whole_escape),
	    cmocka_unit_test(case_64_safe_text_keeps_letters_and_nothing_that_acts),
	    cmocka_unit_test(any_bytes_come_back_from_their_escapes),
	    cmocka_unit_test(a_backslash_that_escapes_nothing_stays),
	    cmocka_unit_test(case_83_cells_are_quoted_by_rfc_4180_and_stay_on_one_line),
	    cmocka_unit_test(case_83_any_cell_round_trips),
	    cmocka_unit_test(names_are_lower_case_words),
	    cmocka_unit_test(the_nearest_word_is_offered_and_a_far_one_is_not),
	    cmocka_unit_test(only_case_differs),
	};

	return cmocka_run_group_tests_name("base_text", tests, NULL, NULL);
}
