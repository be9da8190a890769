/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.c - the pages, and going from one to another. Main thread.
 */
#include "page.h"

#include <stddef.h>

static const struct pl_page help = {.panel = &pl_panel_help};

static const struct pl_page *const pages[PL_PAGES] = {
    [PL_PAGE_BENCH] = NULL,
    [PL_PAGE_HELP] = &help,
};

const struct pl_page *pl_page(enum pl_page_id id)
{
	return pages[id];
}

void pl_page_go(struct pl_view *view, enum pl_page_id id)
{
	struct pl_state *state = &view->state;
	const struct pl_page *now = pl_page(state->page), *next = pl_page(id);

	if (id == state->page)
		return;
	if (now && now->leave)
		now->leave(state);
	state->page = PL_PAGE_BENCH;
	state->page_scroll = 0;
	if (!next || !next->enter || next->enter(view))
		state->page = id;
}

const char *pl_page_keys(const struct pl_state *state)
{
	const struct pl_page *page = pl_page(state->page);

	return (page ? page->panel : pl_panel(state->focus))->name;
}
