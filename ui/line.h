/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.h - one line of text that is being typed: UTF-8, with a place where the next character goes.
 * Pure, one thread.
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define PL_LINE_SIZE 320

struct pl_line {
	char text[PL_LINE_SIZE];
	size_t at; /* byte where the next character goes */
};

void pl_line_set(struct pl_line *line, const char *text);
/* Characters go in; Left Right Home End, Backspace Del, C-a C-e C-b C-f, C-u C-k C-w edit. False:
 * not its key. A character that finds no room is lost, never half of it. */
bool pl_line_key(struct pl_line *line, int key);
/* Puts text in place of the bytes [from, at). False: no room, nothing was changed. */
bool pl_line_replace(struct pl_line *line, size_t from, const char *text);

#endif
