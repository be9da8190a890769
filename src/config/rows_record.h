/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_record.h - the tables of a recording and of limits, for the list of sections alone. */
#ifndef CONFIG_ROWS_RECORD_H
#define CONFIG_ROWS_RECORD_H

#include "config/rows.h"

extern const struct pl_option pl_record_rows[];
extern const struct pl_config_key pl_record_keys[];
extern const struct pl_option pl_limit_rows[];

#endif
