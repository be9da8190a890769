/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A port that cannot be opened, one that is lost, and one that comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "unit/fake_device.h"

static const struct pl_bus_request read_level = {
    .verb = PL_BUS_READ, .target = {.channel = -1, .parameter = FAKE_LEVEL}};
static const struct pl_bus_request open_port = {.verb = PL_BUS_OPEN};

static struct pl_bus_event wait_for_state(struct bench *bench, enum pl_bus_state wanted)
{
	struct pl_bus_event event;

	do
		event = next_event(bench, PL_BUS_EVENT_STATE);
	while (event.state.state != wanted);
	return event;
}

static double cpu_seconds(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* The line is pulled out: the node is gone and its link leads nowhere. */
static void unplug(struct bench *bench)
{
	pty_free(&bench->pty);
}

static void plug_in(struct bench *bench)
{
	char next[sizeof bench->link + 8];

	bench->pty = pty_new();
	snprintf(next, sizeof next, "%s.next", bench->link);
	assert_int_equal(symlink(bench->pty.path, next), 0);
	assert_int_equal(rename(next, bench->link), 0);
}

static void an_open_tells_its_states_and_who_is_there(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;
	struct pl_bus_event event;

	bench->options.probes = true;
	bench_start(bench);
	post(bench, open_port);
	expect_line(bench, "?\n");
	say(bench, "!7\n");
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_OK);
	assert_string_equal(answer.identity.serial, "7");
	assert_int_equal(next_event(bench, PL_BUS_EVENT_STATE).state.state, PL_BUS_OPENING);
	event = next_event(bench, PL_BUS_EVENT_STATE);
	assert_int_equal(event.state.state, PL_BUS_UP);
	assert_string_equal(event.state.identity.model, "fake");
	assert_string_equal(event.state.path, bench->pty.path);
	answer = ask(bench, open_port); /* open already: who is there is known */
	assert_string_equal(answer.identity.serial, "7");
}

static void a_device_that_is_not_open_answers_nothing(void **state)
{
	struct bench *bench = *state;

	bench_start(bench);
	assert_int_equal(ask(bench, read_level).status, PL_ERR_LOST);
	assert_int_equal(ask(bench, (struct pl_bus_request){.verb = PL_BUS_CLOSE}).status, PL_OK);
}

static void a_port_that_is_not_there_is_told_and_not_tried_again(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_answer answer;

	bench->device.port = "/dev/ttyUSB_none";
	bench_start(bench);
	answer = ask(bench, open_port);
	assert_int_equal(answer.status, PL_ERR_NOT_FOUND);
	assert_string_equal(answer.error.where, "/dev/ttyUSB_none");
	assert_non_null(strstr(wait_for_state(bench, PL_BUS_CLOSED).state.text, "no such port"));
}

static void case_31_a_busy_port_names_its_holder(void **state)
{
	struct bench *bench = *state;
	int fd = open(bench->pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct pl_bus_answer answer;
	char pid[32];

	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	snprintf(pid, sizeof pid, "(pid %d)", getpid());
	bench_start(bench);
	answer = ask(bench, open_port);
	assert_int_equal(answer.status, PL_ERR_BUSY);
	assert_non_null(strstr(answer.error.text, pid));
	assert_non_null(strstr(wait_for_state(bench, PL_BUS_CLOSED).state.text, pid));
	close(fd);
	assert_int_equal(ask(bench, open_port).status, PL_OK);
}

static void case_26_a_port_lost_in_a_window_voids_it_and_costs_nothing(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_request count = {.verb = PL_BUS_COUNT,
				       .window = {.dwell = {.time_ns = 1000 * PL_NS_PER_S}}};
	struct pl_bus_answer answer;
	double before;

	bench_open(bench);
	post(bench, count);
	say(bench, "E1\n");
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.events < 1)
		;
	unplug(bench);
	answer = next_answer(bench);
	assert_int_equal(answer.status, PL_ERR_LOST);
	assert_int_equal(answer.error.code, PL_ERR_LOST);
	assert_true(answer.count.events <= 1);
	assert_int_not_equal(wait_for_state(bench, PL_BUS_LOST).state.text[0], '\0');
	assert_int_equal(ask(bench, read_level).status, PL_ERR_LOST);
	before = cpu_seconds();
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_S);
	assert_true(cpu_seconds() - before < 0.3); /* a loop that spins takes all of the second */
}

static void case_26_a_port_lost_in_a_question_answers_it(void **state)
{
	struct bench *bench = *state;

	bench_open(bench);
	post(bench, read_level);
	post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	unplug(bench);
	assert_int_equal(next_answer(bench).status, PL_ERR_LOST);
	assert_int_equal(next_answer(bench).status, PL_ERR_LOST);
	wait_for_state(bench, PL_BUS_LOST);
}

