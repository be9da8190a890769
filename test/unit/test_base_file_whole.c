/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files taken as a whole: replaced, read, mended; directories and locks. */
#include "base/file.h"

#include "unit/folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static void assert_bytes(struct room *room, const char *name, const char *expected, size_t length)
{
	size_t count;
	char *bytes = folder_read(&room->folder, name, &count);

	assert_non_null(bytes);
	assert_int_equal(count, length);
	assert_memory_equal(bytes, expected, length);
	free(bytes);
}

static void assert_holds(struct room *room, const char *name, const char *expected)
{
	assert_bytes(room, name, expected, strlen(expected));
}

static enum pl_status replace(struct room *room, const char *name, const char *text)
{
	return pl_file_replace(&room->disk, room->folder.fd, name, text, strlen(text),
			       &room->error);
}

static void a_file_is_replaced_as_a_whole(void **state)
{
	struct room *room = *state;

	assert_int_equal(replace(room, "run.yaml", "state: running\n"), PL_OK);
	assert_int_equal(replace(room, "run.yaml", "state: ok\n"), PL_OK);
	assert_holds(room, "run.yaml", "state: ok\n");
	assert_int_equal(replace(room, "run.yaml", ""), PL_OK);
	assert_holds(room, "run.yaml", "");
	assert_int_equal(folder_count(&room->folder), 1);
}

static void a_file_in_a_folder_below_is_replaced_there(void **state)
{
	struct room *room = *state;

	assert_int_equal(pl_dir_make(&room->disk, room->folder.fd, "status", NULL), PL_OK);
	assert_int_equal(replace(room, "status/edge.yaml", "a: 1\n"), PL_OK);
	assert_holds(room, "status/edge.yaml", "a: 1\n");
	assert_int_equal(folder_count(&room->folder), 1);
}

/* Every n-th operation fails, until a run ends in which none did: the file is always the old or
 * the new one, whole, and no temporary file is left. */
static void wherever_a_replace_fails_the_old_or_the_new_file_is_there(void **state)
{
	struct room *room = *state;
	const struct pl_fault_plan none = {.ops = 0};
	unsigned failed = 0;

	for (unsigned n = 0;; n++) {
		const struct pl_fault_plan plan = {.ops = PL_FILE_OPEN | PL_FILE_WRITE |
							  PL_FILE_SYNC | PL_FILE_RENAME,
						   .countdown = n,
						   .number = ENOSPC,
						   .short_by = n % 2};
		pl_disk_set_plan(&room->disk, &none);
		assert_int_equal(replace(room, "run.yaml", "old\n"), PL_OK);
		pl_disk_set_plan(&room->disk, &plan);
		enum pl_status status = replace(room, "run.yaml", "new\n");
		if (!room->disk.fired) {
			assert_int_equal(status, PL_OK);
			break;
		}
		failed++;
		assert_int_equal(status, PL_ERR_FULL);
		/* only the last one, the sync of the folder, comes after the rename */
		assert_holds(room, "run.yaml", n < 4 ? "old\n" : "new\n");
		assert_int_equal(folder_count(&room->folder), 1);
	}
	assert_int_equal(failed, 5);
	assert_holds(room, "run.yaml", "new\n");
}

static void another_programs_half_written_file_is_left_alone(void **state)
{
	struct room *room = *state;
	char name[64];

	snprintf(name, sizeof(name), ".run.yaml.%d-0.tmp", (int)getpid());
	assert_int_equal(folder_write(&room->folder, name, "half", 4), 0);
	assert_int_equal(replace(room, "run.yaml", "whole\n"), PL_OK);
	assert_holds(room, "run.yaml", "whole\n");
	assert_holds(room, name, "half");
}

static void case_22_a_planted_link_is_not_replaced(void **state)
{
	struct room *room = *state;

	assert_int_equal(folder_write(&room->folder, "victim", "safe\n", 5), 0);
	assert_int_equal(symlinkat("victim", room->folder.fd, "run.yaml"), 0);
	assert_int_equal(replace(room, "run.yaml", "x"), PL_ERR_EXISTS);
	assert_holds(room, "victim", "safe\n");
	assert_int_equal(pl_dir_make(&room->disk, room->folder.fd, "run.yaml", &room->error),
			 PL_ERR_EXISTS);
	assert_non_null(strstr(room->error.text, "symbolic link"));
}

