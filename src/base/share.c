/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.c - see share.h. */
#include "base/share.h"

#include "plateau/version.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Run from a build tree the program is build/plateau or build/MODE/plateau, a test
 * build/MODE/test/NAME: share/ lies one to three directories above, beside the Makefile. */
static bool beside_program(const char *name, char out[PL_SHARE_PATH_SIZE])
{
	char path[PL_SHARE_PATH_SIZE - 256];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length <= 0)
		return false;
	path[length] = '\0';
	for (int up = 0; up < 4; up++) {
		char *slash = strrchr(path, '/');

		if (slash == NULL)
			return false;
		*slash = '\0';
		snprintf(out, PL_SHARE_PATH_SIZE, "%s/Makefile", path);
		if (access(out, R_OK) != 0)
			continue;
		snprintf(out, PL_SHARE_PATH_SIZE, "%s/share/%.200s", path, name);
		return access(out, R_OK) == 0;
	}
	return false;
}

enum pl_status pl_share_find(const char *name, char out[PL_SHARE_PATH_SIZE], struct pl_error *error)
{
	const char *named = getenv("PLATEAU_SHARE");

	if (named != NULL && named[0] != '\0') {
		snprintf(out, PL_SHARE_PATH_SIZE, "%s/%s", named, name);
		if (access(out, R_OK) == 0)
			return PL_OK;
		return pl_error_errno(error, errno, out, "cannot be read; PLATEAU_SHARE is set");
	}
	if (beside_program(name, out))
		return PL_OK;
	snprintf(out, PL_SHARE_PATH_SIZE, "%s/share/plateau/%s", pl_install_prefix(), name);
	if (access(out, R_OK) == 0)
		return PL_OK;
	return pl_error_errno(error, errno, out,
			      "cannot be read; set PLATEAU_SHARE to the program's share directory");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t pl_share_list(const char *directory, const char *ending, char **names, size_t cap)
{
	char path[PL_SHARE_PATH_SIZE];
	size_t count = 0, tail = strlen(ending);
	DIR *list;

	if (pl_share_find(directory, path, NULL) != PL_OK || (list = opendir(path)) == NULL)
		return 0;
	for (struct dirent *entry; count < cap && (entry = readdir(list)) != NULL;) {
		size_t length = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || length <= tail ||
		    strcmp(entry->d_name + length - tail, ending) != 0)
			continue;
		names[count] = strndup(entry->d_name, length - tail);
		if (names[count] != NULL)
			count++;
	}
	closedir(list);
	if (count > 0)
		qsort(names, count, sizeof(names[0]), by_name);
	return count;
}
