/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a run that another program took away, or put there: notes and the audit. */
#include "unit/store_verify.h"

#include "store/notes.h"

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

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(case_13_notes_whose_file_was_taken_away_are_read_from_the_next),
	    CASE(case_13_a_run_whose_audit_was_taken_away_and_written_anew_holds),
	    CASE(notes_put_into_a_part_of_their_own_are_told),
	    CASE(case_09_a_part_left_for_its_torn_note_is_blamed_for_nothing),
	};

	return cmocka_run_group_tests_name("store_notes", tests, NULL, NULL);
}
