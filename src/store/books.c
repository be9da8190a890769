/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * books.c - the bench's files, the audit chains, and which message goes where.
 *
 * A chain moves on only after its row is in the file, so a failed row leaves no hole. Whatever the
 * program does to its own files (a torn tail cut, a part left) is an audit row too. Writer thread.
 */
#include "store/books.h"

#include "store/notes.h"
#include "store/rows.h"
#include "store/run_again.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum pl_sheet_id audit_sheet(enum pl_book book)
{
	return book == PL_BOOK_RUN ? PL_SHEET_AUDIT : PL_SHEET_BENCH_AUDIT;
}

static enum pl_status append(struct pl_books *books, enum pl_sheet_id id, struct pl_error *error)
{
	return pl_sheet_append(books->workspace->disk, &books->sheets[id], books->row.data,
			       books->row.length, pl_clock_mono_ns(), error);
}

enum pl_status pl_books_audit(struct pl_books *books, enum pl_book book,
			      const struct pl_write *message, const struct pl_audit_entry *entry,
			      struct pl_error *error)
{
	enum pl_status status;
	struct pl_chain next;

	pl_text_clear(&books->row);
	pl_chain_row(&books->chains[book], message, entry, &books->row, &next);
	status = append(books, audit_sheet(book), error);
	if (!status)
		books->chains[book] = next;
	return status;
}

enum pl_status pl_books_remark(struct pl_books *books, enum pl_book book, const char *action,
			       const char *target, const char *status, const char *detail,
			       struct pl_error *error)
{
	const struct pl_write now = {.t_utc_ns = pl_clock_utc_ns(),
				     .t_mono_ns = pl_clock_mono_ns()};
	struct pl_audit_entry entry = {.actor = "plateau", .old_value = NAN, .new_value = NAN};

	pl_text_copy(entry.action, sizeof entry.action, action);
	pl_text_copy(entry.target, sizeof entry.target, target);
	pl_text_copy(entry.status, sizeof entry.status, status);
	pl_text_copy(entry.detail, sizeof entry.detail, detail);
	return pl_books_audit(books, book, &now, &entry, error);
}

static bool is_bench_sheet(unsigned id)
{
	return id == PL_SHEET_BENCH_AUDIT || id == PL_SHEET_BENCH_OPERATIONS;
}

static const char *left_status(const struct pl_sheet *sheet)
{
	return sheet->left_gone ? "gone" : sheet->left_full ? "full" : "suspect";
}

void pl_books_tell(struct pl_books *books)
{
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &books->sheets[id];
		enum pl_book book = is_bench_sheet(id) ? PL_BOOK_BENCH : PL_BOOK_RUN;

		if (!pl_sheet_is_open(sheet))
			continue;
		if (sheet->moved[0] && !pl_books_remark(books, book, "file", sheet->left,
							left_status(sheet), sheet->moved, NULL))
			sheet->moved[0] = '\0';
		pl_books_seal_left(books, sheet);
	}
	if (books->head)
		pl_run_book_tell_events(books);
}

enum pl_status pl_books_mend(struct pl_books *books, struct pl_error *error)
{
	enum pl_status first = PL_OK;

	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &books->sheets[id];

		if (!pl_sheet_is_open(sheet) || sheet->form.is_derived)
			continue;
		enum pl_status status =
		    pl_sheet_mend(books->workspace->disk, sheet, first ? NULL : error);
		if (!first)
			first = status;
	}
	return first;
}

/* Where the chain of an audit file stands. */
static enum pl_status take_chain(struct pl_books *books, enum pl_book book,
				 const struct pl_sheet_found *found, struct pl_error *error)
{
	if (!found->last.length)
		return PL_OK;
	return pl_chain_continue(&books->chains[book], found->last.data, error);
}

static void tell_cut(struct pl_books *books, enum pl_sheet_id id,
		     const struct pl_sheet_found *found)
{
	enum pl_book book = is_bench_sheet(id) ? PL_BOOK_BENCH : PL_BOOK_RUN;
	const struct pl_sheet *sheet = &books->sheets[id];
	const char *name = found->has_changed ? sheet->left : sheet->file.name;
	char detail[PL_RUN_TEXT_SIZE];

	if (!found->cut)
		return;
	snprintf(detail, sizeof detail, "bytes %llu to %llu were torn: cut off, kept in %.80s.torn",
		 (unsigned long long)found->size, (unsigned long long)(found->size + found->cut),
		 name);
	pl_books_remark(books, book, "file", name, "mended", detail, NULL);
}

