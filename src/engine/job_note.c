/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_note.c - the word `note`: texts added to the live run, to the last one, or to any run of this
 * workspace that is over. A run that is just being opened or closed is waited for.
 */
#include "engine/record.h"

#include "store/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_NS (PL_NS_PER_S / 10)
#define MOST	 16

struct note {
	struct actor actor; /* first */
	char path[576];
	char who[PL_ACTOR_SIZE];
	struct pl_json *texts;
	struct pl_json *written;
	uint64_t seq;	    /* of the one on its way */
	int64_t written_ns; /* when it was written */
};

static struct note *note_of(struct actor *actor)
{
	return (struct note *)actor;
}

static void end_well(struct note *note)
{
	struct pl_json *result = pl_json_object();

	pl_json_add_text(result, "path", note->path);
	pl_json_add(result, "notes", note->written);
	note->written = NULL;
	note->actor.is_over = true;
	answer_ok(note->actor.engine, note->actor.asker, result);
}

static void end_badly(struct note *note, const struct pl_error *error)
{
	note->actor.is_over = true;
	answer_error(note->actor.engine, note->actor.asker, error);
}

/* The bench's own: the run is over, or not ours. *is_open: its files take rows now. */
static enum pl_book book_of(const struct note *note, bool *is_open)
{
	const struct pl_engine *engine = note->actor.engine;

	*is_open = true;
	for (const struct record *record = engine->records; record != NULL; record = record->next) {
		if (strcmp(record->head.folder.path, note->path) != 0 ||
		    record->phase == RECORD_OVER)
			continue;
		*is_open = record_takes_rows(record);
		return record->book;
	}
	if (!run_is_live(engine) || strcmp(engine->run->head.folder.path, note->path) != 0)
		return PL_BOOK_BENCH;
	*is_open = run_takes_rows(engine);
	return PL_BOOK_RUN;
}

static const char *text_of(const struct note *note)
{
	return pl_json_text(pl_json_at(note->texts, pl_json_size(note->written)), "");
}

static void advance(struct note *note)
{
	struct pl_engine *engine = note->actor.engine;
	bool is_open;
	struct pl_write message = {.kind = PL_WRITE_NOTE,
				   .book = book_of(note, &is_open),
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (pl_json_size(note->written) == pl_json_size(note->texts)) {
		end_well(note);
		return;
	}
	pl_text_copy(message.note.folder, sizeof(message.note.folder), note->path);
	pl_text_copy(message.note.actor, sizeof(message.note.actor), note->who);
	pl_text_copy(message.note.text, sizeof(message.note.text), text_of(note));
	note->seq = 0;
	note->written_ns = message.t_utc_ns;
	if (is_open)
		note->seq = pl_writer_put(engine->writer, &message);
	note->actor.timer_ns = note->seq == 0 ? pl_clock_mono_ns() + AGAIN_NS : PL_NEVER;
}

static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct note *note = note_of(actor);
	struct pl_json *item;
	char at[PL_UTC_SIZE];

	if (note->seq == 0 || ack->seq != note->seq)
		return;
	if (ack->status != PL_OK && ack->status != PL_ERR_NOT_RUNNING) {
		struct pl_error error = ack->error;

		error.code = ack->status;
		end_badly(note, &error);
		return;
	}
	if (ack->status == PL_OK) { /* else the run was closed just before: it is over now */
		item = pl_json_object();
		pl_clock_format_utc(note->written_ns, at);
		pl_json_add_text(item, "at", at);
		pl_json_add_text(item, "actor", note->who);
		pl_json_add_text(item, "text", text_of(note));
		pl_json_add(note->written, NULL, item);
	}
	advance(note);
}

static void on_timer(struct actor *actor)
{
	advance(note_of(actor));
}

static void release(struct actor *actor)
{
	struct note *note = note_of(actor);

	pl_json_free(note->texts);
	pl_json_free(note->written);
	free(note);
}

static const struct actor_ops note_ops = {.name = "note",
					  .shares = true,
					  .keeps_engine = true,
					  .on_ack = on_ack,
					  .on_timer = on_timer,
					  .free = release};

/* ---- what is asked ---- */

