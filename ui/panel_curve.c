/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_curve.c - the curve of the Scan panel: every channel a series, the newest point or the one
 * under the cursor marked. Main thread.
 */
#include "format.h"
#include "panel_scan.h"
#include "plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum pl_role series_role(int series)
{
	return (enum pl_role)(PL_ROLE_SERIES + series % PL_MARKERS);
}

/* A coincidence of channels with settings of their own belongs to no setting. */
static void put_left_out(const struct pl_state *state, const struct pl_canvas *canvas, int row,
			 int col)
{
	char text[PL_MODEL_NAME + 16];

	for (size_t i = 0; i < state->model->curve.series_count; i++) {
		if (state->model->curve.is_drawn[i])
			continue;
		snprintf(text, sizeof text, "%s not drawn", state->model->curve.series[i]);
		col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, text, "") + 2;
	}
}

/* "-Δrate/Δthreshold" */
static const char *slope_name(const struct pl_state *state, char out[PL_MODEL_NAME + 24])
{
	const char *delta = state->glyphs->cells == PL_CELLS_ASCII ? "d" : "Δ";

	snprintf(out, PL_MODEL_NAME + 24, "-%srate/%s%s", delta, delta,
		 state->model->run.parameter);
	return out;
}

static bool has_doubt(const struct pl_plot_point *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (points[i].is_doubtful)
			return true;
	return false;
}

static bool has_sign(const struct pl_plot_point *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (points[i].sign)
			return true;
	return false;
}

/* What the axes are. */
static int put_axes(const struct pl_state *state, const struct pl_canvas *canvas, int row, int col)
{
	const char *param = state->model->run.parameter, *unit = state->model->run.unit;
	char over[PL_MODEL_NAME + 32], slope[PL_MODEL_NAME + 24];

	snprintf(over, sizeof over, " over %s%s%s", param, unit[0] ? ", " : "", unit);
	if (!state->curve.is_differential)
		return pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, "Hz", over) + 2;
	return pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, slope_name(state, slope),
				     ", neighbours of one pass") +
	       2;
}

static int put_series(const struct pl_state *state, const struct pl_canvas *canvas, int row,
		      int col)
{
	const struct pl_model_curve *curve = &state->model->curve;

	for (size_t i = 0; i < curve->series_count; i++) {
		if (!curve->is_drawn[i])
			continue;
		if (state->curve.hidden >> i & 1)
			col =
			    pl_canvas_put(canvas, row, col, PL_ROLE_DIM, "(%s)", curve->series[i]);
		else
			col =
			    pl_canvas_put(canvas, row, col, series_role((int)i), "%s %s",
					  canvas->glyphs->marker[i % PL_MARKERS], curve->series[i]);
		col += 2;
	}
	return col;
}

static void put_legend(const struct pl_state *state, const struct pl_canvas *canvas, int row,
		       const struct pl_plot_point *points, size_t count)
{
	int col = put_series(state, canvas, row, 1);

	if (has_sign(points, count))
		col = pl_canvas_put(canvas, row, col, PL_ROLE_NORMAL, "%s way down",
				    canvas->glyphs->text[PL_GLYPH_DOWN]) +
		      2;
	if (has_doubt(points, count))
		col =
		    pl_canvas_put(canvas, row, col, PL_ROLE_WARN, "%s in doubt", PL_PLOT_DOUBT) + 2;
	if (state->model->under.uid[0])
		col = pl_canvas_put(canvas, row, col, PL_ROLE_DIM, "%s run %" PRId64,
				    canvas->glyphs->text[PL_GLYPH_LINE], state->under_run) +
		      2;
	col = put_axes(state, canvas, row, col);
	put_left_out(state, canvas, row, col);
}

