/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_internal.h - the run as the three files that handle it share it: run_start.c makes it, run.c
 * leads it, run_view.c shows it.
 */
#ifndef ENGINE_RUN_INTERNAL_H
#define ENGINE_RUN_INTERNAL_H

#include "engine/internal.h"

#define WAITERS_MAX 32

enum run_phase {
	RUN_BEGINNING, /* its files are being made */
	RUN_OPENING,   /* the device is being opened and read back */
	RUN_GOING,     /* the runner has it */
	RUN_REFUSED,   /* before the first write; its books are being closed */
	RUN_OVER,
};

/* What a curve on a screen needs of a point; the whole point is in the file. */
struct curve_point {
	uint32_t index, attempt;
	enum pl_point_quality quality;
	bool has_counts;
	char channel[PL_NAME_SIZE];
	double set;
	uint64_t hits;
	double live_s, rate, rate_lo, rate_hi;
};

struct waiter {
	struct asker asker;
	bool follows; /* wants events too */
};

struct run {
	struct actor actor; /* first: an actor is cast back to its run */
	enum run_phase phase;
	struct pl_run_head head;
	struct pl_plan plan;
	struct pl_bench *own_bench; /* loaded with this run's --set, NULL = the engine's */
	const struct pl_scan *scan;
	struct pl_runner *runner;     /* while RUN_GOING */
	struct pl_run_status status;  /* once it is over */
	struct pl_scan_progress last; /* once it is over */
	struct pl_error refusal;      /* code PL_OK = none */
	bool was_refused;
	bool is_closing; /* END is on its way: its files take no more rows */
	uint64_t begin_seq, end_seq;
	struct curve_point *rows;
	size_t row_count, row_room;
	struct waiter waiters[WAITERS_MAX];
	size_t waiter_count;
};

/* Puts a made run into the engine; the engine owns it from here. */
void run_start(struct pl_engine *engine, struct run *run, struct asker asker);

#endif
