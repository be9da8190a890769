/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Modbus driver against an instrument in memory that answers late, half, wrong or not at all.
 */
#include "driver/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/modbus_line.h"
#include "unit/modbus_oven.h"

struct bench {
	struct oven oven;
	struct line line;
};

static int begin(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	oven_make(&bench->oven);
	line_open(&bench->line, &bench->oven.spec);
	*state = bench;
	return 0;
}

static int end(void **state)
{
	struct bench *bench = *state;

	line_close(&bench->line);
	free(bench);
	return 0;
}

static enum pl_status read_one(struct bench *bench, int row, struct pl_reading *out,
			       struct pl_error *error)
{
	return pl_modbus_driver.read(bench->line.state, -1, row, out, error);
}

static enum pl_status write_one(struct bench *bench, int row, double value,
				struct pl_write_report *out, struct pl_error *error)
{
	return pl_modbus_driver.write(bench->line.state, -1, row, value, out, error);
}

#define assert_words(text, words)                                                                  \
	do {                                                                                       \
		if (!strstr((text), (words)))                                                      \
			fail_msg("\"%s\" does not say \"%s\"", (text), (words));                   \
	} while (0)

/* ---- late answers ---- */

static const int like[] = {OVEN_LOWEST, OVEN_HIGHEST}; /* of one shape */

/* Reads parameters of one shape in turn; each value that is given must be that of its own
 * question. Returns how many were given. */
static unsigned read_in_turn(struct bench *bench, unsigned reads)
{
	unsigned given = 0;

	bench->line.counts = true;
	for (unsigned i = 0; i < reads; i++) {
		int row = like[i % 2];
		struct pl_reading reading;
		struct pl_error error;

		if (read_one(bench, row, &reading, &error) == PL_OK) {
			double own = 1000.0 * bench->oven.rows[row].address + bench->line.questions;

			if (reading.value.number != own)
				fail_msg("read %u: %.0f is not %.0f", i, reading.value.number, own);
			given++;
		} else {
			assert_true(isnan(reading.value.number));
		}
		bench->line.now_ns += LINE_MS(i % 7 == 0 ? 300 : 1);
	}
	return given;
}

static struct line_fault late_once(struct line *line, unsigned question)
{
	(void)line;
	return (struct line_fault){.delay_ms = question == 5 ? 250 - 10 : 0};
}

static void case_34_one_late_answer_is_dropped_and_no_value_is_wrong(void **state)
{
	struct bench *bench = *state;

	bench->line.behave = late_once;
	bench->oven.options.retries = 0;
	assert_int_equal(read_in_turn(bench, 30), 29);
	assert_words(bench->line.said, "came after its time-out and was dropped");
	/* It was seen, so that nothing else had to be asked. */
	assert_int_equal(bench->line.questions, 30);
}

static void case_34_a_retry_does_not_take_the_late_answer_either(void **state)
{
	struct bench *bench = *state;

	bench->line.behave = late_once;
	assert_int_equal(read_in_turn(bench, 30), 30);
}

static struct line_fault always_late(struct line *line, unsigned question)
{
	(void)question;
	return (struct line_fault){.delay_ms = *(int *)line->arg};
}

static void case_34_an_instrument_that_is_always_late_never_gives_a_wrong_value(void **state)
{
	struct bench *bench = *state;

	bench->line.behave = always_late;
	for (int delay_ms = 180; delay_ms < 1500; delay_ms += 35) {
		bench->line.arg = &delay_ms;
		read_in_turn(bench, 9);
	}
	bench->line.behave = NULL;
	bench->line.now_ns = bench->line.busy_ns + LINE_MS(1000);
	assert_true(read_in_turn(bench, 3) >= 2); /* and it comes back */
}

static struct line_fault at_random(struct line *line, unsigned question)
{
	unsigned *seed = line->arg;
	struct line_fault fault = {0};

