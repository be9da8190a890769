/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Standard Bus driver in conversation with a scripted controller: readings and writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/stdbus_fake.h"

#define EPSILON 1e-3

static void samples_of(struct pl_sample *samples, const int *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		samples[i] = (struct pl_sample){
		    .target = {.channel = -1, .parameter = (int16_t)rows[i]}, .was_asked = true};
}

static enum pl_status get_many(struct bench *bench, struct pl_sample *samples, size_t count)
{
	return pl_stdbus_driver.read_many(bench->fake.state, samples, count, &bench->error);
}

/* ---- probe ---- */

static void probe_finds_a_controller_and_its_model(void **state)
{
	struct bench *bench = bench_new(&profile);
	static const unsigned char name[] = {2, 3, 1, 1, 9, 1, 9, 4, 'P', 'M', '6', 'C'};

	(void)state;
	holds_value(bench, 4001, PL_STDBUS_F32, 20.5);
	holds_value(bench, 4002, PL_STDBUS_WORDS, 61);
	rule(bench, reading_of(1009, 1), reply_frame(bench, name, sizeof name), 10, -1);
	assert_int_equal(pl_stdbus_driver.probe(bench->fake.state, &bench->identity, &bench->error),
			 PL_OK);
	assert_string_equal(bench->identity.model, "PM6C");
	assert_string_equal(bench->identity.protocol, "standard bus");
	assert_true(bench->identity.reads_back);
	bench_free(bench);
}

static void a_refusal_shows_that_somebody_is_there(void **state)
{
	struct bench *bench = bench_new(NULL);

	(void)state;
	rule(bench, reading_of(4001, 1), refusal(bench, 0x81), 10, -1);
	assert_int_equal(pl_stdbus_driver.probe(bench->fake.state, &bench->identity, &bench->error),
			 PL_OK);
	bench_free(bench);
}

static void a_silent_address_is_named(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	assert_int_equal(pl_stdbus_driver.probe(bench->fake.state, &bench->identity, &bench->error),
			 PL_ERR_UNANSWERED);
	assert_non_null(strstr(bench->error.text, "address 1"));
	bench_free(bench);
}

static void case_41_a_wrong_line_speed_is_suggested(void **state)
{
	struct bench *bench = bench_new(&profile);
	static unsigned char noise[] = {0x80, 0x1e, 0xf8, 0x66};

	(void)state;
	rule(bench, reading_of(4002, 1), (struct bytes){noise, sizeof noise}, 10, -1);
	assert_int_equal(pl_stdbus_driver.probe(bench->fake.state, &bench->identity, &bench->error),
			 PL_ERR_PROTOCOL);
	assert_non_null(strstr(bench->error.text, "38400 baud"));
	bench_free(bench);
}

/* ---- reading ---- */

static void a_value_is_read_with_what_says_that_it_is_good(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 4001, PL_STDBUS_F32, 20.5);
	holds_value(bench, 4002, PL_STDBUS_WORDS, 61);
	assert_int_equal(get(bench, -1, PROCESS), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_OK);
	assert_true(bench->reading.value.number == 20.5);
	assert_int_equal(bench->reading.latency_ns, FAKE_MS(10));
	assert_int_equal(bench->reading.t_mono_ns, bench->fake.now_ns - FAKE_MS(5));
	bench_free(bench);
}

static void the_value_without_a_probe_is_no_value(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 4001, PL_STDBUS_F32, 2531.8);
	holds_value(bench, 4002, PL_STDBUS_WORDS, 65);
	assert_int_equal(get(bench, -1, PROCESS), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_INVALID);
	assert_true(isnan(bench->reading.value.number));
	assert_string_equal(bench->reading.reason, "invalid: input_error open");
	bench_free(bench);
}

static void a_value_whose_verdict_fails_is_no_value(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 4001, PL_STDBUS_F32, 20.5);
	rule(bench, reading_of(4002, 1), refusal(bench, 0x80), 10, -1);
	assert_int_equal(get(bench, -1, PROCESS), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_INVALID);
	bench_free(bench);
}

