/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drivers that only have tables: enough to load a bench, nothing to open. */
#ifndef TEST_FAKE_DRIVER_H
#define TEST_FAKE_DRIVER_H

#include "plateau/driver.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_options {
	int protocol;
	int64_t tries;
	bool fast;
	double level;
	const char *label;
};

static const char *const fake_protocols[] = {"auto", "text", "binary", NULL};

static const struct pl_option fake_rows[] = {
    {.key = "protocol",
     .type = PL_OPTION_WORD,
     .words = fake_protocols,
     .fallback = "auto",
     .text = "how it is spoken to",
     .offset = offsetof(struct fake_options, protocol)},
    {.key = "probes",
     .type = PL_OPTION_INTEGER,
     .min = 1,
     .max = 20000,
     .fallback = "3",
     .text = "how often it is asked",
     .offset = offsetof(struct fake_options, tries)},
    {.key = "fast",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "a switch",
     .offset = offsetof(struct fake_options, fast)},
    {.key = "level",
     .type = PL_OPTION_REAL,
     .unit = "mV",
     .min = 0,
     .max = 5000,
     .fallback = "100 mV",
     .text = "a level",
     .offset = offsetof(struct fake_options, level)},
    {.key = "label",
     .type = PL_OPTION_TEXT,
     .fallback = "",
     .text = "a text",
     .offset = offsetof(struct fake_options, label)},
    {.key = NULL},
};

static const struct pl_parameter fake_oven_parameters[] = {
    {.name = "temperature", .id = 4001, .unit = "C", .access = PL_ACCESS_READ, .text = "-"},
    {.name = "level",
     .unit = "mV",
     .max = 5000,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .text = "-"},
    {.name = "setpoint",
     .unit = "C",
     .max = 80,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .persistent = true,
     .text = "-"},
    {.name = "serial", .type = PL_VALUE_TEXT, .unit = "", .access = 3, .text = "-"},
    {.name = "reset", .unit = "", .access = PL_ACCESS_WRITE, .text = "-"},
    {.name = NULL},
};

/* What a detector has: readings its lines carry, a counter, one that must be asked for. */
static const struct pl_parameter fake_detector_parameters[] = {
    {.name = "temperature",
     .id = 4001,
     .kind = PL_KIND_CARRIED,
     .unit = "C",
     .access = PL_ACCESS_READ,
     .text = "-"},
    {.name = "level",
     .unit = "mV",
     .max = 5000,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .text = "-"},
    {.name = "events", .kind = PL_KIND_COUNTER, .unit = "", .access = PL_ACCESS_READ, .text = "-"},
    {.name = NULL},
};

static const struct pl_parameter fake_channel_parameters[] = {
    {.name = "threshold",
     .type = PL_VALUE_INTEGER,
     .unit = "",
     .min = 1,
     .max = 1023,
     .step = 1,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .text = "-"},
    {.name = "hits", .unit = "", .access = PL_ACCESS_READ, .text = "-"},
    {.name = "bias",
     .unit = "mV",
     .max = 900,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .text = "-"},
    {.name = NULL},
};

static enum pl_status fake_check(const struct pl_device_spec *spec, struct pl_error *error)
{
	for (size_t i = 0; i < spec->channel_count; i++)
		if (spec->channels[i].id < 1 || spec->channels[i].id > 16)
			return pl_error_set(error, PL_ERR_CONFIG, "",
					    "channel %s: id %d is not 1..16",
					    spec->channels[i].name, spec->channels[i].id);
	return PL_OK;
}

/* Stands in for the driver of the benches in share/bench. */
static const struct pl_driver fake_detector = {
    .name = "osechi",
    .summary = "a detector of the tests",
    .ports = PL_PORT_SERIAL,
    .sim = "osechi",
    .has_events = true,
    .options = fake_rows,
    .options_size = sizeof(struct fake_options),
    .parameters = fake_detector_parameters,
    .channel_parameters = fake_channel_parameters,
    .check = fake_check,
};

static const struct pl_driver fake_oven = {
    .name = "oven",
    .summary = "an oven of the tests",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .parameters = fake_oven_parameters,
};

/* Several on one line, told apart by an address. */
struct fake_node_options {
	int64_t unit;
};

static const struct pl_option fake_node_rows[] = {
    {.key = "unit",
     .type = PL_OPTION_INTEGER,
     .min = 1,
     .max = 247,
     .fallback = "1",
     .text = "its address",
     .offset = offsetof(struct fake_node_options, unit)},
    {.key = NULL},
};

static const struct pl_parameter fake_node_parameters[] = {
    {.name = "value", .unit = "", .access = PL_ACCESS_READ, .text = "-"},
    {.name = NULL},
};

static int fake_unit(const struct pl_device_spec *spec)
{
	return (int)((const struct fake_node_options *)spec->options)->unit;
}

static const struct pl_driver fake_node = {
    .name = "node",
    .summary = "an instrument with an address",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .sim = "node",
    .shares_line = true,
    .options = fake_node_rows,
    .options_size = sizeof(struct fake_node_options),
    .parameters = fake_node_parameters,
    .unit = fake_unit,
};

/* "@2488:u16" into address and the length of the type, as if that were its number. */
static enum pl_status fake_parse_raw(const struct pl_device_spec *spec, const char *text,
				     struct pl_target *out, struct pl_error *error)
{
	unsigned address = 0;
	char type[4] = "";

	(void)spec;
	if (sscanf(text, "@%u:%3s", &address, type) != 2 || type[0] != 'u')
		return pl_error_set(error, PL_ERR_USAGE, "", "@NUMBER:u8, u16 or u32 is wanted");
	out->parameter = PL_PARAMETER_RAW;
	out->raw_address = address;
	out->raw_type = (uint16_t)atoi(type + 1);
	return PL_OK;
}

static const struct pl_parameter fake_no_parameters[] = {{.name = NULL}};

/* Described by a profile. */
static const struct pl_driver fake_meter = {
    .name = "modbus",
    .summary = "an instrument with a profile",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .sim = "ezzone?bus=test",
    .shares_line = true,
    .wants_profile = true,
    .options = fake_node_rows,
    .options_size = sizeof(struct fake_node_options),
    .parameters = fake_no_parameters,
    .channel_parameters = fake_no_parameters,
    .unit = fake_unit,
    .parse_raw = fake_parse_raw,
};

static const struct pl_driver *const fake_drivers[] = {&fake_detector, &fake_oven, &fake_node,
						       &fake_meter, NULL};

#endif
