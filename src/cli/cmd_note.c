/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_note.c - plateau note: texts added to a run, or those it has. */
#include "cli/note_put.h"
#include "cli/print.h"
#include "cli/run_ref.h"

#include "store/notes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- texts ---- */

static enum pl_status add_text(struct pl_note_word *note, const char *key, const char *value,
			       struct pl_error *error)
{
	struct pl_text *text = &note->texts[note->count];

	if (value == NULL)
		return PL_OK;
	pl_text_add(text, "%s%s%s", key, key[0] != '\0' ? ": " : "", value);
	note->count++;
	if (value[0] != '\0' && text->length < PL_NOTE_SIZE)
		return PL_OK;
	return pl_error_set(error, PL_ERR_USAGE, key, "a note has 1 to %d bytes", PL_NOTE_SIZE - 1);
}

static enum pl_status collect(struct pl_note_word *note, const char *text, struct pl_error *error)
{
	static const char *const keys[] = {"label", "sample", "operator"};
	enum pl_status status = add_text(note, "", text, error);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && status == PL_OK; i++)
		status = add_text(note, keys[i], pl_call_value(note->call, keys[i]), error);
	return status;
}

/* ---- the word ---- */

static void print_note(const char *at, const char *actor, const char *text)
{
	struct pl_text line = {0};

	pl_text_add(&line, "%s  ", at);
	pl_text_add_safe(&line, actor, strlen(actor));
	pl_text_add_string(&line, "  ");
	pl_text_add_safe(&line, text, strlen(text));
	puts(line.data);
	pl_text_free(&line);
}

static void print_result(const struct pl_call *call, const struct pl_json *result)
{
	const struct pl_json *notes = pl_json_get(result, "notes");

	if (pl_call_has(call, "json")) {
		pl_print_json(result);
		return;
	}
	for (size_t i = 0; i < pl_json_size(notes); i++) {
		const struct pl_json *item = pl_json_at(notes, i);

		print_note(pl_json_get_text(item, "at", ""), pl_json_get_text(item, "actor", ""),
			   pl_json_get_text(item, "text", ""));
	}
}

/* Without a text: what there is. */
static enum pl_status read_notes(struct pl_note_word *note, int folder, struct pl_error *error)
{
	struct pl_json *list = pl_json_array();
	struct pl_notes notes;
	enum pl_status status = pl_notes_read(folder, &notes, error);

	for (size_t i = 0; i < notes.count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "at", notes.items[i].at);
		pl_json_add_text(item, "actor", notes.items[i].actor);
		pl_json_add_text(item, "text", notes.items[i].text);
		pl_json_add(list, NULL, item);
	}
	pl_notes_fini(&notes);
	note->result = pl_json_object();
	pl_json_add_text(note->result, "path", note->run->path);
	pl_json_add(note->result, "notes", list);
	return status;
}

/* <workspace>/<day>/run_NNNN */
static enum pl_status workspace_of(struct pl_note_word *note, struct pl_error *error)
{
	char *end;

	pl_text_copy(note->workspace, sizeof(note->workspace), note->run->path);
	for (int i = 0; i < 2 && note->run->day[0] != '\0'; i++) {
		end = strrchr(note->workspace, '/');
		if (end != NULL)
			*end = '\0';
	}
	if (note->run->day[0] != '\0' && note->workspace[0] != '\0')
		return PL_OK;
	return pl_error_set(error, PL_ERR_USAGE, note->run->path,
			    "the folder is not in a workspace, whose audit its notes belong to");
}

static enum pl_status work(struct pl_note_word *note, const char *text, struct pl_error *error)
{
	enum pl_status status = collect(note, text, error);
	int folder = -1;

	if (status == PL_OK)
		status = pl_dir_open(AT_FDCWD, note->run->path, false, &folder, error);
	if (status == PL_OK && note->count == 0)
		status = read_notes(note, folder, error);
	if (status == PL_OK && note->count > 0)
		status = workspace_of(note, error);
	if (status == PL_OK && note->count > 0)
		status = pl_run_read(folder, &note->record, error);
	if (status == PL_OK && note->count > 0)
		status = pl_note_put(note, error);
	if (folder >= 0)
		close(folder);
	return status;
}

static int run(const struct pl_call *call)
{
	struct pl_note_word note = {.call = call};
	struct pl_run_refs refs;
	struct pl_error error;
	enum pl_status status = pl_run_refs_find(call, 1, &refs, &error);
	int exit_status;

	if (status == PL_OK && refs.count != 1)
		status = pl_error_set(&error, PL_ERR_USAGE, call->arguments[0],
				      "means %zu runs: a note goes to one", refs.count);
	if (status == PL_OK && refs.rest[0] != NULL && refs.rest[1] != NULL) {
		exit_status = pl_fail_surplus(call, refs.rest[1]);
		pl_run_refs_fini(&refs);
		return exit_status;
	}
	if (status == PL_OK) {
		note.run = &refs.items[0];
		status = work(&note, refs.rest[0], &error);
	}
	exit_status = status == PL_OK ? PL_EXIT_OK : pl_fail(call, &error);
	if (status == PL_OK)
		print_result(call, note.result);
	for (size_t i = 0; i < PL_NOTE_TEXTS; i++)
		pl_text_free(&note.texts[i]);
	pl_json_free(note.result);
	pl_run_record_fini(&note.record);
	pl_run_refs_fini(&refs);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"label", 0, "TEXT", "give the run another label"},
    {"sample", 0, "TEXT", "say what was measured"},
    {.name = NULL},
};

const struct pl_command pl_cmd_note = {
    .name = "note",
    .summary = "add a note to a run, or show its notes",
    .synopsis = "[BENCH] RUN [TEXT] [--label TEXT] [--sample TEXT] [--operator NAME]",
    .text = "Adds TEXT to notes.csv of a run: last, its number, 2026-11-21/42, or the path of its "
	    "folder; while the run goes on and at any time afterwards. --label, --sample and "
	    "--operator change what was given at the start: they are notes of the form `label: "
	    "TEXT`, of which the last holds. A note has 1 to 1023 bytes and is audited with the "
	    "hash of its line, in the run's audit while it is live, else in the bench's. Without "
	    "any text the notes of the run are shown.",
    .options = options,
    .most = 3,
    .run = run,
};