	(void)question;
	*seed = *seed * 1103515245 + 12345;
	fault.delay_ms = *seed >> 16 & 3 ? 0 : (int)(*seed >> 18 & 1023);
	fault.is_lost = (*seed >> 28 & 7) == 0;
	fault.has_bad_crc = !line->is_network && (*seed >> 28 & 7) == 1;
	fault.is_half = (*seed >> 28 & 15) == 15;
	return fault;
}

static void case_34_late_lost_and_torn_answers_at_random_give_no_wrong_value(void **state)
{
	struct bench *bench = *state;

	bench->line.behave = at_random;
	for (unsigned seed = 1; seed <= 20; seed++) {
		unsigned numbers = seed;

		bench->line.arg = &numbers;
		assert_true(read_in_turn(bench, 200) > 50);
	}
}

/* Question 1 is refused late, question 2 is answered after that refusal. */
static struct line_fault refused_late(struct line *line, unsigned question)
{
	(void)line;
	if (question == 1)
		return (struct line_fault){.exception = 4, .delay_ms = 250};
	return (struct line_fault){.delay_ms = question == 2 ? 150 : 0};
}

static void case_34_a_late_refusal_does_not_put_answers_one_question_off(void **state)
{
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	bench->line.behave = refused_late;
	bench->line.counts = true;
	bench->oven.options.retries = 0;
	assert_int_equal(read_one(bench, OVEN_ORDER, &reading, &error), PL_ERR_UNANSWERED);
	assert_int_equal(read_one(bench, OVEN_LOWEST, &reading, &error), PL_ERR_REFUSED);
	if (read_one(bench, OVEN_HIGHEST, &reading, &error) == PL_OK)
		assert_true(reading.value.number == 2166000.0 + bench->line.questions);
}

static struct line_fault refused_at_random(struct line *line, unsigned question)
{
	static const uint8_t exceptions[] = {3, 4, 4, 6};
	struct line_fault fault = at_random(line, question);
	unsigned number = *(unsigned *)line->arg >> 8;

	fault.delay_ms /= 2; /* what is later than that and refused is beyond telling */
	if ((number & 7) < 3)
		fault.exception = exceptions[number >> 3 & 3];
	return fault;
}

static void case_34_late_refusals_at_random_give_no_wrong_value(void **state)
{
	static const int rows[] = {OVEN_LOWEST, OVEN_ORDER, OVEN_HIGHEST, OVEN_POWER, OVEN_LOWEST};

	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		unsigned numbers = seed, given = 0;
		struct bench *bench;

		begin((void **)&bench);
		bench->line.counts = true;
		bench->line.behave = refused_at_random;
		bench->line.arg = &numbers;
		bench->oven.options.retries = seed & 1;
		for (unsigned i = 0; i < 150; i++) {
			int row = rows[i % 5];
			double at = 1000.0 * bench->oven.rows[row].address;
			struct pl_reading reading;

			if (read_one(bench, row, &reading, NULL) != PL_OK ||
			    bench->oven.rows[row].registers != 2)
				continue;
			if (reading.value.number != at + bench->line.questions)
				fail_msg("seed %u, read %u: %.0f", seed, i, reading.value.number);
			given++;
		}
		assert_true(given > 0);
		end((void **)&bench);
	}
}

static void case_34_over_tcp_the_connection_is_opened_anew(void **state)
{
	struct bench *bench = *state;

	bench->line.is_network = true;
	bench->line.behave = late_once;
	assert_int_equal(read_in_turn(bench, 30), 30);
	assert_int_equal(bench->line.reopens, 1);
	assert_words(bench->line.said, "did not come in time, so the connection is opened anew");
	for (unsigned seed = 1; seed <= 5; seed++) {
		unsigned numbers = seed;

		bench->line.behave = at_random;
		bench->line.arg = &numbers;
		read_in_turn(bench, 100);
	}
}

/* ---- bad answers ---- */

/* Question by question, then well. */
struct script {
	struct line_fault faults[8];
};

static struct line_fault scripted(struct line *line, unsigned question)
{
	const struct script *script = line->arg;

