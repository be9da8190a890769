/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_physics.h - when which channel of the simulated detector fires.
 *
 * Muons are a Poisson process; each goes through a pattern of neighbouring channels such that every
 * channel sees `rate` and a neighbour sees `coincidence` of it (a chain top-mid-btm: all three
 * rate·c², mid alone rate·(1-c)², …, rate·(3-2c) in all). Pulse heights are Gaussian around
 * edge + offset; a channel fires at a height of at least its threshold. Noise is a Poisson process
 * per channel at noise·exp(-(thr-noise_at)/noise_width). Exact in time and pure: the next arrival
 * is known ahead, and since both processes have no memory a new threshold may redraw it. One
 * thread.
 */
#ifndef SIM_OSECHI_PHYSICS_H
#define SIM_OSECHI_PHYSICS_H

#include "sim/line.h"
#include "sim/osechi.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stdint.h>

/* What can happen next: a muon, noise in a channel, a written threshold that takes hold. */
enum { PL_OSIM_MUON, PL_OSIM_NOISE, PL_OSIM_DAC = PL_OSIM_NOISE + PL_SIM_CHANNELS };
#define PL_OSIM_PROCESSES (PL_OSIM_DAC + PL_SIM_CHANNELS)

struct pl_osim_event {
	int64_t t_ns;
	int hits[PL_SIM_CHANNELS]; /* 0 = did not fire, else 1..poll_count by pulse height */
	int adc;		   /* 0..4095, pulse height of the top channel */
};

struct pl_osim_physics {
	const struct pl_osim_values *values;
	struct pl_sim_random random[PL_OSIM_DAC]; /* one stream per process */
	struct pl_sim_random weather;
	int64_t next_ns[PL_OSIM_PROCESSES];
	int threshold[PL_SIM_CHANNELS]; /* in force */
	int pending[PL_SIM_CHANNELS];	/* written, takes hold at next_ns[PL_OSIM_DAC + ch] */
	int64_t dead_until_ns;
	int poll_count;
	uint64_t unseen, dead; /* muons that fired nothing, events lost in the dead time */
};

/* values is borrowed. Thresholds are those of power-on. */
void pl_osim_physics_init(struct pl_osim_physics *physics, const struct pl_osim_values *values,
			  int64_t now_ns);

/* Takes hold dac_settle after now_ns; channel from 0. */
void pl_osim_physics_set(struct pl_osim_physics *physics, int channel, int threshold,
			 int64_t now_ns);

int64_t pl_osim_physics_next_ns(const struct pl_osim_physics *physics);
/* Lets the next thing happen; true when it made an event. */
bool pl_osim_physics_step(struct pl_osim_physics *physics, struct pl_osim_event *event);

/* Noise rate of a channel at a threshold, Hz. */
double pl_osim_noise_hz(const struct pl_osim_values *values, int channel, int threshold);

struct pl_osim_weather {
	double temperature_c, pressure_pa, humidity;
};

struct pl_osim_weather pl_osim_weather(struct pl_osim_physics *physics, int64_t t_ns);

#endif
