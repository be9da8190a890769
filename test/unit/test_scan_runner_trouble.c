/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trouble that strikes a scan at every step: the device lost or restarted, the disk full or broken,
 * queues full; and all of it together, by chance, over many seeds.
 */
#include "scan_fake.h"

#define NO_STEP (-1)

/* Two channels of two points: every phase, some twice. */
static void init(struct fake *fake)
{
	fake_init(fake);
	fake->bench.scan.channel_count = 2;
	scan_bench_range(&fake->bench, range_step(280, 290, 10));
	fake->knob[0] = NO_STEP;
}

static size_t steps_of_a_run(void)
{
	struct fake fake;
	size_t steps;

	init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	steps = fake.step;
	fake_fini(&fake);
	return steps;
}

static void expect_whole(struct fake *fake)
{
	fake_check_books(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	assert_int_equal(fake->end.exit, 0);
	assert_int_equal(fake->end.done, 4);
}

/* All settings are confirmed: what happens to the device now is no longer the run's. */
static bool is_put_back(struct fake *fake)
{
	struct pl_scan_progress progress;
	const struct pl_run_status *status = fake_status(fake, &progress);

	return status->restore_confirmed[0] && status->restore_confirmed[1] &&
	       status->restore_confirmed[2];
}

/* ---- lost ---- */

/* knob 1: in which order runner, bus and world get to know. */
enum { EVENT_FIRST, ANSWER_FIRST, ANSWER_LAST, LOST_ORDERS };

static void back_again(struct fake *fake)
{
	fake_return(fake);
}

static void told_late(struct fake *fake)
{
	fake_tell(fake, PL_BUS_EVENT_STATE, PL_BUS_LOST);
	fake->on_wake = back_again;
	fake->wake_ns = fake->now_ns + PL_NS_PER_S;
}

static void lose_in_order(struct fake *fake)
{
	fake->on_wake = back_again;
	fake->wake_ns = fake->now_ns + 2 * PL_NS_PER_S;
	switch (fake->knob[1]) {
	case EVENT_FIRST:
		fake_lose(fake);
		break;
	case ANSWER_FIRST:
		fake_forget(fake);
		fake->is_up = false;
		fake->answer_ns = fake->now_ns;
		fake->on_wake = told_late;
		fake->wake_ns = fake->now_ns + 20 * PL_NS_PER_MS;
		break;
	default: /* gone and back before the answer is looked at */
		fake->is_old_story = fake->is_asked;
		fake_lose(fake);
		fake_return(fake);
		fake->wake_ns = PL_NEVER;
		break;
	}
}

static void lose_at_step(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] != step)
		return;
	fake->knob[2] = is_put_back(fake);
	lose_in_order(fake);
}

static void case_26_a_device_lost_at_any_step_is_waited_for(void **state)
{
	size_t steps = steps_of_a_run();

	(void)state;
	for (size_t at = 0; at < LOST_ORDERS * steps; at++) {
		struct fake fake;

		init(&fake);
		fake.before_step = lose_at_step;
		fake.knob[0] = (int)(at / LOST_ORDERS);
		fake.knob[1] = (int)(at % LOST_ORDERS);
		fake_start(&fake);
		fake_run(&fake);
		expect_whole(&fake);
		assert_true(fake_voids(&fake) <= 1);
		if (!fake.knob[2])
			fake_check_restored(&fake);
		fake_fini(&fake);
	}
}

