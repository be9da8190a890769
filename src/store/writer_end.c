/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer_end.c - what comes before the last message of a run. Writer thread. */
#include "store/writer_inside.h"

/* Before END. scan_results are made from the points that are found by their names, so those are in
 * their place first. A later sync may be what spoils a scan_results file, so that is looked at
 * again.
 */
enum pl_status pl_writer_make_ready(struct pl_writer *writer, struct pl_run_book *run,
				    struct pl_error *error)
{
	enum pl_status status;

	run->has_tried_end = true;
	for (unsigned id = 0; id < PL_SHEETS; id++)
		pl_sheet_look(&run->files.sheets[id]);
	status = pl_writer_flush(writer, run, error);
	if (!status)
		status = pl_run_book_settle(run, error);
	if (!status)
		status = pl_run_book_follow(run, UINT64_MAX, true, error);
	if (!status)
		status = pl_writer_flush_and_seal(writer, run, error);
	return status ? status : pl_run_book_settle(run, error);
}

/* An END waits until all of the recording was read: the rows of others go first. Nothing comes for
 * its book meanwhile. */
bool pl_writer_postpone(struct pl_writer *writer, const struct pl_writer_letter *letter)
{
	const struct pl_write *message = letter->message;
	bool is_run = message->book > PL_BOOK_BENCH && message->book < PL_BOOKS;
	const struct pl_run_book *run = is_run ? writer->books.runs[message->book] : NULL;

	if (message->kind != PL_WRITE_END || !run || pl_run_book_is_followed(run))
		return false;
	writer->ends[message->book] = *letter;
	return true;
}
