/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Standard Bus driver on a bad line: late, lost, halved, damaged, foreign and echoed replies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/stdbus_fake.h"

/* A reading of that row in a tick: its value, NaN when it has none. */
static double tick(struct bench *bench, int row)
{
	struct pl_sample sample = {.target = {.channel = -1, .parameter = (int16_t)row}};

	pl_stdbus_driver.read_many(bench->fake.state, &sample, 1, &bench->error);
	bench->reading = sample.reading;
	return sample.reading.value.number;
}

static struct bench *bench_of(int64_t retries)
{
	struct bench *bench = bench_new(&profile);

	bench->options.retries = retries;
	return bench;
}

/* The value of the set point is the number of the question it answers, so that a wrong one shows.
 * The n-th answer is late. */
static void number_the_answers(struct bench *bench, int count, int late, int late_ms)
{
	struct pl_stdbus_question asked = reading_of(7001, 1);

	for (int i = 1; i <= count; i++)
		rule(bench, asked, answer(bench, &asked, PL_STDBUS_F32, i),
		     i == late ? late_ms : 10, 1);
}

static void case_34_a_late_reply_is_never_credited_to_the_next_question(void **state)
{
	(void)state;
	for (int retries = 0; retries < 2; retries++) {
		struct bench *bench = bench_of(retries);

		number_the_answers(bench, 6, 3, 250);
		assert_true(tick(bench, SETPOINT) == 1);
		assert_true(tick(bench, SETPOINT) == 2);
		assert_true(isnan(tick(bench, SETPOINT)));
		assert_string_equal(bench->reading.reason, "unanswered");
		assert_true(tick(bench, SETPOINT) == 4);
		assert_true(tick(bench, SETPOINT) == 5);
		assert_true(tick(bench, SETPOINT) == 6);
		assert_string_equal(bench->fake.why, "late|");
		bench_free(bench);
	}
}

static void case_34_a_read_that_is_asked_again_does_not_take_the_late_reply(void **state)
{
	struct bench *bench = bench_of(1);

	(void)state;
	number_the_answers(bench, 2, 1, 250);
	assert_int_equal(get(bench, -1, SETPOINT), PL_OK);
	assert_true(bench->reading.value.number == 2);
	assert_int_equal(bench->reading.latency_ns, FAKE_MS(10));
	bench_free(bench);
}

static void case_34_a_late_reply_to_another_question_is_told_by_what_it_says(void **state)
{
	struct bench *bench = bench_of(0);

	(void)state;
	number_the_answers(bench, 1, 1, 250);
	holds_value(bench, 7003, PL_STDBUS_F32, 70);
	assert_true(isnan(tick(bench, SETPOINT)));
	assert_true(tick(bench, LOWEST) == 70);
	assert_string_equal(bench->fake.why, "late|");
	bench_free(bench);
}

/* So late that it comes when nobody waits for it any more: a question in between finds it out. */
static void case_34_a_very_late_reply_is_flushed_by_another_question(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question setpoint = reading_of(7001, 1), lowest = reading_of(7003, 1);

	(void)state;
	rule(bench, setpoint, answer(bench, &setpoint, PL_STDBUS_F32, 1), 10, 1);
	rule(bench, lowest, answer(bench, &lowest, PL_STDBUS_F32, 70), 10, 1);
	rule(bench, setpoint, answer(bench, &setpoint, PL_STDBUS_F32, 2), 450, 1);
	rule(bench, lowest, answer(bench, &lowest, PL_STDBUS_F32, 71), 60, 1);
	rule(bench, setpoint, answer(bench, &setpoint, PL_STDBUS_F32, 3), 10, 1);
	assert_true(tick(bench, SETPOINT) == 1);
	assert_true(tick(bench, LOWEST) == 70);
	assert_true(isnan(tick(bench, SETPOINT))); /* ends at 200, is owed until 400 */
	assert_true(tick(bench, SETPOINT) == 3);   /* the answer 2 comes at 450 */
	assert_string_equal(bench->fake.why, "late|");
	bench_free(bench);
}

static void case_34_a_late_error_is_not_the_next_question_s(void **state)
{
	struct bench *bench = bench_of(0);

	(void)state;
	rule(bench, reading_of(8001, 1), refusal(bench, 0x83), 250, 1);
	holds_value(bench, 7003, PL_STDBUS_F32, 70);
	assert_true(isnan(tick(bench, MODE)));
	assert_true(tick(bench, LOWEST) == 70);
	assert_int_equal(bench->reading.quality, PL_QUALITY_OK);
	bench_free(bench);
}

static void case_34_an_error_is_never_the_answer_to_a_marker(void **state)
{
	struct bench *bench = bench_of(0);

	(void)state;
	holds_value(bench, 7003, PL_STDBUS_F32, 70);
	holds_value(bench, 7004, PL_STDBUS_F32, 500);
	rule(bench, reading_of(8001, 1), refusal(bench, 0x83), 405,
	     1); /* while the marker is open */
	holds_value(bench, 7001, PL_STDBUS_F32, 20);
	assert_true(tick(bench, LOWEST) == 70);
	assert_true(tick(bench, HIGHEST) == 500);
	assert_true(isnan(tick(bench, MODE)));
	assert_true(tick(bench, SETPOINT) == 20);
	bench_free(bench);
}

