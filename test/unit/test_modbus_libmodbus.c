/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Modbus driver over a real port, with libmodbus's own server at the other end: a serial line
 * (a pty) and TCP. The server may hold one answer back until the driver has given it up.
 */
#include "driver/registry.h"
#include "port/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/modbus_oven.h"
#include "unit/pty.h"

#include <arpa/inet.h>
#include <modbus.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define UNIT 1

/* ---- the server: a thread with libmodbus's calls only ---- */

struct server {
	modbus_t *modbus;
	modbus_mapping_t *registers;
	pthread_t thread;
	int listener; /* TCP: accepts until told to end; -1 = serial */
	atomic_bool is_ending, holds_next, is_given_up;
	atomic_uint requests;
};

/* An answer that is held is sent once the driver has asked for nothing more of it. */
static void hold(struct server *server)
{
	int64_t until_ns = pl_clock_mono_ns() + 20 * PL_NS_PER_S;

	while (!atomic_load(&server->is_given_up) && pl_clock_mono_ns() < until_ns)
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
}

static void serve(struct server *server)
{
	uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];

	while (!atomic_load(&server->is_ending)) {
		struct pollfd ready = {.fd = modbus_get_socket(server->modbus), .events = POLLIN};
		int count;

		if (pl_clock_poll(&ready, 1, pl_clock_mono_ns() + 20 * PL_NS_PER_MS) <= 0)
			continue;
		count = modbus_receive(server->modbus, request);
		if (count < 0)
			return; /* hung up */
		if (count == 0)
			continue;
		atomic_fetch_add(&server->requests, 1);
		if (atomic_exchange(&server->holds_next, false))
			hold(server);
		if (modbus_reply(server->modbus, request, count, server->registers) < 0)
			return;
	}
}

static void *serve_line(void *arg)
{
	serve(arg);
	return NULL;
}

static void *serve_network(void *arg)
{
	struct server *server = arg;

	while (!atomic_load(&server->is_ending)) {
		struct pollfd ready = {.fd = server->listener, .events = POLLIN};

		if (pl_clock_poll(&ready, 1, pl_clock_mono_ns() + 20 * PL_NS_PER_MS) <= 0)
			continue;
		if (modbus_tcp_accept(server->modbus, &server->listener) >= 0) {
			serve(server);
			close(modbus_get_socket(server->modbus));
		}
	}
	return NULL;
}

static void set_float(struct server *server, int address, float value)
{
	modbus_set_float(value, server->registers->tab_registers + address); /* low word first */
}

