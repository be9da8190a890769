/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_runs.c - the page of stored runs: a list, newest first, that is searched with / and opened
 * with Enter. Main thread.
 */
#include "page_runs.h"
#include "plateau/text.h"
#include "runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns from the left; what is said of a run takes the rest. */
enum { RUN = 1, DAY = 7, NAME = 18, NARROW = 60, WIDE = 110 };
struct columns {
	int state, result, label;
};

static struct columns columns_of(const struct pl_canvas *body)
{
	bool is_wide = body->rect.cols >= WIDE;
	int state = NAME + (is_wide ? 21 : 12), result = state + (is_wide ? 16 : 12);

	return (struct columns){state, result, result + (is_wide ? 22 : 12)};
}

static int rows_of(const struct pl_state *state)
{
	int rows = state->layout.bottom.row - 3; /* title and heading */

	return rows > 1 ? rows : 1;
}

static int lines(const struct pl_state *state)
{
	return state->runs ? (int)(state->runs->count > 100000 ? 100000 : state->runs->count) : 0;
}

/* The number in the list of the row on top. */
static int64_t top_of(const struct pl_state *state)
{
	const struct pl_runs *runs = state->runs;
	int64_t rows = rows_of(state), top = state->runs_top;

	if (runs->selected < top)
		top = runs->selected;
	if (runs->selected >= top + rows)
		top = runs->selected - rows + 1;
	return top < 0 ? 0 : top;
}

static enum pl_role role_of(const struct pl_runs_row *row)
{
	if (row->problem[0] || strcmp(row->state, "crashed") == 0)
		return PL_ROLE_ALARM;
	if (strcmp(row->state, "interrupted") == 0)
		return PL_ROLE_WARN;
	return strcmp(row->state, "finished") == 0 ? PL_ROLE_GOOD : PL_ROLE_BUSY;
}

/* What is said of it: its label, sample, who, its last note. */
static void put_words(const struct pl_canvas *body, int row, int col, const struct pl_runs_row *run)
{
	char text[400], *said = text;

	snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s", run->problem[0] ? run->problem : run->label,
		 run->sample[0] ? "  [" : "", run->sample, run->sample[0] ? "]" : "",
		 run->operator_name[0] ? "  " : "", run->operator_name,
		 run->note[0] ? "  note: " : "", run->note);
	said += strspn(text, " ");
	pl_canvas_field(body, row, col, body->rect.cols - col - 1, PL_ROLE_NORMAL, said);
}

static void put_row(const struct pl_canvas *body, int row, const struct pl_runs_row *run,
		    bool is_here)
{
	enum pl_role role = is_here ? PL_ROLE_FOCUS : PL_ROLE_NORMAL;
	struct columns at = columns_of(body);
	int cols = body->rect.cols;
	char result[64];

	if (is_here)
		pl_canvas_fill(body, row, 0, cols, PL_ROLE_FOCUS, " ");
	pl_canvas_put(body, row, RUN, role, "%5" PRId64, run->run);
	if (cols < NARROW) { /* a narrow screen: the day gives way */
		pl_canvas_field(body, row, DAY, 14, role, run->name);
		pl_canvas_field(body, row, DAY + 15, cols - DAY - 16, is_here ? role : role_of(run),
				run->state);
		return;
	}
	pl_runs_result(run, result, sizeof result);
	pl_canvas_put(body, row, DAY, role, "%s", run->day);
	pl_canvas_field(body, row, NAME, at.state - NAME - 1, role, run->name);
	pl_canvas_field(body, row, at.state, at.result - at.state - 1,
			is_here ? role : role_of(run), run->state);
	pl_canvas_field(body, row, at.result, at.label - at.result - 1, role, result);
	put_words(body, row, at.label, run);
}

