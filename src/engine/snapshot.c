/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot.c - the bench at this moment, as one JSON object: what views draw and `status` prints.
 */
#include "engine/internal.h"

#include "analysis/interval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINES_A_SNAPSHOT 60
#define SNAPSHOT_MAX	     (PL_PROTOCOL_LINE_MAX - 256)

static const char *const phase_names[] = {
    [LIVE_CLOSED] = "closed", [LIVE_OPENING] = "opening", [LIVE_READING] = "opening",
    [LIVE_UP] = "up",	      [LIVE_FAILED] = "closed",	  [LIVE_LOST] = "lost",
};

/* The --set values this engine lives with: a word that asks for others is not for it. */
static struct pl_json *overrides_part(const struct pl_bench *bench)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < bench->override_count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", bench->overrides[i].path);
		pl_json_add_text(item, "value", bench->overrides[i].value);
		pl_json_add(list, NULL, item);
	}
	return list;
}

static struct pl_json *bench_part(struct pl_engine *engine)
{
	struct pl_json *out = pl_json_object();
	char started[PL_UTC_SIZE];

	pl_clock_format_utc(engine->started_utc_ns, started);
	pl_json_add_text(out, "name", engine->bench->name);
	pl_json_add_text(out, "file", engine->bench->file);
	pl_json_add_text(out, "workspace", engine->workspace.path);
	pl_json_add_boolean(out, "simulated", engine->bench->simulated);
	pl_json_add_text(out, "operator", engine->options->operator_name);
	pl_json_add_boolean(out, "operator_required", engine->bench->operator_required);
	pl_json_add_integer(out, "pid", getpid());
	pl_json_add_text(out, "started", started);
	pl_json_add(out, "overrides", overrides_part(engine->bench));
	pl_json_add_integer(out, "views", (int64_t)sessions_views(engine));
	return out;
}

static struct pl_json *scans_part(const struct pl_engine *engine)
{
	struct pl_json *out = pl_json_array();

	for (size_t i = 0; i < engine->bench->scan_count; i++)
		pl_json_add_text(out, NULL, engine->bench->scans[i].name);
	return out;
}

static struct pl_json *devices_part(const struct pl_engine *engine)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < engine->bench->device_count; i++) {
		const struct live_device *live = &engine->devices[i];
		struct pl_json *out = pl_json_object();

		pl_json_add_text(out, "name", live->device->spec.name);
		pl_json_add_text(out, "driver", live->device->driver->name);
		pl_json_add_text(out, "state", phase_names[live->phase]);
		pl_json_add_text(out, "path",
				 live->path[0] != '\0' ? live->path : live->device->port);
		pl_json_add_text(out, "model", live->identity.model);
		pl_json_add_text(out, "firmware", live->identity.firmware);
		pl_json_add_text(out, "serial", live->identity.serial);
		pl_json_add_text(out, "protocol", live->identity.protocol);
		pl_json_add_text(out, "text", live->error.text);
		pl_json_add_integer(out, "events", (int64_t)live->now.events);
		pl_json_add_integer(out, "strays", (int64_t)live->strays);
		pl_json_add_integer(out, "errors", (int64_t)live->errors);
		pl_json_add_integer(out, "retries", (int64_t)live->retries);
		pl_json_add_number(out, "latency_ms",
				   live->latency_ns > 0 ? (double)live->latency_ns / 1e6 : NAN);
		pl_json_add(list, NULL, out);
	}
	return list;
}

static struct pl_json *reading(const char *path, double value, const struct pl_parameter *row,
			       const char *quality)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", path);
	pl_json_add_number(out, "value", value);
	pl_json_add_text(out, "unit", row != NULL ? row->unit : "Hz");
	pl_json_add_integer(out, "digits", row != NULL ? row->digits : 2);
	pl_json_add_text(out, "quality", quality);
	return out;
}