	return question <= 8 ? script->faults[question - 1] : (struct line_fault){0};
}

static void play(struct bench *bench, const struct script *script)
{
	bench->line.behave = scripted;
	bench->line.arg = (void *)(uintptr_t)script;
}

static void case_35_half_an_answer_is_asked_for_again(void **state)
{
	static const struct script script = {{{.is_half = true}}};
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	line_put_float(&bench->line, 2160, 23.5F);
	play(bench, &script);
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	assert_true(reading.value.number == 23.5);
	assert_int_equal(bench->line.questions, 2);
	bench->oven.options.retries = 0;
	bench->line.questions = 0;
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_ERR_PROTOCOL);
	assert_words(error.text, "half an answer");
}

static void case_36_a_wrong_checksum_gives_no_value(void **state)
{
	static const struct script script = {{{.has_bad_crc = true}, {.has_bad_crc = true}}};
	struct bench *bench = *state;
	struct pl_sample sample = {.target = {.channel = -1, .parameter = OVEN_SETPOINT}};
	struct pl_error error;

	play(bench, &script);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, &sample, 1, &error), PL_OK);
	assert_int_equal(bench->line.questions, 2);
	assert_int_equal(sample.status, PL_ERR_PROTOCOL);
	assert_int_equal(sample.reading.quality, PL_QUALITY_INVALID);
	assert_words(sample.reading.reason, "crc");
	assert_true(isnan(sample.reading.value.number));
	assert_true(bench->line.strays > 0); /* the bytes are in the log */
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, &sample, 1, &error), PL_OK);
	assert_int_equal(sample.status, PL_OK);
	assert_string_equal(sample.raw, "01030400000000FA33");
}

static void case_37_an_echo_is_stripped_only_when_configured(void **state)
{
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_write_report report;
	struct pl_error error;

	bench->line.echoes = true;
	line_put_float(&bench->line, 2160, 23.5F);
	line_put_float(&bench->line, 2166, 80);
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_ERR_PROTOCOL);
	assert_words(error.text, "looks like an echo of our own request: set echo: yes");
	assert_int_equal(write_one(bench, OVEN_POWER, 5, &report, &error), PL_ERR_PROTOCOL);
	assert_words(error.text, "echo");
	bench->oven.options.echo = true;
	bench->line.now_ns += LINE_MS(1000);
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	assert_true(reading.value.number == 23.5);
	assert_int_equal(write_one(bench, OVEN_POWER, 7.5, &report, &error), PL_OK);
	assert_float_equal(report.readback, 7.5, 1e-9);
	assert_int_equal(write_one(bench, OVEN_SETPOINT, 40, &report, &error), PL_OK);
	bench->line.echoes = false; /* some adapters do not */
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	assert_true(reading.value.number == 40);
}

static void case_38_an_answer_of_another_is_rejected_and_named(void **state)
{
	static const struct {
		struct script script;
		const char *words;
	} rows[] = {
	    {{{{.unit = 2}}}, "answered by unit 2, asked was unit 1"},
	    {{{{.function = 4}}}, "answer is to function 4"},
	    {{{{.count = 2}}}, "carries 2 bytes, asked were 4"},
	};
	struct bench *bench = *state;

	bench->oven.options.retries = 0;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_reading reading;
		struct pl_error error;

		bench->line.questions = 0;
		play(bench, &rows[i].script);
		assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_ERR_PROTOCOL);
		assert_words(error.text, rows[i].words);
		assert_true(isnan(reading.value.number));
		assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	}
}

/* Another answer, then its own. */
static void what_answers_another_question_is_dropped_and_its_own_is_waited_for(void **state)
{
	static const unsigned char late[] = {2, 3, 2, 0, 5, 0x3c, 0x47};
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	line_put_float(&bench->line, 2160, 23.5F);
	line_arrives(&bench->line, bench->line.now_ns + LINE_MS(5), late, sizeof late);
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	assert_true(reading.value.number == 23.5);
	assert_int_equal(bench->line.questions, 1);
}

