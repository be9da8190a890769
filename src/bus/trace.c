/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace.c - what goes over the line, as frames to a ring of their own.
 *
 * A frame ends behind a newline, where the direction changes, after a moment of silence and when it
 * is full. A full ring costs frames and never the bus: they are counted. Bus thread.
 */
#include "bus/inside.h"

#include "plateau/clock.h"

#include <string.h>

#define SILENCE_NS (100 * PL_NS_PER_MS)

static void push(struct pl_bus *bus, bool goes_on)
{
	bus->frame.goes_on = goes_on;
	pl_ring_push(bus->frames, &bus->frame);
	bus->frame.count = 0;
}

void pl_trace_rest(struct pl_bus *bus)
{
	if (bus->frames && bus->frame.count > 0)
		push(bus, false);
}

void pl_trace_due(struct pl_bus *bus, int64_t now_ns)
{
	if (now_ns - bus->frame_ns >= SILENCE_NS)
		pl_trace_rest(bus);
}

/* Up to the newline, at most what there is room for. */
static size_t add_piece(struct pl_bus_frame *frame, const char *bytes, size_t count)
{
	size_t room = sizeof frame->bytes - frame->count;
	const char *end = memchr(bytes, '\n', count);

	if (end)
		count = (size_t)(end - bytes) + 1;
	if (count > room)
		count = room;
	memcpy(frame->bytes + frame->count, bytes, count);
	frame->count = (uint16_t)(frame->count + count);
	return count;
}

void pl_trace_bytes(struct pl_bus *bus, bool is_sent, const void *bytes, size_t count)
{
	struct pl_bus_frame *frame = &bus->frame;
	const char *at = bytes, *end = at + count;

	if (!bus->frames || count == 0)
		return;
	if (frame->is_sent != is_sent)
		pl_trace_rest(bus);
	frame->is_sent = is_sent;
	frame->t_utc_ns = pl_clock_utc_ns();
	bus->frame_ns = pl_clock_mono_ns();
	while (at < end) {
		if (frame->count == sizeof frame->bytes)
			push(bus, true);
		at += add_piece(frame, at, (size_t)(end - at));
		if (frame->bytes[frame->count - 1] == '\n')
			push(bus, false);
	}
}
