/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated serial line: pacing, bounds, pieces, and the options of simulators. */
#include "plateau/clock.h"
#include "sim/line.h"
#include "sim/sim.h"

#include "sim/osechi.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct gone {
	unsigned count;
	int64_t last_event_ns;
};

static void note_gone(void *context, const struct pl_sim_note *note)
{
	struct gone *gone = context;

	gone->count++;
	gone->last_event_ns = note->t_event_ns;
}

static void a_line_leaves_after_its_bytes_at_ten_bits_each(void **state)
{
	struct pl_sim_line line;
	const char *bytes;

	(void)state;
	pl_sim_line_init(&line, 10000, 100); /* 1 ms a byte */
	assert_true(pl_sim_line_next_ns(&line) == PL_NEVER);
	assert_true(
	    pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 50 * PL_NS_PER_MS, "12345\n", 6, NULL));
	assert_true(pl_sim_line_next_ns(&line) == 56 * PL_NS_PER_MS);
	assert_int_equal(pl_sim_line_due(&line, 56 * PL_NS_PER_MS - 1, &bytes), 0);
	assert_int_equal(pl_sim_line_due(&line, 56 * PL_NS_PER_MS, &bytes), 6);
	assert_memory_equal(bytes, "12345\n", 6);
	/* The next one waits for the line, a later one for its own time. */
	pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 51 * PL_NS_PER_MS, "abc\n", 4, NULL);
	assert_int_equal(pl_sim_line_due(&line, 60 * PL_NS_PER_MS - 1, &bytes), 6);
	assert_int_equal(pl_sim_line_due(&line, 60 * PL_NS_PER_MS, &bytes), 10);
	pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 100 * PL_NS_PER_MS, "z\n", 2, NULL);
	assert_int_equal(pl_sim_line_due(&line, 102 * PL_NS_PER_MS, &bytes), 12);
	pl_sim_line_fini(&line);
}

static void without_baud_a_line_leaves_at_once(void **state)
{
	struct pl_sim_line line;
	const char *bytes;

	(void)state;
	pl_sim_line_init(&line, 0, 100);
	pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 5, "a\n", 2, NULL);
	assert_int_equal(pl_sim_line_due(&line, 4, &bytes), 0);
	assert_int_equal(pl_sim_line_due(&line, 5, &bytes), 2);
	pl_sim_line_fini(&line);
}

static void a_full_queue_refuses_events_and_takes_replies(void **state)
{
	struct pl_sim_line line;

	(void)state;
	pl_sim_line_init(&line, 9600, 10);
	assert_true(pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 0, "123456789\n", 10, NULL));
	assert_false(pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 0, "\n", 1, NULL));
	assert_true(pl_sim_line_push(&line, PL_SIM_PUSH_REPLY, 0, "dame\n", 5, NULL));
	assert_int_equal(pl_sim_line_backlog(&line), 15);
	pl_sim_line_fini(&line);
}

static void a_piece_is_gone_when_its_last_byte_is(void **state)
{
	struct pl_sim_line line;
	struct gone gone = {0};
	const char *bytes;

	(void)state;
	pl_sim_line_init(&line, 0, 100);
	for (int64_t i = 1; i <= 3; i++)
		pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 0, "abcd\n", 5,
				 &(struct pl_sim_note){.is_event = true, .t_event_ns = i});
	pl_sim_line_sent(&line, 4, note_gone, &gone);
	assert_int_equal(gone.count, 0);
	pl_sim_line_sent(&line, 7, note_gone, &gone);
	assert_int_equal(gone.count, 2);
	assert_true(gone.last_event_ns == 2);
	assert_int_equal(pl_sim_line_due(&line, 0, &bytes), 4);
	assert_memory_equal(bytes, "bcd\n", 4);
	pl_sim_line_drop(&line, note_gone, &gone);
	assert_int_equal(gone.count, 3);
	assert_int_equal(pl_sim_line_backlog(&line), 0);
	pl_sim_line_fini(&line);
}

static void held_lines_move_in_order(void **state)
{
	struct pl_sim_line line, held;
	const char *bytes;

	(void)state;
	pl_sim_line_init(&line, 0, 10);
	pl_sim_line_init(&held, 0, 100);
	pl_sim_line_push(&held, PL_SIM_PUSH_EVENT, 0, "one\n", 4, NULL);
	pl_sim_line_push(&held, PL_SIM_PUSH_EVENT, 0, "two\n", 4, NULL);
	pl_sim_line_move(&line, &held, 7);
	assert_int_equal(pl_sim_line_backlog(&held), 0);
	assert_int_equal(pl_sim_line_due(&line, 6, &bytes), 0);
	assert_int_equal(pl_sim_line_due(&line, 7, &bytes), 8);
	assert_memory_equal(bytes, "one\ntwo\n", 8);
	pl_sim_line_fini(&line);
	pl_sim_line_fini(&held);
}

