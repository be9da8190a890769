/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_modbus.c - any bytes into the Modbus driver as answers: while it probes, reads and writes.
 *
 * The first byte chooses serial or TCP, echo, and how much comes at once; each wait of the driver
 * receives the next slice of the rest. What must hold: no crash, no leak, an end, and no number in
 * a reading that is not ok. The driver mends checksums on request, or nothing would ever pass.
 */
#include "base/crc.h"
#include "driver/modbus/modbus.h"
#include "driver/modbus/protocol.h"
#include "plateau/clock.h"
#include "plateau/profile.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct feeder {
	void *state;
	const uint8_t *bytes;
	size_t count;
	unsigned slice;
	bool is_network, mends;
	int64_t now_ns;
};

static int64_t now(void *ctx)
{
	return ((struct feeder *)ctx)->now_ns;
}

static enum pl_status send_request(void *ctx, const unsigned char *request, size_t count,
				   int64_t deadline_ns, struct pl_error *error)
{
	(void)ctx, (void)request, (void)deadline_ns, (void)error;
	if (count < 6 || count > PL_MODBUS_REQUEST_MAX)
		abort();
	return PL_OK;
}

/* One slice; mended, it ends with the checksum of what stands before. */
static size_t give(struct feeder *feeder)
{
	size_t count = feeder->count < feeder->slice ? feeder->count : feeder->slice;
	unsigned char bytes[64];
	uint16_t crc;

	if (count == 0)
		return 0;
	memcpy(bytes, feeder->bytes, count);
	feeder->bytes += count;
	feeder->count -= count;
	if (feeder->mends && count > 2) {
		crc = pl_crc_modbus(bytes, count - 2);
		bytes[count - 2] = (unsigned char)crc;
		bytes[count - 1] = (unsigned char)(crc >> 8);
	}
	pl_modbus_driver.feed(feeder->state, bytes, count, feeder->now_ns);
	return count;
}

static enum pl_status wait_for(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
			       struct pl_error *error)
{
	struct feeder *feeder = ctx;

	(void)error;
	while (feeder->now_ns < deadline_ns) {
		if (done != NULL && done(arg))
			return PL_OK;
		feeder->now_ns += 20 * PL_NS_PER_MS;
		give(feeder);
	}
	return done == NULL || done(arg) ? PL_OK : PL_ERR_UNANSWERED;
}

static size_t drain(void *ctx)
{
	(void)ctx;
	return 0;
}

static enum pl_status reopen(void *ctx, struct pl_error *error)
{
	(void)ctx, (void)error;
	return PL_OK;
}

static bool is_network(void *ctx)
{
	return ((struct feeder *)ctx)->is_network;
}

static int64_t baud(void *ctx)
{
	(void)ctx;
	return 9600;
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
	(void)ctx, (void)level;
	if (text[0] == '\0')
		abort();
}

#define ROW(type_, at, n, write)                                                                   \
	{                                                                                          \
		.type = (type_), .has_register = true, .address = (at), .registers = (n),          \
		.read_function = 3, .write_function = (write), .scale = 1, .instances = 1,         \
		.valid_row = -1, .min_row = -1, .max_row = -1                                      \
	}

static const struct pl_parameter parameters[] = {
    {.name = "value", .unit = "C", .min = -200, .max = 1400, .access = 3, .text = "-"},
    {.name = "state", .type = PL_VALUE_INTEGER, .unit = "", .access = 1, .text = "-"},
    {.name = "model", .type = PL_VALUE_TEXT, .unit = "", .access = 1, .text = "-"},
    {.name = "order", .unit = "", .access = 1, .text = "-"},
    {.name = "double", .unit = "", .access = 1, .text = "-"},
    {.name = "coil", .unit = "", .max = 1, .access = 3, .text = "-"},
    {.name = NULL},
};
#define ROWS 6

static void converse(struct feeder *feeder)
{
	const struct pl_driver *driver = &pl_modbus_driver;
	struct pl_identity identity;
	struct pl_write_report report;
	struct pl_sample samples[ROWS] = {{.was_asked = false}};

	driver->probe(feeder->state, &identity, NULL);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < ROWS; i++)
			samples[i].target.channel = -1, samples[i].target.parameter = (int16_t)i;
		driver->read_many(feeder->state, samples, ROWS, NULL);
		for (int i = 0; i < ROWS; i++)
			if (samples[i].reading.quality != PL_QUALITY_OK &&
			    !isnan(samples[i].reading.value.number))
				abort();
		if (driver->write(feeder->state, -1, 0, 300, &report, NULL) == PL_OK &&
		    report.applied != 300)
			abort();
		driver->write(feeder->state, -1, 5, 1, &report, NULL);
	}
	driver->feed(feeder->state, feeder->bytes, feeder->count, feeder->now_ns);
}

static void ignore_line(void *ctx, const char *line)
{
	(void)ctx, (void)line;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct pl_profile_row rows[ROWS] = {
	    ROW(PL_WIRE_F32, 360, 2, 16),   ROW(PL_WIRE_ENUM, 362, 1, 0),
	    ROW(PL_WIRE_STRING, 364, 8, 0), ROW(PL_WIRE_U16, 380, 1, 0),
	    ROW(PL_WIRE_F64, 400, 4, 0),    ROW(PL_WIRE_BITS, 3, 1, 5),
	};
	struct pl_profile profile = {
	    .name = "fuzz",
	    .parameters = parameters,
	    .rows = rows,
	    .count = ROWS,
	    .block_max = 40,
	    .block_gap = 8,
	    .order_row = 3,
	    .order_high_low = 1330,
	    .order_low_high = 1331,
	    .volatile_row = -1,
	    .model_row = 2,
	    .firmware_row = -1,
	    .serial_row = -1,
	};
	struct feeder feeder = {.now_ns = PL_NS_PER_S};
	struct pl_host host = {
	    .ctx = &feeder,
	    .now = now,
	    .wait = wait_for,
	    .stray = take_stray,
	    .note = take_note,
	    .modbus = send_request,
	    .drain = drain,
	    .reopen = reopen,
	    .is_network = is_network,
	    .baud = baud,
	};
	struct pl_modbus_options options = {
	    .unit = 1, .timeout_ns = 200 * PL_NS_PER_MS, .retries = 1};
	struct pl_device_spec spec = {.name = "oven", .options = &options, .profile = &profile};

	if (count == 0)
		return 0;
	rows[0].valid_row = 1;
	rows[0].valid_value = 61;
	rows[5].read_function = 1;
	options.echo = (bytes[0] & 1) != 0;
	feeder.is_network = (bytes[0] & 2) != 0;
	feeder.mends = (bytes[0] & 4) != 0;
	feeder.slice = 1 + bytes[0] / 8u;
	feeder.bytes = bytes + 1;
	feeder.count = count - 1;
	pl_modbus_driver.decode(bytes, count, ignore_line, NULL);
	if (pl_modbus_driver.open(&spec, &host, &feeder.state, NULL) != PL_OK)
		abort();
	converse(&feeder);
	pl_modbus_driver.close(feeder.state);
	return 0;
}
