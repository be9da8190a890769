/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi.h - the simulated OSECHI cosmic-ray detector: its option values and its row in sim.c.
 *
 * Rooms: osechi_physics (when does which channel fire), osechi_protocol (commands in),
 * osechi_reply (replies and event lines out), osechi_chatter (boot text, DEBUG, garbage),
 * osechi_act (what a command does), osechi_strike (what a fault does), osechi_run (the loop). The
 * protocol facts are those of the firmware "kurikintons" and its older binary form.
 */
#ifndef SIM_OSECHI_H
#define SIM_OSECHI_H

#include "sim/sim.h"

#include <stdint.h>

enum pl_osim_speaks { PL_OSIM_BINARY, PL_OSIM_TEXT, PL_OSIM_BOTH };
enum pl_osim_format { PL_OSIM_LEGACY, PL_OSIM_JSON };
enum pl_osim_echo { PL_OSIM_DECIMAL, PL_OSIM_HEX, PL_OSIM_RAW, PL_OSIM_OTHER };
enum pl_osim_binary_reply { PL_OSIM_LINES, PL_OSIM_ONE_JSON };
enum pl_osim_stream_off { PL_OSIM_DROP, PL_OSIM_QUEUE };
enum pl_osim_boot { PL_OSIM_BOOT_NO, PL_OSIM_BOOT_START, PL_OSIM_BOOT_OPEN };

/* Filled from the rows of osechi_options.c, which say what each member means. Choices are int. */
struct pl_osim_values {
	int64_t seed;
	double rate, coincidence, edge, width, tail, tail_width;
	double offset_top, offset_mid, offset_btm;
	double noise, noise_at, noise_width;
	double dead, dac_settle;
	double temperature, pressure, humidity;
	int64_t threshold, poll_count;
	int stream, stream_off;
	int64_t baud, queue;
	int eol, speaks, format, firmware, echo, reply;
	double reply_delay, reply_spread, binary_delay, reply_gap;
	char mac[PL_SIM_TEXT_SIZE];
	int boot;
	double debug, stray, garbage;
	char fault[PL_SIM_TEXTS_SIZE];
	char truth[PL_SIM_TEXT_SIZE], link[PL_SIM_TEXT_SIZE];
	int stdin_watch;
	double duration;
};

extern const struct pl_simulator pl_sim_osechi;

enum pl_status pl_osim_run(const void *values, struct pl_error *error);

#endif
