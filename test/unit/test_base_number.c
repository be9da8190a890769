/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers out and in: shortest, exact, and the same in every locale. */
#include "plateau/text.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_written(double value, const char *expected)
{
	char out[PL_NUMBER_SIZE];

	assert_ptr_equal(pl_number_format(value, out), out);
	assert_string_equal(out, expected);
}

static void numbers_are_written_short(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {-0.0, "0"},
	    {300, "300"},
	    {-17, "-17"},
	    {0.1, "0.1"},
	    {-23.45, "-23.45"},
	    {0.5, "0.5"},
	    {1.0 / 3, "0.3333333333333333"},
	    {0.1 + 0.2, "0.30000000000000004"},
	    {123456.789, "123456.789"},
	    {0.0001, "0.0001"},
	    {0.00001, "1e-05"},
	    {100000000000, "100000000000"},
	    {9007199254740991.0, "9007199254740991"},
	    {-9007199254740991.0, "-9007199254740991"},
	    {1e22, "1e+22"},
	    {5e-324, "5e-324"},
	    {DBL_MAX, "1.7976931348623157e+308"},
	    {-DBL_MAX, "-1.7976931348623157e+308"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_written(rows[i].value, rows[i].text);
}

static void case_47_nan_and_infinity_are_written_as_nothing(void **state)
{
	struct pl_text text = {0};

	(void)state;
	assert_written(NAN, "");
	assert_written(INFINITY, "");
	assert_written(-INFINITY, "");
	pl_text_add_number(&text, NAN);
	assert_string_equal(text.data, "");
	pl_text_free(&text);
}

/* Written, read back by us and by the C library in its own locale-free way: the same double, and no
 * longer than the library's shortest of 15 to 17 digits. */
static void assert_round_trip(double value)
{
	char out[PL_NUMBER_SIZE], reference[64];
	double back = NAN;

	pl_number_format(value, out);
	if (!pl_text_to_double(out, &back) || back != value || strtod(out, NULL) != value)
		fail_msg("%a was written as %s and read as %a", value, out, back);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(reference, sizeof reference, "%.*g", digits, value);
		if (strtod(reference, NULL) == value)
			break;
	}
	if (fabs(value) >= 1e-4 && fabs(value) < 1e15 && strcmp(out, reference) != 0 &&
	    !strchr(reference, 'e'))
		fail_msg("%a was written as %s, shortest is %s", value, out, reference);
}

static double double_of_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static void every_double_reads_back_equal(void **state)
{
	unsigned seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = 0;
		double value;

		for (int j = 0; j < 3; j++)
			bits = bits << 31 ^ (uint64_t)rand_r(&seed);
		value = double_of_bits(bits);
		if (isfinite(value))
			assert_round_trip(value);
		value = (double)(rand_r(&seed) - RAND_MAX / 2);
		assert_round_trip(value / 1000);
		assert_round_trip(value / 1e9);
		assert_round_trip(value * 1e-3);
		assert_round_trip(nextafter(value / 100, INFINITY));
		assert_round_trip(value * 4194304 + 1);
	}
}

static void numbers_are_read_whole(void **state)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {
	    {"0", 0},
	    {"-1.5", -1.5},
	    {"+1.5", 1.5},
	    {".5", 0.5},
	    {"5.", 5},
	    {"1e3", 1000},
	    {"1E-3", 0.001},
	    {"1e+3", 1000},
	    {"007", 7},
	    {"0e999", 0},
	    {"5e-324", 5e-324},
	    {"9007199254740993", 9007199254740992.0},
	    {"9007199254740999", 9007199254740999.0},
	    {"1.7976931348623157e308", DBL_MAX},
	    {"0.000000000000000000000000000001", 1e-30},
	    {"100000000000000000000000000000", 1e29},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double value = NAN;

		assert_true(pl_text_to_double(rows[i].text, &value));
		assert_true(value == rows[i].value);
	}
}

