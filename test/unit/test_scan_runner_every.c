/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every command at every step of every kind of run: serial with and without read-back, parallel, a
 * slow axis of another device. Whatever comes, the run can be ended, every attempt that was begun
 * has its rows, and what was set is put back or owed.
 */
#include "scan_fake.h"

#define NO_STEP (-1)

/* knob 0: the step; knob 1: the command or what happens. */
enum { LOSE = PL_SCAN_SAFE + 1, RESTART, HAPPENINGS };

static void back_again(struct fake *fake)
{
	fake_return(fake);
}

static void strike(struct fake *fake, size_t step)
{
	if ((size_t)fake->knob[0] != step)
		return;
	if (fake->knob[1] < LOSE) {
		fake_command(fake, (enum pl_scan_command)fake->knob[1]);
		return;
	}
	if (fake->knob[1] == RESTART) {
		fake_restart(fake);
		return;
	}
	fake->on_wake = back_again;
	fake->wake_ns = fake->now_ns + PL_NS_PER_S;
	fake_lose(fake);
}

static void serial(struct fake *fake)
{
	fake_init(fake);
	fake->bench.scan.channel_count = 2;
	scan_bench_range(&fake->bench, range_step(280, 290, 10));
}

static void read_back(struct fake *fake)
{
	serial(fake);
	fake->reads_back = true;
}

static void parallel(struct fake *fake)
{
	serial(fake);
	fake->bench.scan.mode = PL_SCAN_PARALLEL;
}

static double after_a_while(struct fake *fake)
{
	return fake->now_ns - fake->oven_since_ns > 3 * PL_NS_PER_S ? fake->oven_set : 0;
}

static void slow_axis(struct fake *fake)
{
	fake_init(fake);
	fake_scan_oven(fake, 30, 40, 10);
	fake->oven_value = after_a_while;
	fake->bench.scan.until =
	    (struct pl_until){.is_given = true,
			      .target = {.device = 1, .channel = -1, .parameter = 0},
			      .path = "oven.process_value",
			      .within = 0.5,
			      .for_ns = 2 * PL_NS_PER_S,
			      .at_most_ns = 60 * PL_NS_PER_S,
			      .otherwise = PL_UNTIL_STOP};
}

static void (*const kinds[])(struct fake *fake) = {serial, read_back, parallel, slow_axis};

static uint32_t begun(const struct fake *fake)
{
	uint32_t count = 0, index, attempt, last_index = 0, last_attempt = 0;

	for (size_t i = 0; i < fake->log_count; i++) {
		const struct fake_row *row = &fake->log[i];

		if (row->kind != PL_WRITE_AUDIT || strcmp(row->audit.status, "sent") != 0 ||
		    !pl_begun_parse(row->audit.detail, &index, &attempt))
			continue;
		count += index != last_index || attempt != last_attempt;
		last_index = index;
		last_attempt = attempt;
	}
	return count;
}

/* Attempts that have rows; those that nobody began were skipped. */
static uint32_t attempts(const struct fake *fake, bool is_skipped)
{
	uint32_t seen[16] = {0}, count = 0;

	for (uint32_t n = 1; n <= fake->rows; n++) {
		const struct pl_point *row = fake_row_of(fake, n);

		assert_true(row->index < 16);
		if (row->attempt <= seen[row->index])
			continue;
		assert_int_equal(row->attempt, seen[row->index] + 1);
		seen[row->index] = row->attempt;
		count += !is_skipped || row->quality != PL_POINT_SKIPPED;
	}
	return count;
}

static void expect_well_ended(struct fake *fake)
{
	bool is_one = fake->bench.scan.axis_kind == PL_AXIS_ONE;

	fake_check_books(fake);
	assert_true(begun(fake) <= attempts(fake, false));
	assert_true(begun(fake) >= attempts(fake, true));
	if (fake->end.exit == 1)
		return; /* said loudly, and owed */
	assert_true(fake_owes_nothing(fake));
	assert_true(fake->end.restore_confirmed[0]);
	if (is_one)
		assert_true(fake->oven_set == 20);
}

static void every_command_at_every_step_of_every_kind_of_run(void **state)
{
	size_t ended = 0;

	(void)state;
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		for (int what = 0; what < HAPPENINGS; what++)
			for (int step = 0;; step++) {
				struct fake fake;
				bool is_beyond;

				kinds[kind](&fake);
				fake.before_step = strike;
				fake.knob[0] = step;
				fake.knob[1] = what;
				fake_start(&fake);
				fake_run(&fake);
				if (!fake.is_over) {
					assert_true(fake_is_paused(&fake));
					assert_int_equal(fake_command(&fake, PL_SCAN_RESUME),
							 PL_OK);
					fake_run(&fake);
				}
				expect_well_ended(&fake);
				is_beyond = fake.step < (size_t)step;
				ended += fake.end.state == PL_RUN_INTERRUPTED;
				fake_fini(&fake);
				if (is_beyond)
					break;
			}
	assert_true(ended > 100);
}

/* Every phase has been seen by the loop above; here they are named. */
static void the_loop_goes_through_every_phase(void **state)
{
	static const char *const names[] = {"prepare", "suppress", "write",	   "settle",
					    "until",   "count",	   "row",	   "read back",
					    "restore", "end",	   "read settings"};
	struct pl_text seen = {0};

	(void)state;
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		struct fake fake;
		struct pl_scan_progress progress;

		kinds[kind](&fake);
		fake_start(&fake);
		while (!fake.is_over) {
			fake_status(&fake, &progress);
			pl_text_add(&seen, "|%s|", progress.phase);
			fake_step(&fake);
		}
		fake_fini(&fake);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "|%s|", names[i]);
		assert_non_null(strstr(seen.data, name));
	}
	pl_text_free(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_command_at_every_step_of_every_kind_of_run),
	    cmocka_unit_test(the_loop_goes_through_every_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
