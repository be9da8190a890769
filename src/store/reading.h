/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading.h - reading files of the workspace without following a link that was planted there.
 * Any thread.
 */
#ifndef STORE_READING_H
#define STORE_READING_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A regular file for reading, never through a link, never waiting for a fifo. The descriptor is the
 * caller's; -1 and *error otherwise (error may be NULL). */
int pl_store_open(int dir, const char *name, struct pl_error *error);
/* The same as a stream; NULL and *error. */
FILE *pl_store_stream(int dir, const char *name, struct pl_error *error);
/* The first `most` bytes of it; caller frees *out, which has a NUL behind its last byte. */
enum pl_status pl_store_read(int dir, const char *name, size_t most, char **out, size_t *count,
			     struct pl_error *error);
/* True when anything of that name is there, a dangling link too. */
bool pl_store_exists(int dir, const char *name);

#endif
