/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings of a detector: what the bus itself counts, also while a window is open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bus/tick.h"
#include "unit/fake_device.h"

#define TARGETS 3

/* A detector of the simplest kind with the counters that detectors have. */
static const struct pl_parameter counted_parameters[] = {
    {.name = "level", .kind = PL_KIND_STATE, .access = PL_ACCESS_READ},
    {.name = "events", .kind = PL_KIND_COUNTER, .access = PL_ACCESS_READ},
    {.name = "warmth", .kind = PL_KIND_CARRIED, .access = PL_ACCESS_READ},
    {.name = NULL},
};
static const struct pl_parameter counted_channel_parameters[] = {
    {.name = "hits", .kind = PL_KIND_COUNTER, .access = PL_ACCESS_READ},
    {.name = NULL},
};
static const struct pl_driver counted_driver = {
    .name = "counted",
    .summary = "lines that count",
    .ports = PL_PORT_SERIAL,
    .baud = 115200,
    .has_events = true,
    .parameters = counted_parameters,
    .channel_parameters = counted_channel_parameters,
    .open = fake_open,
    .close = free,
    .probe = fake_probe,
    .feed = fake_feed,
    .read = fake_read,
    .write = fake_write,
};

struct recording {
	struct pl_target targets[TARGETS];
	struct pl_bus_record record;
	struct pl_tick_books books;
	struct pl_tick *tick;
	uint64_t id;
};

static void start(struct bench *bench, struct recording *recording, size_t count)
{
	struct pl_bus_request request = {.verb = PL_BUS_RECORD};

	for (size_t i = 0; i < count; i++)
		recording->targets[i].device = 7;
	recording->record = (struct pl_bus_record){
	    .grid = {.start_ns = pl_clock_mono_ns(), .rate_hz = 100},
	    .targets = recording->targets,
	    .target_count = count,
	    .ticks = pl_queue_new(pl_tick_size(count), 1024),
	    .books = pl_queue_new(sizeof(struct pl_tick_books), 2),
	};
	recording->tick = malloc(pl_tick_size(count));
	request.record = recording->record;
	recording->id = post(bench, request);
}

static const struct pl_tick *next_tick(struct recording *recording)
{
	wait_for(pl_queue_fd(recording->record.ticks), POLLIN);
	assert_true(pl_queue_pop(recording->record.ticks, recording->tick));
	return recording->tick;
}

static void finish(struct bench *bench, struct recording *recording)
{
	struct pl_bus_answer answer;

	pl_bus_cancel(bench->bus, recording->id);
	do
		answer = next_answer(bench);
	while (answer.id != recording->id);
	assert_int_equal(answer.status, PL_ERR_CANCELLED);
	while (pl_queue_pop(recording->record.books, &recording->books))
		;
	assert_true(recording->books.is_over);
	pl_queue_free(recording->record.ticks);
	pl_queue_free(recording->record.books);
	free(recording->tick);
}

static struct recording held(void)
{
	return (struct recording){
	    .targets = {{.channel = -1, .parameter = 1},
			{.channel = 1, .parameter = 0},
			{.channel = -1, .parameter = 2}},
	};
}

/* Until the numbers of a tick are these. */
static void wait_for_numbers(struct recording *recording, double events, double hits, double warmth)
{
	const struct pl_sample *samples;

	do
		samples = next_tick(recording)->samples;
	while (recording->tick->kind != PL_TICK_READ || samples[0].reading.value.number != events ||
	       samples[1].reading.value.number != hits ||
	       samples[2].reading.value.number != warmth);
	for (size_t i = 0; i < TARGETS; i++) {
		assert_true(samples[i].was_asked);
		assert_int_equal(samples[i].status, PL_OK);
		assert_int_equal(samples[i].reading.quality, PL_QUALITY_OK);
	}
}

static void what_a_detector_counts_and_carries_is_recorded(void **state)
{
	struct bench *bench = *state;
	struct recording recording = held();
	const struct pl_tick *tick;

	bench->device.driver = &counted_driver;
	bench_open(bench);
	start(bench, &recording, TARGETS);
	tick = next_tick(&recording);
	if (tick->kind == PL_TICK_READ) { /* nothing was carried yet: no number, and why */
		assert_true(tick->samples[0].reading.value.number == 0);
		assert_int_equal(tick->samples[2].reading.quality, PL_QUALITY_MISSING);
		assert_string_not_equal(tick->samples[2].reading.reason, "");
	}
	say(bench, "E1\nE3\nE2\n");
	wait_for_numbers(&recording, 3, 2, 2);
	finish(bench, &recording);
	assert_int_equal(recording.books.failed, 0);
}

