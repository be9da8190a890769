/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_tune.c - what keys do to the setting that is being tuned, and the key for a count. Moves
 * are sent one at a time: those that come faster than the engine answers are put together into the
 * newest. Main thread.
 */
#include "page_tune.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *cannot_tune(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (pl_model_is_running(state->model))
		return "a run is under way: wait for it, or stop it";
	return pl_tune_has_channel(state) ? NULL : "no channel of this bench has a threshold";
}

static const char *cannot_move(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (state->tune.stage == PL_TUNE_ENDING)
		return "it is about to end";
	return state->tune.stage != PL_TUNE_OPEN ? "the engine has not begun yet" : NULL;
}

static const char *cannot_keep(const struct pl_state *state)
{
	const char *why = cannot_move(state);

	if (why)
		return why;
	return isnan(state->tune.value) ? "the present value is not confirmed" : NULL;
}

static const char *cannot_undo(const struct pl_state *state)
{
	const char *why = cannot_move(state);

	if (why)
		return why;
	return state->tune.step_count == 0 ? "nothing was moved yet" : NULL;
}

static const char *cannot_count(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	if (pl_model_is_running(state->model))
		return "a run is under way and counts already";
	return pl_count_has_detector(state) ? NULL : "no detector of this bench is there";
}

/* ---- asking the engine ---- */

bool pl_tune_do(struct pl_session *session, struct pl_state *state, const char *what,
		struct pl_json *args)
{
	if (!args)
		args = pl_json_object();
	pl_json_add_text(args, "what", what);
	return pl_session_ask(session, state, PL_ASK_TUNE_DO, args);
}

void pl_tune_send_move(struct pl_session *session, struct pl_state *state)
{
	struct pl_tune *tune = &state->tune;
	struct pl_json *args;

	tune->wants_move = tune->is_moving;
	if (tune->is_moving)
		return;
	args = pl_json_object();
	pl_json_add_number(args, "value", tune->wanted);
	tune->is_seeking = false;
	tune->is_moving = pl_tune_do(session, state, "move", args);
}

/* ---- keys ---- */

static void act_tune(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_tune(view);
}

static void act_count(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_count(view);
}

static void act_move(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	struct pl_tune *tune = &state->tune;
	bool is_up = id == PL_ACTION_TUNE_UP || id == PL_ACTION_TUNE_UP_TEN;
	int steps = id == PL_ACTION_TUNE_UP || id == PL_ACTION_TUNE_DOWN ? 1 : 10;

	if (pl_tune_want(tune, is_up ? steps : -steps))
		pl_tune_send_move(&view->session, state);
	else
		pl_state_say(state, PL_ROLE_WARN, "%.10g is the %s %s that the device takes",
			     tune->wanted, is_up ? "largest" : "smallest", tune->parameter);
}

static void act_value(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_tune_value(view, 0);
}

static void act_rate(struct pl_view *view, int id)
{
	(void)id;
	pl_view_ask_tune_rate(view);
}

static void act_undo(struct pl_view *view, int id)
{
	(void)id;
	view->state.tune.is_seeking = false;
	pl_tune_do(&view->session, &view->state, "undo", NULL);
}

static void act_keep(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	(void)id;
	if (pl_tune_do(&view->session, state, "keep", NULL))
		state->tune.stage = PL_TUNE_ENDING;
}

/* First the search ends, then the tuning. */
static void act_restore(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	struct pl_tune *tune = &state->tune;

	(void)id;
	if (tune->stage == PL_TUNE_OPEN && tune->is_seeking) {
		tune->is_seeking = false;
		pl_tune_do(&view->session, state, "still", NULL);
	} else if (tune->stage == PL_TUNE_OPEN || tune->stage == PL_TUNE_ENDING) {
		if (pl_tune_do(&view->session, state, "restore", NULL))
			tune->stage = PL_TUNE_ENDING;
	} else {
		pl_page_back(view);
	}
}

static void act_log(struct pl_view *view, int id)
{
	(void)id;
	view->state.is_log_scale = !view->state.is_log_scale;
}

const struct pl_action pl_actions_tune[] = {
    {.id = PL_ACTION_TUNE,
     .name = "tune",
     .keys = "t",
     .panel = "",
     .label = "tune",
     .text = "turn a threshold and watch the rate answer",
     .acts_on_bench = true,
     .refusal = cannot_tune,
     .act = act_tune},
    {.id = PL_ACTION_COUNT,
     .name = "count",
     .keys = "c",
     .panel = "",
     .label = "count",
     .text = "count at the present thresholds for a time; changes nothing",
     .acts_on_bench = true,
     .refusal = cannot_count,
     .act = act_count},
    {.id = PL_ACTION_TUNE_KEEP,
     .name = "tune_keep",
     .keys = "y",
     .panel = "tune",
     .label = "keep",
     .text = "keep the threshold as it is now",
     .acts_on_bench = true,
     .refusal = cannot_keep,
     .act = act_keep},
    {.id = PL_ACTION_TUNE_RESTORE,
     .name = "tune_restore",
     .keys = "Esc",
     .panel = "tune",
     .label = "put back",
     .text = "put back what was there before; a search is only ended",
     .acts_on_bench = true,
     .refusal = pl_refuse_act,
     .act = act_restore},
    {.id = PL_ACTION_TUNE_RATE,
     .name = "tune_rate",
     .keys = "g",
     .panel = "tune",
     .label = "rate",
     .text = "look for the threshold with a wanted rate",
     .acts_on_bench = true,
     .refusal = cannot_keep,
     .act = act_rate},
    {.id = PL_ACTION_TUNE_UNDO,
     .name = "tune_undo",
     .keys = "u",
     .panel = "tune",
     .label = "undo",
     .text = "take the last move back",
     .acts_on_bench = true,
     .refusal = cannot_undo,
     .act = act_undo},
    {.id = PL_ACTION_TUNE_UP,
     .name = "tune_up",
     .keys = "Up Right k l +",
     .panel = "tune",
     .label = "+1",
     .text = "raise the threshold by one step",
     .acts_on_bench = true,
     .refusal = cannot_move,
     .act = act_move},
    {.id = PL_ACTION_TUNE_DOWN,
     .name = "tune_down",
     .keys = "Down Left j h -",
     .panel = "tune",
     .label = "-1",
     .text = "lower the threshold by one step",
     .acts_on_bench = true,
     .refusal = cannot_move,
     .act = act_move},
    {.id = PL_ACTION_TUNE_UP_TEN,
     .name = "tune_up_ten",
     .keys = "PgUp S-Up S-Right",
     .panel = "tune",
     .label = "+10",
     .text = "raise the threshold by ten steps",
     .acts_on_bench = true,
     .refusal = cannot_move,
     .act = act_move},
    {.id = PL_ACTION_TUNE_DOWN_TEN,
     .name = "tune_down_ten",
     .keys = "PgDn S-Down S-Left",
     .panel = "tune",
     .label = "-10",
     .text = "lower the threshold by ten steps",
     .acts_on_bench = true,
     .refusal = cannot_move,
     .act = act_move},
    {.id = PL_ACTION_TUNE_VALUE,
     .name = "tune_value",
     .keys = "Enter =",
     .panel = "tune",
     .label = "",
     .text = "type the threshold; a digit does the same",
     .acts_on_bench = true,
     .refusal = cannot_move,
     .act = act_value},
    {.id = PL_ACTION_TUNE_LOG,
     .name = "tune_log_scale",
     .keys = "L",
     .panel = "tune",
     .label = "",
     .text = "draw the curve on a linear or a logarithmic scale",
     .act = act_log},
    {.name = NULL},
};
