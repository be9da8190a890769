/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi.h - the OSECHI cosmic-ray detector: three scintillators, an ESP32, a USB serial line.
 */
#ifndef DRIVER_OSECHI_OSECHI_H
#define DRIVER_OSECHI_OSECHI_H

#include "plateau/driver.h"

enum pl_osechi_choice { PL_OSECHI_AUTO, PL_OSECHI_TEXT, PL_OSECHI_BINARY };

/* Filled by the option rows of the driver. */
struct pl_osechi_options {
	int protocol;		  /* enum pl_osechi_choice */
	int64_t reply_timeout_ns; /* the firmware gives up after 0.5 s itself */
	int64_t boot_wait_ns;	  /* what comes so soon after opening is boot text */
	int64_t probe_events_ns;  /* how long auto looks for event lines of an old firmware */
};

extern const struct pl_driver pl_osechi_driver;

#endif
