/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suspect.c - the rules of suspect.h. Pure, any thread. */
#include "scan/suspect.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define CHANCE	1e-6 /* of a row of equal counts */
#define SAME	0.01 /* of the length of a window */
#define SUMMED	64
#define MAX_SUM 256 /* P(256; 64)^2 is below 1e-150 */

double pl_suspect_equal(uint64_t n)
{
	double mean = (double)n, p = exp(-mean), sum = 0;

	if (n > SUMMED)
		return 1 / sqrt(4 * M_PI * mean);
	for (int i = 0; i < MAX_SUM; i++) {
		sum += p * p;
		p *= mean / (i + 1);
	}
	return sum;
}

static bool is_stuck(struct pl_suspect *suspect, const struct pl_suspect_count *count)
{
	double differ = fabs((double)(count->dwell_ns - suspect->dwell_ns));

	if (suspect->equal > 0 && count->hits == suspect->hits &&
	    differ <= SAME * (double)suspect->dwell_ns)
		suspect->equal++;
	else
		*suspect = (struct pl_suspect){
		    .hits = count->hits, .dwell_ns = count->dwell_ns, .equal = 1};
	return count->hits > 0 && pow(pl_suspect_equal(count->hits), suspect->equal - 1) < CHANCE;
}

static bool is_implausible(const struct pl_suspect_count *count)
{
	double most = (double)(count->hits > count->events ? count->hits : count->events);

	return count->hits > count->events || most > count->line_events || /* NaN: false */
	       (count->max_rate_hz > 0 && (double)count->hits > count->max_rate_hz * count->live_s);
}

const char *pl_suspect_next(struct pl_suspect *suspect, const struct pl_suspect_count *count)
{
	bool stuck = is_stuck(suspect, count); /* the state goes on whatever is said */

	if (is_implausible(count))
		return "implausible";
	return stuck ? "stuck" : NULL;
}
