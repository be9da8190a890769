/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe.c - who is there, by reads only: the register that tells the order of words, what the
 * profile calls model, firmware and serial number, else the first parameter that can be read. A
 * refusal is an answer too. Bus thread.
 */
#include "driver/modbus/session.h"

#include "driver/modbus/value.h"
#include "driver/wire.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_readable(const struct pl_profile *profile, size_t index)
{
	const struct pl_profile_row *row = &profile->rows[index];

	return row->has_register && pl_modbus_function_reads(row->read_function) &&
	       (profile->parameters[index].access & PL_ACCESS_READ);
}

/* There is somebody, whatever was said. */
static bool is_answer(enum pl_status status)
{
	return status == PL_OK || status == PL_ERR_UNSUPPORTED || status == PL_ERR_REFUSED;
}

static enum pl_status silent(const struct pl_modbus *session, struct pl_error *error)
{
	const struct pl_profile *profile = session->profile;
	int unit = (int)session->options->unit;

	if (pl_modbus_is_network(session))
		return pl_error_set(error, PL_ERR_UNANSWERED, session->spec->name,
				    "no answer from unit %d within %g s: check unit and gateway",
				    unit, (double)session->options->timeout_ns / 1e9);
	return pl_error_set(error, PL_ERR_UNANSWERED, session->spec->name,
			    "no answer from unit %d within %g s at %lld baud, 8%c1: check unit, "
			    "baud, parity and the wiring of A and B",
			    unit, (double)session->options->timeout_ns / 1e9,
			    (long long)pl_modbus_baud(session),
			    profile && profile->parity ? profile->parity : 'N');
}

/* The first float of the profile in all orders, as the device has it now. */
static void sample_orders(struct pl_modbus *session, char *out, size_t cap)
{
	const struct pl_profile *profile = session->profile;
	struct pl_modbus_reply reply;
	unsigned char data[4];
	struct pl_error unused;
	char orders[200];

	out[0] = '\0';
	for (size_t i = 0; i < profile->count; i++) {
		const struct pl_profile_row *row = &profile->rows[i];

		if (row->type != PL_WIRE_F32 || row->registers != 2 || !is_readable(profile, i))
			continue;
		if (pl_modbus_fetch(session, row, data, &reply, &unused) != PL_OK)
			return;
		pl_modbus_four_orders(data, orders, sizeof orders);
		snprintf(out, cap, "; %s would be %s", profile->parameters[i].name, orders);
		return;
	}
}

/* The order that the profile says of its values; -1: none has more than one register. */
static int order_of(const struct pl_profile *profile)
{
	for (size_t i = 0; i < profile->count; i++) {
		const struct pl_profile_row *row = &profile->rows[i];

		if (row->has_register && row->registers > 1 && row->type != PL_WIRE_STRING)
			return row->word_order;
	}
	return -1;
}

static const char *order_name(int order)
{
	return order == PL_WORDS_LOW_HIGH ? "low-high" : "high-low";
}

/* What the order register says, read in either order of its own; -1 = neither value. */
static int told_order(const struct pl_profile *profile, const unsigned char *data, double *value)
{
	struct pl_profile_row row = profile->rows[profile->order_row];

	for (int order = PL_WORDS_HIGH_LOW; order <= PL_WORDS_LOW_HIGH; order++) {
		row.word_order = order;
		*value =
		    pl_wire_value(&row, pl_modbus_wire_number(&row, pl_modbus_gather(&row, data)));
		if (*value == profile->order_high_low)
			return PL_WORDS_HIGH_LOW;
		if (*value == profile->order_low_high)
			return PL_WORDS_LOW_HIGH;
	}
	return -1;
}

static enum pl_status wrong_order(struct pl_modbus *session, int told, double value,
				  struct pl_error *error)
{
	const struct pl_profile *profile = session->profile;
	char orders[260];

	sample_orders(session, orders, sizeof orders);
	return pl_error_set(
	    error, PL_ERR_CONFIG, session->spec->name,
	    "the device says word order %s (%s = %g), profile %s says %s (%g)%s", order_name(told),
	    profile->parameters[profile->order_row].name, value, profile->name,
	    order_name(order_of(profile)),
	    told == PL_WORDS_LOW_HIGH ? profile->order_high_low : profile->order_low_high, orders);
}