static struct line_fault busy(struct line *line, unsigned question)
{
	return (struct line_fault){.exception = question <= *(unsigned *)line->arg ? 6 : 0};
}

static void case_39_busy_is_tried_again_a_few_times(void **state)
{
	struct bench *bench = *state;
	unsigned times = 3;
	struct pl_reading reading;
	struct pl_error error;

	bench->line.behave = busy;
	bench->line.arg = &times;
	line_put_float(&bench->line, 2160, 23.5F);
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_OK);
	assert_true(reading.value.number == 23.5);
	assert_int_equal(bench->line.questions, 4);
	times = 1000;
	bench->line.questions = 0;
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_ERR_REFUSED);
	assert_words(error.text, "exception 6 (busy)");
	assert_int_equal(bench->line.questions, 4);
}

static void case_39_an_illegal_address_is_not_asked_for_again(void **state)
{
	struct bench *bench = *state;
	struct pl_sample sample = {.target = {.channel = -1, .parameter = OVEN_SETPOINT}};
	struct pl_reading reading;
	struct pl_error error;

	bench->line.first_missing = 2160;
	bench->line.last_missing = 2161;
	assert_int_equal(read_one(bench, OVEN_SETPOINT, &reading, &error), PL_ERR_UNSUPPORTED);
	assert_words(error.text, "exception 2 (illegal data address)");
	assert_int_equal(bench->line.questions, 1);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, &sample, 1, &error), PL_OK);
	assert_int_equal(bench->line.questions, 1);
	assert_false(sample.was_asked);
	assert_words(sample.reading.reason, "illegal data address");
}

/* ---- several in one go ---- */

static void set_targets(struct pl_sample *samples, const int *rows, size_t count)
{
	memset(samples, 0, count * sizeof *samples);
	for (size_t i = 0; i < count; i++)
		samples[i].target =
		    (struct pl_target){.channel = -1, .parameter = (int16_t)rows[i]};
}

static void parameters_near_each_other_come_in_one_read(void **state)
{
	static const int rows[] = {OVEN_HIGHEST, OVEN_VALUE, OVEN_SETPOINT, OVEN_LOWEST};
	struct bench *bench = *state;
	struct pl_sample samples[4];
	struct pl_error error;

	line_put_float(&bench->line, 360, 21);
	line_put_float(&bench->line, 2160, 30);
	line_put_float(&bench->line, 2164, 5);
	line_put_float(&bench->line, 2166, 90);
	set_targets(samples, rows, 4);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 4, &error), PL_OK);
	assert_string_equal(bench->line.asked, "3@360+3 3@2160+8 ");
	assert_true(samples[0].reading.value.number == 90);
	assert_true(samples[1].reading.value.number == 21);
	assert_true(samples[2].reading.value.number == 30);
	assert_true(samples[3].reading.value.number == 5);
	assert_true(samples[0].received_ns > samples[0].requested_ns);
	assert_true(samples[0].reading.t_mono_ns < samples[0].received_ns);
}

static void a_refused_block_is_split_in_the_same_call(void **state)
{
	static const int rows[] = {OVEN_SETPOINT, OVEN_LOWEST, OVEN_HIGHEST};
	struct bench *bench = *state;
	struct pl_sample samples[3];
	struct pl_error error;

	line_put_float(&bench->line, 2160, 30);
	line_put_float(&bench->line, 2164, 5);
	bench->line.first_missing = 2166;
	bench->line.last_missing = 2170;
	set_targets(samples, rows, 3);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 3, &error), PL_OK);
	assert_string_equal(bench->line.asked, "3@2160+8 3@2160+2 3@2164+2 3@2166+2 ");
	assert_true(samples[0].reading.value.number == 30);
	assert_true(samples[1].reading.value.number == 5);
	assert_int_equal(samples[2].status, PL_ERR_UNSUPPORTED);
	bench->line.asked[0] = '\0';
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 3, &error), PL_OK);
	assert_string_equal(bench->line.asked, "3@2160+6 ");
	assert_false(samples[2].was_asked);
	assert_true(samples[0].was_asked);
}