static void case_26_a_point_cut_off_by_a_loss_is_void_and_taken_again(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	lose_in_order(&fake);
	while (fake.rows < 2)
		fake_step(&fake);
	assert_true(fake_is_paused(&fake));
	assert_string_equal(fake_row_of(&fake, 2)->reason, "lost");
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_VOID);
	fake_run(&fake);
	row = fake_row_of(&fake, 3);
	assert_int_equal(row->index, 2);
	assert_int_equal(row->attempt, 2);
	assert_int_equal(row->quality, PL_POINT_OK);
	assert_int_equal(fake_audits(&fake, "lost", NULL), 1);
	assert_int_equal(fake_audits(&fake, "connect", NULL), 1);
	assert_int_equal(fake_audits(&fake, "run.resume", NULL), 1);
	expect_whole(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static void a_device_that_stays_lost_ends_the_run_loudly(void **state)
{
	struct fake fake;
	int64_t lost_ns;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	lost_ns = fake.now_ns;
	fake_lose(&fake);
	fake_run(&fake);
	assert_true(fake.now_ns - lost_ns >= fake.bench.device.lost_wait_ns);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 1);
	assert_non_null(strstr(fake.end.reason, "did not come back within 600 s"));
	assert_non_null(strstr(fake.all_said.data, "top was NOT put back to 291"));
	assert_false(fake_owes_nothing(&fake));
	assert_int_equal(fake.end.done, 1);
	fake_fini(&fake);
}

static void lost_else_skip_leaves_a_row_for_every_point(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.bench.device.lost_else = PL_LOST_SKIP;
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_lose(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 1); /* nothing could be put back */
	assert_int_equal(fake.end.done, 4);
	assert_int_equal(fake_row_of(&fake, 5)->quality, PL_POINT_SKIPPED);
	assert_string_equal(fake_row_of(&fake, 5)->reason, "lost");
	fake_fini(&fake);
}

static void stop_ends_the_wait_for_a_lost_device(void **state)
{
	struct fake fake;
	int64_t lost_ns;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	lost_ns = fake.now_ns;
	fake_lose(&fake);
	for (int i = 0; i < 20; i++)
		if (!fake_is_paused(&fake))
			fake_step(&fake);
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	assert_true(fake.now_ns - lost_ns < PL_NS_PER_S);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 1);
	assert_non_null(strstr(fake.end.reason, "NOT put back"));
	fake_fini(&fake);
}

static void a_pause_outlasts_a_loss(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_lose(&fake);
	fake_command(&fake, PL_SCAN_PAUSE);
	fake_run(&fake); /* nothing but somebody else makes it go on, lost.wait neither */
	assert_false(fake.is_over);
	fake_return(&fake);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	fake_command(&fake, PL_SCAN_RESUME);
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static void safe_says_that_a_scan_which_restores_nothing_keeps_its_settings(void **state)
{
	struct pl_scan_progress progress;
	struct fake fake;

	(void)state;
	init(&fake);
	fake.bench.scan.restore = PL_RESTORE_KEEP;
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	assert_int_equal(fake_command(&fake, PL_SCAN_SAFE), PL_OK);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_string_equal(fake_status(&fake, &progress)->reason, "kept: nothing is put back");
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	fake_fini(&fake);
}

static void safe_reaches_a_lost_device_when_it_is_back(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_lose(&fake);
	assert_int_equal(fake_command(&fake, PL_SCAN_SAFE), PL_OK);
	fake_run(&fake);
	assert_false(fake_is_restored(&fake));
	fake_return(&fake);
	fake_run(&fake);
	assert_true(fake_is_restored(&fake));
	assert_true(fake_is_paused(&fake));
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* ---- restarted ---- */

static void restart_at_step(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] != step)
		return;
	fake->knob[2] = is_put_back(fake);
	fake_restart(fake);
}

static void case_42_a_device_that_restarts_at_any_step_gets_its_settings_again(void **state)
{
	size_t steps = steps_of_a_run();

	(void)state;
	for (size_t step = 0; step < steps; step++) {
		struct fake fake;

		init(&fake);
		fake.before_step = restart_at_step;
		fake.knob[0] = (int)step;
		fake_start(&fake);
		fake_run(&fake);
		expect_whole(&fake);
		/* the point it fell into, and one before that nothing confirmed since */
		assert_true(fake_voids(&fake) <= 2);
		if (!fake.knob[2])
			fake_check_restored(&fake);
		fake_fini(&fake);
	}
}

static void tell_restarted_at(struct fake *fake, int64_t t_ns)
{
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_RESTARTED, .t_mono_ns = t_ns};

	fake_forget(fake);
	pl_runner_on_device(fake->runner, &event);
}

