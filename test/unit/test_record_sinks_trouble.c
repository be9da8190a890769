/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a recording on a disk that is full, slow or broken. */
#include "unit/sinks_fixture.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

/* Takes the C library's place, which knows no argument: while the gate is shut a sync takes as long
 * as the test likes. gate -1: none. */
static struct {
	int gate, entered;
} slow = {-1, -1};

int fdatasync(int fd)
{
	struct pollfd wait = {.fd = slow.gate, .events = POLLIN};

	if (slow.gate < 0)
		return (int)syscall(SYS_fdatasync, fd);
	eventfd_write(slow.entered, 1);
	while (poll(&wait, 1, -1) < 0)
		;
	return 0;
}

/* Likewise of the folder, which is synced when the files are made. */
static struct {
	int gate;
} slow_folder = {-1};

int fsync(int fd)
{
	struct pollfd wait = {.fd = slow_folder.gate, .events = POLLIN};

	if (slow_folder.gate < 0)
		return (int)syscall(SYS_fsync, fd);
	while (poll(&wait, 1, -1) < 0)
		;
	return 0;
}

static bool is_full(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->is_full;
}

static bool has_second_part(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->parts[0] == 2;
}

static bool has_error(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->error.code != PL_OK;
}

static void case_07_a_full_disk_tears_no_row_and_loses_none(void **state)
{
	static const int numbers[] = {ENOSPC, EDQUOT, EFBIG};
	struct recording_fixture *f = *state;
	uint64_t n = 0;

	fixture_start(f);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		const struct pl_fault_plan plan = {
		    .ops = PL_FILE_WRITE, .for_ever = true, .number = numbers[i], .short_by = 7};

		fixture_put_many(f, n, 10);
		fixture_await(f, all_written);
		pl_disk_set_plan(&f->disk, &plan);
		char *before = fixture_rows(f, "readings.csv");
		fixture_put_many(f, n + 10, 10);
		fixture_await(f, is_full);
		char *after = fixture_rows(f, "readings.csv");
		assert_string_equal(after, before);
		pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
		struct pl_sinks_state now = fixture_await(f, all_written);
		assert_false(now.is_full);
		assert_int_equal(now.parts[0], 1);
		assert_rows(f, "readings.csv");
		free(before);
		free(after);
		n += 20;
	}
	fixture_finish(f);
	assert_rows(f, "readings.csv");
}

static int make_small(void **state)
{
	return fixture_make_with(state, 64);
}

/* Until the queue says no a thousand times in a row. Returns how many were put. */
static uint64_t put_until_full(struct recording_fixture *f)
{
	uint64_t put = 0;
	union tick_room room;

	for (unsigned refused = 0; refused < 1000;) {
		if (fixture_put(f, 0, fixture_tick(f, &room, 0, put, pl_clock_mono_ns()))) {
			put++;
			refused = 0;
			continue;
		}
		refused++;
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 100000);
	}
	return put;
}

static void case_07_ticks_wait_in_the_queues_and_then_the_queues_say_no(void **state)
{
	const struct pl_fault_plan plan = {
	    .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC};
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;
	uint64_t put;

	fixture_start(f);
	pl_disk_set_plan(&f->disk, &plan);
	put = put_until_full(f);
	now = fixture_await(f, is_full);
	assert_int_equal(now.rows, 0);
	assert_int_equal(now.ticks, put - 64); /* so many are in the queue */
	assert_true(now.behind_ns > 0);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	now = fixture_finish(f);
	assert_int_equal(now.rows, put * OVEN_TARGETS);
	assert_rows(f, "readings.csv");
}

