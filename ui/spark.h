/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spark.h - small drawings of numbers in one line: a trend as a row of levels, and where a value
 * stands between its limits. Pure, any thread.
 */
#ifndef UI_SPARK_H
#define UI_SPARK_H

#include <stddef.h>

#define PL_SPARK_LEVELS 8
#define PL_SPARK_GAP	(-1)

/* Each value as a level 0..7 between the smallest and the largest of them; a missing one (NaN) is a
 * gap, and nothing is put in its place. Equal values all lie in the middle. */
void pl_spark(const double *values, size_t count, int *levels);

/* NaN = there is no such limit. */
struct pl_bounds {
	double lolo, low, high, hihi;
};

enum pl_gauge_cell {
	PL_GAUGE_BLANK,
	PL_GAUGE_LINE,
	PL_GAUGE_BEGIN, /* lolo, or low where there is no lolo */
	PL_GAUGE_TICK,	/* low, high inside lolo and hihi */
	PL_GAUGE_END,	/* hihi, or high */
	PL_GAUGE_BELOW, /* the value lies outside to the left */
	PL_GAUGE_VALUE,
	PL_GAUGE_ABOVE,
};

/* A line of `width` cells from the lowest limit to the highest, and the value on it. Where limits
 * are on one side only, the line is open on the other and tells no distance but that between them;
 * with a single limit it tells only the side. All blank without a limit or a value, or below 5
 * cells. */
void pl_gauge(const struct pl_bounds *bounds, double value, enum pl_gauge_cell *cells, int width);

#endif
