/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool.h - pieces of a bench's arena: zeroed arrays and strings.
 *
 * The bench file is at most 1 MiB, so what is taken here is bounded; a failed allocation aborts.
 * One thread while a bench is loaded.
 */
#ifndef CONFIG_POOL_H
#define CONFIG_POOL_H

#include "base/arena.h"

#include <stddef.h>

/* count pieces of size bytes, zeroed; never NULL, also when count is 0. */
void *pl_pool_take(struct pl_arena *arena, size_t count, size_t size);
char *pl_pool_string(struct pl_arena *arena, const char *string);
char *pl_pool_format(struct pl_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
