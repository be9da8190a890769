/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_row.c - rows: what a window says, on its way to the disk, and in the books of the run.
 *
 * A point is done when its row is acknowledged; the next window opens only then.
 */
#include "scan/inside.h"

#include "analysis/interval.h"
#include "scan/live_time.h"

#include <math.h>
#include <string.h>

#define SATURATED 0.8 /* of the line's capacity */

static const struct pl_series_stat no_stat = {.mean = NAN, .sd = NAN, .min = NAN, .max = NAN};

struct pl_point runner_row_blank(const struct pl_runner *runner)
{
	const struct pl_planned *planned = &runner->head->plan[runner->position];
	const struct pl_channel *channel = &runner->device->spec.channels[planned->channel];
	struct pl_point row = {
	    .index = planned->index,
	    .attempt = runner->attempts[runner->position],
	    .repeat = planned->repeat,
	    .pass = planned->pass,
	    .channel_id = channel->id,
	    .set = planned->set,
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
	pl_text_copy(row.device, sizeof(row.device), runner->device->spec.name);
	pl_text_copy(row.channel, sizeof(row.channel), channel->name);
	return row;
}

/* ---- what a window says ---- */

static struct pl_series_stat stat_of(const struct pl_spread *spread)
{
	if (spread->count == 0)
		return no_stat;
	return (struct pl_series_stat){
	    .count = spread->count,
	    .mean = spread->mean,
	    .sd = spread->count > 1 ? sqrt(spread->m2 / (double)(spread->count - 1)) : NAN,
	    .min = spread->min,
	    .max = spread->max,
	};
}

void runner_row_remark(struct pl_point *row, const char *why)
{
	size_t length = strlen(row->reason);

	runner_print(row->reason + length, sizeof(row->reason) - length, "%s%s", length ? "; " : "",
		     why);
}

static void correct_rate(const struct pl_runner *runner, const struct pl_count *count,
			 struct pl_point *row)
{
	const struct pl_live_count given = {
	    .hits = row->hits,
	    .events = row->events,
	    .live_s = row->live_s,
	    .stop_rule = row->stop_rule,
	    .tau_s = runner->device->dead_time_tau_s,
	    .tau_error_s = runner->device->dead_time_error_s,
	    .device_dead_s = count->device_dead_s,
	};
	struct pl_live_rate rate = pl_live_rate(&given, false);

	row->rate_corrected = rate.corrected_hz;
	if (rate.reason)
		runner_row_remark(row, rate.reason);
}

static void no_live_time(struct pl_point *row)
{
	row->quality = PL_POINT_INVALID;
	row->live_s = NAN;
	pl_text_copy(row->reason, sizeof(row->reason),
		     "no live time: the device reports as much dead time as the window is long");
}

void runner_row_count(const struct pl_runner *runner, const struct pl_count *count,
		      struct pl_point *row)
{
	double dead_s = isnan(count->device_dead_s) ? 0 : count->device_dead_s;

	row->t_utc_ns = count->t0_utc_ns;
	row->t_mono_ns = count->t0_ns;
	row->dwell_ns = count->t1_ns - count->t0_ns;
	/* in whole nanoseconds, as it stands in the file: rate is hits by exactly that */
	row->live_s = (double)(row->dwell_ns - llround(dead_s * 1e9)) / 1e9;
	row->occupancy = count->occupancy;
	row->stop_rule = count->stop_rule;
	for (size_t i = 0; i < runner->head->carried_count; i++)
		row->stats[i] = stat_of(&count->carried[i]);
	if (!(row->live_s > 0)) {
		no_live_time(row);
		return;
	}
	row->has_counts = true;
	row->events = count->events;
	row->hits = count->hits[runner->write.channel];
	row->quality = count->occupancy > SATURATED ? PL_POINT_SATURATED : PL_POINT_OK;
	pl_interval_rate(row->hits, row->live_s, PL_LEVEL_68, &row->rate, &row->rate_lo,
			 &row->rate_hi);
	correct_rate(runner, count, row);
}

/* ---- ROW ---- */

void runner_row_write(struct pl_runner *runner, const struct pl_point *row)
{
	runner->row = *row;
	runner_go(runner, RUNNER_ROW);
}

void runner_row_enter(struct pl_runner *runner)
{
	struct pl_write message = runner_message(runner, PL_WRITE_POINT, PL_BOOK_RUN);

	if (runner->row.has_counts) {
		runner->row_end_ns = runner->row.t_mono_ns + runner->row.dwell_ns;
		runner->proven_ns = runner->checked_ns;
	}
	message.point = runner->row;
	runner_await(runner, &message);
}

static void book(struct pl_runner *runner, const struct pl_point *row, bool is_undone)
{
	int channel = runner->head->plan[row->index - 1].channel;
	struct pl_channel_result *result = &runner->status.channels[channel];
	uint32_t by = is_undone ? UINT32_MAX : 1; /* modulo 2^32: minus one */

	runner->status.done += by;
	if (row->has_counts) {
		result->ok += by;
	} else {
		result->invalid += by;
		runner->status.invalid += by;
	}
}

static void count_failures(struct pl_runner *runner, const struct pl_point *row)
{
	int channel = runner->head->plan[row->index - 1].channel;
	struct runner_channel *books = &runner->channels[channel];
	char text[PL_REASON_SIZE + 48];

	books->invalid_in_a_row =
	    row->quality == PL_POINT_INVALID ? books->invalid_in_a_row + 1 : 0;
	if (runner->scan->give_up <= 0 || books->has_ended ||
	    books->invalid_in_a_row < runner->scan->give_up)
		return;
	runner_print(text, sizeof(text), "%u invalid points in a row; the last: %s",
		     books->invalid_in_a_row, row->reason);
	runner_channel_end(runner, channel, "give_up", text);
}

static void point_done(struct pl_runner *runner, const struct pl_point *row)
{
	book(runner, row, false);
	count_failures(runner, row);
	runner->last = *row;
	runner->position++;
	if (!row->has_counts) {
		runner->row_end_ns = 0;
		runner->owes_void = false;
		return;
	}
	runner->measured_points++;
	runner->measured_points_ns +=
	    runner->io.now_mono(runner->io.ctx) - runner->point_started_ns;
}

static void row_done(struct pl_runner *runner, uint32_t number)
{
	struct pl_point *row = &runner->row;

	row->point = number;
	if (runner->is_revoking) {
		book(runner, &runner->last, true);
		runner->row_end_ns = 0;
		runner->owes_void = false;
	} else if (row->quality != PL_POINT_VOID) {
		point_done(runner, row);
	}
	runner->io.point(runner->io.ctx, row);
	if (row->quality == PL_POINT_VOID || row->quality == PL_POINT_INVALID)
		runner_say(runner, PL_NOTE_WARNING, "point %u of %s is %s: %s", row->index,
			   row->channel, pl_point_quality_name(row->quality), row->reason);
}

/* A row that could not be written is no row: its point is not done. */
static void row_failed(struct pl_runner *runner)
{
	if (runner->is_revoking)
		runner->position++;
	runner->row_end_ns = 0;
	runner->owes_void = false;
}

void runner_row_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	if (ack->status == PL_OK)
		row_done(runner, ack->point);
	else
		row_failed(runner);
	runner->is_revoking = runner->is_point_begun = false;
	runner_turn(runner);
}
