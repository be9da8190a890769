/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workspace.c - opening the directory that receives everything.
 *
 * The path is the user's and may be a link; .plateau/ and what is in it are ours and are never
 * reached through one. A bench is held by a flock, so a dead engine holds nothing: its line stays
 * in the lock file, is taken over, and is kept for whoever wants to say so. A clean close removes
 * the lock file, which is how the two are told apart. Before the threads, main or engine thread.
 */
#include "store/workspace.h"

#include "store/reading.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool is_network(int dir)
{
	/* linux/magic.h, fs/smb: NFS, CIFS, SMB2 */
	static const unsigned long magics[] = {0x6969, 0xff534d42, 0xfe534d42};
	struct statfs st;

	if (fstatfs(dir, &st) < 0)
		return false;
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (((unsigned long)st.f_type & 0xffffffff) == magics[i])
			return true;
	return false;
}

/* Opens the directory; makes its last component when that alone is missing. */
static enum pl_status open_directory(struct pl_disk *disk, const char *path, int *out,
				     struct pl_error *error)
{
	enum pl_status status = pl_dir_open(AT_FDCWD, path, true, out, error);

	if (status != PL_ERR_NOT_FOUND)
		return status;
	status = pl_dir_make(disk, AT_FDCWD, path, error);
	if (status == PL_ERR_NOT_FOUND)
		return pl_error_set(error, status, path,
				    "the directory above the workspace does not exist: make it "
				    "first, or correct the path");
	return status ? status : pl_dir_open(AT_FDCWD, path, true, out, error);
}

static enum pl_status check_writable(int dir, const char *path, struct pl_error *error)
{
	if (faccessat(dir, ".", W_OK | X_OK, AT_EACCESS) == 0)
		return PL_OK;
	return pl_error_errno(error, errno, path,
			      "the workspace cannot be written: change its permissions or choose "
			      "another one with --workspace");
}

static enum pl_status keep_path(struct pl_workspace *workspace, const char *path,
				struct pl_error *error)
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return pl_error_errno(error, errno, path, "cannot resolve the path");
	if (!pl_text_copy(workspace->path, sizeof workspace->path, real))
		return pl_error_set(error, PL_ERR_CONFIG, path,
				    "the path of a workspace may have %zu bytes at most",
				    sizeof workspace->path - 1);
	return PL_OK;
}

/* The line of a lock file that nobody removed. */
static void read_stale_holder(int hidden, const char *name, char *out, size_t cap)
{
	char *bytes;
	size_t count;

	out[0] = '\0';
	if (pl_store_read(hidden, name, 4096, &bytes, &count, NULL))
		return;
	bytes[strcspn(bytes, "\n")] = '\0';
	pl_text_escape(out, cap, bytes, strlen(bytes));
	free(bytes);
}

static enum pl_status take_lock(struct pl_workspace *workspace, int hidden, const char *bench_file,
				struct pl_error *error)
{
	char name[64], since[PL_UTC_SIZE], host[64] = "";
	struct pl_text holder = {0};
	enum pl_status status;

	snprintf(name, sizeof name, "%s.lock", workspace->bench);
	gethostname(host, sizeof host - 1);
	pl_clock_format_utc(pl_clock_utc_ns(), since);
	pl_text_add(&holder, "pid %d on %s since %s, %s", (int)getpid(), host, since, bench_file);
	read_stale_holder(hidden, name, workspace->stale_holder, sizeof workspace->stale_holder);
	status = pl_file_lock(workspace->disk, hidden, name, holder.data, &workspace->lock, error);
	pl_text_free(&holder);
	if (status == PL_ERR_BUSY && error) {
		struct pl_error busy = *error;

		pl_error_set(error, PL_ERR_BUSY, workspace->path,
			     "bench %s is open in this workspace by %s; a second bench needs "
			     "another name or another workspace",
			     workspace->bench, busy.cause);
	}
	return status;
}

static enum pl_status open_hidden(struct pl_workspace *workspace, int *hidden,
				  struct pl_error *error)
{
	enum pl_status status = pl_dir_make(workspace->disk, workspace->dir, ".plateau", error);

	if (!status)
		status = pl_dir_open(workspace->dir, ".plateau", false, hidden, error);
	if (!status)
		status = pl_dir_make(workspace->disk, *hidden, "runs", error);
	return status;
}

enum pl_status pl_workspace_open(struct pl_disk *disk, const char *path, const char *bench,
				 const char *bench_file, struct pl_workspace *out,
				 struct pl_error *error)
{
	enum pl_status status;
	int hidden = -1;

	*out = (struct pl_workspace){.disk = disk, .dir = -1, .lock = -1};
	pl_text_copy(out->bench, sizeof out->bench, bench);
	status = open_directory(disk, path, &out->dir, error);
	if (!status)
		status = keep_path(out, path, error);
	if (!status)
		status = check_writable(out->dir, path, error);
	if (!status)
		status = open_hidden(out, &hidden, error);
	if (!status)
		status = take_lock(out, hidden, bench_file, error);
	if (hidden >= 0)
		close(hidden);
	if (status)
		pl_workspace_close(out);
	else
		out->is_network = is_network(out->dir);
	return status;
}

enum pl_status pl_workspace_in_place(const struct pl_workspace *workspace, struct pl_error *error)
{
	struct stat named, opened;

	if (stat(workspace->path, &named) == 0 && fstat(workspace->dir, &opened) == 0 &&
	    named.st_dev == opened.st_dev && named.st_ino == opened.st_ino)
		return PL_OK;
	return pl_error_set(error, PL_ERR_NOT_FOUND, workspace->path,
			    "the workspace is gone: it was moved, removed or unmounted; bring it "
			    "back, the run then goes on by itself");
}

void pl_workspace_close(struct pl_workspace *workspace)
{
	char name[64];
	int hidden;

	if (workspace->lock >= 0) {
		snprintf(name, sizeof name, "%s.lock", workspace->bench);
		if (!pl_dir_open(workspace->dir, ".plateau", false, &hidden, NULL)) {
			pl_file_remove(hidden, name, NULL);
			close(hidden);
		}
		close(workspace->lock);
	}
	if (workspace->dir >= 0)
		close(workspace->dir);
	workspace->dir = workspace->lock = -1;
}