/* The rows a file of numbered rows had: the number of its last, in this column. */
static void take_rows(struct pl_sheet *sheet, const struct pl_sheet_found *found, int column)
{
	const char *line = found->last.data;
	char cell[PL_PATH_SIZE] = "";
	int64_t number;

	for (int i = 0; found->last.length && i <= column; i++)
		if (!pl_rows_cell(&line, cell, sizeof cell))
			return;
	if (found->last.length && pl_text_to_int(cell, &number) && number > 0)
		sheet->rows = sheet->durable = sheet->marked_rows = (uint64_t)number;
}

enum pl_status pl_books_open_sheet(struct pl_books *books, enum pl_sheet_id id,
				   const struct pl_sheet_form *form, struct pl_error *error)
{
	struct pl_disk *disk = books->workspace->disk;
	struct pl_sheet *sheet = &books->sheets[id];
	struct pl_sheet_found found;
	enum pl_status status;

	status = pl_sheet_open(disk, sheet, form, ++books->opened, &found, error);
	if (!status)
		status = pl_file_sync(disk, &sheet->file, error);
	if (!status && (id == PL_SHEET_AUDIT || id == PL_SHEET_BENCH_AUDIT))
		status = take_chain(books, id == PL_SHEET_AUDIT ? PL_BOOK_RUN : PL_BOOK_BENCH,
				    &found, error);
	if (!status && id == PL_SHEET_POINTS)
		take_rows(sheet, &found, 0);
	if (!status && id == PL_SHEET_EVENTS)
		take_rows(sheet, &found, PL_ROWS_EVENT_NUMBER);
	if (!status)
		tell_cut(books, id, &found);
	if (status && pl_sheet_is_open(sheet)) {
		if (sheet->is_new)
			pl_file_remove(form->dir, sheet->file.name, NULL);
		pl_sheet_close(sheet);
	}
	pl_text_free(&found.last);
	return status;
}

static enum pl_status open_bench_sheet(struct pl_books *books, enum pl_sheet_id id,
				       const char *what, const char *header, struct pl_error *error)
{
	struct pl_sheet_form form = {
	    .dir = books->workspace->dir, .suffix = "csv", .header = header};

	snprintf(form.stem, sizeof form.stem, "%s.%s", books->workspace->bench, what);
	return pl_books_open_sheet(books, id, &form, error);
}

static void tell_swept(void *ctx, const char *name)
{
	pl_books_remark(ctx, PL_BOOK_BENCH, "file", name, "removed",
			"left by a writer that died before it could replace the file", NULL);
}

static void sweep(struct pl_books *books)
{
	char stem[40];

	snprintf(stem, sizeof stem, "%s.", books->workspace->bench);
	pl_run_again_sweep(books->workspace->dir, stem, tell_swept, books);
}

enum pl_status pl_books_init(struct pl_books *books, struct pl_workspace *workspace,
			     struct pl_error *error)
{
	enum pl_status status;

	*books = (struct pl_books){.workspace = workspace, .run_dir = -1};
	for (unsigned id = 0; id < PL_SHEETS; id++)
		books->sheets[id].file.fd = -1;
	pl_chain_begin(&books->chains[PL_BOOK_BENCH], workspace->bench);
	status = pl_state_load(workspace, &books->state, error);
	if (!status)
		status =
		    open_bench_sheet(books, PL_SHEET_BENCH_AUDIT, "audit", PL_ROWS_AUDIT, error);
	if (!status)
		status = open_bench_sheet(books, PL_SHEET_BENCH_OPERATIONS, "threshold_operations",
					  PL_ROWS_OPERATIONS, error);
	if (!status)
		status = pl_dir_sync(workspace->disk, workspace->dir, error);
	if (!status)
		sweep(books);
	if (!status && workspace->stale_holder[0])
		pl_books_remark(books, PL_BOOK_BENCH, "file", ".plateau", "stale lock",
				workspace->stale_holder, NULL);
	return status;
}

void pl_books_fini(struct pl_books *books)
{
	for (unsigned id = 0; id < PL_SHEETS; id++)
		pl_sheet_close(&books->sheets[id]);
	if (books->run_dir >= 0)
		close(books->run_dir);
	pl_state_fini(&books->state);
	pl_text_free(&books->row);
	pl_text_free(&books->points_header);
	pl_text_free(&books->events_header);
}

