/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that strike a scan: each at every step of a run, and pairs of them. A step is one
 * happening: an acknowledgement, an answer, a timer.
 */
#include "scan_fake.h"

#define NO_STEP (-1)

/* knob 0: the step, knob 1: the command; knobs 2 and 3: a second one, later. */
static void strike(struct fake *fake, size_t step)
{
	for (int i = 0; i < 4; i += 2)
		if ((size_t)fake->knob[i] == step)
			fake_command(fake, (enum pl_scan_command)fake->knob[i + 1]);
}

/* Two channels of two points: every phase, some twice. */
static void start(struct fake *fake)
{
	fake_init(fake);
	fake->bench.scan.channel_count = 2;
	scan_bench_range(&fake->bench, range_step(280, 290, 10));
	fake->before_step = strike;
	fake->knob[0] = fake->knob[2] = NO_STEP;
	fake_start(fake);
}

static size_t steps_of_a_run(void)
{
	struct fake fake;
	size_t steps;

	start(&fake);
	fake_run(&fake);
	steps = fake.step;
	fake_fini(&fake);
	return steps;
}

/* Ends interrupted and restored, or finished when it came too late. */
static void expect_ended(struct fake *fake, int exit, uint32_t most_voids)
{
	fake_check_books(fake);
	fake_check_restored(fake);
	assert_true(fake_voids(fake) <= most_voids);
	if (fake->end.state == PL_RUN_FINISHED) {
		assert_int_equal(fake->end.exit, 0);
		assert_int_equal(fake->end.done, 4);
		return;
	}
	assert_int_equal(fake->end.state, PL_RUN_INTERRUPTED);
	assert_int_equal(fake->end.exit, exit);
	assert_true(fake->end.done < 4);
	assert_true(fake->end.success);
}

static void ends_at_every_step(enum pl_scan_command command, int exit, uint32_t most_voids)
{
	size_t steps = steps_of_a_run(), interrupted = 0;

	for (size_t step = 0; step < steps; step++) {
		struct fake fake;

		start(&fake);
		fake.knob[0] = (int)step;
		fake.knob[1] = (int)command;
		fake_run(&fake);
		expect_ended(&fake, exit, most_voids);
		interrupted += fake.end.state == PL_RUN_INTERRUPTED;
		fake_fini(&fake);
	}
	assert_true(interrupted > steps / 2);
}

static void stop_at_every_step_finishes_the_point_and_restores(void **state)
{
	(void)state;
	ends_at_every_step(PL_SCAN_STOP, 3, 0);
}

static void stop_now_at_every_step_restores(void **state)
{
	(void)state;
	ends_at_every_step(PL_SCAN_STOP_NOW, 3, 1);
}

static void case_55_terminate_at_every_step_restores_with_143(void **state)
{
	(void)state;
	ends_at_every_step(PL_SCAN_TERMINATE, 143, 1);
}

static void expect_whole(struct fake *fake)
{
	fake_check_books(fake);
	fake_check_restored(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	assert_int_equal(fake->end.exit, 0);
	assert_int_equal(fake->end.done, 4);
	assert_string_equal(fake->end.reason, "");
}

/* Pauses, stays so, and goes on to a whole run. */
static void pauses_at_every_step(enum pl_scan_command command, uint32_t most_voids,
				 bool is_restored)
{
	size_t steps = steps_of_a_run(), paused = 0;

	for (size_t step = 0; step < steps; step++) {
		struct fake fake;

		start(&fake);
		fake.knob[0] = (int)step;
		fake.knob[1] = (int)command;
		fake_run(&fake);
		if (!fake.is_over) {
			paused++;
			assert_true(fake_is_paused(&fake));
			assert_false(fake.is_asked);
			if (is_restored)
				assert_true(fake_is_restored(&fake));
			assert_false(fake_owes_nothing(&fake));
			assert_int_equal(fake_command(&fake, PL_SCAN_RESUME), PL_OK);
			fake_run(&fake);
			assert_true(fake_audits(&fake, "run.pause", NULL) >= 1);
			assert_int_equal(fake_audits(&fake, "run.resume", NULL), 1);
		}
		expect_whole(&fake);
		assert_true(fake_voids(&fake) <= most_voids);
		fake_fini(&fake);
	}
	assert_true(paused > steps / 2);
}

static void pause_at_every_step_goes_on_at_resume(void **state)
{
	(void)state;
	pauses_at_every_step(PL_SCAN_PAUSE, 0, false);
}

static void pause_now_at_every_step_voids_at_most_the_point(void **state)
{
	(void)state;
	pauses_at_every_step(PL_SCAN_PAUSE_NOW, 1, false);
}

static void case_55_safe_at_every_step_restores_and_stays_paused(void **state)
{
	(void)state;
	pauses_at_every_step(PL_SCAN_SAFE, 1, true);
}

/* knob 2: the first channel answers no write of its restore. */
static enum pl_status answer_no_restore(struct fake *fake, int channel, double value)
{
	return fake->knob[2] && channel == 0 && value == 291 ? PL_ERR_UNANSWERED : PL_OK;
}

/* The stop comes while the safe state, which has failed for one channel, is still being made. */
static void stop_in_a_failed_safe_state(struct fake *fake)
{
	start(fake);
	while (fake->counts == 0)
		fake_step(fake);
	fake->on_write = answer_no_restore;
	fake->knob[2] = 1;
	fake_command(fake, PL_SCAN_SAFE);
	while (fake_audits(fake, "restore", "ok") == 0)
		fake_step(fake);
	fake_command(fake, PL_SCAN_STOP);
}

static void a_stop_tries_again_what_the_safe_state_could_not_confirm(void **state)
{
	struct fake fake;

	(void)state;
	stop_in_a_failed_safe_state(&fake);
	fake.knob[2] = 0;
	fake_run(&fake);
	expect_ended(&fake, 3, 1);
	fake_fini(&fake);
}

static void a_stop_after_a_failed_safe_state_never_ends_well_unconfirmed(void **state)
{
	struct fake fake;

	(void)state;
	stop_in_a_failed_safe_state(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 1);
	assert_false(fake_owes_nothing(&fake));
	fake_fini(&fake);
}

static void a_pause_leaves_the_settings_as_they_are(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_PAUSE);
	fake_run(&fake);
	assert_true(fake_is_paused(&fake));
	assert_true(fake.held[0] == 280 && fake.held[1] == 1023 && fake.held[2] == 1023);
	assert_int_equal(fake.rows, 1); /* the point was finished */
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	expect_ended(&fake, 3, 0);
	fake_fini(&fake);
}

