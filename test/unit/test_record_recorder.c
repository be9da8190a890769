/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recorder: buses, books, ends. */
#include "unit/record_fake.h"

static void begin(struct fake_record *fake)
{
	struct pl_error error;

	assert_int_equal(fake_begin(fake, &error), PL_OK);
}

static void all_answer(struct fake_record *fake, enum pl_status status)
{
	fake_answer(fake, 0, status);
	fake_answer(fake, 1, status);
}

static void end(struct fake_record *fake)
{
	assert_int_equal(fake_last(fake)->kind, PL_WRITE_END);
	fake_ack(fake, fake->write_count - 1, PL_OK);
	assert_true(fake->is_over);
}

static void each_bus_gets_its_own_targets_and_all_the_same_grid(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	assert_int_equal(fake->asked_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct pl_bus_record *record = &fake->asked[i].record;

		assert_int_equal(fake->asked[i].verb, PL_BUS_RECORD);
		assert_int_equal(record->target_count, 2);
		assert_int_equal(record->grid.start_ns, fake->asked[0].record.grid.start_ns);
		assert_true(record->grid.start_ns > FAKE_START);
		assert_true(record->grid.start_ns <= FAKE_START + PL_NS_PER_S);
	}
	assert_int_equal(fake->asked[0].record.targets[1].device, DET);
	assert_int_equal(fake->asked[1].record.targets[0].device, OVEN);
	assert_int_equal(fake->asked[1].record.targets[1].device, HEATER);
	assert_int_equal(fake->sinks_setup.bus_count, 2);
	assert_ptr_equal(fake->sinks_setup.ticks[1], fake->asked[1].record.ticks);
	fake_free(fake);
}

static void a_time_is_so_many_slots(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.time_ns = 3 * PL_NS_PER_S;
	begin(fake);
	assert_int_equal(fake->asked[0].record.grid.ticks, 30);
	fake_free(fake);
}

