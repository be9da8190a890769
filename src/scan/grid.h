/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.h - the settings of one range of a scan, checked, in the order it is written. Pure.
 */
#ifndef SCAN_GRID_H
#define SCAN_GRID_H

#include "config/bench.h"

struct pl_grid {
	const struct pl_range *range;
	const struct pl_parameter *parameter;
	int channel; /* position in the device's list; -1: the axis is no channel's */
	double *settings;
	size_t count;
	char place[128]; /* file:line:column */
	char what[160];	 /* scan `a`, channel `b` */
};

/* Names the grid of `channel` of the scan (-1: of its axis that is no channel's), then fills its
 * settings. PL_ERR_RANGE (outside the parameter's limits, too many), PL_ERR_CONFIG (no grid, or a
 * setting comes twice), PL_ERR_MEMORY. Free with pl_grid_fini, also after an error. Any thread. */
enum pl_status pl_grid_build(const struct pl_bench *bench, const struct pl_scan *scan, int channel,
			     const struct pl_range *range, struct pl_grid *out,
			     struct pl_error *error);
void pl_grid_fini(struct pl_grid *grid);

#endif
