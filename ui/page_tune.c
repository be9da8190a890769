/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_tune.c - the page of a tuning: its questions, what the engine answers, how it is left. No
 * key leaves it but those that say what is to become of the setting. Main thread.
 */
#include "page_tune.h"

#include "answer.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SETTING ".threshold"

/* ---- which one ---- */

/* "det.top.threshold" */
static bool is_channel(const struct pl_model_reading *reading)
{
	size_t length = strlen(reading->path), end = strlen(SETTING);
	const char *dot = strchr(reading->path, '.');

	return length > end && dot && strchr(dot + 1, '.') &&
	       strcmp(reading->path + length - end, SETTING) == 0;
}

bool pl_tune_has_channel(const struct pl_state *state)
{
	for (size_t i = 0; i < state->model->reading_count; i++)
		if (is_channel(&state->model->readings[i]))
			return true;
	return false;
}

static void ask(struct pl_view *view, const char *path, bool assume)
{
	struct pl_state *state = &view->state;
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "path", path);
	pl_json_add_boolean(args, "assume", assume);
	pl_tune_begin(&state->tune, path);
	state->message[0] = '\0';
	if (pl_session_ask(&view->session, state, PL_ASK_TUNE, args))
		pl_page_go(view, PL_PAGE_TUNE);
	else
		state->tune.stage = PL_TUNE_NONE;
}

void pl_view_ask_tune(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	struct pl_dialog *dialog = &state->dialog;

	pl_dialog_open(dialog, PL_DIALOG_CHOICE, PL_TOPIC_TUNE, "Tune which threshold?");
	for (size_t i = 0; i < state->model->reading_count; i++) {
		const struct pl_model_reading *reading = &state->model->readings[i];

		if (!is_channel(reading))
			continue;
		if (strcmp(reading->path, state->tune.path) == 0) /* the last one is likely again */
			dialog->selected = dialog->line_count;
		pl_dialog_line(dialog, "%s", reading->path);
	}
	if (dialog->line_count == 1) {
		pl_dialog_close(dialog);
		ask(view, dialog->lines[0], false);
	}
}

void pl_view_ask_tune_value(struct pl_view *view, int digit)
{
	struct pl_dialog *dialog = &view->state.dialog;
	const struct pl_tune *tune = &view->state.tune;
	char title[64];

	snprintf(title, sizeof title, "Value of %.44s?", tune->path);
	pl_dialog_open(dialog, PL_DIALOG_TEXT, PL_TOPIC_TUNE_VALUE, title);
	pl_dialog_line(dialog, "%.10g to %.10g by %.10g%s%s; now %.10g.", tune->min, tune->max,
		       tune->step, tune->unit[0] ? " " : "", tune->unit, tune->value);
	if (digit)
		snprintf(dialog->input, sizeof dialog->input, "%c", digit);
}

void pl_view_ask_tune_rate(struct pl_view *view)
{
	struct pl_dialog *dialog = &view->state.dialog;
	const struct pl_tune *tune = &view->state.tune;

	pl_dialog_open(dialog, PL_DIALOG_TEXT, PL_TOPIC_TUNE_RATE, "Go to which rate?");
	pl_dialog_line(dialog, "A rate with its unit: 1 Hz, 2.5 kHz, 30/min.");
	pl_dialog_line(dialog, "Values are written and counted, 30 s each at most,");
	pl_dialog_line(dialog, "until it is found; Esc ends that, u goes back.");
	snprintf(dialog->input, sizeof dialog->input, "%.6g Hz",
		 isnan(tune->target) ? 1 : tune->target);
}

void pl_view_said_yes_to_tune(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_state *state = &view->state;
	struct pl_json *args;

	if (dialog->topic == PL_TOPIC_TUNE) {
		ask(view, dialog->lines[dialog->selected], false);
		return;
	}
	if (dialog->topic == PL_TOPIC_TUNE_ASSUME) {
		ask(view, dialog->subject, true);
		return;
	}
	if (state->tune.stage != PL_TUNE_OPEN)
		return; /* it ended meanwhile */
	args = pl_json_object();
	pl_json_add_text(args, dialog->topic == PL_TOPIC_TUNE_RATE ? "rate" : "value",
			 dialog->input);
	if (dialog->topic == PL_TOPIC_TUNE_VALUE) {
		state->tune.is_seeking = false;
		state->tune.is_moving = pl_tune_do(&view->session, state, "move", args);
	} else if (pl_tune_do(&view->session, state, "seek", args)) {
		state->tune.is_seeking = true;
		state->tune.answer[0] = '\0';
	}
}

