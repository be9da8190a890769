/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_block.c - the rows of one point: one for each measured value, what was set, what the
 * window says.
 *
 * A row of a channel has the channel's own setting; one of a coincidence or of a reading has a
 * setting only when all that were set together were set to the same.
 */
#include "scan/inside.h"

#include "analysis/interval.h"
#include "scan/live_time.h"

#include <math.h>
#include <string.h>

#define SATURATED 0.8 /* of the line's capacity */

static const struct pl_series_stat no_stat = {.mean = NAN, .sd = NAN, .min = NAN, .max = NAN};

int runner_block_series(const struct pl_runner *runner, size_t row, size_t place)
{
	const struct pl_measure *measure = &runner->measures[row];

	switch (measure->kind) {
	case PL_MEASURE_SCANNED:
		return runner->head->plan[place].channel;
	case PL_MEASURE_SERIES:
		return measure->index;
	default:
		return -1;
	}
}

/* ---- which entries of the plan a row is about ---- */

static bool is_channel(const struct pl_runner *runner, int series)
{
	return series >= 0 && series < (int)runner->device->spec.channel_count;
}

/* A bit for each channel of it; all for a reading. */
static uint32_t members(const struct pl_runner *runner, int series)
{
	if (series < 0)
		return UINT32_MAX;
	if (is_channel(runner, series))
		return UINT32_C(1) << series;
	return runner->device->coincidences[series - (int)runner->device->spec.channel_count]
	    .channels;
}

static bool is_together(const struct pl_runner *runner)
{
	return runner->scan->axis_kind == PL_AXIS_CHANNELS &&
	       runner->scan->mode == PL_SCAN_PARALLEL;
}

/* The entry whose setting is that of the row; NULL = there is no such. */
static const struct pl_planned *entry_of(const struct pl_runner *runner, int series, size_t place)
{
	const struct pl_planned *plan = &runner->head->plan[place], *found = NULL;
	size_t count = runner_group(runner, place);
	uint32_t wanted = members(runner, series), seen = 0;

	if (runner->scan->axis_kind == PL_AXIS_ONE)
		return plan;
	if (!is_together(runner) && !is_channel(runner, series))
		return plan;
	for (size_t i = 0; i < count; i++) {
		if (!(wanted >> plan[i].channel & 1))
			continue;
		seen |= UINT32_C(1) << plan[i].channel;
		if (found && found->set != plan[i].set)
			return NULL;
		found = &plan[i];
	}
	return series >= 0 && seen != wanted ? NULL : found;
}

static bool is_suppressed(const struct pl_runner *runner, int series, size_t place)
{
	return runner->scan->axis_kind == PL_AXIS_CHANNELS && is_channel(runner, series) &&
	       !entry_of(runner, series, place);
}

/* ---- rows before they are measured ---- */

/* The files of a channel tell counts of its own thresholds: where something else is stepped, its
 * rows go without its number. */
static bool holds_setting(const struct pl_runner *runner, int series)
{
	const struct pl_target *axis = &runner->scan->axis;

	return runner->scan->axis_kind == PL_AXIS_CHANNELS ||
	       (axis->device == runner->scan->device_index && axis->channel == series);
}

static void name_row(const struct pl_runner *runner, size_t row, int series, struct pl_point *out)
{
	const struct pl_device *device = runner->device;
	size_t channels = device->spec.channel_count;
	const char *name;

	if (series < 0)
		name = runner->scan->readings[runner->measures[row].index].path;
	else if (is_channel(runner, series))
		name = device->spec.channels[series].name;
	else
		name = device->coincidences[(size_t)series - channels].name;
	pl_text_copy(out->device, sizeof(out->device), device->spec.name);
	pl_text_copy(out->channel, sizeof(out->channel), name);
	if (is_channel(runner, series) && holds_setting(runner, series))
		out->channel_id = device->spec.channels[series].id;
}

static double set_of(const struct pl_runner *runner, int series, size_t place)
{
	const struct pl_planned *entry = entry_of(runner, series, place);

	if (is_suppressed(runner, series, place))
		return runner->scan->suppress;
	return entry ? entry->set : NAN;
}

