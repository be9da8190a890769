/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_note.c - plateau note: texts added to a run, whoever has it in hand.
 *
 * A live engine of the run's bench writes them. Without one this word takes the bench's place in
 * the workspace for a moment: the same lock, the same writer, the same audit chain.
 */
#include "cli/meet.h"
#include "cli/print.h"
#include "cli/run_ref.h"

#include "store/notes.h"
#include "store/run_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRY_NS	 (5 * PL_NS_PER_S) /* an engine starts or ends, another note is written */
#define AGAIN_NS (50 * PL_NS_PER_MS)
#define CALL_NS	 (60 * PL_NS_PER_S)
#define TEXTS	 4

struct note {
	const struct pl_call *call;
	const struct pl_run_summary *run;
	char workspace[576];
	struct pl_run_record record;
	struct pl_text texts[TEXTS];
	size_t count;
	struct pl_json *result;
};

/* ---- texts ---- */

static enum pl_status add_text(struct note *note, const char *key, const char *value,
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

static enum pl_status collect(struct note *note, const char *text, struct pl_error *error)
{
	static const char *const keys[] = {"label", "sample", "operator"};
	enum pl_status status = add_text(note, "", text, error);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && status == PL_OK; i++)
		status = add_text(note, keys[i], pl_call_value(note->call, keys[i]), error);
	return status;
}

/* ---- through the live engine ---- */

/* The engine of the run's bench, if it works in the run's workspace. */
static enum pl_status meet(const struct note *note, bool simulated, struct pl_meeting *out,
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

static enum pl_status ask(struct note *note, struct pl_meeting *meeting, struct pl_error *error)
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

static enum pl_status hand_over(struct note *note, struct pl_error *error)
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

static enum pl_status write_texts(struct note *note, struct pl_writer *writer,
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

static enum pl_status write_alone(struct note *note, struct pl_error *error)
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

/* The live engine, or else ourselves; who holds the bench for a moment is waited for. */
static enum pl_status write_notes(struct note *note, struct pl_error *error)
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
static enum pl_status read_notes(struct note *note, int folder, struct pl_error *error)
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
static enum pl_status workspace_of(struct note *note, struct pl_error *error)
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

static enum pl_status work(struct note *note, const char *text, struct pl_error *error)
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
		status = write_notes(note, error);
	if (folder >= 0)
		close(folder);
	return status;
}

static int run(const struct pl_call *call)
{
	struct note note = {.call = call};
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
	for (size_t i = 0; i < TEXTS; i++)
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
