/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to a bus: each answered exactly once, cancelled wherever it waits, polled in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "unit/fake_device.h"

static const struct pl_bus_request read_level = {
    .verb = PL_BUS_READ, .target = {.channel = -1, .parameter = FAKE_LEVEL}};
static const struct pl_bus_request flood = {.verb = PL_BUS_WRITE,
					    .target = {.channel = -1, .parameter = FAKE_FLOOD}};
static const struct pl_bus_request close_port = {.verb = PL_BUS_CLOSE};

static void a_read_and_a_write_are_answered_with_what_the_device_says(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request write = {
	    .verb = PL_BUS_WRITE, .target = {.channel = 1, .parameter = 0}, .value = 300};
	struct pl_bus_answer answer;
	uint64_t id;

	bench_open(bench);
	id = post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	say(bench, "E1\n=4.5\n");
	answer = next_answer(bench);
	assert_int_equal(answer.id, id);
	assert_int_equal(answer.status, PL_OK);
	assert_true(answer.reading.value.number == 4.5);
	assert_int_equal(answer.error.code, PL_OK);
	assert_string_equal(answer.error.text, "");
	post(bench, write);
	expect_line(bench, "W1,0,300\n");
	say(bench, "=300\n");
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_OK);
	assert_true(answer.report.applied == 300);
	post(bench, write);
	expect_line(bench, "W1,0,300\n");
	say(bench, "!dame\n");
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_ERR_REFUSED);
	assert_string_equal(answer.error.text, "refused: !dame");
}

static void what_the_device_does_not_have_is_refused(void **state)
{
	static const struct {
		struct pl_bus_request request;
		enum pl_status status;
	} rows[] = {
	    {{.verb = PL_BUS_READ, .target = {.channel = -1, .parameter = 99}}, PL_ERR_USAGE},
	    {{.verb = PL_BUS_READ, .target = {.channel = 2, .parameter = 0}}, PL_ERR_USAGE},
	    {{.verb = PL_BUS_WRITE, .target = {.channel = -1, .parameter = FAKE_LEVEL}},
	     PL_ERR_UNSUPPORTED},
	    {{.verb = PL_BUS_READ, .target = {.channel = -1, .parameter = FAKE_FLOOD}},
	     PL_ERR_UNSUPPORTED},
	    {{.verb = (enum pl_bus_verb)99}, PL_ERR_USAGE},
	};
	struct bench *bench = *state;

	bench_open(bench);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(ask(bench, rows[i].request).status, rows[i].status);
}

static void case_34_a_late_reply_is_not_credited_to_the_next_question(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;

	bench->options.timeout_ns = 20 * PL_NS_PER_MS;
	bench_open(bench);
	answer = ask(bench, read_level);
	assert_int_equal(answer.status, PL_ERR_UNANSWERED);
	expect_line(bench, "R-1,0\n");
	say(bench, "=1\n");
	assert_string_equal(next_event(bench, PL_BUS_EVENT_STRAY).stray.why, "late");
	bench_stop(bench);
	bench->options.timeout_ns = 1000 * PL_NS_PER_S;
	bench_open(bench);
	post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	say(bench, "=2\n");
	answer = next_answer(bench);
	assert_true(answer.reading.value.number == 2);
}

static void case_52_a_line_that_takes_nothing_is_an_error_at_the_deadline(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;

	bench->options.timeout_ns = 50 * PL_NS_PER_MS;
	bench_open(bench);
	answer = ask(bench, flood);
	assert_int_equal(answer.status, PL_ERR_UNANSWERED);
	assert_non_null(strstr(answer.error.text, "CTS"));
}

static void answers_without_room_are_kept_in_order(void **state)
{
	struct bench *bench = *state;

	pl_queue_free(bench->answers);
	bench->answers = pl_queue_new(sizeof(struct pl_bus_answer), 1);
	bench_start(bench);
	for (int i = 0; i < 20; i++)
		post(bench, close_port);
	for (uint64_t i = 1; i <= 20; i++)
		assert_int_equal(next_answer(bench).id, i);
	assert_int_equal(pl_queue_length(bench->answers), 0);
}

static void every_request_is_answered_also_at_the_end(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;

	bench_open(bench);
	for (int i = 0; i < 5; i++)
		post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	bench_stop(bench);
	for (uint64_t i = 2; i <= 6; i++) {
		assert_true(pl_queue_pop(bench->answers, &answer));
		assert_int_equal(answer.id, i);
		assert_int_equal(answer.status, PL_ERR_CANCELLED);
	}
	assert_false(pl_queue_pop(bench->answers, &answer));
}

static void a_driver_that_waits_is_cancelled(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;
	uint64_t id;

	bench_open(bench);
	id = post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	pl_bus_cancel(bench->bus, id);
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_ERR_CANCELLED);
	post(bench, read_level); /* and nothing of it stays behind */
	expect_line(bench, "R-1,0\n");
	say(bench, "=1\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
}

static void a_send_that_is_stuck_is_cancelled(void **state)
{
	struct bench *bench = *state;
	uint64_t id;

	bench_open(bench);
	id = post(bench, flood);
	wait_for(bench->pty.master, POLLIN);
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).status, PL_ERR_CANCELLED);
}

/* Cancels a count that never ends, later and later until its window had begun or not, as asked. */
static void cancel_count(struct bench *bench, struct pl_window window, bool in_window)
{
	struct pl_bus_request request = {.verb = PL_BUS_COUNT, .window = window};
	struct pl_bus_answer answer;
	int64_t delay_ns = PL_NS_PER_MS;

	do {
		uint64_t id = post(bench, request);

		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + delay_ns);
		pl_bus_cancel(bench->bus, id);
		answer = next_answer(bench);
		assert_int_equal(answer.id, id);
		assert_int_equal(answer.status, PL_ERR_CANCELLED);
		delay_ns *= 2;
	} while ((answer.count.t0_ns != 0) != in_window);
}

