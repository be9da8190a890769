/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several devices on one port: each with its own state, the port lost and found for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/fake_units.h"

static bool is_hung_up(const struct line *line)
{
	struct pollfd fd = {.fd = line->pty.master, .events = POLLIN};

	pl_clock_poll(&fd, 1, pl_clock_mono_ns());
	return (fd.revents & POLLHUP) != 0;
}

static void the_port_is_open_from_the_first_device_to_the_last(void **state)
{
	struct line *line = *state;

	line_start(line, 3);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_OK);
	assert_false(is_hung_up(line));
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_READ, 2).status, PL_ERR_LOST);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 2).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_CLOSE, 1).status, PL_OK);
	assert_false(is_hung_up(line));
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_LOST);
	assert_int_equal(line_ask(line, PL_BUS_READ, 2).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_CLOSE, 2).status, PL_OK);
	assert_true(is_hung_up(line));
	assert_int_equal(line_state(line, PL_BUS_CLOSED, -1).device, 1);
	assert_int_equal(line_state(line, PL_BUS_CLOSED, -1).device, 2);
}

static void each_request_goes_to_its_own_device(void **state)
{
	struct line *line = *state;

	line_open(line, 3);
	for (int i = 0; i < 3; i++)
		line->units[i].value = 100 * (uint64_t)i;
	for (int i = 2; i >= 0; i--)
		assert_true(line_ask(line, PL_BUS_READ, i).reading.value.number == 100 * i);
	assert_int_equal(line_ask(line, PL_BUS_READ, 5).status, PL_ERR_USAGE);
}

static void a_device_that_does_not_answer_its_open_stays_closed_by_itself(void **state)
{
	struct line *line = *state;

	line->units[1].is_silent = true;
	line_start(line, 3);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_ERR_UNANSWERED);
	assert_true(is_hung_up(line));
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 0).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_ERR_UNANSWERED);
	assert_int_equal(line_ask(line, PL_BUS_READ, 0).status, PL_OK);
	unit_silence(&line->units[1], false);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_OK);
}

static void case_49_a_silent_device_is_lost_alone_and_back_with_its_first_answer(void **state)
{
	struct line *line = *state;
	unsigned reads;

	line_open(line, 3);
	unit_silence(&line->units[1], true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_UNANSWERED);
	assert_string_not_equal(line_state(line, PL_BUS_LOST, 1).state.text, "");
	reads = unit_count(&line->units[1], &line->units[1].reads);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_LOST);
	assert_int_equal(unit_count(&line->units[1], &line->units[1].reads), reads);
	assert_int_equal(line_ask(line, PL_BUS_READ, 0).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_READ, 2).status, PL_OK);
	unit_silence(&line->units[1], false);
	line_state(line, PL_BUS_UP, 1);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_OK);
	assert_int_equal(unit_count(&line->units[0], &line->units[0].probes), 1);
}

static void opening_a_silent_device_probes_it_at_once(void **state)
{
	struct line *line = *state;

	line_open(line, 2);
	unit_silence(&line->units[1], true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_UNANSWERED);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_ERR_UNANSWERED);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_LOST);
	unit_silence(&line->units[1], false);
	assert_int_equal(line_ask(line, PL_BUS_OPEN, 1).status, PL_OK);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_OK);
}

static void case_26_a_lost_port_is_lost_to_all_and_back_for_all(void **state)
{
	struct line *line = *state;

	line_open(line, 3);
	unit_silence(&line->units[1], true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_UNANSWERED);
	line_unplug(line);
	for (int i = 0; i < 3; i++)
		line_state(line, PL_BUS_LOST, i);
	assert_int_equal(line_ask(line, PL_BUS_READ, 2).status, PL_ERR_LOST);
	line_plug_in(line);
	line_state(line, PL_BUS_UP, 0);
	line_state(line, PL_BUS_UP, 2);
	unit_silence(&line->units[1], false);
	line_state(line, PL_BUS_UP, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(line_ask(line, PL_BUS_READ, i).status, PL_OK);
}

static void case_34_bytes_go_to_the_device_that_waits_and_to_no_other(void **state)
{
	struct line *line = *state;
	char got[4] = "";

	line->units[1].talks = true;
	line_open(line, 2);
	line_post(line, (struct pl_bus_request){.verb = PL_BUS_READ,
						.target = {.device = 1, .channel = -1}});
	get_bytes(line->pty.master, got, 3);
	assert_string_equal(got, "R1\n");
	put_bytes(line->pty.master, "yes\n", 4);
	assert_int_equal(line_answer(line).status, PL_OK);
	put_bytes(line->pty.master, "late\n", 5);
	assert_string_equal(line_event(line, PL_BUS_EVENT_STRAY, -1).stray.why, "late");
	line_ask(line, PL_BUS_CLOSE, 1);
	assert_string_equal(line->units[1].line, "yes\n");
	assert_string_equal(line->units[0].line, "");
}

static void a_lost_device_is_refused_while_another_is_asked(void **state)
{
	struct line *line = *state;
	struct pl_bus_request read = {.verb = PL_BUS_READ, .target = {.channel = -1}};
	char got[4] = "";
	uint64_t first, second;

	line->units[0].talks = true;
	line_open(line, 2);
	unit_silence(&line->units[1], true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_UNANSWERED);
	first = line_post(line, read);
	get_bytes(line->pty.master, got, 3);
	read.target.device = 1;
	second = line_post(line, read);
	assert_int_equal(line_answer(line).id, second);
	put_bytes(line->pty.master, "yes\n", 4);
	assert_int_equal(line_answer(line).id, first);
}

static void a_device_alone_on_such_a_line_is_lost_alone_too(void **state)
{
	struct line *line = *state;

	line_open(line, 1);
	unit_silence(&line->units[0], true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 0).status, PL_ERR_UNANSWERED);
	line_state(line, PL_BUS_LOST, 0);
	assert_false(is_hung_up(line));
	unit_silence(&line->units[0], false);
	line_state(line, PL_BUS_UP, 0);
}

#define SHARED_TEST(name) cmocka_unit_test_setup_teardown(name, line_new, line_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SHARED_TEST(the_port_is_open_from_the_first_device_to_the_last),
	    SHARED_TEST(each_request_goes_to_its_own_device),
	    SHARED_TEST(a_device_that_does_not_answer_its_open_stays_closed_by_itself),
	    SHARED_TEST(case_49_a_silent_device_is_lost_alone_and_back_with_its_first_answer),
	    SHARED_TEST(opening_a_silent_device_probes_it_at_once),
	    SHARED_TEST(case_26_a_lost_port_is_lost_to_all_and_back_for_all),
	    SHARED_TEST(case_34_bytes_go_to_the_device_that_waits_and_to_no_other),
	    SHARED_TEST(a_lost_device_is_refused_while_another_is_asked),
	    SHARED_TEST(a_device_alone_on_such_a_line_is_lost_alone_too),
	};

	return cmocka_run_group_tests_name("bus_shared", tests, NULL, NULL);
}
