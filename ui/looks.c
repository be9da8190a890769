/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * looks.c - how the screen looks and how often it changes, while it runs. Main thread.
 */
#include "view.h"

#include <stdio.h>
#include <string.h>

const char *pl_ui_theme_name(size_t i)
{
	return pl_theme_name(i);
}

const char *pl_ui_glyphs_name(size_t i)
{
	return pl_glyphs_name(i);
}

static bool is_one_of(const char *(*name_of)(size_t i), const char *name, char *all, size_t cap)
{
	size_t used = 0;
	const char *each;
	bool is_known = false;

	all[0] = '\0';
	for (size_t i = 0; (each = name_of(i)) != NULL && used < cap; i++) {
		is_known = is_known || strcmp(each, name) == 0;
		used += (size_t)snprintf(all + used, cap - used, "%s%s", i > 0 ? ", " : "", each);
	}
	return is_known;
}

bool pl_view_set_theme(struct pl_view *view, const char *name)
{
	struct pl_state *state = &view->state;
	char all[80];

	if (!is_one_of(pl_theme_name, name, all, sizeof all)) {
		pl_state_say(state, PL_ROLE_WARN, "theme: one of %s", all);
		return false;
	}
	pl_theme_start(&view->theme, name);
	pl_state_say(state, PL_ROLE_GOOD, "theme %s%s", view->theme.name,
		     strcmp(view->theme.name, name) == 0 ? "" : ": this terminal has no colours");
	return true;
}

bool pl_view_set_glyphs(struct pl_view *view, const char *name)
{
	struct pl_state *state = &view->state;
	char all[80];

	if (!is_one_of(pl_glyphs_name, name, all, sizeof all)) {
		pl_state_say(state, PL_ROLE_WARN, "glyphs: one of %s", all);
		return false;
	}
	state->glyphs = pl_glyphs_choose(name, state->is_utf8, NULL);
	pl_state_say(state, PL_ROLE_GOOD, "glyphs %s%s", state->glyphs->name,
		     strcmp(state->glyphs->name, name) == 0 ? "" : ": the locale shows no UTF-8");
	return true;
}

void pl_view_set_mouse(struct pl_view *view, bool is_on)
{
	struct pl_state *state = &view->state;

	pl_term_mouse(&view->term, is_on);
	state->has_mouse = view->term.has_mouse;
	if (is_on && !state->has_mouse)
		pl_state_say(state, PL_ROLE_WARN, "this terminal reports no mouse");
	else
		pl_state_say(state, PL_ROLE_GOOD, "%s",
			     is_on ? "mouse on: click a panel, scroll with the wheel; mark text "
				     "with shift held"
				   : "mouse off: the terminal marks and pastes text by itself");
}

bool pl_view_set_refresh(struct pl_view *view, double hz)
{
	struct pl_state *state = &view->state;

	if (!(hz >= 1 && hz <= 10)) {
		pl_state_say(state, PL_ROLE_WARN, "refresh: 1 to 10 times a second");
		return false;
	}
	state->refresh_hz = hz;
	pl_session_pace(&view->session, state);
	pl_state_say(state, PL_ROLE_GOOD, "at most %g times a second", hz);
	return true;
}
