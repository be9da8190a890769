/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second device: set as the axis, waited for until it has arrived, read beside the scan. */
#include "scan_fake.h"

#define NO_STEP (-1)

static void expect_oven_restored(const struct fake *fake)
{
	assert_true(fake->oven_set == 20);
	assert_true(fake->end.restore_confirmed[0]);
	assert_true(fake_owes_nothing(fake));
	assert_true(fake_is_restored(fake)); /* thresholds were never touched */
}

static void an_axis_of_another_device_is_set_and_the_detector_counted(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake_scan_oven(&fake, 30, 50, 10);
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 0);
	assert_int_equal(fake.rows, 9); /* three channels, three settings */
	assert_int_equal(fake.oven_writes, 3 + 1);
	row = fake_row_of(&fake, 5);
	assert_int_equal(row->index, 2);
	assert_string_equal(row->channel, "mid");
	assert_true(row->set == 40 && row->applied == 40);
	assert_int_equal(row->hits, 301001);
	assert_int_equal(fake_count(&fake, PL_WRITE_OPERATION), 0); /* it is no threshold */
	assert_int_equal(fake_audits(&fake, "set", "ok"), 3);
	fake_fini(&fake);
}

static void what_the_axis_was_is_read_before_the_first_write(void **state)
{
	const double unknown[] = {NAN, NAN, NAN};
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_scan_oven(&fake, 30, 50, 10);
	fake_start_from(&fake, unknown);
	fake_run(&fake);
	expect_oven_restored(&fake);
	fake_fini(&fake);
}

static void scan_volatile(struct fake *fake)
{
	fake_init(fake);
	fake_scan_oven(fake, 30, 50, 10);
	fake->oven_rows[1].persistent = true;
	fake->oven_rows[2] = (struct pl_parameter){.name = "eeprom_writes",
						   .unit = "",
						   .step = 1,
						   .access = PL_ACCESS_READ | PL_ACCESS_WRITE};
	fake->bench.scan.memory = PL_MEMORY_VOLATILE;
	fake->bench.scan.has_switch = true;
	fake->bench.scan.memory_switch =
	    (struct pl_target){.device = 1, .channel = -1, .parameter = 2};
	fake->bench.scan.switch_on = 59;
}

static void a_memory_that_wears_out_is_switched_to_volatile_writes_and_back(void **state)
{
	struct fake fake;

	(void)state;
	scan_volatile(&fake);
	fake_start(&fake);
	fake_run(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 0);
	assert_int_equal(fake.oven_worn, 0);
	assert_int_equal(fake.end.memory_writes, 0);
	assert_true(fake.oven_memory == 106);
	assert_true(fake.end.restore_confirmed[1]);
	assert_int_equal(fake.oven_writes, 1 + 3 + 1 + 1);
	fake_fini(&fake);
}

static void writes_that_wear_out_a_memory_are_counted(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_scan_oven(&fake, 30, 50, 10);
	fake.oven_rows[1].persistent = true;
	fake.bench.scan.memory = PL_MEMORY_WRITE;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.oven_worn, 3 + 1);
	assert_int_equal(fake.end.memory_writes, fake.oven_worn);
	fake_fini(&fake);
}

static void a_switch_that_is_on_already_is_left_alone(void **state)
{
	struct fake fake;

	(void)state;
	scan_volatile(&fake);
	fake.oven_memory = 59;
	fake_start_from(&fake, (const double[]){20, 59, NAN});
	fake_run(&fake);
	expect_oven_restored(&fake);
	assert_true(fake.oven_memory == 59);
	assert_int_equal(fake.oven_writes, 3 + 1); /* of the set point */
	fake_fini(&fake);
}

static enum pl_status refuse_switch(struct fake *fake, int channel, double value)
{
	(void)channel;
	(void)value;
	return fake->request.target.parameter == 2 ? PL_ERR_REFUSED : PL_OK;
}

static void without_its_switch_the_memory_is_not_written(void **state)
{
	struct fake fake;

	(void)state;
	scan_volatile(&fake);
	fake.on_write = refuse_switch;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.oven_worn, 0);
	assert_true(fake.oven_set == 20);
	assert_int_equal(fake.end.exit, 1);
	for (uint32_t row = 1; row <= fake.rows; row++)
		assert_int_equal(fake_row_of(&fake, row)->quality, PL_POINT_SKIPPED);
	fake_fini(&fake);
}

/* knob 0: the step; the oven goes and comes back 2 s later. */
static void oven_back(struct fake *fake)
{
	fake_tell_oven(fake, PL_BUS_UP);
}

static void lose_oven(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] != step)
		return;
	fake->on_wake = oven_back;
	fake->wake_ns = fake->now_ns + 2 * PL_NS_PER_S;
	fake_tell_oven(fake, PL_BUS_LOST);
}

