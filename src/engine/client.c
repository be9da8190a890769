/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client.c - a connection to the engine, for views and command-line words. One thread.
 *
 * The socket does not block; whoever waits does so in pl_clock_poll under a deadline.
 */
#include "plateau/client.h"

#include "plateau/protocol.h"
#include "plateau/text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SEND_WITHIN_NS (5 * PL_NS_PER_S)

struct pl_client {
	int fd;
	int64_t last_id;
	size_t length; /* bytes in `in` */
	size_t start;  /* of the first unread byte in `in` */
	char in[4 * PL_PROTOCOL_LINE_MAX];
};

/* The other end must be us or root: another account could answer with anything. */
static enum pl_status check_peer(int fd, const char *path, struct pl_error *error)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return pl_error_errno(error, errno, path, "cannot tell whose engine this is");
	if (peer.uid != geteuid() && peer.uid != 0)
		return pl_error_set(error, PL_ERR_PERMISSION, path,
				    "the engine there belongs to another account (uid %u)",
				    (unsigned)peer.uid);
	return PL_OK;
}

static enum pl_status connect_to(int fd, const char *path, struct pl_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (!pl_text_copy(address.sun_path, sizeof(address.sun_path), path))
		return pl_error_set(error, PL_ERR_USAGE, path, "the socket's path is too long");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return PL_OK;
	if (errno == ENOENT || errno == ECONNREFUSED)
		return pl_error_set(error, PL_ERR_NOT_FOUND, path, "no engine is running");
	return pl_error_errno(error, errno, path, "cannot reach the engine");
}

enum pl_status pl_client_open(const char *socket_path, struct pl_client **out,
			      struct pl_error *error)
{
	enum pl_status status;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*out = NULL;
	if (fd < 0)
		return pl_error_errno(error, errno, socket_path, "cannot make a socket");
	status = connect_to(fd, socket_path, error);
	if (status == PL_OK)
		status = check_peer(fd, socket_path, error);
	if (status == PL_OK) {
		*out = calloc(1, sizeof(**out));
		if (*out == NULL)
			status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	}
	if (status != PL_OK) {
		close(fd);
		return status;
	}
	(*out)->fd = fd;
	return PL_OK;
}

void pl_client_close(struct pl_client *client)
{
	if (client == NULL)
		return;
	close(client->fd);
	free(client);
}

int pl_client_fd(const struct pl_client *client)
{
	return client->fd;
}

static enum pl_status send_all(int fd, const char *bytes, size_t count, struct pl_error *error)
{
	int64_t deadline = pl_clock_mono_ns() + SEND_WITHIN_NS;

	while (count > 0) {
		struct pollfd fds = {.fd = fd, .events = POLLOUT};
		ssize_t n = send(fd, bytes, count, MSG_NOSIGNAL);

		if (n >= 0) {
			bytes += n;
			count -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (pl_clock_poll(&fds, 1, deadline) == 0)
				return pl_error_set(error, PL_ERR_UNANSWERED, "engine",
						    "does not take our request");
		} else if (errno != EINTR) {
			return pl_error_set(error, PL_ERR_LOST, "engine", "the engine went away");
		}
	}
	return PL_OK;
}

enum pl_status pl_client_say(struct pl_client *client, struct pl_json *message,
			     struct pl_error *error)
{
	struct pl_text line = {0};
	char *bytes = pl_json_line(message);
	enum pl_status status;

