/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seek.c - a line and the host a driver's probe() needs, on the stack of the command. */
#include "cli/seek.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t host_now(void *ctx)
{
	(void)ctx;
	return pl_clock_mono_ns();
}

static enum pl_status host_send(void *ctx, const void *bytes, size_t count, int64_t deadline_ns,
				struct pl_error *error)
{
	struct pl_seek *seek = ctx;
	const char *at = bytes;

	while (count > 0) {
		struct pollfd ready = {.fd = pl_port_fd(seek->port), .events = POLLOUT};
		size_t taken = 0;
		enum pl_status status = pl_port_write(seek->port, at, count, &taken, error);

		if (status != PL_OK)
			return status;
		at += taken;
		count -= taken;
		if (count > 0 && pl_clock_poll(&ready, 1, deadline_ns) == 0)
			return pl_error_set(error, PL_ERR_UNANSWERED, seek->text,
					    "the line takes no bytes: is CTS low?");
	}
	seek->last_byte_ns = pl_clock_mono_ns();
	return PL_OK;
}

static enum pl_status take(struct pl_seek *seek, size_t *total, struct pl_error *error)
{
	unsigned char bytes[4096];
	size_t count = 0;
	enum pl_status status = pl_port_read(seek->port, bytes, sizeof(bytes), &count, error);

	*total = count;
	if (count == 0)
		return status;
	seek->last_byte_ns = pl_clock_mono_ns();
	seek->driver->feed(seek->state, bytes, count, seek->last_byte_ns);
	return status;
}

static enum pl_status host_wait(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
				struct pl_error *error)
{
	struct pl_seek *seek = ctx;

	for (;;) {
		struct pollfd ready = {.fd = pl_port_fd(seek->port), .events = POLLIN};
		bool is_over = pl_clock_mono_ns() >= deadline_ns;
		enum pl_status status;
		size_t count;

		if (done != NULL && done(arg))
			return PL_OK;
		pl_clock_poll(&ready, 1, deadline_ns);
		status = take(seek, &count, error);
		if (status != PL_OK)
			return status;
		if (is_over && (done == NULL || done(arg)))
			return PL_OK;
		if (is_over)
			return pl_error_set(error, PL_ERR_UNANSWERED, seek->text,
					    "no answer in time");
	}
}

static void host_event(void *ctx, const struct pl_event *event)
{
	(void)ctx, (void)event;
}

static void host_reading(void *ctx, int channel, int parameter, const struct pl_reading *reading)
{
	(void)ctx, (void)channel, (void)parameter, (void)reading;
}

static void host_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	(void)bytes, (void)why;
	((struct pl_seek *)ctx)->strays += count;
}

static void host_note(void *ctx, enum pl_note_level level, const char *text)
{
	(void)ctx, (void)level, (void)text;
}

static void host_restarted(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

static enum pl_status host_modbus(void *ctx, const unsigned char *request, size_t count,
				  int64_t deadline_ns, struct pl_error *error)
{
	struct pl_seek *seek = ctx;
	unsigned char frame[PL_MODBUS_FRAME_SIZE];
	size_t framed = 0;
	enum pl_status status = pl_port_modbus(seek->port, request, count, frame, &framed, error);

	(void)deadline_ns;
	seek->last_byte_ns = pl_clock_mono_ns();
	return status;
}

static size_t host_drain(void *ctx)
{
	size_t total = 0, count;

	while (take(ctx, &count, NULL) == PL_OK && count > 0 && total < 65536)
		total += count;
	return total;
}

static enum pl_status host_reopen(void *ctx, struct pl_error *error)
{
	pl_seek_close(ctx);
	return pl_seek_open(ctx, error);
}

static bool host_is_network(void *ctx)
{
	return pl_port_kind(((struct pl_seek *)ctx)->text, NULL) == PL_PORT_TCP;
}

static int64_t host_baud(void *ctx)
{
	return ((struct pl_seek *)ctx)->baud;
}

static int64_t host_last_byte(void *ctx)
{
	return ((struct pl_seek *)ctx)->last_byte_ns;
}

enum pl_status pl_seek_open(struct pl_seek *seek, struct pl_error *error)
{
	const struct pl_port_setup setup = {.text = seek->text, .baud = seek->baud};

	return pl_port_open(&setup, &seek->port, error);
}

void pl_seek_close(struct pl_seek *seek)
{
	pl_port_close(seek->port);
	seek->port = NULL;
}

enum pl_status pl_seek_ask(struct pl_seek *seek, const struct pl_driver *driver, int unit,
			   struct pl_identity *out, struct pl_error *error)
{
	const struct pl_host host = {
	    .ctx = seek,
	    .now = host_now,
	    .send = host_send,
	    .wait = host_wait,
	    .event = host_event,
	    .reading = host_reading,
	    .stray = host_stray,
	    .note = host_note,
	    .restarted = host_restarted,
	    .modbus = host_modbus,
	    .drain = host_drain,
	    .reopen = host_reopen,
	    .is_network = host_is_network,
	    .baud = host_baud,
	    .last_byte = host_last_byte,
	};
	const struct pl_channel channel = {.name = "first", .id = 1, .threshold = NAN};
	struct pl_device_spec spec = {.name = "discover"};
	void *options = calloc(1, driver->options_size);
	enum pl_status status;

	if (options == NULL)
		pl_out_of_memory();
	driver->discovery->make_options(unit, options);
	spec.options = options;
	spec.channels = &channel;
	spec.channel_count = driver->has_events;
	seek->driver = driver;
	memset(out, 0, sizeof(*out));
	status = driver->open(&spec, &host, &seek->state, error);
	if (status == PL_OK) {
		status = driver->probe(seek->state, out, error);
		driver->close(seek->state);
	}
	free(options);
	return status;
}
