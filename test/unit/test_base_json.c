/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON in and out: strict about what comes in, one safe line going out. */
#include "plateau/json.h"
#include "unit/german.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct pl_json *parse(const char *text)
{
	struct pl_json *value;
	struct pl_error error;

	if (pl_json_parse(text, strlen(text), &value, &error) != PL_OK)
		fail_msg("%s: %s: %s", text, error.where, error.text);
	return value;
}

/* Takes the value. */
static void assert_line(struct pl_json *value, const char *expected)
{
	char *line = pl_json_line(value);

	assert_string_equal(line, expected);
	free(line);
	pl_json_free(value);
}

static void a_line_has_its_keys_in_the_order_they_were_added(void **state)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	(void)state;
	pl_json_add_integer(object, "v", 1);
	pl_json_add_text(object, "do", "scan");
	pl_json_add_boolean(list, NULL, true);
	pl_json_add_null(list, NULL);
	pl_json_add_number(list, NULL, 0.1);
	pl_json_add(list, NULL, pl_json_object());
	pl_json_add(object, "args", list);
	pl_json_add(object, "none", NULL);
	pl_json_add_integer(object, "a", INT64_MIN);
	assert_line(object, "{\"v\":1,\"do\":\"scan\",\"args\":[true,null,0.1,{}],\"none\":null,"
			    "\"a\":-9223372036854775808}");
}

static void a_line_read_and_written_again_is_the_same(void **state)
{
	static const char *const lines[] = {
	    "{}",
	    "[]",
	    "null",
	    "\"\"",
	    "-1.5",
	    "[1e+300,5e-324,0.30000000000000004,300.25,123456789012345678]",
	    "{\"z\":{\"y\":[[],{}]},\"a\":false,\"\":\"µ ± 😀\"}",
	    "\"\\\"\\\\\\n\\u0007\\u001b]52;c;\\u009b\\u202e\\ufeff\\udb40\\udc01\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_line(parse(lines[i]), lines[i]);
}

static void case_47_nan_and_infinity_become_null(void **state)
{
	struct pl_json *list = pl_json_array();

	(void)state;
	pl_json_add_number(list, NULL, NAN);
	pl_json_add_number(list, NULL, -INFINITY);
	pl_json_add_text(list, NULL, NULL);
	pl_json_add_number(list, NULL, 300);
	assert_line(list, "[null,null,null,300]");
}

static void case_64_a_line_holds_no_byte_that_acts(void **state)
{
	struct pl_json *object = pl_json_object();

	(void)state;
	pl_json_add_text(object, "osc", "\033]52;c;aGk=\a\033[2J\x7f");
	pl_json_add_text(object, "c1",
			 "\xc2\x9b"
			 "2J");
	pl_json_add_text(object, "bidi", "\xe2\x80\xae\xe2\x80\x8b");
	pl_json_add_text(object, "raw \xff",
			 "\x9b"
			 "2J\xc3(");
	assert_line(object, "{\"osc\":\"\\u001b]52;c;aGk=\\u0007\\u001b[2J\\u007f\","
			    "\"c1\":\"\\u009b2J\",\"bidi\":\"\\u202e\\u200b\","
			    "\"raw \\\\xff\":\"\\\\x9b2J\\\\xc3(\"}");
}

static void what_is_not_one_value_is_refused_with_its_place(void **state)
{
	static const char *const bad[] = {
	    "",	     " ",     "{",	  "{}{}",	 "[1,]",     "{\"a\":1,\"a\":2}",
	    "NaN",   "1e999", "[01]",	  "'a'",	 "\"\xff\"", "\"\\u0000\"",
	    "{a:1}", "nul",   "\"a\nb\"", "\"\\ud800\"", "[1 2]",    "99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct pl_json *value = NULL;
		struct pl_error error = {0};

		assert_int_equal(pl_json_parse(bad[i], strlen(bad[i]), &value, &error),
				 PL_ERR_PROTOCOL);
		assert_null(value);
		assert_int_equal(error.code, PL_ERR_PROTOCOL);
		assert_non_null(strchr(error.where, ':'));
	}
}

static void a_refusal_quotes_the_input_escaped(void **state)
{
	static const char hostile[] = "[\033[2J]";
	struct pl_json *value;
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_json_parse(hostile, strlen(hostile), &value, &error), PL_ERR_PROTOCOL);
	assert_null(strchr(error.text, '\033'));
}

static void deep_nesting_is_refused(void **state)
{
	static char deep[100000];
	struct pl_json *value;

	(void)state;
	memset(deep, '[', sizeof deep);
	assert_int_equal(pl_json_parse(deep, sizeof deep, &value, NULL), PL_ERR_PROTOCOL);
	memset(deep + sizeof deep / 2, ']', sizeof deep / 2);
	assert_int_equal(pl_json_parse(deep, sizeof deep, &value, NULL), PL_ERR_PROTOCOL);
	assert_null(value);
}

static void bytes_beyond_the_count_are_not_looked_at(void **state)
{
	struct pl_json *value;

	(void)state;
	assert_int_equal(pl_json_parse("123456", 3, &value, NULL), PL_OK);
	assert_int_equal(pl_json_integer(value, 0), 123);
	pl_json_free(value);
}

