/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.c - words, scales and limits of profiles. Pure, any thread. */
#include "driver/wire.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>

/* Steps are decimal and values come from arithmetic: so much of a step does not count. */
#define STEP_SLACK 1e-6

const char *pl_wire_word(const struct pl_profile_row *row, double number)
{
	for (size_t i = 0; i < row->word_count; i++)
		if (row->words[i].value == number)
			return row->words[i].name;
	return NULL;
}

static void name_bits(const struct pl_profile_row *row, uint32_t bits, char out[PL_VALUE_TEXT_SIZE])
{
	size_t at = 0;

	for (size_t i = 0; i < row->word_count && at < PL_VALUE_TEXT_SIZE; i++) {
		uint32_t bit = row->words[i].value;

		if (bit < 32 && bits >> bit & 1)
			at += (size_t)snprintf(out + at, PL_VALUE_TEXT_SIZE - at, "%s%s",
					       at > 0 ? "|" : "", row->words[i].name);
	}
}

void pl_wire_name(const struct pl_profile_row *row, double number, char out[PL_VALUE_TEXT_SIZE])
{
	const char *word = row->type == PL_WIRE_ENUM ? pl_wire_word(row, number) : NULL;

	out[0] = '\0';
	if (word)
		pl_text_copy(out, PL_VALUE_TEXT_SIZE, word);
	else if (row->type == PL_WIRE_BITS && number >= 0 && number <= UINT32_MAX)
		name_bits(row, (uint32_t)number, out);
}

bool pl_wire_is_missing(const struct pl_profile_row *row, double number)
{
	for (size_t i = 0; i < row->missing_count; i++)
		if (row->missing[i] == number || (isnan(row->missing[i]) && isnan(number)))
			return true;
	return false;
}

double pl_wire_value(const struct pl_profile_row *row, double number)
{
	return pl_number_scaled(number, row->scale, row->offset);
}

double pl_wire_number(const struct pl_profile_row *row, double value)
{
	return (value - row->offset) / row->scale;
}

static void spoil(struct pl_reading *reading, enum pl_quality quality, const char *why)
{
	reading->quality = quality;
	reading->value.number = NAN;
	reading->value.text[0] = '\0';
	pl_text_copy(reading->reason, sizeof reading->reason, why);
}

bool pl_wire_is_value(const struct pl_profile_row *row, double number, struct pl_reading *reading)
{
	if (row && pl_wire_is_missing(row, number))
		spoil(reading, PL_QUALITY_INVALID, "not available, says the device");
	else if (isnan(number))
		spoil(reading, PL_QUALITY_INVALID, "not a number");
	else if (isinf(number))
		spoil(reading, PL_QUALITY_OVER, "infinite");
	else
		return true;
	return false;
}

void pl_wire_check_plausible(const struct pl_profile_row *row, const struct pl_parameter *parameter,
			     struct pl_reading *reading)
{
	double value = reading->value.number;

	if (row->type == PL_WIRE_ENUM || row->type == PL_WIRE_BITS)
		return;
	if (!(parameter->max > parameter->min) ||
	    (value >= parameter->min && value <= parameter->max))
		return;
	snprintf(reading->reason, sizeof reading->reason, "%.7g is not within %g to %g%s%s", value,
		 parameter->min, parameter->max, parameter->unit[0] ? " " : "", parameter->unit);
	reading->quality = PL_QUALITY_OVER;
	reading->value.number = NAN;
	reading->value.text[0] = '\0';
}

enum pl_status pl_wire_check_write(const struct pl_profile_row *row,
				   const struct pl_parameter *parameter, double value,
				   struct pl_error *error)
{
	double steps = parameter->step > 0 ? value / parameter->step : 0;

	if (!isfinite(value))
		return pl_error_set(error, PL_ERR_RANGE, parameter->name,
				    "the value to write is no finite number");
	if (parameter->max > parameter->min && (value < parameter->min || value > parameter->max))
		return pl_error_set(error, PL_ERR_RANGE, parameter->name,
				    "%.10g is not within %g to %g %s", value, parameter->min,
				    parameter->max, parameter->unit);
	if (fabs(steps - nearbyint(steps)) > STEP_SLACK)
		return pl_error_set(error, PL_ERR_RANGE, parameter->name,
				    "%.10g is not a multiple of its step %g %s", value,
				    parameter->step, parameter->unit);
	if (row->type == PL_WIRE_ENUM && row->words && !pl_wire_word(row, value))
		return pl_error_set(error, PL_ERR_RANGE, parameter->name,
				    "%.10g is none of its values", value);
	return PL_OK;
}

enum pl_status pl_wire_check_limits(const struct pl_parameter *parameter, double value,
				    double lowest, double highest, const char *where,
				    struct pl_error *error)
{
	char allowed[64];

	if (!(value < lowest || value > highest))
		return PL_OK;
	if (isnan(lowest))
		snprintf(allowed, sizeof allowed, "at most %.10g", highest);
	else if (isnan(highest))
		snprintf(allowed, sizeof allowed, "at least %.10g", lowest);
	else
		snprintf(allowed, sizeof allowed, "%.10g to %.10g", lowest, highest);
	return pl_error_set(error, PL_ERR_RANGE, where,
			    "%s: the device itself allows %s%s%s, not %.10g", parameter->name,
			    allowed, parameter->unit[0] ? " " : "", parameter->unit, value);
}

int pl_wire_usual_baud(const struct pl_driver *driver, const struct pl_profile *profile)
{
	return profile && profile->baud > 0 ? profile->baud : driver->baud;
}
