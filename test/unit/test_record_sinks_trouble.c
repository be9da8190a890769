/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a recording on a disk that is full, slow or broken, and after a kill -9. */
#include "unit/sinks_fixture.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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

/* ---- SQLite, whose own calls are told to fail ---- */

static struct {
	pthread_mutex_t lock;
	int number; /* of every pwrite, 0 = it works */
} sqlite_fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void set_sqlite_fault(int number)
{
	pthread_mutex_lock(&sqlite_fault.lock);
	sqlite_fault.number = number;
	pthread_mutex_unlock(&sqlite_fault.lock);
}

static ssize_t failing_pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	pthread_mutex_lock(&sqlite_fault.lock);
	int number = sqlite_fault.number;
	pthread_mutex_unlock(&sqlite_fault.lock);
	if (!number)
		return pwrite(fd, bytes, count, offset);
	errno = number;
	return -1;
}

static void hook_sqlite(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)failing_pwrite);
	vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)failing_pwrite);
}

/* How many rows, and that their ticks are all there. */
static int64_t count_sql_rows(const struct recording_fixture *f, const char *name)
{
	sqlite3_stmt *statement;
	char path[100];
	sqlite3 *base;
	int64_t count;

	snprintf(path, sizeof path, "%s/%s", f->folder.path, name);
	assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(base,
					    "SELECT count(*), count(DISTINCT tick), max(tick) - "
					    "min(tick) + 1 FROM readings",
					    -1, &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	count = sqlite3_column_int64(statement, 0);
	assert_int_equal(sqlite3_column_int64(statement, 1) * OVEN_TARGETS, count);
	assert_int_equal(sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 1));
	sqlite3_finalize(statement);
	sqlite3_close(base);
	return count;
}

static void case_07_a_full_disk_rolls_a_batch_of_sqlite_back(void **state)
{
	static const int numbers[] = {ENOSPC, EDQUOT};
	struct recording_fixture *f = *state;

	f->recording.sinks = PL_SINK_SQLITE;
	fixture_start(f);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		fixture_put_many(f, 20 * i, 10);
		fixture_await(f, all_written);
		set_sqlite_fault(numbers[i]);
		fixture_put_many(f, 20 * i + 10, 10);
		fixture_await(f, is_full);
		set_sqlite_fault(0);
		fixture_await(f, all_written);
	}
	struct pl_sinks_state last = fixture_finish(f);
	assert_int_equal(last.parts[2], 1);
	assert_int_equal(count_sql_rows(f, "readings.sqlite"), f->rows);
}

static void case_09_sqlite_goes_on_in_a_new_file(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;

	f->recording.sinks = PL_SINK_SQLITE;
	fixture_start(f);
	fixture_put_many(f, 0, 10);
	fixture_await(f, all_written);
	set_sqlite_fault(EIO);
	fixture_put_many(f, 10, 10);
	fixture_await(f, has_error);
	set_sqlite_fault(0);
	now = fixture_await(f, all_written);
	assert_int_equal(now.error.code, PL_OK);
	assert_true(now.parts[2] > 1);
	fixture_finish(f);
	char name[40];
	snprintf(name, sizeof name, "readings.%u.sqlite", now.parts[2]);
	assert_int_equal(count_sql_rows(f, "readings.sqlite"), 10 * OVEN_TARGETS);
	assert_int_equal(count_sql_rows(f, name), 10 * OVEN_TARGETS);
}

/* ---- kill -9 ---- */

/* Records until it is killed; tells after each look how many rows it has said to be written. */
static void record_and_tell(struct recording_fixture *f, int out)
{
	struct pl_sinks_state state;
	union tick_room room;

	if (pl_sinks_start(&f->setup, &f->sinks, NULL) != PL_OK)
		_exit(1);
	for (uint64_t n = 0;; n++) {
		while (
		    !pl_queue_push(f->queues[0], fixture_tick(f, &room, 0, n, pl_clock_mono_ns())))
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
		if (n % 16)
			continue;
		pl_sinks_state(f->sinks, &state);
		if (write(out, &state.rows, sizeof state.rows) != (ssize_t)sizeof state.rows)
			_exit(2);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS / 4);
	}
}

