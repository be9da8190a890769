/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.c - several parameters in as few reads as can be, and each with what says whether it is
 * good. Bus thread.
 *
 * A block that the device refuses because of an address in it is read again piece by piece in the
 * same call; what is refused alone is not asked again. When all pieces were fine, the fault was
 * with reading them together, and from then on that is left off.
 */
#include "driver/modbus/session.h"

#include "driver/modbus/value.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One sample on its way. */
struct want {
	struct pl_sample *sample;
	struct pl_modbus_place place;
	bool has_value;
	struct pl_reading validity; /* quality missing until it was read */
	struct pl_error validity_error;
};

/* One call. */
struct reading {
	struct pl_modbus *session;
	struct want *wants;
	size_t count;
	struct pl_modbus_piece *pieces;
	struct pl_modbus_block *blocks;
	size_t piece_count, block_count;
	bool was_answered;
	enum pl_status status; /* that ends the call */
	struct pl_error error;
};

static void fail(struct pl_sample *sample, enum pl_status status, const char *why)
{
	bool is_answer = status == PL_ERR_PROTOCOL || status == PL_ERR_REFUSED;

	sample->status = (int)status;
	sample->reading.quality = is_answer ? PL_QUALITY_INVALID : PL_QUALITY_MISSING;
	sample->reading.value.number = NAN;
	sample->reading.value.text[0] = '\0';
	pl_text_copy(sample->reading.reason, sizeof sample->reading.reason, why);
}

static void leave_out(struct pl_sample *sample, unsigned exception)
{
	char why[PL_REASON_SIZE];

	snprintf(why, sizeof why, "unsupported: exception %u (%s)", exception,
		 pl_modbus_exception_text(exception));
	fail(sample, PL_ERR_UNSUPPORTED, why);
}

/* Takes a target up, or says in its sample why not. */
static void begin_one(struct reading *reading, struct want *want, struct pl_sample *sample)
{
	struct pl_modbus *session = reading->session;
	struct pl_error error = {0};
	unsigned exception;

	sample->was_asked = false;
	sample->requested_ns = sample->received_ns = 0;
	sample->raw[0] = '\0';
	sample->reading = (struct pl_reading){.t_mono_ns = session->host.now(session->host.ctx)};
	want->sample = sample;
	want->validity.quality = PL_QUALITY_MISSING;
	fail(sample, PL_ERR_UNANSWERED, "not asked: the device is silent");
	if (pl_modbus_place(session->spec, &sample->target, &want->place, &error) != PL_OK) {
		fail(sample, PL_ERR_UNSUPPORTED, error.text);
		return;
	}
	sample->reading.value.type = want->place.parameter->type;
	exception = pl_modbus_bad(session, want->place.index, want->place.instance,
				  want->place.row.address);
	if (exception != 0) {
		leave_out(sample, exception);
		return;
	}
	reading->piece_count +=
	    pl_modbus_pieces(&want->place, &session->limits, (size_t)(want - reading->wants),
			     reading->pieces + reading->piece_count);
}

/* The registers of a row out of a block; coils from bit 0 on. */
static const unsigned char *cut_out(const struct pl_profile_row *row, uint16_t address,
				    const unsigned char *data, unsigned char bits[16])
{
	unsigned from = (unsigned)row->address - address;

	if (!pl_modbus_function_is_bits(row->read_function))
		return data + (size_t)2 * from;
	memset(bits, 0, 16);
	for (unsigned i = 0; i < row->registers && i < 128; i++)
		if (data[(from + i) / 8] >> (from + i) % 8 & 1)
			bits[i / 8] = (unsigned char)(bits[i / 8] | 1U << i % 8);
	return bits;
}

static void stamp(struct pl_sample *sample, const struct pl_modbus_reply *reply)
{
	sample->requested_ns = reply->requested_ns;
	sample->received_ns = reply->received_ns;
	sample->reading.latency_ns = reply->received_ns - reply->requested_ns;
	sample->reading.t_mono_ns = reply->requested_ns + sample->reading.latency_ns / 2;
	pl_modbus_hex(reply->frame, reply->frame_count, sample->raw, sizeof sample->raw);
}