static const struct runner_unit *ended_member(const struct pl_runner *runner, int series,
					      size_t place)
{
	const struct pl_planned *plan = &runner->head->plan[place];
	size_t count = runner_group(runner, place);

	for (size_t i = 0; i < count; i++) {
		const struct runner_unit *unit = &runner->units[runner_unit_of(&plan[i])];

		if (unit->has_ended &&
		    (plan[i].channel < 0 || (members(runner, series) >> plan[i].channel & 1)))
			return unit;
	}
	return NULL;
}

static struct pl_point blank(const struct pl_runner *runner, size_t number, size_t place)
{
	const struct pl_planned *planned = &runner->head->plan[place];
	int series = runner_block_series(runner, number, place);
	struct pl_point row = {
	    .index = planned->index,
	    .attempt = runner->places[place].attempts,
	    .repeat = planned->repeat,
	    .pass = planned->pass,
	    .set = set_of(runner, series, place),
	    .applied = NAN,
	    .readback = NAN,
	    .live_s = NAN,
	    .rate = NAN,
	    .rate_lo = NAN,
	    .rate_hi = NAN,
	    .rate_corrected = NAN,
	    .occupancy = NAN,
	    .stat_count = runner->head->column_count,
	};

	for (size_t i = 0; i < row.stat_count; i++)
		row.stats[i] = no_stat;
	name_row(runner, number, series, &row);
	return row;
}

/* Rows of a channel that was given up, and of coincidences with it, stay skipped. */
void runner_block_blank(struct pl_runner *runner, size_t place)
{
	runner->row_place = place;
	for (size_t i = 0; i < runner->measure_count; i++) {
		struct pl_point *row = &runner->rows[i];
		const struct runner_unit *unit;

		*row = blank(runner, i, place);
		unit = runner->is_revoking
			   ? NULL
			   : ended_member(runner, runner_block_series(runner, i, place), place);
		if (!unit)
			continue;
		row->quality = PL_POINT_SKIPPED;
		pl_text_copy(row->reason, sizeof(row->reason), unit->why);
	}
}

void runner_block_written(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->measure_count; i++) {
		struct pl_point *row = &runner->rows[i];
		int series = runner_block_series(runner, i, runner->row_place);
		const struct pl_planned *entry = entry_of(runner, series, runner->row_place);

		if (row->quality == PL_POINT_SKIPPED)
			continue;
		if (entry) {
			const struct runner_setting *setting =
			    &runner->settings[runner_setting_of(entry)];

			row->applied = setting->report.applied;
			row->readback = setting->report.readback;
			row->retries = setting->retries;
		} else if (is_suppressed(runner, series, runner->row_place)) {
			row->applied = row->set;
		}
	}
}

void runner_block_mark(struct pl_runner *runner, enum pl_point_quality quality, const char *why)
{
	for (size_t i = 0; i < runner->measure_count; i++) {
		struct pl_point *row = &runner->rows[i];

		if (row->quality == PL_POINT_SKIPPED && quality != PL_POINT_VOID)
			continue;
		row->quality = quality;
		pl_text_copy(row->reason, sizeof(row->reason), why);
	}
}

static void remark(struct pl_point *row, const char *why)
{
	size_t length = strlen(row->reason);

	runner_print(row->reason + length, sizeof(row->reason) - length, "%s%s", length ? "; " : "",
		     why);
}

void runner_block_remark(struct pl_runner *runner, const char *why)
{
	for (size_t i = 0; i < runner->measure_count; i++)
		if (pl_point_is_valid(runner->rows[i].quality))
			remark(&runner->rows[i], why);
}

bool runner_block_is_valid(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->measure_count; i++)
		if (pl_point_is_valid(runner->rows[i].quality))
			return true;
	return false;
}

/* ---- what a window says ---- */

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
		remark(row, rate.reason);
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
	remark(row, why);
	if (row->quality == PL_POINT_OK)
		row->quality = PL_POINT_SUSPECT;
}

/* A reading as the measured value: its numbers stand in its own columns. */
static void judge_reading(const struct pl_runner *runner, size_t number, struct pl_point *row)
{
	size_t column = runner->head->carried_count + (size_t)runner->measures[number].index;

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
	const struct pl_planned *entry = entry_of(runner, series, runner->row_place);

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
