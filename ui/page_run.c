/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_run.c - one stored run: its curve, what it is, notes, settings, plan, files and audit, a
 * sheet each. Left and right go from one to the next. Main thread.
 */
#include "page_runs.h"
#include "panel_scan.h"
#include "runs.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pl_sheet_lines *sheet_of(const struct pl_state *state)
{
	return &state->run_shown->lines[state->run_shown->sheet];
}

static int lines(const struct pl_state *state)
{
	int count = 0;

	if (!state->run_shown)
		return 0;
	for (size_t i = 0; i < sheet_of(state)->count; i++)
		count += pl_filter_matches(state, "run", sheet_of(state)->items[i].text);
	return count + 1; /* the names of the sheets */
}

/* "Curve  About  Notes": as many as there is room for, the one that is shown among them. */
static void put_tabs(const struct pl_run_shown *run, const struct pl_canvas *body)
{
	int first = body->rect.cols < 60 ? (int)run->sheet : 0, col = 1;

	for (int i = first; i < PL_SHEETS; i++) {
		const char *name = pl_run_sheet_name((enum pl_sheet)i);

		if (col + (int)strlen(name) + 2 > body->rect.cols)
			return;
		col = pl_canvas_put(
		    body, 0, col, i == (int)run->sheet ? PL_ROLE_FOCUS : PL_ROLE_DIM, " %s ", name);
	}
}

static void put_legend(const struct pl_run_shown *run, const struct pl_canvas *canvas)
{
	const struct pl_model_curve *curve = &run->curve;
	int col = 1;

	for (size_t i = 0; i < curve->series_count; i++)
		if (curve->is_drawn[i])
			col = pl_canvas_put(canvas, 0, col,
					    (enum pl_role)(PL_ROLE_SERIES + i % PL_MARKERS),
					    "%s %s", canvas->glyphs->marker[i % PL_MARKERS],
					    curve->series[i]) +
			      2;
	pl_canvas_put(canvas, 0, col, PL_ROLE_DIM, "Hz over %s", run->parameter);
}

static void draw_curve(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_model_curve *curve = &state->run_shown->curve;
	struct pl_plot plot = {.glyphs = canvas->glyphs,
			       .rows = canvas->rect.rows - 1,
			       .cols = canvas->rect.cols,
			       .is_log = state->is_log_scale,
			       .x_min = NAN,
			       .x_max = NAN,
			       .cursor_x = NAN,
			       .current = SIZE_MAX};
	struct pl_plot_point *points = calloc(curve->count + 1, sizeof *points);
	struct pl_plot_cell *grid;

	if (plot.rows < 1 || plot.cols < 1 || !points) {
		free(points);
		return;
	}
	grid = calloc((size_t)(plot.rows * plot.cols), sizeof *grid);
	for (size_t i = 0; i < curve->count; i++) {
		const struct pl_model_point *from = &curve->points[i];

		points[i] = (struct pl_plot_point){.x = from->is_valid ? from->set : NAN,
						   .y = from->rate,
						   .lo = from->lo,
						   .hi = from->hi,
						   .series = from->series,
						   .is_doubtful = from->is_valid &&
								  strcmp(from->quality, "ok") != 0};
	}
	if (grid) {
		put_legend(state->run_shown, canvas);
		pl_plot_draw(&plot, points, curve->count, grid);
		pl_scan_put_cells(canvas, 1, &plot, grid);
	}
	free(grid);
	free(points);
}

static void draw_lines(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_sheet_lines *sheet = sheet_of(state);
	int row = 1 - first;

	for (size_t i = 0; i < sheet->count && row < body->rect.rows; i++) {
		if (!pl_filter_matches(state, "run", sheet->items[i].text))
			continue;
		if (row > 0)
			pl_canvas_field(body, row, 1, body->rect.cols - 2, sheet->items[i].role,
					sheet->items[i].text);
		row++;
	}
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_run_shown *run = state->run_shown;

	if (!run)
		return;
	put_tabs(run, body);
	if (run->sheet == PL_SHEET_CURVE) {
		struct pl_canvas plot =
		    pl_canvas_on(body, (struct pl_rect){body->rect.row + 1, body->rect.col,
							body->rect.rows - 1, body->rect.cols});

		if (run->curve.count > 0)
			draw_curve(state, &plot);
		else
			pl_canvas_put(body, 1, 1, PL_ROLE_DIM, "%s",
				      run->is_told ? "no points: a recording, or none was measured"
						   : "reading");
	} else {
		draw_lines(state, body, first);
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	const struct pl_run_shown *run = state->run_shown;

	if (run)
		snprintf(out, cap, "%s  %.30s %.30s%s", run->run, run->name, run->state,
			 run->is_verifying ? "  verifying" : "");
}

/* ---- what is asked ---- */

static void ask(struct pl_view *view)
{
	struct pl_json *args = pl_json_object();

	pl_run_forget(view->state.run_shown);
	pl_json_add_text(args, "run", view->state.run_shown->run);
	view->state.run_asked += pl_session_ask(&view->session, &view->state, PL_ASK_RUN, args);
}

static bool enter(struct pl_view *view)
{
	if (!view->state.run_shown)
		return false;
	ask(view);
	return true;
}

static bool key(struct pl_view *view, int key)
{
	struct pl_run_shown *run = view->state.run_shown;
	int step = pl_key_is_one_of(key, "Right l Tab")	   ? 1
		   : pl_key_is_one_of(key, "Left h S-Tab") ? PL_SHEETS - 1
							   : 0;

	if (!run || step == 0)
		return false;
	run->sheet = (enum pl_sheet)(((int)run->sheet + step) % PL_SHEETS);
	view->state.page_scroll = 0;
	return true;
}

void pl_run_verify(struct pl_view *view)
{
	struct pl_run_shown *run = view->state.run_shown;
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "run", run->run);
	run->is_verifying = pl_session_ask(&view->session, &view->state, PL_ASK_VERIFY, args);
	if (run->is_verifying)
		pl_state_say(&view->state, PL_ROLE_BUSY, "run %s is being verified", run->run);
}

const char *pl_run_cannot_resume(const struct pl_state *state)
{
	const struct pl_run_shown *run = state->run_shown;

	if (!run || !run->is_told)
		return "the run is being read";
	if (strcmp(run->kind, "recording") == 0)
		return "a recording is not taken up again: r begins a new one";
	if (strcmp(run->state, "finished") == 0)
		return "it has reached its end";
	return run->is_owned ? "somebody runs it now" : NULL;
}

static const struct pl_panel panel = {
    .name = "run", .title = "Run", .lines = lines, .draw = draw, .hint = hint, .has_filter = true};

const struct pl_page pl_page_run = {.panel = &panel, .enter = enter, .key = key};