/* Every row whole, each tick once and in order. Returns how many rows. */
static uint64_t check_csv(const struct recording_fixture *f)
{
	char *rows = fixture_rows(f, "readings.csv"), *at = rows;
	uint64_t count = 0;

	for (char *end; (end = strchr(at, '\n')); at = end + 1, count++) {
		assert_int_equal(strtoull(at, NULL, 10), count / OVEN_TARGETS);
		assert_int_equal(strncmp(end - 5, ",ok,,", 5), 0);
	}
	assert_int_equal(*at, '\0');
	free(rows);
	return count;
}

static void case_03_killed_at_any_moment_what_was_written_is_there(void **state)
{
	struct recording_fixture *f = *state;
	uint64_t said = 0, next;
	int pipes[2], status;
	pid_t child;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_SQLITE;
	f->recording.flush_ns = 20 * PL_NS_PER_MS;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(pipes[0]);
		record_and_tell(f, pipes[1]);
	}
	close(pipes[1]);
	while (said < 3000 && read(pipes[0], &next, sizeof next) == (ssize_t)sizeof next)
		said = next;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	while (read(pipes[0], &next, sizeof next) == (ssize_t)sizeof next)
		said = next;
	close(pipes[0]);
	assert_true(WIFSIGNALED(status) && said >= 3000);
	assert_true(check_csv(f) >= said);
	assert_true((uint64_t)count_sql_rows(f, "readings.sqlite") >= said);
}

/* Records a few ticks and then nothing: they are written without being asked for. */
static void record_and_stall(struct recording_fixture *f, int out)
{
	struct pl_sinks_state state = {.rows = 0};
	union tick_room room;

	if (pl_sinks_start(&f->setup, &f->sinks, NULL) != PL_OK)
		_exit(1);
	for (uint64_t n = 0; n < 10; n++)
		pl_queue_push(f->queues[0], fixture_tick(f, &room, 0, n, pl_clock_mono_ns()));
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + f->recording.flush_ns);
	while (state.rows < 10 * OVEN_TARGETS)
		pl_sinks_state(f->sinks, &state);
	if (write(out, "x", 1) == 1)
		for (;;)
			pause();
	_exit(2);
}

static void case_03_killed_a_flush_after_the_last_tick_no_row_is_lost(void **state)
{
	struct recording_fixture *f = *state;
	int pipes[2], status;
	pid_t child;
	char byte;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_SQLITE;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(pipes[0]);
		record_and_stall(f, pipes[1]);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(pipes[0]);
	assert_int_equal(check_csv(f), 10 * OVEN_TARGETS);
	assert_int_equal(count_sql_rows(f, "readings.sqlite"), 10 * OVEN_TARGETS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    TEST(case_03_killed_at_any_moment_what_was_written_is_there),
	    TEST(case_03_killed_a_flush_after_the_last_tick_no_row_is_lost),
	    TEST(case_07_a_full_disk_tears_no_row_and_loses_none),
	    cmocka_unit_test_setup_teardown(
		case_07_ticks_wait_in_the_queues_and_then_the_queues_say_no, make_small,
		fixture_free),
	    TEST(case_07_what_a_full_disk_never_took_is_said_at_the_stop),
	    TEST(case_07_a_full_disk_rolls_a_batch_of_sqlite_back),
	    TEST(case_09_a_row_whose_write_fails_goes_to_the_next_part),
	    TEST(case_09_rows_of_a_failed_sync_are_written_again),
	    TEST(case_09_a_disk_that_always_fails_ends_with_an_error),
	    TEST(case_09_sqlite_goes_on_in_a_new_file),
	    TEST(case_18_a_sync_that_takes_long_delays_no_row),
	    TEST(case_19_the_file_rotates_at_a_row_with_its_header),
	};

	hook_sqlite();
	return cmocka_run_group_tests_name("record_sinks_trouble", tests, NULL, NULL);
}
