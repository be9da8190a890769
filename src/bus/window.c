/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * window.c - the counting window.
 *
 * An event's time is the clock after the read() that brought its newline. Since t0 and t1 are
 * taken after the line was read dry, [t0, t1) holds exactly the events whose read() came between
 * them: none twice in adjoining windows, none in neither. Pure; one thread a window.
 */
#include "bus/window.h"

#include "plateau/clock.h"

#include <math.h>

void pl_hits_add(const struct pl_device *device, uint32_t fired, uint64_t hits[PL_SERIES_MAX])
{
	size_t channels = device->spec.channel_count;

	for (size_t i = 0; i < channels; i++)
		hits[i] += fired >> i & 1;
	for (size_t i = 0; i < device->coincidence_count; i++) {
		uint32_t all = device->coincidences[i].channels;

		hits[channels + i] += (fired & all) == all;
	}
}

void pl_spread_add(struct pl_spread *spread, double value)
{
	double from_old;

	if (isnan(value))
		return;
	from_old = value - spread->mean;
	spread->count++;
	spread->mean += from_old / (double)spread->count;
	spread->m2 += from_old * (value - spread->mean);
	if (spread->count == 1 || value < spread->min)
		spread->min = value;
	if (spread->count == 1 || value > spread->max)
		spread->max = value;
}

void pl_counting_begin(struct pl_counting *window, const struct pl_device *device, int64_t t0_ns,
		       int64_t t0_utc_ns, int64_t skew_ns)
{
	*window = (struct pl_counting){
	    .device = device,
	    .skew_ns = skew_ns,
	    .last_ns = t0_ns,
	    .count = {.t0_ns = t0_ns, .t0_utc_ns = t0_utc_ns, .device_dead_s = NAN},
	};
}

void pl_counting_event(struct pl_counting *window, const struct pl_event *event)
{
	struct pl_count *count = &window->count;

	if (!window->device || event->t_ns < count->t0_ns)
		return;
	window->last_ns = event->t_ns;
	count->events++;
	pl_hits_add(window->device, event->hits, count->hits);
	if (!isnan(event->dead_s))
		count->device_dead_s =
		    event->dead_s + (isnan(count->device_dead_s) ? 0 : count->device_dead_s);
	for (size_t i = 0; i < PL_CARRIED_MAX; i++)
		pl_spread_add(&count->carried[i], event->carried[i]);
}

void pl_counting_bytes(struct pl_counting *window, size_t count)
{
	if (window->device)
		window->count.bytes += count;
}

void pl_counting_stray(struct pl_counting *window)
{
	if (window->device)
		window->count.strays++;
}

void pl_counting_end(struct pl_counting *window, int64_t t1_ns, int64_t skew_ns, int64_t baud,
		     struct pl_count *out)
{
	struct pl_count *count = &window->count;
	double dwell_s;

	/* The clock may not have moved since the last event; it lies before t1 all the same. */
	count->t1_ns = t1_ns > window->last_ns ? t1_ns : window->last_ns + 1;
	count->gap_ns = skew_ns > window->skew_ns ? skew_ns - window->skew_ns : 0;
	dwell_s = (double)(count->t1_ns - count->t0_ns) / (double)PL_NS_PER_S;
	/* a byte of 8N1 is 10 bits on the line */
	count->occupancy = baud > 0 ? (double)count->bytes * 10 / (double)baud / dwell_s : NAN;
	*out = *count;
	window->device = NULL;
}
