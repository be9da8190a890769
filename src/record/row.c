/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.c - what the cells of a row are: of which parameter, and which of them are empty.
 *
 * The samples of a bus come in the order of the recording, so the parameter of one is nearly always
 * the one behind the last; only where a tick of another bus begins is it looked for. One thread.
 */
#include "record/row_inside.h"

#include "port/port.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Protocols whose lines and networks have names of their own. */
static const struct {
	const char *driver, *line, *network;
} dialects[] = {{"modbus", "modbus_rtu", "modbus_tcp"}};

static const char *protocol_of(const struct pl_device *device)
{
	for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
		if (strcmp(device->driver->name, dialects[i].driver) == 0)
			return pl_port_kind(device->port, NULL) == PL_PORT_TCP ? dialects[i].network
									       : dialects[i].line;
	return device->driver->name;
}

static void describe(const struct pl_device *device, const struct pl_beside *reading,
		     struct pl_row_target *out)
{
	const struct pl_device_spec *spec = &device->spec;
	int channel = reading->target.channel;

	*out = (struct pl_row_target){.target = reading->target,
				      .device = spec->name,
				      .protocol = protocol_of(device),
				      .parameter = reading->path + strlen(spec->name) + 1,
				      .unit = "",
				      .instance = channel < 0 ? 1 : spec->channels[channel].id};
	if (reading->parameter) {
		if (channel < 0 || !device->driver->has_events) /* of a detector: top.hits */
			out->parameter = reading->parameter->name;
		out->unit = reading->parameter->unit;
		out->parameter_id = reading->parameter->id;
	}
	out->has_address = device->driver->unit || channel >= 0;
	if (device->driver->unit)
		out->address = device->driver->unit(spec);
	else if (channel >= 0)
		out->address = spec->channels[channel].id;
}

struct pl_row_maker *pl_row_maker_new(const struct pl_bench *bench,
				      const struct pl_recording *recording, enum pl_row_form form,
				      bool has_raw)
{
	struct pl_row_maker *maker = calloc(1, sizeof *maker);

	if (!maker)
		pl_out_of_memory();
	*maker = (struct pl_row_maker){.bench = bench,
				       .form = form,
				       .has_raw = has_raw && form == PL_ROW_JSON,
				       .count = recording->reading_count,
				       .utc_second = -1};
	maker->entries = calloc(maker->count + 1, sizeof *maker->entries);
	if (!maker->entries)
		pl_out_of_memory();
	pl_row_init_text(maker);
	for (size_t i = 0; i < maker->count; i++) {
		const struct pl_beside *reading = &recording->readings[i];

		describe(&bench->devices[reading->target.device], reading,
			 &maker->entries[i].about);
		pl_row_prepare(maker, &maker->entries[i]);
	}
	return maker;
}

void pl_row_maker_free(struct pl_row_maker *maker)
{
	if (!maker)
		return;
	for (size_t i = 0; i < maker->count; i++) {
		pl_text_free(&maker->entries[i].head);
		pl_text_free(&maker->entries[i].unit);
	}
	free(maker->entries);
	pl_text_free(&maker->slot);
	pl_text_free(&maker->times);
	pl_text_free(&maker->outcome);
	pl_text_free(&maker->scratch);
	free(maker);
}

static bool is_same(const struct pl_target *a, const struct pl_target *b)
{
	return a->device == b->device && a->channel == b->channel && a->parameter == b->parameter &&
	       a->raw_address == b->raw_address && a->raw_type == b->raw_type;
}

/* Position in the recording. */
static size_t find(struct pl_row_maker *maker, const struct pl_target *target)
{
	for (size_t i = 0; i < maker->count; i++) {
		size_t at = maker->next + i < maker->count ? maker->next + i
							   : maker->next + i - maker->count;

		if (!is_same(&maker->entries[at].about.target, target))
			continue;
		maker->next = at + 1 < maker->count ? at + 1 : 0;
		return at;
	}
	assert(false && "a sample of a parameter that is not recorded");
	return 0;
}

size_t pl_row_count(const struct pl_tick *tick)
{
	size_t count = 0;

	if (tick->kind == PL_TICK_GAP)
		return 1;
	for (size_t i = 0; i < tick->count; i++)
		count += tick->samples[i].was_asked;
	return count;
}

static void get_gap(struct pl_row_maker *maker, const struct pl_tick *tick, struct pl_row *out)
{
	snprintf(maker->reason, sizeof maker->reason, "n=%llu; %.*s",
		 (unsigned long long)tick->slots, (int)sizeof tick->why, tick->why);
	*out = (struct pl_row){.tick = tick->n,
			       .scheduled_ns = tick->scheduled_ns,
			       .device = "",
			       .status = "gap",
			       .reason = maker->reason,
			       .raw = ""};
	if (tick->device >= 0)
		out->device = maker->bench->devices[tick->device].spec.name;
}

static void get_sample(struct pl_row_maker *maker, const struct pl_tick *tick,
		       const struct pl_sample *sample, struct pl_row *out)
{
	static const char *const names[] = {[PL_QUALITY_OK] = "ok",
					    [PL_QUALITY_STALE] = "stale",
					    [PL_QUALITY_OVER] = "over",
					    [PL_QUALITY_INVALID] = "invalid",
					    [PL_QUALITY_MISSING] = "missing"};
	const struct pl_reading *reading = &sample->reading;
	bool has_value = reading->quality == PL_QUALITY_OK || reading->quality == PL_QUALITY_STALE;

	*out = (struct pl_row){.tick = tick->n,
			       .scheduled_ns = tick->scheduled_ns,
			       .lateness_ns = tick->started_ns - tick->scheduled_ns,
			       .position = find(maker, &sample->target),
			       .value = has_value ? &reading->value : NULL,
			       .t_mono_ns = reading->t_mono_ns,
			       .requested_ns = sample->requested_ns,
			       .received_ns = sample->received_ns,
			       .utc_offset_ns = tick->utc_offset_ns,
			       .status = names[reading->quality],
			       .reason = reading->reason,
			       .raw = sample->raw};
	out->target = &maker->entries[out->position].about;
	out->device = out->target->device;
}

bool pl_row_get(struct pl_row_maker *maker, const struct pl_tick *tick, size_t i,
		struct pl_row *out)
{
	if (tick->kind == PL_TICK_GAP) {
		get_gap(maker, tick, out);
		return true;
	}
	if (!tick->samples[i].was_asked)
		return false;
	get_sample(maker, tick, &tick->samples[i], out);
	return true;
}