static void it_ends_when_all_have_answered_and_every_row_is_written(void **state)
{
	struct fake_record *fake = fake_new();
	struct pl_tick_books books = {.on_time = 20, .late = 1, .reads_ok = 42};

	(void)state;
	fake->recording.ticks = 21;
	fake->sinks_are_slow = true;
	begin(fake);
	fake_books(fake, 0, &books);
	fake_books(fake, 1, &books);
	fake_answer(fake, 0, PL_OK);
	assert_int_equal(fake->sinks_finished, 0);
	fake_answer(fake, 1, PL_OK);
	assert_int_equal(fake->sinks_finished, 1);
	assert_int_not_equal(fake_last(fake)->kind, PL_WRITE_END);
	fake->sinks.rows = 84;
	fake->sinks_are_slow = false;
	fake_turn(fake, PL_NS_PER_S);
	end(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	assert_int_equal(fake->end.exit, 0);
	assert_int_equal(fake->end.books.on_time, 40);
	assert_int_equal(fake->end.books.samples_emitted, 42);
	assert_int_equal(fake->end.books.rows, 84);
	assert_int_equal(fake->sinks_stopped, 1);
	assert_int_equal(fake_audits(fake, "recorder.start"), 1);
	assert_int_equal(fake_audits(fake, "recorder.stop"), 1);
	fake_free(fake);
}

/* command, has an end of its own -> state, exit */
static void ends_as(enum pl_record_command command, bool has_end, enum pl_run_state wanted,
		    int exit_status)
{
	struct fake_record *fake = fake_new();

	fake->recording.ticks = has_end ? 100 : 0;
	begin(fake);
	pl_recorder_command(fake->recorder, command);
	assert_int_equal(fake->cancelled_count, 2);
	all_answer(fake, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.state, wanted);
	assert_int_equal(fake->end.exit, exit_status);
	assert_true(fake->end.success);
	fake_free(fake);
}

static void stop_is_the_end_of_one_that_has_no_other(void **state)
{
	(void)state;
	ends_as(PL_RECORD_STOP, false, PL_RUN_FINISHED, 0);
	ends_as(PL_RECORD_STOP, true, PL_RUN_INTERRUPTED, 3);
	ends_as(PL_RECORD_INTERRUPT, false, PL_RUN_INTERRUPTED, 3);
	ends_as(PL_RECORD_TERMINATE, false, PL_RUN_INTERRUPTED, 143);
}

static void a_stop_behind_the_last_slot_changes_nothing(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.ticks = 5;
	fake->sinks_are_slow = true;
	begin(fake);
	all_answer(fake, PL_OK);
	pl_recorder_command(fake->recorder, PL_RECORD_STOP);
	fake->sinks_are_slow = false;
	fake_turn(fake, PL_NS_PER_S);
	end(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	fake_free(fake);
}

static void case_49_a_device_that_is_not_there_is_told_and_the_rest_records(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->is_up[HEATER] = false;
	begin(fake);
	assert_int_equal(fake->asked_count, 2);
	assert_int_equal(fake_audits(fake, "recorder.disconnected"), 1);
	fake_state(fake, HEATER, PL_BUS_LOST); /* still: no news */
	assert_int_equal(fake_audits(fake, "recorder.disconnected"), 1);
	fake_state(fake, HEATER, PL_BUS_UP);
	fake_state(fake, HEATER, PL_BUS_LOST);
	assert_int_equal(fake_audits(fake, "recorder.disconnected"), 2);
	assert_int_equal(fake->cancelled_count, 0);
	fake_free(fake);
}

static void a_port_that_may_not_be_lost_ends_it(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.reconnect = false;
	begin(fake);
	assert_true(fake->asked[0].record.ends_when_lost);
	fake_answer(fake, 1, PL_ERR_LOST);
	assert_int_equal(fake->cancelled_count, 1);
	fake_answer(fake, 0, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.state, PL_RUN_CRASHED);
	assert_int_equal(fake->end.exit, 1);
	assert_false(fake->end.success);
	assert_non_null(strstr(fake->end.reason, "oven"));
	fake_free(fake);
}

static void it_begins_when_every_bus_takes_its_request(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.events_device = DET;
	fake->is_full[OVEN] = true;
	begin(fake);
	assert_int_equal(fake->asked_count, 0);
	assert_true(fake->timer_ns <= fake->now_ns + PL_NS_PER_S / 50);
	fake_turn(fake, PL_NS_PER_S / 2);
	assert_true(fake->timer_ns <= fake->now_ns + PL_NS_PER_S / 50);
	fake->is_full[OVEN] = false;
	fake_turn(fake, PL_NS_PER_S / 50);
	assert_int_equal(fake->asked_count, 3);
	for (size_t i = 0; i < 2; i++) /* no slot is past before its bus has the request */
		assert_true(fake->asked[i].record.grid.start_ns > fake->now_ns);
	fake_free(fake);
}

static void a_bus_that_takes_nothing_does_not_hold_up_the_others(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->is_full[OVEN] = true;
	begin(fake);
	fake_turn(fake, 2 * PL_NS_PER_S);
	assert_int_equal(fake->asked_count, 1);
	assert_true(fake->timer_ns <= fake->now_ns + PL_NS_PER_S / 50);
	fake->is_full[OVEN] = false;
	fake_turn(fake, PL_NS_PER_S / 50);
	assert_int_equal(fake->asked_count, 2);
	assert_int_equal(fake->asked[1].record.grid.start_ns, fake->asked[0].record.grid.start_ns);
	fake_free(fake);
}

static void a_stop_before_it_has_begun_ends_it(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->is_full[OVEN] = true;
	begin(fake);
	pl_recorder_command(fake->recorder, PL_RECORD_INTERRUPT);
	fake_turn(fake, PL_NS_PER_S / 50);
	assert_int_equal(fake->asked_count, 0);
	end(fake);
	assert_int_equal(fake->end.exit, 3);
	fake_free(fake);
}

/* The last rows of it wait for room, and the disk does not even let go of the thread. */
static void case_18_the_end_waits_for_a_disk_that_hangs_and_stops_nobody_for_it(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	fake->sinks.is_full = fake->sinks_are_slow = true;
	pl_recorder_command(fake->recorder, PL_RECORD_TERMINATE);
	all_answer(fake, PL_ERR_CANCELLED);
	for (int i = 0; i < 5; i++) /* fake_sinks_stop fails the test while they are not done */
		fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake->sinks_abandoned, 1);
	assert_int_equal(fake->sinks_stopped, 0);
	assert_int_not_equal(fake_last(fake)->kind, PL_WRITE_END);
	fake->sinks_are_slow = false;
	fake_turn(fake, PL_NS_PER_S);
	end(fake);
	assert_int_equal(fake->sinks_stopped, 1);
	fake_free(fake);
}

static void case_55_terminated_on_a_full_disk_is_terminated_and_says_what_is_lost(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	fake->sinks.is_full = true;
	pl_recorder_command(fake->recorder, PL_RECORD_TERMINATE);
	fake_turn(fake, PL_NS_PER_S);
	fake->sinks.rows_lost = 12;
	pl_error_set(&fake->sinks.error, PL_ERR_FULL, "readings.csv", "lost");
	all_answer(fake, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.exit, 143);
	assert_int_equal(fake->end.state, PL_RUN_INTERRUPTED);
	assert_false(fake->end.success);
	assert_int_equal(fake->end.books.rows_lost, 12);
	assert_non_null(strstr(fake->end.reason, "terminated"));
	assert_non_null(strstr(fake->end.reason, "12 rows are lost"));
	fake_free(fake);
}

static void sinks_that_cannot_begin_refuse_it_before_the_first_slot(void **state)
{
	struct fake_record *fake = fake_new();
	struct pl_error error;

	(void)state;
	fake->sinks_refusal = PL_ERR_FULL;
	assert_int_equal(fake_begin(fake, &error), PL_ERR_FULL);
	assert_int_equal(fake->asked_count, 0);
	fake_free(fake);
}

static void case_18_a_disk_that_hangs_at_the_start_holds_up_the_first_slot_alone(void **state)
{
	struct fake_record *fake = fake_new();
	struct pl_record_progress progress;

	(void)state;
	fake->sinks.is_ready = false;
	assert_int_equal(fake_begin(fake, NULL), PL_OK);
	for (int i = 0; i < 5; i++)
		fake_turn(fake, PL_NS_PER_S);
	pl_recorder_progress(fake->recorder, &progress);
	assert_int_equal(progress.status.state, PL_RUN_PREPARING);
	assert_int_equal(fake->asked_count, 0);
	fake->sinks.is_ready = true;
	fake_turn(fake, PL_NS_PER_S);
	pl_recorder_progress(fake->recorder, &progress);
	assert_int_equal(progress.status.state, PL_RUN_RUNNING);
	assert_int_equal(fake->asked_count, 2);
	assert_true(fake->asked[0].record.grid.start_ns > fake->now_ns);
	assert_int_equal(fake->refused, 0);
	fake_free(fake);
}

static void files_that_cannot_be_made_refuse_it_later(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->sinks.is_ready = false;
	assert_int_equal(fake_begin(fake, NULL), PL_OK);
	pl_error_set(&fake->sinks.refusal, PL_ERR_EXISTS, "readings.csv", "a link stands there");
	fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake->refused, 1);
	assert_int_equal(fake->refusal.code, PL_ERR_EXISTS);
	assert_int_equal(fake->sinks_stopped, 1);
	fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake->refused, 1);
	assert_int_equal(fake->asked_count, 0);
	assert_int_equal(fake->write_count, 0);
	fake_free(fake);
}

