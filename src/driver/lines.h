/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h - cuts what a device says into lines, whatever it says, in bounded memory.
 *
 * A line ends with a newline; one carriage return before it is stripped and nothing else: bytes
 * such as NUL, blank or form feed may be the answer itself. A line longer than PL_LINE_MAX is
 * thrown away up to its newline and told as one too long line with its length. Lines are handed
 * out by pointer and count, never NUL-terminated, borrowed for the call; the byte after one is the
 * carriage return or newline that ended it, and may be read. One thread.
 */
#ifndef DRIVER_LINES_H
#define DRIVER_LINES_H

#include <stddef.h>
#include <stdint.h>

#define PL_LINE_MAX 4096

struct pl_lines_sink {
	void (*line)(void *ctx, const char *line, size_t count, int64_t t_ns);
	/* A line begins to be too long: once for each such line, when its limit is passed. */
	void (*overflow)(void *ctx);
	/* Its newline came: the first `kept` bytes of `total`. */
	void (*too_long)(void *ctx, const char *start, size_t kept, uint64_t total);
};

struct pl_lines {
	size_t length;		    /* of the line begun, as far as kept */
	uint64_t skipped;	    /* bytes of it beyond PL_LINE_MAX */
	char kept[PL_LINE_MAX + 1]; /* the last for the newline */
};

/* Throws away what was begun. A zeroed struct is initialised. */
void pl_lines_reset(struct pl_lines *lines);

/* Takes bytes as they come; calls the sink for each line they complete, with the time given. */
void pl_lines_feed(struct pl_lines *lines, const struct pl_lines_sink *sink, void *ctx,
		   const unsigned char *bytes, size_t count, int64_t t_ns);

#endif
