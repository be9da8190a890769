/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hysteresis.c - the sums of hysteresis.h, over the settings that both passes have. Pure. */
#include "analysis/hysteresis.h"

#include <math.h>
#include <stdbool.h>

#define POINTS_MIN 3
#define SIGMAS	   3 /* that the height must have */

static bool is_whole(const struct pl_hysteresis_point *point)
{
	return point->live_s[0] > 0 && point->live_s[1] > 0;
}

static double rate(const struct pl_hysteresis_point *point, int pass)
{
	return (double)point->hits[pass] / point->live_s[pass];
}

static double variance(const struct pl_hysteresis_point *point, int pass)
{
	double n = point->hits[pass] > 0 ? (double)point->hits[pass] : 1;

	return n / (point->live_s[pass] * point->live_s[pass]);
}

static double mean(const struct pl_hysteresis_point *point)
{
	return (rate(point, 0) + rate(point, 1)) / 2;
}

/* What the two passes have in common: its ends in height and along the axis. */
struct shape {
	const struct pl_hysteresis_point *high, *low, *first, *last;
	size_t used;
	bool is_rising_in_set;
};

static struct shape look(const struct pl_hysteresis_point *points, size_t count)
{
	struct shape shape = {.is_rising_in_set = true};

	for (size_t i = 0; i < count; i++) {
		const struct pl_hysteresis_point *point = &points[i];

		if (i > 0 && !(point->set > points[i - 1].set))
			shape.is_rising_in_set = false;
		if (!is_whole(point))
			continue;
		if (!shape.high || mean(point) > mean(shape.high))
			shape.high = point;
		if (!shape.low || mean(point) < mean(shape.low))
			shape.low = point;
		shape.first = shape.first ? shape.first : point;
		shape.last = point;
		shape.used++;
	}
	return shape;
}

/* Half the distance between the neighbours that are used; at the ends half that to the one. */
static double weight(const struct pl_hysteresis_point *points, size_t count, size_t i)
{
	size_t left = i, right = i;

	while (left > 0 && (left == i || !is_whole(&points[left])))
		left--;
	while (right + 1 < count && (right == i || !is_whole(&points[right])))
		right++;
	if (!is_whole(&points[left]))
		left = i;
	if (!is_whole(&points[right]))
		right = i;
	return (points[right].set - points[left].set) / 2;
}

static double height_error(const struct shape *shape)
{
	return sqrt(variance(shape->high, 0) + variance(shape->high, 1) + variance(shape->low, 0) +
		    variance(shape->low, 1)) /
	       2;
}

static void measure(const struct pl_hysteresis_point *points, size_t count,
		    const struct shape *shape, struct pl_hysteresis *out)
{
	double height = out->height_hz, area = 0, sum = 0;

	for (size_t i = 0; i < count; i++)
		if (is_whole(&points[i]))
			area +=
			    weight(points, count, i) * (rate(&points[i], 1) - rate(&points[i], 0));
	out->shift = area / height;
	for (size_t i = 0; i < count; i++) {
		const struct pl_hysteresis_point *point = &points[i];
		double h = (point == shape->high) - (point == shape->low), w;

		if (!is_whole(point))
			continue;
		w = weight(points, count, i);
		sum += pow(w + out->shift * h / 2, 2) * variance(point, 0) +
		       pow(w - out->shift * h / 2, 2) * variance(point, 1);
	}
	out->error = sqrt(sum) / height;
	if (mean(shape->last) > mean(shape->first)) /* a rising curve moves the other way */
		out->shift = -out->shift;
}

struct pl_hysteresis pl_hysteresis(const struct pl_hysteresis_point *points, size_t count)
{
	struct pl_hysteresis out = {.shift = NAN, .error = NAN, .height_hz = NAN};
	struct shape shape = look(points, count);

	out.used = shape.used;
	if (!shape.is_rising_in_set) {
		out.reason = "the settings do not rise";
	} else if (shape.used < POINTS_MIN || shape.used < count - shape.used) {
		out.reason = "a pass lacks points";
	} else {
		out.height_hz = mean(shape.high) - mean(shape.low);
		if (out.height_hz > SIGMAS * height_error(&shape))
			measure(points, count, &shape, &out);
		else
			out.reason = "the curve is not higher than 3 sigma";
	}
	return out;
}
