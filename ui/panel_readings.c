/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_readings.c - one line a reading: value with its digits or its 68 % interval, unit, and what
 * is wrong with it, if anything. A good reading says nothing more. Main thread.
 */
#include "format.h"
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* How the columns are cut for what there is to show. */
struct columns {
	size_t skip; /* bytes of each path: the device's name, when there is one device only */
	int name, value;
};

static const struct {
	const char *quality, *word;
	enum pl_glyph sign;
	enum pl_role role;
} looks[] = {
    {"stale", "STALE", PL_GLYPH_BUSY, PL_ROLE_WARN},
    {"over", "OVER", PL_GLYPH_ALARM, PL_ROLE_ALARM},
    {"invalid", "INVALID", PL_GLYPH_ALARM, PL_ROLE_ALARM},
    {"missing", "missing", PL_GLYPH_OFF, PL_ROLE_DIM},
};

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

/* The number as text, and its error when it has an interval. */
static void texts_of(const struct pl_canvas *body, const struct pl_model_reading *reading,
		     char value[PL_FORMAT_SIZE], char error[PL_FORMAT_SIZE])
{
	error[0] = '\0';
	if (isfinite(reading->lo) && isfinite(reading->hi))
		pl_format_interval(value, error, reading->value, reading->lo, reading->hi,
				   body->glyphs->text[PL_GLYPH_PLUS_MINUS]);
	else
		pl_format_value(value, reading->value, reading->digits);
}

static struct columns columns_of(const struct pl_state *state, const struct pl_canvas *body)
{
	struct columns columns = {.skip = common_device(state->model), .name = 8, .value = 6};
	int tail = 0, most;

	for (size_t i = 0; i < state->model->reading_count; i++) {
		const struct pl_model_reading *reading = &state->model->readings[i];
		char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];
		int name = pl_canvas_width(body, reading->path + columns.skip), own;

		texts_of(body, reading, value, error);
		own = pl_canvas_width(body, error) + pl_canvas_width(body, reading->unit) + 2;
		columns.name = name > columns.name ? name : columns.name;
		columns.value =
		    (int)strlen(value) > columns.value ? (int)strlen(value) : columns.value;
		tail = own > tail ? own : tail;
	}
	most = body->rect.cols - 2 - columns.value - tail;
	if (columns.name > most)
		columns.name = most > 8 ? most : 8;
	return columns;
}

static enum pl_glyph sign_of(const char *quality)
{
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
		if (strcmp(looks[i].quality, quality) == 0)
			return looks[i].sign;
	return PL_GLYPH_OFF;
}

/* "~ STALE 3 s", then the reason where there is room. */
static void put_quality(const struct pl_canvas *body, int row, int col,
			const struct pl_model_reading *reading)
{
	char age[PL_FORMAT_SIZE];

	/* A setting that nobody confirmed lately is not old news of the device: its reason says
	 * all. */
	if (!(isfinite(reading->age_s) && reading->age_s > 0) && reading->reason[0]) {
		col = pl_canvas_put(body, row, col, PL_ROLE_DIM, "%s ",
				    body->glyphs->text[sign_of(reading->quality)]);
		pl_canvas_field(body, row, col, body->rect.cols - col, PL_ROLE_DIM,
				reading->reason);
		return;
	}
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		if (strcmp(looks[i].quality, reading->quality) != 0)
			continue;
		col = pl_canvas_put(body, row, col, looks[i].role, "%s %s",
				    body->glyphs->text[looks[i].sign], looks[i].word);
		if (isfinite(reading->age_s) && reading->age_s > 0)
			col = pl_canvas_put(body, row, col, looks[i].role, " %s",
					    pl_format_duration(age, reading->age_s));
		pl_canvas_field(body, row, col + 1, body->rect.cols - col - 1, PL_ROLE_DIM,
				reading->reason);
	}
}

static void put_reading(const struct pl_canvas *body, int row, const struct columns *columns,
			const struct pl_model_reading *reading)
{
	bool is_ok = strcmp(reading->quality, "ok") == 0;
	enum pl_role role = is_ok ? PL_ROLE_STRONG : PL_ROLE_DIM;
	int col = 1 + columns->name + 1, cols = body->rect.cols;
	char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];

	pl_canvas_tail(body, row, 1, columns->name, PL_ROLE_NORMAL, reading->path + columns->skip);
	texts_of(body, reading, value, error);
	if (reading->text[0])
		pl_canvas_field(body, row, col, cols - col, role, reading->text);
	else
		pl_canvas_right(body, row, col + columns->value, role, "%s", value);
	col += columns->value;
	if (error[0])
		col = pl_canvas_put(body, row, col + 1, PL_ROLE_NORMAL, "%s", error);
	if (isfinite(reading->value) && reading->unit[0])
		col = pl_canvas_put(body, row, col + 1, PL_ROLE_DIM, "%s", reading->unit);
	if (!is_ok)
		put_quality(body, row, col + 1, reading);
}

static int lines(const struct pl_state *state)
{
	return (int)state->model->reading_count;
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	struct columns columns = columns_of(state, body);

	for (int row = 0; row < body->rect.rows && first + row < lines(state); row++)
		put_reading(body, row, &columns, &state->model->readings[first + row]);
	if (lines(state) == 0)
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "no readings yet");
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	int bad = 0;

	for (size_t i = 0; i < state->model->reading_count; i++)
		bad += strcmp(state->model->readings[i].quality, "ok") != 0;
	if (bad > 0)
		snprintf(out, cap, "%d of %d not ok", bad, lines(state));
	else
		snprintf(out, cap, "%d", lines(state));
}

const struct pl_panel pl_panel_readings = {
    .name = "readings", .title = "Readings", .lines = lines, .draw = draw, .hint = hint};
