/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * theme.c - one row a role, one column a scheme. Default takes the terminal's own first eight
 * colours on its own background; light those that can be read on paper white, darker ones where the
 * terminal has 256. Nothing is told by colour alone. One thread.
 */
#include "theme.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

enum scheme { SCHEME_DEFAULT, SCHEME_LIGHT, SCHEME_MONO, SCHEMES };

static const char *const scheme_names[SCHEMES] = {"default", "light", "mono"};

static const struct {
	short colour; /* -1 = the terminal's own */
	unsigned with_colour, mono;
	short light, light_256; /* 0 = as colour */
} rows[PL_ROLES] = {
    [PL_ROLE_NORMAL] = {-1, A_NORMAL, A_NORMAL, 0, 0},
    [PL_ROLE_DIM] = {-1, A_DIM, A_DIM, 0, 0},
    [PL_ROLE_STRONG] = {-1, A_BOLD, A_BOLD, 0, 0},
    [PL_ROLE_TOP] = {-1, A_BOLD, A_BOLD, 0, 0},
    [PL_ROLE_RULE] = {COLOR_BLUE, A_NORMAL, A_DIM, 0, 0},
    [PL_ROLE_TITLE] = {COLOR_CYAN, A_NORMAL, A_NORMAL, COLOR_BLUE, 24},
    [PL_ROLE_FOCUS] = {COLOR_CYAN, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, COLOR_BLUE, 24},
    [PL_ROLE_KEY] = {COLOR_CYAN, A_BOLD, A_BOLD, COLOR_BLUE, 24},
    [PL_ROLE_GOOD] = {COLOR_GREEN, A_NORMAL, A_NORMAL, 0, 28},
    [PL_ROLE_BUSY] = {COLOR_CYAN, A_NORMAL, A_NORMAL, COLOR_BLUE, 24},
    [PL_ROLE_WARN] = {COLOR_YELLOW, A_BOLD, A_BOLD, COLOR_MAGENTA, 130},
    [PL_ROLE_ALARM] = {COLOR_RED, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, 0, 0},
    [PL_ROLE_BADGE] = {COLOR_MAGENTA, A_BOLD | A_REVERSE, A_REVERSE, 0, 0},
    [PL_ROLE_PROGRESS] = {COLOR_GREEN, A_NORMAL, A_NORMAL, 0, 28},
    [PL_ROLE_CURSOR] = {-1, A_BOLD, A_BOLD, 0, 0},
    [PL_ROLE_SERIES] = {COLOR_GREEN, A_NORMAL, A_NORMAL, 0, 28},
    [PL_ROLE_SERIES + 1] = {COLOR_YELLOW, A_NORMAL, A_NORMAL, COLOR_MAGENTA, 130},
    [PL_ROLE_SERIES + 2] = {COLOR_CYAN, A_NORMAL, A_NORMAL, COLOR_BLUE, 24},
    [PL_ROLE_SERIES + 3] = {COLOR_MAGENTA, A_NORMAL, A_NORMAL, COLOR_MAGENTA, 90},
    [PL_ROLE_SERIES + 4] = {COLOR_BLUE, A_NORMAL, A_NORMAL, 0, 19},
    [PL_ROLE_SERIES + 5] = {COLOR_RED, A_NORMAL, A_NORMAL, 0, 0},
    [PL_ROLE_SERIES + 6] = {COLOR_GREEN, A_BOLD, A_NORMAL, 0, 22},
    [PL_ROLE_SERIES + 7] = {COLOR_YELLOW, A_BOLD, A_NORMAL, COLOR_RED, 94},
};

const char *pl_theme_name(size_t i)
{
	return i < SCHEMES ? scheme_names[i] : NULL;
}

/* SCHEMES = of the terminal. */
static enum scheme scheme_of(const char *name)
{
	int scheme = SCHEME_DEFAULT;

	if (name && strcmp(name, "colour") == 0)
		return SCHEME_DEFAULT;
	while (scheme < SCHEMES && !(name && strcmp(name, scheme_names[scheme]) == 0))
		scheme++;
	return (enum scheme)scheme;
}

static enum scheme choose(const char *wanted)
{
	const char *no_color = getenv("NO_COLOR");
	enum scheme scheme = scheme_of(wanted);

	if (!has_colors())
		return SCHEME_MONO;
	if (scheme == SCHEMES)
		return no_color && *no_color ? SCHEME_MONO : SCHEME_DEFAULT;
	return scheme;
}

static short colour_of(enum scheme scheme, int role)
{
	if (scheme == SCHEME_LIGHT && COLORS >= 256 && rows[role].light_256 > 0)
		return rows[role].light_256;
	if (scheme == SCHEME_LIGHT && rows[role].light > 0)
		return rows[role].light;
	return rows[role].colour;
}

/* The pair of a colour: roles of one colour share it, so that 8 colours and 64 pairs are enough. */
static short pair_of(short colour, short pairs[PL_ROLES])
{
	short pair = 0;

	while (pairs[pair] != 0 && pairs[pair] != colour + 1)
		pair++;
	pairs[pair] = (short)(colour + 1);
	init_pair((short)(pair + 1), colour, -1);
	return (short)(pair + 1);
}

void pl_theme_start(struct pl_theme *theme, const char *wanted)
{
	enum scheme scheme = choose(wanted);
	bool is_colour = scheme != SCHEME_MONO;
	short pairs[PL_ROLES] = {0};

	*theme = (struct pl_theme){.name = scheme_names[scheme]};
	if (is_colour) {
		start_color();
		use_default_colors();
	}
	for (int i = 0; i < PL_ROLES; i++) {
		short colour = colour_of(scheme, i);

		theme->attributes[i] = is_colour ? rows[i].with_colour : rows[i].mono;
		if (is_colour && colour >= 0)
			theme->attributes[i] |= (unsigned)COLOR_PAIR(pair_of(colour, pairs));
	}
}
