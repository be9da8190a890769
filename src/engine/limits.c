/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.c - see limits.h. A limit that is not given is NaN, and nothing is beyond it. */
#include "engine/limits.h"

#include <math.h>

const char *limit_level_name(enum limit_level level)
{
	static const char *const names[] = {
#define LEVEL_NAME(code, name) [code] = name,
	    LIMIT_LEVEL_LIST(LEVEL_NAME)
#undef LEVEL_NAME
	};

	return names[level];
}

bool limit_is_alarm(enum limit_level level)
{
	return level == LIMIT_LOLO || level == LIMIT_HIHI;
}

static int severity(enum limit_level level)
{
	return level == LIMIT_INSIDE ? 0 : limit_is_alarm(level) ? 2 : 1;
}

bool limit_is_worse(enum limit_level level, enum limit_level other)
{
	return severity(level) > severity(other);
}

double limit_bound(const struct pl_limits *limits, enum limit_level level)
{
	const double bounds[] = {[LIMIT_INSIDE] = NAN,
				 [LIMIT_LOW] = limits->low,
				 [LIMIT_HIGH] = limits->high,
				 [LIMIT_LOLO] = limits->lolo,
				 [LIMIT_HIHI] = limits->hihi};

	return bounds[level];
}

/* was_beyond: it takes the hysteresis to come back. */
static bool is_above(double value, double limit, double hysteresis, bool was_beyond)
{
	return value > (was_beyond ? limit - hysteresis : limit);
}

static bool is_below(double value, double limit, double hysteresis, bool was_beyond)
{
	return value < (was_beyond ? limit + hysteresis : limit);
}

enum limit_level limit_level_of(const struct pl_limits *limits, double value,
				enum limit_level before)
{
	double h = limits->hysteresis > 0 ? limits->hysteresis : 0;

	if (isnan(value))
		return before;
	if (is_above(value, limits->hihi, h, before == LIMIT_HIHI))
		return LIMIT_HIHI;
	if (is_below(value, limits->lolo, h, before == LIMIT_LOLO))
		return LIMIT_LOLO;
	if (is_above(value, limits->high, h, before == LIMIT_HIGH || before == LIMIT_HIHI))
		return LIMIT_HIGH;
	if (is_below(value, limits->low, h, before == LIMIT_LOW || before == LIMIT_LOLO))
		return LIMIT_LOW;
	return LIMIT_INSIDE;
}
