/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write.c - one value, written once, confirmed by the reply and by reading it back.
 *
 * A controller refuses a value of another type than its own, so the type is the one it answers
 * reads with. Limits that it holds itself are read and kept to before anything is sent. Bus thread.
 */
#include "driver/stdbus/session.h"
#include "driver/wire.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The device keeps floats, in a unit of its own: equal to a float's width. Of a whole number only
 * what scaling it costs. */
#define EQUAL_FLOAT 1e-5
#define EQUAL_WHOLE 1e-12

static bool is_equal(enum pl_stdbus_type type, double a, double b)
{
	double part = type == PL_STDBUS_F32 ? EQUAL_FLOAT : EQUAL_WHOLE;

	return fabs(a - b) <= part * fmax(1e-3, fmax(fabs(a), fabs(b)));
}

static enum pl_stdbus_type default_type(const struct pl_profile_row *row)
{
	switch (row->type) {
	case PL_WIRE_U16:
	case PL_WIRE_BITS:
		return PL_STDBUS_U16;
	case PL_WIRE_U32:
		return PL_STDBUS_U32;
	case PL_WIRE_S16:
	case PL_WIRE_S32:
		return PL_STDBUS_S32;
	case PL_WIRE_ENUM:
		return PL_STDBUS_WORDS;
	default:
		return PL_STDBUS_F32;
	}
}

static double to_wire(const struct pl_profile_row *row, enum pl_stdbus_type type, double value)
{
	bool is_real_row = row->type == PL_WIRE_F32 || row->type == PL_WIRE_F64;
	double wire = pl_wire_number(row, value);

	if (type == PL_STDBUS_F32)
		return is_real_row ? wire : value;
	return nearbyint(wire);
}

static double from_wire(const struct pl_profile_row *row, enum pl_stdbus_type type, double wire)
{
	bool is_real_row = row->type == PL_WIRE_F32 || row->type == PL_WIRE_F64;

	return type == PL_STDBUS_F32 && !is_real_row ? wire : pl_wire_value(row, wire);
}

/* A bound that the device holds in a parameter of its own: NaN when it does not tell. */
static enum pl_status read_bound(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				 int row, double *out, struct pl_error *error)
{
	const struct pl_device_spec *spec = session->spec;
	struct pl_stdbus_item bound = *item;
	struct pl_sample sample;
	enum pl_status status;

	*out = NAN;
	if (row < 0 || !pl_stdbus_id_valid(spec->profile->rows[row].id))
		return PL_OK;
	bound.row = row;
	bound.id = spec->profile->rows[row].id;
	bound.place =
	    (size_t)row * pl_stdbus_instances(spec) + item->place % pl_stdbus_instances(spec);
	if (spec->profile->rows[row].instances < item->instance) {
		bound.instance = 1;
		bound.place = (size_t)row * pl_stdbus_instances(spec);
	}
	status = pl_stdbus_read_item(session, &bound, &sample, error);
	if (status == PL_OK && sample.reading.quality == PL_QUALITY_OK)
		*out = sample.reading.value.number;
	return status == PL_ERR_UNSUPPORTED || status == PL_ERR_REFUSED ? PL_OK : status;
}

static enum pl_status check_bounds(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				   double value, struct pl_error *error)
{
	const struct pl_profile_row *row = pl_stdbus_row(session->spec, item);
	enum pl_status status;
	double min, max;

	status = read_bound(session, item, row->min_row, &min, error);
	if (status == PL_OK)
		status = read_bound(session, item, row->max_row, &max, error);
	pl_stdbus_item_path(session->spec, item, session->where);
	if (status != PL_OK)
		return status;
	return pl_wire_check_limits(&session->spec->profile->parameters[item->row], value, min, max,
				    session->where, error);
}

/* The type the device answers with. */
static enum pl_status learn_type(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				 enum pl_stdbus_type *out, struct pl_error *error)
{
	const struct pl_stdbus_known *known = &session->known[item->place];
	struct pl_sample sample;
	enum pl_status status = PL_OK;

	if (known->type == 0)
		status = pl_stdbus_read_item(session, item, &sample, error);
	*out = known->type != 0 ? (enum pl_stdbus_type)known->type
				: default_type(pl_stdbus_row(session->spec, item));
	if (*out == PL_STDBUS_STRING)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, session->where,
				    "text cannot be written");
	return status == PL_ERR_REFUSED ? PL_OK : status; /* it may be write-only */
}

static enum pl_status read_back(struct pl_stdbus *session, const struct pl_stdbus_item *item,
				double value, struct pl_write_report *out, struct pl_error *error)
{
	const struct pl_profile_row *row = pl_stdbus_row(session->spec, item);
	const struct pl_stdbus_reply *reply = &session->want.reply;
	struct pl_sample sample;
	enum pl_status status = pl_stdbus_read_item(session, item, &sample, error);

	if (status == PL_ERR_REFUSED)
		return PL_OK; /* write-only: the reply has confirmed it */
	if (status != PL_OK)
		return status;
	out->readback = from_wire(row, reply->type, reply->number);
	if (is_equal(reply->type, out->readback, value))
		return PL_OK;
	return pl_error_set(error, PL_ERR_MISMATCH, session->where,
			    "asked for %g, the device holds %g", value, out->readback);
}

enum pl_status pl_stdbus_write(struct pl_stdbus *session, const struct pl_stdbus_item *item,
			       double value, struct pl_write_report *out, struct pl_error *error)
{
	const struct pl_profile_row *row = pl_stdbus_row(session->spec, item);
	struct pl_stdbus_question question = {
	    .service = PL_STDBUS_WRITE,
	    .id = item->id,
	    .instance = item->instance,
	};
	const struct pl_stdbus_reply *reply = &session->want.reply;
	enum pl_status status;

	pl_stdbus_item_path(session->spec, item, session->where);
	status =
	    pl_wire_check_write(row, &session->spec->profile->parameters[item->row], value, error);
	if (status == PL_OK)
		status = learn_type(session, item, &question.type, error);
	if (status == PL_OK)
		status = check_bounds(session, item, value, error);
	if (status != PL_OK)
		return status;
	question.number = to_wire(row, question.type, value);
	if (!is_equal(question.type, from_wire(row, question.type, question.number), value))
		return pl_error_set(error, PL_ERR_RANGE, session->where,
				    "the device holds it as %s: %g lies between two values",
				    pl_stdbus_type_name((int)question.type), value);
	status =
	    pl_stdbus_ask(session, &question, pl_stdbus_item_kind(session->spec, item), 1, error);
	if (status != PL_OK)
		return status;
	out->applied = from_wire(row, reply->type, reply->number);
	if (!is_equal(reply->type, out->applied, value))
		return pl_error_set(error, PL_ERR_MISMATCH, session->where,
				    "asked for %g, the device confirms %g", value, out->applied);
	status = read_back(session, item, value, out, error);
	if (status == PL_OK)
		out->t_confirmed_ns = session->host.now(session->host.ctx);
	return status;
}
