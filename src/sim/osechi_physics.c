/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_physics.c - see osechi_physics.h.
 */
#include "sim/osechi_physics.h"

#include "plateau/clock.h"

#include <math.h>

#define TWO_PI	      6.283185307179586
#define NOISE_MAX_HZ  20000.0
#define MV_PER_STEP   4.0
#define ADC_TOP	      4095
#define ADC_MV	      3300.0
#define ADC_SIGMA     6.0 /* of the pedestal */
#define STEPS_PER_HIT 2.0 /* in units of the width: a higher pulse is seen by more polls */

static double offset(const struct pl_osim_values *values, int channel)
{
	const double offsets[] = {values->offset_top, values->offset_mid, values->offset_btm};

	return offsets[channel];
}

double pl_osim_noise_hz(const struct pl_osim_values *values, int channel, int threshold)
{
	double above = threshold - values->noise_at - offset(values, channel);

	if (values->noise <= 0)
		return 0;
	return fmin(NOISE_MAX_HZ, values->noise * exp(-above / values->noise_width));
}

static void draw_next(struct pl_osim_physics *physics, int process, int64_t now_ns)
{
	const struct pl_osim_values *values = physics->values;
	int channel = process - PL_OSIM_NOISE;
	double rate_hz = process == PL_OSIM_MUON
			     ? values->rate * (3 - 2 * values->coincidence)
			     : pl_osim_noise_hz(values, channel, physics->threshold[channel]);
	int64_t wait = pl_sim_random_wait_ns(&physics->random[process], rate_hz);

	physics->next_ns[process] = wait == PL_NEVER ? PL_NEVER : now_ns + wait;
}

void pl_osim_physics_init(struct pl_osim_physics *physics, const struct pl_osim_values *values,
			  int64_t now_ns)
{
	*physics = (struct pl_osim_physics){
	    .values = values,
	    .dead_until_ns = INT64_MIN,
	    .poll_count = (int)values->poll_count,
	};
	pl_sim_random_init(&physics->weather, (uint64_t)values->seed, PL_OSIM_PROCESSES);
	for (int i = 0; i < PL_SIM_CHANNELS; i++) {
		physics->threshold[i] = (int)values->threshold;
		physics->next_ns[PL_OSIM_DAC + i] = PL_NEVER;
	}
	for (int i = 0; i < PL_OSIM_DAC; i++) {
		pl_sim_random_init(&physics->random[i], (uint64_t)values->seed, (uint64_t)i);
		draw_next(physics, i, now_ns);
	}
}

static void take_hold(struct pl_osim_physics *physics, int channel, int64_t now_ns)
{
	physics->threshold[channel] = physics->pending[channel];
	physics->next_ns[PL_OSIM_DAC + channel] = PL_NEVER;
	draw_next(physics, PL_OSIM_NOISE + channel, now_ns);
}

void pl_osim_physics_set(struct pl_osim_physics *physics, int channel, int threshold,
			 int64_t now_ns)
{
	physics->pending[channel] = threshold;
	if (physics->values->dac_settle > 0)
		physics->next_ns[PL_OSIM_DAC + channel] =
		    now_ns + (int64_t)(physics->values->dac_settle * 1e9);
	else
		take_hold(physics, channel, now_ns);
}

static int next_process(const struct pl_osim_physics *physics)
{
	int next = 0;

	for (int i = 1; i < PL_OSIM_PROCESSES; i++) {
		if (physics->next_ns[i] < physics->next_ns[next])
			next = i;
	}
	return next;
}

int64_t pl_osim_physics_next_ns(const struct pl_osim_physics *physics)
{
	return physics->next_ns[next_process(physics)];
}

/* The chain of osechi_physics.h, drawn in one go: which channels does this muon go through? */
static void draw_pattern(struct pl_sim_random *random, double c, bool through[PL_SIM_CHANNELS])
{
	double which = pl_sim_random_uniform(random) * (3 - 2 * c);

	through[0] = through[1] = through[2] = false;
	if (which <= 1) {
		through[1] = true;
		through[0] = pl_sim_random_uniform(random) <= c;
		through[2] = pl_sim_random_uniform(random) <= c;
	} else {
		through[which <= 2 - c ? 0 : 2] = true;
	}
}

