/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_readings.c - the readings, one line each, their points under each other, and which of them
 * is chosen. Main thread.
 */
#include "reading_line.h"

#include <stdio.h>
#include <string.h>

/* ---- which readings ---- */

static bool is_shown(const struct pl_state *state, const struct pl_model_reading *reading)
{
	return pl_filter_matches(state, "readings", reading->path);
}

static int lines(const struct pl_state *state)
{
	int count = 0;

	for (size_t i = 0; i < state->model->reading_count; i++)
		count += is_shown(state, &state->model->readings[i]);
	return count;
}

static const struct pl_model_reading *reading_at(const struct pl_state *state, int line)
{
	for (size_t i = 0; i < state->model->reading_count; i++)
		if (is_shown(state, &state->model->readings[i]) && line-- == 0)
			return &state->model->readings[i];
	return NULL;
}

/* The first one until another is chosen; one that has gone is no choice. */
static int chosen(const struct pl_state *state)
{
	int line = 0;

	for (size_t i = 0; i < state->model->reading_count; i++) {
		if (!is_shown(state, &state->model->readings[i]))
			continue;
		if (strcmp(state->model->readings[i].path, state->chosen_reading) == 0)
			return line;
		line++;
	}
	return 0;
}

static void choose(struct pl_state *state, int line)
{
	const struct pl_model_reading *reading = reading_at(state, line);

	snprintf(state->chosen_reading, sizeof state->chosen_reading, "%s",
		 reading ? reading->path : "");
}

const struct pl_model_reading *pl_reading_chosen(const struct pl_state *state)
{
	return reading_at(state, chosen(state));
}

/* ---- columns ---- */

/* The device's name and its point, when all paths begin with it. */
static size_t common_device(const struct pl_model *model)
{
	size_t length = model->reading_count > 0 ? strcspn(model->readings[0].path, ".") : 0;

	for (size_t i = 0; i < model->reading_count; i++)
		if (strncmp(model->readings[i].path, model->readings[0].path, length + 1) != 0 ||
		    model->readings[i].path[length] != '.')
			return 0;
	return length > 0 ? length + 1 : 0;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

static struct pl_reading_widths widths_of(const struct pl_state *state,
					  const struct pl_canvas *body, size_t skip)
{
	struct pl_reading_widths widths = {.name = 8, .whole = 4, .state = PL_READING_STATE};

	for (size_t i = 0; i < state->model->reading_count; i++) {
		const struct pl_model_reading *reading = &state->model->readings[i];
		char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];
		int whole;

		pl_reading_texts(body, reading, value, error);
		whole = (int)strcspn(value, ".");
		widths.name = most(widths.name, pl_canvas_width(body, reading->path + skip));
		widths.whole = most(widths.whole, whole);
		widths.fraction = most(widths.fraction, (int)strlen(value) - whole);
		widths.unit = most(widths.unit, pl_canvas_width(body, reading->unit));
		widths.error = most(widths.error, pl_canvas_width(body, error));
	}
	return widths;
}

static void put_header(const struct pl_canvas *body, const struct pl_reading_columns *columns)
{
	pl_canvas_put(body, 0, columns->name, PL_ROLE_DIM, "reading");
	pl_canvas_right(body, 0, columns->value_end, PL_ROLE_DIM, "value");
	if (columns->error)
		pl_canvas_put(body, 0, columns->error, PL_ROLE_DIM, "68 %%");
	if (columns->state)
		pl_canvas_put(body, 0, columns->state, PL_ROLE_DIM, "state");
	if (columns->age)
		pl_canvas_right(body, 0, columns->age + PL_READING_AGE, PL_ROLE_DIM, "age");
	if (columns->bar)
		pl_canvas_put(body, 0, columns->bar, PL_ROLE_DIM, "limits");
	if (columns->trend)
		pl_canvas_put(body, 0, columns->trend, PL_ROLE_DIM, "last %d s",
			      columns->trend_width);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	size_t skip = common_device(state->model);
	struct pl_reading_widths widths = widths_of(state, body, skip);
	struct pl_reading_columns columns;
	int count = lines(state), row = body->rect.rows > count ? 1 : 0, line = first;
	bool has_cursor = state->focus == PL_PANEL_READINGS && state->page == PL_PAGE_BENCH;

	pl_reading_columns(&widths, body->rect.cols, &columns);
	if (count == 0) {
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "%s",
			      state->model->reading_count > 0 ? "no reading passes the filter"
							      : "no readings yet");
		return;
	}
	if (row > 0)
		put_header(body, &columns);
	for (; row < body->rect.rows && line < count; row++, line++) {
		pl_reading_put(state, body, row, &columns, reading_at(state, line), skip);
		if (has_cursor && line == chosen(state))
			pl_canvas_put(body, row, 0, PL_ROLE_CURSOR, "%s",
				      body->glyphs->text[PL_GLYPH_HERE]);
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	int bad = 0, all = (int)state->model->reading_count;

	for (int i = 0; i < all; i++)
		bad += strcmp(state->model->readings[i].quality, "ok") != 0;
	if (state->model->alarms.unacked > 0)
		snprintf(out, cap, "%zu to be seen: A", state->model->alarms.unacked);
	else if (bad > 0)
		snprintf(out, cap, "%d of %d not ok", bad, all);
	else
		snprintf(out, cap, "%d", all);
}

const struct pl_panel pl_panel_readings = {.name = "readings",
					   .title = "Readings",
					   .lines = lines,
					   .draw = draw,
					   .hint = hint,
					   .chosen = chosen,
					   .choose = choose,
					   .has_filter = true};