static void server_begin(struct server *server, void *(*run)(void *arg))
{
	server->registers = modbus_mapping_new(64, 64, 2400, 2400);
	assert_non_null(server->registers);
	assert_int_equal(modbus_set_slave(server->modbus, UNIT), 0);
	server->registers->tab_registers[362] = 61;
	server->registers->tab_registers[442] = 61;
	set_float(server, 360, 21.5F);
	set_float(server, 440, 22.5F);
	set_float(server, 2160, 30);
	set_float(server, 2164, 5);
	set_float(server, 2166, 75);
	assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

static void server_end(struct server *server)
{
	atomic_store(&server->is_given_up, true);
	atomic_store(&server->is_ending, true);
	pthread_join(server->thread, NULL);
	modbus_mapping_free(server->registers);
	modbus_free(server->modbus);
}

/* ---- a host over a port: what a bus thread gives a driver ---- */

struct bench {
	struct oven oven;
	struct server server;
	struct pty pty;
	int slave; /* of the pty, so that its master always has a line; -1 = none */
	char port_text[100];
	struct pl_port *port;
	struct pl_host host;
	void *driver;
	unsigned reopens;
	char said[1000];
};

static int64_t bench_now(void *ctx)
{
	(void)ctx;
	return pl_clock_mono_ns();
}

static size_t bench_drain(void *ctx)
{
	struct bench *bench = ctx;
	unsigned char bytes[300];
	size_t count, all = 0;

	while (pl_port_read(bench->port, bytes, sizeof bytes, &count, NULL) == PL_OK && count > 0) {
		pl_modbus_driver.feed(bench->driver, bytes, count, pl_clock_mono_ns());
		all += count;
	}
	return all;
}

static enum pl_status bench_wait(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
				 struct pl_error *error)
{
	struct bench *bench = ctx;

	for (;;) {
		bool is_over = pl_clock_mono_ns() >= deadline_ns;
		struct pollfd ready = {.fd = pl_port_fd(bench->port), .events = POLLIN};

		bench_drain(bench);
		if (done && done(arg))
			return PL_OK;
		if (is_over)
			return done ? pl_error_set(error, PL_ERR_UNANSWERED, "bench", "deadline")
				    : PL_OK;
		pl_clock_poll(&ready, 1, deadline_ns);
	}
}

static enum pl_status bench_modbus(void *ctx, const unsigned char *request, size_t count,
				   int64_t deadline_ns, struct pl_error *error)
{
	struct bench *bench = ctx;
	unsigned char frame[PL_MODBUS_FRAME_SIZE];
	size_t framed;

	(void)deadline_ns;
	return pl_port_modbus(bench->port, request, count, frame, &framed, error);
}

static enum pl_status bench_open(struct bench *bench, struct pl_error *error)
{
	struct pl_port_setup setup = {.text = bench->port_text, .baud = 115200};

	return pl_port_open(&setup, &bench->port, error);
}

static enum pl_status bench_reopen(void *ctx, struct pl_error *error)
{
	struct bench *bench = ctx;

	bench->reopens++;
	pl_port_close(bench->port);
	return bench_open(bench, error);
}

static bool bench_is_network(void *ctx)
{
	return pl_port_is_network(((struct bench *)ctx)->port);
}

static int64_t bench_baud(void *ctx)
{
	(void)ctx;
	return 115200;
}

static void bench_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	(void)ctx, (void)bytes, (void)count, (void)why;
}

static void bench_note(void *ctx, enum pl_note_level level, const char *text)
{
	struct bench *bench = ctx;

	(void)level;
	strncat(bench->said, text, sizeof bench->said - strlen(bench->said) - 1);
}

static void bench_start(struct bench *bench)
{
	struct pl_error error;

	oven_make(&bench->oven);
	/* Nothing depends on how quick a loaded machine answers, but where an answer is held. */
	bench->oven.options.timeout_ns = 5 * PL_NS_PER_S;
	bench->host = (struct pl_host){
	    .ctx = bench,
	    .now = bench_now,
	    .wait = bench_wait,
	    .stray = bench_stray,
	    .note = bench_note,
	    .modbus = bench_modbus,
	    .drain = bench_drain,
	    .reopen = bench_reopen,
	    .is_network = bench_is_network,
	    .baud = bench_baud,
	};
	if (bench_open(bench, &error) != PL_OK)
		fail_msg("%s: %s", error.where, error.text);
	assert_int_equal(
	    pl_modbus_driver.open(&bench->oven.spec, &bench->host, &bench->driver, NULL), PL_OK);
}

/* libmodbus has the master of a pty: what it writes comes out of the line we open. */
static int begin_line(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	bench->pty = pty_new();
	strcpy(bench->port_text, bench->pty.path);
	bench->slave = open(bench->pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(bench->slave >= 0);
	bench->server.modbus = modbus_new_rtu(bench->pty.path, 115200, 'N', 8, 1);
	assert_non_null(bench->server.modbus);
	modbus_set_socket(bench->server.modbus, bench->pty.master);
	bench_start(bench);
	server_begin(&bench->server, serve_line);
	*state = bench;
	return 0;
}

static int begin_network(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	bench->pty.master = -1;
	bench->slave = -1;
	bench->server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bench->server.listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(bench->server.listener, 4), 0);
	getsockname(bench->server.listener, (struct sockaddr *)&address, &size);
	snprintf(bench->port_text, sizeof bench->port_text, "tcp:127.0.0.1:%u",
		 ntohs(address.sin_port));
	bench->server.modbus = modbus_new_tcp("127.0.0.1", ntohs(address.sin_port));
	assert_non_null(bench->server.modbus);
	server_begin(&bench->server, serve_network);
	bench_start(bench);
	*state = bench;
	return 0;
}

