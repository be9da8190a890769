/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths a user wrote, made absolute. ".." stays: what it means behind a link only the system
 * knows. */
#include "config/option.h"

#include "plateau/text.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *home_directory(struct pl_arena *arena)
{
	const char *home = getenv("HOME");
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (home && home[0] == '/')
		return home;
	if (getpwuid_r(getuid(), &entry, buffer, sizeof(buffer), &found) == 0 && found)
		return pl_pool_string(arena, found->pw_dir);
	return NULL;
}

/* Drops "." parts and empty parts of an absolute path, in place: what is written never overtakes
 * what is read. */
static void tidy(char *path)
{
	char *out = path, *rest = path, *part;

	while ((part = strsep(&rest, "/"))) {
		size_t length = strlen(part);

		if (length == 0 || strcmp(part, ".") == 0)
			continue;
		*out++ = '/';
		memmove(out, part, length);
		out += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

enum pl_status pl_path_absolute(const struct pl_option_home *home, const char *path,
				const char **out, struct pl_error *error)
{
	const char *base = home->directory;
	char *joined;

	if (!path[0])
		return pl_error_set(error, PL_ERR_CONFIG, "", "the path is empty");
	if (path[0] == '~') {
		base = home_directory(home->arena);
		if (path[1] != '\0' && path[1] != '/')
			return pl_error_set(error, PL_ERR_CONFIG, "",
					    "\"%s\": only ~/ is known, not ~user", path);
		if (!base)
			return pl_error_set(error, PL_ERR_CONFIG, "",
					    "\"%s\": there is no home directory", path);
		path++;
	} else if (path[0] == '/') {
		base = "";
	}
	joined = pl_pool_format(home->arena, "%s/%s", base, path);
	tidy(joined);
	*out = joined;
	return PL_OK;
}
