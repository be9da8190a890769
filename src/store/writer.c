/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.c - the writer thread: messages in, rows out, one acknowledgement each, in order.
 *
 * No acknowledgement can be lost: the engine thread is the only one that puts messages and takes
 * acknowledgements, and pl_writer_put refuses as soon as 4096 messages are not yet taken back, so
 * the acknowledgement queue of that size never fills. A job for the sync thread is started whenever
 * there are unsynced rows and none is under way; the writer waits for it only before a head is
 * taken (pause, end) and at the stop.
 */
#include "store/writer.h"

#include "store/books.h"
#include "store/sync.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH	    4096
#define FLUSH_TRIES 8
#define AT_ONCE	    64

/* What the inbox carries: a message has up to 5 kB, so it is kept where it was copied. */
struct letter {
	uint64_t seq;
	struct pl_write *message; /* NULL: stop */
};

struct pl_writer {
	struct pl_queue *inbox, *acks;
	struct pl_sync *sync;
	struct pl_books books; /* writer thread alone, once it runs */
	bool is_syncing;
	pthread_t thread;
	uint64_t put; /* engine thread: messages ever put */
	pthread_mutex_t lock;
	uint64_t answered; /* under lock, like what follows */
	uint64_t durable;
	int64_t oldest_ns;
};

/* Takes back the job of the sync thread, if it is done. */
static bool take_synced(struct pl_writer *writer)
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

/* False when nothing was there to sync, or could be given away. */
static bool start_sync(struct pl_writer *writer)
{
	struct pl_sync_job job = {.count = 0};

	if (writer->is_syncing)
		return true;
	for (unsigned id = 0; id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &writer->books.sheets[id];

		if (pl_sheet_is_dirty(sheet) && pl_sync_add(&job, id, sheet->serial, &sheet->file))
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

	while (writer->is_syncing && !take_synced(writer))
		pl_clock_poll(&wait, 1, PL_NEVER);
}

static bool is_dirty(const struct pl_books *books)
{
	for (unsigned id = 0; id < PL_SHEETS; id++)
		if (pl_sheet_is_dirty(&books->sheets[id]))
			return true;
	return false;
}

/* Makes every row durable, in other files if need be. */
static enum pl_status flush(struct pl_writer *writer, struct pl_error *error)
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
		if (!start_sync(writer))
			break;
	}
	return pl_error_set(error, PL_ERR_IO, books->workspace->path,
			    "the rows cannot be brought to the disk");
}

/* Everything durable, sealed, and the seals durable too. */
static enum pl_status flush_and_seal(struct pl_writer *writer, struct pl_error *error)
{
	enum pl_status status = flush(writer, error);

	if (!status)
		status = pl_books_seal(&writer->books, error);
	return status ? status : flush(writer, error);
}

/* For pl_writer_put and pl_writer_durable. */
static void publish(struct pl_writer *writer, uint64_t answered)
{
	const struct pl_sheet *points = &writer->books.sheets[PL_SHEET_POINTS];

	pthread_mutex_lock(&writer->lock);
	writer->answered += answered;
	writer->durable = points->durable;
	writer->oldest_ns = points->oldest_ns;
	pthread_mutex_unlock(&writer->lock);
}

/* Before END. The sync may be what spoils a scan_results file, so that is looked at again. */
static enum pl_status make_ready(struct pl_writer *writer, struct pl_error *error)
{
	enum pl_status status;

	writer->books.has_tried_end = true;
	status = pl_books_settle(&writer->books, error);
	if (!status)
		status = flush_and_seal(writer, error);
	return status ? status : pl_books_settle(&writer->books, error);
}

static void do_message(struct pl_writer *writer, const struct letter *letter)
{
	const struct pl_write *message = letter->message;
	struct pl_write_ack ack = {.seq = letter->seq, .kind = message->kind};
	struct pl_books *books = &writer->books;

	if (message->kind == PL_WRITE_END && books->head)
		ack.status = make_ready(writer, &ack.error);
	if (message->kind == PL_WRITE_STATUS && message->status.state == PL_RUN_PAUSED)
		flush_and_seal(writer, NULL);
	if (message->kind == PL_WRITE_END)
		pl_run_book_parts(books, ack.parts);
	if (!ack.status)
		ack.status = pl_books_write(books, message, &ack.point, &ack.error);
	if (!ack.status)
		ack.error = (struct pl_error){.code = PL_OK};
	pl_books_tell(books);
	publish(writer, 0); /* who has the acknowledgement sees what it is about */
	bool has_room = pl_queue_push(writer->acks, &ack);
	assert(has_room);
	(void)has_room;
}

/* False when the inbox said stop. */
static bool do_some(struct pl_writer *writer)
{
	struct letter letter;

	for (int i = 0; i < AT_ONCE && pl_queue_pop(writer->inbox, &letter); i++) {
		if (!letter.message)
			return false;
		do_message(writer, &letter);
		free(letter.message);
		publish(writer, 1);
		start_sync(writer);
	}
	return true;
}

