/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_tune.c - what the page of a tuning shows: the value, the last write from old to applied,
 * the rate as it settles, the search; below, the last scan's curve of the channel with the present
 * point on it, beside that the writes before. Main thread.
 */
#include "format.h"
#include "page_tune.h"
#include "panel_scan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_ABOVE   4
#define PLOT_ROWS_MIN 6
#define WIDE_COLS     100
#define LIST_COLS     40
#define LABEL_COLS    11

enum { SERIES_SCAN, SERIES_TUNED };

static const char *number(double value, const char *missing, char out[PL_FORMAT_SIZE])
{
	if (isnan(value))
		snprintf(out, PL_FORMAT_SIZE, "%s", missing);
	else
		snprintf(out, PL_FORMAT_SIZE, "%.10g", value);
	return out;
}

/* "threshold  297     1 to 1023 by 1, before 290" */
static void put_value(const struct pl_state *state, const struct pl_canvas *body, int row)
{
	const struct pl_tune *tune = &state->tune;
	bool is_on_its_way = tune->wanted != tune->value && !isnan(tune->wanted);
	char value[PL_FORMAT_SIZE], text[200];
	int col = LABEL_COLS;

	pl_canvas_field(body, row, 1, LABEL_COLS - 2, PL_ROLE_NORMAL, tune->parameter);
	col = pl_canvas_put(body, row, col, PL_ROLE_STRONG, "%s",
			    number(tune->value, "unknown", value));
	if (is_on_its_way)
		col = pl_canvas_put(body, row, col, PL_ROLE_BUSY, " %s %.10g",
				    body->glyphs->text[PL_GLYPH_TO], tune->wanted);
	if (tune->unit[0])
		col = pl_canvas_put(body, row, col + 1, PL_ROLE_NORMAL, "%s", tune->unit);
	snprintf(text, sizeof text, "before %.10g", tune->before);
	col = pl_canvas_put_if_room(body, row, col + 3, PL_ROLE_NORMAL, text, "");
	snprintf(text, sizeof text, "%.10g to %.10g by %.10g", tune->min, tune->max, tune->step);
	col = pl_canvas_put_if_room(body, row, col + 3, PL_ROLE_DIM, text, "");
	pl_canvas_put_if_room(body, row, col + 3, PL_ROLE_DIM, tune->text, "");
}

static enum pl_role status_role(const char *status)
{
	return strcmp(status, "ok") == 0 ? PL_ROLE_GOOD : PL_ROLE_ALARM;
}

/* "290 -> 297 -> 297 ok", in words where there is room: requested and applied may differ. */
static int put_step(const struct pl_canvas *body, int row, int col, const struct pl_tune_step *step,
		    bool has_words)
{
	const char *to = body->glyphs->text[PL_GLYPH_TO];
	char old[PL_FORMAT_SIZE], applied[PL_FORMAT_SIZE];

	col = pl_canvas_put(body, row, col, PL_ROLE_NORMAL, "%s %s %.10g %s %s%s ",
			    number(step->old, "?", old), to, step->requested, to,
			    has_words ? "applied " : "", number(step->applied, "?", applied));
	if (has_words && !isnan(step->readback))
		col = pl_canvas_put(body, row, col, PL_ROLE_NORMAL, "read back %.10g ",
				    step->readback);
	return pl_canvas_put(body, row, col, status_role(step->status), "%s",
			     strcmp(step->status, "ok") == 0 ? "confirmed" : step->status);
}