static void enumerations_are_words_and_other_numbers_themselves(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 4002, PL_STDBUS_WORDS, 127);
	holds_value(bench, 8001, PL_STDBUS_U8, 99);
	assert_int_equal(get(bench, -1, INPUT_ERROR), PL_OK);
	assert_string_equal(bench->reading.value.text, "shorted");
	assert_true(bench->reading.value.number == 127);
	assert_int_equal(get(bench, -1, MODE), PL_OK);
	assert_string_equal(bench->reading.value.text, "99");
	bench_free(bench);
}

static void what_is_marked_missing_or_implausible_is_no_value(void **state)
{
	struct bench *bench = bench_new(&profile);
	struct pl_stdbus_question asked = reading_of(6001, 1);

	(void)state;
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_U16, 65535), 10, 1);
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_U32, 200001), 10, 1);
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_U16, 1000), 10, 1);
	assert_int_equal(get(bench, -1, RAW_COUNT), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_INVALID);
	assert_int_equal(get(bench, -1, RAW_COUNT), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_OVER);
	assert_true(isnan(bench->reading.value.number));
	assert_int_equal(get(bench, -1, RAW_COUNT), PL_OK);
	assert_true(bench->reading.value.number == 1000);
	bench_free(bench);
}

static void a_second_instance_is_asked_as_such(void **state)
{
	struct bench *bench = bench_new(&profile);
	struct pl_stdbus_question value = reading_of(4001, 2), verdict = reading_of(4002, 2);

	(void)state;
	rule(bench, value, answer(bench, &value, PL_STDBUS_F32, 77), 10, -1);
	rule(bench, verdict, answer(bench, &verdict, PL_STDBUS_WORDS, 61), 10, -1);
	assert_int_equal(get(bench, 0, 0), PL_OK);
	assert_true(bench->reading.value.number == 77);
	bench_free(bench);
}

static void a_value_whose_verdict_the_device_does_not_have_is_none(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 4001, PL_STDBUS_F32, 20.5);
	rule(bench, reading_of(4002, 1), refusal(bench, 0x83), 10, -1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(get(bench, -1, PROCESS), PL_OK);
		assert_int_equal(bench->reading.quality, PL_QUALITY_INVALID);
		assert_non_null(strstr(bench->reading.reason, "input_error is not there"));
	}
	bench_free(bench);
}

static void case_47_an_infinite_value_is_over(void **state)
{
	static const unsigned char infinity[] = {2, 3, 1, 7, 3, 1, 8, 0x7f, 0x80, 0, 0};
	struct bench *bench = bench_new(&profile);

	(void)state;
	rule(bench, reading_of(7003, 1), reply_frame(bench, infinity, sizeof infinity), 10, -1);
	assert_int_equal(get(bench, -1, LOWEST), PL_OK);
	assert_int_equal(bench->reading.quality, PL_QUALITY_OVER);
	assert_true(isnan(bench->reading.value.number));
	bench_free(bench);
}

static void a_write_beyond_its_row_is_refused_before_a_byte_is_sent(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	assert_int_equal(put(bench, RAW_COUNT, 200001), PL_ERR_RANGE);
	assert_int_equal(put(bench, MODE, 11), PL_ERR_RANGE);
	assert_string_equal(bench->fake.sent, "");
	bench_free(bench);
}

static void a_parameter_without_an_id_is_unsupported(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	assert_int_equal(get(bench, -1, NO_ID), PL_ERR_UNSUPPORTED);
	assert_string_equal(bench->fake.sent, "");
	bench_free(bench);
}

static void what_the_device_does_not_know_is_asked_once(void **state)
{
	static const int codes[] = {0x81, 0x83, 0x84};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		struct bench *bench = bench_new(&profile);

		rule(bench, reading_of(8001, 1), refusal(bench, codes[i]), 10, 1);
		assert_int_equal(get(bench, -1, MODE), PL_ERR_UNSUPPORTED);
		assert_int_equal(bench->reading.quality, PL_QUALITY_MISSING);
		bench->fake.sent[0] = '\0';
		assert_int_equal(get(bench, -1, MODE), PL_ERR_UNSUPPORTED);
		assert_string_equal(bench->fake.sent, "");
		assert_non_null(strstr(bench->error.text, pl_stdbus_refusal(codes[i])));
		holds_value(bench, 4001, PL_STDBUS_F32, 1); /* opened anew: asked again */
		holds_value(bench, 4002, PL_STDBUS_WORDS, 61);
		holds_value(bench, 8001, PL_STDBUS_WORDS, 10);
		rule(bench, reading_of(1009, 1), refusal(bench, 0x83), 10, -1);
		pl_stdbus_driver.probe(bench->fake.state, &bench->identity, &bench->error);
		assert_int_equal(get(bench, -1, MODE), PL_OK);
		bench_free(bench);
	}
}

