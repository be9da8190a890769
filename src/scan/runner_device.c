/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_device.c - a device that is lost, comes back, or forgets: LOST.
 *
 * Answers and events come through different queues, so either may be first: an answer `lost` that
 * comes after the device was told lost and back again is an old story, one that comes before it is
 * news. Whatever happened, all settings are unknown and are sent again before the next point.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <math.h>

#define LOOK_AGAIN_NS PL_NS_PER_S

static void forget(struct pl_runner *runner)
{
	runner->has_forgotten = true;
	if (runner->is_restoring)
		runner->is_restored_anew = true;
	for (size_t c = 0; c < runner->device->spec.channel_count; c++)
		runner_known(runner, (int)c, NAN);
}

static void lose(struct pl_runner *runner, const char *text)
{
	runner->is_device_up = false;
	runner->lost_ns = runner->io.now_mono(runner->io.ctx);
	runner_proven(runner, runner->lost_ns); /* a loss is told at once */
	runner_audit_run(runner, "lost", "", text);
	runner_say(runner, PL_NOTE_WARNING, "%s is lost: %s", runner->device->spec.name, text);
	forget(runner);
}

void runner_line_lost(struct pl_runner *runner, const char *text)
{
	if (runner->is_device_up && runner->losses == runner->losses_at_ask)
		lose(runner, text);
	runner->has_forgotten = true;
}

static bool told_lost(struct pl_runner *runner, const struct pl_bus_event *event)
{
	runner->losses++;
	if (!runner->is_device_up)
		return false;
	lose(runner, event->state.text);
	return true;
}

static bool told_up(struct pl_runner *runner, const struct pl_bus_event *event)
{
	if (runner->is_device_up)
		return false;
	runner->is_device_up = true;
	runner->has_forgotten = true;
	runner_audit_run(runner, "connect", "", event->state.path);
	runner_say(runner, PL_NOTE_INFO, "%s is back; its settings are sent again",
		   runner->device->spec.name);
	return true;
}

static bool told_state(struct pl_runner *runner, const struct pl_bus_event *event)
{
	switch (event->state.state) {
	case PL_BUS_UP:
		return told_up(runner, event);
	case PL_BUS_LOST:
	case PL_BUS_CLOSED:
		return told_lost(runner, event);
	default:
		return false;
	}
}

static bool told_restarted(struct pl_runner *runner, const struct pl_bus_event *event)
{
	runner_audit_run(runner, "lost", "restarted", event->note.text);
	runner_say(runner, PL_NOTE_WARNING, "%s restarted and forgot its settings: %s",
		   runner->device->spec.name, event->note.text);
	/* The window it fell into may be counted already: its row is, or becomes, void. Boot text
	 * comes when the restart is nearly over, so only a device that was seen to work between
	 * the window and now has counted all of it. */
	if (runner->row_end_ns > 0 &&
	    (runner->proven_ns == 0 || event->t_mono_ns < runner->proven_ns))
		runner->owes_void = true;
	forget(runner);
	return true;
}

bool runner_device_event(struct pl_runner *runner, const struct pl_bus_event *event)
{
	switch (event->kind) {
	case PL_BUS_EVENT_STATE:
		return told_state(runner, event);
	case PL_BUS_EVENT_RESTARTED:
		return told_restarted(runner, event);
	default:
		return false;
	}
}

/* ---- LOST ---- */

void runner_lost_enter(struct pl_runner *runner)
{
	runner_state(runner, PL_RUN_PAUSE, "lost");
	runner_say(runner, PL_NOTE_WARNING, "waiting for %s to come back, %.0f s at most",
		   runner->device->spec.name, (double)runner->device->lost_wait_ns / 1e9);
	runner->deadline_ns = runner->lost_ns + runner->device->lost_wait_ns;
	runner->phase_ends_ns = runner->deadline_ns;
}

static void skip_the_rest(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->scan->channel_count; i++) {
		int channel = runner->scan->channels[i].channel;

		if (!runner->channels[channel].has_ended)
			runner_channel_end(runner, channel, "lost", "the device did not come back");
	}
}

void runner_lost_timer(struct pl_runner *runner)
{
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	if (runner->io.is_watched && runner->io.is_watched(runner->io.ctx)) {
		runner->deadline_ns = now_ns + LOOK_AGAIN_NS;
		runner->phase_ends_ns = 0;
		return;
	}
	if (runner->device->lost_else == PL_LOST_SKIP && !runner_is_complete(runner))
		skip_the_rest(runner);
	else
		runner_fail(runner, "lost: %s did not come back within %.0f s",
			    runner->device->spec.name, (double)runner->device->lost_wait_ns / 1e9);
	runner_turn(runner);
}
