/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database of a recording on a disk that fails, and all its files after a kill -9. */
#include "unit/sinks_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

static bool is_full(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->is_full;
}

static bool has_error(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->error.code != PL_OK;
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
	    TEST(case_07_a_full_disk_rolls_a_batch_of_sqlite_back),
	    TEST(case_09_sqlite_goes_on_in_a_new_file),
	};

	hook_sqlite();
	return cmocka_run_group_tests_name("record_sinks_kill", tests, NULL, NULL);
}
