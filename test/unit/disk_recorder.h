/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disk_recorder.h - what a program does to the files below one directory, call by call, and the
 * states in which a power cut may leave them.
 *
 * The calls below take the place of the C library's, in the whole test program. A cut is a number
 * of calls that were made. Of each file what was synced by then is there; of what came after the
 * model keeps all, nothing, a part, or its length with NUL bytes in it. Names are made, replaced
 * and removed in order; those since the last sync of a directory may be missing, the newest first.
 */
#ifndef TEST_UNIT_DISK_RECORDER_H
#define TEST_UNIT_DISK_RECORDER_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum recorded { DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_NAME, DISK_UNNAME, DISK_DIR_SYNC };

struct disk_call {
	enum recorded kind;
	ino_t file;
	char *name; /* NAME: where the file now stands, and stood before (or NULL) */
	char *bytes;
	size_t count; /* of bytes; TRUNCATE: the size */
	int held;     /* NAME: a descriptor, so that no other file gets this one's number; or 0 */
};

struct disk_record {
	pthread_mutex_t lock;
	char root[PATH_MAX]; /* "" = nothing is recorded */
	struct disk_call *calls;
	size_t count;
};

enum disk_fate { FATE_DROPPED, FATE_KEPT, FATE_HALF, FATE_NUL, FATE_MIXED, FATES };

/* The C library's names have no argument for it. */
static struct disk_record disk_record = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The path of a descriptor, or of a name at one, below the root; NULL when it is elsewhere. */
static inline char *disk_path(int fd, const char *name, char out[PATH_MAX])
{
	size_t length = strlen(disk_record.root);
	char link[40], whole[2 * PATH_MAX];
	ssize_t got = 0;

	if (!length)
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!name || (name[0] != '/' && fd != AT_FDCWD))
		got = readlink(link, whole, PATH_MAX - 1);
	if (got < 0)
		return NULL;
	if (name)
		snprintf(whole + got, sizeof(whole) - (size_t)got, "%s%s", got ? "/" : "", name);
	else
		whole[got] = '\0';
	if (strncmp(whole, disk_record.root, length) != 0 || whole[length] != '/')
		return NULL;
	snprintf(out, PATH_MAX, "%.4000s", whole + length + 1);
	return out;
}

static inline ino_t disk_inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static inline void disk_add(struct disk_call call)
{
	pthread_mutex_lock(&disk_record.lock);
	disk_record.calls =
	    realloc(disk_record.calls, (disk_record.count + 1) * sizeof(*disk_record.calls));
	if (!disk_record.calls)
		abort();
	disk_record.calls[disk_record.count++] = call;
	pthread_mutex_unlock(&disk_record.lock);
}

static inline size_t disk_now(void)
{
	pthread_mutex_lock(&disk_record.lock);
	size_t count = disk_record.count;
	pthread_mutex_unlock(&disk_record.lock);
	return count;
}

static inline void disk_forget(void)
{
	for (size_t i = 0; i < disk_record.count; i++) {
		free(disk_record.calls[i].name);
		free(disk_record.calls[i].bytes);
		if (disk_record.calls[i].held)
			close(disk_record.calls[i].held);
	}
	free(disk_record.calls);
	disk_record.calls = NULL;
	disk_record.count = 0;
}

/* ---- in place of the C library's ---- */

int openat(int dir, const char *name, int flags, ...)
{
	char path[PATH_MAX];
	struct stat st;
	va_list args;

	va_start(args, flags);
	mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	bool is_new = flags & O_CREAT && disk_path(dir, name, path) &&
		      fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0;
	int fd = (int)syscall(SYS_openat, dir, name, flags, mode);
	if (is_new && fd >= 0)
		disk_add((struct disk_call){.kind = DISK_NAME,
					    .file = disk_inode(fd),
					    .name = strdup(path),
					    .held = fcntl(fd, F_DUPFD_CLOEXEC, 3)});
	return fd;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	char path[PATH_MAX];
	ssize_t done = syscall(SYS_write, fd, bytes, count);

	if (done > 0 && disk_path(fd, NULL, path)) {
		struct disk_call call = {.kind = DISK_WRITE,
					 .file = disk_inode(fd),
					 .bytes = malloc((size_t)done),
					 .count = (size_t)done};
		if (!call.bytes)
			abort();
		memcpy(call.bytes, bytes, (size_t)done);
		disk_add(call);
	}
	return done;
}

int ftruncate(int fd, off_t size)
{
	char path[PATH_MAX];
	int result = (int)syscall(SYS_ftruncate, fd, size);

	if (result == 0 && disk_path(fd, NULL, path))
		disk_add((struct disk_call){
		    .kind = DISK_TRUNCATE, .file = disk_inode(fd), .count = (size_t)size});
	return result;
}

