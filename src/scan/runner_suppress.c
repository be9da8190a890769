/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_suppress.c - before what is scanned is written: the device's switch to volatile writes, or
 * the other channels out of the way.
 *
 * A channel begins by taking every other one of the device out of the way, and ends early when that
 * cannot be had or its points keep failing.
 */
#include "scan/inside.h"

/* Parallel: all that are scanned and not given up stay out of it. */
static bool is_scanned(const struct pl_runner *runner, int channel)
{
	const struct pl_scan *scan = runner->scan;

	if (scan->mode == PL_SCAN_SERIAL)
		return channel == runner->head->plan[runner->position].channel;
	for (size_t i = 0; i < scan->channel_count; i++)
		if (scan->channels[i].channel == channel)
			return !runner->units[channel].has_ended;
	return false;
}

int runner_ready_for(const struct pl_runner *runner)
{
	return runner->scan->mode == PL_SCAN_SERIAL && runner->scan->axis_kind == PL_AXIS_CHANNELS
		   ? runner->head->plan[runner->position].channel
		   : RUNNER_ALL_READY;
}

void runner_suppress_begin(struct pl_runner *runner)
{
	runner->suppress_next = 0;
	runner_suppress_next(runner);
}

static void tell_ready(struct pl_runner *runner, int channel)
{
	struct pl_channel_result *result = &runner->status.channels[channel];

	if (!result->scanned)
		runner_say(runner, PL_NOTE_INFO, "channel %s",
			   runner->device->spec.channels[channel].name);
	result->scanned = true;
}

/* The switch is kept in that memory too: one that is on is left alone. */
static void switch_next(struct pl_runner *runner)
{
	const struct runner_setting *own = &runner->settings[1];

	if (runner->suppress_next++ == 0 &&
	    runner_differs(runner, 1, runner->scan->switch_on, own->known)) {
		runner_write_begin(runner, RUNNER_SUPPRESS, 1, runner->scan->switch_on);
		return;
	}
	runner->ready_channel = runner_ready_for(runner);
	runner_turn(runner);
}

/* Written again for every channel, whatever is thought to be known: it costs a moment and leaves
 * no doubt. */
void runner_suppress_next(struct pl_runner *runner)
{
	int channels = (int)runner->device->spec.channel_count, next = runner->suppress_next;

	if (runner->scan->axis_kind == PL_AXIS_ONE) {
		switch_next(runner);
		return;
	}
	while (next < channels && is_scanned(runner, next))
		next++;
	if (next < channels) {
		runner->suppress_next = next + 1;
		runner_write_begin(runner, RUNNER_SUPPRESS, next, runner->scan->suppress);
		return;
	}
	runner->ready_channel = runner_ready_for(runner);
	for (int c = 0; c < channels; c++)
		if (is_scanned(runner, c))
			tell_ready(runner, c);
	runner_turn(runner);
}

/* A channel that was given up cannot be made quiet either: the others go on beside it. */
static bool is_given_up(const struct pl_runner *runner, int channel)
{
	return runner->scan->mode == PL_SCAN_PARALLEL && runner->units[channel].has_ended;
}

void runner_suppress_failed(struct pl_runner *runner)
{
	char reason[PL_RUN_TEXT_SIZE], text[PL_RUN_TEXT_SIZE + PL_PATH_SIZE];
	char name[PL_PATH_SIZE];
	int channels = (int)runner->device->spec.channel_count;

	runner_write_reason(runner, reason, sizeof(reason));
	if (runner->scan->axis_kind == PL_AXIS_ONE) {
		runner_print(text, sizeof(text), "%s could not be set: %s",
			     runner_setting_name(runner, 1, name), reason);
		runner_unit_end(runner, PL_CHANNELS_MAX, "memory", text);
		runner_turn(runner);
		return;
	}
	if (is_given_up(runner, runner->write.setting)) {
		runner_suppress_next(runner);
		return;
	}
	runner_print(text, sizeof(text), "suppress of %s: %s",
		     runner->device->spec.channels[runner->write.setting].name, reason);
	for (int c = 0; c < channels; c++)
		if (is_scanned(runner, c))
			runner_unit_end(runner, c, "suppress", text);
	runner_turn(runner);
}

static void tell_error(struct pl_runner *runner, int channel, const char *error)
{
	struct pl_channel_result *result = &runner->status.channels[channel];

	pl_text_copy(result->error, sizeof(result->error), error);
}

void runner_unit_end(struct pl_runner *runner, int unit, const char *why, const char *error)
{
	struct runner_unit *books = &runner->units[unit];
	char name[PL_PATH_SIZE];

	books->has_ended = true;
	pl_text_copy(books->why, sizeof(books->why), why);
	if (unit < PL_CHANNELS_MAX) {
		tell_error(runner, unit, error);
		if (runner->scan->mode == PL_SCAN_PARALLEL)
			runner->ready_channel = RUNNER_NOT_READY; /* it is suppressed from now on */
		runner_say(runner, PL_NOTE_WARNING, "channel %s ends early, %s: %s",
			   runner->device->spec.channels[unit].name, why, error);
		return;
	}
	for (size_t i = 0; i < runner->scan->channel_count; i++)
		tell_error(runner, runner->scan->channels[i].channel, error);
	runner_say(runner, PL_NOTE_WARNING, "%s ends early, %s: %s",
		   runner_setting_name(runner, 0, name), why, error);
}
