/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Append-only files: whole rows or none, no links followed, modes, faults injected and real. */
#include "base/file.h"

#include "unit/folder.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

struct room {
	struct folder folder;
	struct pl_disk disk;
	struct pl_error error;
};

static int enter(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	pl_disk_init(&room->disk);
	*state = room;
	return folder_open(&room->folder);
}

static int leave(void **state)
{
	struct room *room = *state;

	folder_remove(&room->folder);
	pl_disk_fini(&room->disk);
	free(room);
	return 0;
}

static void assert_holds(struct room *room, const char *name, const char *expected)
{
	size_t count;
	char *bytes = folder_read(&room->folder, name, &count);

	assert_non_null(bytes);
	assert_string_equal(bytes, expected);
	assert_int_equal(count, strlen(expected));
	free(bytes);
}

static enum pl_status append(struct room *room, struct pl_file *file, const char *row)
{
	return pl_file_append(&room->disk, file, row, strlen(row), &room->error);
}

static enum pl_status open_points(struct room *room, struct pl_file *file)
{
	return pl_file_open(&room->disk, room->folder.fd, "points.csv", file, &room->error);
}

static void rows_are_appended_also_after_opening_again(void **state)
{
	struct room *room = *state;
	struct pl_file file;

	assert_int_equal(open_points(room, &file), PL_OK);
	assert_int_equal(append(room, &file, "a,1\n"), PL_OK);
	assert_int_equal(file.size, 4);
	assert_int_equal(pl_file_sync(&room->disk, &file, &room->error), PL_OK);
	pl_file_close(&file);
	assert_int_equal(file.fd, -1);
	assert_int_equal(open_points(room, &file), PL_OK);
	assert_int_equal(file.size, 4);
	assert_int_equal(append(room, &file, "b,2\n"), PL_OK);
	assert_int_equal(append(room, &file, ""), PL_OK);
	assert_int_equal(file.size, 8);
	pl_file_close(&file);
	assert_holds(room, "points.csv", "a,1\nb,2\n");
}

static void row_is_rolled_back(struct room *room, int number, size_t short_by,
			       enum pl_status expected)
{
	struct pl_fault_plan plan = {
	    .ops = PL_FILE_WRITE, .countdown = 1, .number = number, .short_by = short_by};
	struct pl_file file;

	assert_int_equal(open_points(room, &file), PL_OK);
	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(append(room, &file, "a,1\n"), PL_OK);
	assert_int_equal(append(room, &file, "b,22222\n"), expected);
	assert_int_equal(room->error.code, expected);
	assert_string_equal(room->error.where, "points.csv");
	assert_string_equal(room->error.cause, strerror(number));
	assert_int_equal(file.size, 4);
	assert_holds(room, "points.csv", "a,1\n");
	assert_int_equal(append(room, &file, "c,3\n"), PL_OK);
	assert_holds(room, "points.csv", "a,1\nc,3\n");
	assert_int_equal(room->disk.fired, 1);
	pl_file_close(&file);
}

static void case_7_a_full_disk_rolls_the_row_back(void **state)
{
	row_is_rolled_back(*state, ENOSPC, 3, PL_ERR_FULL);
}

static void case_7_a_full_disk_that_takes_nothing_adds_nothing(void **state)
{
	row_is_rolled_back(*state, ENOSPC, 0, PL_ERR_FULL);
}

static void case_10_a_full_quota_rolls_the_row_back(void **state)
{
	row_is_rolled_back(*state, EDQUOT, 1, PL_ERR_FULL);
}

static void case_10_a_file_limit_in_the_plan_rolls_the_row_back(void **state)
{
	row_is_rolled_back(*state, EFBIG, 7, PL_ERR_FULL);
}

static void case_9_an_io_error_is_no_full_disk(void **state)
{
	row_is_rolled_back(*state, EIO, 2, PL_ERR_IO);
}

