/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_log.c - the last lines of the engine's log, newest below; it follows unless scrolled back.
 * Main thread.
 */
#include "panel.h"
#include "plateau/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TIME = 1, LEVEL = 10, TEXT = 16 }; /* columns */

static const struct {
	const char *level, *word;
	enum pl_role role;
} looks[] = {
    {"error", "ERROR", PL_ROLE_ALARM},
    {"warning", "warn ", PL_ROLE_WARN},
    {"info", "     ", PL_ROLE_NORMAL},
    {"debug", "debug", PL_ROLE_DIM},
};

/* Local time of day of an ISO time in UTC; the text itself when it is none. */
static void local_time(const char *utc, char out[9])
{
	struct tm at = {0};
	char local[PL_LOCAL_SIZE];

	if (sscanf(utc, "%4d-%2d-%2dT%2d:%2d:%2d", &at.tm_year, &at.tm_mon, &at.tm_mday,
		   &at.tm_hour, &at.tm_min, &at.tm_sec) != 6) {
		snprintf(out, 9, "%.8s", utc);
		return;
	}
	at.tm_year -= 1900;
	at.tm_mon -= 1;
	pl_clock_format_local((int64_t)timegm(&at) * PL_NS_PER_S, local);
	snprintf(out, 9, "%.8s", local + 11);
}

/* Bytes of the text that stand in one row; a row breaks at a blank where it can. */
static size_t row_bytes(const char *text, size_t width)
{
	size_t length = strlen(text), at = width;

	if (length <= width)
		return length;
	while (at > width / 2 && text[at] != ' ')
		at--;
	if (text[at] == ' ')
		return at;
	for (at = width; at > 1 && ((unsigned char)text[at] & 0xc0) == 0x80;)
		at--;
	return at;
}

/* Columns for the text; 0 = too few rows to break lines: the beginning of many says more. */
static size_t text_width(const struct pl_state *state)
{
	const struct pl_rect *rect = &state->layout.panel[PL_PANEL_LOG];

	return rect->rows > 3 && rect->cols > TEXT + 20 ? (size_t)(rect->cols - TEXT - 1) : 0;
}

/* The text behind its first row, "" when that is all. */
static const char *next_row(const char *text, size_t width)
{
	if (width == 0)
		return "";
	text += row_bytes(text, width);
	return text + (*text == ' ');
}

static const struct pl_model_log *line_at(const struct pl_state *state, size_t i)
{
	return pl_model_log_line(state->model, i);
}

static size_t look_of(const struct pl_model_log *line)
{
	size_t i = 0, last = sizeof looks / sizeof looks[0] - 1;

	while (i < last && strcmp(looks[i].level, line->level) != 0)
		i++;
	return i;
}

static void put_head(const struct pl_canvas *body, int row, const struct pl_model_log *line)
{
	size_t look = look_of(line);
	char at[9];

	local_time(line->t, at);
	pl_canvas_put(body, row, TIME, PL_ROLE_DIM, "%s", at);
	pl_canvas_put(body, row, LEVEL, looks[look].role, "%s", looks[look].word);
}

static void put_text(const struct pl_canvas *body, int row, const struct pl_model_log *line,
		     const char *text, size_t width)
{
	enum pl_role role = looks[look_of(line)].role;
	char part[PL_MODEL_TEXT];

	snprintf(part, sizeof part, "%.*s", (int)(width > 0 ? row_bytes(text, width) : sizeof part),
		 text);
	pl_canvas_field(body, row, TEXT, body->rect.cols - TEXT,
			role == PL_ROLE_ALARM ? PL_ROLE_STRONG : role, part);
}

static int lines(const struct pl_state *state)
{
	size_t width = text_width(state);
	int count = 0;

	for (size_t i = 0; i < state->model->log_count; i++) {
		const char *text = line_at(state, i)->text;

		do {
			count++;
			text = next_row(text, width);
		} while (*text);
	}
	return count;
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	size_t width = text_width(state);
	int row = -first;

	for (size_t i = 0; i < state->model->log_count && row < body->rect.rows; i++) {
		const struct pl_model_log *line = line_at(state, i);
		const char *text = line->text;

		if (row >= 0)
			put_head(body, row, line);
		do {
			if (row >= 0 && row < body->rect.rows)
				put_text(body, row, line, text, width);
			row++;
			text = next_row(text, width);
		} while (*text);
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	int back = state->scroll[PL_PANEL_LOG];

	if (back > 0)
		snprintf(out, cap, "%d newer below, End follows", back);
}

const struct pl_panel pl_panel_log = {.name = "log",
				      .title = "Log",
				      .lines = lines,
				      .draw = draw,
				      .hint = hint,
				      .is_from_below = true};
