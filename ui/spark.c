/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spark.c - see spark.h. */
#include "spark.h"

#include <math.h>

#define MIDDLE 3

void pl_spark(const double *values, size_t count, int *levels)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	for (size_t i = 0; i < count; i++) {
		double share = high > low ? (values[i] - low) / (high - low) : NAN;

		if (!isfinite(values[i]))
			levels[i] = PL_SPARK_GAP;
		else
			levels[i] = isfinite(share)
					? (int)fmin(PL_SPARK_LEVELS - 1, share * PL_SPARK_LEVELS)
					: MIDDLE;
	}
}

/* The scale: its ends, and whether a limit stands there. */
struct scale {
	double from, to;
	int has_begin, has_end;
};

static double first_of(double a, double b)
{
	return isfinite(a) ? a : b;
}

/* One side only: as far inside as three times the way between its two limits. */
static int make_scale(const struct pl_bounds *bounds, struct scale *out)
{
	double begin = first_of(bounds->lolo, bounds->low);
	double end = first_of(bounds->hihi, bounds->high);
	double below = fabs(bounds->low - bounds->lolo), above = fabs(bounds->hihi - bounds->high);

	*out = (struct scale){begin, end, isfinite(begin), isfinite(end)};
	if (!out->has_begin && out->has_end)
		out->from = end - (above > 0 ? 4 * above : 1);
	if (out->has_begin && !out->has_end)
		out->to = begin + (below > 0 ? 4 * below : 1);
	return (out->has_begin || out->has_end) && out->to > out->from;
}

/* Between the ends, never on them; a single limit has no scale: the value is in the middle. */
static int place(const struct pl_bounds *bounds, const struct scale *scale, double value, int width)
{
	int is_single = (scale->has_begin != scale->has_end) &&
			!(scale->has_end ? isfinite(bounds->high) && isfinite(bounds->hihi)
					 : isfinite(bounds->low) && isfinite(bounds->lolo));
	double share = (value - scale->from) / (scale->to - scale->from);
	double at = is_single ? width / 2 : round(share * (width - 1));

	return (int)fmax(1, fmin(width - 2, at));
}

void pl_gauge(const struct pl_bounds *bounds, double value, enum pl_gauge_cell *cells, int width)
{
	struct scale scale;
	int is_drawn = width >= 5 && isfinite(value) && make_scale(bounds, &scale);

	for (int i = 0; i < width; i++)
		cells[i] = is_drawn ? PL_GAUGE_LINE : PL_GAUGE_BLANK;
	if (!is_drawn)
		return;
	if (scale.has_begin && isfinite(bounds->lolo) && isfinite(bounds->low))
		cells[place(bounds, &scale, bounds->low, width)] = PL_GAUGE_TICK;
	if (scale.has_end && isfinite(bounds->hihi) && isfinite(bounds->high))
		cells[place(bounds, &scale, bounds->high, width)] = PL_GAUGE_TICK;
	if (scale.has_begin)
		cells[0] = PL_GAUGE_BEGIN;
	if (scale.has_end)
		cells[width - 1] = PL_GAUGE_END;
	if (scale.has_begin && value < scale.from)
		cells[0] = PL_GAUGE_BELOW;
	else if (scale.has_end && value > scale.to)
		cells[width - 1] = PL_GAUGE_ABOVE;
	else
		cells[place(bounds, &scale, value, width)] = PL_GAUGE_VALUE;
}
