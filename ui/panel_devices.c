/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panel_devices.c - one line a device: is it there, where, what it is, what it sends. Main thread.
 */
#include "panel.h"

#include <inttypes.h>
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
#define NUMBERS	     25 /* events, strays, errors at the right edge */
#define IDENTITY     16 /* protocol and firmware before them */
#define NUMBERS_MIN  (PORT + 12 + NUMBERS)
#define IDENTITY_MIN (NUMBERS_MIN + IDENTITY)

static void put_state(const struct pl_canvas *body, int row, const struct pl_model_device *device)
{
	size_t i = 0, last = sizeof looks / sizeof looks[0] - 1;

	while (i < last && strcmp(looks[i].state, device->state) != 0)
		i++;
	pl_canvas_put(body, row, SIGN, looks[i].role, "%s", body->glyphs->text[looks[i].sign]);
	pl_canvas_field(body, row, STATE, PORT - STATE - 1, looks[i].role,
			strcmp(looks[i].state, device->state) == 0 ? looks[i].word : device->state);
}

static void put_numbers(const struct pl_canvas *body, int row, const struct pl_model_device *device)
{
	int end = body->rect.cols;

	pl_canvas_right(body, row, end - 16, PL_ROLE_NORMAL, "%" PRId64, device->events);
	pl_canvas_right(body, row, end - 8, device->strays ? PL_ROLE_WARN : PL_ROLE_NORMAL,
			"%" PRId64, device->strays);
	pl_canvas_right(body, row, end - 1, device->errors ? PL_ROLE_WARN : PL_ROLE_NORMAL,
			"%" PRId64, device->errors);
}

static void put_device(const struct pl_canvas *body, int row, const struct pl_model_device *device)
{
	int cols = body->rect.cols, port_end = cols;
	char identity[120];

	put_state(body, row, device);
	pl_canvas_field(body, row, NAME, STATE - NAME - 1, PL_ROLE_STRONG, device->name);
	/* Of a device that is not there its trouble says more than its port and its numbers. */
	if (strcmp(device->state, "up") != 0 && device->text[0]) {
		pl_canvas_field(body, row, PORT, cols - PORT - 1, PL_ROLE_WARN, device->text);
		return;
	}
	if (cols >= NUMBERS_MIN) {
		put_numbers(body, row, device);
		port_end = cols - NUMBERS;
	}
	if (cols >= IDENTITY_MIN) {
		port_end -= IDENTITY;
		snprintf(identity, sizeof identity, "%s %s", device->protocol, device->firmware);
		pl_canvas_field(body, row, port_end, IDENTITY - 1, PL_ROLE_NORMAL, identity);
	}
	pl_canvas_field(body, row, PORT, port_end - PORT - 1, PL_ROLE_NORMAL, device->path);
}

static void put_header(const struct pl_canvas *body)
{
	int cols = body->rect.cols;

	pl_canvas_put(body, 0, NAME, PL_ROLE_DIM, "name");
	pl_canvas_put(body, 0, STATE, PL_ROLE_DIM, "state");
	pl_canvas_put(body, 0, PORT, PL_ROLE_DIM, "port");
	if (cols >= IDENTITY_MIN)
		pl_canvas_put(body, 0, cols - NUMBERS - IDENTITY, PL_ROLE_DIM, "protocol, fw");
	if (cols < NUMBERS_MIN)
		return;
	pl_canvas_right(body, 0, cols - 16, PL_ROLE_DIM, "events");
	pl_canvas_right(body, 0, cols - 8, PL_ROLE_DIM, "strays");
	pl_canvas_right(body, 0, cols - 1, PL_ROLE_DIM, "errors");
}

static int lines(const struct pl_state *state)
{
	return (int)state->model->device_count + 1;
}

/* The header goes when every row counts. */
static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	int row = body->rect.rows >= 2 ? 1 : 0;

	if (row > 0)
		put_header(body);
	for (size_t i = (size_t)first; i < state->model->device_count && row < body->rect.rows; i++)
		put_device(body, row++, &state->model->devices[i]);
	if (state->model->device_count == 0)
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "no devices yet");
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	size_t up = 0;

	for (size_t i = 0; i < state->model->device_count; i++)
		up += strcmp(state->model->devices[i].state, "up") == 0;
	snprintf(out, cap, "%zu of %zu up", up, state->model->device_count);
}

const struct pl_panel pl_panel_devices = {
    .name = "devices", .title = "Devices", .lines = lines, .draw = draw, .hint = hint};
