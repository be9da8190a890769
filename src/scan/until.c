/* SPDX-License-Identifier: GPL-3.0-or-later */
/* until.c - the decision when a slow axis has arrived; see until.h. Pure. */
#include "scan/until.h"

#include "plateau/clock.h"

#include <math.h>

#define PERIOD_NS      PL_NS_PER_S
#define LEAST_NS       (10 * PL_NS_PER_MS)
#define READINGS_LEAST 4
#define GAP_PERIODS    3

void pl_until_begin(struct pl_until_watch *watch, const struct pl_until *rule, double target,
		    int64_t now_ns)
{
	*watch = (struct pl_until_watch){
	    .rule = rule, .target = target, .began_ns = now_ns, .value = NAN};
}

int64_t pl_until_period(const struct pl_until *rule)
{
	int64_t period_ns = rule->for_ns / READINGS_LEAST;

	if (period_ns > PERIOD_NS || rule->for_ns <= 0)
		return PERIOD_NS;
	return period_ns < LEAST_NS ? LEAST_NS : period_ns;
}

void pl_until_feed(struct pl_until_watch *watch, double value, int64_t t_ns, int64_t cost_ns)
{
	bool is_inside = fabs(value - watch->target) <= watch->rule->within;
	int64_t pace_ns = pl_until_period(watch->rule), gap_ns;

	if (cost_ns > watch->cost_ns)
		watch->cost_ns = cost_ns;
	if (watch->cost_ns > pace_ns)
		pace_ns = watch->cost_ns;
	gap_ns = GAP_PERIODS * pace_ns;
	watch->value = value;
	if (!is_inside)
		watch->since_ns = 0;
	else if (watch->since_ns == 0 || t_ns - watch->last_ns > gap_ns)
		watch->since_ns = t_ns;
	watch->last_ns = t_ns;
}

enum pl_until_verdict pl_until_judge(const struct pl_until_watch *watch, int64_t now_ns)
{
	if (watch->since_ns > 0 && watch->last_ns - watch->since_ns >= watch->rule->for_ns)
		return PL_UNTIL_REACHED;
	if (now_ns - watch->began_ns >= watch->rule->at_most_ns)
		return PL_UNTIL_TOO_LATE;
	return PL_UNTIL_WAIT;
}
