/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions_bench.c - what keys do to the bench outside a run: its alarms, its devices, and the books
 * as this view counts them. Main thread.
 */
#include "page_parameters.h"

#include "plateau/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- alarms ---- */

static const char *cannot_ack(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	if (why)
		return why;
	return state->model->alarms.unacked == 0 ? "no alarm waits to be seen" : NULL;
}

/* The chosen one where that waits, else all of them. */
static void act_ack(struct pl_view *view, int id)
{
	struct pl_state *state = &view->state;
	const struct pl_model_reading *reading =
	    state->focus == PL_PANEL_READINGS ? pl_reading_chosen(state) : NULL;
	const struct pl_model_alarm *alarm =
	    reading ? pl_model_alarm(state->model, reading->path) : NULL;
	struct pl_json *args = pl_json_object();

	(void)id;
	if (alarm && !alarm->is_acked)
		pl_json_add_text(args, "path", alarm->path);
	pl_session_ask(&view->session, state, PL_ASK_ACK, args);
}

/* ---- devices ---- */

static const char *no_device(const struct pl_state *state)
{
	const char *why = pl_refuse_away(state);

	if (why)
		return why;
	return pl_device_chosen(state) ? NULL : "there is no device";
}

static const char *cannot_act_on_device(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);

	return why ? why : no_device(state);
}

static const char *cannot_connect(const struct pl_state *state)
{
	const char *why = cannot_act_on_device(state);

	if (why)
		return why;
	return strcmp(pl_device_chosen(state)->state, "up") == 0 ? "it is connected" : NULL;
}

static const char *cannot_disconnect(const struct pl_state *state)
{
	const char *why = cannot_act_on_device(state);

	if (why)
		return why;
	if (pl_device_chosen(state)->used_by > 0)
		return "a run uses it: wait for that, or stop it";
	return strcmp(pl_device_chosen(state)->state, "closed") == 0 &&
		       pl_device_chosen(state)->retry_ns == 0
		   ? "it is not connected"
		   : NULL;
}

static void ask_device(struct pl_view *view, const char *name, const char *act)
{
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "name", name);
	pl_json_add_text(args, "act", act);
	pl_session_ask(&view->session, &view->state, PL_ASK_DEVICE, args);
}

static void act_device(struct pl_view *view, int id)
{
	ask_device(view, pl_device_chosen(&view->state)->name,
		   id == PL_ACTION_PROBE ? "probe" : "connect");
}

static void act_disconnect(struct pl_view *view, int id)
{
	struct pl_dialog *dialog = &view->state.dialog;
	const struct pl_model_device *device = pl_device_chosen(&view->state);
	char title[64];

	(void)id;
	snprintf(title, sizeof title, "Disconnect %.40s?", device->name);
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_DISCONNECT, title);
	pl_text_copy(dialog->subject, sizeof dialog->subject, device->name);
	pl_dialog_line(dialog, "Its port is free for other programs then, and its readings end.");
	pl_dialog_line(dialog, "It stays so until it is connected, or a run needs it.");
}

void pl_view_said_yes_to_disconnect(struct pl_view *view, const struct pl_dialog *dialog)
{
	ask_device(view, dialog->subject, "disconnect");
}

static void act_parameters(struct pl_view *view, int id)
{
	const struct pl_state *state = &view->state;
	const struct pl_model_reading *reading = pl_reading_chosen(state);
	char device[PL_MODEL_NAME];

	if (id == PL_ACTION_PARAMETERS)
		pl_text_copy(device, sizeof device, pl_device_chosen(state)->name);
	else
		snprintf(device, sizeof device, "%.*s", (int)strcspn(reading->path, "."),
			 reading->path);
	pl_parameters_show(view, device);
	if (id == PL_ACTION_READING_PARAMETERS)
		pl_text_copy(view->state.parameters->chosen, sizeof view->state.parameters->chosen,
			     reading->path);
}

static const char *cannot_set(const struct pl_state *state)
{
	return pl_parameters_refusal(state);
}

static void act_set(struct pl_view *view, int id)
{
	(void)id;
	pl_parameters_begin(view);
}

static const char *no_reading(const struct pl_state *state)
{
	const char *why = pl_refuse_away(state);

	if (why)
		return why;
	return pl_reading_chosen(state) ? NULL : "there is no reading";
}

/* ---- books ---- */

static const char *no_undo(const struct pl_state *state)
{
	return state->books.has_undo ? NULL : "nothing was reset, or it was taken back already";
}

static void act_reset(struct pl_view *view, int id)
{
	(void)id;
	pl_books_reset(&view->state);
	pl_state_say(&view->state, PL_ROLE_GOOD,
		     "counted from now on in this view; nothing stored has changed");
}

static void act_undo(struct pl_view *view, int id)
{
	(void)id;
	pl_books_undo(&view->state);
}

const struct pl_action pl_actions_bench[] = {
    {.id = PL_ACTION_ACK,
     .name = "ack",
     .keys = "A",
     .panel = "",
     .label = "seen",
     .text = "acknowledge the alarm of the chosen reading, or all alarms",
     .acts_on_bench = true,
     .refusal = cannot_ack,
     .act = act_ack},
    {.id = PL_ACTION_PARAMETERS,
     .name = "parameters",
     .keys = "e",
     .panel = "devices",
     .label = "set",
     .text = "show the parameters of the chosen device; Enter sets one",
     .refusal = no_device,
     .act = act_parameters},
    {.id = PL_ACTION_READING_PARAMETERS,
     .name = "reading_parameters",
     .keys = "e",
     .panel = "readings",
     .label = "set",
     .text = "show the chosen reading among the parameters of its device",
     .refusal = no_reading,
     .act = act_parameters},
    {.id = PL_ACTION_SET_PARAMETER,
     .name = "set_parameter",
     .keys = "Enter",
     .panel = "parameters",
     .label = "set",
     .text = "set the chosen parameter: old and new are shown, y writes",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_set,
     .act = act_set},
    {.id = PL_ACTION_CONNECT,
     .name = "connect",
     .keys = "C",
     .panel = "devices",
     .label = "connect",
     .text = "connect the chosen device, another one in its place too",
     .acts_on_bench = true,
     .refusal = cannot_connect,
     .act = act_device},
    {.id = PL_ACTION_DISCONNECT,
     .name = "disconnect",
     .keys = "U",
     .panel = "devices",
     .label = "disconnect",
     .text = "let the chosen device go; its port is free for other programs",
     .is_confirmed = true,
     .acts_on_bench = true,
     .refusal = cannot_disconnect,
     .act = act_disconnect},
    {.id = PL_ACTION_PROBE,
     .name = "probe",
     .keys = "i",
     .panel = "devices",
     .label = "probe",
     .text = "ask the chosen device whether it answers, and how fast",
     .acts_on_bench = true,
     .refusal = cannot_act_on_device,
     .act = act_device},
    {.id = PL_ACTION_RESET,
     .name = "reset",
     .keys = "0",
     .panel = "counters",
     .label = "reset",
     .text = "count from now on, in this view alone",
     .act = act_reset},
    {.id = PL_ACTION_UNDO_RESET,
     .name = "undo_reset",
     .keys = "u",
     .panel = "counters",
     .label = "undo",
     .text = "take the last reset back",
     .refusal = no_undo,
     .act = act_undo},
    {.name = NULL},
};