static enum pl_status check_order(struct pl_modbus *session, bool *is_there, struct pl_error *error)
{
	const struct pl_profile *profile = session->profile;
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	struct pl_modbus_reply reply;
	enum pl_status status;
	char text[160];
	double value;
	int told;

	if (!profile || profile->order_row < 0 || order_of(profile) < 0 ||
	    !is_readable(profile, (size_t)profile->order_row))
		return PL_OK;
	status = pl_modbus_fetch(session, &profile->rows[profile->order_row], data, &reply, error);
	*is_there = is_answer(status);
	if (status != PL_OK)
		return *is_there ? PL_OK : status;
	told = told_order(profile, data, &value);
	if (told == order_of(profile))
		return PL_OK;
	if (told >= 0)
		return wrong_order(session, told, value, error);
	snprintf(text, sizeof text, "%s reads %g, which is no word order: values are not checked",
		 profile->parameters[profile->order_row].name, value);
	session->host.note(session->host.ctx, PL_NOTE_WARNING, text);
	return PL_OK;
}

/* One row into a text of the identity; PL_OK also when the device does not have it. */
static enum pl_status identify(struct pl_modbus *session, int index, char *out, size_t cap,
			       bool *is_there, struct pl_error *error)
{
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	struct pl_modbus_reply reply;
	struct pl_reading reading = {0};
	enum pl_status status;

	if (index < 0 || !is_readable(session->profile, (size_t)index))
		return PL_OK;
	status = pl_modbus_fetch(session, &session->profile->rows[index], data, &reply, error);
	*is_there |= is_answer(status);
	if (status != PL_OK)
		return is_answer(status) ? PL_OK : status;
	pl_modbus_decode(&session->profile->rows[index], &session->profile->parameters[index], data,
			 &reading);
	if (reading.value.text[0] != '\0')
		pl_text_copy(out, cap, reading.value.text);
	else if (!isnan(reading.value.number))
		snprintf(out, cap, "%.10g", reading.value.number);
	return PL_OK;
}

static enum pl_status ask_anything(struct pl_modbus *session, struct pl_error *error)
{
	static const struct pl_profile_row first = {.read_function = PL_MODBUS_READ_HOLDING,
						    .registers = 1};
	const struct pl_profile *profile = session->profile;
	unsigned char data[2 * PL_MODBUS_REGISTERS_MAX];
	const struct pl_profile_row *row = &first;
	struct pl_modbus_reply reply;
	enum pl_status status;

	for (size_t i = 0; profile && i < profile->count; i++) {
		if (!is_readable(profile, i))
			continue;
		row = &profile->rows[i];
		break;
	}
	status = pl_modbus_fetch(session, row, data, &reply, error);
	return is_answer(status) ? PL_OK : status;
}

enum pl_status pl_modbus_probe(struct pl_modbus *session, struct pl_identity *out,
			       struct pl_error *error)
{
	const struct pl_profile *profile = session->profile;
	bool is_there = false;
	enum pl_status status;

	*out = (struct pl_identity){.reads_back = true};
	pl_text_copy(out->protocol, sizeof out->protocol,
		     pl_modbus_is_network(session) ? "Modbus TCP" : "Modbus RTU");
	if (profile)
		pl_text_copy(out->model, sizeof out->model, profile->title ? profile->title : "");
	status = check_order(session, &is_there, error);
	if (status == PL_OK && profile)
		status = identify(session, profile->model_row, out->model, sizeof out->model,
				  &is_there, error);
	if (status == PL_OK && profile)
		status = identify(session, profile->firmware_row, out->firmware,
				  sizeof out->firmware, &is_there, error);
	if (status == PL_OK && profile)
		status = identify(session, profile->serial_row, out->serial, sizeof out->serial,
				  &is_there, error);
	if (status == PL_OK && !is_there)
		status = ask_anything(session, error);
	return status == PL_ERR_UNANSWERED ? silent(session, error) : status;
}