static void put_write(const struct pl_state *state, const struct pl_canvas *body, int row)
{
	const struct pl_tune *tune = &state->tune;
	const struct pl_tune_step *last = pl_tune_step(tune, 0);
	int col = LABEL_COLS;

	pl_canvas_put(body, row, 1, PL_ROLE_NORMAL, "written");
	if (tune->lost[0]) {
		pl_canvas_put(body, row, col, PL_ROLE_ALARM,
			      "%s %s is lost: %s; goes on when it is back",
			      body->glyphs->text[PL_GLYPH_ALARM], tune->device, tune->lost);
		return;
	}
	if (!last) {
		pl_canvas_put(body, row, col, PL_ROLE_DIM, "%s",
			      tune->stage == PL_TUNE_ASKED ? "asking the engine"
							   : "nothing yet: arrows move it");
		return;
	}
	col = put_step(body, row, col, last, body->rect.cols >= 60);
	if (strcmp(last->status, "ok") != 0)
		pl_canvas_put(body, row, col + 1, PL_ROLE_WARN, "%s", last->reason);
	else if (tune->stage == PL_TUNE_ENDING)
		pl_canvas_put(body, row, col + 2, PL_ROLE_BUSY, "ending");
}

/* "38.4 +3.5 -3.2 Hz   123 hits in 3.2 s" */
static void put_rate(const struct pl_state *state, const struct pl_canvas *body, int row)
{
	const struct pl_tune_rate *now = &state->tune.now;
	char rate[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE], live[PL_FORMAT_SIZE];
	int col = LABEL_COLS;

	pl_canvas_put(body, row, 1, PL_ROLE_NORMAL, "rate");
	if (isnan(now->rate)) {
		pl_canvas_put(body, row, col, PL_ROLE_DIM, "%s",
			      isnan(state->tune.value) ? "-- the threshold is not confirmed"
						       : "-- settling");
		return;
	}
	pl_format_interval(rate, error, now->rate, now->lo, now->hi,
			   body->glyphs->text[PL_GLYPH_PLUS_MINUS]);
	col = pl_canvas_put(body, row, col, PL_ROLE_STRONG, "%s %s Hz", rate, error);
	pl_canvas_put(body, row, col + 3, PL_ROLE_NORMAL, "%" PRId64 " hits in %s", now->hits,
		      pl_format_duration(live, now->seconds));
}

static void put_search(const struct pl_state *state, const struct pl_canvas *body, int row)
{
	const struct pl_tune *tune = &state->tune;
	char text[sizeof tune->answer];
	int width = body->rect.cols - LABEL_COLS - 1;

	if (tune->is_seeking) {
		pl_canvas_put(body, row, 1, PL_ROLE_NORMAL, "search");
		pl_canvas_put(body, row, LABEL_COLS, PL_ROLE_BUSY,
			      "going to the wanted rate, %zu values counted; Esc ends it",
			      tune->measured_count);
		return;
	}
	if (!tune->answer[0])
		return;
	pl_canvas_put(body, row, 1, PL_ROLE_NORMAL, "search");
	snprintf(text, sizeof text, "%s", tune->answer);
	pl_canvas_field(body, row, LABEL_COLS, width > 0 ? width : 0,
			tune->has_found ? PL_ROLE_GOOD : PL_ROLE_WARN, text);
}

/* ---- the curve ---- */

/* The run on the screen is one over this setting. */
static int scan_series(const struct pl_state *state)
{
	const struct pl_model *model = state->model;

	if (strcmp(model->run.device, state->tune.device) != 0 ||
	    strcmp(model->run.parameter, state->tune.parameter) != 0)
		return -1;
	for (size_t i = 0; i < model->curve.series_count; i++)
		if (strcmp(model->curve.series[i], state->tune.channel) == 0)
			return (int)i;
	return -1;
}

static size_t add_scan(const struct pl_state *state, int series, struct pl_plot_point *out)
{
	const struct pl_model_curve *curve = &state->model->curve;
	size_t count = 0;

	for (size_t i = 0; i < curve->count && series >= 0; i++) {
		const struct pl_model_point *point = &curve->points[i];

		if (point->series == series && point->is_valid && isfinite(point->set))
			out[count++] = (struct pl_plot_point){.x = point->set,
							      .y = point->rate,
							      .lo = point->lo,
							      .hi = point->hi,
							      .series = SERIES_SCAN};
	}
	return count;
}

