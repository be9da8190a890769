/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api.c - what a controller on Standard Bus offers: options, entry points. Its parameters are
 * those of a profile, by their `id`. Bus thread, but for the constant tables, check(), cost(),
 * unit(), parse_raw() and decode(), which any thread may use.
 */
#include "driver/stdbus/session.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_GUESS 4001 /* process value: asked when no profile says what there is */

static const struct pl_option options[] = {
    {.key = "address",
     .type = PL_OPTION_INTEGER,
     .min = 1,
     .max = PL_STDBUS_UNITS,
     .fallback = "1",
     .text = "address of the controller on its line (zone), 1 to 16",
     .offset = offsetof(struct pl_stdbus_options, address)},
    {.key = "timeout",
     .type = PL_OPTION_TIME,
     .min = 0.02,
     .max = 10,
     .fallback = "200 ms",
     .text = "how long an answer may take; one that comes later is thrown away",
     .offset = offsetof(struct pl_stdbus_options, timeout_ns)},
    {.key = "retries",
     .type = PL_OPTION_INTEGER,
     .min = 0,
     .max = 10,
     .fallback = "1",
     .text = "how often a read is asked again; in a recording only after a damaged reply",
     .offset = offsetof(struct pl_stdbus_options, retries)},
    {.key = NULL},
};

static const struct pl_parameter no_parameters[] = {{.name = NULL}};

static bool has_ids(const struct pl_profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		if (pl_stdbus_id_valid(profile->rows[i].id))
			return true;
	}
	return false;
}

static enum pl_status check(const struct pl_device_spec *spec, struct pl_error *error)
{
	if (spec->profile != NULL && !has_ids(spec->profile))
		return pl_error_set(error, PL_ERR_CONFIG, spec->name,
				    "profile %s gives no Standard Bus ids (key id of a parameter)",
				    spec->profile->name);
	for (size_t i = 0; i < spec->channel_count; i++) {
		if (spec->channels[i].id < 1 || spec->channels[i].id > UINT8_MAX)
			return pl_error_set(error, PL_ERR_CONFIG, spec->name,
					    "instance %d: Standard Bus has instances 1 to 255",
					    spec->channels[i].id);
	}
	return PL_OK;
}

static enum pl_status open_device(const struct pl_device_spec *spec, const struct pl_host *host,
				  void **state, struct pl_error *error)
{
	size_t rows = spec->profile != NULL ? spec->profile->count : 0;
	enum pl_status status = check(spec, error);
	struct pl_stdbus *session;

	if (status != PL_OK)
		return status;
	session = calloc(1, sizeof *session);
	if (session == NULL)
		pl_out_of_memory();
	session->known = calloc(rows * pl_stdbus_instances(spec) + 1, sizeof *session->known);
	if (session->known == NULL)
		pl_out_of_memory();
	session->spec = spec;
	session->options = spec->options;
	session->host = *host;
	pl_text_copy(session->where, sizeof session->where, spec->name);
	*state = session;
	return PL_OK;
}

static void close_device(void *state)
{
	struct pl_stdbus *session = state;

	if (session != NULL)
		free(session->known);
	free(session);
}

static void feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	pl_stdbus_listen(state, bytes, count, t_ns);
}

/* ---- who is there ---- */

static void forget(struct pl_stdbus *session)
{
	size_t rows = session->spec->profile != NULL ? session->spec->profile->count : 0;

	memset(session->known, 0,
	       rows * pl_stdbus_instances(session->spec) * sizeof *session->known);
	session->parser.count = 0;
	session->owed.service = 0;
	session->good[0].service = session->good[1].service = 0;
	session->is_echo_said = false;
}

/* A refusal is an answer too. */
static bool is_there(enum pl_status status)
{
	return status == PL_OK || status == PL_ERR_UNSUPPORTED || status == PL_ERR_REFUSED;
}

/* One of the rows that say who it is, as text; empty when the device does not tell. */
static enum pl_status ask_who(struct pl_stdbus *session, int row, char *out, size_t cap,
			      struct pl_error *error)
{
	struct pl_sample sample = {.target = {.channel = -1, .parameter = (int16_t)row}};
	const struct pl_value *value = &sample.reading.value;
	enum pl_status status;

	if (row < 0 || !pl_stdbus_id_valid(session->spec->profile->rows[row].id) ||
	    (session->spec->profile->parameters[row].access & PL_ACCESS_READ) == 0)
		return PL_OK;
	status = pl_stdbus_read(session, &sample, error);
	if (status == PL_OK && value->text[0] != '\0')
		pl_text_copy(out, cap, value->text);
	else if (status == PL_OK && !isnan(value->number))
		snprintf(out, cap, "%.10g", value->number);
	return is_there(status) ? PL_OK : status;
}

/* The first two rows that can be read show that it is there, and what a late answer is told by. */
static enum pl_status ask_first(struct pl_stdbus *session, struct pl_error *error)
{
	const struct pl_profile *profile = session->spec->profile;
	enum pl_status status = PL_OK;
	int asked = 0;

