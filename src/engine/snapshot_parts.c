/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot_parts.c - the parts of a snapshot: bench, scans, devices, counters. The readings are in
 * snapshot_readings.c.
 *
 * Each list has its room in the one line a snapshot may be; what does not fit is left out at the
 * end of the list, and the snapshot says "more". Names alone are never the reason to go beyond it.
 */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OVERRIDES_ROOM (2u << 10)
#define SCANS_ROOM     (4u << 10)
#define DEVICES_ROOM   (12u << 10)
#define COUNTERS_ROOM  (8u << 10)

static const char *const phase_names[] = {
    [LIVE_CLOSED] = "closed", [LIVE_OPENING] = "opening", [LIVE_READING] = "opening",
    [LIVE_UP] = "up",	      [LIVE_FAILED] = "closed",	  [LIVE_LOST] = "lost",
};

const char *live_phase_name(enum live_phase phase)
{
	return phase_names[phase];
}

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
	const struct session *driver = view_driver(engine);
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
	pl_json_add_text(out, "driver", driver != NULL ? driver->actor : NULL);
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

static struct pl_json *device_json(const struct pl_engine *engine, const struct live_device *live)
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
	pl_json_add_number(out, "occupancy", round(live_occupancy(live) * 1e3) / 1e3);
	pl_json_add_integer(out, "used_by", device_used_by(engine, (int)(live - engine->devices)));
	pl_json_add_integer(out, "retry_ns", live->retry_ns != PL_NEVER ? live->retry_ns : 0);
	return out;
}

struct pl_json *part_devices(const struct pl_engine *engine, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = DEVICES_ROOM};

	for (size_t i = 0; i < engine->bench->device_count && !list.is_cut; i++)
		part_add(&list, device_json(engine, &engine->devices[i]));
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