static void put_heading(const struct pl_canvas *body)
{
	struct columns at = columns_of(body);

	pl_canvas_put(body, 0, RUN, PL_ROLE_DIM, "  run");
	if (body->rect.cols < NARROW) {
		pl_canvas_put(body, 0, DAY, PL_ROLE_DIM, "name");
		pl_canvas_put(body, 0, DAY + 15, PL_ROLE_DIM, "state");
		return;
	}
	pl_canvas_put(body, 0, DAY, PL_ROLE_DIM, "day");
	pl_canvas_put(body, 0, NAME, PL_ROLE_DIM, "name");
	pl_canvas_put(body, 0, at.state, PL_ROLE_DIM, "state");
	pl_canvas_put(body, 0, at.result, PL_ROLE_DIM, "points");
	pl_canvas_put(body, 0, at.label, PL_ROLE_DIM, "label [sample] operator");
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_runs *runs = state->runs;
	int64_t top;

	(void)first;
	if (!runs)
		return;
	top = top_of(state);
	put_heading(body);
	if (runs->count == 0)
		pl_canvas_put(body, 1, RUN, PL_ROLE_DIM, "%s",
			      !runs->is_known ? "reading the workspace"
			      : runs->find[0] ? "no run has all these words; / changes them"
					      : "no run yet: s starts a scan");
	for (int row = 1; row < body->rect.rows && top + row - 1 < runs->count; row++) {
		const struct pl_runs_row *run = pl_runs_row(runs, top + row - 1);

		if (run)
			put_row(body, row, run, top + row - 1 == runs->selected);
		else
			pl_canvas_put(body, row, RUN, PL_ROLE_DIM, "reading");
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	const struct pl_runs *runs = state->runs;

	if (!runs || runs->count == 0)
		return;
	if (runs->find[0] && !runs->is_known)
		snprintf(out, cap, "%" PRId64 " found, %" PRId64 " looked at", runs->count,
			 runs->read);
	else if (runs->find[0])
		snprintf(out, cap, "%" PRId64 " of %" PRId64 " found of %" PRId64,
			 runs->selected + 1, runs->count, runs->total);
	else
		snprintf(out, cap, "%" PRId64 " of %" PRId64, runs->selected + 1, runs->count);
}

/* ---- what is asked ---- */

static void ask(struct pl_view *view, struct pl_json *args)
{
	if (!pl_session_ask(&view->session, &view->state, PL_ASK_RUNS, args))
		pl_runs_answered(view->state.runs, NULL);
}

static void begin(struct pl_view *view)
{
	struct pl_runs *runs = view->state.runs;

	runs->newest = view->state.model->run.number;
	runs->was_running = pl_model_is_running(view->state.model);
	ask(view, pl_runs_begin(runs, pl_filter_text(&view->state, "runs")));
}

static void want(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	int64_t rows = rows_of(state);
	struct pl_json *args;

	state->runs_top = top_of(state);
	args = pl_runs_want(state->runs, state->runs_top, state->runs_top + rows - 1);
	if (args)
		ask(view, args);
}

static void news(struct pl_view *view)
{
	struct pl_runs *runs = view->state.runs;

	if (!runs || !view->state.is_connected)
		return;
	if (strcmp(runs->find, pl_filter_text(&view->state, "runs")) != 0) {
		runs->selected = 0;
		begin(view);
	} else if (runs->is_known &&
		   (runs->newest != view->state.model->run.number ||
		    runs->was_running != pl_model_is_running(view->state.model))) {
		begin(view);
	} else {
		want(view);
	}
}

static bool enter(struct pl_view *view)
{
	const char *why = pl_refuse_away(&view->state);

	if (why) {
		pl_state_say(&view->state, PL_ROLE_WARN, "runs: %s", why);
		return false;
	}
	if (!view->state.runs)
		view->state.runs = calloc(1, sizeof *view->state.runs);
	if (!view->state.runs)
		return false;
	begin(view);
	return true;
}

static bool key(struct pl_view *view, int key)
{
	struct pl_runs *runs = view->state.runs;
	int64_t page = rows_of(&view->state) - 1, to;

	if (!runs)
		return false;
	to = runs->selected;
	if (pl_key_is_one_of(key, "Up k"))
		to--;
	else if (pl_key_is_one_of(key, "Down j"))
		to++;
	else if (pl_key_is_one_of(key, "PgUp C-b"))
		to -= page;
	else if (pl_key_is_one_of(key, "PgDn C-f Space"))
		to += page;
	else if (pl_key_is_one_of(key, "Home"))
		to = 0;
	else if (pl_key_is_one_of(key, "End G"))
		to = runs->count - 1;
	else
		return false;
	to = to >= runs->count ? runs->count - 1 : to;
	runs->selected = to < 0 ? 0 : to;
	want(view);
	return true;
}

void pl_runs_open_selected(struct pl_view *view)
{
	struct pl_state *state = &view->state;
	const struct pl_runs_row *row = pl_runs_row(state->runs, state->runs->selected);
	struct pl_run_shown *run = row ? pl_run_shown_new(row->day, row->run) : NULL;

	if (!run) {
		pl_state_say(state, PL_ROLE_BUSY, "the list is being read; try again");
		return;
	}
	if (state->run_shown)
		run->sheet = state->run_shown->sheet;
	pl_run_shown_free(state->run_shown);
	state->run_shown = run;
	pl_page_go(view, PL_PAGE_RUN);
}

static const struct pl_panel panel = {.name = "runs",
				      .title = "Runs",
				      .lines = lines,
				      .draw = draw,
				      .hint = hint,
				      .has_filter = true};

const struct pl_page pl_page_runs = {.panel = &panel, .enter = enter, .key = key, .news = news};
