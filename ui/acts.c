/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * acts.c - what each action of the table does to the view. Main thread.
 *
 * A pasted text is never a command (between the terminal's brackets only an open text prompt takes
 * it), and on a screen too small to show a question none is asked.
 */
#include "page.h"

#include <string.h>

static void act_scan(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	pl_view_ask_scan(view);
}

static void act_pause(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;
	bool is_paused = pl_model_is_paused(state->model);

	(void)id;
	state->asked_pause =
	    pl_session_ask(&view->session, state, is_paused ? PL_ASK_RESUME : PL_ASK_PAUSE, NULL);
	if (state->asked_pause && !is_paused)
		pl_state_say(state, PL_ROLE_BUSY, "the run pauses when this point has ended");
}

static void act_pause_now(struct pl_view *view, enum pl_action_id id)
{
	struct pl_json *args = pl_json_object();

	(void)id;
	pl_json_add_boolean(args, "now", true);
	view->state.asked_pause = pl_session_ask(&view->session, &view->state, PL_ASK_PAUSE, args);
}

static void act_ask(struct pl_view *view, enum pl_action_id id)
{
	pl_view_ask_run(view, id);
}

static void act_stop(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	pl_view_ask_stop(view);
}

static void act_record(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	pl_view_ask_record(view);
}

static void act_next_panel(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;
	int step = id == PL_ACTION_NEXT_PANEL ? 1 : PL_PANELS - 1;

	pl_page_go(view, PL_PAGE_BENCH);
	state->focus = (enum pl_panel_id)(((int)state->focus + step) % PL_PANELS);
	if (state->zoom != PL_PANEL_NONE)
		state->zoom = state->focus;
}

static void act_panel(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;

	pl_page_go(view, PL_PAGE_BENCH);
	state->focus = (enum pl_panel_id)(id - PL_ACTION_PANEL_1);
	if (state->zoom != PL_PANEL_NONE)
		state->zoom = state->focus;
}

static void act_zoom(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;

	(void)id;
	if (state->page != PL_PAGE_BENCH)
		pl_page_go(view, PL_PAGE_BENCH);
	else
		state->zoom = state->zoom == PL_PANEL_NONE ? state->focus : PL_PANEL_NONE;
}

