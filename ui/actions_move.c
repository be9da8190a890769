/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_move.c - going from panel to panel and within one. Main thread.
 */
#include "page.h"

static const char *zoom_label(const struct pl_state *state)
{
	return state->zoom == PL_PANEL_NONE ? "zoom" : "back";
}

static void act_next_panel(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	int step = id == PL_ACTION_NEXT_PANEL ? 1 : PL_PANELS - 1;

	pl_page_go(view, PL_PAGE_BENCH);
	state->focus = (enum pl_panel_id)(((int)state->focus + step) % PL_PANELS);
	if (state->zoom != PL_PANEL_NONE)
		state->zoom = state->focus;
}

static void act_panel(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	pl_page_go(view, PL_PAGE_BENCH);
	state->focus = (enum pl_panel_id)(id - PL_ACTION_PANEL_1);
	if (state->zoom != PL_PANEL_NONE)
		state->zoom = state->focus;
}

static void act_zoom(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	(void)id;
	if (state->page != PL_PAGE_BENCH)
		pl_page_back(view);
	else
		state->zoom = state->zoom == PL_PANEL_NONE ? state->focus : PL_PANEL_NONE;
}

static void act_back(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	(void)id;
	if (pl_filter_text(state, pl_page_keys(state))[0])
		pl_filter_set(state, pl_page_keys(state), "");
	else if (state->page != PL_PAGE_BENCH)
		pl_page_back(view);
	else if (state->zoom != PL_PANEL_NONE)
		state->zoom = PL_PANEL_NONE;
	else
		state->cursor = -1;
}

/* Where the keys scroll: the page, or the panel with the focus. */
static int *scroll_place(struct pl_state *state, const struct pl_panel **panel, int *rows)
{
	const struct pl_page *page = pl_page(state->page);

	if (page) {
		*panel = page->panel;
		*rows = state->layout.bottom.row - 2;
		return &state->page_scroll;
	}
	*panel = pl_panel(state->focus);
	*rows = state->layout.panel[state->focus].rows - 1;
	return &state->scroll[state->focus];
}

void pl_view_first_line(struct pl_view *view)
{
	const struct pl_panel *panel;
	int rows;

	*scroll_place(&view->state, &panel, &rows) = 0;
}

/* The keys go from line to line; the list follows so that the line stays in sight. */
static void walk(struct pl_state *state, const struct pl_panel *panel, int id, int *scroll,
		 int rows)
{
	int page = rows - panel->margin > 1 ? rows - panel->margin : 1;
	int lines = panel->lines(state), line = panel->chosen(state);

	line += id == PL_ACTION_UP	    ? -1
		: id == PL_ACTION_DOWN	    ? 1
		: id == PL_ACTION_PAGE_UP   ? -page
		: id == PL_ACTION_PAGE_DOWN ? page
		: id == PL_ACTION_HOME	    ? -lines
					    : lines;
	line = line >= lines ? lines - 1 : line;
	line = line < 0 ? 0 : line;
	panel->choose(state, line);
	if (line < *scroll)
		*scroll = line;
	else if (line >= *scroll + page)
		*scroll = line - page + 1;
}

static void act_scroll(struct pl_view *view, int id)
{
	const struct pl_panel *panel;
	int rows, *scroll = scroll_place(&view->state, &panel, &rows), last, lines = 0;

	last = pl_panel_scroll_max(panel, &view->state, rows);
	if (*scroll > last)
		*scroll = last;
	if (panel->choose) {
		walk(&view->state, panel, id, scroll, rows);
		return;
	}
	if (id == PL_ACTION_UP || id == PL_ACTION_DOWN)
		lines = 1;
	else if (id == PL_ACTION_PAGE_UP || id == PL_ACTION_PAGE_DOWN)
		lines = rows > 1 ? rows - 1 : 1;
	else
		lines = last;
	if (id == PL_ACTION_UP || id == PL_ACTION_PAGE_UP || id == PL_ACTION_HOME)
		lines = -lines;
	*scroll += panel->is_from_below ? -lines : lines;
	*scroll = *scroll < 0 ? 0 : *scroll > last ? last : *scroll;
}

static bool is_in(const struct pl_rect *rect, int row, int col)
{
	return row >= rect->row && row < rect->row + rect->rows && col >= rect->col &&
	       col < rect->col + rect->cols;
}

