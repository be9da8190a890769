/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated controllers end to end: a child process, raw bytes through its pty, and its truth log
 * beside what came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/ezzone_child.h"

#define READ_1 "010301680002" /* process value of unit 1 */
#define READ_2 "020301680002"
#define READ_3 "030301680002"
#define IS_1   "010304000042C8" /* 100 */
#define IS_2   "020304000042D2" /* 105 */
#define IS_3   "030304000042DC" /* 110 */

static void free_all(struct child *child, struct ez_truth *truth)
{
	free(truth);
	child_free(child, NULL);
}

static void each_unit_answers_for_itself(void **state)
{
	struct child *child = EZZONE("--modbus-rtu", "units=3", "noise=0");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, READ_2);
	assert_string_equal(ez_reply(child, 7, hex), IS_2);
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	ez_ask(child, "040301680002"); /* nobody */
	ez_ask(child, READ_3);
	assert_string_equal(ez_reply(child, 7, hex), IS_3);
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "request", 4));
	assert_null(ez_row(truth, "reply", 4));
	assert_int_equal(ez_row(truth, "reply", 3)->unit, 3);
	free_all(child, truth);
}

static void the_truth_log_holds_every_value_as_it_was_sent(void **state)
{
	struct child *child = EZZONE("noise=2", "speed=100");
	struct ez_truth *truth;
	char hex[600];
	float heard[20];

	(void)state;
	for (int i = 0; i < 20; i++) {
		unsigned char b[16];

		ez_ask(child, READ_1);
		ez_from_hex(ez_reply(child, 7, hex), b);
		heard[i] = pl_ezsim_float((uint32_t)b[5] << 24 | (uint32_t)b[6] << 16 |
					  (uint32_t)b[3] << 8 | b[4]);
	}
	assert_true(heard[0] != heard[19]);
	truth = ez_end(child);
	for (int i = 0; i < 20; i++) {
		const struct ez_row *row = ez_row(truth, "reply", i + 1);

		assert_non_null(row);
		assert_true(row->inputs[0] == (double)heard[i]);
		assert_true(row->request_ns <= row->before_ns && row->before_ns <= row->t_ns);
	}
	free_all(child, truth);
}

static void writes_stand_in_the_truth_log_with_the_state_of_the_eeprom(void **state)
{
	struct child *child = EZZONE("noise=0");
	const struct ez_row *row;
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, "0110087000020400004316");
	assert_string_equal(ez_reply(child, 6, hex), "011008700002");
	ez_ask(child, "010609BE003B"); /* 2494: no more into the EEPROM */
	assert_string_equal(ez_reply(child, 6, hex), "010609BE003B");
	ez_ask(child, "0110087000020400004320");
	ez_reply(child, 6, hex);
	truth = ez_end(child);
	row = ez_row(truth, "write", 1);
	assert_true(row->parameter == 7001 && row->instance == 1 && row->eeprom_writes == 1);
	assert_true(row->old == 100 && row->fresh == 150);
	assert_string_equal(row->detail, "eeprom");
	assert_true(ez_row(truth, "write", 2)->parameter == 17051);
	assert_true(ez_row(truth, "write", 2)->fresh == 59);
	row = ez_row(truth, "write", 3);
	assert_true(row->old == 150 && row->fresh == 160 && row->eeprom_writes == 1);
	assert_string_equal(row->detail, "volatile");
	free_all(child, truth);
}

static void standard_bus_answers_the_worked_frames(void **state)
{
	struct child *child = EZZONE("--stdbus", "units=2", "noise=0");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_say_hex(child, "55FF051000000AEC01040701010843C40000EB77");
	assert_string_equal(ez_hear(child, 20, hex), "55FF060010000A7602040701010843C400008203");
	ez_say_hex(child, "AA5555FF051000"); /* noise, and a frame in two pieces */
	ez_say_hex(child, "0006E8010301040101E399");
	assert_int_equal(strncmp(ez_hear(child, 21, hex), "55FF060010000B88020301040101", 28), 0);
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "noise", 1));
	free_all(child, truth);
}

