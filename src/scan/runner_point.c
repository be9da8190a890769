/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_point.c - a point from its confirmed write to its row: SETTLE, COUNT.
 *
 * Counts enter a row in one place only, after a confirmed write and a window that nothing struck.
 * Every attempt that was begun leaves one row, void when it was cut off.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

/* Less than this is not a suspended machine. */
#define GAP_NS PL_NS_PER_MS

void runner_point_begin(struct pl_runner *runner)
{
	const struct pl_planned *planned = &runner->head->plan[runner->position];

	runner->attempts[runner->position]++;
	runner->is_point_begun = true;
	runner->point_started_ns = runner->io.now_mono(runner->io.ctx);
	runner_write_begin(runner, RUNNER_POINT, planned->channel, planned->set);
}

void runner_point_set(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_SETTLE);
}

/* The row of a point whose write ended so or so. */
static struct pl_point written_row(const struct pl_runner *runner)
{
	struct pl_point row = runner_row_blank(runner);

	row.applied = runner->write.report.applied;
	row.readback = runner->write.report.readback;
	row.retries = runner->write.tries - 1;
	return row;
}

void runner_point_unset(struct pl_runner *runner)
{
	struct pl_point row = written_row(runner);

	row.quality = PL_POINT_INVALID;
	runner_write_reason(runner, row.reason, sizeof(row.reason));
	runner_row_write(runner, &row);
}

/* ---- SETTLE ---- */

void runner_settle_enter(struct pl_runner *runner)
{
	int64_t now_ns = runner->phase_started_ns;
	int64_t from_ns = runner->write.report.t_confirmed_ns;

	if (from_ns <= 0 || from_ns > now_ns)
		from_ns = now_ns;
	runner->deadline_ns = from_ns + runner->scan->settle_ns;
	runner->phase_ends_ns = runner->deadline_ns;
	if (runner->deadline_ns <= now_ns)
		runner_go(runner, RUNNER_COUNT);
}

void runner_settle_timer(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_COUNT);
}

void runner_settle_change(struct pl_runner *runner)
{
	if (runner_is_struck(runner))
		runner_leave(runner);
}

/* ---- COUNT ---- */

void runner_count_enter(struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;

	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_COUNT,
	    .target = runner_target(runner, runner->write.channel),
	    .window = {.discard_ns = scan->discard_first_ns,
		       .dwell = scan->dwell,
		       .wants_events = scan->events},
	};
	runner->phase_ends_ns =
	    runner->phase_started_ns + scan->discard_first_ns + scan->dwell.time_ns;
	runner_ask(runner);
}

void runner_count_change(struct pl_runner *runner)
{
	if (!runner_is_struck(runner))
		return;
	if (!runner->is_asked)
		runner_leave(runner);
	else if (!runner->is_cancelled)
		runner->io.cancel(runner->io.ctx, &runner->request);
	runner->is_cancelled = true;
}

static void make_void(struct pl_runner *runner, const char *why)
{
	struct pl_point row = runner_row_blank(runner);

	row.quality = PL_POINT_VOID;
	pl_text_copy(row.reason, sizeof(row.reason), why);
	runner_row_write(runner, &row);
}

static void counted(struct pl_runner *runner, const struct pl_count *count)
{
	runner->row = written_row(runner);
	pl_text_copy(runner->row.reason, sizeof(runner->row.reason), runner->write.report.reason);
	runner_row_count(runner, count, &runner->row);
	runner->check_next = 0;
	runner->check_tries = 0;
	runner->checked_ns = 0;
	if (runner->status.identity.reads_back)
		runner_go(runner, RUNNER_CHECK);
	else
		runner_go(runner, RUNNER_ROW);
}

static void slept(struct pl_runner *runner, int64_t gap_ns)
{
	char why[PL_REASON_SIZE];

	runner_print(why, sizeof(why), "the machine was suspended for %.3f s",
		     (double)gap_ns / 1e9);
	runner->has_forgotten = true; /* its power may have been off */
	make_void(runner, why);
}

static void not_counted(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	struct pl_point row = written_row(runner);

	row.quality = PL_POINT_INVALID;
	runner_print(row.reason, sizeof(row.reason), "count: %s: %s",
		     pl_status_name(answer->status), answer->error.text);
	runner_row_write(runner, &row);
}

