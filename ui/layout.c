/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layout.c - the screen cut into panels.
 *
 * Wide screens: Devices above, Log below, between them Readings over Counters on the left and Scan
 * on the right. Narrow ones: one panel above the other, the important ones first. Pure, any thread.
 */
#include "layout.h"

#include <string.h>

#define WIDE_COLS     72 /* from here on two columns */
#define LEFT_COLS_MAX 60
#define PANEL_ROWS    2 /* a title and one line: less is no panel */
#define PLOT_ROWS     6
#define PLOT_COLS     24

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

static int clamp(int value, int low, int high)
{
	return most(low, least(value, high));
}

/* Full width for Devices and Log, the middle for what is watched. */
static void place_wide(const struct pl_layout_wish *wish, const struct pl_rect *body,
		       struct pl_layout *out)
{
	int left = clamp(body->cols * 47 / 100, 34, LEFT_COLS_MAX);
	int devices =
	    clamp(2 + wish->lines[PL_PANEL_DEVICES], PANEL_ROWS, most(PANEL_ROWS, body->rows / 4));
	int log = clamp(body->rows / 5, PANEL_ROWS, 12);
	int middle = body->rows - devices - log, row = body->row + devices;
	int counters =
	    clamp(1 + wish->lines[PL_PANEL_COUNTERS], PANEL_ROWS, most(PANEL_ROWS, middle * 2 / 5));
	int spare = middle - counters - 1 - wish->lines[PL_PANEL_READINGS];

	/* Rows that Readings does not need are better spent on counters, then stay empty. */
	if (spare > 0)
		counters = clamp(1 + wish->lines[PL_PANEL_COUNTERS], counters, counters + spare);
	out->panel[PL_PANEL_DEVICES] = (struct pl_rect){body->row, body->col, devices, body->cols};
	out->panel[PL_PANEL_READINGS] = (struct pl_rect){row, body->col, middle - counters, left};
	out->panel[PL_PANEL_COUNTERS] =
	    (struct pl_rect){row + middle - counters, body->col, counters, left};
	out->wall = (struct pl_rect){row, body->col + left, middle, 1};
	out->panel[PL_PANEL_SCAN] =
	    (struct pl_rect){row, body->col + left + 1, middle, body->cols - left - 1};
	out->panel[PL_PANEL_LOG] = (struct pl_rect){row + middle, body->col, log, body->cols};
}

/* Everybody who fits gets a title and a line, by importance; then what is left is given out, one
 * line each in turn, until nobody wants more, and the rest to the curve. */
static void place_narrow(const struct pl_layout_wish *wish, const struct pl_rect *body,
			 struct pl_layout *out)
{
	const enum pl_panel_id rank[] = {wish->focus,	   PL_PANEL_SCAN, PL_PANEL_READINGS,
					 PL_PANEL_DEVICES, PL_PANEL_LOG,  PL_PANEL_COUNTERS};
	int rows[PL_PANELS] = {0}, left = body->rows, row = body->row;
	bool has_given = true;

	for (size_t i = 0; i < sizeof rank / sizeof rank[0]; i++) {
		if (rank[i] < PL_PANELS && rows[rank[i]] == 0 && left >= PANEL_ROWS) {
			rows[rank[i]] = PANEL_ROWS;
			left -= PANEL_ROWS;
		}
	}
	while (left > 0 && has_given) {
		has_given = false;
		for (size_t i = 1; i < sizeof rank / sizeof rank[0] && left > 0; i++) {
			int *mine = &rows[rank[i]];

			if (*mine == 0 || *mine > wish->lines[rank[i]])
				continue;
			(*mine)++;
			left--;
			has_given = true;
		}
	}
	if (rows[PL_PANEL_SCAN] > 0)
		rows[PL_PANEL_SCAN] += left;
	for (int i = 0; i < PL_PANELS; i++) {
		if (rows[i] > 0)
			out->panel[i] = (struct pl_rect){row, body->col, rows[i], body->cols};
		row += rows[i];
	}
}

void pl_layout_make(const struct pl_layout_wish *wish, struct pl_layout *out)
{
	struct pl_rect body = {1, 0, wish->rows - 2, wish->cols};

	memset(out, 0, sizeof *out);
	out->top = (struct pl_rect){0, 0, most(0, least(1, wish->rows)), most(0, wish->cols)};
	out->is_too_small = wish->rows < PL_LAYOUT_MIN_ROWS || wish->cols < PL_LAYOUT_MIN_COLS;
	if (out->is_too_small)
		return;
	out->bottom = (struct pl_rect){wish->rows - 1, 0, 1, wish->cols};
	if (wish->zoom < PL_PANELS)
		out->panel[wish->zoom] = body;
	else if (wish->cols >= WIDE_COLS)
		place_wide(wish, &body, out);
	else
		place_narrow(wish, &body, out);
}

void pl_layout_scan(const struct pl_rect *panel, int text_lines, struct pl_rect *text,
		    struct pl_rect *plot)
{
	int rows = panel->rows - 1, plot_rows = rows - text_lines;

	memset(plot, 0, sizeof *plot);
	if (plot_rows < PLOT_ROWS || panel->cols < PLOT_COLS)
		plot_rows = 0;
	*text =
	    (struct pl_rect){panel->row + 1, panel->col, most(0, rows - plot_rows), panel->cols};
	if (plot_rows > 0)
		*plot =
		    (struct pl_rect){text->row + text->rows, panel->col, plot_rows, panel->cols};
}

struct pl_rect pl_layout_box(int rows, int cols, int box_rows, int box_cols)
{
	int height = clamp(box_rows, 0, most(0, rows)), width = clamp(box_cols, 0, most(0, cols));

	return (struct pl_rect){(rows - height) / 2, (cols - width) / 2, height, width};
}
