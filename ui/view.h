/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.h - the parts of a running view, and what a key does to them. Main thread.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "script.h"
#include "session.h"
#include "state.h"
#include "term.h"

struct pl_view {
	const struct pl_ui_options *options;
	struct pl_term term;
	struct pl_theme theme;
	struct pl_state state;
	struct pl_session session;
	struct pl_script script;
	bool is_pasting;  /* between the brackets: no key is a command */
	bool has_changed; /* the screen has to be drawn */
	bool had_key;
	int exit_status;
};

/* One key: a question's, a paste's, or an action's. acts.c */
void pl_view_key(struct pl_view *view, int key);

/* Shows the page, or the panel with the focus, from its first line; a panel that is read from
 * below from its last. actions_move.c */
void pl_view_first_line(struct pl_view *view);

/* The mouse: a click goes to the panel below it, the wheel scrolls that one. actions_move.c */
void pl_view_mouse(struct pl_view *view, enum pl_mouse what, int row, int col);

/* Looks, mouse and pace by what they are called; false: no such name, and the state says which
 * there are. looks.c */
bool pl_view_set_theme(struct pl_view *view, const char *name);
bool pl_view_set_glyphs(struct pl_view *view, const char *name);
void pl_view_set_mouse(struct pl_view *view, bool is_on);
/* Snapshots a second, 1 to 10. */
bool pl_view_set_refresh(struct pl_view *view, double hz);

/* Does an action, or says why not. acts.c */
void pl_view_act(struct pl_view *view, enum pl_action_id id);

/* The questions before something changes the bench, and the keys while one is open. ask.c */
void pl_view_ask_scan(struct pl_view *view);
/* This one; who works here is asked first where the bench wants it. */
void pl_view_ask_scan_named(struct pl_view *view, const char *scan);
/* A form: opened; something new came in or was typed; it is to begin; its question got a yes.
 * ask_form.c */
void pl_view_open_form(struct pl_view *view, enum pl_form_kind kind, const char *name);
void pl_view_form_news(struct pl_view *view);
void pl_view_form_start(struct pl_view *view);
void pl_view_form_said_yes(struct pl_view *view);
void pl_view_ask_stop(struct pl_view *view);
/* Those about the run: skip, retake, safe state, note, resume. ask_run.c */
void pl_view_ask_run(struct pl_view *view, enum pl_action_id id);
/* The answer was yes; dialog: the question, which is closed by now. */
void pl_view_said_yes_to_run(struct pl_view *view, const struct pl_dialog *dialog);
/* Act in place of the view that drives. ask.c */
void pl_view_ask_drive(struct pl_view *view);
/* Start or stop a recording. ask_record.c */
void pl_view_ask_record(struct pl_view *view);
void pl_view_ask_record_named(struct pl_view *view, const char *name);
void pl_view_chose_recording(struct pl_view *view, const struct pl_dialog *dialog);
void pl_view_said_yes_to_record(struct pl_view *view, const struct pl_dialog *dialog);
/* What is drawn of the curve was chosen. actions_curve.c */
void pl_view_chose_shown(struct pl_view *view, const struct pl_dialog *dialog);
/* Write the parameter. command_words.c */
void pl_view_said_yes_to_set(struct pl_view *view, const struct pl_dialog *dialog);
/* Which threshold is tuned, to what value or rate (digit: the first of it, 0 = none). page_tune.c
 */
void pl_view_ask_tune(struct pl_view *view);
void pl_view_ask_tune_value(struct pl_view *view, int digit);
void pl_view_ask_tune_rate(struct pl_view *view);
void pl_view_said_yes_to_tune(struct pl_view *view, const struct pl_dialog *dialog);
/* actions_bench.c */
void pl_view_said_yes_to_disconnect(struct pl_view *view, const struct pl_dialog *dialog);
/* What is counted, and for how long. page_count.c */
void pl_view_ask_count(struct pl_view *view);
void pl_view_said_yes_to_count(struct pl_view *view, const struct pl_dialog *dialog);
/* A detector is among the readings. */
bool pl_count_has_detector(const struct pl_state *state);
void pl_view_dialog_key(struct pl_view *view, int key);

#endif
