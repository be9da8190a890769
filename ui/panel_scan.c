/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_scan.c - the Scan panel: the text of a run above its curve, or, without a run, what an
 * earlier one left and what could be done. Main thread.
 */
#include "panel_scan.h"
#include "panel.h"

#include <inttypes.h>
#include <stdio.h>

/* "run 42 crashed at 17/123: R resume" */
void pl_scan_put_offer(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_unfinished *run = &state->model->unfinished;
	char key[PL_KEY_SIZE];
	int col = pl_canvas_put(text, row, 1, PL_ROLE_WARN,
				"run %" PRId64 " %s at %" PRId64 "/%" PRId64 ": ", run->number,
				run->state, run->done, run->planned);

	col = pl_canvas_put(text, row, col, PL_ROLE_KEY, "%s",
			    pl_keymap_first(&state->keymap, PL_ACTION_RESUME_RUN, key));
	pl_canvas_put(text, row, col + 1, PL_ROLE_NORMAL, "resume");
}

/* "▲ not back: det.top.threshold 290 +1" */
void pl_scan_put_owed(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_owed *owed = &state->model->owed;
	char more[24] = "";

	if (owed->count > 1)
		snprintf(more, sizeof more, " +%zu", owed->count - 1);
	pl_canvas_put(text, row, 1, PL_ROLE_ALARM, " %s not back: %s %.10g%s ",
		      text->glyphs->text[PL_GLYPH_ALARM], owed->path, owed->value, more);
}

bool pl_scan_has_offer(const struct pl_state *state)
{
	return !pl_model_is_running(state->model) && state->model->unfinished.number > 0;
}

bool pl_scan_is_owed(const struct pl_state *state)
{
	return state->model->owed.count > 0;
}

/* No run yet: what could be done. */
static void draw_nothing(const struct pl_state *state, const struct pl_canvas *body)
{
	const char *why = pl_action(PL_ACTION_SCAN)->refusal(state);
	char key[PL_KEY_SIZE];
	int row = 0, col;

	if (state->model->n == 0) {
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "waiting for the engine");
		return;
	}
	if (!pl_scan_is_owed(state) && !pl_scan_has_offer(state))
		pl_canvas_put(body, row++, 1, PL_ROLE_NORMAL, "no run yet");
	if (pl_scan_is_owed(state))
		pl_scan_put_owed(state, body, row++);
	if (pl_scan_has_offer(state))
		pl_scan_put_offer(state, body, row++);
	if (why) {
		pl_canvas_put(body, row, 1, PL_ROLE_DIM, "%s", why);
		return;
	}
	col = pl_canvas_put(body, row, 1, PL_ROLE_KEY, "%s",
			    pl_keymap_first(&state->keymap, PL_ACTION_SCAN, key));
	pl_canvas_put(body, row, col + 1, PL_ROLE_NORMAL, "starts a scan:");
	row++;
	for (size_t i = 0; i < state->model->scan_count; i++)
		pl_canvas_put(body, row + (int)i, 3, PL_ROLE_STRONG, "%s", state->model->scans[i]);
}

static int lines(const struct pl_state *state)
{
	return state->model->run.is_there ? pl_scan_count_lines(state) + 1
					  : 3 + pl_scan_is_owed(state) + pl_scan_has_offer(state);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	/* pl_layout_scan counts the title in. */
	struct pl_rect panel = {body->rect.row - 1, body->rect.col, body->rect.rows + 1,
				body->rect.cols};
	struct pl_rect text_rect, plot_rect;
	struct pl_canvas text, plot;

	(void)first;
	if (!state->model->run.is_there) {
		draw_nothing(state, body);
		return;
	}
	pl_layout_scan(&panel, pl_scan_count_lines(state), &text_rect, &plot_rect);
	text = pl_canvas_on(body, text_rect);
	pl_scan_draw_lines(state, &text);
	if (plot_rect.rows == 0)
		return;
	plot = pl_canvas_on(body, plot_rect);
	pl_scan_draw_curve(state, &plot);
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	char zoom[40] = "", all[PL_KEY_SIZE], rate[PL_KEY_SIZE], scale[PL_KEY_SIZE];
	bool is_slope = state->curve.is_differential;

	if (state->model->curve.count == 0)
		return;
	if (state->curve.zoom > 0)
		snprintf(zoom, sizeof zoom, "%dx, %s all  ", 1 << state->curve.zoom,
			 pl_keymap_first(&state->keymap, PL_ACTION_WINDOW_ALL, all));
	pl_keymap_first(&state->keymap, PL_ACTION_DIFFERENTIAL, rate);
	snprintf(out, cap, "%s%s%s%s%s, %s changes", zoom, is_slope ? "differential, " : "",
		 is_slope ? rate : "", is_slope ? " back  " : "",
		 state->is_log_scale ? "log" : "linear",
		 pl_keymap_first(&state->keymap, PL_ACTION_LOG_SCALE, scale));
}

const struct pl_panel pl_panel_scan = {
    .name = "scan", .title = "Scan", .lines = lines, .draw = draw, .hint = hint};
