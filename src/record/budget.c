/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget.c - what one tick of a recording costs on each port, from the drivers' own sums: pure, so
 * that a rate no line can hold is refused before anything is opened.
 */
#include "record/choose.h"
#include "record/recorder.h"

#include "driver/wire.h"

#include <stdio.h>
#include <string.h>

static bool is_serial_line(const char *port)
{
	return port[0] == '/' && strncmp(port, "/dev/pts/", 9) != 0;
}

/* 0 where the speed of the line is not known before it is open. */
static int64_t baud_of(const struct pl_device *device)
{
	if (device->baud > 0)
		return device->baud;
	if (!is_serial_line(device->port))
		return 0;
	return pl_wire_usual_baud(device->driver, device->spec.profile);
}

static void add_name(struct pl_recording_cost *cost, const char *name)
{
	size_t length = strlen(cost->names);

	snprintf(cost->names + length, sizeof(cost->names) - length, "%s%s", length > 0 ? ", " : "",
		 name);
}

/* Targets of one device stand together. Counters that come with a device's own lines cost nothing:
 * its driver has no sum to tell. */
static void add_device(const struct pl_bench *bench, const struct pl_recording *recording,
		       size_t from, size_t count, struct pl_recording_cost *cost)
{
	const struct pl_device *device = &bench->devices[recording->readings[from].target.device];
	struct pl_target targets[PL_RECORDED_MAX];
	struct pl_wire_cost one;

	add_name(cost, device->spec.name);
	cost->targets += count;
	if (device->driver->cost == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		targets[i] = recording->readings[from + i].target;
	one = device->driver->cost(&device->spec, targets, count, baud_of(device));
	cost->transactions += one.transactions;
	cost->time_ns += one.time_ns;
	cost->baud = baud_of(device);
	cost->is_known &= one.time_ns > 0 || one.transactions == 0;
}

bool pl_recording_cost(const struct pl_bench *bench, const struct pl_recording *recording, int bus,
		       struct pl_recording_cost *out)
{
	size_t i = 0;

	*out = (struct pl_recording_cost){.is_known = true};
	while (i < recording->reading_count) {
		int device = recording->readings[i].target.device;
		size_t count = 1;

		while (i + count < recording->reading_count &&
		       recording->readings[i + count].target.device == device)
			count++;
		if (bench->devices[device].first_on_line == bus)
			add_device(bench, recording, i, count, out);
		i += count;
	}
	return out->targets > 0;
}

enum pl_status pl_recording_memory(const struct pl_bench *bench,
				   const struct pl_recording *recording, struct pl_error *error)
{
	struct pl_recording_cost cost;
	size_t bytes = 0;

	for (int bus = 0; bus < (int)bench->device_count; bus++)
		if (pl_recording_cost(bench, recording, bus, &cost))
			bytes += pl_tick_size(cost.targets);
	return pl_recording_fits(recording, bytes, error);
}

static void tell(const struct pl_recording_cost *cost, double period_ms,
		 void (*say)(void *ctx, const char *), void *ctx)
{
	char line[320];

	if (cost->is_known && cost->time_ns > 0)
		snprintf(line, sizeof(line),
			 "%s: %u requests a tick, %.1f ms of %.1f ms at %lld baud", cost->names,
			 cost->transactions, (double)cost->time_ns / 1e6, period_ms,
			 (long long)cost->baud);
	else
		snprintf(line, sizeof(line),
			 "%s: %u requests a tick; how long they take is not known", cost->names,
			 cost->transactions);
	say(ctx, line);
}

/* Down to what a person would write: two digits. */
static double rounded_down(double rate_hz)
{
	double step = 1000;

	while (step > rate_hz / 10 && step > 1e-4)
		step /= 10;
	return (double)(int64_t)(rate_hz / step + 1e-9) * step;
}

enum pl_status pl_record_budget(const struct pl_bench *bench, const struct pl_recording *recording,
				void (*say)(void *ctx, const char *line), void *ctx,
				struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (int bus = 0; bus < (int)bench->device_count; bus++) {
		double period_ms = 1000 / recording->rate_hz;
		struct pl_recording_cost cost;

		if (!pl_recording_cost(bench, recording, bus, &cost) || cost.transactions == 0)
			continue;
		if (say != NULL) {
			tell(&cost, period_ms, say, ctx);
			pl_record_budget_limits(bench, recording, bus, say, ctx);
		}
		if ((double)cost.time_ns / 1e6 <= period_ms || status != PL_OK)
			continue;
		status = pl_error_set(
		    error, PL_ERR_CONFIG, recording->name,
		    "%s cannot hold %g Hz: %u requests a tick take %.1f ms at %lld baud, the "
		    "period is %.1f ms; ask at %g Hz or less, for fewer parameters, or with "
		    "--force, and ticks are skipped",
		    cost.names, recording->rate_hz, cost.transactions, (double)cost.time_ns / 1e6,
		    (long long)cost.baud, period_ms, rounded_down(1e9 / (double)cost.time_ns));
	}
	return status;
}

enum pl_status pl_record_budget_beside(const struct pl_bench *bench, const struct pl_scan *scan,
				       struct pl_error *error)
{
	struct pl_recording readings = {
	    .rate_hz = scan->readings_period_ns > 0 ? 1e9 / (double)scan->readings_period_ns : 0,
	    .readings = (struct pl_beside *)scan->readings,
	    .reading_count = scan->reading_count,
	    .events_device = -1,
	};

	pl_text_copy(readings.name, sizeof(readings.name), scan->name);
	if (scan->reading_count == 0 || readings.rate_hz <= 0)
		return PL_OK;
	return pl_record_budget(bench, &readings, NULL, NULL, error);
}