static void case_10_a_real_file_limit_cuts_no_row_in_two(void **state)
{
	struct room *room = *state;
	struct rlimit old, limit;
	struct pl_file file;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 10;
	assert_int_equal(open_points(room, &file), PL_OK);
	assert_int_equal(append(room, &file, "1234567\n"), PL_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	enum pl_status crossing = append(room, &file, "second\n");
	enum pl_status again = append(room, &file, "third row\n");
	limit.rlim_cur = 8;
	setrlimit(RLIMIT_FSIZE, &limit);
	enum pl_status at_limit = append(room, &file, "fourth\n");
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(crossing, PL_ERR_FULL);
	assert_int_equal(again, PL_ERR_FULL);
	assert_int_equal(at_limit, PL_ERR_FULL);
	assert_holds(room, "points.csv", "1234567\n");
	assert_int_equal(append(room, &file, "fifth\n"), PL_OK);
	assert_holds(room, "points.csv", "1234567\nfifth\n");
	pl_file_close(&file);
}

static void a_row_that_cannot_be_taken_back_closes_the_file_to_more(void **state)
{
	struct room *room = *state;
	struct pl_fault_plan plan = {.ops = PL_FILE_WRITE | PL_FILE_TRUNCATE,
				     .for_ever = true,
				     .number = ENOSPC,
				     .short_by = 2};
	struct pl_fault_plan none = {.ops = 0};
	struct pl_file file;

	assert_int_equal(open_points(room, &file), PL_OK);
	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(append(room, &file, "a,1\n"), PL_ERR_IO);
	assert_int_equal(room->error.code, PL_ERR_IO);
	assert_true(file.is_torn);
	pl_disk_set_plan(&room->disk, &none);
	assert_int_equal(append(room, &file, "b,2\n"), PL_ERR_IO);
	assert_holds(room, "points.csv", "a,");
	pl_file_close(&file);
}

static void a_torn_row_never_takes_another_programs_row_with_it(void **state)
{
	struct room *room = *state;
	struct pl_fault_plan plan = {.ops = PL_FILE_WRITE, .number = ENOSPC, .short_by = 3};
	struct pl_file mine, other;

	assert_int_equal(open_points(room, &mine), PL_OK);
	assert_int_equal(open_points(room, &other), PL_OK);
	assert_int_equal(append(room, &mine, "mine\n"), PL_OK);
	assert_int_equal(append(room, &other, "other\n"), PL_OK);
	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(append(room, &mine, "again\n"), PL_ERR_FULL);
	assert_holds(room, "points.csv", "mine\nother\n");
	pl_file_close(&mine);
	pl_file_close(&other);
}

static void a_failed_sync_is_said_once_and_for_ever(void **state)
{
	struct room *room = *state;
	struct pl_fault_plan plan = {.ops = PL_FILE_SYNC, .number = EIO};
	struct pl_file file;

	assert_int_equal(open_points(room, &file), PL_OK);
	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(pl_file_sync(&room->disk, &file, &room->error), PL_ERR_IO);
	assert_int_equal(pl_file_sync(&room->disk, &file, &room->error), PL_OK);
	plan.for_ever = true;
	pl_disk_set_plan(&room->disk, &plan);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pl_file_sync(&room->disk, &file, &room->error), PL_ERR_IO);
	assert_int_equal(room->disk.fired, 3);
	pl_file_close(&file);
}

static void an_open_refused_by_the_plan_leaves_no_file(void **state)
{
	struct room *room = *state;
	struct pl_fault_plan plan = {.ops = PL_FILE_OPEN, .number = EACCES};
	struct pl_file file;

	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(open_points(room, &file), PL_ERR_PERMISSION);
	assert_int_equal(file.fd, -1);
	assert_int_equal(folder_count(&room->folder), 0);
	pl_file_close(&file);
}

static void case_13_a_deleted_or_replaced_file_is_noticed(void **state)
{
	struct room *room = *state;
	struct pl_file file;
	int dir = room->folder.fd;

	assert_int_equal(open_points(room, &file), PL_OK);
	assert_true(pl_file_in_place(dir, "points.csv", &file));
	assert_int_equal(renameat(dir, "points.csv", dir, "moved.csv"), 0);
	assert_false(pl_file_in_place(dir, "points.csv", &file));
	assert_int_equal(folder_write(&room->folder, "points.csv", "x", 1), 0);
	assert_false(pl_file_in_place(dir, "points.csv", &file));
	assert_int_equal(unlinkat(dir, "points.csv", 0), 0);
	assert_int_equal(symlinkat("moved.csv", dir, "points.csv"), 0);
	assert_false(pl_file_in_place(dir, "points.csv", &file));
	pl_file_close(&file);
}

static void case_14_a_name_that_is_there_is_not_created_again(void **state)
{
	struct room *room = *state;
	struct pl_file file;

	assert_int_equal(folder_write(&room->folder, "0042", "first", 5), 0);
	assert_int_equal(pl_file_create(&room->disk, room->folder.fd, "0042", &file, &room->error),
			 PL_ERR_EXISTS);
	assert_int_equal(file.fd, -1);
	assert_holds(room, "0042", "first");
}

#define RACERS 2
#define CLAIMS 200

struct racer {
	struct room *room;
	pthread_barrier_t *start;
	unsigned char won[CLAIMS];
	int odd; /* answers that are neither won nor lost */
};

static void *race(void *argument)
{
	struct racer *racer = argument;
	struct pl_file file;
	char name[16];

	pthread_barrier_wait(racer->start);
	for (int i = 0; i < CLAIMS; i++) {
		snprintf(name, sizeof(name), "%04d", i);
		enum pl_status status =
		    pl_file_create(&racer->room->disk, racer->room->folder.fd, name, &file, NULL);
		racer->won[i] = status == PL_OK;
		racer->odd += status != PL_OK && status != PL_ERR_EXISTS;
		pl_file_close(&file);
	}
	return NULL;
}

