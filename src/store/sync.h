/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sync.h - the thread that makes rows durable: fdatasync of the files it is given, one job at a
 * time. It works on descriptors of its own, so nobody waits for it before closing a file.
 */
#ifndef STORE_SYNC_H
#define STORE_SYNC_H

#include "base/file.h"

#define PL_SYNC_FILES 32

struct pl_sync_job {
	size_t count;
	struct {
		unsigned sheet;
		uint64_t serial;
		struct pl_file file; /* a duplicate; closed by the sync thread */
		enum pl_status status;
	} items[PL_SYNC_FILES];
};

struct pl_sync;

enum pl_status pl_sync_start(struct pl_disk *disk, struct pl_sync **out, struct pl_error *error);
/* Waits for the job under way. NULL is fine. */
void pl_sync_stop(struct pl_sync *sync);

/* Writer thread. Adds a duplicate of an open file to a job; false when there is none to be had. */
bool pl_sync_add(struct pl_sync_job *job, unsigned sheet, uint64_t serial,
		 const struct pl_file *file);
/* At most one job is under way: the one before must have been taken back. */
void pl_sync_put(struct pl_sync *sync, const struct pl_sync_job *job);
bool pl_sync_take(struct pl_sync *sync, struct pl_sync_job *job);
int pl_sync_fd(const struct pl_sync *sync); /* readable when a job is done */

#endif
