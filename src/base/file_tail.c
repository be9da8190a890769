/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file_tail.c - mends the end of an append-only file after a crash or a power cut.
 *
 * Only the end is ours to judge: a torn row has no newline, a block that never reached the disk is
 * NUL, and our files hold neither elsewhere. Damage before the last whole line is left for the
 * reader to name. Nothing is thrown away: what is cut is first safe in "<name>.torn".
 */
#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK	   4096
#define NAME_LIMIT 512

struct line {
	off_t start;
	bool is_whole; /* ends in a newline and holds no NUL */
};

/* Looks at the last line of the first `end` bytes (end > 0), from its end. 0 or errno. */
static int last_line(int fd, off_t end, struct line *line)
{
	bool has_newline = false, has_nul = false;
	char block[BLOCK];
	off_t at = end;

	line->start = 0;
	while (at > 0 && !line->start) {
		size_t count = at < BLOCK ? (size_t)at : BLOCK;
		at -= (off_t)count;
		ssize_t got = pread(fd, block, count, at);
		if (got != (ssize_t)count)
			return got < 0 ? errno : EIO;
		for (size_t i = count; i-- > 0;) {
			off_t place = at + (off_t)i;
			has_nul |= !block[i];
			if (block[i] != '\n')
				continue;
			if (place < end - 1) {
				line->start = place + 1;
				break;
			}
			has_newline = true;
		}
	}
	line->is_whole = has_newline && !has_nul;
	return 0;
}

/* Adds the bytes from `from` to `to` of fd to the end of "<name>.torn", safe on the disk. */
static enum pl_status keep_torn(struct pl_disk *disk, int dir, const char *name, int fd, off_t from,
				off_t to, struct pl_error *error)
{
	char torn_name[NAME_LIMIT], block[BLOCK];
	struct pl_file torn;

	if (snprintf(torn_name, sizeof(torn_name), "%s.torn", name) >= NAME_LIMIT)
		return pl_disk_error(error, ENAMETOOLONG, dir, name, "cannot mend");
	enum pl_status status = pl_file_open(disk, dir, torn_name, &torn, error);
	if (status)
		return status;
	while (!status && from < to) {
		size_t count = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
		ssize_t got = pread(fd, block, count, from);
		if (got <= 0)
			status = pl_disk_error(error, got < 0 ? errno : EIO, dir, name,
					       "cannot read the torn row");
		else
			status = pl_file_append(disk, &torn, block, (size_t)got, error);
		from += got;
	}
	if (!status)
		status = pl_file_sync(disk, &torn, error);
	pl_file_close(&torn);
	return status;
}

enum pl_status pl_file_mend_tail(struct pl_disk *disk, int dir, const char *name, size_t *cut,
				 struct pl_error *error)
{
	enum pl_status status = PL_OK;
	struct line line = {.is_whole = false};
	struct stat st;
	int number;

	*cut = 0;
	int fd = pl_disk_open(disk, dir, name, O_RDWR, &number);
	if (fd < 0)
		return pl_disk_error(error, number, dir, name, "cannot open to mend its end");
	if (fstat(fd, &st) < 0)
		number = errno;
	off_t keep = number ? 0 : st.st_size;
	while (!number && keep > 0) {
		number = last_line(fd, keep, &line);
		if (number || line.is_whole)
			break;
		keep = line.start;
	}
	if (!number && keep < st.st_size) {
		status = keep_torn(disk, dir, name, fd, keep, st.st_size, error);
		if (!status)
			number = pl_disk_truncate(disk, fd, keep);
		if (!status && !number)
			number = pl_disk_sync(disk, fd);
		*cut = status || number ? 0 : (size_t)(st.st_size - keep);
	}
	close(fd);
	return number ? pl_disk_error(error, number, dir, name, "cannot mend the file's end")
		      : status;
}
