/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.h - a page takes the place of all panels: help, a list of runs, a form. It is a row of ops,
 * as a panel is, and a panel draws its body; in addition it may take keys before the table of
 * actions does. A new page is a new file, an id here and a row in page.c. Main thread.
 *
 * Keys go: open question, then the page, then the table of actions (where the page's name counts as
 * a panel's). Only one page is open; going to another one leaves it first. Help alone stands before
 * the page that it was asked on, which stays open below it.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include "panel.h"
#include "view.h"

struct pl_page {
	const struct pl_panel *panel; /* its name is the page's */
	/* It is about to be shown; false: not now, and the state says why. NULL = always. */
	bool (*enter)(struct pl_view *view);
	/* It is shown no longer: what it holds is freed. NULL = holds nothing. */
	void (*leave)(struct pl_state *state);
	bool is_alone; /* what works everywhere does not work here, but for help */
	/* True when the key was its own. NULL = leaves all to the actions. */
	bool (*key)(struct pl_view *view, int key);
	/* A new snapshot was taken in. NULL = needs none. */
	void (*news)(struct pl_view *view);
};

/* PL_PAGE_BENCH has none: NULL. */
const struct pl_page *pl_page(enum pl_page_id id);

/* Leaves the page that is open and shows this one, from its first line. */
void pl_page_go(struct pl_view *view, enum pl_page_id id);
/* From help to what it was asked on, from a run to the list of runs, from any other page to the
 * panels. */
void pl_page_back(struct pl_view *view);
/* What help was asked on. */
const struct pl_panel *pl_page_helped(const struct pl_state *state);
/* The name under which the table of actions is searched: the page's, else the focused panel's. */
const char *pl_page_keys(const struct pl_state *state);

#endif
