/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glyph.c - the tables of signs and the choice between them. Pure, any thread.
 */
#include "glyph.h"

#include <stddef.h>
#include <string.h>

#define ASCII_ROW(id, ascii, utf8) [id] = (ascii),
#define UTF8_ROW(id, ascii, utf8)  [id] = (utf8),

static const struct pl_glyphs tables[] = {
    {
	.name = "braille",
	.cells = PL_CELLS_BRAILLE,
	.text = {PL_GLYPH_LIST(UTF8_ROW)},
	.marker = {"●", "○", "◆", "◇", "▲", "△", "■", "□"},
    },
    {
	.name = "block",
	.cells = PL_CELLS_BLOCK,
	.text = {PL_GLYPH_LIST(UTF8_ROW)},
	.marker = {"●", "○", "◆", "◇", "▲", "△", "■", "□"},
    },
    {
	.name = "ascii",
	.cells = PL_CELLS_ASCII,
	.text = {PL_GLYPH_LIST(ASCII_ROW)},
	.marker = {"o", "x", "#", "@", "%", "&", "=", "$"},
    },
};

#define TABLES (sizeof tables / sizeof tables[0])

const char *pl_glyphs_name(size_t i)
{
	return i < TABLES ? tables[i].name : NULL;
}

const struct pl_glyphs *pl_glyphs_choose(const char *wanted, bool is_utf8, const char *term)
{
	if (!is_utf8)
		return &tables[TABLES - 1];
	for (size_t i = 0; wanted && i < TABLES; i++)
		if (strcmp(tables[i].name, wanted) == 0)
			return &tables[i];
	return &tables[term && strcmp(term, "linux") == 0 ? TABLES - 1 : 0];
}
