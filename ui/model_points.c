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
	*from = model->rows_seen + 1;
	return model->run.is_there && model->run.rows > model->rows_seen;
}

/* The position of a channel among the series; channels beyond the table share the last. */
static short series_of(struct pl_model *model, const char *channel)
{
	size_t i;

	for (i = 0; i < model->series_count; i++)
		if (strcmp(model->series[i], channel) == 0)
			return (short)i;
	if (i == PL_MODEL_SERIES)
		return PL_MODEL_SERIES - 1;
	pl_text_copy(model->series[i], sizeof model->series[i], channel);
	model->is_drawn[i] = false;
	model->series_count++;
	return (short)i;
}

static struct pl_model_point point_of(struct pl_model *model, const struct pl_json *from)
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
	    .series = series_of(model, pl_json_get_text(from, "channel", "")),
	};

	point.is_valid = isfinite(point.rate);
	model->is_drawn[point.series] |= isfinite(point.set);
	pl_text_copy(point.pass, sizeof point.pass, pl_json_get_text(from, "pass", ""));
	pl_text_copy(point.quality, sizeof point.quality, pl_json_get_text(from, "quality", ""));
	return point;
}

/* False: no room. A curve without its newest points is better than no view. */
static bool grow(struct pl_model *model)
{
	size_t room = model->point_room ? 2 * model->point_room : 64;
	struct pl_model_point *points;

	if (model->point_count < model->point_room)
		return true;
	points = realloc(model->points, room * sizeof *points);
	if (!points)
		return false;
	model->points = points;
	model->point_room = room;
	return true;
}

static void add(struct pl_model *model, const struct pl_model_point *point)
{
	size_t at = model->point_count;

	while (at > 0 && model->points[at - 1].index > point->index)
		at--;
	for (size_t i = at; i > 0 && model->points[i - 1].index == point->index; i--) {
		if (model->points[i - 1].series == point->series) {
			model->points[i - 1] = *point;
			return;
		}
	}
	if (!grow(model))
		return;
	memmove(&model->points[at + 1], &model->points[at],
		(model->point_count - at) * sizeof *model->points);
	model->points[at] = *point;
	model->point_count++;
}

void pl_model_add_points(struct pl_model *model, const char *uid, const struct pl_json *part)
{
	if (strcmp(uid, model->points_uid) != 0)
		return;
	for (size_t i = 0; i < pl_json_size(part); i++) {
		struct pl_model_point point = point_of(model, pl_json_at(part, i));

		add(model, &point);
		model->rows_seen++;
	}
}

const struct pl_model_point *pl_model_last_point(const struct pl_model *model)
{
	for (size_t i = model->point_count; i > 0; i--)
		if (model->points[i - 1].is_valid && isfinite(model->points[i - 1].set))
			return &model->points[i - 1];
	return NULL;
}
