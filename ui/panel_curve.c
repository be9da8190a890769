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

/* Carries counts, but not such as the others: suspect or saturated. */
static bool is_doubtful(const struct pl_model_point *point)
{
	return point->is_valid && strcmp(point->quality, "ok") != 0;
}

/* A coincidence of channels with settings of their own belongs to no setting. */
static void put_left_out(const struct pl_state *state, const struct pl_canvas *canvas, int row,
			 int col)
{
	char text[PL_MODEL_NAME + 16];

	for (size_t i = 0; i < state->model->series_count; i++) {
		if (state->model->is_drawn[i])
			continue;
		snprintf(text, sizeof text, "%s not drawn", state->model->series[i]);
		col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, text, "") + 2;
	}
}

static void put_legend(const struct pl_state *state, const struct pl_canvas *canvas, int row)
{
	const char *param = state->model->run.parameter, *unit = state->model->run.unit;
	char over[PL_MODEL_NAME + 32];
	int col = 1;

	for (size_t i = 0; i < state->model->series_count; i++) {
		if (!state->model->is_drawn[i])
			continue;
		col =
		    pl_canvas_put(canvas, row, col, series_role((int)i), "%s %s",
				  canvas->glyphs->marker[i % PL_MARKERS], state->model->series[i]);
		col += 2;
	}
	for (size_t i = 0; i < state->model->point_count; i++) {
		if (!is_doubtful(&state->model->points[i]))
			continue;
		col = pl_canvas_put(canvas, row, col, PL_ROLE_WARN, "%s in doubt", PL_PLOT_DOUBT);
		col += 2;
		break;
	}
	snprintf(over, sizeof over, " over %s%s%s", param, unit[0] ? ", " : "", unit);
	col = pl_canvas_put_if_room(canvas, row, col, PL_ROLE_DIM, "Hz", over) + 2;
	put_left_out(state, canvas, row, col);
}

/* "○ mid  threshold 290  249.7 ±5.0 Hz  500 hits in 2.0 s  (point 14)" */
static void put_point(const struct pl_state *state, const struct pl_canvas *canvas, int row,
		      const struct pl_model_point *point)
{
	char number[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE] = "", live[PL_FORMAT_SIZE];
	int col;

	col = pl_canvas_put(canvas, row, 1, series_role(point->series), "%s %s",
			    canvas->glyphs->marker[point->series % PL_MARKERS],
			    state->model->series[point->series]);
	col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_NORMAL, "%s %.10g",
			    state->model->run.parameter, point->set);
	if (strcmp(point->quality, "ok") != 0) /* before what may be cut */
		col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_WARN, "%s", point->quality);
	if (point->is_valid) {
		pl_format_interval(number, error, point->rate, point->lo, point->hi,
				   canvas->glyphs->text[PL_GLYPH_PLUS_MINUS]);
		col =
		    pl_canvas_put(canvas, row, col + 2, PL_ROLE_STRONG, "%s %s Hz", number, error);
		col = pl_canvas_put(canvas, row, col + 2, PL_ROLE_NORMAL, "%" PRId64 " hits in %s",
				    point->hits, pl_format_duration(live, point->live_s));
	}
	pl_canvas_put(canvas, row, col + 2, PL_ROLE_DIM, "(point %" PRId64 "%s)", point->index,
		      strcmp(point->pass, "down") == 0	  ? ", way down"
		      : strcmp(point->pass, "check") == 0 ? ", drift check"
							  : "");
}

static struct pl_plot_point *plot_points(const struct pl_model *model)
{
	struct pl_plot_point *points = calloc(model->point_count + 1, sizeof *points);

	for (size_t i = 0; points && i < model->point_count; i++) {
		const struct pl_model_point *from = &model->points[i];

		points[i] = (struct pl_plot_point){.x = from->is_valid ? from->set : NAN,
						   .y = from->rate,
						   .lo = from->lo,
						   .hi = from->hi,
						   .series = from->series,
						   .is_doubtful = is_doubtful(from)};
	}
	return points;
}

static void put_cells(const struct pl_canvas *canvas, int top, const struct pl_plot *plot,
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

void pl_scan_draw_curve(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_model *model = state->model;
	bool has_cursor = state->cursor >= 0 && (size_t)state->cursor < model->point_count;
	const struct pl_model_point *last = pl_model_last_point(model);
	struct pl_plot plot = {
	    .glyphs = canvas->glyphs,
	    .rows = canvas->rect.rows - 1,
	    .cols = canvas->rect.cols,
	    .is_log = state->is_log_scale,
	    .x_min = model->run.set,
	    .x_max = model->run.next,
	    .cursor_x = has_cursor ? model->points[state->cursor].set : NAN,
	    .current = has_cursor ? (size_t)state->cursor
		       : last	  ? (size_t)(last - model->points)
				  : SIZE_MAX,
	};
	struct pl_plot_point *points = plot_points(model);
	struct pl_plot_cell *grid = calloc((size_t)(plot.rows * plot.cols), sizeof *grid);

	if (points && grid) {
		if (has_cursor)
			put_point(state, canvas, 0, &model->points[state->cursor]);
		else
			put_legend(state, canvas, 0);
		pl_plot_draw(&plot, points, model->point_count, grid);
		put_cells(canvas, 1, &plot, grid);
	}
	free(grid);
	free(points);
}
