/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_internal.h - the run as the files that handle it share it: run_start.c makes it, run_hook.c
 * asks the user's program, run.c leads it, run_view.c shows it, after.c does what follows it.
 */
#ifndef ENGINE_RUN_INTERNAL_H
#define ENGINE_RUN_INTERNAL_H

#include "engine/child.h"
#include "engine/event_rows.h"
#include "engine/internal.h"
#include "store/points_read.h"
#include "store/run_read.h"

enum run_phase {
	RUN_BEGINNING, /* its files are being made */
	RUN_HOOK,      /* the program that may refuse it is running */
	RUN_OPENING,   /* the device is being opened and read back */
	RUN_GOING,     /* the runner has it */
	RUN_REFUSED,   /* before the first write; its books are being closed */
	RUN_OVER,
};

/* What a curve on a screen needs of a point; the whole point is in the file. */
struct curve_point {
	uint32_t index, attempt;
	uint32_t before; /* 1 + place of the row before it of this index, 0 = none */
	enum pl_point_quality quality;
	enum pl_pass pass;
	uint16_t repeat;
	bool has_counts;
	bool is_dead; /* the detector, for much of the window */
	char channel[PL_PATH_SIZE];
	double set;
	uint64_t hits;
	double live_s, rate, rate_lo, rate_hi;
};

struct waiter {
	struct asker asker;
	bool follows; /* wants events too */
	bool stops;   /* asked for the end: one before the first write is what it wanted */
};

struct waiters {
	struct waiter *items;
	size_t count, room;
};

struct after;

/* A run that is taken up again. */
struct run_past {
	struct pl_run_status status; /* what its files say */
	struct pl_points_state points;
	uint32_t begun_index, begun_attempt; /* by its audit log; index 0 = none */
	struct pl_run_resume *resumes;	     /* its owners after the first, this one last */
	bool is_forced;			     /* what has changed is accepted */
	bool is_checked;		     /* nothing in its folder has changed before */
};

struct run {
	struct actor actor; /* first: an actor is cast back to its run */
	enum run_phase phase;
	struct pl_run_head head;
	struct pl_plan plan;
	struct pl_bench *own_bench;   /* loaded with this run's --set, NULL = the engine's */
	struct pl_run_record *record; /* the stored run it follows, NULL = none */
	struct run_past *past;	      /* of a run that is taken up again, NULL = a new one */
	const struct pl_scan *scan;
	struct pl_runner *runner;     /* while RUN_GOING */
	struct pl_run_status status;  /* once it is over */
	struct pl_scan_progress last; /* once it is over */
	struct pl_error refusal;      /* code PL_OK = none */
	bool was_refused;
	bool is_closing;	     /* END is on its way: its files take no more rows */
	uint64_t begin_seq, end_seq; /* 0: not put yet */
	int64_t open_until_ns;	     /* a port held by another is waited for until then */
	bool has_told_busy;
	struct event_rows *events; /* NULL: none is stored */
	struct curve_point *rows;
	size_t row_count, row_room;
	uint32_t *newest; /* of each index: 1 + place of its last row in rows, 0 = none */
	size_t newest_room;
	uint32_t qualities[PL_POINT_OUT_OF_TOLERANCE + 1]; /* of the last row of each point */
	uint32_t voided;				   /* rows */
	uint32_t dead;					   /* of the last rows */
	struct waiters waiters;
	struct pl_run_clock clock; /* what happened to it meanwhile */
	char note[PL_NOTE_SIZE];   /* of --note, "" = none */
	struct child *hook;	   /* while RUN_HOOK */
	bool hook_is_stopped;	   /* the run is to end with it */
	struct pl_error end_error; /* of the last word that was tried; code PL_OK = written */
	struct after *after;	   /* while its callbacks run */
	struct pl_json *callbacks; /* what came of them, NULL until they are over */
};

/* ---- run_start.c ---- */

/* The bench with a run's own values ({"path","value"} items); NULL in *out when there are none.
 * Caller frees it. Only of the very file the engine lives with. */
enum pl_status run_own_bench(const struct pl_engine *engine, const struct pl_json *set,
			     struct pl_bench **out, struct pl_error *error);
/* By name; without one the only scan there is. */
enum pl_status run_find_scan(const struct pl_bench *bench, const char *name,
			     const struct pl_scan **out, struct pl_error *error);

enum pl_status run_find_operator(const struct pl_engine *engine, const struct pl_json *args,
				 char *out, size_t cap, struct pl_error *error);
/* All that folder, operator and times do not say. */
/* Of any run: who, where, labels. */
void run_head_fill(struct pl_run_head *head, const struct session *session,
		   const struct pl_json *args);
void run_fill_head(struct run *run, const struct session *session, const struct pl_json *args);
/* How a run comes to be: make takes its plan and its folder from what was asked, undo gives a
 * folder back (one with dir -1 too) when it comes to nothing, say is for the log. */
struct run_birth {
	enum pl_status (*make)(struct pl_engine *engine, const struct session *session,
			       const struct pl_json *args, struct run *run, struct pl_error *error);
	void (*undo)(struct pl_workspace *workspace, struct pl_run_folder *folder);
	void (*say)(struct pl_engine *engine, const struct run *run);
};
/* It becomes the run of the engine and starts; the asker is told that, or why not. */
void run_begin(struct pl_engine *engine, struct session *session, struct asker asker,
	       const struct pl_json *args, const struct run_birth *birth);
