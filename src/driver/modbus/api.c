/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api.c - what a Modbus instrument offers: its options and entry points. Its parameters come from
 * its profile. Bus thread, but for the constant tables, check(), unit(), cost(), parse_raw() and
 * decode(), which any thread may use.
 */
#include "driver/modbus/session.h"

#include <stdlib.h>

static const struct pl_option options[] = {
    {.key = "unit",
     .type = PL_OPTION_INTEGER,
     .min = 1,
     .max = 247,
     .fallback = "1",
     .text = "address of the instrument on its line",
     .offset = offsetof(struct pl_modbus_options, unit)},
    {.key = "timeout",
     .type = PL_OPTION_TIME,
     .min = 0.01,
     .max = 60,
     .fallback = "200 ms",
     .text = "how long an answer may take, beside the time its bytes need on the line",
     .offset = offsetof(struct pl_modbus_options, timeout_ns)},
    {.key = "retries",
     .type = PL_OPTION_INTEGER,
     .min = 0,
     .max = 10,
     .fallback = "1",
     .text = "how often a read is tried again that was not answered or not readable",
     .offset = offsetof(struct pl_modbus_options, retries)},
    {.key = "echo",
     .type = PL_OPTION_BOOLEAN,
     .fallback = "no",
     .text = "the line repeats what is sent (two-wire RS-485 adapters with their receiver on)",
     .offset = offsetof(struct pl_modbus_options, echo)},
    {.key = NULL},
};

static const struct pl_parameter none[] = {{.name = NULL}};

static bool has_register(const struct pl_profile *profile)
{
	for (size_t i = 0; i < profile->count; i++)
		if (profile->rows[i].has_register)
			return true;
	return false;
}

static enum pl_status check(const struct pl_device_spec *spec, struct pl_error *error)
{
	if (spec->profile && !has_register(spec->profile))
		return pl_error_set(error, PL_ERR_CONFIG, spec->name,
				    "profile %s has no Modbus registers", spec->profile->name);
	for (size_t i = 0; i < spec->channel_count; i++)
		if (spec->channels[i].id < 1 || spec->channels[i].id > 255)
			return pl_error_set(error, PL_ERR_CONFIG, spec->name,
					    "channel %s: instance %d is not 1 to 255",
					    spec->channels[i].name, spec->channels[i].id);
	return PL_OK;
}

static size_t instances_of(const struct pl_device_spec *spec)
{
	int most = 1;

	for (size_t i = 0; i < spec->channel_count; i++)
		if (spec->channels[i].id > most)
			most = spec->channels[i].id;
	return (size_t)most;
}

static enum pl_status open_device(const struct pl_device_spec *spec, const struct pl_host *host,
				  void **state, struct pl_error *error)
{
	enum pl_status status = check(spec, error);
	struct pl_modbus *session;

	if (status != PL_OK)
		return status;
	session = calloc(1, sizeof *session);
	if (!session)
		pl_out_of_memory();
	session->spec = spec;
	session->options = spec->options;
	session->profile = spec->profile;
	session->host = *host;
	session->limits = pl_modbus_profile_limits(spec->profile);
	session->bad =
	    calloc((spec->profile ? spec->profile->count : 0) * instances_of(spec) + 1, 1);
	if (!session->bad)
		pl_out_of_memory();
	*state = session;
	return PL_OK;
}

static void close_device(void *state)
{
	struct pl_modbus *session = state;

	if (session)
		free(session->bad);
	free(session);
}

static enum pl_status probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	return pl_modbus_probe(state, out, error);
}

static void feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	pl_modbus_feed(state, bytes, count, t_ns);
}

static enum pl_status read_parameter(void *state, int channel, int parameter,
				     struct pl_reading *out, struct pl_error *error)
{
	return pl_modbus_read(state, channel, parameter, out, error);
}

static enum pl_status write_parameter(void *state, int channel, int parameter, double value,
				      struct pl_write_report *out, struct pl_error *error)
{
	return pl_modbus_write(state, channel, parameter, value, out, error);
}

static enum pl_status read_many(void *state, struct pl_sample *samples, size_t count,
				struct pl_error *error)
{
	return pl_modbus_read_many(state, samples, count, error);
}

static int unit(const struct pl_device_spec *spec)
{
	const struct pl_modbus_options *set = spec->options;

	return (int)set->unit;
}

static const int speeds[] = {9600, 19200, 38400, 115200, 0};

static void make_options(int unit_number, void *out)
{
	*(struct pl_modbus_options *)out = (struct pl_modbus_options){
	    .unit = unit_number,
	    .timeout_ns = 200 * PL_NS_PER_MS,
	};
}

static const struct pl_discovery discovery = {
    .speeds = speeds,
    .first_unit = 1,
    .last_unit = 16,
    .make_options = make_options,
    .snippet_form = "profile: watlow-ez-zone-pm   # <- the instrument's own\nunit: %d",
};

const struct pl_driver pl_modbus_driver = {
    .name = "modbus",
    .summary = "instrument on Modbus RTU or TCP, described by a profile",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .sim = "ezzone?units=247", /* whatever address the bench names */
    .baud = 9600,
    .shares_line = true,
    .wants_profile = true,
    .options = options,
    .options_size = sizeof(struct pl_modbus_options),
    .parameters = none,
    .channel_parameters = none,
    .check = check,
    .open = open_device,
    .close = close_device,
    .probe = probe,
    .feed = feed,
    .read = read_parameter,
    .write = write_parameter,
    .unit = unit,
    .read_many = read_many,
    .cost = pl_modbus_cost,
    .parse_raw = pl_modbus_parse_raw,
    .decode = pl_modbus_explain,
    .discovery = &discovery,
};
