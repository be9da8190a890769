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

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static const char *left_status(const struct pl_sheet *sheet)
{
	return sheet->left_gone ? "gone" : sheet->left_full ? "full" : "suspect";
}

void pl_books_tell(struct pl_books *books)
{
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &books->sheets[id];
		enum pl_book book = pl_books_is_bench(id) ? PL_BOOK_BENCH : PL_BOOK_RUN;

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
