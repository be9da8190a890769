/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glyph.h - the signs of the screen by what they mean, in tables for three kinds of terminal.
 * Pure, any thread.
 */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include <stdbool.h>
#include <stddef.h>

/* What a curve is drawn with: 1, 2 or 2 by 4 dots a cell. */
enum pl_cells { PL_CELLS_ASCII, PL_CELLS_BLOCK, PL_CELLS_BRAILLE };

/* id, ASCII, UTF-8: each UTF-8 sign is one column wide. */
#define PL_GLYPH_LIST(X)                                                                           \
	X(PL_GLYPH_RULE, "-", "─")                                                                 \
	X(PL_GLYPH_WALL, "|", "│")                                                                 \
	X(PL_GLYPH_WALL_TOP, "+", "┬")                                                             \
	X(PL_GLYPH_WALL_SIDE, "+", "┤")                                                            \
	X(PL_GLYPH_WALL_END, "+", "┴")                                                             \
	X(PL_GLYPH_FULL, "#", "█")                                                                 \
	X(PL_GLYPH_EMPTY, ".", "░")                                                                \
	X(PL_GLYPH_GOOD, "*", "●")                                                                 \
	X(PL_GLYPH_BUSY, "~", "◌")                                                                 \
	X(PL_GLYPH_OFF, "o", "○")                                                                  \
	X(PL_GLYPH_ALARM, "!", "▲")                                                                \
	X(PL_GLYPH_PLUS_MINUS, "+-", "±")                                                          \
	X(PL_GLYPH_TO, "->", "→")                                                                  \
	X(PL_GLYPH_CUT, ">", "…")                                                                  \
	X(PL_GLYPH_AXIS_UP, "|", "│")                                                              \
	X(PL_GLYPH_AXIS_ALONG, "-", "─")                                                           \
	X(PL_GLYPH_AXIS_CORNER, "+", "└")                                                          \
	X(PL_GLYPH_TICK_UP, "+", "┤")                                                              \
	X(PL_GLYPH_TICK_ALONG, "+", "┬")                                                           \
	X(PL_GLYPH_CURSOR, ":", "┊")                                                               \
	X(PL_GLYPH_LINE, "'", "·")                                                                 \
	X(PL_GLYPH_DOWN, "v", "▽")                                                                 \
	X(PL_GLYPH_HERE, ">", "›")                                                                 \
	X(PL_GLYPH_BAR_BEGIN, "[", "├")                                                            \
	X(PL_GLYPH_BAR_TICK, "+", "┼")                                                             \
	X(PL_GLYPH_BAR_END, "]", "┤")                                                              \
	X(PL_GLYPH_BAR_BELOW, "<", "◀")                                                            \
	X(PL_GLYPH_BAR_VALUE, "o", "●")                                                            \
	X(PL_GLYPH_BAR_ABOVE, ">", "▶")                                                            \
	X(PL_GLYPH_LEVEL_1, "_", "▁") /* eight levels of a trend, one behind the other */          \
	X(PL_GLYPH_LEVEL_2, "_", "▂")                                                              \
	X(PL_GLYPH_LEVEL_3, ".", "▃")                                                              \
	X(PL_GLYPH_LEVEL_4, ".", "▄")                                                              \
	X(PL_GLYPH_LEVEL_5, "-", "▅")                                                              \
	X(PL_GLYPH_LEVEL_6, "-", "▆")                                                              \
	X(PL_GLYPH_LEVEL_7, "^", "▇")                                                              \
	X(PL_GLYPH_LEVEL_8, "^", "█")                                                              \
	X(PL_GLYPH_TOP_LEFT, "+", "┌")                                                             \
	X(PL_GLYPH_TOP_RIGHT, "+", "┐")                                                            \
	X(PL_GLYPH_LOW_LEFT, "+", "└")                                                             \
	X(PL_GLYPH_LOW_RIGHT, "+", "┘")

enum pl_glyph {
#define PL_GLYPH_ENUM(id, ascii, utf8) id,
	PL_GLYPH_LIST(PL_GLYPH_ENUM)
#undef PL_GLYPH_ENUM
	    PL_GLYPH_COUNT
};

#define PL_MARKERS 8 /* series that can be told apart without colour */

struct pl_glyphs {
	const char *name; /* "braille" "block" "ascii" */
	enum pl_cells cells;
	const char *text[PL_GLYPH_COUNT];
	const char *marker[PL_MARKERS];
};

/* The tables by name, NULL behind the last. */
const char *pl_glyphs_name(size_t i);
/* wanted: a name or NULL (by the terminal); an unknown one counts as NULL. is_utf8: the locale
 * shows UTF-8; without it the answer is always ASCII. term: $TERM or NULL; the Linux console has
 * no font for more than ASCII. Never NULL. */
const struct pl_glyphs *pl_glyphs_choose(const char *wanted, bool is_utf8, const char *term);

#endif
