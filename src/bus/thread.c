/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thread.c - the loop of a bus thread.
 *
 * One thing at a time: a tick of a recording, else a request, else a try to get a lost port or a
 * silent device back, else an unasked read for the screen, else waiting. All waiting, here and
 * inside those, is pl_bus_round. A lost line is taken down here only, where no driver call is on
 * the stack.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#define KEPT_RETRY_NS (10 * PL_NS_PER_MS)

void pl_bus_take_cancels(struct pl_bus *bus)
{
	struct pl_bus_cancel cancel;

	while (pl_queue_pop(bus->cancels, &cancel)) {
		if (cancel.is_quit)
			bus->is_quitting = bus->is_cancelled = true;
		else if (bus->has_current && bus->current == cancel.id)
			bus->is_cancelled = true;
		else if (!pl_ticks_cancel(bus, cancel.id))
			pl_bus_cancel_waiting(bus, cancel.id);
	}
}

/* An error or hang-up that read(2) does not show would wake every poll at once. */
static void read_line(struct pl_bus *bus, short seen)
{
	struct pl_error why;

	if (pl_line_read(bus) > 0 || bus->is_lost || !(seen & (POLLERR | POLLHUP | POLLNVAL)))
		return;
	pl_error_set(&why, PL_ERR_LOST, pl_port_identity(bus->port)->path, "the line hung up");
	pl_line_lost(bus, &why);
}

void pl_bus_round(struct pl_bus *bus, int64_t deadline_ns)
{
	bool is_open = bus->port && !bus->is_lost;
	/* While something is under way new requests wait, but for recordings, which begin, and
	 * those to a lost device, which are refused at once. */
	bool has_lost = pl_members_any(bus, PL_BUS_LOST);
	bool takes_requests = !bus->has_kept && bus->waiting_count < PL_BUS_WAITING;
	struct pollfd fds[] = {
	    {.fd = is_open ? pl_port_fd(bus->port) : -1, .events = POLLIN},
	    {.fd = pl_queue_fd(bus->cancels), .events = POLLIN},
	    {.fd = takes_requests ? pl_queue_fd(bus->requests) : -1, .events = POLLIN},
	};

	deadline_ns = pl_earlier(deadline_ns, pl_tell_next(bus));
	deadline_ns = pl_earlier(deadline_ns, pl_ticks_next_ns(bus));
	if (bus->has_kept || bus->owed_count > 0)
		deadline_ns = pl_earlier(deadline_ns, pl_clock_mono_ns() + KEPT_RETRY_NS);
	pl_clock_poll(fds, sizeof fds / sizeof fds[0], deadline_ns);
	if (fds[0].revents)
		read_line(bus, fds[0].revents);
	if (fds[1].revents)
		pl_bus_take_cancels(bus);
	pl_bus_flush(bus);
	pl_tell_owed(bus);
	if (has_lost)
		pl_bus_refuse(bus);
	if (!bus->is_idle && (fds[2].revents || bus->waiting_count > 0))
		pl_bus_begin_recordings(bus);
	pl_tell_due(bus, pl_clock_mono_ns());
	pl_ticks_round(bus);
}

static void idle(struct pl_bus *bus, int64_t until_ns)
{
	bus->is_idle = true;
	pl_bus_round(bus, until_ns);
	bus->is_idle = false;
}

/* A tick whose time has come goes first, but not twice in a row: requests run between ticks, also
 * where these take longer than their period. */
static bool take_tick(struct pl_bus *bus, int64_t now_ns, int64_t due_ns)
{
	bus->has_ticked = !bus->has_ticked && now_ns >= due_ns;
	if (bus->has_ticked)
		pl_ticks_serve(bus);
	return bus->has_ticked;
}

static void take_turn(struct pl_bus *bus)
{
	struct pl_bus_request request;
	int64_t now_ns = pl_clock_mono_ns();
	int64_t due_ns = pl_ticks_due_ns(bus);
	int64_t refresh_ns = pl_slots_refresh_ns(bus, now_ns, due_ns);
	int64_t probe_ns = pl_probe_ns(bus, now_ns, due_ns);

	bus->is_cancelled = false;
	if (bus->is_lost)
		pl_line_lose(bus);
	else if (take_tick(bus, now_ns, due_ns))
		return;
	else if (pl_bus_flush(bus) && pl_bus_next(bus, &request))
		pl_bus_perform(bus, &request);
	else if (now_ns >= bus->retry_ns)
		pl_line_retry(bus);
	else if (now_ns >= probe_ns)
		pl_probe(bus, now_ns, due_ns);
	else if (now_ns >= refresh_ns)
		pl_slots_refresh(bus, now_ns, due_ns);
	else
		idle(bus, pl_earlier(pl_earlier(bus->retry_ns, due_ns),
				     pl_earlier(probe_ns, refresh_ns)));
}

void *pl_bus_thread(void *argument)
{
	struct pl_bus *bus = argument;

	pl_clock_sharpen();
	while (!bus->is_quitting)
		take_turn(bus);
	pl_ticks_end_all(bus);
	for (size_t i = 0; i < bus->member_count; i++)
		pl_line_close(&bus->members[i]);
	pl_bus_cancel_all(bus);
	return NULL;
}
