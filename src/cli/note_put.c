/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * note_put.c - see note_put.h. A live engine of the run's bench writes the notes. Without one this
 * word takes the bench's place in the workspace for a moment: the same lock, the same writer, the
 * same audit chain.
 */
#include "cli/note_put.h"

#include "cli/meet.h"

#include "store/notes.h"
#include "store/writer.h"

#include <stdio.h>
#include <string.h>

#define TRY_NS	 (5 * PL_NS_PER_S) /* an engine starts or ends, another note is written */
#define AGAIN_NS (50 * PL_NS_PER_MS)
#define CALL_NS	 (60 * PL_NS_PER_S)

/* ---- through the live engine ---- */

/* The engine of the run's bench, if it works in the run's workspace. */
static enum pl_status meet(const struct pl_note_word *note, bool simulated, struct pl_meeting *out,
			   struct pl_error *error)
{
	struct pl_bench_ref ref = {.call = note->call, .simulate = simulated};
	const char *theirs;
	enum pl_status status;

	pl_text_copy(ref.file, sizeof(ref.file), note->record.bench_file);
	status = pl_locate(ref.file, simulated, &ref.location, error);
	if (status == PL_OK)
		status = pl_meet_live(&ref, out, error);
	if (status != PL_OK)
		return status;
	theirs = pl_json_get_text(pl_json_get(out->status, "bench"), "workspace", "");
	if (strcmp(theirs, note->workspace) == 0)
		return PL_OK;
	pl_meeting_fini(out);
	return pl_error_set(error, PL_ERR_NOT_FOUND, "", "its engine works elsewhere");
}

static enum pl_status ask(struct pl_note_word *note, struct pl_meeting *meeting,
			  struct pl_error *error)
{
	struct pl_json *args = pl_json_object(), *texts = pl_json_array();
	const char *name = pl_operator_name(note->call);
	char actor[PL_ACTOR_TEXT_SIZE];

	for (size_t i = 0; i < note->count; i++)
		pl_json_add_text(texts, NULL, note->texts[i].data);
	pl_json_add_text(args, "actor", pl_actor_name(actor));
	pl_json_add_text(args, "operator", name != NULL ? name : "");
	pl_json_add_text(args, "path", note->run->path);
	pl_json_add(args, "texts", texts);
	return pl_client_call(meeting->client, "note", args, pl_clock_mono_ns() + CALL_NS, NULL,
			      NULL, &note->result, error);
}

static enum pl_status hand_over(struct pl_note_word *note, struct pl_error *error)
{
	struct pl_meeting meeting;
	enum pl_status status = meet(note, false, &meeting, error);

	if (status == PL_ERR_NOT_FOUND)
		status = meet(note, true, &meeting, error);
	if (status != PL_OK)
		return status;
	status = ask(note, &meeting, error);
	pl_meeting_fini(&meeting);
	return status;
}

/* ---- by ourselves ---- */

static enum pl_status put(struct pl_writer *writer, const struct pl_write *message,
			  struct pl_error *error)
{
	struct pollfd wait = {.fd = pl_queue_fd(pl_writer_acks(writer)), .events = POLLIN};
	struct pl_write_ack ack = {.seq = 0};

	if (pl_writer_put(writer, message) == 0)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	while (!pl_queue_pop(pl_writer_acks(writer), &ack))
		pl_clock_poll(&wait, 1, PL_NEVER);
	*error = ack.error;
	return ack.status;
}

static enum pl_status write_texts(struct pl_note_word *note, struct pl_writer *writer,
				  struct pl_error *error)
{
	struct pl_json *list = pl_json_array();
	const char *name = pl_operator_name(note->call);
	char actor[PL_ACTOR_TEXT_SIZE], at[PL_UTC_SIZE];
	enum pl_status status = PL_OK;

	note->result = pl_json_object();
	pl_json_add_text(note->result, "path", note->run->path);
	pl_json_add(note->result, "notes", list);
	pl_actor_name(actor);
	for (size_t i = 0; i < note->count && status == PL_OK; i++) {
		struct pl_write message = {.kind = PL_WRITE_NOTE,
					   .book = PL_BOOK_BENCH,
					   .t_utc_ns = pl_clock_utc_ns(),
					   .t_mono_ns = pl_clock_mono_ns()};
		struct pl_note_entry *entry = &message.note;
		struct pl_json *item = pl_json_object();

		pl_text_copy(entry->folder, sizeof(entry->folder), note->run->path);
		snprintf(entry->actor, sizeof(entry->actor), "%.60s%s%.60s",
			 name != NULL ? name : "", name != NULL ? " " : "", actor);
		pl_text_copy(entry->text, sizeof(entry->text), note->texts[i].data);
		status = put(writer, &message, error);
		pl_clock_format_utc(message.t_utc_ns, at);
		pl_json_add_text(item, "at", at);
		pl_json_add_text(item, "actor", entry->actor);
		pl_json_add_text(item, "text", entry->text);
		pl_json_add(list, NULL, item);
	}
	return status;
}

static enum pl_status write_alone(struct pl_note_word *note, struct pl_error *error)
{
	struct pl_workspace workspace;
	struct pl_writer *writer;
	struct pl_disk disk;
	enum pl_status status;

	pl_disk_init(&disk);
	status = pl_workspace_open(&disk, note->workspace, note->run->bench,
				   note->record.bench_file, &workspace, error);
	if (status == PL_OK) {
		/* Nobody of this bench owns it now: what the run says is how it stays. */
		status = pl_note_allowed(note->run, error);
		if (status == PL_OK)
			status = pl_writer_start(&workspace, &writer, error);
		if (status == PL_OK) {
			status = write_texts(note, writer, error);
			pl_writer_stop(writer);
		}
		pl_workspace_close(&workspace);
	}
	pl_disk_fini(&disk);
	return status;
}

enum pl_status pl_note_put(struct pl_note_word *note, struct pl_error *error)
{
	int64_t deadline = pl_clock_mono_ns() + TRY_NS;
	enum pl_status status;

	for (;;) {
		status = hand_over(note, error);
		if (status != PL_ERR_NOT_FOUND)
			return status;
		status = write_alone(note, error);
		if (status != PL_ERR_BUSY || pl_clock_mono_ns() >= deadline)
			return status;
		pl_json_free(note->result);
		note->result = NULL;
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + AGAIN_NS);
	}
}
