/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * history.h - the commands typed before, the newest first. Pure, one thread.
 */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include "line.h"

#define PL_HISTORY 20

struct pl_history {
	char lines[PL_HISTORY][PL_LINE_SIZE];
	size_t count;
};

/* A line that is there already moves to the front; an empty one is not kept. */
void pl_history_add(struct pl_history *history, const char *line);
/* Line i, 0 = the newest; NULL behind the oldest. */
const char *pl_history_line(const struct pl_history *history, size_t i);

/* As many of the newest lines as fit, each behind a newline; and back. */
void pl_history_save(const struct pl_history *history, char *out, size_t cap);
void pl_history_restore(struct pl_history *history, const char *saved);

#endif