static void a_file_is_read_with_a_nul_behind_it(void **state)
{
	struct room *room = *state;
	char *bytes;
	size_t count;

	assert_int_equal(folder_write(&room->folder, "bench.yaml", "a: 1\n", 5), 0);
	assert_int_equal(symlinkat("bench.yaml", room->folder.fd, "link"), 0);
	assert_int_equal(pl_file_read(room->folder.fd, "link", 5, &bytes, &count, &room->error),
			 PL_OK);
	assert_int_equal(count, 5);
	assert_string_equal(bytes, "a: 1\n");
	free(bytes);
	assert_int_equal(
	    pl_file_read(room->folder.fd, "bench.yaml", 4, &bytes, &count, &room->error),
	    PL_ERR_CONFIG);
	assert_null(bytes);
	assert_int_equal(pl_file_read(room->folder.fd, "none", 4, &bytes, &count, &room->error),
			 PL_ERR_NOT_FOUND);
	assert_non_null(strstr(room->error.where, "/none"));
}

static void a_file_without_a_size_is_read_up_to_the_limit(void **state)
{
	struct room *room = *state;
	char *bytes;
	size_t count;

	assert_int_equal(
	    pl_file_read(AT_FDCWD, "/proc/self/maps", 1 << 20, &bytes, &count, &room->error),
	    PL_OK);
	assert_true(count > 0);
	assert_int_equal(strlen(bytes), count);
	free(bytes);
	assert_int_equal(
	    pl_file_read(AT_FDCWD, "/proc/self/maps", 10, &bytes, &count, &room->error),
	    PL_ERR_CONFIG);
	assert_null(bytes);
}

static void a_pipe_or_folder_is_not_read(void **state)
{
	struct room *room = *state;
	char *bytes;
	size_t count;

	assert_int_equal(mkfifoat(room->folder.fd, "pipe", 0600), 0);
	assert_int_equal(pl_file_read(room->folder.fd, "pipe", 9, &bytes, &count, &room->error),
			 PL_ERR_EXISTS);
	assert_int_equal(pl_file_read(AT_FDCWD, "/tmp", 9, &bytes, &count, &room->error),
			 PL_ERR_EXISTS);
}

static void case_72_a_file_of_100_mb_is_refused_by_its_size(void **state)
{
	struct room *room = *state;
	char *bytes;
	size_t count;

	assert_int_equal(folder_write(&room->folder, "bench.yaml", "", 0), 0);
	int fd = openat(room->folder.fd, "bench.yaml", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 100 << 20), 0);
	close(fd);
	assert_int_equal(
	    pl_file_read(room->folder.fd, "bench.yaml", 1 << 20, &bytes, &count, &room->error),
	    PL_ERR_CONFIG);
	assert_null(bytes);
}

static size_t mend(struct room *room, const char *bytes, size_t count)
{
	size_t cut;

	assert_int_equal(folder_write(&room->folder, "points.csv", bytes, count), 0);
	assert_int_equal(
	    pl_file_mend_tail(&room->disk, room->folder.fd, "points.csv", &cut, &room->error),
	    PL_OK);
	return cut;
}

static void case_5_a_torn_last_row_is_kept_aside_and_cut(void **state)
{
	struct room *room = *state;

	assert_int_equal(mend(room, "a,1\nb,2\nc", 9), 1);
	assert_holds(room, "points.csv", "a,1\nb,2\n");
	assert_holds(room, "points.csv.torn", "c");
	assert_int_equal(mend(room, "a,1\nd,", 6), 2);
	assert_holds(room, "points.csv.torn", "cd,");
}

static void case_5_a_torn_row_of_any_length_is_found(void **state)
{
	struct room *room = *state;
	static const size_t lengths[] = {1, 4091, 4092, 4093, 4096, 8188, 8192, 20000};
	char bytes[20004] = "a,1\n";

	memset(bytes + 4, 'x', sizeof(bytes) - 4);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		assert_int_equal(mend(room, bytes, 4 + lengths[i]), lengths[i]);
		assert_holds(room, "points.csv", "a,1\n");
		assert_bytes(room, "points.csv.torn", bytes + 4, lengths[i]);
		assert_int_equal(unlinkat(room->folder.fd, "points.csv.torn", 0), 0);
	}
}

static void case_5_a_whole_or_empty_file_is_left_as_it_is(void **state)
{
	struct room *room = *state;

	assert_int_equal(mend(room, "a,1\n", 4), 0);
	assert_int_equal(mend(room, "\n", 1), 0);
	assert_int_equal(mend(room, "", 0), 0);
	assert_int_equal(folder_count(&room->folder), 1);
}

