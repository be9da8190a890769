/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_make.c - a recorder with what it needs: its targets by bus, and between each bus and the
 * sinks a queue that holds some seconds. Engine thread.
 */
#include "record/choose.h"
#include "record/recorder_inside.h"

#include <math.h>
#include <stdlib.h>

#define BOOKS_QUEUED 4

static struct recorder_bus *bus_of(struct pl_recorder *recorder, int device)
{
	int first = recorder->io.bus_of(recorder->io.ctx, device);

	for (size_t i = 0; i < recorder->bus_count; i++)
		if (recorder->io.bus_of(recorder->io.ctx, recorder->buses[i].device) == first)
			return &recorder->buses[i];
	return NULL;
}

/* The targets of each bus, grouped by device as the recording lists them. False: out of memory. */
static bool split(struct pl_recorder *recorder)
{
	const struct pl_recording *recording = recorder->recording;

	for (size_t i = 0; i < recording->reading_count; i++) {
		int device = recording->readings[i].target.device;
		struct recorder_bus *bus = bus_of(recorder, device);

		if (bus == NULL) {
			bus = &recorder->buses[recorder->bus_count++];
			bus->device = device;
			bus->targets = calloc(recording->reading_count, sizeof(*bus->targets));
			if (bus->targets == NULL)
				return false;
		}
		bus->targets[bus->target_count++] = recording->readings[i].target;
		recorder->is_used[device] = true;
	}
	if (recording->events_device >= 0)
		recorder->is_used[recording->events_device] = true;
	return true;
}

/* Targets of one device stand together. */
static size_t device_count(const struct recorder_bus *bus)
{
	size_t count = 1;

	for (size_t i = 1; i < bus->target_count; i++)
		count += bus->targets[i].device != bus->targets[i - 1].device;
	return count;
}

static enum pl_status make_queues(struct pl_recorder *recorder, struct pl_error *error)
{
	size_t length = pl_recording_buffer(recorder->recording), bytes = 0;
	enum pl_status status;

	for (size_t i = 0; i < recorder->bus_count; i++)
		bytes += pl_tick_size(recorder->buses[i].target_count);
	status = pl_recording_fits(recorder->recording, bytes, error);
	if (status != PL_OK)
		return status;
	for (size_t i = 0; i < recorder->bus_count; i++) {
		struct recorder_bus *bus = &recorder->buses[i];

		bus->ticks = pl_queue_new(pl_tick_size(bus->target_count),
					  pl_tick_queue_length(length, device_count(bus)));
		bus->books = pl_queue_new(sizeof(struct pl_tick_books), BOOKS_QUEUED);
		if (bus->ticks == NULL || bus->books == NULL)
			return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
		recorder->ticks[i] = bus->ticks;
		recorder->target_counts[i] = bus->target_count;
	}
	return PL_OK;
}

enum pl_status pl_recorder_new(const struct pl_run_head *head, const struct pl_record_io *io,
			       struct pl_queue *lines, struct pl_recorder **out,
			       struct pl_error *error)
{
	size_t most = head->recording->reading_count + 1, devices = head->bench->device_count;
	struct pl_recorder *recorder = calloc(1, sizeof(*recorder));
	enum pl_status status = PL_OK;

	*out = NULL;
	if (recorder == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	recorder->head = head;
	recorder->recording = head->recording;
	recorder->io = *io;
	recorder->lines = lines;
	recorder->buses = calloc(most, sizeof(*recorder->buses));
	recorder->ticks = calloc(most, sizeof(struct pl_queue *));
	recorder->target_counts = calloc(most, sizeof(*recorder->target_counts));
	recorder->is_used = calloc(devices + 1, sizeof(*recorder->is_used));
	recorder->is_lost = calloc(devices + 1, sizeof(*recorder->is_lost));
	recorder->status = (struct pl_run_status){.state = PL_RUN_PREPARING, .exit = -1};
	for (size_t i = 0; i < PL_CHANNELS_MAX; i++)
		recorder->status.restore[i] = NAN;
	if (recorder->buses == NULL || recorder->ticks == NULL || recorder->target_counts == NULL ||
	    recorder->is_used == NULL || recorder->is_lost == NULL || !split(recorder))
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = make_queues(recorder, error);
	if (status == PL_OK)
		*out = recorder;
	else
		pl_recorder_free(recorder);
	return status;
}

void pl_recorder_free(struct pl_recorder *recorder)
{
	if (recorder == NULL)
		return;
	if (recorder->has_sinks)
		recorder->io.sinks_stop(recorder->io.ctx, &recorder->sinks);
	for (size_t i = 0; recorder->buses != NULL && i < recorder->bus_count; i++) {
		free(recorder->buses[i].targets);
		if (recorder->buses[i].ticks != NULL)
			pl_queue_free(recorder->buses[i].ticks);
		if (recorder->buses[i].books != NULL)
			pl_queue_free(recorder->buses[i].books);
	}
	free(recorder->buses);
	free(recorder->ticks);
	free(recorder->target_counts);
	free(recorder->is_used);
	free(recorder->is_lost);
	free(recorder);
}
