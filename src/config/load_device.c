/* SPDX-License-Identifier: GPL-3.0-or-later */
/* devices: the common keys, the driver's own rows beside them, then the driver's word. */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct pl_driver *find_driver(const struct pl_bench_request *request, const char *name)
{
	for (size_t i = 0; request->drivers[i]; i++)
		if (strcmp(request->drivers[i]->name, name) == 0)
			return request->drivers[i];
	return NULL;
}

static void say_no_driver(struct pl_loader *loader, const struct pl_doc *node, const char *name)
{
	const struct pl_driver *const *drivers = loader->request->drivers;
	const char *keys[64], *near;
	char all[160] = "";
	size_t used = 0, count = 0;

	for (; count < 63 && drivers[count]; count++) {
		keys[count] = drivers[count]->name;
		if (used < sizeof(all))
			used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
						 used ? ", " : "", keys[count]);
	}
	keys[count] = NULL;
	near = pl_text_nearest(name, keys);
	pl_problems_add(loader->problems, node->place,
			"there is no driver \"%s\"%s%s%s; drivers: %s", name,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "", all);
}

/* The driver's own options, in its own struct. */
static void load_driver_rows(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			     struct pl_device *device)
{
	const struct pl_driver *driver = device->driver;
	void *options = pl_pool_take(loader->arena, 1, driver->options_size + 1);

	if (driver->options)
		pl_load_rows(loader, node, path, node->at_key, driver->options, options);
	device->spec.options = options;
}

static void check_dead_time(struct pl_loader *loader, const struct pl_doc *node,
			    struct pl_device *device)
{
	const struct pl_doc *part = pl_doc_get(node, "dead_time"), *tau = pl_doc_get(part, "tau");
	const struct pl_doc *error = pl_doc_get(part, "error");

	if (error && device->dead_time_error_s > 0 &&
	    device->dead_time_error_s >= device->dead_time_tau_s)
		pl_problems_add(loader->problems, error->place,
				"error is not below tau: a dead time so little known corrects "
				"nothing");
	if (device->dead_time_model != PL_DEAD_TIME_NONE)
		return;
	if (device->dead_time_tau_s > 0 && tau)
		pl_problems_add(loader->problems, tau->place,
				"tau without a model changes nothing: add model: nonparalyzable");
	device->dead_time_tau_s = 0;
}

static void load_common(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			struct pl_device *device)
{
	const struct pl_config_section *section = pl_config_section("devices.NAME");

	pl_load_rows(loader, node, path, node->at_key, section->rows, device);
	pl_load_part(loader, node, path, "dead_time", pl_config_section("devices.NAME.dead_time"),
		     device);
	pl_load_part(loader, node, path, "lost", pl_config_section("devices.NAME.lost"), device);
	check_dead_time(loader, node, device);
	device->refresh_ns =
	    device->refresh_hz > 0 ? (int64_t)llround(1e9 / device->refresh_hz) : 0;
	if (device->driver_name)
		device->driver = find_driver(loader->request, device->driver_name);
}

/* The driver's check speaks about the device as a whole: only asked when all else is right. */
static void ask_driver(struct pl_loader *loader, const struct pl_doc *node,
		       const struct pl_device *device)
{
	struct pl_error error = {.code = PL_OK};

	if (device->driver->check && device->driver->check(&device->spec, &error))
		pl_problems_add(loader->problems, node->at_key, "devices.%s: %s", node->key,
				error.text);
}

static void load_device(struct pl_loader *loader, const struct pl_doc *node,
			struct pl_device *device)
{
	const char *path = pl_pool_format(loader->arena, "devices.%s", node->key);
	size_t before = loader->problems->count;
	const char *sim = NULL;

	device->line = node->at_key.line;
	pl_text_copy(device->spec.name, sizeof(device->spec.name), node->key);
	load_common(loader, node, path, device);
	if (device->driver)
		sim = pl_load_profile(loader, node, path, device);
	pl_load_port(loader, pl_doc_get(node, "port"), path, sim, device);
	if (!device->driver) {
		/* Its keys cannot be judged without it. */
		if (device->driver_name)
			say_no_driver(loader, pl_doc_get(node, "driver"), device->driver_name);
		return;
	}
	pl_check_keys(loader, node, pl_config_section("devices.NAME"), device->driver->options);
	load_driver_rows(loader, node, path, device);
	pl_load_channels(loader, node, path, device);
	pl_load_coincidences(loader, pl_doc_get(node, "coincidences"), path, device);
	if (pl_device_known(device))
		pl_load_limits(loader, node, path, device);
	if (loader->problems->count == before)
		ask_driver(loader, node, device);
}

void pl_load_devices(struct pl_loader *loader, const struct pl_doc *root)
{
	const struct pl_doc *devices = pl_doc_get(root, "devices");
	struct pl_bench *bench = loader->bench;

	if (!devices || pl_doc_is_null(devices) || !pl_doc_count(devices)) {
		pl_problems_add(loader->problems, devices ? devices->place : root->place,
				"devices is missing: at least one instrument, "
				"NAME: {driver: …, port: …}");
		return;
	}
	if (!pl_want_map(loader, devices) || !pl_want_few(loader, devices, PL_DEVICES_MAX))
		return;
	bench->devices =
	    pl_pool_take(loader->arena, pl_doc_count(devices), sizeof(*bench->devices));
	for (const struct pl_doc *node = devices->first; node; node = node->next)
		if (pl_want_name(loader, node) && pl_want_map(loader, node))
			load_device(loader, node, &bench->devices[bench->device_count++]);
	pl_check_lines(loader);
}