static void take(struct reading *reading, const struct pl_modbus_piece *piece, uint16_t address,
		 const struct pl_modbus_reply *reply)
{
	struct want *want = &reading->wants[piece->owner];
	const struct pl_modbus_place *place = &want->place;
	unsigned char bits[16];

	want->sample->was_asked = true;
	if (piece->parts & PL_MODBUS_PART_VALUE) {
		pl_modbus_decode(&place->row, place->parameter,
				 cut_out(&place->row, address, reply->data, bits),
				 &want->sample->reading);
		want->sample->status = PL_OK;
		want->has_value = true;
		stamp(want->sample, reply);
	}
	if (piece->parts & PL_MODBUS_PART_VALIDITY)
		pl_modbus_decode(&place->validity, place->validity_parameter,
				 cut_out(&place->validity, address, reply->data, bits),
				 &want->validity);
}

static void refuse(struct reading *reading, const struct pl_modbus_piece *piece,
		   enum pl_status status, const struct pl_modbus_reply *reply,
		   const struct pl_error *why)
{
	struct want *want = &reading->wants[piece->owner];
	char text[PL_REASON_SIZE];

	want->sample->was_asked = true;
	if (piece->parts & PL_MODBUS_PART_VALUE) {
		snprintf(text, sizeof text, "%.*s", PL_REASON_SIZE - 1, why->text);
		fail(want->sample, status, text);
		want->sample->requested_ns = reply->requested_ns;
		want->sample->received_ns =
		    reply->received_ns > 0 ? reply->received_ns
					   : reading->session->host.now(reading->session->host.ctx);
		want->sample->reading.latency_ns =
		    want->sample->received_ns - want->sample->requested_ns;
		want->sample->reading.t_mono_ns =
		    want->sample->requested_ns + want->sample->reading.latency_ns / 2;
		pl_modbus_hex(reply->frame, reply->frame_count, want->sample->raw,
			      sizeof want->sample->raw);
	}
	if (piece->parts & PL_MODBUS_PART_VALIDITY)
		want->validity_error = *why;
	if (status == PL_ERR_UNSUPPORTED && piece->parts == PL_MODBUS_PART_VALUE)
		pl_modbus_set_bad(reading->session, want->place.index, want->place.instance,
				  want->place.row.address, reply->exception);
}

/* An answer of any kind, or bytes at least, came from the device. */
static bool is_answered(enum pl_status status)
{
	return status == PL_OK || status == PL_ERR_REFUSED || status == PL_ERR_UNSUPPORTED ||
	       status == PL_ERR_PROTOCOL;
}

/* One read; its error when it is none. */
static enum pl_status ask_registers(struct reading *reading, uint8_t function, uint16_t address,
				    uint16_t count, struct pl_modbus_reply *reply,
				    struct pl_error *why)
{
	struct pl_modbus_question question;
	enum pl_status status;

	pl_modbus_ask_read(&question, (unsigned)reading->session->options->unit, function, address,
			   count);
	status = pl_modbus_ask(reading->session, &question, reply, why);
	if (is_answered(status))
		reading->was_answered = true;
	else {
		reading->status = status;
		reading->error = *why;
	}
	return status;
}

/* A piece alone; value and validity apart when they are refused together. */
static bool read_piece(struct reading *reading, struct pl_modbus_piece piece)
{
	const struct pl_modbus_place *place = &reading->wants[piece.owner].place;
	const struct pl_profile_row *rows[] = {&place->row, &place->validity};
	struct pl_modbus_reply reply;
	struct pl_error why = {0};
	enum pl_status status =
	    ask_registers(reading, piece.function, piece.address, piece.count, &reply, &why);
	bool is_pair = piece.parts == (PL_MODBUS_PART_VALUE | PL_MODBUS_PART_VALIDITY);
	bool all = true;

	if (status == PL_OK) {
		take(reading, &piece, piece.address, &reply);
		return true;
	}
	if (status != PL_ERR_UNSUPPORTED || !is_pair) {
		refuse(reading, &piece, status, &reply, &why);
		return false;
	}
	for (int i = 0; i < 2 && reading->status == PL_OK; i++)
		all &=
		    read_piece(reading, (struct pl_modbus_piece){.function = rows[i]->read_function,
								 .address = rows[i]->address,
								 .count = rows[i]->registers,
								 .parts = (uint8_t)(1U << i),
								 .owner = piece.owner});
	return all;
}

