/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - settings.csv of a stored run read back: when,path,value,unit. Any thread. */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "plateau/parameter.h"
#include "plateau/status.h"

#include <stddef.h>

struct pl_settings_row {
	char when[8]; /* "start", "end" */
	char path[PL_PATH_SIZE];
	char value[PL_VALUE_TEXT_SIZE]; /* as it stands in the file; "" = it was not told */
	char unit[16];
};

/* Every row of settings.csv in a run folder, in file order; caller frees *out with free().
 * PL_ERR_NOT_FOUND: the run has none; PL_ERR_CONFIG names the line that is no row of it. A torn
 * last line is left out. */
enum pl_status pl_settings_read(int folder, struct pl_settings_row **out, size_t *count,
				struct pl_error *error);

#endif
