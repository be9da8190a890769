/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: one safe line a message, rotation, and a disk that fails without stopping anything. */
#include "base/log.h"
#include "plateau/text.h"
#include "unit/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
	struct pl_disk disk;
	struct folder folder;
	char path[96]; /* of the log */
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	pl_disk_init(&bench->disk);
	assert_int_equal(folder_open(&bench->folder), 0);
	snprintf(bench->path, sizeof bench->path, "%s/plateau.log", bench->folder.path);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	folder_remove(&bench->folder);
	pl_disk_fini(&bench->disk);
	free(bench);
	return 0;
}

static struct pl_log *open_log(struct bench *bench)
{
	struct pl_log *log;

	assert_int_equal(pl_log_open(&bench->disk, bench->folder.path, false, &log, NULL), PL_OK);
	return log;
}

/* The lines of a file without their times; caller frees. */
static char *read_lines(const char *path)
{
	struct pl_text out = {0};
	size_t count;
	char *bytes, *rest, *line;

	assert_int_equal(pl_file_read(AT_FDCWD, path, 1 << 20, &bytes, &count, NULL), PL_OK);
	pl_text_add_string(&out, "");
	for (rest = bytes; (line = strsep(&rest, "\n")) != NULL && *line;) {
		int year, day, length = 0;

		assert_int_equal(
		    sscanf(line, "%4d-%*2d-%2dT%*2d:%*2d:%*2d.%*3dZ %n", &year, &day, &length), 2);
		assert_int_equal(length, 25);
		pl_text_add(&out, "%s\n", line + length);
	}
	free(bytes);
	return out.data;
}

static void assert_lines(const char *path, const char *expected)
{
	char *lines = read_lines(path);

	assert_string_equal(lines, expected);
	free(lines);
}

static void a_message_is_one_line_with_time_and_level(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);

	pl_log_line(log, PL_LOG_INFO, "run %d begins", 42);
	pl_log_line(log, PL_LOG_ERROR, "%s", "");
	pl_log_line(log, PL_LOG_DEBUG, "µ");
	pl_log_close(log);
	assert_lines(bench->path, "info run 42 begins\nerror \ndebug µ\n");
}

static void case_64_a_message_cannot_forge_lines_or_drive_terminals(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);

	pl_log_line(log, PL_LOG_INFO, "device says \"%s\"", "x\n2026 error y\033[2J\x9b");
	pl_log_close(log);
	assert_lines(bench->path, "info device says \"x\\x0a2026 error y\\x1b[2J\\x9b\"\n");
}

static void an_old_log_is_continued_in_a_folder_made_when_missing(void **state)
{
	struct bench *bench = *state;
	char deep[96], path[128];
	struct stat st;

	snprintf(deep, sizeof deep, "%s/a//b/c/", bench->folder.path);
	snprintf(path, sizeof path, "%splateau.log", deep);
	for (int i = 0; i < 2; i++) {
		struct pl_log *log;

		assert_int_equal(pl_log_open(&bench->disk, deep, false, &log, NULL), PL_OK);
		pl_log_line(log, PL_LOG_INFO, "%d", i);
		pl_log_close(log);
	}
	assert_lines(path, "info 0\ninfo 1\n");
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
}

static void a_full_log_rotates_and_the_old_one_is_kept(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);
	char old[128];
	struct stat st;

	pl_log_close(log);
	assert_int_equal(truncate(bench->path, (16 << 20) - 10), 0);
	log = open_log(bench);
	pl_log_line(log, PL_LOG_INFO, "first of the new");
	pl_log_line(log, PL_LOG_INFO, "second");
	pl_log_close(log);
	assert_lines(bench->path, "info first of the new\ninfo second\n");
	snprintf(old, sizeof old, "%s.1", bench->path);
	assert_int_equal(stat(old, &st), 0);
	assert_int_equal(st.st_size, (16 << 20) - 10);
}

