/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_scan_lines.c - the text of a run: how far it is, what it does now, what came of it. Main
 * thread.
 *
 * It is a list of lines, the important ones first, so that a small panel still tells them.
 */
#include "format.h"
#include "panel_scan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_head(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	enum pl_role role;
	char word[160];
	int end = text->rect.cols - 1, col;

	pl_bar_state(state, word, sizeof word, &role);
	col = pl_canvas_put(text, row, 1, PL_ROLE_STRONG, "%s", run->name);
	col = pl_canvas_put(text, row, col + 1, PL_ROLE_DIM, "run %" PRId64, run->number);
	word[strcspn(word, " ")] = '\0'; /* the numbers are in the bar below */
	if (col + pl_canvas_width(text, word) + 2 < end)
		pl_canvas_right(text, row, end, role, "%s", word);
}

static void put_progress(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	double part = run->planned > 0 ? (double)run->done / (double)run->planned : 0;
	char numbers[64];
	int width, full;

	snprintf(numbers, sizeof numbers, "%" PRId64 "/%" PRId64 " %3.0f %%", run->done,
		 run->planned, 100 * part);
	width = text->rect.cols - pl_canvas_width(text, numbers) - 4;
	if (width > 4) {
		full = (int)(fmin(fmax(part, 0), 1) * width + 0.5);
		pl_canvas_fill(text, row, 1, full, PL_ROLE_PROGRESS,
			       text->glyphs->text[PL_GLYPH_FULL]);
		pl_canvas_fill(text, row, 1 + full, width - full, PL_ROLE_DIM,
			       text->glyphs->text[PL_GLYPH_EMPTY]);
	}
	pl_canvas_right(text, row, text->rect.cols - 1, PL_ROLE_STRONG, "%s", numbers);
}

/* "top  threshold 290 → 292  count 1.4 s left" */
static void put_now(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	char number[PL_FORMAT_SIZE];
	int col = 1;

	if (run->together > 1)
		col = pl_canvas_put(text, row, col, PL_ROLE_STRONG, "%s +%" PRId64, run->channel,
				    run->together - 1) +
		      1;
	else if (run->channel[0])
		col = pl_canvas_put(text, row, col, PL_ROLE_STRONG, "%s", run->channel) + 1;
	if (isfinite(run->set)) {
		snprintf(number, sizeof number, "%.10g", run->set);
		col = pl_canvas_put(text, row, col, PL_ROLE_NORMAL, "%s %s%s%s", run->parameter,
				    number, run->unit[0] ? " " : "", run->unit);
	}
	if (isfinite(run->next))
		col = pl_canvas_put(text, row, col + 1, PL_ROLE_DIM, "%s %.10g",
				    text->glyphs->text[PL_GLYPH_TO], run->next);
	if (run->phase[0] && !run->is_over)
		col =
		    pl_canvas_put(text, row, col > 1 ? col + 2 : 1, PL_ROLE_BUSY, "%s", run->phase);
	/* Of a short phase there is nothing to wait for. */
	if (run->hits_wanted > 0) {
		snprintf(number, sizeof number, "%" PRId64 "/%" PRId64, run->hits,
			 run->hits_wanted);
		pl_canvas_put_if_room(text, row, col + 1, PL_ROLE_NORMAL, number, " hits");
	} else if (isfinite(run->phase_left_s) && run->phase_s >= 1)
		pl_canvas_put_if_room(text, row, col + 1, PL_ROLE_NORMAL,
				      pl_format_duration(number, run->phase_left_s), " left");
	if (run->attempt > 1)
		pl_canvas_right(text, row, text->rect.cols - 1, PL_ROLE_WARN, "try %" PRId64,
				run->attempt);
	else if (run->retries > 0)
		pl_canvas_right(text, row, text->rect.cols - 1, PL_ROLE_WARN, "retry %" PRId64,
				run->retries);
}

