/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * suspect.h - counts that can hardly be true: frozen at one value, or more than can be. Pure.
 *
 * stuck: k consecutive windows of one channel, equally long within 1 % of the first, have exactly
 * the same hits n > 0. If the counts are Poisson with mean n, two of them are equal with
 *
 *     p(n) = sum over i of P(i; n)^2 = exp(-2n) I0(2n), for large n 1/sqrt(4·pi·n)
 *
 * (summed for n <= 64; beyond, the limit is right to 1/(16 n), 0.1 %) and k in a row with
 * p(n)^(k-1). A row is stuck when that is below 1e-6, and so is each that goes on: 9 windows at
 * n = 4, 5 at n = 100, 4 at n = 10000.
 *
 * implausible: hits per live second above the highest rate the bench file allows, more events than
 * the line can carry in the window, or more hits than events.
 */
#ifndef SCAN_SUSPECT_H
#define SCAN_SUSPECT_H

#include <stdint.h>

struct pl_suspect_count {
	uint64_t hits, events;
	int64_t dwell_ns;
	double live_s;
	double max_rate_hz; /* 0: any */
	double line_events; /* the most events the line carries in the window; NaN: unknown */
};

/* One a channel; zero at the start of a run. */
struct pl_suspect {
	uint64_t hits;
	int64_t dwell_ns; /* of the first window of the row of equal ones */
	uint32_t equal;	  /* windows in that row; 0: none yet */
};

/* The next counted window of the channel, in the order measured: "stuck", "implausible" (which goes
 * first) or NULL. The text is constant. One thread a state. */
const char *pl_suspect_next(struct pl_suspect *suspect, const struct pl_suspect_count *count);

/* p(n) of above; 1 for n = 0. Any thread. */
double pl_suspect_equal(uint64_t n);

#endif
