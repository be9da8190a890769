/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_point.c - a point from its first write to its window, and every way it may end: SETTLE.
 *
 * Counts enter a row in one place only, after all writes were confirmed and a window that nothing
 * struck. Every attempt that was begun leaves its rows, void when it was cut off.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

/* ---- its settings, one after the other ---- */

static void write_next(struct pl_runner *runner)
{
	size_t end = runner->position + runner_group(runner, runner->position);
	const struct pl_planned *plan = runner->head->plan;

	while (runner->set_next < end &&
	       runner->units[runner_unit_of(&plan[runner->set_next])].has_ended)
		runner->set_next++;
	if (runner->set_next == end) {
		runner_go(runner, RUNNER_SETTLE);
		return;
	}
	runner_write_begin(runner, RUNNER_POINT, runner_setting_of(&plan[runner->set_next]),
			   plan[runner->set_next].set);
}

void runner_point_begin(struct pl_runner *runner)
{
	runner->places[runner->position].attempts++;
	runner->is_point_begun = true;
	runner->point_started_ns = runner->io.now_mono(runner->io.ctx);
	runner->set_next = runner->position;
	runner->failed_unit = -1;
	runner->checked_ns = 0;
	for (size_t i = 0; i < runner->setting_count; i++) {
		runner->settings[i].report =
		    (struct pl_write_report){.applied = NAN, .readback = NAN};
		runner->settings[i].retries = 0;
	}
	if (runner->scan->axis_kind == PL_AXIS_ONE)
		for (size_t i = 0; i < runner->scan->channel_count; i++)
			runner->status.channels[runner->scan->channels[i].channel].scanned = true;
	write_next(runner);
}

/* What the write under way said, confirmed or not. */
static void keep_report(struct pl_runner *runner)
{
	struct runner_setting *setting = &runner->settings[runner->write.setting];

	setting->report = runner->write.report;
	setting->retries = runner->write.tries - 1;
}

void runner_point_set(struct pl_runner *runner)
{
	keep_report(runner);
	runner->set_next++;
	write_next(runner);
}

void runner_point_unset(struct pl_runner *runner)
{
	bool is_alone = runner_group(runner, runner->position) == 1;
	char reason[PL_REASON_SIZE], why[PL_REASON_SIZE], name[PL_PATH_SIZE];

	keep_report(runner);
	runner->failed_unit = runner_unit_of(&runner->head->plan[runner->set_next]);
	runner_write_reason(runner, reason, sizeof(reason));
	runner_print(why, sizeof(why), "%s%s%s",
		     is_alone ? "" : runner_setting_name(runner, runner->write.setting, name),
		     is_alone ? "" : ": ", reason);
	runner_block_blank(runner, runner->position);
	runner_block_written(runner);
	runner_block_mark(runner, PL_POINT_INVALID, why);
	runner_go(runner, RUNNER_ROW);
}

/* ---- SETTLE ---- */

void runner_settle_enter(struct pl_runner *runner)
{
	int64_t now_ns = runner->phase_started_ns, from_ns = 0;

	for (size_t i = 0; i < runner->setting_count; i++)
		if (runner->settings[i].report.t_confirmed_ns > from_ns)
			from_ns = runner->settings[i].report.t_confirmed_ns;
	if (from_ns <= 0 || from_ns > now_ns)
		from_ns = now_ns;
	runner->deadline_ns = from_ns + runner->scan->settle_ns;
	runner->phase_ends_ns = runner->deadline_ns;
	if (runner->deadline_ns <= now_ns)
		runner_settle_timer(runner);
}

void runner_settle_timer(struct pl_runner *runner)
{
	runner_go(runner, runner->scan->until.is_given ? RUNNER_UNTIL : RUNNER_COUNT);
}

void runner_settle_change(struct pl_runner *runner)
{
	if (runner_is_struck(runner))
		runner_leave(runner);
}

/* ---- ways out, and points that are not measured ---- */

void runner_point_end(struct pl_runner *runner, enum pl_point_quality quality, const char *why)
{
	runner_block_blank(runner, runner->position);
	if (quality != PL_POINT_VOID && quality != PL_POINT_SKIPPED)
		runner_block_written(runner);
	runner_block_mark(runner, quality, why);
	runner_go(runner, RUNNER_ROW);
}

void runner_leave(struct pl_runner *runner)
{
	const char *why = runner_why_struck(runner);

	if (!runner->is_point_begun) {
		runner_turn(runner);
		return;
	}
	if (runner_is_skipped(runner)) {
		runner->wish.skip = false;
		runner_point_end(runner, PL_POINT_SKIPPED, why);
		return;
	}
	runner_point_end(runner, PL_POINT_VOID, why);
}

/* Nobody begins it: its channel was given up, or somebody does not want it. */
void runner_point_skip(struct pl_runner *runner)
{
	runner->places[runner->position].attempts++;
	runner_block_blank(runner, runner->position);
	if (runner->wish.skip)
		runner_block_mark(runner, PL_POINT_SKIPPED, "operator");
	runner->wish.skip = false;
	runner_go(runner, RUNNER_ROW);
}

void runner_point_revoke(struct pl_runner *runner)
{
	size_t place = runner->owes_void     ? runner->counted_place
		       : runner->has_to_void ? runner_place_to_void(runner)
					     : runner->last_place;
	bool is_asked = !runner->owes_void && !runner->has_to_void;

	if (is_asked)
		runner->wish.retake = false;
	runner->is_revoking = true;
	runner_block_blank(runner, place);
	runner_block_mark(runner, PL_POINT_VOID, is_asked ? "operator" : "restarted");
	runner_go(runner, RUNNER_ROW);
}
