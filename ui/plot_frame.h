/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot_frame.h - between plot.c and plot_frame.c: the range of a plot and where its body lies.
 */
#ifndef UI_PLOT_FRAME_H
#define UI_PLOT_FRAME_H

#include "plot.h"

struct plot_frame {
	const struct pl_glyphs *glyphs;
	int cols;		      /* of the whole grid */
	int top, left, height, width; /* of the body, in cells */
	int sub_rows, sub_cols;	      /* dots a cell */
	bool is_log;
	double x0, x1;
	double y0, y1; /* scaled: log10 when is_log */
	size_t x_ticks, y_ticks;
	double x_first, x_step, y_first, y_step; /* y scaled */
};

/* False: the grid is too small for a body. */
bool plot_frame_make(const struct pl_plot *plot, const struct pl_plot_point *points, size_t count,
		     struct plot_frame *out);
/* Dot row and column of a value, counted from the body's upper left, kept inside it. */
int plot_frame_row(const struct plot_frame *frame, double y, int dots);
int plot_frame_row_scaled(const struct plot_frame *frame, double scaled, int dots);
int plot_frame_col(const struct plot_frame *frame, double x, int dots);
/* The value in the middle of a dot column. */
double plot_frame_x(const struct plot_frame *frame, int col, int dots);
void plot_frame_y_label(const struct plot_frame *frame, double scaled,
			char out[PL_PLOT_LABEL_SIZE]);

#endif