/* "(point 14, way down, repeat 2, try 2)" */
static void put_place(const struct pl_canvas *canvas, int row, int col,
		      const struct pl_model_point *point)
{
	char repeat[32] = "", attempt[32] = "";

	if (point->repeat > 1)
		snprintf(repeat, sizeof repeat, ", repeat %d", point->repeat);
	if (point->attempt > 1)
		snprintf(attempt, sizeof attempt, ", try %" PRId64, point->attempt);
	pl_canvas_put(canvas, row, col, PL_ROLE_DIM, "(point %" PRId64 "%s%s%s)", point->index,
		      strcmp(point->pass, "down") == 0	  ? ", way down"
		      : strcmp(point->pass, "check") == 0 ? ", drift check"
							  : "",
		      repeat, attempt);
}

static int put_value(const struct pl_canvas *canvas, int row, int col, double value, double lo,
		     double hi, const char *unit)
{
	char number[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE] = "";

	pl_format_interval(number, error, value, lo, hi, canvas->glyphs->text[PL_GLYPH_PLUS_MINUS]);
	return pl_canvas_put(canvas, row, col, PL_ROLE_STRONG, "%s %s%s", number, error, unit);
}

/* "○ mid  threshold 290  249.7 ±5.0 Hz  500 hits in 2.0 s  (point 14)", of a difference
 * "○ mid  -Δrate/Δthreshold at 292.5  1.2 ±0.4  (point 14)". slope: NULL = the rate. */
static void put_point(const struct pl_state *state, const struct pl_canvas *canvas, int row,
		      const struct pl_model_point *point, const struct pl_plot_point *slope)
{
	char live[PL_FORMAT_SIZE], name[PL_MODEL_NAME + 24];
	int col;

	col = pl_canvas_put(canvas, row, 1, series_role(point->series), "%s %s",
			    canvas->glyphs->marker[point->series % PL_MARKERS],
			    state->model->curve.series[point->series]);
	if (slope) {
		col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_NORMAL, "%s at %.10g",
				    slope_name(state, name), slope->x);
		col = put_value(canvas, row, col + 2, slope->y, slope->lo, slope->hi, "");
		put_place(canvas, row, col + 2, point);
		return;
	}
	col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_NORMAL, "%s %.10g",
			    state->model->run.parameter, point->set);
	if (strcmp(point->quality, "ok") != 0) /* before what may be cut */
		col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_WARN, "%s", point->quality);
	if (point->is_valid) {
		col = put_value(canvas, row, col + 2, point->rate, point->lo, point->hi, " Hz");
		col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_NORMAL, "%" PRId64 " hits in %s",
				    point->hits, pl_format_duration(live, point->live_s));
	}
	put_place(canvas, row, col + 2, point);
}

void pl_scan_put_cells(const struct pl_canvas *canvas, int top, const struct pl_plot *plot,
		       const struct pl_plot_cell *grid)
{
	for (int i = 0; i < plot->rows * plot->cols; i++) {
		enum pl_role role = grid[i].owner >= 0		      ? series_role(grid[i].owner)
				    : grid[i].owner == PL_PLOT_CURSOR ? PL_ROLE_CURSOR
								      : PL_ROLE_DIM;

		if (grid[i].owner != PL_PLOT_BLANK)
			pl_canvas_cell(canvas, top + i / plot->cols, i % plot->cols, role,
				       grid[i].is_marked, grid[i].text);
	}
}

/* ---- what is drawn ---- */

struct drawn {
	struct pl_plot_point *points;
	size_t *index; /* of the model's point */
	size_t count;
	double *x, *y; /* the earlier run */
	struct pl_plot_line under;
};

static void drawn_fini(struct drawn *drawn)
{
	free(drawn->points);
	free(drawn->index);
	free(drawn->x);
	free(drawn->y);
}

static bool drawn_make(const struct pl_state *state, struct drawn *out)
{
	const struct pl_model_curve *curve = &state->model->curve, *under = &state->model->under;

	*out = (struct drawn){.points = calloc(curve->count + 1, sizeof *out->points),
			      .index = calloc(curve->count + 1, sizeof *out->index),
			      .x = calloc(2 * under->count + 1, sizeof *out->x),
			      .y = calloc(2 * under->count + 1, sizeof *out->y)};
	if (!out->points || !out->index || !out->x || !out->y)
		return false;
	out->count = pl_curve_points(curve, &state->curve, state->glyphs, out->points, out->index);
	out->under = (struct pl_plot_line){.x = out->x, .y = out->y, .owner = PL_PLOT_UNDER};
	if (under->uid[0])
		out->under.count = pl_curve_line(under, &state->curve, curve, out->x, out->y);
	return true;
}

