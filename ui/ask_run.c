/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask_run.c - the questions about a run: leave out its point, take it again, the safe state, a
 * note, go on with one that did not reach its end. What is asked for is said in the words of the
 * run it was asked of: its number goes along, so that another run that began meanwhile is not
 * meant. Main thread.
 */
#include "plateau/text.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One row a question: who asks it, what it says, what a yes sends. */
static const struct {
	enum pl_action_id action;
	enum pl_dialog_topic topic;
	enum pl_ask ask;
	const char *title; /* of the run of this number */
	const char *lines[2];
} questions[] = {
    {PL_ACTION_SKIP,
     PL_TOPIC_SKIP,
     PL_ASK_SKIP,
     "Leave out a point of run %s?",
     {"The point in progress gets no counts: its row says skipped.",
      "The run goes on with the next one."}},
    {PL_ACTION_RETAKE,
     PL_TOPIC_RETAKE,
     PL_ASK_RETAKE,
     "Take a point of run %s again?",
     {"The point in progress, or the last one, is voided and measured again.",
      "What was taken back stays in points.csv."}},
    {PL_ACTION_SAFE,
     PL_TOPIC_SAFE,
     PL_ASK_SAFE,
     "Safe state for run %s?",
     {"The point is broken off and the settings are put back now.",
      "The run stays paused: p goes on, x stops it."}},
    {PL_ACTION_RESUME_RUN, PL_TOPIC_RESUME, PL_ASK_RESUME_RUN, "Go on with run %s?", {NULL}},
    {PL_ACTION_RESUME_RUN,
     PL_TOPIC_RESUME_CHANGED,
     PL_ASK_RESUME_RUN,
     "Go on with run %s?",
     {NULL}},
    {PL_ACTION_NOTE,
     PL_TOPIC_NOTE,
     PL_ASK_NOTE,
     "A note on run %s",
     {"It goes into the folder of the run, with time and name.", NULL}},
};

static void put_unfinished(struct pl_dialog *dialog, const struct pl_model_unfinished *run)
{
	pl_dialog_line(dialog, "%.40s %.16s at %" PRId64 " of %" PRId64 " points.", run->name,
		       run->state, run->done, run->planned);
	pl_dialog_line(dialog, "Those stay as they are; the one in progress is taken again.");
}

void pl_view_ask_run(struct pl_view *view, enum pl_action_id id)
{
	struct pl_state *state = &view->state;
	bool is_stored = id == PL_ACTION_RESUME_RUN, is_text = id == PL_ACTION_NOTE;
	int64_t number = is_stored ? state->model->unfinished.number : state->model->run.number;
	char subject[40], title[64];
	size_t i = 0;

	while (questions[i].action != id)
		i++;
	if (state->page == PL_PAGE_RUN)
		pl_text_copy(subject, sizeof subject, state->run_shown->run);
	else
		snprintf(subject, sizeof subject, "%" PRId64, number);
	snprintf(title, sizeof title, questions[i].title, subject);
	pl_dialog_open(&state->dialog, is_text ? PL_DIALOG_TEXT : PL_DIALOG_CONFIRM,
		       questions[i].topic, title);
	pl_text_copy(state->dialog.subject, sizeof state->dialog.subject, subject);
	for (size_t k = 0; k < 2 && questions[i].lines[k]; k++)
		pl_dialog_line(&state->dialog, "%s", questions[i].lines[k]);
	if (is_stored && state->page == PL_PAGE_RUN)
		pl_dialog_line(&state->dialog,
			       "Its points stay; the one in progress is taken again.");
	else if (is_stored)
		put_unfinished(&state->dialog, &state->model->unfinished);
}

/* A path that was cut names nothing: then the live run or the last one is meant. */
static void add_note(const struct pl_state *state, const struct pl_dialog *dialog,
		     struct pl_json *args)
{
	const struct pl_model_run *run = &state->model->run;
	const struct pl_run_shown *shown = state->page == PL_PAGE_RUN ? state->run_shown : NULL;
	struct pl_json *texts = pl_json_array();

	pl_json_add_text(texts, NULL, dialog->input);
	pl_json_add(args, "texts", texts);
	if (shown && strcmp(shown->run, dialog->subject) == 0)
		pl_json_add_text(args, "path", shown->path);
	else if (strlen(run->path) < sizeof run->path - 1)
		pl_json_add_text(args, "path", run->path);
	if (state->operator_name[0])
		pl_json_add_text(args, "operator", state->operator_name);
}

void pl_view_said_yes_to_run(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_state *state = &view->state;
	struct pl_json *args = pl_json_object();
	bool was_sent;
	size_t i = 0;

	while (questions[i].topic != dialog->topic)
		i++;
	if (dialog->topic == PL_TOPIC_NOTE)
		add_note(state, dialog, args);
	else
		pl_json_add_text(args, "run", dialog->subject);
	if (dialog->topic == PL_TOPIC_RESUME_CHANGED)
		pl_json_add_boolean(args, "force", true);
	if (questions[i].ask == PL_ASK_RESUME_RUN && state->operator_name[0])
		pl_json_add_text(args, "operator", state->operator_name);
	pl_text_copy(state->asked_run, sizeof state->asked_run, dialog->subject);
	was_sent = pl_session_ask(&view->session, state, questions[i].ask, args);
	if (questions[i].ask == PL_ASK_RESUME_RUN)
		state->asked_start = was_sent;
}
