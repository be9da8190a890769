/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_inside.h - what the taker and the sinks share: batches of ticks from a fixed pool.
 *
 * A batch is filled by the taker alone; once handed over it never changes, every sink reads it, and
 * the last one gives it back. With all batches out the taker takes nothing: that is the whole of
 * the back-pressure.
 */
#ifndef RECORD_SINKS_INSIDE_H
#define RECORD_SINKS_INSIDE_H

#include "record/row.h"
#include "record/sinks.h"

#include <pthread.h>

#define SINKS_BATCHES	    8
#define SINKS_BATCH_SIZE    ((size_t)256 << 10) /* at least; one tick of the largest bus fits */
#define SINKS_SEGMENTS	    512
#define SINKS_RETRY_NS	    (INT64_C(100) * PL_NS_PER_MS) /* the first back-off, then doubled */
#define SINKS_RETRY_MOST_NS PL_NS_PER_S
#define SINKS_LAST_TRIES    8 /* after finish, on a disk that fails and is not full */

struct sinks_segment { /* ticks of one bus in a row */
	uint32_t bus, count;
};

struct sinks_batch {
	unsigned char *bytes;
	size_t used, segment_count;
	struct sinks_segment segments[SINKS_SEGMENTS];
	uint64_t rows, gaps;
	int64_t oldest_ns; /* under the lock: when its first tick was read; 0 = it is free */
	size_t users;	   /* under the lock: sinks that have not written it */
};

struct sink;

/* What a kind of sink can do. open is called by the taker before there are other threads, free when
 * all have ended, the rest by the sink's own thread only. */
struct sink_ops {
	const char *name;
	unsigned bit; /* PL_SINK_* */
	/* After an error nothing is left. */
	enum pl_status (*open)(struct sink *sink, struct pl_error *error);
	/* This batch is the next; `write` brings it out. */
	void (*take)(struct sink *sink, const struct sinks_batch *batch);
	/* Goes on where it stopped. PL_ERR_BUSY: not before its own descriptor is readable. */
	enum pl_status (*write)(struct sink *sink, struct pl_error *error);
	/* Duties besides; until when it may be left alone. May be NULL. */
	int64_t (*tend)(struct sink *sink, int64_t now_ns);
	int (*fd)(struct sink *sink); /* to poll; may be NULL */
	/* All rows are durable. */
	enum pl_status (*finish)(struct sink *sink, struct pl_error *error);
	void (*close)(struct sink *sink);
	/* is_undone: the files that open made are removed. Closes too. */
	void (*free)(struct sink *sink, bool is_undone);
};

extern const struct sink_ops pl_sink_csv, pl_sink_jsonl, pl_sink_sqlite;

struct sink_order {
	struct sinks_batch *batch; /* NULL: there will be no more */
};

struct sink {
	struct pl_sinks *sinks;
	const struct sink_ops *ops;
	size_t index; /* of parts */
	struct pl_queue *orders;
	pthread_t thread;
	void *own; /* of the ops */
	/* Its own thread's. */
	struct sinks_batch *batch; /* not written yet */
	bool is_ending;		   /* it has seen the last order */
	int64_t retry_ns;	   /* not before; 0 = now */
	int64_t back_off_ns;
	unsigned tries;
	/* Under the lock. */
	uint64_t rows, gaps;
	unsigned part;
	bool is_full;
	struct pl_error error;
};

struct pl_sinks {
	struct pl_sinks_setup setup;
	size_t *strides; /* bytes of a tick of each bus */
	size_t batch_size;
	int64_t nap_ns, hold_ns; /* the taker's: between looks, of a batch */
	struct sinks_batch batches[SINKS_BATCHES];
	struct pl_queue *free;		    /* of struct sinks_batch * */
	int finish_fd, abandon_fd, done_fd; /* eventfds, raised once */
	struct pl_row_maker *lines;	    /* the taker's, NULL = nobody follows */
	uint64_t lines_lost;		    /* the taker's */
	pthread_t taker;
	struct sink sinks[PL_SINKS];
	size_t sink_count;	 /* the taker's until is_ready, then nobody changes it */
	size_t running;		 /* under the lock, as what follows */
	bool is_ready;		 /* the files are made and the sinks' threads are there */
	struct pl_error refusal; /* they are not, and will not be */
	pthread_mutex_t lock;
	uint64_t ticks;	     /* under the lock */
	uint64_t rows, gaps; /* taken; under the lock */
	char moved[200];     /* under the lock */
};

struct sinks_cursor {
	size_t segment, tick, at;
};
/* The ticks of a batch one after the other; false behind the last. Zero-initialise cursor. */
bool pl_sinks_next(const struct pl_sinks *sinks, const struct sinks_batch *batch,
		   struct sinks_cursor *cursor, const struct pl_tick **out);

bool pl_sinks_is_raised(int event_fd);
void pl_sinks_raise(int event_fd);
/* Makes the files and starts the sinks' threads; after an error there are none. Taker thread. */
enum pl_status pl_sinks_open(struct pl_sinks *sinks, struct pl_error *error);
int pl_sinks_thread(pthread_t *thread, void *(*body)(void *), void *arg);
void *pl_sinks_taker(void *arg);
void *pl_sink_main(void *arg);
/* A sink is done with a batch; written: it holds its rows now. Any thread. */
void pl_sinks_release(struct pl_sinks *sinks, struct sinks_batch *batch);
/* A part was left: for the state. */
void pl_sink_tell_moved(struct sink *sink, unsigned part, const char *left, const char *why);

#endif