static void other_refusals_are_named_and_asked_again(void **state)
{
	static const int codes[] = {0x80, 0x85, 0x86};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		struct bench *bench = bench_new(&profile);

		rule(bench, reading_of(8001, 1), refusal(bench, codes[i]), 10, 1);
		holds_value(bench, 8001, PL_STDBUS_WORDS, 10);
		assert_int_equal(get(bench, -1, MODE), PL_ERR_REFUSED);
		assert_non_null(strstr(bench->error.text, pl_stdbus_refusal(codes[i])));
		assert_int_equal(get(bench, -1, MODE), PL_OK);
		bench_free(bench);
	}
}

/* ---- many ---- */

static void many_are_a_question_each_and_one_verdict_serves_all(void **state)
{
	struct bench *bench = bench_new(&profile);
	static const int rows[] = {PROCESS, SETPOINT, INPUT_ERROR};
	struct pl_sample samples[3];

	(void)state;
	samples_of(samples, rows, 3);
	holds_value(bench, 4001, PL_STDBUS_F32, 20.5);
	holds_value(bench, 4002, PL_STDBUS_WORDS, 61);
	holds_value(bench, 7001, PL_STDBUS_F32, 50);
	assert_int_equal(get_many(bench, samples, 3), PL_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_true(samples[i].was_asked);
		assert_int_equal(samples[i].reading.quality, PL_QUALITY_OK);
		assert_int_equal(samples[i].received_ns - samples[i].requested_ns, FAKE_MS(10));
	}
	assert_int_equal(bench->fake.now_ns, 1000 * PL_NS_PER_S + FAKE_MS(30));
	assert_string_equal(samples[1].raw, "55FF060010000B880203010701010842480000C72F");
	bench_free(bench);
}

static void at_the_first_silence_the_rest_is_not_asked(void **state)
{
	struct bench *bench = bench_new(&profile);
	static const int rows[] = {SETPOINT, MODE, LOWEST};
	struct pl_sample samples[3];

	(void)state;
	samples_of(samples, rows, 3);
	assert_int_equal(get_many(bench, samples, 3), PL_ERR_UNANSWERED);
	assert_true(samples[0].was_asked);
	assert_string_equal(samples[0].reading.reason, "unanswered");
	assert_false(samples[1].was_asked);
	assert_false(samples[2].was_asked);
	assert_int_equal(bench->fake.now_ns, 1000 * PL_NS_PER_S + FAKE_MS(200));
	bench_free(bench);
}

static void an_unknown_one_is_left_out_of_the_next_tick(void **state)
{
	struct bench *bench = bench_new(&profile);
	static const int rows[] = {MODE, SETPOINT};
	struct pl_sample samples[2];

	(void)state;
	rule(bench, reading_of(8001, 1), refusal(bench, 0x83), 10, -1);
	holds_value(bench, 7001, PL_STDBUS_F32, 50);
	samples_of(samples, rows, 2);
	assert_int_equal(get_many(bench, samples, 2), PL_OK);
	assert_true(samples[0].was_asked);
	samples_of(samples, rows, 2);
	assert_int_equal(get_many(bench, samples, 2), PL_OK);
	assert_false(samples[0].was_asked);
	assert_true(samples[1].was_asked);
	bench_free(bench);
}

static void a_parameter_no_row_describes_is_read_by_id(void **state)
{
	struct bench *bench = bench_new(&profile);
	struct pl_sample sample = {.target = {.channel = -1}};

	(void)state;
	assert_int_equal(pl_stdbus_driver.parse_raw(&bench->spec, "@9009", &sample.target, NULL),
			 PL_OK);
	assert_int_equal(sample.target.parameter, PL_PARAMETER_RAW);
	holds_value(bench, 9009, PL_STDBUS_WORDS, 28);
	assert_int_equal(get_many(bench, &sample, 1), PL_OK);
	assert_true(sample.reading.value.number == 28);
	assert_int_equal(
	    pl_stdbus_driver.parse_raw(&bench->spec, "@9009:f32", &sample.target, NULL), PL_OK);
	get_many(bench, &sample, 1);
	assert_int_equal(sample.reading.quality, PL_QUALITY_INVALID);
	assert_string_equal(sample.reading.reason, "type");
	bench_free(bench);
}

