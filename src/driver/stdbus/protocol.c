/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.c - frames of Watlow Standard Bus: built, found in what comes, taken apart. Pure.
 */
#include "driver/stdbus/protocol.h"

#include <assert.h>
#include <string.h>

uint8_t pl_stdbus_crc8(const unsigned char *bytes, size_t count)
{
	uint8_t crc = 0xff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc & 1 ? crc >> 1 ^ 0x81 : crc >> 1);
	}
	return (uint8_t)~crc;
}

uint16_t pl_stdbus_crc16(const unsigned char *bytes, size_t count)
{
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
	}
	return (uint16_t)~crc;
}

const char *pl_stdbus_refusal(int code)
{
	switch (code) {
	case PL_STDBUS_NO_ACCESS:
		return "refused: it cannot be written, or not now (80)";
	case PL_STDBUS_NO_CLASS:
		return "it has no such class of parameters (81)";
	case PL_STDBUS_NO_MEMBER:
		return "it has no such parameter (83)";
	case PL_STDBUS_NO_INSTANCE:
		return "it has no such instance (84)";
	case 0x85:
		return "the value has the wrong type (85)";
	case 0x86:
		return "the value is outside its limits (86)";
	default:
		return "refused by an unknown error code";
	}
}

/* ---- frames ---- */

size_t pl_stdbus_frame_encode(const struct pl_stdbus_frame *frame,
			      unsigned char out[PL_STDBUS_FRAME_MAX])
{
	uint16_t crc;

	assert(frame->count <= PL_STDBUS_PAYLOAD_MAX);
	out[0] = 0x55;
	out[1] = 0xff;
	out[2] = frame->type;
	out[3] = frame->to;
	out[4] = frame->from;
	out[5] = (unsigned char)(frame->count >> 8);
	out[6] = (unsigned char)(frame->count & 0xff);
	out[7] = pl_stdbus_crc8(out + 2, 5);
	if (frame->count == 0)
		return PL_STDBUS_HEADER;
	memcpy(out + PL_STDBUS_HEADER, frame->payload, frame->count);
	crc = pl_stdbus_crc16(frame->payload, frame->count);
	out[PL_STDBUS_HEADER + frame->count] = (unsigned char)(crc & 0xff);
	out[PL_STDBUS_HEADER + frame->count + 1] = (unsigned char)(crc >> 8);
	return PL_STDBUS_HEADER + frame->count + 2;
}

bool pl_stdbus_id_valid(uint32_t id)
{
	return id > 0 && id / 1000 <= 255 && id % 1000 <= 255;
}

size_t pl_stdbus_question_encode(int unit, const struct pl_stdbus_question *question,
				 unsigned char out[PL_STDBUS_FRAME_MAX])
{
	bool is_read = question->service == PL_STDBUS_READ;
	unsigned char payload[6 + PL_STDBUS_VALUE_MAX];
	size_t count = 0, value;

	assert(unit >= 1 && unit <= PL_STDBUS_UNITS && pl_stdbus_id_valid(question->id));
	payload[count++] = 1;
	payload[count++] = (unsigned char)question->service;
	if (is_read)
		payload[count++] = 1;
	payload[count++] = (unsigned char)(question->id / 1000);
	payload[count++] = (unsigned char)(question->id % 1000);
	payload[count++] = question->instance;
	if (!is_read) {
		value = pl_stdbus_value_encode(question->type, question->number, payload + count);
		if (value == 0)
			return 0;
		count += value;
	}
	return pl_stdbus_frame_encode(
	    &(struct pl_stdbus_frame){
		.type = PL_STDBUS_REQUEST,
		.to = (uint8_t)(PL_STDBUS_UNIT_BASE + unit),
		.from = PL_STDBUS_HOST,
		.payload = payload,
		.count = count,
	    },
	    out);
}

/* The selector and what follows it: nothing in a question that reads, else one value and no more.
 */
static bool decode_rest(const unsigned char *at, size_t count, bool wants_value,
			struct pl_stdbus_message *out)
{
	size_t taken;

	if (count < 3)
		return false;
	out->has_selector = true;
	out->id = 1000u * at[0] + at[1];
	out->instance = at[2];
	if (!wants_value)
		return count == 3;
	taken = pl_stdbus_value_decode(at + 3, count - 3, &out->value);
	out->has_value = taken > 0;
	return taken > 0 && taken == count - 3;
}