/* The event of a restart inside the window comes after the answer, or after the row. */
static void case_42_counts_of_a_restarted_device_are_void_however_late_it_is_told(void **state)
{
	(void)state;
	for (size_t late = 0; late < 12; late++) {
		struct fake fake;
		int64_t inside_ns;

		init(&fake);
		fake_start(&fake);
		while (!(fake.counts == 2 && !fake.is_asked))
			fake_step(&fake);
		inside_ns = fake.now_ns - 1;
		for (size_t i = 0; i < late; i++)
			fake_step(&fake);
		tell_restarted_at(&fake, inside_ns);
		fake_run(&fake);
		if (late < 7) {
			bool is_void = false;

			for (uint32_t n = 1; n <= fake.rows; n++)
				is_void |= fake_row_of(&fake, n)->index == 2 &&
					   fake_row_of(&fake, n)->quality == PL_POINT_VOID;
			assert_true(is_void);
		}
		expect_whole(&fake);
		fake_check_restored(&fake);
		fake_fini(&fake);
	}
}

/* The answer was on its way when the restart was told. */
/* No boot text: only reading back tells. knob 2: the channel that is not as it was. */
static void forgets_without_a_word(struct fake *fake, struct pl_count *count)
{
	(void)count;
	if (fake->counts == 1)
		fake->held[fake->knob[2]] = 500;
}

static void case_42_a_device_that_forgot_without_a_word_is_read_back(void **state)
{
	struct fake fake;

	(void)state;
	for (int channel = 0; channel < 3; channel++) {
		init(&fake);
		fake.reads_back = true;
		fake.spoil = forgets_without_a_word;
		fake.knob[2] = channel;
		fake_start(&fake);
		fake_run(&fake);
		expect_whole(&fake);
		assert_int_equal(fake_voids(&fake), 1);
		assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_VOID);
		assert_int_equal(fake_row_of(&fake, 2)->attempt, 2);
		assert_int_equal(fake.writes, 2 + 1 + 2 + 2 + 2 + 2 + 3);
		fake_check_restored(&fake);
		fake_fini(&fake);
	}
}

/* Answers that were made before the window ended prove nothing of it, however many come. */
static void case_42_old_readings_are_asked_for_anew_but_not_for_ever(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.reads_back = true;
	fake.reads_late = true;
	fake_start(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	for (uint32_t row = 1; row <= fake.rows; row++)
		assert_int_equal(fake_row_of(&fake, row)->quality, PL_POINT_SUSPECT);
	fake_fini(&fake);
}

static void case_42_a_whole_window_of_a_restarted_device_is_void(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake.now_ns = fake.answer_ns;
	fake_restart(&fake);
	fake.is_cancelled = false;
	while (fake.rows < 2)
		fake_step(&fake);
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_VOID);
	assert_string_equal(fake_row_of(&fake, 2)->reason, "restarted");
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* Boot text comes at the end of a restart; that may have begun in the window. */
static void case_42_boot_text_before_anything_is_confirmed_voids_the_last_row(void **state)
{
	struct fake fake;
	bool is_void = false;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.rows < 1)
		fake_step(&fake);
	tell_restarted_at(&fake, fake.now_ns);
	fake_run(&fake);
	for (uint32_t n = 2; n <= fake.rows; n++)
		is_void |= fake_row_of(&fake, n)->index == 1 &&
			   fake_row_of(&fake, n)->attempt == 1 &&
			   fake_row_of(&fake, n)->quality == PL_POINT_VOID;
	assert_true(is_void);
	expect_whole(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* The next write was confirmed: the device worked after the window. */
static void a_restart_after_the_next_write_leaves_the_last_row(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (!(fake.writes == 4 && !fake.is_asked))
		fake_step(&fake);
	tell_restarted_at(&fake, fake.now_ns);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_OK);
	for (uint32_t n = 2; n <= fake.rows; n++)
		assert_int_not_equal(fake_row_of(&fake, n)->index, 1);
	expect_whole(&fake);
	fake_fini(&fake);
}

static void restart_for_ever(struct fake *fake, size_t step)
{
	(void)step;
	if (fake->is_asked && fake->request.verb == PL_BUS_WRITE && fake->knob[1]++ % 3 == 0)
		fake_restart(fake);
}

static void a_device_that_restarts_while_it_is_restored_is_restored_again(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake_audits(&fake, "restore", "ok") < 2)
		fake_step(&fake);
	fake_restart(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	assert_true(fake_audits(&fake, "restore", "ok") > 3);
	fake_fini(&fake);
}

static void a_device_that_never_stops_restarting_does_not_hold_the_end_up(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake_audits(&fake, "restore", "ok") < 1)
		fake_step(&fake);
	fake.before_step = restart_for_ever;
	fake_run(&fake);
	fake_check_books(&fake);
	/* Nobody knows what it holds: that is no restore. */
	assert_int_equal(fake.end.exit, 1);
	assert_false(fake.end.restore_confirmed[0]);
	assert_false(fake_owes_nothing(&fake));
	assert_int_equal(fake.settings_kept, 0);
	fake_fini(&fake);
}

