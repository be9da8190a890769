/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_devices.c - one line a device: is it there, where, what it is, how it answers; and where
 * there is room, all of the chosen one. Main thread.
 */
#include "format.h"
#include "panel.h"
#include "plateau/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A state as people see it: word, sign, look. */
static const struct {
	const char *state, *word;
	enum pl_glyph sign;
	enum pl_role role;
} looks[] = {
    {"up", "up", PL_GLYPH_GOOD, PL_ROLE_GOOD},
    {"opening", "opening", PL_GLYPH_BUSY, PL_ROLE_BUSY},
    {"lost", "LOST", PL_GLYPH_ALARM, PL_ROLE_ALARM},
    {"closed", "closed", PL_GLYPH_OFF, PL_ROLE_DIM},
};

/* Columns of the table: the port takes what the others leave. */
enum { SIGN = 1, NAME = 3, STATE = 14, PORT = 22 };
#define NUMBERS	     25 /* answer, errors, retries at the right edge */
#define LINE	     6	/* share of the line before them */
#define IDENTITY     18 /* protocol and firmware before that */
#define NUMBERS_MIN  (PORT + 12 + NUMBERS)
#define IDENTITY_MIN (NUMBERS_MIN + IDENTITY)
#define LINE_MIN     (IDENTITY_MIN + LINE)
#define DETAILS	     9 /* lines of the chosen one */

/* ---- the chosen one ---- */

static int chosen(const struct pl_state *state)
{
	for (size_t i = 0; i < state->model->device_count; i++)
		if (strcmp(state->model->devices[i].name, state->chosen_device) == 0)
			return (int)i;
	return 0;
}

static void choose(struct pl_state *state, int line)
{
	if (line >= 0 && (size_t)line < state->model->device_count)
		snprintf(state->chosen_device, sizeof state->chosen_device, "%s",
			 state->model->devices[line].name);
}

const struct pl_model_device *pl_device_chosen(const struct pl_state *state)
{
	return state->model->device_count > 0 ? &state->model->devices[chosen(state)] : NULL;
}

/* ---- a line ---- */

static void put_state(const struct pl_canvas *body, int row, const struct pl_model_device *device)
{
	size_t i = 0, last = sizeof looks / sizeof looks[0] - 1;

	while (i < last && strcmp(looks[i].state, device->state) != 0)
		i++;
	pl_canvas_put(body, row, SIGN, looks[i].role, "%s", body->glyphs->text[looks[i].sign]);
	pl_canvas_field(body, row, STATE, PORT - STATE - 1, looks[i].role,
			strcmp(looks[i].state, device->state) == 0 ? looks[i].word : device->state);
}

static const char *latency_text(double latency_ms, char out[PL_FORMAT_SIZE])
{
	if (!isfinite(latency_ms))
		snprintf(out, PL_FORMAT_SIZE, "--");
	else
		snprintf(out, PL_FORMAT_SIZE, "%.*f ms", latency_ms < 10 ? 1 : 0, latency_ms);
	return out;
}

static const char *line_text(double occupancy, char out[PL_FORMAT_SIZE])
{
	if (!isfinite(occupancy))
		snprintf(out, PL_FORMAT_SIZE, "--");
	else
		snprintf(out, PL_FORMAT_SIZE, "%.0f %%", 100 * occupancy);
	return out;
}

static void put_numbers(const struct pl_canvas *body, int row, const struct pl_model_device *device)
{
	int end = body->rect.cols;
	char text[PL_FORMAT_SIZE];

	pl_canvas_right(body, row, end - 16, PL_ROLE_NORMAL, "%s",
			latency_text(device->latency_ms, text));
	pl_canvas_right(body, row, end - 9, device->errors ? PL_ROLE_WARN : PL_ROLE_NORMAL,
			"%" PRId64, device->errors);
	pl_canvas_right(body, row, end - 1, device->retries ? PL_ROLE_WARN : PL_ROLE_NORMAL,
			"%" PRId64, device->retries);
	if (end >= LINE_MIN)
		pl_canvas_right(body, row, end - NUMBERS, PL_ROLE_NORMAL, "%s",
				line_text(device->occupancy, text));
}

/* "again in 4 s", while its time is known and to come. */
static const char *again_text(const struct pl_state *state, const struct pl_model_device *device,
			      char out[PL_FORMAT_SIZE])
{
	double left = (double)(device->retry_ns - state->now_ns) / (double)PL_NS_PER_S;

	out[0] = '\0';
	if (device->retry_ns > 0 && left > 0)
		snprintf(out, PL_FORMAT_SIZE, "again in %.0f s", ceil(left));
	return out;
}

/* Of a device that is not there its trouble says more than its port and its numbers. */
static void put_trouble(const struct pl_state *state, const struct pl_canvas *body, int row,
			const struct pl_model_device *device)
{
	int end = body->rect.cols - 1;
	char again[PL_FORMAT_SIZE];

	if (again_text(state, device, again)[0])
		end = pl_canvas_right(body, row, end, PL_ROLE_BUSY, "%s", again) - 2;
	pl_canvas_field(body, row, PORT, end - PORT, PL_ROLE_WARN,
			device->text[0] ? device->text : device->path);
}

