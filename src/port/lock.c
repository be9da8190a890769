/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock.c - who else has the line.
 *
 * /proc/locks names the owner of every file lock by device and inode of the file, so a holder is
 * found without opening the line (which would move its DTR). A row, from proc_locks(5):
 *     1: FLOCK  ADVISORY  WRITE 4711 00:1a:3 0 EOF        waiting ones have "->" after the number
 * A program that takes no lock has the line among its open files, /proc/PID/fd (proc_pid_fd(5)):
 * shown to its own user and to root. Two readers of one line would get half of it each, so that is
 * a holder too. Root is stopped by no TIOCEXCL of another: it is the only sign left to it.
 */
#include "port/transport.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Of a process that is not ours, ", user alice". */
static void name_user(long pid, char *out, size_t cap)
{
	struct passwd user, *found = NULL;
	char path[64], buffer[1024];
	struct stat process;

	out[0] = '\0';
	snprintf(path, sizeof path, "/proc/%ld", pid);
	if (stat(path, &process) != 0 || process.st_uid == geteuid())
		return;
	if (getpwuid_r(process.st_uid, &user, buffer, sizeof buffer, &found) == 0 && found)
		snprintf(out, cap, ", user %.32s", found->pw_name);
	else
		snprintf(out, cap, ", user %u", (unsigned)process.st_uid);
}

static void name_process(long pid, char *out, size_t cap)
{
	char path[64], name[64] = "", user[48];
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
	name_user(pid, user, sizeof user);
	snprintf(out, cap, "%s (pid %ld%s)", name[0] ? name : "another program", pid, user);
}

static bool find_lock(dev_t device, ino_t inode, char *out, size_t cap)
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

/* The numbers of pseudo terminals are those of their own /dev/pts only. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	bool is_pty = major(b->st_rdev) >= 136 && major(b->st_rdev) <= 143;

	return S_ISCHR(a->st_mode) && a->st_rdev == b->st_rdev &&
	       (!is_pty || a->st_dev == b->st_dev);
}

static bool has_open(const char *pid, const struct stat *node)
{
	char path[64];
	const struct dirent *entry;
	struct stat file;
	bool found = false;
	DIR *directory;

	snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
	directory = opendir(path);
	while (directory && !found && (entry = readdir(directory)))
		found =
		    fstatat(dirfd(directory), entry->d_name, &file, 0) == 0 && is_same(&file, node);
	if (directory)
		closedir(directory);
	return found;
}

static bool find_open(const struct stat *node, char *out, size_t cap)
{
	DIR *directory = opendir("/proc");
	const struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory))) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || pid == getpid() || !has_open(entry->d_name, node))
			continue;
		name_process(pid, out, cap);
		found = true;
	}
	if (directory)
		closedir(directory);
	return found;
}

bool pl_lock_holder(const struct stat *node, char *out, size_t cap)
{
	return find_lock(node->st_dev, node->st_ino, out, cap) || find_open(node, out, cap);
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

	if (find_lock(node->st_dev, node->st_ino, holder, sizeof holder))
		return pl_lock_busy(path, holder, error);
	return PL_OK;
}

enum pl_status pl_lock_alone(const char *path, struct pl_error *error)
{
	char holder[96];
	struct stat node;

	if (stat(path, &node) == 0 && find_open(&node, holder, sizeof holder))
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
	if (fstat(fd, &node) == 0 && pl_lock_holder(&node, holder, sizeof holder))
		return pl_lock_busy(path, holder, error);
	return pl_lock_busy(path, NULL, error);
}
