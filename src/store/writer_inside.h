/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer_inside.h - what the files of the writer share, and nobody else. */
#ifndef STORE_WRITER_INSIDE_H
#define STORE_WRITER_INSIDE_H

#include "store/books.h"
#include "store/sync.h"
#include "store/writer.h"

#include <pthread.h>

#define PL_WRITER_AT_ONCE 16
/* Of the readings of a recording, hashed with each of its STATUS messages and, at its end, between
 * the messages of others: some 50 ms at most. */
#define PL_WRITER_FOLLOW (UINT64_C(16) << 20)

/* What the inbox carries: a message has up to 5 kB, so it is kept where it was copied. */
struct pl_writer_letter {
	uint64_t seq;
	struct pl_write *message; /* NULL: stop */
};

struct pl_writer {
	struct pl_queue *inbox, *acks;
	struct pl_sync *sync;
	struct pl_books books; /* writer thread alone, once it runs */
	bool is_syncing;
	struct pl_write_ack acked[PL_WRITER_AT_ONCE]; /* writer thread: not told yet */
	size_t acked_count;
	/* Writer thread: END of a recording of which files are still read to be sealed; message
	 * NULL = none. */
	struct pl_writer_letter ends[PL_BOOKS];
	pthread_t thread;
	size_t first_book; /* writer thread: the next sync begins with it */
	uint64_t put;	   /* engine thread: messages ever put */
	uint64_t taken;	   /* engine thread: acknowledgements taken, when it last had to know */
	pthread_mutex_t lock;
	uint64_t answered; /* under lock, like what follows */
	uint64_t durable;
	int64_t oldest_ns;
};

/* Before END, all that has to be durable and sealed first. */
enum pl_status pl_writer_make_ready(struct pl_writer *writer, struct pl_run_book *run,
				    struct pl_error *error);
/* True when this is an END that waits until the files of its recording were read; it is kept. */
bool pl_writer_postpone(struct pl_writer *writer, const struct pl_writer_letter *letter);
/* Takes back the job of the sync thread, if it is done. */
bool pl_writer_take_synced(struct pl_writer *writer);
/* False when nothing was there to sync, or could be given away. */
bool pl_writer_start_sync(struct pl_writer *writer);
/* Makes every row of an open run and of the bench durable, in other files if need be. run NULL: of
 * the bench alone. What the other runs have waits. */
enum pl_status pl_writer_flush(struct pl_writer *writer, struct pl_run_book *run,
			       struct pl_error *error);
/* And sealed, and the seals durable too. */
enum pl_status pl_writer_flush_and_seal(struct pl_writer *writer, struct pl_run_book *run,
					struct pl_error *error);

#endif
