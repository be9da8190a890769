/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe.c - when a silent device of a shared line is asked whether it is back, and for how long.
 *
 * A dead device answers after its time-outs only, which may be many periods of a recording on the
 * same line. One that is back answers as fast as it did when it was found last. So beside ticks it
 * is given what is left until the next one, if that is twice as long; where nothing is so long it
 * gets twice as long all the same, but so seldom that it has a fiftieth of the line at most, and
 * the slots that this costs are counted: busy, "probing". With no tick ahead it has its full time.
 * Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#define FAR_NS	   (2 * PL_NS_PER_S)
#define MARGIN	   2
#define SHARE	   50
#define LONGEST_NS (30 * PL_NS_PER_S)

static int64_t usual_ns(const struct pl_bus_member *member)
{
	return MARGIN * (member->found_ns > PL_NS_PER_MS ? member->found_ns : PL_NS_PER_MS);
}

static bool fits(const struct pl_bus_member *member, int64_t begin_ns, int64_t due_ns)
{
	return due_ns == PL_NEVER || begin_ns + usual_ns(member) <= due_ns;
}

int64_t pl_probe_ns(const struct pl_bus *bus, int64_t now_ns, int64_t due_ns)
{
	const struct pl_bus_member *member = bus->port ? pl_members_waiting(bus) : NULL;
	int64_t begin_ns;

	if (!member)
		return PL_NEVER;
	begin_ns = member->retry_ns > now_ns ? member->retry_ns : now_ns;
	if (due_ns == PL_NEVER || begin_ns <= due_ns - FAR_NS)
		return member->retry_ns;
	if (!bus->has_ticked) /* right behind a tick there is most time */
		return PL_NEVER;
	if (fits(member, begin_ns, due_ns) || member->retry_ns > bus->next_probe_ns)
		return member->retry_ns;
	return bus->next_probe_ns;
}

/* When the next one may be that does not fit. */
static int64_t rest_ns(int64_t took_ns)
{
	int64_t rest_ns = (SHARE - 1) * took_ns;

	return rest_ns < LONGEST_NS ? rest_ns : LONGEST_NS;
}

void pl_probe(struct pl_bus *bus, int64_t now_ns, int64_t due_ns)
{
	struct pl_bus_member *member = pl_members_waiting(bus);
	bool is_between = member && fits(member, now_ns, due_ns);

	if (!member)
		return;
	bus->cut_ns = is_between ? due_ns : now_ns + usual_ns(member);
	pl_ticks_hold(bus, "probing");
	pl_member_retry(member);
	pl_ticks_hold(bus, NULL);
	bus->cut_ns = PL_NEVER;
	if (!is_between)
		bus->next_probe_ns = pl_clock_mono_ns() + rest_ns(pl_clock_mono_ns() - now_ns);
}
