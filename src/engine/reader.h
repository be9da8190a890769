/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader.h - words that read what is stored, in a thread of their own: lists of runs, one run, its
 * verification, the settings of the bench. A disk that is slow, or a workspace of ten thousand
 * runs, so never holds up the loop.
 *
 * A word is done in steps. Each step is one message to the reader and one back, and makes at most
 * one line for the asker; the next one is asked for when the asker has taken most of what he has.
 * So memory is bounded, several askers take turns, and one who has gone costs one step more. `own`
 * belongs to the reader while a step is under way, else to the engine thread.
 */
#ifndef ENGINE_READER_H
#define ENGINE_READER_H

#include "engine/internal.h"

struct reading_line {
	struct pl_json *event;	/* NULL = none; taken over */
	struct pl_json *result; /* of the last step, NULL = {}; taken over */
	bool is_last;
};

struct reading_ops {
	const char *name;
	/* Reader's thread. A status other than PL_OK is the answer. */
	enum pl_status (*step)(void *own, struct reading_line *out, struct pl_error *error);
	void (*free)(void *own); /* engine thread */
};

/* Answers by itself; takes own over. */
void reading_start(struct pl_engine *engine, struct asker asker, const struct reading_ops *ops,
		   void *own);

/* For the loop. -1: there is no reader yet. */
int reader_fd(const struct pl_engine *engine);
void reader_take(struct pl_engine *engine);
/* Waits for the step under way. Before the actors are freed. */
void reader_stop(struct pl_engine *engine);

/* The words. Each answers by itself. */
void read_runs(const struct request *request);	 /* read_runs.c */
void read_run(const struct request *request);	 /* read_run.c */
void read_verify(const struct request *request); /* read_run.c */

#endif
