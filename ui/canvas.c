/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.c - clipping, cutting and making harmless, then curses. Main thread.
 */
#include "canvas.h"

#include "format.h"

#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 2048 /* bytes of the longest text of a row */

/* How many of `columns` columns from col on lie on the canvas; 0 when the row does not. */
static int room(const struct pl_canvas *canvas, int row, int col, int columns)
{
	int left = canvas->rect.cols - col;

	if (row < 0 || row >= canvas->rect.rows || col < 0 || left <= 0 || columns < 0)
		return 0;
	return columns < left ? columns : left;
}

/* text is safe already. */
static void emit(const struct pl_canvas *canvas, int row, int col, unsigned attributes,
		 const char *text)
{
	attrset((int)attributes);
	mvaddstr(canvas->rect.row + row, canvas->rect.col + col, text);
}

static int put_safe(const struct pl_canvas *canvas, int row, int col, int columns,
		    enum pl_role role, const char *text, bool *is_cut)
{
	char safe[TEXT_SIZE];
	size_t used =
	    pl_format_safe(safe, sizeof safe, (size_t)columns, text, canvas->is_utf8, is_cut);

	if (used > 0)
		emit(canvas, row, col, canvas->theme->attributes[role], safe);
	return col + (int)used;
}

int pl_canvas_put(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
		  const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return put_safe(canvas, row, col, room(canvas, row, col, canvas->rect.cols), role, text,
			NULL);
}

int pl_canvas_width(const struct pl_canvas *canvas, const char *text)
{
	char safe[TEXT_SIZE];

	return (int)pl_format_safe(safe, sizeof safe, TEXT_SIZE, text, canvas->is_utf8, NULL);
}

int pl_canvas_right(const struct pl_canvas *canvas, int row, int end, enum pl_role role,
		    const char *format, ...)
{
	char text[TEXT_SIZE];
	int col;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	col = end - pl_canvas_width(canvas, text);
	if (col < 0)
		col = 0;
	put_safe(canvas, row, col, room(canvas, row, col, end - col), role, text, NULL);
	return col;
}

int pl_canvas_field(const struct pl_canvas *canvas, int row, int col, int width, enum pl_role role,
		    const char *text)
{
	int columns = room(canvas, row, col, width), end;
	bool is_cut = false;

	if (columns <= 0)
		return col + width;
	end = put_safe(canvas, row, col, columns, role, text, &is_cut);
	if (is_cut)
		emit(canvas, row, end < col + columns ? end : col + columns - 1,
		     canvas->theme->attributes[role], canvas->glyphs->text[PL_GLYPH_CUT]);
	return col + width;
}

int pl_canvas_tail(const struct pl_canvas *canvas, int row, int col, int width, enum pl_role role,
		   const char *text)
{
	int columns = room(canvas, row, col, width);

	if (columns <= 0 || pl_canvas_width(canvas, text) <= columns)
		return pl_canvas_field(canvas, row, col, width, role, text);
	emit(canvas, row, col, canvas->theme->attributes[role], canvas->glyphs->text[PL_GLYPH_CUT]);
	while (*text && pl_canvas_width(canvas, text) > columns - 1)
		text = pl_format_next(text);
	put_safe(canvas, row, col + 1, columns - 1, role, text, NULL);
	return col + width;
}

int pl_canvas_fill(const struct pl_canvas *canvas, int row, int col, int count, enum pl_role role,
		   const char *sign)
{
	int columns = room(canvas, row, col, count);

	attrset((int)canvas->theme->attributes[role]);
	for (int i = 0; i < columns; i++)
		mvaddstr(canvas->rect.row + row, canvas->rect.col + col + i, sign);
	return col + columns;
}

void pl_canvas_cell(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
		    bool is_marked, const char *sign)
{
	unsigned attributes = canvas->theme->attributes[role] | (is_marked ? A_REVERSE : 0);

	if (room(canvas, row, col, 1) > 0)
		emit(canvas, row, col, attributes, sign);
}

struct pl_canvas pl_canvas_on(const struct pl_canvas *canvas, struct pl_rect rect)
{
	struct pl_canvas other = *canvas;

	other.rect = rect;
	return other;
}

int pl_canvas_put_if_room(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
			  const char *first, const char *second)
{
	int width = pl_canvas_width(canvas, first), all = width + pl_canvas_width(canvas, second);

	if (col + all <= canvas->rect.cols)
		return pl_canvas_put(canvas, row, col, role, "%s%s", first, second);
	return col + width <= canvas->rect.cols ? pl_canvas_put(canvas, row, col, role, "%s", first)
						: col;
}
