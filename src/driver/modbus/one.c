/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one.c - reading and writing one parameter. Bus thread. */
#include "driver/modbus/session.h"

#include "driver/modbus/value.h"
#include "driver/wire.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A device may keep a float in a form of its own: so much of it does not count. */
#define ROUNDING 1e-6

/* A value that is none is still an answer: PL_OK with its quality. */
enum pl_status pl_modbus_read(struct pl_modbus *session, int channel, int parameter,
			      struct pl_reading *out, struct pl_error *error)
{
	struct pl_sample sample = {
	    .target = {.channel = (int16_t)channel, .parameter = (int16_t)parameter}};
	enum pl_status status = pl_modbus_read_many(session, &sample, 1, error);

	*out = sample.reading;
	if (status == PL_OK && sample.status != PL_OK)
		status = pl_error_set(error, (enum pl_status)sample.status, session->spec->name,
				      "%s", sample.reading.reason);
	return status;
}

enum pl_status pl_modbus_fetch(struct pl_modbus *session, const struct pl_profile_row *row,
			       unsigned char *data, struct pl_modbus_reply *reply,
			       struct pl_error *error)
{
	struct pl_modbus_question question;
	enum pl_status status;

	pl_modbus_ask_read(&question, (unsigned)session->options->unit, row->read_function,
			   row->address, row->registers);
	status = pl_modbus_ask(session, &question, reply, error);
	if (status == PL_OK)
		memcpy(data, reply->data, pl_modbus_data_size(row->read_function, row->registers));
	return status;
}

/* The device's own limit, NaN when it tells none. */
static enum pl_status fetch_limit(struct pl_modbus *session, const struct pl_modbus_place *place,
				  int index, double *out, struct pl_error *error)
{
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	struct pl_modbus_reply reply;
	struct pl_profile_row row;
	struct pl_reading limit = {0};
	enum pl_status status;

	*out = NAN;
	if (index < 0)
		return PL_OK;
	row = pl_modbus_row(session->profile, index, place->instance);
	if (!row.has_register)
		return PL_OK;
	status = pl_modbus_fetch(session, &row, data, &reply, error);
	if (status == PL_ERR_UNSUPPORTED)
		return PL_OK;
	if (status != PL_OK)
		return status;
	pl_modbus_decode(&row, &session->profile->parameters[index], data, &limit);
	if (limit.quality == PL_QUALITY_OK)
		*out = limit.value.number;
	return PL_OK;
}

static enum pl_status check_limits(struct pl_modbus *session, const struct pl_modbus_place *place,
				   double value, struct pl_error *error)
{
	double lowest, highest;
	enum pl_status status;

	status = fetch_limit(session, place, place->row.min_row, &lowest, error);
	if (status == PL_OK)
		status = fetch_limit(session, place, place->row.max_row, &highest, error);
	if (status != PL_OK)
		return status;
	return pl_wire_check_limits(place->parameter, value, lowest, highest, session->spec->name,
				    error);
}

static enum pl_status read_back(struct pl_modbus *session, const struct pl_modbus_place *place,
				const unsigned char *written, struct pl_write_report *out,
				struct pl_error *error)
{
	const struct pl_profile_row *row = &place->row;
	bool is_float = row->type == PL_WIRE_F32 || row->type == PL_WIRE_F64;
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	struct pl_modbus_reply reply;
	struct pl_reading reading = {0};
	enum pl_status status = pl_modbus_fetch(session, row, data, &reply, error);

	if (status != PL_OK)
		return status;
	pl_modbus_decode(row, place->parameter, data, &reading);
	out->readback = reading.value.number;
	out->t_confirmed_ns = reply.received_ns;
	if (pl_modbus_gather(row, data) == pl_modbus_gather(row, written) ||
	    (is_float && fabs(out->readback - out->applied) <= ROUNDING * fabs(out->applied)))
		return PL_OK;
	return pl_error_set(error, PL_ERR_MISMATCH, session->spec->name,
			    "%s was written as %.10g and reads back as %.10g",
			    place->parameter->name, out->applied, out->readback);
}

static enum pl_status send_write(struct pl_modbus *session, const struct pl_modbus_place *place,
				 const unsigned char *data, struct pl_write_report *out,
				 struct pl_error *error)
{
	struct pl_modbus_question question;
	struct pl_modbus_reply reply;
	enum pl_status status;

	pl_modbus_ask_write(&question, (unsigned)session->options->unit, place->row.write_function,
			    place->row.address, place->row.registers, data);
	status = pl_modbus_ask(session, &question, &reply, error);
	out->t_confirmed_ns = status == PL_OK ? reply.received_ns : 0;
	if (status != PL_OK || !(place->parameter->access & PL_ACCESS_READ))
		return status;
	return read_back(session, place, data, out, error);
}

static bool can_be_written(const struct pl_profile_row *row)
{
	switch (row->write_function) {
	case PL_MODBUS_WRITE_COIL:
	case PL_MODBUS_WRITE_REGISTER:
		return row->registers == 1;
	case PL_MODBUS_WRITE_COILS:
		return row->registers <= 53;
	case PL_MODBUS_WRITE_REGISTERS:
		return row->registers <= PL_MODBUS_NUMBER_MAX;
	default:
		return false;
	}
}

enum pl_status pl_modbus_write(struct pl_modbus *session, int channel, int parameter, double value,
			       struct pl_write_report *out, struct pl_error *error)
{
	struct pl_target target = {.channel = (int16_t)channel, .parameter = (int16_t)parameter};
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	struct pl_modbus_place place;
	enum pl_status status;

	*out = (struct pl_write_report){.applied = NAN, .readback = NAN};
	status = pl_modbus_place(session->spec, &target, &place, error);
	if (status != PL_OK && !place.row.has_register)
		return status; /* one that can be written only is fine */
	if (!(place.parameter->access & PL_ACCESS_WRITE) || !can_be_written(&place.row))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name,
				    "%s cannot be written", place.parameter->name);
	status = pl_modbus_encode(&place.row, place.parameter, value, data, &out->applied, error);
	if (status == PL_OK)
		status = check_limits(session, &place, out->applied, error);
	if (status == PL_OK)
		status = send_write(session, &place, data, out, error);
	if (status != PL_OK && status != PL_ERR_MISMATCH)
		out->applied = NAN;
	return status;
}
