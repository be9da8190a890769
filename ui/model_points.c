/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_points.c - the points of the run on the screen.
 *
 * They are kept in the order of their index, which is nearly the order in which they come: a later
 * row of the same index and channel (another attempt, a void) takes the place of the older one, as
 * every reader of points.csv does. One thread.
 */
#include "model.h"

#include "plateau/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool pl_model_wants_points(const struct pl_model *model, int64_t *from)
{
	*from = model->curve.rows_seen + 1;
	return model->run.is_there && model->run.rows > model->curve.rows_seen;
}

/* The position of a channel among the series; channels beyond the table share the last. */
static short series_of(struct pl_model_curve *curve, const char *channel)
{
	size_t i;

	for (i = 0; i < curve->series_count; i++)
		if (strcmp(curve->series[i], channel) == 0)
			return (short)i;
	if (i == PL_MODEL_SERIES)
		return PL_MODEL_SERIES - 1;
	pl_text_copy(curve->series[i], sizeof curve->series[i], channel);
	curve->is_drawn[i] = false;
	curve->series_count++;
	return (short)i;
}

static struct pl_model_point point_of(struct pl_model_curve *curve, const struct pl_json *from)
{
	struct pl_model_point point = {
	    .index = pl_json_get_integer(from, "index", 0),
	    .attempt = pl_json_get_integer(from, "attempt", 1),
	    .hits = pl_json_get_integer(from, "hits", 0),
	    .set = pl_json_get_number(from, "set", NAN),
	    .rate = pl_json_get_number(from, "rate", NAN),
	    .lo = pl_json_get_number(from, "rate_lo", NAN),
	    .hi = pl_json_get_number(from, "rate_hi", NAN),
	    .live_s = pl_json_get_number(from, "live_s", NAN),
	    .series = series_of(curve, pl_json_get_text(from, "channel", "")),
	};

	point.repeat = (short)pl_json_get_integer(from, "repeat", 1);
	point.is_valid = isfinite(point.rate);
	curve->is_drawn[point.series] |= isfinite(point.set);
	pl_text_copy(point.pass, sizeof point.pass, pl_json_get_text(from, "pass", ""));
	pl_text_copy(point.quality, sizeof point.quality, pl_json_get_text(from, "quality", ""));
	return point;
}

/* False: no room. A curve without its newest points is better than no view. */
static bool grow(struct pl_model_curve *curve)
{
	size_t room = curve->room ? 2 * curve->room : 64;
	struct pl_model_point *points;

	if (curve->count < curve->room)
		return true;
	points = realloc(curve->points, room * sizeof *points);
	if (!points)
		return false;
	curve->points = points;
	curve->room = room;
	return true;
}

static void add(struct pl_model_curve *curve, const struct pl_model_point *point)
{
	size_t at = curve->count;

	while (at > 0 && curve->points[at - 1].index > point->index)
		at--;
	for (size_t i = at; i > 0 && curve->points[i - 1].index == point->index; i--) {
		if (curve->points[i - 1].series == point->series) {
			curve->points[i - 1] = *point;
			return;
		}
	}
	if (!grow(curve))
		return;
	memmove(&curve->points[at + 1], &curve->points[at],
		(curve->count - at) * sizeof *curve->points);
	curve->points[at] = *point;
	curve->count++;
}

void pl_curve_clear(struct pl_model_curve *curve, const char *uid)
{
	pl_text_copy(curve->uid, sizeof curve->uid, uid);
	curve->count = 0;
	curve->rows_seen = 0;
	curve->series_count = 0;
}

void pl_curve_add_points(struct pl_model_curve *curve, const struct pl_json *part)
{
	for (size_t i = 0; i < pl_json_size(part); i++) {
		struct pl_model_point point = point_of(curve, pl_json_at(part, i));

		add(curve, &point);
		curve->rows_seen++;
	}
}

void pl_model_add_points(struct pl_model *model, const char *uid, const struct pl_json *part)
{
	if (strcmp(uid, model->curve.uid) == 0)
		pl_curve_add_points(&model->curve, part);
}

const struct pl_model_point *pl_model_last_point(const struct pl_model *model)
{
	for (size_t i = model->curve.count; i > 0; i--)
		if (model->curve.points[i - 1].is_valid && isfinite(model->curve.points[i - 1].set))
			return &model->curve.points[i - 1];
	return NULL;
}
