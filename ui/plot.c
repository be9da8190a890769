/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot.c - the curve: scale, error bars, markers, cursor.
 *
 * A frame is worked out first (what range, which cells are the body), then axes, bars and markers
 * are drawn over each other in that order. No number of a point is trusted: what is not finite is
 * not drawn, what lies outside is drawn at the edge. Pure, any thread.
 */
#include "plot.h"

#include "plot_frame.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct pl_plot_cell *cell_at(const struct plot_frame *frame, struct pl_plot_cell *grid,
				    int row, int col)
{
	return &grid[(size_t)row * (size_t)frame->cols + (size_t)col];
}

static void put(struct pl_plot_cell *cell, const char *text, int owner)
{
	snprintf(cell->text, sizeof cell->text, "%s", text);
	cell->owner = (signed char)owner;
}

/* Dots of a braille cell: bits by column (0, 1) and row (0..3). Source: Unicode, U+2800. */
static const unsigned char braille_bits[2][4] = {{0x01, 0x02, 0x04, 0x40},
						 {0x08, 0x10, 0x20, 0x80}};

static unsigned braille_of(const struct pl_plot_cell *cell)
{
	const unsigned char *text = (const unsigned char *)cell->text;

	if (text[0] != 0xe2 || text[1] < 0xa0 || text[1] > 0xa3)
		return 0;
	return (unsigned)(text[1] & 0x03) << 6 | (text[2] & 0x3fu);
}

static void put_braille(struct pl_plot_cell *cell, unsigned bits, int owner)
{
	unsigned all = braille_of(cell) | bits;
	char text[4] = {(char)0xe2, (char)(0xa0 | all >> 6), (char)(0x80 | (all & 0x3f)), '\0'};

	put(cell, text, owner);
}

/* Half cells: 1 the upper, 2 the lower, 3 both; joined with what is there already. */
static void put_half(struct pl_plot_cell *cell, unsigned halves, int owner)
{
	static const char *const texts[] = {" ", "╵", "╷", "│"};

	for (unsigned i = 1; i < 4; i++)
		if (strcmp(cell->text, texts[i]) == 0)
			halves |= i;
	put(cell, texts[halves & 3], owner);
}

static void bar_dot(const struct plot_frame *frame, struct pl_plot_cell *grid, int sub_row,
		    int sub_col, int owner)
{
	struct pl_plot_cell *cell = cell_at(frame, grid, frame->top + sub_row / frame->sub_rows,
					    frame->left + sub_col / frame->sub_cols);
	int in_row = sub_row % frame->sub_rows, in_col = sub_col % frame->sub_cols;

	if (frame->glyphs->cells == PL_CELLS_BRAILLE)
		put_braille(cell, braille_bits[in_col][in_row], owner);
	else if (frame->glyphs->cells == PL_CELLS_BLOCK)
		put_half(cell, in_row == 0 ? 1 : 2, owner);
	else
		put(cell, "|", owner);
}

static void draw_bar(const struct plot_frame *frame, struct pl_plot_cell *grid,
		     const struct pl_plot_point *point)
{
	int col, from, to;

	if (!isfinite(point->lo) || !isfinite(point->hi) || !isfinite(point->x))
		return;
	col = plot_frame_col(frame, point->x, frame->sub_cols);
	from = plot_frame_row(frame, point->hi, frame->sub_rows);
	to = plot_frame_row(frame, point->lo, frame->sub_rows);
	for (int row = from; row <= to; row++)
		bar_dot(frame, grid, row, col, point->series);
}