static void case_26_the_loss_of_the_axis_at_any_step_is_waited_for(void **state)
{
	(void)state;
	for (int step = 0; step < 60; step++) {
		struct fake fake;

		fake_init(&fake);
		fake_scan_oven(&fake, 30, 40, 10);
		fake.before_step = lose_oven;
		fake.knob[0] = step;
		fake_start(&fake);
		fake_run(&fake);
		fake_check_books(&fake);
		assert_int_equal(fake.end.exit, 0);
		assert_int_equal(fake.end.done, 2);
		assert_true(fake.oven_set == 20);
		fake_fini(&fake);
	}
}

static void restart_detector(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] == step)
		fake_tell(fake, PL_BUS_EVENT_RESTARTED, PL_BUS_UP);
}

static void a_restart_of_the_counted_device_leaves_the_axis_known(void **state)
{
	(void)state;
	for (int step = 0; step < 40; step++) {
		struct fake fake;

		fake_init(&fake);
		fake_scan_oven(&fake, 30, 40, 10);
		fake.before_step = restart_detector;
		fake.knob[0] = step;
		fake_start(&fake);
		fake_run(&fake);
		fake_check_books(&fake);
		expect_oven_restored(&fake);
		assert_int_equal(fake.end.exit, 0);
		fake_fini(&fake);
	}
}

/* ---- until ---- */

/* 0.1 C a second. */
static double slowly(struct fake *fake)
{
	double went = (double)(fake->now_ns - fake->oven_since_ns) / 1e9 * 0.1;
	double start = fake->oven_set - 10;

	return went > 10 ? fake->oven_set : start + went;
}

static void wait_until(struct fake *fake, int otherwise, int64_t at_most_s)
{
	fake_init(fake);
	fake_scan_oven(fake, 30, 40, 10);
	fake->oven_value = slowly;
	fake->bench.scan.until = (struct pl_until){
	    .is_given = true,
	    .target = {.device = 1, .channel = -1, .parameter = 0},
	    .path = "oven.process_value",
	    .within = 0.5,
	    .for_ns = 60 * PL_NS_PER_S,
	    .at_most_ns = at_most_s * PL_NS_PER_S,
	    .otherwise = otherwise,
	};
}

static void a_slow_axis_is_waited_for(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;
	int64_t began_ns;

	(void)state;
	wait_until(&fake, PL_UNTIL_STOP, 1800);
	fake_start(&fake);
	while (fake.oven_reads < 10)
		fake_step(&fake);
	fake_status(&fake, &progress);
	assert_string_equal(progress.phase, "until");
	assert_string_equal(progress.until_path, "oven.process_value");
	assert_true(progress.until_target == 30 && progress.until_within == 0.5);
	assert_true(progress.until_value < 30);
	began_ns = fake.oven_since_ns;
	while (fake.counts == 0)
		fake_step(&fake);
	assert_true(fake.now_ns - began_ns >= (95 + 60) * PL_NS_PER_S);
	assert_true(fake.now_ns - began_ns < (95 + 60 + 5) * PL_NS_PER_S);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 0);
	fake_fini(&fake);
}

static void a_point_that_never_arrives_is_out_of_tolerance(void **state)
{
	struct fake fake;

	(void)state;
	wait_until(&fake, PL_UNTIL_SKIP, 50);
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.counts, 0);
	assert_int_equal(fake.rows, 6);
	for (uint32_t n = 1; n <= 6; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);

		assert_int_equal(row->quality, PL_POINT_OUT_OF_TOLERANCE);
		assert_non_null(strstr(row->reason, "oven.process_value is "));
		assert_non_null(strstr(row->reason, "after 50 s"));
		assert_true(row->applied == row->set);
	}
	fake_check_books(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 4);
	fake_fini(&fake);
}

static void a_point_that_never_arrives_stops_the_run_when_asked_to(void **state)
{
	struct fake fake;

	(void)state;
	wait_until(&fake, PL_UNTIL_STOP, 50);
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 3);
	assert_int_equal(fake.end.state, PL_RUN_INTERRUPTED);
	assert_non_null(strstr(fake.end.reason, "oven.process_value is "));
	fake_fini(&fake);
}

static void a_point_that_never_arrives_asks_and_resume_tries_again(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;

	(void)state;
	wait_until(&fake, PL_UNTIL_ASK, 50);
	fake_start(&fake);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_non_null(strstr(fake_status(&fake, &progress)->reason, "oven.process_value is "));
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_VOID);
	fake.oven_value = NULL; /* now it gets there */
	fake.bench.scan.until.at_most_ns = 100 * PL_NS_PER_S;
	assert_int_equal(fake_command(&fake, PL_SCAN_RESUME), PL_OK);
	fake_run(&fake);
	fake_check_books(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 0);
	fake_fini(&fake);
}

