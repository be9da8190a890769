/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `set` of a scan: the device and the parameter of its channels that is stepped. */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

static const char *nearest_name(struct pl_loader *loader, const char *word)
{
	const char *names[64];
	size_t count = 0;

	for (; count < loader->bench->device_count && count < 63; count++)
		names[count] = loader->bench->devices[count].spec.name;
	names[count] = NULL;
	return pl_text_nearest(word, names);
}

static const char *nearest_parameter(const struct pl_parameter *rows, const char *word)
{
	const char *names[64];
	size_t count = 0;

	for (; rows && rows[count].name && count < 63; count++)
		names[count] = rows[count].name;
	names[count] = NULL;
	return pl_text_nearest(word, names);
}

static void say_no_parameter(struct pl_loader *loader, const struct pl_doc *node,
			     const struct pl_device *device, const char *name)
{
	const char *near = nearest_parameter(device->driver->channel_parameters, name);

	if (pl_parameter_find(device->driver->parameters, name) >= 0)
		pl_problems_add(loader->problems, node->place,
				"set: %s.%s belongs to the device, not to its channels; scanning "
				"it: not in this version of plateau",
				device->spec.name, name);
	else
		pl_problems_add(loader->problems, node->place,
				"set: the channels of %s have no parameter \"%s\"%s%s%s",
				device->spec.name, name, near ? "; did you mean \"" : "",
				near ? near : "", near ? "\"?" : "");
}

static void resolve_parameter(struct pl_loader *loader, const struct pl_doc *node, const char *name,
			      struct pl_scan *scan, struct pl_axis *axis)
{
	const struct pl_parameter *table = axis->device->driver->channel_parameters;
	int row = pl_parameter_find(table, name);

	if (row < 0) {
		say_no_parameter(loader, node, axis->device, name);
	} else if (!(table[row].access & PL_ACCESS_WRITE)) {
		pl_problems_add(loader->problems, node->place, "set: %s.%s can only be read",
				axis->device->spec.name, name);
	} else {
		scan->parameter = row;
		axis->parameter = &table[row];
	}
}

void pl_load_axis(struct pl_loader *loader, const struct pl_doc *node, struct pl_scan *scan,
		  struct pl_axis *axis)
{
	char *device = pl_pool_string(loader->arena, scan->set), *name = strchr(device, '.');
	const char *near;

	if (!name || name == device || !name[1] || strchr(name + 1, '.')) {
		pl_problems_add(loader->problems, node->place,
				"set: \"%s\" is not DEVICE.PARAMETER such as det.threshold; the "
				"channels are named under channels",
				scan->set);
		return;
	}
	*name++ = '\0';
	axis->device = pl_bench_device(loader->bench, device);
	if (!axis->device) {
		near = nearest_name(loader, device);
		pl_problems_add(
		    loader->problems, node->place, "set: the bench has no device \"%s\"%s%s%s",
		    device, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
		return;
	}
	scan->device = axis->device;
	scan->device_index = (int)(axis->device - loader->bench->devices);
	if (axis->device->driver)
		resolve_parameter(loader, node, name, scan, axis);
	else
		axis->device = NULL;
}
