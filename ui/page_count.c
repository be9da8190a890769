/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_count.c - counting at the present settings from the screen: what is asked, how the counts
 * grow, the result with its intervals, which stays until a key. Main thread.
 */
#include "page_count.h"

#include "answer.h"
#include "format.h"
#include "plateau/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void pl_counting_take(struct pl_counting *counting, const struct pl_json *from)
{
	const struct pl_json *list = pl_json_get(from, "channels");

	counting->seconds = pl_json_get_number(from, "seconds", NAN);
	counting->events = pl_json_get_integer(from, "events", 0);
	pl_text_copy(counting->stop_rule, sizeof counting->stop_rule,
		     pl_json_get_text(from, "stop_rule", ""));
	counting->count = 0;
	for (size_t i = 0; i < pl_json_size(list) && i < PL_COUNTING_MAX; i++) {
		const struct pl_json *row = pl_json_at(list, i);
		struct pl_counting_series *to = &counting->series[counting->count++];

		pl_text_copy(to->name, sizeof to->name, pl_json_get_text(row, "channel", "?"));
		to->hits = pl_json_get_integer(row, "hits", 0);
		to->rate = pl_json_get_number(row, "rate", NAN);
		to->lo = pl_json_get_number(row, "rate_lo", NAN);
		to->hi = pl_json_get_number(row, "rate_hi", NAN);
	}
}

/* ---- what is asked ---- */

/* "det" of "det.top.rate": the devices that count, each once. */
static bool detector_of(const struct pl_model_reading *reading, char out[PL_MODEL_NAME])
{
	size_t length = strlen(reading->path), name = strcspn(reading->path, ".");

	if (length < 6 || strcmp(reading->path + length - 5, ".rate") != 0 || name >= PL_MODEL_NAME)
		return false;
	snprintf(out, PL_MODEL_NAME, "%.*s", (int)name, reading->path);
	return true;
}

bool pl_count_has_detector(const struct pl_state *state)
{
	char name[PL_MODEL_NAME];

	for (size_t i = 0; i < state->model->reading_count; i++)
		if (detector_of(&state->model->readings[i], name))
			return true;
	return false;
}

static void ask_length(struct pl_view *view, const char *path)
{
	struct pl_state *state = &view->state;
	struct pl_dialog *dialog = &state->dialog;
	char title[64], own[PL_MODEL_NAME];

	pl_text_copy(own, sizeof own, path);
	snprintf(title, sizeof title, "Count %.40s for how long?", own);
	pl_dialog_open(dialog, PL_DIALOG_TEXT, PL_TOPIC_COUNT_TIME, title);
	pl_text_copy(dialog->subject, sizeof dialog->subject, own);
	pl_dialog_line(dialog, "A time with its unit: 10 s, 5 min. Nothing is written.");
	pl_text_copy(dialog->input, sizeof dialog->input,
		     state->counting.length[0] ? state->counting.length : "10 s");
}

void pl_view_ask_count(struct pl_view *view)
{
	struct pl_dialog *dialog = &view->state.dialog;
	const struct pl_model *model = view->state.model;
	char name[PL_MODEL_NAME];

	pl_dialog_open(dialog, PL_DIALOG_CHOICE, PL_TOPIC_COUNT, "Count which detector?");
	for (size_t i = 0; i < model->reading_count; i++)
		if (detector_of(&model->readings[i], name) &&
		    (dialog->line_count == 0 ||
		     strcmp(dialog->lines[dialog->line_count - 1], name) != 0))
			pl_dialog_line(dialog, "%s", name);
	pl_text_copy(name, sizeof name, dialog->lines[0]);
	if (dialog->line_count == 1)
		ask_length(view, name);
}

