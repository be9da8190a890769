/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * request.c - requests in, answers out: each exactly once.
 *
 * A request under way is answered when its verb returns. One that waits can be answered earlier,
 * when it is cancelled or its device is lost: then the queue is emptied into bus->waiting, which
 * keeps the order and goes before the queue. An answer that finds no room is kept, and nothing new
 * begins before it is gone.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <string.h>

static void answer(struct pl_bus *bus, const struct pl_bus_answer *answer)
{
	if (pl_queue_push(bus->setup.answers, answer))
		return;
	bus->kept = *answer;
	bus->has_kept = true;
}

static struct pl_bus_answer answer_to(const struct pl_bus_request *request)
{
	return (struct pl_bus_answer){
	    .id = request->id, .verb = request->verb, .target = request->target};
}

static void remove_waiting(struct pl_bus *bus, size_t at)
{
	bus->waiting_count--;
	memmove(&bus->waiting[at], &bus->waiting[at + 1],
		(bus->waiting_count - at) * sizeof bus->waiting[0]);
}

static void answer_cancelled(struct pl_bus *bus, const struct pl_bus_request *request)
{
	struct pl_bus_answer made = answer_to(request);

	made.status = pl_error_set(&made.error, PL_ERR_CANCELLED, bus->setup.device->spec.name,
				   "stopped before it began");
	answer(bus, &made);
}

bool pl_bus_flush(struct pl_bus *bus)
{
	if (bus->has_kept)
		bus->has_kept = !pl_queue_push(bus->setup.answers, &bus->kept);
	for (size_t i = 0; i < bus->waiting_count && !bus->has_kept;) {
		if (bus->waiting[i].is_cancelled) {
			answer_cancelled(bus, &bus->waiting[i].request);
			remove_waiting(bus, i);
		} else {
			i++;
		}
	}
	return !bus->has_kept;
}

/* Requests beyond the room of bus->waiting stay in the queue; that many never wait at once. */
static void take_queue(struct pl_bus *bus)
{
	struct pl_bus_waiting next = {0};

	while (bus->waiting_count < PL_BUS_WAITING && pl_queue_pop(bus->requests, &next.request))
		bus->waiting[bus->waiting_count++] = next;
}

void pl_bus_cancel_waiting(struct pl_bus *bus, uint64_t id)
{
	take_queue(bus);
	for (size_t i = 0; i < bus->waiting_count; i++)
		if (bus->waiting[i].request.id == id)
			bus->waiting[i].is_cancelled = true;
}

bool pl_bus_next(struct pl_bus *bus, struct pl_bus_request *out)
{
	if (bus->waiting_count == 0)
		return pl_queue_pop(bus->requests, out);
	*out = bus->waiting[0].request;
	remove_waiting(bus, 0);
	return true;
}

static enum pl_status need_line(const struct pl_bus *bus, struct pl_error *error)
{
	const char *name = bus->setup.device->spec.name;

	if (bus->state == PL_BUS_UP && !bus->is_lost)
		return PL_OK;
	if (bus->state == PL_BUS_LOST)
		return pl_error_set(error, PL_ERR_LOST, name, "the device is lost: %s",
				    bus->loss.text);
	return pl_error_set(error, PL_ERR_LOST, name, "the device is not open");
}

static bool needs_line(enum pl_bus_verb verb)
{
	return verb == PL_BUS_READ || verb == PL_BUS_WRITE || verb == PL_BUS_COUNT;
}

void pl_bus_refuse(struct pl_bus *bus)
{
	take_queue(bus);
	for (size_t i = 0; i < bus->waiting_count && !bus->has_kept;) {
		const struct pl_bus_request *request = &bus->waiting[i].request;
		struct pl_bus_answer made = answer_to(request);

		if (!needs_line(request->verb)) {
			bus->is_cancelled |= request->verb == PL_BUS_CLOSE;
			i++;
			continue;
		}
		made.status = need_line(bus, &made.error);
		remove_waiting(bus, i);
		answer(bus, &made);
	}
}

