/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_book.c - the files of one open run, from BEGIN to END.
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
#include <stdlib.h>
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
static void leave_run(struct pl_books *books, unsigned book)
{
	pl_ledger_remark(&books->bench, "run.left", books->runs[book]->name, "crashed",
			 "its end could not be written; its files are as they were then", NULL);
	pl_run_book_free(books->runs[book]);
	books->runs[book] = NULL;
}

/* The run's first row holds the head of the bench's chain: neither can be cut off unseen. So does
 * the first row of each time it goes on. */
static enum pl_status chain_to_bench(struct pl_run_book *run, bool is_again, struct pl_error *error)
{
	char detail[PL_RUN_TEXT_SIZE];

	snprintf(detail, sizeof detail, "bench chain %s", run->files.books->bench.chain.head);
	return pl_ledger_remark(&run->files, is_again ? "run.reopen" : "run.begin", run->name, "ok",
				detail, error);
}

static enum pl_status first_yaml(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_run_status status = {
	    .state = PL_RUN_PREPARING, .exit = -1, .planned = (uint32_t)run->head->plan_count};

	for (size_t i = 0; i < PL_CHANNELS_MAX; i++)
		status.restore[i] = NAN;
	if (run->head->past) {
		status = *run->head->past;
		status.state = PL_RUN_PREPARING;
		status.exit = -1;
		status.reason[0] = '\0';
	}
	return pl_run_book_status(run, &status, error);
}

static enum pl_status open_book(struct pl_run_book *run, struct pl_error *error)
{
	bool is_again = pl_store_exists(run->dir, "run.yaml");
	struct pl_run_status recalled;
	enum pl_status status = PL_OK;

	if (is_again && run->head->recording)
		return pl_error_set(error, PL_ERR_EXISTS, run->name,
				    "a recording does not go on: it is begun anew");
	run->owes_results = is_again;
	if (is_again)
		status = pl_run_book_recall(run, &recalled, error);
	if (!status)
		status = pl_run_book_open_sheets(run, error);
	if (!status)
		status = chain_to_bench(run, is_again, error);
	if (!status && is_again)
		status = pl_run_book_seal(run, error);
	if (!status)
		status =
		    is_again ? pl_run_book_again(run, &recalled, error) : first_yaml(run, error);
	if (status)
		pl_run_book_close_sheets(run, true);
	return status;
}

enum pl_status pl_run_book_begin(struct pl_books *books, unsigned book,
				 const struct pl_run_head *head, struct pl_error *error)
{
	struct pl_run_book *run;
	enum pl_status status;

	if (book <= PL_BOOK_BENCH || book >= PL_BOOKS)
		return pl_error_set(error, PL_ERR_USAGE, head->folder.name,
				    "no run has the book %u: there are %d", book, PL_BOOKS - 1);
	if (books->runs[book] && !books->runs[book]->has_tried_end)
		return pl_error_set(error, PL_ERR_RUN_ACTIVE, books->runs[book]->name,
				    "its book is open; only one run is written into it at a time");
	if (books->runs[book])
		leave_run(books, book);
	run = calloc(1, sizeof *run);
	if (!run)
		return pl_error_errno(error, ENOMEM, head->folder.path, "no memory for the run");
	pl_ledger_init(&run->files, books, head->folder.uid);
	run->head = head;
	pl_text_copy(run->name, sizeof run->name, head->folder.name);
	run->dir = fcntl(head->folder.dir, F_DUPFD_CLOEXEC, 0);
	status = run->dir < 0
		     ? pl_error_errno(error, errno, head->folder.path, "cannot keep the folder")
		     : open_book(run, error);
	if (status)
		pl_run_book_free(run);
	else
		books->runs[book] = run;
	return status;
}

void pl_run_book_free(struct pl_run_book *run)
{
	if (!run)
		return;
	pl_run_book_close_sheets(run, false);
	pl_text_free(&run->points_header);
	pl_text_free(&run->events_header);
	free(run);
}

