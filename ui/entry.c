/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.c - the line at the bottom, where a filter or a command is typed. Main thread.
 */
#include "entry.h"

#include "command.h"
#include "format.h"
#include "page.h"

#include <string.h>

void pl_entry_open(struct pl_state *state, enum pl_entry_kind kind, const char *text)
{
	state->entry.kind = kind;
	state->entry.back = 0;
	state->entry.shows_candidates = false;
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

/* Up goes back in what was typed before, down forth again, to an empty line at last. */
static void go_back(struct pl_entry *entry, bool is_back)
{
	if (is_back && pl_history_line(&entry->history, entry->back))
		entry->back++;
	else if (!is_back && entry->back > 0)
		entry->back--;
	else
		return;
	pl_line_set(&entry->line,
		    entry->back > 0 ? pl_history_line(&entry->history, entry->back - 1) : "");
}

static void enter_command(struct pl_view *view)
{
	struct pl_entry *entry = &view->state.entry;
	char line[PL_LINE_SIZE];

	memcpy(line, entry->line.text, sizeof line);
	pl_entry_close(&view->state);
	pl_history_add(&entry->history, line);
	pl_command_run(view, line);
}

static void command_key(struct pl_view *view, int key)
{
	struct pl_entry *entry = &view->state.entry;

	if (pl_key_is_one_of(key, "Tab")) {
		entry->shows_candidates = pl_command_complete(&view->state, &entry->line);
		return;
	}
	entry->shows_candidates = false;
	if (pl_key_is_one_of(key, "Enter"))
		enter_command(view);
	else if (pl_key_is_one_of(key, "Esc C-c C-g") ||
		 (pl_key_is_one_of(key, "Backspace C-h") && entry->line.text[0] == '\0'))
		pl_entry_close(&view->state);
	else if (pl_key_is_one_of(key, "Up C-p"))
		go_back(entry, true);
	else if (pl_key_is_one_of(key, "Down C-n"))
		go_back(entry, false);
	else
		pl_line_key(&entry->line, key);
}

void pl_entry_key(struct pl_view *view, int key, bool is_pasted)
{
	bool is_text = key >= ' ' && key != 0x7f && (key & PL_KEY_CODE) == 0;

	if (is_pasted && !is_text)
		return; /* the end of a pasted line ends nothing */
	if (view->state.entry.kind == PL_ENTRY_COMMAND)
		command_key(view, key);
	else
		filter_key(view, key);
}

void pl_entry_draw(const struct pl_state *state, const struct pl_canvas *bottom)
{
	const struct pl_entry *entry = &state->entry;
	char before[PL_LINE_SIZE], usage[160] = "Enter keep  Esc all";
	const char *from = before;
	int col, cols = bottom->rect.cols;

	memcpy(before, entry->line.text, entry->line.at);
	before[entry->line.at] = '\0';
	while (*from && pl_canvas_width(bottom, from) > cols - 4)
		from = pl_format_next(from);
	col = pl_canvas_put(bottom, 0, 0, PL_ROLE_KEY, entry->kind == PL_ENTRY_COMMAND ? ":" : "/");
	col = pl_canvas_put(bottom, 0, col, PL_ROLE_STRONG, "%s", from);
	pl_canvas_cell(bottom, 0, col, PL_ROLE_STRONG, true, " ");
	col = pl_canvas_put(bottom, 0, col + 1, PL_ROLE_STRONG, "%s",
			    entry->line.text + entry->line.at);
	if (entry->kind == PL_ENTRY_COMMAND)
		pl_command_usage(&entry->line, usage, sizeof usage);
	if (col + pl_canvas_width(bottom, usage) + 3 < cols)
		pl_canvas_right(bottom, 0, cols - 1, PL_ROLE_DIM, "%s", usage);
}

void pl_entry_draw_candidates(const struct pl_state *state, const struct pl_canvas *screen)
{
	const struct pl_entry *entry = &state->entry;
	int row = screen->rect.rows - 2, cols = screen->rect.cols;
	char words[1000];

	if (entry->kind != PL_ENTRY_COMMAND || !entry->shows_candidates)
		return;
	pl_command_candidates(state, &entry->line, words, sizeof words);
	pl_canvas_fill(screen, row, 0, cols, PL_ROLE_NORMAL, " ");
	pl_canvas_field(screen, row, 1, cols - 2, PL_ROLE_KEY, words);
}
