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

void pl_bus_answer(struct pl_bus *bus, const struct pl_bus_answer *answer)
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

static const char *name_of(struct pl_bus *bus, const struct pl_bus_request *request)
{
	const struct pl_bus_member *member = pl_members_find(bus, request->target.device);

	return member ? member->device->spec.name : "";
}

static void answer_cancelled(struct pl_bus *bus, const struct pl_bus_request *request)
{
	struct pl_bus_answer made = answer_to(request);

	made.status = pl_error_set(&made.error, PL_ERR_CANCELLED, name_of(bus, request),
				   "stopped before it began");
	pl_bus_answer(bus, &made);
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

static enum pl_status need_line(const struct pl_bus_member *member, struct pl_error *error)
{
	const char *name = member->device->spec.name;

	if (member->state == PL_BUS_UP && !member->bus->is_lost)
		return PL_OK;
	if (member->state == PL_BUS_LOST)
		return pl_error_set(error, PL_ERR_LOST, name, "the device is lost: %s",
				    member->loss.text);
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
		const struct pl_bus_member *member = pl_members_find(bus, request->target.device);
		struct pl_bus_answer made = answer_to(request);

		if (!member || member->state != PL_BUS_LOST || !needs_line(request->verb)) {
			bus->is_cancelled |= request->verb == PL_BUS_CLOSE && member &&
					     member->state == PL_BUS_LOST && bus->busy == member;
			i++;
			continue;
		}
		made.status = need_line(member, &made.error);
		remove_waiting(bus, i);
		pl_bus_answer(bus, &made);
	}
}

void pl_bus_cancel_all(struct pl_bus *bus)
{
	struct pl_bus_request request;

	while (pl_bus_flush(bus) && pl_bus_next(bus, &request))
		answer_cancelled(bus, &request);
}

static enum pl_status find_row(struct pl_bus_member *member, const struct pl_bus_request *request,
			       unsigned access, struct pl_error *error)
{
	const struct pl_bus_slot *slot = pl_slots_find(member, request->target);
	const char *name = member->device->spec.name;
	enum pl_status status = need_line(member, error);

	if (status != PL_OK)
		return status;
	if (!slot)
		return pl_error_set(error, PL_ERR_USAGE, name, "there is no such parameter");
	if (!(slot->row->access & access))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, name, "%s cannot be %s",
				    slot->row->name, access == PL_ACCESS_READ ? "read" : "written");
	return PL_OK;
}

static enum pl_status do_open(struct pl_bus_member *member, const struct pl_bus_request *request,
			      struct pl_bus_answer *out)
{
	struct pl_bus *bus = member->bus;
	enum pl_status status = PL_OK;

	(void)request;
	if (member->state == PL_BUS_CLOSED) { /* whoever opens takes what is there */
		memset(&member->identity, 0, sizeof member->identity);
		if (!pl_members_any(bus, PL_BUS_UP) && !pl_members_any(bus, PL_BUS_LOST))
			memset(&bus->port_identity, 0, sizeof bus->port_identity);
	}
	if (member->state != PL_BUS_UP)
		status = pl_line_open(member, &out->error);
	out->identity = member->identity;
	return status;
}

static enum pl_status do_close(struct pl_bus_member *member, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	(void)request;
	(void)out;
	pl_line_close(member);
	return PL_OK;
}

/* A register that no row describes. */
static enum pl_status read_raw(struct pl_bus_member *member, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	const struct pl_driver *driver = member->device->driver;
	struct pl_sample sample = {.target = request->target};
	enum pl_status status = need_line(member, &out->error);

	if (status == PL_OK && !driver->read_many)
		status = pl_error_set(&out->error, PL_ERR_USAGE, member->device->spec.name,
				      "it has no raw registers");
	if (status == PL_OK)
		status = driver->read_many(member->driver, &sample, 1, &out->error);
	if (status == PL_OK && sample.status != PL_OK)
		status = pl_error_set(&out->error, (enum pl_status)sample.status,
				      member->device->spec.name, "%s", sample.reading.reason);
	out->reading = sample.reading;
	return status;
}

static enum pl_status do_read(struct pl_bus_member *member, const struct pl_bus_request *request,
			      struct pl_bus_answer *out)
{
	enum pl_status status;

	if (request->target.parameter == PL_PARAMETER_RAW)
		return read_raw(member, request, out);
	status = find_row(member, request, PL_ACCESS_READ, &out->error);
	if (status != PL_OK)
		return status;
	return member->device->driver->read(member->driver, request->target.channel,
					    request->target.parameter, &out->reading, &out->error);
}

static enum pl_status do_write(struct pl_bus_member *member, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	enum pl_status status = find_row(member, request, PL_ACCESS_WRITE, &out->error);

	if (status != PL_OK)
		return status;
	return member->device->driver->write(member->driver, request->target.channel,
					     request->target.parameter, request->value,
					     &out->report, &out->error);
}

/* Ticks that need the line meanwhile say why there are none. */
static enum pl_status do_count(struct pl_bus_member *member, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	struct pl_bus *bus = member->bus;
	enum pl_status status = need_line(member, &out->error);

	if (status != PL_OK)
		return status;
	pl_ticks_settle(bus);
	bus->is_counting = true;
	status = pl_bus_count(member, &request->window, &out->count, &out->error);
	pl_ticks_settle(bus);
	bus->is_counting = false;
	return status;
}

/* Answered when it ends. */
static enum pl_status do_record(struct pl_bus_member *member, const struct pl_bus_request *request,
				struct pl_bus_answer *out)
{
	return pl_ticks_begin(member->bus, request, &out->error);
}

static void perform(struct pl_bus_member *member, const struct pl_bus_request *request,
		    struct pl_bus_answer *made)
{
	static enum pl_status (*const verbs[])(
	    struct pl_bus_member *, const struct pl_bus_request *, struct pl_bus_answer *) = {
	    [PL_BUS_OPEN] = do_open,   [PL_BUS_CLOSE] = do_close, [PL_BUS_READ] = do_read,
	    [PL_BUS_WRITE] = do_write, [PL_BUS_COUNT] = do_count, [PL_BUS_RECORD] = do_record,
	};
	struct pl_bus *bus = member->bus;

	if ((size_t)request->verb >= sizeof verbs / sizeof verbs[0] || !verbs[request->verb]) {
		made->status = pl_error_set(&made->error, PL_ERR_USAGE, member->device->spec.name,
					    "no such request");
		return;
	}
	bus->current = request->id;
	bus->has_current = true;
	bus->busy = member;
	made->status = verbs[request->verb](member, request, made);
	bus->busy = NULL;
	bus->has_current = false;
	if (request->verb == PL_BUS_READ)
		pl_member_heard(member, made->status, &made->error);
	pl_slots_served(member);
}

void pl_bus_perform(struct pl_bus *bus, const struct pl_bus_request *request)
{
	struct pl_bus_member *member = pl_members_find(bus, request->target.device);
	struct pl_bus_answer made = answer_to(request);

	if (member)
		perform(member, request, &made);
	else
		made.status =
		    pl_error_set(&made.error, PL_ERR_USAGE, "", "no such device on this bus");
	if (made.status == PL_OK && request->verb == PL_BUS_RECORD)
		return;
	if (made.status == PL_OK) /* a driver may have got over an error on its way */
		made.error = (struct pl_error){.code = PL_OK};
	pl_bus_answer(bus, &made);
}
