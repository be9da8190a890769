/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sinks_fixture.h - a small recording of two buses, its ticks made by hand, and its files. */
#ifndef TEST_UNIT_SINKS_FIXTURE_H
#define TEST_UNIT_SINKS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/row.h"
#include "record/sinks.h"

#include "unit/folder.h"

#define OVEN_TARGETS 3
#define DET_TARGETS  2
#define SINKS_UTC_NS (INT64_C(1795258326) * PL_NS_PER_S + 123 * PL_NS_PER_MS)
#define SINKS_WAIT   (30 * PL_NS_PER_S)

struct recording_fixture {
	struct folder folder;
	struct pl_disk disk;
	struct pl_driver drivers[2];
	struct pl_device devices[2];
	struct pl_beside readings[OVEN_TARGETS + DET_TARGETS];
	struct pl_recording recording;
	struct pl_bench bench;
	struct pl_queue *queues[2];
	struct pl_queue *lines;
	size_t counts[2];
	struct pl_sinks_setup setup;
	struct pl_sinks *sinks;
	struct pl_text expected; /* the rows of all ticks that were put, as CSV */
	struct pl_row_maker *maker;
	uint64_t rows, gaps;
};

static inline int fixture_unit(const struct pl_device_spec *spec)
{
	(void)spec;
	return 7;
}

static inline void fixture_bench(struct recording_fixture *f)
{
	static const struct pl_parameter oven[] = {
	    {.name = "process_value", .id = 4001, .unit = "C"},
	    {.name = "state", .type = PL_VALUE_TEXT, .unit = ""},
	    {.name = NULL}};
	static const struct pl_parameter det[] = {{.name = "threshold", .id = 9, .unit = "mV"},
						  {.name = NULL}};
	static const struct pl_channel channels[] = {{.name = "top", .id = 1},
						     {.name = "btm", .id = 3}};

	f->drivers[0] = (struct pl_driver){.name = "modbus", .unit = fixture_unit};
	f->drivers[1] = (struct pl_driver){.name = "osechi"};
	f->devices[0] = (struct pl_device){
	    .spec = {.name = "oven"}, .driver = &f->drivers[0], .port = "tcp:127.0.0.1:502"};
	f->devices[1] =
	    (struct pl_device){.spec = {.name = "det", .channels = channels, .channel_count = 2},
			       .driver = &f->drivers[1],
			       .port = "sim:osechi"};
	f->readings[0] = (struct pl_beside){
	    .target = {0, -1, 0, 0, 0}, .parameter = &oven[0], .path = "oven.process_value"};
	f->readings[1] = (struct pl_beside){
	    .target = {0, -1, 1, 0, 0}, .parameter = &oven[1], .path = "oven.state"};
	f->readings[2] = (struct pl_beside){.target = {0, -1, PL_PARAMETER_RAW, 1, 2488},
					    .path = "oven.@2488:u16"};
	f->readings[3] = (struct pl_beside){
	    .target = {1, 0, 0, 0, 0}, .parameter = &det[0], .path = "det.top.threshold"};
	f->readings[4] = (struct pl_beside){
	    .target = {1, 1, 0, 0, 0}, .parameter = &det[0], .path = "det.btm.threshold"};
	f->recording = (struct pl_recording){.name = "slow",
					     .rate_hz = 100,
					     .readings = f->readings,
					     .reading_count = OVEN_TARGETS + DET_TARGETS,
					     .events_device = -1,
					     .buffer = 4096,
					     .sinks = PL_SINK_CSV,
					     .flush_ns = 50 * PL_NS_PER_MS};
	f->bench = (struct pl_bench){.name = "bench", .devices = f->devices, .device_count = 2};
}

