/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_start.c - the word `record`: everything that can be refused is refused here, before a
 * folder is made; then the folder and the head that never changes.
 */
#include "engine/record.h"

#include "record/choose.h"

#include <stdlib.h>
#include <string.h>

#define LINES_QUEUED 1024

static void add_line(void *ctx, const char *line)
{
	pl_json_add_text(ctx, NULL, line);
}

static enum pl_status check_budget(struct record *record, const struct pl_json *args,
				   struct pl_error *error)
{
	enum pl_status status;

	record->budget = pl_json_array();
	if (record->recording.reading_count == 0)
		return PL_OK;
	status = pl_record_budget(record->head.bench, &record->recording, add_line, record->budget,
				  error);
	return pl_json_get_boolean(args, "force", false) ? PL_OK : status;
}

/* One window at a time is open on a detector, and that of its events stays open. */
static enum pl_status check_events(const struct pl_engine *engine, const struct record *record,
				   struct pl_error *error)
{
	int device = record->recording.events_device;

	if (device < 0)
		return PL_OK;
	if (run_is_live(engine) && engine->run->scan->device_index == device)
		return pl_error_set(error, PL_ERR_RUN_ACTIVE,
				    engine->bench->devices[device].spec.name,
				    "run %u (by %s) counts on it; its events can be recorded when "
				    "that is over",
				    run_number(engine), run_actor(engine));
	return records_leave(engine, device, error);
}

static enum pl_status find_book(const struct pl_engine *engine, struct record *record,
				struct pl_error *error)
{
	for (int book = PL_BOOK_RUN + 1; book < PL_BOOKS; book++) {
		const struct record *other = engine->records;

		while (other != NULL && (int)other->book != book)
			other = other->next;
		if (other != NULL)
			continue;
		record->book = (enum pl_book)book;
		return PL_OK;
	}
	return pl_error_set(error, PL_ERR_BUSY, engine->bench->name,
			    "%d recordings are running: stop one first",
			    PL_BOOKS - PL_BOOK_RUN - 1);
}

static enum pl_status take_lines(struct record *record, struct asker asker,
				 const struct pl_json *args, struct pl_error *error)
{
	if (!pl_json_get_boolean(args, "rows", false) || record->recording.reading_count == 0)
		return PL_OK;
	record->lines = pl_queue_new(sizeof(struct pl_sinks_line), LINES_QUEUED);
	record->lines_to = asker;
	return record->lines != NULL ? PL_OK
				     : pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
}

static enum pl_status may_begin(const struct pl_engine *engine, const struct session *session,
				struct pl_error *error)
{
	if (view_may_act(engine, session, error) != PL_OK)
		return error->code;
	return engine_is_staying(engine, error);
}

enum pl_status record_choose(const struct pl_engine *engine, struct record *record,
			     const struct pl_json *args, struct pl_error *error)
{
	struct pl_recording_choice choice = {
	    .name = pl_json_get_text(args, "name", ""),
	    .for_s = pl_json_is_null(pl_json_get(args, "for_s"))
			 ? NAN
			 : pl_json_get_number(args, "for_s", 0), /* what is no number is no time */
	    .only = pl_json_get_text(args, "only", "")};
	enum pl_status status =
	    run_own_bench(engine, pl_json_get(args, "set"), &record->own_bench, error);

	record->head.bench = record->own_bench != NULL ? record->own_bench : engine->bench;
	if (status == PL_OK)
		status = pl_recording_choose(record->head.bench, &choice, &record->recording,
					     &record->readings, error);
	if (status == PL_OK)
		status = pl_recording_memory(record->head.bench, &record->recording, error);
	if (status == PL_OK)
		status = check_budget(record, args, error);
	return status == PL_OK ? check_events(engine, record, error) : status;
}

static enum pl_status make(struct pl_engine *engine, const struct session *session,
			   struct asker asker, const struct pl_json *args, struct record *record,
			   struct pl_error *error)
{
	struct pl_run_head *head = &record->head;
	enum pl_status status = may_begin(engine, session, error);

