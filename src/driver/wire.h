/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.h - what numbers of an instrument mean by its profile, whatever protocol brought them. Pure,
 * any thread.
 */
#ifndef DRIVER_WIRE_H
#define DRIVER_WIRE_H

#include "plateau/driver.h"
#include "plateau/profile.h"
#include "plateau/status.h"

/* The word of an enum's value, NULL when it has none. number: as on the wire. */
const char *pl_wire_word(const struct pl_profile_row *row, double number);
/* That word, or the names of the bits that are set: "heating|alarm"; empty when there is none. */
void pl_wire_name(const struct pl_profile_row *row, double number, char out[PL_VALUE_TEXT_SIZE]);

/* It stands for "not there". number: as on the wire, before scale. */
bool pl_wire_is_missing(const struct pl_profile_row *row, double number);
/* Value of a number and back. */
double pl_wire_value(const struct pl_profile_row *row, double number);
double pl_wire_number(const struct pl_profile_row *row, double value);

/* The wire's number is fit to be a value; else the reading says why not: invalid when it stands for
 * "not there" or is no number, over when it is infinite. row NULL: no row describes it. */
bool pl_wire_is_value(const struct pl_profile_row *row, double number, struct pl_reading *reading);
/* A value beyond the plausible limits of its row becomes "over", with the reason. Values of an enum
 * or bits have none. */
void pl_wire_check_plausible(const struct pl_profile_row *row, const struct pl_parameter *parameter,
			     struct pl_reading *reading);
/* A value to write: PL_ERR_RANGE when it is no finite number, outside of its row's limits, off its
 * step or no word of an enum. */
enum pl_status pl_wire_check_write(const struct pl_profile_row *row,
				   const struct pl_parameter *parameter, double value,
				   struct pl_error *error);
/* PL_ERR_RANGE when value is outside of what the device itself allows; NaN = it tells no limit. */
enum pl_status pl_wire_check_limits(const struct pl_parameter *parameter, double value,
				    double lowest, double highest, const char *where,
				    struct pl_error *error);

/* Speed of a line where the bench file says none: the profile's (may be NULL), else the driver's.
 */
int pl_wire_usual_baud(const struct pl_driver *driver, const struct pl_profile *profile);

#endif