/* ---- the disk ---- */

/* knob 0: message from which on, knob 1: status, until wake. */
static enum pl_status fail_rows(struct fake *fake, const struct fake_row *row)
{
	size_t number = (size_t)(row - fake->log);

	if (fake->knob[0] == NO_STEP || number < (size_t)fake->knob[0])
		return PL_OK;
	if (fake->knob[2] > 0 && --fake->knob[2] == 0)
		fake->knob[0] = NO_STEP;
	return (enum pl_status)fake->knob[1];
}

static void room_again(struct fake *fake)
{
	fake->knob[0] = NO_STEP;
}

static size_t messages_of_a_run(void)
{
	struct fake fake;
	size_t count;

	init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	count = fake.log_count;
	fake_fini(&fake);
	return count;
}

/* The end after trouble with the disk: restored, or never touched. */
static void expect_failed_well(struct fake *fake)
{
	assert_true(fake->is_over);
	assert_int_equal(fake->end.exit, 1);
	assert_false(fake->end.success);
	assert_true(fake_is_restored(fake));
	assert_int_equal(fake->points_told, fake->rows);
	if (fake->writes == 0)
		for (int c = 0; c < 3; c++)
			assert_true(isnan(fake->end.restore[c]));
	else
		for (int c = 0; c < 3; c++)
			assert_true(fake->end.restore_confirmed[c]);
}

static void case_7_a_full_disk_pauses_and_loses_no_row(void **state)
{
	size_t messages = messages_of_a_run();

	(void)state;
	for (size_t at = 4; at < messages; at++) { /* before the fourth nothing is touched */
		struct fake fake;

		init(&fake);
		fake.on_row = fail_rows;
		fake.on_wake = room_again;
		fake.knob[0] = (int)at;
		fake.knob[1] = PL_ERR_FULL;
		fake_start(&fake);
		while (fake.knob[0] != NO_STEP && !fake.is_over) {
			fake_step(&fake);
			if (fake.wake_ns == PL_NEVER && fake.log_count > at && fake.knob[0] > 0)
				fake.wake_ns = fake.now_ns + 5 * PL_NS_PER_S;
		}
		fake_run(&fake);
		assert_true(fake.is_over);
		if (fake.end.exit != 0) { /* struck in the restore: that does not wait */
			expect_failed_well(&fake);
			assert_int_equal(fake.end.done, 4);
		} else {
			expect_whole(&fake);
			fake_check_restored(&fake);
			assert_int_equal(fake_voids(&fake), 0);
		}
		fake_fini(&fake);
	}
}

/* The audit rows of each write, in the order in which they are on the disk. */
static void expect_rows_in_order(const struct fake *fake)
{
	bool is_sent = false;

	for (size_t i = 0; i < fake->log_count; i++) {
		const struct fake_row *row = &fake->log[i];

		if (row->kind != PL_WRITE_AUDIT || row->status != PL_OK ||
		    (strcmp(row->audit.action, "set") != 0 &&
		     strcmp(row->audit.action, "restore") != 0))
			continue;
		assert_int_equal(strcmp(row->audit.status, "sent") == 0, !is_sent);
		is_sent = !is_sent;
	}
	assert_false(is_sent);
}

