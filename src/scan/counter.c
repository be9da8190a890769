/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counter.c - readings of a counter to what it counted; see counter.h. Pure. */
#include "scan/counter.h"

bool pl_counter_step(double before, double after, double wrap, double *out)
{
	double step = after - before;

	if (step < 0 && wrap > 0 && before < wrap)
		step += wrap;
	*out = step >= 0 ? step : 0;
	return step >= 0;
}

void pl_counter_add(struct pl_counter *counter, double value, int64_t t_ns, double wrap)
{
	double step;

	if (counter->reads == 0) {
		counter->first_ns = t_ns;
	} else {
		counter->is_reset |= !pl_counter_step(counter->last, value, wrap, &step);
		counter->total += step;
	}
	counter->last = value;
	counter->last_ns = t_ns;
	counter->reads++;
}
