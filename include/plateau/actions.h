/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions.h - everything a key of the screen can do, as one table: the view dispatches by it, shows
 * help and its bottom line from it, its command line knows the names, config.yaml binds other keys
 * to them, and the manual's list of keys is written from it.
 */
#ifndef PLATEAU_ACTIONS_H
#define PLATEAU_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct pl_state; /* the view's own */
struct pl_view;

struct pl_action {
	int id;		  /* of the view's own enum */
	const char *name; /* "scan": unique */
	/* Default keys between blanks, the one that is shown first: "Up k", "? F1", "C-l". A key is
	 * a character or Tab S-Tab Enter Esc Space Backspace Up Down Left Right S-Up S-Down S-Left
	 * S-Right PgUp PgDn Home End Ins Del F1…F12 C-x. An F key has another one beside it. */
	const char *keys;
	const char *panel;  /* the panel or page where it works, "" = everywhere */
	const char *label;  /* in the bottom line; "" = not shown there */
	const char *text;   /* one line for help and manual, without full stop */
	bool is_confirmed;  /* asks first; another key says yes */
	bool acts_on_bench; /* not in a view that only watches */
	bool gives_way;	    /* a panel may have an action of its own on the same key */
	/* The reason why it cannot be done now, or NULL; a NULL function: always. */
	const char *(*refusal)(const struct pl_state *state);
	/* Another label for the state, or NULL function. */
	const char *(*relabel)(const struct pl_state *state);
	void (*act)(struct pl_view *view, int id);
};

/* Row i of the table in the order of help and manual, NULL behind the last. Constant, any thread.
 */
const struct pl_action *pl_ui_action(size_t i);

#endif