static void case_27_a_port_that_comes_back_is_opened_again(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;

	bench_open(bench);
	say(bench, "E1\nE1\n");
	while (next_event(bench, PL_BUS_EVENT_COUNTERS).counters.events < 2)
		;
	unplug(bench);
	wait_for_state(bench, PL_BUS_LOST);
	plug_in(bench);
	event = wait_for_state(bench, PL_BUS_UP);
	assert_string_equal(event.state.path, bench->pty.path);
	say(bench, "E1\n");
	do
		event = next_event(bench, PL_BUS_EVENT_COUNTERS);
	while (event.counters.events == 0);
	assert_int_equal(event.counters.events, 1); /* since this open */
	post(bench, read_level);
	expect_line(bench, "R-1,0\n");
	say(bench, "=1\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
}

static void case_28_another_device_is_refused_until_someone_opens_it(void **state)
{
	struct bench *bench = *state;
	struct pl_bus_event event;

	bench->options.probes = true;
	bench_start(bench);
	post(bench, open_port);
	expect_line(bench, "?\n");
	say(bench, "!7\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
	unplug(bench);
	wait_for_state(bench, PL_BUS_LOST);
	plug_in(bench);
	expect_line(bench, "?\n");
	post(bench, read_level); /* while it is looked at: refused at once */
	assert_int_equal(next_answer(bench).status, PL_ERR_LOST);
	say(bench, "!8\n");
	event = wait_for_state(bench, PL_BUS_LOST);
	assert_non_null(strstr(event.state.text, "8 instead of 7"));
	assert_int_equal(ask(bench, (struct pl_bus_request){.verb = PL_BUS_CLOSE}).status, PL_OK);
	post(bench, open_port);
	expect_line(bench, "?\n");
	say(bench, "!8\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
}

static void case_28_a_device_that_tells_no_number_once_does_not_let_another_in(void **state)
{
	struct bench *bench = *state;

	bench->options.probes = true;
	bench_start(bench);
	post(bench, open_port);
	expect_line(bench, "?\n");
	say(bench, "!7\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
	unplug(bench);
	wait_for_state(bench, PL_BUS_LOST);
	plug_in(bench);
	expect_line(bench, "?\n");
	say(bench, "!\n");
	assert_string_equal(wait_for_state(bench, PL_BUS_UP).state.identity.serial, "7");
	unplug(bench);
	wait_for_state(bench, PL_BUS_LOST);
	plug_in(bench);
	expect_line(bench, "?\n");
	say(bench, "!8\n");
	assert_non_null(strstr(wait_for_state(bench, PL_BUS_LOST).state.text, "8"));
}

static void closing_a_lost_device_ends_the_tries(void **state)
{
	struct bench *bench = *state;

	bench->options.probes = true;
	bench_start(bench);
	post(bench, open_port);
	expect_line(bench, "?\n");
	say(bench, "!7\n");
	assert_int_equal(next_answer(bench).status, PL_OK);
	unplug(bench);
	wait_for_state(bench, PL_BUS_LOST);
	plug_in(bench);
	expect_line(bench, "?\n"); /* a try is under way, and would wait for long */
	assert_int_equal(ask(bench, (struct pl_bus_request){.verb = PL_BUS_CLOSE}).status, PL_OK);
	wait_for_state(bench, PL_BUS_CLOSED);
}

/* An engine that does not look for a while. */
static void no_state_is_lost_on_a_full_ring(void **state)
{
	static const enum pl_bus_state order[] = {PL_BUS_OPENING, PL_BUS_UP, PL_BUS_CLOSED};
	static const struct pl_bus_request close_port = {.verb = PL_BUS_CLOSE};
	struct bench *bench = *state;
	int rounds = 0, rounds_full = 0;

	bench_start(bench);
	for (; rounds_full < 4; rounds++) {
		assert_int_equal(ask(bench, open_port).status, PL_OK);
		assert_int_equal(ask(bench, close_port).status, PL_OK);
		rounds_full += pl_ring_high_water(pl_bus_events(bench->bus)) == 512;
	}
	for (int i = 0; i < 3 * rounds; i++)
		assert_int_equal(next_event(bench, PL_BUS_EVENT_STATE).state.state, order[i % 3]);
}

#define BUS_TEST(name) cmocka_unit_test_setup_teardown(name, bench_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BUS_TEST(an_open_tells_its_states_and_who_is_there),
	    BUS_TEST(a_device_that_is_not_open_answers_nothing),
	    BUS_TEST(a_port_that_is_not_there_is_told_and_not_tried_again),
	    BUS_TEST(case_31_a_busy_port_names_its_holder),
	    BUS_TEST(case_26_a_port_lost_in_a_window_voids_it_and_costs_nothing),
	    BUS_TEST(case_26_a_port_lost_in_a_question_answers_it),
	    BUS_TEST(case_27_a_port_that_comes_back_is_opened_again),
	    BUS_TEST(case_28_another_device_is_refused_until_someone_opens_it),
	    BUS_TEST(case_28_a_device_that_tells_no_number_once_does_not_let_another_in),
	    BUS_TEST(closing_a_lost_device_ends_the_tries),
	    BUS_TEST(no_state_is_lost_on_a_full_ring),
	};

	return cmocka_run_group_tests_name("bus_lost", tests, NULL, NULL);
}
