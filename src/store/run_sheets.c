/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_sheets.c - which files the run in progress has: opened with it, closed with it. Writer
 * thread. */
#include "store/books.h"

#include "store/reading.h"
#include "store/rows.h"

#include <stdio.h>
#include <unistd.h>

struct pl_sheet_form pl_run_book_form(const struct pl_books *books, const char *stem,
				      const char *suffix, const char *header)
{
	struct pl_sheet_form form = {.dir = books->run_dir, .suffix = suffix, .header = header};

	pl_text_copy(form.stem, sizeof form.stem, stem);
	return form;
}

int pl_run_book_scanned_id(const struct pl_run_head *head, size_t i)
{
	return head->scan->device->spec.channels[head->scan->channels[i].channel].id;
}

static enum pl_status open_points(struct pl_books *books, struct pl_error *error)
{
	const struct pl_run_head *head = books->head;
	struct pl_sheet_form form;

	pl_text_clear(&books->points_header);
	pl_point_header(&books->points_header, head->columns, head->column_count);
	form = pl_run_book_form(books, "points", "csv", books->points_header.data);
	form.is_sealed = form.may_change = true;
	return pl_books_open_sheet(books, PL_SHEET_POINTS, &form, error);
}

/* One may be there without its points: a power cut leaves what it likes of rows not yet durable. */
static bool has_results(const struct pl_books *books)
{
	char name[PL_NAME_SIZE];

	for (size_t i = 0; i < books->head->scan->channel_count; i++)
		if (pl_run_book_scanned_id(books->head, i) > 0 &&
		    pl_store_exists(
			books->run_dir,
			pl_run_results_name(pl_run_book_scanned_id(books->head, i), name)))
			return true;
	return false;
}

static enum pl_status open_results(struct pl_books *books, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (size_t i = 0; !status && i < books->head->scan->channel_count; i++) {
		int id = pl_run_book_scanned_id(books->head, i);
		char stem[40];

		if (id <= 0)
			continue;
		snprintf(stem, sizeof stem, "scan_results_ch%d", id);
		struct pl_sheet_form form = pl_run_book_form(books, stem, "csv", PL_ROWS_RESULTS);
		form.is_derived = true;
		status = pl_books_open_sheet(books, (enum pl_sheet_id)(PL_SHEET_RESULTS + i), &form,
					     error);
	}
	return status;
}

static enum pl_status open_settings(struct pl_books *books, struct pl_error *error)
{
	struct pl_sheet_form form = pl_run_book_form(books, "settings", "csv", PL_ROWS_SETTINGS);

	form.is_sealed = true;
	return pl_books_open_sheet(books, PL_SHEET_SETTINGS, &form, error);
}

static enum pl_status open_events(struct pl_books *books, struct pl_error *error)
{
	struct pl_sheet_form form;

	if (!books->head->scan->events)
		return PL_OK;
	pl_text_clear(&books->events_header);
	pl_rows_events_header(&books->events_header, books->head);
	form = pl_run_book_form(books, "events", "csv", books->events_header.data);
	form.is_sealed = form.may_change = true;
	return pl_books_open_sheet(books, PL_SHEET_EVENTS, &form, error);
}

enum pl_status pl_run_book_open_sheets(struct pl_books *books, struct pl_error *error)
{
	struct pl_sheet_form audit = pl_run_book_form(books, "audit", "csv", PL_ROWS_AUDIT);
	struct pl_sheet_form operations =
	    pl_run_book_form(books, "threshold_operations", "csv", PL_ROWS_OPERATIONS);
	enum pl_status status;

	operations.is_sealed = true;
	status = pl_books_open_sheet(books, PL_SHEET_AUDIT, &audit, error);
	if (!status)
		status = open_points(books, error);
	if (!status)
		status = pl_books_open_sheet(books, PL_SHEET_OPERATIONS, &operations, error);
	if (!status)
		status = open_settings(books, error);
	if (!status)
		status = open_events(books, error);
	if (!status && pl_store_exists(books->run_dir, "device.log"))
		status = pl_run_book_open_log(books, error);
	books->owes_results |= has_results(books);
	if (!status)
		status = pl_books_settle(books, error); /* of a run that goes on */
	if (!status)
		status = open_results(books, error);
	return status;
}

void pl_run_book_close_sheets(struct pl_books *books, bool remove_new)
{
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &books->sheets[id];
		char name[128];

		if (id == PL_SHEET_BENCH_AUDIT || id == PL_SHEET_BENCH_OPERATIONS ||
		    !pl_sheet_is_open(sheet))
			continue;
		if (remove_new && sheet->is_new)
			for (unsigned part = 1; part <= sheet->part; part++)
				pl_file_remove(sheet->form.dir,
					       pl_sheet_name(&sheet->form, part, name), NULL);
		pl_sheet_close(sheet);
	}
	if (books->run_dir >= 0)
		close(books->run_dir);
	books->run_dir = -1;
	books->head = NULL;
	books->block_count = 0;
	books->missing_events = 0;
	books->prints.count = 0;
}
