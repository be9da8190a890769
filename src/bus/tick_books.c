/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tick_books.c - what became of the slots of a bus, and of several together. Pure; any thread. */
#include "bus/tick.h"

void pl_tick_books_merge(struct pl_tick_books *into, const struct pl_tick_books *from)
{
	into->on_time += from->on_time;
	into->late += from->late;
	into->failed += from->failed;
	into->dropped += from->dropped;
	for (size_t i = 0; i < PL_SKIPS; i++)
		into->skipped[i] += from->skipped[i];
	into->reads_ok += from->reads_ok;
	for (size_t i = 0; i < PL_READ_FAULTS; i++)
		into->reads_failed[i] += from->reads_failed[i];
	if (from->max_lateness_ns > into->max_lateness_ns)
		into->max_lateness_ns = from->max_lateness_ns;
	into->disconnects += from->disconnects;
	pl_spans_merge(&into->durations, &from->durations);
}

uint64_t pl_tick_books_slots(const struct pl_tick_books *books)
{
	uint64_t slots = books->on_time + books->late + books->failed + books->dropped;

	for (size_t i = 0; i < PL_SKIPS; i++)
		slots += books->skipped[i];
	return slots;
}
