/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frame.c - what stands on the screen: bars, panels or the page in their place, the open question.
 * Main thread.
 */
#include "frame.h"

#include "logview.h"
#include "page.h"

#include <ncurses.h>

static void lay_out(struct pl_state *state)
{
	struct pl_layout_wish wish = {
	    .rows = LINES, .cols = COLS, .focus = state->focus, .zoom = state->zoom};

	for (int i = 0; i < PL_PANELS; i++)
		wish.lines[i] = pl_panel((enum pl_panel_id)i)->lines(state);
	pl_layout_make(&wish, &state->layout);
	if (state->layout.is_too_small) {
		pl_dialog_close(&state->dialog);
		pl_entry_close(state);
	}
}

/* Where the wall meets the rules of the titles beside it. */
static void draw_wall(const struct pl_state *state, const struct pl_canvas *screen)
{
	const struct pl_rect *wall = &state->layout.wall;
	int side = state->layout.panel[PL_PANEL_COUNTERS].row;

	if (wall->rows == 0)
		return;
	for (int row = wall->row; row <= wall->row + wall->rows; row++) {
		enum pl_glyph glyph = row == wall->row		      ? PL_GLYPH_WALL_TOP
				      : row == side		      ? PL_GLYPH_WALL_SIDE
				      : row == wall->row + wall->rows ? PL_GLYPH_WALL_END
								      : PL_GLYPH_WALL;

		pl_canvas_cell(screen, row, wall->col, PL_ROLE_RULE, false,
			       state->glyphs->text[glyph]);
	}
}

static void draw_panels(struct pl_state *state, const struct pl_canvas *screen)
{
	for (int i = 0; i < PL_PANELS; i++) {
		struct pl_canvas canvas = pl_canvas_on(screen, state->layout.panel[i]);

		pl_panel_draw(pl_panel((enum pl_panel_id)i), state, &canvas, i + 1,
			      (int)state->focus == i, state->scroll[i]);
	}
	draw_wall(state, screen);
}

void pl_frame_draw(struct pl_state *state)
{
	struct pl_canvas screen = {.rect = {0, 0, LINES, COLS},
				   .theme = state->theme,
				   .glyphs = state->glyphs,
				   .is_utf8 = state->is_utf8};
	const struct pl_page *page = pl_page(state->page);
	struct pl_canvas top, bottom, body;

	lay_out(state);
	pl_logview_settle(state);
	top = pl_canvas_on(&screen, state->layout.top);
	bottom = pl_canvas_on(&screen, state->layout.bottom);
	attrset(A_NORMAL);
	erase();
	if (state->layout.is_too_small) {
		pl_bar_small(state, &top);
	} else {
		body = pl_canvas_on(&screen, (struct pl_rect){1, 0, LINES - 2, COLS});
		pl_bar_top(state, &top);
		if (page)
			pl_panel_draw(page->panel, state, &body, 0, true, state->page_scroll);
		else
			draw_panels(state, &screen);
		if (state->dialog.kind != PL_DIALOG_NONE)
			pl_dialog_draw(state, &screen);
		pl_entry_draw_candidates(state, &screen);
		pl_bar_bottom(state, &bottom);
	}
	if (state->wants_redraw)
		clearok(curscr, TRUE);
	state->wants_redraw = false;
}
