/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * beside.h - the readings of one parameter while a window is open, in bounded memory. Pure.
 *
 * Which of them belong to the window is known only at its end, so each is kept with its time. When
 * there is no room, neighbours are merged, but never those near either end of the series: there the
 * window is cut.
 */
#ifndef SCAN_BESIDE_H
#define SCAN_BESIDE_H

#include "bus/bus.h"
#include "store/point.h"

#define PL_BESIDE_BLOCKS 256

struct pl_beside_series {
	size_t count;
	struct pl_beside_block { /* readings that follow each other */
		int64_t first_ns, last_ns;
		struct pl_spread spread;
	} blocks[PL_BESIDE_BLOCKS];
};

/* Times never fall. */
void pl_beside_add(struct pl_beside_series *series, double value, int64_t t_ns);
/* n, mean, sd, min, max of what was read in [t0, t1); NaN where there is none. */
struct pl_series_stat pl_beside_cut(const struct pl_beside_series *series, int64_t t0_ns,
				    int64_t t1_ns);
/* The same of one spread; sd NaN for less than two values. */
struct pl_series_stat pl_beside_stat(const struct pl_spread *spread);

#endif
