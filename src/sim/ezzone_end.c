/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_end.c - see ezzone_end.h. */
#include "sim/ezzone_end.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void pl_ezsim_door_init(struct pl_ezsim_door *door)
{
	*door = (struct pl_ezsim_door){
	    .pty = {.master = -1, .notify = -1}, .listener = -1, .next_number = 1};
	for (int i = 0; i < PL_EZSIM_ENDS; i++)
		door->ends[i].fd = -1;
}

static enum pl_status listen_here(struct pl_ezsim_door *door, int port, struct pl_error *error)
{
	struct sockaddr_in place = {.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(place);
	int one = 1;

	door->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (door->listener < 0 ||
	    setsockopt(door->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(door->listener, (struct sockaddr *)&place, sizeof(place)) != 0 ||
	    listen(door->listener, PL_EZSIM_ENDS) != 0 ||
	    getsockname(door->listener, (struct sockaddr *)&place, &size) != 0)
		return pl_error_errno(error, errno, "port", "cannot listen on 127.0.0.1:%d", port);
	door->port = ntohs(place.sin_port);
	snprintf(door->place, sizeof(door->place), "tcp:127.0.0.1:%d", door->port);
	return PL_OK;
}

enum pl_status pl_ezsim_door_open(struct pl_ezsim_door *door, const struct pl_ezsim_values *values,
				  struct pl_error *error)
{
	enum pl_status status;

	door->is_tcp = values->bus == PL_EZSIM_TCP;
	if (door->is_tcp)
		return listen_here(door, door->port > 0 ? door->port : (int)values->port, error);
	status = pl_sim_pty_open(&door->pty, values->link, error);
	if (status == PL_OK)
		snprintf(door->place, sizeof(door->place), "%s", door->pty.path);
	return status;
}

static void forget(struct pl_ezsim_end *end)
{
	*end = (struct pl_ezsim_end){.fd = -1};
}

void pl_ezsim_door_close(struct pl_ezsim_door *door)
{
	for (int i = 0; i < PL_EZSIM_ENDS; i++) {
		if (door->is_tcp && door->ends[i].fd >= 0)
			close(door->ends[i].fd);
		forget(&door->ends[i]);
	}
	pl_sim_pty_close(&door->pty);
	if (door->listener >= 0)
		close(door->listener);
	door->listener = -1;
}

void pl_ezsim_door_fini(struct pl_ezsim_door *door)
{
	pl_ezsim_door_close(door);
	pl_sim_pty_fini(&door->pty);
}

static void welcome(struct pl_ezsim_door *door, struct pl_ezsim_end *end, int fd)
{
	*end = (struct pl_ezsim_end){.fd = fd, .number = door->next_number++};
}

static unsigned look_at_pty(struct pl_ezsim_door *door)
{
	switch (pl_sim_pty_look(&door->pty)) {
	case PL_SIM_PTY_OPENED:
		welcome(door, &door->ends[0], door->pty.master);
		return PL_EZSIM_CAME;
	case PL_SIM_PTY_CLOSED:
		forget(&door->ends[0]);
		return PL_EZSIM_WENT;
	default:
		return 0;
	}
}

/* One more client; one too many is turned away. */
static bool accept_client(struct pl_ezsim_door *door)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	int fd =
	    accept4(door->listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int one = 1;

	if (fd < 0)
		return false;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (int i = 0; i < PL_EZSIM_ENDS; i++) {
		if (door->ends[i].fd < 0) {
			welcome(door, &door->ends[i], fd);
			return true;
		}
	}
	close(fd);
	return true;
}

unsigned pl_ezsim_door_look(struct pl_ezsim_door *door)
{
	unsigned changes = 0;

	if (!door->is_tcp)
		return look_at_pty(door);
	while (door->listener >= 0 && accept_client(door))
		changes |= PL_EZSIM_CAME;
	for (int i = 0; i < PL_EZSIM_ENDS; i++) {
		struct pl_ezsim_end *end = &door->ends[i];
		ssize_t got = 1;
		char byte;

		if (end->fd >= 0)
			got = recv(end->fd, &byte, 1, MSG_PEEK);
		if (got > 0 || (got < 0 && errno == EAGAIN))
			continue;
		close(end->fd);
		forget(end);
		changes |= PL_EZSIM_WENT;
	}
	return changes;
}

bool pl_ezsim_end_read(struct pl_ezsim_door *door, struct pl_ezsim_end *end, int64_t now_ns)
{
	size_t room = sizeof(end->bytes) - end->count;
	ssize_t got;

	if (end->fd < 0 || room == 0)
		return false;
	if (door->is_tcp)
		got = recv(end->fd, end->bytes + end->count, room, 0);
	else
		got = (ssize_t)pl_sim_pty_read(&door->pty, (char *)end->bytes + end->count, room);
	if (got <= 0)
		return false;
	end->count += (size_t)got;
	end->heard_ns = now_ns;
	return true;
}

struct pl_ezsim_end *pl_ezsim_end_find(struct pl_ezsim_door *door, uint32_t number)
{
	for (int i = 0; i < PL_EZSIM_ENDS; i++)
		if (door->ends[i].fd >= 0 && door->ends[i].number == number)
			return &door->ends[i];
	return NULL;
}

size_t pl_ezsim_end_write(struct pl_ezsim_door *door, struct pl_ezsim_end *end,
			  const unsigned char *bytes, size_t count)
{
	ssize_t sent;

	if (!door->is_tcp)
		return pl_sim_pty_write(&door->pty, (const char *)bytes, count);
	sent = send(end->fd, bytes, count, MSG_NOSIGNAL);
	return sent > 0 ? (size_t)sent : 0;
}

size_t pl_ezsim_door_polls(const struct pl_ezsim_door *door, struct pollfd fds[PL_EZSIM_POLLS])
{
	size_t count = 0;

	if (!door->is_tcp) {
		/* A hung-up master would end every poll at once: inotify tells of the next open. */
		fds[count++] = (struct pollfd){.fd = door->pty.is_open ? door->pty.master : -1,
					       .events = POLLIN};
		fds[count++] = (struct pollfd){.fd = door->pty.notify, .events = POLLIN};
		return count;
	}
	fds[count++] = (struct pollfd){.fd = door->listener, .events = POLLIN};
	for (int i = 0; i < PL_EZSIM_ENDS; i++)
		fds[count++] = (struct pollfd){.fd = door->ends[i].fd, .events = POLLIN};
	return count;
}