static int end(void **state)
{
	struct bench *bench = *state;

	server_end(&bench->server);
	pl_modbus_driver.close(bench->driver);
	pl_port_close(bench->port);
	pty_free(&bench->pty);
	if (bench->slave >= 0)
		close(bench->slave);
	if (bench->server.listener > 0)
		close(bench->server.listener);
	free(bench);
	return 0;
}

/* ---- what must hold over both ---- */

static double read_number(struct bench *bench, int channel, int row)
{
	struct pl_reading reading;
	struct pl_error error;

	if (pl_modbus_driver.read(bench->driver, channel, row, &reading, &error) != PL_OK)
		fail_msg("%s", error.text);
	return reading.value.number;
}

static void what_libmodbus_serves_is_read_and_written(void **state)
{
	struct bench *bench = *state;
	struct pl_sample samples[4] = {{.target = {.channel = -1, .parameter = OVEN_HIGHEST}},
				       {.target = {.channel = -1, .parameter = OVEN_VALUE}},
				       {.target = {.channel = -1, .parameter = OVEN_SETPOINT}},
				       {.target = {.channel = 0, .parameter = 0}}};
	struct pl_identity identity;
	struct pl_write_report report;
	struct pl_error error;

	assert_int_equal(pl_modbus_driver.probe(bench->driver, &identity, &error), PL_OK);
	assert_int_equal(pl_modbus_driver.read_many(bench->driver, samples, 4, &error), PL_OK);
	assert_true(samples[0].reading.value.number == 75);
	assert_true(samples[1].reading.value.number == 21.5);
	assert_true(samples[2].reading.value.number == 30);
	assert_true(samples[3].reading.value.number == 22.5);
	assert_int_equal(
	    pl_modbus_driver.write(bench->driver, -1, OVEN_SETPOINT, 42.5, &report, &error), PL_OK);
	assert_true(report.readback == 42.5);
	assert_int_equal(
	    pl_modbus_driver.write(bench->driver, -1, OVEN_POWER, -50, &report, &error), PL_OK);
	assert_int_equal(pl_modbus_driver.write(bench->driver, -1, OVEN_COIL, 1, &report, &error),
			 PL_OK);
	assert_int_equal(
	    pl_modbus_driver.write(bench->driver, -1, OVEN_IDLE_BITS, 0x2a, &report, &error),
	    PL_OK);
	assert_true(read_number(bench, -1, OVEN_IDLE_BITS) == 0x2a);
}

static void case_39_what_libmodbus_does_not_have_is_unsupported(void **state)
{
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	/* 2488 is beyond its registers */
	assert_int_equal(pl_modbus_driver.read(bench->driver, -1, OVEN_ORDER, &reading, &error),
			 PL_ERR_UNSUPPORTED);
	assert_non_null(strstr(error.text, "exception 2 (illegal data address)"));
}

/* The answer is there when the next question of its shape is due, and is not taken for its. */
static void case_34_the_answer_that_libmodbus_sends_late_is_not_the_next_ones(void **state)
{
	struct bench *bench = *state;
	struct pl_reading reading;
	struct pl_error error;

	bench->oven.options.timeout_ns = 200 * PL_NS_PER_MS;
	bench->oven.options.retries = 0;
	atomic_store(&bench->server.holds_next, true);
	assert_int_equal(pl_modbus_driver.read(bench->driver, -1, OVEN_HIGHEST, &reading, &error),
			 PL_ERR_UNANSWERED);
	bench->oven.options.timeout_ns = 5 * PL_NS_PER_S;
	atomic_store(&bench->server.is_given_up, true);
	for (int i = 0; i < 5; i++) {
		assert_true(read_number(bench, -1, OVEN_LOWEST) == 5);
		assert_true(read_number(bench, -1, OVEN_HIGHEST) == 75);
		assert_true(read_number(bench, -1, OVEN_SETPOINT) == 30);
	}
	if (bench_is_network(bench))
		assert_int_equal(bench->reopens, 1);
	else
		assert_non_null(strstr(bench->said, "came after its time-out"));
}

