/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recordings: what is read in each tick stands in load_recorded.c, everything else here. */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned bit;
} sinks[] = {
    {.name = "csv", .bit = PL_SINK_CSV},
    {.name = "jsonl", .bit = PL_SINK_JSONL},
    {.name = "sqlite", .bit = PL_SINK_SQLITE},
};
#define SINK_COUNT (sizeof(sinks) / sizeof(sinks[0]))

static unsigned find_sink(const char *name)
{
	for (size_t i = 0; i < SINK_COUNT; i++)
		if (strcmp(sinks[i].name, name) == 0)
			return sinks[i].bit;
	return 0;
}

static void load_sinks(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		       struct pl_recording *recording)
{
	const struct pl_doc *list = pl_doc_get(node, "sinks");

	if (!list) {
		recording->sinks = PL_SINK_CSV;
		pl_effective_add(loader, pl_pool_format(loader->arena, "%s.sinks", path), "[csv]",
				 "default");
		return;
	}
	if (list->kind != PL_YAML_LIST || !list->first) {
		pl_problems_add(loader->problems, list->place,
				"sinks: a list of one or more of csv, jsonl and sqlite is wanted: "
				"[csv]");
		return;
	}
	for (const struct pl_doc *item = list->first; item; item = item->next) {
		unsigned bit = item->kind == PL_YAML_SCALAR ? find_sink(item->text) : 0;

		if (!bit)
			pl_problems_add(loader->problems, item->place,
					"sinks: \"%s\" is none of csv, jsonl and sqlite",
					item->text ? item->text : "{…}");
		else if (recording->sinks & bit)
			pl_problems_add(loader->problems, item->place, "sinks: %s is named twice",
					item->text);
		recording->sinks |= bit;
	}
	pl_note_list(loader, list, path);
}

static void say_no_detector(struct pl_loader *loader, const struct pl_doc *node,
			    const struct pl_device *device)
{
	const struct pl_bench *bench = loader->bench;
	struct pl_text names = {0};

	for (size_t i = 0; i < bench->device_count; i++)
		if (bench->devices[i].driver && bench->devices[i].driver->has_events)
			pl_text_add(&names, "%s%s", names.length ? ", " : "; detectors: ",
				    bench->devices[i].spec.name);
	pl_problems_add(
	    loader->problems, node->place, "events: %s%s%s%s%s", device ? "" : "\"", node->text,
	    device ? " is no detector: it has no events" : "\" is no device of the bench",
	    names.data ? names.data : "", names.data ? "" : "; there is no detector");
	pl_text_free(&names);
}

static void load_events(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			struct pl_recording *recording)
{
	const struct pl_doc *given = pl_doc_get(node, "events");
	const struct pl_device *device;

	recording->events_device = -1;
	if (!given)
		return;
	if (given->kind != PL_YAML_SCALAR || pl_doc_is_null(given)) {
		pl_problems_add(loader->problems, given->place,
				"events: the name of one detector is wanted here");
		return;
	}
	device = pl_bench_device(loader->bench, given->text);
	if (device && !device->driver)
		return; /* it may be one; it was said */
	if (!device || !device->driver->has_events) {
		say_no_detector(loader, given, device);
		return;
	}
	recording->events_device = (int)(device - loader->bench->devices);
	pl_effective_add(loader, pl_pool_format(loader->arena, "%s.events", path), given->text,
			 pl_origin(loader, given));
}

/* Keys that ask for nothing without another one, or against another one. */
static void check_together(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			   const struct pl_recording *recording)
{
	const struct pl_doc *rate = pl_doc_get(node, "rate"), *ticks = pl_doc_get(node, "ticks");
	const struct pl_doc *counts = pl_doc_get(node, "counts");
	bool has_events = pl_doc_get(node, "events");
	const struct pl_doc *parameters = pl_doc_get(node, "parameters");
	bool has_parameters = parameters && (parameters->kind != PL_YAML_LIST || parameters->first);

	if (!has_parameters && !has_events)
		pl_problems_add(loader->problems, node->at_key,
				"%s records nothing: give parameters: [PATH, …], events: DETECTOR "
				"or both",
				path);
	if (has_parameters && !rate)
		pl_problems_add(loader->problems, node->at_key,
				"%s.rate is missing: how often the parameters are read, 1 Hz",
				path);
	if (!has_parameters && has_events && rate)
		pl_problems_add(loader->problems, rate->at_key,
				"rate: there are no parameters that could be read");
	if (!has_parameters && has_events && recording->ticks > 0)
		pl_problems_add(loader->problems, ticks->at_key,
				"ticks: without parameters there are none; use time or counts");
	if (recording->time_ns > 0 && recording->ticks > 0)
		pl_problems_add(loader->problems, ticks->at_key,
				"ticks: a recording ends by its time or its ticks, not both");
	if (recording->counts > 0 && !has_events)
		pl_problems_add(loader->problems, counts->at_key,
				"counts: those of events, and no events are recorded");
}

static void load_recording(struct pl_loader *loader, const struct pl_doc *node,
			   struct pl_recording *recording)
{
	const struct pl_config_section *section = pl_config_section("recordings.NAME");
	const char *path = pl_pool_format(loader->arena, "recordings.%s", node->key);

	recording->line = node->at_key.line;
	pl_text_copy(recording->name, sizeof(recording->name), node->key);
	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, path, node->at_key, section->rows, recording);
	pl_load_recorded(loader, node, path, recording);
	load_events(loader, node, path, recording);
	load_sinks(loader, node, path, recording);
	check_together(loader, node, path, recording);
}

void pl_load_recordings(struct pl_loader *loader, const struct pl_doc *root)
{
	const struct pl_doc *map = pl_doc_get(root, "recordings");
	struct pl_bench *bench = loader->bench;

	if (!map || pl_doc_is_null(map) || !pl_want_map(loader, map) ||
	    !pl_want_few(loader, map, PL_RECORDINGS_MAX))
		return;
	bench->recordings =
	    pl_pool_take(loader->arena, pl_doc_count(map), sizeof(*bench->recordings));
	for (const struct pl_doc *node = map->first; node; node = node->next)
		if (pl_want_name(loader, node) && pl_want_map(loader, node))
			load_recording(loader, node, &bench->recordings[bench->recording_count++]);
}
