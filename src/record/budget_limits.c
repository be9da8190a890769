/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget_limits.c - how often limits are looked at that are in no tick of a recording: pure.
 *
 * The bus reads them between two ticks where twice their time is left there; else behind a tick,
 * for a tenth of the line's time at most, and the slots that costs are skipped
 * (bus/slots_refresh.c). Said before the recording begins, for a limit that is looked at once a
 * minute protects nobody who believes in once a second.
 */
#include "record/choose.h"
#include "record/recorder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As the bus has them. */
#define MARGIN 2
#define SHARE  10

#define LINE_SIZE 320

/* Of one device: limits that no tick looks at. */
struct watch {
	const struct pl_device *device;
	struct pl_target targets[PL_RECORDED_MAX];
	size_t count;
	char paths[LINE_SIZE / 2];
};

static bool is_recorded(const struct pl_recording *recording, const struct pl_target *target)
{
	for (size_t i = 0; i < recording->reading_count; i++) {
		const struct pl_target *read = &recording->readings[i].target;

		if (read->device == target->device && read->channel == target->channel &&
		    read->parameter == target->parameter)
			return true;
	}
	return false;
}

static void add_path(struct watch *watch, const char *path)
{
	size_t length = strlen(watch->paths), room = sizeof(watch->paths) - length;

	if (strlen(path) + 8 < room)
		snprintf(watch->paths + length, room, "%s%s", length > 0 ? ", " : "", path);
	else if (room > 6 && strstr(watch->paths, " ...") == NULL)
		snprintf(watch->paths + length, room, " ...");
}

/* False when every one is in the tick, or comes unasked. */
static bool find(const struct pl_device *device, const struct pl_recording *recording,
		 struct watch *watch)
{
	*watch = (struct watch){.device = device};
	if (device->driver->cost == NULL)
		return false;
	for (size_t i = 0; i < device->limit_count && watch->count < PL_RECORDED_MAX; i++) {
		if (is_recorded(recording, &device->limits[i].target))
			continue;
		watch->targets[watch->count++] = device->limits[i].target;
		add_path(watch, device->limits[i].path);
	}
	return watch->count > 0;
}

static int64_t time_of(const struct watch *watch, int64_t baud)
{
	const struct pl_device *device = watch->device;

	return device->driver->cost(&device->spec, watch->targets, watch->count, baud).time_ns;
}

/* Slots that go by while a tick and then the limits have the line: those that come to be later than
 * half a period. */
static unsigned slots_lost(double tick_ns, double takes_ns, double period_ns)
{
	double lost = ceil((tick_ns + takes_ns) / period_ns - 0.5) - 1;

	return lost > 0 ? (unsigned)lost : 0;
}

/* all_ns: so long it takes for every device of the line, one after the other. */
static void tell(const struct watch *watch, const struct pl_recording_cost *cost, int64_t all_ns,
		 double period_ns, void (*say)(void *ctx, const char *line), void *ctx)
{
	int64_t takes_ns = time_of(watch, cost->baud), every_ns = watch->device->refresh_ns;
	double left_ns = period_ns - (double)cost->time_ns;
	char line[LINE_SIZE], slots[48] = "";
	bool is_slowed;
	unsigned lost;

	if (every_ns <= 0) {
		snprintf(line, sizeof(line),
			 "%s: in no tick and refresh is 0: limits not looked at", watch->paths);
	} else if (takes_ns <= 0 || !cost->is_known) {
		snprintf(line, sizeof(line),
			 "%s: limits looked at every %.3g s, or, where ticks leave no room, for "
			 "1/%d of the line's time",
			 watch->paths, (double)every_ns / 1e9, SHARE);
	} else if (left_ns > (double)(MARGIN * takes_ns)) {
		snprintf(line, sizeof(line), "%s: limits looked at every %.3g s between two ticks",
			 watch->paths, (double)every_ns / 1e9);
	} else {
		lost = slots_lost((double)cost->time_ns, (double)takes_ns, period_ns);
		is_slowed = SHARE * all_ns > every_ns;
		if (is_slowed)
			every_ns = SHARE * all_ns;
		if (lost > 0)
			snprintf(slots, sizeof(slots), ", which costs %u slot%s each time", lost,
				 lost == 1 ? "" : "s");
		snprintf(line, sizeof(line),
			 "%s: limits looked at every %.3g s%s, behind a tick: it takes %.1f ms, "
			 "ticks leave %.1f ms%s",
			 watch->paths, (double)every_ns / 1e9, is_slowed ? " only" : "",
			 (double)takes_ns / 1e6, left_ns > 0 ? left_ns / 1e6 : 0, slots);
	}
	say(ctx, line);
}

static int64_t time_of_all(const struct pl_bench *bench, const struct pl_recording *recording,
			   int bus, int64_t baud)
{
	struct watch watch;
	int64_t all_ns = 0;

	for (size_t i = 0; i < bench->device_count; i++)
		if (bench->devices[i].first_on_line == bus &&
		    find(&bench->devices[i], recording, &watch))
			all_ns += time_of(&watch, baud);
	return all_ns;
}

void pl_record_budget_limits(const struct pl_bench *bench, const struct pl_recording *recording,
			     int bus, void (*say)(void *ctx, const char *line), void *ctx)
{
	double period_ns = 1e9 / recording->rate_hz;
	struct pl_recording_cost cost;
	struct watch watch;
	int64_t all_ns;

	if (!pl_recording_cost(bench, recording, bus, &cost) || cost.transactions == 0)
		return;
	all_ns = time_of_all(bench, recording, bus, cost.baud);
	for (size_t i = 0; i < bench->device_count; i++)
		if (bench->devices[i].first_on_line == bus &&
		    find(&bench->devices[i], recording, &watch))
			tell(&watch, &cost, all_ns, period_ns, say, ctx);
}