static const char *const no_numbers[] = {
    "",	    "NaN",   "nan",  "inf",   "-inf",	 "Infinity", "1e999", "-1e999", "1e-999",
    "--.-", "OL",    "1,5",  "1,234", "1.234,5", "1'000",    "1 000", "0x10",	"0x1p3",
    " 1",   "1 ",    "1\n",  "+",     "-",	 ".",	     "-.",    "e5",	"1e",
    "1e+",  "1e5.5", "1..2", "--1",   "+-1",	 "1f",	     "1e5e5", "1_000",	"1e99999999999999",
};

static void case_47_what_is_no_number_is_refused_and_leaves_the_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof no_numbers / sizeof no_numbers[0]; i++) {
		double value = 42;

		if (pl_text_to_double(no_numbers[i], &value))
			fail_msg("\"%s\" was read as %g", no_numbers[i], value);
		assert_true(value == 42);
	}
}

static void bytes_are_read_up_to_their_count(void **state)
{
	char longer[600];
	double value = 42;

	(void)state;
	assert_true(pl_bytes_to_double("12.5xyz", 4, &value));
	assert_true(value == 12.5);
	assert_false(pl_bytes_to_double("1\0002", 3, &value));
	assert_false(pl_bytes_to_double("", 0, &value));
	memset(longer, '1', sizeof longer);
	assert_false(pl_bytes_to_double(longer, sizeof longer, &value));
	assert_true(pl_bytes_to_double(longer, 300, &value));
	assert_true(value > 1.1e299 && value < 1.2e299);
}

static void integers_are_read_whole_and_within_64_bits(void **state)
{
	static const char *const bad[] = {"",
					  "-",
					  "+-1",
					  " 1",
					  "1 ",
					  "1.0",
					  "1e3",
					  "0x1",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "1,0"};
	int64_t value = 42;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(pl_text_to_int(bad[i], &value));
	assert_int_equal(value, 42);
	assert_true(pl_text_to_int("9223372036854775807", &value));
	assert_true(value == INT64_MAX);
	assert_true(pl_text_to_int("-9223372036854775808", &value));
	assert_true(value == INT64_MIN);
	assert_true(pl_text_to_int("+010", &value));
	assert_int_equal(value, 10);
}

static void expect_float(float value, const char *wanted)
{
	char text[PL_NUMBER_SIZE];
	double found = pl_number_of_float(value);

	assert_string_equal(pl_number_format(found, text), wanted);
	assert_true((float)found == value);
}

static void a_float_becomes_the_shortest_decimal_that_is_the_same_float(void **state)
{
	(void)state;
	expect_float(98.95338f, "98.95338");
	expect_float(2531.8f, "2531.8");
	expect_float(-0.1f, "-0.1");
	expect_float(30.0f, "30");
	expect_float(16777216.0f, "16777216");
	expect_float(3.4028235e38f, "3.4028235e+38");
	expect_float(1e-30f, "1e-30");
	expect_float(1.17549435e-38f, "1.1754944e-38");
	expect_float(1e-45f, "1e-45");
	assert_true(isnan(pl_number_of_float(NAN)));
	assert_true(isinf(pl_number_of_float(-INFINITY)));
}

static void any_float_comes_back_as_it_was(void **state)
{
	uint32_t bits = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		float value, back;

		bits = bits * 1664525u + 1013904223u;
		memcpy(&value, &bits, sizeof value);
		if (!isfinite(value))
			continue;
		back = (float)pl_number_of_float(value);
		assert_memory_equal(&back, &value, sizeof value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_written_short),
	    cmocka_unit_test(case_47_nan_and_infinity_are_written_as_nothing),
	    cmocka_unit_test(every_double_reads_back_equal),
	    cmocka_unit_test(numbers_are_read_whole),
	    cmocka_unit_test(case_47_what_is_no_number_is_refused_and_leaves_the_value),
	    cmocka_unit_test(bytes_are_read_up_to_their_count),
	    cmocka_unit_test(integers_are_read_whole_and_within_64_bits),
	    cmocka_unit_test(a_float_becomes_the_shortest_decimal_that_is_the_same_float),
	    cmocka_unit_test(any_float_comes_back_as_it_was),
	};

	return cmocka_run_group_tests_name("base_number", tests, NULL, NULL);
}
