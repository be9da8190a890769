/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * item.c - parameters of a profile as Standard Bus sees them: id, instance, kind of value, cost.
 *
 * Instance 1 is the device itself, another one is the channel of that id. Pure, any thread.
 */
#include "driver/stdbus/session.h"

#include "plateau/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BITS_PER_BYTE 10 /* 8N1 */

size_t pl_stdbus_instances(const struct pl_device_spec *spec)
{
	return spec->channel_count + 1;
}

const struct pl_profile_row *pl_stdbus_row(const struct pl_device_spec *spec,
					   const struct pl_stdbus_item *item)
{
	return item->row < 0 ? NULL : &spec->profile->rows[item->row];
}

static enum pl_status refuse(const struct pl_device_spec *spec, int row, struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_UNSUPPORTED, spec->name,
			    "%s has no Standard Bus id in profile %s",
			    spec->profile->parameters[row].name, spec->profile->name);
}

enum pl_status pl_stdbus_item_find(const struct pl_device_spec *spec,
				   const struct pl_target *target, struct pl_stdbus_item *out,
				   struct pl_error *error)
{
	const struct pl_profile *profile = spec->profile;
	int channel = target->channel;

	*out = (struct pl_stdbus_item){.row = -1, .instance = 1};
	if (channel >= 0)
		out->instance = (uint8_t)spec->channels[channel].id;
	if (target->parameter == PL_PARAMETER_RAW) {
		out->id = target->raw_address;
		out->raw_type = (enum pl_stdbus_type)target->raw_type;
		return PL_OK;
	}
	out->row = channel < 0 ? target->parameter : profile->instanced_rows[target->parameter];
	out->place = (size_t)out->row * pl_stdbus_instances(spec) + (size_t)(channel + 1);
	out->id = profile->rows[out->row].id;
	return pl_stdbus_id_valid(out->id) ? PL_OK : refuse(spec, out->row, error);
}

bool pl_stdbus_item_verdict(const struct pl_device_spec *spec, const struct pl_stdbus_item *item,
			    struct pl_stdbus_item *out)
{
	const struct pl_profile_row *row = pl_stdbus_row(spec, item), *verdict;
	size_t instances = pl_stdbus_instances(spec);
	bool is_shared;

	if (row == NULL || row->valid_row < 0 || row->valid_row == item->row)
		return false;
	verdict = &spec->profile->rows[row->valid_row];
	is_shared = verdict->instances < item->instance;
	*out = (struct pl_stdbus_item){
	    .row = row->valid_row,
	    .id = verdict->id,
	    .instance = is_shared ? 1 : item->instance,
	    .place = (size_t)row->valid_row * instances + (is_shared ? 0 : item->place % instances),
	};
	return pl_stdbus_id_valid(out->id);
}

enum pl_stdbus_kind pl_stdbus_item_kind(const struct pl_device_spec *spec,
					const struct pl_stdbus_item *item)
{
	const struct pl_profile_row *row = pl_stdbus_row(spec, item);

	if (row == NULL) {
		if (item->raw_type == PL_STDBUS_ANY)
			return PL_STDBUS_KIND_ANY;
		return item->raw_type == PL_STDBUS_F32	    ? PL_STDBUS_KIND_REAL
		       : item->raw_type == PL_STDBUS_STRING ? PL_STDBUS_KIND_STRING
							    : PL_STDBUS_KIND_WHOLE;
	}
	switch (row->type) {
	case PL_WIRE_STRING:
		return PL_STDBUS_KIND_STRING;
	case PL_WIRE_F32:
	case PL_WIRE_F64:
		return PL_STDBUS_KIND_REAL;
	case PL_WIRE_ENUM:
	case PL_WIRE_BITS:
		return PL_STDBUS_KIND_WHOLE;
	default: /* a scaled register may be a float here */
		return row->scale > 1 || row->scale < 1 ? PL_STDBUS_KIND_REAL
							: PL_STDBUS_KIND_WHOLE;
	}
}

void pl_stdbus_item_path(const struct pl_device_spec *spec, const struct pl_stdbus_item *item,
			 char out[PL_PATH_SIZE])
{
	char instance[8] = "";

	if (item->instance != 1)
		snprintf(instance, sizeof instance, ".%u", item->instance);
	if (item->row < 0)
		snprintf(out, PL_PATH_SIZE, "%s%s.@%u", spec->name, instance, item->id);
	else
		snprintf(out, PL_PATH_SIZE, "%s%s.%s", spec->name, instance,
			 spec->profile->parameters[item->row].name);
}