static void a_stop_ends_the_wait_for_a_slow_axis_at_once(void **state)
{
	struct fake fake;
	int64_t stopped_ns;

	(void)state;
	wait_until(&fake, PL_UNTIL_STOP, 1800);
	fake_start(&fake);
	while (fake.oven_reads < 5)
		fake_step(&fake);
	stopped_ns = fake.now_ns;
	fake_command(&fake, PL_SCAN_STOP_NOW);
	fake_run(&fake);
	assert_true(fake.now_ns - stopped_ns < PL_NS_PER_S);
	fake_check_books(&fake);
	expect_oven_restored(&fake);
	assert_int_equal(fake.end.exit, 3);
	fake_fini(&fake);
}

/* ---- beside ---- */

static double seconds_of_oven(struct fake *fake)
{
	return (double)(fake->now_ns - FAKE_START) / 1e9;
}

static void read_oven(struct fake *fake)
{
	struct pl_beside *beside = &fake->bench.scan.readings[0];

	fake_init(fake);
	fake_add_oven(fake);
	fake->oven_value = seconds_of_oven;
	fake->bench.scan.channel_count = 1;
	*beside = (struct pl_beside){.target = {.device = 1, .channel = -1, .parameter = 0},
				     .parameter = &fake->oven_rows[0],
				     .path = "oven.process_value"};
	fake->bench.scan.reading_count = 1;
	fake->bench.scan.readings_period_ns = PL_NS_PER_S;
}

static void a_reading_beside_the_scan_is_cut_to_the_window(void **state)
{
	struct fake fake;

	(void)state;
	read_oven(&fake);
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	for (uint32_t n = 1; n <= 3; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);
		double t0_s = (double)(row->t_mono_ns - FAKE_START) / 1e9;

		assert_int_equal(row->stat_count, 2);
		assert_int_equal(row->stats[1].count, 10);
		assert_true(row->stats[1].min >= t0_s && row->stats[1].min < t0_s + 0.1);
		assert_true(row->stats[1].max < t0_s + 10);
		assert_true(fabs(row->stats[1].mean - row->stats[1].min - 4.5) < 1e-6);
		assert_true(fabs(row->stats[1].sd - 3.0276503540974917) < 1e-6);
		assert_true(row->stats[0].mean == 20); /* what the lines carry */
	}
	fake_fini(&fake);
}

static void a_reading_whose_device_is_away_holds_nothing_up(void **state)
{
	struct fake fake;

	(void)state;
	read_oven(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_tell_oven(&fake, PL_BUS_LOST);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 0);
	assert_int_equal(fake_row_of(&fake, 3)->stats[1].count, 0);
	assert_true(isnan(fake_row_of(&fake, 3)->stats[1].mean));
	fake_fini(&fake);
}

static void a_reading_may_be_the_measured_value(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	read_oven(&fake);
	fake.bench.scan.measures[0] = (struct pl_measure){.kind = PL_MEASURE_READING, .index = 0};
	fake.bench.scan.measure_count = 1;
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_tell_oven(&fake, PL_BUS_LOST);
	while (fake.rows < 3)
		fake_step(&fake);
	row = fake_row_of(&fake, 1);
	assert_string_equal(row->channel, "oven.process_value");
	assert_int_equal(row->channel_id, 0);
	assert_true(row->set == 280);
	assert_false(row->has_counts);
	assert_int_equal(row->quality, PL_POINT_OK);
	assert_int_equal(row->stats[1].count, 10);
	row = fake_row_of(&fake, 3);
	assert_int_equal(row->quality, PL_POINT_INVALID);
	assert_string_equal(row->reason, "no reading in the window");
	fake_fini(&fake);
}

static double pulses_of_oven(struct fake *fake)
{
	return floor(seconds_of_oven(fake) * 1000) - (fake->oven_reads > 28 ? 20000 : 0);
}

static void count_pulses(struct fake *fake)
{
	read_oven(fake);
	fake->oven_value = pulses_of_oven;
	fake->oven_rows[0].kind = PL_KIND_COUNTER;
	fake->bench.scan.measures[0] = (struct pl_measure){.kind = PL_MEASURE_READING, .index = 0};
	fake->bench.scan.measure_count = 1;
}

