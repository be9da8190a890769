/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer_sync.c - what the writer gives to the sync thread, and what it makes of the answers.
 *
 * A job is started whenever there are unsynced rows and none is under way, the record before what
 * can be made from it; the writer waits for it only before a head is taken (pause, end) and at the
 * stop, and then for the files of that run and the bench alone. A job may have no room for the
 * files of all runs: the next one then begins with another run, so that none waits for ever. Writer
 * thread.
 */
#include "store/writer_inside.h"

#define FLUSH_TRIES 8
#define DERIVED_NS  PL_NS_PER_S /* how long a file made from the record may wait for its sync */

/* What a job tells of a file: which book, which sheet. */
static unsigned sheet_number(size_t book, unsigned id)
{
	return (unsigned)book * PL_SHEETS + id;
}

bool pl_writer_take_synced(struct pl_writer *writer)
{
	struct pl_books *books = &writer->books;
	struct pl_sync_job job;

	if (!pl_sync_take(writer->sync, &job))
		return false;
	for (size_t i = 0; i < job.count; i++) {
		unsigned number = job.items[i].sheet;
		struct pl_ledger *ledger = pl_books_ledger(books, number / PL_SHEETS);
		struct pl_sheet *sheet = ledger ? &ledger->sheets[number % PL_SHEETS] : NULL;

		if (sheet && pl_sheet_is_open(sheet) && sheet->serial == job.items[i].serial)
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

/* What of this book is to be synced. all: no file may wait. */
static void add_book(struct pl_writer *writer, size_t book, bool all, struct pl_sync_job *job)
{
	struct pl_ledger *ledger = pl_books_ledger(&writer->books, (unsigned)book);
	int64_t now_ns = pl_clock_mono_ns();
	bool has_record = false;

	for (unsigned id = 0; ledger && id < PL_SHEETS; id++) { /* the record comes first */
		struct pl_sheet *sheet = &ledger->sheets[id];

		if (!pl_sheet_is_dirty(sheet) || (has_record && !all && may_wait(sheet, now_ns)))
			continue;
		has_record |= !sheet->form.is_derived;
		if (pl_sync_add(job, sheet_number(book, id), sheet->serial, &sheet->file))
			pl_sheet_mark(sheet);
	}
}

static bool put_job(struct pl_writer *writer, const struct pl_sync_job *job)
{
	if (!job->count)
		return false;
	pl_sync_put(writer->sync, job);
	writer->is_syncing = true;
	return true;
}

bool pl_writer_start_sync(struct pl_writer *writer)
{
	struct pl_sync_job job = {.count = 0};

	if (writer->is_syncing)
		return true;
	for (size_t i = 0; i < PL_BOOKS; i++) /* the bench last */
		add_book(writer, (PL_BOOK_RUN + writer->first_book + i) % PL_BOOKS, false, &job);
	if (job.count == PL_SYNC_FILES)
		writer->first_book++;
	return put_job(writer, &job);
}

static void wait_synced(struct pl_writer *writer)
{
	struct pollfd wait = {.fd = pl_sync_fd(writer->sync), .events = POLLIN};

	while (writer->is_syncing && !pl_writer_take_synced(writer))
		pl_clock_poll(&wait, 1, PL_NEVER);
}

static bool is_dirty(const struct pl_ledger *ledger)
{
	for (unsigned id = 0; id < PL_SHEETS; id++)
		if (pl_sheet_is_dirty(&ledger->sheets[id]))
			return true;
	return false;
}

/* One of the books after another; what could be mended of each is. */
static enum pl_status mend(struct pl_books *books, struct pl_run_book *run, struct pl_error *error)
{
	enum pl_status status = run ? pl_ledger_mend(&run->files, error) : PL_OK;
	enum pl_status of_bench = pl_ledger_mend(&books->bench, status ? NULL : error);

	return status ? status : of_bench;
}

static size_t number_of(const struct pl_books *books, const struct pl_run_book *run)
{
	size_t book = PL_BOOK_RUN;

	while (books->runs[book] != run)
		book++;
	return book;
}

static enum pl_status flush(struct pl_writer *writer, struct pl_run_book *run,
			    struct pl_error *error)
{
	struct pl_books *books = &writer->books;

	for (int tries = 0; tries < FLUSH_TRIES; tries++) {
		struct pl_sync_job job = {.count = 0};

		wait_synced(writer);
		enum pl_status status = mend(books, run, error);
		if (status)
			return status;
		pl_books_tell(books);
		if (!is_dirty(&books->bench) && !(run && is_dirty(&run->files)))
			return PL_OK;
		if (run)
			add_book(writer, number_of(books, run), true, &job);
		add_book(writer, PL_BOOK_BENCH, true, &job);
		if (!put_job(writer, &job))
			break;
	}
	return pl_error_set(error, PL_ERR_IO, books->workspace->path,
			    "the rows cannot be brought to the disk");
}

enum pl_status pl_writer_flush(struct pl_writer *writer, struct pl_run_book *run,
			       struct pl_error *error)
{
	enum pl_status status;

	if (run)
		run->is_synced = false;
	status = flush(writer, run, error);
	if (run)
		run->is_synced = !status;
	return status;
}

enum pl_status pl_writer_flush_and_seal(struct pl_writer *writer, struct pl_run_book *run,
					struct pl_error *error)
{
	enum pl_status status = pl_writer_flush(writer, run, error);

	if (!status)
		status = pl_run_book_seal(run, error);
	return status ? status : pl_writer_flush(writer, run, error);
}
