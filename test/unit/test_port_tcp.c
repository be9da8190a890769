/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports behind TCP: a listener on this machine plays the terminal server. */
#include "port/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "unit/pty.h"

struct server {
	int fd;
	struct sockaddr_in address;
	char text[64];
};

static struct server server_new(int backlog)
{
	struct server server = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	socklen_t size = sizeof server.address;

	server.address.sin_family = AF_INET;
	server.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(server.fd, (struct sockaddr *)&server.address, size), 0);
	assert_int_equal(listen(server.fd, backlog), 0);
	assert_int_equal(getsockname(server.fd, (struct sockaddr *)&server.address, &size), 0);
	snprintf(server.text, sizeof server.text, "tcp:127.0.0.1:%d",
		 ntohs(server.address.sin_port));
	return server;
}

static void bytes_pass_and_the_end_is_a_loss(void **state)
{
	struct server server = server_new(4);
	struct pl_port_setup setup = {.text = server.text};
	struct pl_error error = {0};
	struct pl_port *port = NULL;
	char got[4];
	size_t count;
	int peer;

	(void)state;
	assert_int_equal(pl_port_open(&setup, &port, &error), PL_OK);
	assert_string_equal(pl_port_identity(port)->path, server.text + 4);
	assert_int_equal(pl_port_read(port, got, 4, &count, &error), PL_OK);
	assert_int_equal(count, 0);
	peer = accept4(server.fd, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(pl_port_write(port, "ping", 4, &count, &error), PL_OK);
	get_bytes(peer, got, 4);
	assert_memory_equal(got, "ping", 4);
	put_bytes(peer, "pong", 4);
	wait_for(pl_port_fd(port), POLLIN);
	assert_int_equal(pl_port_read(port, got, 4, &count, &error), PL_OK);
	assert_memory_equal(got, "pong", 4);
	close(peer);
	wait_for(pl_port_fd(port), POLLIN);
	assert_int_equal(pl_port_read(port, got, 4, &count, &error), PL_ERR_LOST);
	do /* the second write meets the reset; it must not raise SIGPIPE */
		count = 1;
	while (pl_port_write(port, "x", 1, &count, &error) == PL_OK);
	assert_int_equal(error.code, PL_ERR_LOST);
	pl_port_close(port);
	close(server.fd);
}

static int option(const struct pl_port *port, int level, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	assert_int_equal(getsockopt(pl_port_fd(port), level, name, &value, &size), 0);
	return value;
}

/* Pulling a cable cannot be played on one machine: what the system was asked for can be read. */
static void case_26_a_far_end_without_power_is_lost_within_10_s(void **state)
{
	struct server server = server_new(4);
	struct pl_port_setup setup = {.text = server.text};
	struct pl_port *port = NULL;

	(void)state;
	assert_int_equal(pl_port_open(&setup, &port, NULL), PL_OK);
	assert_int_equal(option(port, SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_true(option(port, IPPROTO_TCP, TCP_KEEPIDLE) +
			option(port, IPPROTO_TCP, TCP_KEEPINTVL) *
			    option(port, IPPROTO_TCP, TCP_KEEPCNT) <=
		    10);
	assert_int_equal(option(port, IPPROTO_TCP, TCP_USER_TIMEOUT), 10000);
	pl_port_close(port);
	close(server.fd);
}

static void nobody_listening_is_not_found(void **state)
{
	struct server server = server_new(1);
	struct pl_port_setup setup = {.text = server.text};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	(void)state;
	close(server.fd);
	assert_int_equal(pl_port_open(&setup, &port, &error), PL_ERR_NOT_FOUND);
	assert_int_equal(error.code, PL_ERR_NOT_FOUND);
	assert_string_equal(error.where, server.text);
	assert_null(port);
}

/* Fills the backlog, so that the next connect gets no answer; returns how many it took. */
static size_t stuff(const struct server *server, int *fds, size_t cap)
{
	for (size_t i = 0; i < cap; i++) {
		struct pollfd ready = {.events = POLLOUT};

		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		ready.fd = fds[i];
		connect(fds[i], (const struct sockaddr *)&server->address, sizeof server->address);
		if (pl_clock_poll(&ready, 1, pl_clock_mono_ns() + PL_NS_PER_S / 5) == 0)
			return i + 1;
	}
	return cap;
}

static void connecting_ends_when_it_is_woken(void **state)
{
	struct server server = server_new(0);
	struct pl_port_setup setup = {.text = server.text,
				      .wake_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)};
	struct pl_error error = {0};
	struct pl_port *port = NULL;
	int fds[16];
	size_t count = stuff(&server, fds, 16);

	(void)state;
	assert_int_equal(pl_port_open(&setup, &port, &error), PL_ERR_CANCELLED);
	assert_null(port);
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
	close(setup.wake_fd);
	close(server.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_pass_and_the_end_is_a_loss),
	    cmocka_unit_test(case_26_a_far_end_without_power_is_lost_within_10_s),
	    cmocka_unit_test(nobody_listening_is_not_found),
	    cmocka_unit_test(connecting_ends_when_it_is_woken),
	};

	return cmocka_run_group_tests_name("port_tcp", tests, NULL, NULL);
}
