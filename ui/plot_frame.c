/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot_frame.c - the scale of a plot: ranges from the points, ticks, labels, and where a value
 * lands. Pure, any thread.
 */
#include "plot_frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TIGHT 0.7 /* a curve that never falls below this part of its top is not drawn from 0 */

struct range {
	double lo, hi;
};

static void widen(struct range *range, double value)
{
	if (!isfinite(value))
		return;
	if (!(range->lo <= value))
		range->lo = value;
	if (!(range->hi >= value))
		range->hi = value;
}

static bool has_window(const struct pl_plot *plot)
{
	return plot->from < plot->to;
}

static bool is_in(const struct pl_plot *plot, double x)
{
	return !has_window(plot) || (x >= plot->from && x <= plot->to);
}

static struct range x_range(const struct pl_plot *plot, const struct pl_plot_point *points,
			    size_t count)
{
	struct range range = {NAN, NAN};

	if (has_window(plot))
		return (struct range){plot->from, plot->to};
	widen(&range, plot->x_min);
	widen(&range, plot->x_max);
	for (size_t i = 0; i < count; i++)
		widen(&range, points[i].x);
	for (size_t i = 0; i < plot->line_count; i++)
		for (size_t k = 0; k < plot->lines[i].count; k++)
			widen(&range, plot->lines[i].x[k]);
	if (isnan(range.lo))
		range = (struct range){0, 1};
	if (range.lo == range.hi)
		range = (struct range){range.lo - 1, range.hi + 1};
	return range;
}

/* Rates are drawn from 0 unless that would press a flat curve against the top. */
static struct range y_range(const struct pl_plot *plot, const struct pl_plot_point *points,
			    size_t count)
{
	struct range range = {NAN, NAN};
	double margin;

	for (size_t i = 0; i < plot->line_count; i++)
		for (size_t k = 0; k < plot->lines[i].count; k++)
			if (is_in(plot, plot->lines[i].x[k]))
				widen(&range, plot->lines[i].y[k]);
	for (size_t i = 0; i < count; i++) {
		if (!is_in(plot, points[i].x))
			continue;
		widen(&range, points[i].y);
		widen(&range, points[i].lo);
		widen(&range, points[i].hi);
	}
	if (isnan(range.lo))
		return (struct range){0, 1};
	if (range.lo >= 0 && range.lo < TIGHT * range.hi)
		range.lo = 0;
	margin = 0.05 * (range.hi - range.lo);
	if (margin <= 0)
		margin = range.hi != 0 ? 0.1 * fabs(range.hi) : 1;
	if (range.lo != 0)
		range.lo -= margin;
	range.hi += margin;
	return range;
}

/* Decades; what is not above 0 has no place on the scale and lies on its floor. */
static struct range y_range_log(const struct pl_plot *plot, const struct pl_plot_point *points,
				size_t count)
{
	struct range range = {NAN, NAN};

	for (size_t i = 0; i < plot->line_count; i++)
		for (size_t k = 0; k < plot->lines[i].count; k++)
			if (is_in(plot, plot->lines[i].x[k]) && plot->lines[i].y[k] > 0)
				widen(&range, log10(plot->lines[i].y[k]));
	for (size_t i = 0; i < count; i++) {
		if (!is_in(plot, points[i].x))
			continue;
		if (points[i].y > 0)
			widen(&range, log10(points[i].y));
		if (points[i].hi > 0)
			widen(&range, log10(points[i].hi));
	}
	if (isnan(range.lo))
		return (struct range){0, 1};
	range.lo = floor(range.lo);
	if (range.hi < range.lo + 1)
		range.hi = range.lo + 1;
	return range;
}

size_t pl_plot_ticks(double lo, double hi, size_t most, double *first, double *step)
{
	static const double parts[] = {1, 2, 5, 10};
	double span = hi - lo, power;

	*first = lo;
	*step = 1;
	if (!isfinite(span) || span <= 0 || most < 2 || most > 32)
		return 0;
	power = pow(10, floor(log10(span / (double)most)));
	for (int i = 0; i < 8; i++) {
		*step = parts[i % 4] * power * (i < 4 ? 1 : 10);
		*first = ceil(lo / *step - 1e-9) * *step;
		if ((hi - *first) / *step + 1e-9 < (double)most)
			break;
	}
	/* A range that a double cannot tell apart from one number has no ticks. */
	if (*step < 1e-9 * fmax(fabs(lo), fabs(hi)) || *first > hi + 1e-9 * span)
		return 0;
	return (size_t)((hi - *first) / *step + 1e-9) + 1;
}

