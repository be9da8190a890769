/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ticks_begin.c - a recording is made of a request: its parameters found, its memory taken once.
 *
 * Nothing is allocated later, however long it goes on. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <stdlib.h>
#include <string.h>

#define LATE_LEAST    PL_NS_PER_MS
#define LATE_PART     100
#define RATE_MAX_HZ   1e6
#define RATE_LEAST_HZ 1e-6

static void free_recording(struct pl_bus_recording *recording)
{
	if (!recording)
		return;
	free(recording->targets);
	free(recording->asked);
	free(recording->tick);
	free(recording->other);
	free(recording->members);
	free(recording);
}

static struct pl_bus_recording *new_recording(struct pl_bus *bus,
					      const struct pl_bus_request *request)
{
	size_t count = request->record.target_count;
	struct pl_bus_recording *recording = calloc(1, sizeof *recording);

	if (!recording)
		return NULL;
	*recording = (struct pl_bus_recording){
	    .bus = bus,
	    .request = *request,
	    .targets = calloc(count, sizeof recording->targets[0]),
	    .asked = calloc(count, sizeof recording->asked[0]),
	    .tick = calloc(1, pl_tick_size(count)),
	    .other = calloc(1, pl_tick_size(count)),
	    .members = calloc(bus->member_count, sizeof recording->members[0]),
	};
	if (recording->targets && recording->asked && recording->tick && recording->other &&
	    recording->members)
		return recording;
	free_recording(recording);
	return NULL;
}

static enum pl_tick_source source_of(const struct pl_bus_member *member,
				     const struct pl_bus_slot *slot)
{
	const struct pl_parameter *row = slot->row;

	if (!member->device->driver->has_events)
		return PL_TICK_ASKED;
	if (row->kind == PL_KIND_CARRIED)
		return PL_TICK_CARRIED;
	if (row->kind != PL_KIND_COUNTER)
		return PL_TICK_ASKED;
	if (slot->target.channel < 0)
		return strcmp(row->name, "events") == 0 ? PL_TICK_EVENTS : PL_TICK_ASKED;
	return strcmp(row->name, "hits") == 0 ? PL_TICK_HITS : PL_TICK_ASKED;
}

static enum pl_status find_target(struct pl_bus *bus, const struct pl_target *target,
				  struct pl_tick_target *out, struct pl_error *error)
{
	struct pl_bus_member *member = pl_members_find(bus, target->device);

	if (!member)
		return pl_error_set(error, PL_ERR_USAGE, "", "no such device on this bus");
	*out = (struct pl_tick_target){.member = member, .slot = pl_slots_find(member, *target)};
	if (!out->slot &&
	    (target->parameter != PL_PARAMETER_RAW || !member->device->driver->read_many))
		return pl_error_set(error, PL_ERR_USAGE, member->device->spec.name,
				    "there is no such parameter");
	if (!out->slot)
		return PL_OK;
	if (!(out->slot->row->access & PL_ACCESS_READ))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, member->device->spec.name,
				    "%s cannot be read", out->slot->row->name);
	out->source = source_of(member, out->slot);
	for (size_t i = 0; i < member->carried_count; i++)
		if (member->carried[i] == out->slot)
			out->carried = (int)i;
	return PL_OK;
}

static enum pl_status find_targets(struct pl_bus_recording *recording, struct pl_error *error)
{
	const struct pl_bus_record *record = &recording->request.record;
	enum pl_status status = PL_OK;

	for (size_t i = 0; i < record->target_count && status == PL_OK; i++) {
		status =
		    find_target(recording->bus, &record->targets[i], &recording->targets[i], error);
		recording->needs_line |= recording->targets[i].source == PL_TICK_ASKED;
	}
	return status;
}

static enum pl_status check(const struct pl_bus_record *record, struct pl_error *error)
{
	if (!(record->grid.rate_hz >= RATE_LEAST_HZ && record->grid.rate_hz <= RATE_MAX_HZ))
		return pl_error_set(error, PL_ERR_USAGE, "", "no such rate: %g Hz",
				    record->grid.rate_hz);
	if (record->target_count == 0 || record->target_count > UINT16_MAX)
		return pl_error_set(error, PL_ERR_USAGE, "", "%zu parameters in a tick",
				    record->target_count);
	return PL_OK;
}

/* Targets of one device stand together. */
static enum pl_status check_room(struct pl_bus_recording *recording, struct pl_error *error)
{
	const struct pl_bus_record *record = &recording->request.record;
	size_t devices = 1;

	for (size_t i = 1; i < record->target_count; i++)
		devices += recording->targets[i].member != recording->targets[i - 1].member;
	recording->reserve = PL_TICK_RESERVE(devices);
	if (pl_queue_room(record->ticks) < pl_tick_queue_length(1, devices))
		return pl_error_set(error, PL_ERR_USAGE, "",
				    "no room for a tick and the gaps beside it");
	return PL_OK;
}

/* What is recorded is not asked once more for the screen. */
static void count_recorded(struct pl_bus_recording *recording, bool begins)
{
	for (size_t i = 0; i < recording->request.record.target_count; i++) {
		struct pl_bus_slot *slot = recording->targets[i].slot;

		if (slot && begins)
			slot->recorded++;
		else if (slot)
			slot->recorded--;
	}
	for (size_t i = 0; i < recording->bus->member_count; i++)
		pl_slots_hold_off(&recording->bus->members[i]);
}

enum pl_status pl_ticks_begin(struct pl_bus *bus, const struct pl_bus_request *request,
			      struct pl_error *error)
{
	const struct pl_bus_record *record = &request->record;
	enum pl_status status = check(record, error);
	struct pl_bus_recording *recording;

	if (status != PL_OK)
		return status;
	recording = new_recording(bus, request);
	if (!recording)
		return pl_error_set(error, PL_ERR_MEMORY, "", "no memory for a tick of %zu",
				    record->target_count);
	status = find_targets(recording, error);
	if (status == PL_OK)
		status = check_room(recording, error);
	if (status != PL_OK) {
		free_recording(recording);
		return status;
	}
	recording->period_ns = pl_grid_period_ns(&record->grid);
	recording->late_ns = recording->period_ns / LATE_PART > LATE_LEAST
				 ? recording->period_ns / LATE_PART
				 : LATE_LEAST;
	recording->slot_ns = record->grid.start_ns;
	recording->skew_ns = pl_skew_at_most_ns();
	recording->is_changed = true;
	recording->following = bus->recordings;
	bus->recordings = recording;
	count_recorded(recording, true);
	return PL_OK;
}

void pl_ticks_free(struct pl_bus_recording *recording)
{
	count_recorded(recording, false);
	free_recording(recording);
}