int fdatasync(int fd)
{
	char path[PATH_MAX];

	if (disk_path(fd, NULL, path)) /* the disk need not be bothered: nobody pulls its plug */
		disk_add((struct disk_call){.kind = DISK_SYNC, .file = disk_inode(fd)});
	return 0;
}

int fsync(int fd)
{
	char path[PATH_MAX];

	if (disk_path(fd, ".", path))
		disk_add((struct disk_call){.kind = DISK_DIR_SYNC});
	return 0;
}

int renameat(int from, const char *old, int to, const char *new)
{
	char path[PATH_MAX], before[PATH_MAX];
	struct stat st;
	bool is_ours = disk_path(to, new, path) && disk_path(from, old, before) &&
		       fstatat(from, old, &st, 0) == 0;
	int result = (int)syscall(SYS_renameat2, from, old, to, new, 0);

	if (is_ours && result == 0)
		disk_add((struct disk_call){.kind = DISK_NAME,
					    .file = st.st_ino,
					    .name = strdup(path),
					    .bytes = strdup(before)});
	return result;
}

int unlinkat(int dir, const char *name, int flags)
{
	char path[PATH_MAX];
	bool is_ours = !(flags & AT_REMOVEDIR) && disk_path(dir, name, path);
	int result = (int)syscall(SYS_unlinkat, dir, name, flags);

	if (is_ours && result == 0)
		disk_add((struct disk_call){.kind = DISK_UNNAME, .name = strdup(path)});
	return result;
}

/* ---- the states after a cut ---- */

struct disk_image {
	char *bytes;
	size_t size, synced; /* synced: so much was durable when last synced */
};

static inline struct disk_image disk_image_of(ino_t file, size_t cut)
{
	struct disk_image image = {0};

	for (size_t i = 0; i < cut; i++) {
		const struct disk_call *call = &disk_record.calls[i];

		if (call->file != file)
			continue;
		if (call->kind == DISK_WRITE) {
			image.bytes = realloc(image.bytes, image.size + call->count);
			if (!image.bytes)
				abort();
			memcpy(image.bytes + image.size, call->bytes, call->count);
			image.size += call->count;
		} else if (call->kind == DISK_TRUNCATE) {
			image.size = call->count;
		} else if (call->kind == DISK_SYNC) {
			image.synced = image.size;
		}
		if (image.synced > image.size)
			image.synced = image.size;
	}
	return image;
}

static inline void disk_suffer(struct disk_image *image, enum disk_fate fate, unsigned seed)
{
	size_t loose = image->size - image->synced;

	if (fate == FATE_MIXED)
		fate = (enum disk_fate)(seed % FATE_MIXED);
	if (fate == FATE_DROPPED)
		image->size = image->synced;
	else if (fate == FATE_HALF)
		image->size = image->synced + loose / 2;
	else if (fate == FATE_NUL && loose)
		memset(image->bytes + image->synced, 0, loose);
}

/* Which file a name leads to after the cut; names_cut: only so many calls for names. 0 = none. */
static inline ino_t disk_lookup(const char *name, size_t names_cut)
{
	ino_t file = 0;

	for (size_t i = 0; i < names_cut; i++) {
		const struct disk_call *call = &disk_record.calls[i];

		if (call->kind == DISK_NAME && strcmp(call->name, name) == 0)
			file = call->file;
		else if ((call->kind == DISK_NAME && call->bytes &&
			  strcmp(call->bytes, name) == 0) ||
			 (call->kind == DISK_UNNAME && strcmp(call->name, name) == 0))
			file = 0;
	}
	return file;
}

static inline size_t disk_names_synced(size_t cut)
{
	while (cut > 0 && disk_record.calls[cut - 1].kind != DISK_DIR_SYNC)
		cut--;
	return cut;
}

/* The files below the root as the cut leaves them, into directory `to`, whose folders exist. */
static inline void disk_rebuild(int to, size_t cut, enum disk_fate fate, unsigned seed)
{
	size_t names =
	    fate == FATE_DROPPED || (fate == FATE_MIXED && seed % 2) ? disk_names_synced(cut) : cut;

	for (size_t i = 0; i < names; i++) {
		const char *name = disk_record.calls[i].name;
		ino_t file = name ? disk_lookup(name, names) : 0;

		if (!file)
			continue;
		struct disk_image image = disk_image_of(file, cut);
		disk_suffer(&image, fate, seed + (unsigned)file);
		int fd = (int)syscall(SYS_openat, to, name, O_WRONLY | O_CREAT | O_TRUNC, 0640);
		if (fd < 0 || syscall(SYS_write, fd, image.bytes, image.size) != (long)image.size)
			abort();
		close(fd);
		free(image.bytes);
	}
}

#endif
