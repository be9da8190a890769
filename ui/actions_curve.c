/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_curve.c - the keys of the Scan panel: cursor, window, what is drawn. Main thread.
 */
#include "panel_scan.h"
#include "view.h"

#include <math.h>
#include <stdio.h>

enum { PAGE = 10 }; /* points a PgUp passes */

static const char *no_points(const struct pl_state *state)
{
	return state->model->curve.count == 0 ? "there is no curve yet" : NULL;
}

static bool has_cursor(const struct pl_state *state)
{
	return state->cursor >= 0 && (size_t)state->cursor < state->model->curve.count;
}

/* A cursor that leaves the window takes it along. */
static void reveal(struct pl_state *state)
{
	double lo, hi;

	if (state->curve.zoom > 0 && has_cursor(state) && pl_scan_range(state, &lo, &hi))
		pl_curve_reveal(&state->curve, lo, hi,
				state->model->curve.points[state->cursor].set);
}

/* Beyond the newest the cursor lets go and follows. */
static void step(struct pl_state *state, int steps)
{
	int64_t to = pl_curve_step(&state->model->curve, &state->curve, state->cursor, steps);

	state->cursor = steps > 0 && to == state->cursor ? -1 : to;
}

static void other_series(struct pl_state *state, int by)
{
	if (!has_cursor(state))
		step(state, -1);
	else
		state->cursor =
		    pl_curve_other_series(&state->model->curve, &state->curve, state->cursor, by);
}

static void act_cursor(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	if (id == PL_ACTION_LEFT || id == PL_ACTION_RIGHT)
		step(state, id == PL_ACTION_LEFT ? -1 : 1);
	else if (id == PL_ACTION_POINTS_BACK || id == PL_ACTION_POINTS_ON)
		step(state, id == PL_ACTION_POINTS_BACK ? -PAGE : PAGE);
	else
		other_series(state, id == PL_ACTION_SERIES_BEFORE ? -1 : 1);
	reveal(state);
}

/* In and out around the cursor; without one around the middle, at first of the whole range. */
static void zoom(struct pl_state *state, int by)
{
	struct pl_curve_show *show = &state->curve;
	double lo, hi, from, to;

	if (!pl_scan_range(state, &lo, &hi))
		return;
	pl_curve_window(show, lo, hi, &from, &to);
	if (has_cursor(state) && isfinite(state->model->curve.points[state->cursor].set))
		show->middle = state->model->curve.points[state->cursor].set;
	else
		show->middle = from + (to - from) / 2;
	show->zoom += by;
	if (show->zoom < 0)
		show->zoom = 0;
	if (show->zoom > PL_CURVE_ZOOM_MAX)
		show->zoom = PL_CURVE_ZOOM_MAX;
}

/* By a quarter of the window. */
static void move(struct pl_state *state, int by)
{
	struct pl_curve_show *show = &state->curve;
	double lo, hi, from, to;

	if (!pl_scan_range(state, &lo, &hi))
		return;
	pl_curve_window(show, lo, hi, &from, &to);
	show->middle = from + (to - from) / 2 + by * (to - from) / 4;
	pl_curve_window(show, lo, hi, &from, &to);
	show->middle = from + (to - from) / 2; /* no further than it goes */
}

static void act_window(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;

	if (id == PL_ACTION_WINDOW_ALL)
		state->curve.zoom = 0;
	else if (id == PL_ACTION_WINDOW_IN || id == PL_ACTION_WINDOW_OUT)
		zoom(state, id == PL_ACTION_WINDOW_IN ? 1 : -1);
	else
		move(state, id == PL_ACTION_WINDOW_LEFT ? -1 : 1);
}

static void act_differential(struct pl_view *view, int id)
{
	(void)id;
	view->state.curve.is_differential = !view->state.curve.is_differential;
}

/* ---- which are shown ---- */

