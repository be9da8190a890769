/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_inside.h - the recorder as its files share it: recorder_begin.c begins it, recorder.c
 * leads it, recorder_events.c has the window of the detector, recorder_books.c counts and tells,
 * recorder_end.c ends it.
 */
#ifndef RECORD_RECORDER_INSIDE_H
#define RECORD_RECORDER_INSIDE_H

#include "record/recorder.h"

enum recorder_phase {
	RECORDER_NEW,
	RECORDER_OPENING, /* the sinks make their files */
	RECORDER_GOING,
	RECORDER_FINISHING, /* every bus has answered: the sinks write what they have */
	RECORDER_CLOSING,   /* END is on its way */
	RECORDER_OVER,
};

/* Why it ends, the strongest last: it stands over one that came before. */
enum recorder_end {
	RECORDER_COMPLETE,
	RECORDER_STOPPED,
	RECORDER_INTERRUPTED,
	RECORDER_TERMINATED,
	RECORDER_FAILED, /* reason says why */
};

struct recorder_bus {
	int device; /* the first of its targets */
	struct pl_target *targets;
	size_t target_count;
	struct pl_queue *ticks, *books;
	struct pl_bus_request request; /* id 0: not posted yet */
	bool is_posted, is_answered;
	struct pl_tick_books newest;
};

struct pl_recorder {
	const struct pl_run_head *head;
	const struct pl_recording *recording;
	struct pl_record_io io;
	struct pl_queue *lines;
	enum recorder_phase phase;
	enum recorder_end end;
	struct recorder_bus *buses;
	size_t bus_count;
	/* For the sinks: of each bus. */
	struct pl_queue **ticks;
	size_t *target_counts;
	struct pl_grid grid;
	int64_t opening_ns; /* since when the sinks make their files */
	bool has_begun;	    /* the grid is made and the buses are asked */
	int64_t begin_ns;   /* then it begins with those that take a request */
	/* Per device of the bench. */
	bool *is_used, *is_lost;

	/* The window of the detector. */
	struct pl_bus_request window;
	bool has_window;	/* posted and not answered */
	bool is_closing;	/* it is cancelled */
	bool window_is_over;	/* none is to be opened any more */
	int64_t window_ends_ns; /* 0 = when the buses are done, or stopped */
	uint32_t window_lost;	/* times the detector was lost */

	struct pl_run_status status;
	struct pl_sinks_state sinks;
	bool has_sinks;
	bool is_drained;	      /* the sinks know that no more comes */
	bool is_cut;		      /* they are not to wait for room on the disk either */
	int64_t finish_ns;	      /* since when they write their last */
	uint64_t status_seq, end_seq; /* not acknowledged yet; 0 = none */
	int64_t next_status_ns;
};

#define RECORDER_TURN_NS   (PL_NS_PER_S / 5)
#define RECORDER_STATUS_NS (2 * PL_NS_PER_S)

int64_t recorder_now(const struct pl_recorder *recorder);
/* The timer rings in a moment: something is to be looked at. */
void recorder_again(struct pl_recorder *recorder, int64_t in_ns);
void recorder_say(struct pl_recorder *recorder, enum pl_note_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- recorder.c ---- */

/* Cancels what goes on; the end is reached when all have answered. */
void recorder_stop(struct pl_recorder *recorder, enum recorder_end why, const char *reason);
const char *recorder_device_name(const struct pl_recorder *recorder, int device);

/* ---- recorder_begin.c ---- */

/* Goes on when the sinks have their files, or are refused them. */
void recorder_look_at_opening(struct pl_recorder *recorder);
/* Begins as soon as it can; then asks those buses, and opens that window, that were full. */
void recorder_go_on(struct pl_recorder *recorder);
void recorder_tell_lost(struct pl_recorder *recorder, int device, const char *why);

/* ---- recorder_events.c ---- */

bool recorder_wants_events(const struct pl_recorder *recorder);
/* Opens the window if it should be open and is not. */
void recorder_window_open(struct pl_recorder *recorder);
void recorder_window_close(struct pl_recorder *recorder);
void recorder_window_events(struct pl_recorder *recorder, const struct pl_bus_event *event);
void recorder_window_answered(struct pl_recorder *recorder, const struct pl_bus_answer *answer);

/* ---- recorder_books.c ---- */

/* The newest of each bus and of the sinks into status.books. */
void recorder_count(struct pl_recorder *recorder);
bool recorder_audit(struct pl_recorder *recorder, const char *actor, const char *action,
		    const char *target, const char *status, const char *detail);
void recorder_store_status(struct pl_recorder *recorder);

/* ---- recorder_end.c ---- */

/* Goes on with the end as far as it can. */
void recorder_finish(struct pl_recorder *recorder);
void recorder_end_acked(struct pl_recorder *recorder, const struct pl_write_ack *ack);

#endif
