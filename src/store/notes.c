/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c - see notes.h. */
#include "store/notes.h"

#include "store/books.h"
#include "store/reading.h"
#include "store/rows.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOTES_MAX (4u << 20)
#define PARTS_MAX 100

/* ---- writing ---- */

void pl_note_row(struct pl_text *out, int64_t t_utc_ns, const struct pl_note_entry *note)
{
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(t_utc_ns, at);
	pl_text_add(out, "%s,", at);
	pl_text_add_cell(out, note->actor);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, note->text);
	pl_text_add_string(out, "\n");
}

static struct pl_sheet_form form_in(int dir)
{
	return (struct pl_sheet_form){
	    .dir = dir, .stem = "notes", .suffix = "csv", .header = PL_ROWS_NOTES};
}

/* "2026-11-21/run_0042" of a folder's path. */
static const char *name_of(const char *folder)
{
	const char *slash = strrchr(folder, '/');

	while (slash && slash > folder && slash[-1] != '/')
		slash--;
	return slash ? slash : folder;
}

static enum pl_status audit(struct pl_ledger *ledger, const struct pl_write *message,
			    const char *target, const struct pl_text *row, struct pl_error *error)
{
	const struct pl_note_entry *note = &message->note;
	struct pl_audit_entry entry = {
	    .action = "note", .status = "ok", .old_value = NAN, .new_value = NAN};
	char hash[PL_HASH_SIZE];

	pl_hash_bytes(row->data, row->length - 1, hash);
	pl_text_copy(entry.actor, sizeof entry.actor, note->actor);
	pl_text_copy(entry.target, sizeof entry.target, target);
	snprintf(entry.detail, sizeof entry.detail, "sha256 %s: %.110s", hash, note->text);
	return pl_ledger_audit(ledger, message, &entry, error);
}

/* The run's own sheet, opened with its first note. A row whose audit row cannot be written is taken
 * back: who is told that it failed says it again. */
static enum pl_status write_live(struct pl_run_book *run, const struct pl_write *message,
				 const struct pl_text *row, struct pl_error *error)
{
	struct pl_sheet *sheet = &run->files.sheets[PL_SHEET_NOTES];
	struct pl_disk *disk = pl_ledger_disk(&run->files);
	struct pl_sheet_form form = form_in(run->dir);
	enum pl_status status = PL_OK;

	if (!pl_sheet_is_open(sheet))
		status = pl_ledger_open_sheet(&run->files, PL_SHEET_NOTES, &form, error);
	if (!status)
		status =
		    pl_sheet_append(disk, sheet, row->data, row->length, pl_clock_mono_ns(), error);
	if (status)
		return status;
	status = audit(&run->files, message, run->name, row, error);
	if (status)
		pl_sheet_take_back(disk, sheet, row->length);
	return status;
}

/* The row into a folder nobody owns any more, durable, and its audit row. */
static enum pl_status add_late(struct pl_books *books, struct pl_sheet *sheet, int dir,
			       const struct pl_write *message, const struct pl_text *row,
			       struct pl_error *error)
{
	struct pl_disk *disk = books->workspace->disk;
	enum pl_status status;

	status = pl_sheet_append(disk, sheet, row->data, row->length, pl_clock_mono_ns(), error);
	if (status)
		return status;
	status = pl_file_sync(disk, &sheet->file, error);
	if (!status && sheet->is_new)
		status = pl_dir_sync(disk, dir, error);
	if (!status)
		status = audit(&books->bench, message, name_of(message->note.folder), row, error);
	if (status) /* what is told to have failed is not to be found there */
		pl_sheet_take_back(disk, sheet, row->length);
	return status;
}

/* Opened, written, closed. */
static enum pl_status write_late(struct pl_books *books, const struct pl_write *message,
				 const struct pl_text *row, struct pl_error *error)
{
	struct pl_sheet sheet = {.file = {.fd = -1}};
	struct pl_sheet_found found = {0};
	struct pl_sheet_form form;
	enum pl_status status;
	int dir;

	status = pl_dir_open(AT_FDCWD, message->note.folder, false, &dir, error);
	if (status)
		return status;
	form = form_in(dir);
	status =
	    pl_sheet_open(books->workspace->disk, &sheet, &form, ++books->opened, &found, error);
	if (!status)
		status = add_late(books, &sheet, dir, message, row, error);
	pl_sheet_close(&sheet);
	pl_text_free(&found.last);
	close(dir);
	return status;
}

