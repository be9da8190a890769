/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.h - the line at the bottom that takes a filter or a command while it is typed. It has the
 * keys before panels and pages, behind an open question. Main thread.
 */
#ifndef UI_ENTRY_H
#define UI_ENTRY_H

#include "canvas.h"
#include "history.h"

enum pl_entry_kind { PL_ENTRY_NONE, PL_ENTRY_FILTER, PL_ENTRY_COMMAND };

struct pl_entry {
	enum pl_entry_kind kind;
	struct pl_line line;
	struct pl_history history; /* of commands */
	size_t back;		   /* how far up in it; 0 = the line itself */
	bool shows_candidates;	   /* Tab found more than one */
};

struct pl_state;
struct pl_view;

void pl_entry_open(struct pl_state *state, enum pl_entry_kind kind, const char *text);
void pl_entry_close(struct pl_state *state);
/* is_pasted: between the brackets of a paste, where nothing is a command. */
void pl_entry_key(struct pl_view *view, int key, bool is_pasted);
/* On the bottom line of the screen, and what could be typed on the one above it. */
void pl_entry_draw(const struct pl_state *state, const struct pl_canvas *bottom);
void pl_entry_draw_candidates(const struct pl_state *state, const struct pl_canvas *screen);

#endif
