/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_stdbus.c - any bytes to the Standard Bus driver: decoded, and as answers to what it asks.
 *
 * The first byte chooses the slice length; each wait of the driver receives the next slice of the
 * rest. What must hold: no crash, every byte comes out of the parser once (in a frame or as
 * garbage), and no reading that is ok holds no number.
 */
#include "driver/stdbus/protocol.h"
#include "driver/stdbus/stdbus.h"
#include "plateau/clock.h"
#include "plateau/profile.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { VALUE, VERDICT, SETPOINT, NAME, ROWS };

static const struct pl_profile_word words[] = {{61, "none"}, {65, "open"}, {.name = NULL}};
static const struct pl_parameter parameters[] = {
    [VALUE] = {.name = "value", .unit = "", .access = PL_ACCESS_READ, .text = "a"},
    [VERDICT] = {.name = "verdict",
		 .type = PL_VALUE_TEXT,
		 .unit = "",
		 .access = PL_ACCESS_READ,
		 .text = "b"},
    [SETPOINT] = {.name = "setpoint",
		  .unit = "",
		  .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
		  .text = "c"},
    [NAME] =
	{.name = "name", .type = PL_VALUE_TEXT, .unit = "", .access = PL_ACCESS_READ, .text = "d"},
    {.name = NULL},
};
static const struct pl_profile_row rows[] = {
    [VALUE] = {.type = PL_WIRE_F32,
	       .id = 4001,
	       .valid_row = VERDICT,
	       .valid_value = 61,
	       .scale = 1,
	       .instances = 1,
	       .min_row = -1,
	       .max_row = -1},
    [VERDICT] = {.type = PL_WIRE_ENUM,
		 .id = 4002,
		 .valid_row = -1,
		 .scale = 1,
		 .instances = 1,
		 .words = words,
		 .word_count = 2,
		 .min_row = -1,
		 .max_row = -1},
    [SETPOINT] = {.type = PL_WIRE_F32,
		  .id = 7001,
		  .valid_row = -1,
		  .scale = 1,
		  .instances = 1,
		  .min_row = VALUE,
		  .max_row = -1},
    [NAME] = {.type = PL_WIRE_STRING,
	      .id = 1009,
	      .valid_row = -1,
	      .scale = 1,
	      .instances = 1,
	      .min_row = -1,
	      .max_row = -1},
};
static const struct pl_profile profile = {
    .name = "fuzz",
    .parameters = parameters,
    .rows = rows,
    .count = ROWS,
    .model_row = NAME,
    .firmware_row = -1,
    .serial_row = -1,
};

struct feeder {
	void *state;
	const uint8_t *bytes;
	size_t count, slice;
	int64_t now_ns;
};

static int64_t now(void *ctx)
{
	return ((struct feeder *)ctx)->now_ns;
}

static enum pl_status send_bytes(void *ctx, const void *bytes, size_t count, int64_t deadline_ns,
				 struct pl_error *error)
{
	(void)ctx, (void)bytes, (void)count, (void)deadline_ns, (void)error;
	return PL_OK;
}

static enum pl_status wait_for(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
			       struct pl_error *error)
{
	struct feeder *feeder = ctx;

	(void)error;
	while (feeder->now_ns < deadline_ns) {
		size_t count = feeder->count < feeder->slice ? feeder->count : feeder->slice;

		if (done != NULL && done(arg))
			return PL_OK;
		pl_stdbus_driver.feed(feeder->state, feeder->bytes, count, feeder->now_ns);
		feeder->bytes += count;
		feeder->count -= count;
		feeder->now_ns += 10 * PL_NS_PER_MS;
	}
	if (done == NULL || done(arg))
		return PL_OK;
	return PL_ERR_UNANSWERED;
}

static int64_t last_byte(void *ctx)
{
	return ((struct feeder *)ctx)->now_ns - 30 * PL_NS_PER_MS;
}

static size_t drain(void *ctx)
{
	(void)ctx;
	return 0;
}

static void take_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	volatile char last = '\0';

	(void)ctx, (void)why;
	for (size_t i = 0; i < count; i++)
		last = bytes[i]; /* every byte told must be there */
	(void)last;
}

static void take_note(void *ctx, enum pl_note_level level, const char *text)
{
	(void)ctx, (void)level, (void)text;
}

static void check_reading(const struct pl_reading *reading)
{
	if (reading->quality == PL_QUALITY_OK && reading->value.type != PL_VALUE_TEXT &&
	    !isfinite(reading->value.number))
		abort();
}

static void converse(struct feeder *feeder)
{
	const struct pl_driver *driver = &pl_stdbus_driver;
	struct pl_sample samples[ROWS];
	struct pl_identity identity = {0};
	struct pl_write_report report;

	driver->probe(feeder->state, &identity, NULL);
	for (int16_t i = 0; i < ROWS; i++)
		samples[i] = (struct pl_sample){.target = {.channel = -1, .parameter = i}};
	driver->read_many(feeder->state, samples, ROWS, NULL);
	for (size_t i = 0; i < ROWS; i++)
		check_reading(&samples[i].reading);
	if (driver->write(feeder->state, -1, SETPOINT, 20, &report, NULL) == PL_OK &&
	    !(fabs(report.applied - 20) < 0.01))
		abort();
}

static void on_frame(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		     size_t count, int64_t t_ns)
{
	(void)frame, (void)bytes, (void)t_ns;
	*(size_t *)ctx += count;
}

static void on_damaged(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		       size_t count)
{
	(void)ctx, (void)frame, (void)bytes, (void)count;
}

static void on_garbage(void *ctx, const unsigned char *bytes, size_t count)
{
	(void)bytes;
	*(size_t *)ctx += count;
}

static void parse(const uint8_t *bytes, size_t count, size_t slice)
{
	static const struct pl_stdbus_sink sink = {on_frame, on_damaged, on_garbage};
	struct pl_stdbus_parser parser = {0};
	size_t told = 0;

	for (size_t at = 0; at < count; at += slice)
		pl_stdbus_feed(&parser, &sink, &told, bytes + at,
			       at + slice < count ? slice : count - at, 0);
	pl_stdbus_reset(&parser, &sink, &told);
	if (told != count)
		abort();
}

static void take_line(void *ctx, const char *line)
{
	(void)ctx;
	if (line[0] == '\0')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct feeder feeder = {.now_ns = PL_NS_PER_S};
	const struct pl_host host = {
	    .ctx = &feeder,
	    .now = now,
	    .send = send_bytes,
	    .wait = wait_for,
	    .stray = take_stray,
	    .note = take_note,
	    .drain = drain,
	    .last_byte = last_byte,
	};
	const struct pl_stdbus_options options = {
	    .address = 1, .timeout_ns = 50 * PL_NS_PER_MS, .retries = 1};
	const struct pl_device_spec spec = {
	    .name = "oven", .options = &options, .profile = &profile, .parameters = parameters};

	if (count == 0)
		return 0;
	feeder.slice = 1u + bytes[0];
	feeder.bytes = bytes + 1;
	feeder.count = count - 1;
	parse(feeder.bytes, feeder.count, feeder.slice);
	pl_stdbus_decode(feeder.bytes, feeder.count, take_line, NULL);
	if (pl_stdbus_driver.open(&spec, &host, &feeder.state, NULL) != PL_OK)
		abort();
	converse(&feeder);
	pl_stdbus_driver.close(feeder.state);
	return 0;
}
