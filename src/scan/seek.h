/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seek.h - finding the setting at which a rate crosses a target: which value to count at next, for
 * how long, and when that is known. Pure, any thread; who calls writes the values and counts.
 *
 * A value is left when its counts say on which side of the target its rate lies with a chance below
 * PL_SEEK_WRONG of being wrong, or after max_s. Counts are looked at as often as one likes: see
 * seek_side() in seek_judge.c, which holds the error over all looks together. Nothing is assumed of
 * the curve, neither that it falls nor that it rises: from the start value steps of growing width
 * go to both sides, or to the one that the counts have shown to be right, until the target is
 * crossed; between the last two values the search is halved. A value counted twice has the counts
 * of both.
 */
#ifndef SCAN_SEEK_H
#define SCAN_SEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_SEEK_WRONG  0.01 /* chance that a step for which is_sure stands is a wrong one */
#define PL_SEEK_VALUES 128

enum pl_seek_side { PL_SEEK_BELOW = -1, PL_SEEK_OPEN, PL_SEEK_ABOVE }; /* of the target */

struct pl_seek_value {
	int64_t at; /* the value is min + at * step */
	uint64_t hits;
	double seconds;
	enum pl_seek_side side; /* OPEN: not left yet */
	bool is_sure;		/* false: after max_s by the plain estimate */
	double chance;		/* of being wrong, at most */
};

enum pl_seek_next {
	PL_SEEK_COUNT, /* go on counting at pl_seek_at() */
	PL_SEEK_MOVE,  /* write pl_seek_at(), then count there */
	PL_SEEK_OVER,
};

enum pl_seek_answer {
	PL_SEEK_NONE,	      /* not over yet */
	PL_SEEK_BETWEEN,      /* two values a step apart, the target between their rates */
	PL_SEEK_HERE,	      /* a value whose rate cannot be told from the target in max_s */
	PL_SEEK_END,	      /* the rate stays on one side up to an end of the range */
	PL_SEEK_NOT_MONOTONE, /* it both rises and falls */
	PL_SEEK_CHANGED,      /* the last count does not fit what was counted there before */
};

struct pl_seek_setup {
	double target_hz;      /* > 0 */
	double min, max, step; /* of the values; step > 0, min < max */
	double start;	       /* rounded to a step, kept inside */
	double max_s;	       /* how long a value is counted at most */
};

struct pl_seek {
	struct pl_seek_setup setup;
	int64_t last;				     /* the largest place; the smallest is 0 */
	struct pl_seek_value values[PL_SEEK_VALUES]; /* by rising place */
	size_t count;
	int64_t at, start;
	uint64_t fresh_hits; /* since the value was written */
	double fresh_s;
	int64_t out[2]; /* how far the search went down and up from the start */
	bool has_bracket, is_final;
	int64_t low, high; /* has_bracket: opposite sides, low < high; HERE, END: both the value */
	unsigned reopened;
	enum pl_seek_answer answer;
	int64_t pair[2][2]; /* NOT_MONOTONE: where it falls, and where it rises */
};

void pl_seek_begin(struct pl_seek *seek, const struct pl_seek_setup *setup);
/* Counts of a window at pl_seek_at(). */
enum pl_seek_next pl_seek_count(struct pl_seek *seek, uint64_t hits, double seconds);

/* The value to be counted at now; when the target was found, the one whose rate is nearest to it.
 */
double pl_seek_at(const struct pl_seek *seek);
double pl_seek_value(const struct pl_seek *seek, int64_t at);
const struct pl_seek_value *pl_seek_find(const struct pl_seek *seek, int64_t at); /* or NULL */
/* True when the target was found: BETWEEN or HERE. */
bool pl_seek_is_found(const struct pl_seek *seek);
const char *pl_seek_answer_name(enum pl_seek_answer answer);
/* "the target lies between 296 (1.32 Hz) and 297 (0.71 Hz)": what was found, for people. */
void pl_seek_say(const struct pl_seek *seek, char *out, size_t cap);

/* ---- seek_judge.c: what counts say ---- */

/* On which side of target_hz the rate is, OPEN when the chance of being wrong is not yet below
 * PL_SEEK_WRONG; *chance: an upper bound of it for the likelier side. */
enum pl_seek_side pl_seek_side(uint64_t hits, double seconds, double target_hz, double *chance);
/* -1, 1: the second rate is lower, higher; 0: chance may well have done that. */
int pl_seek_compare(const struct pl_seek_value *a, const struct pl_seek_value *b);

#endif
