/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a run that another program took away, or put there: notes and the audit. */
#include "unit/store_verify.h"

#include "store/notes.h"
#include "store/points_read.h"
#include "store/sheet.h"

#include <errno.h>

static void note(struct bench_run *run, const char *text)
{
	struct pl_write message = {.kind = PL_WRITE_NOTE,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	pl_text_copy(message.note.actor, sizeof message.note.actor, "anna");
	pl_text_copy(message.note.text, sizeof message.note.text, text);
	must(run->writer, message);
}

static void put(const struct fixture *f, const char *name, const char *first, const char *second)
{
	struct pl_text text = {0};
	int dir = folder_of(f);

	pl_text_add(&text, "%s%s", first, second);
	replace(dir, name, text.data);
	pl_text_free(&text);
	close(dir);
}

static void take_away(const struct fixture *f, const char *name)
{
	int dir = folder_of(f);

	assert_int_equal(unlinkat(dir, name, 0), 0);
	close(dir);
}

static char *notes_of(const struct fixture *f)
{
	int dir = folder_of(f);
	char *text = fixture_file(dir, "notes.csv");

	assert_non_null(text);
	close(dir);
	return text;
}

static void case_13_notes_whose_file_was_taken_away_are_read_from_the_next(void **state)
{
	struct bench_run run = begin(*state);
	struct pl_notes notes;

	note(&run, "one");
	take_away(*state, "notes.csv");
	end(&run);
	int dir = folder_of(*state);
	assert_int_equal(pl_notes_read(dir, &notes, NULL), PL_OK);
	assert_int_equal(notes.count, 1);
	assert_string_equal(notes.items[0].text, "one");
	pl_notes_fini(&notes);
	close(dir);
}

static void case_13_a_run_whose_audit_was_taken_away_and_written_anew_holds(void **state)
{
	struct bench_run run = begin(*state);

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	take_away(*state, "audit.csv");
	end(&run);
	assert_findings(*state, 0, 0);
}

static void notes_put_into_a_part_of_their_own_are_told(void **state)
{
	struct bench_run run = begin(*state);

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	note(&run, "one");
	end(&run);
	assert_findings(*state, 0, 0);
	put(*state, "notes.2.csv", PL_ROWS_NOTES, "2026-11-21T10:00:00.000000Z,eve,all was well\n");
	struct pl_verdict verdict = verdict_of(*state);
	assert_int_equal(verdict.bad, 1);
	assert_string_equal(verdict.items[0].where, "notes.2.csv:2");
}

static void case_09_a_part_left_for_its_torn_note_is_blamed_for_nothing(void **state)
{
	struct bench_run run = begin(*state);

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	note(&run, "one");
	end(&run);
	char *notes = notes_of(*state);
	put(*state, "notes.2.csv", notes, "");
	put(*state, "notes.csv", notes, "2026-11-21T10:0");
	free(notes);
	assert_findings(*state, 0, 0);
}

/* The n-th write, sync or rename of a note fails, until one goes through without: what was told to
 * have failed is not there, and the note said again is there once. */
static void fail_each_write(void **state, bool is_late)
{
	for (unsigned n = 0, fired = 1; fired; n++) {
		struct bench_run run = begin(*state);
		struct fixture *f = *state;
		struct pl_write message = a_message(PL_WRITE_NOTE, PL_BOOK_RUN);
		struct pl_notes notes;

		pl_text_copy(message.note.actor, sizeof message.note.actor, "anna");
		pl_text_copy(message.note.text, sizeof message.note.text, "said again");
		note(&run, "before");
		if (is_late) {
			must(run.writer, status_message(PL_WRITE_END, PL_RUN_INTERRUPTED, 0));
			message.book = PL_BOOK_BENCH;
			pl_text_copy(message.note.folder, sizeof message.note.folder,
				     f->head.folder.path);
		}
		pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){
					       .ops = PL_FILE_WRITE | (is_late ? PL_FILE_SYNC : 0),
					       .countdown = n,
					       .number = is_late ? EIO : ENOSPC});
		bool has_failed = ask(run.writer, message).status != PL_OK;
		pthread_mutex_lock(&f->disk.lock);
		fired = f->disk.fired;
		pthread_mutex_unlock(&f->disk.lock);
		pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
		if (has_failed)
			must(run.writer, message);
		if (!is_late)
			must(run.writer, status_message(PL_WRITE_END, PL_RUN_INTERRUPTED, 0));
		pl_writer_stop(run.writer);
		assert_int_equal(pl_notes_read(f->head.folder.dir, &notes, NULL), PL_OK);
		assert_int_equal(notes.count, 2);
		pl_notes_fini(&notes);
		pl_run_folder_close(&f->head.folder);
		pl_workspace_close(&f->workspace);
		fixture_remove(AT_FDCWD, f->path);
		if (n > 20)
			fail_msg("the fault never ends");
	}
}

static void a_note_that_fails_is_not_there_twice_when_it_is_said_again(void **state)
{
	fail_each_write(state, false);
}

static void a_late_note_that_fails_is_not_there_twice_when_it_is_said_again(void **state)
{
	fail_each_write(state, true);
}

static void case_13_rows_are_found_behind_two_parts_that_were_taken_away(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	struct pl_points_state points;

	measure(&run, 250);
	take_away(f, "points.csv");
	measure(&run, 250);
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_SHEET_LOOK_NS);
	measure(&run, 250);
	take_away(f, "points.2.csv");
	end(&run);
	int dir = folder_of(f);
	char *last = fixture_file(dir, "points.3.csv");
	assert_non_null(last);
	free(last);
	assert_int_equal(pl_points_state_read(dir, &points, NULL), PL_OK);
	assert_int_equal(points.finished, 3);
	pl_points_state_fini(&points);
	close(dir);
	assert_int_equal(verdict_of(f).bad, 0);
}

static void a_line_of_ten_megabytes_is_no_row(void **state)
{
	struct fixture *f = *state;
	struct pl_text text = {0};
	struct pl_writer *writer;
	struct pl_error error;

	fixture_open(f);
	pl_text_add_string(&text, PL_ROWS_OPERATIONS);
	for (int i = 0; i < 10 << 16; i++)
		pl_text_add_string(&text, "0123456789abcdef");
	pl_text_add_string(&text, ",1,2,3,4\n");
	replace(f->workspace.dir, "cosmic_1.threshold_operations.csv", text.data);
	pl_text_free(&text);
	assert_int_equal(pl_writer_start(&f->workspace, &writer, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where, "cosmic_1.threshold_operations.csv:2");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(case_13_notes_whose_file_was_taken_away_are_read_from_the_next),
	    CASE(case_13_a_run_whose_audit_was_taken_away_and_written_anew_holds),
	    CASE(notes_put_into_a_part_of_their_own_are_told),
	    CASE(case_09_a_part_left_for_its_torn_note_is_blamed_for_nothing),
	    CASE(a_note_that_fails_is_not_there_twice_when_it_is_said_again),
	    CASE(a_late_note_that_fails_is_not_there_twice_when_it_is_said_again),
	    CASE(case_13_rows_are_found_behind_two_parts_that_were_taken_away),
	    CASE(a_line_of_ten_megabytes_is_no_row),
	};

	return cmocka_run_group_tests_name("store_notes", tests, NULL, NULL);
}
