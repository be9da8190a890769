/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * script.h - keys from a file in place of a hand's: for tests and for reports of what went wrong.
 * Each line is one of
 *   keys KEY…    keys by their names, one after the other; a line that is one key alone is too
 *   type TEXT    the characters of a text
 *   wait TEXT    until the screen shows the text
 *   timeout S    how long each wait behind it takes at most; 10 s
 *   :COMMAND     as typed in the command line
 *   # …          nothing; nor does an empty line
 * Main thread.
 */
#ifndef UI_SCRIPT_H
#define UI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl_view;
struct pl_text;

struct pl_script {
	const char *at; /* the next line; NULL = there is no script */
	int line;
	int64_t timeout_ns, until_ns; /* of the wait in progress; 0 = none */
	char wanted[200];	      /* by the wait in progress */
};

void pl_script_start(struct pl_script *script, const char *text);
/* The next line, unless a wait is in progress; after what was done before is on the screen. A line
 * that fails ends the view with its place and reason. True when there may be more to do at once. */
bool pl_script_step(struct pl_view *view);
/* When a wait in progress is over, INT64_MAX when none is. */
int64_t pl_script_deadline(const struct pl_script *script);

/* What stands on curses's screen, a line each, blanks at the ends cut. shot.c */
void pl_shot_text(struct pl_text *out);

#endif
