/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * count.c - a counting window on the live line.
 *
 * Everything read until the discard time is over belongs to no window (it is parsed all the same:
 * a line cut in two would make the next one garbage). Then the line is read dry; t0 is the clock
 * before the read that found nothing, so that a thread that is put off between the two moves no
 * event across it. At each time at which a rule may close the window it is read dry again, and t1
 * taken likewise if one does.
 * Counting is in window.c, the rules are in rule.c. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

static bool may_go_on(const struct pl_bus *bus)
{
	return !bus->is_cancelled && !bus->is_lost;
}

/* PL_ERR_CANCELLED or PL_ERR_LOST when it may not. */
static enum pl_status fate(const struct pl_bus *bus, struct pl_error *error)
{
	if (bus->is_lost) {
		*error = bus->loss;
		return bus->loss.code;
	}
	if (bus->is_cancelled)
		return pl_error_set(error, PL_ERR_CANCELLED, bus->counting->device->spec.name,
				    "counting was stopped");
	return PL_OK;
}

static enum pl_status discard(struct pl_bus *bus, int64_t for_ns, struct pl_error *error)
{
	int64_t until_ns;

	pl_line_read(bus);
	until_ns = pl_clock_mono_ns() + for_ns;
	while (may_go_on(bus) && pl_clock_mono_ns() < until_ns)
		pl_bus_round(bus, until_ns);
	return fate(bus, error);
}

/* The deadline moves with what comes in. */
static void wait_for_rule(struct pl_bus *bus)
{
	struct pl_counting *window = &bus->window;

	do {
		while (may_go_on(bus) && pl_clock_mono_ns() < pl_rule_deadline(window))
			pl_bus_round(bus, pl_rule_deadline(window));
		if (window->is_open && !bus->is_lost)
			pl_line_read(bus);
	} while (may_go_on(bus) && !pl_rule_due(window, bus->dry_ns));
}

/* CLOCK_BOOTTIME is read between two readings of CLOCK_MONOTONIC: the true skew lies between the
 * differences, however long the thread was put off meanwhile. */
int64_t pl_skew_at_most_ns(void)
{
	int64_t mono_ns = pl_clock_mono_ns();

	return pl_clock_boot_ns() - mono_ns;
}

int64_t pl_skew_at_least_ns(void)
{
	int64_t boot_ns = pl_clock_boot_ns();

	return boot_ns - pl_clock_mono_ns();
}

enum pl_status pl_bus_count(struct pl_bus_member *member, const struct pl_window *rule,
			    struct pl_count *out, struct pl_error *error)
{
	int64_t t0_ns, utc_ns, skew_ns;
	struct pl_bus *bus = member->bus;
	enum pl_status status = pl_rule_check(member->device, rule, error);

	bus->counting = member;
	if (status == PL_OK)
		status = discard(bus, rule->discard_ns, error);
	if (status != PL_OK)
		return status;
	skew_ns = pl_skew_at_most_ns();
	pl_line_read(bus);
	t0_ns = bus->dry_ns;
	utc_ns = pl_clock_utc_ns() - (pl_clock_mono_ns() - t0_ns);
	pl_counting_begin(&bus->window, member->device, t0_ns, utc_ns, skew_ns);
	pl_rule_begin(&bus->window, &rule->dwell, rule->watched);
	pl_tell_events_begin(bus, rule->wants_events);
	wait_for_rule(bus);
	pl_counting_end(&bus->window, may_go_on(bus) ? bus->dry_ns : pl_clock_mono_ns(),
			pl_skew_at_least_ns(), pl_line_baud(bus), out);
	out->untold = pl_tell_events_end(bus);
	status = fate(bus, error);
	if (status == PL_ERR_CANCELLED && out->stop_rule == PL_STOP_NONE)
		out->stop_rule = PL_STOP_OPERATOR;
	return status;
}
