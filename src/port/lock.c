/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock.c - who else has the line.
 *
 * /proc/locks names the owner of every file lock by device and inode of the file, so a holder is
 * found without opening the line (which would move its DTR). A row, from proc_locks(5):
 *     1: FLOCK  ADVISORY  WRITE 4711 00:1a:3 0 EOF        waiting ones have "->" after the number
 */
#include "port/transport.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

static void name_process(long pid, char *out, size_t cap)
{
	char path[64], name[64] = "";
	FILE *file;

	if (pid <= 0) { /* the number has no meaning here */
		snprintf(out, cap, "a program outside this container");
		return;
	}
	snprintf(path, sizeof path, "/proc/%ld/comm", pid);
	file = fopen(path, "re");
	if (file) {
		if (fgets(name, sizeof name, file))
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	snprintf(out, cap, "%s (pid %ld)", name[0] ? name : "another program", pid);
}

bool pl_lock_holder(dev_t device, ino_t inode, char *out, size_t cap)
{
	FILE *file = fopen("/proc/locks", "re");
	char line[256];
	bool found = false;

	out[0] = '\0';
	while (file && !found && fgets(line, sizeof line, file)) {
		unsigned int major_id, minor_id;
		unsigned long number;
		long pid;

		if (sscanf(line, "%*d: %*s %*s %*s %ld %x:%x:%lu", &pid, &major_id, &minor_id,
			   &number) != 4)
			continue;
		if (makedev(major_id, minor_id) != device || number != inode)
			continue;
		name_process(pid, out, cap);
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

enum pl_status pl_lock_busy(const char *path, const char *holder, struct pl_error *error)
{
	if (holder)
		return pl_error_set(error, PL_ERR_BUSY, path, "in use by %s", holder);
	return pl_error_set(error, PL_ERR_BUSY, path,
			    "in use by another program; `fuser -v %s` may name it (ModemManager "
			    "lets a new port go after some seconds)",
			    path);
}

enum pl_status pl_lock_check(const char *path, const struct stat *node, struct pl_error *error)
{
	char holder[96];

	if (pl_lock_holder(node->st_dev, node->st_ino, holder, sizeof holder))
		return pl_lock_busy(path, holder, error);
	return PL_OK;
}

enum pl_status pl_lock_take(int fd, const char *path, struct pl_error *error)
{
	struct stat node;
	char holder[96];

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return PL_OK;
	if (errno != EWOULDBLOCK)
		return pl_error_errno(error, errno, path, "cannot lock the port");
	if (fstat(fd, &node) == 0 &&
	    pl_lock_holder(node.st_dev, node.st_ino, holder, sizeof holder))
		return pl_lock_busy(path, holder, error);
	return pl_lock_busy(path, NULL, error);
}