static void case_14_of_two_racers_exactly_one_wins_each_name(void **state)
{
	struct racer racers[RACERS] = {{.odd = 0}};
	pthread_barrier_t start;
	pthread_t threads[RACERS];

	pthread_barrier_init(&start, NULL, RACERS);
	for (int i = 0; i < RACERS; i++) {
		racers[i].room = *state;
		racers[i].start = &start;
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	for (int i = 0; i < CLAIMS; i++)
		assert_int_equal(racers[0].won[i] + racers[1].won[i], 1);
	assert_int_equal(racers[0].odd + racers[1].odd, 0);
}

static void case_22_a_planted_link_is_not_followed(void **state)
{
	struct room *room = *state;
	struct pl_file file;

	assert_int_equal(folder_write(&room->folder, "victim", "safe\n", 5), 0);
	assert_int_equal(symlinkat("victim", room->folder.fd, "points.csv"), 0);
	assert_int_equal(open_points(room, &file), PL_ERR_EXISTS);
	assert_non_null(strstr(room->error.text, "symbolic link"));
	assert_non_null(strstr(room->error.where, room->folder.path));
	assert_int_equal(
	    pl_file_create(&room->disk, room->folder.fd, "points.csv", &file, &room->error),
	    PL_ERR_EXISTS);
	assert_int_equal(symlinkat("nowhere", room->folder.fd, "dangling"), 0);
	assert_int_equal(
	    pl_file_open(&room->disk, room->folder.fd, "dangling", &file, &room->error),
	    PL_ERR_EXISTS);
	assert_int_equal(faccessat(room->folder.fd, "nowhere", F_OK, 0), -1);
	assert_holds(room, "victim", "safe\n");
}

static void case_22_a_planted_pipe_or_directory_holds_nobody_up(void **state)
{
	struct room *room = *state;
	struct pl_file file;

	assert_int_equal(mkfifoat(room->folder.fd, "points.csv", 0600), 0);
	assert_int_equal(open_points(room, &file), PL_ERR_EXISTS);
	assert_non_null(strstr(room->error.text, "not a regular file"));
	assert_int_equal(mkdirat(room->folder.fd, "folder", 0700), 0);
	assert_int_equal(pl_file_open(&room->disk, room->folder.fd, "folder", &file, &room->error),
			 PL_ERR_EXISTS);
}

static void case_23_an_open_umask_opens_nothing(void **state)
{
	struct room *room = *state;
	mode_t old = umask(0);
	struct pl_file file;
	struct stat st;
	int dir = room->folder.fd, lock;

	enum pl_status opened = open_points(room, &file);
	enum pl_status made = pl_dir_make(&room->disk, dir, "run_0042", &room->error);
	enum pl_status replaced =
	    pl_file_replace(&room->disk, dir, "run.yaml", "a", 1, &room->error);
	enum pl_status locked = pl_file_lock(&room->disk, dir, ".lock", "me", &lock, &room->error);
	umask(old);
	assert_int_equal(opened | made | replaced | locked, PL_OK);
	assert_int_equal(fstat(file.fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(fstatat(dir, "run_0042", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(fstatat(dir, "run.yaml", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(fstat(lock, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	close(lock);
	pl_file_close(&file);
}

static void case_23_a_stricter_umask_is_kept(void **state)
{
	struct room *room = *state;
	mode_t old = umask(077);
	struct pl_file file;
	struct stat st;

	enum pl_status opened = open_points(room, &file);
	umask(old);
	assert_int_equal(opened, PL_OK);
	assert_int_equal(fstat(file.fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	pl_file_close(&file);
}

static void no_descriptor_is_inherited(void **state)
{
	struct room *room = *state;
	struct pl_file file;

	assert_int_equal(open_points(room, &file), PL_OK);
	assert_true(fcntl(file.fd, F_GETFD) & FD_CLOEXEC);
	pl_file_close(&file);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_are_appended_also_after_opening_again),
	    CASE(case_7_a_full_disk_rolls_the_row_back),
	    CASE(case_7_a_full_disk_that_takes_nothing_adds_nothing),
	    CASE(case_10_a_full_quota_rolls_the_row_back),
	    CASE(case_10_a_file_limit_in_the_plan_rolls_the_row_back),
	    CASE(case_9_an_io_error_is_no_full_disk),
	    CASE(case_10_a_real_file_limit_cuts_no_row_in_two),
	    CASE(a_row_that_cannot_be_taken_back_closes_the_file_to_more),
	    CASE(a_torn_row_never_takes_another_programs_row_with_it),
	    CASE(a_failed_sync_is_said_once_and_for_ever),
	    CASE(an_open_refused_by_the_plan_leaves_no_file),
	    CASE(case_13_a_deleted_or_replaced_file_is_noticed),
	    CASE(case_14_a_name_that_is_there_is_not_created_again),
	    CASE(case_14_of_two_racers_exactly_one_wins_each_name),
	    CASE(case_22_a_planted_link_is_not_followed),
	    CASE(case_22_a_planted_pipe_or_directory_holds_nobody_up),
	    CASE(case_23_an_open_umask_opens_nothing),
	    CASE(case_23_a_stricter_umask_is_kept),
	    CASE(no_descriptor_is_inherited),
	};

	return cmocka_run_group_tests_name("base_file", tests, NULL, NULL);
}