/* A window may be open for days: what is recorded beside it begins in it, and ends in it. */
static void a_recording_begins_and_ends_inside_a_window(void **state)
{
	struct bench *bench = *state;
	struct recording recording = held(), other = held();
	struct pl_bus_request count = {.verb = PL_BUS_COUNT,
				       .window = {.dwell = {.time_ns = 1000 * PL_NS_PER_S}}};
	uint64_t id;

	bench->device.driver = &counted_driver;
	bench_open(bench);
	id = post(bench, count);
	start(bench, &recording, TARGETS);
	say(bench, "E1\nE3\nE2\n");
	wait_for_numbers(&recording, 3, 2, 2);
	start(bench, &other, TARGETS);
	say(bench, "E3\n");
	wait_for_numbers(&other, 4, 3, 3);
	wait_for_numbers(&recording, 4, 3, 3);
	finish(bench, &other);
	finish(bench, &recording);
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).id, id);
	assert_int_equal(recording.books.skipped[PL_SKIP_BUSY], 0);
	assert_int_equal(other.books.skipped[PL_SKIP_BUSY], 0);
}

static void a_recording_in_a_window_that_cannot_be_is_refused_at_once(void **state)
{
	struct bench *bench = *state;
	struct recording recording = {.targets = {{.channel = 3, .parameter = 0}}};
	struct pl_bus_request count = {.verb = PL_BUS_COUNT,
				       .window = {.dwell = {.time_ns = 1000 * PL_NS_PER_S}}};
	struct pl_bus_answer answer;
	uint64_t id;

	bench->device.driver = &counted_driver;
	bench_open(bench);
	id = post(bench, count);
	start(bench, &recording, 1);
	answer = next_answer(bench);
	assert_int_equal(answer.id, recording.id);
	assert_int_equal(answer.status, PL_ERR_USAGE);
	pl_queue_free(recording.record.ticks);
	pl_queue_free(recording.record.books);
	free(recording.tick);
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).id, id);
}

/* Not into the middle of a closing and an opening: the first slots would be of the wrong state. */
static void a_recording_behind_a_closing_waits_for_it(void **state)
{
	struct bench *bench = *state;
	struct recording recording = held();
	struct pl_bus_request count = {.verb = PL_BUS_COUNT,
				       .window = {.dwell = {.time_ns = 1000 * PL_NS_PER_S}}};
	uint64_t id;

	bench->device.driver = &counted_driver;
	bench_open(bench);
	id = post(bench, count);
	post(bench, (struct pl_bus_request){.verb = PL_BUS_CLOSE});
	start(bench, &recording, TARGETS);
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).id, id);
	do /* the first thing it tells of is the device that was closed before */
		next_tick(&recording);
	while (recording.tick->kind != PL_TICK_GAP);
	assert_string_equal(recording.tick->why, "disconnected");
	assert_int_equal(recording.tick->n, 0);
	finish(bench, &recording);
}

static void a_window_skips_what_must_be_asked_and_says_why(void **state)
{
	struct bench *bench = *state;
	struct recording recording = {.targets = {{.channel = -1, .parameter = FAKE_LEVEL}}};
	struct pl_bus_request count = {.verb = PL_BUS_COUNT,
				       .window = {.dwell = {.time_ns = 1000 * PL_NS_PER_S}}};
	uint64_t id;

	bench_open(bench);
	start(bench, &recording, 1);
	expect_line(bench, "R-1,0\n");
	id = post(bench, count);
	say(bench, "=1\n");
	do /* told each second while the window is open */
		next_tick(&recording);
	while (recording.tick->kind != PL_TICK_GAP || !strstr(recording.tick->why, "counting"));
	assert_int_equal(recording.tick->device, -1);
	assert_true(recording.tick->slots > 1);
	finish(bench, &recording); /* before the window, so that no tick asks once more */
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).id, id);
	assert_true(recording.books.skipped[PL_SKIP_BUSY] > 1);
	assert_int_equal(recording.books.skipped[PL_SKIP_OVERRUN], 0);
}

static void case_26_a_recorded_detector_that_is_lost_leaves_a_gap(void **state)
{
	struct bench *bench = *state;
	struct recording recording = held();

	bench->device.driver = &counted_driver;
	bench_open(bench);
	start(bench, &recording, TARGETS);
	say(bench, "E1\nE3\nE2\n");
	wait_for_numbers(&recording, 3, 2, 2);
	pty_free(&bench->pty);
	do
		next_tick(&recording);
	while (recording.tick->kind != PL_TICK_GAP ||
	       strcmp(recording.tick->why, "disconnected") != 0);
	finish(bench, &recording);
	assert_int_equal(recording.books.disconnects, 1);
	assert_true(recording.books.skipped[PL_SKIP_DISCONNECTED] > 0);
}

#define HELD_TEST(name) cmocka_unit_test_setup_teardown(name, bench_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    HELD_TEST(what_a_detector_counts_and_carries_is_recorded),
	    HELD_TEST(a_recording_begins_and_ends_inside_a_window),
	    HELD_TEST(a_recording_in_a_window_that_cannot_be_is_refused_at_once),
	    HELD_TEST(a_recording_behind_a_closing_waits_for_it),
	    HELD_TEST(a_window_skips_what_must_be_asked_and_says_why),
	    HELD_TEST(case_26_a_recorded_detector_that_is_lost_leaves_a_gap),
	};

	return cmocka_run_group_tests_name("bus_ticks_held", tests, NULL, NULL);
}
