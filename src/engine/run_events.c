/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_events.c - raw events of the windows, from the bus to the writer.
 *
 * A bus tells the events of a window before it answers it, and the loop drains its ring before it
 * hands the answer on: so they are put before the row of their point. When the writer's queue is
 * full they wait here, at most WAITING_MAX batches, and no row goes before them; beyond that they
 * are counted, and the writer tells in audit.csv how many events.csv lacks. Engine thread.
 */
#include "engine/run_internal.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 256

_Static_assert(PL_BUS_EVENTS <= PL_EVENT_ROWS, "a batch of the bus is one message");

struct batch {
	int64_t t_utc_ns, t_mono_ns;
	struct pl_event_rows rows;
};

struct run_events {
	struct batch waiting[WAITING_MAX]; /* oldest first */
	size_t count;
	uint32_t lost; /* not told to the writer yet */
	/* What the bus has said it had no room for in this window. */
	uint64_t request;
	uint32_t bus_lost;
};

static bool put(struct run *run, const struct batch *batch)
{
	struct pl_write message = {.kind = PL_WRITE_EVENTS,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = batch->t_utc_ns,
				   .t_mono_ns = batch->t_mono_ns,
				   .events = batch->rows};

	message.events.lost = run->events->lost;
	if (pl_writer_put(run->actor.engine->writer, &message) == 0)
		return false;
	run->events->lost = 0;
	return true;
}

bool run_events_flush(struct run *run)
{
	struct run_events *events = run->events;
	const struct batch none = {.t_utc_ns = pl_clock_utc_ns(), .t_mono_ns = pl_clock_mono_ns()};
	size_t done = 0;

	if (events == NULL)
		return true;
	while (done < events->count && put(run, &events->waiting[done]))
		done++;
	events->count -= done;
	if (done > 0)
		memmove(events->waiting, events->waiting + done,
			events->count * sizeof(events->waiting[0]));
	return events->count == 0 && (events->lost == 0 || put(run, &none));
}

/* The bus counts through a window. An answer may overtake the events before it: what they tell is
 * known by then. */
static void note_lost(struct run_events *events, uint64_t request, uint32_t lost)
{
	if (request > events->request) {
		events->request = request;
		events->bus_lost = 0;
	}
	if (request < events->request || lost <= events->bus_lost)
		return;
	events->lost += lost - events->bus_lost;
	events->bus_lost = lost;
}

static bool is_stored(struct run *run)
{
	if (run->scan->events && run->events == NULL)
		run->events = calloc(1, sizeof(*run->events));
	return run->events != NULL;
}

void run_events_take(struct run *run, const struct pl_bus_event *event)
{
	struct run_events *events;
	struct batch batch = {.t_utc_ns = event->t_utc_ns,
			      .t_mono_ns = event->t_mono_ns,
			      .rows = {.count = event->events.count}};

	if (!is_stored(run))
		return;
	events = run->events;
	note_lost(events, event->events.request, event->events.lost);
	memcpy(batch.rows.items, event->events.items,
	       event->events.count * sizeof(event->events.items[0]));
	run_events_flush(run);
	if (events->count == 0 && put(run, &batch))
		return;
	if (events->count < WAITING_MAX)
		events->waiting[events->count++] = batch;
	else
		events->lost += (uint32_t)batch.rows.count;
}

void run_events_counted(struct run *run, const struct pl_bus_answer *answer)
{
	if (answer->verb != PL_BUS_COUNT || !is_stored(run))
		return;
	note_lost(run->events, answer->id, answer->count.untold);
	run_events_flush(run);
}
