/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * theme.c - one row a role. Colours are the terminal's own first eight on its own background, so
 * that light and dark terminals both stay readable; nothing is told by colour alone. One thread.
 */
#include "theme.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	short colour; /* -1 = the terminal's own */
	unsigned with_colour, mono;
} rows[PL_ROLES] = {
    [PL_ROLE_NORMAL] = {-1, A_NORMAL, A_NORMAL},
    [PL_ROLE_DIM] = {-1, A_DIM, A_DIM},
    [PL_ROLE_STRONG] = {-1, A_BOLD, A_BOLD},
    [PL_ROLE_TOP] = {-1, A_BOLD, A_BOLD},
    [PL_ROLE_RULE] = {COLOR_BLUE, A_NORMAL, A_DIM},
    [PL_ROLE_TITLE] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
    [PL_ROLE_FOCUS] = {COLOR_CYAN, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE},
    [PL_ROLE_KEY] = {COLOR_CYAN, A_BOLD, A_BOLD},
    [PL_ROLE_GOOD] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
    [PL_ROLE_BUSY] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
    [PL_ROLE_WARN] = {COLOR_YELLOW, A_BOLD, A_BOLD},
    [PL_ROLE_ALARM] = {COLOR_RED, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE},
    [PL_ROLE_BADGE] = {COLOR_MAGENTA, A_BOLD | A_REVERSE, A_REVERSE},
    [PL_ROLE_PROGRESS] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
    [PL_ROLE_CURSOR] = {-1, A_BOLD, A_BOLD},
    [PL_ROLE_SERIES] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 1] = {COLOR_YELLOW, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 2] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 3] = {COLOR_MAGENTA, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 4] = {COLOR_BLUE, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 5] = {COLOR_RED, A_NORMAL, A_NORMAL},
    [PL_ROLE_SERIES + 6] = {COLOR_GREEN, A_BOLD, A_NORMAL},
    [PL_ROLE_SERIES + 7] = {COLOR_YELLOW, A_BOLD, A_NORMAL},
};

static bool wants_colour(const char *wanted)
{
	const char *no_color = getenv("NO_COLOR");

	if (!has_colors() || (wanted && strcmp(wanted, "mono") == 0))
		return false;
	return (wanted && strcmp(wanted, "colour") == 0) || !no_color || !*no_color;
}

void pl_theme_start(struct pl_theme *theme, const char *wanted)
{
	bool is_colour = wants_colour(wanted);

	*theme = (struct pl_theme){.name = is_colour ? "colour" : "mono"};
	if (is_colour) {
		start_color();
		use_default_colors();
		for (short colour = 0; colour < 8; colour++)
			init_pair((short)(colour + 1), colour, -1);
	}
	for (int i = 0; i < PL_ROLES; i++) {
		theme->attributes[i] = is_colour ? rows[i].with_colour : rows[i].mono;
		if (is_colour && rows[i].colour >= 0)
			theme->attributes[i] |= (unsigned)COLOR_PAIR(rows[i].colour + 1);
	}
}
