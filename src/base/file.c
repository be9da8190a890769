/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.c - append-only files: a row is in the file whole, or it is not there.
 *
 * Every append is one write() with O_APPEND. What a full disk let through of it is truncated back
 * at once, so the file ends at a row's end whenever a call returns. When even that fails the file
 * is torn: it takes nothing more, and its reader cuts the tail (pl_file_mend_tail). A struct
 * pl_file belongs to the thread that opened it; only pl_file_sync may run beside an append.
 */
#include "base/disk.h"

#include "plateau/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum pl_status open_file(struct pl_disk *disk, int dir, const char *name, int flags,
				struct pl_file *out, struct pl_error *error)
{
	struct stat st;
	int number;

	*out = (struct pl_file){.fd = -1};
	int fd = pl_disk_open(disk, dir, name, O_WRONLY | O_APPEND | O_CREAT | flags, &number);
	if (fd < 0)
		return pl_disk_error(error, number, dir, name, "cannot open for writing");
	if (fstat(fd, &st) < 0) {
		number = errno;
		close(fd);
		return pl_disk_error(error, number, dir, name, "cannot look at the open file");
	}
	out->fd = fd;
	out->size = st.st_size;
	out->device = st.st_dev;
	out->inode = st.st_ino;
	pl_text_copy(out->name, sizeof(out->name), name);
	return PL_OK;
}

enum pl_status pl_file_open(struct pl_disk *disk, int dir, const char *name, struct pl_file *out,
			    struct pl_error *error)
{
	return open_file(disk, dir, name, 0, out, error);
}

enum pl_status pl_file_create(struct pl_disk *disk, int dir, const char *name, struct pl_file *out,
			      struct pl_error *error)
{
	return open_file(disk, dir, name, O_EXCL, out, error);
}

/* Takes `done` bytes of a torn append off the end again. 0 = done, else errno. The end is the
 * descriptor's own place, not file->size: another program may have added to a shared file, and what
 * it wrote is not ours to cut. */
static int roll_back(struct pl_disk *disk, struct pl_file *file, size_t done)
{
	struct stat st;
	off_t end = lseek(file->fd, 0, SEEK_CUR);

	if (end < 0 || fstat(file->fd, &st) < 0)
		return errno;
	if (st.st_size != end)
		return EBUSY;
	return pl_disk_truncate(disk, file->fd, end - (off_t)done);
}

static enum pl_status append_failed(struct pl_disk *disk, struct pl_file *file, size_t done,
				    int number, struct pl_error *error)
{
	int worse = done ? roll_back(disk, file, done) : 0;

	if (worse) {
		file->is_torn = true;
		pl_error_errno(error, worse, file->name,
			       "a row was written in part and could not be taken back; "
			       "the file is left as it is");
		if (error)
			error->code = PL_ERR_IO;
		return PL_ERR_IO;
	}
	return pl_error_errno(error, number, file->name, "cannot write; nothing was added");
}

enum pl_status pl_file_append(struct pl_disk *disk, struct pl_file *file, const char *bytes,
			      size_t count, struct pl_error *error)
{
	int number;

	assert(file->fd >= 0);
	if (file->is_torn)
		return pl_error_set(error, PL_ERR_IO, file->name,
				    "the file ends in a torn row and takes nothing more");
	if (!count)
		return PL_OK;
	size_t done = pl_disk_write(disk, file->fd, bytes, count, &number);
	if (number)
		return append_failed(disk, file, done, number, error);
	file->size += (off_t)count;
	return PL_OK;
}

enum pl_status pl_file_take_back(struct pl_disk *disk, struct pl_file *file, size_t count,
				 struct pl_error *error)
{
	int number = roll_back(disk, file, count);

	if (number)
		return pl_error_errno(error, number, file->name, "a row cannot be taken back");
	file->size -= (off_t)count;
	return PL_OK;
}

enum pl_status pl_file_sync(struct pl_disk *disk, struct pl_file *file, struct pl_error *error)
{
	assert(file->fd >= 0);
	int number = pl_disk_sync(disk, file->fd);

	if (number)
		return pl_error_errno(error, number, file->name,
				      "cannot bring the file to the disk; rows since the last "
				      "good sync may be lost");
	return PL_OK;
}

bool pl_file_in_place(int dir, const char *name, const struct pl_file *file)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return st.st_dev == file->device && st.st_ino == file->inode;
}

void pl_file_close(struct pl_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