/* How a run ended, by its exit status. */
static const struct {
	int64_t exit;
	enum pl_role role;
	const char *text;
} endings[] = {
    {0, PL_ROLE_GOOD, "all points valid"},    {1, PL_ROLE_ALARM, "failed: see the log"},
    {3, PL_ROLE_WARN, "stopped early"},	      {4, PL_ROLE_WARN, "not all points valid"},
    {143, PL_ROLE_WARN, "ended by a signal"},
};

static void put_ending(const struct pl_model_run *run, const struct pl_canvas *text, int row,
		       int col)
{
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (endings[i].exit == run->exit)
			pl_canvas_put_if_room(text, row, col, endings[i].role, endings[i].text, "");
}

/* "elapsed 6.8 s  ETA 8.1 s  ● 215 ±35 Hz": without the first when there is not room for all. */
static void put_times(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	const struct pl_model_point *last = pl_model_last_point(state->model);
	char number[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE], rate[4 * PL_FORMAT_SIZE] = "";
	char eta[PL_FORMAT_SIZE + 8] = "", elapsed[PL_FORMAT_SIZE + 12];
	int col = 1;

	snprintf(elapsed, sizeof elapsed, "elapsed %s", pl_format_duration(number, run->elapsed_s));
	if (run->is_over) {
		col = pl_canvas_put(text, row, col, PL_ROLE_NORMAL, "%s", elapsed);
		put_ending(run, text, row, col + 2);
		return;
	}
	if (isfinite(run->eta_s))
		snprintf(eta, sizeof eta, "ETA %s", pl_format_duration(number, run->eta_s));
	if (last) {
		pl_format_interval(number, error, last->rate, last->lo, last->hi,
				   text->glyphs->text[PL_GLYPH_PLUS_MINUS]);
		snprintf(rate, sizeof rate, "%s %s %s Hz",
			 text->glyphs->marker[last->series % PL_MARKERS], number, error);
	}
	if ((int)(strlen(elapsed) + strlen(eta)) + pl_canvas_width(text, rate) + 5 <
	    text->rect.cols)
		col = pl_canvas_put(text, row, col, PL_ROLE_NORMAL, "%s", elapsed) + 2;
	if (eta[0])
		col = pl_canvas_put(text, row, col, PL_ROLE_NORMAL, "%s", eta) + 2;
	pl_canvas_put_if_room(text, row, col, PL_ROLE_STRONG, rate, "");
}

/* What to do about a pause; the top line has its reason. */
static const char *advice_for(const struct pl_state *state, const char *reason)
{
	static const struct {
		const char *reason, *advice;
	} rows[] = {
	    {"on request", "p goes on, x stops"},
	    {"lost", "plug it in and it goes on; x stops"},
	    {"disk full", "make room and it goes on; x stops"},
	    {"disk", "the disk is behind: it goes on by itself; x stops"},
	    {"safe state", "settings are put back: p goes on, x stops"},
	    {"safe state NOT confirmed", "look at the device! p goes on, x tries again"},
	};

	if (pl_model_is_paused(state->model) && strncmp(reason, "alarm: ", 7) == 0)
		return "goes on by itself if so wished; p goes on, x stops";
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (pl_model_is_paused(state->model) && strcmp(rows[i].reason, reason) == 0)
			return rows[i].advice;
	return reason;
}

/* "▲ 2 invalid  1 suspect": as many as there is room for, the Counters panel has all of them. */
static void put_kinds(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	const struct {
		int64_t count;
		const char *word;
	} kinds[] = {{run->invalid, " invalid"},     {run->suspect, " suspect"},
		     {run->saturated, " saturated"}, {run->skipped, " skipped"},
		     {run->voided, " voided"},	     {run->dead, " dead time > 10 %"}};
	char number[PL_FORMAT_SIZE];
	int col = 1;

	if (run->invalid > 0)
		col = pl_canvas_put(text, row, col, PL_ROLE_WARN, "%s ",
				    text->glyphs->text[PL_GLYPH_ALARM]);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		int width = snprintf(number, sizeof number, "%" PRId64, kinds[i].count);

		if (kinds[i].count > 0 &&
		    col + width + (int)strlen(kinds[i].word) <= text->rect.cols)
			col = pl_canvas_put_if_room(text, row, col, PL_ROLE_WARN, number,
						    kinds[i].word) +
			      2;
	}
}

