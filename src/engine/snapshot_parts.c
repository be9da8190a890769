/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot_parts.c - the parts of a snapshot: bench, scans, devices, readings, counters.
 *
 * Each list has its room in the one line a snapshot may be; what does not fit is left out at the
 * end of the list, and the snapshot says "more". Names alone are never the reason to go beyond it.
 */
#include "engine/internal.h"

#include "analysis/interval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OVERRIDES_ROOM (2u << 10)
#define SCANS_ROOM     (4u << 10)
#define DEVICES_ROOM   (12u << 10)
#define READINGS_ROOM  (16u << 10)
#define COUNTERS_ROOM  (9u << 10)

static const char *const phase_names[] = {
    [LIVE_CLOSED] = "closed", [LIVE_OPENING] = "opening", [LIVE_READING] = "opening",
    [LIVE_UP] = "up",	      [LIVE_FAILED] = "closed",	  [LIVE_LOST] = "lost",
};

bool part_add(struct part_list *list, struct pl_json *item)
{
	char *line = list->is_cut ? NULL : pl_json_line(item);
	size_t size = line != NULL ? strlen(line) + 1 : list->room + 1;

	free(line);
	if (size > list->room) {
		list->is_cut = true;
		pl_json_free(item);
		return false;
	}
	list->room -= size;
	pl_json_add(list->items, NULL, item);
	return true;
}

/* The --set values this engine lives with: a word that asks for others is not for it. */
static struct pl_json *overrides_part(const struct pl_bench *bench)
{
	struct part_list list = {.items = pl_json_array(), .room = OVERRIDES_ROOM};

	for (size_t i = 0; i < bench->override_count && !list.is_cut; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", bench->overrides[i].path);
		pl_json_add_text(item, "value", bench->overrides[i].value);
		part_add(&list, item);
	}
	return list.items;
}

/* Where older lines are than those of the snapshot's log; null = in no file. */
static void add_log_file(const struct pl_engine *engine, struct pl_json *out)
{
	const char *dir = engine->options->log_dir;
	struct pl_text path = {0};

	if (dir != NULL && engine->log != NULL)
		pl_text_add(&path, "%s/plateau.log", dir);
	pl_json_add_text(out, "log_file", path.data);
	pl_text_free(&path);
}

struct pl_json *part_bench(struct pl_engine *engine)
{
	struct pl_json *out = pl_json_object();
	char started[PL_UTC_SIZE];

	pl_clock_format_utc(engine->started_utc_ns, started);
	pl_json_add_text(out, "name", engine->bench->name);
	pl_json_add_text(out, "file", engine->bench->file);
	pl_json_add_boolean(out, "file_changed", engine->watch.is_other);
	add_log_file(engine, out);
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

struct pl_json *part_scans(const struct pl_engine *engine, bool *is_cut)
{
	struct pl_json *names = pl_json_array();
	size_t room = SCANS_ROOM;

	for (size_t i = 0; i < engine->bench->scan_count; i++) {
		const char *name = engine->bench->scans[i].name;

		if (strlen(name) + 3 > room) {
			*is_cut = true;
			break;
		}
		room -= strlen(name) + 3;
		pl_json_add_text(names, NULL, name);
	}
	return names;
}

static bool is_simulated(const struct live_device *live)
{
	return strncmp(live->device->port, "sim:", 4) == 0;
}

/* A simulator's pty is another one each time: its kind says more. */
static void add_port(struct pl_json *out, const struct live_device *live)
{
	char port[64];

	snprintf(port, sizeof(port), "%.*s", (int)strcspn(live->device->port, "?"),
		 live->device->port);
	pl_json_add_text(out, "path",
			 is_simulated(live)	 ? port
			 : live->path[0] != '\0' ? live->path
						 : live->device->port);
}

static struct pl_json *device_json(const struct live_device *live)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "name", live->device->spec.name);
	pl_json_add_text(out, "driver", live->device->driver->name);
	pl_json_add_text(out, "state", phase_names[live->phase]);
	add_port(out, live);
	pl_json_add_boolean(out, "simulated", is_simulated(live));
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
	return out;
}

struct pl_json *part_devices(const struct pl_engine *engine, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = DEVICES_ROOM};

	for (size_t i = 0; i < engine->bench->device_count && !list.is_cut; i++)
		part_add(&list, device_json(&engine->devices[i]));
	*is_cut |= list.is_cut;
	return list.items;
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

static void add_rates(struct part_list *list, const struct live_device *live)
{
	for (size_t s = 0; live->device->driver->has_events && s < live_series_count(live->device);
	     s++) {
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
		part_add(list, item);
	}
}

/* What a detector holds is known from writes and read-backs; what another device holds, from the
 * newest reading once there is one. */
static bool is_known(const struct live_device *live, const struct live_row *row)
{
	return row->is_setting && (live->device->driver->has_events || row->last.t_mono_ns == 0);
}