static void closing_a_port_ends_its_libmodbus_and_nothing_else(void **state)
{
	struct bench *bench = *state;
	struct pl_error error;

	assert_true(read_number(bench, -1, OVEN_LOWEST) == 5);
	assert_int_equal(bench_reopen(bench, &error), PL_OK);
	assert_true(read_number(bench, -1, OVEN_LOWEST) == 5);
}

static void a_request_to_a_line_that_is_gone_says_so(void **state)
{
	struct bench *bench = *state;
	static const unsigned char request[] = {1, 3, 0, 0, 0, 1};
	unsigned char frame[PL_MODBUS_FRAME_SIZE];
	struct pl_error error;
	size_t framed;

	server_end(&bench->server);
	pty_free(&bench->pty);
	assert_int_equal(
	    pl_port_modbus(bench->port, request, sizeof request, frame, &framed, &error),
	    PL_ERR_LOST);
	assert_int_equal(framed, 0);
	pl_modbus_driver.close(bench->driver);
	pl_port_close(bench->port);
	close(bench->slave);
	free(bench);
}

static void a_frame_is_told_as_it_was_sent(void **state)
{
	static const unsigned char request[] = {1, 3, 1, 0x68, 0, 2};
	static const unsigned char wanted[] = {1, 3, 1, 0x68, 0, 2, 0x44, 0x2b};
	struct pty pty = pty_new();
	struct pl_port_setup setup = {.text = pty.path, .baud = 9600};
	unsigned char frame[PL_MODBUS_FRAME_SIZE], came[sizeof wanted];
	struct pl_port *port;
	size_t framed;

	(void)state;
	assert_int_equal(pl_port_open(&setup, &port, NULL), PL_OK);
	assert_int_equal(pl_port_modbus(port, request, sizeof request, frame, &framed, NULL),
			 PL_OK);
	assert_int_equal(framed, sizeof wanted);
	get_bytes(pty.master, came, sizeof came);
	assert_memory_equal(frame, came, sizeof came);
	assert_memory_equal(wanted, came, sizeof came);
	assert_int_equal(pl_port_modbus(port, request, 1, frame, &framed, NULL), PL_ERR_RANGE);
	pl_port_close(port);
	pty_free(&pty);
}

#define LINE(name)                                                                                 \
	{                                                                                          \
#name " over a serial line", name, begin_line, end, NULL                           \
	}
#define NETWORK(name)                                                                              \
	{                                                                                          \
#name " over TCP", name, begin_network, end, NULL                                  \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LINE(what_libmodbus_serves_is_read_and_written),
	    NETWORK(what_libmodbus_serves_is_read_and_written),
	    LINE(case_39_what_libmodbus_does_not_have_is_unsupported),
	    NETWORK(case_39_what_libmodbus_does_not_have_is_unsupported),
	    LINE(case_34_the_answer_that_libmodbus_sends_late_is_not_the_next_ones),
	    NETWORK(case_34_the_answer_that_libmodbus_sends_late_is_not_the_next_ones),
	    LINE(closing_a_port_ends_its_libmodbus_and_nothing_else),
	    cmocka_unit_test_setup(a_request_to_a_line_that_is_gone_says_so, begin_line),
	    cmocka_unit_test(a_frame_is_told_as_it_was_sent),
	};

	return cmocka_run_group_tests_name("modbus_libmodbus", tests, NULL, NULL);
}
