/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_log.c - the last lines of the engine's log, newest below; it follows unless scrolled back.
 * Main thread.
 */
#include "logview.h"
#include "panel.h"
#include "plateau/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TIME = 1, WIDE = 100, MS = 4 }; /* columns; MS: more of the time on a wide screen */

struct columns {
	int level, text;
	size_t width; /* of the text; 0 = rows are too few to break lines: the beginning of many
		       * says more */
	bool has_ms;
};

static struct columns columns_of(const struct pl_rect *rect)
{
	struct columns at = {.has_ms = rect->cols >= WIDE};

	at.level = TIME + 9 + (at.has_ms ? MS : 0);
	at.text = at.level + 6;
	if (rect->rows > 3 && rect->cols > at.text + 20)
		at.width = (size_t)(rect->cols - at.text - 1);
	return at;
}

size_t pl_logview_panel_width(const struct pl_state *state)
{
	return columns_of(&state->layout.panel[PL_PANEL_LOG]).width;
}

/* Local time of day of an ISO time in UTC, 8 or 12 characters; the text itself when it is none. */
static void local_time(const char *utc, bool has_ms, char out[16])
{
	struct tm at = {0};
	char local[PL_LOCAL_SIZE];
	int ms = 0;

	if (sscanf(utc, "%4d-%2d-%2dT%2d:%2d:%2d.%3d", &at.tm_year, &at.tm_mon, &at.tm_mday,
		   &at.tm_hour, &at.tm_min, &at.tm_sec, &ms) < 6 ||
	    at.tm_year < 1970 || at.tm_year > 2200) { /* what nanoseconds can hold */
		snprintf(out, 16, "%.8s", utc);
		return;
	}
	at.tm_year -= 1900;
	at.tm_mon -= 1;
	pl_clock_format_local((int64_t)timegm(&at) * PL_NS_PER_S, local);
	if (has_ms)
		snprintf(out, 16, "%.8s.%03d", local + 11, ms % 1000);
	else
		snprintf(out, 16, "%.8s", local + 11);
}

static void put_head(const struct pl_canvas *body, int row, const struct columns *at,
		     const struct pl_model_log *line)
{
	const struct pl_logview_look *look = pl_logview_look(line);
	char time[16];

	local_time(line->t, at->has_ms, time);
	pl_canvas_put(body, row, TIME, PL_ROLE_DIM, "%s", time);
	pl_canvas_put(body, row, at->level, look->role, "%s", look->word);
}

static void put_text(const struct pl_canvas *body, int row, const struct columns *at,
		     const struct pl_model_log *line, const char *text)
{
	enum pl_role role = pl_logview_look(line)->role;
	char part[sizeof line->text];

	snprintf(part, sizeof part, "%.*s", (int)pl_logview_row_bytes(text, at->width), text);
	pl_canvas_field(body, row, at->text, body->rect.cols - at->text,
			role == PL_ROLE_ALARM ? PL_ROLE_STRONG : role, part);
}

/* The first row tells where all that was said before stands. */
static int head_rows(const struct pl_state *state)
{
	return state->model->log_file[0] != '\0';
}

static int lines(const struct pl_state *state)
{
	return head_rows(state) + pl_logview_rows(state, pl_logview_panel_width(state), -1);
}

static void draw_line(const struct pl_canvas *body, const struct columns *at,
		      const struct pl_model_log *line, int *row)
{
	const char *text = line->text;

	if (*row >= 0)
		put_head(body, *row, at, line);
	do {
		if (*row >= 0 && *row < body->rect.rows)
			put_text(body, *row, at, line, text);
		++*row;
		text = pl_logview_next_row(text, at->width);
	} while (*text);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	struct columns at = columns_of(&state->layout.panel[PL_PANEL_LOG]);
	int row = head_rows(state) - first;

	if (row > 0)
		pl_canvas_tail(body, 0, pl_canvas_put(body, 0, TIME, PL_ROLE_DIM, "all of it: "),
			       body->rect.cols - 12, PL_ROLE_DIM, state->model->log_file);
	for (size_t i = 0; i < state->model->log_count && row < body->rect.rows; i++) {
		const struct pl_model_log *line = pl_model_log_line(state->model, i);

		if (pl_logview_is_shown(state, line))
			draw_line(body, &at, line, &row);
	}
	if (row == head_rows(state) - first && state->model->log_count > 0)
		pl_canvas_put(body, row, TIME, PL_ROLE_DIM,
			      "nothing passes level and filter: v and / change them");
}

/* "2 unread, 1 of them an error"; what is not looked at comes first. */
static void put_unread(const struct pl_state *state, char *out, size_t cap)
{
	int errors, count = pl_logview_unread(state, &errors);

	if (count == 0)
		return;
	if (errors == count)
		snprintf(out, cap, "%d unread ERROR%s", count, count == 1 ? "" : "S");
	else if (errors > 0)
		snprintf(out, cap, "%d unread, %d ERROR%s", count, errors, errors == 1 ? "" : "S");
	else
		snprintf(out, cap, "%d unread warning%s", count, count == 1 ? "" : "s");
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	char unread[40] = "", held[48] = "", level[40] = "";

	put_unread(state, unread, sizeof unread);
	if (state->scroll[PL_PANEL_LOG] > 0)
		snprintf(held, sizeof held, "HELD, %d new below, End follows",
			 pl_logview_held(state));
	if (state->log.filter != PL_LOGVIEW_ALL)
		snprintf(level, sizeof level, "%s only", pl_logview_filter_name(state->log.filter));
	snprintf(out, cap, "%s%s%s%s%s", level, level[0] && unread[0] ? "; " : "", unread,
		 (level[0] || unread[0]) && held[0] ? "; " : "", held);
}

const struct pl_panel pl_panel_log = {.name = "log",
				      .title = "Log",
				      .lines = lines,
				      .draw = draw,
				      .hint = hint,
				      .has_filter = true,
				      .is_from_below = true};