static void stopped_while_its_files_are_made_it_never_begins(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->sinks.is_ready = false;
	fake->sinks_are_slow = true;
	assert_int_equal(fake_begin(fake, NULL), PL_OK);
	pl_recorder_command(fake->recorder, PL_RECORD_TERMINATE);
	for (int i = 0; i < 3; i++)
		fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake->sinks_abandoned, 1);
	assert_int_equal(fake->refused, 0); /* they are still at it */
	fake->sinks_are_slow = false;
	fake->sinks.is_ready = true;
	fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake->refusal.code, PL_ERR_CANCELLED);
	assert_int_equal(fake->sinks_stopped, 1);
	assert_int_equal(fake->asked_count, 0);
	fake_free(fake);
}

static void rows_that_a_sink_lost_make_it_fail_and_do_not_end_it(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	pl_error_set(&fake->sinks.error, PL_ERR_IO, "readings.sqlite", "is no database");
	fake_turn(fake, PL_NS_PER_S);
	assert_non_null(strstr(fake->said, "readings.sqlite"));
	assert_int_equal(fake->cancelled_count, 0);
	all_answer(fake, PL_OK);
	end(fake);
	assert_int_equal(fake->end.exit, 1);
	assert_int_equal(fake->end.state, PL_RUN_CRASHED);
	assert_non_null(strstr(fake->end.reason, "readings.sqlite"));
	fake_free(fake);
}

static void a_file_that_was_left_is_told_once(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	pl_text_copy(fake->sinks.moved, sizeof fake->sinks.moved, "readings.csv: EIO");
	fake_turn(fake, PL_NS_PER_S);
	fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(fake_audits(fake, "file"), 1);
	fake_free(fake);
}

