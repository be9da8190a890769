/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * action.c - the one table of what keys do. Dispatch, help, bottom line and manual read it, so none
 * of them can say anything else than the others. Pure, any thread.
 */
#include "action.h"

#include "state.h"

#include <assert.h>
#include <string.h>

static const char *no_engine(const struct pl_state *state)
{
	if (!state->is_connected || state->model->n == 0)
		return "the engine is away: nothing can be asked of it now";
	return NULL;
}

static const char *cannot_act(const struct pl_state *state)
{
	if (state->is_watch || state->model->is_read_only)
		return "this view only watches (--watch): open it without to act";
	return no_engine(state);
}

static const char *cannot_start(const struct pl_state *state)
{
	const char *why = cannot_act(state);

	if (why)
		return why;
	if (state->asked_start)
		return "a start is on its way already";
	if (pl_model_is_running(state->model))
		return "a run is under way: wait for it, or stop it with x";
	return state->model->scan_count == 0 ? "the bench file names no scans" : NULL;
}

static const char *cannot_pause(const struct pl_state *state)
{
	const char *why = cannot_act(state);

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
	const char *why = cannot_act(state);

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
	const char *why = cannot_act(state);

	if (why)
		return why;
	return state->model->recording_count == 0 ? "the bench file names no recordings" : NULL;
}

static const char *cannot_resume_run(const struct pl_state *state)
{
	const char *why = cannot_act(state);

	if (why)
		return why;
	if (pl_model_is_running(state->model))
		return "a run is under way: p pauses it and goes on with it";
	if (state->asked_start)
		return "asked already";
	return state->model->unfinished.number == 0 ? "the newest run has reached its end" : NULL;
}

/* Of a live run, or of the last one that the view shows. */
static const char *cannot_note(const struct pl_state *state)
{
	const char *why = cannot_act(state);

	if (why)
		return why;
	return state->model->run.is_there ? NULL : "there is no run to take a note of";
}

static const char *no_points(const struct pl_state *state)
{
	return state->model->point_count == 0 ? "there is no curve yet" : NULL;
}

static const char *pause_label(const struct pl_state *state)
{
	return pl_model_is_paused(state->model) ? "resume" : "pause";
}

static const char *zoom_label(const struct pl_state *state)
{
	return state->zoom == PL_PANEL_NONE ? "zoom" : "back";
}