static void raw_names_of_another_form_are_refused(void **state)
{
	static const char *const wrong[] = {
	    "",	   "@",	     "4001",	  "@x",		"@4300",  "@0",
	    "@-1", "@4001:", "@4001:f64", "@4001:u16 ", "@40 01", "@99999999999"};
	struct bench *bench = bench_new(&profile);
	struct pl_target target;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(
		    pl_stdbus_driver.parse_raw(&bench->spec, wrong[i], &target, &bench->error),
		    PL_ERR_USAGE);
	bench_free(bench);
}

static void what_a_tick_costs_is_what_goes_over_the_wire(void **state)
{
	struct bench *bench = bench_new(&profile);
	const struct pl_target targets[] = {{.channel = -1, .parameter = SETPOINT},
					    {.channel = -1, .parameter = PROCESS},
					    {.channel = -1, .parameter = INPUT_ERROR},
					    {.channel = 0, .parameter = 0}};
	struct pl_wire_cost cost;

	(void)state;
	cost = pl_stdbus_driver.cost(&bench->spec, targets, 1, 38400);
	assert_int_equal(cost.transactions, 1);
	assert_int_equal(cost.time_ns, 9635416); /* 37 bytes */
	cost = pl_stdbus_driver.cost(&bench->spec, targets, 3, 38400);
	assert_int_equal(cost.transactions, 3);
	cost = pl_stdbus_driver.cost(&bench->spec, targets, 4, 38400);
	assert_int_equal(cost.transactions, 5); /* instance 2 has a verdict of its own */
	cost = pl_stdbus_driver.cost(&bench->spec, targets + 1, 1, 0);
	assert_int_equal(cost.transactions, 2);
	assert_int_equal(cost.time_ns, 0);
	bench_free(bench);
}

/* ---- writing ---- */

static void accept_write(struct bench *bench, uint32_t id, enum pl_stdbus_type type, double number,
			 double confirmed)
{
	struct pl_stdbus_question asked = writing_of(id, type, number);

	rule(bench, asked, answer(bench, &asked, type, confirmed), 10, 1);
}

static void a_write_is_confirmed_by_reply_and_read_back(void **state)
{
	struct bench *bench = bench_new(&profile);
	struct pl_stdbus_question asked = reading_of(7001, 1);

	(void)state;
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_F32, 300), 10, 1);
	holds_value(bench, 7001, PL_STDBUS_F32, 392);
	holds_value(bench, 7003, PL_STDBUS_F32, 0);
	holds_value(bench, 7004, PL_STDBUS_F32, 500);
	accept_write(bench, 7001, PL_STDBUS_F32, 392, 392);
	assert_int_equal(put(bench, SETPOINT, 392), PL_OK);
	assert_true(bench->report.applied == 392);
	assert_true(bench->report.readback == 392);
	assert_int_equal(bench->report.t_confirmed_ns, bench->fake.now_ns);
	bench_free(bench);
}

static void case_43_a_device_that_holds_another_value_is_a_failed_write(void **state)
{
	(void)state;
	for (int is_clipped_at_once = 0; is_clipped_at_once < 2; is_clipped_at_once++) {
		struct bench *bench = bench_new(&profile);

		holds_value(bench, 7001, PL_STDBUS_F32, 300);
		accept_write(bench, 7001, PL_STDBUS_F32, 392, is_clipped_at_once ? 350 : 392);
		rule(bench, reading_of(7003, 1), refusal(bench, 0x83), 10, -1);
		rule(bench, reading_of(7004, 1), refusal(bench, 0x83), 10, -1);
		assert_int_equal(put(bench, SETPOINT, 392), PL_ERR_MISMATCH);
		assert_non_null(strstr(bench->error.text, is_clipped_at_once ? "350" : "300"));
		bench_free(bench);
	}
}

