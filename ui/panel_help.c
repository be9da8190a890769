/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_help.c - the whole screen of `?`: the keys from the table of actions, then the signs.
 * Main thread.
 */
#include "panel.h"
#include "plateau/version.h"

#include <stdio.h>

/* What the signs mean; a sign of PL_GLYPH_COUNT stands for none. */
static const struct {
	enum pl_glyph sign;
	enum pl_role role;
	const char *text;
} signs[] = {
    {PL_GLYPH_COUNT, PL_ROLE_STRONG, "Signs"},
    {PL_GLYPH_GOOD, PL_ROLE_GOOD, "a device that is up"},
    {PL_GLYPH_BUSY, PL_ROLE_BUSY, "a device being opened; STALE: a reading not renewed in time"},
    {PL_GLYPH_OFF, PL_ROLE_DIM, "a device that is closed; missing: a reading without an answer"},
    {PL_GLYPH_ALARM, PL_ROLE_ALARM, "LOST, OVER, INVALID: look here first"},
    {PL_GLYPH_PLUS_MINUS, PL_ROLE_NORMAL, "68 % interval of a rate (Poisson, Garwood)"},
    {PL_GLYPH_COUNT, PL_ROLE_NORMAL, ""},
    {PL_GLYPH_COUNT, PL_ROLE_STRONG, "Good to know"},
    {PL_GLYPH_COUNT, PL_ROLE_NORMAL,
     "Leaving the view never ends a run: open it again and it is "
     "all there."},
    {PL_GLYPH_COUNT, PL_ROLE_NORMAL, "What starts or stops a run asks first; only y says yes."},
    {PL_GLYPH_COUNT, PL_ROLE_NORMAL, "Rates have the errors of their counts; points have bars."},
};

#define SIGNS (sizeof signs / sizeof signs[0])
/* HEAD: the heading, and a blank line behind the keys. */
enum { HEAD = 2, KEYS = 3, TEXT = 22 };

static int lines(const struct pl_state *state)
{
	(void)state;
	return HEAD + PL_ACTIONS + (int)SIGNS;
}

static void put_action(const struct pl_canvas *body, int row, const struct pl_state *state,
		       const struct pl_action *action)
{
	bool is_off = action->refusal && action->refusal(state);
	int col;

	pl_canvas_field(body, row, KEYS, TEXT - KEYS - 1, PL_ROLE_KEY, action->keys);
	col = pl_canvas_put(body, row, TEXT, is_off ? PL_ROLE_DIM : PL_ROLE_NORMAL, "%s",
			    action->text);
	if (action->panel[0])
		pl_canvas_put(body, row, col + 1, PL_ROLE_DIM, "(panel %s)", action->panel);
}

static void put_sign(const struct pl_canvas *body, int row, size_t i)
{
	if (signs[i].sign == PL_GLYPH_COUNT) {
		pl_canvas_put(body, row, 1, signs[i].role, "%s", signs[i].text);
		return;
	}
	pl_canvas_put(body, row, KEYS, signs[i].role, "%s", body->glyphs->text[signs[i].sign]);
	pl_canvas_put(body, row, KEYS + 3, PL_ROLE_NORMAL, "%s", signs[i].text);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	for (int row = 0; row < body->rect.rows && first + row < lines(state); row++) {
		int line = first + row;

		if (line == 0)
			pl_canvas_put(body, row, 1, PL_ROLE_STRONG, "Keys");
		else if (line - 1 < PL_ACTIONS)
			put_action(body, row, state, pl_action((enum pl_action_id)(line - 1)));
		else if (line >= PL_ACTIONS + HEAD)
			put_sign(body, row, (size_t)(line - PL_ACTIONS - HEAD));
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	(void)state;
	snprintf(out, cap, "plateau %s", pl_version());
}

const struct pl_panel pl_panel_help = {
    .name = "help", .title = "Help", .lines = lines, .draw = draw, .hint = hint};