static void a_reply_takes_the_time_of_its_bytes(void **state)
{
	struct child *child = EZZONE("baud=1200", "noise=0", "delay=0");
	int64_t asked_ns = pl_clock_mono_ns();
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	ez_reply(child, 7, hex);
	/* 8 bytes there, 3.5 of silence, 9 bytes back, 10 bits each. */
	assert_true(child->read_ns - asked_ns >= (int64_t)(20.5 * 10 / 1200 * 1e9));
	free_all(child, ez_end(child));
}

static void case_34_a_late_reply_comes_before_that_of_the_next_question(void **state)
{
	struct child *child = EZZONE("units=2", "noise=0", "fault=late:ms=250:nth=2");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	ez_ask(child, READ_1);
	ez_ask(child, "010301B80002"); /* the same unit: one after the other */
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	assert_string_equal(ez_reply(child, 7, hex), "010304000042CD");
	truth = ez_end(child);
	assert_true(ez_row(truth, "reply", 2)->before_ns - ez_row(truth, "reply", 2)->request_ns >=
		    250 * PL_NS_PER_MS);
	free_all(child, truth);
}

static void case_35_half_a_reply_is_half_a_reply(void **state)
{
	struct child *child = EZZONE("noise=0", "fault=cut:nth=1");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_hear(child, 4, hex), "01030400");
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "damaged", 1));
	free_all(child, truth);
}

static void case_36_a_damaged_reply_fails_its_checksum(void **state)
{
	struct child *child = EZZONE("noise=0", "fault=garble:every=2");
	unsigned char bytes[16];
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	ez_ask(child, READ_1);
	ez_from_hex(ez_hear(child, 9, hex), bytes);
	assert_int_not_equal(pl_ezsim_crc16(bytes, 7), bytes[7] | bytes[8] << 8);
	free_all(child, ez_end(child));
}

static void case_37_the_own_request_comes_back_first(void **state)
{
	struct child *child = EZZONE("noise=0", "fault=echoed");
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 6, hex), READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	free_all(child, ez_end(child));
}

static void case_38_the_reply_of_another_unit_comes_instead(void **state)
{
	struct child *child = EZZONE("units=2", "noise=0", "fault=foreign:unit=1");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_2);
	ez_ask(child, READ_2);
	assert_string_equal(ez_reply(child, 7, hex), IS_2);
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "foreign", 1));
	assert_non_null(ez_row(truth, "reply", 1));
	free_all(child, truth);
}

static void case_39_a_busy_unit_says_so_and_does_nothing(void **state)
{
	struct child *child = EZZONE("noise=0", "fault=busy:count=2:on=set");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	for (int i = 0; i < 2; i++) {
		ez_ask(child, "0110087000020400004316");
		assert_string_equal(ez_reply(child, 3, hex), "019006");
	}
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	ez_ask(child, "0110087000020400004316");
	assert_string_equal(ez_reply(child, 6, hex), "011008700002");
	truth = ez_end(child);
	assert_null(ez_row(truth, "write", 2));
	free_all(child, truth);
}

static void case_49_a_dead_unit_leaves_the_others_alone(void **state)
{
	struct child *child = EZZONE("units=3", "noise=0", "fault=dead:unit=2");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, READ_2);
	ez_ask(child, READ_3);
	assert_string_equal(ez_reply(child, 7, hex), IS_3);
	truth = ez_end(child);
	assert_null(ez_row(truth, "reply", 2));
	free_all(child, truth);
}

static void a_lost_reply_was_a_write_all_the_same(void **state)
{
	struct child *child =
	    EZZONE("noise=0", "fault=lost:on=set:nth=1", "fault=lost:on=set:nth=2:done=no");
	char hex[600];

	(void)state;
	ez_ask(child, "0110087000020400004316"); /* 150: done */
	ez_ask(child, "0110087000020400004320"); /* 160: not even heard */
	ez_ask(child, "010308700002");
	assert_string_equal(ez_reply(child, 7, hex), "01030400004316");
	free_all(child, ez_end(child));
}

