/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.c - the list of points of a scan, or why there is none. Pure, any thread.
 *
 * Everything is checked before a single byte goes to a device: each grid first (grid.c), then which
 * grids step together, the number of places in all, then the order. Grids that step together are a
 * group: each channel is one in a serial scan, all channels are one in a parallel scan, and an axis
 * that is no channel's is one by itself.
 */
#include "scan/plan.h"

#include "plateau/text.h"
#include "scan/grid.h"
#include "scan/shuffle.h"

#include <stdio.h>
#include <stdlib.h>

struct builder {
	const struct pl_scan *scan;
	struct pl_grid grids[PL_CHANNELS_MAX];
	size_t grid_count;
	size_t together; /* grids of a group */
	uint32_t *order; /* a permutation, as long as the longest grid */
	uint64_t random;
	struct pl_plan *plan;
	size_t at;	/* places laid out */
	uint32_t index; /* the last one given */
	struct pl_error *error;
};

static bool is_dwell_fine(const struct pl_dwell *dwell)
{
	if (dwell->rule == PL_DWELL_TIME)
		return dwell->time_ns > 0;
	return dwell->max_ns > 0 && dwell->min_ns >= 0 && dwell->min_ns <= dwell->max_ns &&
	       (dwell->rule == PL_DWELL_COUNTS ? dwell->counts > 0 : dwell->error > 0);
}

static enum pl_status check_scan(const struct pl_bench *bench, const struct builder *builder)
{
	const struct pl_scan *scan = builder->scan;
	char place[128];

	snprintf(place, sizeof(place), "%s:%d", bench->file, scan->line);
	if (scan->channel_count == 0)
		return pl_error_set(builder->error, PL_ERR_CONFIG, place,
				    "scan `%s` has no channels", scan->name);
	if (scan->repeat < 1 || scan->repeat > UINT16_MAX)
		return pl_error_set(builder->error, PL_ERR_RANGE, place,
				    "scan `%s`: repeat %lld lies outside 1..%d", scan->name,
				    (long long)scan->repeat, UINT16_MAX);
	if (!is_dwell_fine(&scan->dwell) || scan->settle_ns < 0 || scan->discard_first_ns < 0)
		return pl_error_set(builder->error, PL_ERR_RANGE, place,
				    "scan `%s`: the dwell must be above 0 s, settle and "
				    "discard_first not below",
				    scan->name);
	return PL_OK;
}

static enum pl_status build_grids(const struct pl_bench *bench, struct builder *builder)
{
	const struct pl_scan *scan = builder->scan;
	bool is_one = scan->axis_kind == PL_AXIS_ONE;
	enum pl_status status = PL_OK;

	builder->grid_count = is_one ? 1 : scan->channel_count;
	builder->together = scan->mode == PL_SCAN_PARALLEL ? builder->grid_count : 1;
	for (size_t g = 0; g < builder->grid_count && status == PL_OK; g++)
		status = pl_grid_build(bench, scan, is_one ? -1 : scan->channels[g].channel,
				       is_one ? &scan->axis_range : &scan->channels[g].range,
				       &builder->grids[g], builder->error);
	return status;
}

/* Channels that step together have as many points each. */
static enum pl_status check_lengths(const struct builder *builder)
{
	const struct pl_grid *first = &builder->grids[0];
	const struct pl_channel *channels = builder->scan->device->spec.channels;

	for (size_t g = 1; g < builder->together; g++) {
		const struct pl_grid *grid = &builder->grids[g];

		if (grid->count == first->count)
			continue;
		return pl_error_set(builder->error, PL_ERR_CONFIG, grid->place,
				    "%s has %zu points and channel `%s` has %zu: in a parallel "
				    "scan all ranges have the same number of points",
				    grid->what, grid->count, channels[first->channel].name,
				    first->count);
	}
	return PL_OK;
}

static enum pl_status count_all(struct builder *builder, size_t *longest)
{
	size_t passes = builder->scan->order == PL_ORDER_UPDOWN ? 2 : 1;
	size_t each = passes * (size_t)builder->scan->repeat, total = 0;

