/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What numbers of an instrument mean, whatever protocol brought them. */
#include "driver/registry.h"
#include "driver/wire.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const double missing[] = {-32768};
static const struct pl_profile_word words[] = {{10, "auto"}, {62, "off"}, {0, NULL}};
static const struct pl_profile_row real = {
    .type = PL_WIRE_F32, .scale = 1, .missing = missing, .missing_count = 1};
static const struct pl_profile_row word = {
    .type = PL_WIRE_ENUM, .scale = 1, .words = words, .word_count = 2};
static const struct pl_parameter parameter = {
    .name = "x", .unit = "C", .min = 0, .max = 50, .step = 0.5};

static struct pl_reading judged(const struct pl_profile_row *row, double number)
{
	struct pl_reading reading = {.value.number = number};
	bool is_value = pl_wire_is_value(row, number, &reading);

	assert_true(is_value == (reading.quality == PL_QUALITY_OK));
	assert_true(!isnan(reading.value.number) == is_value);
	return reading;
}

static void case_47_an_infinite_number_is_over_and_no_number_is_invalid(void **state)
{
	(void)state;
	assert_int_equal(judged(&real, 20.5).quality, PL_QUALITY_OK);
	assert_int_equal(judged(&real, INFINITY).quality, PL_QUALITY_OVER);
	assert_int_equal(judged(NULL, -INFINITY).quality, PL_QUALITY_OVER);
	assert_int_equal(judged(&real, NAN).quality, PL_QUALITY_INVALID);
	assert_int_equal(judged(&real, -32768).quality, PL_QUALITY_INVALID);
	assert_int_equal(judged(NULL, -32768).quality, PL_QUALITY_OK);
}

static void limits_hold_for_measured_values_and_not_for_words(void **state)
{
	struct pl_reading reading = {.value.number = 62};

	(void)state;
	pl_wire_check_plausible(&word, &parameter, &reading);
	assert_int_equal(reading.quality, PL_QUALITY_OK);
	pl_wire_check_plausible(&real, &parameter, &reading);
	assert_int_equal(reading.quality, PL_QUALITY_OVER);
	assert_true(isnan(reading.value.number));
}

static void a_value_to_write_keeps_to_its_row(void **state)
{
	struct pl_parameter any = {.name = "mode", .unit = ""};
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_wire_check_write(&real, &parameter, 20.5, &error), PL_OK);
	assert_int_equal(pl_wire_check_write(&real, &parameter, 50.5, &error), PL_ERR_RANGE);
	assert_int_equal(pl_wire_check_write(&real, &parameter, 20.3, &error), PL_ERR_RANGE);
	assert_int_equal(pl_wire_check_write(&real, &parameter, NAN, &error), PL_ERR_RANGE);
	assert_int_equal(pl_wire_check_write(&word, &any, 10, &error), PL_OK);
	assert_int_equal(pl_wire_check_write(&word, &any, 11, &error), PL_ERR_RANGE);
	assert_non_null(strstr(error.text, "none of its values"));
}

static void the_speed_of_a_line_is_the_profiles_else_the_drivers(void **state)
{
	const struct pl_driver driver = {.name = "x", .baud = 9600};
	const struct pl_profile fast = {.baud = 38400}, plain = {.baud = 0};

	(void)state;
	assert_int_equal(pl_wire_usual_baud(&driver, &fast), 38400);
	assert_int_equal(pl_wire_usual_baud(&driver, &plain), 9600);
	assert_int_equal(pl_wire_usual_baud(&driver, NULL), 9600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_47_an_infinite_number_is_over_and_no_number_is_invalid),
	    cmocka_unit_test(limits_hold_for_measured_values_and_not_for_words),
	    cmocka_unit_test(a_value_to_write_keeps_to_its_row),
	    cmocka_unit_test(the_speed_of_a_line_is_the_profiles_else_the_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
