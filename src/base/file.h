/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.h - the only door to files that are written: durable, never through a link, and able to
 * fail on request.
 *
 * Every call takes a struct pl_disk. In the program its fault plan is empty; a test sets a plan
 * (the n-th write, sync, rename, open or allocation fails, once or for ever) and drives the program
 * until a run ends without the plan having fired. Files are 0640, directories 0750, opened with
 * O_NOFOLLOW|O_CLOEXEC; names are relative to a directory descriptor (AT_FDCWD is allowed).
 * A struct pl_file belongs to one thread; pl_disk may be shared.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "plateau/status.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum pl_file_op {
	PL_FILE_OPEN = 1 << 0,
	PL_FILE_WRITE = 1 << 1,
	PL_FILE_SYNC = 1 << 2,
	PL_FILE_RENAME = 1 << 3,
	PL_FILE_TRUNCATE = 1 << 4,
};

/* Which operation fails, and how. countdown: that many matching operations succeed first. */
struct pl_fault_plan {
	unsigned ops; /* bits of enum pl_file_op; 0 = none */
	unsigned countdown;
	bool for_ever;	 /* every later one fails too, else only that one */
	int number;	 /* errno to report: ENOSPC, EIO, EDQUOT, … */
	size_t short_by; /* a failing write first writes all but this many bytes (0 = nothing) */
};

struct pl_disk {
	pthread_mutex_t lock;
	struct pl_fault_plan plan;
	unsigned fired; /* how often the plan struck */
};

void pl_disk_init(struct pl_disk *disk);
void pl_disk_fini(struct pl_disk *disk);
void pl_disk_set_plan(struct pl_disk *disk, const struct pl_fault_plan *plan);

/* One append-only file. size is what it had when it was opened and what was appended since. */
struct pl_file {
	int fd; /* -1 = closed */
	off_t size;
	dev_t device;
	ino_t inode;
	bool is_torn;	/* a rollback failed: every later append is PL_ERR_IO */
	char name[128]; /* for messages */
};

/* Opens or creates for appending. Links and anything that is not a regular file are refused with
 * PL_ERR_EXISTS, here and wherever this room creates something. */
enum pl_status pl_file_open(struct pl_disk *disk, int dir, const char *name, struct pl_file *out,
			    struct pl_error *error);
/* As pl_file_open, but the file must not exist (O_EXCL). */
enum pl_status pl_file_create(struct pl_disk *disk, int dir, const char *name, struct pl_file *out,
			      struct pl_error *error);
/* All bytes in one write(), or none: a short or failed write is truncated back to the old end.
 * PL_ERR_FULL: no space, try again later. PL_ERR_IO: do not use this file again. */
enum pl_status pl_file_append(struct pl_disk *disk, struct pl_file *file, const char *bytes,
			      size_t count, struct pl_error *error);
/* Cuts the last `count` bytes, which were appended just now, off again. PL_ERR_IO: they stay. */
enum pl_status pl_file_take_back(struct pl_disk *disk, struct pl_file *file, size_t count,
				 struct pl_error *error);
/* fdatasync; the one call that another thread may make beside pl_file_append. After a failure the
 * file's unsynced rows must be written elsewhere. */
enum pl_status pl_file_sync(struct pl_disk *disk, struct pl_file *file, struct pl_error *error);
/* False when the name no longer leads to the open file (deleted or replaced). */
bool pl_file_in_place(int dir, const char *name, const struct pl_file *file);
void pl_file_close(struct pl_file *file);

/* The whole file or nothing: temporary file, fdatasync, rename, sync of the directory. */
enum pl_status pl_file_replace(struct pl_disk *disk, int dir, const char *name, const char *bytes,
			       size_t count, struct pl_error *error);
/* Reads a regular file of at most `most` bytes; follows links (a user may give one). Caller frees
 * *out, which has a NUL behind its last byte. PL_ERR_CONFIG when it is larger. */
enum pl_status pl_file_read(int dir, const char *name, size_t most, char **out, size_t *count,
			    struct pl_error *error);
/* Cuts a last line without newline, and last lines with NUL bytes in them (blocks a power cut left
 * unwritten), off a file of ours, after copying them to the end of "<name>.torn". *cut says how
 * many bytes; 0 = the file was whole. */
enum pl_status pl_file_mend_tail(struct pl_disk *disk, int dir, const char *name, size_t *cut,
				 struct pl_error *error);

/* Makes one directory (0750) when missing; a link or a file in its place is refused. */
enum pl_status pl_dir_make(struct pl_disk *disk, int dir, const char *name, struct pl_error *error);
/* Opens a directory as a descriptor; follow = the user gave the name. Caller closes. */
enum pl_status pl_dir_open(int dir, const char *name, bool follow, int *out,
			   struct pl_error *error);
/* fsync of a directory: names made in it survive a power cut. */
enum pl_status pl_dir_sync(struct pl_disk *disk, int dir, struct pl_error *error);
/* Removes a file or an empty directory; missing is fine. */
enum pl_status pl_file_remove(int dir, const char *name, struct pl_error *error);
/* Bytes free for us on the file system of dir. */
enum pl_status pl_disk_free_bytes(int dir, uint64_t *out, struct pl_error *error);

/* A lock file: flock(2) held as long as the descriptor lives, with one line of text about the
 * holder in it. PL_ERR_BUSY puts the holder's text into error->cause. *out_fd is the caller's. */
enum pl_status pl_file_lock(struct pl_disk *disk, int dir, const char *name, const char *holder,
			    int *out_fd, struct pl_error *error);
/* Puts another text into a lock that is held. */
enum pl_status pl_file_lock_rename(struct pl_disk *disk, int fd, const char *holder,
				   struct pl_error *error);

#endif
