/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * term_crash.h - what a fatal signal needs to give the terminal back.
 */
#ifndef UI_TERM_CRASH_H
#define UI_TERM_CRASH_H

#include <stdbool.h>

#define PL_CRASH_MOUSE_OFF "\033[?1006l\033[?1003l\033[?1000l"
#define PL_CRASH_PASTE_OFF "\033[?2004l"

/* The terminal's modes as they are now, before curses changes them. */
void pl_crash_remember(int fd);
/* From now on a fatal signal restores them and leaves the screen; after curses was started.
 * is_ansi: it may bracket pastes and report its mouse, which ends as well. */
void pl_crash_arm(bool is_ansi);
void pl_crash_disarm(void);
/* What is said on stderr then, on a line of its own; cut when long. Before it is armed. */
void pl_crash_say(const char *text);

#endif
