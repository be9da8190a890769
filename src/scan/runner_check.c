/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_check.c - what was set is read back once more at the point's end: CHECK. Counts of
 * settings that the device has forgotten without a word are none.
 *
 * What the point set is read first, so that its answer is new; then those that are to be
 * suppressed, which a device that tells all at once answers from the same.
 */
#include "scan/inside.h"

#include <math.h>

static bool is_of_point(const struct pl_runner *runner, int setting)
{
	const struct pl_planned *plan = &runner->head->plan[runner->position];
	size_t count = runner_group(runner, runner->position);

	for (size_t i = 0; i < count; i++)
		if (runner_setting_of(&plan[i]) == setting)
			return true;
	return false;
}

/* First the settings of the point, then the others; -1 = that was all. */
static int setting_at(const struct pl_runner *runner, int number)
{
	int count = (int)runner->setting_count;

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < count; i++)
			if (is_of_point(runner, i) == (round == 0) &&
			    !isnan(runner->settings[i].wanted) && number-- == 0)
				return i;
	return -1;
}

/* A channel that was given up may hold anything: it is in no row. */
void runner_check_begin(struct pl_runner *runner)
{
	const struct pl_planned *plan = &runner->head->plan[runner->position];
	size_t count = runner_group(runner, runner->position);

	for (size_t i = 0; i < runner->setting_count; i++)
		runner->settings[i].wanted =
		    runner->scan->axis_kind == PL_AXIS_CHANNELS ? runner->scan->suppress : NAN;
	for (size_t i = 0; i < count; i++)
		runner->settings[runner_setting_of(&plan[i])].wanted =
		    runner->units[runner_unit_of(&plan[i])].has_ended ? NAN : plan[i].set;
	runner->check_next = 0;
	runner->check_tries = 0;
	runner->checked_ns = 0;
	runner_go(runner, RUNNER_CHECK);
}

void runner_check_enter(struct pl_runner *runner)
{
	int setting = setting_at(runner, runner->check_next);

	if (setting < 0) {
		runner_go(runner, RUNNER_ROW);
		return;
	}
	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_READ,
	    .target = runner->settings[setting].target,
	};
	runner_ask(runner);
}

static void forgot(struct pl_runner *runner, int setting, double wanted, double held)
{
	char why[PL_REASON_SIZE], wrote[PL_NUMBER_SIZE], holds[PL_NUMBER_SIZE], name[PL_PATH_SIZE];

	runner_print(why, sizeof(why), "%s read back as %s instead of %s at its end",
		     runner_setting_name(runner, setting, name), pl_number_format(held, holds),
		     pl_number_format(wanted, wrote));
	runner_forget(runner);
	runner_audit_run(runner, "lost", "mismatch", why);
	runner_place_doubt(runner);
	runner_point_end(runner, PL_POINT_VOID, why);
}

static void unproven(struct pl_runner *runner, enum pl_status status)
{
	char why[PL_REASON_SIZE];

	runner_print(why, sizeof(why), "not read back at its end: %s", pl_status_name(status));
	runner_block_remark(runner, why);
	for (size_t i = 0; i < runner->measure_count; i++)
		if (runner->rows[i].quality == PL_POINT_OK)
			runner->rows[i].quality = PL_POINT_SUSPECT;
	runner->checked_ns = 0;
	runner_go(runner, RUNNER_ROW);
}

static void ask_again(struct pl_runner *runner, enum pl_status status)
{
	if (++runner->check_tries < runner->scan->retry_tries)
		runner_go(runner, RUNNER_CHECK);
	else
		unproven(runner, status);
}

/* An answer that does not come proves nothing: the line may be full of a noisy channel, or the
 * device be restarting. It is asked again; counts that stay unproven are said to be. What a device
 * says it cannot tell at all is not held against it. */
static void not_read(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (answer->status == PL_ERR_UNSUPPORTED && runner->set_device != 0) {
		runner->cannot_read_back = true;
		runner_go(runner, RUNNER_ROW);
		return;
	}
	if (answer->status == PL_ERR_CANCELLED || answer->status == PL_ERR_UNSUPPORTED)
		unproven(runner, answer->status);
	else
		ask_again(runner, answer->status);
}

static void was_read(struct pl_runner *runner, const struct pl_reading *reading)
{
	int setting = setting_at(runner, runner->check_next);
	double wanted = runner->settings[setting].wanted, held = reading->value.number;
	const struct pl_point *row = runner->rows;

	while (row < runner->rows + runner->measure_count - 1 && row->t_mono_ns == 0)
		row++;
	if (reading->t_mono_ns < row->t_mono_ns + row->dwell_ns) {
		ask_again(runner, PL_ERR_UNANSWERED); /* shared with an older question */
		return;
	}
	if (runner_differs(runner, setting, wanted, held)) {
		forgot(runner, setting, wanted, held);
		return;
	}
	runner->checked_ns = reading->t_mono_ns;
	runner->check_next++;
	runner_go(runner, RUNNER_CHECK);
}

void runner_check_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer);
	if (!runner_is_up(runner) || runner->has_forgotten || runner->owes_void ||
	    runner->wish.skip || runner->wish.retake)
		runner_leave(runner);
	else if (answer->status != PL_OK || answer->reading.quality != PL_QUALITY_OK)
		not_read(runner, answer);
	else
		was_read(runner, &answer->reading);
}
