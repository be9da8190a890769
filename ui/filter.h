/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * filter.h - of a list only the lines that contain a text. Every panel and page has a filter of its
 * own, named as in the table of actions. A panel that uses it says so with .has_filter, shows only
 * lines for which pl_filter_matches is true, and counts them so in its lines(); its title shows the
 * text. Pure, one thread.
 */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include "layout.h"

#include <stdbool.h>

#define PL_FILTER_SIZE 48

struct pl_state;

struct pl_filters {
	struct {
		char panel[16]; /* "" = free */
		char text[PL_FILTER_SIZE];
	} of[PL_PANELS + PL_PAGES];
};

/* True when no filter hides the line: the text contains the filter's, upper or lower case. */
bool pl_filter_matches(const struct pl_state *state, const char *panel, const char *text);
/* The filter's text, "" = there is none. */
const char *pl_filter_text(const struct pl_state *state, const char *panel);
/* "" takes it away. */
void pl_filter_set(struct pl_state *state, const char *panel, const char *text);

#endif
