/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channels and coincidences of a detector. */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

static void load_channel(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			 const struct pl_device *device, struct pl_channel *channel)
{
	const struct pl_config_section *section = pl_config_section("devices.NAME.channels.NAME");
	const struct pl_parameter *table = pl_device_rows(device, 0);
	int row = pl_parameter_find(table, "threshold");
	const struct pl_parameter *parameter = row >= 0 ? &table[row] : NULL;
	struct pl_config_channel values = {.threshold = NAN};
	const struct pl_doc *threshold = pl_doc_get(node, "threshold");

	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, pl_pool_format(loader->arena, "%s.channels.%s", path, node->key),
		     node->at_key, pl_rows_for(loader, section->rows, parameter), &values);
	if (threshold && !parameter)
		pl_problems_add(loader->problems, threshold->at_key,
				"channels of driver %s have no threshold", device->driver->name);
	else if (threshold && !isnan(values.threshold))
		pl_check_setting(loader, threshold, parameter, values.threshold);
	pl_text_copy(channel->name, sizeof(channel->name), node->key);
	channel->id = (int)values.id;
	channel->threshold = values.threshold;
}

static void check_ids(struct pl_loader *loader, const struct pl_doc *map,
		      const struct pl_channel *channels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct pl_doc *id =
			    pl_doc_get(pl_doc_get(map, channels[i].name), "id");

			if (id && channels[i].id == channels[k].id &&
			    pl_doc_get(pl_doc_get(map, channels[k].name), "id"))
				pl_problems_add(loader->problems, id->place,
						"channels %s and %s have the same id %d",
						channels[k].name, channels[i].name, channels[i].id);
		}
}

void pl_load_channels(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_device *device)
{
	const struct pl_parameter *table = pl_device_rows(device, 0);
	const struct pl_doc *map = pl_doc_get(node, "channels");
	bool wanted = table && table[0].name;
	struct pl_channel *channels;
	size_t count = 0;

	if (device->driver->wants_profile) {
		if (map)
			pl_problems_add(loader->problems, map->at_key,
					"channels: those of %s are the instances of its profile",
					device->spec.name);
		return;
	}
	if (map && !wanted) {
		pl_problems_add(loader->problems, map->at_key, "driver %s has no channels",
				device->driver->name);
		return;
	}
	if (wanted && !pl_doc_count(map)) {
		pl_problems_add(loader->problems, map ? map->place : node->at_key,
				"%s.channels is missing: NAME: {id: 1, threshold: 300}", path);
		return;
	}
	if (!map || !pl_want_map(loader, map))
		return;
	channels = pl_pool_take(loader->arena, PL_CHANNELS_MAX, sizeof(*channels));
	for (const struct pl_doc *child = map->first; child; child = child->next) {
		if (count == PL_CHANNELS_MAX) {
			pl_problems_add(loader->problems, child->at_key,
					"a device has at most %d channels", PL_CHANNELS_MAX);
			break;
		}
		if (pl_want_name(loader, child) && pl_want_map(loader, child))
			load_channel(loader, child, path, device, &channels[count++]);
	}
	check_ids(loader, map, channels, count);
	device->spec.channels = channels;
	device->spec.channel_count = count;
}

static int find_channel(const struct pl_device *device, const char *name)
{
	for (size_t i = 0; i < device->spec.channel_count; i++)
		if (strcmp(device->spec.channels[i].name, name) == 0)
			return (int)i;
	return -1;
}

static uint32_t members(struct pl_loader *loader, const struct pl_doc *list,
			const struct pl_device *device)
{
	uint32_t bits = 0;

	for (const struct pl_doc *item = list->first; item; item = item->next) {
		int channel = item->kind == PL_YAML_SCALAR ? find_channel(device, item->text) : -1;

		if (channel < 0)
			pl_problems_add(loader->problems, item->place,
					"coincidence %s: %s has no channel \"%s\"", list->key,
					device->spec.name, item->text ? item->text : "");
		else if (bits & 1u << channel)
			pl_problems_add(loader->problems, item->place,
					"coincidence %s names channel %s twice", list->key,
					item->text);
		else
			bits |= 1u << channel;
	}
	return bits;
}

static void load_coincidence(struct pl_loader *loader, const struct pl_doc *list, const char *path,
			     struct pl_device *device)
{
	struct pl_coincidence *out = &device->coincidences[device->coincidence_count];

	if (list->kind != PL_YAML_LIST || pl_doc_count(list) < 2) {
		pl_problems_add(loader->problems, list->place,
				"coincidence %s: a list of two or more channels is wanted: [a, b]",
				list->key);
		return;
	}
	if (find_channel(device, list->key) >= 0)
		pl_problems_add(loader->problems, list->at_key,
				"%s is the name of a channel; a coincidence needs one of its own",
				list->key);
	pl_text_copy(out->name, sizeof(out->name), list->key);
	out->channels = members(loader, list, device);
	device->coincidence_count++;
	pl_note_list(loader, list, pl_pool_format(loader->arena, "%s.coincidences", path));
}

void pl_load_coincidences(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			  struct pl_device *device)
{
	if (!node || pl_doc_is_null(node) || !pl_want_map(loader, node))
		return;
	for (const struct pl_doc *child = node->first; child; child = child->next) {
		if (device->coincidence_count == PL_COINCIDENCES_MAX) {
			pl_problems_add(loader->problems, child->at_key,
					"a device has at most %d coincidences",
					PL_COINCIDENCES_MAX);
			break;
		}
		if (pl_want_name(loader, child))
			load_coincidence(loader, child, path, device);
	}
}
