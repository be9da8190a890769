/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of drivers, and that a hole in a table is found and named. */
#include "driver/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void the_drivers_of_this_program_are_complete(void **state)
{
	struct pl_error error = {0};

	(void)state;
	assert_int_equal(pl_drivers_check(&error), PL_OK);
}

static void a_driver_is_found_by_its_name(void **state)
{
	const struct pl_driver *driver = pl_driver_find("osechi");

	(void)state;
	assert_non_null(driver);
	assert_string_equal(driver->name, "osechi");
	assert_null(pl_driver_find("oschi"));
	assert_null(pl_driver_find(""));
}

/* Checks a copy of the OSECHI driver with one thing taken away. */
static void expect(const struct pl_driver *driver, const char *where, const char *words)
{
	const struct pl_driver *list[] = {driver, NULL};
	struct pl_error error = {0};

	assert_int_equal(pl_drivers_check_list(list, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where, where);
	assert_non_null(strstr(error.text, words));
}

#define EXPECT_MISSING(member, words)                                                              \
	do {                                                                                       \
		struct pl_driver copy = *pl_driver_find("osechi");                                 \
		copy.member = 0;                                                                   \
		expect(&copy, "osechi", words);                                                    \
	} while (0)

static void a_missing_member_is_named_with_its_driver(void **state)
{
	(void)state;
	EXPECT_MISSING(summary, "summary");
	EXPECT_MISSING(ports, "ports");
	EXPECT_MISSING(baud, "baud");
	EXPECT_MISSING(options, "options");
	EXPECT_MISSING(parameters, "parameters");
	EXPECT_MISSING(channel_parameters, "channel_parameters");
	EXPECT_MISSING(check, "check()");
	EXPECT_MISSING(open, "open()");
	EXPECT_MISSING(close, "close()");
	EXPECT_MISSING(probe, "probe()");
	EXPECT_MISSING(feed, "feed()");
	EXPECT_MISSING(read, "read()");
	EXPECT_MISSING(write, "write()");
}

static void a_name_must_be_a_name_and_the_only_one(void **state)
{
	const struct pl_driver *osechi = pl_driver_find("osechi");
	const struct pl_driver *twice[] = {osechi, osechi, NULL};
	struct pl_driver copy = *osechi;
	struct pl_error error = {0};

	(void)state;
	copy.name = "Osechi";
	expect(&copy, "drivers", "name");
	assert_int_equal(pl_drivers_check_list(twice, &error), PL_ERR_CONFIG);
	assert_non_null(strstr(error.text, "two drivers"));
}

static void a_parameter_row_that_makes_no_sense_is_named(void **state)
{
	static const struct pl_parameter good = {
	    .name = "x", .unit = "", .max = 1, .access = PL_ACCESS_READ, .text = "x"};
	struct pl_parameter rows[3] = {good, good, {.name = NULL}};
	struct pl_driver copy = *pl_driver_find("osechi");

	(void)state;
	copy.parameters = rows;
	expect(&copy, "osechi", "parameter x has a name that is there twice");
	rows[1].name = NULL;
	rows[0].min = 2;
	expect(&copy, "osechi", "limits");
	rows[0] = good;
	rows[0].unit = NULL;
	expect(&copy, "osechi", "no unit");
	rows[0] = good;
	rows[0].access = 0;
	expect(&copy, "osechi", "access");
	rows[0] = good;
	rows[0].access = PL_ACCESS_READ | PL_ACCESS_WRITE;
	rows[0].kind = PL_KIND_COUNTER;
	expect(&copy, "osechi", "no state");
}

static void a_detector_needs_thresholds_and_hits(void **state)
{
	static const struct pl_parameter rows[] = {
	    {.name = "threshold", .unit = "", .max = 1, .access = PL_ACCESS_READ, .text = "x"},
	    {.name = NULL},
	};
	struct pl_driver copy = *pl_driver_find("osechi");

	(void)state;
	copy.channel_parameters = rows;
	expect(&copy, "osechi", "hits");
}

static void an_option_outside_its_struct_is_named(void **state)
{
	struct pl_driver copy = *pl_driver_find("osechi");

	(void)state;
	copy.options_size = 4;
	expect(&copy, "osechi", "reply_timeout");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_drivers_of_this_program_are_complete),
	    cmocka_unit_test(a_driver_is_found_by_its_name),
	    cmocka_unit_test(a_missing_member_is_named_with_its_driver),
	    cmocka_unit_test(a_name_must_be_a_name_and_the_only_one),
	    cmocka_unit_test(a_parameter_row_that_makes_no_sense_is_named),
	    cmocka_unit_test(a_detector_needs_thresholds_and_hits),
	    cmocka_unit_test(an_option_outside_its_struct_is_named),
	};

	return cmocka_run_group_tests_name("driver_registry", tests, NULL, NULL);
}
