/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points_read.h - points.csv and its parts, row by row, in constant memory.
 *
 * Columns go by the names in the header: unknown ones are passed by, missing ones are empty. Any
 * thread, one at a time for each reader.
 *
 * points.<n>.csv repeats the rows of the part before it that may not have reached the disk; they
 * come again, marked. A torn tail of a part is no row. A damaged line is an error in the newest
 * part and passed by in an older one, whose doubtful rows the next part repeats.
 */
#ifndef STORE_POINTS_READ_H
#define STORE_POINTS_READ_H

#include "store/point.h"

#define PL_POINTS_INDEX_MAX 2000000 /* no plan is longer */

struct pl_points;

struct pl_points_seen { /* so far */
	uint64_t rows;	/* without repeated ones */
	uint64_t repeated;
	uint64_t damaged;	       /* lines of older parts that were passed by */
	uint64_t missing;	       /* row numbers that no row has */
	uint64_t torn;		       /* bytes behind the last whole row of the newest part */
	char place[PL_NAME_SIZE + 24]; /* of the row that was read last: "points.csv:12" */
};

/* dir stays open meanwhile. PL_ERR_NOT_FOUND, PL_ERR_IO, PL_ERR_MEMORY. */
enum pl_status pl_points_open(int dir, struct pl_points **out, struct pl_error *error);
void pl_points_close(struct pl_points *points); /* NULL is fine */
/* The next row; *is_there false at the end. PL_ERR_CONFIG names the damaged line, PL_ERR_VERSION a
 * file without the columns that make a row. */
enum pl_status pl_points_next(struct pl_points *points, bool *is_there, struct pl_error *error);
const struct pl_points_seen *pl_points_seen(const struct pl_points *points);

/* Of the present row. A cell as text, its escapes left; "" when there is no such column. */
const char *pl_points_cell(const struct pl_points *points, const char *column);
bool pl_points_is_repeated(const struct pl_points *points);
/* The whole row, as far as its columns are known. stats are the readings in file order. */
void pl_points_point(const struct pl_points *points, struct pl_point *out);
/* The three that every row has. channel is borrowed until the next row. */
uint32_t pl_points_index(const struct pl_points *points);
uint32_t pl_points_attempt(const struct pl_points *points);
enum pl_point_quality pl_points_quality(const struct pl_points *points);

/* ---- where a run stands ---- */

#define PL_POINTS_SERIES_MAX 64

struct pl_points_place {   /* one index of the plan */
	uint32_t attempts; /* begun, as far as rows tell */
	uint32_t rows;
	/* Of the last attempt, a bit for each measured value: it has a row; its last row is void;
	 * it carries counts. */
	uint64_t seen, open, valid;
	/* Of them: it is invalid; an invalid one's reason names this value (`mid: refused`); it was
	 * left out because its channel had ended, for this reason. */
	uint64_t failed, blamed, left_out;
	char why_left_out[16];
};

struct pl_points_series { /* a measured value: channel, coincidence or path */
	char name[PL_PATH_SIZE];
	uint32_t ok, invalid; /* last rows with counts and without, void ones left out */
};

struct pl_points_state {
	struct pl_points_place *places; /* by index, [0] unused */
	size_t count;			/* highest index + 1 */
	struct pl_points_series series[PL_POINTS_SERIES_MAX];
	size_t series_count;
	uint32_t finished; /* indices */
	uint32_t invalid;  /* of them, those with a value that carries no counts */
	struct pl_points_seen seen;
};

/* Reads all rows. Errors as above; free with pl_points_state_fini in every case. */
enum pl_status pl_points_state_read(int dir, struct pl_points_state *out, struct pl_error *error);
void pl_points_state_fini(struct pl_points_state *state);
/* True when every value that has a row in the last attempt has a last one that is not void. */
bool pl_points_is_finished(const struct pl_points_state *state, uint32_t index);
uint32_t pl_points_attempts(const struct pl_points_state *state, uint32_t index);
/* How many values have a row in the last attempt: less than the scan measures = a cut block. */
unsigned pl_points_values(const struct pl_points_state *state, uint32_t index);

#endif
