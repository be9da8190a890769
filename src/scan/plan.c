/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.c - the list of points of a scan, or why there is none. Pure, any thread.
 *
 * Everything is checked before a single byte goes to a device: the grid of each channel first
 * (range.c), its limits and duplicates, then the number of points in all, then the order.
 */
#include "scan/plan.h"

#include "plateau/text.h"
#include "scan/range.h"
#include "scan/shuffle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One channel on its way into the plan. */
struct grid {
	const struct pl_scan_channel *channel;
	double *settings; /* as the range is written */
	size_t count;
	char place[128]; /* file:line:column */
	char what[112];	 /* scan `a`, channel `b` */
};

struct builder {
	const struct pl_scan *scan;
	const struct pl_parameter *parameter;
	struct grid grids[PL_CHANNELS_MAX];
	uint32_t *order; /* a permutation, as long as the longest grid */
	uint64_t random;
	struct pl_plan *plan;
	struct pl_error *error;
};

static void name_grid(struct grid *grid, const struct pl_bench *bench, const struct pl_scan *scan)
{
	const struct pl_range *range = &grid->channel->range;
	const char *base = strrchr(bench->file, '/');

	snprintf(grid->place, sizeof(grid->place), "%s:%d:%d", base ? base + 1 : bench->file,
		 range->line, range->column);
	snprintf(grid->what, sizeof(grid->what), "scan `%s`, channel `%s`", scan->name,
		 scan->device->spec.channels[grid->channel->channel].name);
}

static enum pl_status out_of_memory(struct builder *builder)
{
	return pl_error_set(builder->error, PL_ERR_MEMORY, builder->scan->name,
			    "not enough memory for the plan");
}