static void pause_now_voids_the_point_and_takes_it_again(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_PAUSE_NOW);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_VOID);
	assert_string_equal(fake_row_of(&fake, 1)->reason, "paused");
	fake_command(&fake, PL_SCAN_RESUME);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 2)->index, 1);
	assert_int_equal(fake_row_of(&fake, 2)->attempt, 2);
	expect_whole(&fake);
	fake_fini(&fake);
}

/* Any command at one step, any other at a later one. */
static void two_commands_end_as_the_stronger_one_says(void **state)
{
	static const enum pl_scan_command commands[] = {
	    PL_SCAN_PAUSE,    PL_SCAN_PAUSE_NOW, PL_SCAN_RESUME, PL_SCAN_STOP,
	    PL_SCAN_STOP_NOW, PL_SCAN_TERMINATE, PL_SCAN_SAFE,	 PL_SCAN_RETAKE,
	};
	size_t steps = steps_of_a_run(), count = sizeof(commands) / sizeof(commands[0]);

	(void)state;
	for (size_t pair = 0; pair < count * count; pair++)
		for (size_t step = pair % 5; step < steps; step += 5) {
			struct fake fake;
			bool terminates;

			start(&fake);
			fake.knob[0] = (int)step;
			fake.knob[1] = (int)commands[pair / count];
			fake.knob[2] = (int)(step + 1 + (step + pair) % 4);
			fake.knob[3] = (int)commands[pair % count];
			fake_run(&fake);
			if (!fake.is_over) {
				assert_true(fake_is_paused(&fake));
				fake_command(&fake, PL_SCAN_RESUME);
				fake_run(&fake);
			}
			terminates = commands[pair / count] == PL_SCAN_TERMINATE ||
				     commands[pair % count] == PL_SCAN_TERMINATE;
			if (terminates && fake.end.exit == 3)
				assert_true(commands[pair / count] != PL_SCAN_TERMINATE);
			else
				expect_ended(&fake, terminates ? 143 : 3, 2);
			fake_fini(&fake);
		}
}

static enum pl_status never_answers_points(struct fake *fake, int channel, double value)
{
	(void)fake;
	(void)channel;
	return value >= 280 && value <= 290 ? PL_ERR_UNANSWERED : PL_OK;
}

static void stop_now_does_not_wait_for_the_tries_of_a_write(void **state)
{
	struct fake fake;
	int64_t struck_ns;

	(void)state;
	start(&fake);
	fake.on_write = never_answers_points;
	fake.bench.scan.retry_wait_ns = 60 * PL_NS_PER_S;
	while (fake_audits(&fake, "set", "unanswered") == 0)
		fake_step(&fake);
	struck_ns = fake.now_ns;
	fake_command(&fake, PL_SCAN_STOP_NOW);
	fake_run(&fake);
	assert_true(fake.now_ns - struck_ns < PL_NS_PER_S);
	expect_ended(&fake, 3, 1);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_VOID);
	fake_fini(&fake);
}

static enum pl_status never_suppresses(struct fake *fake, int channel, double value)
{
	(void)fake;
	(void)channel;
	return value == 1023 ? PL_ERR_UNANSWERED : PL_OK;
}

static void stop_ends_the_tries_of_a_suppress(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.on_write = never_suppresses;
	while (fake_audits(&fake, "set", "unanswered") == 0)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_STOP);
	fake_run(&fake);
	assert_int_equal(fake_audits(&fake, "set", "unanswered"), 1);
	assert_int_equal(fake.rows, 0);
	expect_ended(&fake, 3, 0);
	fake_fini(&fake);
}