static void case_44_a_counter_is_differenced_over_the_window_and_its_reset_is_said(void **state)
{
	const struct pl_point *row;
	struct fake fake;

	(void)state;
	count_pulses(&fake);
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 1);
	assert_int_equal(row->quality, PL_POINT_OK);
	assert_false(row->has_counts);
	assert_int_equal(row->dwell_ns, 10 * PL_NS_PER_S);
	assert_true(row->stats[1].count == 11); /* each second, and at the end */
	assert_true(fabs(row->stats[1].mean - 1000 * row->live_s) <= 1);
	assert_true(row->live_s > 9.9 && row->live_s < 10.1);
	assert_true(isnan(row->stats[1].sd) && isnan(row->stats[1].min));
	row = fake_row_of(&fake, 3);
	assert_int_equal(row->quality, PL_POINT_INVALID);
	assert_string_equal(row->reason, "reset");
	assert_true(row->stats[1].count == 0 && isnan(row->stats[1].mean));
	fake_fini(&fake);
}

static void a_counter_that_is_not_read_at_an_end_tells_nothing(void **state)
{
	struct fake fake;

	(void)state;
	count_pulses(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	while (fake.oven_reads < 15)
		fake_step(&fake);
	fake.oven_is_up = false; /* till the end of the third window */
	while (fake.counts < 3)
		fake_step(&fake);
	assert_string_equal(fake_row_of(&fake, 2)->reason, "not read at the window's end");
	while (fake.rows < 3)
		fake_step(&fake);
	assert_string_equal(fake_row_of(&fake, 3)->reason, "not read at the window's start");
	fake_fini(&fake);
}

/* ---- settings.csv ---- */

static size_t settings_told(const struct fake *fake, const char *when, const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->log_count; i++)
		count += fake->log[i].kind == PL_WRITE_SETTING &&
			 strcmp(fake->log[i].setting.when, when) == 0 &&
			 strcmp(fake->log[i].setting.path, path) == 0;
	return count;
}

static void what_can_be_written_and_read_stands_in_the_settings_at_both_ends(void **state)
{
	static const char *const paths[] = {"det.top.threshold", "det.mid.threshold",
					    "det.btm.threshold", "oven.setpoint"};
	struct fake fake;

	(void)state;
	read_oven(&fake);
	fake.reads_back = true;
	fake_start(&fake);
	while (fake.writes == 0)
		fake_step(&fake);
	assert_int_equal(fake_count(&fake, PL_WRITE_SETTING), 4);
	fake_run(&fake);
	assert_int_equal(fake_count(&fake, PL_WRITE_SETTING), 8);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(settings_told(&fake, "start", paths[i]), 1);
		assert_int_equal(settings_told(&fake, "end", paths[i]), 1);
	}
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static void a_device_that_does_not_answer_is_asked_once_and_noted(void **state)
{
	struct fake fake;

	(void)state;
	read_oven(&fake);
	fake.is_mute = true;
	fake.reads_back = true;
	fake_start(&fake);
	while (fake.writes == 0)
		fake_step(&fake);
	assert_int_equal(fake.reads, 2); /* one of each device */
	assert_int_equal(fake_audits(&fake, "note", "unanswered"), 2);
	fake.is_mute = false;
	fake_run(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_axis_of_another_device_is_set_and_the_detector_counted),
	    cmocka_unit_test(what_the_axis_was_is_read_before_the_first_write),
	    cmocka_unit_test(case_26_the_loss_of_the_axis_at_any_step_is_waited_for),
	    cmocka_unit_test(a_restart_of_the_counted_device_leaves_the_axis_known),
	    cmocka_unit_test(a_slow_axis_is_waited_for),
	    cmocka_unit_test(a_point_that_never_arrives_is_out_of_tolerance),
	    cmocka_unit_test(a_point_that_never_arrives_stops_the_run_when_asked_to),
	    cmocka_unit_test(a_point_that_never_arrives_asks_and_resume_tries_again),
	    cmocka_unit_test(a_stop_ends_the_wait_for_a_slow_axis_at_once),
	    cmocka_unit_test(a_reading_beside_the_scan_is_cut_to_the_window),
	    cmocka_unit_test(a_reading_whose_device_is_away_holds_nothing_up),
	    cmocka_unit_test(a_memory_that_wears_out_is_switched_to_volatile_writes_and_back),
	    cmocka_unit_test(writes_that_wear_out_a_memory_are_counted),
	    cmocka_unit_test(a_switch_that_is_on_already_is_left_alone),
	    cmocka_unit_test(without_its_switch_the_memory_is_not_written),
	    cmocka_unit_test(a_reading_may_be_the_measured_value),
	    cmocka_unit_test(
		case_44_a_counter_is_differenced_over_the_window_and_its_reset_is_said),
	    cmocka_unit_test(a_counter_that_is_not_read_at_an_end_tells_nothing),
	    cmocka_unit_test(what_can_be_written_and_read_stands_in_the_settings_at_both_ends),
	    cmocka_unit_test(a_device_that_does_not_answer_is_asked_once_and_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
