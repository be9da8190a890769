/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * counting.h - what the view knows of the count that it follows, from the events of the word
 * `count`. Pure, one thread.
 */
#ifndef UI_COUNTING_H
#define UI_COUNTING_H

#include "plateau/json.h"

#define PL_COUNTING_MAX 20

struct pl_counting_series {
	char name[40];
	int64_t hits;
	double rate, lo, hi;
};

struct pl_counting {
	bool is_on;		    /* under way */
	bool is_over;		    /* the result stands there */
	bool is_refused;	    /* the page closes */
	char path[112], length[24]; /* asked for, as typed: the next one begins with it */
	char stop_rule[16];
	double seconds;
	int64_t events;
	struct pl_counting_series series[PL_COUNTING_MAX];
	size_t count;
};

/* Takes in {"seconds":…,"events":…,"channels":[…]}, of an event or of the result. */
void pl_counting_take(struct pl_counting *counting, const struct pl_json *from);

#endif
