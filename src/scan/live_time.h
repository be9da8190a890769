/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live_time.h - the rate behind a count: what the stop rule and the dead time did to it. Pure.
 *
 * 1. A window that its last event closed (stop rules counts and error) has one event too many for
 *    its length: m = (n-1)/t, which is unbiased for n >= 2 (the time to the n-th event of a Poisson
 *    process is gamma distributed). All other windows: m = n/t.
 * 2. A detector that is blind for tau after each event and not longer (non-paralyzable) sees m of
 *    the true rate m / (1 - m·tau) (G. F. Knoll, Radiation Detection and Measurement, ch. 4). Not
 *    where the device reports its dead time itself: t is then without it.
 * The dead fraction is that of the detector, tau times its events or the hits, whichever are more.
 * Above 0.1 it is remarked; above 0.3 the correction is refused unless it is forced, because the
 * model and tau then matter more than the count; from 1 on there is none.
 */
#ifndef SCAN_LIVE_TIME_H
#define SCAN_LIVE_TIME_H

#include "config/bench.h"

struct pl_live_count {
	uint64_t hits, events;
	double live_s;
	enum pl_stop_rule stop_rule; /* of these hits: time when another series closed the window */
	double tau_s;		     /* 0: no model */
	double tau_error_s;	     /* 1 sigma */
	double device_dead_s;	     /* NaN: the device reports none */
};

struct pl_live_rate {
	double corrected_hz;  /* NaN: nothing applies, or the reason says why not */
	double error_hz;      /* 1 sigma of it from the count (sqrt n) and from tau; NaN likewise */
	double dead_fraction; /* 0 without a model, NaN without live time */
	const char *reason;   /* NULL: nothing to say; a constant text of less than 64 bytes */
};

/* In every reason that says how much of the time the detector is dead. */
#define PL_LIVE_DEAD "rate x tau is"

/* Any thread. */
struct pl_live_rate pl_live_rate(const struct pl_live_count *count, bool is_forced);

#endif
