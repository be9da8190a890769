/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A driver of the simplest kind, and a bus on it. The device speaks lines:
 *   E3          an event in which channels 0 and 1 fired
 *   =5  !why    the reply to R<channel>,<parameter> and to W<channel>,<parameter>,<value>: a value,
 *               or "unsupported", or refused
 *   anything else is stray. With `probes` set, "?" is asked at open and "!NAME" expected.
 * After cmocka.h.
 */
#ifndef TEST_FAKE_DEVICE_H
#define TEST_FAKE_DEVICE_H

#include "bus/bus.h"
#include "plateau/text.h"
#include "unit/pty.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FAKE_TIMES 65536
#define FAKE_LINE  256

/* The device's options; times is written by the bus thread and read after pl_bus_stop. */
struct fake_options {
	int64_t timeout_ns;
	bool probes;
	int64_t *times; /* FAKE_TIMES of them: when each event line was fed */
	size_t time_count;
};

enum { FAKE_LEVEL, FAKE_ODD, FAKE_FLOOD, FAKE_WARMTH };

static const struct pl_parameter fake_parameters[] = {
    {.name = "level", .kind = PL_KIND_STATE, .access = PL_ACCESS_READ, .show = true},
    {.name = "odd", .kind = PL_KIND_STATE, .access = PL_ACCESS_READ, .show = true},
    {.name = "flood", .kind = PL_KIND_STATE, .access = PL_ACCESS_WRITE},
    {.name = "warmth", .kind = PL_KIND_CARRIED, .access = PL_ACCESS_READ, .show = true},
    {.name = NULL},
};

static const struct pl_parameter fake_channel_parameters[] = {
    {.name = "threshold",
     .kind = PL_KIND_STATE,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .max = 1023},
    {.name = NULL},
};

struct fake {
	const struct pl_host *host;
	struct fake_options *options;
	char line[FAKE_LINE];
	size_t length; /* of the line, also beyond FAKE_LINE */
	bool is_waiting, is_answered;
	char answer[FAKE_LINE];
};

static void fake_event(struct fake *fake, int64_t t_ns)
{
	struct fake_options *options = fake->options;
	struct pl_event event = {.t_ns = t_ns, .device_us = NAN, .dead_s = NAN};

	for (size_t i = 0; i < PL_CARRIED_MAX; i++)
		event.carried[i] = NAN;
	event.hits = (uint32_t)(fake->line[1] - '0');
	event.carried[0] = event.hits;
	if (options->times && options->time_count < FAKE_TIMES)
		options->times[options->time_count++] = t_ns;
	fake->host->event(fake->host->ctx, &event);
}

static void fake_line(struct fake *fake, int64_t t_ns)
{
	size_t kept = fake->length < FAKE_LINE - 1 ? fake->length : FAKE_LINE - 1;
	bool is_reply = fake->line[0] == '=' || fake->line[0] == '!';

	fake->line[kept] = '\0';
	if (fake->length == 2 && fake->line[0] == 'E') {
		fake_event(fake, t_ns);
	} else if (is_reply && fake->is_waiting && !fake->is_answered) {
		memcpy(fake->answer, fake->line, kept + 1);
		fake->is_answered = true;
	} else {
		fake->host->stray(fake->host->ctx, fake->line, kept, is_reply ? "late" : "garbage");
	}
	fake->length = 0;
}

static void fake_feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	struct fake *fake = state;

	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n') {
			fake_line(fake, t_ns);
			continue;
		}
		if (fake->length < FAKE_LINE)
			fake->line[fake->length] = (char)bytes[i];
		fake->length++;
	}
}

static bool fake_is_answered(void *state)
{
	return ((struct fake *)state)->is_answered;
}

static enum pl_status fake_ask(struct fake *fake, const char *question, struct pl_error *error)
{
	const struct pl_host *host = fake->host;
	int64_t deadline_ns = host->now(host->ctx) + fake->options->timeout_ns;
	enum pl_status status;

	fake->is_answered = false;
	status = host->send(host->ctx, question, strlen(question), deadline_ns, error);
	fake->is_waiting = true;
	if (status == PL_OK)
		status = host->wait(host->ctx, deadline_ns, fake_is_answered, fake, error);
	fake->is_waiting = false;
	return status;
}

static enum pl_status fake_open(const struct pl_device_spec *spec, const struct pl_host *host,
				void **state, struct pl_error *error)
{
	struct fake *fake = calloc(1, sizeof *fake);

	(void)error;
	fake->host = host;
	fake->options = (struct fake_options *)(uintptr_t)spec->options;
	*state = fake;
	return PL_OK;
}

static enum pl_status fake_probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	struct fake *fake = state;
	enum pl_status status = PL_OK;

	if (fake->options->probes)
		status = fake_ask(fake, "?\n", error);
	if (status == PL_OK && fake->options->probes)
		pl_text_copy(out->serial, sizeof out->serial, fake->answer + 1);
	pl_text_copy(out->model, sizeof out->model, "fake");
	return status;
}

/* The number of a reply, or what it says instead. */
static enum pl_status fake_number(const struct fake *fake, double *out, struct pl_error *error)
{
	if (strcmp(fake->answer, "!unsupported") == 0)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "fake", "not known");
	if (fake->answer[0] != '=' || !pl_text_to_double(fake->answer + 1, out))
		return pl_error_set(error, PL_ERR_REFUSED, "fake", "refused: %s", fake->answer);
	return PL_OK;
}

static enum pl_status fake_read(void *state, int channel, int parameter, struct pl_reading *out,
				struct pl_error *error)
{
	char question[64];
	enum pl_status status;

