/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of its own for each test, as an open descriptor; removed with all it holds. */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64];
	int fd;
};

static inline int folder_open(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/plateau-test-XXXXXX");
	if (!mkdtemp(folder->path))
		return -1;
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder->fd < 0 ? -1 : 0;
}

static inline void folder_empty(int fd)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		int below =
		    openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			folder_empty(below);
		unlinkat(fd, entry->d_name, below >= 0 ? AT_REMOVEDIR : 0);
	}
	if (dir)
		closedir(dir);
}

static inline void folder_remove(struct folder *folder)
{
	folder_empty(folder->fd);
	rmdir(folder->path);
}

/* What the file holds, NUL-terminated, or NULL when there is none. Caller frees. */
static inline char *folder_read(const struct folder *folder, const char *name, size_t *count)
{
	int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*count = 0;
	if (fd < 0)
		return NULL;
	char *bytes = fstat(fd, &st) == 0 ? calloc(1, (size_t)st.st_size + 1) : NULL;
	ssize_t got = bytes ? read(fd, bytes, (size_t)st.st_size) : 0;
	*count = got > 0 ? (size_t)got : 0;
	close(fd);
	return bytes;
}

/* Writes bytes without the program's own means. 0 or -1. */
static inline int folder_write(const struct folder *folder, const char *name, const char *bytes,
			       size_t count)
{
	int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	ssize_t done = fd < 0 ? -1 : write(fd, bytes, count);

	if (fd >= 0)
		close(fd);
	return done == (ssize_t)count ? 0 : -1;
}

/* How many names the folder holds. */
static inline int folder_count(const struct folder *folder)
{
	DIR *dir = opendir(folder->path);
	int count = -2; /* . and .. */

	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

#endif
