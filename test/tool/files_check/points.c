/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c - each row of points.csv against the plan, its quality and its interval. */
#include "files_check.h"

/* P(a, x), regularized, by its series and its continued fraction (Abramowitz and Stegun 6.5.29,
 * 6.5.31): the probability of a count of a or more when x are expected. */
static double gamma_p(double a, double x)
{
	double scale = exp(a * log(x) - x - lgamma(a)), sum = 1 / a, term = 1 / a;

	if (x <= 0)
		return 0;
	if (x < a + 1) {
		for (double n = a + 1; term > sum * 1e-17; n++)
			sum += term *= x / n;
		return scale * sum;
	}
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

	for (int i = 1; i < 100000; i++) {
		double an = -i * (i - a), factor;

		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		factor = d * c;
		h *= factor;
		if (fabs(factor - 1) < 1e-16)
			break;
	}
	return 1 - scale * h;
}

/* Garwood: lo and hi are where n or more, n or less, has half of what a sigma leaves out. */
static void check_interval(struct check *check, const struct table *row)
{
	double n = number(table_cell(row, "hits")), live_s = number(table_cell(row, "live_s"));
	double lo = number(table_cell(row, "rate_lo")) * live_s;
	double hi = number(table_cell(row, "rate_hi")) * live_s, tail = erfc(M_SQRT1_2) / 2;

	if (!same(number(table_cell(row, "rate")), n / live_s))
		wrong(check, "point %s: rate is not hits / live_s", row->cells[0]);
	if (n > 0 ? fabs(gamma_p(n, lo) - tail) > 1e-6 : lo != 0)
		wrong(check, "point %s: rate_lo %g is not Garwood's", row->cells[0], lo);
	if (fabs(1 - gamma_p(n + 1, hi) - tail) > 1e-6)
		wrong(check, "point %s: rate_hi %g is not Garwood's", row->cells[0], hi);
}

static void check_derived(struct check *check, const struct table *row)
{
	bool is_stopped = !strcmp(table_cell(row, "stop_rule"), "counts") ||
			  !strcmp(table_cell(row, "stop_rule"), "error");
	double live = number(table_cell(row, "live_s")), hits = number(table_cell(row, "hits"));
	double dead = fmax(hits, number(table_cell(row, "events"))) / live * check->tau_s;
	double rate = is_stopped ? (hits - 1) / live : hits / live;
	bool applies = is_stopped ? hits >= 2 : check->tau_s > 0;
	double corrected = number(table_cell(row, "rate_corrected"));
	bool is_full = number(table_cell(row, "occupancy")) > 0.8;

	if (applies && dead <= 0.3 && !same(corrected, rate / (1 - rate * check->tau_s)))
		wrong(check, "point %s: rate_corrected %g", row->cells[0], corrected);
	if (!(applies && dead <= 0.3) && !isnan(corrected))
		wrong(check, "point %s: a corrected rate out of nothing", row->cells[0]);
	if (dead > 0.1 && !strstr(table_cell(row, "reason"), "tau"))
		wrong(check, "point %s: no word about its dead time", row->cells[0]);
	if (is_full != !strcmp(table_cell(row, "quality"), "saturated") &&
	    strcmp(table_cell(row, "quality"), "suspect") != 0)
		wrong(check, "point %s: %s at occupancy %s", row->cells[0],
		      table_cell(row, "quality"), table_cell(row, "occupancy"));
}

/* The profile that stands in run.yaml says so of this parameter. */
static bool is_counter(const struct check *check, const char *path)
{
	const char *dot = strrchr(path, '.'), *text;
	char key[80];

	snprintf(key, sizeof(key), "\n  %s: ", dot ? dot + 1 : path);
	for (int i = 0; *(text = get(check, "profiles[%d].text", i)); i++) {
		const char *at = strstr(text, key), *end = at ? strchr(at + 1, '\n') : NULL;
		const char *word = at ? strstr(at, "counter: yes") : NULL;

		if (word && (!end || word < end))
			return true;
	}
	return false;
}

