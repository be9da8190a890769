/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * share.h - where the files that come with the program are: $PLATEAU_SHARE, else share/ beside the
 * program's tree when it runs from a build directory, else PREFIX/share/plateau. Any thread.
 */
#ifndef BASE_SHARE_H
#define BASE_SHARE_H

#include "plateau/status.h"

#include <stddef.h>

#define PL_SHARE_PATH_SIZE 4096

/* A file or directory of share/ by its name ("bench/demo.yaml"). PL_ERR_NOT_FOUND names the place.
 */
enum pl_status pl_share_find(const char *name, char out[PL_SHARE_PATH_SIZE],
			     struct pl_error *error);

/* Names of a directory of share/ that end so, without the ending, sorted, at most cap; returns how
 * many. Each is allocated, the caller frees. */
size_t pl_share_list(const char *directory, const char *ending, char **names, size_t cap);

#endif
