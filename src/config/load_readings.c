/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings of a scan: parameters of other devices, read while a window is open. The detector itself
 * is never asked: that would stop its events.
 */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* Why the counting detector's own parameter is not read; NULL when it is another device's. */
static const char *why_not_own(const struct pl_scan *scan, const struct pl_device *device,
			       const struct pl_parameter *parameter)
{
	if (device != scan->device)
		return device->driver->has_events && parameter->kind != PL_KIND_STATE
			   ? "comes with the events of a detector that is not counted in this scan"
			   : NULL;
	if (parameter->kind == PL_KIND_CARRIED)
		return "comes unasked with the detector's own lines and is in every row already; "
		       "leave it out";
	if (parameter->kind == PL_KIND_COUNTER)
		return "is counted from the events and is no reading; name it under measure";
	return "must be asked for, and asking the detector would stop its events while they are "
	       "counted";
}

static bool check_reading(struct pl_loader *loader, const struct pl_doc *node, const char *key,
			  const struct pl_match *match, const struct pl_scan *scan)
{
	const struct pl_device *device = &loader->bench->devices[match->target.device];
	const char *why = why_not_own(scan, device, match->parameter);

	if (why)
		pl_problems_add(loader->problems, node->place, "%s: %s %s", key, match->path, why);
	return !why && pl_want_number(loader, node, key, match);
}

static int find_reading(const struct pl_scan *scan, const struct pl_match *match)
{
	for (size_t i = 0; i < scan->reading_count; i++)
		if (strcmp(scan->readings[i].path, match->path) == 0)
			return (int)i;
	return -1;
}

int pl_add_reading(struct pl_loader *loader, const struct pl_doc *node, const char *key,
		   const struct pl_match *match, struct pl_scan *scan)
{
	int at = find_reading(scan, match);
	struct pl_beside *beside;

	if (at >= 0 || !check_reading(loader, node, key, match, scan))
		return at;
	if (scan->reading_count == PL_BESIDE_MAX) {
		pl_problems_add(loader->problems, node->place,
				"%s: at most %d parameters are read beside a scan", key,
				PL_BESIDE_MAX);
		return -1;
	}
	beside = &scan->readings[scan->reading_count];
	*beside = (struct pl_beside){.target = match->target, .parameter = match->parameter};
	pl_text_copy(beside->path, sizeof(beside->path), match->path);
	return (int)scan->reading_count++;
}

static void load_list(struct pl_loader *loader, const struct pl_doc *list, const char *path,
		      struct pl_scan *scan)
{
	struct pl_match match;

	if (list->kind != PL_YAML_LIST) {
		pl_problems_add(loader->problems, list->place,
				"%s.%s: a list of parameters is wanted: [oven.process_value]", path,
				list->key);
		return;
	}
	for (const struct pl_doc *item = list->first; item; item = item->next) {
		if (!pl_want_target(loader, item, "readings", &match))
			continue;
		if (find_reading(scan, &match) >= 0)
			pl_problems_add(loader->problems, item->place,
					"readings: %s is named twice", match.path);
		else
			pl_add_reading(loader, item, "readings", &match, scan);
	}
	pl_note_list(loader, list, path);
}

void pl_load_readings(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_scan *scan)
{
	const struct pl_config_section *section = pl_config_section("scans.NAME.readings");
	const struct pl_doc *readings = pl_doc_get(node, "readings");
	const struct pl_doc *map = readings && readings->kind == PL_YAML_MAP ? readings : NULL;
	const char *here = pl_pool_format(loader->arena, "%s.readings", path);
	struct pl_config_readings values = {.rate_hz = 1};

	if (map) {
		const struct pl_doc *list = pl_doc_get(map, "parameters");

		pl_check_keys(loader, map, section, NULL);
		if (list)
			load_list(loader, list, here, scan);
		else
			pl_problems_add(loader->problems, map->place,
					"%s.parameters is missing: [oven.process_value]", here);
	} else if (readings && !pl_doc_is_null(readings)) {
		load_list(loader, readings, path, scan);
	}
	pl_load_rows(loader, map, here, map ? map->place : node->at_key, section->rows, &values);
	scan->readings_period_ns = (int64_t)llround(1e9 / values.rate_hz);
}
