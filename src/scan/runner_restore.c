/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_restore.c - every way out: the settings go back, confirmed.
 *
 * The values are fixed before the first write and stand in run.yaml and the state file until they
 * are confirmed. Nothing cuts a restore off; it is bounded by its tries. With a dead port there is
 * nothing to write to: that is said, the state file keeps the debt, and the run has failed.
 */
#include "scan/inside.h"

#include <math.h>

#define ROUNDS 5 /* of a device that restarts while it is being restored */

static double configured(const struct pl_runner *runner, size_t channel)
{
	return runner->device->spec.channels[channel].threshold;
}

void runner_restore_values(struct pl_runner *runner, const double *held, const double *previous)
{
	for (size_t c = 0; c < PL_CHANNELS_MAX; c++)
		runner->status.restore[c] = runner->known[c] = NAN;
	for (size_t c = 0; c < runner->device->spec.channel_count; c++) {
		const double values[] = {
		    [PL_RESTORE_PREVIOUS] =
			isnan(previous[c]) ? configured(runner, c) : previous[c],
		    [PL_RESTORE_CONFIGURED] = configured(runner, c),
		    [PL_RESTORE_SUPPRESS] = runner->scan->suppress,
		    [PL_RESTORE_KEEP] = NAN,
		};

		runner->known[c] = held[c];
		runner->had_previous[c] = !isnan(previous[c]);
		runner->status.restore[c] = values[runner->scan->restore];
	}
}

bool runner_pending(struct pl_runner *runner, struct pl_write *out)
{
	struct pl_pending *pending = &out->pending;

	*out = runner_message(runner, PL_WRITE_PENDING, PL_BOOK_BENCH);
	pending->run = runner->head->folder.number;
	for (size_t c = 0; c < runner->device->spec.channel_count; c++) {
		if (isnan(runner->status.restore[c]))
			continue;
		pl_bench_path(runner->head->bench, runner_target(runner, (int)c),
			      pending->items[pending->count].path);
		pending->items[pending->count++].value = runner->status.restore[c];
	}
	return pending->count > 0;
}

/* ---- writing them ---- */

static void begin_round(struct pl_runner *runner)
{
	runner->restore_next = 0;
	runner->is_restored_anew = false;
	for (size_t c = 0; c < PL_CHANNELS_MAX; c++)
		runner->status.restore_confirmed[c] = false;
}

static void check_channels(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->scan->channel_count; i++)
		if (!runner->channels[runner->scan->channels[i].channel].has_ended)
			return;
	runner_fail(
	    runner, "every channel was given up; the last: %s",
	    runner->status.channels[runner->scan->channels[runner->scan->channel_count - 1].channel]
		.error);
}

/* The workspace failed before any write had left: the device is as it was. */
static void leave_untouched(struct pl_runner *runner)
{
	for (size_t c = 0; c < PL_CHANNELS_MAX; c++)
		runner->status.restore[c] = NAN;
	runner_go(runner, RUNNER_FINISH);
}

void runner_restore_begin(struct pl_runner *runner)
{
	if (runner->has_failed && !runner->has_touched) {
		leave_untouched(runner);
		return;
	}
	runner->is_restoring = true;
	runner->restore_rounds = 1;
	begin_round(runner);
	if (runner_is_complete(runner))
		check_channels(runner);
	runner_say(runner, PL_NOTE_INFO, "putting the settings back");
	runner_restore_next(runner);
}

/* Loud in every case; fatal when the run is to end with it. */
static void unconfirmed(struct pl_runner *runner, int channel, const char *why)
{
	const char *name = runner->device->spec.channels[channel].name;
	char value[PL_NUMBER_SIZE];

	pl_number_format(runner->status.restore[channel], value);
	if (runner_is_ending(runner))
		runner_fail(runner, "%s was NOT put back to %s: %s", name, value, why);
	else
		runner_say(runner, PL_NOTE_WARNING, "%s was NOT put back to %s: %s", name, value,
			   why);
}

static bool is_put_back(const struct pl_runner *runner)
{
	for (size_t c = 0; c < runner->device->spec.channel_count; c++)
		if (!isnan(runner->status.restore[c]) && !runner->status.restore_confirmed[c])
			return false;
	return true;
}

static void stay_paused(struct pl_runner *runner)
{
	const char *reason = is_put_back(runner) ? "safe state" : "safe state NOT confirmed";

	runner->wish.safe = false;
	runner->ready_channel = -1;
	if (runner_state(runner, PL_RUN_PAUSE, reason) || !runner->has_failed)
		pl_text_copy(runner->status.reason, sizeof(runner->status.reason), reason);
	runner_say(runner, PL_NOTE_WARNING, "%s", reason);
	runner_turn(runner);
}

/* It went away or restarted in the last round too: nobody knows what it holds. */
static void never_at_rest(struct pl_runner *runner)
{
	begin_round(runner);
	for (size_t c = 0; c < runner->device->spec.channel_count; c++)
		if (!isnan(runner->status.restore[c]))
			unconfirmed(runner, (int)c, "it was lost or restarted again and again");
}

static void all_done(struct pl_runner *runner)
{
	if (runner->is_restored_anew)
		never_at_rest(runner);
	runner->is_restoring = false;
	if (runner->owes_void)
		runner_turn(runner); /* the last point was of a device that had restarted */
	else if (!runner_is_ending(runner))
		stay_paused(runner);
	else if (is_put_back(runner))
		runner_go(runner, RUNNER_CLEAR);
	else if (!runner->has_failed)
		runner_turn(runner); /* begun as a safe state, which may fail; now it may not */
	else
		runner_go(runner, RUNNER_FINISH);
}

void runner_restore_next(struct pl_runner *runner)
{
	int channels = (int)runner->device->spec.channel_count;

	for (;;) {
		int next = runner->restore_next++;

		if (next >= channels && runner->is_restored_anew &&
		    runner->restore_rounds++ < ROUNDS) {
			begin_round(runner);
			continue;
		}
		if (next >= channels)
			break;
		if (isnan(runner->status.restore[next]))
			continue;
		if (runner->is_device_up) {
			runner_write_begin(runner, RUNNER_RESTORE, next,
					   runner->status.restore[next]);
			return;
		}
		unconfirmed(runner, next, "the device is lost");
	}
	all_done(runner);
}

void runner_restore_confirmed(struct pl_runner *runner)
{
	runner->status.restore_confirmed[runner->write.channel] = true;
	runner_restore_next(runner);
}

void runner_restore_failed(struct pl_runner *runner)
{
	char reason[PL_RUN_TEXT_SIZE];

	runner_write_reason(runner, reason, sizeof(reason));
	unconfirmed(runner, runner->write.channel, reason);
	runner_restore_next(runner);
}
