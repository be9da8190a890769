/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tick_put.c - where a slot goes: into the queue, or into a gap; and the books of it.
 *
 * A gap is kept until the queue has room and stands there before the tick that follows it, so the
 * slots of a bus come in order (but for drop_oldest, where the gap of a dropped tick is told behind
 * those that were younger). Several that meet while there is no room become one. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include <assert.h>
#include <string.h>

#define TELL_GAP_NS PL_NS_PER_S

static struct pl_queue *queue_of(const struct pl_bus_recording *recording)
{
	return recording->request.record.ticks;
}

/* The end alone fills the whole queue: its gaps always find room. */
static bool has_room(const struct pl_bus_recording *recording, size_t elements)
{
	size_t kept = recording->is_ending ? 0 : recording->reserve;

	return pl_queue_room(queue_of(recording)) >= elements + kept;
}

/* ---- gaps ---- */

static bool push_gap(struct pl_bus_recording *recording, struct pl_tick_gap *gap, int device)
{
	struct pl_tick *tick = recording->other;
	int64_t now_ns = pl_clock_mono_ns();

	*tick = (struct pl_tick){
	    .kind = PL_TICK_GAP,
	    .device = (int16_t)device,
	    .n = gap->n,
	    .slots = gap->slots,
	    .scheduled_ns = pl_grid_slot_ns(&recording->request.record.grid, gap->n),
	    .started_ns = now_ns,
	    .utc_offset_ns = pl_clock_utc_ns() - now_ns,
	};
	pl_text_copy(tick->why, sizeof tick->why, gap->why);
	if (!has_room(recording, 1) || !pl_queue_push(queue_of(recording), tick))
		return false;
	*gap = (struct pl_tick_gap){.slots = 0};
	return true;
}

/* "blocked, disconnected" where there was no room to tell them apart. */
static void add_why(struct pl_tick_gap *gap, const char *why)
{
	size_t length = strlen(gap->why);

	if (strstr(gap->why, why) || length + strlen(why) + 3 > sizeof gap->why)
		return;
	pl_text_copy(gap->why + length, sizeof gap->why - length, ", ");
	pl_text_copy(gap->why + length + 2, sizeof gap->why - length - 2, why);
}

static void add_to_gap(struct pl_bus_recording *recording, struct pl_tick_gap *gap, int device,
		       uint64_t n, uint64_t slots, const char *why, int64_t now_ns)
{
	bool meets = gap->n + gap->slots == n && !gap->is_closed;
	bool is_told = true;

	if (gap->slots > 0 && (!meets || strcmp(gap->why, why) != 0))
		is_told = push_gap(recording, gap, device);
	assert(is_told || meets);
	if (gap->slots == 0) {
		*gap = (struct pl_tick_gap){.n = n, .since_ns = now_ns};
		pl_text_copy(gap->why, sizeof gap->why, why);
	}
	gap->slots += slots;
	add_why(gap, why);
}

static int device_of(const struct pl_bus_recording *recording, size_t member)
{
	return recording->bus->members[member].index;
}

static size_t closed_gaps(const struct pl_bus_recording *recording)
{
	size_t count = 0;

	for (size_t i = 0; i < recording->bus->member_count; i++)
		count += recording->members[i].silent.is_closed ? 1 : 0;
	return count;
}

static void close_silent(struct pl_bus_recording *recording, size_t member)
{
	struct pl_tick_gap *gap = &recording->members[member].silent;

	gap->is_closed = gap->slots > 0;
	if (gap->is_closed)
		push_gap(recording, gap, device_of(recording, member));
}

static void close_all_silent(struct pl_bus_recording *recording)
{
	for (size_t i = 0; i < recording->bus->member_count; i++)
		close_silent(recording, i);
}

bool pl_tick_tell_gaps(struct pl_bus_recording *recording, int64_t now_ns, bool all)
{
	int64_t before_ns = all ? PL_NEVER : now_ns - TELL_GAP_NS;
	bool is_told = true;

	for (size_t i = 0; i < recording->bus->member_count; i++) {
		struct pl_tick_gap *gap = &recording->members[i].silent;

		if (gap->slots > 0 && (gap->is_closed || gap->since_ns <= before_ns))
			is_told &= push_gap(recording, gap, device_of(recording, i));
	}
	if (recording->dropped.slots > 0 && recording->dropped.since_ns <= before_ns)
		is_told &= push_gap(recording, &recording->dropped, -1);
	if (recording->gap.slots > 0 && recording->gap.since_ns <= before_ns)
		is_told &= push_gap(recording, &recording->gap, -1);
	return is_told;
}

int64_t pl_tick_gaps_due_ns(const struct pl_bus_recording *recording)
{
	int64_t due_ns = recording->gap.slots > 0 ? recording->gap.since_ns : PL_NEVER;

	if (recording->dropped.slots > 0)
		due_ns = pl_earlier(due_ns, recording->dropped.since_ns);
	for (size_t i = 0; i < recording->bus->member_count; i++)
		if (recording->members[i].silent.slots > 0)
			due_ns = pl_earlier(due_ns, recording->members[i].silent.since_ns);
	return due_ns == PL_NEVER ? PL_NEVER : due_ns + TELL_GAP_NS;
}

/* ---- slots ---- */

