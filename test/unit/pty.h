/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pty made by a test: the test plays the device at its master. After cmocka.h. */
#ifndef TEST_PTY_H
#define TEST_PTY_H

#include "plateau/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct pty {
	int master; /* non-blocking */
	char path[64];
};

static inline struct pty pty_new(void)
{
	struct pty pty = {.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};

	assert_true(pty.master >= 0);
	assert_int_equal(grantpt(pty.master), 0);
	assert_int_equal(unlockpt(pty.master), 0);
	assert_int_equal(ptsname_r(pty.master, pty.path, sizeof pty.path), 0);
	return pty;
}

static inline void pty_free(struct pty *pty)
{
	if (pty->master >= 0)
		close(pty->master);
	pty->master = -1;
}

/* Waits for a descriptor; long enough for any machine, so that a hang is a failure. */
static inline void wait_for(int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};

	assert_int_equal(pl_clock_poll(&ready, 1, pl_clock_mono_ns() + 20 * PL_NS_PER_S), 1);
}

/* All of it, waiting for room. */
static inline void put_bytes(int fd, const void *bytes, size_t count)
{
	const char *at = bytes;

	while (count > 0) {
		ssize_t wrote;

		wait_for(fd, POLLOUT);
		wrote = write(fd, at, count);
		if (wrote < 0)
			continue;
		at += wrote;
		count -= (size_t)wrote;
	}
}

/* Exactly count bytes. A master has no line (EIO) until somebody opens the other end. */
static inline void get_bytes(int fd, void *bytes, size_t count)
{
	int64_t deadline_ns = pl_clock_mono_ns() + 20 * PL_NS_PER_S;
	char *at = bytes;

	while (count > 0) {
		ssize_t got;

		assert_true(pl_clock_mono_ns() < deadline_ns);
		wait_for(fd, POLLIN);
		got = read(fd, at, count);
		if (got < 0 && errno == EIO) {
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
			continue;
		}
		assert_true(got > 0);
		at += got;
		count -= (size_t)got;
	}
}

#endif
