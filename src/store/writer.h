/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.h - the thread that puts every row on disk, and its sync thread.
 *
 * Messages by value in, one acknowledgement each out, in order but for END. The writer alone knows
 * the files, their schema and the audit chain. A row is written by one write() and acknowledged
 * after it (it survives kill -9); the sync thread makes it durable meanwhile (it survives a power
 * cut) and says how far. A message that replaces a file (run.yaml, the state file) is acknowledged
 * when that is durable.
 *
 * Books: PL_BOOK_BENCH are the files of the bench in the workspace (<bench>.audit.csv,
 * <bench>.threshold_operations.csv, <bench>.state.yaml), open all the time; every other number may
 * have a run, from PL_WRITE_BEGIN to PL_WRITE_END. What fails in the files of one run is told to
 * that run alone, and holds up no other.
 */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/run.h"

#include "base/queue.h"

/* PL_BOOK_RUN is the scan's; recordings beside it have the numbers above, below PL_BOOKS. A BEGIN
 * on one that is open is PL_ERR_RUN_ACTIVE. "RUN" below stands for every book of a run. */
#define PL_BOOKS 18
enum pl_book { PL_BOOK_BENCH, PL_BOOK_RUN };

struct pl_audit_entry {
	char actor[PL_ACTOR_SIZE];
	char action[24]; /* run.start, set, restore, connect, lost, … */
	char target[PL_PATH_SIZE];
	double old_value, new_value; /* NaN = empty */
	char status[16];	     /* sent, ok, refused, unanswered, mismatch, … */
	char detail[PL_RUN_TEXT_SIZE];
};

/* A write attempt of a threshold, for threshold_operations.csv. */
struct pl_operation {
	int channel_id;
	double old_value; /* last confirmed, NaN = unknown */
	double new_value;
	char status[PL_RUN_TEXT_SIZE]; /* "success" or the error message */
};

/* A note on a run. */
#define PL_NOTE_SIZE 1024
struct pl_note_entry {
	char folder[576]; /* BENCH: of the run, which is over; RUN: not used */
	char actor[PL_ACTOR_SIZE];
	char text[PL_NOTE_SIZE];
};

struct pl_stray_line {
	char device[PL_NAME_SIZE];
	char why[16];
	char text[240]; /* escaped */
};

/* A row of settings.csv. */
struct pl_setting {
	char when[8]; /* "start" or "end" */
	char path[PL_PATH_SIZE];
	struct pl_value value;
	const char *unit; /* static */
};

/* Raw events of one window, for events.csv: `point` is the row number that its first row is going
 * to have. Carried values in the order of the head's columns. */
#define PL_EVENT_ROWS 8
struct pl_event_rows {
	size_t count;
	struct pl_event items[PL_EVENT_ROWS];
	uint32_t lost; /* before these: the queue was full; told in audit.csv */
};

/* A setting kept in the workspace: what the device was last confirmed to hold. */
struct pl_kept {
	char path[PL_PATH_SIZE];
	double value;
	int64_t t_utc_ns;
	unsigned run; /* 0 = outside a run */
	char actor[PL_ACTOR_SIZE];
};

#define PL_PENDING_MAX (2 * PL_CHANNELS_MAX)

/* What must be put back: written before the first write of a run, gone after the confirmed
 * restore. */
struct pl_pending {
	unsigned run;
	size_t count; /* 0 clears it */
	struct {
		char path[PL_PATH_SIZE];
		double value;
	} items[PL_PENDING_MAX];
};

enum pl_write_kind {
	PL_WRITE_BEGIN,	     /* RUN: run.yaml and the headers of all files */
	PL_WRITE_STATUS,     /* RUN: run.yaml replaced; durable. Of a recording this also reads on
			      * in readings.csv, so that END has little left to hash */
	PL_WRITE_POINT,	     /* RUN: a row of points.csv, and of scan_results when valid */
	PL_WRITE_SETTING,    /* RUN: a row of settings.csv */
	PL_WRITE_EVENTS,     /* RUN: rows of events.csv */
	PL_WRITE_OPERATION,  /* RUN or BENCH */
	PL_WRITE_AUDIT,	     /* RUN or BENCH */
	PL_WRITE_DEVICE_LOG, /* RUN */
	PL_WRITE_NOTE, /* RUN: a row of notes.csv; BENCH: the same of a run that is over, durable.
			* Either with its audit row */
	PL_WRITE_KEPT, /* BENCH: state file; durable */
	PL_WRITE_PENDING, /* BENCH: state file; durable */
	PL_WRITE_END,	  /* RUN: all synced, audit head taken, run.yaml with the terminal state
			   * last of all, files closed. Of a recording the sinks are over before:
			   * what they wrote is sealed as it is found */
};

struct pl_write {
	enum pl_write_kind kind;
	enum pl_book book;
	/* POINT: the next message holds another row of the same block. All are put on disk by one
	 * write() with the last, whose acknowledgement speaks for the block. */
	bool has_more;
	int64_t t_utc_ns, t_mono_ns; /* of the act */
	union {
		/* BEGIN; stays valid until END is acknowledged, also when that failed and is not
		 * tried again: the next BEGIN then leaves that run as a crash would. */
		const struct pl_run_head *head;
		struct pl_run_status status; /* STATUS, END */
		struct pl_point point;
		struct pl_setting setting;
		struct pl_event_rows events;
		struct pl_operation operation;
		struct pl_audit_entry audit;
		struct pl_stray_line stray;
		struct pl_note_entry note;
		struct pl_kept kept;
		struct pl_pending pending;
	};
};

struct pl_write_ack {
	uint64_t seq; /* of pl_writer_put */
	enum pl_write_kind kind;
	enum pl_book book; /* the message's */
	enum pl_status status;
	struct pl_error error;
	uint32_t point;		      /* POINT: its row number */
	uint16_t parts[PL_RUN_FILES]; /* END: of each file, as in struct pl_run_status */
};

struct pl_writer;

/* Opens the bench's files and starts both threads. workspace stays valid until stop. */
enum pl_status pl_writer_start(struct pl_workspace *workspace, struct pl_writer **out,
			       struct pl_error *error);
/* Writes everything that waits, syncs, joins both threads. */
void pl_writer_stop(struct pl_writer *writer);

/* Engine thread. Sequence number > 0 of the message, 0 when the queue (4096) is full. */
uint64_t pl_writer_put(struct pl_writer *writer, const struct pl_write *message);
/* Acknowledgements (struct pl_write_ack), in order; that of a recording's END, whose files are read
 * to be sealed meanwhile, may come behind later ones. */
struct pl_queue *pl_writer_acks(struct pl_writer *writer);
/* Any thread: rows of points.csv of the scan (PL_BOOK_RUN) known to be durable, after its END what
 * they came to; age of the oldest row that is not, 0 = all are. */
uint32_t pl_writer_durable(struct pl_writer *writer, int64_t *behind_ns);

/* The state file as it was at start, read before the threads run. Caller frees items with free().
 * A missing file gives none. */
enum pl_status pl_state_read(const struct pl_workspace *workspace, struct pl_kept **items,
			     size_t *count, struct pl_pending *pending, struct pl_error *error);

#endif
