/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decode.c - frames of Watlow Standard Bus explained for people, a line each. Pure.
 */
#include "driver/stdbus/protocol.h"
#include "plateau/text.h"

#include <stdio.h>

#define SHOWN_MAX 48 /* bytes of one piece */

struct teller {
	void (*say)(void *ctx, const char *line);
	void *ctx;
	size_t frames;
};

static void add_hex(struct pl_text *text, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
		pl_text_add(text, " %02X", bytes[i]);
	if (count > SHOWN_MAX)
		pl_text_add(text, " ... (%zu bytes)", count);
}

static void add_address(struct pl_text *text, uint8_t byte)
{
	if (byte == PL_STDBUS_HOST)
		pl_text_add(text, "host");
	else if (byte > PL_STDBUS_UNIT_BASE && byte <= PL_STDBUS_UNIT_BASE + PL_STDBUS_UNITS)
		pl_text_add(text, "address %d", byte - PL_STDBUS_UNIT_BASE);
	else
		pl_text_add(text, "unknown address %02X", byte);
}

static void add_value(struct pl_text *text, const struct pl_stdbus_value *value)
{
	char number[PL_NUMBER_SIZE], string[256];

	pl_text_add(text, " = ");
	if (value->type == PL_STDBUS_STRING) {
		pl_text_escape(string, sizeof string, value->text, value->text_count);
		pl_text_add(text, "\"%s\"", string);
	} else if (value->type == PL_STDBUS_F32 && !(value->number - value->number == 0)) {
		pl_text_add(text, "no number");
	} else if (value->type == PL_STDBUS_F32) {
		pl_text_add(text, "%.7g", value->number);
	} else {
		pl_number_format(value->number, number);
		pl_text_add(text, "%s", number[0] ? number : "not one word");
	}
	pl_text_add(text, " (%s)", pl_stdbus_type_name((int)value->type));
}

static void add_message(struct pl_text *text, const unsigned char *payload, size_t count)
{
	struct pl_stdbus_message message;

	if (!pl_stdbus_message_decode(payload, count, &message)) {
		pl_text_add(text, "payload not understood:");
		add_hex(text, payload, count);
		return;
	}
	if (message.error != 0) {
		pl_text_add(text, "error %02X: %s", message.error,
			    pl_stdbus_refusal(message.error));
		return;
	}
	pl_text_add(text, "%s %u instance %u", message.service == PL_STDBUS_READ ? "read" : "write",
		    message.id, message.instance);
	if (message.has_value)
		add_value(text, &message.value);
}

static void begin(struct pl_text *text, const struct pl_stdbus_frame *frame)
{
	if (frame->type == PL_STDBUS_REQUEST)
		pl_text_add(text, "request");
	else if (frame->type == PL_STDBUS_REPLY)
		pl_text_add(text, "reply");
	else
		pl_text_add(text, "frame of type %02X", frame->type);
	pl_text_add(text, ", ");
	add_address(text, frame->from);
	pl_text_add(text, " to ");
	add_address(text, frame->to);
	pl_text_add(text, ": ");
}

static void finish(struct teller *teller, struct pl_text *text)
{
	teller->say(teller->ctx, text->data);
	pl_text_free(text);
}

static void on_frame(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		     size_t count, int64_t t_ns)
{
	struct teller *teller = ctx;
	struct pl_text text = {0};

	(void)bytes, (void)count, (void)t_ns;
	teller->frames++;
	begin(&text, frame);
	if (frame->count == 0)
		pl_text_add(&text, "no payload");
	else
		add_message(&text, frame->payload, frame->count);
	finish(teller, &text);
}

static void on_damaged(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		       size_t count)
{
	struct teller *teller = ctx;
	struct pl_text text = {0};

	teller->frames++;
	begin(&text, frame);
	pl_text_add(&text, "DATA CRC WRONG, %02X%02X came, %04X is right: ", bytes[count - 1],
		    bytes[count - 2], pl_stdbus_crc16(frame->payload, frame->count));
	add_message(&text, frame->payload, frame->count);
	finish(teller, &text);
}

static void on_garbage(void *ctx, const unsigned char *bytes, size_t count)
{
	struct teller *teller = ctx;
	struct pl_text text = {0};

	pl_text_add(&text, "%zu byte%s of no frame:", count, count == 1 ? "" : "s");
	add_hex(&text, bytes, count);
	if (count >= PL_STDBUS_HEADER && bytes[0] == 0x55 && bytes[1] == 0xff) {
		uint8_t crc = pl_stdbus_crc8(bytes + 2, 5);

		if (crc != bytes[7])
			pl_text_add(&text, " (HEADER CRC WRONG, %02X came, %02X is right)",
				    bytes[7], crc);
		else
			pl_text_add(&text, " (a frame that is not whole or is damaged)");
	}
	finish(teller, &text);
}

bool pl_stdbus_decode(const unsigned char *bytes, size_t count,
		      void (*say)(void *ctx, const char *line), void *ctx)
{
	static const struct pl_stdbus_sink sink = {
	    .frame = on_frame,
	    .damaged = on_damaged,
	    .garbage = on_garbage,
	};
	struct teller teller = {.say = say, .ctx = ctx};
	struct pl_stdbus_parser parser = {0};

	pl_stdbus_feed(&parser, &sink, &teller, bytes, count, 0);
	pl_stdbus_reset(&parser, &sink, &teller);
	return teller.frames > 0;
}
