/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several open runs: each has what it would have alone, and nothing of another's trouble. */
#include "unit/store_recording.h"

#include "store/books.h"

#include <errno.h>

#define SECOND ((enum pl_book)(PL_BOOK_RUN + 2))

static const char *const compared[] = {
    "points.csv",   "scan_results_ch1.csv", "scan_results_ch3.csv", "threshold_operations.csv",
    "settings.csv", "events.csv",	    "device.log",	    "notes.csv",
};

/* Message n of what each run is told in these tests. */
#define MESSAGES 8
static struct pl_write message_of(enum pl_book book, uint32_t n)
{
	struct pl_write setting = a_message(PL_WRITE_SETTING, book);

	switch (n) {
	case 0:
		return in_book(book, stray_message());
	case 1:
		setting.setting = (struct pl_setting){
		    .when = "start", .path = "det.top.threshold", .value = {.number = 290}};
		return setting;
	case 2:
		return in_book(book, operation_message(book));
	case 3:
		return in_book(book, audit_message(book));
	case 4:
		return note_message(book, "as every day");
	case 5:
	case 6:
		return event_message(book, n);
	default:
		return book == PL_BOOK_RUN ? point_message(1, PL_POINT_OK) : event_message(book, n);
	}
}

static struct pl_write end_of(enum pl_book book)
{
	return book == PL_BOOK_RUN ? status_message(PL_WRITE_END, PL_RUN_FINISHED, 1)
				   : recording_status(PL_WRITE_END, PL_RUN_FINISHED, book);
}

static void assert_alike(int dir, int other)
{
	for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++) {
		char *one = fixture_file(dir, compared[i]), *two = fixture_file(other, compared[i]);

		if (!one != !two || (one && strcmp(one, two) != 0))
			fail_msg("%s: `%s` and `%s`", compared[i], one ? one : "", two ? two : "");
		free(one);
		free(two);
	}
}

static void assert_chain(struct pl_run_head *head)
{
	char last[PL_HASH_SIZE], *yaml = fixture_file(head->folder.dir, "run.yaml");

	assert_true(check_chain(head->folder.dir, "audit", head->folder.uid, last) >= 2);
	assert_non_null(strstr(yaml, last));
	free(yaml);
}

static void run_alone(struct pl_writer *writer, const struct pl_run_head *head, enum pl_book book)
{
	struct pl_write begin = a_message(PL_WRITE_BEGIN, book);

	begin.head = head;
	must(writer, begin);
	for (uint32_t n = 0; n < MESSAGES; n++)
		must(writer, message_of(book, n));
	must(writer, end_of(book));
}

static void runs_at_once_leave_what_each_leaves_alone(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0}, fast = {0};
	struct pl_run_head heads[2][3];
	struct pl_writer *writer;

	f->scan.events = true;
	fixture_open(f);
	for (int round = 0; round < 2; round++) {
		fixture_head(f);
		recording_head(f, &slow, "slow");
		recording_head(f, &fast, "fast");
		heads[round][0] = f->head;
		heads[round][1] = slow.head;
		heads[round][2] = fast.head;
	}
	writer = start(f);
	for (unsigned i = 0; i < 3; i++)
		run_alone(writer, &heads[0][i], (enum pl_book)(PL_BOOK_RUN + i));
	for (unsigned i = 0; i < 3; i++) {
		struct pl_write begin = a_message(PL_WRITE_BEGIN, (enum pl_book)(PL_BOOK_RUN + i));

		begin.head = &heads[1][i];
		must(writer, begin);
	}
	for (uint32_t n = 0; n < MESSAGES; n++)
		for (unsigned i = 0; i < 3; i++)
			must(writer, message_of((enum pl_book)(PL_BOOK_RUN + i), n));
	for (unsigned i = 3; i-- > 0;)
		must(writer, end_of((enum pl_book)(PL_BOOK_RUN + i)));
	pl_writer_stop(writer);
	for (unsigned i = 0; i < 3; i++) {
		assert_alike(heads[0][i].folder.dir, heads[1][i].folder.dir);
		for (int round = 0; round < 2; round++) {
			assert_chain(&heads[round][i]);
			pl_run_folder_close(&heads[round][i].folder);
		}
	}
}

static void a_recording_has_no_points_and_no_settings_unless_they_come(void **state)
{
	static const char *const absent[] = {
	    "points.csv", "scan_results_ch1.csv", "settings.csv", "threshold_operations.csv",
	    "events.csv", "device.log",		  "notes.csv"};
	struct fixture *f = *state;
	struct recording_fixture slow = {0};
	struct pl_writer *writer;
	struct pl_write_ack ack;

	fixture_open(f);
	recording_head(f, &slow, "slow");
	slow.recording.events_device = -1;
	writer = start(f);
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	ack = ask(writer, in_book(RECORDING_BOOK, point_message(1, PL_POINT_OK)));
	assert_int_equal(ack.status, PL_ERR_USAGE);
	assert_int_equal(ack.book, RECORDING_BOOK);
	assert_int_equal(ask(writer, event_message(RECORDING_BOOK, 1)).status, PL_ERR_USAGE);
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	pl_writer_stop(writer);
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		assert_null(fixture_file(slow.head.folder.dir, absent[i]));
	pl_run_folder_close(&slow.head.folder);
}

