/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tick_read.c - one tick: every value of it, device by device.
 *
 * What the bus holds itself (counters of a detector, what its lines carry) is taken as it stands;
 * the rest of a device is asked in as few calls as its driver allows. A device that is silent is
 * left out: its gap is told. One that falls silent in a tick is not asked further, and what was not
 * asked any more has a row that says so. What the device does not know has one row, the first; then
 * it is not asked until the device was lost and is back. Nothing else is done between two reads.
 * Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SCREEN_NS (200 * PL_NS_PER_MS)

/* ---- what the bus holds ---- */

static void set_number(struct pl_reading *reading, const struct pl_bus_slot *slot, double number)
{
	reading->value = (struct pl_value){.type = slot->row->type, .number = number};
}

static double counted(const struct pl_tick_target *target)
{
	const struct pl_bus_member *member = target->member;
	uint64_t hits[PL_SERIES_MAX];

	if (target->source == PL_TICK_EVENTS)
		return (double)member->events_count;
	pl_tally_hits(&member->tally, member->device, hits);
	return (double)hits[target->slot->target.channel];
}

/* The newest one that came, with the time at which it came. */
static void take_carried(const struct pl_tick_target *target, struct pl_reading *reading)
{
	const struct pl_bus_member *member = target->member;
	int at = target->carried;

	if (member->newest[at].t_ns != 0) {
		reading->t_mono_ns = member->newest[at].t_ns;
		set_number(reading, target->slot, member->newest[at].value);
	} else if (target->slot->reading.t_mono_ns != 0) {
		*reading = target->slot->reading;
	} else {
		reading->quality = PL_QUALITY_MISSING;
		reading->value.number = NAN;
		snprintf(reading->reason, sizeof reading->reason,
			 "no line of the device has carried it yet");
	}
}

static void take_held(const struct pl_tick_target *target, struct pl_sample *sample)
{
	int64_t now_ns = pl_clock_mono_ns();

	sample->was_asked = true;
	sample->requested_ns = sample->received_ns = now_ns;
	sample->reading.t_mono_ns = now_ns;
	if (target->source == PL_TICK_CARRIED)
		take_carried(target, &sample->reading);
	else
		set_number(&sample->reading, target->slot, counted(target));
}

/* ---- what the device is asked ---- */

/* One after the other, until it falls silent. */
static enum pl_status read_each(struct pl_bus_member *member, struct pl_sample *samples,
				size_t count, struct pl_error *error)
{
	for (size_t i = 0; i < count; i++) {
		struct pl_sample *sample = &samples[i];
		struct pl_error why = {0};
		enum pl_status status;

		sample->was_asked = true;
		sample->requested_ns = pl_clock_mono_ns();
		status =
		    member->device->driver->read(member->driver, sample->target.channel,
						 sample->target.parameter, &sample->reading, &why);
		sample->received_ns = pl_clock_mono_ns();
		sample->status = (int)status;
		why.code = status;
		if (status != PL_OK)
			pl_slots_make_empty(&sample->reading, &why);
		if (status == PL_ERR_UNANSWERED || status == PL_ERR_LOST ||
		    status == PL_ERR_CANCELLED) {
			*error = why;
			return status;
		}
	}
	return PL_OK;
}

static void ask(struct pl_bus_member *member, struct pl_sample *samples, size_t count)
{
	const struct pl_driver *driver = member->device->driver;
	struct pl_error error = {0};
	enum pl_status status;

	member->bus->busy = member;
	if (driver->read_many)
		status = driver->read_many(member->driver, samples, count, &error);
	else
		status = read_each(member, samples, count, &error);
	member->bus->busy = NULL;
	pl_member_heard(member, status, &error);
}

/* A value that was read is the newest one for the screen too. */
static void show(const struct pl_tick_target *target, const struct pl_sample *sample)
{
	struct pl_bus_slot *slot = target->slot;

	if (!slot || sample->received_ns - slot->told_ns < SCREEN_NS ||
	    pl_ring_is_full(target->member->bus->events))
		return;
	slot->told_ns = sample->received_ns;
	pl_tell_reading(target->member, slot->target, &sample->reading);
}

