/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slots.c - one place for each parameter of the device and its channels: what came unasked, what
 * the device does not know, and when it is to be read for the screen. Bus thread, but for
 * pl_slots_init before it starts.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tick tells its values about every 200 ms. */
#define TICK_TOLD_NS (400 * PL_NS_PER_MS)

static size_t row_count(const struct pl_parameter *rows)
{
	size_t count = 0;

	while (rows && rows[count].name)
		count++;
	return count;
}

static void add_rows(struct pl_bus_member *member, int channel, const struct pl_parameter *rows)
{
	size_t count = row_count(rows);

	for (size_t i = 0; i < count; i++)
		member->slots[member->slot_count++] = (struct pl_bus_slot){
		    .target = {.device = (int16_t)member->index,
			       .channel = (int16_t)channel,
			       .parameter = (int16_t)i},
		    .row = &rows[i],
		};
}

void pl_slots_init(struct pl_bus_member *member)
{
	const struct pl_device *device = member->device;
	size_t channels = device->spec.channel_count;
	size_t total =
	    row_count(pl_device_rows(device, -1)) + channels * row_count(pl_device_rows(device, 0));

	member->slots = calloc(total + 1, sizeof member->slots[0]);
	if (!member->slots)
		pl_out_of_memory();
	add_rows(member, -1, pl_device_rows(device, -1));
	for (size_t i = 0; i < member->slot_count && member->carried_count < PL_CARRIED_MAX; i++)
		if (member->slots[i].row->kind == PL_KIND_CARRIED)
			member->carried[member->carried_count++] = &member->slots[i];
	for (size_t i = 0; i < channels; i++)
		add_rows(member, (int)i, pl_device_rows(device, 0));
	for (size_t i = 0; i < device->limit_count; i++) {
		struct pl_bus_slot *slot = pl_slots_find(member, device->limits[i].target);

		if (slot)
			slot->is_watched = true;
	}
	if (device->driver->read_many)
		member->asked = calloc(total + 1, sizeof member->asked[0]);
	if (device->driver->read_many && !member->asked)
		pl_out_of_memory();
}

struct pl_bus_slot *pl_slots_find(struct pl_bus_member *member, struct pl_target target)
{
	for (size_t i = 0; i < member->slot_count; i++)
		if (member->slots[i].target.channel == target.channel &&
		    member->slots[i].target.parameter == target.parameter)
			return &member->slots[i];
	return NULL;
}

/* Of a million events only the newest is shown: a reading is made when it is passed on. */
void pl_slots_carried(struct pl_bus_member *member, const struct pl_event *event)
{
	for (size_t i = 0; i < member->carried_count; i++) {
		if (isnan(event->carried[i]))
			continue;
		member->newest[i].t_ns = event->t_ns;
		member->newest[i].value = event->carried[i];
	}
}

void pl_slots_take_carried(struct pl_bus_member *member)
{
	for (size_t i = 0; i < member->carried_count; i++) {
		struct pl_bus_slot *slot = member->carried[i];

		if (member->newest[i].t_ns == 0)
			continue;
		slot->is_fresh = true;
		slot->reading = (struct pl_reading){
		    .t_mono_ns = member->newest[i].t_ns,
		    .quality = PL_QUALITY_OK,
		    .value = {.type = slot->row->type, .number = member->newest[i].value},
		};
		member->newest[i].t_ns = 0;
	}
}

/* A detector's counters come with its events; another instrument's are asked for. */
static bool is_wanted(const struct pl_bus_member *member, const struct pl_bus_slot *slot)
{
	bool is_told = member->device->driver->has_events && slot->row->kind != PL_KIND_STATE;

	return !is_told && (slot->row->show || slot->is_watched) &&
	       (slot->row->access & PL_ACCESS_READ) && !slot->is_unsupported;
}

/* Not what a tick has told just now; but a recording may be slow, or blocked by a full disk. */
bool pl_slots_is_asked(const struct pl_bus_member *member, const struct pl_bus_slot *slot)
{
	int64_t period_ns = member->device->refresh_ns;

	if (period_ns < TICK_TOLD_NS)
		period_ns = TICK_TOLD_NS;
	return is_wanted(member, slot) &&
	       (slot->recorded == 0 || pl_clock_mono_ns() - slot->told_ns >= period_ns);
}

static bool has_wanted(const struct pl_bus_member *member)
{
	for (size_t i = 0; i < member->slot_count; i++)
		if (is_wanted(member, &member->slots[i]))
			return true;
	return false;
}

void pl_slots_hold_off(struct pl_bus_member *member)
{
	int64_t period_ns = member->device->refresh_ns;

	member->refresh_ns =
	    period_ns > 0 && has_wanted(member) ? pl_clock_mono_ns() + period_ns : PL_NEVER;
}

void pl_slots_served(struct pl_bus_member *member)
{
	if (!member->device->driver->read_many)
		pl_slots_hold_off(member);
}

void pl_slots_reset(struct pl_bus_member *member)
{
	for (size_t i = 0; i < member->slot_count; i++)
		member->slots[i].is_unsupported = member->slots[i].is_fresh = false;
	memset(member->newest, 0, sizeof member->newest);
	member->refresh_takes_ns = member->limits_take_ns = 0;
	pl_slots_hold_off(member);
}

void pl_slots_unsupported(struct pl_bus_slot *slot, const char *how)
{
	slot->is_unsupported = true;
	snprintf(slot->unsupported, sizeof slot->unsupported, "%s%.*s",
		 strstr(how, "unsupported") ? "" : "unsupported: ", PL_REASON_SIZE - 16, how);
}

void pl_slots_make_empty(struct pl_reading *reading, const struct pl_error *error)
{
	*reading = (struct pl_reading){
	    .t_mono_ns = pl_clock_mono_ns(),
	    .quality = error->code == PL_ERR_PROTOCOL ? PL_QUALITY_INVALID : PL_QUALITY_MISSING,
	    .value = {.number = NAN}};
	snprintf(reading->reason, sizeof reading->reason, "%.*s", PL_REASON_SIZE - 1,
		 error->text[0] ? error->text : pl_status_text(error->code));
}