static void case_7_one_row_that_finds_no_room_is_written_later_and_in_its_order(void **state)
{
	size_t messages = messages_of_a_run();

	(void)state;
	for (size_t at = 4; at < messages; at++) {
		struct fake fake;

		init(&fake);
		fake.on_row = fail_rows;
		fake.knob[0] = (int)at;
		fake.knob[1] = PL_ERR_FULL;
		fake.knob[2] = 1;
		fake_start(&fake);
		fake_run(&fake);
		expect_whole(&fake);
		fake_check_restored(&fake);
		expect_rows_in_order(&fake);
		fake_fini(&fake);
	}
}

static void case_7_a_full_disk_is_said_and_waited_for_second_by_second(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;
	int64_t full_ns;

	(void)state;
	init(&fake);
	fake.on_row = fail_rows;
	fake_start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	fake.knob[0] = (int)fake.log_count;
	fake.knob[1] = PL_ERR_FULL;
	fake.knob[2] = 7;
	while (!fake_is_paused(&fake))
		fake_step(&fake);
	full_ns = fake.now_ns;
	assert_string_equal(fake_status(&fake, &progress)->reason, "disk full");
	assert_non_null(strstr(fake.all_said.data, "disk full"));
	while (fake.rows == 0)
		fake_step(&fake);
	assert_true(fake.now_ns - full_ns >= 3 * PL_NS_PER_S);
	assert_int_equal(fake_status(&fake, &progress)->state, PL_RUN_RUNNING);
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	assert_int_equal(fake.rows, 4);
	fake_fini(&fake);
}

static void a_disk_that_is_full_before_the_first_write_leaves_the_device_alone(void **state)
{
	(void)state;
	for (int at = 0; at < 4; at++) {
		struct fake fake;

		init(&fake);
		fake.on_row = fail_rows;
		fake.knob[0] = at;
		fake.knob[1] = PL_ERR_FULL;
		fake.knob[2] = 1;
		fake_start(&fake);
		fake_run(&fake);
		expect_failed_well(&fake);
		assert_int_equal(fake.writes, 0);
		assert_int_equal(fake.end.state, PL_RUN_CRASHED);
		fake_fini(&fake);
	}
}

static void stop_on_a_full_disk_restores_all_the_same(void **state)
{
	struct fake fake;
	int64_t stopped_ns;

	(void)state;
	init(&fake);
	fake.on_row = fail_rows;
	fake_start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake.knob[0] = (int)fake.log_count;
	fake.knob[1] = PL_ERR_FULL;
	while (!fake_is_paused(&fake))
		fake_step(&fake);
	stopped_ns = fake.now_ns;
	fake_command(&fake, PL_SCAN_STOP);
	while (!fake_is_restored(&fake))
		fake_step(&fake);
	assert_true(fake.now_ns - stopped_ns < PL_NS_PER_S / 2);
	fake_run(&fake);
	expect_failed_well(&fake);
	assert_int_equal(fake.end.done, 1);
	fake_fini(&fake);
}

static void case_9_a_broken_disk_at_any_message_ends_the_run_restored(void **state)
{
	size_t messages = messages_of_a_run();

	(void)state;
	for (size_t at = 0; at < messages; at++) {
		struct fake fake;

		init(&fake);
		fake.on_row = fail_rows;
		fake.knob[0] = (int)at;
		fake.knob[1] = PL_ERR_IO;
		fake_start(&fake);
		fake_run(&fake);
		expect_failed_well(&fake);
		assert_non_null(strstr(fake.end.reason, "the workspace cannot be written"));
		fake_fini(&fake);
	}
}

static bool room_now_and_then(struct fake *fake)
{
	return fake_random(fake, 3) == 0;
}

static void full_queues_are_tried_again(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.has_room = room_now_and_then;
	fake_start(&fake);
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	assert_int_equal(fake.rows, 4);
	fake_fini(&fake);
}

static bool no_room(struct fake *fake)
{
	(void)fake;
	return false;
}

