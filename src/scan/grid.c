/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.c - the settings of one range: range.c makes them, here they are held against the limits of
 * what is set and against each other. Pure, any thread.
 */
#include "scan/grid.h"

#include "plateau/text.h"
#include "scan/range.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name_grid(struct pl_grid *grid, const struct pl_bench *bench,
		      const struct pl_scan *scan)
{
	const char *base = strrchr(bench->file, '/');

	snprintf(grid->place, sizeof(grid->place), "%s:%d:%d", base ? base + 1 : bench->file,
		 grid->range->line, grid->range->column);
	if (grid->channel < 0)
		snprintf(grid->what, sizeof(grid->what), "scan `%s`, %s", scan->name, scan->set);
	else
		snprintf(grid->what, sizeof(grid->what), "scan `%s`, channel `%s`", scan->name,
			 scan->device->spec.channels[grid->channel].name);
}

static enum pl_status out_of_memory(const struct pl_grid *grid, struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_MEMORY, grid->what, "not enough memory for the plan");
}

static enum pl_status check_limits(const struct pl_grid *grid, struct pl_error *error)
{
	const struct pl_parameter *parameter = grid->parameter;
	const char *unit = parameter->unit, *blank = unit[0] ? " " : "";
	char given[PL_NUMBER_SIZE], low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];

	for (size_t i = 0; i < grid->count && parameter->min < parameter->max; i++) {
		double value = grid->settings[i];

		if (value >= parameter->min && value <= parameter->max)
			continue;
		return pl_error_set(error, PL_ERR_RANGE, grid->place,
				    "%s: point %zu, %s%s%s, lies outside the limits of %s, "
				    "%s..%s%s%s",
				    grid->what, i + 1, pl_number_format(value, given), blank, unit,
				    parameter->name, pl_number_format(parameter->min, low),
				    pl_number_format(parameter->max, high), blank, unit);
	}
	return PL_OK;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static enum pl_status check_duplicates(const struct pl_grid *grid, struct pl_error *error)
{
	double *sorted = malloc(grid->count * sizeof(*sorted)), by = grid->parameter->step;
	enum pl_status status = PL_OK;
	char given[PL_NUMBER_SIZE], step[PL_NUMBER_SIZE];

	if (!sorted)
		return out_of_memory(grid, error);
	memcpy(sorted, grid->settings, grid->count * sizeof(*sorted));
	qsort(sorted, grid->count, sizeof(*sorted), compare);
	for (size_t i = 1; i < grid->count && status == PL_OK; i++)
		if (sorted[i] == sorted[i - 1])
			status = pl_error_set(
			    error, PL_ERR_CONFIG, grid->place,
			    "%s: %s comes twice%s%s; take a wider step or fewer points", grid->what,
			    pl_number_format(sorted[i], given),
			    by > 0 ? " after rounding to the step of " : "",
			    by > 0 ? pl_number_format(by, step) : "");
	free(sorted);
	return status;
}

enum pl_status pl_grid_build(const struct pl_bench *bench, const struct pl_scan *scan, int channel,
			     const struct pl_range *range, struct pl_grid *out,
			     struct pl_error *error)
{
	enum pl_status status;

	*out =
	    (struct pl_grid){.range = range, .channel = channel, .parameter = pl_scan_axis(scan)};
	name_grid(out, bench, scan);
	status = pl_range_count(range, out->place, out->what, &out->count, error);
	if (status != PL_OK)
		return status;
	out->settings = malloc(out->count * sizeof(*out->settings));
	if (!out->settings)
		return out_of_memory(out, error);
	for (size_t i = 0; i < out->count; i++)
		out->settings[i] = pl_range_at(range, out->parameter, i);
	status = check_limits(out, error);
	return status == PL_OK ? check_duplicates(out, error) : status;
}

void pl_grid_fini(struct pl_grid *grid)
{
	free(grid->settings);
	*grid = (struct pl_grid){.channel = 0};
}