static void put_device(const struct pl_state *state, const struct pl_canvas *body, int row,
		       const struct pl_model_device *device)
{
	int cols = body->rect.cols, port_end = cols;
	char identity[120];

	put_state(body, row, device);
	pl_canvas_field(body, row, NAME, STATE - NAME - 1, PL_ROLE_STRONG, device->name);
	if (strcmp(device->state, "up") != 0 && (device->text[0] || device->retry_ns > 0)) {
		put_trouble(state, body, row, device);
		return;
	}
	if (cols >= NUMBERS_MIN) {
		put_numbers(body, row, device);
		port_end = cols - NUMBERS - (cols >= LINE_MIN ? LINE : 0);
	}
	if (cols >= IDENTITY_MIN) {
		port_end -= IDENTITY;
		snprintf(identity, sizeof identity, "%s%s%s", device->protocol,
			 device->protocol[0] && device->firmware[0] ? " " : "", device->firmware);
		pl_canvas_field(body, row, port_end, IDENTITY - 1, PL_ROLE_NORMAL, identity);
	}
	pl_canvas_field(body, row, PORT, port_end - PORT - 1, PL_ROLE_NORMAL, device->path);
}

static void put_header(const struct pl_canvas *body)
{
	int cols = body->rect.cols, line = cols >= LINE_MIN ? LINE : 0;

	pl_canvas_put(body, 0, NAME, PL_ROLE_DIM, "name");
	pl_canvas_put(body, 0, STATE, PL_ROLE_DIM, "state");
	pl_canvas_put(body, 0, PORT, PL_ROLE_DIM, "port");
	if (cols >= IDENTITY_MIN)
		pl_canvas_put(body, 0, cols - NUMBERS - line - IDENTITY, PL_ROLE_DIM,
			      "protocol, fw");
	if (line > 0)
		pl_canvas_right(body, 0, cols - NUMBERS, PL_ROLE_DIM, "line");
	if (cols < NUMBERS_MIN)
		return;
	pl_canvas_right(body, 0, cols - 16, PL_ROLE_DIM, "answer");
	pl_canvas_right(body, 0, cols - 9, PL_ROLE_DIM, "errors");
	pl_canvas_right(body, 0, cols - 1, PL_ROLE_DIM, "retries");
}

/* ---- all of one ---- */

static void put_pair(const struct pl_canvas *body, int row, const char *name, const char *text)
{
	pl_canvas_put(body, row, NAME, PL_ROLE_DIM, "%s", name);
	pl_canvas_field(body, row, STATE, body->rect.cols - STATE - 1, PL_ROLE_NORMAL,
			text[0] ? text : "--");
}

static void put_details(const struct pl_state *state, const struct pl_canvas *body, int row,
			const struct pl_model_device *device)
{
	char text[2 * PL_MODEL_TEXT], number[PL_FORMAT_SIZE], line[PL_FORMAT_SIZE];

	pl_canvas_put(body, row++, 1, PL_ROLE_STRONG, "%s", device->name);
	snprintf(text, sizeof text, "%s at %s", device->driver, device->path);
	put_pair(body, row++, "driver", text);
	snprintf(text, sizeof text, "%s%s%s", device->model, device->serial[0] ? ", serial " : "",
		 device->serial);
	put_pair(body, row++, "model", text);
	snprintf(text, sizeof text, "%s%s%s", device->protocol,
		 device->firmware[0] ? ", firmware " : "", device->firmware);
	put_pair(body, row++, "protocol", text);
	snprintf(text, sizeof text, "%s%s%s", device->state, device->text[0] ? ": " : "",
		 device->text);
	put_pair(body, row++, "state", text);
	again_text(state, device, number);
	if (strcmp(device->state, "up") != 0)
		put_pair(body, row++, "tried", number[0] ? number : "not again by itself");
	snprintf(text, sizeof text, "in %s, %" PRId64 " errors, %" PRId64 " retries, line %s busy",
		 latency_text(device->latency_ms, number), device->errors, device->retries,
		 line_text(device->occupancy, line));
	put_pair(body, row++, "answers", text);
	snprintf(text, sizeof text, "%" PRId64 " events, %" PRId64 " lines not understood",
		 device->events, device->strays);
	put_pair(body, row++, "sent", text);
	snprintf(text, sizeof text, "run %" PRId64, device->used_by);
	put_pair(body, row, "used by", device->used_by > 0 ? text : "no run");
}

/* ---- the panel ---- */

static int lines(const struct pl_state *state)
{
	return (int)state->model->device_count;
}

/* The header goes when every row counts. */
static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	int count = lines(state), row = body->rect.rows > count ? 1 : 0, line = first;
	bool has_cursor = state->focus == PL_PANEL_DEVICES && state->page == PL_PAGE_BENCH;

	if (count == 0) {
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "no devices yet");
		return;
	}
	if (row > 0)
		put_header(body);
	for (; line < count && row < body->rect.rows; row++, line++) {
		put_device(state, body, row, &state->model->devices[line]);
		if (has_cursor && line == chosen(state))
			pl_canvas_put(body, row, 0, PL_ROLE_CURSOR, "%s",
				      body->glyphs->text[PL_GLYPH_HERE]);
	}
	if (has_cursor && row + 1 + DETAILS <= body->rect.rows)
		put_details(state, body, row + 1, &state->model->devices[chosen(state)]);
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	size_t up = 0;

	for (size_t i = 0; i < state->model->device_count; i++)
		up += strcmp(state->model->devices[i].state, "up") == 0;
	snprintf(out, cap, "%zu of %zu up", up, state->model->device_count);
}

const struct pl_panel pl_panel_devices = {.name = "devices",
					  .title = "Devices",
					  .lines = lines,
					  .draw = draw,
					  .hint = hint,
					  .chosen = chosen,
					  .choose = choose};