static void *writer_main(void *arg)
{
	struct pl_writer *writer = arg;
	struct pollfd wait[] = {
	    {.fd = pl_queue_fd(writer->inbox), .events = POLLIN},
	    {.fd = pl_sync_fd(writer->sync), .events = POLLIN},
	};

	while (do_some(writer)) {
		take_synced(writer);
		start_sync(writer);
		publish(writer, 0);
		pl_clock_poll(wait, 2, PL_NEVER);
	}
	flush(writer, NULL);
	publish(writer, 0);
	return NULL;
}

static void release(struct pl_writer *writer)
{
	pl_sync_stop(writer->sync);
	pl_books_fini(&writer->books);
	pl_queue_free(writer->inbox);
	pl_queue_free(writer->acks);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

enum pl_status pl_writer_start(struct pl_workspace *workspace, struct pl_writer **out,
			       struct pl_error *error)
{
	struct pl_writer *writer = calloc(1, sizeof *writer);
	enum pl_status status;
	int number = ENOMEM;

	*out = NULL;
	if (!writer)
		return pl_error_errno(error, ENOMEM, NULL, "cannot start the writer");
	pthread_mutex_init(&writer->lock, NULL);
	writer->inbox = pl_queue_new(sizeof(struct letter), DEPTH + 1);
	writer->acks = pl_queue_new(sizeof(struct pl_write_ack), DEPTH);
	status = pl_books_init(&writer->books, workspace, error);
	if (!status)
		status = pl_sync_start(workspace->disk, &writer->sync, error);
	if (!status && writer->inbox && writer->acks)
		number = pthread_create(&writer->thread, NULL, writer_main, writer);
	if (!status && number)
		status = pl_error_errno(error, number, NULL, "cannot start the writer");
	if (status)
		release(writer);
	else
		*out = writer;
	return status;
}

void pl_writer_stop(struct pl_writer *writer)
{
	const struct letter stop = {.message = NULL};
	bool has_room = pl_queue_push(writer->inbox, &stop);

	assert(has_room);
	(void)has_room;
	pthread_join(writer->thread, NULL);
	release(writer);
}

/* As much of a message as its kind uses. */
static size_t message_size(enum pl_write_kind kind)
{
	static const size_t sizes[] = {
#define SIZE(member) offsetof(struct pl_write, member) + sizeof(((struct pl_write *)0)->member)
	    [PL_WRITE_BEGIN] = SIZE(head),	[PL_WRITE_STATUS] = SIZE(status),
	    [PL_WRITE_POINT] = SIZE(point),	[PL_WRITE_OPERATION] = SIZE(operation),
	    [PL_WRITE_AUDIT] = SIZE(audit),	[PL_WRITE_DEVICE_LOG] = SIZE(stray),
	    [PL_WRITE_SETTING] = SIZE(setting), [PL_WRITE_EVENTS] = SIZE(events),
	    [PL_WRITE_KEPT] = SIZE(kept),	[PL_WRITE_PENDING] = SIZE(pending),
	    [PL_WRITE_NOTE] = SIZE(note),	[PL_WRITE_END] = SIZE(status),
#undef SIZE
	};

	return sizes[kind];
}

/* Messages put whose acknowledgement was not taken yet. The length is read after the count, so the
 * answer may be too large for a moment and is never too small. */
static uint64_t in_flight(struct pl_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	uint64_t answered = writer->answered;
	pthread_mutex_unlock(&writer->lock);
	return writer->put - answered + pl_queue_length(writer->acks);
}

uint64_t pl_writer_put(struct pl_writer *writer, const struct pl_write *message)
{
	size_t size = message_size(message->kind);
	struct letter letter = {.seq = writer->put + 1};

	if (in_flight(writer) >= DEPTH)
		return 0;
	letter.message = malloc(size);
	if (!letter.message)
		pl_out_of_memory(); /* as every small allocation: to try again for ever would hold
				     * the run up
				     */
	memcpy(letter.message, message, size);
	if (!pl_queue_push(writer->inbox, &letter)) {
		free(letter.message);
		return 0;
	}
	return ++writer->put;
}

struct pl_queue *pl_writer_acks(struct pl_writer *writer)
{
	return writer->acks;
}

uint32_t pl_writer_durable(struct pl_writer *writer, int64_t *behind_ns)
{
	pthread_mutex_lock(&writer->lock);
	uint32_t durable = (uint32_t)writer->durable;
	int64_t oldest_ns = writer->oldest_ns;
	pthread_mutex_unlock(&writer->lock);
	*behind_ns = oldest_ns ? pl_clock_mono_ns() - oldest_ns : 0;
	return durable;
}