static void a_log_that_cannot_rotate_goes_on(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);
	struct stat st;

	assert_int_equal(truncate(bench->path, 16 << 20), 0);
	pl_log_close(log);
	log = open_log(bench);
	pl_disk_set_plan(
	    &bench->disk,
	    &(struct pl_fault_plan){.ops = PL_FILE_RENAME, .for_ever = true, .number = EACCES});
	pl_log_line(log, PL_LOG_INFO, "x");
	pl_log_close(log);
	assert_int_equal(stat(bench->path, &st), 0);
	assert_true(st.st_size > 16 << 20);
}

static void a_deleted_log_is_begun_anew(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);

	pl_log_line(log, PL_LOG_INFO, "gone");
	assert_int_equal(unlink(bench->path), 0);
	pl_log_line(log, PL_LOG_INFO, "here");
	pl_log_close(log);
	assert_lines(bench->path, "info here\n");
}

static void lines_lost_on_a_full_disk_are_counted_and_said(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);

	pl_log_line(log, PL_LOG_INFO, "before");
	pl_disk_set_plan(
	    &bench->disk,
	    &(struct pl_fault_plan){.ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC});
	for (int i = 0; i < 3; i++)
		pl_log_line(log, PL_LOG_INFO, "lost");
	pl_disk_set_plan(&bench->disk, &(struct pl_fault_plan){0});
	pl_log_line(log, PL_LOG_INFO, "after");
	pl_log_line(log, PL_LOG_INFO, "later");
	pl_log_close(log);
	assert_lines(bench->path, "info before\nwarning 3 lines could not be written here\n"
				  "info after\ninfo later\n");
}

static void every_failing_call_loses_a_line_and_nothing_else(void **state)
{
	struct bench *bench = *state;
	unsigned countdown = 0;
	bool fired = true;

	for (; fired; countdown++) {
		struct pl_log *log = open_log(bench);

		assert_int_equal(unlink(bench->path), 0);
		pl_disk_set_plan(
		    &bench->disk,
		    &(struct pl_fault_plan){.ops = ~0u, .countdown = countdown, .number = EIO});
		pl_log_line(log, PL_LOG_INFO, "one");
		fired = bench->disk.fired > 0;
		pl_disk_set_plan(&bench->disk, &(struct pl_fault_plan){0});
		pl_log_line(log, PL_LOG_INFO, "two");
		pl_log_close(log);
		assert_lines(bench->path,
			     fired ? "warning 1 lines could not be written here\ninfo two\n"
				   : "info one\ninfo two\n");
	}
	assert_in_range(countdown, 2, 10);
}

static void a_log_of_another_name_takes_lines_as_they_are(void **state)
{
	struct bench *bench = *state;
	const char *now = "2026-11-21T00:00:00.000Z ";
	struct pl_text lines = {0};
	char path[128], old[132], name[] = "det.trace.log";
	struct pl_log *log;

	snprintf(path, sizeof path, "%s/%s", bench->folder.path, name);
	snprintf(old, sizeof old, "%s.1", path);
	pl_text_add(&lines, "%s> a\n%s< b\n", now, now);
	assert_int_equal(pl_log_open_named(&bench->disk, bench->folder.path, name, &log, NULL),
			 PL_OK);
	pl_log_lines(log, &lines, 2);
	pl_disk_set_plan(&bench->disk,
			 &(struct pl_fault_plan){.ops = PL_FILE_WRITE, .number = ENOSPC});
	pl_log_lines(log, &lines, 2);
	pl_log_lines(log, &lines, 2);
	pl_log_close(log);
	assert_lines(path, "> a\n< b\nwarning 2 lines could not be written here\n> a\n< b\n");
	assert_int_equal(truncate(path, 16 << 20), 0);
	assert_int_equal(pl_log_open_named(&bench->disk, bench->folder.path, name, &log, NULL),
			 PL_OK);
	pl_log_lines(log, &lines, 2);
	pl_log_close(log);
	assert_lines(path, "> a\n< b\n");
	assert_int_equal(access(old, F_OK), 0);
	assert_int_not_equal(access(bench->path, F_OK), 0);
	pl_text_free(&lines);
}