static void case_07_what_a_full_disk_never_took_is_said_at_the_stop(void **state)
{
	const struct pl_fault_plan plan = {
	    .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC};
	struct recording_fixture *f = *state;
	struct pl_sinks_state last;

	fixture_start(f);
	pl_disk_set_plan(&f->disk, &plan);
	fixture_put_many(f, 0, 5);
	fixture_await(f, is_full);
	pl_sinks_stop(f->sinks, &last);
	f->sinks = NULL;
	assert_int_equal(last.rows, 0);
	assert_int_equal(last.error.code, PL_ERR_FULL);
	assert_non_null(strstr(last.error.text, "lost"));
	assert_int_equal(last.rows_lost, 5 * OVEN_TARGETS);
}

static void case_09_a_row_whose_write_fails_goes_to_the_next_part(void **state)
{
	const struct pl_fault_plan plan = {.ops = PL_FILE_WRITE, .number = EIO, .short_by = 5};
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;

	fixture_start(f);
	fixture_put_many(f, 0, 5);
	fixture_await(f, all_written);
	pl_disk_set_plan(&f->disk, &plan);
	fixture_put_many(f, 5, 5);
	now = fixture_await(f, all_written);
	assert_int_equal(now.parts[0], 2);
	assert_non_null(strstr(now.moved, "readings.2.csv"));
	fixture_finish(f);
	/* those that were not durable stand in both */
	char *first = fixture_rows(f, "readings.csv");
	assert_int_equal(strncmp(f->expected.data, first, strlen(first)), 0);
	char *second = fixture_rows(f, "readings.2.csv");
	assert_string_equal(f->expected.data + f->expected.length - strlen(second), second);
	assert_true(strlen(first) + strlen(second) >= f->expected.length);
	free(first);
	free(second);
}

static void case_09_rows_of_a_failed_sync_are_written_again(void **state)
{
	const struct pl_fault_plan plan = {.ops = PL_FILE_SYNC, .number = EIO};
	struct recording_fixture *f = *state;

	fixture_start(f);
	pl_disk_set_plan(&f->disk, &plan);
	fixture_put_many(f, 0, 5);
	fixture_await(f, has_second_part);
	fixture_put_many(f, 5, 5);
	struct pl_sinks_state last = fixture_finish(f);
	assert_int_equal(last.rows, f->rows);
	assert_int_equal(last.error.code, PL_OK);
	assert_rows(f, "readings.2.csv");
}

static void case_09_a_disk_that_always_fails_ends_with_an_error(void **state)
{
	const struct pl_fault_plan plan = {
	    .ops = PL_FILE_WRITE | PL_FILE_OPEN, .for_ever = true, .number = EIO};
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;

	fixture_start(f);
	pl_disk_set_plan(&f->disk, &plan);
	fixture_put_many(f, 0, 5);
	now = fixture_await(f, has_error);
	assert_int_equal(now.error.code, PL_ERR_IO);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	now = fixture_await(f, all_written);
	assert_int_equal(now.error.code, PL_OK);
	pl_disk_set_plan(&f->disk, &plan);
	fixture_put_many(f, 5, 5);
	now = fixture_finish(f); /* it does not try for ever */
	assert_int_equal(now.error.code, PL_ERR_IO);
	assert_int_equal(now.rows, 5 * OVEN_TARGETS);
}

static void case_18_a_sync_that_takes_long_delays_no_row(void **state)
{
	struct recording_fixture *f = *state;
	struct pollfd entered;

	slow.gate = eventfd(0, EFD_CLOEXEC);
	slow.entered = eventfd(0, EFD_CLOEXEC);
	entered = (struct pollfd){.fd = slow.entered, .events = POLLIN};
	fixture_start(f);
	fixture_put_many(f, 0, 5);
	assert_int_equal(pl_clock_poll(&entered, 1, pl_clock_mono_ns() + SINKS_WAIT), 1);
	for (uint64_t n = 5; n < 50; n += 5) { /* all while the one sync is under way */
		fixture_put_many(f, n, 5);
		fixture_await(f, all_written);
		assert_rows(f, "readings.csv");
	}
	eventfd_write(slow.gate, 1);
	struct pl_sinks_state last = fixture_finish(f);
	assert_int_equal(last.rows, f->rows);
	assert_rows(f, "readings.csv");
	close(slow.gate);
	close(slow.entered);
	slow.gate = slow.entered = -1;
}

