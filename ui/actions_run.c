/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_run.c - what keys do to runs: start, pause, stop, record, note. Main thread.
 */
#include "page.h"
#include "page_runs.h"

static const char *cannot_start(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (state->asked_start)
		return "a start is on its way already";
	if (pl_model_is_running(state->model))
		return "a run is under way: wait for it, or stop it";
	return state->model->scan_count == 0 ? "the bench file names no scans" : NULL;
}

static const char *cannot_pause(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (!pl_model_is_running(state->model))
		return "nothing is running";
	if (state->asked_stop)
		return "the run is being stopped";
	return state->asked_pause ? "asked already: it waits for the point to end" : NULL;
}

static const char *cannot_stop(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (!pl_model_is_running(state->model))
		return "nothing is running";
	return state->asked_stop ? "asked already: thresholds are being restored" : NULL;
}

static const char *cannot_pause_now(const struct pl_state *state)
{
	const char *why = state->asked_pause ? NULL : cannot_pause(state);

	if (why)
		return why;
	return pl_model_is_paused(state->model) ? "the run is paused already" : cannot_stop(state);
}

static const char *cannot_record(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	return state->model->recording_count == 0 ? "the bench file names no recordings" : NULL;
}

static const char *cannot_drive(const struct pl_state *state)
{
	if (state->is_watch)
		return "this view only watches (--watch): open it without to act";
	return state->model->is_waiting ? pl_refuse_away(state) : "no other view drives this bench";
}

static const char *cannot_resume_run(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (pl_model_is_running(state->model))
		return "a run is under way: it can be paused and resumed";
	if (state->asked_start)
		return "asked already";
	if (state->page == PL_PAGE_RUN)
		return pl_run_cannot_resume(state);
	return state->model->unfinished.number == 0 ? "the newest run has reached its end" : NULL;
}

/* Of a live run, or of the last one that the view shows. */
static const char *cannot_note(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (state->page == PL_PAGE_RUN)
		return state->run_shown->path[0] ? NULL : "the run is being read";
	return state->model->run.is_there ? NULL : "there is no run to take a note of";
}

static const char *pause_label(const struct pl_state *state)
{
	return pl_model_is_paused(state->model) ? "resume" : "pause";
}

static void act_scan(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_scan(view);
}

static void act_pause(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	bool is_paused = pl_model_is_paused(state->model);

	(void)id;
	state->asked_pause =
	    pl_session_ask(&view->session, state, is_paused ? PL_ASK_RESUME : PL_ASK_PAUSE, NULL);
	if (state->asked_pause && !is_paused)
		pl_state_say(state, PL_ROLE_BUSY, "the run pauses when this point has ended");
}

static void act_pause_now(struct pl_view *view, int id)
{
	struct pl_json *args = pl_json_object();

	(void)id;
	pl_json_add_boolean(args, "now", true);
	view->state.asked_pause = pl_session_ask(&view->session, &view->state, PL_ASK_PAUSE, args);
}

static void act_drive(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_drive(view);
}

static void act_ask(struct pl_view *view, int id)
{
	pl_view_ask_run(view, (enum pl_action_id)id);
}

static void act_stop(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_stop(view);
}

static void act_record(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_record(view);
}

const struct pl_action pl_actions_run[] = {
    {.id = PL_ACTION_SCAN,
     .name = "scan",
     .keys = "s",
     .panel = "",
     .label = "scan",
     .text = "start a scan; its plan is shown first",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_start,
     .act = act_scan},
    {.id = PL_ACTION_PAUSE,
     .name = "pause",
     .keys = "p",
     .panel = "",
     .label = "pause",
     .text = "pause the run after the point in progress, or resume it",
     .acts_on_bench = true,
     .refusal = cannot_pause,
     .relabel = pause_label,
     .act = act_pause},
    {.id = PL_ACTION_STOP,
     .name = "stop",
     .keys = "x",
     .panel = "",
     .label = "stop",
     .text = "stop the run after this point and restore the thresholds",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_stop,
     .act = act_stop},
    {.id = PL_ACTION_RECORD,
     .name = "record",
     .keys = "r",
     .panel = "",
     .label = "record",
     .text = "start a recording, or stop one that goes on",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_record,
     .act = act_record},
    {.id = PL_ACTION_RESUME_RUN,
     .name = "resume_run",
     .keys = "R",
     .panel = "",
     .label = "resume run",
     .text = "go on with the newest run, which did not reach its end",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_resume_run,
     .act = act_ask},
    {.id = PL_ACTION_NOTE,
     .name = "note",
     .keys = "n",
     .panel = "",
     .label = "note",
     .text = "write a note on the run",
     .acts_on_bench = true,
     .refusal = cannot_note,
     .act = act_ask},
    {.id = PL_ACTION_DRIVE,
     .name = "drive",
     .keys = "D",
     .panel = "",
     .label = "take over",
     .text = "act on the bench in place of the view that does now",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_drive,
     .act = act_drive},
    {.id = PL_ACTION_PAUSE_NOW,
     .name = "pause_now",
     .keys = "P",
     .panel = "",
     .label = "",
     .text = "pause now; the point in progress is taken again",
     .acts_on_bench = true,
     .refusal = cannot_pause_now,
     .act = act_pause_now},
    {.id = PL_ACTION_SKIP,
     .name = "skip",
     .keys = "K",
     .panel = "",
     .label = "",
     .text = "leave out the point in progress",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_stop,
     .act = act_ask},
    {.id = PL_ACTION_RETAKE,
     .name = "retake",
     .keys = "T",
     .panel = "",
     .label = "",
     .text = "measure the point in progress, or the last one, again",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_stop,
     .act = act_ask},
    {.id = PL_ACTION_SAFE,
     .name = "safe",
     .keys = "!",
     .panel = "",
     .label = "safe",
     .text = "emergency: put the settings back now and stay paused",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_stop,
     .act = act_ask},
    {.name = NULL},
};