/* Of a line; dots of a line stay below those of bars and markers, which come later. */
static void line_dot(const struct plot_frame *frame, struct pl_plot_cell *grid, int sub_row,
		     int sub_col, int owner)
{
	struct pl_plot_cell *cell = cell_at(frame, grid, frame->top + sub_row / frame->sub_rows,
					    frame->left + sub_col / frame->sub_cols);
	int in_row = sub_row % frame->sub_rows, in_col = sub_col % frame->sub_cols;

	if (frame->glyphs->cells == PL_CELLS_BRAILLE)
		put_braille(cell, braille_bits[in_col][in_row], owner);
	else
		put(cell, frame->glyphs->text[PL_GLYPH_LINE], owner);
}

static double y_at(const struct pl_plot_line *line, size_t i, double x)
{
	double x0 = line->x[i], x1 = line->x[i + 1], y0 = line->y[i], y1 = line->y[i + 1];

	return x <= fmin(x0, x1)   ? (x0 <= x1 ? y0 : y1)
	       : x >= fmax(x0, x1) ? (x0 <= x1 ? y1 : y0)
				   : y0 + (x - x0) / (x1 - x0) * (y1 - y0);
}

/* A piece of a line, one dot a column; where it is steep, all rows between two columns. */
static void draw_piece(const struct plot_frame *frame, struct pl_plot_cell *grid,
		       const struct pl_plot_line *line, size_t i)
{
	double left = fmax(fmin(line->x[i], line->x[i + 1]), frame->x0);
	double right = fmin(fmax(line->x[i], line->x[i + 1]), frame->x1);
	int from, to, last;

	if (!isfinite(line->x[i] + line->x[i + 1] + line->y[i] + line->y[i + 1]) || left > right)
		return;
	from = plot_frame_col(frame, left, frame->sub_cols);
	to = plot_frame_col(frame, right, frame->sub_cols);
	last = plot_frame_row(frame, y_at(line, i, left), frame->sub_rows);
	for (int col = from; col <= to; col++) {
		double x = col == to ? right : plot_frame_x(frame, col, frame->sub_cols);
		int row = plot_frame_row(frame, y_at(line, i, x), frame->sub_rows);
		int step = row > last ? 1 : -1;

		line_dot(frame, grid, row, col, line->owner);
		for (; last != row; last += step)
			line_dot(frame, grid, last, col, line->owner);
	}
}

static void draw_line(const struct plot_frame *frame, struct pl_plot_cell *grid,
		      const struct pl_plot_line *line)
{
	for (size_t i = 0; i + 1 < line->count; i++)
		draw_piece(frame, grid, line, i);
}

/* Points outside the window are not drawn at its edge: they would stand at a wrong x. */
static bool is_in_window(const struct pl_plot *plot, const struct pl_plot_point *point)
{
	return !(plot->from < plot->to) || (point->x >= plot->from && point->x <= plot->to);
}

static void draw_marker(const struct plot_frame *frame, struct pl_plot_cell *grid,
			const struct pl_plot_point *point, bool is_current)
{
	struct pl_plot_cell *cell;
	int series = point->series < 0 ? 0 : point->series;

	if (!isfinite(point->y) || !isfinite(point->x))
		return;
	/* By the same dots as the bars, so that a marker sits on its own bar. */
	cell = cell_at(
	    frame, grid,
	    frame->top + plot_frame_row(frame, point->y, frame->sub_rows) / frame->sub_rows,
	    frame->left + plot_frame_col(frame, point->x, frame->sub_cols) / frame->sub_cols);
	put(cell,
	    point->is_doubtful ? PL_PLOT_DOUBT
	    : point->sign      ? point->sign
			       : frame->glyphs->marker[series % PL_MARKERS],
	    series);
	cell->is_marked = cell->is_marked || is_current;
}

static void draw_cursor(const struct plot_frame *frame, struct pl_plot_cell *grid, double x)
{
	int col;

	if (!isfinite(x))
		return;
	col = frame->left + plot_frame_col(frame, x, frame->sub_cols) / frame->sub_cols;
	for (int row = frame->top; row < frame->top + frame->height; row++)
		put(cell_at(frame, grid, row, col), frame->glyphs->text[PL_GLYPH_CURSOR],
		    PL_PLOT_CURSOR);
}