static void after_a_silence_a_working_device_costs_one_question_more(void **state)
{
	struct bench *bench = bench_of(0);
	int64_t begin_ns;

	(void)state;
	holds_value(bench, 7003, PL_STDBUS_F32, 70);
	rule(bench, reading_of(7001, 1), (struct bytes){0}, 0, 1);
	holds_value(bench, 7001, PL_STDBUS_F32, 20);
	tick(bench, LOWEST);
	assert_true(isnan(tick(bench, SETPOINT)));
	pass(bench, 1000);
	begin_ns = bench->fake.now_ns;
	assert_true(tick(bench, SETPOINT) == 20);
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(20));
	begin_ns = bench->fake.now_ns;
	assert_true(tick(bench, SETPOINT) == 20);
	assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(10));
	bench_free(bench);
}

static void a_dead_device_costs_one_time_out_a_tick(void **state)
{
	struct bench *bench = bench_of(1);

	(void)state;
	for (int i = 0; i < 3; i++) {
		int64_t begin_ns = bench->fake.now_ns;

		assert_true(isnan(tick(bench, SETPOINT)));
		assert_int_equal(bench->fake.now_ns - begin_ns, FAKE_MS(200));
		pass(bench, 500);
	}
	bench_free(bench);
}

static void case_35_half_a_reply_is_drained_and_asked_again(void **state)
{
	struct bench *bench = bench_of(1);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes half = answer(bench, &asked, PL_STDBUS_F32, 99);

	(void)state;
	half.count = 12;
	rule(bench, asked, half, 10, 1);
	holds_value(bench, 7001, PL_STDBUS_F32, 20);
	assert_int_equal(get(bench, -1, SETPOINT), PL_OK);
	assert_true(bench->reading.value.number == 20);
	assert_int_equal(bench->fake.strays, 1);
	bench_free(bench);
}

static void case_35_half_a_reply_alone_is_named(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes half = answer(bench, &asked, PL_STDBUS_F32, 99);

	(void)state;
	half.count = 15;
	rule(bench, asked, half, 10, 1);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
	assert_string_equal(bench->reading.reason, "half");
	assert_true(isnan(bench->reading.value.number));
	bench_free(bench);
}

static void case_36_a_wrong_checksum_is_no_value(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes damaged = answer(bench, &asked, PL_STDBUS_F32, 99);

	(void)state;
	damaged.at[17] ^= 0x10;
	rule(bench, asked, damaged, 10, -1);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
	assert_int_equal(bench->reading.quality, PL_QUALITY_INVALID);
	assert_string_equal(bench->reading.reason, "crc");
	assert_true(isnan(bench->reading.value.number));
	assert_string_equal(bench->fake.why, "crc|");
	assert_int_equal(bench->fake.now_ns, 1000 * PL_NS_PER_S + FAKE_MS(10)); /* not waited for */
	bench_free(bench);
}

static void case_36_a_damaged_reply_is_asked_again_in_a_tick_too(void **state)
{
	struct bench *bench = bench_of(1);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes damaged = answer(bench, &asked, PL_STDBUS_F32, 99);

	(void)state;
	damaged.at[17] ^= 0x10;
	rule(bench, asked, damaged, 10, 1);
	holds_value(bench, 7001, PL_STDBUS_F32, 20);
	assert_true(tick(bench, SETPOINT) == 20);
	bench_free(bench);
}

static void case_37_an_echo_is_called_one(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);

	(void)state;
	rule(bench, asked, question(bench, &asked), 1, -1);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
	assert_non_null(strstr(bench->error.text, "looks like an echo"));
	assert_string_equal(bench->reading.reason, "echo");
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
	assert_int_equal(bench->fake.warnings, 1);
	bench_free(bench);
}

static void an_echo_before_the_answer_is_passed_over(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes both = question(bench, &asked), reply;

	(void)state;
	reply = answer(bench, &asked, PL_STDBUS_F32, 20);
	memcpy(both.at + both.count, reply.at, reply.count);
	both.count += reply.count;
	rule(bench, asked, both, 10, 1);
	assert_true(tick(bench, SETPOINT) == 20);
	bench_free(bench);
}

