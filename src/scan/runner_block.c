/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_block.c - the rows of one point: one for each measured value, what was set, what the
 * window says.
 *
 * A row of a channel has the channel's own setting; one of a coincidence or of a reading has a
 * setting only when all that were set together were set to the same.
 */
#include "scan/inside.h"

#include <math.h>
#include <string.h>

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
const struct pl_planned *runner_block_entry(const struct pl_runner *runner, int series,
					    size_t place)
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
	       !runner_block_entry(runner, series, place);
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
	const struct pl_planned *entry = runner_block_entry(runner, series, place);

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
		const struct pl_planned *entry =
		    runner_block_entry(runner, series, runner->row_place);

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

void runner_block_add(struct pl_point *row, const char *why)
{
	size_t length = strlen(row->reason);

	runner_print(row->reason + length, sizeof(row->reason) - length, "%s%s", length ? "; " : "",
		     why);
}

void runner_block_remark(struct pl_runner *runner, const char *why)
{
	for (size_t i = 0; i < runner->measure_count; i++)
		if (pl_point_is_valid(runner->rows[i].quality))
			runner_block_add(&runner->rows[i], why);
}

bool runner_block_is_valid(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->measure_count; i++)
		if (pl_point_is_valid(runner->rows[i].quality))
			return true;
	return false;
}
