/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.h - all that the view remembers besides its model: what is shown and how, which question
 * is open, what was asked of the engine. Panels read it; only actions change it. One thread.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include "action.h"
#include "books.h"
#include "counting.h"
#include "curve.h"
#include "dialog.h"
#include "entry.h"
#include "filter.h"
#include "form.h"
#include "layout.h"
#include "model.h"
#include "parameters.h"
#include "runs.h"
#include "theme.h"
#include "tune.h"

#include <stdint.h>

struct pl_state {
	struct pl_model *model;
	const struct pl_glyphs *glyphs;
	const struct pl_theme *theme;
	bool is_utf8;
	bool has_mouse;	   /* the terminal reports it */
	double refresh_hz; /* snapshots a second; 0 = the engine's */
	bool is_watch;
	bool is_connected;
	char operator_name[64]; /* empty = unknown */

	struct pl_keymap keymap;

	struct pl_layout layout; /* of the last frame */
	enum pl_panel_id focus, zoom;
	enum pl_page_id page;
	enum pl_page_id page_below; /* that help stands before, and goes back to */
	int below_scroll;
	int page_scroll;       /* lines down from the first */
	int scroll[PL_PANELS]; /* lines down from the first; Log: lines up from the newest */
	char chosen_device[PL_MODEL_NAME], chosen_reading[112]; /* "" = the first */
	struct pl_parameters *parameters; /* of the page, NULL while it is not shown */
	struct pl_books books;
	bool is_log_scale;
	struct pl_curve_show curve; /* what of the curve is drawn */
	int64_t under_run;	    /* the earlier run drawn below it, 0 = none */
	int64_t cursor;		    /* position among the points, -1 = the newest */
	struct {
		int filter; /* enum pl_logview_filter */
		/* Numbers of lines: the newest that was looked at; that of the last frame; the
		 * newest when the panel was scrolled back, 0 = it follows. */
		int64_t read_n, settled_n, held_n;
	} log;

	struct pl_tune tune; /* under way, or the last */
	struct pl_counting counting;
	struct pl_runs *runs;		/* the page of runs, NULL = it was not opened yet */
	int64_t runs_top;		/* its row on top */
	struct pl_run_shown *run_shown; /* the page of one run */
	int run_asked;			/* runs on their way; only the last one counts */
	char asked_run[40];		/* which is to go on */

	struct pl_filters filters;
	struct pl_entry entry;
	struct pl_dialog dialog;
	struct pl_form form;
	char message[480]; /* stays until a key, a while at most */
	int64_t message_until_ns;
	enum pl_role message_role;
	bool asked_start, asked_pause, asked_stop; /* on their way to the engine */
	bool is_leaving, wants_redraw, wants_suspend;
	int64_t utc_ns;		     /* of the frame: the clock in the top line */
	int64_t now_ns, last_key_ns; /* CLOCK_MONOTONIC */
	int64_t calm_ns;	     /* since the key before this one; 0 when more came with it */
};

/* Frees what the state owns, the model too. */
void pl_state_end(struct pl_state *state);

/* Good news make room for the keys sooner than bad ones. */
void pl_state_say(struct pl_state *state, enum pl_role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the message away when its time is over; true when it did. */
bool pl_state_forget(struct pl_state *state);

/* The screen as a short line for the next view (at most PL_PROTOCOL_SAVED_MAX - 1 bytes), and back;
 * what cannot be read keeps its default. */
void pl_state_save(const struct pl_state *state, char *out, size_t cap);
void pl_state_restore(struct pl_state *state, const char *saved);

#endif