static void many_lines_keep_their_order_and_their_bytes(void **state)
{
	struct pl_sim_line line;
	struct gone gone = {0};
	unsigned char next = 0;

	(void)state;
	pl_sim_line_init(&line, 0, 1 << 20);
	for (int round = 0; round < 300; round++) {
		const char *bytes;
		size_t due;

		for (int i = 0; i < 400; i++) {
			char byte[2] = {(char)(round * 400 + i), '\n'};

			assert_true(pl_sim_line_push(&line, PL_SIM_PUSH_EVENT, 0, byte, 2, NULL));
		}
		due = pl_sim_line_due(&line, 0, &bytes);
		due -= due > 200 && round < 299 ? 200 : 0; /* leave some behind */
		for (size_t i = 0; i < due; i += 2)
			assert_int_equal((unsigned char)bytes[i], next++);
		pl_sim_line_sent(&line, due, note_gone, &gone);
	}
	while (pl_sim_line_backlog(&line) > 0) {
		const char *bytes;
		size_t due = pl_sim_line_due(&line, 0, &bytes);

		for (size_t i = 0; i < due; i += 2)
			assert_int_equal((unsigned char)bytes[i], next++);
		pl_sim_line_sent(&line, due, note_gone, &gone);
	}
	assert_int_equal(gone.count, 300 * 400);
	pl_sim_line_fini(&line);
}

static void check_error(const char *word, enum pl_status expected, const char *where,
			const char *text)
{
	struct pl_error error = {0};

	assert_int_equal(pl_simulator_check("osechi", 1, &word, &error), expected);
	assert_string_equal(error.where, where);
	if (strstr(error.text, text) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", word, error.text, text);
}

static void wrong_options_are_refused_by_name(void **state)
{
	(void)state;
	check_error("nosie=1", PL_ERR_CONFIG, "nosie", "did you mean 'noise'");
	check_error("rate", PL_ERR_CONFIG, "", "key=value");
	check_error("rate=fast", PL_ERR_CONFIG, "rate", "not a number");
	check_error("rate=-1", PL_ERR_RANGE, "rate", "0..100000");
	check_error("rate=2 s", PL_ERR_UNIT, "rate", "Hz");
	check_error("edge=3 Hz", PL_ERR_UNIT, "edge", "bare number");
	check_error("seed=1.5", PL_ERR_CONFIG, "seed", "whole number");
	check_error("format=xml", PL_ERR_CONFIG, "format", "legacy json");
	check_error("fault=melt", PL_ERR_CONFIG, "fault", "refuse unanswered");
	check_error("fault=late:ms=soon", PL_ERR_CONFIG, "late", "not a number");
	check_error("fault=late:when=1", PL_ERR_CONFIG, "late", "no fault key");
	check_error("fault=refuse:code=9", PL_ERR_RANGE, "refuse", "1..5");
	assert_int_equal(pl_simulator_check("geiger", 0, NULL, NULL), PL_ERR_NOT_FOUND);
}

static void options_take_their_units_and_repeated_faults_join(void **state)
{
	struct pl_osim_values values;
	static const char *const words[] = {"rate=0.2 Hz",   "dead=1e-3s", "humidity=41%",
					    "fault=refuse",  "seed=9",	   "format=json",
					    "fault=silence", "seed=10"};

	(void)state;
	assert_int_equal(pl_sim_values(&pl_sim_osechi, 8, words, &values, NULL), PL_OK);
	assert_true(values.rate == 0.2 && values.dead == 1e-3 && values.humidity == 41);
	assert_int_equal(values.seed, 10);
	assert_int_equal(values.format, PL_OSIM_JSON);
	assert_string_equal(values.fault, "refuse;silence");
}

static void the_help_names_every_option_and_fault(void **state)
{
	struct pl_text help = {0};

	(void)state;
	pl_sim_help(&pl_sim_osechi, &help);
	for (size_t i = 0; i < pl_sim_osechi.option_count; i++) {
		char line[64] = "\n  ";

		strncat(line, pl_sim_osechi.options[i].name, 40);
		strncat(line, "=", 2);
		assert_non_null(strstr(help.data, line));
	}
	assert_non_null(strstr(help.data, "\n  unplug "));
	pl_text_clear(&help);
	pl_sim_help(NULL, &help);
	assert_non_null(strstr(help.data, "osechi"));
	pl_text_free(&help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_leaves_after_its_bytes_at_ten_bits_each),
	    cmocka_unit_test(without_baud_a_line_leaves_at_once),
	    cmocka_unit_test(a_full_queue_refuses_events_and_takes_replies),
	    cmocka_unit_test(a_piece_is_gone_when_its_last_byte_is),
	    cmocka_unit_test(held_lines_move_in_order),
	    cmocka_unit_test(many_lines_keep_their_order_and_their_bytes),
	    cmocka_unit_test(wrong_options_are_refused_by_name),
	    cmocka_unit_test(options_take_their_units_and_repeated_faults_join),
	    cmocka_unit_test(the_help_names_every_option_and_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
