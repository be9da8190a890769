/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer_sync.c - what the writer gives to the sync thread, and what it makes of the answers.
 *
 * A job is started whenever there are unsynced rows and none is under way, the record before what
 * can be made from it; the writer waits for it only before a head is taken (pause, end) and at the
 * stop. Writer thread.
 */
#include "store/writer_inside.h"

#define FLUSH_TRIES 8
#define DERIVED_NS  PL_NS_PER_S /* how long a file made from the record may wait for its sync */

bool pl_writer_take_synced(struct pl_writer *writer)
{
	struct pl_books *books = &writer->books;
	struct pl_sync_job job;

	if (!pl_sync_take(writer->sync, &job))
		return false;
	for (size_t i = 0; i < job.count; i++) {
		struct pl_sheet *sheet = &books->sheets[job.items[i].sheet];

		if (pl_sheet_is_open(sheet) && sheet->serial == job.items[i].serial)
			pl_sheet_synced(books->workspace->disk, sheet, job.items[i].status);
	}
	writer->is_syncing = false;
	pl_books_tell(books);
	return true;
}

/* A row is not to wait for the sync of a file that can be made from it. */
static bool may_wait(const struct pl_sheet *sheet, int64_t now_ns)
{
	return sheet->form.is_derived && now_ns - sheet->oldest_ns < DERIVED_NS;
}

bool pl_writer_start_sync(struct pl_writer *writer, bool all)
{
	struct pl_sync_job job = {.count = 0};
	int64_t now_ns = pl_clock_mono_ns();
	bool has_record = false;

	if (writer->is_syncing)
		return true;
	for (unsigned id = 0; id < PL_SHEETS; id++) { /* the record comes first */
		struct pl_sheet *sheet = &writer->books.sheets[id];

		if (!pl_sheet_is_dirty(sheet) || (has_record && !all && may_wait(sheet, now_ns)))
			continue;
		has_record |= !sheet->form.is_derived;
		if (pl_sync_add(&job, id, sheet->serial, &sheet->file))
			pl_sheet_mark(sheet);
	}
	if (!job.count)
		return false;
	pl_sync_put(writer->sync, &job);
	writer->is_syncing = true;
	return true;
}

static void wait_synced(struct pl_writer *writer)
{
	struct pollfd wait = {.fd = pl_sync_fd(writer->sync), .events = POLLIN};

	while (writer->is_syncing && !pl_writer_take_synced(writer))
		pl_clock_poll(&wait, 1, PL_NEVER);
}

static bool is_dirty(const struct pl_books *books)
{
	for (unsigned id = 0; id < PL_SHEETS; id++)
		if (pl_sheet_is_dirty(&books->sheets[id]))
			return true;
	return false;
}

enum pl_status pl_writer_flush(struct pl_writer *writer, struct pl_error *error)
{
	struct pl_books *books = &writer->books;

	books->is_synced = false;
	for (int tries = 0; tries < FLUSH_TRIES; tries++) {
		wait_synced(writer);
		enum pl_status status = pl_books_mend(books, error);
		if (status)
			return status;
		pl_books_tell(books);
		if (!is_dirty(books)) {
			books->is_synced = true;
			return PL_OK;
		}
		if (!pl_writer_start_sync(writer, true))
			break;
	}
	return pl_error_set(error, PL_ERR_IO, books->workspace->path,
			    "the rows cannot be brought to the disk");
}

enum pl_status pl_writer_flush_and_seal(struct pl_writer *writer, struct pl_error *error)
{
	enum pl_status status = pl_writer_flush(writer, error);

	if (!status)
		status = pl_books_seal(&writer->books, error);
	return status ? status : pl_writer_flush(writer, error);
}
