/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layout.h - which panel gets which rectangle: a pure function of sizes.
 *
 * Rectangles never overlap and never leave the screen; a panel without room has rows == 0.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

enum pl_panel_id {
	PL_PANEL_DEVICES,
	PL_PANEL_READINGS,
	PL_PANEL_SCAN,
	PL_PANEL_COUNTERS,
	PL_PANEL_LOG,
	PL_PANELS,
	PL_PANEL_NONE = PL_PANELS,
};

/* What fills the screen: all panels (or the zoomed one), or one of these in their place. */
enum pl_page_id {
	PL_PAGE_BENCH,
	PL_PAGE_HELP,
	PL_PAGE_TUNE,
	PL_PAGE_PARAMETERS,
	PL_PAGE_COUNT,
	PL_PAGE_FORM,
	PL_PAGE_RUNS,
	PL_PAGE_RUN,
	PL_PAGES,
};

struct pl_rect {
	int row, col, rows, cols;
};

/* What the layout is asked for. lines: what each panel has to show, without its title. */
struct pl_layout_wish {
	int rows, cols;		/* of the screen */
	enum pl_panel_id focus; /* is shown before others when there is not room for all */
	enum pl_panel_id zoom;	/* fills the screen; PL_PANEL_NONE = all of them */
	int lines[PL_PANELS];
};

struct pl_layout {
	bool is_too_small; /* one line is all: top */
	struct pl_rect top, bottom;
	struct pl_rect panel[PL_PANELS];
	struct pl_rect wall; /* the column between two panels side by side; rows == 0: none */
};

#define PL_LAYOUT_MIN_ROWS 10
#define PL_LAYOUT_MIN_COLS 40

void pl_layout_make(const struct pl_layout_wish *wish, struct pl_layout *out);

/* The Scan panel below its title: lines of text, then the curve, which goes first when room gets
 * short (plot->rows == 0). text_lines: what the text would like. */
void pl_layout_scan(const struct pl_rect *panel, int text_lines, struct pl_rect *text,
		    struct pl_rect *plot);

/* A box for a question of so many lines and columns, frame included, in the middle of the screen;
 * cut to the screen. */
struct pl_rect pl_layout_box(int rows, int cols, int box_rows, int box_cols);

#endif
