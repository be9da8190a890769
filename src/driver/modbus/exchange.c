/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exchange.c - one request and its answer, or what came instead (see session.h). Bus thread.
 */
#include "driver/modbus/session.h"

#include <string.h>

/* Until when the answer must be here: request and answer need their time on the line. */
static int64_t deadline_of(const struct pl_modbus *session,
			   const struct pl_modbus_question *question, int64_t now_ns)
{
	int64_t character_ns = pl_modbus_character_ns(session->profile, pl_modbus_baud(session));
	size_t bytes = question->length + 2 + 5 +
		       (pl_modbus_function_reads(question->function)
			    ? pl_modbus_data_size(question->function, question->count)
			    : 3);

	if (pl_modbus_is_network(session))
		return now_ns + session->options->timeout_ns;
	return now_ns + session->options->timeout_ns + (int64_t)bytes * character_ns;
}

static void keep(const struct pl_modbus *session, struct pl_modbus_reply *out)
{
	const struct pl_modbus_found *found = &session->found;
	size_t before = (size_t)(found->body - session->heard) - found->start;

	out->frame_count = found->end - found->start;
	memcpy(out->frame, session->heard + found->start, out->frame_count);
	out->exception = found->verdict == PL_MODBUS_EXCEPTION ? out->frame[before + 2] : 0;
	out->data = out->frame + before + 3;
	out->received_ns = session->heard_ns;
}

/* The head of this very answer came and its rest did not: the device has answered. */
static bool is_half(const struct pl_modbus *session)
{
	const struct pl_modbus_question *question = session->question;
	bool reads = pl_modbus_function_reads(question->function);

	return session->heard_count > 2 && session->difference[0] == '\0' &&
	       !session->is_echo_seen && session->heard[0] == question->unit &&
	       session->heard[1] == question->function &&
	       session->heard[2] == (reads
					 ? pl_modbus_data_size(question->function, question->count)
					 : question->request[2]);
}

/* So did its whole, with a wrong checksum. A refusal may have been another question's. */
static bool was_it(const struct pl_modbus *session, enum pl_status waited)
{
	if (waited == PL_OK && session->found.verdict == PL_MODBUS_BAD_CRC)
		return session->owed_count == 0 || session->found.body[1] < 0x80;
	return waited != PL_OK && is_half(session);
}

/* Nothing that answers came by the deadline. */
static enum pl_status missed(const struct pl_modbus *session, struct pl_error *error)
{
	const char *name = session->spec->name;
	char hex[3 * 16];

	if (session->is_echo_seen && !session->options->echo)
		return pl_error_set(error, PL_ERR_PROTOCOL, name,
				    "looks like an echo of our own request: set echo: yes");
	if (session->difference[0] != '\0')
		return pl_error_set(error, PL_ERR_PROTOCOL, name, "%s", session->difference);
	if (session->heard_count == 0 && session->is_echo_seen)
		return pl_error_set(error, PL_ERR_UNANSWERED, name,
				    "unit %d: only the echo of our request came within %g s",
				    (int)session->options->unit,
				    (double)session->options->timeout_ns / 1e9);
	if (session->heard_count == 0)
		return pl_error_set(
		    error, PL_ERR_UNANSWERED, name, "unit %d did not answer within %g s",
		    (int)session->options->unit, (double)session->options->timeout_ns / 1e9);
	pl_modbus_hex(session->heard, session->heard_count, hex, sizeof hex);
	if (is_half(session))
		return pl_error_set(error, PL_ERR_PROTOCOL, name,
				    "format: half an answer, then silence (%zu bytes: %s)",
				    session->heard_count, hex);
	return pl_error_set(error, PL_ERR_PROTOCOL, name,
			    "format: %llu bytes came that are no answer (%s): wrong baud rate or "
			    "parity?",
			    (unsigned long long)(session->heard_count + session->heard_lost), hex);
}

static enum pl_status unreadable(struct pl_modbus *session, struct pl_error *error)
{
	char hex[3 * 16];

	session->torn++;
	pl_modbus_hex(session->heard, session->heard_count, hex, sizeof hex);
	if (session->found.verdict == PL_MODBUS_BAD_CRC)
		return pl_error_set(error, PL_ERR_PROTOCOL, session->spec->name,
				    "crc: an answer of %zu bytes with a wrong checksum (%s)",
				    session->found.end - session->found.start, hex);
	return pl_error_set(error, PL_ERR_PROTOCOL, session->spec->name,
			    "format: what came is not Modbus over TCP (%s)", hex);
}

static enum pl_status conclude(struct pl_modbus *session, enum pl_status waited,
			       struct pl_modbus_reply *out, struct pl_error *error)
{
	enum pl_modbus_verdict verdict = session->found.verdict;
	enum pl_status status;

	if (waited == PL_OK && (verdict == PL_MODBUS_ANSWER || verdict == PL_MODBUS_EXCEPTION)) {
		keep(session, out);
		if (verdict == PL_MODBUS_ANSWER) { /* a device answers in order */
			session->owed_count = 0;
			session->is_doubtful = false;
		} else if (session->owed_count > 0) { /* it may be an older question's */
			pl_modbus_owe(session, session->question);
		}
		session->heard_count -= session->found.end;
		memmove(session->heard, session->heard + session->found.end, session->heard_count);
		return PL_OK;
	}
	session->is_stale = true;
	if (!was_it(session, waited))
		pl_modbus_owe(session, session->question);
	if (waited == PL_OK && verdict >= PL_MODBUS_BAD_CRC)
		status = unreadable(session, error);
	else if (waited == PL_OK || waited == PL_ERR_UNANSWERED)
		status = missed(session, error);
	else
		status = waited;
	pl_modbus_drop(session);
	return status;
}

enum pl_status pl_modbus_exchange(struct pl_modbus *session,
				  const struct pl_modbus_question *question,
				  struct pl_modbus_reply *out, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	int64_t deadline_ns;
	enum pl_status status;

	*out = (struct pl_modbus_reply){.requested_ns = host->now(host->ctx)};
	session->question = question;
	session->found = (struct pl_modbus_found){.verdict = PL_MODBUS_NOTHING};
	session->difference[0] = '\0';
	session->is_echo_seen = false;
	session->is_echo_due = !pl_modbus_is_network(session);
	deadline_ns = deadline_of(session, question, out->requested_ns);
	status = host->modbus(host->ctx, question->request, question->length, deadline_ns, error);
	if (status == PL_OK) {
		session->sent_ns =
		    host->now(host->ctx) +
		    (pl_modbus_is_network(session)
			 ? 0
			 : (int64_t)(question->length + 2) *
			       pl_modbus_character_ns(session->profile, pl_modbus_baud(session)));
		status = host->wait(host->ctx, deadline_ns, pl_modbus_is_settled, session, error);
		if (session->heard_ns > out->requested_ns && session->heard_ns < session->sent_ns)
			session->sent_ns = session->heard_ns; /* quicker than its speed says */
		status = conclude(session, status, out, error);
	}
	session->question = NULL;
	return status;
}
