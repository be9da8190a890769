/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels of a scan, as a list or as a map with ranges of their own. */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

/* A channel by its name, taken once. False when it was said to be wrong. */
static bool add_channel(struct pl_loader *loader, struct pl_place place, const char *name,
			const struct pl_axis *axis, struct pl_scan *scan)
{
	const struct pl_device_spec *spec = &axis->device->spec;
	const char *names[PL_CHANNELS_MAX + 1], *near;
	size_t at = 0, i;

	for (i = 0; i < spec->channel_count; i++)
		names[i] = spec->channels[i].name;
	names[i] = NULL;
	while (at < spec->channel_count && strcmp(names[at], name) != 0)
		at++;
	if (spec->channel_count == 0)
		return false; /* its channels are wrong themselves, which was said */
	if (at == spec->channel_count) {
		near = pl_text_nearest(name, names);
		pl_problems_add(loader->problems, place, "%s has no channel \"%s\"%s%s%s",
				spec->name, name, near ? "; did you mean \"" : "", near ? near : "",
				near ? "\"?" : "");
		return false;
	}
	for (i = 0; i < scan->channel_count; i++)
		if (scan->channels[i].channel == (int)at) {
			pl_problems_add(loader->problems, place, "channel %s is named twice", name);
			return false;
		}
	scan->channels[scan->channel_count++].channel = (int)at;
	return true;
}

static void load_channel_list(struct pl_loader *loader, const struct pl_doc *list,
			      const struct pl_axis *axis, const struct pl_range *range,
			      bool has_range, struct pl_scan *scan)
{
	for (const struct pl_doc *item = list->first; item; item = item->next) {
		if (item->kind != PL_YAML_SCALAR) {
			pl_problems_add(loader->problems, item->place,
					"channels: the name of a channel is wanted here; own "
					"ranges are given as {NAME: {center: …}, NAME: {}}");
			continue;
		}
		if (axis->device && add_channel(loader, item->place, item->text, axis, scan))
			scan->channels[scan->channel_count - 1].range = *range;
	}
	if (!has_range)
		pl_problems_add(loader->problems, list->parent->at_key,
				"scans.%s.range is missing: {center: 290, nsteps: 20, step: 2}",
				list->parent->key);
}

static void load_channel_map(struct pl_loader *loader, const struct pl_doc *map,
			     const struct pl_axis *axis, const struct pl_range *range,
			     bool has_range, struct pl_scan *scan)
{
	for (const struct pl_doc *child = map->first; child; child = child->next) {
		bool own = !axis->is_one && !pl_doc_is_null(child) &&
			   (child->kind != PL_YAML_MAP || child->first);
		struct pl_range values = *range;

		if (own)
			pl_load_range(loader, child, axis->parameter, &values);
		else if (!has_range)
			pl_problems_add(loader->problems, child->at_key,
					"channel %s has no range of its own and the scan has none",
					child->key);
		if (axis->device && add_channel(loader, child->at_key, child->key, axis, scan))
			scan->channels[scan->channel_count - 1].range = values;
	}
}

/* Where the axis is no channel's the points are the scan's, and the channels only have names. */
static void check_one(struct pl_loader *loader, const struct pl_doc *node,
		      const struct pl_doc *channels, bool has_range)
{
	if (!has_range)
		pl_problems_add(loader->problems, node->at_key,
				"scans.%s.range is missing: {start: 20 C, stop: 40 C, step: 5 C}",
				node->key);
	if (channels->kind != PL_YAML_MAP)
		return;
	for (const struct pl_doc *child = channels->first; child; child = child->next)
		if (child->first)
			pl_problems_add(loader->problems, child->place,
					"channel %s: what is stepped is no channel's, so channels "
					"have no ranges; give the scan's range",
					child->key);
}

void pl_load_scan_channels(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			   const struct pl_axis *axis, struct pl_scan *scan)
{
	const struct pl_doc *channels = pl_doc_get(node, "channels"),
			    *own = pl_doc_get(node, "range");
	struct pl_range range = {.kind = PL_RANGE_CENTER};
	bool has_range = own || axis->is_one;

	if (own)
		pl_load_range(loader, own, axis->parameter, &range);
	if (axis->is_one)
		scan->axis_range = range;
	if (!channels || !channels->first) {
		pl_problems_add(loader->problems, channels ? channels->place : node->at_key,
				"%s.channels is missing: [NAME, …] or {NAME: {RANGE}, …}", path);
		return;
	}
	if (axis->is_one)
		check_one(loader, node, channels, own);
	pl_note_list(loader, channels, path);
	if (channels->kind == PL_YAML_LIST)
		load_channel_list(loader, channels, axis, &range, has_range, scan);
	else
		load_channel_map(loader, channels, axis, &range, has_range, scan);
}
