/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_options.c - what simulated EZ-ZONE controllers can be told. Member, check, default and
 * help stand in one row each.
 */
#include "sim/ezzone.h"

#include "sim/faults.h"

#include <string.h>

#define AT(member) .offset = offsetof(struct pl_ezsim_values, member)
#define NUMBER(key, member, unit_, low, high, first, what)                                         \
	{                                                                                          \
		.name = (key), .type = PL_SIM_NUMBER, .unit = (unit_), .min = (low),               \
		.max = (high), .initial = (first), AT(member), .text = (what)                      \
	}
#define INTEGER(key, member, low, high, first, what)                                               \
	{                                                                                          \
		.name = (key), .type = PL_SIM_INTEGER, .unit = "", .min = (low), .max = (high),    \
		.initial = (first), AT(member), .text = (what)                                     \
	}
#define CHOICE(key, member, words, first, what)                                                    \
	{                                                                                          \
		.name = (key), .type = PL_SIM_CHOICE, .unit = "", .choices = (words),              \
		.initial = (first), AT(member), .text = (what)                                     \
	}
#define TEXT(key, member, type_, first, what)                                                      \
	{                                                                                          \
		.name = (key), .type = (type_), .unit = "", .initial = (first), AT(member),        \
		.text = (what)                                                                     \
	}

/* clang-format off: one row, one line */
static const struct pl_sim_option options[] = {
    INTEGER("seed", seed, 0, 1e15, "1", "the same seed gives the same noise and faults"),
    CHOICE("bus", bus, "rtu tcp stdbus", "rtu", "Modbus RTU, Modbus TCP or Watlow Standard Bus"),
    TEXT("units", units, PL_SIM_TEXT, "1", "8 = units 1 to 8 on one line; or a list: 1,3,20-22"),
    TEXT("name", name, PL_SIM_TEXT, "", "tells two simulators with the same options apart"),
    NUMBER("speed", speed, "", 0.01, 1000, "1", "simulated seconds in a second"),
    NUMBER("ambient", ambient, "C", -100, 500, "22", "temperature without heating"),
    NUMBER("gain", gain, "", 0.01, 100, "4", "degrees above ambient for 1 % of power"),
    NUMBER("tau", tau, "s", 0.1, 1e5, "60", "time constant"),
    NUMBER("dead", dead, "s", 0, 20, "2", "power takes hold so much later"),
    NUMBER("noise", noise, "C", 0, 100, "0.05", "sigma of the measured temperature"),
    CHOICE("start", start, "settled cold", "settled", "begin at the set point or at ambient"),
    NUMBER("setpoint", setpoint, "C", -1999, 9999, "100", "of unit 1, input 1"),
    NUMBER("spread", spread, "C", 0, 1000, "5",
	   "each next unit has its set point so much higher, input 2 half of it"),
    NUMBER("setpoint_low", setpoint_low, "C", -1999, 9999, "0", "lower limit of set points (7003)"),
    NUMBER("setpoint_high", setpoint_high, "C", -1999, 9999, "500", "upper limit (7004)"),
    NUMBER("alarm_low", alarm_low, "C", -1999, 9999, "-50", "low alarm (9002)"),
    NUMBER("alarm_high", alarm_high, "C", -1999, 9999, "1500", "high alarm (9001)"),
    NUMBER("power", power, "%", -100, 100, "0", "manual power (7002)"),
    CHOICE("mode", mode, "auto manual off", "auto", "control mode (8001)"),
    CHOICE("unit", label, "C F", "C", "what parameter 17050 says; values are never converted"),
    CHOICE("order", order, "low_high high_low", "low_high", "word order (17043)"),
    CHOICE("eeprom", eeprom, "no yes", "yes", "writes go to the EEPROM (17051)"),
    INTEGER("alarm_step", alarm_step, 50, 60, "50", "registers from alarm 1 to 2: 50 or 60"),
    NUMBER("pulses", pulses, "", 0, 1e10, "0",
	   "rate in 1/s of a pulse counter beside the controller (registers 5000 and 5001, or id "
	   "50001), which begins anew with it"),
    INTEGER("pulses_at", pulses_at, 0, 4294967295, "0", "what it has counted at the start"),
    INTEGER("baud", baud, 0, 10000000, "0", "bytes take their time at this speed, 0 = none"),
    NUMBER("delay", delay, "ms", 0, 60000, "3", "a controller thinks at least"),
    NUMBER("delay_spread", delay_spread, "ms", 0, 60000, "0", "and at most so much more"),
    INTEGER("port", port, 0, 65535, "0", "of Modbus TCP on 127.0.0.1, 0 = any that is free"),
    TEXT("fault", fault, PL_SIM_TEXTS, "", "misbehaviour, see below"),
    TEXT("truth", truth, PL_SIM_TEXT, "",
	 "file that gets every request, reply, write and fault (CSV)"),
    TEXT("link", link, PL_SIM_TEXT, "",
	 "symbolic link kept on the pty, also when it is plugged in again"),
    CHOICE("stdin", stdin_watch, "ignore watch", "ignore", "watch: end when stdin ends"),
    NUMBER("duration", duration, "s", 0, 1e9, "0", "end after this time, 0 = never"),
};
/* clang-format on */