static void add_rates(struct pl_json *list, const struct live_device *live)
{
	for (size_t s = 0; s < live_series_count(live->device); s++) {
		uint64_t hits;
		double span, rate = NAN, lo = NAN, hi = NAN;
		struct pl_json *item;
		char path[PL_PATH_SIZE];
		bool known = live->phase == LIVE_UP && live_window(live, (int)s, &hits, &span);

		snprintf(path, sizeof(path), "%s.%s.rate", live->device->spec.name,
			 live_series_name(live->device, s));
		if (known)
			pl_interval_rate(hits, span, PL_LEVEL_68, &rate, &lo, &hi);
		item = reading(path, rate, NULL, known ? "ok" : "missing");
		pl_json_add_number(item, "lo", lo);
		pl_json_add_number(item, "hi", hi);
		if (!known)
			pl_json_add_text(item, "reason",
					 live->phase == LIVE_UP ? "counting" : "not connected");
		pl_json_add(list, NULL, item);
	}
}

static void add_settings(struct pl_json *list, const struct pl_engine *engine, size_t device)
{
	static const char *const origins[] = {
	    [SETTING_UNKNOWN] = "unknown",
	    [SETTING_KEPT] = "last confirmed earlier",
	    [SETTING_CONFIRMED] = "confirmed",
	    [SETTING_READ_BACK] = "read back",
	};
	const struct live_device *live = &engine->devices[device];

	for (size_t c = 0; live->setting_parameter >= 0 && c < live->device->spec.channel_count;
	     c++) {
		const struct setting *setting = &live->settings[c];
		struct pl_target target = {.device = (int16_t)device,
					   .channel = (int16_t)c,
					   .parameter = (int16_t)live->setting_parameter};
		bool sure = setting->origin >= SETTING_CONFIRMED && live->phase == LIVE_UP;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		item = reading(pl_bench_path(engine->bench, target, path), setting->value,
			       &live->device->driver->channel_parameters[live->setting_parameter],
			       sure		       ? "ok"
			       : isnan(setting->value) ? "missing"
						       : "stale");
		pl_json_add_text(item, "reason", origins[setting->origin]);
		pl_json_add(list, NULL, item);
	}
}

static void add_carried(struct pl_json *list, const struct live_device *live, int64_t now_ns)
{
	static const char *const qualities[] = {
	    [PL_QUALITY_OK] = "ok",	      [PL_QUALITY_STALE] = "stale",
	    [PL_QUALITY_OVER] = "over",	      [PL_QUALITY_INVALID] = "invalid",
	    [PL_QUALITY_MISSING] = "missing",
	};
	const struct pl_driver *driver = live->device->driver;
	int64_t stale_ns = 3 * live->device->refresh_ns;

	for (size_t i = 0; i < live->parameter_count; i++) {
		const struct pl_reading *last = &live->readings[i];
		int64_t age = now_ns - last->t_mono_ns;
		enum pl_quality quality = last->quality;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		if (!driver->parameters[i].show || last->t_mono_ns == 0 ||
		    last->value.type == PL_VALUE_TEXT)
			continue;
		if (quality == PL_QUALITY_OK && age > stale_ns + 2 * PL_NS_PER_S)
			quality = PL_QUALITY_STALE;
		snprintf(path, sizeof(path), "%s.%s", live->device->spec.name,
			 driver->parameters[i].name);
		item = reading(path, quality <= PL_QUALITY_STALE ? last->value.number : NAN,
			       &driver->parameters[i], qualities[quality]);
		pl_json_add_integer(item, "age_s", age / PL_NS_PER_S);
		pl_json_add_text(item, "reason", last->reason);
		pl_json_add(list, NULL, item);
	}
}

static struct pl_json *readings_part(const struct pl_engine *engine, int64_t now_ns)
{
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < engine->bench->device_count; i++) {
		add_settings(list, engine, i);
		add_rates(list, &engine->devices[i]);
		add_carried(list, &engine->devices[i], now_ns);
	}
	return list;
}

static void add_counter(struct pl_json *list, const char *name, double value, double per_s,
			const char *text)
{
	struct pl_json *item = pl_json_object();

	pl_json_add_text(item, "name", name);
	pl_json_add_number(item, "value", value);
	pl_json_add_number(item, "per_s", per_s);
	pl_json_add_text(item, "text", text);
	pl_json_add(list, NULL, item);
}

static struct pl_json *counters_part(const struct pl_engine *engine)
{
	struct pl_json *list = pl_json_array();
	char name[PL_PATH_SIZE];

