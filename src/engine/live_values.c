/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live_values.c - the counters of a detector, kept over its rate window, so that a rate is hits
 * over seconds of one device.
 */
#include "engine/internal.h"

#include <string.h>

void live_count(struct live_device *live, const struct pl_bus_event *event)
{
	int64_t spacing = live->device->rate_window_ns / (HISTORY - 8);
	size_t last = (live->history_next + HISTORY - 1) % HISTORY;

	live->now.t_ns = event->t_mono_ns;
	live->now.events = event->counters.events;
	live->now.bytes = event->counters.bytes;
	live->strays = event->counters.strays;
	memcpy(live->now.hits, event->counters.hits, sizeof(live->now.hits));
	if (live->history_count > 0 && live->now.t_ns - live->history[last].t_ns < spacing)
		return;
	live->history[live->history_next] = live->now;
	live->history_next = (live->history_next + 1) % HISTORY;
	if (live->history_count < HISTORY)
		live->history_count++;
}

size_t live_series_count(const struct pl_device *device)
{
	return device->spec.channel_count + device->coincidence_count;
}

const char *live_series_name(const struct pl_device *device, size_t series)
{
	if (series < device->spec.channel_count)
		return device->spec.channels[series].name;
	return device->coincidences[series - device->spec.channel_count].name;
}

/* The oldest counters inside the rate window; NULL: they are too young to say anything. */
static const struct sample *window_begin(const struct live_device *live)
{
	int64_t from = live->now.t_ns - live->device->rate_window_ns;
	const struct sample *oldest = NULL;

	for (size_t k = 0; k < live->history_count; k++) {
		const struct sample *sample =
		    &live->history[(live->history_next + HISTORY - live->history_count + k) %
				   HISTORY];

		if (sample->t_ns >= from) {
			oldest = sample;
			break;
		}
	}
	if (oldest == NULL || live->now.t_ns - oldest->t_ns < PL_NS_PER_S / 2)
		return NULL;
	return oldest;
}

/* 0: it has none, or it is not known. */
static int64_t line_speed(const struct live_device *live)
{
	bool is_line =
	    strncmp(live->path, "/dev/", 5) == 0 && strncmp(live->path, "/dev/pts/", 9) != 0;

	return live->device->baud > 0 ? live->device->baud
	       : is_line	      ? live->device->driver->baud
				      : 0;
}

double live_occupancy(const struct live_device *live)
{
	const struct sample *oldest = window_begin(live);
	int64_t baud = line_speed(live);

	if (oldest == NULL || baud <= 0 || !live->device->driver->has_events)
		return NAN;
	return (double)(live->now.bytes - oldest->bytes) * 10 / (double)baud /
	       ((double)(live->now.t_ns - oldest->t_ns) / 1e9);
}

bool live_window(const struct live_device *live, int series, uint64_t *hits, double *seconds)
{
	const struct sample *oldest = window_begin(live);

	if (oldest == NULL)
		return false;
	*hits = live->now.hits[series] - oldest->hits[series];
	*seconds = (double)(live->now.t_ns - oldest->t_ns) / 1e9;
	return true;
}