static void a_link_in_place_of_the_log_is_refused(void **state)
{
	struct bench *bench = *state;
	struct pl_error error = {0};
	struct pl_log *log;

	assert_int_equal(symlink("/tmp/elsewhere", bench->path), 0);
	assert_int_not_equal(pl_log_open(&bench->disk, bench->folder.path, false, &log, &error),
			     PL_OK);
	assert_null(log);
	assert_true(strlen(error.text) > 0);
	pl_log_line(log, PL_LOG_ERROR, "no log takes this");
	pl_log_take_stderr(log);
	pl_log_close(log);
}

/* Turns descriptor 2 to a file while the body runs; what it held is returned to it by end_capture.
 */
static int begin_capture(const struct bench *bench, char path[128])
{
	int saved = dup(STDERR_FILENO), fd;

	snprintf(path, 128, "%s/stderr", bench->folder.path);
	fd = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
	assert_true(saved >= 0 && fd >= 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
	return saved;
}

static void end_capture(int saved)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
}

static void warnings_go_to_stderr_too_when_asked_or_without_a_folder(void **state)
{
	struct bench *bench = *state;
	struct pl_log *both = NULL, *bare = NULL;
	char path[128], *bytes;
	size_t count;
	int saved = begin_capture(bench, path);
	enum pl_status opened = pl_log_open(&bench->disk, bench->folder.path, true, &both, NULL);

	opened = opened ? opened : pl_log_open(&bench->disk, NULL, false, &bare, NULL);
	pl_log_line(both, PL_LOG_INFO, "quiet");
	pl_log_line(both, PL_LOG_WARNING, "loud\n");
	pl_log_line(bare, PL_LOG_ERROR, "bare");
	pl_log_line(bare, PL_LOG_INFO, "quiet");
	pl_log_close(both);
	pl_log_close(bare);
	end_capture(saved);
	assert_int_equal(opened, PL_OK);
	assert_int_equal(pl_file_read(AT_FDCWD, path, 1000, &bytes, &count, NULL), PL_OK);
	assert_string_equal(bytes, "plateau: warning: loud\\x0a\nplateau: error: bare\n");
	free(bytes);
}

static void a_taken_stderr_follows_the_log(void **state)
{
	struct bench *bench = *state;
	struct pl_log *log = open_log(bench);
	char path[128], *bytes;
	size_t count;
	int saved = begin_capture(bench, path);

	pl_log_take_stderr(log);
	unlink(bench->path);
	pl_log_line(log, PL_LOG_ERROR, "one");
	fprintf(stderr, "from a library\n");
	pl_log_line(log, PL_LOG_ERROR, "two");
	pl_log_close(log);
	end_capture(saved);
	assert_int_equal(pl_file_read(AT_FDCWD, bench->path, 1000, &bytes, &count, NULL), PL_OK);
	assert_non_null(strstr(bytes, " error one\nfrom a library\n"));
	assert_non_null(strstr(bytes, " error two\n"));
	free(bytes);
	assert_int_equal(pl_file_read(AT_FDCWD, path, 1000, &bytes, &count, NULL), PL_OK);
	assert_int_equal(count, 0); /* no copies any more */
	free(bytes);
}

static void levels_have_names(void **state)
{
	(void)state;
	assert_string_equal(pl_log_level_name(PL_LOG_DEBUG), "debug");
	assert_string_equal(pl_log_level_name(PL_LOG_ERROR), "error");
	assert_string_equal(pl_log_level_name(PL_LOG_LEVELS), "unknown");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_message_is_one_line_with_time_and_level),
	    CASE(case_64_a_message_cannot_forge_lines_or_drive_terminals),
	    CASE(an_old_log_is_continued_in_a_folder_made_when_missing),
	    CASE(a_full_log_rotates_and_the_old_one_is_kept),
	    CASE(a_log_that_cannot_rotate_goes_on),
	    CASE(a_deleted_log_is_begun_anew),
	    CASE(lines_lost_on_a_full_disk_are_counted_and_said),
	    CASE(every_failing_call_loses_a_line_and_nothing_else),
	    CASE(a_log_of_another_name_takes_lines_as_they_are),
	    CASE(a_link_in_place_of_the_log_is_refused),
	    CASE(warnings_go_to_stderr_too_when_asked_or_without_a_folder),
	    CASE(a_taken_stderr_follows_the_log),
	    cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
