/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_plant.h - the thermal side of a simulated controller: a first-order plant with dead time,
 * and the PI loop that heats it.
 *
 *   tau · dT/dt = ambient + gain · power(t - dead) - T
 *
 * stepped exactly (T moves to its end value by 1 - exp(-h/tau)) with h = 50 ms of simulated time.
 * The loop is tuned by the rule for such a plant (Skogestad 2003, SIMC): Kc = tau/(gain·(tc +
 * dead)), Ti = min(tau, 4·(tc + dead)), with tc the larger of dead and tau/10. Its integral stops
 * where the power is at its end. Pure, one thread.
 */
#ifndef SIM_EZZONE_PLANT_H
#define SIM_EZZONE_PLANT_H

#include "sim/ezzone.h"
#include "sim/random.h"

#define PL_EZSIM_STEP_S	  0.05
#define PL_EZSIM_DEAD_MAX 401 /* steps */

struct pl_ezsim_loop {
	const struct pl_ezsim_values *values;
	struct pl_sim_random random;
	double temperature, measured; /* C */
	double integral, power;	      /* % */
	float waiting[PL_EZSIM_DEAD_MAX];
	int first, dead_steps;
};

/* At ambient without power, or in equilibrium at `setpoint` as far as power can hold it. */
void pl_ezsim_loop_init(struct pl_ezsim_loop *loop, const struct pl_ezsim_values *values,
			uint64_t stream, double setpoint);
/* One step. In mode auto the loop works on what was measured last; in manual the power is
 * `manual`, in off 0. */
void pl_ezsim_loop_step(struct pl_ezsim_loop *loop, enum pl_ezsim_mode mode, double setpoint,
			double manual);

#endif
