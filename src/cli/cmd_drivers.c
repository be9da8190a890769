/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_drivers.c - plateau drivers: the devices plateau knows, with options and parameters. */
#include "cli/print.h"

#include "driver/registry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct pl_json *parameters_json(const struct pl_parameter *row, bool of_channel)
{
	struct pl_json *list = pl_json_array();

	for (; row != NULL && row->name != NULL; row++) {
		struct pl_json *out = pl_json_object();
		bool has_limits = row->max > row->min;

		pl_json_add_text(out, "name", row->name);
		pl_json_add_boolean(out, "of_channel", of_channel);
		pl_json_add_text(out, "unit", row->unit);
		pl_json_add_number(out, "min", has_limits ? row->min : NAN);
		pl_json_add_number(out, "max", has_limits ? row->max : NAN);
		pl_json_add_number(out, "step", row->step > 0 ? row->step : NAN);
		pl_json_add_boolean(out, "readable", (row->access & PL_ACCESS_READ) != 0);
		pl_json_add_boolean(out, "writable", (row->access & PL_ACCESS_WRITE) != 0);
		pl_json_add_text(out, "text", row->text);
		pl_json_add(list, NULL, out);
	}
	return list;
}

static struct pl_json *driver_json(const struct pl_driver *driver)
{
	struct pl_json *out = pl_json_object(), *options = pl_json_array();

	pl_json_add_text(out, "name", driver->name);
	pl_json_add_text(out, "summary", driver->summary);
	pl_json_add_text(out, "simulator", driver->sim);
	pl_json_add_integer(out, "baud", driver->baud);
	pl_json_add_boolean(out, "shares_line", driver->shares_line);
	pl_json_add_boolean(out, "profile", driver->wants_profile);
	for (const struct pl_option *row = driver->options; row != NULL && row->key != NULL;
	     row++) {
		struct pl_json *option = pl_json_object();

		pl_json_add_text(option, "key", row->key);
		pl_json_add_text(option, "default", row->fallback);
		pl_json_add_text(option, "text", row->text);
		pl_json_add(options, NULL, option);
	}
	pl_json_add(out, "options", options);
	pl_json_add(out, "parameters", parameters_json(driver->parameters, false));
	pl_json_add(out, "channel_parameters", parameters_json(driver->channel_parameters, true));
	return out;
}

static void add_parameters(struct pl_table *table, const struct pl_parameter *row, const char *of)
{
	for (; row != NULL && row->name != NULL; row++) {
		char path[64], limits[96] = "";

		snprintf(path, sizeof(path), "    %s.%s", of, row->name);
		if (isfinite(row->max) && row->max > row->min)
			snprintf(limits, sizeof(limits), "%g to %g", row->min, row->max);
		pl_table_add(table, path);
		pl_table_add(table, (row->access & PL_ACCESS_WRITE) != 0 ? "read, write" : "read");
		pl_table_add(table, limits);
		pl_table_add(table, row->unit);
		pl_table_add(table, row->text);
	}
}

static void print_driver(const struct pl_driver *driver)
{
	struct pl_table options = {.columns = 3}, parameters = {.columns = 5};

	printf("%s: %s\n", driver->name, driver->summary);
	if (driver->sim != NULL)
		printf("  simulator: sim:%s\n", driver->sim);
	if (driver->shares_line)
		printf("  several may share one port, told apart by their address\n");
	for (const struct pl_option *row = driver->options; row != NULL && row->key != NULL;
	     row++) {
		char key[64];

		snprintf(key, sizeof(key), "    %s", row->key);
		pl_table_add(&options, key);
		pl_table_add(&options, row->fallback != NULL ? row->fallback : "(required)");
		pl_table_add(&options, row->text);
	}
	if (options.count > 0)
		printf("  keys in the bench file, with their defaults:\n");
	pl_table_print(&options);
	if (driver->wants_profile) {
		printf("  parameters: those of its profile (key profile)\n");
		return;
	}
	printf("  parameters:\n");
	add_parameters(&parameters, driver->parameters, "DEVICE");
	add_parameters(&parameters, driver->channel_parameters, "DEVICE.CHANNEL");
	pl_table_print(&parameters);
}

static int run(const struct pl_call *call)
{
	struct pl_json *object, *list;

	if (!pl_call_has(call, "json")) {
		for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++)
			print_driver(*at);
		return PL_EXIT_OK;
	}
	object = pl_json_object();
	list = pl_json_array();
	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++)
		pl_json_add(list, NULL, driver_json(*at));
	pl_json_add(object, "drivers", list);
	pl_print_json(object);
	pl_json_free(object);
	return PL_EXIT_OK;
}

const struct pl_command pl_cmd_drivers = {
    .name = "drivers",
    .summary = "list the drivers with their keys and parameters",
    .synopsis = "",
    .text = "Lists the kinds of devices this program can drive, the keys each takes in a bench "
	    "file, and the parameters it offers.",
    .run = run,
};