/* *current: the place of the present value among them, SIZE_MAX = it has no rate yet. */
static size_t add_tuned(const struct pl_state *state, struct pl_plot_point *out, size_t count,
			size_t *current)
{
	const struct pl_tune *tune = &state->tune;

	*current = SIZE_MAX;
	for (size_t i = 0; i < tune->measured_count; i++) {
		const struct pl_tune_rate *rate = &tune->measured[i];

		if (rate->value == tune->value)
			*current = count;
		out[count++] = (struct pl_plot_point){.x = rate->value,
						      .y = rate->rate,
						      .lo = rate->lo,
						      .hi = rate->hi,
						      .series = SERIES_TUNED};
	}
	return count;
}

static void put_legend(const struct pl_state *state, const struct pl_canvas *canvas, int row,
		       bool has_scan)
{
	const char *const *marker = canvas->glyphs->marker;
	char text[96];
	int col = 1;

	if (has_scan) {
		snprintf(text, sizeof text, "%s run %" PRId64, marker[SERIES_SCAN],
			 state->model->run.number);
		col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_SERIES, text, "") + 2;
	}
	snprintf(text, sizeof text, "%s now tuned", marker[SERIES_TUNED]);
	col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_SERIES + SERIES_TUNED, text, "") + 2;
	snprintf(text, sizeof text, " over %s", state->tune.parameter);
	col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, "Hz", text) + 2;
	if (!has_scan)
		pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, "no scan of it is here", "");
}

static void draw_curve(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_tune *tune = &state->tune;
	int series = scan_series(state);
	size_t room = state->model->curve.count + tune->measured_count + 1, count, current;
	struct pl_plot_point *points = calloc(room, sizeof *points);
	struct pl_plot plot = {.glyphs = canvas->glyphs,
			       .rows = canvas->rect.rows - 1,
			       .cols = canvas->rect.cols,
			       .is_log = state->is_log_scale,
			       .x_min = tune->wanted - 5 * tune->step,
			       .x_max = tune->wanted + 5 * tune->step,
			       .cursor_x = tune->wanted};
	struct pl_plot_cell *grid = calloc((size_t)(plot.rows * plot.cols), sizeof *grid);

	if (points && grid) {
		count = add_scan(state, series, points);
		put_legend(state, canvas, 0, count > 0);
		count = add_tuned(state, points, count, &current);
		plot.current = current;
		if (count > 0)
			pl_plot_draw(&plot, points, count, grid);
		pl_scan_put_cells(canvas, 1, &plot, grid);
	}
	free(grid);
	free(points);
}

/* The newest first. */
static void draw_steps(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_tune_step *step;

	pl_canvas_put(canvas, 0, 1, PL_ROLE_DIM, "writes: old, requested, applied");
	for (int row = 1; row < canvas->rect.rows; row++) {
		step = pl_tune_step(&state->tune, (size_t)row - 1);
		if (!step)
			return;
		pl_canvas_field(canvas, row, 1, 8, PL_ROLE_DIM, step->kind);
		put_step(canvas, row, 9, step, false);
	}
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	struct pl_rect rest = {body->rect.row + LINES_ABOVE, body->rect.col,
			       body->rect.rows - LINES_ABOVE, body->rect.cols};
	struct pl_rect list = rest;
	struct pl_canvas canvas;

	(void)first;
	put_value(state, body, 0);
	put_write(state, body, 1);
	put_rate(state, body, 2);
	put_search(state, body, 3);
	if (rest.rows < PLOT_ROWS_MIN || state->tune.stage == PL_TUNE_ASKED)
		return;
	if (rest.cols >= WIDE_COLS) {
		rest.cols -= LIST_COLS;
		list.col += rest.cols;
		list.cols = LIST_COLS;
		canvas = pl_canvas_on(body, list);
		draw_steps(state, &canvas);
	}
	canvas = pl_canvas_on(body, rest);
	draw_curve(state, &canvas);
}

static int lines(const struct pl_state *state)
{
	(void)state;
	return LINES_ABOVE;
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	snprintf(out, cap, "%s", state->tune.path);
}

const struct pl_panel pl_panel_tune = {
    .name = "tune", .title = "Tune", .lines = lines, .draw = draw, .hint = hint};
