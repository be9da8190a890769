/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer_inside.h - what the files of the writer share, and nobody else. */
#ifndef STORE_WRITER_INSIDE_H
#define STORE_WRITER_INSIDE_H

#include "store/books.h"
#include "store/sync.h"
#include "store/writer.h"

#include <pthread.h>

#define PL_WRITER_AT_ONCE 16

struct pl_writer {
	struct pl_queue *inbox, *acks;
	struct pl_sync *sync;
	struct pl_books books; /* writer thread alone, once it runs */
	bool is_syncing;
	struct pl_write_ack acked[PL_WRITER_AT_ONCE]; /* writer thread: not told yet */
	size_t acked_count;
	pthread_t thread;
	size_t first_book; /* writer thread: the next sync begins with it */
	uint64_t put;	   /* engine thread: messages ever put */
	uint64_t taken;	   /* engine thread: acknowledgements taken, when it last had to know */
	pthread_mutex_t lock;
	uint64_t answered; /* under lock, like what follows */
	uint64_t durable;
	int64_t oldest_ns;
};

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
