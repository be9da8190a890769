/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sessions.c - the connections of an engine: views, words, and the word of this process itself.
 *
 * Nothing here ever blocks: a line that the other end does not take waits in its buffer, and one
 * who lets more than OUT_MAX pile up is cut off. Requests come in whole lines. A session is freed
 * only at the end of a turn of the loop.
 */
#include "engine/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define OUT_MAX (4u << 20)

enum pl_status sessions_listen(struct pl_engine *engine, struct pl_error *error)
{
	const char *path = engine->options->socket_path;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mask;
	int fd, failed;

	if (!pl_text_copy(address.sun_path, sizeof(address.sun_path), path))
		return pl_error_set(error, PL_ERR_CONFIG, path, "the socket's path is too long");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return pl_error_errno(error, errno, path, "cannot make a socket");
	/* The lock says that nobody else listens here: what lies at this name is left over. */
	unlink(path);
	mask = umask(0177);
	failed = bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 16) != 0;
	umask(mask);
	if (failed) {
		int number = errno;

		close(fd);
		return pl_error_errno(error, number, path, "cannot listen");
	}
	engine->listen_fd = fd;
	return PL_OK;
}

void sessions_check_socket(struct pl_engine *engine)
{
	struct stat st;
	struct pl_error error;

	if (lstat(engine->options->socket_path, &st) == 0 && S_ISSOCK(st.st_mode))
		return;
	close(engine->listen_fd);
	engine->listen_fd = -1;
	if (sessions_listen(engine, &error) == PL_OK)
		engine_log(engine, PL_LOG_WARNING, "the socket was gone and is bound anew");
	else
		engine_log(engine, PL_LOG_ERROR, "the socket is gone: %s", error.text);
}

static struct session *add(struct pl_engine *engine, int fd)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL)
		return NULL;
	session->serial = ++engine->last_session;
	session->fd = fd;
	session->log_next = 1;
	session->next = engine->sessions;
	engine->sessions = session;
	return session;
}

struct session *session_local(struct pl_engine *engine)
{
	return add(engine, -1);
}

void sessions_accept(struct pl_engine *engine)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	/* cppcheck-suppress nullPointer ; accept4 takes no address when none is wanted */
	int fd = accept4(engine->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
	    (peer.uid != geteuid() && peer.uid != 0)) {
		engine_log(engine, PL_LOG_WARNING, "a connection of another account was refused");
		close(fd);
		return;
	}
	if (add(engine, fd) == NULL)
		close(fd);
}

static void session_end(struct pl_engine *engine, struct session *session)
{
	if (session->fd >= 0)
		close(session->fd);
	if (engine->local == session)
		engine->local = NULL;
	if (session->view != VIEW_NONE && engine->writer != NULL) {
		engine_log(engine, PL_LOG_INFO, "a view is gone: %s", session->actor);
		engine_audit(engine, session->actor, "detach", engine->bench->name, "lost",
			     "the connection of the view ended");
	}
	pl_text_free(&session->out);
	free(session->last);
	free(session);
}

void sessions_reap(struct pl_engine *engine)
{
	struct session **at = &engine->sessions;

	while (*at != NULL) {
		struct session *session = *at;

		if (session->is_dead) {
			*at = session->next;
			session_end(engine, session);
		} else {
			at = &session->next;
		}
	}
}

void sessions_free(struct pl_engine *engine)
{
	struct session *session;

	for (session = engine->sessions; session != NULL; session = session->next) {
		session_flush(session);
		session->is_dead = true;
	}
	sessions_reap(engine);
	if (engine->listen_fd >= 0) {
		close(engine->listen_fd);
		unlink(engine->options->socket_path);
	}
}

struct session *session_find(struct pl_engine *engine, uint64_t serial)
{
	struct session *session = engine->sessions;

	while (session != NULL && (session->serial != serial || session->is_dead))
		session = session->next;
	return session;
}

