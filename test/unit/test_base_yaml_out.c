/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML out: what is written reads back equal, here and with readers that guess types. */
#include "base/yaml.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct pl_yaml *read_back(const struct pl_text *text)
{
	struct pl_error error = {.text = ""};
	struct pl_yaml *yaml;

	if (pl_yaml_parse("out.yaml", text->data, text->length, &yaml, &error))
		fail_msg("%s: %s\n%s", error.where, error.text, text->data);
	return yaml;
}

static void assert_written(struct pl_text *text, const char *expected)
{
	assert_string_equal(text->data, expected);
	pl_text_free(text);
}

static void the_layout_is_block_style_with_two_spaces(void **state)
{
	struct pl_text text = {.data = NULL};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);

	(void)state;
	pl_yaml_out_text(out, "bench", "cosmic_1");
	pl_yaml_out_integer(out, "schema", 1);
	pl_yaml_out_map(out, "times");
	pl_yaml_out_text(out, "start", "2026-11-21T10:52:06.123Z");
	pl_yaml_out_null(out, "end");
	pl_yaml_out_boolean(out, "simulated", true);
	pl_yaml_out_close(out);
	pl_yaml_out_list(out, "points");
	pl_yaml_out_number(out, NULL, 0.25);
	pl_yaml_out_map(out, NULL);
	pl_yaml_out_text(out, "channel", "top");
	pl_yaml_out_integer(out, "id", 1);
	pl_yaml_out_close(out);
	pl_yaml_out_close(out);
	pl_yaml_out_list(out, "files");
	pl_yaml_out_close(out);
	pl_yaml_out_map(out, "hooks");
	pl_yaml_out_close(out);
	pl_yaml_out_block(out, "note", "first\n  second\n");
	pl_yaml_out_end(out);
	assert_written(&text, "bench: cosmic_1\n"
			      "schema: 1\n"
			      "times:\n"
			      "  start: '2026-11-21T10:52:06.123Z'\n"
			      "  end: null\n"
			      "  simulated: true\n"
			      "points:\n"
			      "- 0.25\n"
			      "- channel: top\n"
			      "  id: 1\n"
			      "files: []\n"
			      "hooks: {}\n"
			      "note: |\n"
			      "  first\n"
			      "    second\n");
}

static void an_output_without_members_is_an_empty_map(void **state)
{
	struct pl_text text = {.data = NULL};

	(void)state;
	pl_yaml_out_end(pl_yaml_out_begin(&text));
	assert_written(&text, "{}\n");
}

static void end_closes_what_is_open(void **state)
{
	struct pl_text text = {.data = NULL};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);

	(void)state;
	pl_yaml_out_map(out, "a");
	pl_yaml_out_list(out, "b");
	pl_yaml_out_integer(out, NULL, INT64_MIN);
	pl_yaml_out_end(out);
	assert_written(&text, "a:\n  b:\n  - -9223372036854775808\n");
}