/* What a counter counted between its own two reads is no part of the window, but most of it. */
static void check_live(struct check *check, const struct table *row)
{
	double live_s = number(table_cell(row, "live_s"));
	double dwell_s = number(table_cell(row, "dwell_s"));

	if (is_counter(check, table_cell(row, "channel")) ? !(live_s >= dwell_s / 2)
							  : !(live_s <= dwell_s))
		wrong(check, "point %s: dwell_s or live_s", row->cells[0]);
}

static void check_measured(struct check *check, const struct table *row,
			   const struct plan_row *planned)
{
	double applied = number(table_cell(row, "applied"));
	double readback = number(table_cell(row, "readback"));
	const char *point = row->cells[0];

	if (!is_utc(table_cell(row, "timestamp")) || number(table_cell(row, "t_mono_ns")) < 1)
		wrong(check, "point %s: no time", point);
	check_live(check, row);
	if (!strchr(table_cell(row, "dwell_s"), '.') ||
	    strlen(strchr(table_cell(row, "dwell_s"), '.')) != 10)
		wrong(check, "point %s: seconds without nine decimals", point);
	if (!same(applied, planned->set) || (!isnan(readback) && !same(readback, planned->set)))
		wrong(check, "point %s: applied or readback is not set", point);
	if (planned->bits == 0)
		return;
	if (!(number(table_cell(row, "events")) >= number(table_cell(row, "hits"))))
		wrong(check, "point %s: more hits than events", point);
	check_interval(check, row);
	check_derived(check, row);
}

static void check_unmeasured(struct check *check, const struct table *row)
{
	static const char *const counted[] = {"events",	 "hits",    "rate",
					      "rate_lo", "rate_hi", "rate_corrected"};

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (*table_cell(row, counted[i]))
			wrong(check, "point %s, %s, has %s", row->cells[0],
			      table_cell(row, "quality"), counted[i]);
	if (!*table_cell(row, "reason"))
		wrong(check, "point %s, %s, has no reason", row->cells[0],
		      table_cell(row, "quality"));
}

/* After a valid row only a void one of the same attempt may come; else the next attempt. */
static void check_attempt(struct check *check, const struct table *row, struct plan_row *planned)
{
	unsigned attempt = (unsigned)atoi(table_cell(row, "attempt"));
	bool is_void = !strcmp(table_cell(row, "quality"), "void");
	bool is_next =
	    attempt == planned->attempts + 1 && (!planned->last_row || planned->is_last_void);
	bool is_revoked = attempt == planned->attempts && is_void && !planned->is_last_void;

	if (!is_next && !is_revoked)
		wrong(check, "point %s: attempt %u of index %s", row->cells[0], attempt,
		      table_cell(row, "index"));
	planned->attempts = attempt;
	planned->is_last_void = is_void;
	planned->is_last_valid = table_is_valid(table_cell(row, "quality"));
}

void check_point(struct check *check, const struct table *row, long number_of_row)
{
	long index = atol(table_cell(row, "index"));
	struct plan_row *planned = plan_row(&check->plan, index, table_cell(row, "channel"));
	const struct plan_place *place;

	if (atol(row->cells[0]) != number_of_row)
		wrong(check, "point %s is row %ld", row->cells[0], number_of_row);
	if (planned == NULL) {
		wrong(check, "point %s: %s at index %ld is not of the plan", row->cells[0],
		      table_cell(row, "channel"), index);
		return;
	}
	place = &check->plan.places[index];
	if (strcmp(table_cell(row, "pass"), place->pass) != 0 ||
	    atoi(table_cell(row, "repeat")) != place->repeat ||
	    atoi(table_cell(row, "channel_id")) != planned->id ||
	    strcmp(table_cell(row, "device"), check->plan.name) != 0 ||
	    !same(number(table_cell(row, "set")), planned->set))
		wrong(check, "point %s is not what the plan says at %ld", row->cells[0], index);
	check_attempt(check, row, planned);
	planned->last_row = number_of_row;
	if (planned->is_last_valid)
		check_measured(check, row, planned);
	else
		check_unmeasured(check, row);
}
