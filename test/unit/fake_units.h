/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fake_units.h - several devices on one port, each a script that the test changes while they are
 * used. Their driver asks nothing over the line unless its script talks: then "R<unit>\n" is sent
 * and a line expected. After cmocka.h.
 */
#ifndef TEST_FAKE_UNITS_H
#define TEST_FAKE_UNITS_H

#include "bus/bus.h"
#include "plateau/text.h"
#include "unit/pty.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define UNITS 8

/* What a unit does; all under the lock. */
struct unit {
	pthread_mutex_t lock;
	int number;
	bool is_silent, talks;
	enum pl_status fails;  /* each read, with this */
	int64_t read_takes_ns; /* each */
	int64_t probe_takes_ns, write_takes_ns;
	int64_t silence_takes_ns; /* its time-out: so long nothing is heard of one that is silent */
	unsigned probes, reads;
	bool is_writing;
	unsigned intrusions; /* reads in the middle of a write */
	uint64_t value;	     /* of the next read: counts up */
	const struct pl_host *host;
	char line[32]; /* what was fed */
	size_t length;
};

enum { UNIT_LEVEL, UNIT_OTHER };

static const struct pl_parameter unit_parameters[] = {
    {.name = "level",
     .kind = PL_KIND_STATE,
     .access = PL_ACCESS_READ | PL_ACCESS_WRITE,
     .max = 1e6,
     .show = true},
    {.name = "other", .kind = PL_KIND_STATE, .access = PL_ACCESS_READ},
    {.name = NULL},
};
static const struct pl_parameter unit_no_parameters[] = {{.name = NULL}};

static enum pl_status unit_open(const struct pl_device_spec *spec, const struct pl_host *host,
				void **state, struct pl_error *error)
{
	struct unit *unit = (struct unit *)(uintptr_t)spec->options;

	(void)error;
	unit->host = host;
	*state = unit;
	return PL_OK;
}

static void unit_close(void *state)
{
	(void)state;
}

static bool unit_has_line(void *state)
{
	const struct unit *unit = state;

	return unit->length > 0 && unit->line[unit->length - 1] == '\n';
}

static void unit_feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	struct unit *unit = state;

	(void)t_ns;
	for (size_t i = 0; i < count && unit->length < sizeof unit->line - 1; i++)
		unit->line[unit->length++] = (char)bytes[i];
}

static enum pl_status unit_talk(struct unit *unit, struct pl_error *error)
{
	const struct pl_host *host = unit->host;
	int64_t deadline_ns = host->now(host->ctx) + 20 * PL_NS_PER_S;
	char question[16];
	enum pl_status status;

	snprintf(question, sizeof question, "R%d\n", unit->number);
	unit->length = 0;
	status = host->send(host->ctx, question, strlen(question), deadline_ns, error);
	return status == PL_OK ? host->wait(host->ctx, deadline_ns, unit_has_line, unit, error)
			       : status;
}

static enum pl_status unit_answer(struct unit *unit, unsigned *count, struct pl_error *error)
{
	const struct pl_host *host = unit->host;
	bool is_silent, talks, is_read = count == &unit->reads;
	enum pl_status fails, status = PL_OK;
	int64_t takes_ns;

	pthread_mutex_lock(&unit->lock);
	*count += 1;
	is_silent = unit->is_silent;
	talks = unit->talks && is_read;
	fails = is_read ? unit->fails : PL_OK;
	takes_ns = is_read ? unit->read_takes_ns : unit->probe_takes_ns;
	if (is_silent && unit->silence_takes_ns > 0)
		takes_ns = unit->silence_takes_ns;
	unit->intrusions += unit->is_writing;
	pthread_mutex_unlock(&unit->lock);
	if (talks)
		return unit_talk(unit, error);
	if (takes_ns > 0)
		status = host->wait(host->ctx, host->now(host->ctx) + takes_ns, NULL, NULL, error);
	if (status != PL_OK)
		return status;
	if (is_silent)
		return pl_error_set(error, PL_ERR_UNANSWERED, "unit", "no answer");
	return fails ? pl_error_set(error, fails, "unit", "as it is told") : PL_OK;
}

static enum pl_status unit_probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	struct unit *unit = state;

	pl_text_copy(out->model, sizeof out->model, "unit");
	return unit_answer(unit, &unit->probes, error);
}

static enum pl_status unit_read(void *state, int channel, int parameter, struct pl_reading *out,
				struct pl_error *error)
{
	struct unit *unit = state;
	enum pl_status status = unit_answer(unit, &unit->reads, error);

	(void)channel, (void)parameter;
	*out = (struct pl_reading){.t_mono_ns = unit->host->now(unit->host->ctx)};
	pthread_mutex_lock(&unit->lock);
	if (status == PL_OK)
		out->value.number = (double)unit->value++;
	pthread_mutex_unlock(&unit->lock);
	return status;
}

static void unit_set_writing(struct unit *unit, bool is_writing)
{
	pthread_mutex_lock(&unit->lock);
	unit->is_writing = is_writing;
	pthread_mutex_unlock(&unit->lock);
}

static enum pl_status unit_write(void *state, int channel, int parameter, double value,
				 struct pl_write_report *out, struct pl_error *error)
{
	struct unit *unit = state;
	const struct pl_host *host = unit->host;
	enum pl_status status = PL_OK;

