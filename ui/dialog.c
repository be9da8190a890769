/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialog.c - the open question as a box in the middle of the screen: its title in the upper edge,
 * its keys in the lower one, so that they are there however small the box gets. Main thread.
 */
#include "dialog.h"

#include "panel.h"
#include "plateau/text.h"

#include <string.h>

static int box_width(const struct pl_dialog *dialog, const struct pl_canvas *screen)
{
	int width = pl_canvas_width(screen, dialog->title) + 8;
	int keys = (int)strlen(pl_dialog_keys(dialog)) + 8;

	width = width > keys ? width : keys;
	for (int i = 0; i < dialog->line_count; i++) {
		int own = pl_canvas_width(screen, dialog->lines[i]) + 6;

		width = width > own ? width : own;
	}
	return dialog->kind == PL_DIALOG_TEXT && width < 48 ? 48 : width;
}

static void draw_edge(const struct pl_canvas *box, int row, enum pl_glyph left, enum pl_glyph right,
		      enum pl_role role, const char *text)
{
	const char *const *glyph = box->glyphs->text;
	int cols = box->rect.cols;

	pl_canvas_fill(box, row, 0, cols, PL_ROLE_KEY, glyph[PL_GLYPH_RULE]);
	pl_canvas_cell(box, row, 0, PL_ROLE_KEY, false, glyph[left]);
	pl_canvas_cell(box, row, cols - 1, PL_ROLE_KEY, false, glyph[right]);
	pl_canvas_put(box, row, 2, role, " %s ", text);
}

static void draw_frame(const struct pl_dialog *dialog, const struct pl_canvas *box)
{
	int rows = box->rect.rows, cols = box->rect.cols;

	for (int row = 1; row < rows - 1; row++) {
		pl_canvas_fill(box, row, 1, cols - 2, PL_ROLE_NORMAL, " ");
		pl_canvas_cell(box, row, 0, PL_ROLE_KEY, false, box->glyphs->text[PL_GLYPH_WALL]);
		pl_canvas_cell(box, row, cols - 1, PL_ROLE_KEY, false,
			       box->glyphs->text[PL_GLYPH_WALL]);
	}
	draw_edge(box, 0, PL_GLYPH_TOP_LEFT, PL_GLYPH_TOP_RIGHT, PL_ROLE_STRONG, dialog->title);
	draw_edge(box, rows - 1, PL_GLYPH_LOW_LEFT, PL_GLYPH_LOW_RIGHT, PL_ROLE_KEY,
		  pl_dialog_keys(dialog));
}

/* How many bytes of the text a row of so many columns takes: up to a blank where it is too long. */
static size_t fitting(const struct pl_canvas *box, const char *text, int columns)
{
	char piece[sizeof((struct pl_dialog *)0)->lines[0]];
	size_t length = strlen(text), best = 0;

	if (pl_canvas_width(box, text) <= columns)
		return length;
	for (size_t at = 1; at < length; at++) {
		if (text[at] != ' ')
			continue;
		pl_text_copy(piece, at + 1 < sizeof piece ? at + 1 : sizeof piece, text);
		if (pl_canvas_width(box, piece) > columns)
			break;
		best = at;
	}
	return best > 0 ? best : length; /* one long word is cut by the edge */
}

/* A line in as many rows as it needs, from row on below `end`; draws none when end is 0. Returns
 * the rows. A choice has one each: its place is counted in rows. */
static int put_line(const struct pl_dialog *dialog, const struct pl_canvas *box, int i, int row,
		    int end)
{
	bool is_choice = dialog->kind == PL_DIALOG_CHOICE;
	enum pl_role role = is_choice && i == dialog->selected ? PL_ROLE_FOCUS : PL_ROLE_NORMAL;
	int columns = box->rect.cols - 6 > 0 ? box->rect.cols - 6 : 0, rows = 0;
	const char *text = dialog->lines[i];

	do {
		size_t count = is_choice ? strlen(text) : fitting(box, text, columns);

		if (row + rows < end)
			pl_canvas_put(box, row + rows, 2, role, " %.*s ", (int)count, text);
		text += count;
		text += strspn(text, " ");
		rows++;
	} while (*text);
	return rows;
}

static int rows_of(const struct pl_dialog *dialog, const struct pl_canvas *box)
{
	int rows = 0;

	for (int i = 0; i < dialog->line_count; i++)
		rows += put_line(dialog, box, i, 0, 0);
	return rows;
}

void pl_dialog_draw(const struct pl_state *state, const struct pl_canvas *screen)
{
	const struct pl_dialog *dialog = &state->dialog;
	int width = box_width(dialog, screen), rows, row;
	struct pl_canvas box = pl_canvas_on(
	    screen, pl_layout_box(screen->rect.rows, screen->rect.cols, screen->rect.rows, width));

	rows = rows_of(dialog, &box) + (dialog->kind == PL_DIALOG_TEXT) + 4;
	box =
	    pl_canvas_on(screen, pl_layout_box(screen->rect.rows, screen->rect.cols, rows, width));
	row = box.rect.rows >= rows ? 2 : 1;
	if (box.rect.rows < 3)
		return;
	draw_frame(dialog, &box);
	for (int i = pl_dialog_first(dialog, box.rect.rows - 1 - row);
	     i < dialog->line_count && row + 1 < box.rect.rows; i++)
		row += put_line(dialog, &box, i, row, box.rect.rows - 1);
	if (dialog->kind == PL_DIALOG_TEXT && row + 1 < box.rect.rows) {
		int col = pl_canvas_put(&box, row, 3, PL_ROLE_STRONG, "%s", dialog->input);

		pl_canvas_cell(&box, row, col, PL_ROLE_STRONG, true, " ");
	}
}