static void case_5_a_file_of_one_torn_row_becomes_empty(void **state)
{
	struct room *room = *state;

	assert_int_equal(mend(room, "poi", 3), 3);
	assert_holds(room, "points.csv", "");
	assert_holds(room, "points.csv.torn", "poi");
}

static void case_4_blocks_of_nul_at_the_end_are_cut(void **state)
{
	struct room *room = *state;
	char bytes[9000] = "a,1\nb,";

	assert_int_equal(mend(room, bytes, sizeof(bytes)), sizeof(bytes) - 4);
	assert_holds(room, "points.csv", "a,1\n");
	memcpy(bytes + 8990, "9\nc,3\nd", 7);
	assert_int_equal(unlinkat(room->folder.fd, "points.csv.torn", 0), 0);
	assert_int_equal(mend(room, bytes, 8992), 8988);
	assert_holds(room, "points.csv", "a,1\n");
	assert_bytes(room, "points.csv.torn", bytes + 4, 8988);
}

static void case_6_damage_before_the_last_whole_row_is_not_touched(void **state)
{
	struct room *room = *state;
	static const char bytes[] = "a,1\nb\0\0\0,2\nc,3\n";

	assert_int_equal(mend(room, bytes, sizeof(bytes) - 1), 0);
	assert_bytes(room, "points.csv", bytes, sizeof(bytes) - 1);
}

static void case_5_a_tail_that_cannot_be_kept_is_not_cut(void **state)
{
	struct room *room = *state;
	const struct pl_fault_plan plan = {.ops = PL_FILE_WRITE, .number = ENOSPC};
	size_t cut;

	assert_int_equal(folder_write(&room->folder, "points.csv", "a,1\nb", 5), 0);
	pl_disk_set_plan(&room->disk, &plan);
	assert_int_equal(
	    pl_file_mend_tail(&room->disk, room->folder.fd, "points.csv", &cut, &room->error),
	    PL_ERR_FULL);
	assert_int_equal(cut, 0);
	assert_holds(room, "points.csv", "a,1\nb");
	assert_int_equal(pl_file_mend_tail(&room->disk, room->folder.fd, "none", &cut, NULL),
			 PL_ERR_NOT_FOUND);
}

static void a_directory_is_made_once_and_opened(void **state)
{
	struct room *room = *state;
	int dir = room->folder.fd, fd;

	assert_int_equal(pl_dir_make(&room->disk, dir, "data", &room->error), PL_OK);
	assert_int_equal(pl_dir_make(&room->disk, dir, "data", &room->error), PL_OK);
	assert_int_equal(pl_dir_make(&room->disk, dir, "none/data", &room->error),
			 PL_ERR_NOT_FOUND);
	assert_int_equal(folder_write(&room->folder, "file", "x", 1), 0);
	assert_int_equal(pl_dir_make(&room->disk, dir, "file", &room->error), PL_ERR_EXISTS);
	assert_int_equal(pl_dir_open(dir, "data", false, &fd, &room->error), PL_OK);
	assert_int_equal(pl_dir_sync(&room->disk, fd, &room->error), PL_OK);
	close(fd);
	assert_int_equal(symlinkat("data", dir, "link"), 0);
	assert_int_equal(pl_dir_open(dir, "link", true, &fd, &room->error), PL_OK);
	close(fd);
	assert_int_equal(pl_dir_open(dir, "link", false, &fd, &room->error), PL_ERR_EXISTS);
	assert_int_equal(fd, -1);
	assert_int_equal(pl_dir_open(dir, "none", true, &fd, &room->error), PL_ERR_NOT_FOUND);
}

static void files_and_empty_directories_are_removed(void **state)
{
	struct room *room = *state;
	int dir = room->folder.fd;

	assert_int_equal(folder_write(&room->folder, "file", "x", 1), 0);
	assert_int_equal(pl_dir_make(&room->disk, dir, "data", NULL), PL_OK);
	assert_int_equal(folder_write(&room->folder, "data/file", "x", 1), 0);
	assert_int_not_equal(pl_file_remove(dir, "data", &room->error), PL_OK);
	assert_int_equal(pl_file_remove(dir, "data/file", &room->error), PL_OK);
	assert_int_equal(pl_file_remove(dir, "data", &room->error), PL_OK);
	assert_int_equal(pl_file_remove(dir, "file", &room->error), PL_OK);
	assert_int_equal(pl_file_remove(dir, "file", &room->error), PL_OK);
	assert_int_equal(folder_count(&room->folder), 0);
}

