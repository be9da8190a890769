/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_rows.c - the rows of an open run: points and their blocks, settings, raw events,
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

static struct pl_text *row_of(struct pl_run_book *run)
{
	return &run->files.books->row;
}

/* ---- points ---- */

static void add_result(struct pl_run_book *run, const struct pl_point *point)
{
	for (size_t i = 0; i < pl_run_book_scanned(run->head); i++) {
		struct pl_sheet *sheet = &run->files.sheets[PL_SHEET_RESULTS + i];

		if (pl_run_book_scanned_id(run->head, i) != point->channel_id)
			continue;
		pl_text_clear(row_of(run));
		pl_rows_result(row_of(run), point);
		if (!pl_sheet_is_open(sheet) ||
		    pl_ledger_append(&run->files, (enum pl_sheet_id)(PL_SHEET_RESULTS + i), 1,
				     NULL))
			run->owes_results = true;
	}
}

static void derive(struct pl_run_book *run, const struct pl_point *point)
{
	if (point->quality == PL_POINT_VOID)
		run->owes_results = true;
	else if (pl_point_is_valid(point->quality) && point->has_counts && point->channel_id > 0)
		add_result(run, point);
}

static enum pl_status write_block(struct pl_run_book *run, size_t count, struct pl_error *error)
{
	enum pl_status status;

	pl_text_clear(row_of(run));
	for (size_t i = 0; i < count; i++)
		pl_point_row(row_of(run), &run->block[i]);
	status = pl_ledger_append(&run->files, PL_SHEET_POINTS, count, error);
	if (!status)
		pl_run_book_print_rows(run, run->block[0].point);
	for (size_t i = 0; !status && i < count; i++)
		derive(run, &run->block[i]);
	return status;
}

enum pl_status pl_run_book_point(struct pl_run_book *run, const struct pl_point *point,
				 bool has_more, uint32_t *number, struct pl_error *error)
{
	size_t at = run->block_count;
	enum pl_status status = PL_OK;

	if (!run->head->scan)
		return pl_error_set(error, PL_ERR_USAGE, run->name, "a recording has no points");
	if (at < PL_BLOCK_MAX) {
		run->block[at] = *point;
		run->block[at].point = (uint32_t)(run->files.sheets[PL_SHEET_POINTS].rows + at) + 1;
		*number = run->block[at].point;
	}
	run->block_count = at < PL_BLOCK_MAX ? at + 1 : at; /* full stays full */
	run->is_block_too_long |= at == PL_BLOCK_MAX;
	if (has_more)
		return PL_OK;
	if (run->is_block_too_long)
		status = pl_error_set(error, PL_ERR_USAGE, run->name,
				      "a point has more than %d rows", PL_BLOCK_MAX);
	else
		status = write_block(run, run->block_count, error);
	pl_run_book_drop_block(run);
	return status;
}

void pl_run_book_drop_block(struct pl_run_book *run)
{
	run->block_count = 0;
	run->is_block_too_long = false;
}

/* ---- settings, operations ---- */

enum pl_status pl_run_book_setting(struct pl_run_book *run, const struct pl_setting *setting,
				   struct pl_error *error)
{
	struct pl_text *row = row_of(run);
	enum pl_status status = PL_OK;

	if (!pl_sheet_is_open(&run->files.sheets[PL_SHEET_SETTINGS]))
		status = pl_run_book_open_settings(run, error);
	if (status)
		return status;
	pl_text_clear(row);
	pl_rows_setting(row, setting);
	return pl_ledger_append(&run->files, PL_SHEET_SETTINGS, 1, error);
}

enum pl_status pl_run_book_operation(struct pl_run_book *run, const struct pl_write *message,
				     struct pl_error *error)
{
	struct pl_text *row = row_of(run);
	enum pl_status status = PL_OK;

	if (!pl_sheet_is_open(&run->files.sheets[PL_SHEET_OPERATIONS]))
		status = pl_run_book_open_operations(run, error);
	if (status)
		return status;
	pl_text_clear(row);
	pl_rows_operation(row, message->t_utc_ns, &message->operation);
	return pl_ledger_append(&run->files, PL_SHEET_OPERATIONS, 1, error);
}

/* ---- events ---- */

void pl_run_book_tell_events(struct pl_run_book *run)
{
	char detail[PL_RUN_TEXT_SIZE];

	if (!run->missing_events)
		return;
	snprintf(detail, sizeof detail, "%" PRIu64 " events not in events.csv",
		 run->missing_events);
	if (!pl_ledger_remark(&run->files, "alarm", "events.csv", "lost", detail, NULL))
		run->missing_events = 0;
}

enum pl_status pl_run_book_events(struct pl_run_book *run, const struct pl_write *message,
				  struct pl_error *error)
{
	const struct pl_event_rows *rows = &message->events;
	const struct pl_sheet *sheet = &run->files.sheets[PL_SHEET_EVENTS];
	uint32_t point = (uint32_t)run->files.sheets[PL_SHEET_POINTS].rows + 1;
	enum pl_status status = PL_OK;

	run->missing_events += rows->lost;
	if (rows->count > 0 && !pl_sheet_is_open(sheet))
		return pl_error_set(error, PL_ERR_USAGE, run->name,
				    "this run does not store events");
	pl_text_clear(row_of(run));
	for (size_t i = 0; i < rows->count; i++)
		pl_rows_event(row_of(run), run->head, message, point, sheet->rows + i + 1,
			      &rows->items[i]);
	if (rows->count > 0)
		status = pl_ledger_append(&run->files, PL_SHEET_EVENTS, rows->count, error);
	if (status)
		run->missing_events += rows->count;
	return status;
}

/* ---- device.log ---- */

enum pl_status pl_run_book_open_log(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_sheet_form form = pl_run_book_form(run, "device", "log", "");

	form.rotate_size = LOG_ROTATE_SIZE;
	form.is_sealed = true;
	return pl_ledger_open_sheet(&run->files, PL_SHEET_DEVICE_LOG, &form, error);
}

enum pl_status pl_run_book_stray(struct pl_run_book *run, int64_t t_utc_ns,
				 const struct pl_stray_line *stray, struct pl_error *error)
{
	const struct pl_sheet *sheet = &run->files.sheets[PL_SHEET_DEVICE_LOG];
	enum pl_status status = PL_OK;

	if (!pl_sheet_is_open(sheet))
		status = pl_run_book_open_log(run, error);
	if (status)
		return status;
	pl_text_clear(row_of(run));
	pl_rows_stray(row_of(run), t_utc_ns, stray);
	return pl_ledger_append(&run->files, PL_SHEET_DEVICE_LOG, 1, error);
}
