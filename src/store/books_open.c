/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * books_open.c - files of the books opened, and what is told of how they were found. Writer thread.
 */
#include "store/books.h"

#include "store/rows.h"
#include "store/run_again.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the chain of an audit file stands. */
static enum pl_status take_chain(struct pl_ledger *ledger, const struct pl_sheet_found *found,
				 struct pl_error *error)
{
	if (!found->last.length)
		return PL_OK;
	return pl_chain_continue(&ledger->chain, found->last.data, error);
}

static void tell_cut(struct pl_ledger *ledger, const struct pl_sheet *sheet,
		     const struct pl_sheet_found *found)
{
	const char *name = found->has_changed ? sheet->left : sheet->file.name;
	char detail[PL_RUN_TEXT_SIZE];

	if (!found->cut)
		return;
	snprintf(detail, sizeof detail, "bytes %llu to %llu were torn: cut off, kept in %.80s.torn",
		 (unsigned long long)found->size, (unsigned long long)(found->size + found->cut),
		 name);
	pl_ledger_remark(ledger, "file", name, "mended", detail, NULL);
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
		sheet->appends = sheet->durable_appends = sheet->marked_appends = sheet->rows =
		    sheet->durable = sheet->marked_rows = (uint64_t)number;
}

enum pl_status pl_ledger_open_sheet(struct pl_ledger *ledger, enum pl_sheet_id id,
				    const struct pl_sheet_form *form, struct pl_error *error)
{
	struct pl_disk *disk = pl_ledger_disk(ledger);
	struct pl_sheet *sheet = &ledger->sheets[id];
	struct pl_sheet_found found;
	enum pl_status status;

	status = pl_sheet_open(disk, sheet, form, ++ledger->books->opened, &found, error);
	if (!status)
		status = pl_file_sync(disk, &sheet->file, error);
	if (!status && id == PL_SHEET_AUDIT)
		status = take_chain(ledger, &found, error);
	if (!status && id == PL_SHEET_POINTS)
		take_rows(sheet, &found, 0);
	if (!status && id == PL_SHEET_EVENTS)
		take_rows(sheet, &found, PL_ROWS_EVENT_NUMBER);
	if (!status)
		tell_cut(ledger, sheet, &found);
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
	return pl_ledger_open_sheet(&books->bench, id, &form, error);
}

static void tell_swept(void *ctx, const char *name)
{
	struct pl_books *books = ctx;

	pl_ledger_remark(&books->bench, "file", name, "removed",
			 "left by a writer that died before it could replace the file", NULL);
}

static void sweep(struct pl_books *books)
{
	char stem[40];

	snprintf(stem, sizeof stem, "%s.", books->workspace->bench);
	pl_run_again_sweep(books->workspace->dir, stem, tell_swept, books);
}

void pl_ledger_init(struct pl_ledger *ledger, struct pl_books *books, const char *origin)
{
	*ledger = (struct pl_ledger){.books = books};
	for (unsigned id = 0; id < PL_SHEETS; id++)
		ledger->sheets[id].file.fd = -1;
	pl_chain_begin(&ledger->chain, origin);
}

enum pl_status pl_books_init(struct pl_books *books, struct pl_workspace *workspace,
			     struct pl_error *error)
{
	enum pl_status status;

	*books = (struct pl_books){.workspace = workspace};
	pl_ledger_init(&books->bench, books, workspace->bench);
	status = pl_state_load(workspace, &books->state, error);
	if (!status)
		status = open_bench_sheet(books, PL_SHEET_AUDIT, "audit", PL_ROWS_AUDIT, error);
	if (!status)
		status = open_bench_sheet(books, PL_SHEET_OPERATIONS, "threshold_operations",
					  PL_ROWS_OPERATIONS, error);
	if (!status)
		status = pl_dir_sync(workspace->disk, workspace->dir, error);
	if (!status)
		sweep(books);
	if (!status && workspace->stale_holder[0])
		pl_ledger_remark(&books->bench, "file", ".plateau", "stale lock",
				 workspace->stale_holder, NULL);
	return status;
}

void pl_books_fini(struct pl_books *books)
{
	for (size_t book = PL_BOOK_RUN; book < PL_BOOKS; book++)
		pl_run_book_free(books->runs[book]);
	for (unsigned id = 0; id < PL_SHEETS; id++)
		pl_sheet_close(&books->bench.sheets[id]);
	pl_state_fini(&books->state);
	pl_text_free(&books->row);
}
