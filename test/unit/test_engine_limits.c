/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings between their limits: levels, hysteresis, what is told and what becomes of the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/limits.h"

#include <math.h>

static const struct pl_limits all = {
    .lolo = 0, .low = 5, .high = 60, .hihi = 80, .hysteresis = 0.5};

/* Levels of values that follow each other. */
static void expect_levels(const struct pl_limits *limits, const double *values,
			  const enum limit_level *levels, size_t count)
{
	enum limit_level level = LIMIT_INSIDE;

	for (size_t i = 0; i < count; i++) {
		level = limit_level_of(limits, values[i], level);
		assert_int_equal(level, levels[i]);
	}
}
#define EXPECT(limits, values, levels)                                                             \
	expect_levels(limits, values, levels, sizeof(values) / sizeof((values)[0]))

static void each_limit_has_its_level_and_the_bound_itself_is_inside(void **state)
{
	const double values[] = {30, 60, 60.1, 80, 80.1, 30, 5, 4.9, 0, -0.1};
	const enum limit_level levels[] = {LIMIT_INSIDE, LIMIT_INSIDE, LIMIT_HIGH,   LIMIT_HIGH,
					   LIMIT_HIHI,	 LIMIT_INSIDE, LIMIT_INSIDE, LIMIT_LOW,
					   LIMIT_LOW,	 LIMIT_LOLO};

	(void)state;
	EXPECT(&all, values, levels);
}

static void a_level_is_left_by_the_hysteresis_only(void **state)
{
	const double values[] = {60.1, 59.9, 59.6, 59.5, 60, 80.2, 79.8, 79.4, 59.6, 59.4};
	const enum limit_level levels[] = {LIMIT_HIGH,	 LIMIT_HIGH,  LIMIT_HIGH, LIMIT_INSIDE,
					   LIMIT_INSIDE, LIMIT_HIHI,  LIMIT_HIHI, LIMIT_HIGH,
					   LIMIT_HIGH,	 LIMIT_INSIDE};
	const double low[] = {4.9, 5.4, 5.5, -1, 0.4, 0.5, 5.4, 5.6};
	const enum limit_level low_levels[] = {LIMIT_LOW,  LIMIT_LOW, LIMIT_INSIDE, LIMIT_LOLO,
					       LIMIT_LOLO, LIMIT_LOW, LIMIT_LOW,    LIMIT_INSIDE};

	(void)state;
	EXPECT(&all, values, levels);
	EXPECT(&all, low, low_levels);
}

static void a_limit_that_is_not_given_is_never_crossed(void **state)
{
	const struct pl_limits only_high = {.lolo = NAN, .low = NAN, .high = 60, .hihi = NAN};
	const double values[] = {-1e300, 1e300, 60, -5};
	const enum limit_level levels[] = {LIMIT_INSIDE, LIMIT_HIGH, LIMIT_INSIDE, LIMIT_INSIDE};

	(void)state;
	EXPECT(&only_high, values, levels);
}

static void no_value_leaves_the_level_where_it_was(void **state)
{
	const double values[] = {90, NAN, NAN, 30, NAN};
	const enum limit_level levels[] = {LIMIT_HIHI, LIMIT_HIHI, LIMIT_HIHI, LIMIT_INSIDE,
					   LIMIT_INSIDE};

	(void)state;
	EXPECT(&all, values, levels);
}

static void only_the_outer_limits_are_alarms(void **state)
{
	(void)state;
	assert_false(limit_is_alarm(LIMIT_INSIDE));
	assert_false(limit_is_alarm(LIMIT_HIGH));
	assert_false(limit_is_alarm(LIMIT_LOW));
	assert_true(limit_is_alarm(LIMIT_HIHI));
	assert_true(limit_is_alarm(LIMIT_LOLO));
	assert_true(limit_bound(&all, LIMIT_LOLO) == 0 && limit_bound(&all, LIMIT_HIGH) == 60);
}

static void an_alarm_is_worse_than_a_warning_and_no_worse_than_another(void **state)
{
	(void)state;
	assert_true(limit_is_worse(LIMIT_HIGH, LIMIT_INSIDE));
	assert_true(limit_is_worse(LIMIT_HIHI, LIMIT_HIGH));
	assert_true(limit_is_worse(LIMIT_LOLO, LIMIT_HIGH));
	assert_false(limit_is_worse(LIMIT_HIHI, LIMIT_LOLO));
	assert_false(limit_is_worse(LIMIT_LOW, LIMIT_HIHI));
	assert_false(limit_is_worse(LIMIT_INSIDE, LIMIT_INSIDE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_limit_has_its_level_and_the_bound_itself_is_inside),
	    cmocka_unit_test(a_level_is_left_by_the_hysteresis_only),
	    cmocka_unit_test(a_limit_that_is_not_given_is_never_crossed),
	    cmocka_unit_test(no_value_leaves_the_level_where_it_was),
	    cmocka_unit_test(only_the_outer_limits_are_alarms),
	    cmocka_unit_test(an_alarm_is_worse_than_a_warning_and_no_worse_than_another),
	};

	return cmocka_run_group_tests_name("engine_limits", tests, NULL, NULL);
}
