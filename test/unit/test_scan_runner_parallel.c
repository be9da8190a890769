/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of several rows: channels that step together, with coincidences, and their trouble. */
#include "scan_fake.h"

#define NO_STEP (-1)

/* top and mid step together, btm is suppressed; a row for each, and for both. */
static void init(struct fake *fake)
{
	fake_init(fake);
	fake->bench.device.coincidences[0] = (struct pl_coincidence){.name = "tm", .channels = 3};
	fake->bench.device.coincidence_count = 1;
	fake->bench.scan.mode = PL_SCAN_PARALLEL;
	fake->bench.scan.channel_count = 2;
	fake->bench.scan.channels[0].range = range_step(280, 290, 10);
	fake->bench.scan.channels[1].range = range_step(280, 300, 20);
	fake->bench.scan.measures[0] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 0};
	fake->bench.scan.measures[1] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 1};
	fake->bench.scan.measures[2] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 3};
	fake->bench.scan.measure_count = 3;
	fake->knob[0] = NO_STEP;
}

static void expect_whole(struct fake *fake)
{
	fake_check_books(fake);
	fake_check_restored(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	assert_int_equal(fake->end.exit, 0);
	assert_int_equal(fake->end.done, 2);
}

static void channels_that_step_together_share_one_window(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	assert_int_equal(fake.counts, 2);
	assert_int_equal(fake.rows, 6);
	assert_int_equal(fake.end.planned, 2);
	assert_int_equal(fake.end.channels[0].ok, 2);
	assert_int_equal(fake.end.channels[1].ok, 2);
	for (uint32_t n = 1; n <= 6; n++)
		assert_int_equal(fake_row_of(&fake, n)->index, (n + 2) / 3);
	row = fake_row_of(&fake, 5);
	assert_string_equal(row->channel, "mid");
	assert_true(row->set == 300 && row->applied == 300);
	fake_fini(&fake);
}

static void a_coincidence_has_a_setting_when_its_members_have_the_same(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 3);
	assert_string_equal(row->channel, "tm");
	assert_int_equal(row->channel_id, 0);
	assert_true(row->set == 280 && row->applied == 280);
	row = fake_row_of(&fake, 6);
	assert_true(isnan(row->set) && isnan(row->applied) && isnan(row->readback));
	assert_true(row->has_counts);
	fake_fini(&fake);
}

static void the_rows_of_a_point_are_given_as_one_block(void **state)
{
	struct fake fake;
	size_t in_block = 0;

	(void)state;
	init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	for (size_t i = 0; i < fake.log_count; i++) {
		if (fake.log[i].kind != PL_WRITE_POINT) {
			assert_int_equal(in_block, 0);
			continue;
		}
		in_block = fake.log[i].has_more ? in_block + 1 : 0;
		assert_true(in_block < 3);
	}
	fake_fini(&fake);
}

static void closed_by_counts(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->stop_rule = PL_STOP_COUNTS;
	count->last_series = 1;
	count->hits[1] = 300001;
}

static void only_the_last_series_has_the_rule_that_closed_the_window(void **state)
{
	static const enum pl_stop_rule rules[] = {PL_STOP_TIME, PL_STOP_COUNTS, PL_STOP_TIME};
	struct fake fake;

	(void)state;
	init(&fake);
	fake.bench.scan.channels[1].range = range_step(300, 310, 10);
	fake.spoil = closed_by_counts;
	fake_start(&fake);
	while (fake.rows < 3)
		fake_step(&fake);
	for (uint32_t n = 1; n <= 3; n++)
		assert_int_equal(fake_row_of(&fake, n)->stop_rule, rules[n - 1]);
	assert_true(fake_row_of(&fake, 2)->rate_corrected == 300000 / 10.0);
	assert_true(isnan(fake_row_of(&fake, 1)->rate_corrected));
	fake_fini(&fake);
}

static void the_measured_channels_close_the_window(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	assert_int_equal(fake.request.window.watched, 3);
	fake_fini(&fake);

	init(&fake);
	fake.bench.scan.measures[0].index = 3;
	fake.bench.scan.measure_count = 1;
	fake_start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	assert_int_equal(fake.request.window.watched, 8);
	fake_fini(&fake);
}

/* Channel knob 1 takes no setting of the plan. */
static enum pl_status fail_channel(struct fake *fake, int channel, double value)
{
	return channel == fake->knob[1] && value >= 280 && value <= 300 ? PL_ERR_REFUSED : PL_OK;
}

static void one_setting_that_fails_makes_the_point_invalid(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.on_write = fail_channel;
	fake.knob[1] = 1;
	fake.bench.scan.give_up = 0;
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.rows, 6);
	assert_int_equal(fake.counts, 0);
	for (uint32_t n = 1; n <= 6; n++) {
		assert_int_equal(fake_row_of(&fake, n)->quality, PL_POINT_INVALID);
		assert_string_equal(fake_row_of(&fake, n)->reason, "mid: refused: " FAKE_TROUBLE);
	}
	assert_int_equal(fake.end.exit, 4);
	fake_fini(&fake);
}

static void a_channel_that_is_given_up_leaves_the_others_going_on(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.on_write = fail_channel;
	fake.knob[1] = 1;
	fake.bench.scan.give_up = 1;
	fake_start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	assert_true(fake.held[1] == 1023);
	fake_fini(&fake);
}

static void strike_lost(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] == step) {
		fake_lose(fake);
		fake_return(fake);
	}
}

static void case_26_a_loss_at_any_step_leaves_whole_blocks(void **state)
{
	(void)state;
	for (int at = 0; at < 60; at++) {
		struct fake fake;

		init(&fake);
		fake.before_step = strike_lost;
		fake.knob[0] = at;
		fake_start(&fake);
		fake_run(&fake);
		fake_check_books(&fake);
		assert_int_equal(fake.end.exit, 0);
		assert_int_equal(fake.rows % 3, 0);
		fake_fini(&fake);
	}
}

static enum pl_status full_once(struct fake *fake, const struct fake_row *row)
{
	if (row->kind != PL_WRITE_POINT || fake->knob[2]++ > 0)
		return PL_OK;
	return PL_ERR_FULL;
}

static void case_7_a_block_that_found_no_room_is_given_anew_as_a_whole(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.on_row = full_once;
	fake_start(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	assert_int_equal(fake.rows, 6);
	fake_fini(&fake);
}

static bool room_by_chance(struct fake *fake)
{
	return fake_random(fake, 3) == 0;
}

static void a_full_queue_in_a_block_loses_none_of_its_rows(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.has_room = room_by_chance;
	fake_start(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	assert_int_equal(fake.rows, 6);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(channels_that_step_together_share_one_window),
	    cmocka_unit_test(a_coincidence_has_a_setting_when_its_members_have_the_same),
	    cmocka_unit_test(the_rows_of_a_point_are_given_as_one_block),
	    cmocka_unit_test(only_the_last_series_has_the_rule_that_closed_the_window),
	    cmocka_unit_test(the_measured_channels_close_the_window),
	    cmocka_unit_test(one_setting_that_fails_makes_the_point_invalid),
	    cmocka_unit_test(a_channel_that_is_given_up_leaves_the_others_going_on),
	    cmocka_unit_test(case_26_a_loss_at_any_step_leaves_whole_blocks),
	    cmocka_unit_test(case_7_a_block_that_found_no_room_is_given_anew_as_a_whole),
	    cmocka_unit_test(a_full_queue_in_a_block_loses_none_of_its_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
