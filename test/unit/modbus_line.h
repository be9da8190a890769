/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * modbus_line.h - a Modbus instrument on a line, in memory, with a clock that stands still but for
 * waits. It answers in order, and misbehaves as a test says, question by question. After cmocka.h.
 *
 * Registers hold what the test set; with counts set, a read of 2 registers answers 1000 times the
 * address plus the number of the question (as f32, low word first), so that an answer shows whose
 * it is.
 */
#ifndef TEST_MODBUS_LINE_H
#define TEST_MODBUS_LINE_H

#include "base/crc.h"
#include "driver/modbus/modbus.h"
#include "plateau/clock.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LINE_MS(ms)   ((int64_t)(ms)*PL_NS_PER_MS)
#define LINE_ARRIVALS 1024

struct line_fault {
	int delay_ms;
	unsigned exception;
	bool is_lost, has_bad_crc, is_half, is_garbage;
	int unit, function; /* of the answer, 0 = the right one */
	int count;	    /* of its data in bytes, 0 = the right one */
};

struct line_arrival {
	int64_t t_ns;
	unsigned char bytes[300];
	size_t count;
};

struct line {
	struct pl_host host;
	const struct pl_driver *driver;
	void *state;
	int64_t now_ns, busy_ns; /* the instrument answers one after the other */
	bool is_network, echoes, counts;
	int unit;
	struct line_fault (*behave)(struct line *line, unsigned question);
	void *arg;
	uint16_t registers[3000];
	unsigned char coils[64];
	unsigned first_missing, last_missing; /* registers that are not there; 0 = none */
	unsigned questions, reopens, notes, strays;
	char said[2000], asked[4000];
	struct line_arrival coming[LINE_ARRIVALS];
	size_t coming_count;
};

static inline void line_arrives(struct line *line, int64_t t_ns, const unsigned char *bytes,
				size_t count)
{
	struct line_arrival *at = &line->coming[line->coming_count++];

	if (line->coming_count > LINE_ARRIVALS)
		__builtin_trap();
	*at = (struct line_arrival){.t_ns = t_ns, .count = count};
	memcpy(at->bytes, bytes, count);
}

static inline size_t line_refuses(unsigned char *body, unsigned exception)
{
	body[1] |= 0x80;
	body[2] = (unsigned char)exception;
	return 3;
}

static inline bool line_lacks(const struct line *line, unsigned from, unsigned count)
{
	return from + count > 3000 || (line->last_missing > 0 && from <= line->last_missing &&
				       from + count > line->first_missing);
}

static inline void line_put_float(struct line *line, unsigned address, float value)
{
	uint32_t wire;

	memcpy(&wire, &value, sizeof wire);
	line->registers[address] = (uint16_t)wire;
	line->registers[address + 1] = (uint16_t)(wire >> 16);
}

/* The body of the right answer. */
static inline size_t line_answer(struct line *line, const unsigned char *request, size_t count,
				 unsigned char *body)
{
	unsigned function = request[1];
	unsigned address = (unsigned)request[2] << 8 | request[3];
	unsigned number = (unsigned)request[4] << 8 | request[5];

	memcpy(body, request, 6);
	if (function <= 4) {
		if (line_lacks(line, address, number))
			return line_refuses(body, 2);
		body[2] = (unsigned char)(function < 3 ? (number + 7) / 8 : number * 2);
		memset(body + 3, 0, body[2]);
		if (line->counts && number == 2)
			line_put_float(line, address, (float)(1000 * address + line->questions));
		for (unsigned i = 0; i < number; i++) {
			if (function < 3) {
				body[3 + i / 8] |=
				    (unsigned char)(line->coils[address + i] << i % 8);
				continue;
			}
			body[3 + 2 * i] = (unsigned char)(line->registers[address + i] >> 8);
			body[4 + 2 * i] = (unsigned char)line->registers[address + i];
		}
		return 3U + body[2];
	}
	if (line_lacks(line, address, function < 15 ? 1 : number))
		return line_refuses(body, 2);
	if (function == 5)
		line->coils[address] = request[4] == 0xff;
	else if (function == 6)
		line->registers[address] = (uint16_t)number;
	for (unsigned i = 0; function == 15 && i < number; i++)
		line->coils[address + i] = request[7 + i / 8] >> i % 8 & 1;
	for (unsigned i = 0; function == 16 && 8 + 2 * i < count; i++)
		line->registers[address + i] =
		    (uint16_t)(request[7 + 2 * i] << 8 | request[8 + 2 * i]);
	return 6;
}

static inline size_t line_frame(const struct line *line, unsigned char *frame,
				const unsigned char *body, size_t count)
{
	uint16_t crc = pl_crc_modbus(body, count);

	if (line->is_network) {
		memset(frame, 0, 6);
		frame[5] = (unsigned char)count;
		memcpy(frame + 6, body, count);
		return count + 6;
	}
	memcpy(frame, body, count);
	frame[count] = (unsigned char)crc;
	frame[count + 1] = (unsigned char)(crc >> 8);
	return count + 2;
}

