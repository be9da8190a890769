/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ui.h - the view: the only door to ui/ and to ncurses.
 *
 * pl_ui_run takes over the terminal, shows the bench, and gives the terminal back as it was on
 * every way out (quit, error, lost engine, fatal signal). It runs in the main thread of a process
 * of its own that holds no device and no file.
 */
#ifndef PLATEAU_UI_H
#define PLATEAU_UI_H

#include "plateau/client.h"

#include <stdbool.h>

struct pl_ui_options {
	struct pl_client *client;  /* connected; taken over and closed by pl_ui_run */
	bool watch;		   /* read-only: no key acts on bench or run */
	const char *operator_name; /* NULL = unknown: asked before the first act if required */
	const char *theme;	   /* "colour" "mono"; NULL = by terminal and NO_COLOR */
	const char *glyphs;	   /* "braille" "block" "ascii"; NULL = by locale */
	/* The engine went away: start or find it again. NULL client when there is none to be had
	 * (the error says why). Called at most once a second, while the screen says so. */
	struct pl_client *(*reconnect)(void *ctx, struct pl_error *error);
	void *ctx;
};

/* Returns the exit status of the program: 0 left by q or hang-up, 143 ended by TERM, INT or QUIT
 * from outside (the runs go on), 1 error (said on stderr after the
 * terminal was restored). */
int pl_ui_run(const struct pl_ui_options *options);

#endif
