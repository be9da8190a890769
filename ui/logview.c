/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logview.c - lines of the log: which are shown, which are held back, which are unread. Pure, one
 * thread.
 */
#include "logview.h"

#include <string.h>

static const struct pl_logview_look looks[] = {
    {"error", "ERROR", PL_ROLE_ALARM, PL_LOGVIEW_ERROR},
    {"warning", "warn ", PL_ROLE_WARN, PL_LOGVIEW_WARNING},
    {"info", "     ", PL_ROLE_NORMAL, PL_LOGVIEW_INFO},
    {"debug", "debug", PL_ROLE_DIM, PL_LOGVIEW_ALL},
};

const char *pl_logview_filter_name(int filter)
{
	static const char *const names[PL_LOGVIEW_FILTERS] = {"all", "info and above",
							      "warnings and errors", "errors"};

	return names[filter];
}

const struct pl_logview_look *pl_logview_look(const struct pl_model_log *line)
{
	size_t i = 0, last = sizeof looks / sizeof looks[0] - 1;

	while (i < last && strcmp(looks[i].level, line->level) != 0)
		i++;
	return &looks[i];
}

bool pl_logview_is_shown(const struct pl_state *state, const struct pl_model_log *line)
{
	return pl_logview_look(line)->severity >= state->log.filter &&
	       (pl_filter_matches(state, "log", line->text) ||
		pl_filter_matches(state, "log", line->level));
}

size_t pl_logview_row_bytes(const char *text, size_t width)
{
	size_t length = strlen(text), at = width;

	if (width == 0 || length <= width)
		return length;
	while (at > width / 2 && text[at] != ' ')
		at--;
	if (text[at] == ' ')
		return at;
	for (at = width; at > 1 && ((unsigned char)text[at] & 0xc0) == 0x80;)
		at--;
	return at;
}

const char *pl_logview_next_row(const char *text, size_t width)
{
	text += pl_logview_row_bytes(text, width);
	return text + (*text == ' ');
}

static int rows_of(const char *text, size_t width)
{
	int rows = 0;

	do {
		rows++;
		text = pl_logview_next_row(text, width);
	} while (*text);
	return rows;
}

int pl_logview_rows(const struct pl_state *state, size_t width, int64_t n)
{
	int rows = 0;

	for (size_t i = 0; i < state->model->log_count; i++) {
		const struct pl_model_log *line = pl_model_log_line(state->model, i);

		if (line->n > n && pl_logview_is_shown(state, line))
			rows += rows_of(line->text, width);
	}
	return rows;
}

int pl_logview_held(const struct pl_state *state)
{
	int count = 0;

	if (state->log.held_n == 0)
		return 0;
	for (size_t i = 0; i < state->model->log_count; i++) {
		const struct pl_model_log *line = pl_model_log_line(state->model, i);

		count += line->n > state->log.held_n && pl_logview_is_shown(state, line);
	}
	return count;
}

int pl_logview_unread(const struct pl_state *state, int *errors)
{
	int count = 0, worst = 0;

	for (size_t i = 0; i < state->model->log_count; i++) {
		const struct pl_model_log *line = pl_model_log_line(state->model, i);
		int severity = pl_logview_look(line)->severity;

		if (line->n <= state->log.read_n || severity < PL_LOGVIEW_WARNING)
			continue;
		count++;
		worst += severity == PL_LOGVIEW_ERROR;
	}
	if (errors)
		*errors = worst;
	return count;
}

static bool is_looked_at(const struct pl_state *state)
{
	return state->focus == PL_PANEL_LOG && state->page == PL_PAGE_BENCH &&
	       state->layout.panel[PL_PANEL_LOG].rows > 1;
}

void pl_logview_settle(struct pl_state *state)
{
	const struct pl_model *model = state->model;
	int *scroll = &state->scroll[PL_PANEL_LOG];
	int64_t newest =
	    model->log_count > 0 ? pl_model_log_line(model, model->log_count - 1)->n : 0;

	if (model->log_count > 0 && newest < state->log.settled_n) /* another engine counts anew */
		state->log.settled_n = state->log.read_n = state->log.held_n = 0;
	if (*scroll == 0)
		state->log.held_n = 0;
	else if (state->log.held_n == 0)
		state->log.held_n = state->log.settled_n;
	if (*scroll > 0 && newest > state->log.settled_n)
		*scroll +=
		    pl_logview_rows(state, pl_logview_panel_width(state), state->log.settled_n);
	state->log.settled_n = newest;
	if (is_looked_at(state) && state->log.held_n == 0)
		state->log.read_n = newest;
}