	*longest = 0;
	for (size_t g = 0; g < builder->grid_count; g++) {
		total += builder->grids[g].count * each; /* at most 16 · 10^6 · 2 · 65535 */
		total += builder->scan->drift_check;
		if (builder->grids[g].count > *longest)
			*longest = builder->grids[g].count;
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

/* ---- order ---- */

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

/* One point of a group: a place for each of its grids, under one index. */
static void add_point(struct builder *builder, const struct pl_grid *group, size_t step,
		      uint16_t repeat, enum pl_pass pass)
{
	builder->index++;
	for (size_t g = 0; g < builder->together; g++)
		builder->plan->points[builder->at++] = (struct pl_planned){
		    .index = builder->index,
		    .channel = (int16_t)group[g].channel,
		    .repeat = repeat,
		    .pass = pass,
		    .set = group[g].settings[step],
		};
}

static void add_pass(struct builder *builder, const struct pl_grid *group, uint16_t repeat,
		     const struct pass *pass)
{
	for (size_t i = 0; i < group->count; i++)
		add_point(builder, group, pass->place(builder, i, group->count), repeat,
			  pass->name);
}

/* All repeats of a group; its first point once more where drifts are looked for. */
static void add_group(struct builder *builder, const struct pl_grid *group)
{
	const struct pl_scan *scan = builder->scan;
	size_t first = 0;

	for (int64_t repeat = 1; repeat <= scan->repeat; repeat++) {
		if (scan->order == PL_ORDER_SHUFFLE)
			pl_shuffle_permute(&builder->random, builder->order, group->count);
		if (repeat == 1)
			first = passes[scan->order][0].place(builder, 0, group->count);
		for (size_t p = 0; p < 2 && passes[scan->order][p].place; p++)
			add_pass(builder, group, (uint16_t)repeat, &passes[scan->order][p]);
	}
	if (scan->drift_check)
		add_point(builder, group, first, (uint16_t)scan->repeat, PL_PASS_CHECK);
}

/* ---- time ---- */

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

/* Writes that are not a point's: suppressing the others, putting back what was. */
static size_t other_writes(const struct pl_scan *scan)
{
	size_t all = scan->device->spec.channel_count, writes = 0;

	if (scan->axis_kind == PL_AXIS_ONE)
		return scan->restore != PL_RESTORE_KEEP;
	if (scan->mode == PL_SCAN_PARALLEL)
		writes = all - scan->channel_count;
	else
		writes = scan->channel_count * (all - 1);
	return writes + (scan->restore != PL_RESTORE_KEEP ? all : 0);
}

static void estimate(const struct pl_scan *scan, struct pl_plan *plan)
{
	const struct pl_dwell *dwell = &scan->dwell;
	int64_t settle = scan->until.is_given ? scan->until.at_most_ns : scan->settle_ns;
	int64_t waits = plus(settle, scan->discard_first_ns);
	size_t writes = plan->count + other_writes(scan);

	plan->is_bound = dwell->rule != PL_DWELL_TIME || scan->until.is_given;
	plan->counting_ns =
	    times(dwell->rule == PL_DWELL_TIME ? dwell->time_ns : dwell->max_ns, plan->steps);
	plan->duration_ns = plus(plus(plan->counting_ns, times(waits, plan->steps)),
				 times(PL_PLAN_WRITE_NS, writes));
}

/* ---- all of it ---- */

static enum pl_status fill(struct builder *builder)
{
	struct pl_plan *plan = builder->plan;
	size_t longest;
	enum pl_status status = check_lengths(builder);

	if (status == PL_OK)
		status = count_all(builder, &longest);
	if (status != PL_OK)
		return status;
	plan->points = malloc(plan->count * sizeof(*plan->points));
	builder->order = malloc(longest * sizeof(*builder->order));
	if (!plan->points || !builder->order)
		return pl_error_set(builder->error, PL_ERR_MEMORY, builder->scan->name,
				    "not enough memory for the plan");
	for (size_t g = 0; g < builder->grid_count; g += builder->together)
		add_group(builder, &builder->grids[g]);
	plan->steps = builder->index;
	estimate(builder->scan, plan);
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
	status = check_scan(bench, &builder);
	if (status == PL_OK)
		status = build_grids(bench, &builder);
	if (status == PL_OK)
		status = fill(&builder);
	for (size_t g = 0; g < builder.grid_count; g++)
		pl_grid_fini(&builder.grids[g]);
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

bool pl_plan_track(const struct pl_scan *scan, size_t number, struct pl_plan_track *out)
{
	bool is_one = scan->axis_kind == PL_AXIS_ONE;

	if (number >= (is_one ? 1 : scan->channel_count))
		return false;
	out->channel = is_one ? -1 : scan->channels[number].channel;
	out->name = is_one ? scan->set : scan->device->spec.channels[out->channel].name;
	return true;
}

bool pl_plan_remark(const struct pl_scan *scan, char *out, size_t cap)
{
	if (!pl_scan_axis(scan)->persistent)
		return false;
	snprintf(out, cap,
		 "scan `%s`: %s is kept in the device's own memory, which every write wears out%s",
		 scan->name, scan->set,
		 scan->has_switch ? "; its own switch makes them volatile until the end"
				  : "; memory: volatile uses the device's switch, if it has one");
	return true;
}
