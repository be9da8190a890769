/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.h - the rows of a recording: their columns, and a tick as lines of CSV or JSON.
 *
 * Every sample that was asked is one row, every gap is one. A maker holds what is constant in the
 * rows of each parameter, so that a row costs little more than its bytes; it belongs to one thread.
 * No clock is read: UTC is the monotonic time of a reading and the offset that its tick brought.
 */
#ifndef RECORD_ROW_H
#define RECORD_ROW_H

#include "bus/tick.h"
#include "plateau/clock.h"
#include "plateau/text.h"

/* code, name, type in SQLite ("" = as the value is) */
#define PL_ROW_LIST(X)                                                                             \
	X(PL_ROW_TICK, "tick", "INTEGER")                                                          \
	X(PL_ROW_SCHEDULED, "scheduled_ns", "INTEGER")                                             \
	X(PL_ROW_LATENESS, "lateness_ns", "INTEGER")                                               \
	X(PL_ROW_DEVICE, "device", "TEXT")                                                         \
	X(PL_ROW_ADDRESS, "address", "INTEGER")                                                    \
	X(PL_ROW_PROTOCOL, "protocol", "TEXT")                                                     \
	X(PL_ROW_PARAMETER, "parameter", "TEXT")                                                   \
	X(PL_ROW_PARAMETER_ID, "parameter_id", "INTEGER")                                          \
	X(PL_ROW_INSTANCE, "instance", "INTEGER")                                                  \
	X(PL_ROW_VALUE, "value", "")                                                               \
	X(PL_ROW_UNIT, "unit", "TEXT")                                                             \
	X(PL_ROW_T_MONO, "t_mono_ns", "INTEGER")                                                   \
	X(PL_ROW_T_UTC, "t_utc", "TEXT")                                                           \
	X(PL_ROW_REQUESTED, "requested_at", "TEXT")                                                \
	X(PL_ROW_RECEIVED, "received_at", "TEXT")                                                  \
	X(PL_ROW_LATENCY, "latency_s", "REAL")                                                     \
	X(PL_ROW_STATUS, "status", "TEXT")                                                         \
	X(PL_ROW_REASON, "reason", "TEXT")                                                         \
	X(PL_ROW_T_MIDPOINT, "t_midpoint_mono_ns", "INTEGER")

enum pl_row_column {
#define PL_ROW_ENUM(code, name, type) code,
	PL_ROW_LIST(PL_ROW_ENUM)
#undef PL_ROW_ENUM
	    PL_ROW_COLUMNS
};

/* The first line of readings.csv, with its newline. */
const char *pl_row_header(void);

/* What is constant in the rows of one parameter. Borrowed from bench and recording. */
struct pl_row_target {
	struct pl_target target;
	const char *device, *protocol, *parameter, *unit;
	bool has_address;
	int address;	  /* the device's unit, else the id of the channel */
	int parameter_id; /* 0 = none */
	int instance;	  /* 1 = the device itself, else the id of the channel */
};

/* One row before it is text. Pointers are borrowed from its tick and its maker. */
struct pl_row {
	uint64_t tick;
	int64_t scheduled_ns, lateness_ns;
	const struct pl_row_target *target;	      /* NULL: a gap */
	size_t position;			      /* of the target in the recording */
	const char *device;			      /* "" = a gap of the whole bus */
	const struct pl_value *value;		      /* NULL = none */
	int64_t t_mono_ns, requested_ns, received_ns; /* CLOCK_MONOTONIC; 0 = none */
	int64_t utc_offset_ns;
	const char *status; /* a constant: the same word is the same pointer */
	const char *reason, *raw;
};

enum pl_row_form { PL_ROW_CSV, PL_ROW_JSON };

struct pl_row_maker;

/* bench and recording outlive the maker. has_raw: JSON rows have `raw`. */
struct pl_row_maker *pl_row_maker_new(const struct pl_bench *bench,
				      const struct pl_recording *recording, enum pl_row_form form,
				      bool has_raw);
void pl_row_maker_free(struct pl_row_maker *maker);

/* The rows that a tick has. */
size_t pl_row_count(const struct pl_tick *tick);
/* The i-th sample of a PL_TICK_READ that was asked, or (i 0) the gap; false when there is none: a
 * sample that was not asked. reason of a gap lives until the next call. Every target of a tick is
 * one of the recording's. */
bool pl_row_get(struct pl_row_maker *maker, const struct pl_tick *tick, size_t i,
		struct pl_row *out);
/* One row as the maker's form has it, with its newline, at the end of out. */
void pl_row_add(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out);
/* All rows of a tick. */
void pl_row_add_tick(struct pl_row_maker *maker, const struct pl_tick *tick, struct pl_text *out);
/* pl_clock_format_utc, faster for times that are near each other. Borrowed until the next call. */
const char *pl_row_utc(struct pl_row_maker *maker, int64_t utc_ns);

/* The samples that pl_row_get() has to look at. */
static inline size_t pl_row_slots(const struct pl_tick *tick)
{
	return tick->kind == PL_TICK_GAP ? 1 : tick->count;
}

#endif
