/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file_whole.c - files taken as a whole: replaced and read.
 *
 * A replaced file is the old one or the new one at every moment, also after a power cut: the bytes
 * are on the disk before the rename, the rename before the call returns. Any thread.
 */
#include "base/disk.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK	   4096
#define NAME_LIMIT 512

/* A new file beside `name`; its name into `temporary`. Names are tried in turn, never taken over:
 * another program's half-written file must not become ours. Returns the descriptor or -1. */
static int open_temporary(struct pl_disk *disk, int dir, const char *name,
			  char temporary[NAME_LIMIT], int *number)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;
	int folder = (int)(base - name), fd = -1;

	*number = ENAMETOOLONG;
	if (strlen(name) > NAME_LIMIT - 40)
		return -1;
	for (int i = 0; i < 1000 && fd < 0; i++) {
		snprintf(temporary, NAME_LIMIT, "%.*s.%s.%d-%d.tmp", folder, name, base,
			 (int)getpid(), i);
		fd = pl_disk_open(disk, dir, temporary, O_WRONLY | O_CREAT | O_EXCL, number);
		if (fd < 0 && *number != EEXIST)
			break;
	}
	return fd;
}

static int write_all(struct pl_disk *disk, int fd, const char *bytes, size_t count)
{
	int number = 0;

	if (count)
		pl_disk_write(disk, fd, bytes, count, &number);
	return number ? number : pl_disk_sync(disk, fd);
}

/* Syncs the directory that holds name. */
static enum pl_status sync_folder(struct pl_disk *disk, int dir, const char *name,
				  struct pl_error *error)
{
	const char *slash = strrchr(name, '/');
	char folder[NAME_LIMIT];
	int fd;

	if (!slash)
		return pl_dir_sync(disk, dir, error);
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - name) + 1, name);
	enum pl_status status = pl_dir_open(dir, folder, true, &fd, error);
	if (status)
		return status;
	status = pl_dir_sync(disk, fd, error);
	close(fd);
	return status;
}

enum pl_status pl_file_replace(struct pl_disk *disk, int dir, const char *name, const char *bytes,
			       size_t count, struct pl_error *error)
{
	char temporary[NAME_LIMIT];
	struct stat st;
	int number;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode))
		return pl_disk_error(error, S_ISLNK(st.st_mode) ? ELOOP : ENXIO, dir, name,
				     "cannot replace");
	int fd = open_temporary(disk, dir, name, temporary, &number);
	if (fd < 0)
		return pl_disk_error(error, number, dir, name, "cannot make a file beside it");
	number = write_all(disk, fd, bytes, count);
	close(fd);
	if (!number)
		number = pl_disk_rename(disk, dir, temporary, name);
	if (number) {
		unlinkat(dir, temporary, 0);
		return pl_disk_error(error, number, dir, name,
				     "cannot replace; the old one is kept");
	}
	return sync_folder(disk, dir, name, error);
}

/* Reads fd to its end, at most `most` + 1 bytes, into *out, which grows as needed (a file of /proc
 * has no size, another may be growing). 0 or errno. */
static int read_all(int fd, size_t expected, size_t most, char **out, size_t *count)
{
	size_t room = expected < BLOCK ? BLOCK : expected + 1;

	*count = 0;
	for (;;) {
		if (room > most + 1)
			room = most + 1;
		char *bigger = realloc(*out, room + 1);
		if (!bigger)
			return ENOMEM;
		*out = bigger;
		while (*count < room) {
			ssize_t got = read(fd, *out + *count, room - *count);
			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0)
				return errno;
			if (got == 0) {
				(*out)[*count] = '\0';
				return 0;
			}
			*count += (size_t)got;
		}
		if (room == most + 1)
			return 0;
		room *= 2;
	}
}

static enum pl_status too_large(int dir, const char *name, size_t most, struct pl_error *error)
{
	char where[PL_DISK_WHERE];

	return pl_error_set(error, PL_ERR_CONFIG, pl_disk_where(dir, name, where),
			    "the file is larger than the %zu bytes allowed here", most);
}

enum pl_status pl_file_read(int dir, const char *name, size_t most, char **out, size_t *count,
			    struct pl_error *error)
{
	enum pl_status status = PL_OK;
	struct stat st;
	int number = 0;

	*out = NULL;
	*count = 0;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return pl_disk_error(error, errno, dir, name, "cannot open for reading");
	if (fstat(fd, &st) < 0)
		number = errno;
	else if (!S_ISREG(st.st_mode))
		number = ENXIO;
	else if ((uintmax_t)st.st_size > most)
		status = too_large(dir, name, most, error);
	else
		number = read_all(fd, (size_t)st.st_size, most, out, count);
	if (number)
		status = pl_disk_error(error, number, dir, name, "cannot read");
	else if (!status && *count > most)
		status = too_large(dir, name, most, error);
	close(fd);
	if (status) {
		free(*out);
		*out = NULL;
		*count = 0;
	}
	return status;
}
