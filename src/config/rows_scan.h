/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_scan.h - the tables of a scan, for the list of sections alone. Each ends with key NULL. */
#ifndef CONFIG_ROWS_SCAN_H
#define CONFIG_ROWS_SCAN_H

#include "config/rows.h"

extern const struct pl_option pl_scan_rows[];
extern const struct pl_config_key pl_scan_keys[];
extern const struct pl_option pl_range_rows[];
extern const struct pl_config_key pl_range_keys[];
extern const struct pl_option pl_dwell_rows[];
extern const struct pl_option pl_settle_rows[];
extern const struct pl_option pl_readings_rows[];
extern const struct pl_config_key pl_readings_keys[];
extern const struct pl_option pl_retry_rows[];
extern const struct pl_option pl_hook_rows[];
extern const struct pl_config_key pl_hook_keys[];

#endif
