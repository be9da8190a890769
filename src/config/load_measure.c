/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure of a scan: what each point has a row for. Hits of the scan's detector are counted, by
 * channel or coincidence; all else is a reading beside the scan and joins those.
 */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

#define HITS "hits"

/* DEVICE[.MEMBER].hits, taken apart; false when it is another path. */
struct hits {
	char text[PL_PATH_SIZE];
	const char *device, *member; /* member NULL: none */
};

static bool split_hits(const struct pl_doc *node, struct hits *out)
{
	char *first, *last;

	if (node->kind != PL_YAML_SCALAR || !node->text ||
	    !pl_text_copy(out->text, sizeof(out->text), node->text))
		return false;
	first = strchr(out->text, '.');
	last = strrchr(out->text, '.');
	if (!first || strcmp(last + 1, HITS) != 0)
		return false;
	*last = '\0';
	*first = '\0';
	out->device = out->text;
	out->member = first < last ? first + 1 : NULL;
	return true;
}

const struct pl_device *pl_measured_device(const struct pl_loader *loader,
					   const struct pl_doc *scan)
{
	const struct pl_doc *list = pl_doc_get(scan, "measure");
	struct hits hits;

	for (const struct pl_doc *item = list ? list->first : NULL; item; item = item->next) {
		const struct pl_device *device =
		    split_hits(item, &hits) ? pl_bench_device(loader->bench, hits.device) : NULL;

		if (device && device->driver && device->driver->has_events)
			return device;
	}
	return NULL;
}

/* Position among the channels, then the coincidences; -1 when there is none of that name. */
static int find_series(const struct pl_device *device, const char *name)
{
	for (size_t i = 0; i < device->spec.channel_count; i++)
		if (strcmp(device->spec.channels[i].name, name) == 0)
			return (int)i;
	for (size_t i = 0; i < device->coincidence_count; i++)
		if (strcmp(device->coincidences[i].name, name) == 0)
			return (int)(device->spec.channel_count + i);
	return -1;
}

static void say_no_series(struct pl_loader *loader, const struct pl_doc *node,
			  const struct pl_device *device, const char *name)
{
	const char *names[PL_SERIES_MAX + 1], *near;
	size_t count = 0;

	for (size_t i = 0; i < device->spec.channel_count; i++)
		names[count++] = device->spec.channels[i].name;
	for (size_t i = 0; i < device->coincidence_count; i++)
		names[count++] = device->coincidences[i].name;
	names[count] = NULL;
	near = pl_text_nearest(name, names);
	pl_problems_add(loader->problems, node->place,
			"measure: %s has no channel or coincidence \"%s\"%s%s%s", device->spec.name,
			name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Hits of the scan's own detector. False when they were said to be none. */
static bool take_hits(struct pl_loader *loader, const struct pl_doc *node, const char *member,
		      const struct pl_scan *scan, struct pl_measure *out)
{
	const struct pl_device *device = scan->device;

	if (member) {
		*out = (struct pl_measure){.kind = PL_MEASURE_SERIES,
					   .index = find_series(device, member)};
		if (out->index < 0)
			say_no_series(loader, node, device, member);
		return out->index >= 0;
	}
	*out = (struct pl_measure){.kind = PL_MEASURE_SCANNED};
	if (scan->axis_kind == PL_AXIS_CHANNELS && scan->mode == PL_SCAN_SERIAL)
		return true;
	pl_problems_add(
	    loader->problems, node->place,
	    "measure: %s is the channel that is scanned, and here no single one is; name "
	    "it: %s.%s." HITS,
	    node->text, device->spec.name,
	    device->spec.channel_count ? device->spec.channels[0].name : "CHANNEL");
	return false;
}

static bool take(struct pl_loader *loader, const struct pl_doc *node, struct pl_scan *scan,
		 struct pl_measure *out)
{
	const struct pl_device *device = NULL;
	struct pl_match match;
	struct hits hits;

	if (split_hits(node, &hits))
		device = pl_bench_device(loader->bench, hits.device);
	if (device && device == scan->device)
		return take_hits(loader, node, hits.member, scan, out);
	if (device && device->driver && device->driver->has_events) {
		pl_problems_add(
		    loader->problems, node->place,
		    "measure: %s: this scan counts %s, and one scan counts one detector",
		    node->text, scan->device->spec.name);
		return false;
	}
	if (!pl_want_target(loader, node, "measure", &match))
		return false;
	*out = (struct pl_measure){.kind = PL_MEASURE_READING,
				   .index = pl_add_reading(loader, node, "measure", &match, scan)};
	return out->index >= 0;
}

static void add(struct pl_loader *loader, const struct pl_doc *node, struct pl_scan *scan,
		struct pl_measure measure)
{
	for (size_t i = 0; i < scan->measure_count; i++)
		if (scan->measures[i].kind == measure.kind &&
		    scan->measures[i].index == measure.index) {
			pl_problems_add(loader->problems, node->place, "measure: %s is named twice",
					node->text);
			return;
		}
	if (scan->measure_count == PL_MEASURES_MAX)
		pl_problems_add(loader->problems, node->place, "measure: at most %d are measured",
				PL_MEASURES_MAX);
	else
		scan->measures[scan->measure_count++] = measure;
}

static void load_default(struct pl_loader *loader, const char *path, struct pl_scan *scan)
{
	const struct pl_device *device = scan->device;
	bool is_serial = scan->axis_kind == PL_AXIS_CHANNELS && scan->mode == PL_SCAN_SERIAL;
	size_t count = 0, channels = is_serial ? 0 : scan->channel_count;
	size_t others = is_serial ? 0 : device->coincidence_count;
	struct pl_text names = {0};

	if (is_serial)
		pl_text_add(&names, "%s." HITS, device->spec.name);
	scan->measures[0] = (struct pl_measure){.kind = PL_MEASURE_SCANNED};
	for (size_t i = 0; i < channels + others; i++) {
		bool is_channel = i < channels;
		int index = is_channel ? scan->channels[i].channel
				       : (int)(device->spec.channel_count + i - channels);

		scan->measures[count++] =
		    (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = index};
		pl_text_add(&names, "%s%s.%s." HITS, i ? ", " : "", device->spec.name,
			    is_channel ? device->spec.channels[index].name
				       : device->coincidences[i - channels].name);
	}
	scan->measure_count = is_serial ? 1 : count;
	pl_effective_add(loader, pl_pool_format(loader->arena, "%s.measure", path),
			 pl_pool_format(loader->arena, "[%s]", names.data ? names.data : ""),
			 "default");
	pl_text_free(&names);
}

void pl_load_measure(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		     struct pl_scan *scan)
{
	const struct pl_doc *list = pl_doc_get(node, "measure");
	struct pl_measure measure;

	if (list && list->kind != PL_YAML_LIST && !pl_doc_is_null(list)) {
		pl_problems_add(loader->problems, list->place,
				"measure: a list of what is measured is wanted: [%s." HITS "]",
				scan->device->spec.name);
		return;
	}
	if (!list || !list->first) {
		load_default(loader, path, scan);
		return;
	}
	for (const struct pl_doc *item = list->first; item; item = item->next)
		if (take(loader, item, scan, &measure))
			add(loader, item, scan, measure);
	pl_note_list(loader, list, path);
}
