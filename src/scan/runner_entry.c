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
	if (runner_beside_due(runner) < due_ns)
		due_ns = runner_beside_due(runner);
	runner->io.timer(runner->io.ctx, due_ns);
}

/* Without any, as the loader would: hits of what is scanned. */
static void take_measures(struct pl_runner *runner)
{
	const struct pl_scan *scan = runner->scan;
	bool is_serial = scan->axis_kind == PL_AXIS_CHANNELS && scan->mode == PL_SCAN_SERIAL;

	for (size_t i = 0; i < scan->measure_count; i++)
		runner->measures[runner->measure_count++] = scan->measures[i];
	if (scan->measure_count > 0)
		return;
	for (size_t i = 0; i < (is_serial ? 1 : scan->channel_count); i++)
		runner->measures[runner->measure_count++] = (struct pl_measure){
		    .kind = is_serial ? PL_MEASURE_SCANNED : PL_MEASURE_SERIES,
		    .index = scan->channels[i].channel,
		};
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
	runner->ready_channel = RUNNER_NOT_READY;
	runner->last_place = runner->counted_place = head->plan_count;
	runner->status = (struct pl_run_status){.state = PL_RUN_PREPARING,
						.planned = head->plan[head->plan_count - 1].index,
						.success = true,
						.exit = -1};
	runner_settings_init(runner, held, previous);
	take_measures(runner);
	runner->places = calloc(head->plan_count, sizeof(*runner->places));
	runner->rows = calloc(runner->measure_count, sizeof(*runner->rows));
	runner->outbox.parcels = calloc(RUNNER_OUTBOX, sizeof(*runner->outbox.parcels));
	if (runner_beside_init(runner) && runner_curve_init(runner) && runner->places &&
	    runner->rows && runner->outbox.parcels)
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
	free(runner->besides);
	free(runner->curve);
	free(runner->rows);
	free(runner->places);
	free(runner);
}

void pl_runner_start(struct pl_runner *runner, const struct pl_identity *identity, const char *port)
{
	assert(runner->phase == RUNNER_NEW);
	for (size_t i = 0; i < runner->device_count; i++)
		runner->devices[i].is_up = true;
	runner->status.identity = *identity;
	if (runner->status.started_utc_ns == 0) { /* of a resumed run they stay */
		runner->status.started_utc_ns = runner->io.now_utc(runner->io.ctx);
		runner->status.started_mono_ns = runner->io.now_mono(runner->io.ctx);
	}
	pl_text_copy(runner->status.port, sizeof(runner->status.port), port);
	runner_go(runner, RUNNER_SURVEY);
	leave(runner);
}

void pl_runner_on_answer(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	if (runner_beside_answer(runner, answer)) {
		leave(runner);
		return;
	}
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
	runner_beside_timer(runner);
	if (now_ns >= runner->deadline_ns && runner_phase_ops(runner->phase)->on_timer) {
		runner->deadline_ns = PL_NEVER;
		runner_phase_ops(runner->phase)->on_timer(runner);
	}
	leave(runner);
}

void pl_runner_on_device(struct pl_runner *runner, const struct pl_bus_event *event)
{
	if (runner->phase >= RUNNER_FINISH)
		return; /* the books of the run are closed */
	if (runner_device_event(runner, event) && runner->phase != RUNNER_NEW)
		runner_react(runner);
	leave(runner);
}

void pl_runner_pause_because(struct pl_runner *runner, const char *why)
{
	pl_text_copy(runner->pause_text, sizeof(runner->pause_text), why);
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
