/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * event_rows.c - raw events of counting windows, from the bus to the writer: of a scan's points, or
 * of a recording.
 *
 * A bus tells the events of a window before it answers it, and the loop drains its ring before it
 * hands the answer on: so they are put before the row of their point. When the writer's queue is
 * full they wait here, at most WAITING_MAX batches, and no row goes before them; beyond that they
 * are counted, and the writer tells in audit.csv how many events.csv lacks. Engine thread.
 */
#include "engine/event_rows.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 256

_Static_assert(PL_BUS_EVENTS <= PL_EVENT_ROWS, "a batch of the bus is one message");

struct batch {
	int64_t t_utc_ns, t_mono_ns;
	struct pl_event_rows rows;
};

struct event_rows {
	struct pl_writer *writer;
	enum pl_book book;
	struct batch waiting[WAITING_MAX]; /* oldest first */
	size_t count;
	uint32_t lost; /* not told to the writer yet */
	/* What the bus has said it had no room for in this window. */
	uint64_t request;
	uint32_t bus_lost;
};

static bool put(struct event_rows *events, const struct batch *batch)
{
	struct pl_write message = {.kind = PL_WRITE_EVENTS,
				   .book = events->book,
				   .t_utc_ns = batch->t_utc_ns,
				   .t_mono_ns = batch->t_mono_ns,
				   .events = batch->rows};

	message.events.lost = events->lost;
	if (pl_writer_put(events->writer, &message) == 0)
		return false;
	events->lost = 0;
	return true;
}

bool event_rows_flush(struct event_rows *events)
{
	const struct batch none = {.t_utc_ns = pl_clock_utc_ns(), .t_mono_ns = pl_clock_mono_ns()};
	size_t done = 0;

	if (events == NULL)
		return true;
	while (done < events->count && put(events, &events->waiting[done]))
		done++;
	events->count -= done;
	if (done > 0)
		memmove(events->waiting, events->waiting + done,
			events->count * sizeof(events->waiting[0]));
	return events->count == 0 && (events->lost == 0 || put(events, &none));
}

/* The bus counts through a window. An answer may overtake the events before it: what they tell is
 * known by then. */
static void note_lost(struct event_rows *events, uint64_t request, uint32_t lost)
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

struct event_rows *event_rows_new(struct pl_writer *writer, enum pl_book book)
{
	struct event_rows *events = calloc(1, sizeof(*events));

	if (events == NULL)
		return NULL;
	events->writer = writer;
	events->book = book;
	return events;
}

void event_rows_take(struct event_rows *events, const struct pl_bus_event *event)
{
	struct batch batch = {.t_utc_ns = event->t_utc_ns,
			      .t_mono_ns = event->t_mono_ns,
			      .rows = {.count = event->events.count}};

	if (events == NULL)
		return;
	note_lost(events, event->events.request, event->events.lost);
	memcpy(batch.rows.items, event->events.items,
	       event->events.count * sizeof(event->events.items[0]));
	event_rows_flush(events);
	if (events->count == 0 && put(events, &batch))
		return;
	if (events->count < WAITING_MAX)
		events->waiting[events->count++] = batch;
	else
		events->lost += (uint32_t)batch.rows.count;
}

void event_rows_counted(struct event_rows *events, const struct pl_bus_answer *answer)
{
	if (answer->verb != PL_BUS_COUNT || events == NULL)
		return;
	note_lost(events, answer->id, answer->count.untold);
	event_rows_flush(events);
}