static void a_writer_that_takes_nothing_keeps_every_write_back(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake_start(&fake);
	while (fake.counts < 1)
		fake_step(&fake);
	fake.has_room = no_room;
	for (int i = 0; i < 1000; i++)
		fake_step(&fake);
	assert_int_equal(fake.writes, 3);
	fake.has_room = NULL;
	fake_run(&fake);
	expect_whole(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* ---- everything, by chance ---- */

static enum pl_status write_by_chance(struct fake *fake, int channel, double value)
{
	static const enum pl_status outcomes[] = {PL_ERR_REFUSED, PL_ERR_UNANSWERED,
						  PL_ERR_MISMATCH, PL_ERR_PROTOCOL};

	(void)channel;
	(void)value;
	return fake_random(fake, 3) == 0 ? outcomes[fake_random(fake, 4)] : PL_OK;
}

static enum pl_status row_by_chance(struct fake *fake, const struct fake_row *row)
{
	bool may_wait = row->kind == PL_WRITE_POINT || row->kind == PL_WRITE_AUDIT;

	return may_wait && fake->writes > 0 && fake_random(fake, 40) == 0 ? PL_ERR_FULL : PL_OK;
}

static bool room_by_chance(struct fake *fake)
{
	return fake_random(fake, 20) != 0;
}

static void strike_by_chance(struct fake *fake, size_t step)
{
	(void)step;
	switch (fake_random(fake, 120)) {
	case 0:
		fake->on_wake = back_again;
		fake->wake_ns = fake->now_ns + (int64_t)fake_random(fake, 3000) * PL_NS_PER_MS;
		fake_lose(fake);
		break;
	case 1:
		if (fake->is_up)
			fake_restart(fake);
		break;
	case 2:
		fake_command(fake, PL_SCAN_PAUSE);
		break;
	case 3:
		fake_command(fake, PL_SCAN_PAUSE_NOW);
		break;
	case 4:
		fake_command(fake, PL_SCAN_SAFE);
		break;
	case 5:
		fake_command(fake, fake_random(fake, 4) ? PL_SCAN_RESUME : PL_SCAN_STOP);
		break;
	case 6:
		fake_command(fake, fake_random(fake, 4) ? PL_SCAN_RESUME : PL_SCAN_STOP_NOW);
		break;
	default:
		break;
	}
}

static bool claims_restored(const struct fake *fake)
{
	for (int c = 0; c < 3; c++)
		if (!fake->end.restore_confirmed[c])
			return false;
	return true;
}

/* The fake checks at each step that nothing unconfirmed ever carries counts. */
static void nothing_unconfirmed_ever_carries_counts_whatever_happens(void **state)
{
	int finished = 0, voids = 0, invalid = 0, points = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct fake fake;

		init(&fake);
		fake.bench.scan.channel_count = 3;
		fake.bench.scan.give_up = (int64_t)(seed % 4);
		fake.random = seed;
		fake.on_write = write_by_chance;
		fake.on_row = row_by_chance;
		fake.has_room = room_by_chance;
		fake.before_step = strike_by_chance;
		fake_start(&fake);
		while (!fake.is_over) {
			fake_run(&fake);
			if (!fake.is_over)
				fake_command(&fake, PL_SCAN_RESUME);
		}
		if (fake.end.state != PL_RUN_FINISHED || fake.end.exit != 1)
			fake_check_books(&fake);
		if (fake.end.exit != 1)
			assert_true(claims_restored(&fake) && fake_owes_nothing(&fake));
		finished += fake.end.state == PL_RUN_FINISHED;
		voids += (int)fake_voids(&fake);
		invalid += (int)fake.end.invalid;
		points += (int)fake.rows;
		fake_fini(&fake);
	}
	/* The dice were loaded neither way. */
	assert_true(finished > 50 && finished < 390);
	assert_true(voids > 100 && invalid > 30 && points > 1000);
}

/* Counts that nobody could read back are doubtful only as long as they stand. */
static void case_42_a_restart_after_a_doubtful_point_was_taken_back_voids_nothing_else(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.reads_back = true;
	fake_start(&fake);
	while (fake.counts < 1)
		fake_step(&fake);
	fake.is_mute = true;
	fake_command(&fake, PL_SCAN_PAUSE);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_SUSPECT);
	assert_int_equal(fake_command(&fake, PL_SCAN_RETAKE), PL_OK);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_VOID);
	fake.is_mute = false;
	fake_restart(&fake);
	fake_command(&fake, PL_SCAN_RESUME);
	fake_run(&fake);
	expect_whole(&fake);
	assert_int_equal(fake_voids(&fake), 1);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static enum pl_status dead_from_the_second_point(struct fake *fake, int channel, double value)
{
	(void)channel;
	(void)value;
	return fake->rows == 1 ? PL_ERR_UNANSWERED : PL_OK;
}