static void a_missing_key_or_a_wrong_type_gives_the_fallback(void **state)
{
	struct pl_json *root = parse("{\"text\":\"x\",\"number\":1.5,\"flag\":true,\"null\":null}");

	(void)state;
	assert_string_equal(pl_json_get_text(root, "none", "f"), "f");
	assert_string_equal(pl_json_get_text(root, "number", "f"), "f");
	assert_null(pl_json_get_text(root, "null", NULL));
	assert_true(pl_json_get_number(root, "text", 7) == 7);
	assert_int_equal(pl_json_get_integer(root, "number", 7), 7);
	assert_int_equal(pl_json_get_integer(root, "flag", 7), 7);
	assert_true(pl_json_get_boolean(root, "text", true));
	assert_string_equal(pl_json_get_text(NULL, "text", "f"), "f");
	assert_string_equal(pl_json_get_text(pl_json_get(root, "text"), "text", "f"), "f");
	assert_null(pl_json_at(root, 0));
	assert_null(pl_json_get(root, NULL));
	pl_json_free(root);
}

static void values_are_read_by_their_type(void **state)
{
	struct pl_json *root =
	    parse("{\"t\":\"x\",\"r\":1.5,\"i\":3,\"w\":3.0,\"b\":false,\"big\":1e30}");

	(void)state;
	assert_string_equal(pl_json_get_text(root, "t", ""), "x");
	assert_true(pl_json_get_number(root, "r", 0) == 1.5);
	assert_true(pl_json_get_number(root, "i", 0) == 3);
	assert_int_equal(pl_json_get_integer(root, "i", 0), 3);
	assert_int_equal(pl_json_get_integer(root, "w", 0), 3);
	assert_int_equal(pl_json_get_integer(root, "big", -1), -1);
	assert_false(pl_json_get_boolean(root, "b", true));
	assert_true(pl_json_is_string(pl_json_get(root, "t")));
	assert_true(pl_json_is_number(pl_json_get(root, "r")));
	assert_true(pl_json_is_object(root));
	assert_false(pl_json_is_object(NULL));
	assert_true(pl_json_is_null(NULL));
	pl_json_free(root);
}

static void an_object_is_walked_in_order(void **state)
{
	static const char *const names[] = {"z", "a", "m"};
	struct pl_json *root = parse("{\"z\":0,\"a\":1,\"m\":2}");
	const struct pl_json *value;
	const char *name;
	size_t i = 0;

	(void)state;
	assert_int_equal(pl_json_size(root), 3);
	for (; pl_json_member(root, i, &name, &value); i++) {
		assert_string_equal(name, names[i]);
		assert_int_equal(pl_json_integer(value, -1), i);
	}
	assert_int_equal(i, 3);
	assert_false(pl_json_member(NULL, 0, &name, &value));
	assert_int_equal(pl_json_size(NULL), 0);
	pl_json_free(root);
}

static void a_copy_lives_on_its_own(void **state)
{
	struct pl_json *root = parse("{\"a\":[1]}"), *copy = pl_json_copy(root);

	(void)state;
	pl_json_add_integer(root, "b", 2);
	pl_json_free(root);
	assert_line(copy, "{\"a\":[1]}");
	assert_null(pl_json_copy(NULL));
	pl_json_free(NULL);
}

static void a_key_added_again_is_replaced(void **state)
{
	struct pl_json *object = pl_json_object();

	(void)state;
	pl_json_add_integer(object, "a", 1);
	pl_json_add_integer(object, "b", 2);
	pl_json_add_integer(object, "a", 3);
	assert_line(object, "{\"a\":3,\"b\":2}");
}

/* The whole program runs in the German locale where there is one. */
static void case_83_numbers_have_a_point_in_any_locale(void **state)
{
	struct pl_json *list = parse("[1.5,-2.5e-7]");

	(void)state;
	assert_true(pl_json_number(pl_json_at(list, 0), 0) == 1.5);
	assert_true(pl_json_number(pl_json_at(list, 1), 0) == -2.5e-7);
	pl_json_add_number(list, NULL, 1.0 / 3);
	assert_line(list, "[1.5,-2.5e-07,0.3333333333333333]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_has_its_keys_in_the_order_they_were_added),
	    cmocka_unit_test(a_line_read_and_written_again_is_the_same),
	    cmocka_unit_test(case_47_nan_and_infinity_become_null),
	    cmocka_unit_test(case_64_a_line_holds_no_byte_that_acts),
	    cmocka_unit_test(what_is_not_one_value_is_refused_with_its_place),
	    cmocka_unit_test(a_refusal_quotes_the_input_escaped),
	    cmocka_unit_test(deep_nesting_is_refused),
	    cmocka_unit_test(bytes_beyond_the_count_are_not_looked_at),
	    cmocka_unit_test(a_missing_key_or_a_wrong_type_gives_the_fallback),
	    cmocka_unit_test(values_are_read_by_their_type),
	    cmocka_unit_test(an_object_is_walked_in_order),
	    cmocka_unit_test(a_copy_lives_on_its_own),
	    cmocka_unit_test(a_key_added_again_is_replaced),
	    cmocka_unit_test(case_83_numbers_have_a_point_in_any_locale),
	};

	german_enter();
	return cmocka_run_group_tests_name("base_json", tests, NULL, NULL);
}
