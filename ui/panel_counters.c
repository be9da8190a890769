/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_counters.c - the books of the run and of each recording, live, then what was counted since
 * the port was opened, as whole numbers. Main thread.
 */
#include "panel.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>

enum { BOOKS = 6, LIVE_BOOKS = 8, ALL_BOOKS = BOOKS + LIVE_BOOKS * PL_MODEL_LIVE };

static int name_width(const struct pl_state *state, const struct pl_model_counter *books,
		      size_t count, const struct pl_canvas *body)
{
	int width = state->model->run.is_there ? 14 : 8, most = body->rect.cols - 14;

	for (size_t i = 0; i < count; i++) {
		int own = pl_canvas_width(body, books[i].name);

		width = own > width ? own : width;
	}
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

/* Of each recording in progress: slots on time and rows, and what is not as it should be. */
static size_t recording_books(const struct pl_state *state, struct pl_model_counter *out)
{
	size_t count = 0;

	for (size_t i = 0; i < state->model->live_count; i++) {
		const struct pl_model_recording *live = &state->model->live[i];
		const struct {
			const char *name;
			int64_t value;
			bool is_always;
		} books[LIVE_BOOKS] = {
		    {"on time", live->on_time, true},  {"late", live->late, false},
		    {"skipped", live->skipped, false}, {"failed", live->failed, false},
		    {"dropped", live->dropped, false}, {"rows", live->rows, true},
		    {"events", live->events, false},   {"lost now", live->lost, false},
		};

		for (size_t k = 0; k < LIVE_BOOKS; k++) {
			if (!books[k].is_always && books[k].value == 0)
				continue;
			out[count] = (struct pl_model_counter){.value = (double)books[k].value,
							       .per_s = NAN};
			snprintf(out[count].name, sizeof out->name, "%s %s", live->name,
				 books[k].name);
			if (k == 0 && live->behind_s >= 1)
				snprintf(out[count].text, sizeof out->text, "writing %.0f s behind",
					 live->behind_s);
			count++;
		}
	}
	return count;
}

static size_t all_books(const struct pl_state *state, struct pl_model_counter out[ALL_BOOKS])
{
	size_t count = run_books(state, out);

	return count + recording_books(state, out + count);
}

static int lines(const struct pl_state *state)
{
	struct pl_model_counter books[ALL_BOOKS];

	return (int)(all_books(state, books) + state->model->counter_count);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	struct pl_model_counter books[ALL_BOOKS];
	int count = (int)all_books(state, books);
	int name = name_width(state, books, (size_t)count, body);
	int all = count + (int)state->model->counter_count;

	for (int row = 0; row < body->rect.rows && first + row < all; row++) {
		int at = first + row;

		put_counter(body, row, name,
			    at < count ? &books[at] : &state->model->counters[at - count]);
	}
	if (all == 0)
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "no counters yet");
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	snprintf(out, cap, "%d", lines(state));
}

const struct pl_panel pl_panel_counters = {
    .name = "counters", .title = "Counters", .lines = lines, .draw = draw, .hint = hint};
