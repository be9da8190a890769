/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_write.c - one setting into the device, confirmed or not: SENT, WRITE, RETRY.
 *
 * The bytes leave only after the audit row `sent` is on disk. Each try leaves a result row in the
 * audit log and a row in threshold_operations. What the answer does not prove is unknown: only a
 * confirmed write and a read-back give a value.
 */
#include "scan/inside.h"

#include "plateau/clock.h"
#include "store/begun.h"

#include <math.h>

#define FIRM_TRIES 20 /* of suppress and restore */
#define FIRM_NS	   (30 * PL_NS_PER_S)

static const struct {
	const char *name;   /* of the phase, and the audit row's detail */
	const char *action; /* of the audit row */
	void (*on_confirmed)(struct pl_runner *runner);
	void (*on_failed)(struct pl_runner *runner);
} purposes[] = {
    [RUNNER_SUPPRESS] = {.name = "suppress",
			 .action = "set",
			 .on_confirmed = runner_suppress_next,
			 .on_failed = runner_suppress_failed},
    [RUNNER_POINT] = {.name = "write",
		      .action = "set",
		      .on_confirmed = runner_point_set,
		      .on_failed = runner_point_unset},
    [RUNNER_RESTORE] = {.name = "restore",
			.action = "restore",
			.on_confirmed = runner_restore_confirmed,
			.on_failed = runner_restore_failed},
};

const char *runner_write_name(const struct pl_runner *runner)
{
	const struct runner_write *write = &runner->write;

	/* Where a channel would be suppressed: the device is asked to spare its memory. */
	if (write->purpose == RUNNER_SUPPRESS && runner->settings[write->setting].is_switch)
		return "volatile writes";
	return purposes[write->purpose].name;
}

void runner_write_begin(struct pl_runner *runner, enum runner_purpose purpose, int setting,
			double value)
{
	runner->write = (struct runner_write){.purpose = purpose,
					      .setting = setting,
					      .value = value,
					      .first_ns = runner->io.now_mono(runner->io.ctx)};
	runner_go(runner, RUNNER_SENT);
}

static struct pl_write audit_row(struct pl_runner *runner, const char *status, const char *detail)
{
	const struct runner_write *write = &runner->write;
	struct pl_write message =
	    runner_audit(runner, purposes[write->purpose].action, status, detail);

	message.audit.old_value = write->old;
	message.audit.new_value = write->value;
	pl_bench_path(runner->head->bench, runner->settings[write->setting].target,
		      message.audit.target);
	return message;
}

/* ---- SENT ---- */

/* What tells a resume which attempt was cut off. */
static const char *point_in_words(const struct pl_runner *runner, char out[PL_BEGUN_SIZE])
{
	return pl_begun_format(runner->head->plan[runner->position].index,
			       runner->places[runner->position].attempts, out);
}

void runner_sent_enter(struct pl_runner *runner)
{
	struct runner_write *write = &runner->write;
	struct pl_write message;
	char detail[PL_BEGUN_SIZE + 16], point[PL_BEGUN_SIZE];

	write->tries++;
	write->old = runner->settings[write->setting].known;
	runner_print(detail, sizeof(detail), "%s, try %u",
		     write->purpose == RUNNER_POINT ? point_in_words(runner, point)
						    : runner_write_name(runner),
		     write->tries);
	message = audit_row(runner, "sent", detail);
	runner_await(runner, &message);
}

static void not_sent(struct pl_runner *runner)
{
	struct pl_write message = audit_row(runner, "cancelled", "not sent");

	runner_post(runner, &message);
	runner_leave(runner);
}

void runner_sent_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	(void)ack; /* a row that cannot be written ends the run, but never keeps a restore back */
	if (runner_wants_out(runner))
		not_sent(runner);
	else
		runner_go(runner, RUNNER_WRITE);
}

/* ---- WRITE ---- */

void runner_write_enter(struct pl_runner *runner)
{
	runner->has_touched = true;
	runner->request = (struct pl_bus_request){
	    .verb = PL_BUS_WRITE,
	    .target = runner->settings[runner->write.setting].target,
	    .value = runner->write.value,
	};
	runner_ask(runner);
}

void runner_write_change(struct pl_runner *runner)
{
	if (!runner_is_struck(runner))
		return;
	if (!runner->is_asked)
		not_sent(runner);
	else if (!runner->is_cancelled)
		runner->io.cancel(runner->io.ctx, &runner->request);
	runner->is_cancelled = true;
}

bool runner_differs(const struct pl_runner *runner, int setting, double wanted, double value)
{
	const struct pl_parameter *axis = runner->settings[setting].parameter;
	double slack = axis->step > 0 ? axis->step / 2 : 1e-6 * fmax(1, fabs(wanted));

	return !isnan(value) && !(fabs(value - wanted) <= slack);
}

static const struct pl_write_report nothing_known = {.applied = NAN, .readback = NAN};

