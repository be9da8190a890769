/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `set` of a scan. DEVICE.PARAMETER with a parameter of the channels steps that of each channel in
 * its turn; any other writable parameter is an axis of its own, and then the detector whose
 * channels are counted has to be found.
 */
#include "config/loader.h"

#include "plateau/profile.h"
#include "plateau/text.h"

#include <string.h>

/* The device of a path whose parameter every channel has; NULL for any other path. A name that the
 * device itself has too (instance 1) is that of the device. */
static const struct pl_device *device_of_channels(const struct pl_loader *loader, const char *path,
						  int *row)
{
	const struct pl_device *device;
	char text[PL_PATH_SIZE], *name;

	if (!pl_text_copy(text, sizeof(text), path) || !(name = strchr(text, '.')) ||
	    strchr(name + 1, '.'))
		return NULL;
	*name++ = '\0';
	device = pl_bench_device(loader->bench, text);
	if (!device || !device->driver || pl_parameter_find(pl_device_rows(device, -1), name) >= 0)
		return NULL;
	*row = pl_parameter_find(pl_device_rows(device, 0), name);
	return *row >= 0 ? device : NULL;
}

static bool check_settable(struct pl_loader *loader, const struct pl_doc *node,
			   const struct pl_parameter *parameter)
{
	const char *why = NULL;

	if (!(parameter->access & PL_ACCESS_WRITE))
		why = "can only be read";
	else if (parameter->type == PL_VALUE_TEXT)
		why = "is a text, no number";
	if (why)
		pl_problems_add(loader->problems, node->place, "set: %s %s", node->text, why);
	return !why;
}

/* ---- whose channels are counted, where the axis does not say it ---- */

static void say_detectors(struct pl_loader *loader, const struct pl_doc *node, size_t count)
{
	const struct pl_bench *bench = loader->bench;
	struct pl_text names = {0};

	for (size_t i = 0; i < bench->device_count; i++)
		if (bench->devices[i].driver && bench->devices[i].driver->has_events)
			pl_text_add(&names, "%s%s", names.length ? ", " : "",
				    bench->devices[i].spec.name);
	if (count == 0)
		pl_problems_add(loader->problems, node->place,
				"set: the bench has no detector that could be counted while %s is "
				"stepped",
				node->text);
	else
		pl_problems_add(loader->problems, node->place,
				"set: the bench has %zu detectors (%s): say which is counted while "
				"%s is stepped, measure: [DETECTOR.CHANNEL.hits]",
				count, names.data, node->text);
	pl_text_free(&names);
}

/* The one that measure names, or whose own parameter is set, or the only one. */
static const struct pl_device *find_counted(struct pl_loader *loader, const struct pl_doc *scan,
					    const struct pl_doc *node, const struct pl_device *axis)
{
	const struct pl_device *found = pl_measured_device(loader, scan);
	size_t count = 0;

	if (found)
		return found;
	if (axis->driver->has_events)
		return axis;
	for (size_t i = 0; i < loader->bench->device_count; i++) {
		const struct pl_device *device = &loader->bench->devices[i];

		if (!device->driver)
			return NULL; /* it may be the one; it was said */
		if (device->driver->has_events && ++count == 1)
			found = device;
	}
	if (count == 1)
		return found;
	say_detectors(loader, node, count);
	return NULL;
}

/* ---- both kinds ---- */

static void take_channels(struct pl_loader *loader, const struct pl_doc *node,
			  const struct pl_device *device, int row, struct pl_scan *scan,
			  struct pl_axis *axis)
{
	const struct pl_parameter *parameter = &pl_device_rows(device, 0)[row];

	axis->device = device;
	axis->target = (struct pl_target){.device = (int16_t)(device - loader->bench->devices),
					  .channel = -1,
					  .parameter = (int16_t)row};
	if (!check_settable(loader, node, parameter))
		return;
	if (!device->driver->has_events) {
		pl_problems_add(loader->problems, node->place,
				"set: the channels of %s are not counted: it is no detector; name "
				"one parameter, %s.CHANNEL.%s",
				device->spec.name, device->spec.name, parameter->name);
		return;
	}
	scan->parameter = row;
	axis->parameter = parameter;
}

static void take_one(struct pl_loader *loader, const struct pl_doc *scan_node,
		     const struct pl_doc *node, struct pl_scan *scan, struct pl_axis *axis)
{
	struct pl_match match;

	axis->is_one = true;
	scan->axis_kind = PL_AXIS_ONE;
	if (!pl_want_target(loader, node, "set", &match) ||
	    !check_settable(loader, node, match.parameter))
		return;
	axis->target = match.target;
	axis->parameter = match.parameter;
	scan->axis = match.target;
	scan->axis_parameter = match.parameter;
	axis->device =
	    find_counted(loader, scan_node, node, &loader->bench->devices[match.target.device]);
}

void pl_load_axis(struct pl_loader *loader, const struct pl_doc *scan_node,
		  const struct pl_doc *node, struct pl_scan *scan, struct pl_axis *axis)
{
	const struct pl_device *device;
	int row;

	axis->target = (struct pl_target){.device = -1, .channel = -1, .parameter = -1};
	device = device_of_channels(loader, scan->set, &row);
	if (device)
		take_channels(loader, node, device, row, scan, axis);
	else
		take_one(loader, scan_node, node, scan, axis);
	scan->device = axis->device;
	scan->device_index = axis->device ? (int)(axis->device - loader->bench->devices) : -1;
}

void pl_load_memory(struct pl_loader *loader, const struct pl_doc *scan_node, struct pl_scan *scan)
{
	const struct pl_doc *memory = pl_doc_get(scan_node, "memory");
	const struct pl_profile *profile;

	if (scan->memory != PL_MEMORY_VOLATILE || !scan->axis_parameter ||
	    !scan->axis_parameter->persistent)
		return;
	profile = loader->bench->devices[scan->axis.device].spec.profile;
	if (!profile || profile->volatile_row < 0) {
		pl_problems_add(loader->problems, memory ? memory->place : scan_node->at_key,
				"memory: volatile: %s has no switch to volatile writes that its "
				"profile knows (volatile_writes)",
				loader->bench->devices[scan->axis.device].spec.name);
		return;
	}
	scan->has_switch = true;
	scan->memory_switch = (struct pl_target){.device = scan->axis.device,
						 .channel = -1,
						 .parameter = (int16_t)profile->volatile_row};
	scan->switch_parameter = &profile->parameters[profile->volatile_row];
	scan->switch_on = profile->volatile_on;
}
