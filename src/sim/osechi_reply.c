/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_reply.c - what the simulated detector says: replies in the form of its firmware and event
 * lines in both formats. Decimals are written from integers: no locale can change them.
 */
#include "sim/osechi_protocol.h"

#include "plateau/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const char *const messages[] = {
    [PL_OSIM_DONE] = "",
    [PL_OSIM_BAD_ARGUMENT] = "invalid argument",
    [PL_OSIM_OUT_OF_RANGE] = "value out of range",
    [PL_OSIM_HARDWARE] = "hardware error",
    [PL_OSIM_NOT_SUPPORTED] = "command not supported",
    [PL_OSIM_UNKNOWN_ERROR] = "unknown error",
};

static void add_head(const struct pl_osim_device *device, bool good, int64_t now_ns,
		     struct pl_text *out)
{
	enum pl_osim_style style = pl_osim_firmware(device->values->firmware)->style;

	pl_text_add_string(out, "{");
	if (style >= PL_OSIM_RESPONSE)
		pl_text_add(out, "\"type\":\"response\",\"status\":\"%s\"", good ? "ok" : "error");
	if (style == PL_OSIM_STAMPED)
		pl_text_add(out, ",\"sent_us\":%" PRId64, (now_ns + device->utc_offset_ns) / 1000);
}

static void add_comma(struct pl_text *out)
{
	if (out->data[out->length - 1] != '{')
		pl_text_add_string(out, ",");
}

static void add_error(const struct pl_osim_device *device, const struct pl_osim_command *command,
		      int64_t now_ns, struct pl_text *out)
{
	const char *message = messages[command->code];

	switch (pl_osim_firmware(device->values->firmware)->style) {
	case PL_OSIM_PLAIN:
		pl_text_add(out, "ERROR (%s)", message);
		break;
	case PL_OSIM_BARE:
		pl_text_add(
		    out, "{\"status\":\"error\",\"command\":\"%s\",\"error\":\"%s\",\"code\":%d}",
		    pl_osim_word_text(command->word), message, command->code);
		break;
	case PL_OSIM_RESPONSE:
	case PL_OSIM_STAMPED:
		add_head(device, false, now_ns, out);
		pl_text_add(out, ",\"error_code\":%d,\"error_message\":\"%s\"}", command->code,
			    message);
		break;
	}
}

/* SET_THRESHOLD, GET_THRESHOLD, and a binary write answered by one JSON line. */
static void add_threshold(const struct pl_osim_device *device,
			  const struct pl_osim_command *command, int64_t shown, int64_t now_ns,
			  struct pl_text *out)
{
	enum pl_osim_style style = pl_osim_firmware(device->values->firmware)->style;
	bool is_binary = command->word == PL_OSIM_BINARY_WRITE;

	if (style == PL_OSIM_PLAIN && !is_binary) {
		pl_text_add(out, "OK (CH%d %s %" PRId64 ")", command->channel,
			    command->word == PL_OSIM_GET_THRESHOLD ? "is" : "set to", shown);
		return;
	}
	add_head(device, true, now_ns, out);
	add_comma(out);
	pl_text_add(out, "\"channel\":%d,\"threshold\":%" PRId64 "%s}", command->channel, shown,
		    style == PL_OSIM_RESPONSE ? ",\"mode\":\"binary\"" : "");
}

static void add_echo(const struct pl_osim_values *values, unsigned byte, struct pl_text *out)
{
	switch (values->echo) {
	case PL_OSIM_DECIMAL:
		pl_text_add(out, "\n%u", byte);
		break;
	case PL_OSIM_HEX:
		pl_text_add(out, "\n%X", byte);
		break;
	case PL_OSIM_RAW:
		pl_text_add_bytes(out, (const char[]){'\n', (char)byte}, 2);
		break;
	default:
		pl_text_add_string(out, "\nset");
		break;
	}
}

static void add_binary(const struct pl_osim_device *device, const struct pl_osim_command *command,
		       int64_t shown, int64_t now_ns, struct pl_text *out)
{
	if (command->code != PL_OSIM_DONE) {
		pl_text_add_string(out, "dame");
	} else if (device->values->reply == PL_OSIM_ONE_JSON) {
		add_threshold(device, command, shown, now_ns, out);
	} else {
		pl_text_add(out, "%d", command->channel);
		add_echo(device->values, (unsigned)(0x10 + (shown >> 6)) & 0xff, out);
		add_echo(device->values, (unsigned)(shown << 2) & 0xff, out);
	}
}

static void add_status(const struct pl_osim_device *device, struct pl_text *out, int64_t now_ns)
{
	pl_text_add(out,
		    "\"version\":\"%s\",\"mac_address\":\"%s\",\"poll_count\":%d,"
		    "\"deadtime_ms\":%d,\"stream_enabled\":%s,\"uptime_ms\":%" PRId64,
		    pl_osim_firmware(device->values->firmware)->version, device->values->mac,
		    device->poll_count, (int)lround(device->values->dead * 1e3),
		    device->is_streaming ? "true" : "false",
		    (now_ns - device->boot_ns) / PL_NS_PER_MS);
	for (int i = 0; i < PL_SIM_CHANNELS; i++)
		pl_text_add(out, ",\"thresholds_ch%d\":%" PRId64, i + 1, device->threshold[i]);
}