static void events_of_a_recording_belong_to_no_point(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0};
	struct pl_writer *writer;
	char *text;

	fixture_open(f);
	recording_head(f, &slow, "slow");
	writer = start(f);
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	must(writer, event_message(RECORDING_BOOK, 5));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	pl_writer_stop(writer);
	text = fixture_file(slow.head.folder.dir, "events.csv");
	assert_string_equal(
	    text, "timestamp,t_mono_ns,point,device,event,hits_top,hits_mid,hits_btm,temperature,"
		  "poll_count,device_us,dead_s\n"
		  "2026-11-21T10:52:06.123Z,5000000005,,det,1,1,0,1,20.5,,17,\n");
	free(text);
	pl_run_folder_close(&slow.head.folder);
}

static void a_book_that_is_open_takes_no_second_run(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0}, fast = {0};
	struct pl_writer *writer;

	fixture_open(f);
	recording_head(f, &slow, "slow");
	recording_head(f, &fast, "fast");
	writer = start(f);
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	assert_int_equal(ask(writer, begin_recording(&fast, RECORDING_BOOK)).status,
			 PL_ERR_RUN_ACTIVE);
	assert_int_equal(ask(writer, begin_recording(&fast, PL_BOOK_BENCH)).status, PL_ERR_USAGE);
	assert_int_equal(ask(writer, begin_recording(&fast, (enum pl_book)PL_BOOKS)).status,
			 PL_ERR_USAGE);
	assert_int_equal(ask(writer, event_message(SECOND, 1)).status, PL_ERR_NOT_RUNNING);
	must(writer, begin_recording(&fast, SECOND));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	assert_int_equal(ask(writer, event_message(RECORDING_BOOK, 1)).status, PL_ERR_NOT_RUNNING);
	must(writer, event_message(SECOND, 1));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, SECOND));
	pl_writer_stop(writer);
	pl_run_folder_close(&slow.head.folder);
	pl_run_folder_close(&fast.head.folder);
}

static void every_book_can_be_open_at_once(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture *r = calloc(PL_BOOKS, sizeof *r);
	struct pl_writer *writer;

	fixture_open(f);
	writer = start(f);
	for (unsigned book = PL_BOOK_RUN; book < PL_BOOKS; book++) {
		recording_head(f, &r[book], "slow");
		must(writer, begin_recording(&r[book], (enum pl_book)book));
	}
	for (unsigned book = PL_BOOK_RUN; book < PL_BOOKS; book++)
		for (uint32_t n = 0; n < MESSAGES; n++)
			if (n != 7 || book != PL_BOOK_RUN)
				must(writer, message_of((enum pl_book)book, n));
	for (unsigned book = PL_BOOK_RUN; book < PL_BOOKS; book++)
		must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, (enum pl_book)book));
	pl_writer_stop(writer);
	for (unsigned book = PL_BOOK_RUN; book < PL_BOOKS; book++) {
		assert_chain(&r[book].head);
		pl_run_folder_close(&r[book].head.folder);
	}
	free(r);
}

static void durable_rows_are_those_of_the_scan(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0};
	struct pl_writer *writer;
	int64_t behind_ns;

	fixture_open(f);
	fixture_head(f);
	recording_head(f, &slow, "slow");
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	for (uint32_t i = 1; i <= 5; i++)
		must(writer, event_message(RECORDING_BOOK, i));
	must(writer, point_message(1, PL_POINT_OK));
	must(writer, point_message(2, PL_POINT_OK));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 2));
	must(writer, event_message(RECORDING_BOOK, 6));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	assert_int_equal(pl_writer_durable(writer, &behind_ns), 2);
	assert_int_equal(behind_ns, 0);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
	pl_run_folder_close(&slow.head.folder);
}

/* ---- trouble of one ---- */

static void put(struct pl_books *books, struct pl_write message)
{
	struct pl_error error = {.code = PL_OK};
	uint32_t number;

	if (pl_books_write(books, &message, &number, &error))
		fail_msg("message %d: %s", message.kind, error.text);
}

