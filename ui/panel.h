/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel.h - a panel is a row of ops: what it is called, how much it has to show, how it draws its
 * body. It never draws outside its canvas and never changes the state. A new panel is a new file
 * and a row in panel.c. Main thread.
 */
#ifndef UI_PANEL_H
#define UI_PANEL_H

#include "canvas.h"
#include "state.h"

struct pl_panel {
	const char *name;  /* as in the table of actions */
	const char *title; /* on the screen */
	/* Lines it has to show at most, without the title. */
	int (*lines)(const struct pl_state *state);
	/* first: the line at the top of the canvas. */
	void (*draw)(const struct pl_state *state, const struct pl_canvas *body, int first);
	/* A few words at the right of the title; NULL function = none. */
	void (*hint)(const struct pl_state *state, char *out, size_t cap);
	/* The line that the keys are on, and another one; NULL: it only scrolls. */
	int (*chosen)(const struct pl_state *state);
	void (*choose)(struct pl_state *state, int line);
	int margin;	    /* rows of the body that are not its lines */
	bool has_filter;    /* shows only lines that pass its filter (filter.h) */
	bool is_from_below; /* scrolls back from its newest line */
};

extern const struct pl_panel pl_panel_devices, pl_panel_readings, pl_panel_scan, pl_panel_counters,
    pl_panel_log, pl_panel_help;

const struct pl_panel *pl_panel(enum pl_panel_id id);

/* What the keys are on, NULL = there is none. */
const struct pl_model_reading *pl_reading_chosen(const struct pl_state *state);
const struct pl_model_device *pl_device_chosen(const struct pl_state *state);

/* Title line and body. scroll: as in the state. */
void pl_panel_draw(const struct pl_panel *panel, const struct pl_state *state,
		   const struct pl_canvas *canvas, int number, bool has_focus, int scroll);
/* The largest scroll that still shows a full body of so many rows. */
int pl_panel_scroll_max(const struct pl_panel *panel, const struct pl_state *state, int rows);

/* The top line, the bottom line, the one line of a screen too small for more, the open question
 * (bars.c, dialog.c). */
void pl_bar_top(const struct pl_state *state, const struct pl_canvas *canvas);
void pl_bar_bottom(const struct pl_state *state, const struct pl_canvas *canvas);
void pl_bar_small(const struct pl_state *state, const struct pl_canvas *canvas);
void pl_dialog_draw(const struct pl_state *state, const struct pl_canvas *screen);

/* "RUNNING 12/39", "PAUSED operator", "idle", and how to show it. */
void pl_bar_state(const struct pl_state *state, char *out, size_t cap, enum pl_role *role);

#endif
