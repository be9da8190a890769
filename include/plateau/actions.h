/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions.h - everything a key of the screen can do, as one table: the view dispatches by it, shows
 * help and its bottom line from it, and the manual's list of keys is written from it.
 */
#ifndef PLATEAU_ACTIONS_H
#define PLATEAU_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct pl_state; /* the view's own */

struct pl_action {
	const char *name; /* "scan": unique */
	/* Default keys between blanks, the one that is shown first: "Up k", "? F1", "C-l". A key is
	 * a character or Tab S-Tab Enter Esc Space Up Down Left Right PgUp PgDn Home End Fn C-x. */
	const char *keys;
	const char *panel;  /* the panel where it works, "" = everywhere */
	const char *label;  /* in the bottom line; "" = not shown there */
	const char *text;   /* one line for help and manual, without full stop */
	bool is_confirmed;  /* asks first; another key says yes */
	bool acts_on_bench; /* not in a view that only watches */
	/* The reason why it cannot be done now, or NULL; a NULL function: always. */
	const char *(*refusal)(const struct pl_state *state);
	/* Another label for the state, or NULL function. */
	const char *(*relabel)(const struct pl_state *state);
};

/* The table, constant. Any thread. */
const struct pl_action *pl_ui_actions(size_t *count);

#endif
