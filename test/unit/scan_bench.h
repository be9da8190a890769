/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan_bench.h - a bench in memory for the tests of src/scan: one detector of three channels with
 * thresholds 1..1023, one scan over all of them. Tests change what they are about.
 */
#ifndef TEST_SCAN_BENCH_H
#define TEST_SCAN_BENCH_H

#include "config/bench.h"
#include "plateau/clock.h"

#include <math.h>
#include <string.h>

struct scan_bench {
	struct pl_parameter device_rows[2], channel_rows[2];
	struct pl_driver driver;
	struct pl_channel channels[3];
	struct pl_device device;
	struct pl_scan scan;
	struct pl_bench bench;
};

static inline struct pl_range range_step(double start, double stop, double step)
{
	return (struct pl_range){.kind = PL_RANGE_STEP,
				 .start = start,
				 .stop = stop,
				 .step = step,
				 .line = 12,
				 .column = 5};
}

static inline void scan_bench_range(struct scan_bench *made, struct pl_range range)
{
	for (size_t i = 0; i < made->scan.channel_count; i++)
		made->scan.channels[i].range = range;
}

/* made must stay where it is: its parts point at each other. */
static inline void scan_bench_init(struct scan_bench *made)
{
	*made = (struct scan_bench){
	    .device_rows = {{.name = "temperature",
			     .type = PL_VALUE_REAL,
			     .kind = PL_KIND_CARRIED,
			     .unit = "C",
			     .access = PL_ACCESS_READ}},
	    .channel_rows = {{.name = "threshold",
			      .type = PL_VALUE_INTEGER,
			      .unit = "",
			      .min = 1,
			      .max = 1023,
			      .step = 1,
			      .access = PL_ACCESS_READ | PL_ACCESS_WRITE}},
	    .driver = {.name = "fake", .has_events = true},
	    .channels = {{.name = "top", .id = 1, .threshold = 290},
			 {.name = "mid", .id = 2, .threshold = 300},
			 {.name = "btm", .id = 3, .threshold = NAN}},
	    .device = {.spec = {.name = "det", .channel_count = 3},
		       .lost_wait_ns = 600 * PL_NS_PER_S},
	    .scan = {.name = "threshold",
		     .channels = {{.channel = 0}, {.channel = 1}, {.channel = 2}},
		     .channel_count = 3,
		     .repeat = 1,
		     .dwell.time_ns = 10 * PL_NS_PER_S,
		     .settle_ns = 100 * PL_NS_PER_MS,
		     .suppress = 1023,
		     .retry_tries = 3,
		     .retry_wait_ns = 500 * PL_NS_PER_MS,
		     .give_up = 3,
		     .line = 10},
	    .bench = {.name = "cosmic_1",
		      .file = "/bench/cosmic.yaml",
		      .device_count = 1,
		      .scan_count = 1},
	};
	made->driver.parameters = made->device_rows;
	made->driver.channel_parameters = made->channel_rows;
	made->device.spec.channels = made->channels;
	made->device.driver = &made->driver;
	made->scan.device = &made->device;
	made->bench.devices = &made->device;
	made->bench.scans = &made->scan;
	scan_bench_range(made, range_step(280, 300, 10));
}

#endif
