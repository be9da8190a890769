/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.csv and its parts read back: rows as points, where a run stands, hostile files. */
#include "unit/folder.h"
#include "unit/store_fixture.h"

#include "store/points_read.h"
#include "store/results.h"

#define HEADER "point,index,attempt,channel,channel_id,timestamp,applied,hits,quality,later\n"

static int make(void **state)
{
	struct folder *folder = calloc(1, sizeof *folder);

	*state = folder;
	return folder_open(folder);
}

static int unmake(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static void put(const struct folder *folder, const char *name, const char *text)
{
	assert_int_equal(folder_write(folder, name, text, strlen(text)), 0);
}

static struct pl_points_state state_of(const struct folder *folder)
{
	struct pl_points_state state;
	struct pl_error error;
	char line[700];

	if (pl_points_state_read(folder->fd, &state, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return state;
}

/* The refusal names `place` and says `word`. */
static void assert_refused(const struct folder *folder, const char *place, const char *word)
{
	struct pl_points_state state;
	struct pl_error error;

	assert_int_equal(pl_points_state_read(folder->fd, &state, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where, place);
	if (!strstr(error.text, word))
		fail_msg("%s", error.text);
	pl_points_state_fini(&state);
}

static void a_row_comes_back_as_the_point_it_was(void **state)
{
	static const struct pl_column columns[] = FIXTURE_COLUMNS;
	struct pl_point point = fixture_point(7), back;
	struct folder *folder = *state;
	struct pl_text text = {0};
	struct pl_points *points;
	bool is_there;

	point.point = 1;
	point.pass = PL_PASS_DOWN;
	point.occupancy = 0.25;
	point.readback = 249.5;
	point.retries = 2;
	point.quality = PL_POINT_SUSPECT;
	pl_text_copy(point.reason, sizeof point.reason, "stuck, \"twice\"\x1b");
	pl_point_header(&text, columns, 2);
	pl_point_row(&text, &point);
	put(folder, "points.csv", text.data);
	assert_int_equal(pl_points_open(folder->fd, &points, NULL), PL_OK);
	assert_int_equal(pl_points_next(points, &is_there, NULL), PL_OK);
	assert_true(is_there);
	pl_points_point(points, &back);
	assert_string_equal(back.reason, point.reason);
	assert_int_equal(back.stat_count, 2);
	assert_true(back.stats[0].mean == 21.5);
	assert_true(isnan(back.stats[1].mean));
	struct pl_text again = {0};
	pl_point_header(&again, columns, 2);
	pl_point_row(&again, &back);
	assert_string_equal(again.data, text.data);
	assert_int_equal(pl_points_next(points, &is_there, NULL), PL_OK);
	assert_false(is_there);
	pl_points_close(points);
	pl_text_free(&text);
	pl_text_free(&again);
}

static void the_last_row_of_an_index_says_whether_it_is_finished(void **state)
{
	struct folder *folder = *state;

	put(folder, "points.csv",
	    HEADER "1,1,1,top,1,,250,5,ok,\n"
		   "2,2,1,top,1,,252,7,ok,\n"
		   "3,2,1,top,1,,252,,void,\n" /* voided afterwards */
		   "4,3,1,top,1,,254,,void,\n" /* void, then taken again */
		   "5,3,2,top,1,,254,9,suspect,\n"
		   "6,4,1,top,1,,256,,invalid,\n"
		   "7,5,1,top,1,,258,,skipped,\n"
		   "8,6,1,top,1,,260,,out_of_tolerance,\n");
	struct pl_points_state at = state_of(folder);

	assert_true(pl_points_is_finished(&at, 1));
	assert_false(pl_points_is_finished(&at, 2));
	assert_true(pl_points_is_finished(&at, 3));
	for (uint32_t index = 4; index <= 6; index++)
		assert_true(pl_points_is_finished(&at, index));
	assert_false(pl_points_is_finished(&at, 7));
	assert_false(pl_points_is_finished(&at, 4000000));
	assert_int_equal(pl_points_attempts(&at, 2), 1);
	assert_int_equal(pl_points_attempts(&at, 3), 2);
	assert_int_equal(at.places[2].rows, 2);
	assert_int_equal(at.finished, 5);
	assert_int_equal(at.invalid, 3);
	assert_int_equal(at.series_count, 1);
	assert_int_equal(at.series[0].ok, 2);
	assert_int_equal(at.seen.rows, 8);
	pl_points_state_fini(&at);
}

static void a_parallel_point_is_finished_when_all_its_values_are(void **state)
{
	struct folder *folder = *state;

	put(folder, "points.csv",
	    HEADER "1,1,1,top,1,,250,5,ok,\n2,1,1,mid,2,,250,6,ok,\n3,1,1,all,,,,2,ok,\n"
		   "4,2,1,top,1,,252,5,ok,\n5,2,1,mid,2,,252,6,ok,\n6,2,1,all,,,,2,ok,\n"
		   "7,2,1,mid,2,,252,,void,\n"
		   "8,3,1,top,1,,254,,void,\n9,3,1,mid,2,,254,,void,\n10,3,1,all,,,,,void,\n"
		   "11,3,2,top,1,,254,1,ok,\n12,3,2,mid,2,,254,2,ok,\n");
	struct pl_points_state at = state_of(folder);

	assert_true(pl_points_is_finished(&at, 1));
	assert_int_equal(pl_points_values(&at, 1), 3);
	assert_false(pl_points_is_finished(&at, 2));
	assert_int_equal(pl_points_attempts(&at, 3), 2);
	assert_int_equal(pl_points_values(&at, 3), 2); /* of three: a block that was cut */
	pl_points_state_fini(&at);
}

static void a_row_without_counts_says_what_became_of_its_channel(void **state)
{
	struct folder *folder = *state;

	put(folder, "points.csv",
	    "point,index,attempt,channel,channel_id,timestamp,applied,hits,quality,reason\n"
	    "1,1,1,top,1,,250,,invalid,mid: refused: no\n"
	    "2,1,1,mid,2,,250,,invalid,mid: refused: no\n"
	    "3,2,1,top,1,,252,5,ok,\n4,2,1,mid,2,,252,,skipped,give_up\n"
	    "5,3,1,top,1,,254,,skipped,operator\n6,3,1,mid,2,,254,,invalid,midday: x\n"
	    "7,3,2,top,1,,254,1,ok,\n8,3,2,mid,2,,254,1,ok,\n");
	struct pl_points_state at = state_of(folder);

	assert_int_equal(at.places[1].failed, 3);
	assert_int_equal(at.places[1].blamed, 2);
	assert_int_equal(at.places[1].left_out, 0);
	assert_int_equal(at.places[2].left_out, 2);
	assert_string_equal(at.places[2].why_left_out, "give_up");
	assert_int_equal(at.places[3].failed, 0); /* of the last attempt only */
	assert_int_equal(at.places[3].left_out, 0);
	pl_points_state_fini(&at);
}

static void rows_that_a_part_repeats_are_one_row_each(void **state)
{
	struct folder *folder = *state;
	struct pl_text text = {0};

	put(folder, "points.csv",
	    HEADER "1,1,1,top,1,T1,250,5,ok,\n2,2,1,top,1,T2,252,7,ok,\n3,3,1");
	put(folder, "points.2.csv",
	    HEADER
	    "2,2,1,top,1,T2,252,7,ok,\n3,3,1,top,1,T3,254,8,ok,\n4,3,1,top,1,T4,254,,void,\n");
	struct pl_points_state at = state_of(folder);

	assert_int_equal(at.seen.rows, 4);
	assert_int_equal(at.seen.repeated, 1);
	assert_int_equal(at.seen.missing, 0);
	assert_int_equal(at.places[2].rows, 1);
	assert_false(pl_points_is_finished(&at, 3));
	pl_points_state_fini(&at);
	assert_int_equal(pl_results_make(folder->fd, 1, &text, NULL), PL_OK);
	assert_string_equal(text.data, "timestamp,channel,threshold,event_count\n"
				       "T1,1,250,5\nT2,1,252,7\n");
	pl_text_free(&text);
}

static void a_damaged_line_of_an_older_part_is_passed_by_and_told(void **state)
{
	struct folder *folder = *state;

	put(folder, "points.csv",
	    HEADER "1,1,1,top,1,,250,5,ok,\ngarbage\n3,3,1,top,1,,254,5,ok,\n");
	put(folder, "points.2.csv", HEADER "5,5,1,top,1,,252,7,ok,\n");
	struct pl_points_state at = state_of(folder);

	assert_int_equal(at.seen.damaged, 1);
	assert_int_equal(at.seen.missing, 2); /* rows 2 and 4 */
	assert_false(pl_points_is_finished(&at, 2));
	pl_points_state_fini(&at);
}

static void case_05_a_torn_tail_is_no_row(void **state)
{
	struct folder *folder = *state;

	put(folder, "points.csv", HEADER "1,1,1,top,1,,250,5,ok,\n2,2,1,top");
	struct pl_points_state at = state_of(folder);

	assert_int_equal(at.seen.rows, 1);
	assert_int_equal(at.seen.torn, 9);
	pl_points_state_fini(&at);
}

static void case_04_nul_blocks_at_the_end_are_no_rows(void **state)
{
	static const char text[] = HEADER "1,1,1,top,1,,250,5,ok,\n\0\0\0\0\n\0\0,ok,\n";
	struct folder *folder = *state;

	assert_int_equal(folder_write(folder, "points.csv", text, sizeof text - 1), 0);
	struct pl_points_state at = state_of(folder);

	assert_int_equal(at.seen.rows, 1);
	assert_int_equal(at.seen.torn, 12);
	pl_points_state_fini(&at);
}

static void case_06_a_damaged_line_in_the_middle_is_named(void **state)
{
	static const char nul[] = HEADER "1,1,1,top,1,,250,5,ok,\n2,\0,1\n3,2,1,top,1,,252,5,ok,\n";
	struct folder *folder = *state;

	put(folder, "points.csv",
	    HEADER "1,1,1,top,1,,250,5,ok,\n2,2,1,to\n3,2,1,top,1,,2,5,ok,\n");
	assert_refused(folder, "points.csv:3", "cells");
	assert_int_equal(folder_write(folder, "points.csv", nul, sizeof nul - 1), 0);
	assert_refused(folder, "points.csv:3", "NUL");
	put(folder, "points.csv", HEADER "1,99999999,1,top,1,,250,5,ok,\n");
	assert_refused(folder, "points.csv:2", "index");
	put(folder, "points.csv", HEADER "1,1,1,top,1,,250,5,fine,\n");
	assert_refused(folder, "points.csv:2", "quality");
	put(folder, "points.csv", HEADER "1,1,1,top,1,,250,5,ok,\n1,1,1,top,1,,250,5,ok,\n");
	assert_refused(folder, "points.csv:3", "before");
	put(folder, "points.csv", HEADER "1,1,1,\"top,1,,250,5,ok,\n");
	assert_refused(folder, "points.csv:2", "cells");
}

static void a_line_without_an_end_takes_no_more_memory_than_any(void **state)
{
	struct folder *folder = *state;
	struct pl_points_state at;
	struct pl_text text = {0};
	char block[4096];

	memset(block, 'x', sizeof block);
	pl_text_add_string(&text, HEADER);
	for (int i = 0; i < 256; i++)
		pl_text_add_bytes(&text, block, sizeof block);
	put(folder, "points.csv", text.data);
	at = state_of(folder); /* a torn tail, however long */
	assert_int_equal(at.seen.torn, 256 * sizeof block);
	pl_points_state_fini(&at);
	pl_text_add_string(&text, "\n");
	put(folder, "points.csv", text.data);
	assert_refused(folder, "points.csv:2", "longer");
	pl_text_free(&text);
}

static void a_file_that_is_none_of_points_is_refused(void **state)
{
	struct folder *folder = *state;
	struct pl_points_state at;
	struct pl_error error;

	put(folder, "points.csv", "seq,timestamp\n1,2\n");
	assert_int_equal(pl_points_state_read(folder->fd, &at, &error), PL_ERR_VERSION);
	assert_non_null(strstr(error.text, "point"));
	put(folder, "points.csv", "");
	at = state_of(folder);
	assert_int_equal(at.seen.rows, 0);
	pl_points_state_fini(&at);
	unlinkat(folder->fd, "points.csv", 0);
	assert_int_equal(pl_points_state_read(folder->fd, &at, &error), PL_ERR_NOT_FOUND);
	assert_int_equal(symlinkat("/etc/passwd", folder->fd, "points.csv"), 0);
	assert_int_equal(pl_points_state_read(folder->fd, &at, &error), PL_ERR_IO);
}

/* Whatever stands in the file: an answer, never a crash, never a row that was not there. */
static void random_damage_is_answered(void **state)
{
	static const char text[] =
	    HEADER "1,1,1,top,1,T,250,5,ok,\n2,2,1,\"a,\"\"b\",1,T,252,7,ok,\n"
		   "3,2,1,top,1,T,252,,void,\n";
	struct folder *folder = *state;
	uint32_t seed = 7;

	for (int round = 0; round < 3000; round++) {
		char bytes[sizeof text];
		struct pl_points_state at;

		memcpy(bytes, text, sizeof text);
		for (int i = 0; i < 3; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[(seed >> 8) % (sizeof text - 1)] = "\0\n\",x9\xff-"[seed >> 29];
		}
		seed = seed * 1664525 + 1013904223;
		assert_int_equal(
		    folder_write(folder, "points.csv", bytes, (seed >> 8) % sizeof text), 0);
		pl_points_state_read(folder->fd, &at, NULL);
		assert_true(at.seen.rows <= 5);
		pl_points_state_fini(&at);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
	    CASE(a_row_comes_back_as_the_point_it_was),
	    CASE(the_last_row_of_an_index_says_whether_it_is_finished),
	    CASE(a_parallel_point_is_finished_when_all_its_values_are),
	    CASE(a_row_without_counts_says_what_became_of_its_channel),
	    CASE(rows_that_a_part_repeats_are_one_row_each),
	    CASE(a_damaged_line_of_an_older_part_is_passed_by_and_told),
	    CASE(case_05_a_torn_tail_is_no_row),
	    CASE(case_04_nul_blocks_at_the_end_are_no_rows),
	    CASE(case_06_a_damaged_line_in_the_middle_is_named),
	    CASE(a_line_without_an_end_takes_no_more_memory_than_any),
	    CASE(a_file_that_is_none_of_points_is_refused),
	    CASE(random_damage_is_answered),
	};

	return cmocka_run_group_tests_name("store_points_read", tests, NULL, NULL);
}
