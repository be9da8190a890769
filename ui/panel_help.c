/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_help.c - the whole screen of `?`: the keys from the table of actions, those of the panel it
 * was asked on first, then the signs. Main thread.
 */
#include "page.h"
#include "plateau/version.h"

#include <stdio.h>
#include <string.h>

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
enum { KEYS = 3, TEXT = 22 };

/* The keys stand in three parts. */
enum part { PART_HERE, PART_EVERYWHERE, PART_ELSEWHERE, PARTS };

static enum part part_of(const struct pl_action *action, const char *here)
{
	if (action->panel[0] == '\0')
		return PART_EVERYWHERE;
	return strcmp(action->panel, here) == 0 ? PART_HERE : PART_ELSEWHERE;
}

/* One line of the help: a heading, an action or a sign; a blank line is none of them. */
struct help_line {
	enum part part; /* of a heading */
	bool is_heading;
	const struct pl_action *action;
	size_t sign; /* SIGNS = none */
};

static bool is_hidden(const struct pl_state *state, const struct pl_action *action)
{
	char line[200];

	snprintf(line, sizeof line, "%s %s %s %s",
		 pl_keymap_keys(&state->keymap, (enum pl_action_id)action->id), action->text,
		 action->name, action->panel);
	return !pl_filter_matches(state, "help", line);
}

/* Counts lines until the wanted one is found: then *out is it. Returns how many were counted. */
static int walk(const struct pl_state *state, int wanted, struct help_line *out)
{
	const char *here = pl_page_helped(state)->name;
	const struct pl_action *action;
	int count = 0;

	for (enum part part = PART_HERE; part < PARTS; part++) {
		bool has_heading = false;

		for (size_t i = 0; (action = pl_ui_action(i)) != NULL; i++) {
			if (part_of(action, here) != part || is_hidden(state, action))
				continue;
			if (!has_heading && count++ == wanted)
				*out = (struct help_line){part, true, NULL, SIGNS};
			has_heading = true;
			if (count++ == wanted)
				*out = (struct help_line){part, false, action, SIGNS};
		}
		if (has_heading && count++ == wanted)
			*out = (struct help_line){part, false, NULL, SIGNS};
	}
	for (size_t i = 0; i < SIGNS; i++)
		if (pl_filter_matches(state, "help", signs[i].text) && count++ == wanted)
			*out = (struct help_line){PARTS, false, NULL, i};
	return count;
}

static int lines(const struct pl_state *state)
{
	return walk(state, -1, NULL);
}

static void put_heading(const struct pl_canvas *body, int row, const struct pl_state *state,
			enum part part)
{
	if (part == PART_HERE)
		pl_canvas_put(body, row, 1, PL_ROLE_STRONG, "Keys of %s",
			      pl_page_helped(state)->title);
	else
		pl_canvas_put(body, row, 1, PL_ROLE_STRONG, "%s",
			      part == PART_EVERYWHERE ? "Keys everywhere" : "Keys of other panels");
}

static void put_action(const struct pl_canvas *body, int row, const struct pl_state *state,
		       const struct pl_action *action)
{
	bool is_off = action->refusal && action->refusal(state);
	int col;

	pl_canvas_field(body, row, KEYS, TEXT - KEYS - 1, PL_ROLE_KEY,
			pl_keymap_keys(&state->keymap, (enum pl_action_id)action->id));
	col = pl_canvas_put(body, row, TEXT, is_off ? PL_ROLE_DIM : PL_ROLE_NORMAL, "%s",
			    action->text);
	if (action->panel[0] && strcmp(action->panel, pl_page_helped(state)->name) != 0)
		pl_canvas_put(body, row, col + 1, PL_ROLE_DIM, "(%s)", action->panel);
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
	int count = lines(state);

	for (int row = 0; row < body->rect.rows && first + row < count; row++) {
		struct help_line line = {.sign = SIGNS};

		walk(state, first + row, &line);
		if (line.is_heading)
			put_heading(body, row, state, line.part);
		else if (line.action)
			put_action(body, row, state, line.action);
		else if (line.sign < SIGNS)
			put_sign(body, row, line.sign);
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	(void)state;
	snprintf(out, cap, "plateau %.*s", (int)strcspn(pl_version(), "+"), pl_version());
}

const struct pl_panel pl_panel_help = {.name = "help",
				       .title = "Help",
				       .lines = lines,
				       .draw = draw,
				       .hint = hint,
				       .has_filter = true};
