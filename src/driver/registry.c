/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * registry.c - the list of drivers and the check of their tables.
 *
 * A new driver is a folder beside this file and one line in the list below. The check runs once at
 * start, so that a table with a hole is a message and never a call through NULL. Constant data,
 * any thread.
 */
#include "driver/registry.h"

#include "driver/modbus/modbus.h"
#include "driver/osechi/osechi.h"
#include "driver/stdbus/stdbus.h"
#include "plateau/text.h"

#include <math.h>
#include <string.h>

static const struct pl_driver *const drivers[] = {
    &pl_osechi_driver,
    &pl_modbus_driver,
    &pl_stdbus_driver,
    NULL,
};

const struct pl_driver *const *pl_drivers(void)
{
	return drivers;
}

const struct pl_driver *pl_driver_find(const char *name)
{
	for (size_t i = 0; drivers[i] != NULL; i++) {
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
	}
	return NULL;
}

/* The first thing a driver lacks, NULL when it has all. */
static const char *missing_in(const struct pl_driver *driver)
{
	const struct {
		bool is_there;
		const char *what;
	} rows[] = {
	    {driver->summary != NULL && driver->summary[0] != '\0', "summary"},
	    {(driver->ports & (PL_PORT_SERIAL | PL_PORT_TCP)) != 0, "ports"},
	    {(driver->ports & PL_PORT_SERIAL) == 0 || driver->baud > 0, "baud"},
	    {driver->options != NULL, "options"},
	    {driver->parameters != NULL, "parameters"},
	    {driver->channel_parameters != NULL, "channel_parameters"},
	    {driver->check != NULL, "check()"},
	    {driver->open != NULL, "open()"},
	    {driver->close != NULL, "close()"},
	    {driver->probe != NULL, "probe()"},
	    {driver->feed != NULL, "feed()"},
	    {driver->read != NULL, "read()"},
	    {driver->write != NULL, "write()"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rows[i].is_there)
			return rows[i].what;
	}
	return NULL;
}

static const char *wrong_in_parameter(const struct pl_parameter *row)
{
	if (!pl_name_valid(row->name))
		return "a name that is no name";
	if (row->unit == NULL || row->text == NULL || row->text[0] == '\0')
		return "no unit or no text";
	if (row->access == 0)
		return "neither read nor write access";
	if (isnan(row->min) || isnan(row->max) || row->min > row->max || !(row->step >= 0))
		return "limits or a step that make no sense";
	if ((row->access & PL_ACCESS_WRITE) != 0 && row->kind != PL_KIND_STATE)
		return "write access, but is no state";
	return NULL;
}

static enum pl_status check_parameters(const struct pl_driver *driver,
				       const struct pl_parameter *rows, struct pl_error *error)
{
	size_t carried = 0;

	for (size_t i = 0; rows[i].name != NULL; i++) {
		const char *wrong = wrong_in_parameter(&rows[i]);

		carried += rows[i].kind == PL_KIND_CARRIED;
		for (size_t k = 0; k < i && wrong == NULL; k++) {
			if (strcmp(rows[k].name, rows[i].name) == 0)
				wrong = "a name that is there twice";
		}
		if (wrong == NULL && carried > PL_CARRIED_MAX)
			wrong = "one carried value too many";
		if (wrong != NULL)
			return pl_error_set(error, PL_ERR_CONFIG, driver->name,
					    "parameter %s has %s", rows[i].name, wrong);
	}
	return PL_OK;
}

static enum pl_status check_options(const struct pl_driver *driver, struct pl_error *error)
{
	for (const struct pl_option *row = driver->options; row->key != NULL; row++) {
		const char *wrong = NULL;

		if (!pl_name_valid(row->key))
			wrong = "a key that is no name";
		else if (row->text == NULL || row->text[0] == '\0')
			wrong = "no text";
		else if (row->offset >= driver->options_size)
			wrong = "its place outside the struct of options";
		else if (row->type == PL_OPTION_WORD && row->words == NULL)
			wrong = "no words";
		if (wrong != NULL)
			return pl_error_set(error, PL_ERR_CONFIG, driver->name, "option %s has %s",
					    row->key, wrong);
	}
	return PL_OK;
}

/* A detector is counted by its channels' thresholds and hits: without them a scan has no axis. */
static enum pl_status check_detector(const struct pl_driver *driver, struct pl_error *error)
{
	static const char *const needed[] = {"threshold", "hits"};

	for (size_t i = 0; driver->has_events && i < sizeof needed / sizeof needed[0]; i++) {
		const struct pl_parameter *row = driver->channel_parameters;

		while (row->name != NULL && strcmp(row->name, needed[i]) != 0)
			row++;
		if (row->name == NULL)
			return pl_error_set(error, PL_ERR_CONFIG, driver->name,
					    "a detector needs the channel parameter %s", needed[i]);
	}
	return PL_OK;
}

static enum pl_status check_one(const struct pl_driver *driver, struct pl_error *error)
{
	const char *missing;
	enum pl_status status;

	if (driver->name == NULL || !pl_name_valid(driver->name))
		return pl_error_set(error, PL_ERR_CONFIG, "drivers", "a driver has no valid name");
	missing = missing_in(driver);
	if (missing != NULL)
		return pl_error_set(error, PL_ERR_CONFIG, driver->name, "the driver has no %s",
				    missing);
	status = check_options(driver, error);
	if (status == PL_OK)
		status = check_parameters(driver, driver->parameters, error);
	if (status == PL_OK)
		status = check_parameters(driver, driver->channel_parameters, error);
	if (status == PL_OK)
		status = check_detector(driver, error);
	return status;
}

enum pl_status pl_drivers_check_list(const struct pl_driver *const *list, struct pl_error *error)
{
	for (size_t i = 0; list[i] != NULL; i++) {
		enum pl_status status = check_one(list[i], error);

		if (status != PL_OK)
			return status;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(list[k]->name, list[i]->name) == 0)
				return pl_error_set(error, PL_ERR_CONFIG, list[i]->name,
						    "two drivers have this name");
		}
	}
	return PL_OK;
}

enum pl_status pl_drivers_check(struct pl_error *error)
{
	return pl_drivers_check_list(drivers, error);
}
