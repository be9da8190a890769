/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks.h - where the ticks of a recording go: readings.csv, readings.jsonl, readings.sqlite in its
 * run folder, and whoever follows it.
 *
 * One thread takes the ticks of all buses out of their queues and makes rows of them; each sink has
 * a thread of its own behind it. A sink that is slow fills the queues, and the recording's overflow
 * policy does the rest: a bus never waits for a disk. Rows are on disk (survive kill -9) at most
 * flush_ns after they were read, also when no more come; csv and jsonl are synced once a second, a
 * batch of sqlite is one transaction. Nothing is overwritten: csv and jsonl go on at the end of
 * their newest part, sqlite in a new one. A full disk: the row is rolled back, ticks wait in the
 * queues, and it goes on when there is room. Any other error: goes on in the next part
 * (readings.2.csv) with the rows that may not be on the disk, and the old one is left.
 */
#ifndef RECORD_SINKS_H
#define RECORD_SINKS_H

#include "base/disk.h"
#include "bus/tick.h"
#include "plateau/status.h"

#define PL_SINKS 3 /* csv, jsonl, sqlite */

struct pl_sinks;

struct pl_sinks_setup {
	const struct pl_bench *bench;	      /* immutable, outlives the sinks */
	const struct pl_recording *recording; /* likewise */
	int folder;			      /* descriptor of the run folder; stays the caller's */
	struct pl_disk *disk;		      /* how files are written; outlives the sinks */
	bool is_network;		      /* the folder is on NFS or CIFS: sqlite is refused */
	uint64_t rotate_size; /* bytes from which csv and jsonl go on in a next part; 0 = 1 GiB */
	int64_t started_utc_ns;
	struct pl_queue *const *ticks; /* of each bus */
	const size_t *target_counts;   /* of each bus: samples of a queue element at most */
	size_t bus_count;
	/* Rows as JSON lines (struct pl_sinks_line), for those who follow; a full one loses them
	 * and counts. NULL = nobody. */
	struct pl_queue *lines;
};

#define PL_SINKS_LINE_SIZE 640
struct pl_sinks_line {
	uint64_t lost;		       /* lines lost before this one */
	char text[PL_SINKS_LINE_SIZE]; /* one JSON object, no newline */
};

/* A copy of how far it is. */
struct pl_sinks_state {
	uint64_t ticks; /* taken */
	/* Written to every sink: rows with a reading, rows that tell a gap. A file holds both. */
	uint64_t rows, gaps;
	uint64_t rows_lost;	  /* of both; told by pl_sinks_stop */
	int64_t behind_ns;	  /* age of the oldest row taken and not written; 0 = none */
	bool is_full;		  /* waits for room on the disk */
	struct pl_error error;	  /* of a sink that cannot write now, or lost rows; PL_OK = none */
	bool is_ready;		  /* the files are there: ticks are taken */
	struct pl_error refusal;  /* why they could not be made; PL_OK = they could, or it is not
				   * known yet */
	unsigned parts[PL_SINKS]; /* of csv, jsonl, sqlite: the newest; 0 = has none */
	char moved[200];	  /* the last part that was left, and why; empty = none */
	uint64_t lines_lost;	  /* behind the last of `lines`; told by pl_sinks_stop */
};

/* Starts a thread that makes the files with their headers and then takes ticks: at once, whatever
 * the disk does. The state says when it is ready, or why it is refused: done_fd is readable then,
 * and pl_sinks_stop leaves nothing. PL_ERR_EXISTS: a link, or no regular file, stands in a file's
 * place; PL_ERR_UNSUPPORTED: sqlite on a network file system. */
enum pl_status pl_sinks_start(const struct pl_sinks_setup *setup, struct pl_sinks **out,
			      struct pl_error *error);
/* Any thread. */
void pl_sinks_state(struct pl_sinks *sinks, struct pl_sinks_state *out);
/* No more ticks come: what waits is written and synced. At once; readable done_fd says it is over.
 * A full disk is waited for until pl_sinks_stop; any other error is tried again for a few seconds,
 * then the rows are lost and the state says so. */
void pl_sinks_finish(struct pl_sinks *sinks);
int pl_sinks_done_fd(const struct pl_sinks *sinks);
/* Finish, and rows that wait for room on the disk are lost. At once; done_fd says when it is over:
 * not while a write or a sync is under way, which nobody can cut short. */
void pl_sinks_abandon(struct pl_sinks *sinks);
/* Joins the threads, frees; rows that wait for room are lost, so finish first. It takes as long as
 * the disk does, and no time once done_fd is readable. The last state, when out is not NULL. */
void pl_sinks_stop(struct pl_sinks *sinks, struct pl_sinks_state *out);

#endif