static void act_shown(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	struct pl_dialog *dialog = &state->dialog;
	int bits[PL_CURVE_KINDS], selected = dialog->selected;
	size_t count = pl_curve_kinds(&state->model->curve, bits);
	bool is_again = id == PL_ACTIONS;
	char name[48];

	pl_dialog_open(dialog, PL_DIALOG_CHOICE, PL_TOPIC_SHOWN, "What is drawn?");
	for (size_t i = 0; i < count; i++)
		pl_dialog_line(dialog, "[%s] %s", state->curve.hidden >> bits[i] & 1 ? " " : "x",
			       pl_curve_kind_name(&state->model->curve, bits[i], name));
	dialog->selected = is_again && selected < dialog->line_count ? selected : 0;
}

void pl_view_chose_shown(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_state *state = &view->state;
	int bits[PL_CURVE_KINDS];
	size_t count = pl_curve_kinds(&state->model->curve, bits);

	if (dialog->selected < 0 || (size_t)dialog->selected >= count)
		return;
	state->curve.hidden ^= UINT64_C(1) << bits[dialog->selected];
	if (has_cursor(state) &&
	    !pl_curve_is_shown(&state->curve, &state->model->curve.points[state->cursor]))
		state->cursor = -1;
	state->dialog.selected = dialog->selected;
	act_shown(view, PL_ACTIONS); /* stays open: Esc leaves */
}

const struct pl_action pl_actions_curve[] = {
    {.id = PL_ACTION_LEFT,
     .name = "left",
     .keys = "Left h",
     .panel = "scan",
     .label = "",
     .text = "cursor to the point before",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_RIGHT,
     .name = "right",
     .keys = "Right l",
     .panel = "scan",
     .label = "",
     .text = "cursor to the next point",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_SERIES_BEFORE,
     .name = "series_before",
     .keys = "Up k",
     .panel = "scan",
     .label = "",
     .text = "cursor to the channel before, at the same setting",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_SERIES_NEXT,
     .name = "series_next",
     .keys = "Down j",
     .panel = "scan",
     .label = "",
     .text = "cursor to the next channel, at the same setting",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_POINTS_BACK,
     .name = "points_back",
     .keys = "PgUp C-b",
     .panel = "scan",
     .label = "",
     .text = "cursor back by ten points",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_POINTS_ON,
     .name = "points_on",
     .keys = "PgDn C-f Space",
     .panel = "scan",
     .label = "",
     .text = "cursor on by ten points",
     .gives_way = true,
     .refusal = no_points,
     .act = act_cursor},
    {.id = PL_ACTION_WINDOW_IN,
     .name = "window_in",
     .keys = "+ =",
     .panel = "scan",
     .label = "",
     .text = "half the range of settings, around the cursor",
     .gives_way = true,
     .refusal = no_points,
     .act = act_window},
    {.id = PL_ACTION_WINDOW_OUT,
     .name = "window_out",
     .keys = "-",
     .panel = "scan",
     .label = "",
     .text = "twice the range of settings",
     .gives_way = true,
     .refusal = no_points,
     .act = act_window},
    {.id = PL_ACTION_WINDOW_ALL,
     .name = "window_all",
     .keys = "0",
     .panel = "scan",
     .label = "",
     .text = "all settings",
     .gives_way = true,
     .refusal = no_points,
     .act = act_window},
    {.id = PL_ACTION_WINDOW_LEFT,
     .name = "window_left",
     .keys = "<",
     .panel = "scan",
     .label = "",
     .text = "move the window to lower settings",
     .gives_way = true,
     .refusal = no_points,
     .act = act_window},
    {.id = PL_ACTION_WINDOW_RIGHT,
     .name = "window_right",
     .keys = ">",
     .panel = "scan",
     .label = "",
     .text = "move the window to higher settings",
     .gives_way = true,
     .refusal = no_points,
     .act = act_window},
    {.id = PL_ACTION_DIFFERENTIAL,
     .name = "differential",
     .keys = "d",
     .panel = "scan",
     .label = "",
     .text = "draw rates, or their change from setting to setting",
     .gives_way = true,
     .refusal = no_points,
     .act = act_differential},
    {.id = PL_ACTION_SHOWN,
     .name = "shown",
     .keys = "v",
     .panel = "scan",
     .label = "",
     .text = "choose the channels, ways and repeats that are drawn",
     .gives_way = true,
     .refusal = no_points,
     .act = act_shown},
    {.name = NULL},
};
