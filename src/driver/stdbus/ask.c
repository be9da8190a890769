/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.c - one question at a time on a Standard Bus line, and whose answer a reply is.
 *
 * Before each question the line is drained. After one that stayed unanswered, settle() waits as
 * long again for its answer and throws it away, lets the line be silent, and when nothing came
 * reads another parameter as a marker: the controller answers in order, so with the marker's value
 * in hand no older answer can follow. An error reply names no parameter and never is the marker's
 * answer. A device that gave no two values yet has no marker: there the waiting must do. Bus
 * thread.
 */
#include "driver/stdbus/session.h"

#define SILENCE_NS (20 * PL_NS_PER_MS) /* USB adapters hand on bytes every 16 ms */

static bool is_settled(void *arg)
{
	const struct pl_stdbus *session = arg;

	return session->want.outcome != PL_STDBUS_PENDING;
}

static bool is_paid(void *arg)
{
	const struct pl_stdbus *session = arg;

	return session->owed.service == 0;
}

static enum pl_status unanswered(struct pl_stdbus *session, struct pl_error *error)
{
	const struct pl_stdbus_want *want = &session->want;

	if (want->odd != NULL)
		return pl_error_set(error, PL_ERR_PROTOCOL, session->where,
				    "no answer within %g ms: %s",
				    (double)session->options->timeout_ns / 1e6, want->odd_text);
	return pl_error_set(
	    error, PL_ERR_UNANSWERED, session->where, "address %d did not answer within %g ms",
	    (int)session->options->address, (double)session->options->timeout_ns / 1e6);
}

static void remember(struct pl_stdbus *session)
{
	const struct pl_stdbus_question *question = &session->want.question;

	if (question->service != PL_STDBUS_READ ||
	    (session->good[0].id == question->id &&
	     session->good[0].instance == question->instance))
		return;
	session->good[1] = session->good[0];
	session->good[0] = *question;
}

static enum pl_status conclude(struct pl_stdbus *session, struct pl_error *error)
{
	struct pl_stdbus_want *want = &session->want;
	const struct pl_stdbus_reply *reply = &want->reply;
	bool is_unknown = reply->error == PL_STDBUS_NO_CLASS ||
			  reply->error == PL_STDBUS_NO_MEMBER ||
			  reply->error == PL_STDBUS_NO_INSTANCE;

	switch (want->outcome) {
	case PL_STDBUS_VALUE:
		remember(session);
		return PL_OK;
	case PL_STDBUS_REFUSED:
		return pl_error_set(error, is_unknown ? PL_ERR_UNSUPPORTED : PL_ERR_REFUSED,
				    session->where, "%s", pl_stdbus_refusal(reply->error));
	case PL_STDBUS_DAMAGED:
		want->odd = "crc";
		return pl_error_set(error, PL_ERR_PROTOCOL, session->where,
				    "its reply came with a wrong CRC");
	case PL_STDBUS_MISFIT:
		want->odd = "type";
		return pl_error_set(error, PL_ERR_PROTOCOL, session->where,
				    "a value of type %s came, the profile says another kind",
				    pl_stdbus_type_name((int)reply->type));
	case PL_STDBUS_PENDING:
		break;
	}
	return unanswered(session, error);
}

static enum pl_status exchange(struct pl_stdbus *session, const struct pl_stdbus_question *question,
			       enum pl_stdbus_kind kind, bool takes_errors, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	struct pl_stdbus_want *want = &session->want;
	enum pl_status status;
	int64_t deadline_ns;

	*want = (struct pl_stdbus_want){
	    .question = *question,
	    .kind = kind,
	    .takes_errors = takes_errors,
	    .t_sent_ns = host->now(host->ctx),
	};
	want->sent_count =
	    pl_stdbus_question_encode((int)session->options->address, question, want->sent);
	if (want->sent_count == 0)
		return pl_error_set(error, PL_ERR_RANGE, session->where, "%g cannot be sent as %s",
				    question->number, pl_stdbus_type_name((int)question->type));
	want->is_open = true;
	deadline_ns = want->t_sent_ns + session->options->timeout_ns;
	status = host->send(host->ctx, want->sent, want->sent_count, deadline_ns, error);
	want->is_unsent = status != PL_OK;
	if (status == PL_OK)
		status = host->wait(host->ctx, deadline_ns, is_settled, session, error);
	if (status != PL_OK)
		pl_stdbus_give_up(session); /* tells half a reply */
	want->is_open = false;
	if (status != PL_OK && want->outcome == PL_STDBUS_PENDING) {
		session->owed = *question;
		session->late_until_ns = host->now(host->ctx) + session->options->timeout_ns;
	}
	if (want->is_unsent || (status != PL_OK && status != PL_ERR_UNANSWERED))
		return status;
	return conclude(session, error);
}

