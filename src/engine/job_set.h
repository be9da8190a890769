/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_set.h - the word `set` as its two files share it: job_set.c leads the writes, set_rows.c
 * reads what was asked and writes down what was done.
 */
#ifndef ENGINE_JOB_SET_H
#define ENGINE_JOB_SET_H

#include "engine/internal.h"

#define SET_MAX 64

struct one_write {
	struct pl_match match;
	double value;
};

struct set {
	struct actor actor; /* first: an actor is cast back to its set */
	struct one_write items[SET_MAX];
	size_t count, done;
	unsigned tries;
	bool is_agreed;	   /* writes that wear out a memory are wanted */
	bool is_cancelled; /* no further write is begun */
	uint64_t waiting_id, waiting_seq;
	char who[PL_ACTOR_SIZE];
	struct pl_json *writes; /* what was and what was not made */
};

/* "det.top.threshold=300" into one write a match, each checked against its row. */
enum pl_status set_parse_item(struct set *set, const struct pl_bench *bench, const char *item,
			      struct pl_error *error);

/* Of the write that is being made: its row in the bench's audit (the sequence number, 0 when the
 * disk is behind), its row in threshold_operations, its place in the result. answer may be NULL. */
uint64_t set_audit(struct set *set, const char *status, const char *detail);
void set_operation(struct set *set, const char *status);
void set_add_result(struct set *set, const struct pl_bus_answer *answer, const char *status,
		    const char *reason);

#endif
