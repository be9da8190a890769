/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points that somebody skips or takes again, at every step of a run; counts that are taken back
 * because the device had forgotten; a disk that does not follow. */
#include "scan_fake.h"

#define NO_STEP (-1)

/* knob 0: the step, knob 1: the command, knob 2: its status. */
static void strike(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] == step)
		fake->knob[2] = fake_command(fake, (enum pl_scan_command)fake->knob[1]) == PL_OK;
}

/* Two channels of two points. */
static void start_at(struct fake *fake, int step, enum pl_scan_command command, bool reads_back)
{
	fake_init(fake);
	fake->reads_back = reads_back;
	fake->bench.scan.channel_count = 2;
	scan_bench_range(&fake->bench, range_step(280, 290, 10));
	fake->before_step = strike;
	fake->knob[0] = step;
	fake->knob[1] = (int)command;
	fake_start(fake);
}

static size_t steps_of_a_run(bool reads_back)
{
	struct fake fake;
	size_t steps;

	start_at(&fake, NO_STEP, PL_SCAN_SKIP, reads_back);
	fake_run(&fake);
	steps = fake.step;
	fake_fini(&fake);
	return steps;
}

static uint32_t rows_by_operator(const struct fake *fake, enum pl_point_quality quality)
{
	uint32_t count = 0;

	for (uint32_t n = 1; n <= fake->rows; n++)
		count += fake_row_of(fake, n)->quality == quality &&
			 strcmp(fake_row_of(fake, n)->reason, "operator") == 0;
	return count;
}

static void expect_ended(struct fake *fake, int exit)
{
	fake_check_books(fake);
	fake_check_restored(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	assert_int_equal(fake->end.exit, exit);
	assert_int_equal(fake->end.done, 4);
}

static void skip_at_every_step_skips_one_point(void **state)
{
	(void)state;
	for (int reads_back = 0; reads_back < 2; reads_back++)
		for (size_t step = 0; step < steps_of_a_run(reads_back); step++) {
			struct fake fake;

			start_at(&fake, (int)step, PL_SCAN_SKIP, reads_back);
			fake_run(&fake);
			expect_ended(&fake, fake.knob[2] ? 4 : 0);
			assert_int_equal(rows_by_operator(&fake, PL_POINT_SKIPPED), fake.knob[2]);
			assert_int_equal(fake.rows, 4);
			fake_fini(&fake);
		}
}

static void retake_at_every_step_takes_one_point_again(void **state)
{
	(void)state;
	for (int reads_back = 0; reads_back < 2; reads_back++)
		for (size_t step = 0; step < steps_of_a_run(reads_back); step++) {
			struct fake fake;

			start_at(&fake, (int)step, PL_SCAN_RETAKE, reads_back);
			fake_run(&fake);
			expect_ended(&fake, 0);
			assert_int_equal(rows_by_operator(&fake, PL_POINT_VOID), fake.knob[2]);
			assert_in_range(fake.rows, 4 + fake.knob[2], 4 + 2 * fake.knob[2]);
			fake_fini(&fake);
		}
}

static void a_paused_run_skips_the_next_point_and_stays_paused(void **state)
{
	struct fake fake;

	(void)state;
	start_at(&fake, NO_STEP, PL_SCAN_SKIP, false);
	while (fake.counts == 0)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_PAUSE);
	fake_run(&fake);
	assert_int_equal(fake_command(&fake, PL_SCAN_SKIP), PL_OK);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_SKIPPED);
	assert_int_equal(fake_row_of(&fake, 2)->index, 2);
	fake_command(&fake, PL_SCAN_RESUME);
	fake_run(&fake);
	expect_ended(&fake, 4);
	fake_fini(&fake);
}

static void a_paused_run_takes_its_last_point_again_when_it_goes_on(void **state)
{
	struct fake fake;

	(void)state;
	start_at(&fake, NO_STEP, PL_SCAN_RETAKE, false);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_PAUSE);
	fake_run(&fake);
	assert_int_equal(fake_command(&fake, PL_SCAN_RETAKE), PL_OK);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_int_equal(fake_row_of(&fake, 3)->quality, PL_POINT_VOID);
	assert_string_equal(fake_row_of(&fake, 3)->reason, "operator");
	fake_command(&fake, PL_SCAN_RESUME);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 4)->index, 2);
	assert_int_equal(fake_row_of(&fake, 4)->attempt, 2);
	expect_ended(&fake, 0);
	fake_fini(&fake);
}

