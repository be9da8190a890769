/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listen.c - the socket of an engine: bound, looked after, answered.
 *
 * Whoever calls this holds the lock beside the socket: what lies at its name is left over from a
 * dead engine. Its directory is closed to other accounts; the peer's is checked all the same.
 */
#include "engine/internal.h"

#include "engine/locate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ACCEPT_AGAIN_NS PL_NS_PER_S

enum pl_status socket_listen(struct pl_engine *engine, struct pl_error *error)
{
	const char *path = engine->options->socket_path;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (!pl_text_copy(address.sun_path, sizeof(address.sun_path), path))
		return pl_error_set(error, PL_ERR_CONFIG, path, "the socket's path is too long");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return pl_error_errno(error, errno, path, "cannot make a socket");
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || chmod(path, 0600) != 0 ||
	    listen(fd, 64) != 0) {
		int number = errno;

		close(fd);
		return pl_error_errno(error, number, path, "cannot listen");
	}
	engine->listen_fd = fd;
	return PL_OK;
}

void socket_close(struct pl_engine *engine)
{
	if (engine->listen_fd < 0)
		return;
	close(engine->listen_fd);
	unlink(engine->options->socket_path);
	engine->listen_fd = -1;
}

/* Cleaners of /tmp take the directory too. */
static enum pl_status bind_anew(struct pl_engine *engine, struct pl_error *error)
{
	struct pl_location location = {.directory = ""};
	enum pl_status status =
	    pl_locate(engine->bench->file, engine->bench->simulated, &location, error);

	if (engine->listen_fd >= 0)
		close(engine->listen_fd);
	engine->listen_fd = -1;
	return status == PL_OK ? socket_listen(engine, error) : status;
}

void socket_check(struct pl_engine *engine)
{
	struct stat st;
	struct pl_error error;
	char text[sizeof(error)];

	if (engine->listen_fd >= 0 && lstat(engine->options->socket_path, &st) == 0 &&
	    S_ISSOCK(st.st_mode))
		return;
	if (bind_anew(engine, &error) == PL_OK)
		engine_log(engine, PL_LOG_WARNING, "the socket was gone and is bound anew");
	else
		engine_log(engine, PL_LOG_ERROR, "the socket is gone: %s",
			   pl_error_format(&error, text, sizeof(text)));
}

static bool is_ours(int fd, struct ucred *peer)
{
	socklen_t size = sizeof(*peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) == 0 &&
	       (peer->uid == geteuid() || peer->uid == 0);
}

/* Said once, as far as the socket takes it at once. */
static void turn_away(int fd)
{
	static const char full[] =
	    "{\"id\":0,\"ok\":false,\"code\":\"busy\",\"text\":\"too many are connected\"}\n";

	send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static size_t connected(const struct pl_engine *engine)
{
	size_t count = 0;

	for (const struct session *s = engine->sessions; s != NULL; s = s->next)
		count++;
	return count;
}

void socket_accept(struct pl_engine *engine)
{
	struct ucred peer;
	struct session *session;
	/* cppcheck-suppress nullPointer ; accept4 takes no address when none is wanted */
	int fd = accept4(engine->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		/* Whoever waits stays in the queue of the socket: no reason to spin. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			engine->accept_after_ns = pl_clock_mono_ns() + ACCEPT_AGAIN_NS;
		return;
	}
	if (!is_ours(fd, &peer)) {
		engine_log(engine, PL_LOG_WARNING, "a connection of another account was refused");
		close(fd);
		return;
	}
	session = connected(engine) < SESSIONS_MAX ? session_add(engine, fd) : NULL;
	if (session == NULL)
		turn_away(fd);
	else /* until it says more */
		snprintf(session->actor, sizeof(session->actor), "uid %u pid %d",
			 (unsigned)peer.uid, (int)peer.pid);
}