const char *pl_plot_label(char out[PL_PLOT_LABEL_SIZE], double value, double step)
{
	static const struct {
		double unit;
		const char *letter;
	} units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
	double unit = 1;
	const char *letter = "";
	double wanted;
	int places;

	for (size_t i = 0; i < 3 && unit == 1; i++) {
		if (fabs(value) < 10 * units[i].unit || step < units[i].unit / 1000)
			continue;
		unit = units[i].unit;
		letter = units[i].letter;
	}
	wanted = ceil(-log10(step / unit) - 1e-9);
	places = !(wanted > 0) ? 0 : wanted > 6 ? 7 : (int)wanted; /* a step of 0 wants endless */
	if (fabs(value) < step * 1e-6)
		value = 0;
	if (fabs(value) >= 1e7 * unit || places > 6)
		snprintf(out, PL_PLOT_LABEL_SIZE, "%.3g", value);
	else
		snprintf(out, PL_PLOT_LABEL_SIZE, "%.*f%s", places, value / unit, letter);
	return out;
}

void plot_frame_y_label(const struct plot_frame *frame, double scaled, char out[PL_PLOT_LABEL_SIZE])
{
	double value = frame->is_log ? pow(10, scaled) : scaled;

	pl_plot_label(out, value, frame->is_log ? value : frame->y_step);
}

static int place(double part, int dots)
{
	double at = floor(part * (dots - 1) + 0.5);

	return !(at > 0) ? 0 : at > dots - 1 ? dots - 1 : (int)at;
}

int plot_frame_row_scaled(const struct plot_frame *frame, double scaled, int dots)
{
	return place((frame->y1 - scaled) / (frame->y1 - frame->y0), frame->height * dots);
}

int plot_frame_row(const struct plot_frame *frame, double y, int dots)
{
	double scaled = !frame->is_log ? y : y > 0 ? log10(y) : frame->y0;

	return plot_frame_row_scaled(frame, scaled, dots);
}

int plot_frame_col(const struct plot_frame *frame, double x, int dots)
{
	return place((x - frame->x0) / (frame->x1 - frame->x0), frame->width * dots);
}

double plot_frame_x(const struct plot_frame *frame, int col, int dots)
{
	int last = frame->width * dots - 1;

	return last > 0 ? frame->x0 + (frame->x1 - frame->x0) * col / last : frame->x0;
}

/* On a log scale only whole decades are labelled. */
static void choose_y_ticks(struct plot_frame *frame)
{
	size_t most = (size_t)(frame->height / 2 < 2   ? 2
			       : frame->height / 2 > 8 ? 8
						       : frame->height / 2);

	frame->y_ticks = pl_plot_ticks(frame->y0, frame->y1, most, &frame->y_first, &frame->y_step);
	if (frame->is_log && frame->y_step < 1) {
		frame->y_step = 1;
		frame->y_first = ceil(frame->y0);
		frame->y_ticks = (size_t)(frame->y1 - frame->y_first + 1e-9) + 1;
	}
}

static int label_width(const struct plot_frame *frame)
{
	int width = 0;

	for (size_t i = 0; i < frame->y_ticks; i++) {
		char label[PL_PLOT_LABEL_SIZE];

		plot_frame_y_label(frame, frame->y_first + (double)i * frame->y_step, label);
		if ((int)strlen(label) > width)
			width = (int)strlen(label);
	}
	return width;
}

bool plot_frame_make(const struct pl_plot *plot, const struct pl_plot_point *points, size_t count,
		     struct plot_frame *out)
{
	struct range x = x_range(plot, points, count);
	struct range y =
	    plot->is_log ? y_range_log(plot, points, count) : y_range(plot, points, count);
	bool is_braille = plot->glyphs->cells == PL_CELLS_BRAILLE;

	*out = (struct plot_frame){
	    .glyphs = plot->glyphs,
	    .cols = plot->cols,
	    .height = plot->rows - 2,
	    .sub_rows = is_braille				? 4
			: plot->glyphs->cells == PL_CELLS_BLOCK ? 2
								: 1,
	    .sub_cols = is_braille ? 2 : 1,
	    .is_log = plot->is_log,
	    .x0 = x.lo,
	    .x1 = x.hi,
	    .y0 = y.lo,
	    .y1 = y.hi,
	};
	if (out->height < 2)
		return false;
	choose_y_ticks(out);
	out->left = label_width(out) + 1;
	out->width = plot->cols - out->left - 1;
	if (out->width < 4)
		return false;
	out->x_ticks = pl_plot_ticks(x.lo, x.hi,
				     (size_t)(out->width / 8 < 2    ? 2
					      : out->width / 8 > 12 ? 12
								    : out->width / 8),
				     &out->x_first, &out->x_step);
	return true;
}