static void numbers_are_numbers_to_every_reader(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {{0, "0"},	       {-1.5, "-1.5"},	      {300, "300"},
		    {1e-9, "1.0e-09"}, {2.5e300, "2.5e+300"}, {NAN, "null"},
		    {INFINITY, "null"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_text text = {.data = NULL};
		struct pl_yaml_out *out = pl_yaml_out_begin(&text);
		pl_yaml_out_number(out, "x", rows[i].value);
		pl_yaml_out_end(out);
		struct pl_yaml *yaml = read_back(&text);
		assert_string_equal(pl_yaml_get(pl_yaml_root(yaml), "x")->text, rows[i].text);
		if (isfinite(rows[i].value))
			assert_true(pl_yaml_get_number(pl_yaml_root(yaml), "x", -1) ==
				    rows[i].value);
		pl_yaml_free(yaml);
		pl_text_free(&text);
	}
}

/* What a reader that guesses would take for something else. */
static const char *const misread[] = {
    "",	     "yes",   "Yes",	"NO",	 "on",	    "off",	  "y",	   "N",	    "true", "False",
    "null",  "Null",  "NULL",	"~",	 "nan",	    ".nan",	  ".inf",  "-.inf", "0",    "010",
    "0x1F",  "0b1",   "0o17",	"1e3",	 "-1.5",    "+12",	  "1_000", ".5",    "5.",   "12:30",
    "1:2:3", "1e400", "123abc", "<<",	 "=",	    "2026-11-21", "!x",	   "&x",    "*x",   "@x",
    "`x",    "%x",    "|",	">",	 "?",	    "? x",	  "-",	   "- x",   "--",   "---",
    "...",   "#x",    "{a: b}", "[a]",	 ",",	    "'",	  "\"",	   " x",    "x ",   "a: b",
    "a #b",  "a:",    "-inf",	"+.inf", "-1:30.5", "0.",	  "\\",	   "(x)",   ";",    "$x",
};

static const char *const texts[] = {
    "cosmic_1",
    "det.top.threshold",
    "sim:osechi?seed=1&noise=2",
    "/dev/serial/by-id/usb-Silicon_Labs_CP2102N-if00-port0",
    "x's \"quotes\"",
    "back\\slash",
    "nobody",
    "a, b",
    "a]b}c",
    "line\nline",
    "line\n",
    "\n",
    "\n\nline",
    "line\n\n\n",
    "  indented\nless",
    "trailing \nblank",
    "\ttab",
    "tab\t",
    "a\tb",
    "cr\rlf\r\nend",
    "\x01\x02\x1b[2J\x7f",
    "M\xC3\xBCller \xE2\x82\xAC \xE6\x97\xA5\xE6\x9C\xAC",
    "\xC3\xBC",
    "emoji \xF0\x9F\x98\x80",
    "nel\xC2\x85"
    "ls\xE2\x80\xA8ps\xE2\x80\xA9",
    "c1 \xC2\x9B",
    "bom \xEF\xBB\xBF",
    "\xEF\xBB\xBFx",
    "non-character \xEF\xBF\xBE",
    "bidi \xE2\x80\xAE",
    "a key of more than one hundred and twenty-eight characters, which the emitter writes as a "
    "complex key with a question mark before it and a colon after",
    "a very long text that an emitter with a width would fold into two lines or more, so that its "
    "blanks   in rows of three   would not come back as they were   written down here",
    "---\ndocument\n...\n",
    "# comment\nkey: value\n",
    "key: [1, 2\n",
};

static void assert_comes_back(const char *value, bool as_block)
{
	struct pl_text text = {.data = NULL};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);

	if (as_block)
		pl_yaml_out_block(out, "value", value);
	else
		pl_yaml_out_text(out, "value", value);
	pl_yaml_out_map(out, "keys");
	pl_yaml_out_text(out, value, "x");
	pl_yaml_out_close(out);
	pl_yaml_out_list(out, "list");
	pl_yaml_out_text(out, NULL, value);
	pl_yaml_out_block(out, NULL, value);
	pl_yaml_out_text(out, NULL, "after");
	pl_yaml_out_end(out);

	struct pl_yaml *yaml = read_back(&text);
	const struct pl_yaml_node *root = pl_yaml_root(yaml);
	const struct pl_yaml_node *list = pl_yaml_get(root, "list");
	assert_string_equal(pl_yaml_get(root, "value")->text, value);
	assert_string_equal(pl_yaml_get(root, "keys")->first->key, value);
	assert_int_equal(list->count, 3);
	assert_string_equal(list->first->text, value);
	assert_string_equal(list->first->next->text, value);
	assert_string_equal(list->first->next->next->text, "after");
	pl_yaml_free(yaml);
	pl_text_free(&text);
}