static bool is_ready(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->is_ready;
}

static void case_18_a_disk_that_hangs_at_the_start_holds_up_nobody(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;

	slow_folder.gate = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(pl_sinks_start(&f->setup, &f->sinks, NULL), PL_OK); /* it comes back */
	fixture_put_many(f, 0, 5);
	pl_sinks_state(f->sinks, &now);
	assert_false(now.is_ready);
	assert_int_equal(now.rows, 0);
	eventfd_write(slow_folder.gate, 1);
	fixture_await(f, is_ready);
	fixture_finish(f);
	assert_rows(f, "readings.csv");
	close(slow_folder.gate);
	slow_folder.gate = -1;
}

static void case_18_one_that_is_given_up_meanwhile_ends_when_the_disk_lets_go(void **state)
{
	struct recording_fixture *f = *state;
	struct pollfd done;

	slow_folder.gate = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(pl_sinks_start(&f->setup, &f->sinks, NULL), PL_OK);
	pl_sinks_abandon(f->sinks);
	done = (struct pollfd){.fd = pl_sinks_done_fd(f->sinks), .events = POLLIN};
	assert_int_equal(pl_clock_poll(&done, 1, 0), 0);
	eventfd_write(slow_folder.gate, 1);
	assert_int_equal(pl_clock_poll(&done, 1, pl_clock_mono_ns() + SINKS_WAIT), 1);
	pl_sinks_stop(f->sinks, NULL);
	f->sinks = NULL;
	close(slow_folder.gate);
	slow_folder.gate = -1;
}

static void case_19_the_file_rotates_at_a_row_with_its_header(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_text all = {0};
	struct pl_sinks_state last;
	char name[32];

	f->setup.rotate_size = 10000;
	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL;
	fixture_start(f);
	for (uint64_t n = 0; n < 200; n += 20) {
		fixture_put_many(f, n, 20);
		if (n % 60 == 0)
			fixture_await(f, all_written);
	}
	last = fixture_finish(f);
	assert_true(last.parts[0] > 5);
	assert_true(last.parts[1] > last.parts[0]);
	for (unsigned part = 1; part <= last.parts[0]; part++) {
		snprintf(name, sizeof name, part > 1 ? "readings.%u.csv" : "readings.csv", part);
		char *rows = fixture_rows(f, name);
		assert_true(strlen(rows) + strlen(pl_row_header()) <= 10000);
		assert_true(strlen(rows) > 4000);
		pl_text_add_string(&all, rows);
		free(rows);
	}
	assert_string_equal(all.data, f->expected.data);
	pl_text_free(&all);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    TEST(case_07_a_full_disk_tears_no_row_and_loses_none),
	    cmocka_unit_test_setup_teardown(
		case_07_ticks_wait_in_the_queues_and_then_the_queues_say_no, make_small,
		fixture_free),
	    TEST(case_07_what_a_full_disk_never_took_is_said_at_the_stop),
	    TEST(case_09_a_row_whose_write_fails_goes_to_the_next_part),
	    TEST(case_09_rows_of_a_failed_sync_are_written_again),
	    TEST(case_09_a_disk_that_always_fails_ends_with_an_error),
	    TEST(case_18_a_sync_that_takes_long_delays_no_row),
	    TEST(case_18_a_disk_that_hangs_at_the_start_holds_up_nobody),
	    TEST(case_18_one_that_is_given_up_meanwhile_ends_when_the_disk_lets_go),
	    TEST(case_19_the_file_rotates_at_a_row_with_its_header),
	};

	return cmocka_run_group_tests_name("record_sinks_trouble", tests, NULL, NULL);
}
