/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hysteresis.h - how far a curve moved along its axis between the way up and the way down. Pure.
 *
 * With the rates u_i and d_i of the two passes at the same settings x_i (trapezoid weights w_i) and
 * the height H = max - min of the mean curve m_i = (u_i + d_i)/2, the shift is
 *
 *     S = sum of w_i (d_i - u_i) / H
 *
 * For a curve that falls (or rises) once by H this is exactly how far the down curve lies to the
 * right (left) of the up curve, whatever its form; S has the unit of the axis. A rising curve is
 * known by its ends, and its sign turned, so that S > 0 always means: further right on the way
 * down.
 * Errors are those of counts, var r = max(n, 1)/t^2, carried through S; each point moves the area
 * and, where it is the highest or lowest of the mean curve, the height:
 *
 *     dS/du_i = (-w_i - S·h_i/2)/H,  dS/dd_i = (w_i - S·h_i/2)/H,  h_i = +1, -1 or 0
 */
#ifndef ANALYSIS_HYSTERESIS_H
#define ANALYSIS_HYSTERESIS_H

#include <stddef.h>
#include <stdint.h>

struct pl_hysteresis_point {
	double set;	  /* in the unit of the axis */
	uint64_t hits[2]; /* up, down; summed over repeats */
	double live_s[2]; /* 0: the pass has no such point */
};

struct pl_hysteresis {
	double shift, error; /* in the unit of the axis, 1 sigma; NaN when refused */
	double height_hz;    /* NaN when refused for want of points */
	size_t used;	     /* settings that both passes have */
	const char *reason;  /* NULL: not refused; a constant text */
};

/* Settings that a pass lacks are left out, and their points on the other pass too; fewer than 3
 * that both have are refused, and so are more than half lacking, a height not above 3 of its own
 * sigma, and settings that do not rise strictly. points: rising in set. Any thread. */
struct pl_hysteresis pl_hysteresis(const struct pl_hysteresis_point *points, size_t count);

#endif