static inline int fixture_make_with(void **state, size_t capacity)
{
	struct recording_fixture *f = calloc(1, sizeof *f);

	if (!f || folder_open(&f->folder) != 0)
		return -1;
	pl_disk_init(&f->disk);
	fixture_bench(f);
	f->counts[0] = OVEN_TARGETS;
	f->counts[1] = DET_TARGETS;
	for (int i = 0; i < 2; i++)
		f->queues[i] = pl_queue_new(pl_tick_size(f->counts[i]), capacity);
	f->setup = (struct pl_sinks_setup){.bench = &f->bench,
					   .recording = &f->recording,
					   .folder = f->folder.fd,
					   .disk = &f->disk,
					   .started_utc_ns = SINKS_UTC_NS,
					   .ticks = f->queues,
					   .target_counts = f->counts,
					   .bus_count = 2};
	f->maker = pl_row_maker_new(&f->bench, &f->recording, PL_ROW_CSV, false);
	*state = f;
	return 0;
}

static inline int fixture_make(void **state)
{
	return fixture_make_with(state, 4096);
}

static inline int fixture_free(void **state)
{
	struct recording_fixture *f = *state;

	pl_sinks_stop(f->sinks, NULL);
	for (int i = 0; i < 2; i++)
		pl_queue_free(f->queues[i]);
	pl_queue_free(f->lines);
	pl_row_maker_free(f->maker);
	pl_text_free(&f->expected);
	pl_disk_fini(&f->disk);
	folder_remove(&f->folder);
	close(f->folder.fd);
	free(f);
	return 0;
}

/* The files are made, or it is known why not. */
static inline enum pl_status fixture_start_status(struct recording_fixture *f)
{
	int64_t limit_ns = pl_clock_mono_ns() + SINKS_WAIT;
	struct pl_sinks_state state = {.is_ready = false};

	assert_int_equal(pl_sinks_start(&f->setup, &f->sinks, NULL), PL_OK);
	while (!state.is_ready && state.refusal.code == PL_OK) {
		assert_true(pl_clock_mono_ns() < limit_ns);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS / 4);
		pl_sinks_state(f->sinks, &state);
	}
	return state.refusal.code;
}

static inline void fixture_start(struct recording_fixture *f)
{
	assert_int_equal(fixture_start_status(f), PL_OK);
}

/* Leaves nothing. */
static inline void fixture_start_refused(struct recording_fixture *f, enum pl_status code)
{
	struct pollfd done;

	assert_int_equal(fixture_start_status(f), code);
	done = (struct pollfd){.fd = pl_sinks_done_fd(f->sinks), .events = POLLIN};
	assert_int_equal(pl_clock_poll(&done, 1, pl_clock_mono_ns() + SINKS_WAIT), 1);
	pl_sinks_stop(f->sinks, NULL);
	f->sinks = NULL;
}

/* A tick of one bus as it would be read: 3 ms behind its slot, 2 ms for each block. */
union tick_room {
	struct pl_tick tick;
	unsigned char room[sizeof(struct pl_tick) + OVEN_TARGETS * sizeof(struct pl_sample)];
};

static inline struct pl_tick *fixture_tick(struct recording_fixture *f, union tick_room *room,
					   size_t bus, uint64_t n, int64_t started_ns)
{
	struct pl_tick *tick = &room->tick;
	size_t first = bus ? OVEN_TARGETS : 0;

	memset(room, 0, sizeof *room);
	*tick = (struct pl_tick){.kind = PL_TICK_READ,
				 .device = -1,
				 .count = (uint16_t)f->counts[bus],
				 .n = n,
				 .scheduled_ns = started_ns - 3 * PL_NS_PER_MS,
				 .started_ns = started_ns,
				 .utc_offset_ns = SINKS_UTC_NS - PL_NS_PER_S};
	for (size_t i = 0; i < f->counts[bus]; i++) {
		struct pl_sample *sample = &tick->samples[i];

		*sample = (struct pl_sample){
		    .target = f->readings[first + i].target,
		    .was_asked = true,
		    .requested_ns = started_ns,
		    .received_ns = started_ns + 2 * PL_NS_PER_MS,
		    .reading = {.t_mono_ns = started_ns + PL_NS_PER_MS,
				.latency_ns = 2 * PL_NS_PER_MS,
				.value = {.number = 20.5 + (double)(n % 1000) / 8}},
		    .raw = "0103020fa0"};
	}
	if (bus == 0) {
		tick->samples[1].reading.value.type = PL_VALUE_TEXT;
		snprintf(tick->samples[1].reading.value.text, PL_VALUE_TEXT_SIZE, "auto");
	}
	return tick;
}

