/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which devices hang on one line. Several can where their driver tells them apart by an address;
 * two detectors never. Simulators of detectors are one each, those of instruments with addresses
 * are a line like any other.
 *
 * With --sim the ports that the file names decide: devices that share a line share its simulator.
 */
#include "config/loader.h"

#include "plateau/text.h"

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

/* ---- simulated lines ---- */

static bool is_line_simulated(const struct pl_device *first)
{
	return shares_line(first) && first->port && first->port_in_file && !is_simulator(first) &&
	       strncmp(first->port, "sim:", 4) == 0;
}

/* "1,3": the addresses of a line. */
static void list_units(const struct pl_bench *bench, size_t first, struct pl_text *out)
{
	for (size_t i = first; i < bench->device_count; i++) {
		const struct pl_device *device = &bench->devices[i];

		if (device->first_on_line == (int)first && shares_line(device))
			pl_text_add(out, "%s%d", out->length ? "," : "",
				    device->driver->unit(&device->spec));
	}
}

static bool is_taken(const struct pl_bench *bench, size_t before, const char *port)
{
	for (size_t i = 0; i < before; i++)
		if (bench->devices[i].port && strcmp(bench->devices[i].port, port) == 0)
			return true;
	return false;
}

/* One simulator answers all addresses of a line, and no two lines have the same text. */
static void simulate_line(struct pl_loader *loader, size_t first)
{
	struct pl_bench *bench = loader->bench;
	struct pl_text units = {0};
	const char *port = bench->devices[first].port;

	list_units(bench, first, &units);
	if (units.data && strcmp(units.data, "1") != 0)
		port = pl_pool_format(loader->arena, "%s%cunits=%s", port,
				      strchr(port, '?') ? '&' : '?', units.data);
	if (is_taken(bench, first, port))
		port =
		    pl_pool_format(loader->arena, "%s%cname=%s", port,
				   strchr(port, '?') ? '&' : '?', bench->devices[first].spec.name);
	for (size_t i = first; i < bench->device_count; i++) {
		struct pl_device *device = &bench->devices[i];

		if (device->first_on_line != (int)first)
			continue;
		device->port = port;
		pl_effective_replace(
		    loader, pl_pool_format(loader->arena, "devices.%s.port", device->spec.name),
		    port, "--sim");
	}
	pl_text_free(&units);
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
	for (size_t i = 0; are_good && i < loader->bench->device_count; i++)
		if (devices[i].first_on_line == (int)i && is_line_simulated(&devices[i]))
			simulate_line(loader, i);
}
