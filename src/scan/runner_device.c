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

static const char *name_of(const struct pl_runner *runner, const struct runner_device *device)
{
	return runner->head->bench->devices[device->index].spec.name;
}

static struct runner_device *find(struct pl_runner *runner, int index)
{
	for (size_t i = 0; i < runner->device_count; i++)
		if (runner->devices[i].index == index)
			return &runner->devices[i];
	return NULL;
}

/* Which settings were its own does not matter: what was counted beside them was counted in vain. */
static void forget(struct pl_runner *runner, const struct runner_device *device)
{
	runner->has_forgotten = true;
	if (device != &runner->devices[runner->set_device])
		return;
	if (runner->is_restoring)
		runner->is_restored_anew = true;
	runner_forget(runner);
}

static void lose(struct pl_runner *runner, struct runner_device *device, const char *text)
{
	device->is_up = false;
	device->lost_ns = runner->io.now_mono(runner->io.ctx);
	runner_proven(runner, device->lost_ns); /* a loss is told at once */
	runner_audit_device(runner, name_of(runner, device), "lost", "", text);
	runner_say(runner, PL_NOTE_WARNING, "%s is lost: %s", name_of(runner, device), text);
	forget(runner, device);
}

void runner_line_lost(struct pl_runner *runner, const struct pl_bus_answer *answer)
{
	struct runner_device *device = find(runner, answer->target.device);

	if (!device)
		return;
	if (device->is_up && device->losses == device->losses_at_ask)
		lose(runner, device, answer->error.text);
	runner->has_forgotten = true;
}

static bool told_lost(struct pl_runner *runner, struct runner_device *device,
		      const struct pl_bus_event *event)
{
	device->losses++;
	if (!device->is_up)
		return false;
	lose(runner, device, event->state.text);
	return true;
}

static bool told_up(struct pl_runner *runner, struct runner_device *device,
		    const struct pl_bus_event *event)
{
	if (device->is_up)
		return false;
	device->is_up = true;
	runner->has_forgotten = true;
	runner_audit_device(runner, name_of(runner, device), "connect", "", event->state.path);
	runner_say(runner, PL_NOTE_INFO, "%s is back; its settings are sent again",
		   name_of(runner, device));
	return true;
}

static bool told_state(struct pl_runner *runner, struct runner_device *device,
		       const struct pl_bus_event *event)
{
	switch (event->state.state) {
	case PL_BUS_UP:
		return told_up(runner, device, event);
	case PL_BUS_LOST:
	case PL_BUS_CLOSED:
		return told_lost(runner, device, event);
	default:
		return false;
	}
}

static bool told_restarted(struct pl_runner *runner, const struct runner_device *device,
			   const struct pl_bus_event *event)
{
	runner_audit_device(runner, name_of(runner, device), "lost", "restarted", event->note.text);
	runner_say(runner, PL_NOTE_WARNING, "%s restarted and forgot its settings: %s",
		   name_of(runner, device), event->note.text);
	/* The window it fell into may be counted already: its row is, or becomes, void. Boot text
	 * comes when the restart is nearly over, so only a device that was seen to work between
	 * the window and now has counted all of it. */
	if (runner->row_end_ns > 0 &&
	    (runner->proven_ns == 0 || event->t_mono_ns < runner->proven_ns))
		runner->owes_void = true;
	runner_place_doubt(runner);
	forget(runner, device);
	return true;
}

bool runner_device_event(struct pl_runner *runner, const struct pl_bus_event *event)
{
	struct runner_device *device = find(runner, event->device);

	if (!device)
		return false;
	switch (event->kind) {
	case PL_BUS_EVENT_STATE:
		return told_state(runner, device, event);
	case PL_BUS_EVENT_RESTARTED:
		return told_restarted(runner, device, event);
	default:
		return false;
	}
}

/* ---- LOST ---- */

static const struct runner_device *missing(const struct pl_runner *runner)
{
	return &runner->devices[runner->devices[0].is_up ? runner->device_count - 1 : 0];
}

static const struct pl_device *described(const struct pl_runner *runner,
					 const struct runner_device *device)
{
	return &runner->head->bench->devices[device->index];
}

void runner_lost_enter(struct pl_runner *runner)
{
	const struct runner_device *device = missing(runner);

	runner_state(runner, PL_RUN_PAUSE, "lost");
	runner_say(runner, PL_NOTE_WARNING, "waiting for %s to come back, %.0f s at most",
		   name_of(runner, device), (double)described(runner, device)->lost_wait_ns / 1e9);
	runner->deadline_ns = device->lost_ns + described(runner, device)->lost_wait_ns;
	runner->phase_ends_ns = runner->deadline_ns;
}

static void skip_the_rest(struct pl_runner *runner)
{
	static const char error[] = "the device did not come back";

	if (runner->scan->axis_kind == PL_AXIS_ONE) {
		runner_unit_end(runner, PL_CHANNELS_MAX, "lost", error);
		return;
	}
	for (size_t i = 0; i < runner->scan->channel_count; i++) {
		int channel = runner->scan->channels[i].channel;

		if (!runner->units[channel].has_ended)
			runner_unit_end(runner, channel, "lost", error);
	}
}

void runner_lost_timer(struct pl_runner *runner)
{
	const struct pl_device *device = described(runner, missing(runner));

	if (runner->io.is_watched && runner->io.is_watched(runner->io.ctx)) {
		runner->deadline_ns = runner->io.now_mono(runner->io.ctx) + LOOK_AGAIN_NS;
		runner->phase_ends_ns = 0;
		return;
	}
	if (device->lost_else == PL_LOST_SKIP && !runner_is_complete(runner))
		skip_the_rest(runner);
	else
		runner_fail(runner, "lost: %s did not come back within %.0f s", device->spec.name,
			    (double)device->lost_wait_ns / 1e9);
	runner_turn(runner);
}
