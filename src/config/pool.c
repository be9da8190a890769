/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/arena gives raw memory or NULL; a bench wants zeroed memory or none at all. */
#include "config/pool.h"

#include "plateau/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *pl_pool_take(struct pl_arena *arena, size_t count, size_t size)
{
	size_t need;
	void *out;

	if (__builtin_mul_overflow(count ? count : 1, size, &need))
		pl_out_of_memory();
	out = pl_arena_take(arena, need, _Alignof(max_align_t));
	if (!out)
		pl_out_of_memory();
	return memset(out, 0, need);
}

char *pl_pool_string(struct pl_arena *arena, const char *string)
{
	size_t size = strlen(string) + 1;

	return memcpy(pl_pool_take(arena, size, 1), string, size);
}

char *pl_pool_format(struct pl_arena *arena, const char *format, ...)
{
	va_list args, again;
	int length;
	char *out;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		pl_out_of_memory();
	out = pl_pool_take(arena, (size_t)length + 1, 1);
	vsnprintf(out, (size_t)length + 1, format, again);
	va_end(again);
	return out;
}
