/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record.c - recordings in progress, from the word to the last row. Any number of them go on beside
 * each other and beside a scan.
 *
 * Order at the start as of a scan: run folder and files on disk, ports opened, settings read, then
 * the first slot. A recording of which no device is there is refused, and its folder goes; of
 * several, those that are there are recorded. The recorder decides everything about slots; this
 * file gives it ears.
 */
#include "engine/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_NS (PL_NS_PER_S / 10)

static struct record *record_of(struct actor *actor)
{
	return (struct record *)actor; /* first member */
}

bool record_takes_rows(const struct record *record)
{
	return record->phase == RECORD_OPENING || record->phase == RECORD_SURVEYING ||
	       record->phase == RECORD_GOING;
}

/* ---- the end ---- */

void record_ended(struct record *record, const struct pl_run_status *status)
{
	struct pl_engine *engine = record->actor.engine;

	record->status = *status;
	record->status.clock = record->clock;
	record->phase = RECORD_OVER;
	record->actor.is_over = true;
	record_tell_last_rows(record);
	engine_log(engine, status->success ? PL_LOG_INFO : PL_LOG_ERROR, "run %u: %s%s%s",
		   record->head.folder.number, pl_run_state_name(status->state),
		   status->reason[0] != '\0' ? ": " : "", status->reason);
	record_answer_waiters(record);
}

static void refused_and_closed(struct record *record)
{
	struct pl_engine *engine = record->actor.engine;

	pl_run_folder_abandon(&engine->workspace, &record->head.folder);
	record->phase = RECORD_OVER;
	record->actor.is_over = true;
	engine_log(engine, engine->local != NULL ? PL_LOG_INFO : PL_LOG_ERROR, "run %u refused: %s",
		   record->head.folder.number, record->refusal.text);
	record_answer_waiters(record);
}

static void close_books(struct record *record)
{
	struct pl_write message = {.kind = PL_WRITE_END,
				   .book = record->book,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns(),
				   .status = record->status};

	record->end_seq = pl_writer_put(record->actor.engine->writer, &message);
	record->actor.timer_ns = record->end_seq == 0 ? pl_clock_mono_ns() + AGAIN_NS : PL_NEVER;
}

void record_refuse(struct record *record, const struct pl_error *error)
{
	if (record->phase == RECORD_REFUSED)
		return;
	assert(error->code != PL_OK);
	record->refusal = *error;
	record->phase = RECORD_REFUSED;
	record->status.state =
	    error->code == PL_ERR_CANCELLED ? PL_RUN_INTERRUPTED : PL_RUN_CRASHED;
	record->status.exit = error->code == PL_ERR_CANCELLED ? 3 : 1;
	pl_text_copy(record->status.reason, sizeof(record->status.reason), error->text);
	close_books(record);
}

/* ---- the way there ---- */

static void put_begin(struct record *record)
{
	struct pl_engine *engine = record->actor.engine;
	struct pl_write begin = {.kind = PL_WRITE_BEGIN,
				 .book = record->book,
				 .t_utc_ns = pl_clock_utc_ns(),
				 .t_mono_ns = pl_clock_mono_ns(),
				 .head = &record->head};

	record->begin_seq = pl_writer_put(engine->writer, &begin);
	if (record->begin_seq > 0)
		return;
	pl_error_set(&record->refusal, PL_ERR_FULL, engine->workspace.path,
		     "the disk is too far behind to start a recording");
	refused_and_closed(record);
}

static void go(struct record *record)
{
	struct pl_engine *engine = record->actor.engine;
	const struct pl_record_io io = record_hands(record);
	struct pl_error error;
	enum pl_status status;

	record->actor.timer_ns = PL_NEVER;
	for (size_t i = 0; i < engine->bench->device_count; i++)
		record_keep_found(record, i);
	if (record->recording.events_device >= 0) {
		record->events = event_rows_new(engine->writer, record->book);
		if (record->events == NULL)
			pl_out_of_memory();
	}
	status = pl_recorder_new(&record->head, &io, record->lines, &record->recorder, &error);
	if (status == PL_OK) {
		record->phase = RECORD_GOING;
		status = pl_recorder_start(record->recorder, &error);
	}
	if (status != PL_OK)
		record_refuse(record, &error);
}

/* All are as far as they will come; what is missing is told, what is there is recorded. */
static void look_at_devices(struct record *record)
{
	struct pl_engine *engine = record->actor.engine;
	const struct live_device *missing = NULL;
	size_t up = 0;

	for (size_t i = 0; i < engine->bench->device_count; i++) {
		const struct live_device *live = &engine->devices[i];

		if (!record_uses(record, i))
			continue;
		if (live->phase == LIVE_UP)
			up++;
		else if (live->phase == LIVE_FAILED || live->phase == LIVE_LOST)
			missing = live;
		else
			return;
	}
	if (up == 0) {
		record_refuse(record, &missing->error);
		return;
	}
	record->phase = RECORD_SURVEYING;
	record_survey_begin(record, false);
}

