/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waiting.c - requests before their turn, and answers: each request is answered exactly once.
 *
 * One that waits can be served before its turn: answered, when it is cancelled or its device is
 * lost, and a recording begins while another request is under way, for a window may be open for
 * days. Then the queue is emptied into bus->waiting, which keeps the order and goes before the
 * queue. An answer that finds no room is kept, and nothing new begins before it is gone. Bus
 * thread.
 */
#include "bus/inside.h"

#include <string.h>

void pl_bus_answer(struct pl_bus *bus, const struct pl_bus_answer *answer)
{
	if (pl_queue_push(bus->setup.answers, answer))
		return;
	bus->kept = *answer;
	bus->has_kept = true;
}

struct pl_bus_answer pl_bus_answer_to(const struct pl_bus_request *request)
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
	struct pl_bus_answer made = pl_bus_answer_to(request);

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

static bool needs_line(enum pl_bus_verb verb)
{
	return verb == PL_BUS_READ || verb == PL_BUS_WRITE || verb == PL_BUS_COUNT;
}

/* Not those behind an opening or a closing: that decides what their first slots are. */
void pl_bus_begin_recordings(struct pl_bus *bus)
{
	take_queue(bus);
	for (size_t i = 0; i < bus->waiting_count && !bus->has_kept;) {
		struct pl_bus_request request = bus->waiting[i].request;

		if (request.verb == PL_BUS_OPEN || request.verb == PL_BUS_CLOSE)
			return;
		if (request.verb != PL_BUS_RECORD || bus->waiting[i].is_cancelled) {
			i++;
			continue;
		}
		remove_waiting(bus, i);
		pl_bus_begin_recording(bus, &request);
	}
}

void pl_bus_refuse(struct pl_bus *bus)
{
	take_queue(bus);
	for (size_t i = 0; i < bus->waiting_count && !bus->has_kept;) {
		const struct pl_bus_request *request = &bus->waiting[i].request;
		const struct pl_bus_member *member = pl_members_find(bus, request->target.device);
		struct pl_bus_answer made = pl_bus_answer_to(request);

		if (!member || member->state != PL_BUS_LOST || !needs_line(request->verb)) {
			bus->is_cancelled |= request->verb == PL_BUS_CLOSE && member &&
					     member->state == PL_BUS_LOST && bus->busy == member;
			i++;
			continue;
		}
		made.status = pl_bus_need_line(member, &made.error);
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
