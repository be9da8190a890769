/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ticks.c - the recordings of a bus: when a slot is polled, and how they end.
 *
 * Several go on at once; the earliest slot of all is served next. One whose values the bus holds
 * itself needs no line and keeps its cadence in every poll round, whatever is on the stack; the
 * others are served by the loop alone, so that a port is held for a whole tick and nothing lies
 * between two reads of it. What becomes of slots that are not polled is in ticks_skip.c. Bus
 * thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <stdio.h>

#define BOOKS_NS   (200 * PL_NS_PER_MS)
#define NO_ROOM_NS (10 * PL_NS_PER_MS)

/* ---- a slot that is polled ---- */

/* CLOCK_MONOTONIC stands still meanwhile: no slot has passed, but the next one is not a period
 * behind the last. */
static bool was_suspended(struct pl_bus_recording *recording, int64_t now_ns)
{
	int64_t slept_ns = pl_skew_at_least_ns() - recording->skew_ns;
	char why[40];

	if (slept_ns <= 0)
		return false;
	recording->skew_ns = pl_skew_at_most_ns();
	snprintf(why, sizeof why, "suspended for %.1f s", (double)slept_ns / (double)PL_NS_PER_S);
	pl_tick_skip(recording, 1, PL_SKIP_SUSPENDED, why, now_ns);
	return true;
}

static void take(struct pl_bus_recording *recording, int64_t now_ns)
{
	struct pl_tick *tick = recording->tick;
	int64_t over_ns;

	*tick = (struct pl_tick){
	    .kind = PL_TICK_READ,
	    .device = -1,
	    .count = (uint16_t)recording->request.record.target_count,
	    .n = recording->next,
	    .scheduled_ns = recording->slot_ns,
	    .started_ns = now_ns,
	    .utc_offset_ns = pl_clock_utc_ns() - now_ns,
	};
	if (now_ns - recording->slot_ns > recording->books.max_lateness_ns)
		recording->books.max_lateness_ns = now_ns - recording->slot_ns;
	recording->is_taking = true;
	pl_tick_read(recording);
	recording->is_taking = false;
	over_ns = pl_clock_mono_ns();
	pl_spans_add(&recording->books.durations, over_ns - now_ns);
	pl_tick_put(recording, over_ns);
}

static void serve(struct pl_bus_recording *recording)
{
	int64_t now_ns = pl_clock_mono_ns();

	pl_tick_settle(recording, now_ns);
	if (now_ns < recording->slot_ns || was_suspended(recording, now_ns))
		return;
	if (recording->request.record.overflow == PL_OVERFLOW_BLOCK &&
	    pl_tick_is_blocked(recording))
		pl_tick_skip(recording, 1, PL_SKIP_BLOCKED, "blocked", now_ns);
	else if (pl_tick_has_nothing(recording))
		pl_tick_skip(recording, 1, PL_SKIP_UNSUPPORTED, "unsupported", now_ns);
	else
		take(recording, now_ns);
}

static struct pl_bus_recording *first_due(const struct pl_bus *bus)
{
	struct pl_bus_recording *first = NULL;

	for (struct pl_bus_recording *at = bus->recordings; at; at = at->following)
		if (pl_tick_can_ask(at) && (!first || at->slot_ns < first->slot_ns))
			first = at;
	return first;
}

int64_t pl_ticks_due_ns(const struct pl_bus *bus)
{
	const struct pl_bus_recording *first = first_due(bus);

	return first ? first->slot_ns : PL_NEVER;
}

void pl_ticks_serve(struct pl_bus *bus)
{
	struct pl_bus_recording *first = first_due(bus);

	if (first)
		serve(first);
	pl_ticks_round(bus);
}

/* ---- ends ---- */

bool pl_ticks_cancel(struct pl_bus *bus, uint64_t id)
{
	for (struct pl_bus_recording *at = bus->recordings; at; at = at->following)
		if (at->request.id == id) {
			at->is_cancelled = true;
			return true;
		}
	return false;
}

static void answer_end(struct pl_bus_recording *recording)
{
	struct pl_bus_answer made = {
	    .id = recording->request.id,
	    .verb = PL_BUS_RECORD,
	    .target = recording->request.target,
	    .status = recording->status,
	    .error = recording->error,
	};

	pl_bus_answer(recording->bus, &made);
}

/* Takes it out of the list, answered. */
static void finish(struct pl_bus_recording **link)
{
	struct pl_bus_recording *recording = *link;

	*link = recording->following;
	recording->books.is_over = true;
	pl_tick_tell_books(recording, pl_clock_mono_ns());
	answer_end(recording);
	pl_ticks_free(recording);
}

void pl_ticks_end_all(struct pl_bus *bus)
{
	while (bus->recordings) {
		struct pl_bus_recording *recording = bus->recordings;

		recording->is_cancelled = true;
		pl_tick_settle(recording, pl_clock_mono_ns());
		pl_tick_tell_gaps(recording, 0, true);
		pl_bus_flush(bus);
		finish(&bus->recordings);
	}
}

/* ---- every round ---- */

static bool is_served_here(const struct pl_bus_recording *recording)
{
	return !recording->needs_line && !recording->bus->is_idle && pl_tick_can_ask(recording);
}

/* True when it has ended and all of it is told. */
static bool do_due(struct pl_bus_recording *recording, int64_t now_ns)
{
	if (recording->is_taking)
		return false;
	if (now_ns >= recording->slot_ns && is_served_here(recording))
		serve(recording);
	else
		pl_tick_settle(recording, now_ns);
	if (pl_tick_tell_gaps(recording, now_ns, recording->is_ending) && recording->is_ending)
		return true;
	if (recording->is_changed && now_ns - recording->told_ns >= BOOKS_NS)
		pl_tick_tell_books(recording, now_ns);
	return false;
}

void pl_ticks_round(struct pl_bus *bus)
{
	struct pl_bus_recording **link = &bus->recordings;

	while (*link) {
		if (do_due(*link, pl_clock_mono_ns()) && !bus->has_kept)
			finish(link);
		else
			link = &(*link)->following;
	}
}

static int64_t next_of(const struct pl_bus_recording *recording, int64_t now_ns)
{
	int64_t books_ns = recording->told_ns + BOOKS_NS, next_ns;
	bool is_polled =
	    pl_tick_can_ask(recording) && (recording->bus->is_idle || !recording->needs_line);

	if (recording->is_taking)
		return PL_NEVER;
	if (recording->is_ending || recording->is_cancelled)
		return now_ns + NO_ROOM_NS;
	next_ns = recording->slot_ns;
	if (!is_polled && next_ns < books_ns) /* not for each slot that passes */
		next_ns = books_ns;
	if (recording->is_changed)
		next_ns = pl_earlier(next_ns, books_ns);
	if (pl_tick_gaps_due_ns(recording) > now_ns)
		return pl_earlier(next_ns, pl_tick_gaps_due_ns(recording));
	return pl_earlier(next_ns, now_ns + NO_ROOM_NS); /* it is due and found no room */
}

int64_t pl_ticks_next_ns(const struct pl_bus *bus)
{
	int64_t now_ns = bus->recordings ? pl_clock_mono_ns() : 0, next_ns = PL_NEVER;

	for (const struct pl_bus_recording *at = bus->recordings; at; at = at->following)
		next_ns = pl_earlier(next_ns, next_of(at, now_ns));
	return next_ns;
}