static void put_reason(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	pl_canvas_field(text, row, 1, text->rect.cols - 1, PL_ROLE_WARN,
			advice_for(state, state->model->run.reason));
}

static void put_behind(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;

	pl_canvas_put(text, row, 1, PL_ROLE_WARN,
		      "writing %.0f s behind  durable %" PRId64 "/%" PRId64, run->behind_s,
		      run->durable, run->rows);
}

/* "oven.process_value 24.1 → 25 ±0.5" */
static void put_until(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	const struct pl_model_run *run = &state->model->run;
	const char *const *sign = text->glyphs->text;
	char value[PL_FORMAT_SIZE] = "unknown";

	if (isfinite(run->until_value))
		snprintf(value, sizeof value, "%.6g", run->until_value);
	pl_canvas_put(text, row, 1, PL_ROLE_BUSY, "%s %s %s %.6g %s%.6g", run->until_path, value,
		      sign[PL_GLYPH_TO], run->until_target, sign[PL_GLYPH_PLUS_MINUS],
		      run->until_within);
}

static void put_path(const struct pl_state *state, const struct pl_canvas *text, int row)
{
	pl_canvas_tail(text, row, 1, text->rect.cols - 2, PL_ROLE_NORMAL, state->model->run.path);
}

static bool is_live(const struct pl_state *state)
{
	return !state->model->run.is_over;
}

static bool is_over(const struct pl_state *state)
{
	return state->model->run.is_over;
}

static bool has_kinds(const struct pl_state *state)
{
	const struct pl_model_run *run = &state->model->run;

	return run->invalid + run->suspect + run->saturated + run->skipped + run->voided +
		   run->dead >
	       0;
}

static bool has_reason(const struct pl_state *state)
{
	const struct pl_model_run *run = &state->model->run;

	return run->reason[0] != '\0' && !(run->is_over && strcmp(run->reason, "stopped") == 0);
}

static bool is_behind(const struct pl_state *state)
{
	return !state->model->run.is_over && state->model->run.behind_s >= 1;
}

static bool is_waiting(const struct pl_state *state)
{
	return !state->model->run.is_over && state->model->run.until_path[0] != '\0';
}

/* Lines of text in their order; is_wanted NULL: always. */
static const struct {
	void (*put)(const struct pl_state *state, const struct pl_canvas *text, int row);
	bool (*is_wanted)(const struct pl_state *state);
} text_lines[] = {
    {put_head, NULL},
    {put_progress, NULL},
    {put_now, is_live},
    {put_until, is_waiting},
    {put_times, NULL},
    {put_reason, has_reason},
    {put_kinds, has_kinds},
    {put_behind, is_behind},
    {pl_scan_put_owed, pl_scan_is_owed},
    {pl_scan_put_offer, pl_scan_has_offer},
    {put_path, is_over},
};

#define TEXT_LINES (sizeof text_lines / sizeof text_lines[0])

int pl_scan_count_lines(const struct pl_state *state)
{
	int count = 0;

	for (size_t i = 0; i < TEXT_LINES; i++)
		count += !text_lines[i].is_wanted || text_lines[i].is_wanted(state);
	return count;
}

/* State and numbers are in the top line: here is what it lacks. */
static void put_only_line(const struct pl_state *state, const struct pl_canvas *text)
{
	if (pl_model_is_paused(state->model))
		put_reason(state, text, 0);
	else if (is_live(state))
		put_now(state, text, 0);
	else
		put_times(state, text, 0);
}

void pl_scan_draw_lines(const struct pl_state *state, const struct pl_canvas *text)
{
	int row = 0;

	if (text->rect.rows == 1) {
		put_only_line(state, text);
		return;
	}
	for (size_t i = 0; i < TEXT_LINES; i++)
		if (!text_lines[i].is_wanted || text_lines[i].is_wanted(state))
			text_lines[i].put(state, text, row++);
}
