/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.c - what a driver may ask of its bus thread (struct pl_host).
 *
 * wait() goes through the same poll round as everything else, so a cancel, a loss and the counters
 * are seen in it. After a cancel, or the time that a probe has (bus->cut_ns), wait() returns at
 * once, but send() still sends what the line takes: a driver can leave its device in order (switch
 * a stream on again). Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

static int64_t host_now(void *ctx)
{
	(void)ctx;
	return pl_clock_mono_ns();
}

static enum pl_status lost(const struct pl_bus *bus, struct pl_error *error)
{
	if (error)
		*error = bus->loss;
	return PL_ERR_LOST;
}

/* The line took nothing: until it does, a cancel, or the deadline. */
static enum pl_status wait_for_room(const struct pl_bus_member *member, int64_t deadline_ns,
				    struct pl_error *error)
{
	struct pl_bus *bus = member->bus;
	struct pollfd fds[] = {{.fd = pl_port_fd(bus->port), .events = POLLOUT},
			       {.fd = pl_queue_fd(bus->cancels), .events = POLLIN}};
	const char *name = member->device->spec.name;

	if (bus->is_cancelled)
		return pl_error_set(error, PL_ERR_CANCELLED, name, "sending was stopped");
	if (pl_clock_poll(fds, 2, deadline_ns) == 0)
		return pl_error_set(error, PL_ERR_UNANSWERED, name,
				    "the line takes no bytes: is CTS low or the flow stopped?");
	pl_bus_take_cancels(bus);
	return PL_OK;
}

static enum pl_status host_send(void *ctx, const void *bytes, size_t count, int64_t deadline_ns,
				struct pl_error *error)
{
	struct pl_bus_member *member = ctx;
	struct pl_bus *bus = member->bus;
	const unsigned char *at = bytes;

	while (count > 0) {
		enum pl_status status;
		struct pl_error why;
		size_t taken;

		if (bus->is_lost)
			return lost(bus, error);
		if (pl_port_write(bus->port, at, count, &taken, &why) != PL_OK)
			pl_line_lost(bus, &why);
		if (taken > 0)
			bus->last_byte_ns = pl_clock_mono_ns();
		pl_trace_bytes(bus, true, at, taken);
		at += taken;
		count -= taken;
		if (taken > 0 || bus->is_lost)
			continue;
		status = wait_for_room(member, deadline_ns, error);
		if (status != PL_OK)
			return status;
	}
	return PL_OK;
}

static enum pl_status wait(struct pl_bus *bus, const char *name, int64_t deadline_ns,
			   bool (*done)(void *arg), void *arg, struct pl_error *error)
{
	for (;;) {
		int64_t now_ns = pl_clock_mono_ns();
		bool is_over = now_ns >= deadline_ns;

		if (done && done(arg))
			return PL_OK;
		if (bus->is_lost)
			return lost(bus, error);
		if (bus->is_cancelled || now_ns >= bus->cut_ns)
			return pl_error_set(error, PL_ERR_CANCELLED, name, "waiting was stopped");
		pl_bus_round(
		    bus, pl_earlier(deadline_ns,
				    bus->cut_ns)); /* once more after the deadline: what is there */
		if (!is_over)
			continue;
		if (!done || done(arg))
			return PL_OK;
		return pl_error_set(error, PL_ERR_UNANSWERED, name, "no answer in time");
	}
}

static enum pl_status host_wait(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
				struct pl_error *error)
{
	struct pl_bus_member *member = ctx;
	enum pl_status status;

	member->bus->asker = member;
	status = wait(member->bus, member->device->spec.name, deadline_ns, done, arg, error);
	member->bus->asker = NULL;
	return status;
}

static void host_event(void *ctx, const struct pl_event *event)
{
	struct pl_bus_member *member = ctx;
	struct pl_bus *bus = member->bus;

	member->events_count++;
	member->is_changed = true;
	pl_tally_add(&member->tally, member->device, event->hits);
	if (member == bus->counting && pl_counting_event(&bus->window, event) && bus->tells_events)
		pl_tell_event(bus, event);
	pl_slots_carried(member, event);
}

static void host_reading(void *ctx, int channel, int parameter, const struct pl_reading *reading)
{
	struct pl_bus_member *member = ctx;
	struct pl_target target = {.device = (int16_t)member->index,
				   .channel = (int16_t)channel,
				   .parameter = (int16_t)parameter};
	struct pl_bus_slot *slot = pl_slots_find(member, target);

	if (!slot)
		return;
	slot->reading = *reading;
	slot->is_fresh = true;
	member->is_changed = true;
}

static void host_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	struct pl_bus_member *member = ctx;

	member->strays++;
	member->is_changed = true;
	pl_counting_stray(&member->bus->window);
	pl_tell_stray(member, bytes, count, why);
}

static void host_note(void *ctx, enum pl_note_level level, const char *text)
{
	pl_tell_note(ctx, PL_BUS_EVENT_NOTE, level, text);
}

static void host_restarted(void *ctx, const char *text)
{
	pl_tell_note(ctx, PL_BUS_EVENT_RESTARTED, PL_NOTE_WARNING, text);
}

/* The line takes a whole request at once or is stuck: the deadline is not waited for. */
static enum pl_status host_modbus(void *ctx, const unsigned char *request, size_t count,
				  int64_t deadline_ns, struct pl_error *error)
{
	struct pl_bus_member *member = ctx;
	struct pl_bus *bus = member->bus;
	unsigned char frame[PL_MODBUS_FRAME_SIZE];
	struct pl_error why = {0};
	enum pl_status status;
	size_t framed = 0;

	(void)deadline_ns;
	if (bus->is_lost)
		return lost(bus, error);
	status = pl_port_modbus(bus->port, request, count, frame, &framed, &why);
	bus->last_byte_ns = pl_clock_mono_ns();
	pl_trace_bytes(bus, true, frame, framed);
	if (status == PL_ERR_LOST)
		pl_line_lost(bus, &why);
	if (status != PL_OK && error)
		*error = why;
	return status;
}

static size_t host_drain(void *ctx)
{
	struct pl_bus_member *member = ctx;
	struct pl_bus *bus = member->bus;
	size_t count = 0;

	bus->asker = member;
	if (!bus->is_lost)
		count = pl_line_read(bus);
	bus->asker = NULL;
	return count;
}

static enum pl_status host_reopen(void *ctx, struct pl_error *error)
{
	struct pl_bus_member *member = ctx;

	if (member->bus->is_lost)
		return lost(member->bus, error);
	return pl_line_reopen(member->bus, error);
}

static bool host_is_network(void *ctx)
{
	const struct pl_bus_member *member = ctx;

	if (member->bus->port != NULL)
		return pl_port_is_network(member->bus->port);
	return pl_port_kind(member->device->port, NULL) == PL_PORT_TCP;
}

static int64_t host_baud(void *ctx)
{
	const struct pl_bus_member *member = ctx;

	return pl_line_baud(member->bus);
}

static int64_t host_last_byte(void *ctx)
{
	const struct pl_bus_member *member = ctx;

	return member->bus->last_byte_ns;
}

void pl_host_init(struct pl_bus_member *member)
{
	member->host = (struct pl_host){
	    .ctx = member,
	    .now = host_now,
	    .send = host_send,
	    .wait = host_wait,
	    .event = host_event,
	    .reading = host_reading,
	    .stray = host_stray,
	    .note = host_note,
	    .restarted = host_restarted,
	    .modbus = host_modbus,
	    .drain = host_drain,
	    .reopen = host_reopen,
	    .is_network = host_is_network,
	    .baud = host_baud,
	    .last_byte = host_last_byte,
	};
}
