/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sessions.c - the connections of an engine: views, words, and the word of this process itself.
 *
 * Nothing here ever blocks: a line that the other end does not take waits in its buffer, and one
 * who lets more than OUT_MAX pile up is cut off. Requests come in whole lines. A session is freed
 * only at the end of a turn of the loop.
 */
#include "engine/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OUT_MAX	 (4u << 20)
#define SENT_MAX (64u << 10) /* bytes already sent that may lie in front of the backlog */

struct session *session_add(struct pl_engine *engine, int fd)
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
	actors_orphan(engine, session->serial);
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
			view_left(engine);
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

size_t session_backlog(const struct session *session)
{
	return session->out.length - session->out_sent;
}

static void cut_off(struct pl_engine *engine, struct session *session, const char *why)
{
	engine_log(engine, PL_LOG_WARNING, "a client is cut off: it %s (%s)", why, session->actor);
	session->is_dead = true;
}

static void take_line(struct pl_engine *engine, struct session *session, const char *bytes,
		      size_t count)
{
	struct pl_json *line;

	if (pl_json_parse(bytes, count, &line, NULL) != PL_OK)
		cut_off(engine, session, "sent no JSON");
	else if (!pl_json_is_object(line))
		cut_off(engine, session, "sent JSON that is no object");
	else
		request_line(engine, session, line);
	pl_json_free(line);
}

/* Cuts whole lines off the input and hands them on. */
static void take_lines(struct pl_engine *engine, struct session *session)
{
	char *from = session->in, *end;
	size_t left = session->in_length;

	while (!session->is_dead && (end = memchr(from, '\n', left)) != NULL) {
		take_line(engine, session, from, (size_t)(end - from));
		left -= (size_t)(end - from) + 1;
		from = end + 1;
	}
	memmove(session->in, from, left);
	session->in_length = left;
	if (left == sizeof(session->in))
		cut_off(engine, session, "sent a line without end");
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

/* One who is always a little behind must not make the buffer grow for ever. */
static void forget_sent(struct session *session)
{
	struct pl_text *out = &session->out;

	if (session->out_sent == out->length) {
		pl_text_clear(out);
	} else if (session->out_sent > SENT_MAX) {
		memmove(out->data, out->data + session->out_sent, out->length - session->out_sent);
		out->length -= session->out_sent;
	} else {
		return;
	}
	session->out_sent = 0;
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
			break;
		session->out_sent += (size_t)n;
	}
	forget_sent(session);
}

void session_send(struct pl_engine *engine, struct session *session, struct pl_json *message)
{
	char *line;

	if (session->fd < 0) {
		engine->options->on_line(engine->options->ctx, message);
		pl_json_free(message);
		return;
	}
	line = session->is_dead ? NULL : pl_json_line(message);
	pl_json_free(message);
	if (line == NULL)
		return;
	pl_text_add_string(&session->out, line);
	pl_text_add_string(&session->out, "\n");
	free(line);
	session_flush(session);
	if (session_backlog(session) > OUT_MAX && !session->is_dead)
		cut_off(engine, session, "does not take what it asked for");
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

/* What was asked in the wrong form is no refusal of ours. */
static bool is_refusal(enum pl_status code)
{
	switch (code) {
	case PL_ERR_PERMISSION:
	case PL_ERR_BUSY:
	case PL_ERR_FULL:
	case PL_ERR_LOST:
	case PL_ERR_UNANSWERED:
	case PL_ERR_REFUSED:
	case PL_ERR_MISMATCH:
	case PL_ERR_RUN_ACTIVE:
	case PL_ERR_CHANGED:
		return true;
	default:
		return false;
	}
}

void answer_error(struct pl_engine *engine, struct asker to, const struct pl_error *error)
{
	struct pl_json *line = answer(to, false);
	char text[sizeof(struct pl_error)];

	pl_json_add_text(line, "code", pl_status_name(error->code));
	pl_json_add_text(line, "text", pl_error_format(error, text, sizeof(text)));
	if (error->where[0] != '\0')
		pl_json_add_text(line, "where", error->where);
	if (is_refusal(error->code))
		engine_why(engine, WHY_REFUSAL, "%s", text);
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
