/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as people write them, and what may be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/bench.h"
#include "plateau/profile.h"

#include <math.h>
#include <string.h>

static const struct pl_profile_word modes[] = {
    {62, "off"}, {10, "auto"}, {54, "manual"}, {.name = NULL}};
static const struct pl_parameter parameters[] = {
    {.name = "setpoint",
     .unit = "C",
     .min = -20,
     .max = 90,
     .step = 0.5,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE},
    {.name = "mode",
     .type = PL_VALUE_INTEGER,
     .unit = "",
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE},
    {.name = "process_value", .unit = "C", .access = PL_ACCESS_READ},
    {.name = NULL},
};
static const struct pl_profile_row rows[] = {
    {.type = PL_WIRE_F32},
    {.type = PL_WIRE_ENUM, .words = modes, .word_count = 3},
    {.type = PL_WIRE_F32}};
static const int instanced_rows[] = {1};
static const struct pl_profile profile = {.parameters = parameters,
					  .rows = rows,
					  .count = 3,
					  .instanced = &parameters[1],
					  .instanced_rows = instanced_rows,
					  .instanced_count = 1};
static struct pl_device oven = {
    .spec = {.name = "oven", .profile = &profile, .parameters = parameters}};
static const struct pl_bench bench = {.devices = &oven, .device_count = 1};

static struct pl_match match_of(int channel, int parameter)
{
	struct pl_match match = {
	    .target = {.channel = (int16_t)channel, .parameter = (int16_t)parameter},
	    .parameter =
		channel < 0 ? &parameters[parameter] : &parameters[instanced_rows[parameter]],
	    .path = "oven.x",
	};

	return match;
}

static enum pl_status parse(int channel, int parameter, const char *text, double *out,
			    struct pl_error *error)
{
	struct pl_match match = match_of(channel, parameter);

	return pl_value_parse(&bench, &match, text, out, error);
}

static void a_value_is_a_number_with_or_without_its_own_unit(void **state)
{
	static const char *const texts[] = {"30", "30C", "30 C", "3e1"};
	struct pl_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		double value = 0;

		assert_int_equal(parse(-1, 0, texts[i], &value, &error), PL_OK);
		assert_true(value == 30);
	}
}

static void another_unit_is_never_converted(void **state)
{
	static const char *const texts[] = {"30 F", "300 K", "30 s", "30 %"};
	struct pl_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		double value = 0;

		assert_int_equal(parse(-1, 0, texts[i], &value, &error), PL_ERR_USAGE);
		assert_non_null(strstr(error.text, "C"));
	}
}

static void a_word_stands_for_its_value(void **state)
{
	struct pl_error error;
	double value = 0;

	(void)state;
	assert_int_equal(parse(-1, 1, "auto", &value, &error), PL_OK);
	assert_true(value == 10);
	assert_int_equal(parse(0, 0, "manual", &value, &error), PL_OK); /* of an instance */
	assert_true(value == 54);
	assert_int_equal(parse(-1, 1, "62", &value, &error), PL_OK);
	assert_int_equal(parse(-1, 1, "atuo", &value, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "did you mean \"auto\"?"));
	assert_int_equal(parse(-1, 0, "auto", &value, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "is no number"));
}

static void limits_step_and_access_hold_before_any_byte(void **state)
{
	static const struct {
		int parameter;
		double value;
		enum pl_status wanted;
	} tries[] = {
	    {0, 90, PL_OK},	      {0, -20, PL_OK},		{0, 90.5, PL_ERR_RANGE},
	    {0, -20.5, PL_ERR_RANGE}, {0, 30.25, PL_ERR_RANGE}, {0, 30.5, PL_OK},
	    {2, 30, PL_ERR_USAGE},    {1, 54, PL_OK},		{1, INFINITY, PL_ERR_RANGE},
	    {0, NAN, PL_ERR_RANGE},
	};
	struct pl_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct pl_match match = match_of(-1, tries[i].parameter);

		assert_int_equal(pl_value_check(&match, tries[i].value, &error), tries[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_value_is_a_number_with_or_without_its_own_unit),
	    cmocka_unit_test(another_unit_is_never_converted),
	    cmocka_unit_test(a_word_stands_for_its_value),
	    cmocka_unit_test(limits_step_and_access_hold_before_any_byte),
	};

	return cmocka_run_group_tests_name("config_value", tests, NULL, NULL);
}