static enum pl_status check_texts(const struct pl_json *texts, struct pl_error *error)
{
	size_t count = pl_json_size(texts);

	if (count < 1 || count > MOST)
		return pl_error_set(error, PL_ERR_USAGE, "", "a note needs 1 to %d texts", MOST);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(pl_json_text(pl_json_at(texts, i), ""));

		if (length < 1 || length >= PL_NOTE_SIZE)
			return pl_error_set(error, PL_ERR_USAGE, "",
					    "a note has 1 to %d bytes, not %zu", PL_NOTE_SIZE - 1,
					    length);
	}
	return PL_OK;
}

/* A run of this bench, in this workspace, that nobody else owns. */
static enum pl_status check_run(const struct pl_engine *engine, const char *path,
				struct pl_error *error)
{
	size_t length = strlen(engine->workspace.path);
	struct pl_run_summary run;
	enum pl_status status;

	if (strncmp(path, engine->workspace.path, length) != 0 || path[length] != '/')
		return pl_error_set(error, PL_ERR_USAGE, path, "is not in the workspace %s",
				    engine->workspace.path);
	status = pl_runs_find(engine->workspace.path, path, &run, error);
	if (status == PL_OK && strcmp(run.bench, engine->bench->name) != 0)
		return pl_error_set(error, PL_ERR_USAGE, path,
				    "is a run of bench %s, whose engine this is not", run.bench);
	return status == PL_OK ? pl_note_allowed(&run, error) : status;
}

/* path: as asked, else the live run or the last one. */
static enum pl_status find_run(const struct pl_engine *engine, const struct pl_json *args,
			       struct note *note, struct pl_error *error)
{
	const char *path = pl_json_get_text(args, "path", "");
	bool is_open;

	if (path[0] == '\0' && (engine->run == NULL || engine->run->was_refused))
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "",
				    "there is no run yet that a note could go to");
	pl_text_copy(note->path, sizeof(note->path),
		     path[0] != '\0' ? path : engine->run->head.folder.path);
	return book_of(note, &is_open) != PL_BOOK_BENCH ? PL_OK
							: check_run(engine, note->path, error);
}

void job_note(struct pl_engine *engine, struct session *session, struct asker asker,
	      const struct pl_json *args)
{
	struct note *note = calloc(1, sizeof(*note));
	const char *name = pl_json_get_text(args, "operator", "");
	struct pl_error error;
	enum pl_status status = PL_OK;

	if (note == NULL)
		pl_out_of_memory(); /* small */
	note->actor.engine = engine;
	status = view_may_act(engine, session, &error);
	if (status == PL_OK)
		status = check_texts(pl_json_get(args, "texts"), &error);
	if (status == PL_OK)
		status = find_run(engine, args, note, &error);
	if (status != PL_OK) {
		free(note);
		answer_error(engine, asker, &error);
		return;
	}
	snprintf(note->who, sizeof(note->who), "%.60s%s%.60s", name, name[0] != '\0' ? " " : "",
		 session->actor);
	note->texts = pl_json_copy(pl_json_get(args, "texts"));
	note->written = pl_json_array();
	actor_add(engine, &note->actor, &note_ops, asker);
	advance(note);
}

enum pl_status take_note(char out[PL_NOTE_SIZE], const struct pl_json *args, struct pl_error *error)
{
	const char *text = pl_json_get_text(args, "note", "");

	if (pl_text_copy(out, PL_NOTE_SIZE, text))
		return PL_OK;
	return pl_error_set(error, PL_ERR_USAGE, "--note", "a note has at most %d bytes",
			    PL_NOTE_SIZE - 1);
}

void run_first_note(const struct run *run)
{
	struct pl_write message = {.kind = PL_WRITE_NOTE,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (run->note[0] == '\0')
		return;
	pl_text_copy(message.note.actor, sizeof(message.note.actor), run->head.actor);
	pl_text_copy(message.note.text, sizeof(message.note.text), run->note);
	if (pl_writer_put(run->actor.engine->writer, &message) == 0)
		engine_log(run->actor.engine, PL_LOG_ERROR,
			   "the disk is behind: the note was not written");
}
