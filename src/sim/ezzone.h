/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone.h - simulated Watlow EZ-ZONE PM temperature controllers on one line: their option values
 * and their row in sim.c.
 *
 * Rooms: ezzone_plant (a heater, a furnace, a loop), ezzone_map (the parameters and where they
 * stand), ezzone_unit (one controller: settings, EEPROM, alarms), ezzone_modbus and ezzone_stdbus
 * (requests in, replies out; pure), ezzone_end (pty or TCP), ezzone_strike (what a fault does),
 * ezzone_truth (the truth log), ezzone_run (the loop).
 */
#ifndef SIM_EZZONE_H
#define SIM_EZZONE_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_EZSIM_UNIT_MAX   247 /* the highest address of Modbus */
#define PL_EZSIM_STDBUS_MAX 16	/* the highest of Standard Bus */

enum pl_ezsim_bus { PL_EZSIM_RTU, PL_EZSIM_TCP, PL_EZSIM_STDBUS };
enum pl_ezsim_order { PL_EZSIM_LOW_HIGH, PL_EZSIM_HIGH_LOW };
enum pl_ezsim_mode { PL_EZSIM_AUTO, PL_EZSIM_MANUAL, PL_EZSIM_OFF };
enum pl_ezsim_start { PL_EZSIM_SETTLED, PL_EZSIM_COLD };

/* Filled from the rows of ezzone_options.c, which say what each member means. Choices are int. */
struct pl_ezsim_values {
	int64_t seed;
	int bus;
	char units[PL_SIM_TEXT_SIZE];
	double speed, ambient, gain, tau, dead, noise;
	double setpoint, spread, setpoint_low, setpoint_high, alarm_low, alarm_high, power;
	int start, mode, label, order, eeprom;
	int64_t alarm_step;
	double pulses;
	int64_t pulses_at;
	int64_t baud, port;
	double delay, delay_spread;
	char fault[PL_SIM_TEXTS_SIZE];
	char truth[PL_SIM_TEXT_SIZE], link[PL_SIM_TEXT_SIZE], name[PL_SIM_TEXT_SIZE];
	int stdin_watch;
	double duration;
};

extern const struct pl_simulator pl_sim_ezzone;

/* The addresses of a units option, "8" (1 to 8) or "1,3,20-22", each once, in the order given.
 * Returns how many; PL_ERR_CONFIG and PL_ERR_RANGE through error, then 0. Pure. */
size_t pl_ezsim_units_parse(const char *text, int highest, int out[PL_EZSIM_UNIT_MAX],
			    struct pl_error *error);

enum pl_status pl_ezsim_run(const void *values, struct pl_error *error);

#endif