static void add_settings(struct part_list *list, const struct pl_engine *engine, size_t device)
{
	static const char *const origins[] = {
	    [SETTING_UNKNOWN] = "unknown",
	    [SETTING_KEPT] = "as last known",
	    [SETTING_CONFIRMED] = "confirmed",
	    [SETTING_READ_BACK] = "read back",
	};
	const struct live_device *live = &engine->devices[device];

	for (size_t i = 0; i < live->row_count; i++) {
		const struct live_row *row = &live->rows[i];
		bool sure = row->known.origin >= SETTING_CONFIRMED && live->phase == LIVE_UP;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		if (!row->parameter->show || !is_known(live, row))
			continue;
		item = reading(pl_bench_path(engine->bench, row->target, path), row->known.value,
			       row->parameter,
			       sure			 ? "ok"
			       : isnan(row->known.value) ? "missing"
							 : "stale");
		pl_json_add_text(item, "reason", origins[row->known.origin]);
		part_add(list, item);
	}
}

/* Rounded down, so that an age by itself is seldom news: 10 s, 20 s, …, 1 min, 2 min, … */
static int64_t coarse_age(int64_t age_s)
{
	return age_s < 60 ? age_s / 10 * 10 : age_s / 60 * 60;
}

/* Hits and rates of a detector's channels are made of its counters. */
static bool is_counted(const struct live_device *live, const struct live_row *row)
{
	return live->device->driver->has_events && row->target.channel >= 0;
}

static void add_read(struct part_list *list, const struct pl_engine *engine, size_t device,
		     int64_t now_ns)
{
	static const char *const qualities[] = {
	    [PL_QUALITY_OK] = "ok",	      [PL_QUALITY_STALE] = "stale",
	    [PL_QUALITY_OVER] = "over",	      [PL_QUALITY_INVALID] = "invalid",
	    [PL_QUALITY_MISSING] = "missing",
	};
	const struct live_device *live = &engine->devices[device];
	int64_t stale_ns = 3 * live->device->refresh_ns;

	for (size_t i = 0; i < live->row_count; i++) {
		const struct live_row *row = &live->rows[i];
		int64_t age = now_ns - row->last.t_mono_ns;
		enum pl_quality quality = row->last.quality;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		if (!row->parameter->show || row->last.t_mono_ns == 0 || is_known(live, row) ||
		    is_counted(live, row) || row->last.value.type == PL_VALUE_TEXT)
			continue;
		if (quality == PL_QUALITY_OK && age > stale_ns + 2 * PL_NS_PER_S)
			quality = PL_QUALITY_STALE;
		item = reading(pl_bench_path(engine->bench, row->target, path),
			       quality <= PL_QUALITY_STALE ? row->last.value.number : NAN,
			       row->parameter, qualities[quality]);
		pl_json_add_integer(item, "age_s", coarse_age(age / PL_NS_PER_S));
		pl_json_add_text(item, "reason", row->last.reason);
		part_add(list, item);
	}
}

struct pl_json *part_readings(const struct pl_engine *engine, int64_t now_ns, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = READINGS_ROOM};

	for (size_t i = 0; i < engine->bench->device_count && !list.is_cut; i++) {
		add_settings(&list, engine, i);
		add_rates(&list, &engine->devices[i]);
		add_read(&list, engine, i, now_ns);
	}
	*is_cut |= list.is_cut;
	return list.items;
}

static void add_counter(struct part_list *list, const char *name, double value, double per_s,
			const char *text)
{
	struct pl_json *item = pl_json_object();

	pl_json_add_text(item, "name", name);
	pl_json_add_number(item, "value", value);
	pl_json_add_number(item, "per_s", per_s);
	pl_json_add_text(item, "text", text);
	part_add(list, item);
}

static void add_counters(struct part_list *list, const struct live_device *live)
{
	const char *device = live->device->spec.name;
	char name[PL_PATH_SIZE];

	snprintf(name, sizeof(name), "%s.events", device);
	add_counter(list, name, (double)live->now.events, NAN, "since open");
	for (size_t s = 0; s < live_series_count(live->device); s++) {
		snprintf(name, sizeof(name), "%s.%s.hits", device,
			 live_series_name(live->device, s));
		add_counter(list, name, (double)live->now.hits[s], NAN, "");
	}
	snprintf(name, sizeof(name), "%s.strays", device);
	add_counter(list, name, (double)live->strays, NAN, "not parsed");
	snprintf(name, sizeof(name), "%s.errors", device);
	add_counter(list, name, (double)live->errors, NAN, "failed");
	if (live->lost_events > 0) {
		snprintf(name, sizeof(name), "%s.lost_messages", device);
		add_counter(list, name, (double)live->lost_events, NAN,
			    "from the bus thread to the engine");
	}
}

struct pl_json *part_counters(const struct pl_engine *engine, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = COUNTERS_ROOM};

	for (size_t i = 0; i < engine->bench->device_count && !list.is_cut; i++)
		if (engine->devices[i].device->driver->has_events)
			add_counters(&list, &engine->devices[i]);
	*is_cut |= list.is_cut;
	return list.items;
}