bool pl_stdbus_message_decode(const unsigned char *payload, size_t count,
			      struct pl_stdbus_message *out)
{
	*out = (struct pl_stdbus_message){0};
	if (count < 2 || (payload[0] != 1 && payload[0] != 2))
		return false;
	out->is_reply = payload[0] == 2;
	if (payload[1] >= 0x80) {
		out->error = payload[1];
		return out->is_reply;
	}
	out->service = payload[1];
	if (out->service == PL_STDBUS_WRITE)
		return decode_rest(payload + 2, count - 2, true, out);
	if (out->service == PL_STDBUS_READ && count > 2 && payload[2] == 1)
		return decode_rest(payload + 3, count - 3, out->is_reply, out);
	return false;
}

/* ---- the parser ---- */

enum state { IS_MORE, IS_FRAME, IS_DAMAGED, IS_NONE };

/* What the kept bytes from `at` on are; *length: of the frame. */
static enum state look(const unsigned char *at, size_t count, size_t *length)
{
	size_t payload;

	if (at[0] != 0x55)
		return IS_NONE;
	if (count < 2)
		return IS_MORE;
	if (at[1] != 0xff)
		return IS_NONE;
	if (count < PL_STDBUS_HEADER)
		return IS_MORE;
	payload = (size_t)at[5] << 8 | at[6];
	if (pl_stdbus_crc8(at + 2, 5) != at[7] || payload > PL_STDBUS_PAYLOAD_MAX)
		return IS_NONE;
	*length = PL_STDBUS_HEADER + payload + (payload > 0 ? 2 : 0);
	if (count < *length)
		return IS_MORE;
	at += PL_STDBUS_HEADER;
	if (payload > 0 && pl_stdbus_crc16(at, payload) != (at[payload] | at[payload + 1] << 8))
		return IS_DAMAGED;
	return IS_FRAME;
}

static struct pl_stdbus_frame frame_at(const unsigned char *at)
{
	return (struct pl_stdbus_frame){
	    .type = at[2],
	    .to = at[3],
	    .from = at[4],
	    .payload = at + PL_STDBUS_HEADER,
	    .count = (size_t)at[5] << 8 | at[6],
	};
}

/* Takes all frames out of what is kept. `is_last`: what is not whole now is none. */
static void take(struct pl_stdbus_parser *parser, const struct pl_stdbus_sink *sink, void *ctx,
		 int64_t t_ns, bool is_last)
{
	size_t at = 0, garbage = 0, length = 0;

	while (at < parser->count) {
		const unsigned char *here = parser->bytes + at;
		enum state state = look(here, parser->count - at, &length);
		struct pl_stdbus_frame frame;

		if (state == IS_MORE && !is_last)
			break;
		if (state == IS_FRAME && at > garbage)
			sink->garbage(ctx, parser->bytes + garbage, at - garbage);
		if (state == IS_FRAME || state == IS_DAMAGED)
			frame = frame_at(here);
		if (state == IS_FRAME)
			sink->frame(ctx, &frame, here, length, t_ns);
		else if (state == IS_DAMAGED)
			sink->damaged(ctx, &frame, here, length);
		at += state == IS_FRAME ? length : 1;
		garbage = state == IS_FRAME ? at : garbage;
	}
	if (at > garbage)
		sink->garbage(ctx, parser->bytes + garbage, at - garbage);
	parser->count -= at;
	memmove(parser->bytes, parser->bytes + at, parser->count);
}

void pl_stdbus_feed(struct pl_stdbus_parser *parser, const struct pl_stdbus_sink *sink, void *ctx,
		    const unsigned char *bytes, size_t count, int64_t t_ns)
{
	while (count > 0) {
		size_t room = sizeof parser->bytes - parser->count;
		size_t taken = count < room ? count : room;

		memcpy(parser->bytes + parser->count, bytes, taken);
		parser->count += taken;
		bytes += taken;
		count -= taken;
		take(parser, sink, ctx, t_ns, false);
		assert(parser->count < sizeof parser->bytes);
	}
}

size_t pl_stdbus_reset(struct pl_stdbus_parser *parser, const struct pl_stdbus_sink *sink,
		       void *ctx)
{
	size_t count = parser->count;

	take(parser, sink, ctx, 0, true);
	parser->count = 0;
	return count;
}
