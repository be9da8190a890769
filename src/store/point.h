/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * point.h - one point as it was planned and as it was measured, and its row in points.csv.
 *
 * Points go by value from the scan's runner to the writer and to the views: one struct, one row,
 * one JSON object. Pure, any thread.
 */
#ifndef STORE_POINT_H
#define STORE_POINT_H

#include "config/bench.h"
#include "plateau/json.h"
#include "plateau/text.h"

#include <stdint.h>

enum pl_pass { PL_PASS_NONE, PL_PASS_UP, PL_PASS_DOWN, PL_PASS_CHECK };

/* One place in a plan. Every (channel, repeat, pass, setting) has its own index; in a parallel
 * scan the places of one point stand together, one for each channel, and share the index. */
struct pl_planned {
	uint32_t index;	 /* 1 … N, never falling */
	int16_t channel; /* position in the device's list; -1: the axis is no channel's */
	uint16_t repeat; /* from 1 */
	enum pl_pass pass;
	double set;
};

enum pl_point_quality {
	PL_POINT_OK,
	PL_POINT_SATURATED,
	PL_POINT_SUSPECT, /* these three carry counts */
	PL_POINT_INVALID, /* these never do */
	PL_POINT_SKIPPED,
	PL_POINT_VOID,
	PL_POINT_OUT_OF_TOLERANCE,
};

struct pl_series_stat { /* a reading over the counting window */
	uint64_t count;
	double mean, sd, min, max;
};

/* The readings of a row: what the detector's own lines carry first, then those beside the scan. */
#define PL_STATS_MAX (PL_CARRIED_MAX + PL_BESIDE_MAX)
struct pl_column {
	char name[PL_PATH_SIZE]; /* "det.temperature" */
	const char *unit;	 /* "" = none; borrowed */
};

/* NaN = missing = an empty cell. */
struct pl_point {
	uint32_t point; /* row number from 1, filled by the writer */
	uint32_t index, attempt;
	uint16_t repeat;
	enum pl_pass pass;
	int64_t t_utc_ns, t_mono_ns; /* start of the window t0; 0 = there was none */
	char device[PL_NAME_SIZE];
	char channel[PL_PATH_SIZE]; /* or coincidence; of another measured value its path */
	int channel_id;		    /* 0 = none */
	double set, applied, readback;
	int64_t dwell_ns; /* t1 - t0; 0 = there was no window */
	double live_s;
	bool has_counts;
	uint64_t events, hits;
	double rate, rate_lo, rate_hi, rate_corrected;
	double occupancy;
	enum pl_stop_rule stop_rule;
	enum pl_point_quality quality;
	uint32_t retries;
	char reason[PL_REASON_SIZE];
	size_t stat_count; /* same in every row of a run: its columns */
	struct pl_series_stat stats[PL_STATS_MAX];
};

const char *pl_pass_name(enum pl_pass pass);
const char *pl_point_quality_name(enum pl_point_quality quality);
const char *pl_stop_rule_name(enum pl_stop_rule rule);
/* Back from a name; false when there is none such, and *out is left alone. */
bool pl_pass_from_name(const char *name, enum pl_pass *out);
bool pl_point_quality_from_name(const char *name, enum pl_point_quality *out);
bool pl_stop_rule_from_name(const char *name, enum pl_stop_rule *out);
bool pl_point_is_valid(enum pl_point_quality quality); /* carries counts */

/* The header of points.csv and one row, each with its newline. columns: those of stats, in order.
 */
void pl_point_header(struct pl_text *out, const struct pl_column *columns, size_t column_count);
void pl_point_row(struct pl_text *out, const struct pl_point *point);
/* The same point as an object: keys as the columns, missing = null. Caller owns it. */
struct pl_json *pl_point_json(const struct pl_point *point);

#endif