void pl_view_said_yes_to_count(struct pl_view *view, const struct pl_dialog *dialog)
{
	struct pl_state *state = &view->state;
	struct pl_counting *counting = &state->counting;
	struct pl_json *args;

	if (dialog->topic == PL_TOPIC_COUNT) {
		ask_length(view, dialog->lines[dialog->selected]);
		return;
	}
	*counting = (struct pl_counting){.is_on = true, .seconds = 0};
	pl_text_copy(counting->path, sizeof counting->path, dialog->subject);
	pl_text_copy(counting->length, sizeof counting->length, dialog->input);
	args = pl_json_object();
	pl_json_add_text(args, "path", counting->path);
	pl_json_add_text(args, "for", counting->length);
	pl_json_add_boolean(args, "follow", true);
	if (pl_session_ask(&view->session, state, PL_ASK_COUNTING, args))
		pl_page_go(view, PL_PAGE_COUNT);
	else
		counting->is_on = false;
}

/* ---- what comes back ---- */

void pl_count_ended(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	pl_counting_take(&state->counting, result);
	state->counting.is_on = false;
	state->counting.is_over = true;
}

void pl_count_refused(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	state->counting.is_on = false;
	state->counting.is_refused = true;
}

/* ---- the page ---- */

static void draw_head(const struct pl_counting *counting, const struct pl_canvas *body)
{
	char seconds[PL_FORMAT_SIZE];
	int col = pl_canvas_put(body, 0, 1, PL_ROLE_STRONG, "%s",
				pl_format_duration(seconds, counting->seconds));

	if (counting->is_on)
		col = pl_canvas_put(body, 0, col + 1, PL_ROLE_BUSY, "of %s, counting",
				    counting->length);
	else if (strcmp(counting->stop_rule, "operator") == 0)
		col = pl_canvas_put(body, 0, col + 1, PL_ROLE_WARN, "of %s, ended on request",
				    counting->length);
	else
		col = pl_canvas_put(body, 0, col + 1, PL_ROLE_GOOD, "done");
	pl_canvas_put(body, 0, col + 3, PL_ROLE_NORMAL, "%" PRId64 " events", counting->events);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_counting *counting = &state->counting;
	char rate[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];

	if (first == 0)
		draw_head(counting, body);
	for (size_t i = 0; i < counting->count; i++) {
		const struct pl_counting_series *series = &counting->series[i];
		int row = (int)i + 2 - first;

		if (row < 0 || row >= body->rect.rows || (first == 0 && row == 0))
			continue;
		pl_format_interval(rate, error, series->rate, series->lo, series->hi,
				   body->glyphs->text[PL_GLYPH_PLUS_MINUS]);
		pl_canvas_field(body, row, 1, 12, PL_ROLE_NORMAL, series->name);
		pl_canvas_right(body, row, 24, PL_ROLE_NORMAL, "%" PRId64, series->hits);
		pl_canvas_put(body, row, 26, PL_ROLE_STRONG, "%s %s Hz", rate, error);
	}
}

static int lines(const struct pl_state *state)
{
	return (int)state->counting.count + 2;
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	snprintf(out, cap, "%s", state->counting.path);
}

/* It ends with the page: nobody would see what it counts. */
static bool key(struct pl_view *view, int pressed)
{
	struct pl_state *state = &view->state;
	bool is_end = pl_key_is_one_of(pressed, "Esc q Enter C-c");

	if (is_end && state->counting.is_on) {
		pl_session_ask(&view->session, state, PL_ASK_COUNT_END, NULL);
		return true;
	}
	if (is_end) {
		pl_page_back(view);
		return true;
	}
	if (state->counting.is_on && !pl_key_is_one_of(pressed, "? F1 C-l C-z Up Down k j"))
		pl_state_say(state, PL_ROLE_WARN, "it counts still: Esc ends it");
	return state->counting.is_on && !pl_key_is_one_of(pressed, "? F1 C-l C-z Up Down k j");
}

static void news(struct pl_view *view)
{
	struct pl_counting *counting = &view->state.counting;

	if (!view->state.is_connected)
		counting->is_refused = counting->is_on;
	if (counting->is_refused)
		pl_page_go(view, PL_PAGE_BENCH);
}

static void leave(struct pl_state *state)
{
	state->counting.is_on = state->counting.is_refused = false;
}

static const struct pl_panel panel = {
    .name = "count", .title = "Count", .lines = lines, .draw = draw, .hint = hint};

const struct pl_page pl_page_count = {.panel = &panel, .key = key, .news = news, .leave = leave};
