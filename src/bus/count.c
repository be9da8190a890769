/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * count.c - a counting window on the live line.
 *
 * Everything read until the discard time is over belongs to no window (it is parsed all the same:
 * a line cut in two would make the next one garbage). Then the line is read dry and t0 taken; at
 * t0 + dwell it is read dry and t1 taken. The rule itself is in window.c. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

/* Lets time pass; PL_ERR_CANCELLED or PL_ERR_LOST when it may not. */
static enum pl_status pass(struct pl_bus *bus, int64_t until_ns, struct pl_error *error)
{
	while (!bus->is_cancelled && !bus->is_lost && pl_clock_mono_ns() < until_ns)
		pl_bus_round(bus, until_ns);
	if (bus->is_lost) {
		*error = bus->loss;
		return bus->loss.code;
	}
	if (bus->is_cancelled)
		return pl_error_set(error, PL_ERR_CANCELLED, bus->setup.device->spec.name,
				    "counting was stopped");
	return PL_OK;
}

/* CLOCK_BOOTTIME is read between two readings of CLOCK_MONOTONIC: the true skew lies between the
 * differences, however long the thread was put off meanwhile. */
static int64_t skew_at_most(void)
{
	int64_t mono_ns = pl_clock_mono_ns();

	return pl_clock_boot_ns() - mono_ns;
}

static int64_t skew_at_least(void)
{
	int64_t boot_ns = pl_clock_boot_ns();

	return boot_ns - pl_clock_mono_ns();
}

enum pl_status pl_bus_count(struct pl_bus *bus, const struct pl_window *rule, struct pl_count *out,
			    struct pl_error *error)
{
	int64_t t0_ns, skew_ns;
	enum pl_status status;

	if (rule->dwell.time_ns <= 0 || rule->discard_ns < 0)
		return pl_error_set(error, PL_ERR_USAGE, bus->setup.device->spec.name,
				    "a window needs a dwell above zero");
	pl_line_read(bus);
	status = pass(bus, pl_clock_mono_ns() + rule->discard_ns, error);
	if (status != PL_OK)
		return status;
	skew_ns = skew_at_most();
	pl_line_read(bus);
	t0_ns = pl_clock_mono_ns();
	pl_counting_begin(&bus->window, bus->setup.device, t0_ns, pl_clock_utc_ns(), skew_ns);
	status = pass(bus, t0_ns + rule->dwell.time_ns, error);
	if (!bus->is_lost)
		pl_line_read(bus);
	pl_counting_end(&bus->window, pl_clock_mono_ns(), skew_at_least(), pl_line_baud(bus), out);
	out->stop_rule = PL_STOP_TIME;
	out->last_series = -1;
	return status;
}
