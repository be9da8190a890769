/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shot.c - the screen as text. Main thread.
 */
#include "script.h"

#include "plateau/text.h"

#include <limits.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void add_cell(struct pl_text *out, int row, int col)
{
	wchar_t wide[CCHARW_MAX + 1] = {0};
	char bytes[CCHARW_MAX * MB_LEN_MAX + 1];
	attr_t attributes;
	cchar_t cell;
	short pair;
	size_t count;

	if (mvin_wch(row, col, &cell) == ERR ||
	    getcchar(&cell, wide, &attributes, &pair, NULL) == ERR)
		return;
	count = wcstombs(bytes, wide, sizeof bytes - 1);
	if (count != (size_t)-1)
		pl_text_add_bytes(out, bytes, count);
}

void pl_shot_text(struct pl_text *out)
{
	for (int row = 0; row < LINES; row++) {
		for (int col = 0; col < COLS; col++)
			add_cell(out, row, col);
		while (out->length > 0 && out->data[out->length - 1] == ' ')
			out->data[--out->length] = '\0';
		pl_text_add_string(out, "\n");
	}
}
