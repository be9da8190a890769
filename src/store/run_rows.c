/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_rows.c - the rows of the run in progress: points and their blocks, settings, raw events,
 * stray lines.
 *
 * A block of points is written by one write() with its last row. Until then its rows are nowhere
 * but here; if the write fails none of them is in the file and their numbers are free again.
 * scan_results_chN.csv is made from the record and may lag behind it. Writer thread.
 */
#include "store/books.h"

#include "store/rows.h"

#include <inttypes.h>
#include <stdio.h>

#define LOG_ROTATE_SIZE (UINT64_C(1) << 30)

static enum pl_status append(struct pl_books *books, enum pl_sheet_id id, size_t rows,
			     struct pl_error *error)
{
	return pl_sheet_append_rows(books->workspace->disk, &books->sheets[id], books->row.data,
				    books->row.length, rows, pl_clock_mono_ns(), error);
}

/* ---- points ---- */

static void add_result(struct pl_books *books, const struct pl_point *point)
{
	for (size_t i = 0; i < books->head->scan->channel_count; i++) {
		struct pl_sheet *sheet = &books->sheets[PL_SHEET_RESULTS + i];

		if (pl_run_book_scanned_id(books->head, i) != point->channel_id)
			continue;
		pl_text_clear(&books->row);
		pl_rows_result(&books->row, point);
		if (!pl_sheet_is_open(sheet) ||
		    pl_sheet_append(books->workspace->disk, sheet, books->row.data,
				    books->row.length, pl_clock_mono_ns(), NULL))
			books->owes_results = true;
	}
}

static void derive(struct pl_books *books, const struct pl_point *point)
{
	if (point->quality == PL_POINT_VOID)
		books->owes_results = true;
	else if (pl_point_is_valid(point->quality) && point->has_counts && point->channel_id > 0)
		add_result(books, point);
}

static enum pl_status write_block(struct pl_books *books, size_t count, struct pl_error *error)
{
	enum pl_status status;

	pl_text_clear(&books->row);
	for (size_t i = 0; i < count; i++)
		pl_point_row(&books->row, &books->block[i]);
	status = append(books, PL_SHEET_POINTS, count, error);
	if (!status)
		pl_books_print_rows(books, books->block[0].point);
	for (size_t i = 0; !status && i < count; i++)
		derive(books, &books->block[i]);
	return status;
}

enum pl_status pl_run_book_point(struct pl_books *books, const struct pl_point *point,
				 bool has_more, uint32_t *number, struct pl_error *error)
{
	size_t at = books->block_count;
	enum pl_status status = PL_OK;

	if (at < PL_BLOCK_MAX) {
		books->block[at] = *point;
		books->block[at].point = (uint32_t)(books->sheets[PL_SHEET_POINTS].rows + at) + 1;
		*number = books->block[at].point;
	}
	books->block_count = at < PL_BLOCK_MAX ? at + 1 : at; /* full stays full */
	books->is_block_too_long |= at == PL_BLOCK_MAX;
	if (has_more)
		return PL_OK;
	if (books->is_block_too_long)
		status = pl_error_set(error, PL_ERR_USAGE, books->run_name,
				      "a point has more than %d rows", PL_BLOCK_MAX);
	else
		status = write_block(books, books->block_count, error);
	pl_run_book_drop_block(books);
	return status;
}

void pl_run_book_drop_block(struct pl_books *books)
{
	books->block_count = 0;
	books->is_block_too_long = false;
}

/* ---- settings ---- */

enum pl_status pl_run_book_setting(struct pl_books *books, const struct pl_setting *setting,
				   struct pl_error *error)
{
	pl_text_clear(&books->row);
	pl_rows_setting(&books->row, setting);
	return append(books, PL_SHEET_SETTINGS, 1, error);
}

/* ---- events ---- */

void pl_run_book_tell_events(struct pl_books *books)
{
	char detail[PL_RUN_TEXT_SIZE];

	if (!books->missing_events)
		return;
	snprintf(detail, sizeof detail, "%" PRIu64 " events not in events.csv",
		 books->missing_events);
	if (!pl_books_remark(books, PL_BOOK_RUN, "alarm", "events.csv", "lost", detail, NULL))
		books->missing_events = 0;
}

enum pl_status pl_run_book_events(struct pl_books *books, const struct pl_write *message,
				  struct pl_error *error)
{
	const struct pl_event_rows *rows = &message->events;
	const struct pl_sheet *sheet = &books->sheets[PL_SHEET_EVENTS];
	uint32_t point = (uint32_t)books->sheets[PL_SHEET_POINTS].rows + 1;
	enum pl_status status = PL_OK;

	books->missing_events += rows->lost;
	if (rows->count > 0 && !pl_sheet_is_open(sheet))
		return pl_error_set(error, PL_ERR_USAGE, books->run_name,
				    "the scan does not store its events");
	pl_text_clear(&books->row);
	for (size_t i = 0; i < rows->count; i++)
		pl_rows_event(&books->row, books->head, message, point, sheet->rows + i + 1,
			      &rows->items[i]);
	if (rows->count > 0)
		status = append(books, PL_SHEET_EVENTS, rows->count, error);
	if (status)
		books->missing_events += rows->count;
	return status;
}

/* ---- device.log ---- */

enum pl_status pl_run_book_open_log(struct pl_books *books, struct pl_error *error)
{
	struct pl_sheet_form form = pl_run_book_form(books, "device", "log", "");

	form.rotate_size = LOG_ROTATE_SIZE;
	form.is_sealed = true;
	return pl_books_open_sheet(books, PL_SHEET_DEVICE_LOG, &form, error);
}

enum pl_status pl_run_book_stray(struct pl_books *books, int64_t t_utc_ns,
				 const struct pl_stray_line *stray, struct pl_error *error)
{
	const struct pl_sheet *sheet = &books->sheets[PL_SHEET_DEVICE_LOG];
	enum pl_status status = PL_OK;

	if (!pl_sheet_is_open(sheet))
		status = pl_run_book_open_log(books, error);
	if (status)
		return status;
	pl_text_clear(&books->row);
	pl_rows_stray(&books->row, t_utc_ns, stray);
	return append(books, PL_SHEET_DEVICE_LOG, 1, error);
}
