/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune.h - the word `tune` as its files share it. job_tune.c: its life. job_tune_begin.c: what
 * the setting is before. job_tune_do.c: what the tuner asks for meanwhile. job_tune_write.c: the
 * one write under way. job_tune_count.c: windows, rates, the search. job_tune_rows.c: what is said
 * and written down.
 *
 * Invariants. At most one of these is waited for: an acknowledgement (waiting_seq), an answer of
 * the bus (waiting_id), a timer. Before the first write what the setting was is in the state file,
 * and it stays there until that is put back or the new value is kept. A later wish takes the place
 * of one that has not begun. Counts are only those of a confirmed value.
 */
#ifndef ENGINE_JOB_TUNE_H
#define ENGINE_JOB_TUNE_H

#include "engine/internal.h"

#include "scan/seek.h"

#define TUNE_UNDO_MAX 64

enum tune_kind {
	TUNE_FIRST, /* what the device was taken to hold is written, to be sure of it */
	TUNE_MOVE,
	TUNE_UNDO,
	TUNE_SEEK,
	TUNE_RENEW, /* the device was away, or has forgotten it */
	TUNE_RESTORE,
};

struct tune_wish {
	enum tune_kind kind;
	double value; /* UNDO: found when it begins */
};

enum tune_end { TUNE_GOES_ON, TUNE_KEEPS, TUNE_RESTORES, TUNE_CLOSING };

struct tune {
	struct actor actor; /* first: an actor is cast back to its tune */
	struct pl_match match;
	char who[PL_ACTOR_SIZE];
	int64_t settle_ns;
	bool has_begun, is_assumed; /* assumed: the tuner agreed to write what is only remembered */
	bool is_headless;	    /* ends with the answer of its one search */
	bool keeps_found;	    /* then keeps what was found */
	bool is_cancelled;
	double before; /* what is put back */
	double value;  /* confirmed, NaN = unknown */
	double left[TUNE_UNDO_MAX];
	size_t left_count;

	/* the write under way */
	bool is_writing, is_owed; /* owed: `before` is in the state file */
	struct tune_wish now, wish;
	bool has_wish;
	unsigned tries;
	uint64_t waiting_seq, waiting_id;
	bool is_counting;				    /* waiting_id is a window */
	int64_t give_up_ns;				    /* of the restore */
	char trouble[sizeof(((struct pl_error *)0)->text)]; /* of the last write that failed */

	/* since the value was confirmed */
	bool is_settled;
	uint64_t hits;
	double seconds;

	struct pl_seek *seek;
	bool is_seeking;
	double seek_from;	   /* what it goes back to when it finds nothing */
	struct pl_json *answer;	   /* of the last search */
	struct pl_json *args_seek; /* headless: the search to begin with */
	unsigned writes;
	enum tune_end end;
	bool is_kept, is_restored, has_file_trouble; /* what the answer says */
};

/* ---- job_tune.c ---- */

/* Whatever is to be done next, when nothing is waited for. */
void tune_advance(struct tune *tune);
void tune_end(struct tune *tune, enum tune_end end);
/* The last answer: not put back, or not kept. */
void tune_fail(struct tune *tune, const struct pl_error *error);
struct tune *tune_of(struct actor *actor);
/* The one that this session has under way, NULL = none. */
struct tune *tune_find(const struct pl_engine *engine, uint64_t session);

/* ---- job_tune_begin.c ---- */

/* "det.top" is its threshold. PL_ERR_NOT_FOUND, PL_ERR_USAGE. */
enum pl_status tune_find_setting(struct tune *tune, const struct pl_bench *bench, const char *path,
				 struct pl_error *error);
enum pl_status tune_take_args(struct tune *tune, const struct pl_json *args,
			      struct pl_error *error);
/* The device is up. False: it is over already. */
bool tune_begin(struct tune *tune);

/* ---- job_tune_write.c ---- */

void tune_wish(struct tune *tune, enum tune_kind kind, double value);
void tune_begin_write(struct tune *tune);
void tune_write_acked(struct tune *tune, const struct pl_write_ack *ack);
void tune_written(struct tune *tune, const struct pl_bus_answer *answer);
/* The state file: without `before` any more. */
void tune_settle_debt(struct tune *tune);

/* ---- job_tune_count.c ---- */

void tune_begin_count(struct tune *tune);
void tune_counted(struct tune *tune, const struct pl_bus_answer *answer);
/* PL_ERR_RANGE, PL_ERR_UNIT, PL_ERR_USAGE. args: rate, max_s, low, high. */
enum pl_status tune_seek_begin(struct tune *tune, const struct pl_json *args,
			       struct pl_error *error);
enum pl_status tune_seek_check(const struct tune *tune, const struct pl_json *args,
			       struct pl_seek_setup *out, struct pl_error *error);
void tune_seek_stop(struct tune *tune, const char *why);

/* ---- job_tune_rows.c ---- */

uint64_t tune_audit(struct tune *tune, double value, const char *status, const char *detail);
void tune_operation(struct tune *tune, double value, const char *status);
void tune_tell(struct tune *tune, const char *name, struct pl_json *body);
void tune_tell_started(struct tune *tune);
void tune_tell_step(struct tune *tune, const struct pl_bus_answer *answer, const char *status,
		    const char *reason);
void tune_tell_rate(struct tune *tune);
void tune_tell_measured(struct tune *tune, double value);
void tune_tell_answer(struct tune *tune, const char *code, const char *text);
struct pl_json *tune_result(struct tune *tune);

#endif
