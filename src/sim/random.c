/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random.c - xoshiro256++ and the distributions a detector needs. Pure, one thread per generator.
 */
#include "sim/random.h"

#include "plateau/clock.h"

#include <math.h>

#define TWO_PI 6.283185307179586

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void pl_sim_random_init(struct pl_sim_random *random, uint64_t seed, uint64_t stream)
{
	uint64_t mix = stream;
	uint64_t state = seed ^ splitmix(&mix);

	for (int i = 0; i < 4; i++)
		random->state[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

uint64_t pl_sim_random_bits(struct pl_sim_random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotate(s[0] + s[3], 23) + s[0];
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double pl_sim_random_uniform(struct pl_sim_random *random)
{
	return (double)((pl_sim_random_bits(random) >> 11) + 1) * 0x1p-53;
}

double pl_sim_random_exponential(struct pl_sim_random *random)
{
	return -log(pl_sim_random_uniform(random));
}

double pl_sim_random_normal(struct pl_sim_random *random)
{
	double radius = sqrt(2 * pl_sim_random_exponential(random));

	return radius * cos(TWO_PI * pl_sim_random_uniform(random));
}

int64_t pl_sim_random_wait_ns(struct pl_sim_random *random, double rate_hz)
{
	double wait;

	if (!(rate_hz > 0))
		return PL_NEVER;
	wait = pl_sim_random_exponential(random) / rate_hz * 1e9;
	return wait < 1e18 ? (int64_t)wait : PL_NEVER;
}
