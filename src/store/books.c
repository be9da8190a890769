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

enum pl_status pl_ledger_append(struct pl_ledger *ledger, enum pl_sheet_id id, size_t rows,
				struct pl_error *error)
{
	const struct pl_text *row = &ledger->books->row;

	return pl_sheet_append_rows(pl_ledger_disk(ledger), &ledger->sheets[id], row->data,
				    row->length, rows, pl_clock_mono_ns(), error);
}

enum pl_status pl_ledger_audit(struct pl_ledger *ledger, const struct pl_write *message,
			       const struct pl_audit_entry *entry, struct pl_error *error)
{
	struct pl_text *row = &ledger->books->row;
	enum pl_status status;
	struct pl_chain next;

	pl_text_clear(row);
	pl_chain_row(&ledger->chain, message, entry, row, &next);
	status = pl_ledger_append(ledger, PL_SHEET_AUDIT, 1, error);
	if (!status)
		ledger->chain = next;
	return status;
}

enum pl_status pl_ledger_remark(struct pl_ledger *ledger, const char *action, const char *target,
				const char *status, const char *detail, struct pl_error *error)
{
	const struct pl_write now = {.t_utc_ns = pl_clock_utc_ns(),
				     .t_mono_ns = pl_clock_mono_ns()};
	struct pl_audit_entry entry = {.actor = "plateau", .old_value = NAN, .new_value = NAN};

	pl_text_copy(entry.action, sizeof entry.action, action);
	pl_text_copy(entry.target, sizeof entry.target, target);
	pl_text_copy(entry.status, sizeof entry.status, status);
	pl_text_copy(entry.detail, sizeof entry.detail, detail);
	return pl_ledger_audit(ledger, &now, &entry, error);
}

static const char *left_status(const struct pl_sheet *sheet)
{
	return sheet->left_gone ? "gone" : sheet->left_full ? "full" : "suspect";
}

static void tell(struct pl_ledger *ledger)
{
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &ledger->sheets[id];

		if (!pl_sheet_is_open(sheet))
			continue;
		if (sheet->moved[0] && !pl_ledger_remark(ledger, "file", sheet->left,
							 left_status(sheet), sheet->moved, NULL))
			sheet->moved[0] = '\0';
		pl_ledger_seal_left(ledger, sheet);
	}
}

void pl_books_tell(struct pl_books *books)
{
	tell(&books->bench);
	for (size_t book = PL_BOOK_RUN; book < PL_BOOKS; book++) {
		if (!books->runs[book])
			continue;
		tell(&books->runs[book]->files);
		pl_run_book_tell_events(books->runs[book]);
	}
}

struct pl_ledger *pl_books_ledger(struct pl_books *books, unsigned book)
{
	if (book == PL_BOOK_BENCH)
		return &books->bench;
	return book < PL_BOOKS && books->runs[book] ? &books->runs[book]->files : NULL;
}

enum pl_status pl_ledger_mend(struct pl_ledger *ledger, struct pl_error *error)
{
	enum pl_status first = PL_OK;

	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &ledger->sheets[id];

		if (!pl_sheet_is_open(sheet) || sheet->form.is_derived)
			continue;
		enum pl_status status =
		    pl_sheet_mend(pl_ledger_disk(ledger), sheet, first ? NULL : error);
		if (!first)
			first = status;
	}
	return first;
}

static enum pl_status write_operation(struct pl_books *books, struct pl_run_book *run,
				      const struct pl_write *message, struct pl_error *error)
{
	if (run)
		return pl_run_book_operation(run, message, error);
	pl_text_clear(&books->row);
	pl_rows_operation(&books->row, message->t_utc_ns, &message->operation);
	return pl_ledger_append(&books->bench, PL_SHEET_OPERATIONS, 1, error);
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
		return message->book != PL_BOOK_BENCH;
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
		message->book != PL_BOOK_BENCH);
}

/* Its place is gone. A block goes whole, or the rest of it would be taken for one. */
static void not_written(struct pl_run_book *run, const struct pl_write *message)
{
	if (message->kind == PL_WRITE_EVENTS)
		run->missing_events += message->events.count + message->events.lost;
	if (message->kind == PL_WRITE_POINT)
		pl_run_book_drop_block(run);
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

/* run: of the message's book; NULL = the bench's, and for BEGIN. */
static enum pl_status write_message(struct pl_books *books, struct pl_run_book *run,
				    const struct pl_write *message, uint32_t *point,
				    struct pl_error *error)
{
	switch (message->kind) {
	case PL_WRITE_BEGIN:
		return pl_run_book_begin(books, message->book, message->head, error);
	case PL_WRITE_STATUS:
		return pl_run_book_status(run, &message->status, error);
	case PL_WRITE_POINT:
		return pl_run_book_point(run, &message->point, message->has_more, point, error);
	case PL_WRITE_SETTING:
		return pl_run_book_setting(run, &message->setting, error);
	case PL_WRITE_EVENTS:
		return pl_run_book_events(run, message, error);
	case PL_WRITE_OPERATION:
		return write_operation(books, run, message, error);
	case PL_WRITE_AUDIT:
		return pl_ledger_audit(run ? &run->files : &books->bench, message, &message->audit,
				       error);
	case PL_WRITE_DEVICE_LOG:
		return pl_run_book_stray(run, message->t_utc_ns, &message->stray, error);
	case PL_WRITE_NOTE:
		return pl_note_write(books, run, message, error);
	case PL_WRITE_KEPT:
		return pl_state_keep(books->workspace, &books->state, &message->kept, error);
	case PL_WRITE_PENDING:
		return pl_state_pend(books->workspace, &books->state, &message->pending, error);
	case PL_WRITE_END:
		return pl_run_book_end(run, &message->status, error);
	}
	return pl_error_set(error, PL_ERR_UNSUPPORTED, NULL, "no such message");
}

static void close_book(struct pl_books *books, unsigned book)
{
	pl_run_book_free(books->runs[book]);
	books->runs[book] = NULL;
}

enum pl_status pl_books_write(struct pl_books *books, const struct pl_write *message,
			      uint32_t *point, struct pl_error *error)
{
	bool is_placed = needs_place(message) && !message->has_more;
	struct pl_run_book *run = NULL;
	enum pl_status status;

	if (needs_run(message) && message->book < PL_BOOKS)
		run = books->runs[message->book];
	if (needs_run(message) && !run)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, NULL,
				    "no run is open that this could be written to");
	if (is_placed && (status = look_at_place(books, false, error))) {
		not_written(run, message);
		return status;
	}
	status = write_message(books, run, message, point, error);
	if (!status && message->kind == PL_WRITE_END)
		close_book(books, message->book);
	if (status && is_placed) {
		enum pl_status place = look_at_place(books, true, error);

		status = place ? place : status;
	}
	return status;
}
