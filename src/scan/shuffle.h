/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shuffle.h - permutations that come back from their seed, on every machine and in every version.
 *
 * The generator is SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014): state += 0x9E3779B97F4A7C15, output = the state mixed. Its
 * state begins as the seed. A number below n is drawn without bias: outputs below 2^64 mod n are
 * thrown away, the rest is taken modulo n. The permutation is Fisher and Yates' (Durstenfeld 1964):
 * for i = count-1 … 1, item i changes places with item drawn below i+1. Pure, any thread.
 */
#ifndef SCAN_SHUFFLE_H
#define SCAN_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

uint64_t pl_shuffle_draw(uint64_t *state);
/* Fills out with a permutation of 0 … count-1; state goes on to the next one. */
void pl_shuffle_permute(uint64_t *state, uint32_t *out, size_t count);

#endif