static size_t statuses(const struct fake_record *fake)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->write_count; i++)
		count += fake->writes[i].kind == PL_WRITE_STATUS;
	return count;
}

static void case_18_books_wait_for_a_slow_disk_one_at_a_time(void **state)
{
	struct fake_record *fake = fake_new();
	size_t first;

	(void)state;
	begin(fake);
	first = fake->write_count - 1;
	assert_int_equal(fake->writes[first].kind, PL_WRITE_STATUS);
	for (int i = 0; i < 10; i++)
		fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(statuses(fake), 1); /* the first is not acknowledged yet */
	fake_ack(fake, first, PL_OK);
	for (int i = 0; i < 4; i++)
		fake_turn(fake, PL_NS_PER_S);
	assert_int_equal(statuses(fake), 2);
	fake_free(fake);
}

static void the_newest_books_of_a_bus_stand_for_all_before(void **state)
{
	struct fake_record *fake = fake_new();
	struct pl_record_progress progress;

	(void)state;
	begin(fake);
	fake_books(fake, 0, &(struct pl_tick_books){.on_time = 3});
	fake_books(fake, 0, &(struct pl_tick_books){.on_time = 7, .disconnects = 1});
	fake_books(fake, 1, &(struct pl_tick_books){.on_time = 5, .dropped = 2});
	fake_turn(fake, PL_NS_PER_S);
	fake_turn(fake, PL_NS_PER_S);
	pl_recorder_progress(fake->recorder, &progress);
	assert_int_equal(progress.status.books.on_time, 12);
	assert_int_equal(progress.status.books.samples_late, 2);
	assert_int_equal(progress.status.books.disconnects, 1);
	fake_free(fake);
}

static void last_words_that_were_not_written_make_it_fail(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.ticks = 1;
	begin(fake);
	all_answer(fake, PL_OK);
	fake_ack(fake, fake->write_count - 1, PL_ERR_IO);
	assert_true(fake->is_over);
	assert_false(fake->end.success);
	assert_int_equal(fake->end.exit, 1);
	fake_free(fake);
}

static void case_07_interrupted_on_a_full_disk_it_ends_as_it_was_told(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	pl_recorder_command(fake->recorder, PL_RECORD_INTERRUPT);
	all_answer(fake, PL_ERR_CANCELLED);
	fake_ack(fake, fake->write_count - 1, PL_ERR_FULL);
	assert_true(fake->is_over);
	assert_int_equal(fake->end.exit, 3);
	assert_false(fake->end.success);
	assert_non_null(strstr(fake->end.reason, "interrupted; last words not written: "));
	fake_free(fake);
}

static void interrupted_on_a_broken_disk_it_fails(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	begin(fake);
	pl_recorder_command(fake->recorder, PL_RECORD_INTERRUPT);
	all_answer(fake, PL_ERR_CANCELLED);
	fake_ack(fake, fake->write_count - 1, PL_ERR_IO);
	assert_int_equal(fake->end.exit, 1);
	fake_free(fake);
}

/* ---- events ---- */

static struct fake_record *events_only(int64_t counts)
{
	struct fake_record *fake = fake_new();

	fake->recording.reading_count = 0;
	fake->recording.rate_hz = 0;
	fake->recording.events_device = DET;
	fake->recording.counts = counts;
	begin(fake);
	assert_int_equal(fake->sinks_started, 0);
	assert_int_equal(fake->asked_count, 1);
	assert_int_equal(fake->asked[0].verb, PL_BUS_COUNT);
	assert_true(fake->asked[0].window.wants_events);
	return fake;
}

static void it_stores_exactly_as_many_events_as_were_asked_for(void **state)
{
	struct fake_record *fake = events_only(7);

	(void)state;
	fake_events_come(fake, 0, 5);
	assert_int_equal(fake->cancelled_count, 0);
	fake_events_come(fake, 0, 5);
	fake_events_come(fake, 0, 5);
	assert_int_equal(fake->cancelled_count, 1);
	fake_answer(fake, 0, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->stored_events, 7);
	assert_int_equal(fake->end.books.events, 7);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	fake_free(fake);
}

