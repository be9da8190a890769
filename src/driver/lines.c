/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.c - the line splitter of all line-oriented drivers.
 *
 * A line that lies whole in the bytes at hand is handed on where it lies; only the unfinished end
 * is kept. Invariant: skipped > 0 only while length == PL_LINE_MAX. One thread.
 */
#include "driver/lines.h"

#include <string.h>

void pl_lines_reset(struct pl_lines *lines)
{
	lines->length = 0;
	lines->skipped = 0;
}

static void keep(struct pl_lines *lines, const struct pl_lines_sink *sink, void *ctx,
		 const char *bytes, size_t count)
{
	size_t room = PL_LINE_MAX - lines->length;
	size_t taken = count < room ? count : room;

	memcpy(lines->kept + lines->length, bytes, taken);
	lines->length += taken;
	if (taken == count)
		return;
	if (lines->skipped == 0)
		sink->overflow(ctx);
	lines->skipped += count - taken;
}

static void hand_on(const struct pl_lines_sink *sink, void *ctx, const char *line, size_t count,
		    int64_t t_ns)
{
	if (count > 0 && line[count - 1] == '\r')
		count--;
	sink->line(ctx, line, count, t_ns);
}

static void finish(struct pl_lines *lines, const struct pl_lines_sink *sink, void *ctx,
		   const char *rest, size_t count, int64_t t_ns)
{
	if (lines->length == 0 && count <= PL_LINE_MAX) {
		hand_on(sink, ctx, rest, count, t_ns);
		return;
	}
	keep(lines, sink, ctx, rest, count);
	lines->kept[lines->length] = '\n';
	if (lines->skipped == 0)
		hand_on(sink, ctx, lines->kept, lines->length, t_ns);
	else
		sink->too_long(ctx, lines->kept, lines->length, lines->length + lines->skipped);
	pl_lines_reset(lines);
}

void pl_lines_feed(struct pl_lines *lines, const struct pl_lines_sink *sink, void *ctx,
		   const unsigned char *bytes, size_t count, int64_t t_ns)
{
	const char *at = (const char *)bytes;

	while (count > 0) {
		const char *end = memchr(at, '\n', count);
		size_t length;

		if (end == NULL) {
			keep(lines, sink, ctx, at, count);
			return;
		}
		length = (size_t)(end - at);
		finish(lines, sink, ctx, at, length, t_ns);
		at += length + 1;
		count -= length + 1;
	}
}
