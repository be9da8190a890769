/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * event_rows.h - raw events on their way to events.csv. Engine thread. Free with free(); NULL takes
 * nothing and owes nothing.
 */
#ifndef ENGINE_EVENT_ROWS_H
#define ENGINE_EVENT_ROWS_H

#include "bus/bus.h"
#include "store/writer.h"

struct event_rows;

/* NULL: out of memory. */
struct event_rows *event_rows_new(struct pl_writer *writer, enum pl_book book);
/* PL_BUS_EVENT_EVENTS. */
void event_rows_take(struct event_rows *events, const struct pl_bus_event *event);
/* The answer to a COUNT says how many had no room on the way here. */
void event_rows_counted(struct event_rows *events, const struct pl_bus_answer *answer);
/* Before a row of a point, or the end: false when some still wait for the writer. */
bool event_rows_flush(struct event_rows *events);

#endif
