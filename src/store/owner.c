/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * owner.c - /proc/locks names the owner of every file lock by device and inode. A row, from
 * proc_locks(5):
 *     1: FLOCK  ADVISORY  WRITE 4711 00:1a:3 0 EOF        waiting ones have "->" after the number
 *
 * Some file systems (btrfs, overlayfs) tell another device number there than stat(2): then inode
 * and the process that the lock file names must agree. Any thread.
 */
#include "store/owner.h"

#include "store/reading.h"

#include "plateau/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct lock_row {
	dev_t device;
	unsigned long inode;
	long pid;
};

static bool parse_row(const char *line, struct lock_row *row)
{
	unsigned int major_id, minor_id;

	if (sscanf(line, "%*d: %*s %*s %*s %ld %x:%x:%lu", &row->pid, &major_id, &minor_id,
		   &row->inode) != 4)
		return false;
	row->device = makedev(major_id, minor_id);
	return true;
}

void pl_run_owner_line(int folder, char *out, size_t cap)
{
	char *bytes;
	size_t count;

	out[0] = '\0';
	if (pl_store_read(folder, ".lock", 4096, &bytes, &count, NULL))
		return;
	bytes[strcspn(bytes, "\n")] = '\0';
	pl_text_escape(out, cap, bytes, strlen(bytes));
	free(bytes);
}

static long named_pid(int folder)
{
	char line[256];
	long pid;

	pl_run_owner_line(folder, line, sizeof line);
	return sscanf(line, "pid %ld on ", &pid) == 1 ? pid : -1;
}

bool pl_run_is_owned(int folder)
{
	FILE *locks = fopen("/proc/locks", "re");
	long named = named_pid(folder);
	struct lock_row row;
	bool found = false;
	struct stat st;
	char line[256];
	int fd = pl_store_open(folder, ".lock", NULL);

	while (locks && fd >= 0 && fstat(fd, &st) == 0 && !found && fgets(line, sizeof line, locks))
		found = parse_row(line, &row) && row.inode == (unsigned long)st.st_ino &&
			(row.device == st.st_dev || row.pid == named);
	if (locks)
		fclose(locks);
	if (fd >= 0)
		close(fd);
	return found;
}
