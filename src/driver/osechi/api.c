/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api.c - what an OSECHI offers: its options, its parameters, its entry points. Bus thread, but
 * for the constant tables and check(), which any thread may use.
 *
 * Hits, rates and the number of events are counted by whoever receives the events; their rows
 * stand here so that they have names and units, and reading them from the device is unsupported.
 */
#include "driver/osechi/session.h"

#include <math.h>
#include <stdlib.h>

static const char *const protocol_words[] = {"auto", "text", "binary", NULL};

static const struct pl_option options[] = {
    {.key = "protocol",
     .type = PL_OPTION_WORD,
     .words = protocol_words,
     .fallback = "auto",
     .text = "how thresholds are written; auto asks harmless questions, binary never asks",
     .offset = offsetof(struct pl_osechi_options, protocol)},
    {.key = "reply_timeout",
     .type = PL_OPTION_TIME,
     .min = 0.1,
     .max = 60,
     .fallback = "1 s",
     .text = "how long an answer may take (the firmware itself gives up after 0.5 s)",
     .offset = offsetof(struct pl_osechi_options, reply_timeout_ns)},
    {.key = "boot_wait",
     .type = PL_OPTION_TIME,
     .min = 0,
     .max = 60,
     .fallback = "0.5 s",
     .text = "what comes so soon after opening is boot text",
     .offset = offsetof(struct pl_osechi_options, boot_wait_ns)},
    {.key = "probe_events",
     .type = PL_OPTION_TIME,
     .min = 0,
     .max = 600,
     .fallback = "10 s",
     .text = "protocol auto: how long to look for event lines of an old firmware",
     .offset = offsetof(struct pl_osechi_options, probe_events_ns)},
    {.key = NULL},
};

enum { EVENTS = PL_OSECHI_CARRIED, POLL_COUNT, DEADTIME, FIRMWARE, UPTIME };

static const struct pl_parameter parameters[] = {
    [PL_OSECHI_TEMPERATURE] = {.name = "temperature",
			       .kind = PL_KIND_CARRIED,
			       .unit = "C",
			       .min = -40,
			       .max = 85,
			       .digits = 2,
			       .access = PL_ACCESS_READ,
			       .show = true,
			       .text = "air temperature at the detector"},
    [PL_OSECHI_PRESSURE] = {.name = "pressure",
			    .kind = PL_KIND_CARRIED,
			    .unit = "Pa",
			    .min = 30000,
			    .max = 110000,
			    .digits = 0,
			    .access = PL_ACCESS_READ,
			    .show = true,
			    .text = "air pressure at the detector"},
    [PL_OSECHI_HUMIDITY] = {.name = "humidity",
			    .kind = PL_KIND_CARRIED,
			    .unit = "%",
			    .min = 0,
			    .max = 100,
			    .digits = 1,
			    .access = PL_ACCESS_READ,
			    .show = true,
			    .text = "relative humidity at the detector"},
    [PL_OSECHI_ADC] = {.name = "adc",
		       .kind = PL_KIND_CARRIED,
		       .unit = "",
		       .min = 0,
		       .max = PL_OSECHI_ADC_MAX,
		       .digits = 0,
		       .access = PL_ACCESS_READ,
		       .text = "pulse height of the event, ADC steps"},
    [EVENTS] = {.name = "events",
		.type = PL_VALUE_INTEGER,
		.kind = PL_KIND_COUNTER,
		.unit = "",
		.max = INFINITY,
		.access = PL_ACCESS_READ,
		.show = true,
		.text = "event lines since the port was opened"},
    [POLL_COUNT] = {.name = "poll_count",
		    .type = PL_VALUE_INTEGER,
		    .unit = "",
		    .max = INFINITY,
		    .access = PL_ACCESS_READ,
		    .text = "how often the firmware looks at the inputs for one event"},
    [DEADTIME] = {.name = "deadtime",
		  .unit = "ms",
		  .max = INFINITY,
		  .access = PL_ACCESS_READ,
		  .text = "dead time the firmware keeps after an event"},
    [FIRMWARE] = {.name = "firmware",
		  .type = PL_VALUE_TEXT,
		  .unit = "",
		  .access = PL_ACCESS_READ,
		  .text = "version of the firmware"},
    [UPTIME] = {.name = "uptime",
		.unit = "s",
		.max = INFINITY,
		.digits = 1,
		.access = PL_ACCESS_READ,
		.text = "time since the detector started"},
    {.name = NULL},
};

