/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_words.c - the words of the command line that take an argument. What changes the bench is
 * asked again as it is for a key: the line alone starts nothing. Main thread.
 */
#include "command.h"
#include "page.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_named(const char (*names)[PL_MODEL_NAME], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static const char *scan_names(const struct pl_state *state, size_t i)
{
	return i < state->model->scan_count ? state->model->scans[i] : NULL;
}

static const char *recording_names(const struct pl_state *state, size_t i)
{
	return i < state->model->recording_count ? state->model->recordings[i] : NULL;
}

/* What has a reading has a path. */
static const char *paths(const struct pl_state *state, size_t i)
{
	return i < state->model->reading_count ? state->model->readings[i].path : NULL;
}

static const char *device_names(const struct pl_state *state, size_t i)
{
	return i < state->model->device_count ? state->model->devices[i].name : NULL;
}

static void run_scan(struct pl_view *view, const char *name)
{
	const struct pl_model *model = view->state.model;
	const char *why = pl_action(PL_ACTION_SCAN)->refusal(&view->state);

	if (!is_named((const char(*)[PL_MODEL_NAME])model->scans, model->scan_count, name))
		pl_state_say(&view->state, PL_ROLE_WARN, "the bench file has no scan `%s`", name);
	else if (why)
		pl_state_say(&view->state, PL_ROLE_WARN, "scan: %s", why);
	else
		pl_view_ask_scan_named(view, name);
}

static void run_record(struct pl_view *view, const char *name)
{
	const struct pl_model *model = view->state.model;

	if (!is_named((const char(*)[PL_MODEL_NAME])model->recordings, model->recording_count,
		      name))
		pl_state_say(&view->state, PL_ROLE_WARN, "the bench file has no recording `%s`",
			     name);
	else
		pl_view_ask_record_named(view, name);
}

/* The crashed or interrupted one; a run that is paused goes on. */
static void run_resume(struct pl_view *view, const char *argument)
{
	(void)argument;
	pl_view_act(view,
		    pl_model_is_paused(view->state.model) ? PL_ACTION_PAUSE : PL_ACTION_RESUME_RUN);
}

static void run_note(struct pl_view *view, const char *text)
{
	const char *why = pl_action(PL_ACTION_NOTE)->refusal(&view->state);
	struct pl_dialog dialog;

	if (why) {
		pl_state_say(&view->state, PL_ROLE_WARN, "note: %s", why);
		return;
	}
	pl_view_ask_run(view, PL_ACTION_NOTE);
	dialog = view->state.dialog;
	pl_dialog_close(&view->state.dialog);
	pl_text_copy(dialog.input, sizeof dialog.input, text);
	pl_view_said_yes_to_run(view, &dialog);
}

static void run_get(struct pl_view *view, const char *path)
{
	struct pl_json *args = pl_json_object(), *list = pl_json_array();

	pl_json_add_text(list, NULL, path);
	pl_json_add(args, "paths", list);
	pl_session_ask(&view->session, &view->state, PL_ASK_GET, args);
}

static void put_present(struct pl_dialog *dialog, const struct pl_model_reading *reading)
{
	if (isnan(reading->value))
		pl_dialog_line(dialog, "Its present value is not known.");
	else
		pl_dialog_line(dialog, "It reads %.12g %s now.", reading->value, reading->unit);
}

static void run_set(struct pl_view *view, const char *item)
{
	const char *value = strchr(item, '=');
	struct pl_dialog *dialog = &view->state.dialog;
	const struct pl_model *model = view->state.model;
	char path[112];

	if (!value || value == item || !value[1] || (size_t)(value - item) >= sizeof path ||
	    strlen(item) >= sizeof dialog->subject) {
		pl_state_say(&view->state, PL_ROLE_WARN,
			     "say what to set: set det.top.threshold=300");
		return;
	}
	snprintf(path, sizeof path, "%.*s", (int)(value - item), item);
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_SET_VALUE, "Set this value?");
	pl_text_copy(dialog->subject, sizeof dialog->subject, item);
	pl_dialog_line(dialog, "%.80s", item);
	for (size_t i = 0; i < model->reading_count; i++)
		if (strcmp(model->readings[i].path, path) == 0)
			put_present(dialog, &model->readings[i]);
	pl_dialog_line(dialog, "Written at once, confirmed, audited.");
}

void pl_view_said_yes_to_set(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_json *args = pl_json_object(), *items = pl_json_array();

	pl_json_add_text(items, NULL, dialog->subject);
	pl_json_add(args, "items", items);
	pl_session_ask(&view->session, &view->state, PL_ASK_SET_VALUE, args);
}

/* "det", "det.top 30", "det.top 30s" */
static void run_count(struct pl_view *view, const char *argument)
{
	char path[112], seconds[24];
	size_t length = strcspn(argument, " ");
	const char *rest = argument + length + strspn(argument + length, " ");
	struct pl_json *args;
	double for_s = 10;

	pl_text_copy(seconds, sizeof seconds, rest);
	if (seconds[0] && seconds[strlen(seconds) - 1] == 's')
		seconds[strlen(seconds) - 1] = '\0';
	if (length >= sizeof path || (rest[0] && !pl_text_to_double(seconds, &for_s)) ||
	    !(for_s > 0 && for_s <= 86400)) {
		pl_state_say(&view->state, PL_ROLE_WARN, "count PATH [SECONDS]: count det.top 30");
		return;
	}
	snprintf(path, sizeof path, "%.*s", (int)length, argument);
	args = pl_json_object();
	pl_json_add_text(args, "path", path);
	pl_json_add_number(args, "for_s", for_s);
	if (pl_session_ask(&view->session, &view->state, PL_ASK_COUNT, args))
		pl_state_say(&view->state, PL_ROLE_BUSY, "counting %s for %g s", path, for_s);
}

static const struct pl_command_row rows[] = {
    {.name = "scan",
     .arguments = "[NAME]",
     .text = "start a scan; asks before it does",
     .acts_on_bench = true,
     .candidate = scan_names,
     .run = run_scan},
    {.name = "record",
     .arguments = "[NAME]",
     .text = "start or stop a recording; asks before",
     .acts_on_bench = true,
     .candidate = recording_names,
     .run = run_record},
    {.name = "resume",
     .arguments = "",
     .text = "go on with the paused or unfinished run",
     .acts_on_bench = true,
     .run = run_resume},
    {.name = "note",
     .arguments = "TEXT",
     .text = "write a note on the run",
     .acts_on_bench = true,
     .run = run_note},
    {.name = "set",
     .arguments = "PATH=VALUE",
     .text = "write one parameter; asks before",
     .acts_on_bench = true,
     .needs_argument = true,
     .behind = '=',
     .candidate = paths,
     .run = run_set},
    {.name = "get",
     .arguments = "PATH",
     .text = "read one parameter from its device",
     .needs_argument = true,
     .candidate = paths,
     .run = run_get},
    {.name = "count",
     .arguments = "DEVICE[.CHANNEL] [SECONDS]",
     .text = "count at the present thresholds",
     .acts_on_bench = true,
     .needs_argument = true,
     .behind = ' ',
     .candidate = device_names,
     .run = run_count},
};

const struct pl_command_row *pl_command_row(size_t i)
{
	size_t count = sizeof rows / sizeof rows[0];

	return i < count ? &rows[i] : pl_command_view_row(i - count);
}