static void the_device_s_own_limits_are_kept_to_before_anything_is_sent(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 7001, PL_STDBUS_F32, 300);
	holds_value(bench, 7003, PL_STDBUS_F32, 0);
	holds_value(bench, 7004, PL_STDBUS_F32, 350);
	accept_write(bench, 7001, PL_STDBUS_F32, 392, 392);
	assert_int_equal(put(bench, SETPOINT, 392), PL_ERR_RANGE);
	assert_non_null(strstr(bench->error.text, "350"));
	assert_int_equal(bench->fake.rules[3].uses, 1);
	bench_free(bench);
}

static void a_write_takes_the_type_the_device_reads_with(void **state)
{
	struct bench *bench = bench_new(&profile);
	struct pl_stdbus_question asked = reading_of(8001, 1);

	(void)state;
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_U16, 62), 10, 1);
	rule(bench, asked, answer(bench, &asked, PL_STDBUS_U16, 10), 10, 1);
	accept_write(bench, 8001, PL_STDBUS_U16, 10, 10);
	assert_int_equal(put(bench, MODE, 10), PL_OK);
	assert_int_equal(put(bench, MODE, 10.5), PL_ERR_RANGE);
	bench_free(bench);
}

static void a_refused_write_is_named(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 8001, PL_STDBUS_WORDS, 62);
	rule(bench, writing_of(8001, PL_STDBUS_WORDS, 10), refusal(bench, 0x86), 10, 1);
	assert_int_equal(put(bench, MODE, 10), PL_ERR_REFUSED);
	assert_non_null(strstr(bench->error.text, "outside its limits"));
	assert_true(isnan(bench->report.applied));
	assert_int_equal(put(bench, PROCESS, 10), PL_ERR_UNSUPPORTED);
	bench_free(bench);
}

static void a_write_without_an_answer_is_sent_once(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 8001, PL_STDBUS_WORDS, 62);
	rule(bench, writing_of(8001, PL_STDBUS_WORDS, 10), (struct bytes){0}, 0, 1);
	accept_write(bench, 8001, PL_STDBUS_WORDS, 10, 10);
	assert_int_equal(put(bench, MODE, 10), PL_ERR_UNANSWERED);
	assert_int_equal(bench->fake.rules[2].uses, 1);
	assert_true(isnan(bench->report.applied));
	bench_free(bench);
}

static void a_profile_without_ids_is_refused(void **state)
{
	static const struct pl_profile_row row = {.type = PL_WIRE_F32};
	static const struct pl_profile none = {.name = "none", .rows = &row, .count = 1};
	const struct pl_device_spec spec = {.name = "oven", .profile = &none};
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_stdbus_driver.check(&spec, &error), PL_ERR_CONFIG);
	assert_non_null(strstr(error.text, "key id"));
}

static void a_float_is_the_decimal_that_it_means(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 7001, PL_STDBUS_F32, 21.3);
	assert_int_equal(get(bench, -1, SETPOINT), PL_OK);
	assert_true(bench->reading.value.number == 21.3);
	bench_free(bench);
}

static void a_number_that_is_no_word_gets_none(void **state)
{
	static const struct pl_profile_word words[] = {{0, "ok"}, {.name = NULL}};
	struct pl_profile_row rows[ROWS];
	struct pl_profile mine = profile;
	struct bench *bench;

	(void)state;
	memcpy(rows, profile_rows, sizeof rows);
	rows[MODE].words = words;
	rows[MODE].word_count = 1;
	mine.rows = rows;
	bench = bench_new(&mine);
	holds_value(bench, 8001, PL_STDBUS_S32, -1);
	assert_int_equal(get(bench, -1, MODE), PL_OK);
	assert_string_equal(bench->reading.value.text, "-1");
	bench_free(bench);
}

static void case_43_a_whole_number_is_the_very_number(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 6001, PL_STDBUS_S32, 100000);
	accept_write(bench, 6001, PL_STDBUS_S32, 100001, 100000);
	assert_int_equal(put(bench, RAW_COUNT, 100001), PL_ERR_MISMATCH);
	bench_free(bench);
}