static void a_detector_that_is_back_is_listened_to_again(void **state)
{
	struct fake_record *fake = events_only(0);

	(void)state;
	fake->is_up[DET] = false;
	fake_answer(fake, 0, PL_ERR_LOST);
	assert_int_equal(fake->asked_count, 1);
	fake_state(fake, DET, PL_BUS_UP);
	assert_int_equal(fake->asked_count, 2);
	pl_recorder_command(fake->recorder, PL_RECORD_STOP);
	fake_answer(fake, 1, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.books.disconnects, 1);
	fake_free(fake);
}

static void case_26_a_detector_that_is_read_and_listened_to_is_lost_once(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.events_device = DET;
	begin(fake);
	assert_int_equal(fake->asked[2].verb, PL_BUS_COUNT);
	fake_books(fake, 0, &(struct pl_tick_books){.on_time = 3, .disconnects = 1});
	fake->is_up[DET] = false;
	fake_answer(fake, 2, PL_ERR_LOST);
	pl_recorder_command(fake->recorder, PL_RECORD_STOP);
	all_answer(fake, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.books.disconnects, 1);
	fake_free(fake);
}

static void the_window_of_a_detector_ends_with_the_last_slot(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.events_device = DET;
	fake->recording.ticks = 10;
	begin(fake);
	assert_int_equal(fake->asked_count, 3);
	all_answer(fake, PL_OK);
	assert_int_equal(fake->cancelled_count, 1);
	fake_answer(fake, 2, PL_ERR_CANCELLED);
	end(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	fake_free(fake);
}

static void a_window_with_a_time_of_its_own_is_not_cut_at_the_last_slot(void **state)
{
	struct fake_record *fake = fake_new();

	(void)state;
	fake->recording.events_device = DET;
	fake->recording.time_ns = 3 * PL_NS_PER_S;
	begin(fake);
	all_answer(fake, PL_OK);
	assert_int_equal(fake->cancelled_count, 0);
	fake_answer(fake, 2, PL_OK);
	end(fake);
	assert_int_equal(fake->end.state, PL_RUN_FINISHED);
	fake_free(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_bus_gets_its_own_targets_and_all_the_same_grid),
	    cmocka_unit_test(a_time_is_so_many_slots),
	    cmocka_unit_test(it_ends_when_all_have_answered_and_every_row_is_written),
	    cmocka_unit_test(stop_is_the_end_of_one_that_has_no_other),
	    cmocka_unit_test(a_stop_behind_the_last_slot_changes_nothing),
	    cmocka_unit_test(case_49_a_device_that_is_not_there_is_told_and_the_rest_records),
	    cmocka_unit_test(a_port_that_may_not_be_lost_ends_it),
	    cmocka_unit_test(it_begins_when_every_bus_takes_its_request),
	    cmocka_unit_test(a_bus_that_takes_nothing_does_not_hold_up_the_others),
	    cmocka_unit_test(a_stop_before_it_has_begun_ends_it),
	    cmocka_unit_test(case_18_the_end_waits_for_a_disk_that_hangs_and_stops_nobody_for_it),
	    cmocka_unit_test(case_55_terminated_on_a_full_disk_is_terminated_and_says_what_is_lost),
	    cmocka_unit_test(sinks_that_cannot_begin_refuse_it_before_the_first_slot),
	    cmocka_unit_test(case_18_a_disk_that_hangs_at_the_start_holds_up_the_first_slot_alone),
	    cmocka_unit_test(files_that_cannot_be_made_refuse_it_later),
	    cmocka_unit_test(stopped_while_its_files_are_made_it_never_begins),
	    cmocka_unit_test(rows_that_a_sink_lost_make_it_fail_and_do_not_end_it),
	    cmocka_unit_test(a_file_that_was_left_is_told_once),
	    cmocka_unit_test(case_18_books_wait_for_a_slow_disk_one_at_a_time),
	    cmocka_unit_test(the_newest_books_of_a_bus_stand_for_all_before),
	    cmocka_unit_test(last_words_that_were_not_written_make_it_fail),
	    cmocka_unit_test(case_07_interrupted_on_a_full_disk_it_ends_as_it_was_told),
	    cmocka_unit_test(interrupted_on_a_broken_disk_it_fails),
	    cmocka_unit_test(it_stores_exactly_as_many_events_as_were_asked_for),
	    cmocka_unit_test(a_detector_that_is_back_is_listened_to_again),
	    cmocka_unit_test(case_26_a_detector_that_is_read_and_listened_to_is_lost_once),
	    cmocka_unit_test(the_window_of_a_detector_ends_with_the_last_slot),
	    cmocka_unit_test(a_window_with_a_time_of_its_own_is_not_cut_at_the_last_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
