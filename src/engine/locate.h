/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * locate.h - where the engine of a bench is found, whatever the environment.
 *
 * /tmp/plateau-<uid>/<16 hex of SHA-256(real path [NUL "sim"])>.sock and .lock. The directory is
 * 0700 and ours, checked by lstat; a link or somebody else's directory is refused.
 */
#ifndef ENGINE_LOCATE_H
#define ENGINE_LOCATE_H

#include "base/file.h"

#include <stdbool.h>

struct pl_location {
	char directory[64];
	char socket_path[108];
	char lock_name[32];
};

/* file: real path of the bench file. Makes the directory when missing. */
enum pl_status pl_locate(const char *file, bool simulated, struct pl_location *out,
			 struct pl_error *error);
/* The lock that makes this process the engine of the bench. PL_ERR_BUSY: there is one already, its
 * line "pid host start file" in error->cause. *fd is held for the engine's life. */
enum pl_status pl_locate_lock(struct pl_disk *disk, const struct pl_location *location,
			      const char *holder, int *fd, struct pl_error *error);

#endif