/* Each is a reply in all but one place. */
static void case_38_a_reply_that_does_not_fit_is_rejected_and_named(void **state)
{
	static const struct {
		int from, to, type;
		uint32_t id;
		int instance;
		enum pl_stdbus_service service;
		const char *says;
	} rows[] = {
	    {0x12, 0x00, 6, 7001, 1, PL_STDBUS_READ, "from 12 to 00"},
	    {0x10, 0x05, 6, 7001, 1, PL_STDBUS_READ, "from 10 to 05"},
	    {0x10, 0x00, 7, 7001, 1, PL_STDBUS_READ, "type 07"},
	    {0x10, 0x00, 6, 7002, 1, PL_STDBUS_READ, "reading 7002"},
	    {0x10, 0x00, 6, 7001, 2, PL_STDBUS_READ, "instance 2"},
	    {0x10, 0x00, 6, 7001, 1, PL_STDBUS_WRITE, "writing 7001"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bench *bench = bench_of(0);
		struct pl_stdbus_question other = {.service = rows[i].service,
						   .id = rows[i].id,
						   .instance = (uint8_t)rows[i].instance};
		struct bytes reply = answer(bench, &other, PL_STDBUS_F32, 99);

		reply.at[2] = (unsigned char)rows[i].type;
		reply.at[3] = (unsigned char)rows[i].to;
		reply.at[4] = (unsigned char)rows[i].from;
		reply.at[7] = pl_stdbus_crc8(reply.at + 2, 5);
		rule(bench, reading_of(7001, 1), reply, 10, -1);
		assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
		assert_true(isnan(bench->reading.value.number));
		assert_non_null(strstr(bench->error.text, rows[i].says));
		bench_free(bench);
	}
}

static void case_38_a_value_of_another_type_is_rejected_and_named(void **state)
{
	struct bench *bench = bench_of(1);

	(void)state;
	holds_value(bench, 7001, PL_STDBUS_WORDS, 61);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_PROTOCOL);
	assert_string_equal(bench->reading.reason, "type");
	assert_non_null(strstr(bench->error.text, "enum"));
	bench_free(bench);
}

static void an_answer_behind_a_stray_byte_is_taken(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes reply = answer(bench, &asked, PL_STDBUS_F32, 20);

	(void)state;
	memmove(reply.at + 1, reply.at, reply.count);
	reply.at[0] = 0x55;
	reply.count++;
	rule(bench, asked, reply, 10, -1);
	assert_true(tick(bench, SETPOINT) == 20);
	assert_string_equal(bench->fake.why, "garbage|");
	bench_free(bench);
}

static void what_came_unasked_is_drained_before_the_question(void **state)
{
	struct bench *bench = bench_of(0);
	struct pl_stdbus_question asked = reading_of(7001, 1);
	struct bytes old = answer(bench, &asked, PL_STDBUS_F32, 99);

	(void)state;
	fake_arrives_bytes(&bench->fake, bench->fake.now_ns, (char *)old.at, old.count);
	holds_value(bench, 7001, PL_STDBUS_F32, 20);
	assert_true(tick(bench, SETPOINT) == 20);
	assert_string_equal(bench->fake.why, "late|");
	bench_free(bench);
}

static void a_lost_port_ends_a_call_at_once(void **state)
{
	struct bench *bench = bench_of(3);

	(void)state;
	bench->fake.lost_ns = bench->fake.now_ns + FAKE_MS(50);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_LOST);
	assert_string_equal(bench->reading.reason, "lost");
	bench_free(bench);
}

static void the_answer_to_a_cancelled_question_is_not_taken_later(void **state)
{
	struct bench *bench = bench_of(0);

	(void)state;
	number_the_answers(bench, 2, 1, 100);
	bench->fake.cancel_ns = bench->fake.now_ns + FAKE_MS(50);
	assert_int_equal(get(bench, -1, SETPOINT), PL_ERR_CANCELLED);
	bench->fake.cancel_ns = 0;
	assert_true(tick(bench, SETPOINT) == 2);
	bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_34_a_late_reply_is_never_credited_to_the_next_question),
	    cmocka_unit_test(case_34_a_read_that_is_asked_again_does_not_take_the_late_reply),
	    cmocka_unit_test(case_34_a_late_reply_to_another_question_is_told_by_what_it_says),
	    cmocka_unit_test(case_34_a_very_late_reply_is_flushed_by_another_question),
	    cmocka_unit_test(case_34_a_late_error_is_not_the_next_question_s),
	    cmocka_unit_test(case_34_an_error_is_never_the_answer_to_a_marker),
	    cmocka_unit_test(after_a_silence_a_working_device_costs_one_question_more),
	    cmocka_unit_test(a_dead_device_costs_one_time_out_a_tick),
	    cmocka_unit_test(case_35_half_a_reply_is_drained_and_asked_again),
	    cmocka_unit_test(case_35_half_a_reply_alone_is_named),
	    cmocka_unit_test(case_36_a_wrong_checksum_is_no_value),
	    cmocka_unit_test(case_36_a_damaged_reply_is_asked_again_in_a_tick_too),
	    cmocka_unit_test(case_37_an_echo_is_called_one),
	    cmocka_unit_test(an_echo_before_the_answer_is_passed_over),
	    cmocka_unit_test(case_38_a_reply_that_does_not_fit_is_rejected_and_named),
	    cmocka_unit_test(case_38_a_value_of_another_type_is_rejected_and_named),
	    cmocka_unit_test(an_answer_behind_a_stray_byte_is_taken),
	    cmocka_unit_test(what_came_unasked_is_drained_before_the_question),
	    cmocka_unit_test(a_lost_port_ends_a_call_at_once),
	    cmocka_unit_test(the_answer_to_a_cancelled_question_is_not_taken_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
