/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir.c - directories, and locks held by a descriptor.
 *
 * What the program makes itself is never reached through a link; a name the user gave may be one.
 * A lock ends with its last descriptor, so a killed holder leaves none: the file stays behind and
 * means nothing. Any thread.
 */
#include "base/disk.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_MODE 0750

enum pl_status pl_dir_make(struct pl_disk *disk, int dir, const char *name, struct pl_error *error)
{
	char where[PL_DISK_WHERE];
	struct stat st;
	int number = pl_disk_strike(disk, PL_FILE_OPEN);

	if (!number && mkdirat(dir, name, DIR_MODE) < 0)
		number = errno;
	if (number == EEXIST && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISDIR(st.st_mode))
			return PL_OK;
		return pl_error_set(error, PL_ERR_EXISTS, pl_disk_where(dir, name, where),
				    "cannot make the directory: %s stands there; move it away",
				    S_ISLNK(st.st_mode) ? "a symbolic link" : "a file");
	}
	if (number)
		return pl_disk_error(error, number, dir, name, "cannot make the directory");
	return PL_OK;
}

enum pl_status pl_dir_open(int dir, const char *name, bool follow, int *out, struct pl_error *error)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);

	do
		*out = openat(dir, name, flags);
	while (*out < 0 && errno == EINTR);
	if (*out < 0)
		return pl_disk_error(error, errno, dir, name, "cannot open the directory");
	return PL_OK;
}

enum pl_status pl_dir_sync(struct pl_disk *disk, int dir, struct pl_error *error)
{
	int own = dir == AT_FDCWD ? open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : dir;
	int number = own < 0 ? errno : pl_disk_strike(disk, PL_FILE_SYNC);

	if (!number && fsync(own) < 0)
		number = errno;
	if (own >= 0 && own != dir)
		close(own);
	/* Some network file systems cannot sync a directory, and then there is nothing to do. */
	if (number && number != EINVAL)
		return pl_disk_error(error, number, dir, "", "cannot sync the directory");
	return PL_OK;
}

enum pl_status pl_file_remove(int dir, const char *name, struct pl_error *error)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return PL_OK;
	if (errno == EISDIR && (unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT))
		return PL_OK;
	return pl_disk_error(error, errno, dir, name, "cannot remove");
}

/* True when the name leads to the open file; false when somebody removed it between our open and
 * our flock, so that the lock would guard nothing. */
static bool leads_to(int dir, const char *name, int fd)
{
	struct stat named, opened;

	return fstatat(dir, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &opened) == 0 &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* Opens and locks; the descriptor, or -1 with *number. With EWOULDBLOCK *holder_fd is the open
 * file of the holder. */
static int open_locked(struct pl_disk *disk, int dir, const char *name, int *holder_fd, int *number)
{
	for (;;) {
		int fd = pl_disk_open(disk, dir, name, O_RDWR | O_APPEND | O_CREAT, number);
		if (fd < 0)
			return -1;
		while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno == EINTR)
				continue;
			*number = errno;
			if (*number == EWOULDBLOCK)
				*holder_fd = fd;
			else
				close(fd);
			return -1;
		}
		if (leads_to(dir, name, fd))
			return fd;
		close(fd);
	}
}

static enum pl_status busy(int fd, int dir, const char *name, struct pl_error *error)
{
	char line[120], where[PL_DISK_WHERE];
	ssize_t got = pread(fd, line, sizeof(line), 0);
	size_t length = got > 0 ? (size_t)got : 0;
	const char *end = memchr(line, '\n', length);

	if (end)
		length = (size_t)(end - line);
	pl_error_set(error, PL_ERR_BUSY, pl_disk_where(dir, name, where),
		     "the lock is held by another program");
	if (error)
		pl_text_escape(error->cause, sizeof(error->cause), line, length);
	return PL_ERR_BUSY;
}

static int write_holder(struct pl_disk *disk, int fd, const char *holder)
{
	char line[256];
	int number;

	snprintf(line, sizeof(line), "%.250s\n", holder);
	number = pl_disk_truncate(disk, fd, 0);
	if (!number)
		pl_disk_write(disk, fd, line, strlen(line), &number);
	return number;
}

enum pl_status pl_file_lock_rename(struct pl_disk *disk, int fd, const char *holder,
				   struct pl_error *error)
{
	int number = write_holder(disk, fd, holder);

	return number ? pl_error_errno(error, number, "lock", "cannot write its holder") : PL_OK;
}

enum pl_status pl_file_lock(struct pl_disk *disk, int dir, const char *name, const char *holder,
			    int *out_fd, struct pl_error *error)
{
	enum pl_status status;
	int number, holder_fd = -1;

	*out_fd = -1;
	int fd = open_locked(disk, dir, name, &holder_fd, &number);
	if (fd < 0) {
		if (holder_fd < 0)
			return pl_disk_error(error, number, dir, name, "cannot take the lock");
		status = busy(holder_fd, dir, name, error);
		close(holder_fd);
		return status;
	}
	number = write_holder(disk, fd, holder);
	if (number) {
		close(fd);
		return pl_disk_error(error, number, dir, name, "cannot write the lock's holder");
	}
	*out_fd = fd;
	return PL_OK;
}