	(void)channel, (void)parameter;
	*out = (struct pl_write_report){.applied = value, .readback = NAN};
	unit_set_writing(unit, true);
	if (unit->write_takes_ns > 0)
		status = host->wait(host->ctx, host->now(host->ctx) + unit->write_takes_ns, NULL,
				    NULL, error);
	unit_set_writing(unit, false);
	return status;
}

static const struct pl_driver unit_driver = {
    .name = "unit",
    .summary = "one of several",
    .ports = PL_PORT_SERIAL,
    .baud = 115200,
    .shares_line = true,
    .parameters = unit_parameters,
    .channel_parameters = unit_no_parameters,
    .open = unit_open,
    .close = unit_close,
    .probe = unit_probe,
    .feed = unit_feed,
    .read = unit_read,
    .write = unit_write,
};

struct line {
	struct pty pty;
	char link[64]; /* their port: a link to the pty, so that it can come back as another */
	struct unit units[UNITS];
	struct pl_device devices[UNITS];
	int others[UNITS];
	struct pl_queue *answers;
	struct pl_bus *bus;
	uint64_t last_id;
};

static inline int line_new(void **state)
{
	struct line *line = calloc(1, sizeof *line);

	line->pty = pty_new();
	snprintf(line->link, sizeof line->link, "/tmp/plateau-units-%d", getpid());
	unlink(line->link);
	assert_int_equal(symlink(line->pty.path, line->link), 0);
	for (int i = 0; i < UNITS; i++) {
		pthread_mutex_init(&line->units[i].lock, NULL);
		line->units[i].number = i;
		line->devices[i] = (struct pl_device){
		    .spec = {.options = &line->units[i]},
		    .driver = &unit_driver,
		    .port = line->link,
		};
		snprintf(line->devices[i].spec.name, PL_NAME_SIZE, "u%d", i);
		line->others[i] = i + 1;
	}
	line->answers = pl_queue_new(sizeof(struct pl_bus_answer), 64);
	*state = line;
	return 0;
}

/* The first so many of them. */
static inline void line_start(struct line *line, size_t count)
{
	struct pl_bus_setup setup = {
	    .device = &line->devices[0],
	    .bench_devices = line->devices,
	    .others = line->others,
	    .other_count = count - 1,
	    .answers = line->answers,
	};

	assert_int_equal(pl_bus_start(&setup, &line->bus, NULL), PL_OK);
}

static inline int line_free(void **state)
{
	struct line *line = *state;

	pl_bus_stop(line->bus);
	pl_queue_free(line->answers);
	pty_free(&line->pty);
	unlink(line->link);
	for (int i = 0; i < UNITS; i++)
		pthread_mutex_destroy(&line->units[i].lock);
	free(line);
	return 0;
}

static inline uint64_t line_post(struct line *line, struct pl_bus_request request)
{
	request.id = ++line->last_id;
	assert_true(pl_bus_post(line->bus, &request));
	return request.id;
}

static inline struct pl_bus_answer line_answer(struct line *line)
{
	struct pl_bus_answer answer;

	wait_for(pl_queue_fd(line->answers), POLLIN);
	assert_true(pl_queue_pop(line->answers, &answer));
	return answer;
}

static inline struct pl_bus_answer line_ask(struct line *line, enum pl_bus_verb verb, int device)
{
	struct pl_bus_request request = {.verb = verb,
					 .target = {.device = (int16_t)device, .channel = -1}};
	uint64_t id = line_post(line, request);
	struct pl_bus_answer answer = line_answer(line);

	assert_int_equal(answer.id, id);
	assert_int_equal(answer.target.device, device);
	return answer;
}

static inline void line_open(struct line *line, size_t count)
{
	line_start(line, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(line_ask(line, PL_BUS_OPEN, (int)i).status, PL_OK);
}

/* The next event of a kind and a device (-1: of any); others are passed over. */
static inline struct pl_bus_event line_event(struct line *line, enum pl_bus_event_kind kind,
					     int device)
{
	struct pl_ring *ring = pl_bus_events(line->bus);
	struct pl_bus_event event;

	for (;;) {
		while (pl_ring_pop(ring, &event))
			if (event.kind == kind && (device < 0 || event.device == device))
				return event;
		wait_for(pl_ring_fd(ring), POLLIN);
		pl_ring_acknowledge(ring);
	}
}

static inline struct pl_bus_event line_state(struct line *line, enum pl_bus_state wanted,
					     int device)
{
	struct pl_bus_event event;

	do
		event = line_event(line, PL_BUS_EVENT_STATE, device);
	while (event.state.state != wanted);
	return event;
}

static inline void unit_silence(struct unit *unit, bool is_silent)
{
	pthread_mutex_lock(&unit->lock);
	unit->is_silent = is_silent;
	pthread_mutex_unlock(&unit->lock);
}

static inline unsigned unit_count(struct unit *unit, const unsigned *count)
{
	unsigned now;

	pthread_mutex_lock(&unit->lock);
	now = *count;
	pthread_mutex_unlock(&unit->lock);
	return now;
}

static inline void line_unplug(struct line *line)
{
	pty_free(&line->pty);
}

static inline void line_plug_in(struct line *line)
{
	char next[sizeof line->link + 8];

	line->pty = pty_new();
	snprintf(next, sizeof next, "%s.next", line->link);
	assert_int_equal(symlink(line->pty.path, next), 0);
	assert_int_equal(rename(next, line->link), 0);
}

#endif
