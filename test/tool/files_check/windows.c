/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windows.c - the rows of points.csv that were counted together: one window, closed by its rule. */
#include "files_check.h"

/* One window: all rows of one attempt at one index, written together. */
struct window {
	long index, attempt, first_row;
	size_t rows, valid, closing;	 /* closing: rows whose counts closed it */
	double t0_ns, dwell_s, events;	 /* of its first row with counts */
	bool is_short, is_hit, is_timed; /* a watched count not reached; any hit; rule `time` */
	char stop[16];			 /* of those that did not close it */
};

static double rule_number(const struct check *check, const char *key)
{
	return number(plan_get(&check->plan, "scan.dwell.%s", key));
}

/* 1/e² counts for a relative error e, which is no whole number in doubles. */
static double wanted_counts(const struct check *check)
{
	double error = rule_number(check, "error");

	return isnan(error) ? rule_number(check, "counts") : ceil(1 / error / error - 1e-6);
}

static void check_rule(struct check *check, const struct window *window)
{
	double zero_s = fmax(rule_number(check, "zero_rate_s"), rule_number(check, "min_s"));
	double dwell_s = window->dwell_s, max_s = rule_number(check, "max_s");
	long row = window->first_row;

	if (strcmp(plan_get(&check->plan, "scan.dwell.rule"), "time") == 0) {
		if (strcmp(window->stop, "time") != 0 || window->closing > 0 ||
		    !(dwell_s >= rule_number(check, "time_s")))
			wrong(check, "point %ld: %s after %g s", row, window->stop, dwell_s);
		return;
	}
	if (window->closing > 1)
		wrong(check, "point %ld: %zu rows closed one window", row, window->closing);
	if (!(dwell_s >= rule_number(check, "min_s")) && strcmp(window->stop, "zero_rate") != 0)
		wrong(check, "point %ld: %g s is less than its least", row, dwell_s);
	if (window->closing == 1 || window->is_timed) {
		if (window->is_short || !(dwell_s < max_s) ||
		    (window->closing == 1 && window->stop[0] && !window->is_timed))
			wrong(check, "point %ld: closed before all had their counts", row);
	} else if (strcmp(window->stop, "max_time") == 0) {
		if (!(dwell_s >= max_s) || (!window->is_short && dwell_s - max_s < 1e-4))
			wrong(check, "point %ld: max_time after %g s", row, dwell_s);
	} else if (strcmp(window->stop, "zero_rate") == 0) {
		if (window->is_hit || !(rule_number(check, "zero_rate_s") > 0) ||
		    !(dwell_s >= zero_s))
			wrong(check, "point %ld: zero_rate after %g s", row, dwell_s);
	} else {
		wrong(check, "point %ld: stop_rule %s", row, window->stop);
	}
	if (rule_number(check, "zero_rate_s") > 0 && !window->is_hit && dwell_s > zero_s + 0.5)
		wrong(check, "point %ld: nothing fired for %g s", row, dwell_s);
	if (dwell_s > max_s + 0.5)
		wrong(check, "point %ld: %g s are more than its most", row, dwell_s);
}

static void add_to_window(struct check *check, struct window *window, const struct table *row,
			  const struct plan_row *planned)
{
	const char *stop = table_cell(row, "stop_rule");
	bool is_full = strcmp(stop, plan_get(&check->plan, "scan.dwell.rule")) == 0 &&
		       strcmp(stop, "time") != 0;
	double hits = number(table_cell(row, "hits")), need = wanted_counts(check);

	if (window->valid++ == 0) {
		window->t0_ns = number(table_cell(row, "t_mono_ns"));
		window->dwell_s = number(table_cell(row, "dwell_s"));
		window->events = number(table_cell(row, "events"));
	}
	if (!same(window->t0_ns, number(table_cell(row, "t_mono_ns"))) ||
	    !same(window->dwell_s, number(table_cell(row, "dwell_s"))) ||
	    (planned->bits != 0 && !isnan(window->events) &&
	     !same(window->events, number(table_cell(row, "events")))))
		wrong(check, "point %s has a window of its own", row->cells[0]);
	if (is_full) {
		window->closing++;
		if (!planned->is_watched || !same(hits, need))
			wrong(check, "point %s: %g hits closed it", row->cells[0], hits);
	} else {
		if (window->stop[0] && strcmp(window->stop, stop) != 0)
			wrong(check, "point %s: stop_rule %s and %s", row->cells[0], stop,
			      window->stop);
		snprintf(window->stop, sizeof(window->stop), "%s", stop);
		window->is_timed |= strcmp(stop, "time") == 0;
	}
	if (planned->is_watched) {
		window->is_short |= hits < need;
		window->is_hit |= hits > 0;
	}
}

/* Returns when it ended; NaN when nothing was counted. */
static double end_window(struct check *check, const struct window *window, double end_ns)
{
	if (window->rows == 0)
		return end_ns;
	if (window->rows != check->plan.places[window->index].row_count)
		wrong(check, "point %ld: %zu rows of %zu", window->first_row, window->rows,
		      check->plan.places[window->index].row_count);
	if (window->valid == 0)
		return end_ns;
	if (window->t0_ns < end_ns)
		wrong(check, "point %ld: windows overlap", window->first_row);
	check_rule(check, window);
	return window->t0_ns + window->dwell_s * 1e9;
}

/* Rows of one write(): of one attempt, or those that take the same attempt back. */
static bool goes_on(const struct check *check, const struct window *window, const struct table *row)
{
	long index = atol(table_cell(row, "index"));

	return window->rows > 0 && index == window->index &&
	       atol(table_cell(row, "attempt")) == window->attempt &&
	       window->rows < check->plan.places[index].row_count;
}

void check_points(struct check *check)
{
	struct window window = {0};
	double end_ns = 0;
	struct table row;
	long count = 0;

	if (!table_open(&row, check->folder, "points.csv"))
		return;
	while (table_next(&row)) {
		const struct plan_row *planned;

		check_point(check, &row, ++count);
		planned = plan_row(&check->plan, atol(table_cell(&row, "index")),
				   table_cell(&row, "channel"));
		if (planned == NULL)
			continue;
		if (!goes_on(check, &window, &row)) {
			end_ns = end_window(check, &window, end_ns);
			window = (struct window){.index = atol(table_cell(&row, "index")),
						 .attempt = atol(table_cell(&row, "attempt")),
						 .first_row = count};
		}
		if (planned != &check->plan.places[window.index].rows[window.rows])
			wrong(check, "point %s stands in another's place", row.cells[0]);
		window.rows++;
		if (table_is_valid(table_cell(&row, "quality")))
			add_to_window(check, &window, &row, planned);
	}
	end_window(check, &window, end_ns);
	check->points = (unsigned)count;
	table_close(&row);
}
