/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arena.h - many small pieces of memory that live and end together.
 *
 * Zero-initialise. Belongs to one thread while pieces are taken.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct pl_arena_chunk;

struct pl_arena {
	struct pl_arena_chunk *chunks;
};

/* `size` bytes, uninitialised, aligned to `align` (a power of two up to 16), or NULL for want of
 * memory. Borrowed until pl_arena_free. */
void *pl_arena_take(struct pl_arena *arena, size_t size, size_t align);
void pl_arena_free(struct pl_arena *arena);

#endif
