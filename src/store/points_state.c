/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points_state.c - which points of a plan are finished, from the record alone.
 *
 * Of each (index, value) the last row counts. A row of a later attempt opens the index anew: what
 * the attempts before it measured is history. Any thread.
 */
#include "store/points_read.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(struct pl_points_state *state, size_t index)
{
	size_t room = state->count ? state->count : 64;
	struct pl_points_place *places;

	if (index < state->count)
		return true;
	while (room <= index)
		room *= 2;
	places = realloc(state->places, room * sizeof *places);
	if (!places)
		return false;
	memset(places + state->count, 0, (room - state->count) * sizeof *places);
	state->places = places;
	state->count = room;
	return true;
}

/* Position of a measured value, -1 when there are more than can be told apart. */
static int series_of(struct pl_points_state *state, const char *name)
{
	for (size_t i = 0; i < state->series_count; i++)
		if (strcmp(state->series[i].name, name) == 0)
			return (int)i;
	if (state->series_count == PL_POINTS_SERIES_MAX)
		return -1;
	pl_text_copy(state->series[state->series_count].name, PL_PATH_SIZE, name);
	return (int)state->series_count++;
}

static void set_bit(uint64_t *bits, int bit, bool value)
{
	*bits = (*bits & ~(UINT64_C(1) << bit)) | (uint64_t)value << bit;
}

/* The bit of the value whose name a reason begins with, as a point of several settings gives it. */
static uint64_t blamed_by(const struct pl_points_state *state, const char *reason)
{
	for (size_t i = 0; i < state->series_count; i++) {
		size_t length = strlen(state->series[i].name);

		if (strncmp(reason, state->series[i].name, length) == 0 &&
		    strncmp(reason + length, ": ", 2) == 0)
			return UINT64_C(1) << i;
	}
	return 0;
}

static void add_why(const struct pl_points_state *state, struct pl_points_place *place,
		    enum pl_point_quality quality, int series, const char *reason)
{
	bool is_left_out = quality == PL_POINT_SKIPPED && strcmp(reason, "operator") != 0;

	set_bit(&place->failed, series, quality == PL_POINT_INVALID);
	if (quality == PL_POINT_INVALID)
		place->blamed |= blamed_by(state, reason);
	set_bit(&place->left_out, series, is_left_out);
	if (is_left_out)
		pl_text_copy(place->why_left_out, sizeof place->why_left_out, reason);
}

static void add_row(const struct pl_points_state *state, struct pl_points_place *place,
		    const struct pl_points *points, int series)
{
	enum pl_point_quality quality = pl_points_quality(points);

	place->rows += !pl_points_is_repeated(points);
	if (pl_points_attempt(points) < place->attempts)
		return;
	if (pl_points_attempt(points) > place->attempts)
		*place = (struct pl_points_place){.rows = place->rows};
	place->attempts = pl_points_attempt(points);
	set_bit(&place->seen, series, true);
	set_bit(&place->open, series, quality == PL_POINT_VOID);
	set_bit(&place->valid, series, pl_point_is_valid(quality));
	add_why(state, place, quality, series, pl_points_cell(points, "reason"));
}

static enum pl_status take_row(struct pl_points_state *state, const struct pl_points *points,
			       struct pl_error *error)
{
	char name[PL_PATH_SIZE];
	int series;

	pl_text_copy(name, sizeof name, pl_points_cell(points, "channel"));
	series = series_of(state, name);
	if (series < 0)
		return pl_error_set(error, PL_ERR_CONFIG, pl_points_seen(points)->place,
				    "more measured values than a scan can have");
	if (!make_room(state, pl_points_index(points)))
		return pl_error_set(error, PL_ERR_MEMORY, "points.csv", "no memory to read it");
	add_row(state, &state->places[pl_points_index(points)], points, series);
	return PL_OK;
}

static void sum_up(struct pl_points_state *state)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct pl_points_place *place = &state->places[i];
		uint64_t closed = place->seen & ~place->open, poor = closed & ~place->valid;

		state->finished += place->seen && !place->open;
		state->invalid += place->seen && !place->open && poor;
		for (size_t k = 0; k < state->series_count; k++) {
			state->series[k].ok += ((closed & place->valid) >> k & 1) != 0;
			state->series[k].invalid += (poor >> k & 1) != 0;
		}
	}
}

enum pl_status pl_points_state_read(int dir, struct pl_points_state *out, struct pl_error *error)
{
	struct pl_points *points;
	enum pl_status status;
	bool is_there = true;

	*out = (struct pl_points_state){.count = 0};
	status = pl_points_open(dir, &points, error);
	if (status)
		return status;
	while (!status && is_there) {
		status = pl_points_next(points, &is_there, error);
		if (!status && is_there)
			status = take_row(out, points, error);
	}
	out->seen = *pl_points_seen(points);
	pl_points_close(points);
	sum_up(out);
	return status;
}

void pl_points_state_fini(struct pl_points_state *state)
{
	free(state->places);
	*state = (struct pl_points_state){.count = 0};
}

static const struct pl_points_place *place_of(const struct pl_points_state *state, uint32_t index)
{
	static const struct pl_points_place nowhere;

	return index < state->count ? &state->places[index] : &nowhere;
}

bool pl_points_is_finished(const struct pl_points_state *state, uint32_t index)
{
	const struct pl_points_place *place = place_of(state, index);

	return place->seen && !place->open;
}

uint32_t pl_points_attempts(const struct pl_points_state *state, uint32_t index)
{
	return place_of(state, index)->attempts;
}

unsigned pl_points_values(const struct pl_points_state *state, uint32_t index)
{
	return (unsigned)__builtin_popcountll(place_of(state, index)->seen);
}
