/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seek.c - the search: first outwards from the start until the target is crossed, then by halves,
 * then a last count where the rate is nearest to the target. See seek.h.
 */
#include "scan/seek.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define FIRST_PART  128 /* of the range: width of the first step outwards */
#define ENOUGH	    400 /* counts that make a rate good to 5 % */
#define FINAL	    100 /* counts of the last look, unless max_s is over before */
#define REOPENS_MAX 4
#define LIKE	    1.64 /* sigmas: 9 of 10 */

/* ---- what was measured ---- */

static size_t place_of(const struct pl_seek *seek, int64_t at)
{
	size_t i = 0;

	while (i < seek->count && seek->values[i].at < at)
		i++;
	return i;
}

const struct pl_seek_value *pl_seek_find(const struct pl_seek *seek, int64_t at)
{
	size_t i = place_of(seek, at);

	return i < seek->count && seek->values[i].at == at ? &seek->values[i] : NULL;
}

/* Its place is made when there is none. A search by halves visits far fewer than there is room
 * for: at most 2 log2(2^63) outwards. */
static struct pl_seek_value *value_here(struct pl_seek *seek)
{
	size_t i = place_of(seek, seek->at);

	if (i < seek->count && seek->values[i].at == seek->at)
		return &seek->values[i];
	assert(seek->count < PL_SEEK_VALUES);
	memmove(&seek->values[i + 1], &seek->values[i],
		(seek->count - i) * sizeof(seek->values[0]));
	seek->count++;
	seek->values[i] = (struct pl_seek_value){.at = seek->at, .chance = 1};
	return &seek->values[i];
}

static double distance(const struct pl_seek *seek, int64_t at)
{
	const struct pl_seek_value *value = pl_seek_find(seek, at);

	return fabs((double)value->hits / value->seconds - seek->setup.target_hz);
}

static int64_t nearer(const struct pl_seek *seek)
{
	return distance(seek, seek->low) <= distance(seek, seek->high) ? seek->low : seek->high;
}

/* ---- steps ---- */

static enum pl_seek_next move(struct pl_seek *seek, int64_t at)
{
	seek->at = at;
	seek->fresh_hits = 0;
	seek->fresh_s = 0;
	return PL_SEEK_MOVE;
}

/* Of two values a step apart, the one nearer to the target is the one to stay at. */
static enum pl_seek_next end(struct pl_seek *seek, enum pl_seek_answer answer)
{
	seek->answer = answer;
	if (answer == PL_SEEK_BETWEEN)
		seek->at = nearer(seek);
	return PL_SEEK_OVER;
}

static enum pl_seek_next end_at(struct pl_seek *seek, enum pl_seek_answer answer, int64_t at)
{
	seek->low = seek->high = seek->at = at;
	return end(seek, answer);
}

/* ---- is the curve one that can be searched? ---- */

/* A pair that falls and one that rises, neither by chance. Fills the pairs. */
static bool is_not_monotone(struct pl_seek *seek)
{
	bool is_there[2] = {false, false};

	for (size_t i = 0; i < seek->count; i++) {
		for (size_t k = i + 1; k < seek->count; k++) {
			int way = pl_seek_compare(&seek->values[i], &seek->values[k]);

			if (way == 0 || is_there[way > 0])
				continue;
			is_there[way > 0] = true;
			seek->pair[way > 0][0] = seek->values[i].at;
			seek->pair[way > 0][1] = seek->values[k].at;
		}
	}
	return is_there[0] && is_there[1];
}

/* 1: the rate rises with the value, -1: it falls, 0: nothing measured tells yet. */
static int slope(const struct pl_seek *seek)
{
	for (size_t i = 0; i < seek->count; i++) {
		for (size_t k = i + 1; k < seek->count; k++) {
			int way = pl_seek_compare(&seek->values[i], &seek->values[k]);

			if (way != 0)
				return way;
		}
	}
	return 0;
}

/* ---- by halves ---- */

/* The nearest value on the other side of the target, SIZE_MAX = none. */
static size_t nearest_other(const struct pl_seek *seek, const struct pl_seek_value *value)
{
	size_t found = SIZE_MAX;
	int64_t nearest = INT64_MAX;

	for (size_t i = 0; i < seek->count; i++) {
		int64_t apart = seek->values[i].at - value->at;

		apart = apart < 0 ? -apart : apart;
		if ((int)seek->values[i].side == -(int)value->side && apart < nearest) {
			nearest = apart;
			found = i;
		}
	}
	return found;
}

static bool take_bracket(struct pl_seek *seek, const struct pl_seek_value *value)
{
	size_t other = nearest_other(seek, value);

	if (other == SIZE_MAX)
		return false;
	seek->has_bracket = true;
	seek->low = value->at < seek->values[other].at ? value->at : seek->values[other].at;
	seek->high = value->at < seek->values[other].at ? seek->values[other].at : value->at;
	return true;
}

static enum pl_seek_next halve(struct pl_seek *seek)
{
	seek->is_final = seek->high - seek->low == 1;
	if (seek->is_final) /* the last count, where the rate is nearer to the target */
		return move(seek, nearer(seek));
	return move(seek, seek->low + (seek->high - seek->low) / 2);
}

/* ---- outwards ---- */

/* The next value on that side (0 down, 1 up), twice as far as before; false: that end is reached.
 */
