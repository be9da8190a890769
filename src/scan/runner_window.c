/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_window.c - what a counting window says, in the rows of its point.
 *
 * Counts enter a row here and nowhere else.
 */
#include "scan/inside.h"

#include "analysis/interval.h"
#include "scan/live_time.h"

#include <math.h>

#define SATURATED 0.8 /* of the line's capacity */

static void correct_rate(const struct pl_runner *runner, const struct pl_count *count,
			 struct pl_point *row)
{
	const struct pl_live_count seen = {
	    .hits = row->hits,
	    .events = row->events,
	    .live_s = row->live_s,
	    .stop_rule = row->stop_rule,
	    .tau_s = runner->device->dead_time_tau_s,
	    .tau_error_s = runner->device->dead_time_error_s,
	    .device_dead_s = count->device_dead_s,
	};
	struct pl_live_rate rate = pl_live_rate(&seen, runner->head->is_forced);

	row->rate_corrected = rate.corrected_hz;
	if (rate.reason)
		runner_block_add(row, rate.reason);
}

static void no_live_time(struct pl_point *row)
{
	row->quality = PL_POINT_INVALID;
	row->live_s = NAN;
	pl_text_copy(row->reason, sizeof(row->reason),
		     "no live time: the device reports as much dead time as the window is long");
}

/* Only the series whose count closed the window was waited for. */
static enum pl_stop_rule stop_rule(const struct pl_count *count, int series)
{
	bool is_by_count = count->stop_rule == PL_STOP_COUNTS || count->stop_rule == PL_STOP_ERROR;

	return is_by_count && series != count->last_series ? PL_STOP_TIME : count->stop_rule;
}

static void count_hits(struct pl_runner *runner, const struct pl_count *count, int series,
		       struct pl_point *row)
{
	const char *why;

	row->has_counts = true;
	row->events = count->events;
	row->hits = count->hits[series];
	pl_interval_rate(row->hits, row->live_s, PL_LEVEL_68, &row->rate, &row->rate_lo,
			 &row->rate_hi);
	correct_rate(runner, count, row);
	why = runner_curve_judge(runner, series, count, row->live_s);
	if (!why)
		return;
	runner_block_add(row, why);
	if (row->quality == PL_POINT_OK)
		row->quality = PL_POINT_SUSPECT;
}

/* What a counter counted it counted from its first reading to its last: its live time. */
static void judge_counter(const struct pl_runner *runner, size_t reading, struct pl_point *row)
{
	const struct pl_counter *tally = &runner->besides[reading].tally;
	const char *fault = runner_tally_fault(runner, reading);

	if (fault) {
		row->quality = PL_POINT_INVALID;
		pl_text_copy(row->reason, sizeof(row->reason), fault);
		return;
	}
	row->live_s = (double)(tally->last_ns - tally->first_ns) / 1e9;
}

/* A reading as the measured value: its numbers stand in its own columns. */
static void judge_reading(const struct pl_runner *runner, size_t number, struct pl_point *row)
{
	size_t reading = (size_t)runner->measures[number].index;
	size_t column = runner->head->carried_count + reading;

	if (runner_is_counter(runner, reading)) {
		judge_counter(runner, reading, row);
		return;
	}
	if (column < row->stat_count && row->stats[column].count > 0)
		return;
	row->quality = PL_POINT_INVALID;
	pl_text_copy(row->reason, sizeof(row->reason), "no reading in the window");
}

static void count_row(struct pl_runner *runner, const struct pl_count *count, size_t number)
{
	struct pl_point *row = &runner->rows[number];
	int series = runner_block_series(runner, number, runner->row_place);
	double dead_s = isnan(count->device_dead_s) ? 0 : count->device_dead_s;

	row->t_utc_ns = count->t0_utc_ns;
	row->t_mono_ns = count->t0_ns;
	row->dwell_ns = count->t1_ns - count->t0_ns;
	/* in whole nanoseconds, as it stands in the file: rate is hits by exactly that */
	row->live_s = (double)(row->dwell_ns - llround(dead_s * 1e9)) / 1e9;
	row->occupancy = count->occupancy;
	row->stop_rule = stop_rule(count, series);
	row->quality = count->occupancy > SATURATED ? PL_POINT_SATURATED : PL_POINT_OK;
	for (size_t i = 0; i < runner->head->carried_count; i++)
		row->stats[i] = pl_beside_stat(&count->carried[i]);
	for (size_t i = 0;
	     i < runner->scan->reading_count && runner->head->carried_count + i < row->stat_count;
	     i++)
		row->stats[runner->head->carried_count + i] = runner_beside_stat(runner, i, count);
	if (!(row->live_s > 0))
		no_live_time(row);
	else if (series >= 0)
		count_hits(runner, count, series, row);
	else
		judge_reading(runner, number, row);
}

static const char *remark_of(const struct pl_runner *runner, size_t number)
{
	int series = runner_block_series(runner, number, runner->row_place);
	const struct pl_planned *entry = runner_block_entry(runner, series, runner->row_place);

	return entry ? runner->settings[runner_setting_of(entry)].report.reason : "";
}

void runner_block_count(struct pl_runner *runner, const struct pl_count *count)
{
	for (size_t i = 0; i < runner->measure_count; i++) {
		struct pl_point *row = &runner->rows[i];

		if (row->quality == PL_POINT_SKIPPED)
			continue;
		pl_text_copy(row->reason, sizeof(row->reason), remark_of(runner, i));
		count_row(runner, count, i);
	}
}
