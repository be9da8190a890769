/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask_form.c - a form and the engine: its rows and its plan are asked for, the plan anew whenever
 * something was typed, one question at a time; and then the yes, twice where the engine would
 * refuse without --yes or --force. Main thread.
 */
#include "page.h"

#include "plateau/text.h"

#include <stdio.h>
#include <string.h>

void pl_view_open_form(struct pl_view *view, enum pl_form_kind kind, const char *name)
{
	struct pl_form *form = &view->state.form;

	pl_form_open(form, kind, name);
	pl_page_go(view, PL_PAGE_FORM);
	pl_view_form_news(view);
}

static void ask_rows(struct pl_view *view, struct pl_form *form)
{
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, form->kind == PL_FORM_SCAN ? "scan" : "record", form->name);
	form->is_asking_rows = pl_session_ask(&view->session, &view->state, PL_ASK_ROWS, args);
}

static void ask_plan(struct pl_view *view, struct pl_form *form)
{
	form->is_stale = false;
	form->is_planning =
	    pl_session_ask(&view->session, &view->state, PL_ASK_PLAN, pl_form_args(form, true));
}

/* As much of a text as fits, over several lines. */
static void put_text(struct pl_dialog *dialog, const char *text)
{
	while (*text && dialog->line_count < PL_DIALOG_LINES)
		text = pl_dialog_wrapped(dialog, text);
}

static void put_changes(struct pl_dialog *dialog, const struct pl_form *form)
{
	int others = 0;

	for (size_t i = 0; i < form->count; i++) {
		const struct pl_form_row *row = &form->rows[i];

		if (!row->path[0] && row->value[0])
			pl_dialog_line(dialog, "%s: %.70s", row->name, row->value);
		else if (pl_form_is_changed(row) && others++ < 6)
			pl_dialog_line(dialog, "* %s: %.24s (bench file: %.24s)", row->name,
				       row->value[0] ? row->value : "left out",
				       row->file[0] ? row->file : "left out");
	}
	if (others > 6)
		pl_dialog_line(dialog, "* and %d more that differ from the bench file", others - 6);
}

static void ask_yes(struct pl_view *view, struct pl_form *form)
{
	struct pl_dialog *dialog = &view->state.dialog;
	bool is_scan = form->kind == PL_FORM_SCAN;
	char title[64];

	form->asked = 0;
	snprintf(title, sizeof title, "Start %s %.36s?", is_scan ? "scan" : "recording",
		 form->name);
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_START, title);
	for (int i = 0; i < form->plan_count; i++)
		put_text(dialog, form->plan[i]);
	put_changes(dialog, form);
	if (is_scan) {
		pl_dialog_line(dialog, "Thresholds are changed, and restored at the end.");
	} else {
		pl_dialog_line(dialog, "Its rows go into a run folder of its own.");
		pl_dialog_line(dialog, "Nothing is written to a device; scans go on beside it.");
	}
}

void pl_view_form_news(struct pl_view *view)
{
	struct pl_form *form = &view->state.form;

	if (form->is_done) {
		pl_page_go(view, PL_PAGE_BENCH);
		return;
	}
	if (!view->state.is_connected)
		return;
	if (!form->is_described && !form->is_asking_rows && !form->has_no_rows)
		ask_rows(view, form);
	if (form->is_described && form->is_stale && !form->is_planning)
		ask_plan(view, form);
	if (form->wants_start && form->is_right && !form->is_stale && !form->is_planning) {
		form->wants_start = false;
		ask_yes(view, form);
	}
}

void pl_view_form_start(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	struct pl_form *form = &state->form;
	const char *why = pl_action(form->kind == PL_FORM_SCAN ? PL_ACTION_SCAN : PL_ACTION_RECORD)
			      ->refusal(state);

	if (why) {
		pl_state_say(state, PL_ROLE_WARN, "not started: %s", why);
		return;
	}
	if (form->wrong[0] && !form->is_stale && !form->is_planning) {
		pl_state_say(state, PL_ROLE_WARN, "not started: %s%s%s",
			     form->wrong_row >= 0 ? form->rows[form->wrong_row].name : "",
			     form->wrong_row >= 0 ? ": " : "", form->wrong);
		if (form->wrong_row >= 0)
			form->selected = (size_t)form->wrong_row;
		return;
	}
	form->wants_start = true;
	pl_view_form_news(view);
}

static void send_start(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	struct pl_form *form = &state->form;
	struct pl_json *args = pl_form_args(form, false);
	bool is_scan = form->kind == PL_FORM_SCAN, was_sent;

	if (state->operator_name[0])
		pl_json_add_text(args, "operator", state->operator_name);
	for (int i = 0; i < form->ask_count; i++)
		pl_json_add_boolean(args, form->flag[i], true);
	was_sent =
	    pl_session_ask(&view->session, state, is_scan ? PL_ASK_SCAN : PL_ASK_RECORD, args);
	if (is_scan)
		state->asked_start = was_sent;
}

void pl_view_form_said_yes(struct pl_view *view)
{
	struct pl_form *form = &view->state.form;
	struct pl_dialog *dialog = &view->state.dialog;

	if (form->asked == form->ask_count) {
		send_start(view);
		return;
	}
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_START,
		       strcmp(form->flag[form->asked], "yes") == 0
			   ? "Wear out a memory all the same?"
			   : "Start all the same?");
	put_text(dialog, form->ask[form->asked]);
	pl_dialog_line(dialog, "y is --%s of the command line.", form->flag[form->asked]);
	form->asked++;
}
