/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_recording.h - recordings beside the scan of the fixture, each in a book of its own. */
#ifndef TEST_UNIT_STORE_RECORDING_H
#define TEST_UNIT_STORE_RECORDING_H

#include "unit/store_writer.h"

#define RECORDING_BOOK ((enum pl_book)(PL_BOOK_RUN + 1))

__attribute__((unused)) static const struct pl_parameter temperature_row = {.name = "temperature",
									    .unit = "C"};

/* Of the fixture's device, its temperature at 2 Hz and its events. */
struct recording_fixture {
	struct pl_beside reading;
	struct pl_recording recording;
	struct pl_run_head head;
};

__attribute__((unused)) static void recording_head(struct fixture *f, struct recording_fixture *r,
						   const char *name)
{
	r->reading = (struct pl_beside){
	    .target = {.device = 0, .channel = -1},
	    .parameter = &temperature_row,
	    .path = "det.temperature",
	};
	r->recording = (struct pl_recording){
	    .rate_hz = 2,
	    .readings = &r->reading,
	    .reading_count = 1,
	    .events_device = 0,
	    .time_ns = 60 * PL_NS_PER_S,
	    .overflow = PL_OVERFLOW_DROP_OLDEST,
	    .sinks = PL_SINK_CSV | PL_SINK_SQLITE,
	    .flush_ns = PL_NS_PER_S,
	    .reconnect = true,
	};
	pl_text_copy(r->recording.name, sizeof r->recording.name, name);
	r->head = (struct pl_run_head){
	    .bench = &f->bench,
	    .recording = &r->recording,
	    .actor = "ada (ada, /dev/pts/1)",
	    .operator_name = "ada",
	    .host = "bench-pc",
	    .version = "0.1",
	    .boot_id = "5b6d2b8e-0000-4000-8000-000000000001",
	    .pid = 99,
	    .created_utc_ns = FIXTURE_UTC_NS,
	    .created_mono_ns = 1234,
	    .columns = FIXTURE_COLUMNS,
	    .column_count = 2,
	    .carried_count = 2,
	};
	gethostname(r->head.host, sizeof r->head.host - 1);
	assert_int_equal(pl_run_folder_claim(&f->workspace, FIXTURE_UTC_NS, &r->head.folder, NULL),
			 PL_OK);
}

__attribute__((unused)) static struct pl_record_books a_minute_of_books(void)
{
	return (struct pl_record_books){
	    .on_time = 110,
	    .late = 4,
	    .failed = 1,
	    .dropped = 2,
	    .skipped = {[PL_SKIP_BLOCKED] = 3},
	    .reads_ok = 114,
	    .reads_failed = {[PL_READ_UNANSWERED] = 1},
	    .samples_emitted = 115,
	    .samples_late = 5,
	    .rows = 115,
	    .gaps = 1,
	    .events = 7,
	    .max_drift_ms = 1.25,
	    .tick_duration_ms_p50 = 3.5,
	    .tick_duration_ms_p99 = 8,
	    .started_utc_ns = FIXTURE_UTC_NS,
	    .finished_utc_ns = FIXTURE_UTC_NS + 60 * PL_NS_PER_S,
	    .disconnects = 1,
	};
}

__attribute__((unused)) static struct pl_write in_book(enum pl_book book, struct pl_write message)
{
	message.book = book;
	return message;
}

__attribute__((unused)) static struct pl_write begin_recording(struct recording_fixture *r,
							       enum pl_book book)
{
	struct pl_write message = a_message(PL_WRITE_BEGIN, book);

	message.head = &r->head;
	return message;
}

__attribute__((unused)) static struct pl_write
recording_status(enum pl_write_kind kind, enum pl_run_state state, enum pl_book book)
{
	struct pl_write message = in_book(book, status_message(kind, state, 0));

	message.status.planned = 0;
	message.status.books = a_minute_of_books();
	message.status.exit = pl_run_state_is_over(state) ? 0 : -1;
	if (pl_run_state_is_over(state))
		message.status.finished_utc_ns = FIXTURE_UTC_NS + 60 * PL_NS_PER_S;
	return message;
}

__attribute__((unused)) static struct pl_write event_message(enum pl_book book, uint32_t number)
{
	struct pl_write message = a_message(PL_WRITE_EVENTS, book);

	message.t_mono_ns = 5 * PL_NS_PER_S;
	message.events.count = 1;
	message.events.items[0] = (struct pl_event){.t_ns = message.t_mono_ns + number,
						    .hits = number,
						    .carried = {20.5, NAN},
						    .device_us = 17,
						    .dead_s = NAN};
	return message;
}

__attribute__((unused)) static struct pl_write note_message(enum pl_book book, const char *text)
{
	struct pl_write message = a_message(PL_WRITE_NOTE, book);

	pl_text_copy(message.note.actor, sizeof message.note.actor, "ada");
	pl_text_copy(message.note.text, sizeof message.note.text, text);
	return message;
}

#endif
