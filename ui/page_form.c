/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_form.c - the form of a scan or a recording: its rows at the left, what they make at the
 * right, and below them what the chosen row is and may be. Letters are text here. Main thread.
 *
 * A row that differs from the bench file has a star, one that the engine does not take an
 * exclamation mark.
 */
#include "page_form.h"

#include "format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_COLS 17
#define SIDE_MIN  70 /* columns from which the plan has its own column */

static void put_value(const struct pl_canvas *canvas, int row, int col, int width,
		      const struct pl_form *form, const struct pl_form_row *from, bool is_here)
{
	size_t caret = form->caret, length = strlen(from->value), first = 0;
	bool is_choice = from->choice_count > 0 &&
			 (strcmp(from->type, "word") == 0 || strcmp(from->type, "boolean") == 0);

	if (!is_here) {
		pl_canvas_field(canvas, row, col, width, PL_ROLE_NORMAL, from->value);
		return;
	}
	if (is_choice) {
		pl_canvas_put(canvas, row, col, PL_ROLE_FOCUS, "< %s >",
			      from->value[0] ? from->value : "all");
		return;
	}
	if (caret + 2 > (size_t)width)
		first = caret + 2 - (size_t)width;
	pl_canvas_fill(canvas, row, col, width, PL_ROLE_STRONG, "_");
	pl_canvas_put(canvas, row, col, PL_ROLE_STRONG, "%.*s", width, from->value + first);
	pl_canvas_cell(canvas, row, col + (int)(caret - first), PL_ROLE_STRONG, true,
		       caret < length ? (const char[2]){from->value[caret], '\0'} : " ");
}

static void put_row(const struct pl_canvas *canvas, int row, const struct pl_form *form, size_t i)
{
	const struct pl_form_row *from = &form->rows[i];
	bool is_here = i == form->selected, is_wrong = (int)i == form->wrong_row;
	int width = canvas->rect.cols - NAME_COLS - 4;

	if (is_wrong)
		pl_canvas_put(canvas, row, 0, PL_ROLE_ALARM, "!");
	else if (pl_form_is_changed(from))
		pl_canvas_put(canvas, row, 0, PL_ROLE_WARN, "*");
	pl_canvas_tail(canvas, row, 2, NAME_COLS, is_here ? PL_ROLE_FOCUS : PL_ROLE_NORMAL,
		       from->name);
	if (width > 0)
		put_value(canvas, row, NAME_COLS + 3, width, form, from, is_here);
}

static void draw_rows(const struct pl_canvas *canvas, const struct pl_form *form)
{
	int rows = canvas->rect.rows;
	size_t first = form->selected + 1 > (size_t)rows ? form->selected + 1 - (size_t)rows : 0;

	if (form->count == 0)
		pl_canvas_put(canvas, 0, 1, PL_ROLE_DIM, "%s",
			      form->is_described || form->has_no_rows ? "there are no rows"
								      : "asking the engine");
	for (int row = 0; row < rows && first + (size_t)row < form->count; row++)
		put_row(canvas, row, form, first + (size_t)row);
}

/* A text over as many rows as it takes, cut at blanks. Returns the row behind it. */
static int put_wrapped(const struct pl_canvas *canvas, int row, int col, enum pl_role role,
		       const char *text)
{
	int width = canvas->rect.cols - col;

	while (*text && row < canvas->rect.rows && width > 4) {
		size_t length = strlen(text), cut = length;

		if (length > (size_t)width)
			for (cut = (size_t)width; cut > (size_t)width / 2 && text[cut] != ' ';)
				cut--;
		pl_canvas_put(canvas, row++, col, role, "%.*s", (int)cut, text);
		text += cut;
		text += strspn(text, " ");
	}
	return row;
}

static int put_wrong(const struct pl_canvas *canvas, int row, const struct pl_form *form)
{
	char text[sizeof form->wrong + 80];

	snprintf(text, sizeof text, "%s%s%s",
		 form->wrong_row >= 0 ? form->rows[form->wrong_row].name : "",
		 form->wrong_row >= 0 ? ": " : "", form->wrong);
	return put_wrapped(canvas, row, 1, PL_ROLE_WARN, text);
}

