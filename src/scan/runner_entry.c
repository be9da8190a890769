/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_entry.c - the calls of runner.h: what happens comes in here, and is given to the phase.
 *
 * Every call works to its end and leaves one timer behind. Engine thread.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static void leave(struct pl_runner *runner)
{
	int64_t due_ns = runner_outbox_due(runner);

	if (runner->is_over_told)
		return;
	if (runner->phase == RUNNER_OVER) {
		runner->is_over_told = true;
		runner->io.timer(runner->io.ctx, PL_NEVER);
		runner->io.over(runner->io.ctx, &runner->status);
		return;
	}
	if (runner->deadline_ns < due_ns)
		due_ns = runner->deadline_ns;
	runner->io.timer(runner->io.ctx, due_ns);
}

enum pl_status pl_runner_new(const struct pl_run_head *head, const struct pl_scan_io *io,
			     const double *held, const double *previous, struct pl_runner **out,
			     struct pl_error *error)
{
	struct pl_runner *runner = calloc(1, sizeof(*runner));

	*out = runner;
	if (!runner)
		return pl_error_set(error, PL_ERR_MEMORY, "", "not enough memory for the scan");
	runner->head = head;
	runner->scan = head->scan;
	runner->device = head->scan->device;
	runner->io = *io;
	runner->deadline_ns = PL_NEVER;
	runner->ready_channel = -1;
	runner->status = (struct pl_run_status){.state = PL_RUN_PREPARING,
						.planned = (uint32_t)head->plan_count,
						.success = true,
						.exit = -1};
	runner_restore_values(runner, held, previous);
	runner->attempts = calloc(head->plan_count, sizeof(*runner->attempts));
	runner->outbox.parcels = calloc(RUNNER_OUTBOX, sizeof(*runner->outbox.parcels));
	if (runner->attempts && runner->outbox.parcels)
		return PL_OK;
	pl_runner_free(runner);
	*out = NULL;
	return pl_error_set(error, PL_ERR_MEMORY, "", "not enough memory for the scan");
}

void pl_runner_free(struct pl_runner *runner)
{
	if (!runner)
		return;
	free(runner->outbox.parcels);
	free(runner->attempts);
	free(runner);
}

static void tell_unknown(struct pl_runner *runner, int channel)
{
	const char *name = runner->device->spec.channels[channel].name;
	char number[PL_NUMBER_SIZE];

	if (isnan(runner->status.restore[channel]))
		runner_say(runner, PL_NOTE_WARNING,
			   "%s unknown before: at the end it stays as it is then", name);
	else
		runner_say(runner, PL_NOTE_WARNING,
			   "%s unknown before: put to %s (bench file) at the end", name,
			   pl_number_format(runner->status.restore[channel], number));
}

void pl_runner_start(struct pl_runner *runner, const struct pl_identity *identity, const char *port)
{
	assert(runner->phase == RUNNER_NEW);
	runner->is_device_up = true;
	runner->status.identity = *identity;
	runner->status.started_utc_ns = runner->io.now_utc(runner->io.ctx);
	runner->status.started_mono_ns = runner->io.now_mono(runner->io.ctx);
	pl_text_copy(runner->status.port, sizeof(runner->status.port), port);
	for (size_t c = 0; c < runner->device->spec.channel_count; c++)
		if (runner->scan->restore == PL_RESTORE_PREVIOUS && !runner->had_previous[c])
			tell_unknown(runner, (int)c);
	runner_go(runner, RUNNER_PREPARE);
	leave(runner);
}

void pl_runner_on_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (!runner->is_asked || answer->id != runner->request.id)
		return;
	runner->is_asked = false;
	assert(runner_phase_ops(runner->phase)->on_answer);
	runner_phase_ops(runner->phase)->on_answer(runner, answer);
	leave(runner);
}

void pl_runner_on_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	runner_outbox_ack(runner, ack);
	leave(runner);
}

void pl_runner_on_timer(struct pl_runner *runner)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	runner_outbox_push(runner);
	if (now_ns >= runner->deadline_ns && runner_phase_ops(runner->phase)->on_timer) {
		runner->deadline_ns = PL_NEVER;
		runner_phase_ops(runner->phase)->on_timer(runner);
	}
	leave(runner);
}

void pl_runner_on_device(struct pl_runner *runner, const struct pl_bus_event *event)
{
	if (event->device != runner->scan->device_index || runner->phase >= RUNNER_FINISH)
		return; /* the books of the run are closed */
	if (runner_device_event(runner, event) && runner->phase != RUNNER_NEW)
		runner_react(runner);
	leave(runner);
}

enum pl_status pl_runner_command(struct pl_runner *runner, enum pl_scan_command command,
				 struct pl_error *error)
{
	enum pl_status status = runner_wish(runner, command, error);

	if (status == PL_OK && runner->phase != RUNNER_NEW)
		runner_react(runner);
	leave(runner);
	return status;
}