	pl_json_free(message);
	if (bytes == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	pl_text_add_string(&line, bytes);
	pl_text_add_string(&line, "\n");
	free(bytes);
	if (line.length > PL_PROTOCOL_LINE_MAX)
		status = pl_error_set(error, PL_ERR_USAGE, "", "the request is too long");
	else
		status = send_all(client->fd, line.data, line.length, error);
	pl_text_free(&line);
	return status;
}

enum pl_status pl_client_send(struct pl_client *client, const char *word, struct pl_json *args,
			      int64_t *id, struct pl_error *error)
{
	struct pl_json *message = pl_json_object();

	client->last_id++;
	pl_json_add_integer(message, "v", PL_PROTOCOL_VERSION);
	pl_json_add_integer(message, "id", client->last_id);
	pl_json_add_text(message, "do", word);
	if (args != NULL)
		pl_json_add(message, "args", args);
	if (id != NULL)
		*id = client->last_id;
	return pl_client_say(client, message, error);
}

/* Cuts the next line off the buffer and parses it. */
static enum pl_status take_line(struct pl_client *client, struct pl_json **out,
				struct pl_error *error)
{
	char *from = client->in + client->start;
	char *end = memchr(from, '\n', client->length - client->start);
	enum pl_status status;

	*out = NULL;
	if (end == NULL)
		return PL_OK;
	status = pl_json_parse(from, (size_t)(end - from), out, error);
	client->start += (size_t)(end - from) + 1;
	return status;
}

/* Reads what is there. */
static enum pl_status fill(struct pl_client *client, bool *more, struct pl_error *error)
{
	ssize_t n;

	memmove(client->in, client->in + client->start, client->length - client->start);
	client->length -= client->start;
	client->start = 0;
	*more = false;
	if (client->length == sizeof(client->in))
		return pl_error_set(error, PL_ERR_PROTOCOL, "engine", "sent a line without end");
	do {
		n = recv(client->fd, client->in + client->length,
			 sizeof(client->in) - client->length, 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		return pl_error_set(error, PL_ERR_LOST, "engine", "the engine went away");
	if (n > 0) {
		client->length += (size_t)n;
		*more = true;
	}
	return PL_OK;
}

enum pl_status pl_client_next(struct pl_client *client, struct pl_json **out,
			      struct pl_error *error)
{
	enum pl_status status = take_line(client, out, error);
	bool more = true;

	while (status == PL_OK && *out == NULL && more) {
		status = fill(client, &more, error);
		if (status == PL_OK && more)
			status = take_line(client, out, error);
	}
	return status;
}

/* A refusal as status and error. */
static enum pl_status refusal(const struct pl_json *answer, struct pl_error *error)
{
	enum pl_status code = pl_status_from_name(pl_json_get_text(answer, "code", ""));

	if (code == PL_STATUS_COUNT || code == PL_OK)
		code = PL_ERR_PROTOCOL;
	return pl_error_set(error, code, "", "%s", pl_json_get_text(answer, "text", "refused"));
}

enum pl_status pl_client_call(struct pl_client *client, const char *word, struct pl_json *args,
			      int64_t deadline_ns,
			      void (*on_event)(void *ctx, const struct pl_json *event), void *ctx,
			      struct pl_json **result, struct pl_error *error)
{
	struct pl_json *line;
	int64_t id;
	enum pl_status status = pl_client_send(client, word, args, &id, error);

	while (status == PL_OK) {
		struct pollfd fds = {.fd = client->fd, .events = POLLIN};

		status = pl_client_next(client, &line, error);
		if (status != PL_OK)
			return status;
		if (line == NULL) {
			if (pl_clock_poll(&fds, 1, deadline_ns) == 0)
				return pl_error_set(error, PL_ERR_UNANSWERED, "engine",
						    "gave no answer to `%s`", word);
			continue;
		}
		if (pl_json_get_integer(line, "id", 0) == id &&
		    pl_json_is_null(pl_json_get(line, "event"))) {
			status =
			    pl_json_get_boolean(line, "ok", false) ? PL_OK : refusal(line, error);
			if (status == PL_OK && result != NULL)
				*result = pl_json_copy(pl_json_get(line, "result"));
			pl_json_free(line);
			return status;
		}
		if (on_event != NULL && pl_json_get_integer(line, "id", 0) == id)
			on_event(ctx, pl_json_get(line, "event"));
		pl_json_free(line);
	}
	return status;
}