static void every_text_comes_back_as_it_was(void **state)
{
	(void)state;
	for (int as_block = 0; as_block < 2; as_block++) {
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			assert_comes_back(texts[i], as_block);
		for (size_t i = 0; i < sizeof(misread) / sizeof(misread[0]); i++)
			assert_comes_back(misread[i], as_block);
	}
}

/* Texts of up to four of the characters that mean something to YAML. */
static void every_short_mix_of_special_characters_comes_back(void **state)
{
	static const char set[] = "a \n\t:#-'\"|\\\r{,&";
	const size_t size = sizeof(set) - 1;

	(void)state;
	for (size_t n = 0; n < size * size * size; n++) {
		char value[5] = {set[n % size], set[n / size % size], set[n / size / size]};
		assert_comes_back(value, n % 2);
	}
}

static void what_could_be_misread_is_quoted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(misread) / sizeof(misread[0]); i++) {
		struct pl_text text = {.data = NULL};
		struct pl_yaml_out *out = pl_yaml_out_begin(&text);
		pl_yaml_out_text(out, "x", misread[i]);
		pl_yaml_out_text(out, "y", NULL);
		pl_yaml_out_end(out);
		struct pl_yaml *yaml = read_back(&text);
		if (!pl_yaml_get(pl_yaml_root(yaml), "x")->quoted)
			fail_msg("not quoted: %s", text.data);
		assert_true(pl_yaml_is_null(pl_yaml_get(pl_yaml_root(yaml), "y")));
		pl_yaml_free(yaml);
		pl_text_free(&text);
	}
}

static void plain_words_stay_plain_and_letters_of_any_script_readable(void **state)
{
	struct pl_text text = {.data = NULL};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);

	(void)state;
	pl_yaml_out_text(out, "port", "sim:osechi?seed=1");
	pl_yaml_out_text(out, "path", "/dev/ttyUSB0");
	pl_yaml_out_text(out, "operator", "J. M\xC3\xBCller");
	pl_yaml_out_text(out, "unit", "\xC2\xB5V");
	pl_yaml_out_end(out);
	assert_written(&text, "port: sim:osechi?seed=1\n"
			      "path: /dev/ttyUSB0\n"
			      "operator: J. M\xC3\xBCller\n"
			      "unit: \xC2\xB5V\n");
}

static void bytes_that_are_no_utf8_are_escaped(void **state)
{
	static const char *const rows[][2] = {{"a\xFF", "a\\xff"},
					      {"\xC3(", "\\xc3("},
					      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},
					      {"\xC0\x80", "\\xc0\\x80"},
					      {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
					      {"cut \xE2\x82", "cut \\xe2\\x82"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_text text = {.data = NULL};
		struct pl_yaml_out *out = pl_yaml_out_begin(&text);
		pl_yaml_out_text(out, "x", rows[i][0]);
		pl_yaml_out_block(out, "y", rows[i][0]);
		pl_yaml_out_end(out);
		struct pl_yaml *yaml = read_back(&text);
		assert_string_equal(pl_yaml_get_text(pl_yaml_root(yaml), "x", ""), rows[i][1]);
		assert_string_equal(pl_yaml_get_text(pl_yaml_root(yaml), "y", ""), rows[i][1]);
		pl_yaml_free(yaml);
		pl_text_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_layout_is_block_style_with_two_spaces),
	    cmocka_unit_test(an_output_without_members_is_an_empty_map),
	    cmocka_unit_test(end_closes_what_is_open),
	    cmocka_unit_test(numbers_are_numbers_to_every_reader),
	    cmocka_unit_test(every_text_comes_back_as_it_was),
	    cmocka_unit_test(every_short_mix_of_special_characters_comes_back),
	    cmocka_unit_test(what_could_be_misread_is_quoted),
	    cmocka_unit_test(plain_words_stay_plain_and_letters_of_any_script_readable),
	    cmocka_unit_test(bytes_that_are_no_utf8_are_escaped),
	};

	return cmocka_run_group_tests_name("base_yaml_out", tests, NULL, NULL);
}
