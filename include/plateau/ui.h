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

/* Keys in place of an action's own (actions.h), names between blanks. */
struct pl_ui_key {
	const char *action, *keys;
};

struct pl_ui_options {
	struct pl_client *client;  /* connected; taken over and closed by pl_ui_run */
	bool watch;		   /* read-only: no key acts on bench or run */
	const char *operator_name; /* NULL = unknown: asked before the first act if required */
	const char *theme;	   /* a name; NULL = by terminal and NO_COLOR */
	const char *glyphs;	   /* a name; NULL = by locale */
	const struct pl_ui_key *keys;
	size_t key_count;
	double refresh_hz; /* 1 to 10 snapshots a second; 0 = the engine's own pace */
	bool mouse;	   /* used here from the start */
	/* Keys that are played, line by line (plateau(1)), then the view ends; NULL = none. */
	const char *script, *script_name;
	int rows, cols; /* of a terminal in memory in place of the real one; 0 = the real one */
	/* Writes a screen as text to a file; false: the error says why. NULL = cannot. */
	bool (*save)(void *ctx, const char *path, const char *text, size_t length,
		     struct pl_error *error);
	/* The engine went away: find it again, and start one when may_start. NULL client when there
	 * is none to be had (the error says why). Called at most once a second, while the screen
	 * says so. */
	struct pl_client *(*reconnect)(void *ctx, bool may_start, struct pl_error *error);
	/* The engine is of another build: become the view of its program, in this process, after
	 * the terminal was given back. Returns only when that cannot be, with the reason. NULL:
	 * never. */
	void (*become)(void *ctx, int64_t pid, struct pl_error *error);
	/* The command line that opens this screen again, said on the way out while a run goes on
	 * and after a crash of the view; NULL = says nothing. */
	const char *come_back;
	void *ctx;
};

/* The schemes of colours and the sets of signs by name, NULL behind the last. Any thread. */
const char *pl_ui_theme_name(size_t i);
const char *pl_ui_glyphs_name(size_t i);
/* Words of the screen's command line that take an argument; false behind the last. Any thread. */
struct pl_ui_word {
	const char *name, *arguments, *text;
};
bool pl_ui_word(size_t i, struct pl_ui_word *out);
/* True when these keys can be: each is a key, none does two things in one panel. Else *wrong is one
 * of them that is at fault, and why says how. Any thread. */
bool pl_ui_keys_check(const struct pl_ui_key *keys, size_t count, size_t *wrong, char *why,
		      size_t cap);

/* Returns the exit status of the program: 0 left by q or hang-up, 143 ended by TERM, INT or QUIT
 * from outside (the runs go on), 1 error or a script that failed (said on
 * stderr after the terminal was restored). */
int pl_ui_run(const struct pl_ui_options *options);

#endif
