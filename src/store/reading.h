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
/* The next part of a file behind this one that is there: 2 for "points.2.csv", 1 for "points.csv"
 * behind part 0; 0 = none. Parts between may have been taken away, PL_STORE_GAP of them at most. */
#define PL_STORE_GAP 16
unsigned pl_store_part_after(int dir, const char *stem, const char *suffix, unsigned part);

#endif