static void pass(struct pl_bus_recording *recording, uint64_t slots)
{
	const struct pl_grid *grid = &recording->request.record.grid;

	recording->next += slots;
	recording->slot_ns = grid->ticks > 0 && recording->next >= grid->ticks
				 ? PL_NEVER
				 : pl_grid_slot_ns(grid, recording->next);
	recording->is_changed = true;
}

void pl_tick_skip(struct pl_bus_recording *recording, uint64_t slots, enum pl_skip skip,
		  const char *why, int64_t now_ns)
{
	if (slots == 0)
		return;
	close_all_silent(recording);
	add_to_gap(recording, &recording->gap, -1, recording->next, slots, why, now_ns);
	recording->books.skipped[skip] += slots;
	pass(recording, slots);
}

bool pl_tick_is_blocked(struct pl_bus_recording *recording)
{
	return !has_room(recording, closed_gaps(recording) + (recording->gap.slots > 0 ? 2 : 1));
}

/* ---- books ---- */

static uint64_t *book_of(struct pl_bus_recording *recording, const struct pl_tick *tick)
{
	struct pl_tick_books *books = &recording->books;

	if (!pl_tick_is_answered(tick))
		return &books->failed;
	return tick->started_ns - tick->scheduled_ns > recording->late_ns ? &books->late
									  : &books->on_time;
}

void pl_tick_tell_books(struct pl_bus_recording *recording, int64_t now_ns)
{
	struct pl_queue *queue = recording->request.record.books;
	struct pl_tick_books older;

	if (!pl_queue_push(queue, &recording->books)) {
		pl_queue_pop(queue, &older);
		pl_queue_push(queue, &recording->books);
	}
	recording->is_changed = false;
	recording->told_ns = now_ns;
}

/* ---- ticks ---- */

/* Two that meet are one. */
static void join_gaps(struct pl_bus_recording *recording)
{
	struct pl_tick_gap *older = &recording->dropped, *gap = &recording->gap;

	if (older->slots == 0 || gap->slots == 0 || older->n + older->slots != gap->n)
		return;
	older->slots += gap->slots;
	add_why(older, gap->why);
	*gap = *older;
	*older = (struct pl_tick_gap){.slots = 0};
}

static bool goes_on(const struct pl_tick_gap *gap, uint64_t n)
{
	return gap->slots == 0 || gap->n + gap->slots == n;
}

/* Takes the oldest out of the queue. What it was is not lost: a tick, and a gap of the bus that
 * meets ours, goes into ours, which is told when there is room; any other gap goes behind, for ours
 * in its place would make more and more of them. */
static void drop_oldest(struct pl_bus_recording *recording, int64_t now_ns)
{
	struct pl_tick *oldest = recording->other;
	uint64_t slots = 1;
	char why[sizeof oldest->why] = "dropped";

	if (!pl_queue_pop(queue_of(recording), oldest))
		return;
	if (oldest->kind == PL_TICK_GAP &&
	    (oldest->device >= 0 || !goes_on(&recording->dropped, oldest->n))) {
		pl_queue_push(queue_of(recording), oldest);
		return;
	}
	if (oldest->kind == PL_TICK_GAP) {
		slots = oldest->slots;
		pl_text_copy(why, sizeof why, oldest->why);
	} else {
		*book_of(recording, oldest) -= 1;
		recording->books.dropped++;
	}
	add_to_gap(recording, &recording->dropped, -1, oldest->n, slots, why, now_ns);
	join_gaps(recording);
}

/* Nothing but gaps may be left in the queue: then there is no oldest tick. */
static void make_room(struct pl_bus_recording *recording, int64_t now_ns)
{
	size_t tries = 2 * (pl_queue_length(queue_of(recording)) + 1);

	while (tries-- > 0 && pl_tick_is_blocked(recording))
		drop_oldest(recording, now_ns);
}

/* There is room for them. */
static void tell_closed(struct pl_bus_recording *recording)
{
	for (size_t i = 0; i < recording->bus->member_count; i++)
		if (recording->members[i].silent.is_closed)
			close_silent(recording, i);
	if (recording->gap.slots > 0)
		push_gap(recording, &recording->gap, -1);
}

/* The devices of a tick that is put and were not asked in it. */
static void note_silent(struct pl_bus_recording *recording, int64_t now_ns)
{
	const struct pl_tick *tick = recording->tick;
	const struct pl_bus_member *last = NULL;

	for (size_t i = 0; i < tick->count; i++) {
		struct pl_bus_member *member = recording->targets[i].member;
		size_t at = (size_t)(member - recording->bus->members);

		if (member == last)
			continue;
		last = member;
		if (recording->members[at].out)
			add_to_gap(recording, &recording->members[at].silent, member->index,
				   tick->n, 1, recording->members[at].out, now_ns);
		else
			close_silent(recording, at);
	}
}

void pl_tick_put(struct pl_bus_recording *recording, int64_t now_ns)
{
	struct pl_tick *tick = recording->tick;

	if (recording->request.record.overflow == PL_OVERFLOW_DROP_OLDEST)
		make_room(recording, now_ns);
	if (pl_tick_is_blocked(recording)) {
		close_all_silent(recording);
		add_to_gap(recording, &recording->gap, -1, tick->n, 1, "dropped", now_ns);
		recording->books.dropped++;
	} else {
		tell_closed(recording);
		pl_queue_push(queue_of(recording), tick);
		*book_of(recording, tick) += 1;
		note_silent(recording, now_ns);
	}
	pass(recording, 1);
}