static inline struct pl_tick *fixture_gap(union tick_room *room, int16_t device, uint64_t n,
					  uint64_t slots)
{
	memset(room, 0, sizeof *room);
	room->tick = (struct pl_tick){.kind = PL_TICK_GAP,
				      .device = device,
				      .n = n,
				      .slots = slots,
				      .scheduled_ns = 5 * PL_NS_PER_S,
				      .why = "silent"};
	return &room->tick;
}

static inline void fixture_count(struct recording_fixture *f, const struct pl_tick *tick)
{
	pl_row_add_tick(f->maker, tick, &f->expected);
	if (tick->kind == PL_TICK_GAP)
		f->gaps++;
	else
		f->rows += pl_row_count(tick);
}

/* False when the queue is full: the bus would drop it. */
static inline bool fixture_put(struct recording_fixture *f, size_t bus, const struct pl_tick *tick)
{
	if (!pl_queue_push(f->queues[bus], tick))
		return false;
	fixture_count(f, tick);
	return true;
}

/* `count` ticks of the first bus from n on, read now. */
static inline void fixture_put_many(struct recording_fixture *f, uint64_t n, uint64_t count)
{
	union tick_room room;

	for (uint64_t i = 0; i < count; i++)
		assert_true(
		    fixture_put(f, 0, fixture_tick(f, &room, 0, n + i, pl_clock_mono_ns())));
}

typedef bool sinks_condition(const struct recording_fixture *f, const struct pl_sinks_state *state);

static inline bool all_written(const struct recording_fixture *f,
			       const struct pl_sinks_state *state)
{
	return state->rows == f->rows && state->gaps == f->gaps;
}

static inline struct pl_sinks_state fixture_await(struct recording_fixture *f,
						  sinks_condition *condition)
{
	int64_t limit_ns = pl_clock_mono_ns() + SINKS_WAIT;
	struct pl_sinks_state state;

	for (;;) {
		pl_sinks_state(f->sinks, &state);
		if (condition(f, &state))
			return state;
		assert_true(pl_clock_mono_ns() < limit_ns);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
}

/* Finish, wait, stop: the last state. */
static inline struct pl_sinks_state fixture_finish(struct recording_fixture *f)
{
	struct pollfd done = {.fd = pl_sinks_done_fd(f->sinks), .events = POLLIN};
	struct pl_sinks_state state;

	pl_sinks_finish(f->sinks);
	assert_int_equal(pl_clock_poll(&done, 1, pl_clock_mono_ns() + SINKS_WAIT), 1);
	pl_sinks_stop(f->sinks, &state);
	f->sinks = NULL;
	return state;
}

/* The rows of a CSV file, its header checked and cut off; caller frees. */
static inline char *fixture_rows(const struct recording_fixture *f, const char *name)
{
	size_t count, header = strlen(pl_row_header());
	char *bytes = folder_read(&f->folder, name, &count);

	assert_non_null(bytes);
	assert_true(count >= header && memcmp(bytes, pl_row_header(), header) == 0);
	memmove(bytes, bytes + header, count - header + 1);
	return bytes;
}

static inline void assert_rows(const struct recording_fixture *f, const char *name)
{
	char *rows = fixture_rows(f, name);

	assert_string_equal(rows, f->expected.length ? f->expected.data : "");
	free(rows);
}

#endif