static enum pl_status write_operation(struct pl_books *books, const struct pl_write *message,
				      struct pl_error *error)
{
	pl_text_clear(&books->row);
	pl_rows_operation(&books->row, message->t_utc_ns, &message->operation);
	return append(
	    books, message->book == PL_BOOK_RUN ? PL_SHEET_OPERATIONS : PL_SHEET_BENCH_OPERATIONS,
	    error);
}

/* Messages that are about the bench even while a run is open. */
static bool needs_run(const struct pl_write *message)
{
	switch (message->kind) {
	case PL_WRITE_BEGIN:
	case PL_WRITE_KEPT:
	case PL_WRITE_PENDING:
		return false;
	case PL_WRITE_OPERATION:
	case PL_WRITE_AUDIT:
	case PL_WRITE_NOTE:
		return message->book == PL_BOOK_RUN;
	case PL_WRITE_STATUS:
	case PL_WRITE_POINT:
	case PL_WRITE_SETTING:
	case PL_WRITE_EVENTS:
	case PL_WRITE_DEVICE_LOG:
	case PL_WRITE_END:
		break;
	}
	return true;
}

/* Rows of a run never go where nobody will look for them. Its last word may: the folder is open. */
static bool needs_place(const struct pl_write *message)
{
	return message->kind == PL_WRITE_POINT || message->kind == PL_WRITE_SETTING ||
	       message->kind == PL_WRITE_EVENTS ||
	       ((message->kind == PL_WRITE_AUDIT || message->kind == PL_WRITE_OPERATION) &&
		message->book == PL_BOOK_RUN);
}

/* Its place is gone. A block goes whole, or the rest of it would be taken for one. */
static void not_written(struct pl_books *books, const struct pl_write *message)
{
	if (message->kind == PL_WRITE_EVENTS)
		books->missing_events += message->events.count + message->events.lost;
	if (message->kind == PL_WRITE_POINT)
		pl_run_book_drop_block(books);
}

/* Not before every row: what is written into a workspace that has just gone is in its files still,
 * and sheet.c keeps it. A failure may come from there, so then it is looked at in any case. */
static enum pl_status look_at_place(struct pl_books *books, bool has_failed, struct pl_error *error)
{
	int64_t now_ns = pl_clock_mono_ns();
	enum pl_status status;

	if (!has_failed && books->looked_ns && now_ns - books->looked_ns < PL_SHEET_LOOK_NS)
		return PL_OK;
	status = pl_workspace_in_place(books->workspace, error);
	books->looked_ns = status ? 0 : now_ns;
	return status;
}

static enum pl_status write_message(struct pl_books *books, const struct pl_write *message,
				    uint32_t *point, struct pl_error *error)
{
	switch (message->kind) {
	case PL_WRITE_BEGIN:
		return pl_run_book_begin(books, message->head, error);
	case PL_WRITE_STATUS:
		return pl_run_book_status(books, &message->status, error);
	case PL_WRITE_POINT:
		return pl_run_book_point(books, &message->point, message->has_more, point, error);
	case PL_WRITE_SETTING:
		return pl_run_book_setting(books, &message->setting, error);
	case PL_WRITE_EVENTS:
		return pl_run_book_events(books, message, error);
	case PL_WRITE_OPERATION:
		return write_operation(books, message, error);
	case PL_WRITE_AUDIT:
		return pl_books_audit(books, message->book, message, &message->audit, error);
	case PL_WRITE_DEVICE_LOG:
		return pl_run_book_stray(books, message->t_utc_ns, &message->stray, error);
	case PL_WRITE_NOTE:
		return pl_note_write(books, message, error);
	case PL_WRITE_KEPT:
		return pl_state_keep(books->workspace, &books->state, &message->kept, error);
	case PL_WRITE_PENDING:
		return pl_state_pend(books->workspace, &books->state, &message->pending, error);
	case PL_WRITE_END:
		return pl_run_book_end(books, &message->status, error);
	}
	return pl_error_set(error, PL_ERR_UNSUPPORTED, NULL, "no such message");
}

enum pl_status pl_books_write(struct pl_books *books, const struct pl_write *message,
			      uint32_t *point, struct pl_error *error)
{
	bool is_placed = needs_place(message) && !message->has_more;
	enum pl_status status;

	if (needs_run(message) && !books->head)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, NULL,
				    "no run is open that this could be written to");
	if (is_placed && (status = look_at_place(books, false, error))) {
		not_written(books, message);
		return status;
	}
	status = write_message(books, message, point, error);
	if (status && is_placed) {
		enum pl_status place = look_at_place(books, true, error);

		status = place ? place : status;
	}
	return status;
}
