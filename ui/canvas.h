/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - the part of the screen that one panel may draw on. Everything drawn passes here, so
 * nothing leaves its rectangle and no foreign byte reaches the terminal. Main thread.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include "glyph.h"
#include "layout.h"
#include "theme.h"

struct pl_canvas {
	struct pl_rect rect;
	const struct pl_theme *theme;
	const struct pl_glyphs *glyphs;
	bool is_utf8;
};

/* Text at row and col of the canvas, cut at its edge. Returns the column behind it. */
int pl_canvas_put(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* As pl_canvas_put, the text ending before column `end`. Returns the column where it begins. */
int pl_canvas_right(const struct pl_canvas *canvas, int row, int end, enum pl_role role,
		    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A text in a column of its own, `width` wide, with a sign where it had to be cut. Returns
 * col + width. */
int pl_canvas_field(const struct pl_canvas *canvas, int row, int col, int width, enum pl_role role,
		    const char *text);
/* As pl_canvas_field, but of a text that is too long the end is shown: names differ there. */
int pl_canvas_tail(const struct pl_canvas *canvas, int row, int col, int width, enum pl_role role,
		   const char *text);
/* One sign `count` times. Returns the column behind it. */
int pl_canvas_fill(const struct pl_canvas *canvas, int row, int col, int count, enum pl_role role,
		   const char *sign);
/* One cell, in reverse video when marked. */
void pl_canvas_cell(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
		    bool is_marked, const char *sign);
/* Columns that a text takes. */
int pl_canvas_width(const struct pl_canvas *canvas, const char *text);
/* The same pens on another rectangle. */
struct pl_canvas pl_canvas_on(const struct pl_canvas *canvas, struct pl_rect rect);

/* Both texts, else the first one, else nothing: half a word misleads. Returns the next column. */
int pl_canvas_put_if_room(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
			  const char *first, const char *second);

#endif
