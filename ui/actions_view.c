/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_view.c - what keys do to the view itself: how it looks, help, leaving. Main thread.
 */
#include "page.h"

#include <string.h>

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

/* The name behind the present one. */
static const char *next_name(const char *(*name_of)(size_t i), const char *now)
{
	const char *name;

	for (size_t i = 0; (name = name_of(i)) != NULL; i++)
		if (strcmp(name, now) == 0 && name_of(i + 1))
			return name_of(i + 1);
	return name_of(0);
}

static void act_glyphs(struct pl_view *view, int id)
{
	(void)id;
	pl_view_set_glyphs(view, next_name(pl_glyphs_name, view->state.glyphs->name));
}

static void act_theme(struct pl_view *view, int id)
{
	(void)id;
	pl_view_set_theme(view, next_name(pl_theme_name, view->theme.name));
}

static void act_mouse(struct pl_view *view, int id)
{
	(void)id;
	pl_view_set_mouse(view, !view->state.has_mouse);
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
    {.id = PL_ACTION_GLYPHS,
     .name = "next_glyphs",
     .keys = "G",
     .panel = "",
     .label = "",
     .text = "draw with braille, blocks or ASCII",
     .act = act_glyphs},
    {.id = PL_ACTION_THEME,
     .name = "next_theme",
     .keys = "V",
     .panel = "",
     .label = "",
     .text = "colours for a dark or a light terminal, or none",
     .act = act_theme},
    {.id = PL_ACTION_MOUSE,
     .name = "mouse",
     .keys = "M",
     .panel = "",
     .label = "",
     .text = "use the mouse here, or leave it to the terminal",
     .act = act_mouse},
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