static const struct pl_sim_flag flags[] = {
    {.flag = "--modbus-rtu", .word = "bus=rtu"},
    {.flag = "--modbus-tcp", .word = "bus=tcp"},
    {.flag = "--stdbus", .word = "bus=stdbus"},
    {.flag = NULL},
};

/* One number at *at; false when there is none. */
static bool take_address(const char **at, int *out)
{
	size_t digits = strspn(*at, "0123456789");

	if (digits == 0 || digits > 3)
		return false;
	*out = 0;
	for (size_t i = 0; i < digits; i++)
		*out = *out * 10 + (*at)[i] - '0';
	*at += digits;
	return true;
}

/* "3" or "20-22" at *at; false for anything else. A lone number counts from 1. */
static bool take_range(const char **at, const char *text, int *first, int *last)
{
	const char *begin = *at;

	if (!take_address(at, first))
		return false;
	*last = *first;
	if (**at == '-') {
		(*at)++;
		return take_address(at, last);
	}
	if (begin == text && **at == '\0' && *last > 0)
		*first = 1;
	return true;
}

static bool is_among(const int *list, size_t count, int address)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == address)
			return true;
	return false;
}

size_t pl_ezsim_units_parse(const char *text, int highest, int out[PL_EZSIM_UNIT_MAX],
			    struct pl_error *error)
{
	const char *at = text;
	int first, last;
	size_t count = 0;

	while (take_range(&at, text, &first, &last)) {
		if (first < 1 || last < first || last > highest) {
			pl_error_set(error, PL_ERR_RANGE, "units", "addresses here are 1..%d",
				     highest);
			return 0;
		}
		for (; first <= last; first++)
			if (!is_among(out, count, first))
				out[count++] = first;
		if (*at == '\0')
			return count;
		if (*at++ != ',')
			break;
	}
	pl_error_set(error, PL_ERR_CONFIG, "units", "'%.60s' is no list like 8 or 1,3,20-22", text);
	return 0;
}

static enum pl_status check(const void *values, struct pl_error *error)
{
	const struct pl_ezsim_values *v = values;
	struct pl_sim_faults faults;
	int units[PL_EZSIM_UNIT_MAX];
	struct pl_error why = {0};
	int highest = v->bus == PL_EZSIM_STDBUS ? PL_EZSIM_STDBUS_MAX : PL_EZSIM_UNIT_MAX;

	if (pl_ezsim_units_parse(v->units, highest, units, &why) == 0) {
		if (error != NULL)
			*error = why;
		return why.code;
	}
	if (v->alarm_step % 10 != 0)
		return pl_error_set(error, PL_ERR_RANGE, "alarm_step", "it is 50 or 60");
	if (v->setpoint_low >= v->setpoint_high)
		return pl_error_set(error, PL_ERR_RANGE, "setpoint_low",
				    "must be below setpoint_high");
	return pl_sim_faults_parse(&faults, PL_SIM_EZZONE, v->fault, error);
}

static void help(struct pl_text *out)
{
	pl_sim_faults_help(PL_SIM_EZZONE, out);
}

const struct pl_simulator pl_sim_ezzone = {
    .name = "ezzone",
    .summary = "Watlow EZ-ZONE PM temperature controllers, several on one line",
    .flags = flags,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .values_size = sizeof(struct pl_ezsim_values),
    .help = help,
    .check = check,
    .run = pl_ezsim_run,
};