static void note_apart(struct reading *reading, const struct pl_modbus_block *block)
{
	struct pl_modbus *session = reading->session;
	char text[200];

	snprintf(text, sizeof text,
		 "registers %u to %u cannot be read in one go but one by one: %s from now on",
		 block->address, block->address + block->count - 1U,
		 block->bridges ? "no gaps are read over" : "parameters are read one by one");
	session->host.note(session->host.ctx, PL_NOTE_INFO, text);
	if (block->bridges)
		session->limits.block_gap = 0;
	else
		session->limits.merges = false;
}

static void read_block(struct reading *reading, const struct pl_modbus_block *block)
{
	const struct pl_modbus_piece *pieces = reading->pieces + block->first;
	struct pl_modbus_reply reply;
	struct pl_error why = {0};
	enum pl_status status;
	bool all = true;

	if (block->pieces == 1) {
		read_piece(reading, pieces[0]);
		return;
	}
	status =
	    ask_registers(reading, block->function, block->address, block->count, &reply, &why);
	if (status == PL_ERR_UNSUPPORTED) {
		for (size_t i = 0; i < block->pieces && reading->status == PL_OK; i++)
			all &= read_piece(reading, pieces[i]);
		if (all && reading->status == PL_OK)
			note_apart(reading, block);
		return;
	}
	for (size_t i = 0; i < block->pieces; i++) {
		if (status == PL_OK)
			take(reading, &pieces[i], block->address, &reply);
		else
			refuse(reading, &pieces[i], status, &reply, &why);
	}
}

/* A value whose device says that it is not good is none. */
static void apply_validity(struct want *want)
{
	const struct pl_modbus_place *place = &want->place;
	const struct pl_reading *validity = &want->validity;
	struct pl_reading *out = &want->sample->reading;
	const char *name = place->has_validity ? place->validity_parameter->name : "";

	if (!want->has_value || !place->has_validity || out->quality == PL_QUALITY_MISSING)
		return;
	if (validity->quality == PL_QUALITY_OK && validity->value.number == place->row.valid_value)
		return;
	if (validity->quality != PL_QUALITY_OK)
		snprintf(out->reason, sizeof out->reason, "%s could not be read: %.60s", name,
			 want->validity_error.text);
	else if (validity->value.text[0] != '\0')
		snprintf(out->reason, sizeof out->reason, "%s: %s", name, validity->value.text);
	else
		snprintf(out->reason, sizeof out->reason, "%s: %g", name, validity->value.number);
	out->quality = PL_QUALITY_INVALID;
	out->value.number = NAN;
	out->value.text[0] = '\0';
}

static void read_all(struct reading *reading)
{
	reading->block_count = pl_modbus_plan(reading->pieces, reading->piece_count,
					      &reading->session->limits, reading->blocks);
	for (size_t i = 0; i < reading->block_count && reading->status == PL_OK; i++)
		read_block(reading, &reading->blocks[i]);
	for (size_t i = 0; i < reading->count; i++)
		apply_validity(&reading->wants[i]);
}

enum pl_status pl_modbus_read_many(struct pl_modbus *session, struct pl_sample *samples,
				   size_t count, struct pl_error *error)
{
	struct reading reading = {
	    .session = session,
	    .wants = calloc(count + 1, sizeof *reading.wants),
	    .count = count,
	    .pieces = calloc(2 * count + 1, sizeof *reading.pieces),
	    .blocks = calloc(2 * count + 1, sizeof *reading.blocks),
	};

	if (!reading.wants || !reading.pieces || !reading.blocks)
		pl_out_of_memory();
	for (size_t i = 0; i < count; i++)
		begin_one(&reading, &reading.wants[i], &samples[i]);
	read_all(&reading);
	free(reading.wants);
	free(reading.pieces);
	free(reading.blocks);
	if (reading.status == PL_ERR_UNANSWERED && reading.was_answered)
		return PL_OK;
	if (reading.status != PL_OK && error)
		*error = reading.error;
	return reading.status;
}
