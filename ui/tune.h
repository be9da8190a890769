/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tune.h - what the view knows of the tuning it has under way, from the events of the word `tune`.
 * Missing numbers are NaN. Pure, one thread.
 */
#ifndef UI_TUNE_H
#define UI_TUNE_H

#include "plateau/json.h"

#include <stdbool.h>
#include <stddef.h>

#define PL_TUNE_STEPS	 32
#define PL_TUNE_MEASURED 128

enum pl_tune_stage {
	PL_TUNE_NONE,
	PL_TUNE_ASKED, /* on its way to the engine */
	PL_TUNE_OPEN,
	PL_TUNE_ENDING, /* to be kept, or being put back */
	PL_TUNE_OVER,	/* the page closes */
};

struct pl_tune_rate {
	double value, rate, lo, hi, seconds;
	int64_t hits;
	bool is_sure; /* of a search: it knows the side */
	char side[8]; /* "above", "below"; empty = not of a search */
};

/* A write: what was, what was asked for, what the device says. */
struct pl_tune_step {
	char kind[12], status[20], reason[200];
	double old, requested, applied, readback;
};

struct pl_tune {
	enum pl_tune_stage stage;
	char path[112], device[40], channel[40], parameter[40], text[120], unit[16];
	double min, max, step, before;
	double value;  /* confirmed, NaN = not known */
	double wanted; /* what the keys ask for; the value when nothing is on its way */
	bool is_moving, wants_move; /* a move is being sent; a newer one waits for that */
	struct pl_tune_step steps[PL_TUNE_STEPS];	/* a ring */
	size_t step_count;				/* ever */
	struct pl_tune_rate now;			/* since the value was confirmed */
	struct pl_tune_rate measured[PL_TUNE_MEASURED]; /* the last of each value */
	size_t measured_count;
	bool is_seeking;
	double target; /* Hz, of the last search */
	char answer[300];
	bool has_found;
	char lost[200]; /* why the device is away; empty = it is there */
};

/* Forgets everything; a tuning of that path is asked for. */
void pl_tune_begin(struct pl_tune *tune, const char *path);
/* One of the events started step rate lost measured answer. */
void pl_tune_event(struct pl_tune *tune, const struct pl_json *event);
/* Moves what is wanted by so many steps, at most to the end of the range; false: it is there
 * already. */
bool pl_tune_want(struct pl_tune *tune, int steps);
/* The newest write, NULL = none yet; back: so many before that. */
const struct pl_tune_step *pl_tune_step(const struct pl_tune *tune, size_t back);
bool pl_tune_is_confirmed(const struct pl_tune *tune); /* the last write, if any, was */

#endif