enum pl_status pl_note_write(struct pl_books *books, struct pl_run_book *run,
			     const struct pl_write *message, struct pl_error *error)
{
	struct pl_text row = {0};
	enum pl_status status;

	pl_note_row(&row, message->t_utc_ns, &message->note);
	status =
	    run ? write_live(run, message, &row, error) : write_late(books, message, &row, error);
	pl_text_free(&row);
	return status;
}

/* ---- reading ---- */

static char *unescaped(const char *cell)
{
	struct pl_text text = {0};

	pl_text_add_string(&text, "");
	pl_text_add_unescaped(&text, cell, strlen(cell));
	return text.data ? text.data : calloc(1, 1);
}

static bool add_note(struct pl_notes *notes, const char *line)
{
	char at[64], actor[4 * PL_ACTOR_SIZE + 8], text[4 * PL_NOTE_SIZE + 8];
	struct pl_note *items, *note;

	if (!pl_rows_cell(&line, at, sizeof at) || strlen(at) != PL_UTC_SIZE - 1 ||
	    !pl_rows_cell(&line, actor, sizeof actor) || !pl_rows_cell(&line, text, sizeof text))
		return true;
	items = realloc(notes->items, (notes->count + 1) * sizeof *items);
	if (!items)
		return false;
	notes->items = items;
	note = &items[notes->count];
	pl_text_copy(note->at, sizeof note->at, at);
	note->actor = unescaped(actor);
	note->text = unescaped(text);
	if (!note->actor || !note->text)
		pl_out_of_memory(); /* a few bytes */
	notes->count++;
	return true;
}

static enum pl_status add_file(struct pl_notes *notes, int folder, const char *name,
			       struct pl_error *error)
{
	enum pl_status status;
	size_t count;
	char *bytes;

	status = pl_store_read(folder, name, NOTES_MAX, &bytes, &count, error);
	if (status)
		return status;
	if (count == NOTES_MAX)
		status = pl_error_set(error, PL_ERR_CONFIG, name, "more than 4 MiB of notes");
	for (char *line = bytes, *end; !status && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!add_note(notes, line))
			status = pl_error_set(error, PL_ERR_MEMORY, name, "out of memory");
	}
	free(bytes);
	return status;
}

enum pl_status pl_notes_read(int folder, struct pl_notes *out, struct pl_error *error)
{
	const struct pl_sheet_form form = form_in(folder);
	enum pl_status status = PL_OK;
	char name[128];

	*out = (struct pl_notes){.count = 0};
	unsigned part = 0;

	/* What one held that was taken away is in a later one. */
	while (!status && part < PARTS_MAX &&
	       (part = pl_store_part_after(folder, form.stem, form.suffix, part)))
		status = add_file(out, folder, pl_sheet_name(&form, part, name), error);
	return status;
}

void pl_notes_fini(struct pl_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		free(notes->items[i].actor);
		free(notes->items[i].text);
	}
	free(notes->items);
	*notes = (struct pl_notes){.count = 0};
}

const char *pl_notes_last(const struct pl_notes *notes, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = notes->count; i > 0; i--) {
		const char *text = notes->items[i - 1].text;

		if (strncmp(text, key, length) == 0 && strncmp(text + length, ": ", 2) == 0)
			return text + length + 2;
	}
	return NULL;
}

/* ---- who may ---- */

static void holder_of(const char *path, char *out, size_t cap)
{
	char *bytes;
	size_t count;
	int dir;

	pl_text_copy(out, cap, "another program");
	if (pl_dir_open(AT_FDCWD, path, false, &dir, NULL))
		return;
	if (!pl_store_read(dir, ".lock", 256, &bytes, &count, NULL)) {
		count = strcspn(bytes, "\n");
		if (count > 0)
			pl_text_escape(out, cap, bytes, count);
		free(bytes);
	}
	close(dir);
}

enum pl_status pl_note_allowed(const struct pl_run_summary *run, struct pl_error *error)
{
	char host[sizeof run->host] = "", holder[160];

	if (run->problem[0])
		return pl_error_set(error, PL_ERR_CONFIG, run->path, "%s", run->problem);
	if (run->exit >= 0)
		return PL_OK;
	gethostname(host, sizeof host - 1);
	if (strcmp(host, run->host) != 0)
		return pl_error_set(error, PL_ERR_BUSY, run->path,
				    "the run is %s on host %s, which alone may add to it",
				    run->state, run->host);
	if (!run->is_owned)
		return PL_OK;
	holder_of(run->path, holder, sizeof holder);
	return pl_error_set(error, PL_ERR_BUSY, run->path,
			    "the run is live: only its engine (%s) adds to it", holder);
}