/* Waits until nothing has come for a while; a line that never is silent is no line to ask on. */
static enum pl_status wait_for_silence(struct pl_stdbus *session, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	int64_t give_up_ns = host->now(host->ctx) + PL_NS_PER_S + session->options->timeout_ns;
	enum pl_status status = PL_OK;

	while (status == PL_OK) {
		int64_t now_ns = host->now(host->ctx);
		int64_t silent_ns = host->last_byte(host->ctx) + SILENCE_NS;

		if (silent_ns <= now_ns)
			return PL_OK;
		if (now_ns >= give_up_ns)
			return pl_error_set(error, PL_ERR_PROTOCOL, session->where,
					    "the line is never silent: another master, or a wrong "
					    "baud rate?");
		status = host->wait(host->ctx, silent_ns, NULL, NULL, error);
	}
	return status;
}

static const struct pl_stdbus_question *marker_for(const struct pl_stdbus *session,
						   const struct pl_stdbus_question *question)
{
	for (size_t i = 0; i < 2; i++) {
		const struct pl_stdbus_question *good = &session->good[i];

		if (good->service != 0 &&
		    (good->id != question->id || good->instance != question->instance) &&
		    (good->id != session->owed.id || good->instance != session->owed.instance))
			return good;
	}
	return NULL;
}

/* The answer that is owed did not come in its time: makes sure that it cannot come any more. */
static enum pl_status flush(struct pl_stdbus *session, const struct pl_stdbus_question *question,
			    struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	const struct pl_stdbus_question *good = marker_for(session, question);
	struct pl_stdbus_question marker, owed = session->owed;
	enum pl_status status;

	session->owed.service = 0;
	if (good == NULL)
		return PL_OK;
	marker = *good;
	status = exchange(session, &marker, PL_STDBUS_KIND_ANY, false, error);
	if (status != PL_OK) {
		session->owed = owed;
		session->late_until_ns = host->now(host->ctx) + session->options->timeout_ns;
	}
	return status;
}

static enum pl_status settle(struct pl_stdbus *session, const struct pl_stdbus_question *question,
			     struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status = PL_OK;
	bool was_owed;

	host->drain(host->ctx);
	was_owed = session->owed.service != 0;
	if (was_owed)
		status = host->wait(host->ctx, session->late_until_ns, is_paid, session, error);
	if (status == PL_ERR_UNANSWERED)
		status = PL_OK;
	if (status == PL_OK && was_owed)
		status = wait_for_silence(session, error);
	pl_stdbus_give_up(session);
	if (status == PL_OK && session->owed.service != 0)
		status = flush(session, question, error);
	return status;
}

/* It was not asked: what is known is of the question before. */
static void abandon(struct pl_stdbus *session, const struct pl_stdbus_question *question)
{
	session->want = (struct pl_stdbus_want){
	    .question = *question,
	    .odd = session->want.odd,
	    .t_sent_ns = session->host.now(session->host.ctx),
	};
}

static bool is_worth_another(const struct pl_stdbus *session, enum pl_status status)
{
	enum pl_stdbus_outcome outcome = session->want.outcome;

	if (status == PL_ERR_PROTOCOL && outcome == PL_STDBUS_DAMAGED)
		return true;
	return !session->is_hasty && outcome == PL_STDBUS_PENDING &&
	       (status == PL_ERR_UNANSWERED || status == PL_ERR_PROTOCOL);
}

enum pl_status pl_stdbus_ask(struct pl_stdbus *session, const struct pl_stdbus_question *question,
			     enum pl_stdbus_kind kind, int64_t tries, struct pl_error *error)
{
	enum pl_status status = PL_ERR_UNANSWERED;

	for (int64_t i = 0; i < tries; i++) {
		status = settle(session, question, error);
		if (status == PL_OK)
			status = exchange(session, question, kind, true, error);
		else
			abandon(session, question);
		if (!is_worth_another(session, status))
			break;
	}
	return status;
}
