/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_book.c - the files of the run in progress, from BEGIN to END.
 *
 * points.csv is the record; scan_results_chN.csv is made from it and may lag behind it: a row that
 * could not be added, or a point voided later, is set right at the end. run.yaml with the terminal
 * state is the last thing written. Writer thread.
 *
 * A run whose END could not be written stays open until the next BEGIN. Its owner may be gone by
 * then, and the head and the folder's descriptor with it: so folder and name are kept here.
 */
#include "store/books.h"

#include "store/reading.h"
#include "store/results.h"
#include "store/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	enum pl_run_file file;
	enum pl_sheet_id sheet;
} kinds[] = {
    {PL_RUN_POINTS, PL_SHEET_POINTS},	  {PL_RUN_OPERATIONS, PL_SHEET_OPERATIONS},
    {PL_RUN_AUDIT, PL_SHEET_AUDIT},	  {PL_RUN_SETTINGS, PL_SHEET_SETTINGS},
    {PL_RUN_RAW_EVENTS, PL_SHEET_EVENTS}, {PL_RUN_DEVICE_LOG, PL_SHEET_DEVICE_LOG},
    {PL_RUN_NOTES, PL_SHEET_NOTES},
};

/* What a run is whose end could not be written: as if its owner had died. */
static void leave_run(struct pl_books *books)
{
	pl_books_remark(books, PL_BOOK_BENCH, "run.left", books->run_name, "crashed",
			"its end could not be written; its files are as they were then", NULL);
	pl_run_book_close_sheets(books, false);
}

/* The run's first row holds the head of the bench's chain: neither can be cut off unseen. So does
 * the first row of each time it goes on. */
static enum pl_status chain_to_bench(struct pl_books *books, bool is_again, struct pl_error *error)
{
	char detail[PL_RUN_TEXT_SIZE];

	snprintf(detail, sizeof detail, "bench chain %s", books->chains[PL_BOOK_BENCH].head);
	return pl_books_remark(books, PL_BOOK_RUN, is_again ? "run.reopen" : "run.begin",
			       books->run_name, "ok", detail, error);
}

static enum pl_status first_yaml(struct pl_books *books, struct pl_error *error)
{
	struct pl_run_status status = {
	    .state = PL_RUN_PREPARING, .exit = -1, .planned = (uint32_t)books->head->plan_count};

	for (size_t i = 0; i < PL_CHANNELS_MAX; i++)
		status.restore[i] = NAN;
	if (books->head->past) {
		status = *books->head->past;
		status.state = PL_RUN_PREPARING;
		status.exit = -1;
		status.reason[0] = '\0';
	}
	return pl_run_book_status(books, &status, error);
}

enum pl_status pl_run_book_begin(struct pl_books *books, const struct pl_run_head *head,
				 struct pl_error *error)
{
	struct pl_run_status recalled;
	enum pl_status status = PL_OK;
	bool is_again;

	if (books->head && !books->has_tried_end)
		return pl_error_set(error, PL_ERR_RUN_ACTIVE, books->run_name,
				    "its book is open; only one run is written at a time");
	if (books->head)
		leave_run(books);
	books->run_dir = fcntl(head->folder.dir, F_DUPFD_CLOEXEC, 0);
	if (books->run_dir < 0)
		return pl_error_errno(error, errno, head->folder.path, "cannot keep the folder");
	pl_text_copy(books->run_name, sizeof books->run_name, head->folder.name);
	books->has_tried_end = false;
	books->head = head;
	books->synced_head[0] = books->anchored_head[0] = '\0';
	pl_chain_begin(&books->chains[PL_BOOK_RUN], head->folder.uid);
	is_again = pl_store_exists(books->run_dir, "run.yaml");
	books->owes_results = is_again;
	if (is_again)
		status = pl_run_book_recall(books, &recalled, error);
	if (!status)
		status = pl_run_book_open_sheets(books, error);
	if (!status)
		status = chain_to_bench(books, is_again, error);
	if (!status && is_again)
		status = pl_books_seal(books, error);
	if (!status)
		status = is_again ? pl_run_book_again(books, &recalled, error)
				  : first_yaml(books, error);
	if (status)
		pl_run_book_close_sheets(books, true);
	return status;
}

