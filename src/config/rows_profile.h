/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_profile.h - the tables of one parameter of a profile, for the list of sections alone. */
#ifndef CONFIG_ROWS_PROFILE_H
#define CONFIG_ROWS_PROFILE_H

#include "config/rows.h"

extern const struct pl_option pl_profile_parameter_rows[];
extern const struct pl_config_key pl_profile_parameter_keys[];
extern const struct pl_option pl_profile_instance_rows[];

#endif
