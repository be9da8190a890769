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

static void put_line(const struct pl_canvas *body, int row, const struct pl_model_log *line)
{
	size_t i = 0, last = sizeof looks / sizeof looks[0] - 1;
	enum pl_role role;
	char at[9];
	int col;

	while (i < last && strcmp(looks[i].level, line->level) != 0)
		i++;
	role = looks[i].role == PL_ROLE_ALARM ? PL_ROLE_STRONG : looks[i].role;
	local_time(line->t, at);
	col = pl_canvas_put(body, row, 1, PL_ROLE_DIM, "%s", at);
	col = pl_canvas_put(body, row, col + 1, looks[i].role, "%s", looks[i].word);
	pl_canvas_field(body, row, col + 1, body->rect.cols - col - 1, role, line->text);
}

static int lines(const struct pl_state *state)
{
	return (int)state->model->log_count;
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	for (int row = 0; row < body->rect.rows && first + row < lines(state); row++)
		put_line(body, row, pl_model_log_line(state->model, (size_t)(first + row)));
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
