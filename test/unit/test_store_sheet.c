/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet: what goes to the next part and what does not. */
#include "unit/store_fixture.h"

#include "store/sheet.h"

#include <errno.h>

static struct pl_sheet_form form_of(struct fixture *f)
{
	return (struct pl_sheet_form){
	    .dir = f->workspace.dir, .stem = "rows", .suffix = "csv", .header = "a,b\n"};
}

static struct pl_sheet opened(struct fixture *f, const struct pl_sheet_form *form)
{
	struct pl_sheet_found found;
	struct pl_sheet sheet;

	assert_int_equal(pl_sheet_open(&f->disk, &sheet, form, 1, &found, NULL), PL_OK);
	pl_text_free(&found.last);
	return sheet;
}

static void add_at(struct fixture *f, struct pl_sheet *sheet, const char *row, int64_t now_ns)
{
	assert_int_equal(pl_sheet_append(&f->disk, sheet, row, strlen(row), now_ns, NULL), PL_OK);
}

static void add(struct fixture *f, struct pl_sheet *sheet, const char *row)
{
	add_at(f, sheet, row, 5);
}

/* The next time that the place of a file is looked at without a sync. */
#define LATER (5 + PL_SHEET_LOOK_NS)

static void assert_file(struct fixture *f, const char *name, const char *expected)
{
	char *text = fixture_file(f->workspace.dir, name);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void case_09_rows_added_during_a_failing_sync_go_along(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	add(f, &sheet, "2,2\n");
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(sheet.durable, 1);
	assert_int_equal(sheet.oldest_ns, 5);
	pl_sheet_mark(&sheet);
	add(f, &sheet, "3,3\n");
	pl_sheet_synced(&f->disk, &sheet, PL_ERR_IO);
	assert_int_equal(sheet.durable, 1);
	add(f, &sheet, "4,4\n");
	assert_file(f, "rows.csv", "a,b\n1,1\n2,2\n3,3\n");
	assert_file(f, "rows.2.csv", "a,b\n2,2\n3,3\n4,4\n");
	pl_sheet_mark(&sheet);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(sheet.durable, 4);
	assert_int_equal(sheet.oldest_ns, 0);
	pl_sheet_close(&sheet);
}

static void case_09_a_row_whose_write_fails_goes_to_the_next_file_at_once(void **state)
{
	const struct pl_fault_plan plan = {.ops = PL_FILE_WRITE, .number = EIO, .short_by = 2};
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_disk_set_plan(&f->disk, &plan);
	add(f, &sheet, "2,2\n");
	assert_file(f, "rows.csv", "a,b\n1,1\n");
	assert_file(f, "rows.2.csv", "a,b\n1,1\n2,2\n");
	assert_int_equal(sheet.rows, 2);
	assert_string_equal(sheet.left, "rows.csv");
	pl_sheet_close(&sheet);
}

static void case_13_a_replaced_file_is_left_to_its_new_owner(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(pl_file_replace(&f->disk, form.dir, "rows.csv", "mine", 4, NULL), PL_OK);
	add_at(f, &sheet, "2,2\n", LATER);
	assert_file(f, "rows.csv", "mine");
	assert_file(f, "rows.2.csv", "a,b\n1,1\n2,2\n");
	assert_non_null(strstr(sheet.moved, "rows.2.csv"));
	pl_sheet_close(&sheet);
}

static void case_13_a_row_put_into_a_file_just_taken_away_goes_to_the_next_one(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	add(f, &sheet, "2,2\n");
	assert_null(fixture_file(f->workspace.dir, "rows.2.csv"));
	add_at(f, &sheet, "3,3\n", LATER);
	assert_file(f, "rows.2.csv", "a,b\n1,1\n2,2\n3,3\n");
	assert_non_null(strstr(sheet.moved, "deleted or replaced"));
	pl_sheet_close(&sheet);
}

static void case_13_rows_of_a_long_log_that_are_lost_with_it_are_said(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);

	form.rotate_size = 1000;
	struct pl_sheet sheet = opened(f, &form);
	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	add_at(f, &sheet, "2,2\n", LATER);
	assert_file(f, "rows.2.csv", "a,b\n2,2\n");
	assert_non_null(strstr(sheet.moved, "durable rows are lost; rows go on in rows.2.csv"));
	pl_sheet_close(&sheet);
}

static void case_13_a_sync_of_a_file_that_is_gone_makes_no_row_durable(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	add(f, &sheet, "2,2\n");
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(sheet.durable, 0);
	assert_int_equal(sheet.oldest_ns, 5);
	assert_file(f, "rows.2.csv", "a,b\n1,1\n2,2\n");
	assert_non_null(strstr(sheet.moved, "deleted or replaced"));
	assert_true(pl_sheet_is_dirty(&sheet));
	pl_sheet_mark(&sheet);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_int_equal(sheet.durable, 2);
	pl_sheet_close(&sheet);
}