static void draw_plan(const struct pl_canvas *canvas, const struct pl_form *form)
{
	bool is_waiting = form->is_stale || form->is_planning;
	int row = 0;

	pl_canvas_put(canvas, row++, 1, PL_ROLE_TITLE, "%s%s", "Plan", is_waiting ? " ..." : "");
	if (form->wrong[0]) {
		put_wrong(canvas, row, form);
		return;
	}
	for (int i = 0; i < form->plan_count; i++)
		row = put_wrapped(canvas, row, 1, is_waiting ? PL_ROLE_DIM : PL_ROLE_NORMAL,
				  form->plan[i]);
	for (int i = 0; i < form->ask_count; i++)
		row = put_wrapped(canvas, row, 1, PL_ROLE_WARN, form->ask[i]);
}

/* "time, 0.001 to 86400 s" */
static void kind_of(const struct pl_form_row *row, char *out, size_t cap)
{
	const char *unit = strcmp(row->type, "time") == 0 ? "s" : row->unit;
	size_t used = (size_t)snprintf(out, cap, "%s", row->type);

	if (isfinite(row->min) && isfinite(row->max) && used < cap)
		used += (size_t)snprintf(out + used, cap - used, ", %.10g to %.10g", row->min,
					 row->max);
	if (unit[0] && used < cap)
		used += (size_t)snprintf(out + used, cap - used, "%s%s",
					 isfinite(row->min) ? " " : ", ", unit);
	if (row->hint[0] && used < cap)
		used += (size_t)snprintf(out + used, cap - used, ": %s", row->hint);
	for (int i = 0; i < row->choice_count && used < cap; i++)
		used += (size_t)snprintf(out + used, cap - used, "%s%s", i == 0 ? ": " : ", ",
					 row->choices[i][0] ? row->choices[i] : "all");
}

static void draw_help(const struct pl_canvas *canvas, const struct pl_form *form)
{
	const struct pl_form_row *row = &form->rows[form->selected];
	char kind[400];

	if (form->count == 0)
		return;
	kind_of(row, kind, sizeof kind);
	if (pl_form_is_changed(row)) {
		size_t used = strlen(kind);

		snprintf(kind + used, sizeof kind - used, "   bench file: %s (C-r)",
			 row->file[0] ? row->file : "left out");
	}
	pl_canvas_field(canvas, 0, 1, canvas->rect.cols - 1, PL_ROLE_DIM, kind);
	put_wrapped(canvas, 1, 1, PL_ROLE_NORMAL, row->text);
}

static void draw_wall(const struct pl_canvas *body, int col, int rows)
{
	for (int row = 0; row < rows; row++)
		pl_canvas_cell(body, row, col, PL_ROLE_RULE, false,
			       body->glyphs->text[PL_GLYPH_WALL]);
}