static void act_back(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;

	(void)id;
	if (state->page != PL_PAGE_BENCH)
		pl_page_go(view, PL_PAGE_BENCH);
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

static void act_scroll(struct pl_view *view, enum pl_action_id id)
{
	const struct pl_panel *panel;
	int rows, *scroll = scroll_place(&view->state, &panel, &rows), last, lines = 0;

	last = pl_panel_scroll_max(panel, &view->state, rows);
	if (*scroll > last)
		*scroll = last;
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

/* Left and right walk over the points; beyond the newest the cursor lets go and follows. */
static void act_cursor(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;
	int64_t count = (int64_t)state->model->point_count;

	if (id == PL_ACTION_LEFT)
		state->cursor = state->cursor < 0 || state->cursor > count ? count - 1
				: state->cursor > 0			   ? state->cursor - 1
									   : 0;
	else if (state->cursor >= 0)
		state->cursor = state->cursor + 1 < count ? state->cursor + 1 : -1;
}

static void act_edge(struct pl_view *view, enum pl_action_id id)
{
	if (view->state.focus == PL_PANEL_SCAN && view->state.page == PL_PAGE_BENCH)
		view->state.cursor =
		    id == PL_ACTION_HOME && view->state.model->point_count > 0 ? 0 : -1;
	else
		act_scroll(view, id);
}

static void act_log_scale(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	view->state.is_log_scale = !view->state.is_log_scale;
}

static void act_help(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	pl_page_go(view, view->state.page == PL_PAGE_HELP ? PL_PAGE_BENCH : PL_PAGE_HELP);
}

static void act_redraw(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	view->state.wants_redraw = true;
}

static void act_suspend(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	view->state.wants_suspend = true;
}

static void act_quit(struct pl_view *view, enum pl_action_id id)
{
	(void)id;
	if (view->state.page != PL_PAGE_BENCH)
		pl_page_go(view, PL_PAGE_BENCH);
	else
		view->state.is_leaving = true;
}

static void (*const handlers[PL_ACTIONS])(struct pl_view *view, enum pl_action_id id) = {
    [PL_ACTION_SCAN] = act_scan,
    [PL_ACTION_PAUSE] = act_pause,
    [PL_ACTION_STOP] = act_stop,
    [PL_ACTION_RECORD] = act_record,
    [PL_ACTION_RESUME_RUN] = act_ask,
    [PL_ACTION_NOTE] = act_ask,
    [PL_ACTION_PAUSE_NOW] = act_pause_now,
    [PL_ACTION_SKIP] = act_ask,
    [PL_ACTION_RETAKE] = act_ask,
    [PL_ACTION_SAFE] = act_ask,
    [PL_ACTION_NEXT_PANEL] = act_next_panel,
    [PL_ACTION_PREVIOUS_PANEL] = act_next_panel,
    [PL_ACTION_PANEL_1] = act_panel,
    [PL_ACTION_PANEL_2] = act_panel,
    [PL_ACTION_PANEL_3] = act_panel,
    [PL_ACTION_PANEL_4] = act_panel,
    [PL_ACTION_PANEL_5] = act_panel,
    [PL_ACTION_ZOOM] = act_zoom,
    [PL_ACTION_BACK] = act_back,
    [PL_ACTION_UP] = act_scroll,
    [PL_ACTION_DOWN] = act_scroll,
    [PL_ACTION_LEFT] = act_cursor,
    [PL_ACTION_RIGHT] = act_cursor,
    [PL_ACTION_PAGE_UP] = act_scroll,
    [PL_ACTION_PAGE_DOWN] = act_scroll,
    [PL_ACTION_HOME] = act_edge,
    [PL_ACTION_END] = act_edge,
    [PL_ACTION_LOG_SCALE] = act_log_scale,
    [PL_ACTION_HELP] = act_help,
    [PL_ACTION_REDRAW] = act_redraw,
    [PL_ACTION_SUSPEND] = act_suspend,
    [PL_ACTION_QUIT] = act_quit,
};

void pl_view_act(struct pl_view *view, enum pl_action_id id)
{
	const struct pl_action *action = pl_action(id);
	const char *why = action->refusal ? action->refusal(&view->state) : NULL;

	if (why)
		pl_state_say(&view->state, PL_ROLE_WARN, "%s: %s", action->name, why);
	else if (action->is_confirmed && view->state.layout.is_too_small)
		pl_state_say(&view->state, PL_ROLE_WARN, "too small a screen to ask");
	else
		handlers[id](view, id);
}

static bool is_paste(struct pl_view *view, int key)
{
	struct pl_dialog *dialog = &view->state.dialog;

	if (key == PL_KEY_PASTE_BEGIN || key == PL_KEY_PASTE_END) {
		view->is_pasting = key == PL_KEY_PASTE_BEGIN;
		return true;
	}
	/* A terminal that forgets the closing bracket must not leave us deaf. */
	if (view->state.now_ns - view->state.last_key_ns > PL_NS_PER_S)
		view->is_pasting = false;
	if (view->is_pasting && dialog->kind == PL_DIALOG_TEXT && key >= ' ')
		pl_prompt_text(dialog, key);
	return view->is_pasting;
}

void pl_view_key(struct pl_view *view, int key)
{
	struct pl_state *state = &view->state;
	const struct pl_page *page = pl_page(state->page);
	bool had_message = state->message[0] != '\0';
	enum pl_action_id id;

	if (is_paste(view, key)) {
		/* not a command */
	} else if (state->dialog.kind != PL_DIALOG_NONE) {
		pl_view_dialog_key(view, key);
	} else if (page && page->key && page->key(view, key)) {
		/* the page's own */
	} else {
		state->message[0] = '\0';
		id = pl_action_find(key, pl_page_keys(state));
		if (id < PL_ACTIONS)
			pl_view_act(view, id);
		else if (key == 3 && !had_message) /* C-c, a habit */
			pl_state_say(state, PL_ROLE_BUSY,
				     "q leaves the view (runs go on), x stops the run");
	}
	view->has_changed = true;
}
