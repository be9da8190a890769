/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.c - the writer thread: messages in, rows out, one acknowledgement each, in order; but that
 * of a recording's END comes when its files were read, which is done between the messages of
 * others.
 *
 * No acknowledgement can be lost: the engine thread is the only one that puts messages and takes
 * acknowledgements, and pl_writer_put refuses as soon as 4096 messages are not yet taken back, so
 * the acknowledgement queue of that size never fills. A row alone is acknowledged at once; of a
 * backlog up to PL_WRITER_AT_ONCE are acknowledged together, none later than ACK_NS after it was
 * written.
 */
#include "store/writer_inside.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH  4096
#define ACK_NS PL_NS_PER_MS

/* For pl_writer_put and pl_writer_durable. */
static void publish(struct pl_writer *writer, uint64_t answered)
{
	const struct pl_run_book *scan = writer->books.runs[PL_BOOK_RUN];
	const struct pl_sheet *points = scan ? &scan->files.sheets[PL_SHEET_POINTS] : NULL;

	pthread_mutex_lock(&writer->lock);
	writer->answered += answered;
	if (points) /* else what the last one came to */
		writer->durable = points->durable;
	writer->oldest_ns = points ? points->oldest_ns : 0;
	pthread_mutex_unlock(&writer->lock);
}

/* Tells what was done, and has it synced. */
static void tell(struct pl_writer *writer)
{
	size_t count = writer->acked_count;

	publish(writer, 0); /* who has the acknowledgement sees what it is about */
	size_t pushed = pl_queue_push_many(writer->acks, writer->acked, count);
	assert(pushed == count);
	(void)pushed;
	writer->acked_count = 0;
	publish(writer, count);
	pl_writer_start_sync(writer);
}

/* Waits for no sync and replaces no file. */
static bool is_row(enum pl_write_kind kind)
{
	return kind == PL_WRITE_POINT || kind == PL_WRITE_SETTING || kind == PL_WRITE_EVENTS ||
	       kind == PL_WRITE_OPERATION || kind == PL_WRITE_AUDIT || kind == PL_WRITE_DEVICE_LOG;
}

static struct pl_run_book *run_of(struct pl_books *books, enum pl_book book)
{
	return book > PL_BOOK_BENCH && book < PL_BOOKS ? books->runs[book] : NULL;
}

static void do_message(struct pl_writer *writer, const struct pl_writer_letter *letter)
{
	const struct pl_write *message = letter->message;
	struct pl_books *books = &writer->books;
	struct pl_run_book *run = run_of(books, message->book);

	if (!is_row(message->kind))
		tell(writer); /* what came before has not to wait for it */
	struct pl_write_ack *ack = &writer->acked[writer->acked_count++];
	*ack =
	    (struct pl_write_ack){.seq = letter->seq, .kind = message->kind, .book = message->book};
	if (message->kind == PL_WRITE_END && run)
		ack->status = pl_writer_make_ready(writer, run, &ack->error);
	if (message->kind == PL_WRITE_STATUS && run)
		pl_run_book_follow(run, PL_WRITER_FOLLOW, false, NULL);
	if (message->kind == PL_WRITE_END)
		publish(writer, 0); /* the book is closed next */
	if (message->kind == PL_WRITE_STATUS && run && message->status.state == PL_RUN_PAUSED)
		pl_writer_flush_and_seal(writer, run, NULL);
	if (message->kind == PL_WRITE_END && run)
		pl_run_book_parts(run, ack->parts);
	if (!ack->status)
		ack->status = pl_books_write(books, message, &ack->point, &ack->error);
	if (!ack->status)
		ack->error = (struct pl_error){.code = PL_OK};
	pl_books_tell(books);
}

/* A piece of each recording that is to end. True when there is more. */
static bool read_ends(struct pl_writer *writer)
{
	bool is_left = false;

	for (size_t i = 0; i < PL_BOOKS; i++) {
		struct pl_writer_letter *end = &writer->ends[i];
		struct pl_run_book *run = run_of(&writer->books, (enum pl_book)i);

		if (!end->message)
			continue;
		/* what goes wrong with it goes wrong at the end again, and is told there */
		if (!pl_run_book_follow(run, PL_WRITER_FOLLOW, true, NULL) &&
		    !pl_run_book_is_followed(run)) {
			is_left = true;
			continue;
		}
		do_message(writer, end);
		free(end->message);
		end->message = NULL;
		tell(writer);
	}
	return is_left;
}

/* False when the inbox said stop. */
static bool do_some(struct pl_writer *writer)
{
	struct pl_writer_letter letters[PL_WRITER_AT_ONCE];
	size_t count = pl_queue_pop_many(writer->inbox, letters, PL_WRITER_AT_ONCE);
	int64_t since_ns = pl_clock_mono_ns();
	bool has_stopped = false;

	for (size_t i = 0; i < count; i++) {
		has_stopped = !letters[i].message; /* nothing comes after it */
		if (has_stopped)
			break;
		if (pl_writer_postpone(writer, &letters[i]))
			continue;
		do_message(writer, &letters[i]);
		free(letters[i].message);
		if (pl_clock_mono_ns() - since_ns >= ACK_NS) {
			tell(writer);
			since_ns = pl_clock_mono_ns();
		}
	}
	tell(writer);
	return !has_stopped;
}

static void *writer_main(void *arg)
{
	struct pl_writer *writer = arg;
	struct pollfd wait[] = {
	    {.fd = pl_queue_fd(writer->inbox), .events = POLLIN},
	    {.fd = pl_sync_fd(writer->sync), .events = POLLIN},
	};

	while (do_some(writer)) {
		bool has_more = read_ends(writer);

		pl_writer_take_synced(writer);
		publish(writer, 0);
		pl_writer_start_sync(writer);
		pl_clock_poll(wait, 2, has_more ? 0 : PL_NEVER);
	}
	while (read_ends(writer))
		;
	for (unsigned book = PL_BOOK_BENCH; book < PL_BOOKS; book++)
		pl_writer_flush(writer, run_of(&writer->books, (enum pl_book)book), NULL);
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
	writer->inbox = pl_queue_new(sizeof(struct pl_writer_letter), DEPTH + 1);
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
	const struct pl_writer_letter stop = {.message = NULL};
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
	struct pl_writer_letter letter = {.seq = writer->put + 1};

	if (writer->put - writer->taken >= DEPTH)
		writer->taken = writer->put - in_flight(writer);
	if (writer->put - writer->taken >= DEPTH)
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
