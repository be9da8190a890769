/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * word.h - a word that needs the engine: handed over to the live one, or this process is the engine
 * for as long as it takes. Both print and exit alike. Main thread.
 */
#ifndef CLI_WORD_H
#define CLI_WORD_H

#include "cli/meet.h"

struct pl_word {
	const char *name;     /* as in plateau/protocol.h */
	struct pl_json *args; /* taken over */
	bool is_run;	      /* ^C asks for pause, again ^C for stop */
	bool is_endless;      /* a run that cannot be paused: ^C asks for stop */
	/* What the bench file itself decides, before anything is started: from then on "not found"
	 * is a device that is not there, not a wrong word. May be NULL. */
	enum pl_status (*check)(void *ctx, const struct pl_bench *bench, struct pl_error *error);
	void (*on_event)(void *ctx, const struct pl_json *event);  /* may be NULL */
	int (*on_result)(void *ctx, const struct pl_json *result); /* prints; exit status */
	void (*on_end)(void *ctx); /* before a refusal is said; may be NULL */
	/* Instead of saying it: true when this was said otherwise, with its exit status; may be
	 * NULL. */
	bool (*on_refused)(void *ctx, const struct pl_error *error, int *exit_status);
	void *ctx;
};

/* Returns the exit status. */
int pl_word_run(const struct pl_bench_ref *ref, struct pl_word *word);
/* Only with a live engine, else exit status 5 with a sentence. */
int pl_word_ask(const struct pl_bench_ref *ref, struct pl_word *word);
/* In the background: starts an engine when there is none. */
int pl_word_leave(const struct pl_bench_ref *ref, struct pl_word *word);

#endif