static void put_label(const struct plot_frame *frame, struct pl_plot_cell *grid, int row, int col,
		      const char *label)
{
	for (; *label && col < frame->cols; label++, col++)
		if (col >= 0)
			put(cell_at(frame, grid, row, col), (const char[2]){*label, '\0'},
			    PL_PLOT_AXIS);
}

static void draw_y_axis(const struct plot_frame *frame, struct pl_plot_cell *grid)
{
	const char *const *glyph = frame->glyphs->text;

	for (int row = 0; row < frame->height; row++)
		put(cell_at(frame, grid, frame->top + row, frame->left - 1),
		    glyph[PL_GLYPH_AXIS_UP], PL_PLOT_AXIS);
	for (size_t i = 0; i < frame->y_ticks; i++) {
		double at = frame->y_first + (double)i * frame->y_step;
		int row = frame->top + plot_frame_row_scaled(frame, at, 1);
		char label[PL_PLOT_LABEL_SIZE];

		plot_frame_y_label(frame, at, label);
		put(cell_at(frame, grid, row, frame->left - 1), glyph[PL_GLYPH_TICK_UP],
		    PL_PLOT_AXIS);
		put_label(frame, grid, row, frame->left - 1 - (int)strlen(label), label);
	}
}

/* Labels are centred on their tick, and left out where they would touch the one before. */
static void draw_x_axis(const struct plot_frame *frame, struct pl_plot_cell *grid)
{
	const char *const *glyph = frame->glyphs->text;
	int row = frame->top + frame->height, taken = -1;

	put(cell_at(frame, grid, row, frame->left - 1), glyph[PL_GLYPH_AXIS_CORNER], PL_PLOT_AXIS);
	for (int col = 0; col < frame->width; col++)
		put(cell_at(frame, grid, row, frame->left + col), glyph[PL_GLYPH_AXIS_ALONG],
		    PL_PLOT_AXIS);
	for (size_t i = 0; i < frame->x_ticks; i++) {
		double at = frame->x_first + (double)i * frame->x_step;
		int col =
		    frame->left + plot_frame_col(frame, at, frame->sub_cols) / frame->sub_cols;
		char label[PL_PLOT_LABEL_SIZE];
		int start, length;

		pl_plot_label(label, at, frame->x_step);
		length = (int)strlen(label);
		start = col - length / 2;
		if (start + length > frame->cols)
			start = frame->cols - length;
		put(cell_at(frame, grid, row, col), glyph[PL_GLYPH_TICK_ALONG], PL_PLOT_AXIS);
		if (start <= taken)
			continue;
		put_label(frame, grid, row + 1, start, label);
		taken = start + length;
	}
}

void pl_plot_draw(const struct pl_plot *plot, const struct pl_plot_point *points, size_t count,
		  struct pl_plot_cell *grid)
{
	struct plot_frame frame;

	for (int i = 0; i < plot->rows * plot->cols; i++)
		grid[i] = (struct pl_plot_cell){.text = " ", .owner = PL_PLOT_BLANK};
	if (!plot_frame_make(plot, points, count, &frame))
		return;
	draw_y_axis(&frame, grid);
	draw_x_axis(&frame, grid);
	for (size_t i = 0; i < plot->line_count; i++)
		draw_line(&frame, grid, &plot->lines[i]);
	draw_cursor(&frame, grid, plot->cursor_x);
	for (size_t i = 0; i < count; i++)
		if (is_in_window(plot, &points[i]))
			draw_bar(&frame, grid, &points[i]);
	for (size_t i = 0; i < count; i++)
		if (is_in_window(plot, &points[i]))
			draw_marker(&frame, grid, &points[i], i == plot->current);
	if (plot->current < count && is_in_window(plot, &points[plot->current])) /* on top */
		draw_marker(&frame, grid, &points[plot->current], true);
}
