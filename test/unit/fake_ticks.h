/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording on the units of fake_units.h, and what came of it. Include after cmocka.h. */
#ifndef TEST_FAKE_TICKS_H
#define TEST_FAKE_TICKS_H

#include "bus/tick.h"
#include "unit/fake_units.h"

#include "base/queue.h"

#define SLOTS 4096

/* Everything that was told of each slot. */
struct told {
	unsigned char read[SLOTS], gap[SLOTS]; /* how often, of the whole bus */
	unsigned char silent[UNITS][SLOTS];    /* of one device */
	unsigned char asked[UNITS][SLOTS];     /* samples of a device that were asked */
	char why[256];			       /* every reason once */
	uint64_t slots, gaps;		       /* of gaps of the whole bus; how many */
	int64_t last_started_ns, last_scheduled_ns;
};

struct ticks {
	struct line *line;
	struct pl_target targets[UNITS];
	struct pl_bus_record record;
	uint64_t id;
	struct told told;
	struct pl_tick_books books;
	struct pl_bus_answer answer;
	struct pl_tick *tick;
};

/* The level of the first `devices` units. */
static inline struct ticks *ticks_new(struct line *line, size_t devices, double rate_hz,
				      uint64_t slots, size_t room)
{
	struct ticks *ticks = calloc(1, sizeof *ticks);

	ticks->line = line;
	for (size_t i = 0; i < devices; i++)
		ticks->targets[i] = (struct pl_target){
		    .device = (int16_t)i, .channel = -1, .parameter = UNIT_LEVEL};
	ticks->record = (struct pl_bus_record){
	    .grid = {.rate_hz = rate_hz, .ticks = slots},
	    .targets = ticks->targets,
	    .target_count = devices,
	    .ticks = pl_queue_new(pl_tick_size(devices), room + PL_TICK_RESERVE(devices)),
	    .books = pl_queue_new(sizeof(struct pl_tick_books), 2),
	};
	ticks->tick = malloc(pl_tick_size(devices));
	return ticks;
}

static inline void ticks_free(struct ticks *ticks)
{
	pl_queue_free(ticks->record.ticks);
	pl_queue_free(ticks->record.books);
	free(ticks->tick);
	free(ticks);
}

static inline void ticks_start(struct ticks *ticks)
{
	struct pl_bus_request request = {.verb = PL_BUS_RECORD, .target = ticks->targets[0]};

	ticks->record.grid.start_ns = pl_clock_mono_ns() + 5 * PL_NS_PER_MS;
	request.record = ticks->record;
	ticks->id = line_post(ticks->line, request);
}

static inline void told_gap(struct told *told, const struct pl_tick *tick)
{
	for (uint64_t n = tick->n; n < tick->n + tick->slots && n < SLOTS; n++) {
		if (tick->device < 0)
			told->gap[n]++;
		else
			told->silent[tick->device][n]++;
	}
	if (tick->device >= 0)
		return;
	told->slots += tick->slots;
	told->gaps++;
	if (!strstr(told->why, tick->why))
		snprintf(told->why + strlen(told->why), sizeof told->why - strlen(told->why), "%s|",
			 tick->why);
}

static inline void told_tick(struct told *told, const struct pl_tick *tick)
{
	if (tick->kind == PL_TICK_GAP) {
		told_gap(told, tick);
		return;
	}
	assert_true(tick->n < SLOTS);
	told->read[tick->n]++;
	told->last_started_ns = tick->started_ns;
	told->last_scheduled_ns = tick->scheduled_ns;
	for (size_t i = 0; i < tick->count; i++)
		if (tick->samples[i].was_asked)
			told->asked[tick->samples[i].target.device][tick->n]++;
}

/* What is in the queue now; true: there was something. */
static inline bool ticks_take(struct ticks *ticks)
{
	bool any = false;

	while (pl_queue_pop(ticks->record.ticks, ticks->tick)) {
		told_tick(&ticks->told, ticks->tick);
		any = true;
	}
	while (pl_queue_pop(ticks->record.books, &ticks->books))
		any = true;
	return any;
}

/* Until so many slots of the bus are told, read or not. */
static inline uint64_t told_slots(const struct told *told)
{
	uint64_t count = 0;

	for (size_t i = 0; i < SLOTS; i++)
		count += told->read[i] + told->gap[i];
	return count;
}

static inline void ticks_wait(struct ticks *ticks, uint64_t slots)
{
	while (told_slots(&ticks->told) < slots) {
		wait_for(pl_queue_fd(ticks->record.ticks), POLLIN);
		ticks_take(ticks);
	}
}

/* Until it is answered, taking what comes. */
static inline enum pl_status ticks_end(struct ticks *ticks)
{
	int64_t deadline_ns = pl_clock_mono_ns() + 20 * PL_NS_PER_S;

	while (!pl_queue_pop(ticks->line->answers, &ticks->answer)) {
		struct pollfd fds[] = {
		    {.fd = pl_queue_fd(ticks->line->answers), .events = POLLIN},
		    {.fd = pl_queue_fd(ticks->record.ticks), .events = POLLIN},
		};

		assert_true(pl_clock_poll(fds, 2, deadline_ns) > 0);
		ticks_take(ticks);
	}
	ticks_take(ticks);
	assert_int_equal(ticks->answer.id, ticks->id);
	assert_int_equal(ticks->answer.verb, PL_BUS_RECORD);
	assert_true(ticks->books.is_over);
	return ticks->answer.status;
}

/* Every slot is told exactly once, and the books say the same. */
static inline void ticks_check(const struct ticks *ticks)
{
	const struct pl_tick_books *books = &ticks->books;
	uint64_t slots = pl_tick_books_slots(books), read = 0, gap = 0;

	assert_true(slots <= SLOTS);
	for (uint64_t n = 0; n < SLOTS; n++) {
		assert_int_equal(ticks->told.read[n] + ticks->told.gap[n], n < slots);
		read += ticks->told.read[n];
		gap += ticks->told.gap[n];
	}
	assert_int_equal(read, books->on_time + books->late + books->failed);
	assert_int_equal(gap, slots - read);
	if (ticks->record.grid.ticks > 0 && ticks->answer.status == PL_OK)
		assert_int_equal(slots, ticks->record.grid.ticks);
}

#endif