static void a_gap_that_is_not_there_is_not_read_over_again(void **state)
{
	static const int rows[] = {OVEN_SETPOINT, OVEN_LOWEST, OVEN_HIGHEST};
	struct bench *bench = *state;
	struct pl_sample samples[3];
	struct pl_error error;

	bench->line.first_missing = 2162;
	bench->line.last_missing = 2163;
	set_targets(samples, rows, 3);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 3, &error), PL_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(samples[i].status, PL_OK);
	bench->line.asked[0] = '\0';
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 3, &error), PL_OK);
	assert_string_equal(bench->line.asked, "3@2160+2 3@2164+4 ");
}

static struct line_fault silent(struct line *line, unsigned question)
{
	(void)line;
	return (struct line_fault){.is_lost = question > 1};
}

static void at_the_first_silence_the_rest_is_not_asked(void **state)
{
	static const int rows[] = {OVEN_VALUE, OVEN_SETPOINT, OVEN_MODEL, OVEN_STATES};
	struct bench *bench = *state;
	struct pl_sample samples[4];
	struct pl_error error;

	bench->line.behave = silent;
	bench->oven.options.retries = 0;
	bench->oven.profile.block_gap = 0;
	set_targets(samples, rows, 4);
	/* 30, 40, 360, 2160: the first is answered */
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 4, &error), PL_OK);
	assert_int_equal(bench->line.questions, 2);
	assert_int_equal(samples[3].status, PL_OK);
	assert_true(samples[2].was_asked);
	assert_int_equal(samples[2].status, PL_ERR_UNANSWERED);
	assert_int_equal(samples[2].reading.quality, PL_QUALITY_MISSING);
	/* The times of its last try: from the question to the end of the wait. */
	assert_true(samples[2].received_ns - samples[2].requested_ns >= 200 * PL_NS_PER_MS);
	assert_true(samples[2].reading.t_mono_ns > samples[2].requested_ns &&
		    samples[2].reading.t_mono_ns < samples[2].received_ns);
	assert_false(samples[0].was_asked);
	assert_false(samples[1].was_asked);
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, samples, 4, &error),
			 PL_ERR_UNANSWERED);
	assert_words(error.text, "did not answer");
}

static void a_value_that_its_device_calls_bad_is_none(void **state)
{
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	line_put_float(&bench->line, 360, 21);
	bench->line.registers[362] = 65;
	assert_int_equal(read_one(bench, OVEN_VALUE, &reading, &error), PL_OK);
	assert_int_equal(bench->line.questions, 1);
	assert_int_equal(reading.quality, PL_QUALITY_INVALID);
	assert_string_equal(reading.reason, "input_error: open");
	assert_true(isnan(reading.value.number));
	bench->line.registers[362] = 61;
	assert_int_equal(read_one(bench, OVEN_VALUE, &reading, &error), PL_OK);
	assert_true(reading.value.number == 21);
	/* instance 2 has its own */
	line_put_float(&bench->line, 440, 22);
	bench->line.registers[362] = 65;
	assert_int_equal(pl_modbus_driver.read(bench->line.state, 0, 0, &reading, &error), PL_OK);
	assert_true(reading.value.number == 22);
}

static void a_register_that_no_row_describes_is_read(void **state)
{
	struct bench *bench = *state;
	struct pl_sample sample = {.target = {.channel = -1}};
	struct pl_error error;

	assert_int_equal(
	    pl_modbus_driver.parse_raw(&bench->oven.spec, "@2488:u16", &sample.target, &error),
	    PL_OK);
	bench->line.registers[2488] = 1331;
	assert_int_equal(pl_modbus_driver.read_many(bench->line.state, &sample, 1, &error), PL_OK);
	assert_true(sample.reading.value.number == 1331);
	assert_string_equal(sample.raw, "0103020533FB01");
}

