/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.c - the line at the bottom, where a filter is typed. Main thread.
 */
#include "entry.h"

#include "page.h"

#include <string.h>

void pl_entry_open(struct pl_state *state, enum pl_entry_kind kind, const char *text)
{
	state->entry.kind = kind;
	pl_line_set(&state->entry.line, text);
	state->message[0] = '\0';
}

void pl_entry_close(struct pl_state *state)
{
	state->entry.kind = PL_ENTRY_NONE;
}

/* What is typed holds at once; Enter keeps it, Esc takes the filter away. */
static void filter_key(struct pl_view *view, int key)
{
	struct pl_state *state = &view->state;
	struct pl_entry *entry = &state->entry;
	const char *panel = pl_page_keys(state);

	if (pl_key_is_one_of(key, "Enter")) {
		pl_entry_close(state);
	} else if (pl_key_is_one_of(key, "Esc C-c C-g")) {
		pl_filter_set(state, panel, "");
		pl_entry_close(state);
	} else if (pl_key_is_one_of(key, "Backspace") && entry->line.text[0] == '\0') {
		pl_entry_close(state);
	} else if (pl_line_key(&entry->line, key)) {
		pl_filter_set(state, panel, entry->line.text);
		pl_view_first_line(view);
	}
}

void pl_entry_key(struct pl_view *view, int key, bool is_pasted)
{
	if (is_pasted && key < ' ')
		return; /* the end of a pasted line ends nothing */
	filter_key(view, key);
}

void pl_entry_draw(const struct pl_state *state, const struct pl_canvas *bottom)
{
	const struct pl_entry *entry = &state->entry;
	char before[PL_LINE_SIZE];
	const char *from = before;
	int col, cols = bottom->rect.cols;

	memcpy(before, entry->line.text, entry->line.at);
	before[entry->line.at] = '\0';
	while (*from && pl_canvas_width(bottom, from) > cols - 4)
		from++;
	col = pl_canvas_put(bottom, 0, 0, PL_ROLE_KEY, "/");
	col = pl_canvas_put(bottom, 0, col, PL_ROLE_STRONG, "%s", from);
	pl_canvas_cell(bottom, 0, col, PL_ROLE_STRONG, true, " ");
	col = pl_canvas_put(bottom, 0, col + 1, PL_ROLE_STRONG, "%s",
			    entry->line.text + entry->line.at);
	if (entry->kind == PL_ENTRY_FILTER && col + 24 < cols)
		pl_canvas_right(bottom, 0, cols - 1, PL_ROLE_DIM, "Enter keep  Esc all");
}
