/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * locate.c - the meeting place of engine and clients: one directory per account below /tmp,
 * because the runtime directory of a login goes away with the login.
 */
#include "engine/locate.h"

#include "base/hash.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* lstat, so that a planted link is seen and not followed. */
static enum pl_status directory_ours(const char *path, struct pl_error *error)
{
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return pl_error_errno(error, errno, path, "cannot make the engine's directory");
	if (lstat(path, &st) != 0)
		return pl_error_errno(error, errno, path, "cannot look at the engine's directory");
	if (!S_ISDIR(st.st_mode))
		return pl_error_set(error, PL_ERR_PERMISSION, path,
				    "is not a directory; remove it and try again");
	if (st.st_uid != geteuid())
		return pl_error_set(
		    error, PL_ERR_PERMISSION, path,
		    "belongs to another account (uid %u); ask its owner to remove it",
		    (unsigned)st.st_uid);
	if ((st.st_mode & 0077) != 0 && chmod(path, 0700) != 0)
		return pl_error_errno(error, errno, path, "cannot close it to other accounts");
	return PL_OK;
}

enum pl_status pl_locate(const char *file, bool simulated, struct pl_location *out,
			 struct pl_error *error)
{
	static const char sim_mark[] = "\0sim";
	char hash[PL_HASH_SIZE];
	struct pl_text key = {0};

	pl_text_add_string(&key, file);
	if (simulated)
		pl_text_add_bytes(&key, sim_mark, sizeof(sim_mark) - 1);
	pl_hash_bytes(key.data, key.length, hash);
	pl_text_free(&key);

	snprintf(out->directory, sizeof(out->directory), "/tmp/plateau-%u", (unsigned)geteuid());
	snprintf(out->socket_path, sizeof(out->socket_path), "%s/%.16s.sock", out->directory, hash);
	snprintf(out->lock_name, sizeof(out->lock_name), "%.16s.lock", hash);
	return directory_ours(out->directory, error);
}

enum pl_status pl_locate_lock(struct pl_disk *disk, const struct pl_location *location,
			      const char *holder, int *fd, struct pl_error *error)
{
	enum pl_status status;
	int dir;

	status = pl_dir_open(AT_FDCWD, location->directory, false, &dir, error);
	if (status != PL_OK)
		return status;
	status = pl_file_lock(disk, dir, location->lock_name, holder, fd, error);
	close(dir);
	return status;
}
