/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_view.c - what keys do to the view itself: how it looks, help, leaving. Main thread.
 */
#include "page.h"

static void act_log_scale(struct pl_view *view, int id)
{
	(void)id;
	view->state.is_log_scale = !view->state.is_log_scale;
}

static void act_help(struct pl_view *view, int id)
{
	(void)id;
	if (view->state.page == PL_PAGE_HELP)
		pl_page_back(view);
	else
		pl_page_go(view, PL_PAGE_HELP);
}

static const char *cannot_filter(const struct pl_state *state)
{
	const struct pl_page *page = pl_page(state->page);
	const struct pl_panel *panel = page ? page->panel : pl_panel(state->focus);

	return panel->has_filter ? NULL : "there is no list here";
}

static void act_filter(struct pl_view *view, int id)
{
	(void)id;
	pl_entry_open(&view->state, PL_ENTRY_FILTER,
		      pl_filter_text(&view->state, pl_page_keys(&view->state)));
}

static void act_command(struct pl_view *view, int id)
{
	(void)id;
	pl_entry_open(&view->state, PL_ENTRY_COMMAND, "");
}

static void act_redraw(struct pl_view *view, int id)
{
	(void)id;
	view->state.wants_redraw = true;
}

static void act_suspend(struct pl_view *view, int id)
{
	(void)id;
	view->state.wants_suspend = true;
}

static void act_quit(struct pl_view *view, int id)
{
	(void)id;
	if (view->state.page != PL_PAGE_BENCH)
		pl_page_back(view);
	else
		view->state.is_leaving = true;
}

const struct pl_action pl_actions_view[] = {
    {.id = PL_ACTION_LOG_SCALE,
     .name = "log_scale",
     .keys = "L",
     .panel = "scan",
     .label = "",
     .text = "draw the curve on a linear or a logarithmic scale",
     .act = act_log_scale},
    {.id = PL_ACTION_HELP,
     .name = "help",
     .keys = "? F1",
     .panel = "",
     .label = "help",
     .text = "show this help",
     .act = act_help},
    {.id = PL_ACTION_COMMAND,
     .name = "command",
     .keys = ":",
     .panel = "",
     .label = "",
     .text = "type a command; Tab completes it, Up brings earlier ones",
     .act = act_command},
    {.id = PL_ACTION_FILTER,
     .name = "filter",
     .keys = "/",
     .panel = "",
     .label = "",
     .text = "show only the lines of the list that contain a text",
     .refusal = cannot_filter,
     .act = act_filter},
    {.id = PL_ACTION_REDRAW,
     .name = "redraw",
     .keys = "C-l",
     .panel = "",
     .label = "",
     .text = "draw the whole screen anew",
     .act = act_redraw},
    {.id = PL_ACTION_SUSPEND,
     .name = "suspend",
     .keys = "C-z",
     .panel = "",
     .label = "",
     .text = "to the shell for a while; `fg` returns, the run goes on",
     .act = act_suspend},
    {.id = PL_ACTION_QUIT,
     .name = "quit",
     .keys = "q F10",
     .panel = "",
     .label = "leave",
     .text = "leave the view; runs go on",
     .act = act_quit},
    {.name = NULL},
};