/* ---- writing ---- */

static void a_write_is_checked_sent_and_read_back(void **state)
{
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	line_put_float(&bench->line, 2164, 10);
	line_put_float(&bench->line, 2166, 60);
	assert_int_equal(write_one(bench, OVEN_SETPOINT, 42.5, &report, &error), PL_OK);
	assert_string_equal(bench->line.asked, "3@2164+2 3@2166+2 16@2160+2 3@2160+2 ");
	assert_true(report.applied == 42.5 && report.readback == 42.5);
	assert_true(report.t_confirmed_ns > 0);
	assert_int_equal(write_one(bench, OVEN_COIL, 1, &report, &error), PL_OK);
	assert_int_equal(bench->line.coils[3], 1);
	assert_int_equal(write_one(bench, OVEN_IDLE_BITS, 0x2a, &report, &error), PL_OK);
	assert_true(report.readback == 0x2a);
	assert_int_equal(write_one(bench, OVEN_POWER, -12.34, &report, &error), PL_OK);
	assert_int_equal((int16_t)bench->line.registers[26], -1234);
	assert_float_equal(report.readback, -12.34, 1e-9);
}

static void a_value_outside_of_limits_is_refused_before_it_is_sent(void **state)
{
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	assert_int_equal(write_one(bench, OVEN_SETPOINT, 81, &report, &error), PL_ERR_RANGE);
	assert_int_equal(bench->line.questions, 0);
	line_put_float(&bench->line, 2164, 10);
	line_put_float(&bench->line, 2166, 60);
	assert_int_equal(write_one(bench, OVEN_SETPOINT, 70, &report, &error), PL_ERR_RANGE);
	assert_words(error.text, "the device itself allows 10 to 60 C");
	assert_null(strstr(bench->line.asked, "16@"));
	assert_int_equal(write_one(bench, OVEN_VALUE, 70, &report, &error), PL_ERR_UNSUPPORTED);
}

static struct line_fault forgets(struct line *line, unsigned question)
{
	(void)question;
	line->registers[26] = 0;
	return (struct line_fault){0};
}

static void a_device_that_holds_another_value_is_a_mismatch(void **state)
{
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	bench->line.behave = forgets;
	assert_int_equal(write_one(bench, OVEN_POWER, 50, &report, &error), PL_ERR_MISMATCH);
	assert_true(report.readback == 0);
	assert_words(error.text, "reads back as 0");
}

static void a_write_that_is_not_answered_is_not_sent_twice(void **state)
{
	static const struct script script = {{{.is_lost = true}}};
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	play(bench, &script);
	assert_int_equal(write_one(bench, OVEN_POWER, 50, &report, &error), PL_ERR_UNANSWERED);
	assert_int_equal(bench->line.questions, 1);
}

static void case_34_a_late_answer_to_a_write_confirms_no_other_write(void **state)
{
	static const struct script script = {{{.is_lost = true}}};
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	play(bench, &script);
	assert_int_equal(write_one(bench, OVEN_POWER, 50, &report, &error), PL_ERR_UNANSWERED);
	bench->line.asked[0] = '\0';
	assert_int_equal(write_one(bench, OVEN_POWER, 50, &report, &error), PL_OK);
	assert_int_equal(bench->line.asked[0],
			 '3'); /* a read proves that it cannot come any more */
	assert_non_null(strstr(bench->line.asked, "6@"));
}

/* ---- who is there ---- */

static void probing_reads_nothing_that_can_only_be_written(void **state)
{
	static struct pl_parameter parameters[OVEN_ROWS + 1];
	struct bench *bench = *state;
	struct pl_identity identity;
	struct pl_error error;

	memcpy(parameters, oven_parameters, sizeof parameters);
	parameters[OVEN_VALUE].access = PL_ACCESS_WRITE;
	parameters[OVEN_ORDER].access = PL_ACCESS_WRITE;
	bench->oven.profile.parameters = parameters;
	bench->oven.profile.serial_row = OVEN_ORDER;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error), PL_OK);
	assert_string_equal(identity.serial, "");
	assert_null(strstr(bench->line.asked, "@360"));
	assert_null(strstr(bench->line.asked, "@2488"));
	assert_non_null(strstr(bench->line.asked, "@362")); /* the first that can be read */
}

