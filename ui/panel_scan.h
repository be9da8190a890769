/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_scan.h - between the Scan panel, the text of its run and its curve. Main thread.
 */
#ifndef UI_PANEL_SCAN_H
#define UI_PANEL_SCAN_H

#include "panel.h"
#include "plot.h"

/* How many lines the run has to tell. */
int pl_scan_count_lines(const struct pl_state *state);
/* As many of them as there is room for, from the first; the one that says most when it is alone. */
void pl_scan_draw_lines(const struct pl_state *state, const struct pl_canvas *text);

/* What an earlier run left: settings that were not put back, points that were not taken. */
bool pl_scan_is_owed(const struct pl_state *state);
void pl_scan_put_owed(const struct pl_state *state, const struct pl_canvas *text, int row);
bool pl_scan_has_offer(const struct pl_state *state);
void pl_scan_put_offer(const struct pl_state *state, const struct pl_canvas *text, int row);

/* The least and the greatest setting of what is shown and of what is measured now; false: there is
 * no range. */
bool pl_scan_range(const struct pl_state *state, double *lo, double *hi);
/* The cells of a plot from row `top` on. */
void pl_scan_put_cells(const struct pl_canvas *canvas, int top, const struct pl_plot *plot,
		       const struct pl_plot_cell *grid);
/* Legend (or the point under the cursor), then axes and points. */
void pl_scan_draw_curve(const struct pl_state *state, const struct pl_canvas *canvas);

#endif
