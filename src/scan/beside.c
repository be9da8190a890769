/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside.c - readings kept until the window they belong to is known; see beside.h. Pure. */
#include "scan/beside.h"

#include <math.h>
#include <string.h>

#define EDGE (PL_BESIDE_BLOCKS / 4) /* blocks at either end that are never merged */

/* Mean and sum of squares of two sets (T. F. Chan, G. H. Golub, R. J. LeVeque 1979). */
static void merge_spread(struct pl_spread *to, const struct pl_spread *from)
{
	double n = (double)to->count, m = (double)from->count, delta = from->mean - to->mean;

	if (from->count == 0)
		return;
	if (to->count == 0) {
		*to = *from;
		return;
	}
	to->mean += delta * m / (n + m);
	to->m2 += from->m2 + delta * delta * n * m / (n + m);
	to->min = fmin(to->min, from->min);
	to->max = fmax(to->max, from->max);
	to->count += from->count;
}

static void merge_middle(struct pl_beside_series *series)
{
	struct pl_beside_block *blocks = series->blocks;
	size_t to = EDGE, from = EDGE;

	for (; from + 1 < PL_BESIDE_BLOCKS - EDGE; from += 2, to++) {
		blocks[to] = blocks[from];
		blocks[to].last_ns = blocks[from + 1].last_ns;
		merge_spread(&blocks[to].spread, &blocks[from + 1].spread);
	}
	memmove(&blocks[to], &blocks[from], (series->count - from) * sizeof(blocks[0]));
	series->count -= from - to;
}

void pl_beside_add(struct pl_beside_series *series, double value, int64_t t_ns)
{
	if (series->count == PL_BESIDE_BLOCKS)
		merge_middle(series);
	series->blocks[series->count++] = (struct pl_beside_block){
	    .first_ns = t_ns,
	    .last_ns = t_ns,
	    .spread = {.count = 1, .mean = value, .min = value, .max = value},
	};
}

struct pl_series_stat pl_beside_stat(const struct pl_spread *spread)
{
	if (spread->count == 0)
		return (struct pl_series_stat){.mean = NAN, .sd = NAN, .min = NAN, .max = NAN};
	return (struct pl_series_stat){
	    .count = spread->count,
	    .mean = spread->mean,
	    .sd = spread->count > 1 ? sqrt(spread->m2 / (double)(spread->count - 1)) : NAN,
	    .min = spread->min,
	    .max = spread->max,
	};
}

struct pl_series_stat pl_beside_cut(const struct pl_beside_series *series, int64_t t0_ns,
				    int64_t t1_ns)
{
	struct pl_spread sum = {0};

	for (size_t i = 0; i < series->count; i++)
		if (series->blocks[i].first_ns >= t0_ns && series->blocks[i].last_ns < t1_ns)
			merge_spread(&sum, &series->blocks[i].spread);
	return pl_beside_stat(&sum);
}