static void probing_tells_who_is_there(void **state)
{
	struct bench *bench = *state;
	struct pl_identity identity;
	struct pl_error error;

	bench->oven.profile.model_row = OVEN_MODEL;
	bench->oven.profile.serial_row = OVEN_ORDER;
	bench->oven.profile.firmware_row = OVEN_HIGHEST; /* refused: still somebody */
	bench->line.first_missing = 2166;
	bench->line.last_missing = 2170;
	memcpy(bench->line.registers + 40, (uint16_t[]){0x504d, 0x3600, 0, 0}, 8);
	bench->line.registers[2488] = 4711;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error), PL_OK);
	assert_string_equal(identity.model, "PM6");
	assert_string_equal(identity.serial, "4711");
	assert_string_equal(identity.protocol, "Modbus RTU");
	assert_null(strstr(bench->line.asked, "6@"));
}

static void a_silent_line_says_what_to_check(void **state)
{
	struct bench *bench = *state;
	struct pl_identity identity;
	struct pl_error error;

	bench->line.unit = 7;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error),
			 PL_ERR_UNANSWERED);
	assert_words(error.text, "no answer from unit 1");
	assert_words(error.text, "9600 baud, 8N1: check unit, baud, parity");
}

static void case_40_another_word_order_is_refused_with_all_readings_of_a_float(void **state)
{
	struct bench *bench = *state;
	struct pl_identity identity;
	struct pl_error error;

	bench->oven.profile.order_row = OVEN_ORDER;
	bench->oven.profile.order_high_low = 1330;
	bench->oven.profile.order_low_high = 1331;
	bench->line.registers[2488] = 1330;
	bench->line.registers[360] = 0x41bc; /* 23.5, high word first */
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error),
			 PL_ERR_CONFIG);
	assert_words(error.text, "the device says word order high-low (word_order = 1330)");
	assert_words(error.text, "profile oven says low-high (1331)");
	assert_words(error.text, "process_value would be high-low 23.5, low-high ");
	bench->line.registers[2488] = 1331;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error), PL_OK);
	bench->line.registers[2488] = 9;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error), PL_OK);
	assert_words(bench->line.said, "word_order reads 9, which is no word order");
}

static struct line_fault garbled(struct line *line, unsigned question)
{
	(void)line, (void)question;
	return (struct line_fault){.is_garbage = true};
}

static void case_41_garbage_is_said_to_be_a_wrong_speed(void **state)
{
	struct bench *bench = *state;
	struct pl_identity identity;
	struct pl_error error;

	bench->line.behave = garbled;
	assert_int_equal(pl_modbus_driver.probe(bench->line.state, &identity, &error),
			 PL_ERR_PROTOCOL);
	assert_words(error.text, "wrong baud rate or parity?");
	assert_true(bench->line.questions <= 4);
}

static void without_a_profile_any_well_formed_answer_is_a_find(void **state)
{
	const struct pl_discovery *discovery = pl_modbus_driver.discovery;
	struct pl_modbus_options options;
	struct pl_device_spec spec = {.name = "found", .options = &options};
	struct pl_identity identity;
	struct pl_error error;
	struct line line;

	(void)state;
	discovery->make_options(3, &options);
	line_open(&line, &spec);
	line.unit = 3;
	line.first_missing = 0;
	line.last_missing = 100; /* an exception */
	assert_int_equal(pl_modbus_driver.probe(line.state, &identity, &error), PL_OK);
	assert_string_equal(line.asked, "3@0+1 ");
	line.unit = 4;
	assert_int_equal(pl_modbus_driver.probe(line.state, &identity, &error), PL_ERR_UNANSWERED);
	line_close(&line);
}

