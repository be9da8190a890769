/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_parameters.c - the keys and the questions of the parameters page. Main thread.
 *
 * What is typed is checked by the engine each time it stands still; nothing is written before old
 * and new were shown and another key than the one that asked said yes.
 */
#include "page_parameters.h"

#include "parameters.h"
#include "plateau/clock.h"
#include "plateau/text.h"

#include <ctype.h>
#include <ncurses.h>
#include <stdio.h>
#include <string.h>

#define AGAIN_NS (2 * PL_NS_PER_S) /* the list is asked for again so often while it is shown */

/* ---- the list ---- */

static void ask_rows(struct pl_session *session, struct pl_state *state)
{
	struct pl_parameters *parameters = state->parameters;
	struct pl_json *args = pl_json_object(), *paths = pl_json_array();
	char path[PL_MODEL_NAME + 4];

	snprintf(path, sizeof path, "%s.*", parameters->device);
	pl_json_add_text(paths, NULL, path);
	pl_json_add(args, "paths", paths);
	pl_json_add_integer(args, "from", (int64_t)parameters->next);
	parameters->asked_ns = state->now_ns;
	parameters->is_asking = pl_session_ask(session, state, PL_ASK_PARAMETERS, args);
}

void pl_parameters_told(struct pl_session *session, struct pl_state *state,
			const struct pl_json *result)
{
	if (!state->parameters)
		return; /* the page was left meanwhile */
	state->parameters->is_asking = false;
	if (pl_parameters_take(state->parameters, result))
		ask_rows(session, state);
}

void pl_parameters_not_told(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	if (state->parameters)
		state->parameters->is_asking = false;
}

static bool is_in_use(const struct pl_model *model, const char *device)
{
	for (size_t i = 0; i < model->device_count; i++)
		if (strcmp(model->devices[i].name, device) == 0)
			return model->devices[i].used_by > 0 ||
			       strcmp(model->devices[i].state, "up") != 0;
	return true;
}

/* What the screen is never asked for is read once, but not beside a run that uses the device. */
static void read_all(struct pl_session *session, struct pl_state *state)
{
	struct pl_json *args, *paths;
	char path[PL_MODEL_NAME + 4];

	if (is_in_use(state->model, state->parameters->device))
		return;
	args = pl_json_object();
	paths = pl_json_array();
	snprintf(path, sizeof path, "%s.*", state->parameters->device);
	pl_json_add_text(paths, NULL, path);
	pl_json_add(args, "paths", paths);
	pl_session_ask(session, state, PL_ASK_READ_ALL, args);
}

/* The list is asked for anew. */
static void ask_anew(struct pl_session *session, struct pl_state *state)
{
	if (!state->parameters || state->parameters->is_asking)
		return;
	state->parameters->next = 0;
	ask_rows(session, state);
}

void pl_parameters_were_read(struct pl_session *session, struct pl_state *state,
			     const struct pl_json *result)
{
	(void)result;
	ask_anew(session, state);
}

static void news(struct pl_view *view)
{
	struct pl_parameters *parameters = view->state.parameters;

	if (view->state.is_connected && view->state.now_ns - parameters->asked_ns >= AGAIN_NS)
		ask_anew(&view->session, &view->state);
}

/* ---- a value ---- */

static void ask_check(struct pl_session *session, struct pl_state *state)
{
	struct pl_parameters *parameters = state->parameters;
	struct pl_json *args;
	char item[PL_LINE_SIZE + 120];

	if (parameters->is_checking || strcmp(parameters->checked, parameters->line.text) == 0)
		return;
	args = pl_json_object();
	pl_text_copy(parameters->checked, sizeof parameters->checked, parameters->line.text);
	parameters->is_value = false;
	parameters->why[0] = '\0';
	snprintf(item, sizeof item, "%s=%s", parameters->chosen, parameters->checked);
	pl_json_add_text(args, "check", item);
	parameters->is_checking = pl_session_ask(session, state, PL_ASK_VALUE_CHECK, args);
}

void pl_parameters_checked(struct pl_session *session, struct pl_state *state,
			   const struct pl_json *result)
{
	if (!state->parameters)
		return;
	pl_parameters_take_check(state->parameters, result);
	if (state->parameters->phase == PL_PARAMETERS_TYPING)
		ask_check(session, state); /* if more was typed meanwhile */
}

void pl_parameters_not_checked(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	if (state->parameters)
		state->parameters->is_checking = false;
}

