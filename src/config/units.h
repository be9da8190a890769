/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.h - quantities as people write them: `10 s`, `10s`, `2 Hz`, `0.3 V`, `5 %`.
 *
 * Only SI prefixes and times convert (s ms us min h d, Hz, V, A, Pa); C, K, F and % stand alone.
 * A missing or another unit is PL_ERR_UNIT naming the right ones; text that is no number is
 * PL_ERR_CONFIG. The number is decimal whatever the locale: no hex, no octal, no comma, no nan.
 * Pure functions, any thread.
 */
#ifndef CONFIG_UNITS_H
#define CONFIG_UNITS_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stdint.h>

bool pl_unit_known(const char *unit); /* "" is known */

/* *out in `unit`. unit "": no unit may stand there; NULL: any known one may, unconverted. */
enum pl_status pl_quantity_parse(const char *text, const char *unit, double *out,
				 struct pl_error *error);

/* A time in nanoseconds, rounded to the nearest; PL_ERR_RANGE when negative or above 290 years. */
enum pl_status pl_duration_parse(const char *text, int64_t *out_ns, struct pl_error *error);

#endif