static inline void line_reply(struct line *line, const unsigned char *request, size_t count,
			      const struct line_fault *fault)
{
	unsigned char body[300], frame[300];
	size_t size = line_answer(line, request, count, body);
	int64_t t_ns = line->now_ns > line->busy_ns ? line->now_ns : line->busy_ns;

	if (fault->exception) {
		memcpy(body, request, 2);
		size = line_refuses(body, fault->exception);
	}
	if (fault->unit)
		body[0] = (unsigned char)fault->unit;
	if (fault->function)
		body[1] = (unsigned char)fault->function;
	if (fault->count) {
		body[2] = (unsigned char)fault->count;
		size = 3 + (size_t)fault->count;
	}
	size = line_frame(line, frame, body, size);
	if (fault->has_bad_crc)
		frame[size - 1] ^= 0x55;
	if (fault->is_garbage)
		for (size_t i = 0; i < size; i++)
			frame[i] = (unsigned char)(0xf8 | frame[i] >> 3);
	line->busy_ns = t_ns + LINE_MS(fault->delay_ms) + LINE_MS(10);
	if (!fault->is_lost)
		line_arrives(line, line->busy_ns, frame, fault->is_half ? size / 2 : size);
}

static inline enum pl_status line_modbus(void *ctx, const unsigned char *request, size_t count,
					 int64_t deadline_ns, struct pl_error *error)
{
	struct line *line = ctx;
	struct line_fault fault = {0};
	size_t at = strlen(line->asked);
	unsigned char frame[300];

	(void)deadline_ns, (void)error;
	line->questions++;
	snprintf(line->asked + at, sizeof line->asked - at, "%u@%u+%u ", request[1],
		 (unsigned)request[2] << 8 | request[3], (unsigned)request[4] << 8 | request[5]);
	if (line->behave)
		fault = line->behave(line, line->questions);
	if (line->echoes)
		line_arrives(line, line->now_ns + LINE_MS(1), frame,
			     line_frame(line, frame, request, count));
	if (request[0] == line->unit)
		line_reply(line, request, count, &fault);
	return PL_OK;
}

static inline int64_t line_now(void *ctx)
{
	return ((struct line *)ctx)->now_ns;
}

/* What has come by now, in the order it came. */
static inline size_t line_deliver(struct line *line)
{
	size_t bytes = 0;

	for (size_t i = 0; i < line->coming_count;) {
		struct line_arrival arrival = line->coming[i];

		if (arrival.t_ns > line->now_ns) {
			i++;
			continue;
		}
		line->coming_count--;
		memmove(&line->coming[i], &line->coming[i + 1],
			(line->coming_count - i) * sizeof line->coming[0]);
		/* byte by byte in two parts, as a line may bring it */
		line->driver->feed(line->state, arrival.bytes, 1, arrival.t_ns);
		line->driver->feed(line->state, arrival.bytes + 1, arrival.count - 1, arrival.t_ns);
		bytes += arrival.count;
	}
	return bytes;
}

static inline size_t line_drain(void *ctx)
{
	return line_deliver(ctx);
}

static inline enum pl_status line_wait(void *ctx, int64_t deadline_ns, bool (*done)(void *arg),
				       void *arg, struct pl_error *error)
{
	struct line *line = ctx;

	for (;;) {
		int64_t next_ns = deadline_ns;

		line_deliver(line);
		if (done && done(arg))
			return PL_OK;
		if (line->now_ns >= deadline_ns)
			break;
		for (size_t i = 0; i < line->coming_count; i++)
			if (line->coming[i].t_ns < next_ns)
				next_ns = line->coming[i].t_ns;
		line->now_ns = next_ns;
	}
	return done ? pl_error_set(error, PL_ERR_UNANSWERED, "line", "deadline") : PL_OK;
}

static inline enum pl_status line_reopen(void *ctx, struct pl_error *error)
{
	struct line *line = ctx;

	(void)error;
	line->reopens++;
	line->coming_count = 0;
	line->busy_ns = 0;
	return PL_OK;
}

static inline bool line_is_network(void *ctx)
{
	return ((struct line *)ctx)->is_network;
}

static inline int64_t line_baud(void *ctx)
{
	(void)ctx;
	return 9600;
}

static inline void line_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	(void)bytes, (void)count, (void)why;
	((struct line *)ctx)->strays++;
}

static inline void line_note(void *ctx, enum pl_note_level level, const char *text)
{
	struct line *line = ctx;
	size_t at = strlen(line->said);

	(void)level;
	line->notes++;
	snprintf(line->said + at, sizeof line->said - at, "%s|", text);
}

static inline void line_open(struct line *line, const struct pl_device_spec *spec)
{
	memset(line, 0, sizeof *line);
	line->driver = &pl_modbus_driver;
	line->now_ns = 1000 * PL_NS_PER_S;
	line->unit = 1;
	line->host = (struct pl_host){
	    .ctx = line,
	    .now = line_now,
	    .wait = line_wait,
	    .stray = line_stray,
	    .note = line_note,
	    .modbus = line_modbus,
	    .drain = line_drain,
	    .reopen = line_reopen,
	    .is_network = line_is_network,
	    .baud = line_baud,
	};
	line->registers[362] = 61;
	line->registers[442] = 61;
	assert_int_equal(line->driver->open(spec, &line->host, &line->state, NULL), PL_OK);
}

static inline void line_close(struct line *line)
{
	line->driver->close(line->state);
}

#endif
