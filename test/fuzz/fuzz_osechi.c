/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_osechi.c - any bytes into the OSECHI driver: while it listens, probes, writes and reads.
 *
 * The first byte chooses protocol and slice length; each wait of the driver receives the next slice
 * of the rest. What must hold: no crash, no leak, no report of a threshold outside its range.
 */
#include "driver/osechi/osechi.h"
#include "plateau/clock.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

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
		pl_osechi_driver.feed(feeder->state, feeder->bytes, count, feeder->now_ns);
		feeder->bytes += count;
		feeder->count -= count;
		feeder->now_ns += 50 * PL_NS_PER_MS;
	}
	if (done == NULL || done(arg))
		return PL_OK;
	return PL_ERR_UNANSWERED;
}

static void take_event(void *ctx, const struct pl_event *event)
{
	(void)ctx;
	if (event->hits > 7)
		abort();
}

static void take_reading(void *ctx, int channel, int parameter, const struct pl_reading *reading)
{
	(void)ctx, (void)channel, (void)parameter, (void)reading;
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

static void take_restart(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

static void converse(struct feeder *feeder)
{
	const struct pl_driver *driver = &pl_osechi_driver;
	struct pl_identity identity;
	struct pl_write_report report;
	struct pl_reading reading;

	driver->probe(feeder->state, &identity, NULL);
	for (int round = 0; round < 2; round++) {
		if (driver->write(feeder->state, 0, 0, 300, &report, NULL) == PL_OK &&
		    report.applied != 300)
			abort();
		if (driver->write(feeder->state, 2, 0, 64, &report, NULL) == PL_OK &&
		    report.applied != 64)
			abort();
		if (driver->read(feeder->state, 1, 0, &reading, NULL) == PL_OK &&
		    isnan(reading.value.number))
			abort();
		for (int i = 0; driver->parameters[i].name != NULL; i++)
			driver->read(feeder->state, -1, i, &reading, NULL);
	}
	driver->feed(feeder->state, feeder->bytes, feeder->count, feeder->now_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const struct pl_channel channels[] = {
	    {.name = "top", .id = 1, .threshold = 290},
	    {.name = "mid", .id = 2, .threshold = 300},
	    {.name = "btm", .id = 3, .threshold = 295},
	};
	struct feeder feeder = {.now_ns = PL_NS_PER_S};
	struct pl_host host = {
	    .ctx = &feeder,
	    .now = now,
	    .send = send_bytes,
	    .wait = wait_for,
	    .event = take_event,
	    .reading = take_reading,
	    .stray = take_stray,
	    .note = take_note,
	    .restarted = take_restart,
	};
	struct pl_osechi_options options = {
	    .reply_timeout_ns = PL_NS_PER_S / 2,
	    .boot_wait_ns = PL_NS_PER_S / 10,
	    .probe_events_ns = PL_NS_PER_S,
	};
	struct pl_device_spec spec = {
	    .name = "det",
	    .channels = channels,
	    .channel_count = 3,
	    .options = &options,
	};

	if (count == 0)
		return 0;
	options.protocol = bytes[0] % 3;
	feeder.slice = 1 + bytes[0] / 3u;
	feeder.bytes = bytes + 1;
	feeder.count = count - 1;
	if (pl_osechi_driver.open(&spec, &host, &feeder.state, NULL) != PL_OK)
		abort();
	converse(&feeder);
	pl_osechi_driver.close(feeder.state);
	return 0;
}
