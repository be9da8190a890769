/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stdbus.h - instruments on Watlow Standard Bus (EZ-ZONE PM): up to 16 on one EIA-485 line.
 */
#ifndef DRIVER_STDBUS_STDBUS_H
#define DRIVER_STDBUS_STDBUS_H

#include "plateau/driver.h"

/* Filled by the option rows of the driver. */
struct pl_stdbus_options {
	int64_t address; /* 1..16 */
	int64_t timeout_ns;
	int64_t retries; /* of a read */
};

extern const struct pl_driver pl_stdbus_driver;

#endif
