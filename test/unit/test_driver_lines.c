/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line splitter: whole, split, empty, endless. */
#include "driver/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

struct seen {
	char text[8192];
	size_t length;
	unsigned lines, overflows, too_long;
	size_t last_count, kept;
	uint64_t total;
	int64_t t_ns;
};

static void on_line(void *ctx, const char *line, size_t count, int64_t t_ns)
{
	struct seen *seen = ctx;

	assert_true(line[count] == '\n' || line[count] == '\r'); /* may be read, says the header */
	if (seen->length + count + 1 < sizeof seen->text) {
		memcpy(seen->text + seen->length, line, count);
		seen->length += count;
		seen->text[seen->length++] = '|';
	}
	seen->lines++;
	seen->last_count = count;
	seen->t_ns = t_ns;
}

static void on_overflow(void *ctx)
{
	((struct seen *)ctx)->overflows++;
}

static void on_too_long(void *ctx, const char *start, size_t kept, uint64_t total)
{
	struct seen *seen = ctx;

	(void)start;
	seen->too_long++;
	seen->kept = kept;
	seen->total = total;
}

static const struct pl_lines_sink sink = {
    .line = on_line, .overflow = on_overflow, .too_long = on_too_long};

static void feed(struct pl_lines *lines, struct seen *seen, const char *bytes, size_t count,
		 int64_t t_ns)
{
	pl_lines_feed(lines, &sink, seen, (const unsigned char *)bytes, count, t_ns);
}

static void lines_are_cut_at_newlines_wherever_the_bytes_are_cut(void **state)
{
	static const char text[] = "one\r\n\ntwo\n three \r\nrest";

	(void)state;
	for (size_t piece = 1; piece <= sizeof text - 1; piece++) {
		struct pl_lines lines = {0};
		struct seen seen = {0};

		for (size_t at = 0; at < sizeof text - 1; at += piece) {
			size_t left = sizeof text - 1 - at;

			feed(&lines, &seen, text + at, left < piece ? left : piece, 0);
		}
		assert_int_equal(seen.lines, 4);
		assert_string_equal(seen.text, "one||two| three |");
	}
}

static void only_one_carriage_return_is_stripped_and_nothing_else(void **state)
{
	struct pl_lines lines = {0};
	struct seen seen = {0};

	(void)state;
	feed(&lines, &seen, " \0\f\r\r\n", 6, 0);
	assert_int_equal(seen.last_count, 4);
	assert_memory_equal(seen.text, " \0\f\r", 4);
}

static void a_line_has_the_time_of_its_newline(void **state)
{
	struct pl_lines lines = {0};
	struct seen seen = {0};

	(void)state;
	feed(&lines, &seen, "ab", 2, 1);
	feed(&lines, &seen, "c\n", 2, 2);
	assert_int_equal(seen.t_ns, 2);
	assert_string_equal(seen.text, "abc|");
}

static void a_line_of_the_greatest_length_is_a_line(void **state)
{
	char text[PL_LINE_MAX + 1];

	(void)state;
	memset(text, 'x', PL_LINE_MAX);
	text[PL_LINE_MAX] = '\n';
	for (size_t piece = 1; piece <= sizeof text; piece += 1024) {
		struct pl_lines lines = {0};
		struct seen seen = {0};

		for (size_t at = 0; at < sizeof text; at += piece)
			feed(&lines, &seen, text + at,
			     sizeof text - at < piece ? sizeof text - at : piece, 0);
		assert_int_equal(seen.last_count, PL_LINE_MAX);
		assert_int_equal(seen.overflows + seen.too_long, 0);
	}
}

static void case_48_an_endless_line_is_told_once_and_the_next_one_is_read(void **state)
{
	struct pl_lines lines = {0};
	struct seen seen = {0};
	char block[10000];

	(void)state;
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 1000; i++)
		feed(&lines, &seen, block, sizeof block, 0);
	assert_int_equal(seen.overflows, 1);
	assert_int_equal(seen.lines + seen.too_long, 0);
	feed(&lines, &seen, "y\nnext\n", 7, 0);
	assert_int_equal(seen.overflows, 1);
	assert_int_equal(seen.too_long, 1);
	assert_int_equal(seen.kept, PL_LINE_MAX);
	assert_int_equal(seen.total, 10000001);
	assert_string_equal(seen.text, "next|");
}

static void a_long_line_in_one_piece_is_too_long_as_well(void **state)
{
	struct pl_lines lines = {0};
	struct seen seen = {0};
	char block[PL_LINE_MAX + 2];

	(void)state;
	memset(block, 'x', sizeof block);
	block[sizeof block - 1] = '\n';
	feed(&lines, &seen, block, sizeof block, 0);
	assert_int_equal(seen.overflows, 1);
	assert_int_equal(seen.total, PL_LINE_MAX + 1);
	assert_int_equal(seen.lines, 0);
}

static void a_reset_forgets_what_was_begun(void **state)
{
	struct pl_lines lines = {0};
	struct seen seen = {0};

	(void)state;
	feed(&lines, &seen, "half", 4, 0);
	pl_lines_reset(&lines);
	feed(&lines, &seen, "whole\n", 6, 0);
	assert_string_equal(seen.text, "whole|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_cut_at_newlines_wherever_the_bytes_are_cut),
	    cmocka_unit_test(only_one_carriage_return_is_stripped_and_nothing_else),
	    cmocka_unit_test(a_line_has_the_time_of_its_newline),
	    cmocka_unit_test(a_line_of_the_greatest_length_is_a_line),
	    cmocka_unit_test(case_48_an_endless_line_is_told_once_and_the_next_one_is_read),
	    cmocka_unit_test(a_long_line_in_one_piece_is_too_long_as_well),
	    cmocka_unit_test(a_reset_forgets_what_was_begun),
	};

	return cmocka_run_group_tests_name("driver_lines", tests, NULL, NULL);
}
