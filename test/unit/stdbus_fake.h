/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stdbus_fake.h - a scripted controller on Standard Bus for driver tests, and a small profile. Its
 * rules answer byte-exact questions. After cmocka.h.
 */
#ifndef TEST_UNIT_STDBUS_FAKE_H
#define TEST_UNIT_STDBUS_FAKE_H

#include "driver/stdbus/protocol.h"
#include "driver/stdbus/stdbus.h"
#include "plateau/profile.h"

#include "unit/fake_host.h"

#include <math.h>
#include <stdlib.h>

enum { PROCESS, INPUT_ERROR, SETPOINT, LOWEST, HIGHEST, MODE, MODEL, NO_ID, RAW_COUNT, ROWS };

static const struct pl_profile_word error_words[] = {
    {61, "none"}, {65, "open"}, {127, "shorted"}, {.name = NULL}};
static const struct pl_profile_word mode_words[] = {
    {62, "off"}, {10, "auto"}, {54, "manual"}, {.name = NULL}};
static const double not_there[] = {65535};

#define READ_ONLY  .unit = "", .access = PL_ACCESS_READ, .text = "a value"
#define READ_WRITE .unit = "", .access = PL_ACCESS_READ | PL_ACCESS_WRITE, .text = "a value"
static const struct pl_parameter profile_parameters[] = {
    [PROCESS] = {.name = "process_value", READ_ONLY},
    [INPUT_ERROR] = {.name = "input_error", .type = PL_VALUE_TEXT, READ_ONLY},
    [SETPOINT] = {.name = "setpoint", READ_WRITE},
    [LOWEST] = {.name = "setpoint_low", READ_ONLY},
    [HIGHEST] = {.name = "setpoint_high", READ_ONLY},
    [MODE] = {.name = "control_mode", .type = PL_VALUE_TEXT, READ_WRITE},
    [MODEL] = {.name = "model", .type = PL_VALUE_TEXT, READ_ONLY},
    [NO_ID] = {.name = "no_id", READ_ONLY},
    [RAW_COUNT] = {.name = "count", .type = PL_VALUE_INTEGER, .min = 0, .max = 200000, READ_WRITE},
    {.name = NULL},
};
#define NO_ROWS	 .valid_row = -1, .min_row = -1, .max_row = -1, .scale = 1, .instances = 1
#define NO_BOUND .min_row = -1, .max_row = -1, .scale = 1
static const struct pl_profile_row profile_rows[] = {
    [PROCESS] = {.type = PL_WIRE_F32,
		 .id = 4001,
		 .instances = 2,
		 .valid_row = INPUT_ERROR,
		 .valid_value = 61,
		 NO_BOUND},
    [INPUT_ERROR] = {.type = PL_WIRE_ENUM,
		     .id = 4002,
		     .instances = 2,
		     .valid_row = -1,
		     .words = error_words,
		     .word_count = 3,
		     NO_BOUND},
    [SETPOINT] = {.type = PL_WIRE_F32,
		  .id = 7001,
		  .instances = 2,
		  .valid_row = -1,
		  .scale = 1,
		  .min_row = LOWEST,
		  .max_row = HIGHEST},
    [LOWEST] = {.type = PL_WIRE_F32, .id = 7003, NO_ROWS},
    [HIGHEST] = {.type = PL_WIRE_F32, .id = 7004, NO_ROWS},
    [MODE] = {.type = PL_WIRE_ENUM, .id = 8001, .words = mode_words, .word_count = 3, NO_ROWS},
    [MODEL] = {.type = PL_WIRE_STRING, .id = 1009, .registers = 8, NO_ROWS},
    [NO_ID] = {.type = PL_WIRE_F32, NO_ROWS},
    [RAW_COUNT] =
	{.type = PL_WIRE_U16, .id = 6001, .missing = not_there, .missing_count = 1, NO_ROWS},
};
static const struct pl_parameter instanced[] = {
    {.name = "process_value", READ_ONLY},
    {.name = "input_error", .type = PL_VALUE_TEXT, READ_ONLY},
    {.name = "setpoint", READ_WRITE},
    {.name = NULL},
};
static const int instanced_rows[] = {PROCESS, INPUT_ERROR, SETPOINT};
static const struct pl_profile profile = {
    .name = "test",
    .parameters = profile_parameters,
    .rows = profile_rows,
    .count = ROWS,
    .instanced = instanced,
    .instanced_rows = instanced_rows,
    .instanced_count = 3,
    .order_row = -1,
    .volatile_row = -1,
    .model_row = MODEL,
    .firmware_row = -1,
    .serial_row = -1,
};

#define FAKE_FRAMES 128
struct bench {
	struct fake_host fake;
	struct pl_channel channels[1];
	struct pl_stdbus_options options;
	struct pl_device_spec spec;
	struct pl_identity identity;
	struct pl_write_report report;
	struct pl_reading reading;
	struct pl_error error;
	unsigned char frames[FAKE_FRAMES][PL_STDBUS_FRAME_MAX];
	size_t frame_count;
};

/* What has come by now is handed on. */
static inline size_t bench_drain(void *ctx)
{
	struct fake_host *fake = ctx;
	size_t bytes = 0;

	while (fake->coming_count > 0 && fake->coming[0].t_ns <= fake->now_ns) {
		bytes += fake->coming[0].count;
		fake_deliver(fake);
	}
	return bytes;
}