/* The workspace as it was asked for: --sim adds its own folder to it. Returns out. */
const char *run_asked_workspace(const struct pl_bench *bench, char *out, size_t cap);

/* ---- run_check.c ---- */

/* PL_ERR_FULL when the workspace has less room than the files of the run need. */
enum pl_status run_check_room(const struct pl_engine *engine, const struct run *run,
			      struct pl_error *error);
/* PL_ERR_REFUSED with the numbers when a line cannot carry the readings beside the scan. */
/* A memory that writes wear out is written for somebody who said yes, or whose bench file does. */
enum pl_status run_check_memory(const struct run *run, const struct pl_json *args,
				struct pl_error *error);
enum pl_status run_check_wire(const struct run *run, const struct pl_json *args,
			      struct pl_error *error);
/* Fills head->warnings. */
void run_find_warnings(struct pl_engine *engine, struct pl_run_head *head);

/* ---- run_stored.c ---- */

/* run->record from a run folder. */
enum pl_status run_read_record(struct run *run, const char *path, struct pl_error *error);
/* Bench, scan and plan of run->record. PL_ERR_CONFIG when the live bench has other devices. */
enum pl_status run_follow_record(const struct pl_engine *engine, struct run *run,
				 struct pl_error *error);
/* A parameter of the run's own bench where the live one has it, and back: by name, as the numbers
 * of rows are those of two profiles. One that the run does not know has the number -1. */
struct pl_target run_live_target(const struct run *run, struct pl_target own);
struct pl_target run_own_target(const struct run *run, struct pl_target live);

/* ---- run_resume.c ---- */

void run_past_free(struct run_past *past); /* NULL is fine */

/* ---- run_changes.c ---- */

/* The device is open: false, and the run is refused, when something has changed that was not
 * accepted. */
bool run_resume_check(struct run *run);
/* Of a new run after the example of run->record: PL_ERR_CHANGED when a profile is another now. */
enum pl_status run_check_profiles(const struct pl_engine *engine, const struct run *run,
				  bool is_forced, struct pl_error *error);

/* ---- run.c ---- */

/* Puts a made run into the engine; the engine owns it from here. */
void run_start(struct pl_engine *engine, struct run *run, struct asker asker);
void run_ended(struct run *run, const struct pl_run_status *status);
/* Before the first write: the runner begins, or the books are closed and the folder goes. */
void run_go(struct run *run);
void run_refuse(struct run *run, const struct pl_error *error);
void run_discard(struct run *run); /* one that is no actor; NULL is fine */

/* ---- run_open.c: until its device is up ---- */

/* Its folder is there and nothing speaks against it: the device is opened. */
void run_open(struct run *run);
void run_open_device(struct run *run);
/* Counts it, sets it or reads it. */
bool run_uses_device(const struct run *run, size_t device); /* the device has changed its state */
void run_open_timer(struct run *run);

/* ---- run_io.c: the runner's hands ---- */

/* ctx is the run. */
struct pl_scan_io run_hands(struct run *run);
/* For the curve of the views. */
void run_remember_point(struct run *run, const struct pl_point *point);

/* ---- run_wait.c: who waits for it ---- */

/* False: out of memory. */
bool waiters_add(struct pl_engine *engine, struct waiters *waiters, const struct waiter *waiter);
void waiters_free(struct waiters *waiters);
/* {name: body} to those who follow; body is taken over. */
void waiters_tell(struct pl_engine *engine, const struct waiters *waiters, const char *name,
		  struct pl_json *body);
bool run_add_waiter(struct run *run, const struct waiter *waiter);
/* To those who follow: {name: body}; body is taken over. */
void run_tell(struct run *run, const char *name, struct pl_json *body);
/* The result or the refusal, to all; then nobody waits any more. */
void run_answer_waiters(struct run *run);

/* ---- run_about.c ---- */

struct pl_json *run_plan_json(const struct pl_scan *scan, const struct pl_plan *plan);
/* What a hook gets on its input. Caller frees. */
struct pl_json *run_about_json(const struct run *run, const char *hook);

/* ---- run_hook.c: the program before the run ---- */

/* False: the scan has none. Else it goes on with run_open or run_refuse. */
bool run_hook_begin(struct run *run);
void run_hook_stop(struct run *run);

struct hook_act {
	const char *id, *actor, *target, *status, *sha256, *text;
};
void hook_audit(struct pl_engine *engine, enum pl_book book, const struct hook_act *act);

/* ---- job_note.c ---- */

enum pl_status take_note(char out[PL_NOTE_SIZE], const struct pl_json *args,
			 struct pl_error *error);
void run_first_note(const struct run *run); /* once its files are there */

/* ---- after.c: the callbacks ---- */

/* Takes the waiters over and answers them when all callbacks are over. */
void after_begin(struct run *run);
bool after_add_waiter(struct after *after, const struct waiter *waiter);
void after_forget_run(struct after *after); /* NULL is fine */

#endif
