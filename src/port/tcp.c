/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tcp.c - a raw TCP connection to a terminal server: tcp:HOST:PORT, tcp:[V6ADDRESS]:PORT.
 *
 * Connecting is non-blocking under one deadline for all addresses of the name. The resolver itself
 * cannot be interrupted; write addresses where that matters. A terminal server that lost its power
 * says nothing, and neither does a quiet detector: so the system asks the far end by keepalive and
 * reports the loss, instead of windows that count zero.
 */
#include "port/transport.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_NS (5 * PL_NS_PER_S)

struct place {
	char host[128];
	char port[8];
};

static bool split(const char *text, struct place *out)
{
	const char *host = text + strlen("tcp:");
	const char *colon = strrchr(host, ':');
	size_t length = colon ? (size_t)(colon - host) : 0;
	int64_t number = 0;

	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	} else if (length > 0 && memchr(host, ':', length)) {
		return false;
	}
	if (length == 0 || length >= sizeof out->host || strlen(colon + 1) >= sizeof out->port)
		return false;
	memcpy(out->host, host, length);
	out->host[length] = '\0';
	snprintf(out->port, sizeof out->port, "%s", colon + 1);
	return pl_text_to_int(out->port, &number) && number >= 1 && number <= 65535;
}

enum pl_status pl_tcp_check(const char *text, struct pl_error *error)
{
	struct place place;

	if (!split(text, &place))
		return pl_error_set(error, PL_ERR_CONFIG, text,
				    "not of the form tcp:HOST:PORT with a port of 1 to 65535");
	return PL_OK;
}

static enum pl_status refused(const char *text, int number, struct pl_error *error)
{
	enum pl_status status = pl_error_errno(error, number, text, "cannot connect");

	if (number != ECONNREFUSED)
		return status;
	if (error)
		error->code = PL_ERR_NOT_FOUND;
	return PL_ERR_NOT_FOUND;
}

/* Waits for a connect under way. */
static enum pl_status finish(int fd, const struct pl_port_setup *setup, int64_t deadline_ns,
			     struct pl_error *error)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLOUT},
			       {.fd = setup->wake_fd, .events = POLLIN}};
	int number = 0;
	socklen_t size = sizeof number;

	pl_clock_poll(fds, setup->wake_fd > 0 ? 2 : 1, deadline_ns);
	if (fds[1].revents)
		return pl_error_set(error, PL_ERR_CANCELLED, setup->text, "connecting was stopped");
	if (!fds[0].revents)
		return pl_error_set(error, PL_ERR_UNANSWERED, setup->text, "no answer within %d s",
				    (int)(CONNECT_NS / PL_NS_PER_S));
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0)
		number = errno;
	return number ? refused(setup->text, number, error) : PL_OK;
}

/* A far end that is gone is a loss after 10 s, with and without bytes of ours under way. What the
 * system does not know of this stays as it is. */
static void watch_far_end(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
	    {.level = IPPROTO_TCP, .name = TCP_NODELAY, .value = 1},
	    {.level = SOL_SOCKET, .name = SO_KEEPALIVE, .value = 1},
	    {.level = IPPROTO_TCP, .name = TCP_KEEPIDLE, .value = 4},
	    {.level = IPPROTO_TCP, .name = TCP_KEEPINTVL, .value = 2},
	    {.level = IPPROTO_TCP, .name = TCP_KEEPCNT, .value = 3},
	    {.level = IPPROTO_TCP, .name = TCP_USER_TIMEOUT, .value = 10000},
	};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			   sizeof options[i].value);
}

static enum pl_status try_address(struct pl_port *port, const struct addrinfo *address,
				  const struct pl_port_setup *setup, int64_t deadline_ns,
				  struct pl_error *error)
{
	enum pl_status status;

	port->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (port->fd < 0)
		return refused(setup->text, errno, error);
	if (connect(port->fd, address->ai_addr, address->ai_addrlen) == 0)
		status = PL_OK;
	else if (errno == EINPROGRESS)
		status = finish(port->fd, setup, deadline_ns, error);
	else
		status = refused(setup->text, errno, error);
	if (status == PL_OK)
		watch_far_end(port->fd);
	else
		pl_tcp_close(port);
	return status;
}

enum pl_status pl_tcp_open(struct pl_port *port, const struct pl_port_setup *setup,
			   struct pl_error *error)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int64_t deadline_ns = pl_clock_mono_ns() + CONNECT_NS;
	enum pl_status status = PL_ERR_NOT_FOUND;
	struct place place;
	int wrong;

	if (!split(setup->text, &place))
		return pl_tcp_check(setup->text, error);
	wrong = getaddrinfo(place.host, place.port, &hints, &found);
	if (wrong)
		return pl_error_set(error, PL_ERR_NOT_FOUND, setup->text, "no such host: %s",
				    gai_strerror(wrong));
	for (const struct addrinfo *at = found; at && status != PL_OK; at = at->ai_next) {
		status = try_address(port, at, setup, deadline_ns, error);
		if (status == PL_ERR_CANCELLED || status == PL_ERR_UNANSWERED)
			break;
	}
	freeaddrinfo(found);
	snprintf(port->identity.path, sizeof port->identity.path, "%s:%s", place.host, place.port);
	return status;
}

ssize_t pl_tcp_write(int fd, const void *bytes, size_t count)
{
	return send(fd, bytes, count, MSG_NOSIGNAL);
}

void pl_tcp_close(struct pl_port *port)
{
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}