static double pulse_height(struct pl_osim_physics *physics, int channel)
{
	const struct pl_osim_values *values = physics->values;
	struct pl_sim_random *random = &physics->random[PL_OSIM_MUON];
	double height =
	    values->edge + offset(values, channel) + values->width * pl_sim_random_normal(random);

	if (values->tail > 0 && pl_sim_random_uniform(random) <= values->tail)
		height += values->tail_width * pl_sim_random_exponential(random);
	return height;
}

static int hit_value(const struct pl_osim_physics *physics, double over)
{
	double value = 1 + floor(over / (STEPS_PER_HIT * physics->values->width));

	return (int)fmin(value, physics->poll_count);
}

static int adc_value(struct pl_sim_random *random, double height)
{
	double adc = height * MV_PER_STEP / ADC_MV * ADC_TOP;

	adc += ADC_SIGMA * fabs(pl_sim_random_normal(random));
	return (int)fmax(0, fmin(ADC_TOP, adc));
}

static bool muon(struct pl_osim_physics *physics, struct pl_osim_event *event)
{
	bool through[PL_SIM_CHANNELS];
	double top = 0;
	bool any = false;

	draw_pattern(&physics->random[PL_OSIM_MUON], physics->values->coincidence, through);
	for (int i = 0; i < PL_SIM_CHANNELS; i++) {
		double height = through[i] ? pulse_height(physics, i) : 0;

		event->hits[i] = 0;
		if (through[i] && height >= physics->threshold[i]) {
			event->hits[i] = hit_value(physics, height - physics->threshold[i]);
			any = true;
		}
		if (i == 0)
			top = height;
	}
	event->adc = adc_value(&physics->random[PL_OSIM_MUON], top);
	physics->unseen += !any;
	return any;
}

static void noise(struct pl_osim_physics *physics, int channel, struct pl_osim_event *event)
{
	struct pl_sim_random *random = &physics->random[PL_OSIM_NOISE + channel];
	double over = physics->values->noise_width * pl_sim_random_exponential(random);

	for (int i = 0; i < PL_SIM_CHANNELS; i++)
		event->hits[i] = i == channel ? hit_value(physics, over) : 0;
	event->adc = adc_value(random, channel == 0 ? physics->threshold[0] + over : 0);
}

static bool survives_dead_time(struct pl_osim_physics *physics, int64_t t_ns)
{
	if (t_ns < physics->dead_until_ns) {
		physics->dead++;
		return false;
	}
	physics->dead_until_ns = t_ns + (int64_t)(physics->values->dead * 1e9);
	return true;
}

bool pl_osim_physics_step(struct pl_osim_physics *physics, struct pl_osim_event *event)
{
	int process = next_process(physics);
	int64_t t_ns = physics->next_ns[process];

	if (process >= PL_OSIM_DAC) {
		take_hold(physics, process - PL_OSIM_DAC, t_ns);
		return false;
	}
	event->t_ns = t_ns;
	draw_next(physics, process, t_ns);
	if (process == PL_OSIM_MUON && !muon(physics, event))
		return false;
	if (process != PL_OSIM_MUON)
		noise(physics, process - PL_OSIM_NOISE, event);
	return survives_dead_time(physics, t_ns);
}

/* Slow waves of an hour and two, as of a room, and the noise of the sensor. */
struct pl_osim_weather pl_osim_weather(struct pl_osim_physics *physics, int64_t t_ns)
{
	double hours = (double)t_ns / (3600.0 * 1e9);
	const struct pl_osim_values *values = physics->values;
	double wave = sin(TWO_PI * hours);

	return (struct pl_osim_weather){
	    .temperature_c =
		values->temperature + 1.5 * wave + 0.02 * pl_sim_random_normal(&physics->weather),
	    .pressure_pa = values->pressure + 100 * sin(TWO_PI * hours / 2) +
			   2 * pl_sim_random_normal(&physics->weather),
	    .humidity = fmax(0, fmin(100, values->humidity - 3 * wave +
					      0.1 * pl_sim_random_normal(&physics->weather))),
	};
}
