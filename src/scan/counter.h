/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * counter.h - what a counter of an instrument counted from its first reading to its last. Pure.
 *
 * A counter only grows. Where it is known to begin again at 0 (its declared width) a decrease is
 * one such turn; any other decrease is a reset, and then nothing is known of what it counted.
 */
#ifndef SCAN_COUNTER_H
#define SCAN_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

struct pl_counter {
	uint64_t reads;
	int64_t first_ns, last_ns; /* of its readings */
	double last;
	double total; /* counted between them, never below 0 */
	bool is_reset;
};

/* What was counted between two readings; false: the counter was reset. wrap: the value at which it
 * begins again at 0; 0 = it never does. */
bool pl_counter_step(double before, double after, double wrap, double *out);
/* One more reading, in order of time. */
void pl_counter_add(struct pl_counter *counter, double value, int64_t t_ns, double wrap);

#endif
