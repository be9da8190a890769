/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listen.c - each frame on the line to where it belongs: the answer to what was asked, or stray.
 * What came instead of an answer is kept as a word and a clause, for the error. Bus thread.
 */
#include "driver/stdbus/session.h"

#include "plateau/text.h"

#include <stdio.h>
#include <string.h>

static void odd(struct pl_stdbus *session, const char *word, const char *text)
{
	struct pl_stdbus_want *want = &session->want;

	if (!want->is_open || want->outcome != PL_STDBUS_PENDING || want->odd != NULL)
		return;
	want->odd = word;
	pl_text_copy(want->odd_text, sizeof want->odd_text, text);
}

static void stray(struct pl_stdbus *session, const unsigned char *bytes, size_t count,
		  const char *why)
{
	session->host.stray(session->host.ctx, (const char *)bytes, count, why);
}

static bool kind_fits(enum pl_stdbus_kind kind, const struct pl_stdbus_value *value)
{
	switch (kind) {
	case PL_STDBUS_KIND_WHOLE:
		return value->type != PL_STDBUS_F32 && value->type != PL_STDBUS_STRING;
	case PL_STDBUS_KIND_REAL:
		return value->type != PL_STDBUS_STRING && value->type != PL_STDBUS_WORDS;
	case PL_STDBUS_KIND_STRING:
		return value->type == PL_STDBUS_STRING;
	case PL_STDBUS_KIND_ANY:
		break;
	}
	return true;
}

static bool selects(const struct pl_stdbus_question *question,
		    const struct pl_stdbus_message *message)
{
	return message->has_selector && message->service == question->service &&
	       message->id == question->id && message->instance == question->instance;
}

static void keep_raw(char out[PL_RAW_SIZE], const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count && 2 * i + 3 <= PL_RAW_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02X", bytes[i]);
}

static void take(struct pl_stdbus_want *want, const struct pl_stdbus_message *message,
		 const unsigned char *bytes, size_t count, int64_t t_ns)
{
	struct pl_stdbus_reply *reply = &want->reply;

	*reply = (struct pl_stdbus_reply){
	    .error = message->error,
	    .type = message->value.type,
	    .number = message->value.number,
	};
	if (message->value.text != NULL)
		pl_text_escape(reply->text, sizeof reply->text, message->value.text,
			       message->value.text_count);
	keep_raw(reply->raw, bytes, count);
	want->t_answer_ns = t_ns;
	if (message->error != 0)
		want->outcome = PL_STDBUS_REFUSED;
	else
		want->outcome =
		    kind_fits(want->kind, &message->value) ? PL_STDBUS_VALUE : PL_STDBUS_MISFIT;
}

/* A reply of our controller to us. Returns why it is not wanted, NULL when it was taken. */
static const char *offer(struct pl_stdbus *session, const struct pl_stdbus_message *message,
			 const unsigned char *bytes, size_t count, int64_t t_ns)
{
	struct pl_stdbus_want *want = &session->want;
	char text[96];

	if (want->is_open && want->outcome == PL_STDBUS_PENDING) {
		if (message->error != 0 ? want->takes_errors : selects(&want->question, message)) {
			take(want, message, bytes, count, t_ns);
			return NULL;
		}
		snprintf(text, sizeof text, "a reply of %s %u instance %u came",
			 message->service == PL_STDBUS_READ ? "reading" : "writing", message->id,
			 message->instance);
		odd(session, "format", message->error != 0 ? "an older error came" : text);
	} else if (session->owed.service != 0 &&
		   (message->error != 0 || selects(&session->owed, message))) {
		session->owed.service = 0;
	}
	return "late";
}

static void say_echo(struct pl_stdbus *session)
{
	odd(session, "echo", "our own question came back, this looks like an echo");
	if (session->is_echo_said)
		return;
	session->is_echo_said = true;
	session->host.note(session->host.ctx, PL_NOTE_WARNING,
			   "the line echoes what is sent: it is left out, but costs time; the "
			   "adapter's receiver should be off while it sends");
}

static const char *judge(struct pl_stdbus *session, const struct pl_stdbus_frame *frame,
			 const unsigned char *bytes, size_t count, int64_t t_ns)
{
	const struct pl_stdbus_want *want = &session->want;
	struct pl_stdbus_message message;
	char text[96];

	if (frame->type == PL_STDBUS_REQUEST && count == want->sent_count &&
	    memcmp(bytes, want->sent, count) == 0) {
		say_echo(session);
		return "echo";
	}
	if (frame->type != PL_STDBUS_REPLY || frame->to != PL_STDBUS_HOST ||
	    frame->from != PL_STDBUS_UNIT_BASE + session->options->address) {
		snprintf(text, sizeof text,
			 "a frame of type %02X from %02X to %02X came, not one of type 06 from "
			 "%02X to 00",
			 frame->type, frame->from, frame->to,
			 (unsigned)(PL_STDBUS_UNIT_BASE + session->options->address));
		odd(session, "foreign", text);
		return "foreign";
	}
	if (!pl_stdbus_message_decode(frame->payload, frame->count, &message) ||
	    !message.is_reply) {
		odd(session, "format", "a reply of unknown form came");
		return "format";
	}
	return offer(session, &message, bytes, count, t_ns);
}

static void on_frame(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		     size_t count, int64_t t_ns)
{
	const char *why = judge(ctx, frame, bytes, count, t_ns);

	if (why != NULL)
		stray(ctx, bytes, count, why);
}

/* Our answer came, and its value is lost: nothing better will follow. */
static void on_damaged(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		       size_t count)
{
	struct pl_stdbus *session = ctx;
	struct pl_stdbus_want *want = &session->want;

	odd(session, "crc", "a reply with a wrong CRC came");
	if (!want->is_open || want->outcome != PL_STDBUS_PENDING ||
	    frame->type != PL_STDBUS_REPLY ||
	    frame->from != PL_STDBUS_UNIT_BASE + session->options->address)
		return;
	keep_raw(want->reply.raw, bytes, count);
	want->outcome = PL_STDBUS_DAMAGED;
	want->t_answer_ns = session->last_byte_ns;
}

static void on_garbage(void *ctx, const unsigned char *bytes, size_t count)
{
	struct pl_stdbus *session = ctx;
	const struct pl_stdbus_want *want = &session->want;
	bool is_ours = want->is_open && want->outcome == PL_STDBUS_DAMAGED;

	if (count > 1 && bytes[0] == 0x55 && bytes[1] == 0xff)
		odd(session, "half", "a reply came by halves or was damaged");
	else
		odd(session, "format", "bytes of no frame came; is the line at 38400 baud, 8N1?");
	stray(session, bytes, count, is_ours ? "crc" : "garbage");
}

static const struct pl_stdbus_sink sink = {
    .frame = on_frame,
    .damaged = on_damaged,
    .garbage = on_garbage,
};

void pl_stdbus_listen(struct pl_stdbus *session, const unsigned char *bytes, size_t count,
		      int64_t t_ns)
{
	if (count == 0)
		return;
	session->last_byte_ns = t_ns;
	pl_stdbus_feed(&session->parser, &sink, session, bytes, count, t_ns);
}

void pl_stdbus_give_up(struct pl_stdbus *session)
{
	pl_stdbus_reset(&session->parser, &sink, session);
}
