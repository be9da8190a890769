/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pty.c - see pty.h. The slave is opened and closed once at the start, since before its first open
 * a master shows no hang-up.
 */
#include "sim/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static enum pl_status make_link(const struct pl_sim_pty *pty, struct pl_error *error)
{
	char fresh[PATH_MAX];
	struct stat there;

	if (lstat(pty->link, &there) == 0 && !S_ISLNK(there.st_mode))
		return pl_error_set(error, PL_ERR_EXISTS, pty->link,
				    "is there already and is no symbolic link");
	if (snprintf(fresh, sizeof(fresh), "%s.%ld", pty->link, (long)getpid()) >=
	    (int)sizeof(fresh))
		return pl_error_set(error, PL_ERR_CONFIG, pty->link, "the name is too long");
	if (symlink(pty->path, fresh) != 0)
		return pl_error_errno(error, errno, pty->link, "cannot make the link");
	if (rename(fresh, pty->link) != 0) {
		int number = errno;

		unlink(fresh);
		return pl_error_errno(error, number, pty->link, "cannot make the link");
	}
	return PL_OK;
}

static bool make_raw(struct pl_sim_pty *pty)
{
	struct termios line;
	int slave;

	if (tcgetattr(pty->master, &line) != 0)
		return false;
	cfmakeraw(&line);
	if (tcsetattr(pty->master, TCSANOW, &line) != 0)
		return false;
	slave = open(pty->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return false;
	close(slave);
	return true;
}

static void watch(struct pl_sim_pty *pty)
{
	pty->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (pty->notify >= 0 && inotify_add_watch(pty->notify, pty->path, IN_OPEN) < 0) {
		close(pty->notify);
		pty->notify = -1;
	}
}

enum pl_status pl_sim_pty_open(struct pl_sim_pty *pty, const char *link, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	*pty = (struct pl_sim_pty){.notify = -1, .link = link};
	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty->master < 0 || grantpt(pty->master) != 0 || unlockpt(pty->master) != 0 ||
	    ptsname_r(pty->master, pty->path, sizeof(pty->path)) != 0 || !make_raw(pty))
		status = pl_error_errno(error, errno, "pty", "cannot make a pseudo terminal");
	if (status == PL_OK && *link != '\0')
		status = make_link(pty, error);
	if (status == PL_OK)
		watch(pty);
	else
		pl_sim_pty_close(pty);
	return status;
}

/* Only our own: another simulator may have taken the name over. */
static void remove_link(const struct pl_sim_pty *pty)
{
	char target[sizeof(pty->path)];
	ssize_t size;

	if (pty->link == NULL || *pty->link == '\0')
		return;
	size = readlink(pty->link, target, sizeof(target) - 1);
	target[size > 0 ? size : 0] = '\0';
	if (size > 0 && strcmp(target, pty->path) == 0)
		unlink(pty->link);
}

/* Its number is the next one's at once: the link goes first, so that nobody finds that behind it.
 */
void pl_sim_pty_close(struct pl_sim_pty *pty)
{
	if (pty->master >= 0)
		remove_link(pty);
	if (pty->notify >= 0)
		close(pty->notify);
	if (pty->master >= 0)
		close(pty->master);
	pty->notify = pty->master = -1;
	pty->is_open = false;
}

void pl_sim_pty_fini(struct pl_sim_pty *pty)
{
	pl_sim_pty_close(pty);
}

enum pl_sim_pty_change pl_sim_pty_look(struct pl_sim_pty *pty)
{
	struct pollfd fd = {.fd = pty->master, .events = POLLIN};
	char events[1024];
	bool was_open = pty->is_open;

	while (pty->notify >= 0 && read(pty->notify, events, sizeof(events)) > 0)
		;
	/* Bytes that were written before the close are still taken, so POLLIN counts as open. */
	pty->is_open = pty->master >= 0 && poll(&fd, 1, 0) >= 0 &&
		       ((fd.revents & POLLHUP) == 0 || (fd.revents & POLLIN) != 0);
	if (was_open == pty->is_open)
		return PL_SIM_PTY_SAME;
	if (pty->is_open)
		return PL_SIM_PTY_OPENED;
	if (pty->master >= 0)
		tcflush(pty->master, TCOFLUSH);
	return PL_SIM_PTY_CLOSED;
}

size_t pl_sim_pty_write(struct pl_sim_pty *pty, const char *bytes, size_t count)
{
	ssize_t written = pty->master < 0 ? 0 : write(pty->master, bytes, count);

	return written > 0 ? (size_t)written : 0;
}

size_t pl_sim_pty_read(struct pl_sim_pty *pty, char *bytes, size_t cap)
{
	ssize_t got = pty->master < 0 ? 0 : read(pty->master, bytes, cap);

	return got > 0 ? (size_t)got : 0;
}
