/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choose.h - the recording that a word means, and what it will need: the same for who starts it and
 * for who only wants to know. Pure; any thread.
 */
#ifndef RECORD_CHOOSE_H
#define RECORD_CHOOSE_H

#include "config/bench.h"

struct pl_recording_choice {
	const char *name; /* "" = the only one */
	double for_s;	  /* --for: instead of the end it has; NaN = not given */
	const char *only; /* --only: a device; "" = all */
};

/* name "" = the only one. PL_ERR_USAGE, PL_ERR_NOT_FOUND. */
enum pl_status pl_recording_find(const struct pl_bench *bench, const char *name,
				 const struct pl_recording **out, struct pl_error *error);

/* *out is the recording with for and only in it. *readings: memory of *out that the caller frees,
 * NULL = it is the bench's. PL_ERR_USAGE, PL_ERR_NOT_FOUND, PL_ERR_RANGE, PL_ERR_MEMORY. */
enum pl_status pl_recording_choose(const struct pl_bench *bench,
				   const struct pl_recording_choice *choice,
				   struct pl_recording *out, struct pl_beside **readings,
				   struct pl_error *error);

/* Its ticks; 0 = until it is stopped, or it has none. */
uint64_t pl_recording_ticks(const struct pl_recording *recording);
/* Ticks between a bus and the sinks. */
size_t pl_recording_buffer(const struct pl_recording *recording);
/* PL_ERR_RANGE: its buffers, of so many bytes a tick on all buses, are beyond what a machine has.
 */
enum pl_status pl_recording_fits(const struct pl_recording *recording, size_t tick_bytes,
				 struct pl_error *error);

/* The same, from what it reads on each line. */
enum pl_status pl_recording_memory(const struct pl_bench *bench,
				   const struct pl_recording *recording, struct pl_error *error);

/* What a tick costs on one line. */
struct pl_recording_cost {
	unsigned transactions;
	int64_t time_ns;
	int64_t baud;
	bool is_known; /* of every device: time_ns is all of it */
	size_t targets;
	char names[160]; /* of its devices */
};

/* bus: the first device of the line. False: nothing of the recording is there. */
bool pl_recording_cost(const struct pl_bench *bench, const struct pl_recording *recording, int bus,
		       struct pl_recording_cost *out);

#endif
