/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of simulators: which of them strikes when. */
#include "sim/faults.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct pl_sim_faults faults_of(const char *text)
{
	struct pl_sim_faults faults;
	struct pl_error error = {0};

	if (pl_sim_faults_parse(&faults, PL_SIM_OSECHI, text, &error) != PL_OK)
		fail_msg("%s: %s", error.where, error.text);
	return faults;
}

static struct pl_sim_random random_of(uint64_t seed)
{
	struct pl_sim_random random;

	pl_sim_random_init(&random, seed, 0);
	return random;
}

/* Whether a threshold write is struck by the first fault. */
static bool is_struck(struct pl_sim_faults *faults, double t_s, int channel, int value)
{
	struct pl_sim_random random = random_of(1);
	size_t struck[PL_SIM_FAULTS_MAX];

	return pl_sim_faults_command(faults, t_s, PL_SIM_CLASS_SET, channel, value, &random,
				     struck) > 0;
}

static void a_bare_fault_strikes_every_threshold_write(void **state)
{
	struct pl_sim_faults faults = faults_of("refuse");
	struct pl_sim_random random = random_of(1);
	size_t struck[PL_SIM_FAULTS_MAX];

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(is_struck(&faults, i, 1, 300));
	assert_int_equal(
	    pl_sim_faults_command(&faults, 9, PL_SIM_CLASS_GET, 0, -1, &random, struck), 0);
	assert_int_equal(
	    pl_sim_faults_command(&faults, 9, PL_SIM_CLASS_STREAM, 0, 1, &random, struck), 0);
}

static void on_chooses_the_commands(void **state)
{
	static const char *const words[] = {"refuse:on=set", "refuse:on=get", "refuse:on=stream",
					    "refuse:on=any"};
	struct pl_sim_random random = random_of(1);
	size_t struck[PL_SIM_FAULTS_MAX];

	(void)state;
	for (int word = 0; word < 4; word++) {
		struct pl_sim_faults faults = faults_of(words[word]);

		for (int class = PL_SIM_CLASS_SET; class <= PL_SIM_CLASS_STREAM; class ++) {
			bool hit =
			    pl_sim_faults_command(&faults, 0, (enum pl_sim_command_class) class, 0,
						  -1, &random, struck) > 0;

			assert_int_equal(hit, word == 3 || word == class);
		}
	}
}

static void nth_strikes_once(void **state)
{
	struct pl_sim_faults faults = faults_of("refuse:nth=3");

	(void)state;
	for (int i = 1; i <= 9; i++)
		assert_int_equal(is_struck(&faults, 0, 1, 300), i == 3);
}

static void every_strikes_again_and_count_ends_it(void **state)
{
	struct pl_sim_faults faults = faults_of("unanswered:every=2:count=2");

	(void)state;
	for (int i = 1; i <= 9; i++)
		assert_int_equal(is_struck(&faults, 0, 1, 300), i == 2 || i == 4);
}

static void channel_value_and_time_narrow_it(void **state)
{
	struct pl_sim_faults faults = faults_of("late:ch=2:at=280:from=5:until=6");

	(void)state;
	assert_false(is_struck(&faults, 4.9, 2, 280));
	assert_false(is_struck(&faults, 5.5, 1, 280));
	assert_false(is_struck(&faults, 5.5, 2, 281));
	assert_true(is_struck(&faults, 5.5, 2, 280));
	assert_false(is_struck(&faults, 6.1, 2, 280));
}

static void clip_leaves_values_below_its_limit_alone(void **state)
{
	struct pl_sim_faults faults = faults_of("clip:to=310");

	(void)state;
	assert_false(is_struck(&faults, 0, 1, 310));
	assert_true(is_struck(&faults, 0, 1, 311));
}

