/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * until.h - is a reading where it should be, and for long enough? Pure; time is an argument.
 *
 * Reached when every reading of the last for_ns lay within `within` of the set value; a reading
 * outside begins anew, and so does a time without readings that is longer than three periods, or
 * than three answers of a device that takes longer for each.
 */
#ifndef SCAN_UNTIL_H
#define SCAN_UNTIL_H

#include "config/bench.h"

enum pl_until_verdict { PL_UNTIL_WAIT, PL_UNTIL_REACHED, PL_UNTIL_TOO_LATE };

struct pl_until_watch {
	const struct pl_until *rule;
	double target;
	int64_t began_ns;
	int64_t since_ns; /* first reading of those that lie inside without a break; 0 = none */
	int64_t last_ns;  /* the newest of them */
	int64_t cost_ns;  /* the longest that an answer took */
	double value;	  /* of the newest reading, NaN = none yet */
};

void pl_until_begin(struct pl_until_watch *watch, const struct pl_until *rule, double target,
		    int64_t now_ns);
/* How long to wait between two readings: 1 s, less when for_ns would else have fewer than 4. */
int64_t pl_until_period(const struct pl_until *rule);
/* A reading, taken at t_ns, whose answer took cost_ns. */
void pl_until_feed(struct pl_until_watch *watch, double value, int64_t t_ns, int64_t cost_ns);
/* What holds now. TOO_LATE from began_ns + at_most_ns on. */
enum pl_until_verdict pl_until_judge(const struct pl_until_watch *watch, int64_t now_ns);

#endif