static bool outwards(const struct pl_seek *seek, int side, int64_t *at)
{
	int64_t first = seek->last / FIRST_PART > 0 ? seek->last / FIRST_PART : 1;
	int64_t far = seek->out[side] == 0 ? first : 2 * seek->out[side] + first;
	int64_t room = side == 1 ? seek->last - seek->start : seek->start;

	if (seek->out[side] >= room)
		return false;
	far = far < room ? far : room;
	*at = side == 1 ? seek->start + far : seek->start - far;
	return true;
}

/* Which side to try: the one the counts speak for, else the one that was tried less far. */
static int side_to_try(const struct pl_seek *seek, bool *is_known)
{
	int way = slope(seek), start = (int)pl_seek_find(seek, seek->start)->side;

	*is_known = way != 0;
	if (way == 0)
		return seek->out[1] <= seek->out[0];
	return way * start < 0; /* above and rising: down */
}

static enum pl_seek_next go_outwards(struct pl_seek *seek)
{
	bool is_known;
	int side = side_to_try(seek, &is_known);
	int64_t at;

	if (!outwards(seek, side, &at)) {
		if (is_known || !outwards(seek, 1 - side, &at))
			return end_at(seek, PL_SEEK_END, side == 1 ? seek->last : 0);
		side = 1 - side;
	}
	seek->out[side] = at > seek->start ? at - seek->start : seek->start - at;
	return move(seek, at);
}

/* ---- the end of a count ---- */

/* Nothing is left of an answer that more counts have taken back: the search goes on beside it. */
static enum pl_seek_next reopen(struct pl_seek *seek, const struct pl_seek_value *value)
{
	seek->is_final = false;
	if (seek->reopened++ == REOPENS_MAX || !take_bracket(seek, value))
		return end_at(seek, PL_SEEK_HERE, value->at);
	return halve(seek);
}

/* Counted for the most time, and nothing speaks against its rate being the target. */
static bool is_like_target(const struct pl_seek *seek, const struct pl_seek_value *value)
{
	double expected = seek->setup.target_hz * value->seconds;

	return !value->is_sure && fabs((double)value->hits - expected) <= LIKE * sqrt(expected);
}

static enum pl_seek_next conclude(struct pl_seek *seek, const struct pl_seek_value *value,
				  enum pl_seek_side before)
{
	if (is_not_monotone(seek))
		return end(seek, PL_SEEK_NOT_MONOTONE);
	if (seek->is_final && before != value->side)
		return reopen(seek, value);
	if (is_like_target(seek, value) && (seek->is_final || value->hits >= ENOUGH))
		return end_at(seek, PL_SEEK_HERE, value->at);
	if (seek->is_final)
		return end(seek, PL_SEEK_BETWEEN);
	if (!take_bracket(seek, value))
		return go_outwards(seek);
	return halve(seek);
}

/* The last look must fit what was counted there before. */
static bool has_changed(const struct pl_seek *seek, const struct pl_seek_value *value)
{
	struct pl_seek_value now = {.hits = seek->fresh_hits, .seconds = seek->fresh_s};
	struct pl_seek_value before = {.hits = value->hits - seek->fresh_hits,
				       .seconds = value->seconds - seek->fresh_s};

	return pl_seek_compare(&before, &now) != 0;
}

static bool is_enough(const struct pl_seek *seek, const struct pl_seek_value *value)
{
	if (seek->fresh_s >= seek->setup.max_s)
		return true;
	if (seek->is_final)
		return seek->fresh_hits >= FINAL;
	return value->is_sure;
}

enum pl_seek_next pl_seek_count(struct pl_seek *seek, uint64_t hits, double seconds)
{
	struct pl_seek_value *value = value_here(seek);
	enum pl_seek_side before = value->side, side;

	assert(seek->answer == PL_SEEK_NONE);
	seek->fresh_hits += hits;
	seek->fresh_s += seconds;
	value->hits += hits;
	value->seconds += seconds;
	side = pl_seek_side(value->hits, value->seconds, seek->setup.target_hz, &value->chance);
	value->is_sure = side != PL_SEEK_OPEN;
	if (!is_enough(seek, value))
		return PL_SEEK_COUNT;
	if (side == PL_SEEK_OPEN)
		side = (double)value->hits >= seek->setup.target_hz * value->seconds
			   ? PL_SEEK_ABOVE
			   : PL_SEEK_BELOW;
	value->side = side;
	if (seek->is_final && has_changed(seek, value))
		return end(seek, PL_SEEK_CHANGED);
	return conclude(seek, value, before);
}

/* ---- from outside ---- */

void pl_seek_begin(struct pl_seek *seek, const struct pl_seek_setup *setup)
{
	double place = floor((setup->start - setup->min) / setup->step + 0.5);

	assert(setup->target_hz > 0 && setup->step > 0 && setup->max > setup->min &&
	       setup->max_s > 0);
	*seek = (struct pl_seek){.setup = *setup};
	seek->last = (int64_t)floor((setup->max - setup->min) / setup->step + 1e-9);
	seek->start = (int64_t)fmin(fmax(place, 0), (double)seek->last);
	seek->at = seek->start;
}

double pl_seek_value(const struct pl_seek *seek, int64_t at)
{
	return seek->setup.min + (double)at * seek->setup.step;
}

double pl_seek_at(const struct pl_seek *seek)
{
	return pl_seek_value(seek, seek->at);
}

bool pl_seek_is_found(const struct pl_seek *seek)
{
	return seek->answer == PL_SEEK_BETWEEN || seek->answer == PL_SEEK_HERE;
}
