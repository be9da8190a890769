/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.c - where a parameter stands on the wire: rows of the profile for each instance, and
 * registers that no row describes. Pure, any thread.
 */
#include "driver/modbus/plan.h"

#include "driver/modbus/protocol.h"
#include "driver/modbus/value.h"
#include "plateau/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned registers;
} types[] = {
#define ROW(code, name, registers) [code] = {name, registers},
    PL_WIRE_TYPE_LIST(ROW)
#undef ROW
};

static const struct pl_parameter raw_parameter = {
    .name = "register",
    .type = PL_VALUE_REAL,
    .unit = "",
    .access = PL_ACCESS_READ,
    .text = "a register that no row of the profile describes",
};

struct pl_profile_row pl_modbus_row(const struct pl_profile *profile, int index, unsigned instance)
{
	struct pl_profile_row row = profile->rows[index];

	if (instance < row.instances)
		row.address = (uint16_t)(row.address + instance * row.instance_step);
	return row;
}

/* The order of the first value that has one. */
static int word_order_of(const struct pl_profile *profile)
{
	for (size_t i = 0; profile && i < profile->count; i++)
		if (profile->rows[i].has_register && profile->rows[i].registers > 1)
			return profile->rows[i].word_order;
	return PL_WORDS_HIGH_LOW;
}

static enum pl_status place_raw(const struct pl_device_spec *spec, const struct pl_target *target,
				struct pl_modbus_place *out)
{
	out->parameter = &raw_parameter;
	out->index = -1;
	out->row = (struct pl_profile_row){
	    .type = (enum pl_wire_type)target->raw_type,
	    .word_order = word_order_of(spec->profile),
	    .has_register = true,
	    .address = (uint16_t)target->raw_address,
	    .registers = (uint16_t)types[target->raw_type].registers,
	    .read_function = PL_MODBUS_READ_HOLDING,
	    .scale = 1,
	    .instances = 1,
	    .valid_row = -1,
	    .min_row = -1,
	    .max_row = -1,
	};
	return PL_OK;
}

static bool can_be_read(const struct pl_profile_row *row)
{
	bool is_number = row->type != PL_WIRE_STRING;
	bool is_bits = pl_modbus_function_is_bits(row->read_function);

	return row->has_register && pl_modbus_function_reads(row->read_function) &&
	       row->registers > 0 && row->registers <= PL_MODBUS_REGISTERS_MAX &&
	       (!is_number || is_bits || row->registers <= PL_MODBUS_NUMBER_MAX);
}

enum pl_status pl_modbus_place(const struct pl_device_spec *spec, const struct pl_target *target,
			       struct pl_modbus_place *out, struct pl_error *error)
{
	const struct pl_profile *profile = spec->profile;
	bool is_instance = target->channel >= 0;

	*out = (struct pl_modbus_place){.index = target->parameter};
	if (target->parameter == PL_PARAMETER_RAW)
		return place_raw(spec, target, out);
	if (!profile)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, spec->name,
				    "it has no profile that says what it can be asked");
	if (is_instance) {
		out->index = profile->instanced_rows[target->parameter];
		out->instance = (unsigned)spec->channels[target->channel].id - 1;
	}
	out->parameter = &profile->parameters[out->index];
	out->row = pl_modbus_row(profile, out->index, out->instance);
	if (!can_be_read(&out->row))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, spec->name,
				    "%s has no Modbus register to be read from in profile %s",
				    out->parameter->name, profile->name);
	if (out->row.valid_row >= 0) {
		out->validity = pl_modbus_row(profile, out->row.valid_row, out->instance);
		out->validity_parameter = &profile->parameters[out->row.valid_row];
		out->has_validity = can_be_read(&out->validity);
	}
	return PL_OK;
}

static enum pl_status not_raw(const struct pl_device_spec *spec, const char *text,
			      struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_CONFIG, spec->name,
			    "%s: a register is @NUMBER:TYPE, as @2488:u16; NUMBER is 0 to 65535, "
			    "TYPE is u16, s16, u32, s32, f32 or f64",
			    text);
}

enum pl_status pl_modbus_parse_raw(const struct pl_device_spec *spec, const char *text,
				   struct pl_target *out, struct pl_error *error)
{
	const char *colon = strchr(text, ':');
	char number[8];
	int64_t address;

	if (text[0] != '@' || !colon || colon - text - 1 >= (ptrdiff_t)sizeof number)
		return not_raw(spec, text, error);
	snprintf(number, sizeof number, "%.*s", (int)(colon - text - 1), text + 1);
	if (!pl_text_to_int(number, &address) || number[0] < '0' || number[0] > '9')
		return not_raw(spec, text, error);
	for (unsigned i = 0; i < PL_WIRE_ENUM; i++) {
		if (strcmp(types[i].name, colon + 1) != 0)
			continue;
		if (address < 0 || address + (int64_t)types[i].registers > 65536)
			return not_raw(spec, text, error);
		out->parameter = PL_PARAMETER_RAW;
		out->raw_type = (uint16_t)i;
		out->raw_address = (uint32_t)address;
		return PL_OK;
	}
	return not_raw(spec, text, error);
}
