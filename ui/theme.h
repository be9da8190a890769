/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * theme.h - what a text means, and how that looks: colours, or attributes alone.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "glyph.h"

#include <stdbool.h>

enum pl_role {
	PL_ROLE_NORMAL,
	PL_ROLE_DIM,
	PL_ROLE_STRONG,
	PL_ROLE_TOP,   /* the top line */
	PL_ROLE_RULE,  /* lines between panels */
	PL_ROLE_TITLE, /* of a panel */
	PL_ROLE_FOCUS, /* of the panel that has the keys */
	PL_ROLE_KEY,   /* a key in the bottom line */
	PL_ROLE_GOOD,
	PL_ROLE_BUSY,
	PL_ROLE_WARN,
	PL_ROLE_ALARM, /* always reverse video too */
	PL_ROLE_BADGE, /* SIM, WATCH */
	PL_ROLE_PROGRESS,
	PL_ROLE_CURSOR,
	PL_ROLE_SERIES, /* the first of PL_MARKERS */
	PL_ROLES = PL_ROLE_SERIES + PL_MARKERS,
};

struct pl_theme {
	const char *name;	       /* "default" "light" "mono" */
	unsigned attributes[PL_ROLES]; /* curses attributes, colour pair included */
};

/* The schemes by name, NULL behind the last. */
const char *pl_theme_name(size_t i);
/* Chooses and sets up curses's colour pairs; after curses was started. wanted: a name or NULL (by
 * the terminal), an unknown one counts as NULL; "colour" is another name of default. Without one
 * NO_COLOR (not empty) means mono; a terminal without colours is always mono. May be called again
 * to change the scheme while curses runs. */
void pl_theme_start(struct pl_theme *theme, const char *wanted);

#endif
