/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rule.c - when a counting window closes.
 *
 * Each event adds at most one hit to a series, so the series that lacks most tells before which
 * event no rule can be fulfilled: only that one is looked at, and the line's full rate costs one
 * comparison an event. The last event of a completed count is always such a one, so the window is
 * cut exactly behind it.
 *
 * Why the rates are right: with t the time of the n-th hit of a Poisson process of rate r,
 * E[(n-1)/t] = r, and the same holds of the three parts (n/min when the count came early, (n-1)/t
 * between, hits/max when it did not come) taken together: their expectations are r times the
 * probabilities of {hits(min) > n-2}, {hits(min) <= n-2 < hits(max)} and {hits(max) <= n-2}.
 * Pure; every time is an argument.
 */
#include "bus/window.h"

#include "plateau/clock.h"

#include <math.h>

#define COUNTS_MAX INT64_C(1000000000000000)

static size_t series_count(const struct pl_device *device)
{
	return device->spec.channel_count + device->coincidence_count;
}

/* 1/0.05^2 is 400, though not in doubles. */
static double error_counts(double error)
{
	return ceil(1 / (error * error) * (1 - 1e-12));
}

static const char *trouble(const struct pl_device *device, const struct pl_window *window)
{
	const struct pl_dwell *dwell = &window->dwell;
	uint64_t all = (UINT64_C(1) << series_count(device)) - 1;

	if (window->discard_ns < 0)
		return "a window cannot discard less than nothing";
	if (dwell->rule == PL_DWELL_TIME)
		return dwell->time_ns > 0 ? NULL : "a window needs a dwell above zero";
	if (dwell->rule != PL_DWELL_COUNTS && dwell->rule != PL_DWELL_ERROR)
		return "there is no such rule to close a window";
	if (window->watched == 0 || (window->watched & ~all) != 0)
		return "a window that closes by counts needs series whose counts they are";
	if (dwell->min_ns < 0 || dwell->max_ns < 0 || dwell->zero_rate_ns < 0)
		return "a window cannot have a negative time";
	if (dwell->max_ns > 0 && dwell->max_ns < dwell->min_ns)
		return "the most that a window may last is less than its least";
	if (dwell->rule == PL_DWELL_COUNTS && (dwell->counts < 1 || dwell->counts > COUNTS_MAX))
		return "a window needs counts from 1 to 1e15";
	if (dwell->rule == PL_DWELL_ERROR && !(dwell->error > 0 && dwell->error < 1 &&
					       error_counts(dwell->error) <= (double)COUNTS_MAX))
		return "a window needs a relative error below 1 that 1e15 counts can give";
	return NULL;
}

enum pl_status pl_rule_check(const struct pl_device *device, const struct pl_window *window,
			     struct pl_error *error)
{
	const char *why = trouble(device, window);

	return why ? pl_error_set(error, PL_ERR_USAGE, device->spec.name, "%s", why) : PL_OK;
}

void pl_rule_begin(struct pl_counting *window, const struct pl_dwell *dwell, uint32_t watched)
{
	int64_t t0_ns = window->count.t0_ns;
	struct pl_rule *rule = &window->rule;
	int64_t zero_ns = dwell->zero_rate_ns > dwell->min_ns ? dwell->zero_rate_ns : dwell->min_ns;

	*rule = (struct pl_rule){.zero_ns = PL_NEVER, .watched = watched};
	if (dwell->rule == PL_DWELL_TIME) {
		rule->max_ns = t0_ns + dwell->time_ns;
		return;
	}
	rule->full = dwell->rule == PL_DWELL_COUNTS ? PL_STOP_COUNTS : PL_STOP_ERROR;
	rule->need = dwell->rule == PL_DWELL_COUNTS ? (uint64_t)dwell->counts
						    : (uint64_t)error_counts(dwell->error);
	rule->min_ns = t0_ns + dwell->min_ns;
	rule->max_ns = dwell->max_ns > 0 ? t0_ns + dwell->max_ns : PL_NEVER;
	if (dwell->zero_rate_ns > 0)
		rule->zero_ns = t0_ns + zero_ns;
	window->check_at = rule->need;
}

static void close_by(struct pl_counting *window, enum pl_stop_rule why)
{
	window->count.stop_rule = why;
	window->is_open = false;
}

/* The most that a watched series lacks of its counts. */
static uint64_t lacking(const struct pl_rule *rule, const uint64_t hits[PL_SERIES_MAX])
{
	uint64_t most = 0;

	for (size_t i = 0; i < PL_SERIES_MAX; i++)
		if ((rule->watched >> i & 1) && hits[i] < rule->need && rule->need - hits[i] > most)
			most = rule->need - hits[i];
	return most;
}

/* The series that got its last count with this event; the first if several did. */
static int completed(const struct pl_counting *window, const struct pl_event *event,
		     const uint64_t hits[PL_SERIES_MAX])
{
	uint64_t fired[PL_SERIES_MAX];
	struct pl_tally one = {0};

	pl_tally_add(&one, window->device, event->hits);
	pl_tally_hits(&one, window->device, fired);
	for (int i = 0; i < PL_SERIES_MAX; i++)
		if ((window->rule.watched >> i & 1) && fired[i] && hits[i] == window->rule.need)
			return i;
	return -1;
}

void pl_rule_event(struct pl_counting *window, const struct pl_event *event)
{
	struct pl_rule *rule = &window->rule;
	uint64_t hits[PL_SERIES_MAX], lacks;

	pl_tally_hits(&window->tally, window->device, hits);
	lacks = lacking(rule, hits);
	window->check_at = lacks > 0 ? window->count.events + lacks : UINT64_MAX;
	if (lacks > 0 || event->t_ns >= rule->max_ns)
		return;
	rule->is_early = event->t_ns < rule->min_ns;
	if (rule->is_early)
		return;
	window->count.last_series = completed(window, event, hits);
	close_by(window, rule->full);
}

int64_t pl_rule_deadline(const struct pl_counting *window)
{
	const struct pl_rule *rule = &window->rule;

	if (!window->is_open)
		return INT64_MIN;
	if (rule->is_early)
		return rule->min_ns;
	return rule->zero_ns < rule->max_ns ? rule->zero_ns : rule->max_ns;
}

static bool is_silent(const struct pl_counting *window)
{
	uint64_t hits[PL_SERIES_MAX];

	pl_tally_hits(&window->tally, window->device, hits);
	for (size_t i = 0; i < PL_SERIES_MAX; i++)
		if ((window->rule.watched >> i & 1) && hits[i] > 0)
			return false;
	return true;
}

bool pl_rule_due(struct pl_counting *window, int64_t now_ns)
{
	struct pl_rule *rule = &window->rule;

	if (!window->is_open)
		return true;
	if (rule->is_early && now_ns >= rule->min_ns) {
		close_by(window, PL_STOP_TIME);
	} else if (now_ns >= rule->zero_ns && is_silent(window)) {
		close_by(window, PL_STOP_ZERO_RATE);
	} else if (now_ns >= rule->max_ns) {
		close_by(window, rule->full ? PL_STOP_MAX_TIME : PL_STOP_TIME);
	} else if (now_ns >= rule->zero_ns) {
		rule->zero_ns = PL_NEVER;
	}
	return !window->is_open;
}
