/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bus.c - the side of a bus that other threads see: start, post, cancel, stop.
 *
 * Nothing here touches the line. Cancels have a queue of their own, looked at in every poll of the
 * bus thread, so that they overtake requests.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS	512
#define FRAMES	2048
#define CANCELS 1024

static void free_bus(struct pl_bus *bus)
{
	if (bus->requests)
		pl_queue_free(bus->requests);
	if (bus->cancels)
		pl_queue_free(bus->cancels);
	if (bus->events)
		pl_ring_free(bus->events);
	pl_ring_free(bus->frames);
	pl_members_fini(bus);
	free(bus);
}

/* Signals are for the engine thread. */
static int start_thread(struct pl_bus *bus)
{
	sigset_t all, before;
	char name[16];
	int number;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	number = pthread_create(&bus->thread, NULL, pl_bus_thread, bus);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (number == 0) {
		snprintf(name, sizeof name, "bus %.11s", bus->setup.device->spec.name);
		pthread_setname_np(bus->thread, name);
	}
	return number;
}

enum pl_status pl_bus_start(const struct pl_bus_setup *setup, struct pl_bus **out,
			    struct pl_error *error)
{
	struct pl_bus *bus = calloc(1, sizeof *bus);
	const char *name = setup->device->spec.name;
	enum pl_status status = PL_OK;
	int number = 0;

	*out = NULL;
	if (!bus)
		return pl_error_set(error, PL_ERR_MEMORY, name, "no memory for the bus");
	bus->setup = *setup;
	bus->requests = pl_queue_new(sizeof(struct pl_bus_request), PL_BUS_REQUESTS);
	bus->cancels = pl_queue_new(sizeof(struct pl_bus_cancel), CANCELS);
	bus->events = pl_ring_new(sizeof(struct pl_bus_event), EVENTS);
	status = pl_members_init(bus, error);
	if (setup->device->trace)
		bus->frames = pl_ring_new(sizeof(struct pl_bus_frame), FRAMES);
	bus->retry_ns = bus->cut_ns = PL_NEVER;
	if (status == PL_OK && (!bus->requests || !bus->cancels || !bus->events ||
				(setup->device->trace && !bus->frames)))
		status = pl_error_set(error, PL_ERR_MEMORY, name, "no memory for the bus");
	if (status == PL_OK && (number = start_thread(bus)) != 0)
		status = pl_error_errno(error, number, name, "cannot start the bus thread");
	if (status == PL_OK)
		*out = bus;
	else
		free_bus(bus);
	return status;
}

/* The thread empties the queue in every poll, so a full one has room in a moment. */
static void push_cancel(struct pl_bus *bus, const struct pl_bus_cancel *cancel)
{
	while (!pl_queue_push(bus->cancels, cancel))
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
}

void pl_bus_stop(struct pl_bus *bus)
{
	struct pl_bus_cancel cancel = {.is_quit = true};

	if (!bus)
		return;
	push_cancel(bus, &cancel);
	pthread_join(bus->thread, NULL);
	free_bus(bus);
}

bool pl_bus_post(struct pl_bus *bus, const struct pl_bus_request *request)
{
	return pl_queue_push(bus->requests, request);
}

bool pl_bus_has_room(struct pl_bus *bus)
{
	return pl_queue_room(bus->requests) > 0;
}

void pl_bus_cancel(struct pl_bus *bus, uint64_t id)
{
	struct pl_bus_cancel cancel = {.id = id};

	push_cancel(bus, &cancel);
}

struct pl_ring *pl_bus_events(struct pl_bus *bus)
{
	return bus->events;
}

struct pl_ring *pl_bus_frames(struct pl_bus *bus)
{
	return bus->frames;
}