const char *pl_parameters_refusal(const struct pl_state *state)
{
	const char *why = pl_refuse_act(state);
	const struct pl_parameter_row *row = state->parameters ? pl_parameters_row(state) : NULL;

	if (why)
		return why;
	if (!row)
		return "there is nothing to set";
	if (state->parameters->phase != PL_PARAMETERS_LIST)
		return "one is being set";
	if (!row->is_writable)
		return "this parameter can only be read";
	return pl_model_is_running(state->model) ? "a run is under way: set it when that is over"
						 : NULL;
}

void pl_parameters_begin(struct pl_view *view)
{
	struct pl_parameters *parameters = view->state.parameters;

	pl_text_copy(parameters->chosen, sizeof parameters->chosen,
		     pl_parameters_row(&view->state)->path);
	parameters->phase = PL_PARAMETERS_TYPING;
	parameters->outcome[0] = parameters->checked[0] = parameters->why[0] = '\0';
	parameters->refusal[0] = '\0';
	parameters->is_value = false;
	pl_line_set(&parameters->line, "");
}

static void typed(struct pl_view *view, int key)
{
	struct pl_parameters *parameters = view->state.parameters;
	bool is_known =
	    !parameters->is_checking && strcmp(parameters->checked, parameters->line.text) == 0;

	if (key == PL_KEY_ESC) {
		parameters->phase = PL_PARAMETERS_LIST;
	} else if (key == '\r' || key == '\n' || key == (PL_KEY_CODE | KEY_ENTER)) {
		if (is_known && parameters->is_value && !parameters->refusal[0])
			parameters->phase = PL_PARAMETERS_CONFIRM;
	} else if (pl_line_key(&parameters->line, key) && parameters->line.text[0]) {
		ask_check(&view->session, &view->state);
	}
}

static void apply(struct pl_view *view)
{
	struct pl_parameters *parameters = view->state.parameters;
	struct pl_json *args = pl_json_object(), *items = pl_json_array();
	char item[PL_LINE_SIZE + 120];

	snprintf(item, sizeof item, "%s=%s", parameters->chosen, parameters->checked);
	pl_json_add_text(items, NULL, item);
	pl_json_add(args, "items", items);
	pl_json_add_boolean(args, "yes", true); /* a memory that wears out was told of */
	if (view->state.operator_name[0])
		pl_json_add_text(args, "operator", view->state.operator_name);
	parameters->phase = pl_session_ask(&view->session, &view->state, PL_ASK_VALUE_SET, args)
				? PL_PARAMETERS_SETTING
				: PL_PARAMETERS_LIST;
}

static void confirm(struct pl_view *view, int key)
{
	struct pl_parameters *parameters = view->state.parameters;

	if (key == 'y' && view->state.calm_ns < PL_DIALOG_CALM_NS)
		return; /* no hand's */
	if (key == 'y')
		apply(view);
	else
		parameters->phase = PL_PARAMETERS_TYPING;
}

void pl_parameters_was_set(struct pl_session *session, struct pl_state *state,
			   const struct pl_json *result)
{
	if (!state->parameters)
		return;
	pl_parameters_take_set(state->parameters, result);
	ask_anew(session, state);
}

void pl_parameters_not_set(struct pl_state *state, const struct pl_json *message)
{
	struct pl_parameters *parameters = state->parameters;

	if (!parameters)
		return;
	parameters->phase = PL_PARAMETERS_LIST;
	parameters->has_failed = true;
	snprintf(parameters->outcome, sizeof parameters->outcome, "%s: not set: %.250s",
		 parameters->chosen, pl_json_get_text(message, "text", "?"));
}

/* ---- the page ---- */

static bool take_key(struct pl_view *view, int key)
{
	switch (view->state.parameters->phase) {
	case PL_PARAMETERS_TYPING:
		typed(view, key);
		return true;
	case PL_PARAMETERS_CONFIRM:
		confirm(view, key);
		return true;
	case PL_PARAMETERS_SETTING: /* it will be over in a moment; q and Esc may leave */
		return key != 'q' && key != PL_KEY_ESC;
	case PL_PARAMETERS_LIST:
		break;
	}
	return false;
}

void pl_parameters_show(struct pl_view *view, const char *device)
{
	struct pl_state *state = &view->state;

	if (state->parameters)
		pl_page_go(view, PL_PAGE_BENCH);
	state->parameters = pl_parameters_new(device);
	pl_page_go(view, PL_PAGE_PARAMETERS);
}

static bool enter(struct pl_view *view)
{
	ask_rows(&view->session, &view->state);
	read_all(&view->session, &view->state);
	return true;
}

static void leave(struct pl_state *state)
{
	pl_parameters_free(state->parameters);
	state->parameters = NULL;
}

const struct pl_page pl_page_parameters = {
    .panel = &pl_panel_parameters, .enter = enter, .leave = leave, .key = take_key, .news = news};