/* Without the sync thread: what fails is what the test says. */
static void case_09_a_failed_sync_makes_a_part_in_its_own_run_alone(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0}, fast = {0};
	struct pl_books books;
	struct pl_sheet *sheet;

	fixture_open(f);
	recording_head(f, &slow, "slow");
	recording_head(f, &fast, "fast");
	assert_int_equal(pl_books_init(&books, &f->workspace, NULL), PL_OK);
	put(&books, begin_recording(&slow, RECORDING_BOOK));
	put(&books, begin_recording(&fast, SECOND));
	put(&books, event_message(RECORDING_BOOK, 1));
	put(&books, event_message(SECOND, 1));
	sheet = &books.runs[RECORDING_BOOK]->files.sheets[PL_SHEET_EVENTS];
	pl_sheet_mark(sheet);
	pl_sheet_synced(&f->disk, sheet, PL_ERR_IO);
	pl_books_tell(&books);
	put(&books, event_message(RECORDING_BOOK, 2));
	put(&books, event_message(SECOND, 2));
	pl_books_fini(&books);

	struct lines one = all_lines(slow.head.folder.dir, "events");
	struct lines two = all_lines(fast.head.folder.dir, "events");
	struct lines one_audit = all_lines(slow.head.folder.dir, "audit");
	struct lines two_audit = all_lines(fast.head.folder.dir, "audit");
	assert_int_equal(one.parts, 2);
	assert_int_equal(one.count, 3); /* the first is in both parts */
	assert_int_equal(two.parts, 1);
	assert_int_equal(two.count, 2);
	assert_int_equal(one_audit.count, 3); /* begin, file, the seal of what was left */
	assert_int_equal(two_audit.count, 1);
	lines_free(&one);
	lines_free(&two);
	lines_free(&one_audit);
	lines_free(&two_audit);
	pl_run_folder_close(&slow.head.folder);
	pl_run_folder_close(&fast.head.folder);
}

static void case_07_events_that_found_no_room_are_missed_by_their_own_run(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0};
	struct pl_writer *writer;
	struct lines audit;
	char *text;

	f->scan.events = true;
	fixture_open(f);
	fixture_head(f);
	recording_head(f, &slow, "slow");
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	pl_disk_set_plan(
	    &f->disk, &(struct pl_fault_plan){
			  .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC, .short_by = 3});
	assert_int_equal(ask(writer, event_message(RECORDING_BOOK, 1)).status, PL_ERR_FULL);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	must(writer, event_message(PL_BOOK_RUN, 1));
	must(writer, event_message(RECORDING_BOOK, 2));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 0));
	pl_writer_stop(writer);
	text = fixture_file(slow.head.folder.dir, "audit.csv");
	assert_non_null(strstr(text, "1 events not in events.csv"));
	free(text);
	text = fixture_file(f->head.folder.dir, "audit.csv");
	assert_null(strstr(text, "not in events.csv"));
	free(text);
	audit = all_lines(f->head.folder.dir, "events");
	assert_int_equal(audit.count, 1);
	lines_free(&audit);
	pl_run_folder_close(&f->head.folder);
	pl_run_folder_close(&slow.head.folder);
}

static void a_run_whose_end_fails_is_left_and_the_others_go_on(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture slow = {0}, fast = {0};
	struct pl_writer *writer;
	struct pl_write_ack ack;
	char *text;

	fixture_open(f);
	fixture_head(f);
	recording_head(f, &slow, "slow");
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, begin_recording(&slow, RECORDING_BOOK));
	must(writer, point_message(1, PL_POINT_OK));
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){
				       .ops = PL_FILE_RENAME, .for_ever = true, .number = EIO});
	ack = ask(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	assert_int_equal(ack.status, PL_ERR_IO);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	must(writer, point_message(2, PL_POINT_OK));
	pl_run_folder_close(&slow.head.folder);
	memset(&slow, 0xee, sizeof slow); /* its owner is gone */
	recording_head(f, &fast, "fast");
	must(writer, begin_recording(&fast, RECORDING_BOOK));
	must(writer, point_message(3, PL_POINT_OK));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	must(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK));
	pl_writer_stop(writer);
	text = fixture_file(f->workspace.dir, "cosmic_1.audit.csv");
	assert_non_null(strstr(text, ",run.left,"));
	free(text);
	assert_chain(&f->head);
	assert_chain(&fast.head);
	pl_run_folder_close(&f->head.folder);
	pl_run_folder_close(&fast.head.folder);
}

static void a_block_that_was_never_closed_spoils_no_later_run(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	for (int i = 0; i <= PL_BLOCK_MAX; i++) {
		struct pl_write row = point_message(1, PL_POINT_OK);

		row.has_more = true;
		must(writer, row);
	}
	must(writer, status_message(PL_WRITE_END, PL_RUN_INTERRUPTED, 0));
	pl_run_folder_close(&f->head.folder);
	fixture_head(f);
	must(writer, begin_message(f));
	assert_int_equal(ask(writer, point_message(1, PL_POINT_OK)).point, 1);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 1));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(runs_at_once_leave_what_each_leaves_alone),
	    CASE(a_recording_has_no_points_and_no_settings_unless_they_come),
	    CASE(events_of_a_recording_belong_to_no_point),
	    CASE(a_book_that_is_open_takes_no_second_run),
	    CASE(every_book_can_be_open_at_once),
	    CASE(durable_rows_are_those_of_the_scan),
	    CASE(case_09_a_failed_sync_makes_a_part_in_its_own_run_alone),
	    CASE(case_07_events_that_found_no_room_are_missed_by_their_own_run),
	    CASE(a_run_whose_end_fails_is_left_and_the_others_go_on),
	    CASE(a_block_that_was_never_closed_spoils_no_later_run),
	};

	return cmocka_run_group_tests_name("store_runs_open", tests, NULL, NULL);
}