/* The second command may not undo or double what the first one began. */
static void case_66_a_stop_held_down_is_one_stop(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	for (int i = 0; i < 100; i++)
		assert_int_equal(fake_command(&fake, PL_SCAN_STOP), PL_OK);
	while (!fake.is_over) {
		assert_int_equal(fake_command(&fake, PL_SCAN_STOP), PL_OK);
		fake_step(&fake);
	}
	assert_int_equal(fake_audits(&fake, "run.stop", NULL), 1);
	assert_int_equal(fake_audits(&fake, "restore", "sent"), 3);
	expect_ended(&fake, 3, 0);
	fake_fini(&fake);
}

static void case_53_nothing_is_written_after_the_restore(void **state)
{
	struct fake fake;
	bool seen = false;

	(void)state;
	start(&fake);
	while (fake.counts < 2)
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_STOP_NOW);
	fake_run(&fake);
	for (size_t i = 0; i < fake.log_count; i++) {
		const struct fake_row *row = &fake.log[i];

		seen |= row->kind == PL_WRITE_AUDIT && strcmp(row->audit.action, "restore") == 0;
		if (seen && row->kind == PL_WRITE_AUDIT)
			assert_string_not_equal(row->audit.action, "set");
	}
	assert_true(seen);
	fake_fini(&fake);
}

static void a_command_that_does_not_fit_is_refused_with_a_sentence(void **state)
{
	struct fake fake;
	struct pl_error error;

	(void)state;
	start(&fake);
	while (fake.counts == 0)
		fake_step(&fake);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_RESUME, &error), PL_ERR_USAGE);
	assert_string_equal(error.text, "the run is not paused");
	fake_command(&fake, PL_SCAN_STOP_NOW);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_PAUSE, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "the run is ending"));
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_RESUME, &error), PL_ERR_USAGE);
	assert_int_equal(pl_runner_command(fake.runner, PL_SCAN_SAFE, &error), PL_OK);
	fake_run(&fake);
	for (int command = PL_SCAN_PAUSE; command <= PL_SCAN_SAFE; command++)
		assert_int_equal(
		    pl_runner_command(fake.runner, (enum pl_scan_command)command, &error),
		    PL_ERR_USAGE);
	assert_string_equal(error.text, "the run is over");
	expect_ended(&fake, 3, 1);
	fake_fini(&fake);
}

static void a_write_that_won_against_its_cancel_is_known(void **state)
{
	struct fake fake;
	struct pl_bus_answer answer = {.verb = PL_BUS_WRITE};

	(void)state;
	start(&fake);
	while (!(fake.is_asked && fake.request.verb == PL_BUS_WRITE && fake.request.value == 280))
		fake_step(&fake);
	fake_command(&fake, PL_SCAN_STOP_NOW);
	assert_true(fake.is_cancelled);
	fake.is_asked = false;
	fake.held[0] = 280;
	answer.id = fake.request.id;
	answer.report = (struct pl_write_report){.applied = 280, .readback = 280};
	pl_runner_on_answer(fake.runner, &answer);
	fake_run(&fake);
	assert_int_equal(fake.counts, 0);
	expect_ended(&fake, 3, 1);
	for (size_t i = 0; i < fake.log_count; i++)
		if (fake.log[i].kind == PL_WRITE_AUDIT &&
		    strcmp(fake.log[i].audit.target, "det.top.threshold") == 0 &&
		    strcmp(fake.log[i].audit.action, "restore") == 0)
			assert_true(fake.log[i].audit.old_value == 280 ||
				    strcmp(fake.log[i].audit.status, "sent") != 0);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stop_at_every_step_finishes_the_point_and_restores),
	    cmocka_unit_test(stop_now_at_every_step_restores),
	    cmocka_unit_test(case_55_terminate_at_every_step_restores_with_143),
	    cmocka_unit_test(pause_at_every_step_goes_on_at_resume),
	    cmocka_unit_test(pause_now_at_every_step_voids_at_most_the_point),
	    cmocka_unit_test(case_55_safe_at_every_step_restores_and_stays_paused),
	    cmocka_unit_test(a_stop_tries_again_what_the_safe_state_could_not_confirm),
	    cmocka_unit_test(a_stop_after_a_failed_safe_state_never_ends_well_unconfirmed),
	    cmocka_unit_test(a_pause_leaves_the_settings_as_they_are),
	    cmocka_unit_test(pause_now_voids_the_point_and_takes_it_again),
	    cmocka_unit_test(two_commands_end_as_the_stronger_one_says),
	    cmocka_unit_test(stop_now_does_not_wait_for_the_tries_of_a_write),
	    cmocka_unit_test(stop_ends_the_tries_of_a_suppress),
	    cmocka_unit_test(case_66_a_stop_held_down_is_one_stop),
	    cmocka_unit_test(case_53_nothing_is_written_after_the_restore),
	    cmocka_unit_test(a_command_that_does_not_fit_is_refused_with_a_sentence),
	    cmocka_unit_test(a_write_that_won_against_its_cancel_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