bool pl_scan_range(const struct pl_state *state, double *lo, double *hi)
{
	const struct pl_model *model = state->model;
	const double ahead[] = {model->run.set, model->run.next};

	*lo = INFINITY;
	*hi = -INFINITY;
	for (size_t i = 0; i < model->curve.count; i++) {
		const struct pl_model_point *point = &model->curve.points[i];

		if (!isfinite(point->set) || !pl_curve_is_shown(&state->curve, point))
			continue;
		*lo = fmin(*lo, point->set);
		*hi = fmax(*hi, point->set);
	}
	for (size_t i = 0; i < 2 && pl_model_is_running(model); i++) {
		*lo = fmin(*lo, ahead[i]);
		*hi = fmax(*hi, ahead[i]);
	}
	return *lo < *hi;
}

/* The place among what is drawn of the point under the cursor, else of the newest. */
static size_t current_of(const struct pl_state *state, const struct drawn *drawn, bool has_cursor)
{
	const struct pl_model_point *last = pl_model_last_point(state->model);
	size_t wanted = has_cursor ? (size_t)state->cursor
			: last	   ? (size_t)(last - state->model->curve.points)
				   : SIZE_MAX;

	for (size_t i = 0; i < drawn->count; i++)
		if (drawn->index[i] == wanted)
			return i;
	return SIZE_MAX;
}

static void plot_drawn(const struct pl_state *state, const struct pl_canvas *canvas,
		       const struct drawn *drawn, bool has_cursor, size_t current)
{
	const struct pl_model *model = state->model;
	struct pl_plot plot = {.glyphs = canvas->glyphs,
			       .rows = canvas->rect.rows - 1,
			       .cols = canvas->rect.cols,
			       .is_log = state->is_log_scale,
			       .x_min = pl_model_is_running(model) ? model->run.set : NAN,
			       .x_max = pl_model_is_running(model) ? model->run.next : NAN,
			       .cursor_x = NAN,
			       .current = current,
			       .lines = &drawn->under,
			       .line_count = 1};
	struct pl_plot_cell *grid = calloc((size_t)(plot.rows * plot.cols), sizeof *grid);
	struct pl_plot_point *thin = calloc(drawn->count + 1, sizeof *thin);
	double lo, hi;
	size_t count;

	if (has_cursor)
		plot.cursor_x = current < drawn->count ? drawn->points[current].x
						       : model->curve.points[state->cursor].set;
	if (pl_scan_range(state, &lo, &hi)) {
		if (state->curve.zoom > 0)
			pl_curve_window(&state->curve, lo, hi, &plot.from, &plot.to);
		if (plot.from < plot.to) {
			lo = plot.from;
			hi = plot.to;
		}
	}
	if (grid && thin) {
		count = pl_plot_thin(drawn->points, drawn->count, lo, hi, 2 * plot.cols, thin,
				     &plot.current);
		pl_plot_draw(&plot, thin, count, grid);
		pl_scan_put_cells(canvas, 1, &plot, grid);
	}
	free(thin);
	free(grid);
}

void pl_scan_draw_curve(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_model_curve *curve = &state->model->curve;
	bool has_cursor = state->cursor >= 0 && (size_t)state->cursor < curve->count;
	struct drawn drawn;

	if (drawn_make(state, &drawn)) {
		size_t current = current_of(state, &drawn, has_cursor);
		bool is_slope = state->curve.is_differential && current < drawn.count;

		if (has_cursor)
			put_point(state, canvas, 0, &curve->points[state->cursor],
				  is_slope ? &drawn.points[current] : NULL);
		else
			put_legend(state, canvas, 0, drawn.points, drawn.count);
		plot_drawn(state, canvas, &drawn, has_cursor, current);
	}
	drawn_fini(&drawn);
}