static const struct pl_action actions[PL_ACTIONS] = {
    [PL_ACTION_SCAN] = {.name = "scan",
			.keys = "s",
			.panel = "",
			.label = "scan",
			.text = "start a scan; its plan is shown first",
			.is_confirmed = true,
			.acts_on_bench = true,
			.refusal = cannot_start},
    [PL_ACTION_PAUSE] = {.name = "pause",
			 .keys = "p",
			 .panel = "",
			 .label = "pause",
			 .text = "pause the run after the point in progress, or resume it",
			 .acts_on_bench = true,
			 .refusal = cannot_pause,
			 .relabel = pause_label},
    [PL_ACTION_STOP] = {.name = "stop",
			.keys = "x",
			.panel = "",
			.label = "stop",
			.text = "stop the run after this point and restore the thresholds",
			.is_confirmed = true,
			.acts_on_bench = true,
			.refusal = cannot_stop},
    [PL_ACTION_RECORD] = {.name = "record",
			  .keys = "r",
			  .panel = "",
			  .label = "record",
			  .text = "start a recording, or stop one that goes on",
			  .is_confirmed = true,
			  .acts_on_bench = true,
			  .refusal = cannot_record},
    [PL_ACTION_RESUME_RUN] = {.name = "resume_run",
			      .keys = "R",
			      .panel = "",
			      .label = "resume run",
			      .text = "go on with the newest run, which did not reach its end",
			      .is_confirmed = true,
			      .acts_on_bench = true,
			      .refusal = cannot_resume_run},
    [PL_ACTION_NOTE] = {.name = "note",
			.keys = "n",
			.panel = "",
			.label = "note",
			.text = "write a note on the run",
			.acts_on_bench = true,
			.refusal = cannot_note},
    [PL_ACTION_PAUSE_NOW] = {.name = "pause_now",
			     .keys = "P",
			     .panel = "",
			     .label = "",
			     .text = "pause now; the point in progress is taken again",
			     .acts_on_bench = true,
			     .refusal = cannot_pause_now},
    [PL_ACTION_SKIP] = {.name = "skip",
			.keys = "K",
			.panel = "",
			.label = "",
			.text = "leave out the point in progress",
			.is_confirmed = true,
			.acts_on_bench = true,
			.refusal = cannot_stop},
    [PL_ACTION_RETAKE] = {.name = "retake",
			  .keys = "T",
			  .panel = "",
			  .label = "",
			  .text = "measure the point in progress, or the last one, again",
			  .is_confirmed = true,
			  .acts_on_bench = true,
			  .refusal = cannot_stop},
    [PL_ACTION_SAFE] = {.name = "safe",
			.keys = "!",
			.panel = "",
			.label = "safe",
			.text = "emergency: put the settings back now and stay paused",
			.is_confirmed = true,
			.acts_on_bench = true,
			.refusal = cannot_stop},
    [PL_ACTION_NEXT_PANEL] = {.name = "next_panel",
			      .keys = "Tab",
			      .panel = "",
			      .label = "panel",
			      .text = "go to the next panel"},
    [PL_ACTION_PREVIOUS_PANEL] = {.name = "previous_panel",
				  .keys = "S-Tab",
				  .panel = "",
				  .label = "",
				  .text = "go to the panel before"},
    [PL_ACTION_PANEL_1] =
	{.name = "devices", .keys = "1", .panel = "", .label = "", .text = "go to Devices"},
    [PL_ACTION_PANEL_2] =
	{.name = "readings", .keys = "2", .panel = "", .label = "", .text = "go to Readings"},
    [PL_ACTION_PANEL_3] =
	{.name = "curve", .keys = "3", .panel = "", .label = "", .text = "go to Scan"},
    [PL_ACTION_PANEL_4] =
	{.name = "counters", .keys = "4", .panel = "", .label = "", .text = "go to Counters"},
    [PL_ACTION_PANEL_5] =
	{.name = "log", .keys = "5", .panel = "", .label = "", .text = "go to Log"},
    [PL_ACTION_ZOOM] = {.name = "zoom",
			.keys = "Enter",
			.panel = "",
			.label = "zoom",
			.text = "show the panel on the whole screen, and back",
			.relabel = zoom_label},
    [PL_ACTION_BACK] = {.name = "back",
			.keys = "Esc",
			.panel = "",
			.label = "",
			.text = "back to all panels; leave help or a question"},
    [PL_ACTION_UP] = {.name = "up", .keys = "Up k", .panel = "", .label = "", .text = "scroll up"},
    [PL_ACTION_DOWN] =
	{.name = "down", .keys = "Down j", .panel = "", .label = "", .text = "scroll down"},
    [PL_ACTION_LEFT] = {.name = "left",
			.keys = "Left h",
			.panel = "scan",
			.label = "",
			.text = "cursor to the point before",
			.refusal = no_points},
    [PL_ACTION_RIGHT] = {.name = "right",
			 .keys = "Right l",
			 .panel = "scan",
			 .label = "",
			 .text = "cursor to the next point",
			 .refusal = no_points},
    [PL_ACTION_PAGE_UP] = {.name = "page_up",
			   .keys = "PgUp C-b",
			   .panel = "",
			   .label = "",
			   .text = "scroll up by a page"},
    [PL_ACTION_PAGE_DOWN] = {.name = "page_down",
			     .keys = "PgDn C-f Space",
			     .panel = "",
			     .label = "",
			     .text = "scroll down by a page"},
    [PL_ACTION_HOME] = {.name = "home",
			.keys = "Home",
			.panel = "",
			.label = "",
			.text = "go to the first line or point"},
    [PL_ACTION_END] = {.name = "end",
		       .keys = "End",
		       .panel = "",
		       .label = "",
		       .text = "go to the last line or point and follow it"},
    [PL_ACTION_LOG_SCALE] = {.name = "log_scale",
			     .keys = "L",
			     .panel = "scan",
			     .label = "",
			     .text = "draw the curve on a linear or a logarithmic scale"},
    [PL_ACTION_HELP] =
	{.name = "help", .keys = "? F1", .panel = "", .label = "help", .text = "show this help"},
    [PL_ACTION_REDRAW] = {.name = "redraw",
			  .keys = "C-l",
			  .panel = "",
			  .label = "",
			  .text = "draw the whole screen anew"},
    [PL_ACTION_SUSPEND] = {.name = "suspend",
			   .keys = "C-z",
			   .panel = "",
			   .label = "",
			   .text = "to the shell for a while; `fg` returns, the run goes on"},
    [PL_ACTION_QUIT] = {.name = "quit",
			.keys = "q",
			.panel = "",
			.label = "leave",
			.text = "leave the view; runs go on"},
};

const struct pl_action *pl_ui_actions(size_t *count)
{
	*count = PL_ACTIONS;
	return actions;
}

const struct pl_action *pl_action(enum pl_action_id id)
{
	assert(id < PL_ACTIONS);
	return &actions[id];
}

enum pl_action_id pl_action_find(int key, const char *panel)
{
	enum pl_action_id everywhere = PL_ACTIONS;

	for (int i = 0; i < PL_ACTIONS; i++) {
		if (!pl_key_is_one_of(key, actions[i].keys))
			continue;
		if (strcmp(actions[i].panel, panel) == 0)
			return (enum pl_action_id)i;
		if (actions[i].panel[0] == '\0')
			everywhere = (enum pl_action_id)i;
	}
	return everywhere;
}
