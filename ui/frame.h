/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frame.h - one frame of the screen, a function of the state and of curses's size. Main thread.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "state.h"

/* Lays the screen out anew and draws it into curses's stdscr; refresh() is the caller's. */
void pl_frame_draw(struct pl_state *state);

#endif
