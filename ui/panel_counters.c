/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_counters.c - the books of the run, of each recording and of the devices, as whole numbers,
 * since their beginning or since this view was reset, and per second; the room of the disk; and the
 * last reasons why something did not go straight on. Main thread.
 */
#include "format.h"
#include "panel.h"
#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VALUE = 10, RATE = 8, TEXT = 9, BOTH_COLS = 66 };

static int name_width(const struct pl_state *state, const struct pl_canvas *body)
{
	int width = 9, most = body->rect.cols - 1 - VALUE - RATE - 2;

	for (size_t i = 0; i < state->model->book_count; i++) {
		int own = pl_canvas_width(body, state->model->books[i].name);

		width = own > width ? own : width;
	}
	return width < most ? width : most > 8 ? most : 8;
}

static void put_rate(const struct pl_canvas *body, int row, int end, double per_s)
{
	if (isfinite(per_s))
		pl_canvas_right(body, row, end, PL_ROLE_NORMAL, "%.*f/s", per_s < 1000 ? 1 : 0,
				per_s);
}

static void put_number(const struct pl_canvas *body, int row, int end, enum pl_role role,
		       double value)
{
	if (isfinite(value))
		pl_canvas_right(body, row, end, role, "%.0f", value);
	else
		pl_canvas_right(body, row, end, PL_ROLE_DIM, "--");
}

/* Since the reset where there was one; where there is room, since the beginning too. */
static void put_book(const struct pl_state *state, const struct pl_canvas *body, int row, int name,
		     const struct pl_model_counter *book)
{
	bool has_reset = pl_books_since_ns(&state->books) != 0;
	int end = 1 + name + 1 + VALUE;
	double rate = pl_model_per_s(state->model, book->name);

	pl_canvas_tail(body, row, 1, name, PL_ROLE_NORMAL, book->name);
	put_number(body, row, end, PL_ROLE_STRONG, pl_books_value(&state->books, book));
	if (has_reset && body->rect.cols >= BOTH_COLS) {
		end += 1 + VALUE;
		put_number(body, row, end, PL_ROLE_NORMAL, book->value);
	}
	end += 1 + RATE;
	put_rate(body, row, end, isfinite(rate) ? rate : book->per_s);
	if (body->rect.cols - end - 1 >= TEXT)
		pl_canvas_field(body, row, end + 1, body->rect.cols - end - 1, PL_ROLE_DIM,
				book->text);
}

static void put_header(const struct pl_state *state, const struct pl_canvas *body, int name)
{
	bool has_reset = pl_books_since_ns(&state->books) != 0;
	int end = 1 + name + 1 + VALUE;

	pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "book");
	pl_canvas_right(body, 0, end, PL_ROLE_DIM, "%s", has_reset ? "reset" : "all");
	if (has_reset && body->rect.cols >= BOTH_COLS) {
		end += 1 + VALUE;
		pl_canvas_right(body, 0, end, PL_ROLE_DIM, "all");
	}
	pl_canvas_right(body, 0, end + 1 + RATE, PL_ROLE_DIM, "10 s");
}

static void put_disk(const struct pl_state *state, const struct pl_canvas *body, int row)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
	double bytes = state->model->disk_free;
	size_t unit = 0;

	while (bytes >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
		bytes /= 1000;
		unit++;
	}
	if (isfinite(bytes))
		pl_canvas_put(body, row, 1, PL_ROLE_NORMAL, "disk has %.*f %s free",
			      bytes < 10 ? 1 : 0, bytes, units[unit]);
	else
		pl_canvas_put(body, row, 1, PL_ROLE_DIM, "room of the disk is not known");
}

static void put_why(const struct pl_canvas *body, int row, const struct pl_model_why *why)
{
	char at[PL_FORMAT_SIZE];
	int col;

	pl_format_local_time(at, why->t);
	col = pl_canvas_put(body, row, 1, PL_ROLE_DIM, "%s", at);
	col = pl_canvas_put(body, row, col + 1, PL_ROLE_WARN, "%-7s", why->kind);
	if (why->times > 1)
		col = pl_canvas_put(body, row, col + 1, PL_ROLE_NORMAL, "%lldx",
				    (long long)why->times);
	pl_canvas_field(body, row, col + 1, body->rect.cols - col - 1, PL_ROLE_NORMAL, why->text);
}

/* Books, then the disk, then the reasons, the newest first. */
static int lines(const struct pl_state *state)
{
	return (int)(state->model->book_count + 1 + state->model->why_count);
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_model *model = state->model;
	int all = lines(state), name = name_width(state, body), row = body->rect.rows > all ? 1 : 0;

	if (row > 0)
		put_header(state, body, name);
	for (int line = first; row < body->rect.rows && line < all; row++, line++) {
		size_t at = (size_t)line;

		if (at < model->book_count)
			put_book(state, body, row, name, &model->books[at]);
		else if (at == model->book_count)
			put_disk(state, body, row);
		else
			put_why(body, row, &model->whys[at - model->book_count - 1]);
	}
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	char local[PL_LOCAL_SIZE];

	if (pl_books_since_ns(&state->books) == 0) {
		snprintf(out, cap, "%d", lines(state));
		return;
	}
	pl_clock_format_local(state->books.base->since_utc_ns, local);
	snprintf(out, cap, "since %.8s", local + 11);
}

const struct pl_panel pl_panel_counters = {
    .name = "counters", .title = "Counters", .lines = lines, .draw = draw, .hint = hint};
