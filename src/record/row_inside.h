/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_inside.h - what the two halves of the row maker share. */
#ifndef RECORD_ROW_INSIDE_H
#define RECORD_ROW_INSIDE_H

#include "record/row.h"

/* One parameter: its constant text, and its newest value as text, for values often stay. */
struct row_entry {
	struct pl_row_target about;
	struct pl_text head; /* device … instance and what stands before the value */
	struct pl_text unit;
	double number;
	char number_text[PL_NUMBER_SIZE];
	size_t number_length; /* 0 = nothing known */
};

struct row_moment { /* the times of a row; those of one block read are the same */
	int64_t t_mono_ns, requested_ns, received_ns, utc_offset_ns;
};

struct pl_row_maker {
	const struct pl_bench *bench;
	enum pl_row_form form;
	bool has_raw;
	struct row_entry *entries;
	size_t count, next; /* next: where the target after the last one probably is */
	char before[PL_ROW_COLUMNS + 1][32];
	char reason[96];
	struct pl_text slot; /* tick … lateness of slot_tick, slot_scheduled_ns, slot_lateness_ns */
	uint64_t slot_tick;
	int64_t slot_scheduled_ns, slot_lateness_ns;
	struct pl_text times; /* t_mono_ns … latency_s of `moment` */
	struct row_moment moment;
	struct pl_text outcome; /* status … t_midpoint_mono_ns of outcome_status and no reason */
	const char *outcome_status;
	struct pl_text scratch;
	int64_t utc_second;
	char utc[PL_UTC_SIZE];
};

/* A text cell; "" is missing. */
void pl_row_add_word(struct pl_row_maker *maker, struct pl_text *out, enum pl_row_column column,
		     const char *word);
void pl_row_add_integer(struct pl_row_maker *maker, struct pl_text *out, enum pl_row_column column,
			bool is_there, int64_t value);
/* What is constant of an entry as text. */
void pl_row_prepare(struct pl_row_maker *maker, struct row_entry *entry);
void pl_row_init_text(struct pl_row_maker *maker);

#endif
