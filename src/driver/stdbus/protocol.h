/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.h - Watlow Standard Bus as bytes: pure, no I/O, no clock of its own, any thread.
 *
 *   55 FF | FT | DST | SRC | LEN hi lo | HCRC | payload (LEN bytes) | DCRC lo hi
 *
 * LEN 0 has neither payload nor DCRC. HCRC and DCRC are those of BACnet MS/TP (ASHRAE 135, annex
 * G): CRC-8 with the reflected polynomial 81 over FT..LEN, CRC-16/X-25 over the payload, both begun
 * with all ones and sent inverted. Requests have FT 05 and come from address 00, replies FT 06. A
 * controller of address 1..16 is 0F + address on the wire. Payloads, numbers big-endian:
 *
 *   read   01 03 01 CC MM II           ->  02 03 01 CC MM II value
 *   write  01 04 CC MM II value        ->  02 04 CC MM II value
 *   refused                                02 EE
 *
 * Parameter id = 1000 CC + MM, II its instance. A value is a type byte and its bytes.
 */
#ifndef DRIVER_STDBUS_PROTOCOL_H
#define DRIVER_STDBUS_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_STDBUS_UNITS	      16
#define PL_STDBUS_HEADER      8
#define PL_STDBUS_PAYLOAD_MAX 320
#define PL_STDBUS_FRAME_MAX   (PL_STDBUS_HEADER + PL_STDBUS_PAYLOAD_MAX + 2)
#define PL_STDBUS_HOST	      0x00
#define PL_STDBUS_UNIT_BASE   0x0f

enum { PL_STDBUS_REQUEST = 0x05, PL_STDBUS_REPLY = 0x06 };
enum pl_stdbus_service { PL_STDBUS_READ = 3, PL_STDBUS_WRITE = 4 };

/* Code on the wire, name for people. */
#define PL_STDBUS_TYPE_LIST(X)                                                                     \
	X(PL_STDBUS_U8, 0x01, "u8")                                                                \
	X(PL_STDBUS_U16, 0x03, "u16")                                                              \
	X(PL_STDBUS_U32, 0x05, "u32")                                                              \
	X(PL_STDBUS_S32, 0x06, "s32")                                                              \
	X(PL_STDBUS_F32, 0x08, "f32")                                                              \
	X(PL_STDBUS_STRING, 0x09, "string")                                                        \
	X(PL_STDBUS_WORDS, 0x0f, "enum")
enum pl_stdbus_type {
	PL_STDBUS_ANY = 0,
#define PL_STDBUS_TYPE_ENUM(code, byte, name) code = byte,
	PL_STDBUS_TYPE_LIST(PL_STDBUS_TYPE_ENUM)
#undef PL_STDBUS_TYPE_ENUM
};
/* NULL for a byte that is no type. */
const char *pl_stdbus_type_name(int type);
/* PL_STDBUS_ANY when there is none of that name. */
enum pl_stdbus_type pl_stdbus_type_find(const char *name);
/* Why a controller refused; never NULL. */
const char *pl_stdbus_refusal(int code);
enum {
	PL_STDBUS_NO_ACCESS = 0x80,
	PL_STDBUS_NO_CLASS = 0x81,
	PL_STDBUS_NO_MEMBER = 0x83,
	PL_STDBUS_NO_INSTANCE = 0x84,
};

uint8_t pl_stdbus_crc8(const unsigned char *bytes, size_t count);   /* "123456789": 89 */
uint16_t pl_stdbus_crc16(const unsigned char *bytes, size_t count); /* "123456789": 906E */

/* ---- values ---- */

struct pl_stdbus_value {
	enum pl_stdbus_type type;
	double number;	   /* NaN for a string, and for WORDS of none or more than two */
	const char *text;  /* STRING: borrowed from the payload, not terminated */
	size_t text_count; /* its bytes */
};

/* Reads one value, type byte first; the bytes it took, 0 when it is not whole or no type. */
size_t pl_stdbus_value_decode(const unsigned char *bytes, size_t count,
			      struct pl_stdbus_value *out);
/* Writes a number as that type (no STRING); 0 when the type cannot hold it. */
#define PL_STDBUS_VALUE_MAX 6
size_t pl_stdbus_value_encode(enum pl_stdbus_type type, double number,
			      unsigned char out[PL_STDBUS_VALUE_MAX]);

/* ---- frames ---- */

struct pl_stdbus_frame {
	uint8_t type, to, from;
	const unsigned char *payload; /* borrowed */
	size_t count;
};

/* The whole frame into out; its bytes. count is at most PL_STDBUS_PAYLOAD_MAX. */
size_t pl_stdbus_frame_encode(const struct pl_stdbus_frame *frame,
			      unsigned char out[PL_STDBUS_FRAME_MAX]);

/* What a payload says. */
struct pl_stdbus_message {
	bool is_reply;
	uint8_t service;   /* 3, 4, another, or 0 with an error */
	uint8_t error;	   /* 80 and above; 0 = none */
	bool has_selector; /* the two known services, errors have none */
	uint32_t id;
	uint8_t instance;
	bool has_value;
	struct pl_stdbus_value value;
};
/* False: no payload this file knows the form of. text is borrowed from the payload. */
bool pl_stdbus_message_decode(const unsigned char *payload, size_t count,
			      struct pl_stdbus_message *out);

/* A question to the controller of this address (1..16). type and number: of a write. */
struct pl_stdbus_question {
	enum pl_stdbus_service service;
	uint32_t id;
	uint8_t instance;
	enum pl_stdbus_type type;
	double number;
};
/* Class and member are a byte each: 4001, never 4300. */
bool pl_stdbus_id_valid(uint32_t id);
/* Its frame; 0 when a write's type cannot hold the number. */
size_t pl_stdbus_question_encode(int unit, const struct pl_stdbus_question *question,
				 unsigned char out[PL_STDBUS_FRAME_MAX]);

/* ---- finding frames in what comes ---- */

/*
 * LEN is believed only after HCRC. What cannot be a frame is given up byte by byte, so a frame is
 * found behind any garbage, behind a stray 55, and inside a header that was torn. Invariant: what
 * is kept could still become a frame.
 */
struct pl_stdbus_sink {
	/* A whole frame; bytes are those it came in. All borrowed for the call. */
	void (*frame)(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		      size_t count, int64_t t_ns);
	/* The header is right, the payload is not. Its bytes are searched again afterwards. */
	void (*damaged)(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
			size_t count);
	/* Bytes that belong to no frame, as many as lie together. */
	void (*garbage)(void *ctx, const unsigned char *bytes, size_t count);
};

struct pl_stdbus_parser {
	size_t count;
	unsigned char bytes[PL_STDBUS_FRAME_MAX];
};

void pl_stdbus_feed(struct pl_stdbus_parser *parser, const struct pl_stdbus_sink *sink, void *ctx,
		    const unsigned char *bytes, size_t count, int64_t t_ns);
/* Gives up what was begun: half a frame is told as garbage. Returns its bytes. */
size_t pl_stdbus_reset(struct pl_stdbus_parser *parser, const struct pl_stdbus_sink *sink,
		       void *ctx);

/* decode.c: each frame of the bytes, and what lies between, as lines for people. False when there
 * is no frame in them. */
bool pl_stdbus_decode(const unsigned char *bytes, size_t count,
		      void (*say)(void *ctx, const char *line), void *ctx);

#endif