void pl_bus_cancel_all(struct pl_bus *bus)
{
	struct pl_bus_request request;

	while (pl_bus_flush(bus) && pl_bus_next(bus, &request))
		answer_cancelled(bus, &request);
}

static enum pl_status find_row(struct pl_bus *bus, const struct pl_bus_request *request,
			       unsigned access, struct pl_error *error)
{
	const struct pl_bus_slot *slot = pl_slots_find(bus, request->target);
	const char *name = bus->setup.device->spec.name;
	enum pl_status status = need_line(bus, error);

	if (status != PL_OK)
		return status;
	if (!slot)
		return pl_error_set(error, PL_ERR_USAGE, name, "there is no such parameter");
	if (!(slot->row->access & access))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, name, "%s cannot be %s",
				    slot->row->name, access == PL_ACCESS_READ ? "read" : "written");
	return PL_OK;
}

static enum pl_status do_open(struct pl_bus *bus, const struct pl_bus_request *request,
			      struct pl_bus_answer *out)
{
	enum pl_status status = PL_OK;

	(void)request;
	if (bus->state == PL_BUS_CLOSED) { /* whoever opens takes what is there */
		memset(&bus->port_identity, 0, sizeof bus->port_identity);
		memset(&bus->identity, 0, sizeof bus->identity);
	}
	if (bus->state != PL_BUS_UP)
		status = pl_line_open(bus, &out->error);
	out->identity = bus->identity;
	return status;
}

static enum pl_status do_close(struct pl_bus *bus, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	(void)request;
	(void)out;
	pl_line_close(bus);
	return PL_OK;
}

static enum pl_status do_read(struct pl_bus *bus, const struct pl_bus_request *request,
			      struct pl_bus_answer *out)
{
	enum pl_status status = find_row(bus, request, PL_ACCESS_READ, &out->error);

	if (status != PL_OK)
		return status;
	return bus->setup.device->driver->read(bus->driver, request->target.channel,
					       request->target.parameter, &out->reading,
					       &out->error);
}

static enum pl_status do_write(struct pl_bus *bus, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	enum pl_status status = find_row(bus, request, PL_ACCESS_WRITE, &out->error);

	if (status != PL_OK)
		return status;
	return bus->setup.device->driver->write(bus->driver, request->target.channel,
						request->target.parameter, request->value,
						&out->report, &out->error);
}

static enum pl_status do_count(struct pl_bus *bus, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	enum pl_status status = need_line(bus, &out->error);

	if (status != PL_OK)
		return status;
	return pl_bus_count(bus, &request->window, &out->count, &out->error);
}

void pl_bus_perform(struct pl_bus *bus, const struct pl_bus_request *request)
{
	static enum pl_status (*const verbs[])(struct pl_bus *, const struct pl_bus_request *,
					       struct pl_bus_answer *) = {
	    [PL_BUS_OPEN] = do_open,   [PL_BUS_CLOSE] = do_close, [PL_BUS_READ] = do_read,
	    [PL_BUS_WRITE] = do_write, [PL_BUS_COUNT] = do_count,
	};
	struct pl_bus_answer made = answer_to(request);

	if ((size_t)request->verb >= sizeof verbs / sizeof verbs[0] || !verbs[request->verb]) {
		made.status = pl_error_set(&made.error, PL_ERR_USAGE, bus->setup.device->spec.name,
					   "no such request");
	} else {
		bus->current = request->id;
		bus->has_current = true;
		made.status = verbs[request->verb](bus, request, &made);
		bus->has_current = false;
	}
	if (made.status == PL_OK) /* a driver may have got over an error on its way */
		made.error = (struct pl_error){.code = PL_OK};
	pl_slots_hold_off(bus);
	answer(bus, &made);
}
