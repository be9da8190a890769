/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.h - counting events in [t0, t1): pure, every time is an argument.
 *
 * The same rule of what an event adds to which series serves the window and the counters since the
 * port was opened. What each event costs is kept small (a saturated line brings them by the
 * million): sums are taken here, means and coincidences worked out when somebody asks. Used by the
 * bus thread; a test needs no port.
 */
#ifndef BUS_WINDOW_H
#define BUS_WINDOW_H

#include "bus/bus.h"

#define PL_TALLY_MASKS 16

/* Events by which channels fired. All zero: none. */
struct pl_tally {
	uint64_t by_mask[PL_TALLY_MASKS]; /* with exactly the bits of the index */
	uint64_t others[PL_SERIES_MAX];	  /* series of those with higher bits */
};

/* A carried reading: sums of the differences to its first value, of their squares, and the ends. A
 * shift by any one value of the data keeps the variance good to n roundings whatever the mean (T.
 * F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for Computing the Sample Variance", 1983). All
 * zero: no value. */
struct pl_sums {
	uint64_t count;
	double first, sum, squares, min, max;
};

/* When a window closes, from struct pl_dwell; times absolute. */
struct pl_rule {
	enum pl_stop_rule full; /* what completed counts are called; NONE: only time closes it */
	uint64_t need;		/* hits in each watched series */
	uint32_t watched;
	int64_t min_ns, max_ns;
	int64_t zero_ns; /* when to look for a window without hits; PL_NEVER = no more */
	bool is_early;	 /* all counts were there before min_ns */
};

struct pl_counting {
	const struct pl_device *device;
	bool is_open;
	uint64_t check_at; /* events; before that many no rule can be fulfilled */
	struct pl_rule rule;
	size_t carried_count; /* of an event's readings the device has so many */
	int64_t skew_ns;      /* of CLOCK_BOOTTIME against CLOCK_MONOTONIC at t0 */
	int64_t last_ns;      /* of the latest event counted */
	struct pl_tally tally;
	struct pl_sums carried[PL_CARRIED_MAX];
	struct pl_count count; /* but for what the two above tell */
};

/* Adds one event with the bits `fired`. */
void pl_tally_add(struct pl_tally *tally, const struct pl_device *device, uint32_t fired);
/* The series: per channel the events in which it fired, then per coincidence those in which all
 * its channels did. */
void pl_tally_hits(const struct pl_tally *tally, const struct pl_device *device,
		   uint64_t out[PL_SERIES_MAX]);

/* t0_ns: the clock right after the line was read dry. skew_ns: not less than the true skew. */
void pl_counting_begin(struct pl_counting *window, const struct pl_device *device, int64_t t0_ns,
		       int64_t t0_utc_ns, int64_t skew_ns);
/* These do nothing while no window is open. True when the event belongs to the window. */
bool pl_counting_event(struct pl_counting *window, const struct pl_event *event);
void pl_counting_bytes(struct pl_counting *window, size_t count);
void pl_counting_stray(struct pl_counting *window);
/* Closes it into *out. t1_ns: the clock right after the line was read dry again. skew_ns: not more
 * than the true skew; what it grew by is a suspend of the machine. baud 0 = unknown. */
void pl_counting_end(struct pl_counting *window, int64_t t1_ns, int64_t skew_ns, int64_t baud,
		     struct pl_count *out);

/* rule.c. PL_ERR_USAGE: no such rule, or values that no window can have. */
enum pl_status pl_rule_check(const struct pl_device *device, const struct pl_window *window,
			     struct pl_error *error);
/* After pl_counting_begin, of a checked window; without it nothing closes but pl_counting_end. */
void pl_rule_begin(struct pl_counting *window, const struct pl_dwell *dwell, uint32_t watched);
/* An event that may complete the counts was added: closes the window with it. */
void pl_rule_event(struct pl_counting *window, const struct pl_event *event);
/* When pl_rule_due is to be asked next if nothing comes; long past when the window is closed. */
int64_t pl_rule_deadline(const struct pl_counting *window);
/* now_ns: the clock right after the line was read dry. True: the window is closed. */
bool pl_rule_due(struct pl_counting *window, int64_t now_ns);

/* Adds one value; NaN is none. */
void pl_sums_add(struct pl_sums *sums, double value);
struct pl_spread pl_sums_spread(const struct pl_sums *sums);

#endif
