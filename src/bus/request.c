/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * request.c - what each verb does.
 *
 * A request under way is answered when its verb returns, a recording when it ends. What waits is in
 * waiting.c. While the line belongs to a request, ticks that need it are skipped: bus->holds says
 * what for. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <string.h>

enum pl_status pl_bus_need_line(const struct pl_bus_member *member, struct pl_error *error)
{
	const char *name = member->device->spec.name;

	if (member->state == PL_BUS_UP && !member->bus->is_lost)
		return PL_OK;
	if (member->state == PL_BUS_LOST)
		return pl_error_set(error, PL_ERR_LOST, name, "the device is lost: %s",
				    member->loss.text);
	return pl_error_set(error, PL_ERR_LOST, name, "the device is not open");
}

static enum pl_status find_row(struct pl_bus_member *member, const struct pl_bus_request *request,
			       unsigned access, struct pl_error *error)
{
	const struct pl_bus_slot *slot = pl_slots_find(member, request->target);
	const char *name = member->device->spec.name;
	enum pl_status status = pl_bus_need_line(member, error);

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
	enum pl_status status = pl_bus_need_line(member, &out->error);

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

static enum pl_status do_count(struct pl_bus_member *member, const struct pl_bus_request *request,
			       struct pl_bus_answer *out)
{
	enum pl_status status = pl_bus_need_line(member, &out->error);

	return status == PL_OK ? pl_bus_count(member, &request->window, &out->count, &out->error)
			       : status;
}

static const struct {
	enum pl_status (*run)(struct pl_bus_member *member, const struct pl_bus_request *request,
			      struct pl_bus_answer *out);
	const char *holds; /* the line; what a tick that has to be skipped says */
} verbs[] = {
    [PL_BUS_OPEN] = {do_open, "opening"},    [PL_BUS_CLOSE] = {do_close, "closing"},
    [PL_BUS_READ] = {do_read, "reading"},    [PL_BUS_WRITE] = {do_write, "writing"},
    [PL_BUS_COUNT] = {do_count, "counting"},
};

static void perform(struct pl_bus_member *member, const struct pl_bus_request *request,
		    struct pl_bus_answer *made)
{
	struct pl_bus *bus = member->bus;

	if ((size_t)request->verb >= sizeof verbs / sizeof verbs[0]) {
		made->status = pl_error_set(&made->error, PL_ERR_USAGE, member->device->spec.name,
					    "no such request");
		return;
	}
	bus->current = request->id;
	bus->has_current = true;
	bus->busy = member;
	pl_ticks_hold(bus, verbs[request->verb].holds);
	made->status = verbs[request->verb].run(member, request, made);
	pl_ticks_hold(bus, NULL);
	bus->busy = NULL;
	bus->has_current = false;
	if (request->verb == PL_BUS_READ)
		pl_member_heard(member, made->status, &made->error);
	pl_slots_served(member);
}

static struct pl_bus_member *find_member(struct pl_bus *bus, const struct pl_bus_request *request,
					 struct pl_bus_answer *made)
{
	struct pl_bus_member *member = pl_members_find(bus, request->target.device);

	if (!member)
		made->status =
		    pl_error_set(&made->error, PL_ERR_USAGE, "", "no such device on this bus");
	return member;
}

void pl_bus_begin_recording(struct pl_bus *bus, const struct pl_bus_request *request)
{
	struct pl_bus_answer made = pl_bus_answer_to(request);

	if (find_member(bus, request, &made))
		made.status = pl_ticks_begin(bus, request, &made.error);
	if (made.status != PL_OK)
		pl_bus_answer(bus, &made);
}

void pl_bus_perform(struct pl_bus *bus, const struct pl_bus_request *request)
{
	struct pl_bus_answer made = pl_bus_answer_to(request);
	struct pl_bus_member *member;

	if (request->verb == PL_BUS_RECORD) {
		pl_bus_begin_recording(bus, request);
		return;
	}
	member = find_member(bus, request, &made);
	if (member)
		perform(member, request, &made);
	if (made.status == PL_OK) /* a driver may have got over an error on its way */
		made.error = (struct pl_error){.code = PL_OK};
	pl_bus_answer(bus, &made);
}
