/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - the keys of the bench file as tables: the loader, `plateau check`, the forms of the
 * screen and plateau.yaml(5) all read these. A driver's own keys are in driver->options.
 */
#ifndef CONFIG_ROWS_H
#define CONFIG_ROWS_H

#include "plateau/option.h"

#include <stdint.h>

/* A key that holds a map or a list, or one this version only knows by name. */
struct pl_config_key {
	const char *key;
	const char *form;     /* as a user would write it */
	const char *fallback; /* NULL: the key is required; "" = none */
	const char *text;
	bool later; /* refused ("not in this version") unless it asks for nothing */
};

struct pl_config_section {
	const char *title;
	const char *path; /* "devices.NAME.lost" */
	const char *text;
	const struct pl_option *rows;	  /* ends with key NULL */
	const struct pl_config_key *keys; /* ends with key NULL */
};

/* Every section in the order of the file; ends with title NULL. */
const struct pl_config_section *pl_config_sections(void);
/* One of them by its path; never NULL for a path of the table. */
const struct pl_config_section *pl_config_section(const char *path);

/* Fields that are not in the bench as they are in the file. */
struct pl_config_top {
	int64_t schema;
	const char *bench, *workspace;
	int operator_rule; /* 1 = required */
};
struct pl_config_channel {
	int64_t id;
	double threshold;
};
struct pl_config_until {
	const char *path;
	double within;
	int64_t for_ns, at_most_ns;
	int otherwise; /* enum pl_until_else */
};
struct pl_config_readings {
	double rate_hz;
};

#endif
