/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask_record.c - the questions of the key for recordings: which one, and start or stop it? One that
 * goes on is stopped, any other is started. Main thread.
 */
#include "format.h"
#include "plateau/text.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>

static void ask_stop(struct pl_dialog *dialog, const struct pl_model_recording *live)
{
	char title[64];

	snprintf(title, sizeof title, "Stop recording %.30s?", live->name);
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_RECORD_STOP, title);
	snprintf(dialog->subject, sizeof dialog->subject, "%" PRId64, live->number);
	pl_dialog_line(dialog, "Run %" PRId64 ": %" PRId64 " rows are written and kept.",
		       live->number, live->rows);
}

static void ask_one(struct pl_view *view, const char *name)
{
	const struct pl_model_recording *live = pl_model_live(view->state.model, name);
	char own[PL_MODEL_NAME];

	pl_text_copy(own, sizeof own, name);
	if (live)
		ask_stop(&view->state.dialog, live);
	else
		pl_view_open_form(view, PL_FORM_RECORD, own);
}

static bool asks_operator(struct pl_state *state, const char *name)
{
	if (!state->model->needs_operator || state->operator_name[0] ||
	    state->model->operator_name[0])
		return false;
	pl_dialog_open(&state->dialog, PL_DIALOG_TEXT, PL_TOPIC_RECORD_OPERATOR,
		       "Who is at the bench?");
	pl_text_copy(state->dialog.subject, sizeof state->dialog.subject, name);
	pl_dialog_line(&state->dialog, "The name goes into the run and the audit log.");
	return true;
}

void pl_view_ask_record_named(struct pl_view *view, const char *name)
{
	if (!asks_operator(&view->state, name))
		ask_one(view, name);
}

void pl_view_ask_record(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	const struct pl_model *model = state->model;

	if (asks_operator(state, ""))
		return;
	if (model->recording_count == 1) {
		ask_one(view, model->recordings[0]);
		return;
	}
	pl_dialog_open(&state->dialog, PL_DIALOG_CHOICE, PL_TOPIC_RECORDING, "Which recording?");
	for (size_t i = 0; i < model->recording_count; i++)
		pl_dialog_line(&state->dialog, "%s%s", model->recordings[i],
			       pl_model_live(model, model->recordings[i]) ? "  (records: stop)"
									  : "");
}

void pl_view_said_yes_to_record(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "run", dialog->subject);
	pl_session_ask(&view->session, &view->state, PL_ASK_RECORD_STOP, args);
}

void pl_view_chose_recording(struct pl_view *view, const struct pl_dialog *dialog)
{
	const struct pl_model *model = view->state.model;

	/* the bench's list does not change while it is shown */
	if (dialog->selected >= 0 && (size_t)dialog->selected < model->recording_count)
		ask_one(view, model->recordings[dialog->selected]);
}
