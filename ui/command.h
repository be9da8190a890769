/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.h - the words of the command line of `:`. They are those of the program's own command
 * line where both have them, and the names of all actions. A word with an argument is a row in
 * command_words.c. Main thread.
 */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include "view.h"

struct pl_command_row {
	const char *name;
	const char *arguments; /* as in the help: "PATH=VALUE" */
	const char *text;
	bool acts_on_bench;  /* refused in a view that only watches */
	bool needs_argument; /* without one it means nothing; else it is the action's name */
	char behind;	     /* what completion puts behind an argument: ' ', '=' */
	/* What the argument could be, NULL behind the last; NULL function = anything. */
	const char *(*candidate)(const struct pl_state *state, size_t i);
	void (*run)(struct pl_view *view, const char *argument);
};

/* Row i, NULL behind the last. */
const struct pl_command_row *pl_command_row(size_t i);
/* Of those in command_view.c. */
const struct pl_command_row *pl_command_view_row(size_t i);
/* Does what the line says, or says why not; an unknown word names the nearest one. */
void pl_command_run(struct pl_view *view, const char *line);
/* Completes the word before the place as far as it is certain. More than one way on: true. */
bool pl_command_complete(const struct pl_state *state, struct pl_line *line);
/* What could stand at the place, between blanks; "" = anything. */
void pl_command_candidates(const struct pl_state *state, const struct pl_line *line, char *out,
			   size_t cap);
/* What the word of the line takes, "PATH=VALUE  set one parameter"; "" when it is none yet. */
void pl_command_usage(const struct pl_line *line, char *out, size_t cap);

#endif