static void a_limit_that_the_device_does_not_have_is_not_named(void **state)
{
	struct bench *bench = bench_new(&profile);

	(void)state;
	holds_value(bench, 7001, PL_STDBUS_F32, 300);
	rule(bench, reading_of(7003, 1), refusal(bench, 0x83), 10, -1);
	holds_value(bench, 7004, PL_STDBUS_F32, 350);
	assert_int_equal(put(bench, SETPOINT, 392), PL_ERR_RANGE);
	assert_non_null(strstr(bench->error.text, "at most 350"));
	bench_free(bench);
}

static void what_was_not_asked_has_no_reply_of_another(void **state)
{
	static const int rows[] = {SETPOINT};
	struct bench *bench = bench_new(&profile);
	struct pl_stdbus_question lowest = reading_of(7003, 1);
	struct bytes damaged = answer(bench, &lowest, PL_STDBUS_F32, 5);
	struct pl_sample sample;

	(void)state;
	damaged.at[damaged.count - 1] ^= 1;
	holds_value(bench, 7004, PL_STDBUS_F32, 350);
	rule(bench, lowest, answer(bench, &lowest, PL_STDBUS_F32, 5), 10, 1);
	rule(bench, lowest, damaged, 10, -1);
	assert_int_equal(get(bench, -1, HIGHEST), PL_OK);
	assert_int_equal(get(bench, -1, LOWEST), PL_OK);
	for (int i = 0; i < 2;
	     i++) { /* silent, so that the next one has to ask for another first */
		samples_of(&sample, rows, 1);
		get_many(bench, &sample, 1);
	}
	assert_int_not_equal(sample.status, PL_OK);
	assert_string_equal(sample.raw, "");
	bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(probe_finds_a_controller_and_its_model),
	    cmocka_unit_test(a_refusal_shows_that_somebody_is_there),
	    cmocka_unit_test(a_silent_address_is_named),
	    cmocka_unit_test(case_41_a_wrong_line_speed_is_suggested),
	    cmocka_unit_test(a_value_is_read_with_what_says_that_it_is_good),
	    cmocka_unit_test(the_value_without_a_probe_is_no_value),
	    cmocka_unit_test(a_value_whose_verdict_fails_is_no_value),
	    cmocka_unit_test(enumerations_are_words_and_other_numbers_themselves),
	    cmocka_unit_test(what_is_marked_missing_or_implausible_is_no_value),
	    cmocka_unit_test(a_second_instance_is_asked_as_such),
	    cmocka_unit_test(a_value_whose_verdict_the_device_does_not_have_is_none),
	    cmocka_unit_test(case_47_an_infinite_value_is_over),
	    cmocka_unit_test(a_write_beyond_its_row_is_refused_before_a_byte_is_sent),
	    cmocka_unit_test(a_parameter_without_an_id_is_unsupported),
	    cmocka_unit_test(what_the_device_does_not_know_is_asked_once),
	    cmocka_unit_test(other_refusals_are_named_and_asked_again),
	    cmocka_unit_test(many_are_a_question_each_and_one_verdict_serves_all),
	    cmocka_unit_test(at_the_first_silence_the_rest_is_not_asked),
	    cmocka_unit_test(an_unknown_one_is_left_out_of_the_next_tick),
	    cmocka_unit_test(a_parameter_no_row_describes_is_read_by_id),
	    cmocka_unit_test(raw_names_of_another_form_are_refused),
	    cmocka_unit_test(what_a_tick_costs_is_what_goes_over_the_wire),
	    cmocka_unit_test(a_write_is_confirmed_by_reply_and_read_back),
	    cmocka_unit_test(case_43_a_device_that_holds_another_value_is_a_failed_write),
	    cmocka_unit_test(the_device_s_own_limits_are_kept_to_before_anything_is_sent),
	    cmocka_unit_test(a_write_takes_the_type_the_device_reads_with),
	    cmocka_unit_test(a_refused_write_is_named),
	    cmocka_unit_test(a_write_without_an_answer_is_sent_once),
	    cmocka_unit_test(a_profile_without_ids_is_refused),
	    cmocka_unit_test(a_float_is_the_decimal_that_it_means),
	    cmocka_unit_test(a_number_that_is_no_word_gets_none),
	    cmocka_unit_test(case_43_a_whole_number_is_the_very_number),
	    cmocka_unit_test(a_limit_that_the_device_does_not_have_is_not_named),
	    cmocka_unit_test(what_was_not_asked_has_no_reply_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
