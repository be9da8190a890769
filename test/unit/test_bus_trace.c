/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of a traced line: cut where they should be, and a flood of them costs nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/fake_device.h"

static int traced_new(void **state)
{
	int code = bench_new(state);

	((struct bench *)*state)->device.trace = true;
	return code;
}

static struct pl_bus_frame next_frame(struct bench *bench)
{
	struct pl_ring *ring = pl_bus_frames(bench->bus);
	struct pl_bus_frame frame;

	while (!pl_ring_pop(ring, &frame)) {
		wait_for(pl_ring_fd(ring), POLLIN);
		pl_ring_acknowledge(ring);
	}
	return frame;
}

static void expect_frame(struct bench *bench, bool is_sent, bool goes_on, const char *bytes)
{
	struct pl_bus_frame frame = next_frame(bench);

	assert_int_equal(frame.count, strlen(bytes));
	assert_memory_equal(frame.bytes, bytes, frame.count);
	assert_int_equal(frame.is_sent, is_sent);
	assert_int_equal(frame.goes_on, goes_on);
	assert_true(frame.t_utc_ns > 0);
}

static void a_question_and_its_reply_are_frames_in_their_order(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request request = {
	    .verb = PL_BUS_WRITE, .target = {.channel = 1, .parameter = 0}, .value = 5};

	bench_open(bench);
	post(bench, request);
	expect_line(bench, "W1,0,5\n");
	say(bench, "E1\n=5\r\n");
	assert_int_equal(next_answer(bench).verb, PL_BUS_WRITE);
	expect_frame(bench, true, false, "W1,0,5\n");
	expect_frame(bench, false, false, "E1\n");
	expect_frame(bench, false, false, "=5\r\n");
}

static void a_line_that_is_too_long_goes_on_in_the_next_frame(void **state)
{
	struct bench *bench = *state;
	char line[2 * PL_BUS_FRAME_SIZE + 3];

	memset(line, 'x', sizeof line);
	line[sizeof line - 2] = '\n';
	line[sizeof line - 1] = '\0';
	bench_open(bench);
	say(bench, line);
	line[sizeof line - 2] = '\0';
	assert_int_equal(next_frame(bench).goes_on, true);
	assert_int_equal(next_frame(bench).count, PL_BUS_FRAME_SIZE);
	expect_frame(bench, false, false, "x\n");
}

static void a_frame_of_just_the_size_is_one(void **state)
{
	struct bench *bench = *state;
	char line[PL_BUS_FRAME_SIZE + 1];

	memset(line, 'x', sizeof line);
	line[PL_BUS_FRAME_SIZE - 1] = '\n';
	line[PL_BUS_FRAME_SIZE] = '\0';
	bench_open(bench);
	say(bench, line);
	expect_frame(bench, false, false, line);
}

static void silence_and_a_question_end_a_frame_without_newline(void **state)
{
	struct bench *bench = *state;

	bench_open(bench);
	say(bench, "abc");
	expect_frame(bench, false, false, "abc");
	say(bench, "def");
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.bytes < 6)
		;
	post(bench, (struct pl_bus_request){.verb = PL_BUS_READ, .target = {.channel = 0}});
	expect_frame(bench, false, false, "def");
	expect_frame(bench, true, false, "R0,0\n");
}

static void frames_without_room_are_counted_and_cost_no_event(void **state)
{
	enum { LINES = 5000 };
	struct bench *bench = *state;
	struct pl_bus_frame frame;
	uint64_t kept = 0;

	bench_open(bench);
	for (int i = 0; i < LINES; i++)
		say(bench, "E1\n");
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.events < LINES)
		;
	while (pl_ring_pop(pl_bus_frames(bench->bus), &frame))
		kept++;
	assert_true(kept > 0 && kept < LINES);
	assert_int_equal(kept + pl_ring_lost(pl_bus_frames(bench->bus)), LINES);
}

static void what_is_not_traced_has_no_ring(void **state)
{
	struct bench *bench = *state;

	bench_open(bench);
	assert_null(pl_bus_frames(bench->bus));
}

#define TRACED(name) cmocka_unit_test_setup_teardown(name, traced_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TRACED(a_question_and_its_reply_are_frames_in_their_order),
	    TRACED(a_line_that_is_too_long_goes_on_in_the_next_frame),
	    TRACED(a_frame_of_just_the_size_is_one),
	    TRACED(silence_and_a_question_end_a_frame_without_newline),
	    TRACED(frames_without_room_are_counted_and_cost_no_event),
	    cmocka_unit_test_setup_teardown(what_is_not_traced_has_no_ring, bench_new, bench_free),
	};

	return cmocka_run_group_tests_name("bus_trace", tests, NULL, NULL);
}
