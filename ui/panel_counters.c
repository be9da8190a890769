/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_counters.c - the books of the run, then what was counted since the port was opened, as
 * whole numbers. Main thread.
 */
#include "panel.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>

enum { BOOKS = 6 };

static int name_width(const struct pl_state *state, const struct pl_canvas *body)
{
	int width = state->model->run.is_there ? 14 : 8, most = body->rect.cols - 14;

	for (size_t i = 0; i < state->model->counter_count; i++) {
		int own = pl_canvas_width(body, state->model->counters[i].name);

		width = own > width ? own : width;
	}
	return width < most ? width : most > 8 ? most : 8;
}

static void put_counter(const struct pl_canvas *body, int row, int name,
			const struct pl_model_counter *counter)
{
	int col = 1 + name + 11;

	pl_canvas_field(body, row, 1, name, PL_ROLE_NORMAL, counter->name);
	if (isfinite(counter->value))
		pl_canvas_right(body, row, col, PL_ROLE_STRONG, "%.0f", counter->value);
	else
		pl_canvas_right(body, row, col, PL_ROLE_DIM, "--");
	if (isfinite(counter->per_s))
		col = pl_canvas_put(body, row, col + 1, PL_ROLE_NORMAL, "%.1f/s", counter->per_s);
	pl_canvas_field(body, row, col + 1, body->rect.cols - col - 1, PL_ROLE_DIM, counter->text);
}

/* The books of the run before what the devices counted; those of trouble only when there is some.
 */
static size_t run_books(const struct pl_state *state, struct pl_model_counter out[BOOKS])
{
	const struct pl_model_run *run = &state->model->run;
	const struct {
		const char *name;
		int64_t value;
		bool is_always;
	} books[BOOKS] = {
	    {"points done", run->done, true},	     {"rows durable", run->durable, true},
	    {"points invalid", run->invalid, false}, {"points suspect", run->suspect, false},
	    {"rows voided", run->voided, false},     {"rows dead time", run->dead, false},
	};
	size_t count = 0;

	for (size_t i = 0; run->is_there && i < BOOKS; i++) {
		if (!books[i].is_always && books[i].value == 0)
			continue;
		out[count] =
		    (struct pl_model_counter){.value = (double)books[i].value, .per_s = NAN};
		pl_text_copy(out[count++].name, sizeof out->name, books[i].name);
	}
	return count;
}

static int lines(const struct pl_state *state)
{
	struct pl_model_counter books[BOOKS];

	return (int)(run_books(state, books) + state->model->counter_count);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	struct pl_model_counter books[BOOKS];
	int name = name_width(state, body), count = (int)run_books(state, books);

	for (int row = 0; row < body->rect.rows && first + row < lines(state); row++) {
		int at = first + row;

		put_counter(body, row, name,
			    at < count ? &books[at] : &state->model->counters[at - count]);
	}
	if (lines(state) == 0)
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "no counters yet");
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	snprintf(out, cap, "%d", lines(state));
}

const struct pl_panel pl_panel_counters = {
    .name = "counters", .title = "Counters", .lines = lines, .draw = draw, .hint = hint};
