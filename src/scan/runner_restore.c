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

bool runner_pending(struct pl_runner *runner, struct pl_write *out)
{
	struct pl_pending *pending = &out->pending;

	*out = runner_message(runner, PL_WRITE_PENDING, PL_BOOK_BENCH);
	pending->run = runner->head->folder.number;
	for (size_t c = 0; c < runner->setting_count; c++) {
		if (isnan(runner->status.restore[c]))
			continue;
		pl_bench_path(runner->head->bench, runner->settings[c].target,
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

/* The last error of a scan that gave everything up. */
static void check_units(struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;
	bool is_one = scan->axis_kind == PL_AXIS_ONE;
	int last = scan->channels[scan->channel_count - 1].channel;

	for (size_t i = 0; i < scan->channel_count && !is_one; i++)
		if (!runner->units[scan->channels[i].channel].has_ended)
			return;
	if (!is_one)
		runner_fail(runner, "every channel was given up; the last: %s",
			    runner->status.channels[last].error);
	else if (runner->units[PL_CHANNELS_MAX].has_ended)
		runner_fail(runner, "the scan was given up: %s",
			    runner->status.channels[last].error);
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
		check_units(runner);
	runner_say(runner, PL_NOTE_INFO, "putting the settings back");
	runner_restore_next(runner);
}

/* Loud in every case; fatal when the run is to end with it. */
static void unconfirmed(struct pl_runner *runner, int setting, const char *why)
{
	char value[PL_NUMBER_SIZE], path[PL_PATH_SIZE];
	const char *name = runner_setting_name(runner, setting, path);

	pl_number_format(runner->status.restore[setting], value);
	if (runner_is_ending(runner))
		runner_fail(runner, "%s was NOT put back to %s: %s", name, value, why);
	else
		runner_say(runner, PL_NOTE_WARNING, "%s was NOT put back to %s: %s", name, value,
			   why);
}

static bool is_put_back(const struct pl_runner *runner)
{
	for (size_t c = 0; c < runner->setting_count; c++)
		if (!isnan(runner->status.restore[c]) && !runner->status.restore_confirmed[c])
			return false;
	return true;
}

/* `restore: keep`, or nothing was known to go back to. */
static bool is_kept(const struct pl_runner *runner)
{
	for (size_t c = 0; c < runner->setting_count; c++)
		if (!isnan(runner->status.restore[c]))
			return false;
	return true;
}

static void stay_paused(struct pl_runner *runner)
{
	const char *reason = is_kept(runner)	   ? "kept: nothing is put back"
			     : is_put_back(runner) ? "safe state"
						   : "safe state NOT confirmed";

	runner->wish.safe = false;
	runner->ready_channel = RUNNER_NOT_READY;
	if (runner_state(runner, PL_RUN_PAUSE, reason) || !runner->has_failed)
		pl_text_copy(runner->status.reason, sizeof(runner->status.reason), reason);
	runner_say(runner, PL_NOTE_WARNING, "%s", reason);
	runner_turn(runner);
}

/* It went away or restarted in the last round too: nobody knows what it holds. */
static void never_at_rest(struct pl_runner *runner)
{
	begin_round(runner);
	for (size_t c = 0; c < runner->setting_count; c++)
		if (!isnan(runner->status.restore[c]))
			unconfirmed(runner, (int)c, "it was lost or restarted again and again");
}

static void all_done(struct pl_runner *runner)
{
	if (runner->is_restored_anew)
		never_at_rest(runner);
	runner->is_restoring = false;
	if (runner->owes_void || runner->has_to_void)
		runner_turn(runner); /* the last point was of a device that had restarted */
	else if (!runner_is_ending(runner))
		stay_paused(runner);
	else if (is_put_back(runner))
		runner_go(runner, RUNNER_CLEAR);
	else if (!runner->has_failed)
		runner_turn(runner); /* begun as a safe state, which may fail; now it may not */
	else
		runner_go(runner, RUNNER_LAST_SURVEY);
}

/* A memory that wears out is not written with what it holds. */
static bool is_needless(const struct pl_runner *runner, int setting)
{
	const struct runner_setting *kept = &runner->settings[setting];

	return (kept->parameter->persistent || kept->is_switch) && !isnan(kept->known) &&
	       runner_is_set_up(runner) &&
	       !runner_differs(runner, setting, runner->status.restore[setting], kept->known);
}

void runner_restore_next(struct pl_runner *runner)
{
	int settings = (int)runner->setting_count;

	for (;;) {
		int next = runner->restore_next++;

		if (next >= settings && runner->is_restored_anew &&
		    runner->restore_rounds++ < ROUNDS) {
			begin_round(runner);
			continue;
		}
		if (next >= settings)
			break;
		if (isnan(runner->status.restore[next]))
			continue;
		if (is_needless(runner, next)) {
			runner->status.restore_confirmed[next] = true;
			continue;
		}
		if (runner_is_set_up(runner)) {
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
	runner->status.restore_confirmed[runner->write.setting] = true;
	runner_restore_next(runner);
}

void runner_restore_failed(struct pl_runner *runner)
{
	char reason[PL_RUN_TEXT_SIZE];

	runner_write_reason(runner, reason, sizeof(reason));
	unconfirmed(runner, runner->write.setting, reason);
	runner_restore_next(runner);
}