enum pl_status pl_run_book_settle(struct pl_run_book *run, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (unsigned id = PL_SHEET_RESULTS; id < PL_SHEETS; id++)
		run->owes_results |= run->files.sheets[id].is_suspect;
	if (!run->owes_results)
		return PL_OK;
	for (size_t i = 0; !status && i < pl_run_book_scanned(run->head); i++) {
		if (pl_run_book_scanned_id(run->head, i) <= 0)
			continue;
		pl_sheet_close(&run->files.sheets[PL_SHEET_RESULTS + i]);
		run->files.sheets[PL_SHEET_RESULTS + i].is_suspect = false;
		status = pl_results_rebuild(pl_ledger_disk(&run->files), run->dir,
					    pl_run_book_scanned_id(run->head, i), error);
	}
	if (!status)
		run->owes_results = false;
	return status;
}

/* The points of the runner less those that are not: a block of rows is one write and one point. */
static uint32_t durable_points(const struct pl_sheet *points, uint32_t done)
{
	uint64_t missing = points->appends - points->durable_appends;

	return missing >= done ? 0 : done - (uint32_t)missing;
}

void pl_run_book_parts(const struct pl_run_book *run, uint16_t parts[PL_RUN_FILES])
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct pl_sheet *sheet = &run->files.sheets[kinds[i].sheet];

		parts[kinds[i].file] = pl_sheet_is_open(sheet) ? (uint16_t)sheet->part : 0;
	}
}

static enum pl_status replace_yaml(struct pl_run_book *run, const struct pl_run_status *status,
				   struct pl_error *error)
{
	struct pl_run_status full = *status;
	struct pl_text text = {0};
	enum pl_status result;

	pl_run_book_parts(run, full.parts);
	full.durable = durable_points(&run->files.sheets[PL_SHEET_POINTS], status->done);
	memcpy(full.audit_head, run->synced_head, sizeof full.audit_head);
	pl_run_yaml(run->head, &full, &text);
	result = pl_file_replace(pl_ledger_disk(&run->files), run->dir, "run.yaml", text.data,
				 text.length, error);
	pl_text_free(&text);
	return result;
}

/* The run's head into the bench's chain, once for each head. */
static enum pl_status anchor(struct pl_run_book *run, const char *action, struct pl_error *error)
{
	const char *head = run->files.chain.head;
	char detail[PL_RUN_TEXT_SIZE];
	enum pl_status status;

	if (strcmp(head, run->anchored_head) == 0)
		return PL_OK;
	snprintf(detail, sizeof detail, "run chain %s", head);
	status = pl_ledger_remark(&run->files.books->bench, action, run->name, "ok", detail, error);
	if (!status)
		memcpy(run->anchored_head, head, sizeof run->anchored_head);
	return status;
}

static void take_head(struct pl_run_book *run)
{
	memcpy(run->synced_head, run->files.chain.head, sizeof run->synced_head);
}

enum pl_status pl_run_book_status(struct pl_run_book *run, const struct pl_run_status *status,
				  struct pl_error *error)
{
	if (status->state == PL_RUN_PAUSED && run->is_synced) {
		anchor(run, "run.pause", NULL); /* END will do it again */
		take_head(run);
	}
	return replace_yaml(run, status, error);
}

enum pl_status pl_run_book_end(struct pl_run_book *run, const struct pl_run_status *status,
			       struct pl_error *error)
{
	enum pl_status result;

	if (!run->is_synced)
		return pl_error_set(error, PL_ERR_IO, run->name,
				    "not all rows are durable; the run cannot be closed yet");
	result = anchor(run, "run.end", error);
	if (!result) {
		take_head(run);
		result = replace_yaml(run, status, error);
	}
	if (!result)
		pl_run_book_close_sheets(run, false);
	return result;
}
