/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_curve.c - what the counts say beyond their own window: that they are frozen, or more than
 * can be; and how far a curve moved between the way up and the way down.
 */
#include "scan/inside.h"

#include "analysis/hysteresis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- frozen or impossible ---- */

const char *runner_curve_judge(struct pl_runner *runner, int series, const struct pl_count *count,
			       double live_s)
{
	struct pl_suspect_count seen = {
	    .hits = count->hits[series],
	    .events = count->events,
	    .dwell_ns = count->t1_ns - count->t0_ns,
	    .live_s = live_s,
	    .max_rate_hz = runner->device->max_rate_hz,
	    .line_events = NAN,
	};

	/* occupancy is what these events took of the line */
	if (count->events > 0 && count->occupancy > 0)
		seen.line_events = (double)count->events / count->occupancy;
	return pl_suspect_next(&runner->suspects[series], &seen);
}

/* ---- there and back ---- */

bool runner_curve_init(struct pl_runner *runner)
{
	size_t count = runner->head->plan_count * runner->measure_count;

	if (runner->scan->order != PL_ORDER_UPDOWN)
		return true;
	runner->curve = calloc(count, sizeof(*runner->curve));
	return runner->curve;
}

void runner_curve_keep(struct pl_runner *runner)
{
	struct runner_curve *curve;

	if (!runner->curve)
		return;
	curve = &runner->curve[runner->row_place * runner->measure_count];
	for (size_t i = 0; i < runner->measure_count; i++)
		curve[i] = (struct runner_curve){
		    .set = runner->rows[i].set,
		    .hits = runner->rows[i].hits,
		    .live_s = runner->rows[i].has_counts ? runner->rows[i].live_s : 0};
}

static int by_set(const void *a, const void *b)
{
	const struct pl_hysteresis_point *left = a, *right = b;

	return (left->set > right->set) - (left->set < right->set);
}

/* The points of one setting become one. */
static size_t merge(struct pl_hysteresis_point *points, size_t count)
{
	size_t to = 0;

	qsort(points, count, sizeof(*points), by_set);
	for (size_t i = 0; i < count; i++) {
		if (to == 0 || points[to - 1].set < points[i].set) {
			points[to++] = points[i];
			continue;
		}
		for (int pass = 0; pass < 2; pass++) {
			points[to - 1].hits[pass] += points[i].hits[pass];
			points[to - 1].live_s[pass] += points[i].live_s[pass];
		}
	}
	return to;
}

static size_t collect(const struct pl_runner *runner, int channel, struct pl_hysteresis_point *out)
{
	size_t count = 0;

	for (size_t place = 0; place < runner->head->plan_count;
	     place += runner_group(runner, place)) {
		enum pl_pass pass = runner->head->plan[place].pass;

		for (size_t i = 0; i < runner->measure_count; i++) {
			const struct runner_curve *curve =
			    &runner->curve[place * runner->measure_count + i];

			if (runner_block_series(runner, i, place) != channel ||
			    !runner->places[place].is_done || !(curve->live_s > 0) ||
			    (pass != PL_PASS_UP && pass != PL_PASS_DOWN))
				continue;
			out[count] = (struct pl_hysteresis_point){.set = curve->set};
			out[count].hits[pass == PL_PASS_DOWN] = curve->hits;
			out[count].live_s[pass == PL_PASS_DOWN] = curve->live_s;
			count++;
		}
	}
	return merge(out, count);
}

static void tell(struct pl_runner *runner, int channel, struct pl_hysteresis_point *points)
{
	struct pl_channel_result *result = &runner->status.channels[channel];
	struct pl_hysteresis found;

	if (runner->is_resumed) {
		found = (struct pl_hysteresis){
		    .shift = NAN, .error = NAN, .reason = "the run was taken up again"};
	} else {
		found = pl_hysteresis(points, collect(runner, channel, points));
	}
	result->hysteresis = (struct pl_shift){
	    .is_given = true, .value = found.shift, .error = found.error, .reason = found.reason};
}

void runner_curve_tell(struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;
	struct pl_hysteresis_point *points;

	if (!runner->curve)
		return;
	points = calloc(runner->head->plan_count, sizeof(*points));
	for (size_t i = 0; points && i < scan->channel_count; i++)
		tell(runner, scan->channels[i].channel, points);
	free(points);
}