static void a_lock_names_its_holder_and_ends_with_its_descriptor(void **state)
{
	struct room *room = *state;
	int dir = room->folder.fd, first, second;

	assert_int_equal(pl_file_lock(&room->disk, dir, ".lock", "bench3 pid 77, a long line",
				      &first, &room->error),
			 PL_OK);
	assert_int_equal(pl_file_lock(&room->disk, dir, ".lock", "other", &second, &room->error),
			 PL_ERR_BUSY);
	assert_int_equal(second, -1);
	assert_string_equal(room->error.cause, "bench3 pid 77, a long line");
	close(first);
	assert_int_equal(pl_file_lock(&room->disk, dir, ".lock", "pid 78", &second, &room->error),
			 PL_OK);
	assert_holds(room, ".lock", "pid 78\n");
	close(second);
}

static void a_holder_line_never_reaches_the_screen_raw(void **state)
{
	struct room *room = *state;
	int first, second;

	assert_int_equal(
	    pl_file_lock(&room->disk, room->folder.fd, ".lock", "\033[2J", &first, &room->error),
	    PL_OK);
	assert_int_equal(
	    pl_file_lock(&room->disk, room->folder.fd, ".lock", "x", &second, &room->error),
	    PL_ERR_BUSY);
	assert_string_equal(room->error.cause, "\\x1b[2J");
	close(first);
}

static void case_22_a_lock_behind_a_link_is_refused(void **state)
{
	struct room *room = *state;
	int fd;

	assert_int_equal(folder_write(&room->folder, "victim", "safe\n", 5), 0);
	assert_int_equal(symlinkat("victim", room->folder.fd, ".lock"), 0);
	assert_int_equal(
	    pl_file_lock(&room->disk, room->folder.fd, ".lock", "x", &fd, &room->error),
	    PL_ERR_EXISTS);
	assert_holds(room, "victim", "safe\n");
}

static void free_space_is_told_and_a_long_path_keeps_its_end(void **state)
{
	struct room *room = *state;
	char name[301];
	struct pl_file file;
	uint64_t bytes = 0;

	assert_int_equal(pl_disk_free_bytes(room->folder.fd, &bytes, &room->error), PL_OK);
	assert_true(bytes > 0);
	memset(name, 'x', 300);
	memcpy(name + 297, "end", 4);
	assert_int_not_equal(pl_file_open(&room->disk, room->folder.fd, name, &file, &room->error),
			     PL_OK);
	assert_int_equal(strlen(room->error.where), 159);
	assert_memory_equal(room->error.where, "...x", 4);
	assert_string_equal(room->error.where + 156, "end");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_file_is_replaced_as_a_whole),
	    CASE(a_file_in_a_folder_below_is_replaced_there),
	    CASE(wherever_a_replace_fails_the_old_or_the_new_file_is_there),
	    CASE(another_programs_half_written_file_is_left_alone),
	    CASE(case_22_a_planted_link_is_not_replaced),
	    CASE(a_file_is_read_with_a_nul_behind_it),
	    CASE(a_file_without_a_size_is_read_up_to_the_limit),
	    CASE(a_pipe_or_folder_is_not_read),
	    CASE(case_72_a_file_of_100_mb_is_refused_by_its_size),
	    CASE(case_5_a_torn_last_row_is_kept_aside_and_cut),
	    CASE(case_5_a_torn_row_of_any_length_is_found),
	    CASE(case_5_a_whole_or_empty_file_is_left_as_it_is),
	    CASE(case_5_a_file_of_one_torn_row_becomes_empty),
	    CASE(case_4_blocks_of_nul_at_the_end_are_cut),
	    CASE(case_6_damage_before_the_last_whole_row_is_not_touched),
	    CASE(case_5_a_tail_that_cannot_be_kept_is_not_cut),
	    CASE(a_directory_is_made_once_and_opened),
	    CASE(files_and_empty_directories_are_removed),
	    CASE(a_lock_names_its_holder_and_ends_with_its_descriptor),
	    CASE(a_holder_line_never_reaches_the_screen_raw),
	    CASE(case_22_a_lock_behind_a_link_is_refused),
	    CASE(free_space_is_told_and_a_long_path_keeps_its_end),
	};

	return cmocka_run_group_tests_name("base_file_whole", tests, NULL, NULL);
}
