/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities: numbers with units, converted exactly or refused by name. */
#include "config/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_quantity(const char *text, const char *unit, double expected)
{
	struct pl_error error = {.text = ""};
	double value = -1;

	if (pl_quantity_parse(text, unit, &value, &error))
		fail_msg("%s: %s", text, error.text);
	assert_true(value == expected);
}

static void assert_refused(const char *text, const char *unit, enum pl_status code,
			   const char *words)
{
	struct pl_error error = {.text = ""};
	double value = -1;

	assert_int_equal(pl_quantity_parse(text, unit, &value, &error), code);
	if (!strstr(error.text, words))
		fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void numbers_and_units_may_touch_or_stand_apart(void **state)
{
	(void)state;
	assert_quantity("10 s", "s", 10);
	assert_quantity("10s", "s", 10);
	assert_quantity(" 5 % ", "%", 5);
	assert_quantity("290", "", 290);
	assert_quantity("1e3", "", 1000);
}

static void prefixes_convert_without_rounding_errors(void **state)
{
	(void)state;
	assert_quantity("290 mV", "V", 0.29);
	assert_quantity("0.3 V", "mV", 300);
	assert_quantity("1013.25 hPa", "Pa", 101325);
	assert_quantity("2 kHz", "Hz", 2000);
	assert_quantity("1.5 h", "min", 90);
	assert_quantity("7 us", "ms", 0.007);
}

static void a_missing_unit_is_an_error_naming_the_right_one(void **state)
{
	(void)state;
	assert_refused("10", "s", PL_ERR_UNIT, "write 10 s (s, ms, us, min, h or d)");
	assert_refused("300", "mV", PL_ERR_UNIT, "write 300 mV");
}

static void a_wrong_unit_is_an_error_naming_the_right_ones(void **state)
{
	(void)state;
	assert_refused("10 V", "s", PL_ERR_UNIT, "use s, ms, us, min, h or d");
	assert_refused("10 S", "s", PL_ERR_UNIT, "use s");
	assert_refused("300 mV", "", PL_ERR_UNIT, "takes no unit: write 300");
	assert_refused("20 F", "C", PL_ERR_UNIT, "use C");
	assert_refused("290 K", "C", PL_ERR_UNIT, "use C");
}

static void what_is_no_decimal_number_is_refused(void **state)
{
	static const char *const texts[] = {"",	   "soon",  "12:30", "0x1F", "nan", "inf", "1,5 s",
					    "1 2", "1 s 2", "- 5 s", "--1",  ".",   "e3"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], "s", PL_ERR_CONFIG, "is not a number");
	assert_refused("1,5 s", "s", PL_ERR_CONFIG, "a point");
	assert_refused("1e999 s", "s", PL_ERR_CONFIG, "is not a number");
}

static void a_duration_is_whole_nanoseconds(void **state)
{
	int64_t ns = 0;
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_duration_parse("100 ms", &ns, &error), PL_OK);
	assert_int_equal(ns, 100000000);
	assert_int_equal(pl_duration_parse("0.1 s", &ns, &error), PL_OK);
	assert_int_equal(ns, 100000000);
	assert_int_equal(pl_duration_parse("10 min", &ns, &error), PL_OK);
	assert_int_equal(ns, 600000000000);
	assert_int_equal(pl_duration_parse("-1 s", &ns, &error), PL_ERR_RANGE);
	assert_int_equal(pl_duration_parse("1e9 d", &ns, &error), PL_ERR_RANGE);
	assert_int_equal(pl_duration_parse("1", &ns, &error), PL_ERR_UNIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_units_may_touch_or_stand_apart),
	    cmocka_unit_test(prefixes_convert_without_rounding_errors),
	    cmocka_unit_test(a_missing_unit_is_an_error_naming_the_right_one),
	    cmocka_unit_test(a_wrong_unit_is_an_error_naming_the_right_ones),
	    cmocka_unit_test(what_is_no_decimal_number_is_refused),
	    cmocka_unit_test(a_duration_is_whole_nanoseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
