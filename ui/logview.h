/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logview.h - which lines of the log the Log panel shows, how many rows they take, and which of
 * them nobody has looked at yet. Lines count from 0, the oldest kept. Pure, one thread.
 *
 * The panel follows the newest line unless it was scrolled back: then it holds, what comes stands
 * below and is counted. A warning or error is unread until the panel was on the screen with the
 * focus, following.
 */
#ifndef UI_LOGVIEW_H
#define UI_LOGVIEW_H

#include "state.h"

/* Lines of this level and above are shown. */
enum pl_logview_filter {
	PL_LOGVIEW_ALL,
	PL_LOGVIEW_INFO,
	PL_LOGVIEW_WARNING,
	PL_LOGVIEW_ERROR,
	PL_LOGVIEW_FILTERS
};

const char *pl_logview_filter_name(int filter);

struct pl_logview_look { /* of a line's level */
	const char *level, *word;
	enum pl_role role;
	int severity; /* as enum pl_logview_filter */
};
const struct pl_logview_look *pl_logview_look(const struct pl_model_log *line);

/* True when the line passes the level and the text that are asked for. */
bool pl_logview_is_shown(const struct pl_state *state, const struct pl_model_log *line);

/* Bytes of the text that stand in one row of so many columns; a row breaks at a blank where it
 * can. width 0: all of it is one row. */
size_t pl_logview_row_bytes(const char *text, size_t width);
/* The text behind its first row, "" when that is all. */
const char *pl_logview_next_row(const char *text, size_t width);

/* Rows of all lines that are shown, and of those with a number above n. */
int pl_logview_rows(const struct pl_state *state, size_t width, int64_t n);
/* Lines that came since the panel holds, of those that are shown; 0 = it follows. */
int pl_logview_held(const struct pl_state *state);
/* Warnings and errors that nobody has looked at; *errors (may be NULL): those among them that are
 * errors. */
int pl_logview_unread(const struct pl_state *state, int *errors);

/* Before each frame: keeps what is held in its place, and takes as read what is looked at. */
void pl_logview_settle(struct pl_state *state);

/* Columns for the text in the panel as it is laid out, 0 = its lines are not broken (panel_log.c).
 */
size_t pl_logview_panel_width(const struct pl_state *state);

#endif
