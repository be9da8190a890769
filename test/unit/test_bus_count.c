/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting on a live line: every event in exactly the window in which its line was read. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "unit/fake_device.h"

struct source {
	int fd;
	atomic_bool is_over;
	size_t lines; /* sent; read after join */
};

/* A device that sends an event about every 200 us, sometimes in two pieces. */
static void *send_events(void *argument)
{
	struct source *source = argument;

	while (!atomic_load(&source->is_over)) {
		struct pollfd room = {.fd = source->fd, .events = POLLOUT};

		pl_clock_poll(&room, 1, PL_NEVER);
		if (source->lines % 5 == 0) {
			if (write(source->fd, "E", 1) != 1 || write(source->fd, "3\n", 2) != 2)
				break;
		} else if (write(source->fd, "E1\n", 3) != 3) {
			break;
		}
		source->lines++;
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS / 5);
	}
	return NULL;
}

static size_t between(const struct fake_options *options, int64_t from_ns, int64_t to_ns)
{
	size_t count = 0;

	for (size_t i = 0; i < options->time_count; i++)
		count += options->times[i] >= from_ns && options->times[i] < to_ns;
	return count;
}

static void a_window_holds_exactly_the_lines_read_in_it(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request request = {
	    .verb = PL_BUS_COUNT,
	    .window = {.discard_ns = 3 * PL_NS_PER_MS, .dwell = {.time_ns = 20 * PL_NS_PER_MS}}};
	struct source source = {.fd = bench->pty.master};
	struct pl_bus_answer answers[12];
	size_t total = 0;
	pthread_t thread;

	bench->options.times = calloc(FAKE_TIMES, sizeof *bench->options.times);
	bench_open(bench);
	assert_int_equal(pthread_create(&thread, NULL, send_events, &source), 0);
	for (int i = 0; i < 12; i++)
		answers[i] = ask(bench, request);
	atomic_store(&source.is_over, true);
	pthread_join(thread, NULL);
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.events < source.lines)
		;
	bench_stop(bench);
	assert_int_equal(bench->options.time_count, source.lines);
	for (int i = 0; i < 12; i++) {
		const struct pl_count *count = &answers[i].count;

		assert_int_equal(answers[i].status, PL_OK);
		assert_true(count->t1_ns - count->t0_ns >= request.window.dwell.time_ns);
		assert_int_equal(count->events,
				 between(&bench->options, count->t0_ns, count->t1_ns));
		assert_int_equal(count->hits[0], count->events);
		assert_int_equal(count->hits[1], count->hits[2]); /* the coincidence */
		assert_int_equal(count->carried[0].count, count->events);
		assert_true(count->occupancy > 0);
		assert_int_equal(count->gap_ns, 0);
		if (i > 0) /* the discard lies between */
			assert_true(count->t0_ns >=
				    answers[i - 1].count.t1_ns + request.window.discard_ns);
		total += count->events;
	}
	assert_true(total > 0 && total <= source.lines);
}

static void what_came_before_the_window_is_not_in_it(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request request = {.verb = PL_BUS_COUNT,
					 .window = {.dwell = {.time_ns = PL_NS_PER_MS}}};
	struct pl_bus_answer answer;

	bench_open(bench);
	say(bench, "E1\nE1\nE1\n");
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.events < 3)
		;
	answer = ask(bench, request);
	assert_int_equal(answer.status, PL_OK);
	assert_int_equal(answer.count.events, 0);
	assert_int_equal(answer.count.bytes, 0);
	assert_true(isnan(answer.count.device_dead_s));
	assert_true(answer.count.t0_utc_ns > 0);
}

