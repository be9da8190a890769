/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder.h - one recording from its first slot to its last row.
 *
 * Lives in the engine thread and is told what happens, like the runner of a scan: it splits the
 * recording by bus, posts PL_BUS_RECORD to each with one grid, starts the sinks, collects the books
 * and ends when every bus has answered and every row is written. It never waits. Events of a
 * detector are one open counting window beside it, for as long as the recording lasts.
 */
#ifndef RECORD_RECORDER_H
#define RECORD_RECORDER_H

#include "bus/bus.h"
#include "record/sinks.h"
#include "store/writer.h"

/* What it wants done. ctx goes first in every call. */
struct pl_record_io {
	void *ctx;
	int64_t (*now_mono)(void *ctx);
	int64_t (*now_utc)(void *ctx);
	/* The first device of the bus that this one hangs on, by position in the bench. */
	int (*bus_of)(void *ctx, int device);
	bool (*is_up)(void *ctx, int device);
	/* Posts to the bus of the request's device; fills the id. False: its queue is full. */
	bool (*ask)(void *ctx, struct pl_bus_request *request);
	/* The queue of its bus takes a request now. */
	bool (*has_room)(void *ctx, int device);
	void (*cancel)(void *ctx, const struct pl_bus_request *request);
	/* Sequence number, 0 when full. The book is filled in. */
	uint64_t (*write)(void *ctx, const struct pl_write *message);
	/* Events for events.csv, before END. flush: every bus is done; false while events still
	 * wait for the writer, or something else is to be written before the end. */
	void (*events)(void *ctx, const struct pl_bus_event *event);
	bool (*flush)(void *ctx);
	void (*timer)(void *ctx, int64_t deadline_ns); /* one timer */
	/* State or reason changed: tell the views, write the log. */
	void (*changed)(void *ctx, enum pl_note_level level, const char *text);
	/* The sinks, as in record/sinks.h; done: they have ended after finish or abandon, and stop
	 * takes no time. */
	enum pl_status (*sinks_start)(void *ctx, const struct pl_sinks_setup *setup,
				      struct pl_error *error);
	void (*sinks_state)(void *ctx, struct pl_sinks_state *out);
	void (*sinks_finish)(void *ctx);
	void (*sinks_abandon)(void *ctx);
	bool (*sinks_done)(void *ctx);
	void (*sinks_stop)(void *ctx, struct pl_sinks_state *out);
	/* It did not begin: nothing was asked of any bus, and its sinks have ended. */
	void (*refused)(void *ctx, const struct pl_error *error);
	/* The terminal state is on disk; the recorder may be freed after this call returned. */
	void (*over)(void *ctx, const struct pl_run_status *status);
};

enum pl_record_command {
	PL_RECORD_STOP,	     /* at a tick's boundary; the end of one that has no other */
	PL_RECORD_INTERRUPT, /* the same, and it was cut short */
	PL_RECORD_TERMINATE, /* INTERRUPT with exit 143 */
};

/* What the views show. */
struct pl_record_progress {
	struct pl_run_status status;
	const char *phase; /* recording, finishing, closing, over */
	uint64_t planned;  /* slots of all buses; 0 = until stopped */
	int64_t ends_ns;   /* CLOCK_MONOTONIC; 0 = not known */
	int64_t behind_ns; /* age of the oldest row not written yet */
	double fill;	   /* of the fullest queue between a bus and the sinks, 0 to 1 */
	bool is_full;	   /* the sinks wait for room on the disk */
	size_t lost;	   /* devices of it that are not there now */
};

struct pl_recorder;

/* head, io's ctx and the bench outlive the recorder; lines may be NULL (see sinks.h). Starts
 * nothing. PL_ERR_MEMORY, PL_ERR_RANGE (a buffer beyond what a machine has). */
enum pl_status pl_recorder_new(const struct pl_run_head *head, const struct pl_record_io *io,
			       struct pl_queue *lines, struct pl_recorder **out,
			       struct pl_error *error);
/* Every bus must be done with its request. NULL is fine. */
void pl_recorder_free(struct pl_recorder *recorder);

/* Sinks, then every bus, as soon as the sinks have made their files: the first slot lies a moment
 * ahead then. On an error nothing has begun; what the disk refuses is told by io.refused, as is a
 * command that comes before (PL_ERR_CANCELLED). */
enum pl_status pl_recorder_start(struct pl_recorder *recorder, struct pl_error *error);
void pl_recorder_command(struct pl_recorder *recorder, enum pl_record_command command);

void pl_recorder_on_answer(struct pl_recorder *recorder, const struct pl_bus_answer *answer);
void pl_recorder_on_ack(struct pl_recorder *recorder, const struct pl_write_ack *ack);
/* STATE of any device, EVENTS of the detector. */
void pl_recorder_on_device(struct pl_recorder *recorder, const struct pl_bus_event *event);
void pl_recorder_on_timer(struct pl_recorder *recorder);

bool pl_recorder_uses(const struct pl_recorder *recorder, int device);
void pl_recorder_progress(const struct pl_recorder *recorder, struct pl_record_progress *out);

/* It ends by itself: by time, ticks or counts. */
static inline bool pl_recording_ends(const struct pl_recording *recording)
{
	return recording->time_ns > 0 || recording->ticks > 0 || recording->counts > 0;
}

/* The books of all buses under the names that users know; rows, gaps, events and times stay. */
void pl_record_books_of(const struct pl_tick_books *ticks, struct pl_record_books *out);

/* What a tick costs on each bus, before anything is opened. PL_ERR_CONFIG with the numbers when a
 * period cannot hold (`--force` goes on). say may be NULL; one line for each bus, and
 * those of pl_record_budget_limits. */
enum pl_status pl_record_budget(const struct pl_bench *bench, const struct pl_recording *recording,
				void (*say)(void *ctx, const char *line), void *ctx,
				struct pl_error *error);

/* One line for each device of a line that has limits in no tick: how often they are looked at
 * beside the ticks, and what that costs. bus: the first device of the line. pl_record_budget says
 * these too. */
void pl_record_budget_limits(const struct pl_bench *bench, const struct pl_recording *recording,
			     int bus, void (*say)(void *ctx, const char *line), void *ctx);

/* Likewise of the readings beside a scan. */
enum pl_status pl_record_budget_beside(const struct pl_bench *bench, const struct pl_scan *scan,
				       struct pl_error *error);

#endif
