/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.c - readings: what an answer means by its profile row. Bus thread.
 */
#include "driver/stdbus/session.h"

#include "driver/wire.h"
#include "plateau/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void spoil(struct pl_reading *reading, enum pl_quality quality, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void spoil(struct pl_reading *reading, enum pl_quality quality, const char *format, ...)
{
	va_list args;

	reading->quality = quality;
	reading->value.number = NAN;
	reading->value.text[0] = '\0';
	va_start(args, format);
	vsnprintf(reading->reason, sizeof reading->reason, format, args);
	va_end(args);
}

/* Why there is no value, when the question itself failed. */
void pl_stdbus_sample_fail(const struct pl_stdbus *session, enum pl_status status,
			   struct pl_sample *sample, const struct pl_error *error)
{
	const char *word = session->want.odd;

	sample->status = (int)status;
	if (status == PL_ERR_PROTOCOL)
		spoil(&sample->reading, PL_QUALITY_INVALID, "%s", word ? word : "protocol");
	else if (status == PL_ERR_REFUSED || status == PL_ERR_UNSUPPORTED)
		spoil(&sample->reading, PL_QUALITY_MISSING, "%s: %s", pl_status_name(status),
		      error->text);
	else
		spoil(&sample->reading, PL_QUALITY_MISSING, "%s", pl_status_name(status));
}

static double scaled(const struct pl_profile_row *row, const struct pl_stdbus_reply *reply)
{
	bool is_real_row = row->type == PL_WIRE_F32 || row->type == PL_WIRE_F64;

	if (reply->type == PL_STDBUS_F32 && !is_real_row) /* in the unit already */
		return reply->number;
	return pl_wire_value(row, reply->number);
}

static void read_number(const struct pl_profile_row *row, const struct pl_parameter *parameter,
			const struct pl_stdbus_reply *reply, struct pl_reading *out)
{
	double number = scaled(row, reply);

	if (!pl_wire_is_value(row, reply->number, out))
		return;
	out->value.number = number;
	pl_wire_name(row, number, out->value.text);
	if (parameter->type == PL_VALUE_TEXT && out->value.text[0] == '\0')
		snprintf(out->value.text, sizeof out->value.text, "%.10g", number);
	pl_wire_check_plausible(row, parameter, out);
}

static void read_raw(const struct pl_stdbus_reply *reply, struct pl_reading *out)
{
	if (reply->type == PL_STDBUS_STRING) {
		out->value.type = PL_VALUE_TEXT;
		pl_text_copy(out->value.text, sizeof out->value.text, reply->text);
	} else {
		out->value.type = reply->type == PL_STDBUS_F32 ? PL_VALUE_REAL : PL_VALUE_INTEGER;
		out->value.number = reply->number;
		pl_wire_is_value(NULL, reply->number, out);
	}
}

static void interpret(struct pl_stdbus *session, const struct pl_stdbus_item *item,
		      struct pl_reading *out)
{
	const struct pl_stdbus_reply *reply = &session->want.reply;
	const struct pl_profile_row *row = pl_stdbus_row(session->spec, item);
	struct pl_stdbus_known *known;

	out->quality = PL_QUALITY_OK;
	if (row == NULL) {
		read_raw(reply, out);
		return;
	}
	known = &session->known[item->place];
	known->type = (uint8_t)reply->type;
	if (row->type == PL_WIRE_STRING)
		pl_text_copy(out->value.text, sizeof out->value.text, reply->text);
	else
		read_number(row, &session->spec->profile->parameters[item->row], reply, out);
	known->round = session->round;
	known->number = scaled(row, reply);
}

void pl_stdbus_sample_begin(struct pl_stdbus *session, const struct pl_stdbus_item *item,
			    struct pl_sample *sample)
{
	struct pl_reading *reading = &sample->reading;

	sample->was_asked = false;
	sample->status = PL_OK;
	sample->raw[0] = '\0';
	sample->requested_ns = session->host.now(session->host.ctx);
	sample->received_ns = sample->requested_ns;
	*reading = (struct pl_reading){
	    .t_mono_ns = sample->requested_ns,
	    .quality = PL_QUALITY_MISSING,
	    .value = {.number = NAN},
	};
	if (item->row >= 0)
		reading->value.type = session->spec->profile->parameters[item->row].type;
}

static void finish(const struct pl_stdbus *session, struct pl_sample *sample)
{
	const struct pl_stdbus_want *want = &session->want;
	bool is_answered = want->outcome != PL_STDBUS_PENDING;

	sample->was_asked = true;
	sample->requested_ns = want->t_sent_ns;
	sample->received_ns =
	    is_answered ? want->t_answer_ns : session->host.now(session->host.ctx);
	sample->reading.latency_ns = sample->received_ns - sample->requested_ns;
	sample->reading.t_mono_ns = sample->requested_ns + sample->reading.latency_ns / 2;
	memcpy(sample->raw, want->reply.raw, sizeof sample->raw);
}

enum pl_status pl_stdbus_read_item(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				   struct pl_sample *sample, struct pl_error *error)
{
	struct pl_stdbus_known *known = item->row < 0 ? NULL : &session->known[item->place];
	struct pl_stdbus_question question = {
	    .service = PL_STDBUS_READ,
	    .id = item->id,
	    .instance = item->instance,
	};
	struct pl_error why = {0};
	enum pl_status status;

	pl_stdbus_sample_begin(session, item, sample);
	pl_stdbus_item_path(session->spec, item, session->where);
	if (known != NULL && known->is_unsupported) {
		status = pl_error_set(&why, PL_ERR_UNSUPPORTED, session->where, "%s",
				      pl_stdbus_refusal(known->refusal));
	} else {
		status = pl_stdbus_ask(session, &question, pl_stdbus_item_kind(session->spec, item),
				       1 + session->options->retries, &why);
		finish(session, sample);
	}
	if (status == PL_OK) {
		interpret(session, item, &sample->reading);
		return PL_OK;
	}
	if (status == PL_ERR_UNSUPPORTED && known != NULL && !known->is_unsupported) {
		known->is_unsupported = true;
		known->refusal = session->want.reply.error;
	}
	pl_stdbus_sample_fail(session, status, sample, &why);
	if (error != NULL)
		*error = why;
	return status;
}

void pl_stdbus_judge(const struct pl_stdbus *session, const struct pl_stdbus_item *item,
		     const struct pl_stdbus_item *verdict, struct pl_reading *reading)
{
	const struct pl_profile *profile = session->spec->profile;
	const struct pl_stdbus_known *known = &session->known[verdict->place];
	const char *name = profile->parameters[verdict->row].name;
	char words[PL_VALUE_TEXT_SIZE] = "";

	if (reading->quality != PL_QUALITY_OK && reading->quality != PL_QUALITY_OVER)
		return;
	if (known->is_unsupported) { /* it may be an old value, and nobody says so */
		spoil(reading, PL_QUALITY_INVALID, "invalid: %s is not there: %s", name,
		      pl_stdbus_refusal(known->refusal));
		return;
	}
	if (known->round != session->round) {
		spoil(reading, PL_QUALITY_INVALID, "invalid: %s was not answered", name);
		return;
	}
	if (known->number == profile->rows[item->row].valid_value)
		return;
	pl_wire_name(&profile->rows[verdict->row], known->number, words);
	if (words[0] == '\0')
		snprintf(words, sizeof words, "%.10g", known->number);
	spoil(reading, PL_QUALITY_INVALID, "invalid: %s %s", name, words);
}