static void add_members(const struct pl_osim_device *device, const struct pl_osim_command *command,
			int64_t now_ns, struct pl_text *out)
{
	switch (command->word) {
	case PL_OSIM_SET_STREAM:
		pl_text_add(out, "\"stream_enabled\":%s", device->is_streaming ? "true" : "false");
		break;
	case PL_OSIM_GET_VERSION:
		pl_text_add(out, "\"version\":\"%s\"",
			    pl_osim_firmware(device->values->firmware)->version);
		break;
	case PL_OSIM_GET_STATUS:
		add_status(device, out, now_ns);
		break;
	case PL_OSIM_GET_UPTIME:
		pl_text_add(out, "\"uptime_ms\":%" PRId64,
			    (now_ns - device->boot_ns) / PL_NS_PER_MS);
		break;
	case PL_OSIM_GET_MAC_ADDRESS:
		pl_text_add(out, "\"mac_address\":\"%s\"", device->values->mac);
		break;
	case PL_OSIM_SET_POLL_COUNT:
		pl_text_add(out, "\"poll_count\":%d", device->poll_count);
		break;
	case PL_OSIM_SET_RTC_TIME:
		pl_text_add(out, "\"rtc_time\":%" PRId64, command->value);
		break;
	default:
		pl_text_add_string(out, "\"command\":\"RESET\"");
		break;
	}
}

static void add_plain(const struct pl_osim_device *device, const struct pl_osim_command *command,
		      int64_t now_ns, struct pl_text *out)
{
	if (command->word == PL_OSIM_GET_VERSION)
		pl_text_add(out, "OK (kurikintons %s)",
			    pl_osim_firmware(device->values->firmware)->version);
	else if (command->word == PL_OSIM_GET_UPTIME)
		pl_text_add(out, "OK (%" PRId64 " ms)", (now_ns - device->boot_ns) / PL_NS_PER_MS);
	else
		pl_text_add(out, "OK (%s)", pl_osim_word_text(command->word));
}

void pl_osim_reply(const struct pl_osim_device *device, const struct pl_osim_command *command,
		   int by, int64_t now_ns, struct pl_text *out)
{
	bool is_plain = pl_osim_firmware(device->values->firmware)->style == PL_OSIM_PLAIN;

	if (command->word == PL_OSIM_BINARY_WRITE) {
		add_binary(device, command, command->value + by, now_ns, out);
	} else if (command->code != PL_OSIM_DONE) {
		add_error(device, command, now_ns, out);
	} else if (command->word == PL_OSIM_SET_THRESHOLD) {
		add_threshold(device, command, command->value + by, now_ns, out);
	} else if (command->word == PL_OSIM_GET_THRESHOLD) {
		add_threshold(device, command, device->threshold[command->channel - 1] + by, now_ns,
			      out);
	} else if (is_plain) {
		add_plain(device, command, now_ns, out);
	} else {
		add_head(device, true, now_ns, out);
		add_comma(out);
		add_members(device, command, now_ns, out);
		pl_text_add_string(out, "}");
	}
}

/* A number with two decimals. */
static void add_hundredths(struct pl_text *out, double value)
{
	long hundredths = lround(value * 100);

	pl_text_add(out, "%s%ld.%02ld", hundredths < 0 ? "-" : "", labs(hundredths) / 100,
		    labs(hundredths) % 100);
}

static void add_weather(struct pl_text *out, const struct pl_osim_weather *weather,
			const char *const before[3])
{
	const double values[] = {weather->temperature_c, weather->pressure_pa, weather->humidity};

	for (int i = 0; i < 3; i++) {
		pl_text_add_string(out, before[i]);
		add_hundredths(out, values[i]);
	}
}

static void add_json_event(const struct pl_osim_device *device, const struct pl_osim_event *event,
			   const struct pl_osim_weather *weather, struct pl_text *out)
{
	static const char *const names[] = {",\"tmp_c\":", ",\"atm_pa\":", ",\"hmd_pct\":"};
	const int *hits = event->hits;
	int type = (hits[0] > 0) | (hits[1] > 0) << 1 | (hits[2] > 0) << 2;

	pl_text_add(out,
		    "{\"type\":\"event\",\"status\":\"ok\",\"hit1\":%d,\"hit2\":%d,\"hit3\":%d,"
		    "\"adc\":%d,\"hit_type\":%d,\"adc_raw\":%d,\"adc_mv\":%d",
		    hits[0], hits[1], hits[2], event->adc, type, event->adc,
		    event->adc * 3300 / 4095);
	add_weather(out, weather, names);
	pl_text_add(out,
		    ",\"uptime_ms\":%" PRId64 ",\"timedelta_us\":%" PRId64
		    ",\"detected_us\":%" PRId64 "}",
		    (event->t_ns - device->boot_ns) / PL_NS_PER_MS,
		    (event->t_ns - device->last_event_ns) / 1000,
		    (event->t_ns + device->utc_offset_ns) / 1000);
}

void pl_osim_event_line(struct pl_osim_device *device, const struct pl_osim_event *event,
			const struct pl_osim_weather *weather, struct pl_text *out)
{
	static const char *const blanks[] = {" ", " ", " "};

	if (device->values->format == PL_OSIM_JSON) {
		add_json_event(device, event, weather, out);
	} else {
		pl_text_add(out, "%d %d %d %d", event->hits[0], event->hits[1], event->hits[2],
			    event->adc);
		add_weather(out, weather, blanks);
	}
	device->last_event_ns = event->t_ns;
}