	for (size_t i = 0; i < profile->count && asked < 2 && is_there(status); i++) {
		struct pl_sample sample = {.target = {.channel = -1, .parameter = (int16_t)i}};

		if (!pl_stdbus_id_valid(profile->rows[i].id) ||
		    (profile->parameters[i].access & PL_ACCESS_READ) == 0)
			continue;
		status = pl_stdbus_read(session, &sample, error);
		asked++;
	}
	return is_there(status) ? PL_OK : status;
}

static enum pl_status ask_unknown(struct pl_stdbus *session, struct pl_error *error)
{
	struct pl_sample sample = {
	    .target = {.channel = -1, .parameter = PL_PARAMETER_RAW, .raw_address = FIRST_GUESS}};
	enum pl_status status = pl_stdbus_read(session, &sample, error);

	return is_there(status) ? PL_OK : status;
}

static enum pl_status probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	struct pl_stdbus *session = state;
	const struct pl_profile *profile = session->spec->profile;
	enum pl_status status;

	forget(session);
	status = profile == NULL ? ask_unknown(session, error) : ask_first(session, error);
	if (status == PL_OK && profile != NULL)
		status = ask_who(session, profile->model_row, out->model, sizeof out->model, error);
	if (status == PL_OK && profile != NULL)
		status = ask_who(session, profile->firmware_row, out->firmware,
				 sizeof out->firmware, error);
	if (status == PL_OK && profile != NULL)
		status =
		    ask_who(session, profile->serial_row, out->serial, sizeof out->serial, error);
	pl_text_copy(out->protocol, sizeof out->protocol, "standard bus");
	out->reads_back = true;
	return status;
}

/* ---- reading and writing ---- */

static enum pl_status read_parameter(void *state, int channel, int parameter,
				     struct pl_reading *out, struct pl_error *error)
{
	struct pl_sample sample = {
	    .target = {.channel = (int16_t)channel, .parameter = (int16_t)parameter}};
	enum pl_status status = pl_stdbus_read(state, &sample, error);

	*out = sample.reading;
	return status;
}

static enum pl_status read_many(void *state, struct pl_sample *samples, size_t count,
				struct pl_error *error)
{
	return pl_stdbus_read_many(state, samples, count, error);
}

static enum pl_status write_parameter(void *state, int channel, int parameter, double value,
				      struct pl_write_report *out, struct pl_error *error)
{
	struct pl_stdbus *session = state;
	struct pl_target target = {.channel = (int16_t)channel, .parameter = (int16_t)parameter};
	struct pl_stdbus_item item;
	enum pl_status status;

	*out = (struct pl_write_report){.applied = NAN, .readback = NAN};
	if (parameter < 0)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name,
				    "only what the profile describes can be written");
	status = pl_stdbus_item_find(session->spec, &target, &item, error);
	if (status == PL_OK &&
	    (session->spec->profile->parameters[item.row].access & PL_ACCESS_WRITE) == 0)
		status = pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name,
				      "%s can only be read",
				      session->spec->profile->parameters[item.row].name);
	return status == PL_OK ? pl_stdbus_write(session, &item, value, out, error) : status;
}

static int unit(const struct pl_device_spec *spec)
{
	return (int)((const struct pl_stdbus_options *)spec->options)->address;
}

/* ---- looking for it ---- */

static const int speeds[] = {38400, 19200, 9600, 0};

static void make_options(int address, void *out)
{
	*(struct pl_stdbus_options *)out = (struct pl_stdbus_options){
	    .address = address,
	    .timeout_ns = 100 * PL_NS_PER_MS,
	};
}

static const struct pl_discovery discovery = {
    .speeds = speeds,
    .first_unit = 1,
    .last_unit = PL_STDBUS_UNITS,
    .make_options = make_options,
    .snippet_form = "profile: watlow-ez-zone-pm   # <- the instrument's own\naddress: %d",
};

const struct pl_driver pl_stdbus_driver = {
    .name = "stdbus",
    .summary = "controllers on Watlow Standard Bus (EZ-ZONE PM), up to 16 on one EIA-485 line",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .sim = "ezzone?bus=stdbus&units=16", /* whatever address the bench names */
    .baud = 38400,
    .shares_line = true,
    .wants_profile = true,
    .options = options,
    .options_size = sizeof(struct pl_stdbus_options),
    .parameters = no_parameters,
    .channel_parameters = no_parameters,
    .check = check,
    .open = open_device,
    .close = close_device,
    .probe = probe,
    .feed = feed,
    .read = read_parameter,
    .write = write_parameter,
    .unit = unit,
    .read_many = read_many,
    .cost = pl_stdbus_cost,
    .parse_raw = pl_stdbus_parse_raw,
    .decode = pl_stdbus_decode,
    .discovery = &discovery,
};