/* Believes of the answer what it proves. */
static void judge(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	struct runner_write *write = &runner->write;
	char wrote[PL_NUMBER_SIZE], holds[PL_NUMBER_SIZE];
	char name[PL_PATH_SIZE];
	double held;

	write->error = answer->error;
	write->error.code = answer->status;
	write->report = nothing_known;
	if (answer->status == PL_OK || answer->status == PL_ERR_MISMATCH)
		write->report = answer->report;
	if (answer->status == PL_OK && isnan(write->report.applied))
		write->report.applied = write->value;
	held = write->report.applied;
	if (runner_differs(runner, write->setting, write->value, write->report.readback))
		held = write->report.readback;
	if (answer->status == PL_OK && runner_differs(runner, write->setting, write->value, held))
		pl_error_set(&write->error, PL_ERR_MISMATCH,
			     runner_setting_name(runner, write->setting, name),
			     "wrote %s, the device holds %s", pl_number_format(write->value, wrote),
			     pl_number_format(held, holds));
	if (write->error.code != PL_OK)
		write->report.applied = NAN;
}

void runner_write_reason(const struct pl_runner *runner, char *out, size_t cap)
{
	const struct pl_error *error = &runner->write.error;
	const char *text = error->text[0] ? error->text : pl_status_text(error->code);

	runner_print(out, cap, "%s: %s%s%s", pl_status_name(error->code), text,
		     error->cause[0] ? ": " : "", error->cause);
}

static void note_known(struct pl_runner *runner)
{
	const struct runner_write *write = &runner->write;

	switch (write->error.code) {
	case PL_OK: /* it may have come before a restart that is told already */
		runner_known(
		    runner, write->setting,
		    runner->has_forgotten && !runner->is_restoring ? NAN : write->report.applied);
		break;
	case PL_ERR_REFUSED: /* the device said no: it keeps what it had */
		break;
	default:
		runner_known(runner, write->setting, write->report.readback);
		break;
	}
}

/* The list of operations is one of channels: an axis that is none has its audit rows. */
static void note_operation(struct pl_runner *runner, const char *reason)
{
	const struct runner_write *write = &runner->write;
	struct pl_target target = runner->settings[write->setting].target;
	struct pl_write message = runner_message(runner, PL_WRITE_OPERATION, PL_BOOK_RUN);

	if (target.channel < 0)
		return;
	message.operation = (struct pl_operation){
	    .channel_id =
		runner->head->bench->devices[target.device].spec.channels[target.channel].id,
	    .old_value = write->old,
	    .new_value = write->value,
	};
	pl_text_copy(message.operation.status, sizeof(message.operation.status), reason);
	runner_post(runner, &message);
}

/* The device's own switch is known to keep writes out of its memory. */
static bool is_volatile(const struct pl_runner *runner)
{
	const double known = runner->settings[1].known;

	return runner->scan->has_switch && !isnan(known) &&
	       !runner_differs(runner, 1, runner->scan->switch_on, known);
}

/* Whatever was answered, or not: only a refusal says that nothing was written. */
static void count_wear(struct pl_runner *runner)
{
	const struct runner_write *write = &runner->write;

	if (runner->settings[write->setting].parameter->persistent && !is_volatile(runner) &&
	    write->error.code != PL_ERR_REFUSED)
		runner->status.memory_writes++;
}

static void note_result(struct pl_runner *runner)
{
	const struct runner_write *write = &runner->write;
	bool is_confirmed = write->error.code == PL_OK;
	struct pl_write message;
	char reason[PL_RUN_TEXT_SIZE] = "success", name[PL_PATH_SIZE];

	if (!is_confirmed)
		runner_write_reason(runner, reason, sizeof(reason));
	note_operation(runner, reason);
	message = audit_row(runner, pl_status_name(write->error.code),
			    is_confirmed ? write->report.reason : reason);
	runner_post(runner, &message);
	count_wear(runner);
	note_known(runner);
	if (!is_confirmed)
		runner_say(runner, PL_NOTE_WARNING, "%s of %s, try %u: %s",
			   runner_write_name(runner),
			   runner_setting_name(runner, write->setting, name), write->tries, reason);
}

static bool may_try_again(const struct pl_runner *runner)
{
	const struct runner_write *write = &runner->write;

	if (write->purpose == RUNNER_POINT)
		return write->tries < runner->scan->retry_tries;
	return write->tries < FIRM_TRIES &&
	       runner->io.now_mono(runner->io.ctx) - write->first_ns < FIRM_NS;
}

void runner_write_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	const struct runner_write *write = &runner->write;

	judge(runner, answer);
	note_result(runner);
	if (write->error.code == PL_ERR_LOST)
		runner_line_lost(runner, answer);
	if (write->error.code == PL_OK) {
		runner_proven(runner, write->report.t_confirmed_ns);
		runner->measured_writes++;
		runner->measured_writes_ns +=
		    runner->io.now_mono(runner->io.ctx) - runner->phase_started_ns;
	}
	if (runner_wants_out(runner))
		runner_leave(runner);
	else if (write->error.code == PL_OK)
		purposes[write->purpose].on_confirmed(runner);
	else if (may_try_again(runner))
		runner_go(runner, RUNNER_RETRY);
	else
		purposes[write->purpose].on_failed(runner);
}

/* ---- RETRY ---- */

void runner_retry_enter(struct pl_runner *runner)
{
	runner->deadline_ns = runner->phase_started_ns + runner->scan->retry_wait_ns;
	runner->phase_ends_ns = runner->deadline_ns;
}

void runner_retry_timer(struct pl_runner *runner)
{
	runner_go(runner, RUNNER_SENT);
}

void runner_retry_change(struct pl_runner *runner)
{
	if (runner_wants_out(runner))
		runner_leave(runner);
}