static void a_window_is_cancelled_in_its_discard_and_in_its_dwell(void **state)
{
	struct bench *bench = *state;

	bench_open(bench);
	cancel_count(bench, (struct pl_window){.dwell = {.time_ns = 1000 * PL_NS_PER_S}}, true);
	cancel_count(bench,
		     (struct pl_window){.discard_ns = 1000 * PL_NS_PER_S, .dwell = {.time_ns = 1}},
		     false);
}

static void a_request_that_waits_its_turn_is_cancelled_at_once(void **state)
{
	struct bench *bench = *state;
	uint64_t first, second, third;

	bench_open(bench);
	first = post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	second = post(bench, read_level);
	third = post(bench, close_port);
	pl_bus_cancel(bench->bus, 999); /* of nobody */
	pl_bus_cancel(bench->bus, second);
	assert_int_equal(next_answer(bench).id, second);
	say(bench, "=1\n");
	assert_int_equal(next_answer(bench).id, first);
	assert_int_equal(next_answer(bench).id, third);
}

static void a_probe_is_cancelled_and_the_port_closed(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;
	uint64_t id;

	bench->options.probes = true;
	bench_start(bench);
	id = post(bench, (struct pl_bus_request){.verb = PL_BUS_OPEN});
	expect_line(bench, "?\n");
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).status, PL_ERR_CANCELLED);
	assert_int_equal(next_event(bench, PL_BUS_EVENT_STATE).state.state, PL_BUS_OPENING);
	event = next_event(bench, PL_BUS_EVENT_STATE);
	assert_int_equal(event.state.state, PL_BUS_CLOSED);
	assert_int_not_equal(event.state.text[0], '\0');
}

static void an_open_that_takes_long_is_cancelled(void **state)
{
	struct bench *bench = *state;
	char script[80];
	FILE *file;
	uint64_t id;

	snprintf(script, sizeof script, "/tmp/plateau-bus-script-%d", getpid());
	file = fopen(script, "w");
	assert_non_null(file);
	fputs("#!/bin/sh\nexec cat\n", file);
	fclose(file);
	chmod(script, 0700);
	setenv("PLATEAU_PROGRAM", script, 1);
	bench->device.port = "sim:osechi";
	bench_start(bench);
	id = post(bench, (struct pl_bus_request){.verb = PL_BUS_OPEN});
	pl_bus_cancel(bench->bus, 999);
	assert_int_equal(next_event(bench, PL_BUS_EVENT_STATE).state.state, PL_BUS_OPENING);
	pl_bus_cancel(bench->bus, id);
	assert_int_equal(next_answer(bench).status, PL_ERR_CANCELLED);
	unsetenv("PLATEAU_PROGRAM");
	unlink(script);
}

static void states_shown_are_polled_in_turn_and_unsupported_ones_once(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;

	bench->device.refresh_ns = 2 * PL_NS_PER_MS;
	bench_open(bench);
	expect_line(bench, "R-1,0\n");
	say(bench, "=1\n");
	event = next_event(bench, PL_BUS_EVENT_READING);
	assert_int_equal(event.reading.target.parameter, FAKE_LEVEL);
	assert_true(event.reading.reading.value.number == 1);
	expect_line(bench, "R-1,1\n");
	say(bench, "!unsupported\n");
	event = next_event(bench, PL_BUS_EVENT_READING);
	assert_int_equal(event.reading.target.parameter, FAKE_ODD);
	assert_int_equal(event.reading.reading.quality, PL_QUALITY_MISSING);
	assert_string_equal(event.reading.reading.reason, "not known");
	for (int i = 0; i < 4; i++) {
		expect_line(bench, "R-1,0\n");
		say(bench, "=2\n");
	}
}

static void a_request_waits_for_the_poll_under_way(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request count = {.verb = PL_BUS_COUNT, .window = {.dwell = {.time_ns = 1}}};
	struct pl_bus_answer answer;
	int64_t said_ns;

	bench->device.refresh_ns = 2 * PL_NS_PER_MS;
	bench_open(bench);
	expect_line(bench, "R-1,0\n");
	post(bench, count);
	said_ns = pl_clock_mono_ns();
	say(bench, "=1\n");
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_OK);
	assert_true(answer.count.t0_ns >= said_ns);
}

#define BUS_TEST(name) cmocka_unit_test_setup_teardown(name, bench_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BUS_TEST(a_read_and_a_write_are_answered_with_what_the_device_says),
	    BUS_TEST(what_the_device_does_not_have_is_refused),
	    BUS_TEST(case_34_a_late_reply_is_not_credited_to_the_next_question),
	    BUS_TEST(case_52_a_line_that_takes_nothing_is_an_error_at_the_deadline),
	    BUS_TEST(answers_without_room_are_kept_in_order),
	    BUS_TEST(every_request_is_answered_also_at_the_end),
	    BUS_TEST(a_driver_that_waits_is_cancelled),
	    BUS_TEST(a_send_that_is_stuck_is_cancelled),
	    BUS_TEST(a_window_is_cancelled_in_its_discard_and_in_its_dwell),
	    BUS_TEST(a_request_that_waits_its_turn_is_cancelled_at_once),
	    BUS_TEST(a_probe_is_cancelled_and_the_port_closed),
	    BUS_TEST(an_open_that_takes_long_is_cancelled),
	    BUS_TEST(states_shown_are_polled_in_turn_and_unsupported_ones_once),
	    BUS_TEST(a_request_waits_for_the_poll_under_way),
	};

	return cmocka_run_group_tests_name("bus_request", tests, NULL, NULL);
}