/* ---- cost ---- */

static size_t value_size(const struct pl_device_spec *spec, const struct pl_stdbus_item *item)
{
	const struct pl_profile_row *row = pl_stdbus_row(spec, item);

	if (row == NULL)
		return 1 + (item->raw_type == PL_STDBUS_U8	? 1
			    : item->raw_type == PL_STDBUS_U16	? 2
			    : item->raw_type == PL_STDBUS_WORDS ? 3
								: 4);
	switch (row->type) {
	case PL_WIRE_U16:
	case PL_WIRE_S16:
		return 3;
	case PL_WIRE_ENUM:
	case PL_WIRE_BITS:
		return 4;
	case PL_WIRE_STRING:
		return 2 + 2u * row->registers;
	default:
		return 5;
	}
}

/* Both frames: 37 bytes for a float, which is 9.64 ms at 38400 baud. */
static size_t read_size(const struct pl_device_spec *spec, const struct pl_stdbus_item *item)
{
	size_t frame = PL_STDBUS_HEADER + 6 + 2;

	return frame + frame + value_size(spec, item);
}

static bool same(const struct pl_stdbus_item *a, const struct pl_stdbus_item *b)
{
	return a->row >= 0 && a->row == b->row && a->place == b->place;
}

/* Whether the verdict of target i is read anyway: as a target, or for an earlier one. */
static bool is_counted(const struct pl_device_spec *spec, const struct pl_target *targets,
		       size_t count, size_t i, const struct pl_stdbus_item *verdict)
{
	for (size_t k = 0; k < count; k++) {
		struct pl_stdbus_item item, other;

		if (pl_stdbus_item_find(spec, &targets[k], &item, NULL) != PL_OK)
			continue;
		if (same(&item, verdict))
			return true;
		if (k < i && pl_stdbus_item_verdict(spec, &item, &other) && same(&other, verdict))
			return true;
	}
	return false;
}

struct pl_wire_cost pl_stdbus_cost(const struct pl_device_spec *spec,
				   const struct pl_target *targets, size_t count, int64_t baud)
{
	struct pl_wire_cost cost = {0};
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		struct pl_stdbus_item item, verdict;

		if (pl_stdbus_item_find(spec, &targets[i], &item, NULL) != PL_OK)
			continue;
		cost.transactions++;
		bytes += read_size(spec, &item);
		if (!pl_stdbus_item_verdict(spec, &item, &verdict) ||
		    is_counted(spec, targets, count, i, &verdict))
			continue;
		cost.transactions++;
		bytes += read_size(spec, &verdict);
	}
	if (baud > 0)
		cost.time_ns = (int64_t)bytes * BITS_PER_BYTE * PL_NS_PER_S / baud;
	return cost;
}

/* ---- parameters no row describes ---- */

enum pl_status pl_stdbus_parse_raw(const struct pl_device_spec *spec, const char *text,
				   struct pl_target *out, struct pl_error *error)
{
	const char *colon = strchr(text, ':');
	enum pl_stdbus_type type = PL_STDBUS_ANY;
	char digits[8] = "";
	int64_t id = 0;
	size_t count = colon != NULL ? (size_t)(colon - text) : strlen(text);

	if (text[0] == '@' && count > 1 && count <= sizeof digits)
		memcpy(digits, text + 1, count - 1);
	if (!pl_text_to_int(digits, &id) || id < 0 || !pl_stdbus_id_valid((uint32_t)id))
		return pl_error_set(
		    error, PL_ERR_USAGE, spec->name,
		    "%s is no Standard Bus parameter: @ID or @ID:TYPE, as @4001:f32", text);
	if (colon != NULL)
		type = pl_stdbus_type_find(colon + 1);
	if (colon != NULL && type == PL_STDBUS_ANY)
		return pl_error_set(error, PL_ERR_USAGE, spec->name,
				    "%s: the types of Standard Bus are u8 u16 u32 s32 f32 enum "
				    "string",
				    text);
	out->parameter = PL_PARAMETER_RAW;
	out->raw_address = (uint32_t)id;
	out->raw_type = (uint16_t)type;
	return PL_OK;
}
