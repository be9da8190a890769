/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settle.c - what must hold before a question is sent: a line that is silent, and nothing owed that
 * could be taken for its answer (see session.h). Bus thread.
 */
#include "driver/modbus/session.h"

#include "driver/wire.h"

#define NEVER_SILENT 5 /* time-outs after which a line is said to be so */
#define OTHERS_MAX   3 /* reads that may be refused before waiting must do */

bool pl_modbus_is_network(const struct pl_modbus *session)
{
	return session->host.is_network(session->host.ctx);
}

int64_t pl_modbus_baud(const struct pl_modbus *session)
{
	int64_t baud = session->host.baud(session->host.ctx);

	if (baud > 0)
		return baud;
	return pl_wire_usual_baud(&pl_modbus_driver, session->profile);
}

static int64_t last_byte(const struct pl_modbus *session)
{
	const struct pl_host *host = &session->host;
	int64_t last_ns =
	    session->heard_ns > session->sent_ns ? session->heard_ns : session->sent_ns;
	int64_t line_ns = host->last_byte ? host->last_byte(host->ctx) : 0;

	return line_ns > last_ns ? line_ns : last_ns;
}

/* Waits until the line was silent for an interval, dropping what comes meanwhile. */
static enum pl_status wait_for_silence(struct pl_modbus *session, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	int64_t silence_ns = pl_modbus_silence_ns(session->profile, pl_modbus_baud(session));
	int64_t give_up_ns = host->now(host->ctx) + NEVER_SILENT * session->options->timeout_ns;

	for (;;) {
		int64_t from_ns, now_ns;
		enum pl_status status;

		host->drain(host->ctx);
		pl_modbus_owes_nothing(session);
		from_ns = last_byte(session);
		now_ns = host->now(host->ctx);
		if (from_ns == 0 || now_ns >= from_ns + silence_ns) {
			pl_modbus_drop(session);
			return PL_OK;
		}
		if (now_ns >= give_up_ns)
			return pl_error_set(error, PL_ERR_PROTOCOL, session->spec->name,
					    "the line is never silent: is another master on it?");
		status = host->wait(host->ctx, from_ns + silence_ns, NULL, NULL, error);
		if (status != PL_OK)
			return status;
	}
}

static enum pl_status renew_connection(struct pl_modbus *session, struct pl_error *error)
{
	enum pl_status status;

	pl_modbus_drop(session);
	if (!session->is_stale)
		return PL_OK;
	if (session->owed_count > 0)
		pl_modbus_tell_late(session, "an answer did not come in time, so the connection is "
					     "opened anew");
	status = session->host.reopen(session->host.ctx, error);
	session->heard_count = 0;
	session->owed_count = 0;
	session->is_doubtful = false;
	if (status == PL_OK)
		session->is_stale = false;
	return status;
}

/* The one that reads what this one writes; itself when it reads. */
static uint8_t reading_function(uint8_t function)
{
	if (pl_modbus_function_reads(function))
		return function;
	return pl_modbus_function_is_bits(function) ? PL_MODBUS_READ_COILS : PL_MODBUS_READ_HOLDING;
}

/* A read whose answer no owed one and not the coming one can be taken for. */
static void other_read(const struct pl_modbus *session, const struct pl_modbus_question *question,
		       struct pl_modbus_question *out)
{
	struct pl_modbus_shape wanted = pl_modbus_question_shape(question), shape;
	uint8_t function = reading_function(question->function);
	unsigned unit = pl_modbus_function_is_bits(function) ? 8 : 1, count = 0;

	do {
		unsigned last;

		count += unit;
		last = 65536 - count;
		pl_modbus_ask_read(out, question->unit, function,
				   (uint16_t)(question->address < last ? question->address : last),
				   (uint16_t)count);
		shape = pl_modbus_question_shape(out);
	} while (pl_modbus_shape_equal(shape, wanted) || pl_modbus_owes(session, shape));
}

/* Asks for other registers until an answer proves that nothing older can come. A refusal proves
 * nothing: it may be an older question's. When all are refused, waiting must do. */
static enum pl_status read_others(struct pl_modbus *session,
				  const struct pl_modbus_question *question, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status = PL_OK;

	for (int i = 0; i < OTHERS_MAX && status == PL_OK && session->owed_count > 0; i++) {
		struct pl_modbus_question other;
		struct pl_modbus_reply reply;

		other_read(session, question, &other);
		status = pl_modbus_exchange(session, &other, &reply, error);
		if (status == PL_OK)
			status = wait_for_silence(session, error);
	}
	if (status == PL_OK && session->owed_count > 0) {
		status = host->wait(
		    host->ctx, host->now(host->ctx) + OTHERS_MAX * session->options->timeout_ns,
		    pl_modbus_owes_nothing, session, error);
		session->owed_count = 0;
		status = status == PL_ERR_UNANSWERED ? PL_OK : status;
	}
	return status;
}

/* Nothing may be owed that looks like the answer. */
static enum pl_status settle(struct pl_modbus *session, const struct pl_modbus_question *question,
			     struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	int64_t until_ns = session->owed_ns + session->options->timeout_ns;
	enum pl_status status;

	status = host->wait(host->ctx, until_ns, pl_modbus_owes_nothing, session, error);
	if (status != PL_OK && status != PL_ERR_UNANSWERED)
		return status;
	status = wait_for_silence(session, error);
	if (status != PL_OK || !pl_modbus_owes(session, pl_modbus_question_shape(question)))
		return status;
	status = read_others(session, question, error);
	return status == PL_OK ? wait_for_silence(session, error) : status;
}

enum pl_status pl_modbus_prepare(struct pl_modbus *session,
				 const struct pl_modbus_question *question, struct pl_error *error)
{
	enum pl_status status;

	if (pl_modbus_is_network(session)) {
		session->host.drain(session->host.ctx);
		return renew_connection(session, error);
	}
	status = wait_for_silence(session, error);
	if (status != PL_OK || !pl_modbus_owes(session, pl_modbus_question_shape(question)))
		return status;
	return settle(session, question, error);
}
