/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading.c - opening what a workspace holds: regular files only, no links, no waiting. */
#include "store/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int pl_store_open(int dir, const char *name, struct pl_error *error)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0) {
		if (errno == ELOOP)
			pl_error_set(error, PL_ERR_IO, name, "a link stands there; not followed");
		else
			pl_error_errno(error, errno, name, "cannot be read");
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	pl_error_set(error, PL_ERR_IO, name, "is not a regular file");
	close(fd);
	return -1;
}

FILE *pl_store_stream(int dir, const char *name, struct pl_error *error)
{
	int fd = pl_store_open(dir, name, error);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !stream) {
		pl_error_errno(error, errno, name, "cannot be read");
		close(fd);
	}
	return stream;
}

static enum pl_status read_up_to(int fd, const char *name, size_t most, char *out, size_t *count,
				 struct pl_error *error)
{
	*count = 0;
	while (*count < most) {
		ssize_t got = read(fd, out + *count, most - *count);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pl_error_errno(error, errno, name, "cannot be read");
		if (got == 0)
			break;
		*count += (size_t)got;
	}
	out[*count] = '\0';
	return PL_OK;
}

enum pl_status pl_store_read(int dir, const char *name, size_t most, char **out, size_t *count,
			     struct pl_error *error)
{
	struct pl_error why = {.code = PL_OK};
	enum pl_status status = PL_OK;
	int fd = pl_store_open(dir, name, &why);
	struct stat st;

	*out = NULL;
	*count = 0;
	if (fd < 0) {
		if (error)
			*error = why;
		return why.code;
	}
	if (fstat(fd, &st) == 0 && st.st_size >= 0 && (size_t)st.st_size < most)
		most = (size_t)st.st_size;
	*out = malloc(most + 1);
	if (*out)
		status = read_up_to(fd, name, most, *out, count, error);
	else
		status = pl_error_errno(error, ENOMEM, name, "cannot be read");
	close(fd);
	if (status) {
		free(*out);
		*out = NULL;
		*count = 0;
	}
	return status;
}

bool pl_store_exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

unsigned pl_store_part_after(int dir, const char *stem, const char *suffix, unsigned part)
{
	char name[128];

	for (unsigned next = part + 1; next <= part + 1 + PL_STORE_GAP; next++) {
		if (next < 2)
			snprintf(name, sizeof name, "%s.%s", stem, suffix);
		else
			snprintf(name, sizeof name, "%s.%u.%s", stem, next, suffix);
		if (pl_store_exists(dir, name))
			return next;
	}
	return 0;
}
