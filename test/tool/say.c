/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * say SOCKET [SECONDS] - a raw client of an engine: lines from stdin go to its socket as they are,
 * what comes back goes to stdout. Ends when the engine hangs up (0), or SECONDS (default 10) after
 * its own last line (3). With `deaf` in place of SECONDS it never reads and stays until stdin ends.
 */
#include "plateau/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

/* False at the end of `from`. */
static int copy(int from, int to)
{
	char bytes[65536];
	ssize_t n = read(from, bytes, sizeof(bytes));

	if (n <= 0)
		return 0;
	return to < 0 || write(to, bytes, (size_t)n) == n;
}

int main(int argc, char **argv)
{
	int is_deaf = argc > 2 && strcmp(argv[2], "deaf") == 0;
	int64_t wait_ns = (argc > 2 && !is_deaf ? atoi(argv[2]) : 10) * PL_NS_PER_S;
	int64_t deadline = PL_NEVER;
	struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}};

	if (argc < 2)
		return 2;
	fds[1] = (struct pollfd){.fd = dial(argv[1]), .events = (short)(is_deaf ? 0 : POLLIN)};
	while (pl_clock_poll(fds, 2, deadline) > 0) {
		if (fds[0].revents != 0 && !copy(STDIN_FILENO, fds[1].fd)) {
			if (is_deaf)
				return 0;
			fds[0].fd = -1;
			deadline = pl_clock_mono_ns() + wait_ns;
		}
		if (fds[1].revents != 0 && (is_deaf || !copy(fds[1].fd, STDOUT_FILENO)))
			return 0;
	}
	return 3;
}