	snprintf(question, sizeof question, "R%d,%d\n", channel, parameter);
	pl_error_set(error, PL_ERR_UNANSWERED, "fake", "got over, as drivers do");
	status = fake_ask(state, question, error);
	if (status == PL_OK)
		status = fake_number(state, &out->value.number, error);
	out->t_mono_ns = pl_clock_mono_ns();
	return status;
}

/* A megabyte to a device that may not be listening. */
static enum pl_status fake_flood(struct fake *fake, struct pl_error *error)
{
	size_t size = 1 << 20;
	char *zeros = calloc(1, size);
	const struct pl_host *host = fake->host;
	enum pl_status status = host->send(host->ctx, zeros, size,
					   host->now(host->ctx) + fake->options->timeout_ns, error);

	free(zeros);
	return status;
}

static enum pl_status fake_write(void *state, int channel, int parameter, double value,
				 struct pl_write_report *out, struct pl_error *error)
{
	char question[64];
	enum pl_status status;

	out->readback = NAN;
	if (channel < 0)
		return fake_flood(state, error);
	snprintf(question, sizeof question, "W%d,%d,%g\n", channel, parameter, value);
	status = fake_ask(state, question, error);
	return status == PL_OK ? fake_number(state, &out->applied, error) : status;
}

static const struct pl_driver fake_driver = {
    .name = "fake",
    .summary = "lines that count",
    .ports = PL_PORT_SERIAL,
    .baud = 115200,
    .has_events = true,
    .parameters = fake_parameters,
    .channel_parameters = fake_channel_parameters,
    .open = fake_open,
    .close = free,
    .probe = fake_probe,
    .feed = fake_feed,
    .read = fake_read,
    .write = fake_write,
};

/* A bus on a pty, with the test at the other end. */
struct bench {
	struct pty pty;
	char link[64]; /* the device's port: a link to the pty, so that it can come back as another
			*/
	struct fake_options options;
	struct pl_channel channels[2];
	struct pl_device device;
	struct pl_queue *answers;
	struct pl_bus *bus;
	uint64_t last_id;
};

static inline int bench_new(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	bench->pty = pty_new();
	snprintf(bench->link, sizeof bench->link, "/tmp/plateau-bus-%d", getpid());
	unlink(bench->link);
	assert_int_equal(symlink(bench->pty.path, bench->link), 0);
	bench->options.timeout_ns = 1000 * PL_NS_PER_S;
	bench->device = (struct pl_device){
	    .spec = {.name = "det",
		     .channels = bench->channels,
		     .channel_count = 2,
		     .options = &bench->options},
	    .driver = &fake_driver,
	    .port = bench->link,
	    .baud = 115200,
	    .coincidences = {{.name = "both", .channels = 3}},
	    .coincidence_count = 1,
	};
	bench->answers = pl_queue_new(sizeof(struct pl_bus_answer), 64);
	*state = bench;
	return 0;
}

static inline void bench_start(struct bench *bench)
{
	struct pl_bus_setup setup = {
	    .device = &bench->device, .device_index = 7, .answers = bench->answers};

	assert_int_equal(pl_bus_start(&setup, &bench->bus, NULL), PL_OK);
}

static inline void bench_stop(struct bench *bench)
{
	pl_bus_stop(bench->bus);
	bench->bus = NULL;
}

static inline int bench_free(void **state)
{
	struct bench *bench = *state;

	bench_stop(bench);
	pl_queue_free(bench->answers);
	pty_free(&bench->pty);
	unlink(bench->link);
	free(bench->options.times);
	free(bench);
	return 0;
}

/* Posts with the next id, which it returns. */
static inline uint64_t post(struct bench *bench, struct pl_bus_request request)
{
	request.id = ++bench->last_id;
	request.target.device = 7;
	assert_true(pl_bus_post(bench->bus, &request));
	return request.id;
}

static inline struct pl_bus_answer next_answer(struct bench *bench)
{
	struct pl_bus_answer answer;

	wait_for(pl_queue_fd(bench->answers), POLLIN);
	assert_true(pl_queue_pop(bench->answers, &answer));
	return answer;
}

static inline struct pl_bus_answer ask(struct bench *bench, struct pl_bus_request request)
{
	uint64_t id = post(bench, request);
	struct pl_bus_answer answer = next_answer(bench);

	assert_int_equal(answer.id, id);
	assert_int_equal(answer.verb, request.verb);
	return answer;
}

static inline void bench_open(struct bench *bench)
{
	struct pl_bus_answer answer;

	bench_start(bench);
	answer = ask(bench, (struct pl_bus_request){.verb = PL_BUS_OPEN});
	if (answer.status != PL_OK)
		fail_msg("%s: %s", answer.error.where, answer.error.text);
}

/* The next event of a kind; others are passed over. */
static inline struct pl_bus_event next_event(struct bench *bench, enum pl_bus_event_kind kind)
{
	struct pl_ring *ring = pl_bus_events(bench->bus);
	struct pl_bus_event event;

	for (;;) {
		while (pl_ring_pop(ring, &event))
			if (event.kind == kind)
				return event;
		wait_for(pl_ring_fd(ring), POLLIN);
		pl_ring_acknowledge(ring);
	}
}

/* A line from the bus, which must be this one. */
static inline void expect_line(struct bench *bench, const char *line)
{
	char got[64] = "";

	assert_true(strlen(line) < sizeof got);
	get_bytes(bench->pty.master, got, strlen(line));
	assert_string_equal(got, line);
}

static inline void say(struct bench *bench, const char *line)
{
	put_bytes(bench->pty.master, line, strlen(line));
}

#endif
