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
#include <string.h>

static void add_hits(const struct pl_device *device, uint32_t fired, uint64_t events,
		     uint64_t hits[PL_SERIES_MAX])
{
	size_t channels = device->spec.channel_count;

	for (size_t i = 0; i < channels; i++)
		hits[i] += (fired >> i & 1) * events;
	for (size_t i = 0; i < device->coincidence_count; i++) {
		uint32_t all = device->coincidences[i].channels;

		hits[channels + i] += (fired & all) == all ? events : 0;
	}
}

void pl_tally_add(struct pl_tally *tally, const struct pl_device *device, uint32_t fired)
{
	if (fired < PL_TALLY_MASKS)
		tally->by_mask[fired]++;
	else
		add_hits(device, fired, 1, tally->others);
}

void pl_tally_hits(const struct pl_tally *tally, const struct pl_device *device,
		   uint64_t out[PL_SERIES_MAX])
{
	memcpy(out, tally->others, sizeof tally->others);
	for (uint32_t fired = 0; fired < PL_TALLY_MASKS; fired++)
		add_hits(device, fired, tally->by_mask[fired], out);
}

void pl_sums_add(struct pl_sums *sums, double value)
{
	double from_first;

	if (isnan(value))
		return;
	if (sums->count++ == 0)
		sums->first = sums->min = sums->max = value;
	from_first = value - sums->first;
	sums->sum += from_first;
	sums->squares += from_first * from_first;
	sums->min = value < sums->min ? value : sums->min;
	sums->max = value > sums->max ? value : sums->max;
}

struct pl_spread pl_sums_spread(const struct pl_sums *sums)
{
	double from_first = sums->count > 0 ? sums->sum / (double)sums->count : 0;
	double m2 = sums->squares - sums->sum * from_first;

	return (struct pl_spread){
	    .count = sums->count,
	    .mean = sums->first + from_first,
	    .m2 = m2 > 0 ? m2 : 0, /* roundings of a value that hardly moves */
	    .min = sums->min,
	    .max = sums->max,
	};
}

static size_t carried_count(const struct pl_device *device)
{
	size_t count = 0;

	for (const struct pl_parameter *row = pl_device_rows(device, -1); row && row->name; row++)
		count += row->kind == PL_KIND_CARRIED;
	return count;
}

void pl_counting_begin(struct pl_counting *window, const struct pl_device *device, int64_t t0_ns,
		       int64_t t0_utc_ns, int64_t skew_ns)
{
	*window = (struct pl_counting){
	    .device = device,
	    .is_open = true,
	    .check_at = UINT64_MAX,
	    .carried_count = carried_count(device),
	    .skew_ns = skew_ns,
	    .last_ns = t0_ns,
	    .count = {.t0_ns = t0_ns,
		      .t0_utc_ns = t0_utc_ns,
		      .last_series = -1,
		      .device_dead_s = NAN},
	};
}

bool pl_counting_event(struct pl_counting *window, const struct pl_event *event)
{
	struct pl_count *count = &window->count;

	if (!window->is_open || event->t_ns < count->t0_ns)
		return false;
	window->last_ns = event->t_ns;
	count->events++;
	pl_tally_add(&window->tally, window->device, event->hits);
	if (!isnan(event->dead_s))
		count->device_dead_s =
		    event->dead_s + (isnan(count->device_dead_s) ? 0 : count->device_dead_s);
	for (size_t i = 0; i < window->carried_count; i++)
		pl_sums_add(&window->carried[i], event->carried[i]);
	if (count->events >= window->check_at)
		pl_rule_event(window, event);
	return true;
}

void pl_counting_bytes(struct pl_counting *window, size_t count)
{
	if (window->is_open)
		window->count.bytes += count;
}

void pl_counting_stray(struct pl_counting *window)
{
	if (window->is_open)
		window->count.strays++;
}

void pl_counting_end(struct pl_counting *window, int64_t t1_ns, int64_t skew_ns, int64_t baud,
		     struct pl_count *out)
{
	struct pl_count *count = &window->count;
	double dwell_s;

	/* The clock may not have moved since the last event; it lies before t1 all the same. One
	 * that completed the counts ends the window, whatever was done since. */
	if (count->last_series >= 0 || t1_ns <= window->last_ns)
		t1_ns = window->last_ns + 1;
	count->t1_ns = t1_ns;
	count->gap_ns = skew_ns > window->skew_ns ? skew_ns - window->skew_ns : 0;
	dwell_s = (double)(count->t1_ns - count->t0_ns) / (double)PL_NS_PER_S;
	/* a byte of 8N1 is 10 bits on the line */
	count->occupancy = baud > 0 ? (double)count->bytes * 10 / (double)baud / dwell_s : NAN;
	pl_tally_hits(&window->tally, window->device, count->hits);
	for (size_t i = 0; i < PL_CARRIED_MAX; i++)
		count->carried[i] = pl_sums_spread(&window->carried[i]);
	*out = *count;
	window->is_open = false;
}