/* ---- what the engine answers ---- */

/* Kept or put back, or neither: that is said until a key takes it away. */
void pl_tune_ended(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	const char *path = pl_json_get_text(result, "path", "");
	const char *trouble = pl_json_get_text(result, "trouble", "");
	double before = pl_json_get_number(result, "before", NAN);
	bool is_kept = pl_json_get_boolean(result, "kept", false);

	(void)session;
	state->tune.stage = PL_TUNE_OVER;
	if (!is_kept && !pl_json_get_boolean(result, "restored", false))
		pl_state_say(state, PL_ROLE_ALARM, "%.100s was NOT put back to %.10g: %.200s", path,
			     before, trouble);
	else if (!pl_json_get_boolean(result, "ok", false))
		pl_state_say(state, PL_ROLE_ALARM, "%.100s: %.200s", path, trouble);
	else if (is_kept)
		pl_state_say(state, PL_ROLE_GOOD, "%.100s is kept at %.10g (it was %.10g)", path,
			     pl_json_get_number(result, "value", NAN), before);
	else
		pl_state_say(state, PL_ROLE_GOOD, "%.100s is put back to %.10g", path, before);
}

/* What the device holds is not known: the value that is remembered is named and asked about. */
void pl_tune_not_begun(struct pl_state *state, const struct pl_json *message)
{
	struct pl_dialog *dialog = &state->dialog;
	const char *text = pl_json_get_text(message, "text", "");

	state->tune.stage = PL_TUNE_OVER;
	if (strcmp(pl_json_get_text(message, "code", ""), "changed") != 0 ||
	    dialog->kind != PL_DIALOG_NONE || state->layout.is_too_small)
		return;
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_TUNE_ASSUME, "Write it first?");
	pl_text_copy(dialog->subject, sizeof dialog->subject, state->tune.path);
	while (*text && dialog->line_count < PL_DIALOG_LINES)
		text = pl_dialog_wrapped(dialog, text);
}

/* A move was taken up: the newest that came meanwhile is next. */
void pl_tune_done(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	struct pl_tune *tune = &state->tune;

	(void)result;
	tune->is_moving = false;
	if (tune->wants_move && tune->stage == PL_TUNE_OPEN)
		pl_tune_send_move(session, state);
}

void pl_tune_not_done(struct pl_state *state, const struct pl_json *message)
{
	struct pl_tune *tune = &state->tune;

	(void)message;
	tune->is_moving = tune->wants_move = tune->is_seeking = false;
	if (!isnan(tune->value))
		tune->wanted = tune->value;
	if (tune->stage == PL_TUNE_ENDING)
		tune->stage = PL_TUNE_OPEN;
}

/* ---- the page ---- */

/* Its own keys, help, and those that change nothing pass; a digit begins a value. */
static bool key(struct pl_view *view, int pressed)
{
	struct pl_state *state = &view->state;
	enum pl_action_id id = pl_keymap_find(&state->keymap, pressed, pl_panel_tune.name);

	if (pressed >= '0' && pressed <= '9' && state->tune.stage == PL_TUNE_OPEN) {
		pl_view_ask_tune_value(view, pressed);
		return true;
	}
	if (id < PL_ACTIONS &&
	    (strcmp(pl_action(id)->panel, pl_panel_tune.name) == 0 || id == PL_ACTION_HELP ||
	     id == PL_ACTION_REDRAW || id == PL_ACTION_SUSPEND))
		return false;
	pl_state_say(state, PL_ROLE_WARN,
		     "first say what is to become of it: y keeps %.10g, Esc puts %.10g back",
		     state->tune.value, state->tune.before);
	return true;
}

static void news(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	if (!state->is_connected && state->tune.stage != PL_TUNE_OVER &&
	    state->tune.stage != PL_TUNE_NONE) {
		state->tune.stage = PL_TUNE_OVER;
		pl_state_say(state, PL_ROLE_ALARM,
			     "the engine went away while %.100s was tuned: it may not be put back "
			     "to %.10g",
			     state->tune.path, state->tune.before);
	}
	if (state->tune.stage == PL_TUNE_OVER)
		pl_page_go(view, PL_PAGE_BENCH);
}

static void leave(struct pl_state *state)
{
	state->tune.stage = PL_TUNE_NONE;
}

const struct pl_page pl_page_tune = {
    .panel = &pl_panel_tune, .is_alone = true, .key = key, .news = news, .leave = leave};