static void counters_show_all_since_the_port_was_opened(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;

	bench_open(bench);
	say(bench, "E1\nE2\nE3\nhello\n");
	do
		event = next_event(bench, PL_BUS_EVENT_COUNTERS);
	while (event.counters.strays < 1);
	assert_int_equal(event.device, 7);
	assert_int_equal(event.counters.events, 3);
	assert_int_equal(event.counters.bytes, 15);
	assert_int_equal(event.counters.hits[0], 2);
	assert_int_equal(event.counters.hits[1], 2);
	assert_int_equal(event.counters.hits[2], 1);
	event = next_event(bench, PL_BUS_EVENT_READING); /* the newest carried value */
	assert_int_equal(event.reading.target.channel, -1);
	assert_int_equal(event.reading.target.parameter, FAKE_WARMTH);
	assert_int_equal(event.reading.reading.quality, PL_QUALITY_OK);
	assert_true(event.reading.reading.value.number == 3);
}

static struct pl_bus_request count_until(int64_t counts)
{
	return (struct pl_bus_request){
	    .verb = PL_BUS_COUNT,
	    .window = {.dwell = {.rule = PL_DWELL_COUNTS, .counts = counts},
		       .watched = 1,
		       .wants_events = true},
	};
}

static void a_window_without_dwell_is_refused(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;

	bench_open(bench);
	answer = ask(bench, (struct pl_bus_request){.verb = PL_BUS_COUNT});
	assert_int_equal(answer.status, PL_ERR_USAGE);
	answer = ask(bench, count_until(0));
	assert_int_equal(answer.status, PL_ERR_USAGE);
}

/* What is said at once is read at once: lines behind the last count are of no window, though they
 * count on the screen. The window's beginning is not seen from here, so the first line may be too
 * early and is said again. */
static void lines_behind_the_last_count_are_of_no_window(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;
	uint64_t id;

	bench_open(bench);
	id = post(bench, count_until(4));
	while (!pl_queue_pop(bench->answers, &answer)) {
		say(bench, "E1\nE2\nE3\nE2\nE1\nE2\n");
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	assert_int_equal(answer.id, id);
	assert_int_equal(answer.status, PL_OK);
	assert_int_equal(answer.count.stop_rule, PL_STOP_COUNTS);
	assert_int_equal(answer.count.last_series, 0);
	assert_int_equal(answer.count.hits[0], 4);
}

static void each_event_of_a_window_is_told_before_its_answer(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;
	struct pl_bus_event event;
	uint64_t id, told = 0;
	int64_t last_ns;

	bench_open(bench);
	id = post(bench, count_until(103));
	while (!pl_queue_pop(bench->answers, &answer)) {
		say(bench, "E1\nE3\nE2\n");
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS / 10);
	}
	last_ns = answer.count.t0_ns;
	while (pl_ring_pop(pl_bus_events(bench->bus), &event)) {
		if (event.kind != PL_BUS_EVENT_EVENTS)
			continue;
		assert_int_equal(event.events.request, id);
		assert_int_equal(event.device, 7);
		assert_int_equal(event.events.lost, 0);
		assert_in_range(event.events.count, 1, PL_BUS_EVENTS);
		for (size_t i = 0; i < event.events.count; i++) {
			assert_true(event.events.items[i].t_ns >= last_ns);
			assert_true(event.events.items[i].t_ns < answer.count.t1_ns);
			assert_true(event.events.items[i].t_ns <= event.t_mono_ns);
			last_ns = event.events.items[i].t_ns;
			told++;
		}
	}
	assert_int_equal(answer.count.hits[0], 103);
	assert_int_equal(told, answer.count.events);
	assert_int_equal(answer.count.untold, 0);
}

static void events_without_room_are_counted_and_hold_nobody_up(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;
	struct pl_bus_event event;
	uint64_t told = 0;

	bench_open(bench);
	post(bench, count_until(9000));
	while (!pl_queue_pop(bench->answers, &answer)) /* nobody empties the ring */
		for (int i = 0; i < 20; i++)
			say(bench, "E1\nE1\nE1\nE1\nE1\nE1\nE1\nE1\nE1\nE1\n");
	assert_int_equal(answer.status, PL_OK);
	assert_int_equal(answer.count.hits[0], 9000);
	while (pl_ring_pop(pl_bus_events(bench->bus), &event))
		if (event.kind == PL_BUS_EVENT_EVENTS)
			told += event.events.count;
	assert_true(answer.count.untold > 0);
	assert_int_equal(told + answer.count.untold, 9000);
}

