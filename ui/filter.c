/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * filter.c - the filters of the panels, by name. Pure, one thread.
 */
#include "filter.h"

#include "plateau/text.h"
#include "state.h"

#include <string.h>

enum { FILTERS = PL_PANELS + PL_PAGES };

const char *pl_filter_text(const struct pl_state *state, const char *panel)
{
	for (int i = 0; i < FILTERS; i++)
		if (strcmp(state->filters.of[i].panel, panel) == 0)
			return state->filters.of[i].text;
	return "";
}

bool pl_filter_matches(const struct pl_state *state, const char *panel, const char *text)
{
	const char *wanted = pl_filter_text(state, panel);

	return wanted[0] == '\0' || strcasestr(text, wanted) != NULL;
}

void pl_filter_set(struct pl_state *state, const char *panel, const char *text)
{
	int at = 0;

	while (at < FILTERS && strcmp(state->filters.of[at].panel, panel) != 0)
		at++;
	for (int i = 0; at == FILTERS && i < FILTERS; i++)
		if (state->filters.of[i].text[0] == '\0')
			at = i;
	if (at == FILTERS)
		return;
	pl_text_copy(state->filters.of[at].panel, sizeof state->filters.of[at].panel, panel);
	pl_text_copy(state->filters.of[at].text, sizeof state->filters.of[at].text, text);
}
