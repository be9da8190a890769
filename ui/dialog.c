/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialog.c - the open question as a box in the middle of the screen: its title in the upper edge,
 * its keys in the lower one, so that they are there however small the box gets. Main thread.
 */
#include "dialog.h"

#include "panel.h"

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

void pl_dialog_draw(const struct pl_state *state, const struct pl_canvas *screen)
{
	const struct pl_dialog *dialog = &state->dialog;
	int rows = dialog->line_count + (dialog->kind == PL_DIALOG_TEXT) + 4;
	struct pl_canvas box =
	    pl_canvas_on(screen, pl_layout_box(screen->rect.rows, screen->rect.cols, rows,
					       box_width(dialog, screen)));
	int row = box.rect.rows >= rows ? 2 : 1;

	if (box.rect.rows < 3)
		return;
	draw_frame(dialog, &box);
	for (int i = pl_dialog_first(dialog, box.rect.rows - 1 - row);
	     i < dialog->line_count && row + 1 < box.rect.rows; i++, row++) {
		bool is_here = dialog->kind == PL_DIALOG_CHOICE && i == dialog->selected;

		pl_canvas_put(&box, row, 2, is_here ? PL_ROLE_FOCUS : PL_ROLE_NORMAL, " %.*s ",
			      box.rect.cols - 6 > 0 ? box.rect.cols - 6 : 0, dialog->lines[i]);
	}
	if (dialog->kind == PL_DIALOG_TEXT && row + 1 < box.rect.rows) {
		int col = pl_canvas_put(&box, row, 3, PL_ROLE_STRONG, "%s", dialog->input);

		pl_canvas_cell(&box, row, col, PL_ROLE_STRONG, true, " ");
	}
}
