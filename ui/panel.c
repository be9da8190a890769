/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel.c - the panels in their order, and what all of them have in common: title and scrolling.
 * Main thread.
 */
#include "panel.h"

#include <string.h>

static const struct pl_panel *const panels[PL_PANELS] = {
    [PL_PANEL_DEVICES] = &pl_panel_devices, [PL_PANEL_READINGS] = &pl_panel_readings,
    [PL_PANEL_SCAN] = &pl_panel_scan,	    [PL_PANEL_COUNTERS] = &pl_panel_counters,
    [PL_PANEL_LOG] = &pl_panel_log,
};

const struct pl_panel *pl_panel(enum pl_panel_id id)
{
	return panels[id];
}

int pl_panel_scroll_max(const struct pl_panel *panel, const struct pl_state *state, int rows)
{
	int lines = panel->lines(state) + panel->margin;

	return lines > rows ? lines - rows : 0;
}

static void draw_title(const struct pl_panel *panel, const struct pl_state *state,
		       const struct pl_canvas *canvas, int number, bool has_focus)
{
	const char *rule = canvas->glyphs->text[PL_GLYPH_RULE];
	int end = canvas->rect.cols, col;
	const char *filter = pl_filter_text(state, panel->name);
	char hint[80] = "";

	pl_canvas_fill(canvas, 0, 0, end, PL_ROLE_RULE, rule);
	if (number > 0)
		col = pl_canvas_put(canvas, 0, 1, has_focus ? PL_ROLE_FOCUS : PL_ROLE_TITLE,
				    " %d %s ", number, panel->title);
	else
		col = pl_canvas_put(canvas, 0, 1, PL_ROLE_FOCUS, " %s ", panel->title);
	if (panel->has_filter && filter[0])
		col = pl_canvas_put(canvas, 0, col + 1, PL_ROLE_BADGE, " /%s ", filter);
	if (panel->hint)
		panel->hint(state, hint, sizeof hint);
	if (hint[0] && col + pl_canvas_width(canvas, hint) + 4 < end)
		pl_canvas_right(canvas, 0, end - 1, PL_ROLE_DIM, " %s ", hint);
}

void pl_panel_draw(const struct pl_panel *panel, const struct pl_state *state,
		   const struct pl_canvas *canvas, int number, bool has_focus, int scroll)
{
	struct pl_rect rect = canvas->rect;
	struct pl_canvas body = pl_canvas_on(
	    canvas, (struct pl_rect){rect.row + 1, rect.col, rect.rows - 1, rect.cols});
	int last, first;

	if (rect.rows <= 0)
		return;
	draw_title(panel, state, canvas, number, has_focus);
	last = pl_panel_scroll_max(panel, state, body.rect.rows);
	first = scroll < last ? scroll : last;
	panel->draw(state, &body, panel->is_from_below ? last - first : first);
}
