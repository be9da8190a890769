/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_until.c - after the settle: until a reading is where it should be: UNTIL.
 *
 * It is asked for again and again, one question at a time. An answer that does not come is no
 * reading; how long all of it may take is bounded.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

/* The set value of the point; of a parallel one, that of its first channel. */
static double target(const struct pl_runner *runner)
{
	return runner->head->plan[runner->position].set;
}

void runner_until_enter(struct pl_runner *runner)
{
	const struct pl_until *rule = &runner->scan->until;

	pl_until_begin(&runner->until, rule, target(runner), runner->phase_started_ns);
	runner->phase_ends_ns = runner->phase_started_ns + rule->at_most_ns;
	runner_until_timer(runner);
}

/* For a reading's turn, or because the bus had no room. */
void runner_until_timer(struct pl_runner *runner)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	if (pl_until_judge(&runner->until, now_ns) != PL_UNTIL_WAIT) {
		runner_until_over(runner);
		return;
	}
	runner->until_next_ns = now_ns + pl_until_period(&runner->scan->until);
	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_READ,
	    .target = runner->scan->until.target,
	};
	runner_ask(runner);
}

static void too_late(struct pl_runner *runner)
{
	const struct pl_until *rule = &runner->scan->until;
	char why[PL_REASON_SIZE], value[PL_NUMBER_SIZE], wanted[PL_NUMBER_SIZE];

	bool is_there = fabs(runner->until.value - runner->until.target) <= rule->within;

	runner_print(
	    why, sizeof(why), "%.40s is %s, not %s%s, after %.3g s", rule->path,
	    isnan(runner->until.value) ? "unknown" : pl_number_format(runner->until.value, value),
	    is_there ? "yet for long enough at " : "",
	    pl_number_format(runner->until.target, wanted), (double)rule->at_most_ns / 1e9);
	if (rule->otherwise == PL_UNTIL_ASK) {
		runner->wish.pause = true;
		pl_text_copy(runner->pause_text, sizeof(runner->pause_text), why);
		runner_point_end(runner, PL_POINT_VOID, why);
		return;
	}
	if (rule->otherwise == PL_UNTIL_STOP) {
		runner->wish.stop = true;
		pl_text_copy(runner->stop_text, sizeof(runner->stop_text), why);
		runner_audit_run(runner, "run.stop", "", why);
	}
	runner_point_end(runner, PL_POINT_OUT_OF_TOLERANCE, why);
}

void runner_until_over(struct pl_runner *runner)
{
	if (pl_until_judge(&runner->until, runner->io.now_mono(runner->io.ctx)) == PL_UNTIL_REACHED)
		runner_go(runner, RUNNER_COUNT);
	else
		too_late(runner);
}

void runner_until_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);
	int64_t asked_ns = runner->until_next_ns - pl_until_period(&runner->scan->until);

	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer);
	if (runner_is_struck(runner)) {
		runner_leave(runner);
		return;
	}
	if (answer->status == PL_OK && answer->reading.quality == PL_QUALITY_OK)
		pl_until_feed(&runner->until, answer->reading.value.number,
			      answer->reading.t_mono_ns, now_ns - asked_ns);
	if (pl_until_judge(&runner->until, now_ns) != PL_UNTIL_WAIT)
		runner_until_over(runner);
	else
		runner->deadline_ns =
		    runner->until_next_ns > now_ns ? runner->until_next_ns : now_ns;
}

void runner_until_change(struct pl_runner *runner)
{
	if (!runner_is_struck(runner))
		return;
	if (!runner->is_asked) {
		runner_leave(runner);
		return;
	}
	if (!runner->is_cancelled)
		runner->io.cancel(runner->io.ctx, &runner->request);
	runner->is_cancelled = true;
}
