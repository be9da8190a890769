/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generator and the permutation of shuffle.h. */
#include "scan/shuffle.h"

uint64_t pl_shuffle_draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint64_t draw_below(uint64_t *state, uint64_t n)
{
	uint64_t biased = (0 - n) % n; /* 2^64 mod n */
	uint64_t drawn = pl_shuffle_draw(state);

	while (drawn < biased)
		drawn = pl_shuffle_draw(state);
	return drawn % n;
}

void pl_shuffle_permute(uint64_t *state, uint32_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (uint32_t)i;
	for (size_t i = count; i-- > 1;) {
		size_t other = (size_t)draw_below(state, i + 1);
		uint32_t held = out[i];

		out[i] = out[other];
		out[other] = held;
	}
}
