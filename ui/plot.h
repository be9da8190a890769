/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot.h - points with error bars drawn into a grid of cells. Pure, any thread.
 *
 * Series differ by their marker, so that no colour is needed to tell them apart. Error bars are
 * drawn with the finest dots the terminal has: a quarter, a half or a whole line. Below the points
 * lie lines (a fit, an earlier run). More points than the grid has columns are put together
 * column by column; the least and the greatest of each stay.
 */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include "glyph.h"

#include <stdbool.h>
#include <stddef.h>

#define PL_PLOT_DOUBT "?"

struct pl_plot_point {
	double x, y;
	double lo, hi;	  /* the error bar; NaN = none */
	int series;	  /* from 0 */
	bool is_doubtful; /* drawn with PL_PLOT_DOUBT instead of the series' marker */
	const char *sign; /* drawn instead of the series' marker; NULL = none */
};

/* A line from vertex to vertex, broken where one is not finite. It widens the range as points do
 * and is not counted among them. */
struct pl_plot_line {
	const double *x, *y;
	size_t count;
	int owner; /* PL_PLOT_UNDER, or a series */
};

/* Who owns a cell; a series is 0 or above. */
enum { PL_PLOT_UNDER = -4, PL_PLOT_BLANK = -3, PL_PLOT_AXIS = -2, PL_PLOT_CURSOR = -1 };

struct pl_plot_cell {
	char text[4]; /* one character, UTF-8 */
	signed char owner;
	bool is_marked; /* the current point */
};

struct pl_plot {
	const struct pl_glyphs *glyphs;
	int rows, cols;	     /* of the grid, axes and labels included */
	bool is_log;	     /* y: decades; points at or below 0 lie on the floor */
	double x_min, x_max; /* at least this range; NaN = from the points */
	double cursor_x;     /* NaN = none */
	size_t current;	     /* index of the marked point, SIZE_MAX = none */
	double from, to;     /* only this part of x is drawn; from >= to: all of it */
	const struct pl_plot_line *lines;
	size_t line_count;
};

/* Fills grid[rows * cols], row by row from the top. Too small a grid stays blank. */
void pl_plot_draw(const struct pl_plot *plot, const struct pl_plot_point *points, size_t count,
		  struct pl_plot_cell *grid);

/* What stands for the points in a grid of so many columns: of each column and series the least and
 * the greatest (their error bars widened to all of that column), and keep (an index, SIZE_MAX =
 * none) as it is. out has room for count points; returns how many there are now, and *keep is its
 * new index. The order of the points stays. Without memory all of them stay. */
size_t pl_plot_thin(const struct pl_plot_point *points, size_t count, double from, double to,
		    int columns, struct pl_plot_point *out, size_t *keep);

/* Ticks at multiples of 1, 2 or 5 times a power of ten within [lo, hi], at most `most` (2..32) of
 * them. Returns their number and the step; *step > 0. */
size_t pl_plot_ticks(double lo, double hi, size_t most, double *first, double *step);

#define PL_PLOT_LABEL_SIZE 16
/* A tick's number as short as its step allows: "250" "0.5" "20k" "1.5M". Returns out. */
const char *pl_plot_label(char out[PL_PLOT_LABEL_SIZE], double value, double step);

#endif