static void case_13_without_room_for_the_next_file_its_rows_are_held(void **state)
{
	const struct pl_fault_plan full = {.ops = PL_FILE_OPEN, .number = ENOSPC, .for_ever = true};
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	pl_disk_set_plan(&f->disk, &full);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	assert_false(pl_sheet_is_dirty(&sheet)); /* or it would be synced without an end */
	assert_int_equal(pl_sheet_append(&f->disk, &sheet, "2,2\n", 4, 5, NULL), PL_ERR_FULL);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	add(f, &sheet, "2,2\n");
	assert_file(f, "rows.2.csv", "a,b\n1,1\n2,2\n");
	assert_non_null(strstr(sheet.moved, "deleted or replaced"));
	pl_sheet_close(&sheet);
}

static void case_19_a_log_goes_on_in_the_next_file_at_a_row(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	form.rotate_size = 13;
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	add(f, &sheet, "2,2\n");
	add(f, &sheet, "3,3\n");
	assert_file(f, "rows.csv", "a,b\n1,1\n2,2\n");
	assert_file(f, "rows.2.csv", "a,b\n3,3\n");
	assert_true(sheet.left_full);
	pl_sheet_close(&sheet);
}

static void case_13_of_a_log_only_the_rows_since_the_last_sync_are_written_again(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	form.rotate_size = 1000;
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_mark(&sheet);
	pl_sheet_synced(&f->disk, &sheet, PL_OK);
	add(f, &sheet, "2,2\n");
	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	add_at(f, &sheet, "3,3\n", LATER);
	assert_file(f, "rows.2.csv", "a,b\n2,2\n3,3\n");
	assert_false(sheet.left_full);
	pl_sheet_close(&sheet);
}

static void the_newest_part_is_the_one_that_goes_on(void **state)
{
	struct pl_sheet_found found;
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	add(f, &sheet, "1,1\n");
	pl_sheet_synced(&f->disk, &sheet, PL_ERR_IO);
	pl_sheet_close(&sheet);
	assert_int_equal(pl_sheet_open(&f->disk, &sheet, &form, 2, &found, NULL), PL_OK);
	assert_int_equal(sheet.part, 2);
	assert_string_equal(found.last.data, "1,1\n");
	pl_text_free(&found.last);
	pl_sheet_close(&sheet);
}

static void case_13_the_part_behind_an_empty_file_taken_away_is_opened_again(void **state)
{
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet = opened(f, &form);

	assert_int_equal(unlinkat(form.dir, "rows.csv", 0), 0);
	pl_sheet_look(&sheet);
	assert_int_equal(pl_sheet_mend(&f->disk, &sheet, NULL), PL_OK);
	assert_file(f, "rows.2.csv", "a,b\n");
	pl_sheet_close(&sheet);
	sheet = opened(f, &form);
	assert_int_equal(sheet.part, 2);
	add(f, &sheet, "1,1\n");
	assert_file(f, "rows.2.csv", "a,b\n1,1\n");
	pl_sheet_close(&sheet);
}

static void a_file_of_another_version_is_left_alone(void **state)
{
	struct pl_sheet_found found;
	struct pl_error error;
	struct fixture *f = *state;
	fixture_open(f);
	struct pl_sheet_form form = form_of(f);
	struct pl_sheet sheet;

	assert_int_equal(pl_file_replace(&f->disk, form.dir, "rows.csv", "a,b,c\n", 6, NULL),
			 PL_OK);
	assert_int_equal(pl_sheet_open(&f->disk, &sheet, &form, 1, &found, &error), PL_ERR_VERSION);
	assert_file(f, "rows.csv", "a,b,c\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(case_09_rows_added_during_a_failing_sync_go_along),
	    CASE(case_09_a_row_whose_write_fails_goes_to_the_next_file_at_once),
	    CASE(case_13_a_replaced_file_is_left_to_its_new_owner),
	    CASE(case_13_a_row_put_into_a_file_just_taken_away_goes_to_the_next_one),
	    CASE(case_13_a_sync_of_a_file_that_is_gone_makes_no_row_durable),
	    CASE(case_13_rows_of_a_long_log_that_are_lost_with_it_are_said),
	    CASE(case_13_without_room_for_the_next_file_its_rows_are_held),
	    CASE(case_19_a_log_goes_on_in_the_next_file_at_a_row),
	    CASE(case_13_of_a_log_only_the_rows_since_the_last_sync_are_written_again),
	    CASE(the_newest_part_is_the_one_that_goes_on),
	    CASE(case_13_the_part_behind_an_empty_file_taken_away_is_opened_again),
	    CASE(a_file_of_another_version_is_left_alone),
	};

	return cmocka_run_group_tests_name("store_sheet", tests, NULL, NULL);
}
