/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * range.c - the grid of a scan, exactly as documented in plan.h.
 *
 * No setting is made from the one before it: each comes from its number, so that rounding errors do
 * not add up, and the count allows for 1e-9 of a step, so that 0 to 0.3 by 0.1 has four points.
 */
#include "scan/range.h"

#include "plateau/text.h"
#include "scan/plan.h"

#include <math.h>

#define SLACK 1e-9 /* of a step */

struct place {
	const char *where, *what;
	struct pl_error *error;
};

static enum pl_status refuse(const struct place *place, const char *key, double value,
			     const char *why)
{
	char number[PL_NUMBER_SIZE];
	const char *shown = isnan(value) ? "not a number" : pl_number_format(value, number);

	return pl_error_set(place->error, PL_ERR_CONFIG, place->where, "%s: %s is %s: %s",
			    place->what, key, isinf(value) ? "infinite" : shown, why);
}

static enum pl_status too_many(const struct place *place, double count)
{
	char number[PL_NUMBER_SIZE];

	return pl_error_set(place->error, PL_ERR_RANGE, place->where,
			    "%s: %s points are more than the %d a scan may have", place->what,
			    isfinite(count) ? pl_number_format(count, number) : "endless",
			    PL_PLAN_MAX);
}

static enum pl_status check_finite(const struct place *place, const char *key, double value)
{
	return isfinite(value) ? PL_OK : refuse(place, key, value, "a number is needed");
}

static enum pl_status count_center(const struct pl_range *range, const struct place *place,
				   double *count)
{
	*count = 2 * (double)range->nsteps + 1;
	if (check_finite(place, "center", range->center) ||
	    check_finite(place, "step", range->step))
		return PL_ERR_CONFIG;
	if (range->step <= 0)
		return refuse(place, "step", range->step, "around a center it must be above 0");
	if (range->nsteps < 0)
		return refuse(place, "nsteps", (double)range->nsteps,
			      "the range has no points; 0 gives the center alone");
	return PL_OK;
}

static enum pl_status check_ends(const struct pl_range *range, const struct place *place)
{
	if (check_finite(place, "start", range->start) || check_finite(place, "stop", range->stop))
		return PL_ERR_CONFIG;
	return PL_OK;
}

static enum pl_status count_step(const struct pl_range *range, const struct place *place,
				 double *count)
{
	if (check_ends(range, place) || check_finite(place, "step", range->step))
		return PL_ERR_CONFIG;
	if (range->step == 0)
		return refuse(place, "step", range->step, "it never leaves the start");
	*count = floor((range->stop - range->start) / range->step + SLACK) + 1;
	if (range->start != range->stop && (range->stop > range->start) != (range->step > 0))
		return refuse(place, "step", range->step, "it leads away from the stop");
	return PL_OK;
}

static enum pl_status count_points(const struct pl_range *range, const struct place *place,
				   double *count)
{
	*count = (double)range->points;
	if (check_ends(range, place))
		return PL_ERR_CONFIG;
	if (range->points < 1)
		return refuse(place, "points", *count, "the range has no points");
	if (range->points == 1 && range->start != range->stop)
		return refuse(place, "points", 1, "one point cannot be both start and stop");
	return PL_OK;
}

static enum pl_status count_list(const struct pl_range *range, const struct place *place,
				 double *count)
{
	*count = (double)range->list_count;
	if (range->list_count == 0)
		return refuse(place, "list", 0, "the range has no points");
	for (size_t i = 0; i < range->list_count; i++)
		if (check_finite(place, "an item of list", range->list[i]))
			return PL_ERR_CONFIG;
	return PL_OK;
}

static double center_at(const struct pl_range *range, size_t i)
{
	return range->center + (double)((int64_t)i - range->nsteps) * range->step;
}

static double step_at(const struct pl_range *range, size_t i)
{
	double value = range->start + (double)i * range->step;

	return fabs(value - range->stop) <= SLACK * fabs(range->step) ? range->stop : value;
}

static double points_at(const struct pl_range *range, size_t i)
{
	size_t last = (size_t)range->points - 1;

	if (i == last)
		return range->stop;
	return range->start + (double)i * (range->stop - range->start) / (double)last;
}

static double list_at(const struct pl_range *range, size_t i)
{
	return range->list[i];
}

static const struct {
	enum pl_status (*count)(const struct pl_range *range, const struct place *place,
				double *count);
	double (*at)(const struct pl_range *range, size_t i);
} kinds[] = {
    [PL_RANGE_CENTER] = {.count = count_center, .at = center_at},
    [PL_RANGE_STEP] = {.count = count_step, .at = step_at},
    [PL_RANGE_POINTS] = {.count = count_points, .at = points_at},
    [PL_RANGE_LIST] = {.count = count_list, .at = list_at},
};

enum pl_status pl_range_count(const struct pl_range *range, const char *place, const char *what,
			      size_t *count, struct pl_error *error)
{
	const struct place at = {.where = place, .what = what, .error = error};
	double points = 0;
	enum pl_status status = kinds[range->kind].count(range, &at, &points);

	*count = 0;
	if (status != PL_OK)
		return status;
	if (!(points <= PL_PLAN_MAX))
		return too_many(&at, points);
	*count = (size_t)points;
	return PL_OK;
}

/* k·step, by division where the step is a neat fraction: 3·0.1 is not 0.3, 3/10 is. */
static double round_to(double value, double step)
{
	double k = round(value / step), parts = round(1 / step);

	if (step < 1 && fabs(parts * step - 1) <= SLACK)
		return k / parts;
	return k * step;
}

double pl_range_at(const struct pl_range *range, const struct pl_parameter *parameter, size_t i)
{
	double value = kinds[range->kind].at(range, i), step = parameter->step;

	if (!(step > 0))
		step = parameter->type == PL_VALUE_INTEGER ? 1 : 0;
	value = step > 0 ? round_to(value, step) : value;
	return value == 0 ? 0 : value; /* no minus zero in any file */
}
