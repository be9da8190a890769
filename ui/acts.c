/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * acts.c - from a key to its action. Main thread.
 *
 * A pasted text is never a command (between the terminal's brackets only an open text prompt takes
 * it), and on a screen too small to show a question none is asked.
 */
#include "page.h"

#include "plateau/clock.h"

void pl_view_act(struct pl_view *view, enum pl_action_id id)
{
	const struct pl_action *action = pl_action(id);
	const char *why = action->refusal ? action->refusal(&view->state) : NULL;

	if (why)
		pl_state_say(&view->state, PL_ROLE_WARN, "%s: %s", action->name, why);
	else if (action->is_confirmed && view->state.layout.is_too_small)
		pl_state_say(&view->state, PL_ROLE_WARN, "too small a screen to ask");
	else
		action->act(view, action->id);
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
	else if (view->is_pasting && dialog->kind == PL_DIALOG_NONE &&
		 view->state.entry.kind != PL_ENTRY_NONE)
		pl_entry_key(view, key, true);
	else if (view->is_pasting && dialog->kind == PL_DIALOG_NONE &&
		 view->state.page == PL_PAGE_FORM &&
		 pl_form_key(&view->state.form, key, true) == PL_FORM_CHANGED)
		view->state.form.is_stale = true;
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
	} else if (state->entry.kind != PL_ENTRY_NONE) {
		pl_entry_key(view, key, false);
	} else if (page && page->key && page->key(view, key)) {
		/* the page's own */
	} else {
		state->message[0] = '\0';
		id = pl_keymap_find(&state->keymap, key, pl_page_keys(state));
		if (id < PL_ACTIONS)
			pl_view_act(view, id);
		else if (key == 3 && !had_message) /* C-c, a habit */
			pl_state_say(state, PL_ROLE_BUSY,
				     "q leaves the view (runs go on), x stops the run");
	}
	view->has_changed = true;
}