	if (status == PL_OK)
		status = record_choose(engine, record, args, error);
	if (status == PL_OK)
		status = run_find_operator(engine, args, head->operator_name,
					   sizeof(head->operator_name), error);
	if (status == PL_OK)
		status = take_note(record->note, args, error);
	if (status == PL_OK)
		status = find_book(engine, record, error);
	if (status == PL_OK)
		status = take_lines(record, asker, args, error);
	if (status != PL_OK)
		return status;
	record->found = calloc(engine->bench->device_count + 1, sizeof(*record->found));
	if (record->found == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	head->created_utc_ns = pl_clock_utc_ns();
	head->created_mono_ns = pl_clock_mono_ns();
	head->recording = &record->recording;
	run_head_fill(head, session, args);
	run_find_warnings(engine, head);
	return pl_run_folder_claim(&engine->workspace, head->created_utc_ns, &head->folder, error);
}

static void answer_started(struct pl_engine *engine, struct asker asker,
			   const struct record *record, bool follows)
{
	const struct pl_run_head *head = &record->head;
	struct pl_json *body = pl_json_object(), *warnings = pl_json_array(), *event;
	int64_t time_ns = record->recording.time_ns;

	pl_json_add_text(body, "kind", "recording");
	pl_json_add_integer(body, "run", head->folder.number);
	pl_json_add_text(body, "name", record->recording.name);
	pl_json_add_text(body, "uid", head->folder.uid);
	pl_json_add_text(body, "path", head->folder.path);
	pl_json_add_number(body, "rate_hz", record->recording.rate_hz);
	pl_json_add_number(body, "duration_s", time_ns > 0 ? (double)time_ns / 1e9 : NAN);
	for (size_t i = 0; i < head->warning_count; i++)
		pl_json_add_text(warnings, NULL, head->warnings[i]);
	pl_json_add(body, "warnings", warnings);
	pl_json_add(body, "budget", pl_json_copy(record->budget));
	if (!follows) {
		answer_ok(engine, asker, body);
		return;
	}
	event = pl_json_object();
	pl_json_add(event, "started", body);
	answer_event(engine, asker, event);
}

void record_begin(struct pl_engine *engine, struct session *session, struct asker asker,
		  const struct pl_json *args)
{
	bool follows = pl_json_get_boolean(args, "follow", false);
	struct record *record = calloc(1, sizeof(*record));
	struct pl_error error;
	enum pl_status status;

	if (record == NULL)
		pl_out_of_memory();
	record->actor.engine = engine;
	record->head.folder = (struct pl_run_folder){.dir = -1, .lock = -1};
	status = make(engine, session, asker, args, record, &error);
	if (status == PL_OK && follows &&
	    !record_add_waiter(record, &(struct waiter){.asker = asker, .follows = true})) {
		pl_run_folder_abandon(&engine->workspace, &record->head.folder);
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	}
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		record_discard(record);
		return;
	}
	answer_started(engine, asker, record, follows);
	form_remember(engine, session, "recordings", record->recording.name, args);
	engine_log(engine, PL_LOG_INFO, "run %u: recording %s, %zu parameter%s at %g Hz%s, by %s",
		   record->head.folder.number, record->recording.name,
		   record->recording.reading_count, record->recording.reading_count == 1 ? "" : "s",
		   record->recording.rate_hz,
		   record->recording.events_device >= 0 ? ", and events" : "", record->head.actor);
	record_start(engine, record, asker);
}

void record_discard(struct record *record)
{
	if (record == NULL)
		return;
	pl_recorder_free(record->recorder);
	pl_bench_free(record->own_bench);
	free(record->readings);
	free(record->found);
	free(record->events);
	pl_json_free(record->budget);
	if (record->lines != NULL)
		pl_queue_free(record->lines);
	waiters_free(&record->waiters);
	free(record);
}