void pl_view_mouse(struct pl_view *view, enum pl_mouse what, int row, int col)
{
	struct pl_state *state = &view->state;
	enum pl_panel_id focus = state->focus;
	int at = 0;

	if (what == PL_MOUSE_NONE || state->dialog.kind != PL_DIALOG_NONE ||
	    state->entry.kind != PL_ENTRY_NONE)
		return;
	if (state->page == PL_PAGE_BENCH) {
		while (at < PL_PANELS && !is_in(&state->layout.panel[at], row, col))
			at++;
		if (at == PL_PANELS)
			return;
		state->focus = (enum pl_panel_id)at;
	}
	view->has_changed = true;
	if (what == PL_MOUSE_CLICK)
		return;
	act_scroll(view, what == PL_MOUSE_UP ? PL_ACTION_UP : PL_ACTION_DOWN);
	state->focus = focus;
}

static void act_edge(struct pl_view *view, int id)
{
	if (view->state.focus == PL_PANEL_SCAN && view->state.page == PL_PAGE_BENCH)
		view->state.cursor =
		    id == PL_ACTION_HOME && view->state.model->curve.count > 0 ? 0 : -1;
	else
		act_scroll(view, id);
}

const struct pl_action pl_actions_move[] = {
    {.id = PL_ACTION_NEXT_PANEL,
     .name = "next_panel",
     .keys = "Tab",
     .panel = "",
     .label = "panel",
     .text = "go to the next panel",
     .gives_way = true,
     .act = act_next_panel},
    {.id = PL_ACTION_PREVIOUS_PANEL,
     .name = "previous_panel",
     .keys = "S-Tab",
     .panel = "",
     .label = "",
     .text = "go to the panel before",
     .gives_way = true,
     .act = act_next_panel},
    {.id = PL_ACTION_PANEL_1,
     .name = "devices",
     .keys = "1",
     .panel = "",
     .label = "",
     .text = "go to Devices",
     .gives_way = true,
     .act = act_panel},
    {.id = PL_ACTION_PANEL_2,
     .name = "readings",
     .keys = "2",
     .panel = "",
     .label = "",
     .text = "go to Readings",
     .gives_way = true,
     .act = act_panel},
    {.id = PL_ACTION_PANEL_3,
     .name = "curve",
     .keys = "3",
     .panel = "",
     .label = "",
     .text = "go to Scan",
     .gives_way = true,
     .act = act_panel},
    {.id = PL_ACTION_PANEL_4,
     .name = "counters",
     .keys = "4",
     .panel = "",
     .label = "",
     .text = "go to Counters",
     .gives_way = true,
     .act = act_panel},
    {.id = PL_ACTION_PANEL_5,
     .name = "log",
     .keys = "5",
     .panel = "",
     .label = "",
     .text = "go to Log",
     .gives_way = true,
     .act = act_panel},
    {.id = PL_ACTION_ZOOM,
     .name = "zoom",
     .keys = "Enter",
     .panel = "",
     .label = "zoom",
     .text = "show the panel on the whole screen, and back",
     .gives_way = true,
     .relabel = zoom_label,
     .act = act_zoom},
    {.id = PL_ACTION_BACK,
     .name = "back",
     .keys = "Esc",
     .panel = "",
     .label = "",
     .text = "take the filter away; back to all panels; leave help or a question",
     .gives_way = true,
     .act = act_back},
    {.id = PL_ACTION_UP,
     .name = "up",
     .keys = "Up k",
     .panel = "",
     .label = "",
     .text = "scroll up",
     .gives_way = true,
     .act = act_scroll},
    {.id = PL_ACTION_DOWN,
     .name = "down",
     .keys = "Down j",
     .panel = "",
     .label = "",
     .text = "scroll down",
     .gives_way = true,
     .act = act_scroll},
    {.id = PL_ACTION_PAGE_UP,
     .name = "page_up",
     .keys = "PgUp C-b",
     .panel = "",
     .label = "",
     .text = "scroll up by a page",
     .gives_way = true,
     .act = act_scroll},
    {.id = PL_ACTION_PAGE_DOWN,
     .name = "page_down",
     .keys = "PgDn C-f Space",
     .panel = "",
     .label = "",
     .text = "scroll down by a page",
     .gives_way = true,
     .act = act_scroll},
    {.id = PL_ACTION_HOME,
     .name = "home",
     .keys = "Home",
     .panel = "",
     .label = "",
     .text = "go to the first line or point",
     .gives_way = true,
     .act = act_edge},
    {.id = PL_ACTION_END,
     .name = "end",
     .keys = "End",
     .panel = "",
     .label = "",
     .text = "go to the last line or point and follow it",
     .gives_way = true,
     .act = act_edge},
    {.name = NULL},
};
