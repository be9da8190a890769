/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disk.c - the fault plan, and the few system calls that pass through it.
 *
 * A plan is counted under the disk's lock, because writer, sync and engine thread share one disk;
 * the calls themselves run outside it, so that a slow fdatasync holds nobody up.
 */
#include "base/disk.h"

#include "plateau/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FILE_MODE 0640

void pl_disk_init(struct pl_disk *disk)
{
	*disk = (struct pl_disk){.plan = {.ops = 0}};
	pthread_mutex_init(&disk->lock, NULL);
}

void pl_disk_fini(struct pl_disk *disk)
{
	pthread_mutex_destroy(&disk->lock);
}

void pl_disk_set_plan(struct pl_disk *disk, const struct pl_fault_plan *plan)
{
	pthread_mutex_lock(&disk->lock);
	disk->plan = *plan;
	disk->fired = 0;
	pthread_mutex_unlock(&disk->lock);
}

/* The errno of the plan when it strikes now, else 0. */
static int strike(struct pl_disk *disk, enum pl_file_op op, size_t *short_by)
{
	int number = 0;

	pthread_mutex_lock(&disk->lock);
	struct pl_fault_plan *plan = &disk->plan;
	if (!(plan->ops & (unsigned)op)) {
		/* not meant */
	} else if (plan->countdown) {
		plan->countdown--;
	} else if (plan->for_ever || !disk->fired) {
		assert(plan->number);
		disk->fired++;
		number = plan->number;
		*short_by = plan->short_by;
	}
	pthread_mutex_unlock(&disk->lock);
	return number;
}

int pl_disk_strike(struct pl_disk *disk, enum pl_file_op op)
{
	size_t short_by;

	return strike(disk, op, &short_by);
}

int pl_disk_open(struct pl_disk *disk, int dir, const char *name, int flags, int *number)
{
	struct stat st;
	int fd = -1;

	*number = pl_disk_strike(disk, PL_FILE_OPEN);
	if (*number)
		return -1;
	flags |= O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	do
		fd = openat(dir, name, flags, FILE_MODE);
	while (fd < 0 && errno == EINTR);
	if (fd < 0) {
		*number = errno == EISDIR ? ENXIO : errno;
		return -1;
	}
	if (fstat(fd, &st) < 0)
		*number = errno;
	else if (!S_ISREG(st.st_mode))
		*number = ENXIO;
	if (!*number)
		return fd;
	close(fd);
	return -1;
}

size_t pl_disk_write(struct pl_disk *disk, int fd, const char *bytes, size_t count, int *number)
{
	size_t short_by = 0;
	ssize_t done;

	*number = strike(disk, PL_FILE_WRITE, &short_by);
	if (*number && (!short_by || short_by >= count))
		return 0;
	do
		done = write(fd, bytes, count - short_by);
	while (done < 0 && errno == EINTR);
	if (done < 0) {
		*number = errno;
		return 0;
	}
	if ((size_t)done < count && !*number)
		*number = ENOSPC;
	return (size_t)done;
}

int pl_disk_sync(struct pl_disk *disk, int fd)
{
	int number = pl_disk_strike(disk, PL_FILE_SYNC);

	if (number)
		return number;
	while (fdatasync(fd) < 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

int pl_disk_truncate(struct pl_disk *disk, int fd, off_t size)
{
	int number = pl_disk_strike(disk, PL_FILE_TRUNCATE);

	if (number)
		return number;
	while (ftruncate(fd, size) < 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

int pl_disk_rename(struct pl_disk *disk, int dir, const char *from, const char *to)
{
	int number = pl_disk_strike(disk, PL_FILE_RENAME);

	if (number)
		return number;
	return renameat(dir, from, dir, to) < 0 ? errno : 0;
}

const char *pl_disk_where(int dir, const char *name, char out[PL_DISK_WHERE])
{
	char link[32], path[4096 + 512];
	size_t length = 0;

	if (dir != AT_FDCWD && name[0] != '/') {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
		ssize_t got = readlink(link, path, 4096);
		if (got > 0) {
			length = (size_t)got;
			path[length++] = '/';
		}
	}
	pl_text_copy(path + length, sizeof(path) - length, name);
	length = strlen(path);
	if (length < PL_DISK_WHERE) {
		memcpy(out, path, length + 1);
	} else {
		memcpy(out, "...", 3);
		memcpy(out + 3, path + length - (PL_DISK_WHERE - 4), PL_DISK_WHERE - 3);
	}
	return out;
}

enum pl_status pl_disk_error(struct pl_error *error, int number, int dir, const char *name,
			     const char *doing)
{
	static const struct {
		int number;
		const char *text;
	} refused[] = {
	    {.number = ELOOP,
	     .text = "a symbolic link stands there, which is never followed; remove it"},
	    {.number = ENXIO, .text = "what stands there is not a regular file"},
	    {.number = ENOTDIR, .text = "what stands there is a file or a link, no directory"},
	};
	char where[PL_DISK_WHERE];

	pl_disk_where(dir, name, where);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (refused[i].number == number)
			return pl_error_set(error, PL_ERR_EXISTS, where, "%s: %s", doing,
					    refused[i].text);
	return pl_error_errno(error, number, where, "%s", doing);
}

enum pl_status pl_disk_free_bytes(int dir, uint64_t *out, struct pl_error *error)
{
	struct statvfs fs;

	if ((dir == AT_FDCWD ? statvfs(".", &fs) : fstatvfs(dir, &fs)) < 0)
		return pl_disk_error(error, errno, dir, "", "cannot ask for the free space");
	*out = (uint64_t)fs.f_bavail * fs.f_frsize;
	return PL_OK;
}
