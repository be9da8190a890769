/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - pieces are cut from chunks of 64 KiB; a larger piece gets a chunk of its own size. */
#include "base/arena.h"

#include <stdlib.h>

#define CHUNK_SIZE (64u << 10)

struct pl_arena_chunk {
	struct pl_arena_chunk *next;
	size_t used, size;
	_Alignas(16) char data[];
};

void *pl_arena_take(struct pl_arena *arena, size_t size, size_t align)
{
	struct pl_arena_chunk *chunk = arena->chunks;
	size_t at = chunk ? (chunk->used + align - 1) / align * align : 0;

	if (!chunk || at > chunk->size || size > chunk->size - at) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			return NULL;
		*chunk = (struct pl_arena_chunk){.next = arena->chunks, .size = room};
		arena->chunks = chunk;
		at = 0;
	}
	chunk->used = at + size;
	return chunk->data + at;
}

void pl_arena_free(struct pl_arena *arena)
{
	while (arena->chunks) {
		struct pl_arena_chunk *next = arena->chunks->next;
		free(arena->chunks);
		arena->chunks = next;
	}
}