size_t sessions_views(const struct pl_engine *engine)
{
	const struct session *session;
	size_t count = 0;

	for (session = engine->sessions; session != NULL; session = session->next)
		count += !session->is_dead && session->view != VIEW_NONE;
	return count;
}

/* Cuts whole lines off the input and hands them on. */
static void take_lines(struct pl_engine *engine, struct session *session)
{
	char *from = session->in, *end;
	size_t left = session->in_length;

	while (!session->is_dead && (end = memchr(from, '\n', left)) != NULL) {
		struct pl_json *line;
		struct pl_error error;

		if (pl_json_parse(from, (size_t)(end - from), &line, &error) == PL_OK) {
			request_line(engine, session, line);
			pl_json_free(line);
		} else {
			engine_log(engine, PL_LOG_WARNING, "a client sent no JSON: %s", error.text);
			session->is_dead = true;
		}
		left -= (size_t)(end - from) + 1;
		from = end + 1;
	}
	memmove(session->in, from, left);
	session->in_length = left;
	if (left == sizeof(session->in)) {
		engine_log(engine, PL_LOG_WARNING, "a client sent a line without end");
		session->is_dead = true;
	}
}

void session_read(struct pl_engine *engine, struct session *session)
{
	ssize_t n = recv(session->fd, session->in + session->in_length,
			 sizeof(session->in) - session->in_length, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		session->is_dead = true;
	} else if (n > 0) {
		session->in_length += (size_t)n;
		take_lines(engine, session);
	}
}

void session_flush(struct session *session)
{
	while (session->fd >= 0 && session->out_sent < session->out.length) {
		ssize_t n = send(session->fd, session->out.data + session->out_sent,
				 session->out.length - session->out_sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			session->is_dead = true;
		if (n < 0)
			return;
		session->out_sent += (size_t)n;
	}
	pl_text_clear(&session->out);
	session->out_sent = 0;
}

void session_send(struct pl_engine *engine, struct session *session, struct pl_json *message)
{
	char *line;

	if (session->fd < 0) {
		engine->options->on_line(engine->options->ctx, message);
		pl_json_free(message);
		return;
	}
	line = pl_json_line(message);
	pl_json_free(message);
	if (line == NULL)
		return;
	pl_text_add_string(&session->out, line);
	pl_text_add_string(&session->out, "\n");
	free(line);
	session_flush(session);
	if (session->out.length - session->out_sent > OUT_MAX)
		session->is_dead = true;
}

static struct pl_json *answer(struct asker to, bool ok)
{
	struct pl_json *line = pl_json_object();

	pl_json_add_integer(line, "id", to.id);
	pl_json_add_boolean(line, "ok", ok);
	return line;
}

/* The word of this process is done with its answer. */
static void send_answer(struct pl_engine *engine, struct asker to, struct pl_json *line)
{
	struct session *session = session_find(engine, to.session);

	if (session == NULL) {
		pl_json_free(line);
		return;
	}
	session_send(engine, session, line);
	if (session->fd < 0)
		session->is_dead = true;
}

void answer_ok(struct pl_engine *engine, struct asker to, struct pl_json *result)
{
	struct pl_json *line = answer(to, true);

	pl_json_add(line, "result", result != NULL ? result : pl_json_object());
	send_answer(engine, to, line);
}

void answer_error(struct pl_engine *engine, struct asker to, const struct pl_error *error)
{
	struct pl_json *line = answer(to, false);
	char text[sizeof(struct pl_error)];

	pl_json_add_text(line, "code", pl_status_name(error->code));
	pl_json_add_text(line, "text", pl_error_format(error, text, sizeof(text)));
	send_answer(engine, to, line);
}

void answer_event(struct pl_engine *engine, struct asker to, struct pl_json *event)
{
	struct session *session = session_find(engine, to.session);
	struct pl_json *line;

	if (session == NULL) {
		pl_json_free(event);
		return;
	}
	line = pl_json_object();
	pl_json_add_integer(line, "id", to.id);
	pl_json_add(line, "event", event);
	session_send(engine, session, line);
}
