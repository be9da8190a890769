/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_scan.h - between the text of the Scan panel and its curve. Main thread.
 */
#ifndef UI_PANEL_SCAN_H
#define UI_PANEL_SCAN_H

#include "panel.h"

/* Legend (or the point under the cursor), then axes and points. */
void pl_scan_draw_curve(const struct pl_state *state, const struct pl_canvas *canvas);

#endif