static enum pl_status check_limits(const struct builder *builder, const struct grid *grid)
{
	const struct pl_parameter *parameter = builder->parameter;
	const char *unit = parameter->unit, *blank = unit[0] ? " " : "";
	char given[PL_NUMBER_SIZE], low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];

	for (size_t i = 0; i < grid->count && parameter->min < parameter->max; i++) {
		double value = grid->settings[i];

		if (value >= parameter->min && value <= parameter->max)
			continue;
		return pl_error_set(builder->error, PL_ERR_RANGE, grid->place,
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

static enum pl_status check_duplicates(struct builder *builder, const struct grid *grid)
{
	double *sorted = malloc(grid->count * sizeof(*sorted));
	enum pl_status status = PL_OK;
	char given[PL_NUMBER_SIZE], step[PL_NUMBER_SIZE];

	if (!sorted)
		return out_of_memory(builder);
	memcpy(sorted, grid->settings, grid->count * sizeof(*sorted));
	qsort(sorted, grid->count, sizeof(*sorted), compare);
	for (size_t i = 1; i < grid->count && status == PL_OK; i++)
		if (sorted[i] == sorted[i - 1])
			status = pl_error_set(
			    builder->error, PL_ERR_CONFIG, grid->place,
			    "%s: %s comes twice%s%s; take a wider step or fewer points", grid->what,
			    pl_number_format(sorted[i], given),
			    builder->parameter->step > 0 ? " after rounding to the step of " : "",
			    builder->parameter->step > 0
				? pl_number_format(builder->parameter->step, step)
				: "");
	free(sorted);
	return status;
}

static enum pl_status build_grid(struct builder *builder, struct grid *grid)
{
	const struct pl_range *range = &grid->channel->range;
	enum pl_status status =
	    pl_range_count(range, grid->place, grid->what, &grid->count, builder->error);

	if (status != PL_OK)
		return status;
	grid->settings = malloc(grid->count * sizeof(*grid->settings));
	if (!grid->settings)
		return out_of_memory(builder);
	for (size_t i = 0; i < grid->count; i++)
		grid->settings[i] = pl_range_at(range, builder->parameter, i);
	status = check_limits(builder, grid);
	return status == PL_OK ? check_duplicates(builder, grid) : status;
}

static enum pl_status check_scan(const struct pl_bench *bench, const struct builder *builder)
{
	const struct pl_scan *scan = builder->scan;
	char place[128];

	snprintf(place, sizeof(place), "%s:%d", bench->file, scan->line);
	if (scan->mode != PL_SCAN_SERIAL)
		return pl_error_set(builder->error, PL_ERR_UNSUPPORTED, place,
				    "scan `%s`: mode parallel is not in this version", scan->name);
	if (scan->channel_count == 0)
		return pl_error_set(builder->error, PL_ERR_CONFIG, place,
				    "scan `%s` has no channels", scan->name);
	if (scan->repeat < 1 || scan->repeat > UINT16_MAX)
		return pl_error_set(builder->error, PL_ERR_RANGE, place,
				    "scan `%s`: repeat %lld lies outside 1..%d", scan->name,
				    (long long)scan->repeat, UINT16_MAX);
	if (scan->dwell.time_ns <= 0 || scan->settle_ns < 0 || scan->discard_first_ns < 0)
		return pl_error_set(builder->error, PL_ERR_RANGE, place,
				    "scan `%s`: the dwell must be above 0 s, settle and "
				    "discard_first not below",
				    scan->name);
	return PL_OK;
}

static enum pl_status count_all(struct builder *builder, size_t *longest)
{
	size_t passes = builder->scan->order == PL_ORDER_UPDOWN ? 2 : 1;
	size_t each = passes * (size_t)builder->scan->repeat, total = 0;

	*longest = 0;
	for (size_t c = 0; c < builder->scan->channel_count; c++) {
		total += builder->grids[c].count * each; /* at most 16 · 10^6 · 2 · 65535 */
		if (builder->grids[c].count > *longest)
			*longest = builder->grids[c].count;
	}
	builder->plan->count = total;
	if (total <= PL_PLAN_MAX)
		return PL_OK;
	builder->plan->count = 0;
	return pl_error_set(builder->error, PL_ERR_RANGE, builder->grids[0].place,
			    "scan `%s`: %zu points with all channels, repeats and passes are more "
			    "than the %d a scan may have",
			    builder->scan->name, total, PL_PLAN_MAX);
}

static size_t forwards(const struct builder *builder, size_t i, size_t count)
{
	(void)builder;
	(void)count;
	return i;
}

static size_t backwards(const struct builder *builder, size_t i, size_t count)
{
	(void)builder;
	return count - 1 - i;
}

static size_t permuted(const struct builder *builder, size_t i, size_t count)
{
	(void)count;
	return builder->order[i];
}

/* Up to two passes of each order. */
static const struct pass {
	enum pl_pass name;
	size_t (*place)(const struct builder *builder, size_t i, size_t count);
} passes[][2] = {
    [PL_ORDER_UP] = {{.name = PL_PASS_UP, .place = forwards}},
    [PL_ORDER_DOWN] = {{.name = PL_PASS_DOWN, .place = backwards}},
    [PL_ORDER_UPDOWN] = {{.name = PL_PASS_UP, .place = forwards},
			 {.name = PL_PASS_DOWN, .place = backwards}},
    [PL_ORDER_SHUFFLE] = {{.name = PL_PASS_NONE, .place = permuted}},
};

static size_t add_pass(const struct builder *builder, const struct grid *grid, size_t at,
		       uint16_t repeat, const struct pass *pass)
{
	for (size_t i = 0; i < grid->count; i++, at++)
		builder->plan->points[at] = (struct pl_planned){
		    .index = (uint32_t)at + 1,
		    .channel = (int16_t)grid->channel->channel,
		    .repeat = repeat,
		    .pass = pass->name,
		    .set = grid->settings[pass->place(builder, i, grid->count)],
		};
	return at;
}

static void lay_out(struct builder *builder)
{
	const struct pl_scan *scan = builder->scan;
	size_t at = 0;

	for (size_t c = 0; c < scan->channel_count; c++)
		for (int64_t repeat = 1; repeat <= scan->repeat; repeat++) {
			const struct grid *grid = &builder->grids[c];

			if (scan->order == PL_ORDER_SHUFFLE)
				pl_shuffle_permute(&builder->random, builder->order, grid->count);
			for (size_t p = 0; p < 2 && passes[scan->order][p].place; p++)
				at = add_pass(builder, grid, at, (uint16_t)repeat,
					      &passes[scan->order][p]);
		}
}

static int64_t times(int64_t ns, size_t count)
{
	int64_t product;

	return __builtin_mul_overflow(ns, (int64_t)count, &product) ? INT64_MAX : product;
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void estimate(const struct pl_scan *scan, struct pl_plan *plan)
{
	size_t channels = scan->device->spec.channel_count;
	size_t writes = plan->count + scan->channel_count * (channels - 1);
	int64_t waits = plus(scan->settle_ns, scan->discard_first_ns);

	if (scan->restore != PL_RESTORE_KEEP)
		writes += channels;
	plan->counting_ns = times(scan->dwell.time_ns, plan->count);
	plan->duration_ns = plus(plus(plan->counting_ns, times(waits, plan->count)),
				 times(PL_PLAN_WRITE_NS, writes));
}

static enum pl_status fill(struct builder *builder)
{
	const struct pl_scan *scan = builder->scan;
	size_t longest;
	enum pl_status status = count_all(builder, &longest);

	if (status != PL_OK)
		return status;
	builder->plan->points = malloc(builder->plan->count * sizeof(*builder->plan->points));
	builder->order = malloc(longest * sizeof(*builder->order));
	if (!builder->plan->points || !builder->order)
		return out_of_memory(builder);
	lay_out(builder);
	estimate(scan, builder->plan);
	return PL_OK;
}

enum pl_status pl_plan_build(const struct pl_bench *bench, const struct pl_scan *scan,
			     int64_t drawn_seed, struct pl_plan *out, struct pl_error *error)
{
	struct builder builder = {.scan = scan, .plan = out, .error = error};
	enum pl_status status;

	*out = (struct pl_plan){0};
	if (scan->order == PL_ORDER_SHUFFLE)
		out->seed = scan->has_seed ? scan->seed : drawn_seed;
	builder.random = (uint64_t)out->seed;
	builder.parameter = &scan->device->driver->channel_parameters[scan->parameter];
	status = check_scan(bench, &builder);
	for (size_t c = 0; c < scan->channel_count && status == PL_OK; c++) {
		builder.grids[c].channel = &scan->channels[c];
		name_grid(&builder.grids[c], bench, scan);
		status = build_grid(&builder, &builder.grids[c]);
	}
	if (status == PL_OK)
		status = fill(&builder);
	for (size_t c = 0; c < scan->channel_count; c++)
		free(builder.grids[c].settings);
	free(builder.order);
	if (status != PL_OK)
		pl_plan_fini(out);
	return status;
}

void pl_plan_fini(struct pl_plan *plan)
{
	free(plan->points);
	*plan = (struct pl_plan){0};
}
