/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * term.h - the terminal taken over and given back.
 *
 * Signals are blocked and read as events (signalfd), so no handler runs in the middle of curses;
 * only the fatal ones have a handler, which restores the terminal and lets the signal do its work.
 * One view a process, its main thread.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "layout.h"
#include "plateau/status.h"

#include <signal.h>
#include <stdbool.h>

struct pl_term {
	void *screen;	   /* curses's SCREEN */
	void *in, *out;	   /* FILEs of a terminal in memory */
	int signal_fd;	   /* poll for reading */
	int in_fd, out_fd; /* of the terminal; -1: it is in memory */
	sigset_t before;   /* signal mask to give back */
	bool is_utf8;
	bool has_mouse; /* it reports its mouse */
	bool has_paste; /* the terminal brackets what is pasted */
};

/* What happened since the last look, as bits. */
enum {
	PL_TERM_RESIZED = 1,
	PL_TERM_HANGUP = 2, /* the terminal is gone */
	PL_TERM_ENDED = 4,  /* TERM, INT or QUIT from outside */
	PL_TERM_SUSPEND = 8,
	PL_TERM_CONTINUED = 16,
};

/* PL_ERR_UNSUPPORTED when stdin or stdout is no terminal, or one that cannot place a cursor: the
 * text says what to do instead; nothing was changed then. Sets LC_CTYPE from the environment. */
enum pl_status pl_term_start(struct pl_term *term, struct pl_error *error);
/* A terminal of that size that nobody sees: what is drawn can be read back (script.h). */
enum pl_status pl_term_start_memory(struct pl_term *term, int rows, int cols,
				    struct pl_error *error);
/* Cooked mode, cursor, main screen, pasting as before. Harmless when not started. */
void pl_term_stop(struct pl_term *term);

unsigned pl_term_events(struct pl_term *term);
/* The next key (action.h), PL_KEY_NONE when there is none yet. */
int pl_term_key(struct pl_term *term);
/* Has the terminal report its mouse, or no longer: then marking and pasting are its own again. */
void pl_term_mouse(struct pl_term *term, bool is_on);
/* Behind PL_KEY_MOUSE: where it was. PL_MOUSE_NONE: nothing of interest. */
enum pl_mouse { PL_MOUSE_NONE, PL_MOUSE_CLICK, PL_MOUSE_UP, PL_MOUSE_DOWN };
enum pl_mouse pl_term_mouse_read(int *row, int *col);
/* Takes over the terminal's present size. */
void pl_term_resize(struct pl_term *term);
/* Gives the terminal back, stops the process, and takes it again when continued. */
void pl_term_suspend(struct pl_term *term);
/* After somebody else stopped and continued us: modes and the whole screen anew. */
void pl_term_resume(struct pl_term *term);

#endif
