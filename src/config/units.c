/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of units; factors are whole numbers of the smallest unit of their kind, so that a
 * conversion is one exact product or one correctly rounded quotient. */
#include "config/units.h"

#include "plateau/text.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum kind {
	NONE,
	TIME,
	FREQUENCY,
	VOLTAGE,
	CURRENT,
	PRESSURE,
	CELSIUS,
	KELVIN,
	FAHRENHEIT,
	PERCENT
};

struct unit {
	const char *name;
	enum kind kind;
	double factor;
};

static const struct unit units[] = {
    {.name = "", .kind = NONE, .factor = 1},
    {.name = "s", .kind = TIME, .factor = 1e6},
    {.name = "ms", .kind = TIME, .factor = 1e3},
    {.name = "us", .kind = TIME, .factor = 1},
    {.name = "min", .kind = TIME, .factor = 60e6},
    {.name = "h", .kind = TIME, .factor = 3600e6},
    {.name = "d", .kind = TIME, .factor = 86400e6},
    {.name = "Hz", .kind = FREQUENCY, .factor = 1e3},
    {.name = "mHz", .kind = FREQUENCY, .factor = 1},
    {.name = "kHz", .kind = FREQUENCY, .factor = 1e6},
    {.name = "MHz", .kind = FREQUENCY, .factor = 1e9},
    {.name = "V", .kind = VOLTAGE, .factor = 1e6},
    {.name = "mV", .kind = VOLTAGE, .factor = 1e3},
    {.name = "uV", .kind = VOLTAGE, .factor = 1},
    {.name = "kV", .kind = VOLTAGE, .factor = 1e9},
    {.name = "A", .kind = CURRENT, .factor = 1e6},
    {.name = "mA", .kind = CURRENT, .factor = 1e3},
    {.name = "uA", .kind = CURRENT, .factor = 1},
    {.name = "Pa", .kind = PRESSURE, .factor = 1},
    {.name = "hPa", .kind = PRESSURE, .factor = 1e2},
    {.name = "kPa", .kind = PRESSURE, .factor = 1e3},
    {.name = "C", .kind = CELSIUS, .factor = 1},
    {.name = "K", .kind = KELVIN, .factor = 1},
    {.name = "F", .kind = FAHRENHEIT, .factor = 1},
    {.name = "%", .kind = PERCENT, .factor = 1},
};
#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))
#define UNIT_SIZE  16

static const struct unit *unit_find(const char *name)
{
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

bool pl_unit_known(const char *unit)
{
	return unit_find(unit) != NULL;
}

/* "s, ms, us, min, h or d": every unit that would do, the asked one first. */
static const char *names_of_kind(const struct unit *wanted, char *out, size_t cap)
{
	const char *last = NULL;
	size_t used = (size_t)snprintf(out, cap, "%s", wanted->name);

	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (units[i].kind != wanted->kind || &units[i] == wanted)
			continue;
		if (last && used < cap)
			used += (size_t)snprintf(out + used, cap - used, ", %s", last);
		last = units[i].name;
	}
	if (last && used < cap)
		snprintf(out + used, cap - used, " or %s", last);
	return out;
}

/* How many bytes at the start of text are a decimal number. */
static size_t number_length(const char *text)
{
	size_t i = 0, exponent;

	if (text[i] == '+' || text[i] == '-')
		i++;
	while (isdigit((unsigned char)text[i]))
		i++;
	if (text[i] == '.')
		i++;
	while (isdigit((unsigned char)text[i]))
		i++;
	if (text[i] != 'e' && text[i] != 'E')
		return i;
	exponent = i + 1;
	if (text[exponent] == '+' || text[exponent] == '-')
		exponent++;
	if (!isdigit((unsigned char)text[exponent]))
		return i;
	while (isdigit((unsigned char)text[exponent]))
		exponent++;
	return exponent;
}

/* Splits "10 s" into 10 and "s". False when the rest cannot be a unit at all ("12:30", "0x1F"). */
static bool split(const char *text, double *number, char unit[UNIT_SIZE])
{
	size_t length, count = 0;

	while (*text == ' ')
		text++;
	length = number_length(text);
	if (!pl_bytes_to_double(text, length, number))
		return false;
	for (text += length; *text == ' ';)
		text++;
	for (; isalpha((unsigned char)*text) || *text == '%'; text++) {
		if (count + 1 == UNIT_SIZE)
			return false;
		unit[count++] = *text;
	}
	unit[count] = '\0';
	while (*text == ' ')
		text++;
	return *text == '\0';
}

static enum pl_status refuse_number(const char *text, const struct unit *wanted,
				    struct pl_error *error)
{
	const char *hint = strchr(text, ',') ? "; the decimal sign is a point" : "";
	char names[64];

	if (!wanted)
		return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\" is not a number%s", text,
				    hint);
	if (wanted->kind == NONE)
		return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\" is not a number%s", text,
				    hint);
	return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\" is not a number with %s%s", text,
			    names_of_kind(wanted, names, sizeof(names)), hint);
}

static enum pl_status refuse_unit(const char *text, double number, const char *unit,
				  const struct unit *wanted, struct pl_error *error)
{
	char names[64], digits[PL_NUMBER_SIZE];

	pl_number_format(number, digits);
	if (!wanted)
		return pl_error_set(error, PL_ERR_UNIT, "", "\"%s\": no unit is called %s", text,
				    unit);
	if (wanted->kind == NONE)
		return pl_error_set(error, PL_ERR_UNIT, "", "\"%s\" takes no unit: write %s", text,
				    digits);
	names_of_kind(wanted, names, sizeof(names));
	if (!unit[0])
		return pl_error_set(error, PL_ERR_UNIT, "", "\"%s\" has no unit: write %s %s%s%s%s",
				    text, digits, wanted->name, strchr(names, ' ') ? " (" : "",
				    strchr(names, ' ') ? names : "", strchr(names, ' ') ? ")" : "");
	return pl_error_set(error, PL_ERR_UNIT, "", "\"%s\": %s does not fit here, use %s", text,
			    unit, names);
}

enum pl_status pl_quantity_parse(const char *text, const char *unit, double *out,
				 struct pl_error *error)
{
	const struct unit *wanted = unit ? unit_find(unit) : NULL, *given;
	char name[UNIT_SIZE];
	double number;

	if (!split(text, &number, name))
		return refuse_number(text, wanted, error);
	given = unit_find(name);
	if (!given || (unit && (!wanted || given->kind != wanted->kind)))
		return refuse_unit(text, number, name, wanted, error);
	if (!wanted)
		*out = number;
	else if (given->factor >= wanted->factor)
		*out = number * (given->factor / wanted->factor);
	else
		*out = number / (wanted->factor / given->factor);
	if (!isfinite(*out))
		return pl_error_set(error, PL_ERR_RANGE, "", "\"%s\" is too large", text);
	return PL_OK;
}

enum pl_status pl_duration_parse(const char *text, int64_t *out_ns, struct pl_error *error)
{
	double us;
	enum pl_status status = pl_quantity_parse(text, "s", &us, error);

	if (status)
		return status;
	status = pl_quantity_parse(text, "us", &us, error);
	if (status)
		return status;
	if (us < 0)
		return pl_error_set(error, PL_ERR_RANGE, "", "\"%s\": a time cannot be negative",
				    text);
	if (us > 9.15e15)
		return pl_error_set(error, PL_ERR_RANGE, "", "\"%s\" is too long", text);
	*out_ns = (int64_t)llround(us * 1e3);
	return PL_OK;
}
