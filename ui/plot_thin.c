/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot_thin.c - many points in few columns: what a column shows of a series is its least and its
 * greatest value and how far its error bars reach, so all else in it need not be drawn. Pure, any
 * thread.
 */
#include "plot.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define SERIES 32 /* more share the last */

struct bin {
	double lo, hi;
	size_t least, greatest; /* 1 + index, 0 = none yet */
};

static int column_of(const struct pl_plot_point *point, double from, double to, int columns)
{
	double at = floor((point->x - from) / (to - from) * columns);

	return !(at > 0) ? 0 : at > columns - 1 ? columns - 1 : (int)at;
}

static struct bin *bin_of(struct bin *bins, const struct pl_plot_point *point, double from,
			  double to, int columns)
{
	int series = point->series < 0 ? 0 : point->series < SERIES ? point->series : SERIES - 1;

	return &bins[series * columns + column_of(point, from, to, columns)];
}

static bool is_drawn(const struct pl_plot_point *point)
{
	return isfinite(point->x) && isfinite(point->y);
}

static void put_in(struct bin *bin, const struct pl_plot_point *points, size_t i)
{
	if (bin->least == 0) {
		*bin = (struct bin){
		    .lo = points[i].lo, .hi = points[i].hi, .least = i + 1, .greatest = i + 1};
		return;
	}
	bin->lo = fmin(bin->lo, points[i].lo);
	bin->hi = fmax(bin->hi, points[i].hi);
	if (points[i].y < points[bin->least - 1].y)
		bin->least = i + 1;
	if (points[i].y > points[bin->greatest - 1].y)
		bin->greatest = i + 1;
}

static size_t copy_all(const struct pl_plot_point *points, size_t count, struct pl_plot_point *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = points[i];
	return count;
}

size_t pl_plot_thin(const struct pl_plot_point *points, size_t count, double from, double to,
		    int columns, struct pl_plot_point *out, size_t *keep)
{
	struct bin *bins = NULL;
	size_t kept = 0, kept_at = SIZE_MAX;

	if (columns > 0 && from < to && count > 2 * (size_t)columns)
		bins = calloc((size_t)(SERIES * columns), sizeof *bins);
	if (!bins)
		return copy_all(points, count, out);
	for (size_t i = 0; i < count; i++)
		if (is_drawn(&points[i]))
			put_in(bin_of(bins, &points[i], from, to, columns), points, i);
	for (size_t i = 0; i < count; i++) {
		const struct bin *bin;

		if (!is_drawn(&points[i]))
			continue;
		bin = bin_of(bins, &points[i], from, to, columns);
		if (i != *keep && i + 1 != bin->least && i + 1 != bin->greatest)
			continue;
		if (i == *keep)
			kept_at = kept;
		out[kept] = points[i];
		if (i + 1 == bin->least)
			out[kept].lo = bin->lo;
		if (i + 1 == bin->greatest)
			out[kept].hi = bin->hi;
		kept++;
	}
	*keep = kept_at;
	free(bins);
	return kept;
}
