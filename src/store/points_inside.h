/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points_inside.h - what the two halves of the reader of points.csv share. */
#ifndef STORE_POINTS_INSIDE_H
#define STORE_POINTS_INSIDE_H

#include "store/points_read.h"

#include <stdio.h>

#define POINTS_COLUMNS 512
#define POINTS_LINE    (64u << 10)
#define POINTS_FIELDS  32

struct pl_points {
	int dir; /* borrowed */
	unsigned part;
	FILE *stream;
	char line[POINTS_LINE], header[POINTS_LINE];
	const char *columns[POINTS_COLUMNS], *cells[POINTS_COLUMNS];
	size_t column_count;	   /* 0 = this part's header was not read yet */
	int fields[POINTS_FIELDS]; /* column of each known field, -1 = none */
	int stats[PL_STATS_MAX];   /* first column of each reading's five */
	size_t stat_count;
	uint64_t line_number, line_bytes, last_number;
	uint64_t doubtful; /* the first line with NUL bytes that no whole line followed yet */
	int64_t number, index, attempt; /* of the present row */
	enum pl_point_quality quality;
	bool is_repeated;
	struct pl_points_seen seen;
};

/* Position of a column, -1 = none. */
int points_column(const struct pl_points *points, const char *name);
void points_find_columns(struct pl_points *points);
/* The cells that every row must have. NULL, or what is wrong. */
const char *points_take_row(struct pl_points *points);

#endif
