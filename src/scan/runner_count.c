/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_count.c - the counting window of a point: COUNT.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

/* Less than this is not a suspended machine. */
#define GAP_NS PL_NS_PER_MS
/* A settle has to be longer than two lines of the device and this. */
#define LINE_SLACK_NS (20 * PL_NS_PER_MS)

/* A bit for each measured series of [first, end). */
static uint32_t measured(const struct pl_runner *runner, int first, int end)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < runner->measure_count; i++) {
		int series = runner_block_series(runner, i, runner->position);

		if (series >= first && series < end &&
		    !(series < (int)runner->device->spec.channel_count &&
		      runner->units[series].has_ended))
			bits |= UINT32_C(1) << series;
	}
	return bits;
}

/* Whose counts close the window: the measured channels; without any the coincidences; without those
 * the channels of the scan. */
static uint32_t watched(const struct pl_runner *runner)
{
	int channels = (int)runner->device->spec.channel_count;
	uint32_t bits = measured(runner, 0, channels);

	if (!bits)
		bits = measured(runner, channels, PL_SERIES_MAX);
	for (size_t i = 0; !bits && i < runner->scan->channel_count; i++)
		bits |= UINT32_C(1) << runner->scan->channels[i].channel;
	return bits;
}

void runner_count_enter(struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;
	bool is_timed = scan->dwell.rule == PL_DWELL_TIME;

	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_COUNT,
	    .target = {.device = (int16_t)scan->device_index, .channel = -1},
	    .window = {.discard_ns = scan->discard_first_ns,
		       .dwell = scan->dwell,
		       .watched = watched(runner),
		       .wants_events = scan->events},
	};
	runner->phase_ends_ns = runner->phase_started_ns + scan->discard_first_ns +
				(is_timed ? scan->dwell.time_ns : scan->dwell.max_ns);
	runner_beside_open(runner);
	runner_ask(runner);
}

void runner_count_change(struct pl_runner *runner)
{
	if (!runner_is_struck(runner))
		return;
	if (!runner->is_asked) {
		runner_beside_close(runner);
		runner_leave(runner);
		return;
	}
	if (!runner->is_cancelled)
		runner->io.cancel(runner->io.ctx, &runner->request);
	runner->is_cancelled = true;
}

/* Bytes that were on their way when the setting changed must not fall into the window. What a line
 * takes is known from what the last window carried. */
static void warn_of_settle(struct pl_runner *runner, const struct pl_count *count)
{
	double dwell_ns = (double)(count->t1_ns - count->t0_ns), line_ns = 0;
	double least_ns;

	if (count->events > 0 && !isnan(count->occupancy))
		line_ns = count->occupancy * dwell_ns / (double)count->events;
	least_ns = 2 * line_ns + (double)LINE_SLACK_NS;
	if (runner->is_settle_told || runner->scan->until.is_given ||
	    (double)runner->scan->settle_ns >= least_ns)
		return;
	runner->is_settle_told = true;
	runner_say(runner, PL_NOTE_WARNING,
		   "settle is %.3f ms: below two lines of the device and 20 ms (%.3f ms) events of "
		   "the setting before may be counted",
		   (double)runner->scan->settle_ns / 1e6, least_ns / 1e6);
}

static void counted(struct pl_runner *runner, const struct pl_count *count)
{
	runner_block_blank(runner, runner->position);
	runner_block_written(runner);
	runner_block_count(runner, count);
	warn_of_settle(runner, count);
	if (runner_reads_back(runner))
		runner_check_begin(runner);
	else
		runner_go(runner, RUNNER_ROW);
}

static void slept(struct pl_runner *runner, int64_t gap_ns)
{
	char why[PL_REASON_SIZE];

	runner_print(why, sizeof(why), "the machine was suspended for %.3f s",
		     (double)gap_ns / 1e9);
	runner->has_forgotten = true; /* its power may have been off */
	runner_point_end(runner, PL_POINT_VOID, why);
}

static void not_counted(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	char why[PL_REASON_SIZE];

	runner_print(why, sizeof(why), "count: %s: %s", pl_status_name(answer->status),
		     answer->error.text);
	runner_point_end(runner, PL_POINT_INVALID, why);
}

/* A window that ended before a command could cut it off is whole, and kept; but not one that
 * somebody does not want. */
static bool is_in_vain(const struct pl_runner *runner)
{
	return !runner_is_up(runner) || runner->has_forgotten || runner->owes_void ||
	       runner->wish.skip || runner->wish.retake;
}

void runner_count_end(struct pl_runner *runner)
{
	if (is_in_vain(runner))
		runner_leave(runner);
	else
		counted(runner, &runner->counted);
}

void runner_count_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	runner_beside_close(runner);
	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer);
	if (answer->status == PL_OK && !is_in_vain(runner) && answer->count.gap_ns < GAP_NS) {
		runner->counted = answer->count;
		if (runner_has_counters(runner))
			runner_go(runner, RUNNER_TALLY);
		else
			runner_count_end(runner);
	} else if (answer->status == PL_OK && !is_in_vain(runner)) {
		slept(runner, answer->count.gap_ns);
	} else if (runner_is_struck(runner)) {
		runner_leave(runner);
	} else {
		not_counted(runner, answer);
	}
}
