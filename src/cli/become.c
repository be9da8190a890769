/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * become.c - a view whose engine is of another build becomes the view of the engine's program, in
 * the same process and terminal, with the same words. Main thread.
 */
#include "cli/view.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BECAME	  "PLATEAU_BECAME" /* this view took the place of one of another build */
#define WORDS_MAX (128u << 10)

static bool is_own_process(int64_t pid)
{
	char path[64];
	struct stat found;

	snprintf(path, sizeof(path), "/proc/%" PRId64, pid);
	return stat(path, &found) == 0 && found.st_uid == geteuid();
}

/* The path of a running program where that still is the same file, so that `ps` knows it by its
 * name; else (it was installed anew meanwhile) what /proc holds of it. */
static void program_of(int64_t pid, char *out, size_t size)
{
	struct stat running, named;
	char held[64];
	ssize_t length;

	snprintf(held, sizeof(held), "/proc/%" PRId64 "/exe", pid);
	length = readlink(held, out, size - 1);
	if (length > 0)
		out[length] = '\0';
	if (length <= 0 || stat(held, &running) != 0 || stat(out, &named) != 0 ||
	    running.st_dev != named.st_dev || running.st_ino != named.st_ino)
		snprintf(out, size, "%s", held);
}

/* The words of this process, as the kernel keeps them. */
static char **own_words(char *bytes, size_t count)
{
	char **words = calloc(count + 1, sizeof(*words));
	size_t n = 0;

	for (size_t at = 0; words != NULL && at < count; at += strlen(bytes + at) + 1)
		words[n++] = bytes + at;
	return words;
}

void pl_view_become(void *ctx, int64_t pid, struct pl_error *error)
{
	char program[PL_CLI_PATH_SIZE], *bytes = NULL, **words = NULL;
	enum pl_status status = PL_OK;
	size_t count = 0;

	(void)ctx;
	program_of(pid, program, sizeof(program));
	/* Once only: a view that is refused again would go round in circles. */
	if (getenv(BECAME) != NULL)
		status = pl_error_set(error, PL_ERR_VERSION, program,
				      "its program is another build too");
	else if (!is_own_process(pid))
		status = pl_error_set(error, PL_ERR_PERMISSION, program, "cannot be taken");
	if (status == PL_OK)
		status =
		    pl_file_read(AT_FDCWD, "/proc/self/cmdline", WORDS_MAX, &bytes, &count, error);
	if (status == PL_OK && (words = own_words(bytes, count)) == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, program, "out of memory");
	if (status == PL_OK) {
		setenv(BECAME, "1", 1);
		execv(program, words);
		pl_error_errno(error, errno, program, "cannot be started");
		unsetenv(BECAME);
	}
	free(words);
	free(bytes);
}
