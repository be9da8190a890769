/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disk.h - the system calls that change a disk, for the files of this room only.
 *
 * Each looks at the disk's fault plan first, retries EINTR and reports errno as a number (0 =
 * done), so that the rooms above them hold the rules and no system's quirks. Any thread.
 */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include "base/file.h"

#define PL_DISK_WHERE 160

/* openat(2) of something we may write: adds O_NOFOLLOW, O_CLOEXEC, O_NOCTTY and O_NONBLOCK (a
 * planted FIFO must not hold us), mode 0640, and refuses what is not a regular file. ELOOP: a link;
 * ENXIO: neither link nor file. *number is 0 when a descriptor is returned, else -1 is. */
int pl_disk_open(struct pl_disk *disk, int dir, const char *name, int flags, int *number);
/* One write(2). Returns how many bytes are in the file; fewer than count always come with a number
 * (a short write without one is ENOSPC: only a full disk, quota or limit cuts a regular file). */
size_t pl_disk_write(struct pl_disk *disk, int fd, const char *bytes, size_t count, int *number);
int pl_disk_sync(struct pl_disk *disk, int fd); /* fdatasync(2) */
int pl_disk_truncate(struct pl_disk *disk, int fd, off_t size);
int pl_disk_rename(struct pl_disk *disk, int dir, const char *from, const char *to);
/* Asks the plan alone, for calls that are not in this list. 0 = go on. */
int pl_disk_strike(struct pl_disk *disk, enum pl_file_op op);

/* The path for messages: the directory's own path, as far as the system tells, and name; of a long
 * one the end. Returns out. */
const char *pl_disk_where(int dir, const char *name, char out[PL_DISK_WHERE]);
/* pl_error_errno with that path, and words of our own for links and what is no file or directory
 * (PL_ERR_EXISTS). doing: "cannot open", … */
enum pl_status pl_disk_error(struct pl_error *error, int number, int dir, const char *name,
			     const char *doing);

#endif
