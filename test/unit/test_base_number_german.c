/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in a process whose decimal point is a comma. */
#include "plateau/text.h"
#include "unit/german.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_written(double value, const char *expected)
{
	char out[PL_NUMBER_SIZE];

	assert_string_equal(pl_number_format(value, out), expected);
}

static void case_83_a_german_process_writes_and_reads_points(void **state)
{
	struct pl_text text = {0};
	double value = 0;

	(void)state;
	assert_written(1.0 / 3, "0.3333333333333333");
	assert_written(1.5e-7, "1.5e-07");
	assert_written(-23.45, "-23.45");
	pl_text_add(&text, "%.2f", 1.25);
	assert_string_equal(text.data, "1.25");
	pl_text_free(&text);
	assert_true(pl_text_to_double("0.3333333333333333", &value));
	assert_true(value == 1.0 / 3);
	assert_true(pl_text_to_double("1.5e-300", &value));
	assert_true(value == 1.5e-300);
	assert_false(pl_text_to_double("1,5", &value));
	assert_false(pl_text_to_double("1,5e-300", &value));
}

/* Without the locale its own name would be untrue: it is then left out of the table. */
static void a_number_leaves_the_locale_of_the_process_alone(void **state)
{
	char out[PL_NUMBER_SIZE], sample[8];

	(void)state;
	pl_number_format(1e-300 / 3, out);
	snprintf(sample, sizeof sample, "%.1f", 1.5);
	assert_string_equal(sample, "1,5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_83_a_german_process_writes_and_reads_points),
	    cmocka_unit_test(a_number_leaves_the_locale_of_the_process_alone),
	};
	size_t count = sizeof tests / sizeof tests[0] - (german_enter() ? 0 : 1);

	return _cmocka_run_group_tests("base_number_german", tests, count, NULL, NULL);
}
