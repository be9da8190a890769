/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attempt a run was at: from the ends of its audit files, whatever state they are in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/begun.h"
#include "unit/folder.h"

#define HEAD "seq,timestamp,t_mono_ns,actor,action,target,old,new,status,detail,hash\n"
#define SENT(detail)                                                                               \
	"7,2026-11-21T10:00:00.000Z,1,kim,set,det.top.threshold,290,300,sent,\"" detail "\",ab\n"
#define OTHER "8,2026-11-21T10:00:01.000Z,2,kim,lost,det,,,,\"a, b\",cd\n"

static void put(const struct folder *folder, const char *name, const char *text)
{
	int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void assert_begun(const char *first, const char *second, uint32_t index, uint32_t attempt)
{
	struct folder folder;
	uint32_t found_index, found_attempt;
	struct pl_error error;

	assert_int_equal(folder_open(&folder), 0);
	put(&folder, "audit.csv", first);
	if (second)
		put(&folder, "audit.2.csv", second);
	assert_int_equal(pl_begun_read(folder.fd, &found_index, &found_attempt, &error), PL_OK);
	assert_int_equal(found_index, index);
	assert_int_equal(found_attempt, attempt);
	folder_remove(&folder);
}

static void the_last_write_of_a_point_that_left_names_its_attempt(void **state)
{
	(void)state;
	assert_begun(HEAD SENT("point 3, attempt 1, try 1") SENT("point 4, attempt 2, try 1")
			 SENT("suppress, try 1") OTHER,
		     NULL, 4, 2);
}

static void a_torn_row_is_no_row(void **state)
{
	(void)state;
	assert_begun(HEAD SENT("point 3, attempt 1, try 1") "9,2026-11-21T10:00:00.000Z,1,kim,set,"
							    "det.top.threshold,290,300,sent,\"po",
		     NULL, 3, 1);
}

static void a_younger_part_without_one_is_passed_by(void **state)
{
	(void)state;
	assert_begun(HEAD SENT("point 5, attempt 1, try 3"), HEAD OTHER, 5, 1);
	assert_begun(HEAD SENT("point 5, attempt 1, try 3"),
		     HEAD SENT("point 6, attempt 1, try 1") OTHER, 6, 1);
}

static void a_run_that_wrote_nothing_had_begun_nothing(void **state)
{
	struct folder folder;
	uint32_t index, attempt;
	struct pl_error error;

	(void)state;
	assert_begun(HEAD OTHER, NULL, 0, 0);
	assert_begun("", NULL, 0, 0);
	assert_int_equal(folder_open(&folder), 0);
	assert_int_equal(pl_begun_read(folder.fd, &index, &attempt, &error), PL_ERR_NOT_FOUND);
	folder_remove(&folder);
}

static void what_is_written_is_what_is_read(void **state)
{
	char detail[PL_BEGUN_SIZE];
	uint32_t index, attempt;

	(void)state;
	assert_true(pl_begun_parse(pl_begun_format(4000000000u, 7, detail), &index, &attempt));
	assert_true(index == 4000000000u && attempt == 7);
	assert_false(pl_begun_parse("restore, try 1", &index, &attempt));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_write_of_a_point_that_left_names_its_attempt),
	    cmocka_unit_test(a_torn_row_is_no_row),
	    cmocka_unit_test(a_younger_part_without_one_is_passed_by),
	    cmocka_unit_test(a_run_that_wrote_nothing_had_begun_nothing),
	    cmocka_unit_test(what_is_written_is_what_is_read),
	};

	return cmocka_run_group_tests_name("store_begun", tests, NULL, NULL);
}