enum { THRESHOLD, HITS, RATE };

static const struct pl_parameter channel_parameters[] = {
    [THRESHOLD] = {.name = "threshold",
		   .type = PL_VALUE_INTEGER,
		   .unit = "",
		   .min = PL_OSECHI_THRESHOLD_MIN,
		   .max = PL_OSECHI_THRESHOLD_MAX,
		   .step = 1,
		   .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
		   .show = true,
		   .text = "discriminator setting, DAC steps of 4 mV"},
    [HITS] = {.name = "hits",
	      .type = PL_VALUE_INTEGER,
	      .kind = PL_KIND_COUNTER,
	      .unit = "",
	      .max = INFINITY,
	      .access = PL_ACCESS_READ,
	      .show = true,
	      .text = "events in which this channel fired, since the port was opened"},
    [RATE] = {.name = "rate",
	      .unit = "Hz",
	      .max = INFINITY,
	      .digits = 2,
	      .access = PL_ACCESS_READ,
	      .show = true,
	      .text = "hits per second over the rate window"},
    {.name = NULL},
};

static bool is_threshold(double value)
{
	return value >= PL_OSECHI_THRESHOLD_MIN && value <= PL_OSECHI_THRESHOLD_MAX &&
	       value == floor(value);
}

static enum pl_status check_channel(const struct pl_device_spec *spec, size_t index,
				    struct pl_error *error)
{
	const struct pl_channel *channel = &spec->channels[index];

	if (channel->id < 1 || channel->id > PL_OSECHI_CHANNELS)
		return pl_error_set(error, PL_ERR_CONFIG, spec->name,
				    "channel %s has id %d: an OSECHI has 1 (top), 2 (mid), 3 (btm)",
				    channel->name, channel->id);
	for (size_t i = 0; i < index; i++) {
		if (spec->channels[i].id == channel->id)
			return pl_error_set(error, PL_ERR_CONFIG, spec->name,
					    "channels %s and %s have the same id %d",
					    spec->channels[i].name, channel->name, channel->id);
	}
	if (!isnan(channel->threshold) && !is_threshold(channel->threshold))
		return pl_error_set(error, PL_ERR_RANGE, spec->name,
				    "threshold %g of channel %s: whole numbers from %d to %d only",
				    channel->threshold, channel->name, PL_OSECHI_THRESHOLD_MIN,
				    PL_OSECHI_THRESHOLD_MAX);
	return PL_OK;
}

static enum pl_status check(const struct pl_device_spec *spec, struct pl_error *error)
{
	if (spec->channel_count == 0)
		return pl_error_set(error, PL_ERR_CONFIG, spec->name,
				    "an OSECHI needs at least one channel");
	for (size_t i = 0; i < spec->channel_count; i++) {
		enum pl_status status = check_channel(spec, i, error);

		if (status != PL_OK)
			return status;
	}
	return PL_OK;
}

static enum pl_status open_device(const struct pl_device_spec *spec, const struct pl_host *host,
				  void **state, struct pl_error *error)
{
	enum pl_status status = check(spec, error);
	struct pl_osechi *session;

	if (status != PL_OK)
		return status;
	session = calloc(1, sizeof *session);
	if (session == NULL)
		pl_out_of_memory();
	session->spec = spec;
	session->options = spec->options;
	session->host = *host;
	session->uptime_ms = NAN;
	for (size_t i = 0; i < spec->channel_count; i++)
		session->bit[spec->channels[i].id - 1] = UINT32_C(1) << i;
	*state = session;
	return PL_OK;
}

