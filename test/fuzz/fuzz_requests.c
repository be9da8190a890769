/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_requests.c - any bytes as what a client says to a whole engine, which watches a detector
 * that is not there: every word is reached, no port is. When the client falls silent, the engine
 * has to answer what it asked and hang up; an engine that was told to end is started anew.
 */
#include <assert.h>

/* What engine_bench.h takes of cmocka. */
#define assert_true(what)      check((what) != 0)
#define assert_non_null(what)  check((what) != NULL)
#define assert_int_equal(a, b) check((a) == (b))
#define fail_msg(...)	       check(0)

#include <stdbool.h>
#include <stdlib.h>

static inline void check(bool holds)
{
	if (!holds)
		abort();
}

#include "unit/engine_bench.h"

#define AWAY                                                                                       \
	DET("/nonexistent/tty")                                                                    \
	SCANS "recordings:\n  slow: {rate: 10 Hz, parameters: [det.events]}\n"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static struct engine *the_engine(void)
{
	static struct engine engine;

	return &engine;
}

static void end(void)
{
	struct engine *engine = the_engine();

	pthread_kill(engine->thread, SIGTERM); /* as the system ends it */
	pthread_join(engine->thread, NULL);
	engine_fini(engine);
}

static int reach(const struct engine *engine)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", engine->socket);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A connection to an engine that lives. */
static int meet(struct engine *engine)
{
	int fd;

	if (engine->bench == NULL) {
		pl_engine_block_signals();
		engine_start(engine, AWAY);
		atexit(end);
	}
	for (;;) {
		fd = reach(engine);
		if (fd >= 0)
			return fd;
		pthread_join(engine->thread, NULL); /* it was told to end */
		check(engine->status == PL_OK);
		engine_go(engine);
	}
}

/* False when the engine hung up. */
static bool listen_on(int fd)
{
	char bytes[8192];
	ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	return n > 0 || (n < 0 && errno == EAGAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	int fd = meet(the_engine());
	int64_t deadline = pl_clock_mono_ns() + WITHIN_NS;
	bool is_open = true, is_silent = false;

	while (is_open) {
		struct pollfd fds = {.fd = fd,
				     .events = (short)(is_silent ? POLLIN : POLLIN | POLLOUT)};

		check(pl_clock_poll(&fds, 1, deadline) == 1);
		if (fds.revents & (POLLIN | POLLHUP | POLLERR))
			is_open = listen_on(fd);
		if (is_open && !is_silent && (fds.revents & POLLOUT)) {
			ssize_t n = send(fd, bytes, count, MSG_NOSIGNAL);

			bytes += n > 0 ? n : 0;
			count -= n > 0 ? (size_t)n : 0;
			is_silent = count == 0 || (n < 0 && errno != EAGAIN);
			if (is_silent)
				shutdown(fd, SHUT_WR);
		}
	}
	close(fd);
	return 0;
}
