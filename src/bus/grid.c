/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.c - when the slots of a recording are. Pure; any thread.
 *
 * A rate is a binary number m / 2^k, so slot n is n · 10^9 · 2^k / m ns behind the start, in whole
 * numbers: nothing is added up, and the 2^53rd slot is as right as the first.
 */
#include "bus/tick.h"

#include "plateau/clock.h"

#include <assert.h>
#include <float.h>
#include <math.h>

__extension__ typedef unsigned __int128 wide;

struct ratio {
	uint64_t m;
	int k;
};

static struct ratio split(double rate_hz)
{
	int exponent;
	double part = frexp(rate_hz, &exponent);
	struct ratio ratio = {.m = (uint64_t)ldexp(part, DBL_MANT_DIG),
			      .k = DBL_MANT_DIG - exponent};

	assert(rate_hz >= 1e-6 && rate_hz <= 1e9);
	for (; ratio.k > 0 && ratio.m % 2 == 0; ratio.k--)
		ratio.m /= 2;
	return ratio;
}

/* The nearest whole nanosecond of n periods; PL_NEVER when that is beyond all times. Divided first
 * and the rest scaled, so that it fits: the rest is below 2^53, k below 2^73. */
static int64_t behind_start(double rate_hz, uint64_t n)
{
	struct ratio rate = split(rate_hz);
	wide total = (wide)n * (wide)PL_NS_PER_S;
	wide whole = total / rate.m, rest = total % rate.m;

	if (whole > (wide)INT64_MAX >> (rate.k < 64 ? rate.k : 64))
		return PL_NEVER;
	whole = (whole << rate.k) + ((rest << rate.k) + rate.m / 2) / rate.m;
	return whole < (wide)PL_NEVER ? (int64_t)whole : PL_NEVER;
}

uint64_t pl_grid_ticks(double rate_hz, int64_t time_ns)
{
	double ticks = round((double)time_ns / (double)PL_NS_PER_S * rate_hz);

	return ticks > 1 ? (uint64_t)ticks : 1;
}

int64_t pl_grid_period_ns(const struct pl_grid *grid)
{
	return behind_start(grid->rate_hz, 1);
}

int64_t pl_grid_slot_ns(const struct pl_grid *grid, uint64_t n)
{
	int64_t behind_ns = behind_start(grid->rate_hz, n);

	return behind_ns < PL_NEVER - grid->start_ns ? grid->start_ns + behind_ns : PL_NEVER;
}

uint64_t pl_grid_next(const struct pl_grid *grid, int64_t t_ns)
{
	uint64_t n;

	if (t_ns <= grid->start_ns)
		return 0;
	n = (uint64_t)((double)(t_ns - grid->start_ns) / (double)PL_NS_PER_S * grid->rate_hz);
	while (n > 0 && pl_grid_slot_ns(grid, n - 1) >= t_ns)
		n--;
	while (pl_grid_slot_ns(grid, n) < t_ns)
		n++;
	return grid->ticks > 0 && n > grid->ticks ? grid->ticks : n;
}