static void several_faults_may_strike_one_command(void **state)
{
	struct pl_sim_faults faults = faults_of("late:ms=5;split;refuse:ch=3;garbage:every=1");
	struct pl_sim_random random = random_of(1);
	size_t struck[PL_SIM_FAULTS_MAX];

	(void)state;
	assert_int_equal(
	    pl_sim_faults_command(&faults, 0, PL_SIM_CLASS_SET, 1, 300, &random, struck), 3);
	assert_int_equal(struck[0], 0);
	assert_int_equal(struck[1], 1);
	assert_int_equal(struck[2], 3);
	assert_true(faults.list[0].value[PL_SIM_FAULT_KEY_MS] == 5);
	assert_true(faults.list[1].value[PL_SIM_FAULT_KEY_PIECES] == 3);
}

static void a_fault_of_time_strikes_at_its_time_and_period(void **state)
{
	struct pl_sim_faults faults = faults_of("silence:from=2:period=3");
	struct pl_sim_random random = random_of(1);

	(void)state;
	assert_true(pl_sim_faults_next_s(&faults) == 2);
	assert_null(pl_sim_faults_timed(&faults, 1.9, &random));
	assert_non_null(pl_sim_faults_timed(&faults, 2.1, &random));
	assert_null(pl_sim_faults_timed(&faults, 2.1, &random));
	assert_true(pl_sim_faults_next_s(&faults) == 5);
	/* Late: one strike, and on along the same grid. */
	assert_non_null(pl_sim_faults_timed(&faults, 12, &random));
	assert_true(pl_sim_faults_next_s(&faults) == 14);
}

static void a_fault_of_time_without_period_strikes_once(void **state)
{
	struct pl_sim_faults faults = faults_of("endless");
	struct pl_sim_random random = random_of(1);

	(void)state;
	assert_true(pl_sim_faults_next_s(&faults) == 1);
	assert_non_null(pl_sim_faults_timed(&faults, 1, &random));
	assert_true(isinf(pl_sim_faults_next_s(&faults)));
	assert_false(is_struck(&faults, 2, 1, 300));
}

static void a_fault_of_time_may_hang_on_a_command(void **state)
{
	struct pl_sim_faults faults = faults_of("reboot:nth=2");

	(void)state;
	assert_true(isinf(pl_sim_faults_next_s(&faults)));
	assert_false(is_struck(&faults, 0, 1, 300));
	assert_true(is_struck(&faults, 0, 1, 300));
}

static void chance_strikes_its_part(void **state)
{
	struct pl_sim_faults faults = faults_of("refuse:chance=0.25");
	struct pl_sim_random random = random_of(5);
	size_t struck[PL_SIM_FAULTS_MAX];
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 10000; i++)
		count +=
		    pl_sim_faults_command(&faults, 0, PL_SIM_CLASS_SET, 1, 300, &random, struck);
	assert_in_range(count, 2500 - 217, 2500 + 217); /* 5 sigma */
}

static void too_many_faults_are_refused(void **state)
{
	struct pl_sim_faults faults;

	(void)state;
	assert_int_equal(
	    pl_sim_faults_parse(&faults, PL_SIM_OSECHI,
				"late;late;late;late;late;late;late;late;late;late;late;"
				"late;late;late;late;late;late",
				NULL),
	    PL_ERR_CONFIG);
	assert_int_equal(pl_sim_faults_parse(&faults, PL_SIM_OSECHI, "", NULL), PL_OK);
	assert_int_equal(faults.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bare_fault_strikes_every_threshold_write),
	    cmocka_unit_test(on_chooses_the_commands),
	    cmocka_unit_test(nth_strikes_once),
	    cmocka_unit_test(every_strikes_again_and_count_ends_it),
	    cmocka_unit_test(channel_value_and_time_narrow_it),
	    cmocka_unit_test(clip_leaves_values_below_its_limit_alone),
	    cmocka_unit_test(several_faults_may_strike_one_command),
	    cmocka_unit_test(a_fault_of_time_strikes_at_its_time_and_period),
	    cmocka_unit_test(a_fault_of_time_without_period_strikes_once),
	    cmocka_unit_test(a_fault_of_time_may_hang_on_a_command),
	    cmocka_unit_test(chance_strikes_its_part),
	    cmocka_unit_test(too_many_faults_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
