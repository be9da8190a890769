/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_sheets.c - which files an open run has: opened with it or with their first row, closed with
 * it.
 *
 * A scan has its points, operations and settings from the start. A recording has none of these:
 * its readings are the sinks', and it writes to no device unless somebody does so beside it.
 * Writer thread.
 */
#include "store/books.h"

#include "store/reading.h"
#include "store/rows.h"

#include <stdio.h>
#include <unistd.h>

struct pl_sheet_form pl_run_book_form(const struct pl_run_book *run, const char *stem,
				      const char *suffix, const char *header)
{
	struct pl_sheet_form form = {.dir = run->dir, .suffix = suffix, .header = header};

	pl_text_copy(form.stem, sizeof form.stem, stem);
	return form;
}

size_t pl_run_book_scanned(const struct pl_run_head *head)
{
	return head->scan ? head->scan->channel_count : 0;
}

int pl_run_book_scanned_id(const struct pl_run_head *head, size_t i)
{
	return head->scan->device->spec.channels[head->scan->channels[i].channel].id;
}

static enum pl_status open_points(struct pl_run_book *run, struct pl_error *error)
{
	const struct pl_run_head *head = run->head;
	struct pl_sheet_form form;

	pl_text_clear(&run->points_header);
	pl_point_header(&run->points_header, head->columns, head->column_count);
	form = pl_run_book_form(run, "points", "csv", run->points_header.data);
	form.is_sealed = form.may_change = true;
	return pl_ledger_open_sheet(&run->files, PL_SHEET_POINTS, &form, error);
}

/* One may be there without its points: a power cut leaves what it likes of rows not yet durable. */
static bool has_results(const struct pl_run_book *run)
{
	char name[PL_NAME_SIZE];

	for (size_t i = 0; i < pl_run_book_scanned(run->head); i++)
		if (pl_run_book_scanned_id(run->head, i) > 0 &&
		    pl_store_exists(
			run->dir, pl_run_results_name(pl_run_book_scanned_id(run->head, i), name)))
			return true;
	return false;
}

static enum pl_status open_results(struct pl_run_book *run, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (size_t i = 0; !status && i < pl_run_book_scanned(run->head); i++) {
		int id = pl_run_book_scanned_id(run->head, i);
		char stem[40];

		if (id <= 0)
			continue;
		snprintf(stem, sizeof stem, "scan_results_ch%d", id);
		struct pl_sheet_form form = pl_run_book_form(run, stem, "csv", PL_ROWS_RESULTS);
		form.is_derived = true;
		status = pl_ledger_open_sheet(&run->files, (enum pl_sheet_id)(PL_SHEET_RESULTS + i),
					      &form, error);
	}
	return status;
}

enum pl_status pl_run_book_open_settings(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_sheet_form form = pl_run_book_form(run, "settings", "csv", PL_ROWS_SETTINGS);

	form.is_sealed = true;
	return pl_ledger_open_sheet(&run->files, PL_SHEET_SETTINGS, &form, error);
}

enum pl_status pl_run_book_open_operations(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_sheet_form form =
	    pl_run_book_form(run, "threshold_operations", "csv", PL_ROWS_OPERATIONS);

	form.is_sealed = true;
	return pl_ledger_open_sheet(&run->files, PL_SHEET_OPERATIONS, &form, error);
}

static enum pl_status open_events(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_sheet_form form;

	if (!pl_run_events_device(run->head))
		return PL_OK;
	pl_text_clear(&run->events_header);
	pl_rows_events_header(&run->events_header, run->head);
	form = pl_run_book_form(run, "events", "csv", run->events_header.data);
	form.is_sealed = form.may_change = true;
	return pl_ledger_open_sheet(&run->files, PL_SHEET_EVENTS, &form, error);
}

static enum pl_status open_of_scan(struct pl_run_book *run, struct pl_error *error)
{
	enum pl_status status = open_points(run, error);

	if (!status)
		status = pl_run_book_open_operations(run, error);
	if (!status)
		status = pl_run_book_open_settings(run, error);
	return status;
}

enum pl_status pl_run_book_open_sheets(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_sheet_form audit = pl_run_book_form(run, "audit", "csv", PL_ROWS_AUDIT);
	enum pl_status status;

	status = pl_ledger_open_sheet(&run->files, PL_SHEET_AUDIT, &audit, error);
	if (!status && run->head->scan)
		status = open_of_scan(run, error);
	if (!status)
		status = open_events(run, error);
	if (!status && pl_store_exists(run->dir, "device.log"))
		status = pl_run_book_open_log(run, error);
	run->owes_results |= has_results(run);
	if (!status)
		status = pl_run_book_settle(run, error); /* of a run that goes on */
	if (!status)
		status = open_results(run, error);
	return status;
}

void pl_run_book_close_sheets(struct pl_run_book *run, bool remove_new)
{
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &run->files.sheets[id];
		char name[128];

		if (!pl_sheet_is_open(sheet))
			continue;
		if (remove_new && sheet->is_new)
			for (unsigned part = 1; part <= sheet->part; part++)
				pl_file_remove(sheet->form.dir,
					       pl_sheet_name(&sheet->form, part, name), NULL);
		pl_sheet_close(sheet);
	}
	if (run->dir >= 0)
		close(run->dir);
	run->dir = -1;
}
