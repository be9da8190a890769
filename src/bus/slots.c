/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slots.c - one place for each parameter of the device and its channels: what came unasked, what
 * the device does not know, and whose turn it is to be read for the screen.
 *
 * While the device is open and nobody wants anything of it, one parameter a refresh period is read,
 * in turn. A request puts that off by a whole period, so that a scan is never in its way. Bus
 * thread, but for pl_slots_init before it starts.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t row_count(const struct pl_parameter *rows)
{
	size_t count = 0;

	while (rows && rows[count].name)
		count++;
	return count;
}

static void add_rows(struct pl_bus *bus, int channel, const struct pl_parameter *rows)
{
	size_t count = row_count(rows);

	for (size_t i = 0; i < count; i++)
		bus->slots[bus->slot_count++] = (struct pl_bus_slot){
		    .target = {.device = (int16_t)bus->setup.device_index,
			       .channel = (int16_t)channel,
			       .parameter = (int16_t)i},
		    .row = &rows[i],
		};
}

void pl_slots_init(struct pl_bus *bus)
{
	const struct pl_device *device = bus->setup.device;
	size_t channels = device->spec.channel_count;
	size_t total =
	    row_count(pl_device_rows(device, -1)) + channels * row_count(pl_device_rows(device, 0));

	bus->slots = calloc(total + 1, sizeof bus->slots[0]);
	if (!bus->slots)
		pl_out_of_memory();
	add_rows(bus, -1, pl_device_rows(device, -1));
	for (size_t i = 0; i < bus->slot_count && bus->carried_count < PL_CARRIED_MAX; i++)
		if (bus->slots[i].row->kind == PL_KIND_CARRIED)
			bus->carried[bus->carried_count++] = &bus->slots[i];
	for (size_t i = 0; i < channels; i++)
		add_rows(bus, (int)i, pl_device_rows(device, 0));
}

struct pl_bus_slot *pl_slots_find(struct pl_bus *bus, struct pl_target target)
{
	for (size_t i = 0; i < bus->slot_count; i++)
		if (bus->slots[i].target.channel == target.channel &&
		    bus->slots[i].target.parameter == target.parameter)
			return &bus->slots[i];
	return NULL;
}

/* Of a million events only the newest is shown: a reading is made when it is passed on. */
void pl_slots_carried(struct pl_bus *bus, const struct pl_event *event)
{
	for (size_t i = 0; i < bus->carried_count; i++) {
		if (isnan(event->carried[i]))
			continue;
		bus->newest[i].t_ns = event->t_ns;
		bus->newest[i].value = event->carried[i];
	}
}

void pl_slots_take_carried(struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->carried_count; i++) {
		struct pl_bus_slot *slot = bus->carried[i];

		if (bus->newest[i].t_ns == 0)
			continue;
		slot->is_fresh = true;
		slot->reading = (struct pl_reading){
		    .t_mono_ns = bus->newest[i].t_ns,
		    .quality = PL_QUALITY_OK,
		    .value = {.type = slot->row->type, .number = bus->newest[i].value},
		};
		bus->newest[i].t_ns = 0;
	}
}

static bool is_asked(const struct pl_bus_slot *slot)
{
	return slot->row->kind == PL_KIND_STATE && slot->row->show &&
	       (slot->row->access & PL_ACCESS_READ) && !slot->is_unsupported;
}

static struct pl_bus_slot *next_asked(struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->slot_count; i++) {
		struct pl_bus_slot *slot = &bus->slots[bus->refresh_next++ % bus->slot_count];

		if (is_asked(slot))
			return slot;
	}
	return NULL;
}

static bool has_asked(const struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->slot_count; i++)
		if (is_asked(&bus->slots[i]))
			return true;
	return false;
}

void pl_slots_hold_off(struct pl_bus *bus)
{
	int64_t period_ns = bus->setup.device->refresh_ns;

	bus->refresh_ns =
	    period_ns > 0 && has_asked(bus) ? pl_clock_mono_ns() + period_ns : PL_NEVER;
}

void pl_slots_reset(struct pl_bus *bus)
{
	for (size_t i = 0; i < bus->slot_count; i++)
		bus->slots[i].is_unsupported = bus->slots[i].is_fresh = false;
	memset(bus->newest, 0, sizeof bus->newest);
	pl_slots_hold_off(bus);
}

/* What a failed read leaves on the screen: no number, and why. */
static void make_empty(struct pl_reading *reading, const struct pl_error *error)
{
	*reading = (struct pl_reading){
	    .t_mono_ns = pl_clock_mono_ns(),
	    .quality = error->code == PL_ERR_PROTOCOL ? PL_QUALITY_INVALID : PL_QUALITY_MISSING,
	    .value = {.number = NAN}};
	snprintf(reading->reason, sizeof reading->reason, "%.*s", PL_REASON_SIZE - 1,
		 error->text[0] ? error->text : pl_status_text(error->code));
}

void pl_slots_refresh(struct pl_bus *bus)
{
	struct pl_bus_slot *slot = next_asked(bus);
	struct pl_reading reading = {0};
	struct pl_error error = {0};
	enum pl_status status;

	if (slot) {
		status = bus->setup.device->driver->read(bus->driver, slot->target.channel,
							 slot->target.parameter, &reading, &error);
		error.code = status;
		slot->is_unsupported = status == PL_ERR_UNSUPPORTED;
		if (status != PL_OK)
			make_empty(&reading, &error);
		if (!bus->is_lost && status != PL_ERR_CANCELLED)
			pl_tell_reading(bus, slot->target, &reading);
	}
	pl_slots_hold_off(bus);
}