/* Without a column of its own the plan is one line. */
static void draw_short_plan(const struct pl_canvas *line, const struct pl_form *form)
{
	char text[sizeof form->wrong + 80];

	if (!form->wrong[0]) {
		if (form->plan_count > 0)
			pl_canvas_field(line, 0, 1, line->rect.cols - 1,
					form->is_stale || form->is_planning ? PL_ROLE_DIM
									    : PL_ROLE_STRONG,
					form->plan[0]);
		return;
	}
	snprintf(text, sizeof text, "%s%s%s",
		 form->wrong_row >= 0 ? form->rows[form->wrong_row].name : "",
		 form->wrong_row >= 0 ? ": " : "", form->wrong);
	pl_canvas_field(line, 0, 1, line->rect.cols - 1, PL_ROLE_WARN, text);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_form *form = &state->form;
	struct pl_rect all = body->rect;
	int help = all.rows >= 12 ? 3 : 2, rows = all.rows - help - 1;
	int left = all.cols >= SIDE_MIN ? all.cols * 11 / 20 : all.cols;
	struct pl_canvas part;

	(void)first;
	if (left == all.cols)
		rows--;
	if (rows < 1)
		return;
	part = pl_canvas_on(body, (struct pl_rect){all.row, all.col, rows, left});
	draw_rows(&part, form);
	if (left < all.cols) {
		draw_wall(body, left, rows);
		part = pl_canvas_on(
		    body, (struct pl_rect){all.row, all.col + left + 1, rows, all.cols - left - 1});
		draw_plan(&part, form);
	} else {
		part = pl_canvas_on(body, (struct pl_rect){all.row + rows, all.col, 1, all.cols});
		draw_short_plan(&part, form);
	}
	pl_canvas_fill(body, all.rows - help - 1, 0, all.cols, PL_ROLE_RULE,
		       body->glyphs->text[PL_GLYPH_RULE]);
	part = pl_canvas_on(body,
			    (struct pl_rect){all.row + all.rows - help, all.col, help, all.cols});
	draw_help(&part, form);
}

static int lines(const struct pl_state *state)
{
	(void)state;
	return 0; /* it scrolls by itself */
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	const struct pl_form *form = &state->form;
	size_t changed = 0;

	for (size_t i = 0; i < form->count; i++)
		changed += pl_form_is_changed(&form->rows[i]);
	snprintf(out, cap, "%s %s", form->kind == PL_FORM_SCAN ? "scan" : "recording", form->name);
	if (changed > 0)
		snprintf(out + strlen(out), cap - strlen(out), ", * %zu not as in the bench file",
			 changed);
}

const struct pl_panel pl_panel_form = {
    .name = "form", .title = "Start", .lines = lines, .draw = draw, .hint = hint};

static bool key(struct pl_view *view, int pressed)
{
	enum pl_form_outcome outcome = pl_form_key(&view->state.form, pressed, false);

	if (outcome == PL_FORM_NOT_MINE)
		return false;
	view->state.message[0] = '\0';
	view->state.form.is_stale |= outcome == PL_FORM_CHANGED;
	pl_view_form_news(view);
	return true;
}

const struct pl_page pl_page_form = {
    .panel = &pl_panel_form, .key = key, .news = pl_view_form_news, .is_alone = true};

/* ---- its actions ---- */

static void act_start(struct pl_view *view, int id)
{
	(void)id;
	pl_view_form_start(view);
}

static void act_leave(struct pl_view *view, int id)
{
	(void)id;
	pl_page_go(view, PL_PAGE_BENCH);
}

static void act_next(struct pl_view *view, int id)
{
	(void)id;
	pl_form_move(&view->state.form, 1);
}

static void act_file(struct pl_view *view, int id)
{
	struct pl_form *form = &view->state.form;

	(void)id;
	form->is_stale |= pl_form_reset(form) == PL_FORM_CHANGED;
	pl_view_form_news(view);
}

const struct pl_action pl_actions_form[] = {
    {.id = PL_ACTION_FORM_START,
     .name = "form_start",
     .keys = "C-s F5",
     .panel = "form",
     .label = "start",
     .text = "ask for the yes to begin with these values",
     .acts_on_bench = true,
     .refusal = pl_refuse_act,
     .act = act_start},
    {.id = PL_ACTION_FORM_NEXT,
     .name = "form_next",
     .keys = "Enter",
     .panel = "form",
     .label = "next",
     .text = "go to the next value; nothing begins",
     .act = act_next},
    {.id = PL_ACTION_FORM_FILE,
     .name = "form_file",
     .keys = "C-r",
     .panel = "form",
     .label = "bench file's value",
     .text = "put the bench file's value back",
     .act = act_file},
    {.id = PL_ACTION_FORM_LEAVE,
     .name = "form_leave",
     .keys = "Esc",
     .panel = "form",
     .label = "leave",
     .text = "leave the form; what was typed is there when it is opened again",
     .act = act_leave},
    {.name = NULL},
};