static void a_broken_frame_ends_with_silence(void **state)
{
	struct child *child = EZZONE("noise=0");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_say_hex(child, "0103016800020000"); /* a wrong CRC */
	do /* until that silence, what comes belongs to the broken frame */
		ez_ask(child, READ_1);
	while (pl_clock_poll(&(struct pollfd){.fd = child->fd, .events = POLLIN}, 1,
			     pl_clock_mono_ns() + 100 * PL_NS_PER_MS) == 0);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "noise", 1));
	free_all(child, truth);
}

static void case_27_it_comes_back_under_another_name_behind_the_same_link(void **state)
{
	struct child *child = EZZONE("noise=0", "fault=unplug:nth=2:ms=0:replug=0.05");
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	ez_ask(child, READ_1);
	child_read_path(child); /* it says where it is now */
	child_close(child);
	snprintf(child->path, sizeof(child->path), "%s", child->link);
	child_open(child);
	ez_ask(child, READ_1);
	assert_string_equal(ez_reply(child, 7, hex), IS_1);
	free_all(child, ez_end(child));
}

static void a_reboot_brings_back_what_the_eeprom_holds(void **state)
{
	struct child *child =
	    EZZONE("noise=0", "eeprom=no", "fault=reboot:on=get:nth=1:ms=0:s=0.01");
	struct ez_truth *truth;
	char hex[600];

	(void)state;
	ez_ask(child, "0110087000020400004316");
	assert_string_equal(ez_reply(child, 6, hex), "011008700002");
	ez_ask(child, "010308700002");
	assert_string_equal(ez_reply(child, 7, hex), "01030400004316");
	do /* silent while it starts */
		ez_ask(child, "010308700002");
	while (pl_clock_poll(&(struct pollfd){.fd = child->fd, .events = POLLIN}, 1,
			     pl_clock_mono_ns() + 100 * PL_NS_PER_MS) == 0);
	assert_string_equal(ez_reply(child, 7, hex), "010304000042C8");
	truth = ez_end(child);
	assert_non_null(ez_row(truth, "reboot", 1));
	free_all(child, truth);
}

static void a_babbling_line_never_falls_silent_while_it_lasts(void **state)
{
	struct child *child = EZZONE("noise=0", "baud=38400", "fault=babble:nth=1:ms=0:s=0.2");
	int64_t begin_ns;
	char hex[600];

	(void)state;
	ez_ask(child, READ_1);
	begin_ns = pl_clock_mono_ns();
	for (int i = 0; i < 3; i++)
		ez_hear(child, 200, hex);
	assert_true(pl_clock_mono_ns() - begin_ns > 50 * PL_NS_PER_MS);
	free_all(child, ez_end(child));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_unit_answers_for_itself),
	    cmocka_unit_test(the_truth_log_holds_every_value_as_it_was_sent),
	    cmocka_unit_test(writes_stand_in_the_truth_log_with_the_state_of_the_eeprom),
	    cmocka_unit_test(standard_bus_answers_the_worked_frames),
	    cmocka_unit_test(a_reply_takes_the_time_of_its_bytes),
	    cmocka_unit_test(case_34_a_late_reply_comes_before_that_of_the_next_question),
	    cmocka_unit_test(case_35_half_a_reply_is_half_a_reply),
	    cmocka_unit_test(case_36_a_damaged_reply_fails_its_checksum),
	    cmocka_unit_test(case_37_the_own_request_comes_back_first),
	    cmocka_unit_test(case_38_the_reply_of_another_unit_comes_instead),
	    cmocka_unit_test(case_39_a_busy_unit_says_so_and_does_nothing),
	    cmocka_unit_test(case_49_a_dead_unit_leaves_the_others_alone),
	    cmocka_unit_test(a_lost_reply_was_a_write_all_the_same),
	    cmocka_unit_test(a_broken_frame_ends_with_silence),
	    cmocka_unit_test(case_27_it_comes_back_under_another_name_behind_the_same_link),
	    cmocka_unit_test(a_reboot_brings_back_what_the_eeprom_holds),
	    cmocka_unit_test(a_babbling_line_never_falls_silent_while_it_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