enum pl_status pl_books_settle(struct pl_books *books, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (unsigned id = PL_SHEET_RESULTS; id < PL_SHEETS; id++)
		books->owes_results |= books->sheets[id].is_suspect;
	if (!books->owes_results)
		return PL_OK;
	for (size_t i = 0; !status && i < books->head->scan->channel_count; i++) {
		if (pl_run_book_scanned_id(books->head, i) <= 0)
			continue;
		pl_sheet_close(&books->sheets[PL_SHEET_RESULTS + i]);
		books->sheets[PL_SHEET_RESULTS + i].is_suspect = false;
		status = pl_results_rebuild(books->workspace->disk, books->run_dir,
					    pl_run_book_scanned_id(books->head, i), error);
	}
	if (!status)
		books->owes_results = false;
	return status;
}

/* The points of the runner less those that are not: a block of rows is one write and one point. */
static uint32_t durable_points(const struct pl_sheet *points, uint32_t done)
{
	uint64_t missing = points->appends - points->durable_appends;

	return missing >= done ? 0 : done - (uint32_t)missing;
}

void pl_run_book_parts(const struct pl_books *books, uint16_t parts[PL_RUN_FILES])
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct pl_sheet *sheet = &books->sheets[kinds[i].sheet];

		parts[kinds[i].file] = pl_sheet_is_open(sheet) ? (uint16_t)sheet->part : 0;
	}
}

static enum pl_status replace_yaml(struct pl_books *books, const struct pl_run_status *status,
				   struct pl_error *error)
{
	struct pl_run_status full = *status;
	struct pl_text text = {0};
	enum pl_status result;

	pl_run_book_parts(books, full.parts);
	full.durable = durable_points(&books->sheets[PL_SHEET_POINTS], status->done);
	memcpy(full.audit_head, books->synced_head, sizeof full.audit_head);
	pl_run_yaml(books->head, &full, &text);
	result = pl_file_replace(books->workspace->disk, books->run_dir, "run.yaml", text.data,
				 text.length, error);
	pl_text_free(&text);
	return result;
}

/* The run's head into the bench's chain, once for each head. */
static enum pl_status anchor(struct pl_books *books, const char *action, struct pl_error *error)
{
	const char *head = books->chains[PL_BOOK_RUN].head;
	char detail[PL_RUN_TEXT_SIZE];
	enum pl_status status;

	if (strcmp(head, books->anchored_head) == 0)
		return PL_OK;
	snprintf(detail, sizeof detail, "run chain %s", head);
	status =
	    pl_books_remark(books, PL_BOOK_BENCH, action, books->run_name, "ok", detail, error);
	if (!status)
		memcpy(books->anchored_head, head, sizeof books->anchored_head);
	return status;
}

static void take_head(struct pl_books *books)
{
	memcpy(books->synced_head, books->chains[PL_BOOK_RUN].head, sizeof books->synced_head);
}

enum pl_status pl_run_book_status(struct pl_books *books, const struct pl_run_status *status,
				  struct pl_error *error)
{
	if (status->state == PL_RUN_PAUSED && books->is_synced) {
		anchor(books, "run.pause", NULL); /* END will do it again */
		take_head(books);
	}
	return replace_yaml(books, status, error);
}

enum pl_status pl_run_book_end(struct pl_books *books, const struct pl_run_status *status,
			       struct pl_error *error)
{
	enum pl_status result;

	if (!books->is_synced)
		return pl_error_set(error, PL_ERR_IO, books->run_name,
				    "not all rows are durable; the run cannot be closed yet");
	result = anchor(books, "run.end", error);
	if (!result) {
		take_head(books);
		result = replace_yaml(books, status, error);
	}
	if (!result)
		pl_run_book_close_sheets(books, false);
	return result;
}