/* What came of one that was to be asked. */
static void settle(struct pl_tick_target *target, struct pl_sample *sample)
{
	if (sample->status == PL_ERR_UNSUPPORTED)
		pl_tick_found_unsupported(target, sample);
	else if (!sample->was_asked)
		pl_tick_not_asked(target, sample);
	if (sample->was_asked && sample->received_ns > 0)
		show(target, sample);
}

/* The targets [from, to) of one device. */
static void read_device(struct pl_bus_recording *recording, size_t from, size_t to)
{
	struct pl_sample *samples = recording->tick->samples, *asked = recording->asked;
	struct pl_tick_target *targets = recording->targets;
	size_t count = 0, next = 0;

	for (size_t i = from; i < to; i++) {
		bool is_known = pl_tick_is_unsupported(&targets[i]);

		targets[i].is_asked = targets[i].source == PL_TICK_ASKED && !is_known;
		if (targets[i].is_asked)
			asked[count++] = samples[i];
		else if (is_known)
			pl_tick_take_unsupported(&targets[i], &samples[i]);
		else
			take_held(&targets[i], &samples[i]);
	}
	if (count == 0)
		return;
	ask(targets[from].member, asked, count);
	for (size_t i = from; i < to; i++) {
		if (!targets[i].is_asked)
			continue;
		samples[i] = asked[next++];
		settle(&targets[i], &samples[i]);
	}
}

/* ---- the tick ---- */

static void keep_books(struct pl_bus_recording *recording, const struct pl_sample *sample)
{
	static const enum pl_read_fault faults[] = {
	    [PL_ERR_PROTOCOL] = PL_READ_PROTOCOL,
	    [PL_ERR_REFUSED] = PL_READ_REFUSED,
	    [PL_ERR_UNSUPPORTED] = PL_READ_UNSUPPORTED,
	    [PL_ERR_LOST] = PL_READ_LOST,
	};
	struct pl_tick_books *books = &recording->books;
	size_t status = (size_t)sample->status;

	if (status != PL_OK) /* the table has 0 for those it does not name: unanswered */
		books->reads_failed[status < sizeof faults / sizeof faults[0]
					? faults[status]
					: PL_READ_UNANSWERED]++;
	else if (sample->reading.quality <= PL_QUALITY_STALE)
		books->reads_ok++;
	else
		books->reads_failed[sample->reading.quality == PL_QUALITY_OVER ? PL_READ_OVER
									       : PL_READ_INVALID]++;
}

static bool is_answer(const struct pl_sample *sample)
{
	return sample->was_asked && (sample->status == PL_OK || sample->status == PL_ERR_REFUSED ||
				     sample->status == PL_ERR_UNSUPPORTED);
}

bool pl_tick_is_answered(const struct pl_tick *tick)
{
	for (size_t i = 0; i < tick->count; i++)
		if (is_answer(&tick->samples[i]))
			return true;
	return false;
}

static void keep_reads(struct pl_bus_recording *recording)
{
	for (size_t i = 0; i < recording->tick->count; i++) {
		const struct pl_sample *sample = &recording->tick->samples[i];
		size_t at = (size_t)(recording->targets[i].member - recording->bus->members);

		if (!sample->was_asked)
			continue;
		keep_books(recording, sample);
		recording->members[at].has_answered |= is_answer(sample);
	}
}

void pl_tick_read(struct pl_bus_recording *recording)
{
	const struct pl_bus_record *record = &recording->request.record;
	struct pl_bus *bus = recording->bus;
	size_t count = record->target_count, to;

	for (size_t i = 0; i < count; i++)
		recording->tick->samples[i] = (struct pl_sample){.target = record->targets[i]};
	for (size_t from = 0; from < count; from = to) {
		struct pl_bus_member *member = recording->targets[from].member;

		for (to = from; to < count && recording->targets[to].member == member;)
			to++;
		recording->members[member - bus->members].out = pl_tick_left_out(recording, member);
		if (!recording->members[member - bus->members].out)
			read_device(recording, from, to);
	}
	keep_reads(recording);
}
