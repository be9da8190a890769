/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tick_left.c - what a tick does not ask, and how it says so.
 *
 * What the device does not know has one row, with its reason; then it is not asked again until the
 * device was found anew. A device of which nothing is left has a gap from then on, as has one that
 * is silent; where no device is left, slots are skipped. What could not be asked any more because
 * the device fell silent in this very tick has a row too. So each parameter has a row, or its
 * device a gap, in each tick. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>

/* No number, and why. It went over no line, so it has no ends of a round trip. */
static void make_row(struct pl_sample *sample, enum pl_status status, const char *why)
{
	struct pl_reading reading = {.t_mono_ns = pl_clock_mono_ns(),
				     .quality = PL_QUALITY_MISSING,
				     .value = {.number = NAN}};

	snprintf(reading.reason, sizeof reading.reason, "%.*s", PL_REASON_SIZE - 1, why);
	sample->was_asked = true;
	sample->status = (int)status;
	sample->requested_ns = sample->received_ns = 0;
	sample->reading = reading;
}

static bool is_told(const struct pl_tick_target *target)
{
	return target->told_in == target->member->found_count;
}

/* A raw register has no place to remember it in but ours. */
bool pl_tick_is_unsupported(const struct pl_tick_target *target)
{
	if (target->source != PL_TICK_ASKED)
		return false;
	return target->slot ? target->slot->is_unsupported : is_told(target);
}

void pl_tick_take_unsupported(struct pl_tick_target *target, struct pl_sample *sample)
{
	if (!is_told(target))
		make_row(sample, PL_ERR_UNSUPPORTED, target->slot->unsupported);
	target->told_in = target->member->found_count;
}

void pl_tick_found_unsupported(struct pl_tick_target *target, struct pl_sample *sample)
{
	if (target->slot)
		pl_slots_unsupported(target->slot, sample->reading.reason);
	if (!sample->was_asked) /* its driver knew */
		make_row(sample, PL_ERR_UNSUPPORTED, sample->reading.reason);
	target->told_in = target->member->found_count;
}

void pl_tick_not_asked(const struct pl_tick_target *target, struct pl_sample *sample)
{
	make_row(sample, PL_ERR_LOST,
		 target->member->bus->is_lost ? "not asked: the port was lost in this tick"
					      : "not asked: the device fell silent in this tick");
}

/* Nothing of it is left that may be asked. */
static bool is_done_with(const struct pl_bus_recording *recording,
			 const struct pl_bus_member *member)
{
	for (size_t i = 0; i < recording->request.record.target_count; i++) {
		const struct pl_tick_target *target = &recording->targets[i];

		if (target->member == member &&
		    !(pl_tick_is_unsupported(target) && is_told(target)))
			return false;
	}
	return true;
}

const char *pl_tick_left_out(const struct pl_bus_recording *recording,
			     const struct pl_bus_member *member)
{
	if (member->state != PL_BUS_UP || recording->bus->is_lost)
		return "silent";
	return is_done_with(recording, member) ? "unsupported" : NULL;
}

bool pl_tick_has_nothing(const struct pl_bus_recording *recording)
{
	for (size_t i = 0; i < recording->request.record.target_count; i++) {
		const struct pl_bus_member *member = recording->targets[i].member;

		if (member->state == PL_BUS_UP && !is_done_with(recording, member))
			return false;
	}
	return true;
}
