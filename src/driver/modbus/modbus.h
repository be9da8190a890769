/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * modbus.h - instruments that speak Modbus RTU or TCP and are described by a profile.
 */
#ifndef DRIVER_MODBUS_MODBUS_H
#define DRIVER_MODBUS_MODBUS_H

#include "plateau/driver.h"

extern const struct pl_driver pl_modbus_driver;

struct pl_modbus_options {
	int64_t unit;	    /* 1 … 247 */
	int64_t timeout_ns; /* of an answer, beside the time its bytes need on the line */
	int64_t retries;    /* of a read */
	bool echo;	    /* the line repeats what we send */
};

#endif
