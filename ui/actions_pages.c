/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_pages.c - what keys do to the Log panel and to the pages of runs and settings. Main
 * thread.
 */
#include "logview.h"
#include "page.h"

static void act_log_level(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	(void)id;
	state->log.filter = (state->log.filter + 1) % PL_LOGVIEW_FILTERS;
	pl_state_say(state, PL_ROLE_GOOD, "the log shows %s",
		     pl_logview_filter_name(state->log.filter));
}

const struct pl_action pl_actions_pages[] = {
    {.id = PL_ACTION_LOG_LEVEL,
     .name = "log_level",
     .keys = "v",
     .panel = "log",
     .label = "level",
     .text = "show all lines, or only from info, warnings or errors on",
     .act = act_log_level},
    {.name = NULL},
};