	for (size_t i = 0; i < engine->bench->device_count; i++) {
		const struct live_device *live = &engine->devices[i];
		const char *device = live->device->spec.name;

		snprintf(name, sizeof(name), "%s.events", device);
		add_counter(list, name, (double)live->now.events, NAN, "since the port was opened");
		for (size_t s = 0; s < live_series_count(live->device); s++) {
			snprintf(name, sizeof(name), "%s.%s.hits", device,
				 live_series_name(live->device, s));
			add_counter(list, name, (double)live->now.hits[s], NAN, "");
		}
		snprintf(name, sizeof(name), "%s.strays", device);
		add_counter(list, name, (double)live->strays, NAN, "lines no parser took");
		snprintf(name, sizeof(name), "%s.errors", device);
		add_counter(list, name, (double)live->errors, NAN, "requests that failed");
		if (live->lost_events > 0) {
			snprintf(name, sizeof(name), "%s.lost_messages", device);
			add_counter(list, name, (double)live->lost_events, NAN,
				    "from the bus thread to the engine");
		}
	}
	return list;
}

struct pl_json *snapshot_make(struct pl_engine *engine, unsigned parts, uint64_t *log_next)
{
	int64_t now_ns = pl_clock_mono_ns();
	struct pl_json *out = pl_json_object(), *run;

	if ((parts & (1u << PL_PART_BENCH)) != 0) {
		pl_json_add(out, "bench", bench_part(engine));
		pl_json_add(out, "scans", scans_part(engine));
	}
	if ((parts & (1u << PL_PART_RUN)) != 0) {
		run = run_snapshot(engine, now_ns);
		if (run != NULL)
			pl_json_add(out, "run", run);
		else
			pl_json_add_null(out, "run");
	}
	if ((parts & (1u << PL_PART_DEVICES)) != 0)
		pl_json_add(out, "devices", devices_part(engine));
	if ((parts & (1u << PL_PART_READINGS)) != 0)
		pl_json_add(out, "readings", readings_part(engine, now_ns));
	if ((parts & (1u << PL_PART_COUNTERS)) != 0)
		pl_json_add(out, "counters", counters_part(engine));
	if ((parts & (1u << PL_PART_LOG)) != 0)
		pl_json_add(out, "log",
			    logbook_since(&engine->book, log_next, LOG_LINES_A_SNAPSHOT));
	return out;
}

/* As a line; parts that do not fit a line are left out, and "more" says so. NULL: out of memory. */
static char *line_that_fits(struct pl_engine *engine, const struct session *session,
			    uint64_t *log_next, struct pl_json **body)
{
	static const enum part spare[] = {PL_PART_LOG, PL_PART_COUNTERS, PL_PART_READINGS,
					  PL_PART_DEVICES};
	unsigned parts = session->parts;

	for (size_t i = 0;; i++) {
		char *line;

		*log_next = session->log_next;
		*body = snapshot_make(engine, parts, log_next);
		pl_json_add_boolean(*body, "more", i > 0);
		line = pl_json_line(*body);
		if (line == NULL || strlen(line) <= SNAPSHOT_MAX ||
		    i == sizeof(spare) / sizeof(spare[0]))
			return line;
		free(line);
		pl_json_free(*body);
		parts &= ~(1u << spare[i]);
	}
}

/* A snapshot that differs from the last one only in its number is not sent. */
static void send_to(struct pl_engine *engine, struct session *session)
{
	uint64_t log_next;
	struct pl_json *body, *message;
	char *line = line_that_fits(engine, session, &log_next, &body);
	char at[PL_UTC_SIZE];

	if (line == NULL || (session->last != NULL && strcmp(line, session->last) == 0)) {
		free(line);
		pl_json_free(body);
		return;
	}
	free(session->last);
	session->last = line;
	session->log_next = log_next;
	session->in_flight = true;
	pl_clock_format_utc(pl_clock_utc_ns(), at);
	pl_json_add_integer(body, "n", (int64_t)++session->sent_n);
	pl_json_add_text(body, "t", at);
	message = pl_json_object();
	pl_json_add(message, "snapshot", body);
	session_send(engine, session, message);
}

void snapshots_send(struct pl_engine *engine)
{
	struct session *session;

	for (session = engine->sessions; session != NULL; session = session->next)
		if (session->view != VIEW_NONE && !session->in_flight && !session->is_dead)
			send_to(engine, session);
}