static void close_device(void *state)
{
	free(state);
}

static enum pl_status probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	return pl_osechi_probe(state, out, error);
}

static void feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	pl_osechi_feed(state, bytes, count, t_ns);
}

static enum pl_status read_counted(const struct pl_osechi *session, const char *name,
				   struct pl_reading *out, struct pl_error *error)
{
	*out = (struct pl_reading){
	    .t_mono_ns = session->host.now(session->host.ctx),
	    .quality = PL_QUALITY_MISSING,
	    .value = {.number = NAN},
	    .reason = "comes with the events",
	};
	return pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name,
			    "%s is not asked for, it comes with the events", name);
}

static enum pl_status read_parameter(void *state, int channel, int parameter,
				     struct pl_reading *out, struct pl_error *error)
{
	struct pl_osechi *session = state;

	if (channel >= 0 && parameter == THRESHOLD)
		return pl_osechi_read_threshold(session, session->spec->channels[channel].id, out,
						error);
	if (channel >= 0)
		return read_counted(session, channel_parameters[parameter].name, out, error);
	switch (parameter) {
	case POLL_COUNT:
		return pl_osechi_read_fact(session, PL_OSECHI_POLL_COUNT, out, error);
	case DEADTIME:
		return pl_osechi_read_fact(session, PL_OSECHI_DEADTIME, out, error);
	case FIRMWARE:
		return pl_osechi_read_fact(session, PL_OSECHI_FIRMWARE, out, error);
	case UPTIME:
		return pl_osechi_read_fact(session, PL_OSECHI_UPTIME, out, error);
	default:
		return read_counted(session, parameters[parameter].name, out, error);
	}
}

static enum pl_status write_parameter(void *state, int channel, int parameter, double value,
				      struct pl_write_report *out, struct pl_error *error)
{
	struct pl_osechi *session = state;

	*out = (struct pl_write_report){.applied = NAN, .readback = NAN};
	if (channel < 0 || parameter != THRESHOLD)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name,
				    "only thresholds of channels can be written");
	if (!is_threshold(value))
		return pl_error_set(error, PL_ERR_RANGE, session->spec->name,
				    "threshold %g of channel %s: whole numbers from %d to %d only",
				    value, session->spec->channels[channel].name,
				    PL_OSECHI_THRESHOLD_MIN, PL_OSECHI_THRESHOLD_MAX);
	return pl_osechi_write(session, session->spec->channels[channel].id, (int)value, out,
			       error);
}

static const int speeds[] = {115200, 0};

/* Questions of text only: what never answers one may be anything. */
static void make_options(int unit, void *out)
{
	(void)unit;
	*(struct pl_osechi_options *)out = (struct pl_osechi_options){
	    .protocol = PL_OSECHI_TEXT,
	    .reply_timeout_ns = PL_NS_PER_S / 2,
	    .boot_wait_ns = PL_NS_PER_S / 2,
	};
}

static const struct pl_discovery discovery = {
    .speeds = speeds,
    .first_unit = 1,
    .last_unit = 1,
    .make_options = make_options,
    .snippet_form = "protocol: auto\n"
		    "channels: {top: {id: 1}, mid: {id: 2}, btm: {id: 3}}",
};

const struct pl_driver pl_osechi_driver = {
    .name = "osechi",
    .summary = "OSECHI cosmic-ray detector, three scintillators, USB serial",
    .ports = PL_PORT_SERIAL | PL_PORT_TCP,
    .sim = "osechi",
    .baud = 115200,
    .has_events = true,
    .options = options,
    .options_size = sizeof(struct pl_osechi_options),
    .parameters = parameters,
    .channel_parameters = channel_parameters,
    .check = check,
    .open = open_device,
    .close = close_device,
    .probe = probe,
    .feed = feed,
    .read = read_parameter,
    .write = write_parameter,
    .discovery = &discovery,
};
