/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curve.h - what of a run's points is drawn: which series, passes and repeats, rates or their
 * differences, which part of the settings. Pure, any thread.
 */
#ifndef UI_CURVE_H
#define UI_CURVE_H

#include "model.h"
#include "plot.h"

/* A kind of point is a bit: a series, a pass, a repeat (more of them share the last bit). */
enum {
	PL_CURVE_SERIES = 0,
	PL_CURVE_PASS = PL_MODEL_SERIES, /* up, down, check, none */
	PL_CURVE_REPEAT = PL_CURVE_PASS + 4,
	PL_CURVE_KINDS = 64,
};

struct pl_curve_show {
	bool is_differential;
	uint64_t hidden; /* kinds */
	int zoom;	 /* the range is halved so often, 0 = all of it */
	double middle;	 /* of the window, a setting */
};

#define PL_CURVE_ZOOM_MAX 10

/* Bits of the kinds of which there are points, in order; series without a setting left out. Only
 * where there is a choice: one pass or one repeat alone is not listed. Returns their number. */
size_t pl_curve_kinds(const struct pl_model_curve *curve, int bits[PL_CURVE_KINDS]);
/* "top", "way up", "repeat 2". Returns out. */
const char *pl_curve_kind_name(const struct pl_model_curve *curve, int bit, char out[48]);
bool pl_curve_is_shown(const struct pl_curve_show *show, const struct pl_model_point *point);

/* The shown points for the plot, at most curve->count of them into out; index[i] is the point that
 * out[i] stands for. Points without a setting or counts are left out.
 *
 * Differential: for each two neighbouring settings a < b of one series, repeat and pass,
 * -(rate(b) - rate(a)) / (b - a) at their middle, standing for b; its error bar are the two
 * intervals in quadrature, which for many counts is sqrt(n_a/T_a² + n_b/T_b²) / (b - a). */
size_t pl_curve_points(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		       const struct pl_glyphs *glyphs, struct pl_plot_point *out, size_t *index);

/* The same as a line for the plot: from setting to setting, broken between series, repeats and
 * passes. Kinds are those of `of`, series by their names. x and y have room for 2 · curve->count.
 * Returns the number of vertices. */
size_t pl_curve_line(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		     const struct pl_model_curve *of, double *x, double *y);

/* The window [*from, *to] of a range lo < hi; zoom 0 is all of it. It never leaves the range. */
void pl_curve_window(const struct pl_curve_show *show, double lo, double hi, double *from,
		     double *to);
/* Moves the window so that x is in it. */
void pl_curve_reveal(struct pl_curve_show *show, double lo, double hi, double x);

/* The shown point that many steps after (before, when negative) this one, the last or first one
 * when there are not so many; from -1 backwards is the newest. -1 = none. */
int64_t pl_curve_step(const struct pl_model_curve *curve, const struct pl_curve_show *show,
		      int64_t cursor, int steps);
/* The shown point of the series after or before (step 1, -1) that of the cursor, with the nearest
 * setting; the cursor itself when there is no other series. */
int64_t pl_curve_other_series(const struct pl_model_curve *curve, const struct pl_curve_show *show,
			      int64_t cursor, int step);

#endif
