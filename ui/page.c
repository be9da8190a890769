/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.c - the pages, and going from one to another. Main thread.
 */
#include "page_count.h"
#include "page_parameters.h"
#include "page_runs.h"
#include "page_tune.h"

#include "page_form.h"

#include <stddef.h>

static const struct pl_page help = {.panel = &pl_panel_help};

static const struct pl_page *const pages[PL_PAGES] = {
    [PL_PAGE_BENCH] = NULL,	      [PL_PAGE_HELP] = &help,
    [PL_PAGE_TUNE] = &pl_page_tune,   [PL_PAGE_PARAMETERS] = &pl_page_parameters,
    [PL_PAGE_COUNT] = &pl_page_count, [PL_PAGE_FORM] = &pl_page_form,
    [PL_PAGE_RUNS] = &pl_page_runs,   [PL_PAGE_RUN] = &pl_page_run,
};

const struct pl_page *pl_page(enum pl_page_id id)
{
	return pages[id];
}

static void leave(struct pl_view *view, enum pl_page_id id)
{
	const struct pl_page *page = pl_page(id);

	if (page && page->leave)
		page->leave(&view->state);
}

/* Help stands before the page that it was asked on, which stays open. */
static void show_help(struct pl_state *state)
{
	state->page_below = state->page;
	state->below_scroll = state->page_scroll;
	state->page = PL_PAGE_HELP;
	state->page_scroll = 0;
}

void pl_page_go(struct pl_view *view, enum pl_page_id id)
{
	struct pl_state *state = &view->state;
	const struct pl_page *next = pl_page(id);

	if (id == state->page)
		return;
	if (id == PL_PAGE_HELP) {
		show_help(state);
		return;
	}
	leave(view, state->page == PL_PAGE_HELP ? state->page_below : state->page);
	state->page = PL_PAGE_BENCH;
	state->page_scroll = 0;
	if (!next || !next->enter || next->enter(view))
		state->page = id;
}

void pl_page_back(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	if (state->page == PL_PAGE_RUN) {
		pl_page_go(view, PL_PAGE_RUNS);
		return;
	}
	if (state->page != PL_PAGE_HELP || state->page_below == PL_PAGE_BENCH) {
		pl_page_go(view, PL_PAGE_BENCH);
		return;
	}
	state->page = state->page_below;
	state->page_scroll = state->below_scroll;
}

const char *pl_page_keys(const struct pl_state *state)
{
	const struct pl_page *page = pl_page(state->page);

	return (page ? page->panel : pl_panel(state->focus))->name;
}

const struct pl_panel *pl_page_helped(const struct pl_state *state)
{
	const struct pl_page *page = pl_page(state->page_below);

	return page ? page->panel : pl_panel(state->focus);
}
