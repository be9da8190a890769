/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record.h - a recording as the files that handle it share it: record_start.c makes it, record.c
 * leads it to its devices and to its end, record_io.c is the recorder's hands, record_rows.c has
 * those who follow its rows, record_view.c shows it. Engine thread.
 */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include "engine/run_internal.h"
#include "record/recorder.h"

enum record_phase {
	RECORD_BEGINNING, /* its files are being made */
	RECORD_OPENING,	  /* its devices are being opened */
	RECORD_SURVEYING, /* what they are set to is read */
	RECORD_GOING,	  /* the recorder has it */
	RECORD_REFUSED,	  /* before the first slot; its books are being closed */
	RECORD_OVER,
};

/* settings.csv, at the start and once more at the end. */
struct record_survey {
	bool is_begun, is_last, is_over;
	struct pl_target at;
	struct pl_bus_request request;
	bool is_asked;
	int64_t until_ns; /* for the answer */
	struct pl_write row;
	bool has_row; /* it waits for the writer */
};

struct record {
	struct actor actor; /* first: an actor is cast back to its recording */
	struct record *next;
	enum record_phase phase;
	enum pl_book book;
	struct pl_run_head head;
	struct pl_bench *own_bench;    /* loaded with this run's --set, NULL = the engine's */
	struct pl_recording recording; /* as it is recorded: --for and --only are in it */
	struct pl_beside *readings;    /* of --only, NULL = all */
	struct pl_recorder *recorder;
	struct pl_sinks *sinks;
	struct event_rows *events;
	struct pl_json *budget; /* lines for people */
	/* Its devices as they were found. The writer reads those that a message counts: an entry
	 * never changes. */
	struct pl_run_found *found;
	size_t found_count;
	struct record_survey survey;
	char note[PL_NOTE_SIZE];
	/* Rows for one who asked for them; NULL = nobody did. */
	struct pl_queue *lines;
	uint64_t lines_lost; /* behind the last line */
	struct asker lines_to;
	struct waiters waiters;
	struct pl_run_clock clock;
	struct pl_run_status status; /* once it is over or refused */
	struct pl_error refusal;     /* code PL_OK = none */
	uint64_t begin_seq, end_seq; /* 0: not put yet */
	int64_t next_told_ns;	     /* books, to those who follow */
};

/* ---- record_start.c ---- */

/* One that is no actor, or is no longer; NULL is fine. */
void record_discard(struct record *record);
/* The recording with the args' own values, checked, nothing begun; record_discard in every case. */
enum pl_status record_choose(const struct pl_engine *engine, struct record *record,
			     const struct pl_json *args, struct pl_error *error);

/* ---- record.c ---- */

/* The engine owns it from here. */
void record_start(struct pl_engine *engine, struct record *record, struct asker asker);
void record_command(struct record *record, enum pl_record_command command);
void record_refuse(struct record *record, const struct pl_error *error);
void record_ended(struct record *record, const struct pl_run_status *status);
bool record_takes_rows(const struct record *record); /* its files are open */

/* ---- record_devices.c ---- */

bool record_uses(const struct record *record, size_t device);
/* What a device that is open told of itself; the first time is kept. */
void record_keep_found(struct record *record, size_t device);

/* ---- record_survey.c ---- */

void record_survey_begin(struct record *record, bool is_last);
void record_survey_answer(struct record *record, const struct pl_bus_answer *answer);
void record_survey_timer(struct record *record); /* while it goes on */
void record_survey_cancel(struct record *record);

/* ---- record_io.c ---- */

struct pl_record_io record_hands(struct record *record);

/* ---- record_rows.c ---- */

/* What came since, as fast as the one who asked takes it: what he does not take is counted. */
void record_tell_rows(struct record *record);
/* At the end: what cannot be sent any more is counted as lost. */
void record_tell_last_rows(struct record *record);
/* Books, once a second, to those who follow. */
void record_tell_books(struct record *record);

/* ---- record_view.c ---- */

struct pl_json *record_json(const struct record *record);
struct pl_json *record_result(const struct record *record);
void record_progress(const struct record *record, struct pl_record_progress *out);

/* ---- record_wait.c ---- */

bool record_add_waiter(struct record *record, const struct waiter *waiter);
/* To those who follow: {name: body}; body is taken over. */
void record_tell(struct record *record, const char *name, struct pl_json *body);
void record_answer_waiters(struct record *record);

#endif