static void a_window_stopped_on_request_says_so(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_STATE};
	struct pl_bus_answer answer;
	uint64_t id;

	bench_open(bench);
	id = post(bench, count_until(3));
	while (event.kind != PL_BUS_EVENT_EVENTS) { /* its first batch shows that it is open */
		say(bench, "E2\n");
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
		pl_ring_pop(pl_bus_events(bench->bus), &event);
	}
	pl_bus_cancel(bench->bus, id);
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_ERR_CANCELLED);
	assert_int_equal(answer.count.stop_rule, PL_STOP_OPERATOR);
}

static void strays_are_shown_escaped_with_their_length(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;

	bench_open(bench);
	say(bench, "\033]52;c\a\n");
	event = next_event(bench, PL_BUS_EVENT_STRAY);
	assert_string_equal(event.stray.text, "\\x1b]52;c\\x07");
	assert_string_equal(event.stray.why, "garbage");
	assert_int_equal(event.stray.bytes, 7);
}

static void a_flood_of_strays_is_thinned_and_counted_exactly(void **state)
{
	struct bench *bench = *state;
	struct pl_ring *ring;
	struct pl_bus_event event;
	unsigned long shown = 0, hidden = 0, more;

	bench_open(bench);
	ring = pl_bus_events(bench->bus);
	for (int i = 0; i < 1000; i++)
		say(bench, "noise\n");
	while (shown + hidden < 1000) {
		while (pl_ring_pop(ring, &event)) {
			shown += event.kind == PL_BUS_EVENT_STRAY;
			if (event.kind == PL_BUS_EVENT_NOTE &&
			    sscanf(event.note.text, "%lu lines not shown", &more) == 1)
				hidden += more;
		}
		if (shown + hidden < 1000)
			wait_for(pl_ring_fd(ring), POLLIN);
		pl_ring_acknowledge(ring);
	}
	assert_int_equal(shown + hidden, 1000);
	assert_true(hidden > 0);
	assert_int_equal(pl_ring_lost(ring), 0);
}

static void case_48_ten_megabytes_without_newline_cost_no_memory(void **state)
{
	static const char block[65536] = {'x'};
	struct bench *bench = *state;
	struct rusage before, after;
	struct pl_bus_event event;

	bench_open(bench);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 160; i++)
		put_bytes(bench->pty.master, block, sizeof block);
	say(bench, "\nE1\n");
	do
		event = next_event(bench, PL_BUS_EVENT_COUNTERS);
	while (event.counters.events < 1);
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(event.counters.bytes, 160 * sizeof block + 4);
	assert_int_equal(event.counters.strays, 1);
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* kB */
}

#define BUS_TEST(name) cmocka_unit_test_setup_teardown(name, bench_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BUS_TEST(a_window_holds_exactly_the_lines_read_in_it),
	    BUS_TEST(what_came_before_the_window_is_not_in_it),
	    BUS_TEST(counters_show_all_since_the_port_was_opened),
	    BUS_TEST(a_window_without_dwell_is_refused),
	    BUS_TEST(lines_behind_the_last_count_are_of_no_window),
	    BUS_TEST(each_event_of_a_window_is_told_before_its_answer),
	    BUS_TEST(events_without_room_are_counted_and_hold_nobody_up),
	    BUS_TEST(a_window_stopped_on_request_says_so),
	    BUS_TEST(strays_are_shown_escaped_with_their_length),
	    BUS_TEST(a_flood_of_strays_is_thinned_and_counted_exactly),
	    BUS_TEST(case_48_ten_megabytes_without_newline_cost_no_memory),
	};

	return cmocka_run_group_tests_name("bus_count", tests, NULL, NULL);
}
