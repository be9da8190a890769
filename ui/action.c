/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * action.c - the one table of what keys do. Dispatch, help, bottom line, command line, rebinding
 * and manual read it, so none of them can say anything else than the others. Any thread.
 */
#include "action.h"

#include "state.h"

#include <stdlib.h>
#include <string.h>

/* In the order of the bottom line. */
static const struct pl_action *const groups[] = {
    pl_actions_run,  pl_actions_tune, pl_actions_bench, pl_actions_curve,
    pl_actions_form, pl_actions_move, pl_actions_view,	pl_actions_pages};

#define GROUPS (sizeof groups / sizeof groups[0])

const char *pl_refuse_away(const struct pl_state *state)
{
	if (!state->is_connected || state->model->n == 0)
		return "the engine is away: nothing can be asked of it now";
	return NULL;
}

const char *pl_refuse_act(const struct pl_state *state)
{
	if (state->is_watch)
		return "this view only watches (--watch): open it without to act";
	if (state->model->is_waiting)
		return "another view drives this bench (the top line says whose): D takes over";
	return pl_refuse_away(state);
}

const struct pl_action *pl_ui_action(size_t i)
{
	for (size_t group = 0; group < GROUPS; group++)
		for (const struct pl_action *row = groups[group]; row->name; row++)
			if (i-- == 0)
				return row;
	return NULL;
}

const struct pl_action *pl_action(enum pl_action_id id)
{
	for (size_t group = 0; group < GROUPS; group++)
		for (const struct pl_action *row = groups[group]; row->name; row++)
			if (row->id == (int)id)
				return row;
	abort(); /* an id without a row: a test walks over all of them */
}

const struct pl_action *pl_action_of_name(const char *name)
{
	for (size_t group = 0; group < GROUPS; group++)
		for (const struct pl_action *row = groups[group]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return row;
	return NULL;
}