/* A window that ended before a command could cut it off is whole, and kept. */
void runner_count_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	bool is_in_vain = !runner->is_device_up || runner->has_forgotten || runner->owes_void;

	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer->error.text);
	if (answer->status == PL_OK && !is_in_vain && answer->count.gap_ns < GAP_NS)
		counted(runner, &answer->count);
	else if (answer->status == PL_OK && !is_in_vain)
		slept(runner, answer->count.gap_ns);
	else if (runner_is_struck(runner))
		runner_leave(runner);
	else
		not_counted(runner, answer);
}

/* ---- CHECK: counts of settings that the device has forgotten without a word are none ----
 *
 * The scanned channel is read first, so that its answer is new; then those that are to be
 * suppressed, which a device that tells all at once answers from the same. */

static int checked_channel(const struct pl_runner *runner)
{
	int scanned = runner->write.channel, next = runner->check_next;

	if (next == 0)
		return scanned;
	return next <= scanned ? next - 1 : next;
}

void runner_check_enter(struct pl_runner *runner)
{
	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_READ,
	    .target = runner_target(runner, checked_channel(runner)),
	};
	runner_ask(runner);
}

static void forgot(struct pl_runner *runner, int channel, double wanted, double held)
{
	char why[PL_REASON_SIZE], wrote[PL_NUMBER_SIZE], holds[PL_NUMBER_SIZE];

	runner_print(why, sizeof(why), "%s read back as %s instead of %s at its end",
		     runner->device->spec.channels[channel].name, pl_number_format(held, holds),
		     pl_number_format(wanted, wrote));
	for (size_t c = 0; c < runner->device->spec.channel_count; c++)
		runner_known(runner, (int)c, NAN);
	runner->has_forgotten = true;
	runner_audit_run(runner, "lost", "mismatch", why);
	make_void(runner, why);
}

/* An answer that does not come proves nothing: the line may be full of a noisy channel, or the
 * device be restarting. It is asked again; counts that stay unproven are said to be. */
static void not_read(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	char why[PL_REASON_SIZE];

	if (++runner->check_tries < runner->scan->retry_tries &&
	    answer->status != PL_ERR_CANCELLED && answer->status != PL_ERR_UNSUPPORTED) {
		runner_go(runner, RUNNER_CHECK);
		return;
	}
	runner_print(why, sizeof(why), "not read back at its end: %s",
		     pl_status_name(answer->status));
	runner_row_remark(&runner->row, why);
	if (runner->row.quality == PL_POINT_OK)
		runner->row.quality = PL_POINT_SUSPECT;
	runner_go(runner, RUNNER_ROW);
}

static void checked(struct pl_runner *runner, const struct pl_reading *reading)
{
	runner->checked_ns = reading->t_mono_ns;
	runner_go(runner, RUNNER_ROW);
}

static void was_read(struct pl_runner *runner, const struct pl_reading *reading)
{
	double held = reading->value.number;
	int channel = checked_channel(runner);
	double wanted = channel == runner->write.channel ? runner->row.set : runner->scan->suppress;

	if (reading->t_mono_ns < runner->row.t_mono_ns + runner->row.dwell_ns)
		runner_go(runner, RUNNER_CHECK); /* shared with an older question: ask anew */
	else if (runner_differs(runner, wanted, held))
		forgot(runner, channel, wanted, held);
	else if (++runner->check_next < (int)runner->device->spec.channel_count)
		runner_go(runner, RUNNER_CHECK);
	else
		checked(runner, reading);
}

void runner_check_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (answer->status == PL_ERR_LOST)
		runner_line_lost(runner, answer->error.text);
	if (!runner->is_device_up || runner->has_forgotten || runner->owes_void)
		runner_leave(runner);
	else if (answer->status != PL_OK || answer->reading.quality != PL_QUALITY_OK)
		not_read(runner, answer);
	else
		was_read(runner, &answer->reading);
}

/* ---- ways out, and points that are not measured ---- */

void runner_leave(struct pl_runner *runner)
{
	if (runner->is_point_begun)
		make_void(runner, runner_why_struck(runner));
	else
		runner_turn(runner);
}

void runner_point_skip(struct pl_runner *runner)
{
	struct pl_point row;

	runner->attempts[runner->position]++;
	row = runner_row_blank(runner);
	row.quality = PL_POINT_SKIPPED;
	pl_text_copy(row.reason, sizeof(row.reason),
		     runner->channels[runner->head->plan[runner->position].channel].why);
	runner_row_write(runner, &row);
}

void runner_point_revoke(struct pl_runner *runner)
{
	runner->position--;
	runner->is_revoking = true;
	make_void(runner, "restarted");
}