/* It died in or after its last window, and says so only when a point in between is over. */
static void case_42_points_without_counts_do_not_prove_the_counts_before_them(void **state)
{
	struct fake fake;

	(void)state;
	init(&fake);
	fake.on_write = dead_from_the_second_point;
	fake_start(&fake);
	while (fake.rows < 2)
		fake_step(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_OK);
	assert_int_equal(fake_row_of(&fake, 2)->quality, PL_POINT_INVALID);
	fake_restart(&fake);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 3)->quality, PL_POINT_VOID);
	assert_int_equal(fake_row_of(&fake, 3)->index, 1);
	assert_int_equal(fake_row_of(&fake, 4)->index, 1);
	assert_int_equal(fake_row_of(&fake, 4)->quality, PL_POINT_OK);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 4);
	assert_int_equal(fake.end.done, 4);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_26_a_device_lost_at_any_step_is_waited_for),
	    cmocka_unit_test(case_26_a_point_cut_off_by_a_loss_is_void_and_taken_again),
	    cmocka_unit_test(a_device_that_stays_lost_ends_the_run_loudly),
	    cmocka_unit_test(lost_else_skip_leaves_a_row_for_every_point),
	    cmocka_unit_test(stop_ends_the_wait_for_a_lost_device),
	    cmocka_unit_test(a_pause_outlasts_a_loss),
	    cmocka_unit_test(safe_reaches_a_lost_device_when_it_is_back),
	    cmocka_unit_test(safe_says_that_a_scan_which_restores_nothing_keeps_its_settings),
	    cmocka_unit_test(case_42_a_device_that_restarts_at_any_step_gets_its_settings_again),
	    cmocka_unit_test(case_42_counts_of_a_restarted_device_are_void_however_late_it_is_told),
	    cmocka_unit_test(case_42_old_readings_are_asked_for_anew_but_not_for_ever),
	    cmocka_unit_test(case_42_a_whole_window_of_a_restarted_device_is_void),
	    cmocka_unit_test(case_42_a_device_that_forgot_without_a_word_is_read_back),
	    cmocka_unit_test(case_42_boot_text_before_anything_is_confirmed_voids_the_last_row),
	    cmocka_unit_test(a_restart_after_the_next_write_leaves_the_last_row),
	    cmocka_unit_test(
		case_42_a_restart_after_a_doubtful_point_was_taken_back_voids_nothing_else),
	    cmocka_unit_test(case_42_points_without_counts_do_not_prove_the_counts_before_them),
	    cmocka_unit_test(a_device_that_restarts_while_it_is_restored_is_restored_again),
	    cmocka_unit_test(a_device_that_never_stops_restarting_does_not_hold_the_end_up),
	    cmocka_unit_test(case_7_a_full_disk_pauses_and_loses_no_row),
	    cmocka_unit_test(case_7_one_row_that_finds_no_room_is_written_later_and_in_its_order),
	    cmocka_unit_test(case_7_a_full_disk_is_said_and_waited_for_second_by_second),
	    cmocka_unit_test(a_disk_that_is_full_before_the_first_write_leaves_the_device_alone),
	    cmocka_unit_test(stop_on_a_full_disk_restores_all_the_same),
	    cmocka_unit_test(case_9_a_broken_disk_at_any_message_ends_the_run_restored),
	    cmocka_unit_test(full_queues_are_tried_again),
	    cmocka_unit_test(a_writer_that_takes_nothing_keeps_every_write_back),
	    cmocka_unit_test(nothing_unconfirmed_ever_carries_counts_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