static void what_cannot_be_skipped_or_retaken_is_refused_with_a_sentence(void **state)
{
	struct fake fake;
	struct pl_error error;

	(void)state;
	start_at(&fake, NO_STEP, PL_SCAN_SKIP, false);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_RETAKE, &error), PL_ERR_USAGE);
	assert_string_equal(error.text, "no point was measured yet");
	fake_command(&fake, PL_SCAN_STOP_NOW);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_SKIP, &error), PL_ERR_USAGE);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_RETAKE, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "the run is ending"));
	fake_run(&fake);
	fake_fini(&fake);
}

/* ---- settings that were forgotten without a word ---- */

/* knob 3: the count from which on the device holds something else; reads of the first `knob 2`
 * counts are not answered. */
static void forgets(struct fake *fake, struct pl_count *count)
{
	(void)count;
	if (fake->counts == (uint32_t)fake->knob[3])
		fake->held[2] = 500;
}

static void unread(struct fake *fake, size_t step)
{
	(void)step;
	fake->is_mute = fake->counts < (uint32_t)fake->knob[3];
}

static void case_42_counts_since_the_last_good_read_back_are_taken_back(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.reads_back = true;
	fake.bench.scan.channel_count = 1;
	scan_bench_range(&fake.bench, range_step(280, 310, 10));
	fake.spoil = forgets;
	fake.before_step = unread;
	fake.knob[3] = 3;
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	for (uint32_t n = 1; n <= 2; n++)
		assert_int_equal(fake_row_of(&fake, n)->quality, PL_POINT_SUSPECT);
	row = fake_row_of(&fake, 3);
	assert_int_equal(row->quality, PL_POINT_VOID);
	assert_non_null(strstr(row->reason, "btm read back as 500 instead of 1023"));
	for (uint32_t n = 4; n <= 5; n++) {
		assert_int_equal(fake_row_of(&fake, n)->quality, PL_POINT_VOID);
		assert_int_equal(fake_row_of(&fake, n)->index, n - 3);
		assert_int_equal(fake_row_of(&fake, n)->attempt, 1);
	}
	for (uint32_t n = 6; n <= 9; n++) {
		assert_int_equal(fake_row_of(&fake, n)->quality, PL_POINT_OK);
		assert_int_equal(fake_row_of(&fake, n)->index, n - 5);
	}
	assert_int_equal(fake.end.exit, 0);
	fake_fini(&fake);
}

/* ---- a disk that does not follow ---- */

static void case_18_rows_that_are_not_durable_pause_the_run(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;

	(void)state;
	fake_init(&fake);
	fake.bench.scan.channel_count = 1;
	fake.knows_durable = true;
	scan_bench_range(&fake.bench, range_step(200, 300, 1));
	fake_start(&fake);
	while (!fake_is_paused(&fake))
		fake_step(&fake);
	assert_int_equal(fake.rows, 65);
	assert_string_equal(fake_status(&fake, &progress)->reason, "disk");
	fake.durable = 65 - 33;
	for (int i = 0; i < 20; i++)
		fake_step(&fake);
	assert_true(fake_is_paused(&fake)); /* not before half of it has caught up */
	fake.durable = 65 - 32;
	while (fake_is_paused(&fake))
		fake_step(&fake);
	fake.durable = 1000;
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 0);
	fake_fini(&fake);
}

static void case_18_a_row_that_waits_too_long_pauses_the_run_and_stop_still_works(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.knows_durable = true;
	fake_start(&fake);
	while (fake.rows < 2)
		fake_step(&fake);
	fake.behind_ns = 31 * PL_NS_PER_S;
	while (!fake_is_paused(&fake))
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	assert_int_equal(fake.end.exit, 3);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(skip_at_every_step_skips_one_point),
	    cmocka_unit_test(retake_at_every_step_takes_one_point_again),
	    cmocka_unit_test(a_paused_run_skips_the_next_point_and_stays_paused),
	    cmocka_unit_test(a_paused_run_takes_its_last_point_again_when_it_goes_on),
	    cmocka_unit_test(what_cannot_be_skipped_or_retaken_is_refused_with_a_sentence),
	    cmocka_unit_test(case_42_counts_since_the_last_good_read_back_are_taken_back),
	    cmocka_unit_test(case_18_rows_that_are_not_durable_pause_the_run),
	    cmocka_unit_test(case_18_a_row_that_waits_too_long_pauses_the_run_and_stop_still_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
