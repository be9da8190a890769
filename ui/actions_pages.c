/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_pages.c - what keys do to the Log panel and to the pages of runs and settings. Main
 * thread.
 */
#include "logview.h"
#include "page_runs.h"

static void act_log_level(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	(void)id;
	state->log.filter = (state->log.filter + 1) % PL_LOGVIEW_FILTERS;
	pl_state_say(state, PL_ROLE_GOOD, "the log shows %s",
		     pl_logview_filter_name(state->log.filter));
}

static void act_runs(struct pl_view *view, int id)
{
	(void)id;
	pl_page_go(view, view->state.page == PL_PAGE_RUNS ? PL_PAGE_BENCH : PL_PAGE_RUNS);
}

static const char *cannot_open(const struct pl_state *state)
{
	return state->runs && state->runs->count > 0 ? NULL : "there is no run here";
}

static void act_open(struct pl_view *view, int id)
{
	(void)id;
	pl_runs_open_selected(view);
}

static const char *cannot_verify(const struct pl_state *state)
{
	const char *why = pl_refuse_away(state);

	if (why)
		return why;
	return state->run_shown && state->run_shown->is_verifying ? "it is being verified" : NULL;
}

static void act_verify(struct pl_view *view, int id)
{
	(void)id;
	pl_run_verify(view);
}

const struct pl_action pl_actions_pages[] = {
    {.id = PL_ACTION_RUNS,
     .name = "runs",
     .keys = "O",
     .panel = "",
     .label = "runs",
     .text = "list the stored runs of this workspace, newest first",
     .refusal = pl_refuse_away,
     .act = act_runs},
    {.id = PL_ACTION_RUNS_OPEN,
     .name = "open_run",
     .keys = "Enter",
     .panel = "runs",
     .label = "open",
     .text = "open the run: curve, what it is, notes, settings, plan, files, audit",
     .refusal = cannot_open,
     .act = act_open},
    {.id = PL_ACTION_RUN_VERIFY,
     .name = "verify",
     .keys = "v",
     .panel = "run",
     .label = "verify",
     .text = "hold the files of the run against each other and against its audit",
     .refusal = cannot_verify,
     .act = act_verify},
    {.id = PL_ACTION_LOG_LEVEL,
     .name = "log_level",
     .keys = "v",
     .panel = "log",
     .label = "level",
     .text = "show all lines, or only from info, warnings or errors on",
     .act = act_log_level},
    {.name = NULL},
};