static void open_devices(struct record *record)
{
	struct pl_engine *engine = record->actor.engine;

	record->phase = RECORD_OPENING;
	for (size_t i = 0; i < engine->bench->device_count; i++)
		if (record_uses(record, i))
			live_want(engine, (int)i);
	if (record->phase == RECORD_OPENING)
		look_at_devices(record);
}

static void put_first_note(const struct record *record)
{
	struct pl_write message = {.kind = PL_WRITE_NOTE,
				   .book = record->book,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (record->note[0] == '\0')
		return;
	pl_text_copy(message.note.actor, sizeof(message.note.actor), record->head.actor);
	pl_text_copy(message.note.text, sizeof(message.note.text), record->note);
	if (pl_writer_put(record->actor.engine->writer, &message) == 0)
		engine_log(record->actor.engine, PL_LOG_ERROR,
			   "the disk is behind: the note was not written");
}

/* ---- ears ---- */

static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct record *record = record_of(actor);
	struct pl_error error = ack->error;

	if (record->phase == RECORD_GOING) {
		pl_recorder_on_ack(record->recorder, ack);
	} else if (ack->seq == record->end_seq && record->phase == RECORD_REFUSED) {
		refused_and_closed(record);
	} else if (ack->seq == record->begin_seq && record->phase == RECORD_BEGINNING) {
		error.code = ack->status;
		if (ack->status != PL_OK) {
			record_refuse(record, &error);
			return;
		}
		put_first_note(record);
		open_devices(record);
	}
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct record *record = record_of(actor);

	if (record->phase == RECORD_SURVEYING || record->phase == RECORD_GOING)
		record_survey_answer(record, answer);
	if (record->phase != RECORD_GOING)
		return;
	if (answer->target.device == record->recording.events_device)
		event_rows_counted(record->events, answer);
	pl_recorder_on_answer(record->recorder, answer);
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct record *record = record_of(actor);

	if (record->phase == RECORD_GOING) {
		record_keep_found(record, (size_t)event->device);
		pl_recorder_on_device(record->recorder, event);
	} else if (record->phase == RECORD_OPENING && record_uses(record, (size_t)event->device)) {
		look_at_devices(record);
	}
}

static void on_timer(struct actor *actor)
{
	struct record *record = record_of(actor);

	if (record->phase == RECORD_GOING) {
		record_tell_rows(record);
		record_tell_books(record);
		pl_recorder_on_timer(record->recorder);
	} else if (record->phase == RECORD_SURVEYING) {
		record_survey_timer(record);
		if (record->survey.is_over)
			go(record);
	} else if (record->phase == RECORD_REFUSED && record->end_seq == 0) {
		close_books(record);
	}
}

void record_command(struct record *record, enum pl_record_command command)
{
	struct pl_error error;

	if (record->phase == RECORD_GOING) {
		pl_recorder_command(record->recorder, command);
	} else if (record->phase == RECORD_BEGINNING || record->phase == RECORD_OPENING ||
		   record->phase == RECORD_SURVEYING) {
		record_survey_cancel(record);
		pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped before the first slot");
		record_refuse(record, &error);
	}
}

/* A signal: TERM ends it and the engine, ^C only it. */
static void cancel(struct actor *actor)
{
	record_command(record_of(actor),
		       actor->engine->exit_status == 143 ? PL_RECORD_TERMINATE : PL_RECORD_STOP);
}

static void release(struct actor *actor)
{
	struct record *record = record_of(actor), **at = &actor->engine->records;

	while (*at != record)
		at = &(*at)->next;
	*at = record->next;
	if (record->refusal.code == PL_OK)
		pl_run_folder_close(&record->head.folder);
	record_discard(record);
}

static const struct actor_ops record_ops = {
    .name = "record",
    .shares = true,
    .keeps_engine = true,
    .on_answer = on_answer,
    .on_ack = on_ack,
    .on_device = on_device,
    .on_timer = on_timer,
    .cancel = cancel,
    .free = release,
};

void record_start(struct pl_engine *engine, struct record *record, struct asker asker)
{
	struct record **at = &engine->records;

	while (*at != NULL)
		at = &(*at)->next;
	*at = record;
	actor_add(engine, &record->actor, &record_ops, asker);
	put_begin(record);
}
