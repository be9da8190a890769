/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.h - Modbus bytes: requests, and finding the answer in what came. Pure, any thread.
 *
 * A request is unit, function, data; whoever sends it adds the frame. A serial frame ends with its
 * CRC and is found by its length, since a poll loop cannot see silent intervals; over TCP it has a
 * header that tells its length. Sources: "MODBUS Application Protocol" V1.1b3, "MODBUS over Serial
 * Line" V1.02, "MODBUS Messaging on TCP/IP" V1.0b.
 */
#ifndef DRIVER_MODBUS_PROTOCOL_H
#define DRIVER_MODBUS_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_MODBUS_REGISTERS_MAX 125 /* of one read */
#define PL_MODBUS_WRITE_MAX	123 /* of one write */
#define PL_MODBUS_REQUEST_MAX	254 /* unit and PDU */
#define PL_MODBUS_FRAME_MAX	260 /* with the longest header */
#define PL_MODBUS_WHY_SIZE	200

/* code, number, what it does */
#define PL_MODBUS_FUNCTION_LIST(X)                                                                 \
	X(PL_MODBUS_READ_COILS, 1, "read coils")                                                   \
	X(PL_MODBUS_READ_INPUTS, 2, "read discrete inputs")                                        \
	X(PL_MODBUS_READ_HOLDING, 3, "read holding registers")                                     \
	X(PL_MODBUS_READ_INPUT, 4, "read input registers")                                         \
	X(PL_MODBUS_WRITE_COIL, 5, "write one coil")                                               \
	X(PL_MODBUS_WRITE_REGISTER, 6, "write one register")                                       \
	X(PL_MODBUS_WRITE_COILS, 15, "write coils")                                                \
	X(PL_MODBUS_WRITE_REGISTERS, 16, "write registers")
enum pl_modbus_function {
#define PL_MODBUS_FUNCTION_ENUM(code, number, text) code = number,
	PL_MODBUS_FUNCTION_LIST(PL_MODBUS_FUNCTION_ENUM)
#undef PL_MODBUS_FUNCTION_ENUM
};

/* code, number, what the device says with it */
#define PL_MODBUS_EXCEPTION_LIST(X)                                                                \
	X(PL_MODBUS_ILLEGAL_FUNCTION, 1, "illegal function")                                       \
	X(PL_MODBUS_ILLEGAL_ADDRESS, 2, "illegal data address")                                    \
	X(PL_MODBUS_ILLEGAL_VALUE, 3, "illegal data value")                                        \
	X(PL_MODBUS_DEVICE_FAILURE, 4, "device failure")                                           \
	X(PL_MODBUS_ACKNOWLEDGE, 5, "acknowledge: it takes its time")                              \
	X(PL_MODBUS_BUSY, 6, "busy")                                                               \
	X(PL_MODBUS_NEGATIVE_ACKNOWLEDGE, 7, "negative acknowledge")                               \
	X(PL_MODBUS_MEMORY_PARITY, 8, "memory parity error")                                       \
	X(PL_MODBUS_GATEWAY_PATH, 10, "gateway path unavailable")                                  \
	X(PL_MODBUS_GATEWAY_TARGET, 11, "gateway target did not respond")
enum pl_modbus_exception {
#define PL_MODBUS_EXCEPTION_ENUM(code, number, text) code = number,
	PL_MODBUS_EXCEPTION_LIST(PL_MODBUS_EXCEPTION_ENUM)
#undef PL_MODBUS_EXCEPTION_ENUM
};

/* "illegal data address", "unknown exception"; "read coils", "unknown function". Never NULL. */
const char *pl_modbus_exception_text(unsigned exception);
const char *pl_modbus_function_text(unsigned function);
bool pl_modbus_function_reads(unsigned function); /* 1 … 4 */
bool pl_modbus_function_is_bits(unsigned function);

struct pl_modbus_question {
	uint8_t unit, function;
	uint16_t address, count; /* coils or registers */
	unsigned char request[PL_MODBUS_REQUEST_MAX];
	size_t length;
};

/* Functions 1 … 4; count 1 … 125 registers, 1 … 2000 bits. */
void pl_modbus_ask_read(struct pl_modbus_question *out, unsigned unit, unsigned function,
			uint16_t address, uint16_t count);
/* Functions 5, 6, 15, 16. data: two bytes a register, big-endian; of coils the bits packed as
 * function 15 packs them (of function 5 one byte, 0 = off). */
void pl_modbus_ask_write(struct pl_modbus_question *out, unsigned unit, unsigned function,
			 uint16_t address, uint16_t count, const unsigned char *data);

/* Data bytes of the answer to a read of so many coils or registers. */
size_t pl_modbus_data_size(unsigned function, unsigned count);

/* What an answer looks like whatever it says: two questions of one shape cannot tell whose answer
 * came late. Reads: function and bytes of data. Writes: function, address and what it repeats. */
struct pl_modbus_shape {
	uint8_t function;
	uint32_t key;
};
struct pl_modbus_shape pl_modbus_question_shape(const struct pl_modbus_question *question);
bool pl_modbus_shape_equal(struct pl_modbus_shape a, struct pl_modbus_shape b);

enum pl_modbus_verdict {
	PL_MODBUS_NOTHING,   /* no frame yet: more may come */
	PL_MODBUS_ANSWER,    /* to the question */
	PL_MODBUS_EXCEPTION, /* to the question */
	PL_MODBUS_OTHER,     /* a sound frame that is not its answer */
	PL_MODBUS_BAD_CRC,   /* its answer's head and length, but the CRC is wrong */
	PL_MODBUS_BAD_HEADER /* TCP: no Modbus header; the stream cannot be used any more */
};

struct pl_modbus_found {
	enum pl_modbus_verdict verdict;
	size_t start, end;	   /* of the frame in the bytes given */
	const unsigned char *body; /* unit, function, data; borrowed from the bytes given */
	size_t body_count;
};

/* The first frame in the bytes. question NULL: any sound frame is PL_MODBUS_OTHER. */
struct pl_modbus_found pl_modbus_find(const struct pl_modbus_question *question, bool is_network,
				      const unsigned char *bytes, size_t count);
struct pl_modbus_shape pl_modbus_body_shape(const unsigned char *body, size_t count);

/* How a sound frame differs from the question's answer: "answered by unit 2, asked was unit 1". */
void pl_modbus_difference(const struct pl_modbus_question *question, const unsigned char *body,
			  size_t count, char out[PL_MODBUS_WHY_SIZE]);

/* The bytes begin with the question as it went over a serial line: 1 yes, 0 as far as they go, -1
 * no. *count: bytes of it. */
int pl_modbus_is_echo(const struct pl_modbus_question *question, const unsigned char *bytes,
		      size_t *count);

/* Bytes as hex, cut to cap at a whole byte; always ends with NUL. */
void pl_modbus_hex(const unsigned char *bytes, size_t count, char *out, size_t cap);

/* explain.c: a frame for people, a line each; false when it is none. */
bool pl_modbus_explain(const unsigned char *bytes, size_t count,
		       void (*say)(void *ctx, const char *line), void *ctx);

#endif
