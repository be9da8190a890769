/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_suppress.c - a channel begins by taking every other one of the device out of the way, and
 * ends early when that cannot be had or its points keep failing.
 */
#include "scan/inside.h"

static int channel_of(const struct pl_runner *runner)
{
	return runner->head->plan[runner->position].channel;
}

void runner_suppress_begin(struct pl_runner *runner)
{
	runner->suppress_next = 0;
	runner_suppress_next(runner);
}

/* Written again for every channel, whatever is thought to be known: it costs a moment and leaves
 * no doubt. */
void runner_suppress_next(struct pl_runner *runner)
{
	int channel = channel_of(runner);
	int next = runner->suppress_next == channel ? channel + 1 : runner->suppress_next;

	if (next < (int)runner->device->spec.channel_count) {
		runner->suppress_next = next + 1;
		runner_write_begin(runner, RUNNER_SUPPRESS, next, runner->scan->suppress);
		return;
	}
	runner->ready_channel = channel;
	if (!runner->status.channels[channel].scanned)
		runner_say(runner, PL_NOTE_INFO, "channel %s",
			   runner->device->spec.channels[channel].name);
	runner->status.channels[channel].scanned = true;
	runner_turn(runner);
}

void runner_suppress_failed(struct pl_runner *runner)
{
	char reason[PL_RUN_TEXT_SIZE], text[PL_RUN_TEXT_SIZE + PL_NAME_SIZE];

	runner_write_reason(runner, reason, sizeof(reason));
	runner_print(text, sizeof(text), "suppress of %s: %s",
		     runner->device->spec.channels[runner->write.channel].name, reason);
	runner_channel_end(runner, channel_of(runner), "suppress", text);
	runner_turn(runner);
}

void runner_channel_end(struct pl_runner *runner, int channel, const char *why, const char *error)
{
	struct pl_channel_result *result = &runner->status.channels[channel];

	runner->channels[channel].has_ended = true;
	pl_text_copy(runner->channels[channel].why, sizeof(runner->channels[channel].why), why);
	pl_text_copy(result->error, sizeof(result->error), error);
	runner_say(runner, PL_NOTE_WARNING, "channel %s ends early, %s: %s",
		   runner->device->spec.channels[channel].name, why, error);
}