static struct line_fault holds_another_current(struct line *line, unsigned question)
{
	if (question == 2)
		line_put_float(line, 26, 5e-7F);
	return (struct line_fault){0};
}

static void case_43_a_small_value_that_is_another_one_is_a_mismatch_too(void **state)
{
	struct bench *bench = *state;
	struct pl_profile_row *row = &bench->oven.rows[OVEN_POWER];
	struct pl_write_report report;
	struct pl_error error;

	*row = (struct pl_profile_row){OVEN_ROW(PL_WIRE_F32, 26, 2, 16)};
	assert_int_equal(write_one(bench, OVEN_POWER, 3e-7, &report, &error), PL_OK);
	bench->line.questions = 0;
	bench->line.behave = holds_another_current;
	assert_int_equal(write_one(bench, OVEN_POWER, 4e-7, &report, &error), PL_ERR_MISMATCH);
}

static void a_limit_that_the_device_does_not_have_is_not_named(void **state)
{
	struct bench *bench = *state;
	struct pl_write_report report;
	struct pl_error error;

	line_put_float(&bench->line, 2166, 50);
	bench->oven.rows[OVEN_SETPOINT].min_row = -1;
	assert_int_equal(write_one(bench, OVEN_SETPOINT, 60, &report, &error), PL_ERR_RANGE);
	assert_words(error.text, "at most 50 C");
	assert_null(strstr(error.text, "nan"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(case_34_one_late_answer_is_dropped_and_no_value_is_wrong),
	    CASE(case_34_a_retry_does_not_take_the_late_answer_either),
	    CASE(case_34_an_instrument_that_is_always_late_never_gives_a_wrong_value),
	    CASE(case_34_late_lost_and_torn_answers_at_random_give_no_wrong_value),
	    CASE(case_34_a_late_refusal_does_not_put_answers_one_question_off),
	    cmocka_unit_test(case_34_late_refusals_at_random_give_no_wrong_value),
	    CASE(case_34_over_tcp_the_connection_is_opened_anew),
	    CASE(case_35_half_an_answer_is_asked_for_again),
	    CASE(case_36_a_wrong_checksum_gives_no_value),
	    CASE(case_37_an_echo_is_stripped_only_when_configured),
	    CASE(case_38_an_answer_of_another_is_rejected_and_named),
	    CASE(what_answers_another_question_is_dropped_and_its_own_is_waited_for),
	    CASE(case_39_busy_is_tried_again_a_few_times),
	    CASE(case_39_an_illegal_address_is_not_asked_for_again),
	    CASE(parameters_near_each_other_come_in_one_read),
	    CASE(a_refused_block_is_split_in_the_same_call),
	    CASE(a_gap_that_is_not_there_is_not_read_over_again),
	    CASE(at_the_first_silence_the_rest_is_not_asked),
	    CASE(a_value_that_its_device_calls_bad_is_none),
	    CASE(a_register_that_no_row_describes_is_read),
	    CASE(a_write_is_checked_sent_and_read_back),
	    CASE(a_value_outside_of_limits_is_refused_before_it_is_sent),
	    CASE(a_device_that_holds_another_value_is_a_mismatch),
	    CASE(a_write_that_is_not_answered_is_not_sent_twice),
	    CASE(case_34_a_late_answer_to_a_write_confirms_no_other_write),
	    CASE(probing_reads_nothing_that_can_only_be_written),
	    CASE(probing_tells_who_is_there),
	    CASE(a_silent_line_says_what_to_check),
	    CASE(case_40_another_word_order_is_refused_with_all_readings_of_a_float),
	    CASE(case_41_garbage_is_said_to_be_a_wrong_speed),
	    CASE(without_a_profile_any_well_formed_answer_is_a_find),
	    CASE(case_43_a_small_value_that_is_another_one_is_a_mismatch_too),
	    CASE(a_limit_that_the_device_does_not_have_is_not_named),
	};

	return cmocka_run_group_tests_name("modbus_driver", tests, NULL, NULL);
}
