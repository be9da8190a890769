/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which devices hang on one line. Several can where their driver tells them apart by an address;
 * two detectors never. Simulators of detectors are one each, those of instruments with addresses
 * are a line like any other.
 *
 * With --sim the ports that the file names decide: devices that share a line share its simulator.
 */
#include "config/loader.h"

#include <string.h>

static bool shares_line(const struct pl_device *device)
{
	return device->driver && device->driver->shares_line && device->driver->unit;
}

static bool is_simulator(const struct pl_device *device)
{
	return strncmp(device->port_in_file, "sim:", 4) == 0;
}

/* Both have the same port, and the later one is at fault. */
static void check_pair(struct pl_loader *loader, struct pl_device *first, struct pl_device *later,
		       bool are_good)
{
	struct pl_place place = {.line = later->line};
	int unit;

	if (!shares_line(first) || !shares_line(later)) {
		if (!is_simulator(later))
			pl_problems_add(loader->problems, place, "%s and %s name the same port %s",
					first->spec.name, later->spec.name, later->port_in_file);
		return;
	}
	later->first_on_line = first->first_on_line;
	unit = are_good ? first->driver->unit(&first->spec) : -1;
	if (are_good && unit == later->driver->unit(&later->spec))
		pl_problems_add(loader->problems, place,
				"%s (line %d) and %s (line %d) have the same address %d on port %s",
				first->spec.name, first->line, later->spec.name, later->line, unit,
				later->port_in_file);
	if (first->baud != later->baud || first->dtr != later->dtr || first->rts != later->rts)
		pl_problems_add(loader->problems, place,
				"%s (line %d) and %s (line %d) share port %s, so baud, dtr and rts "
				"have to be the same",
				first->spec.name, first->line, later->spec.name, later->line,
				later->port_in_file);
}

void pl_check_lines(struct pl_loader *loader)
{
	struct pl_device *devices = loader->bench->devices;
	bool are_good = loader->problems->count == 0; /* else an address may not be known */

	for (size_t i = 0; i < loader->bench->device_count; i++) {
		devices[i].first_on_line = (int)i;
		for (size_t k = 0; k < i; k++)
			if (devices[i].port_in_file && devices[k].port_in_file &&
			    strcmp(devices[i].port_in_file, devices[k].port_in_file) == 0)
				check_pair(loader, &devices[k], &devices[i], are_good);
	}
}
