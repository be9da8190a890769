/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.c - a question with its retries, and exceptions by name. Bus thread. */
#include "driver/modbus/session.h"

#include <string.h>

#define BUSY_TRIES 3
#define BUSY_PAUSE (100 * PL_NS_PER_MS)

static bool is_busy(unsigned exception)
{
	return exception == PL_MODBUS_BUSY || exception == PL_MODBUS_ACKNOWLEDGE;
}

static bool is_unsupported(unsigned exception)
{
	return exception == PL_MODBUS_ILLEGAL_FUNCTION || exception == PL_MODBUS_ILLEGAL_ADDRESS;
}

static enum pl_status refusal(const struct pl_modbus *session,
			      const struct pl_modbus_question *question, unsigned exception,
			      struct pl_error *error)
{
	enum pl_status code = is_unsupported(exception) ? PL_ERR_UNSUPPORTED : PL_ERR_REFUSED;

	return pl_error_set(error, code, session->spec->name,
			    "exception %u (%s) to function %u (%s), address %u, count %u",
			    exception, pl_modbus_exception_text(exception), question->function,
			    pl_modbus_function_text(question->function), question->address,
			    question->count);
}

static enum pl_status attempt(struct pl_modbus *session, const struct pl_modbus_question *question,
			      struct pl_modbus_reply *out, struct pl_error *error)
{
	int64_t began_ns = session->host.now(session->host.ctx);
	enum pl_status status = pl_modbus_prepare(session, question, error);

	*out = (struct pl_modbus_reply){.requested_ns = began_ns};
	if (status == PL_OK)
		status = pl_modbus_exchange(session, question, out, error);
	return status;
}

/* An exception that may have been meant for an earlier question is asked for again. */
static bool is_to_be_repeated(struct pl_modbus *session, const struct pl_modbus_reply *reply)
{
	bool repeats = is_unsupported(reply->exception) && session->is_doubtful;

	session->is_doubtful &= !repeats;
	return repeats;
}

enum pl_status pl_modbus_ask(struct pl_modbus *session, const struct pl_modbus_question *question,
			     struct pl_modbus_reply *out, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	bool reads = pl_modbus_function_reads(question->function);
	int64_t tries = 1 + (reads ? session->options->retries : 0);
	int busy = 0;

	for (;;) {
		enum pl_status status = attempt(session, question, out, error);

		if (status == PL_ERR_UNANSWERED || status == PL_ERR_PROTOCOL) {
			if (--tries <= 0)
				return status;
			continue;
		}
		if (status != PL_OK || out->exception == 0)
			return status;
		if (is_to_be_repeated(session, out))
			continue;
		if (!is_busy(out->exception) || ++busy > BUSY_TRIES)
			return refusal(session, question, out->exception, error);
		status =
		    host->wait(host->ctx, host->now(host->ctx) + BUSY_PAUSE, NULL, NULL, error);
		if (status != PL_OK)
			return status;
	}
}
