/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.c - the questions before a run is started or stopped: who, which scan; then comes its form.
 * Main thread.
 */
#include "plateau/text.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>

static void ask_which(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	if (state->model->scan_count == 1) {
		pl_view_open_form(view, PL_FORM_SCAN, state->model->scans[0]);
		return;
	}
	pl_dialog_open(&state->dialog, PL_DIALOG_CHOICE, PL_TOPIC_SCAN, "Which scan?");
	for (size_t i = 0; i < state->model->scan_count; i++)
		pl_dialog_line(&state->dialog, "%s", state->model->scans[i]);
}

/* The bench wants to know who acts, and nobody said so yet. */
static bool lacks_operator(const struct pl_state *state)
{
	return state->model->needs_operator && state->operator_name[0] == '\0' &&
	       state->model->operator_name[0] == '\0';
}

static void ask_operator(struct pl_dialog *dialog, const char *scan)
{
	pl_dialog_open(dialog, PL_DIALOG_TEXT, PL_TOPIC_OPERATOR, "Who is at the bench?");
	pl_text_copy(dialog->subject, sizeof dialog->subject, scan);
	pl_dialog_line(dialog, "The name goes into the run and the audit log.");
}

void pl_view_ask_scan_named(struct pl_view *view, const char *scan)
{
	if (lacks_operator(&view->state))
		ask_operator(&view->state.dialog, scan);
	else
		pl_view_open_form(view, PL_FORM_SCAN, scan);
}

void pl_view_ask_scan(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	if (!lacks_operator(state)) {
		ask_which(view);
		return;
	}
	ask_operator(&state->dialog, "");
}

void pl_view_ask_stop(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	const struct pl_model_run *run = &state->model->run;
	char title[64];

	snprintf(title, sizeof title, "Stop run %" PRId64 " (%.30s)?", run->number, run->name);
	pl_dialog_open(&state->dialog, PL_DIALOG_CONFIRM, PL_TOPIC_STOP, title);
	pl_dialog_line(&state->dialog, "%" PRId64 " of %" PRId64 " points are done and kept.",
		       run->done, run->planned);
	pl_dialog_line(&state->dialog, "The point in progress ends, thresholds are restored.");
}

void pl_view_ask_drive(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	pl_dialog_open(&state->dialog, PL_DIALOG_CONFIRM, PL_TOPIC_DRIVE, "Take over this bench?");
	pl_dialog_line(&state->dialog, "%.80s drives it now,", state->model->driver);
	pl_dialog_line(&state->dialog, "and would only watch from then on. A run goes on.");
}

static void know_operator(struct pl_view *view, const struct pl_dialog *dialog)
{
	pl_text_copy(view->state.operator_name, sizeof view->state.operator_name, dialog->input);
}

static void chose_operator(struct pl_view *view, const struct pl_dialog *dialog)
{
	know_operator(view, dialog);
	if (dialog->subject[0])
		pl_view_open_form(view, PL_FORM_SCAN, dialog->subject);
	else
		ask_which(view);
}

static void chose_record_operator(struct pl_view *view, const struct pl_dialog *dialog)
{
	know_operator(view, dialog);
	if (dialog->subject[0])
		pl_view_ask_record_named(view, dialog->subject);
	else
		pl_view_ask_record(view);
}

static void chose_scan(struct pl_view *view, const struct pl_dialog *dialog)
{
	pl_view_open_form(view, PL_FORM_SCAN, dialog->lines[dialog->selected]);
}

static void start(struct pl_view *view, const struct pl_dialog *dialog)
{
	(void)dialog;
	pl_view_form_said_yes(view);
}

static void stop(struct pl_view *view, const struct pl_dialog *dialog)
{
	(void)dialog;
	view->state.asked_stop = pl_session_ask(&view->session, &view->state, PL_ASK_STOP, NULL);
}

static void drive(struct pl_view *view, const struct pl_dialog *dialog)
{
	(void)dialog;
	pl_session_ask(&view->session, &view->state, PL_ASK_DRIVE, NULL);
}

/* What a yes means, one row a question. */
static void (*const yes[])(struct pl_view *view, const struct pl_dialog *dialog) = {
    [PL_TOPIC_OPERATOR] = chose_operator,
    [PL_TOPIC_SCAN] = chose_scan,
    [PL_TOPIC_START] = start,
    [PL_TOPIC_STOP] = stop,
    [PL_TOPIC_SKIP] = pl_view_said_yes_to_run,
    [PL_TOPIC_RETAKE] = pl_view_said_yes_to_run,
    [PL_TOPIC_SAFE] = pl_view_said_yes_to_run,
    [PL_TOPIC_NOTE] = pl_view_said_yes_to_run,
    [PL_TOPIC_RESUME] = pl_view_said_yes_to_run,
    [PL_TOPIC_RESUME_CHANGED] = pl_view_said_yes_to_run,
    [PL_TOPIC_RECORD_OPERATOR] = chose_record_operator,
    [PL_TOPIC_RECORDING] = pl_view_chose_recording,
    [PL_TOPIC_SHOWN] = pl_view_chose_shown,
    [PL_TOPIC_TUNE] = pl_view_said_yes_to_tune,
    [PL_TOPIC_TUNE_ASSUME] = pl_view_said_yes_to_tune,
    [PL_TOPIC_TUNE_VALUE] = pl_view_said_yes_to_tune,
    [PL_TOPIC_TUNE_RATE] = pl_view_said_yes_to_tune,
    [PL_TOPIC_COUNT] = pl_view_said_yes_to_count,
    [PL_TOPIC_COUNT_TIME] = pl_view_said_yes_to_count,
    [PL_TOPIC_DRIVE] = drive,
    [PL_TOPIC_RECORD_STOP] = pl_view_said_yes_to_record,
    [PL_TOPIC_DISCONNECT] = pl_view_said_yes_to_disconnect,
    [PL_TOPIC_SET_VALUE] = pl_view_said_yes_to_set,
};

/* The answer may open the next question: this one is closed before. */
static void said_yes(struct pl_view *view)
{
	struct pl_dialog dialog = view->state.dialog;

	pl_dialog_close(&view->state.dialog);
	yes[dialog.topic](view, &dialog);
}

void pl_view_dialog_key(struct pl_view *view, int key)
{
	struct pl_state *state = &view->state;
	enum pl_dialog_outcome outcome = PL_DIALOG_NO;

	if (state->dialog.kind == PL_DIALOG_TEXT)
		outcome = pl_prompt_text(&state->dialog, key);
	else if (state->dialog.kind == PL_DIALOG_CHOICE)
		outcome = pl_prompt_choice(&state->dialog, key);
	else if (state->dialog.kind == PL_DIALOG_CONFIRM)
		outcome = pl_confirm_key(&state->dialog, key, state->calm_ns);
	if (outcome == PL_DIALOG_YES)
		said_yes(view);
	else if (outcome == PL_DIALOG_NO)
		pl_dialog_close(&state->dialog);
}
