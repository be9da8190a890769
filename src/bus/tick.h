/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tick.h - a recording as one bus sees it: slots on a grid, what was read in each, and the books.
 *
 * Slot n of a grid is at start + n / rate, whatever happened before: an overrun skips slots, and
 * counts them; it never bursts, shifts the phase or polls behind the last slot. All buses of a
 * recording have the same grid. One tick of one bus is one slot and stands in exactly one of the
 * five books. Grid, histogram and books are pure; the bus thread alone keeps those of its own
 * ticks and tells copies.
 */
#ifndef BUS_TICK_H
#define BUS_TICK_H

#include "config/bench.h"
#include "plateau/books.h"

#include "base/queue.h"

struct pl_grid {
	int64_t start_ns; /* CLOCK_MONOTONIC of slot 0 */
	double rate_hz;	  /* 0.001 … 5000 */
	uint64_t ticks;	  /* slots there are; 0 = until stopped */
};

/* max(1, round(time · rate)). */
uint64_t pl_grid_ticks(double rate_hz, int64_t time_ns);
int64_t pl_grid_slot_ns(const struct pl_grid *grid, uint64_t n);
int64_t pl_grid_period_ns(const struct pl_grid *grid);
/* The first slot that is not before t; at most grid->ticks when that is given. */
uint64_t pl_grid_next(const struct pl_grid *grid, int64_t t_ns);

/* Times from 1 us to 1 h in steps of a twelfth of an octave, constant memory. */
#define PL_SPAN_BINS 384
struct pl_spans {
	uint64_t count;
	int64_t max_ns;
	uint64_t bins[PL_SPAN_BINS];
};
void pl_spans_add(struct pl_spans *spans, int64_t span_ns);
void pl_spans_merge(struct pl_spans *into, const struct pl_spans *from);
/* The span that this part (0…1) stays below, to a bin's width; 0 when there are none. */
int64_t pl_spans_quantile(const struct pl_spans *spans, double part);

/*
 * on_time, late: polled and answered; late when it began later than max(1 ms, 1 % of the period)
 * behind its slot, at most half a period (later is too late: skipped). skipped: not polled.
 * failed: polled, no device answered. dropped: polled, thrown away by policy. Their sum is the
 * number of slots that are past.
 *
 * Not polled although the port is there: overrun, when ticks took so long; busy, when something
 * else had the line. A port is held for the whole tick, so that no write lands between two reads of
 * it; and it is held for a whole write or count, so that no read lands between a setting and its
 * confirmation, whose waits look idle and are not: an answer that came in them could be either's.
 * So a tick that falls into one is skipped, late when it ends within half a period, and its gap
 * says what had the line (writing, counting, reading, probing, limits, …). What the bus holds
 * itself and other buses lose no slot by it.
 */
struct pl_tick_books {
	uint64_t on_time, late, failed, dropped;
	uint64_t skipped[PL_SKIPS];
	uint64_t reads_ok, reads_failed[PL_READ_FAULTS];
	int64_t max_lateness_ns;
	uint32_t disconnects;	   /* a device that answered and then was lost or silent */
	struct pl_spans durations; /* of a tick, first request to last answer */
	bool is_over;
};
/* is_over is left alone: the caller knows whose books are all there. */
void pl_tick_books_merge(struct pl_tick_books *into, const struct pl_tick_books *from);
uint64_t pl_tick_books_slots(const struct pl_tick_books *books);

/*
 * What a bus puts into the queue: PL_TICK_READ with its samples, or PL_TICK_GAP: slots from n on
 * that hold nothing, of the whole bus (device -1) or of one device that was not asked in ticks that
 * were. A gap is told when it ends, and at least every second while it lasts (another one then
 * begins); where the queue is full it waits, and those that meet meanwhile become one (why
 * "blocked, overrun"). Gaps of the bus and ticks come in the order of their slots and hold each
 * slot exactly once; only the gap of what drop_oldest took out again comes behind younger ticks. An
 * element of the queue has pl_tick_size(targets) bytes.
 */
enum pl_tick_kind { PL_TICK_READ, PL_TICK_GAP };
struct pl_tick {
	enum pl_tick_kind kind;
	int16_t device; /* GAP: of one device, by position in the bench; -1 = all of the bus */
	uint16_t count; /* READ: samples */
	uint64_t n;	/* slot on the grid */
	uint64_t slots; /* GAP: how many */
	int64_t scheduled_ns, started_ns; /* CLOCK_MONOTONIC */
	int64_t utc_offset_ns;		  /* CLOCK_REALTIME - CLOCK_MONOTONIC at started_ns */
	char why[48];			  /* GAP: "disconnected", "silent", "dropped", … */
	struct pl_sample samples[];
};
static inline size_t pl_tick_size(size_t targets)
{
	return sizeof(struct pl_tick) + targets * sizeof(struct pl_sample);
}

/* Elements of the queue: so many ticks, the gap before one, and what only the end may fill: a gap
 * of the bus, one of what was dropped and one of each device. So the end waits for nobody. */
#define PL_TICK_RESERVE(devices) ((devices) + 2)
static inline size_t pl_tick_queue_length(size_t ticks, size_t devices)
{
	return ticks + 1 + PL_TICK_RESERVE(devices);
}

/*
 * What a bus is asked to record. targets (of this bus only, grouped by device) and the queues
 * outlive the request's answer. That is PL_OK behind the last slot, PL_ERR_CANCELLED after a
 * cancel, PL_ERR_LOST when it ends with the port, PL_ERR_USAGE or UNSUPPORTED what cannot be
 * recorded; every gap is in the queue then, and it comes also when nobody takes any. `events` and
 * `hits` of a detector and what its lines carry are held by the bus: a recording of these alone
 * begins, goes on and ends while it counts too; one of anything else is skipped then (busy, why
 * "counting").
 */
struct pl_bus_record {
	struct pl_grid grid;
	const struct pl_target *targets;
	size_t target_count;
	int overflow;	     /* enum pl_overflow */
	bool ends_when_lost; /* reconnect: no. With the first slot that is disconnected */
	/* Of struct pl_tick with target_count samples; pl_tick_queue_length() of one tick at least
	 * and the devices of the targets. The bus produces (and, by drop_oldest, takes out again).
	 */
	struct pl_queue *ticks;
	/* Of struct pl_tick_books, a few: the newest copy replaces an older one, at least every 200
	 * ms while something changes, and the last, is_over, before the request is answered. */
	struct pl_queue *books;
};

#endif
