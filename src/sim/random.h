/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random.h - the simulators' own random numbers: the same seed gives the same run everywhere.
 *
 * xoshiro256++ by Blackman and Vigna (public domain), seeded through splitmix64 as its authors
 * advise. Each use takes a stream of its own, so that a fault does not move the muons.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

struct pl_sim_random {
	uint64_t state[4];
};

void pl_sim_random_init(struct pl_sim_random *random, uint64_t seed, uint64_t stream);
uint64_t pl_sim_random_bits(struct pl_sim_random *random);
double pl_sim_random_uniform(struct pl_sim_random *random);	/* (0, 1] */
double pl_sim_random_exponential(struct pl_sim_random *random); /* mean 1 */
double pl_sim_random_normal(struct pl_sim_random *random);	/* mean 0, sigma 1 */

/* The wait until the next arrival of a Poisson process, in ns; PL_NEVER for a rate of 0. */
int64_t pl_sim_random_wait_ns(struct pl_sim_random *random, double rate_hz);

#endif
