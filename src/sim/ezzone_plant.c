/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_plant.c - see ezzone_plant.h. */
#include "sim/ezzone_plant.h"

#include <math.h>

static double clip(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

void pl_ezsim_loop_init(struct pl_ezsim_loop *loop, const struct pl_ezsim_values *values,
			uint64_t stream, double setpoint)
{
	double power = clip((setpoint - values->ambient) / values->gain, 0, 100);

	if (values->start == PL_EZSIM_COLD || values->mode != PL_EZSIM_AUTO)
		power = 0;
	*loop = (struct pl_ezsim_loop){
	    .values = values,
	    .temperature = values->ambient + values->gain * power,
	    .integral = power,
	    .power = power,
	    .dead_steps = (int)lround(values->dead / PL_EZSIM_STEP_S),
	};
	pl_sim_random_init(&loop->random, (uint64_t)values->seed, stream);
	loop->measured = loop->temperature + values->noise * pl_sim_random_normal(&loop->random);
	for (int i = 0; i < PL_EZSIM_DEAD_MAX; i++)
		loop->waiting[i] = (float)power;
}

/* The loop's answer to what was measured; the integral moves only while the power can follow. */
static double control(struct pl_ezsim_loop *loop, double setpoint)
{
	const struct pl_ezsim_values *v = loop->values;
	double closed_s = fmax(v->dead, v->tau / 10);
	double gain = v->tau / (v->gain * (closed_s + v->dead));
	double integral_s = fmin(v->tau, 4 * (closed_s + v->dead));
	double error = setpoint - loop->measured;
	double wanted = gain * error + loop->integral;
	double power = clip(wanted, 0, 100);

	if (power == wanted || (wanted > 100 && error < 0) || (wanted < 0 && error > 0))
		loop->integral += gain * error * PL_EZSIM_STEP_S / integral_s;
	return power;
}

void pl_ezsim_loop_step(struct pl_ezsim_loop *loop, enum pl_ezsim_mode mode, double setpoint,
			double manual)
{
	const struct pl_ezsim_values *v = loop->values;
	double arriving, end;
	int last;

	loop->power = mode == PL_EZSIM_AUTO	? control(loop, setpoint)
		      : mode == PL_EZSIM_MANUAL ? clip(manual, -100, 100)
						: 0;
	last = (loop->first + loop->dead_steps) % PL_EZSIM_DEAD_MAX;
	loop->waiting[last] = (float)loop->power;
	arriving = (double)loop->waiting[loop->first];
	loop->first = (loop->first + 1) % PL_EZSIM_DEAD_MAX;
	end = v->ambient + v->gain * arriving;
	loop->temperature += (end - loop->temperature) * -expm1(-PL_EZSIM_STEP_S / v->tau);
	loop->measured = loop->temperature + v->noise * pl_sim_random_normal(&loop->random);
}