static inline int64_t bench_last_byte(void *ctx)
{
	return ((struct fake_host *)ctx)->last_byte_ns;
}

static inline struct bench *bench_new(const struct pl_profile *with)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	fake_host_init(&bench->fake, &pl_stdbus_driver);
	bench->fake.host.drain = bench_drain;
	bench->fake.host.last_byte = bench_last_byte;
	bench->channels[0] = (struct pl_channel){.name = "2", .id = 2, .threshold = NAN};
	bench->options =
	    (struct pl_stdbus_options){.address = 1, .timeout_ns = FAKE_MS(200), .retries = 1};
	bench->spec = (struct pl_device_spec){
	    .name = "oven",
	    .channels = bench->channels,
	    .channel_count = 1,
	    .options = &bench->options,
	    .profile = with,
	    .parameters = with ? with->parameters : NULL,
	    .channel_parameters = with ? with->instanced : NULL,
	};
	assert_int_equal(pl_stdbus_driver.open(&bench->spec, &bench->fake.host, &bench->fake.state,
					       &bench->error),
			 PL_OK);
	return bench;
}

static inline void bench_free(struct bench *bench)
{
	pl_stdbus_driver.close(bench->fake.state);
	free(bench);
}

/* ---- frames that live as long as the bench ---- */

struct bytes {
	unsigned char *at;
	size_t count;
};

static inline struct bytes frame_room(struct bench *bench)
{
	assert_true(bench->frame_count < FAKE_FRAMES);
	return (struct bytes){.at = bench->frames[bench->frame_count++]};
}

static inline struct bytes question(struct bench *bench, const struct pl_stdbus_question *asked)
{
	struct bytes out = frame_room(bench);

	out.count = pl_stdbus_question_encode((int)bench->options.address, asked, out.at);
	assert_true(out.count > 0);
	return out;
}

static inline struct bytes reply_frame(struct bench *bench, const unsigned char *payload,
				       size_t count)
{
	struct bytes out = frame_room(bench);

	out.count = pl_stdbus_frame_encode(
	    &(struct pl_stdbus_frame){.type = PL_STDBUS_REPLY,
				      .from = (uint8_t)(0x0f + bench->options.address),
				      .payload = payload,
				      .count = count},
	    out.at);
	return out;
}

static inline struct bytes refusal(struct bench *bench, int code)
{
	const unsigned char payload[] = {2, (unsigned char)code};

	return reply_frame(bench, payload, sizeof payload);
}

/* What a controller answers to a question, with that value. */
static inline struct bytes answer(struct bench *bench, const struct pl_stdbus_question *asked,
				  enum pl_stdbus_type type, double number)
{
	unsigned char payload[6 + PL_STDBUS_VALUE_MAX] = {2, (unsigned char)asked->service};
	size_t count = 2;

	if (asked->service == PL_STDBUS_READ)
		payload[count++] = 1;
	payload[count++] = (unsigned char)(asked->id / 1000);
	payload[count++] = (unsigned char)(asked->id % 1000);
	payload[count++] = asked->instance;
	count += pl_stdbus_value_encode(type, number, payload + count);
	return reply_frame(bench, payload, count);
}

static inline struct pl_stdbus_question reading_of(uint32_t id, int instance)
{
	return (struct pl_stdbus_question){
	    .service = PL_STDBUS_READ, .id = id, .instance = (uint8_t)instance};
}

static inline struct pl_stdbus_question writing_of(uint32_t id, enum pl_stdbus_type type,
						   double number)
{
	return (struct pl_stdbus_question){
	    .service = PL_STDBUS_WRITE, .id = id, .instance = 1, .type = type, .number = number};
}

/* To that question, these bytes so many ms later; count 0: silence. */
static inline void rule(struct bench *bench, struct pl_stdbus_question asked, struct bytes reply,
			int delay_ms, int uses)
{
	struct bytes sent = question(bench, &asked);

	assert_true(bench->fake.rule_count < FAKE_RULES);
	bench->fake.rules[bench->fake.rule_count++] = (struct fake_rule){
	    .sent = (const char *)sent.at,
	    .sent_count = sent.count,
	    .reply = reply.count > 0 ? (const char *)reply.at : NULL,
	    .reply_count = reply.count,
	    .delay_ms = delay_ms,
	    .uses = uses,
	};
}

/* Instance 1 of that parameter reads so, 10 ms after it is asked. */
static inline void holds_value(struct bench *bench, uint32_t id, enum pl_stdbus_type type,
			       double number)
{
	struct pl_stdbus_question asked = reading_of(id, 1);

	rule(bench, asked, answer(bench, &asked, type, number), 10, -1);
}

static inline enum pl_status get(struct bench *bench, int channel, int parameter)
{
	return pl_stdbus_driver.read(bench->fake.state, channel, parameter, &bench->reading,
				     &bench->error);
}

static inline enum pl_status put(struct bench *bench, int parameter, double value)
{
	return pl_stdbus_driver.write(bench->fake.state, -1, parameter, value, &bench->report,
				      &bench->error);
}

/* Time passes, what is on its way arrives. */
static inline void pass(struct bench *bench, int ms)
{
	fake_wait(&bench->fake, bench->fake.now_ns + FAKE_MS(ms), NULL, NULL, NULL);
}

#endif
