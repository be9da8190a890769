/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curve_move.c - where on the curve one looks: the window and the cursor. Pure, any thread.
 */
#include "curve.h"

#include <math.h>

static int zoom_of(const struct pl_curve_show *show)
{
	return show->zoom < 0 ? 0 : show->zoom > PL_CURVE_ZOOM_MAX ? PL_CURVE_ZOOM_MAX : show->zoom;
}

void pl_curve_window(const struct pl_curve_show *show, double lo, double hi, double *from,
		     double *to)
{
	double half = ldexp(hi - lo, -zoom_of(show)) / 2, middle = show->middle;

	*from = lo;
	*to = hi;
	if (zoom_of(show) == 0 || !(half > 0))
		return;
	if (!(middle >= lo + half)) /* also when it is not known */
		middle = lo + half;
	if (middle > hi - half)
		middle = hi - half;
	*from = middle - half;
	*to = middle + half;
}

void pl_curve_reveal(struct pl_curve_show *show, double lo, double hi, double x)
{
	double from, to;

	pl_curve_window(show, lo, hi, &from, &to);
	show->middle = from + (to - from) / 2;
	if (x < from)
		show->middle -= from - x;
	if (x > to)
		show->middle += x - to;
}

int64_t pl_curve_step(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		      int64_t cursor, int steps)
{
	int64_t count = (int64_t)curve->count, step = steps < 0 ? -1 : 1, at, found = -1;

	at = cursor < 0 || cursor >= count ? count : cursor;
	found = at < count ? at : -1;
	for (int left = steps * (int)step; left > 0;) {
		at += step;
		if (at < 0 || at >= count)
			break;
		if (!pl_curve_is_shown(show, &curve->points[at]) ||
		    !curve->is_drawn[curve->points[at].series])
			continue;
		found = at;
		left--;
	}
	return found;
}

/* Nearest in setting; of equals, that of the same repeat and pass as near in the plan. */
static int64_t nearest(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		       short series, const struct pl_model_point *to)
{
	int64_t best = -1;
	double least = INFINITY;

	for (size_t i = 0; i < curve->count; i++) {
		const struct pl_model_point *point = &curve->points[i];
		double away = fabs(point->set - to->set) + (point->repeat != to->repeat) * 1e-9;

		if (point->series != series || !pl_curve_is_shown(show, point) || !(away < least))
			continue;
		least = away;
		best = (int64_t)i;
	}
	return best;
}

int64_t pl_curve_other_series(const struct pl_model_curve *curve, const struct pl_curve_show *show,
			      int64_t cursor, int step)
{
	int count = (int)curve->series_count;
	const struct pl_model_point *here;

	if (cursor < 0 || cursor >= (int64_t)curve->count)
		return cursor;
	here = &curve->points[cursor];
	for (int k = 1; k < count; k++) {
		int series = ((here->series + k * step) % count + count) % count;
		int64_t found = nearest(curve, show, (short)series, here);

		if (found >= 0)
			return found;
	}
	return cursor;
}
