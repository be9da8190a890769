/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * console.c - stderr without waiting. The descriptor itself stays blocking: it is shared with the
 * shell and whoever else has it, so it is opened once more for one write.
 */
#include "base/console.h"

#include "plateau/clock.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_once(int fd, const char *bytes, size_t count)
{
	ssize_t n = write(fd, bytes, count);

	(void)n; /* nobody can be told */
}

void pl_console_put(const char *bytes, size_t count)
{
	struct pollfd fds = {.fd = STDERR_FILENO, .events = POLLOUT};
	struct stat st;
	int fd;

	if (fstat(STDERR_FILENO, &st) != 0)
		return;
	if (S_ISSOCK(st.st_mode)) {
		send(STDERR_FILENO, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
		return;
	}
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode)) {
		put_once(STDERR_FILENO, bytes, count);
		return;
	}
	if (pl_clock_poll(&fds, 1, 0) <= 0 || (fds.revents & POLLOUT) == 0)
		return;
	fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	/* Not for us to open (another account's terminal): it has room, as we just saw. */
	put_once(fd >= 0 ? fd : STDERR_FILENO, bytes, count);
	if (fd >= 0)
		close(fd);
}
