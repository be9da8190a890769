/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.c - one question at a time, its answer known by what it says.
 *
 * Two identical binary writes in a row cannot be told apart by their echoes: when the first timed
 * out and its echo comes after the second was sent, that echo is taken. It is still true, since
 * both ask for the same value; and the wait in settle_debt makes it rare. Bus thread.
 */
#include "driver/osechi/session.h"

#include <string.h>

static void settle(struct pl_osechi_want *want, enum pl_osechi_answer answer,
		   const struct pl_osechi_reply *reply, int64_t t_ns)
{
	want->answer = answer;
	want->reply = *reply;
	want->is_doubtful = false;
	want->t_answer_ns = t_ns;
}

/* The first reply that says nothing of its own may be the one SET_STREAM still owes. */
bool pl_osechi_pay_stream_debt(struct pl_osechi *session)
{
	if (session->stream_owed == 0)
		return false;
	session->stream_owed--;
	session->stream_answers = true;
	return true;
}

static bool names_other_command(const struct pl_osechi_reply *reply, const char *command)
{
	return reply->command[0] != '\0' && strcmp(reply->command, command) != 0;
}

static bool take_setting(struct pl_osechi *session, const struct pl_osechi_reply *reply,
			 int64_t t_ns)
{
	struct pl_osechi_want *want = &session->want;

	if (pl_osechi_reply_sets(reply)) {
		if (reply->channel != want->channel)
			return false;
		if (reply->threshold != want->threshold) {
			want->other = reply->threshold;
			return false;
		}
		session->stream_owed = 0; /* the device answers in order */
		settle(want, PL_OSECHI_YES, reply, t_ns);
		return true;
	}
	if (!reply->is_error || names_other_command(reply, "SET_THRESHOLD") ||
	    (reply->is_dame && want->kind != PL_OSECHI_WANT_ECHO))
		return false;
	if (reply->command[0] == '\0' && pl_osechi_pay_stream_debt(session)) {
		want->is_doubtful = true;
		want->reply = *reply;
		return false;
	}
	settle(want, PL_OSECHI_NO, reply, t_ns);
	return true;
}

static bool take_stream(struct pl_osechi *session, const struct pl_osechi_reply *reply,
			int64_t t_ns)
{
	struct pl_osechi_want *want = &session->want;
	bool fits = reply->stream_enabled < 0 || reply->stream_enabled == (int)want->is_on;

	if (!pl_osechi_reply_is_plain(reply) || names_other_command(reply, "SET_STREAM"))
		return false;
	if (!fits || pl_osechi_pay_stream_debt(session))
		return false;
	session->stream_answers = true;
	settle(want, reply->is_error ? PL_OSECHI_NO : PL_OSECHI_YES, reply, t_ns);
	return true;
}

static bool take_query(struct pl_osechi *session, const struct pl_osechi_reply *reply, int64_t t_ns)
{
	struct pl_osechi_want *want = &session->want;
	bool is_status = want->kind == PL_OSECHI_WANT_STATUS;
	bool fits = is_status ? pl_osechi_reply_tells_status(reply) : reply->version[0] != '\0';

	if (reply->is_dame || pl_osechi_reply_sets(reply))
		return false;
	if (reply->is_error &&
	    !names_other_command(reply, is_status ? "GET_STATUS" : "GET_VERSION") &&
	    !(reply->command[0] == '\0' && pl_osechi_pay_stream_debt(session))) {
		settle(want, PL_OSECHI_NO, reply, t_ns);
		return true;
	}
	if (reply->is_error || !fits)
		return false;
	settle(want, PL_OSECHI_YES, reply, t_ns);
	return true;
}

bool pl_osechi_offer_reply(struct pl_osechi *session, const struct pl_osechi_reply *reply,
			   int64_t t_ns)
{
	if (session->want.answer != PL_OSECHI_PENDING)
		return false;
	switch (session->want.kind) {
	case PL_OSECHI_WANT_STREAM:
		return take_stream(session, reply, t_ns);
	case PL_OSECHI_WANT_SETTING:
	case PL_OSECHI_WANT_ECHO:
		return take_setting(session, reply, t_ns);
	case PL_OSECHI_WANT_VERSION:
	case PL_OSECHI_WANT_STATUS:
		return take_query(session, reply, t_ns);
	case PL_OSECHI_WANT_NOTHING:
		break;
	}
	return false;
}

/* An unknown echo is an answer, but goes on listening: an exact one may follow. */
bool pl_osechi_offer_echo(struct pl_osechi *session, const char *line, size_t count, int64_t t_ns)
{
	struct pl_osechi_want *want = &session->want;
	enum pl_osechi_echo_state before = want->echo.state;
	bool is_taken;

	if (want->kind != PL_OSECHI_WANT_ECHO || want->answer == PL_OSECHI_NO ||
	    (want->answer == PL_OSECHI_YES && before != PL_OSECHI_ECHO_UNKNOWN))
		return false;
	is_taken = pl_osechi_echo_line(&want->echo, line, count);
	if (want->echo.other >= 0)
		want->other = want->echo.other;
	if (want->echo.state != before && want->echo.state >= PL_OSECHI_ECHO_UNKNOWN) {
		want->answer = PL_OSECHI_YES;
		want->t_answer_ns = t_ns;
	}
	return is_taken;
}

static bool is_answered(void *arg)
{
	const struct pl_osechi *session = arg;

	return session->want.answer != PL_OSECHI_PENDING;
}

/* Waits out the answer to a request that timed out or was cancelled. SET_STREAM may go in between:
 * then the answer is known no more and the time alone counts. */
static enum pl_status settle_debt(struct pl_osechi *session, struct pl_error *error)
{
	bool is_known = session->want.kind != PL_OSECHI_WANT_STREAM &&
			session->want.kind != PL_OSECHI_WANT_NOTHING;
	enum pl_status status = PL_OK;

	if (session->late_until_ns != 0)
		status = session->host.wait(session->host.ctx, session->late_until_ns,
					    is_known ? is_answered : NULL, session, error);
	if (status != PL_OK && status != PL_ERR_UNANSWERED)
		return status;
	session->late_until_ns = 0;
	return PL_OK;
}

enum pl_status pl_osechi_ask(struct pl_osechi *session, const struct pl_osechi_want *want,
			     const void *bytes, size_t count, int64_t timeout_ns,
			     struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status = PL_OK;
	int64_t deadline_ns;

	/* Its reply says nothing that could be mistaken, and after a cancel it must not wait. */
	if (want->kind != PL_OSECHI_WANT_STREAM)
		status = settle_debt(session, error);
	if (status != PL_OK)
		return status;
	session->want = *want;
	session->want.answer = PL_OSECHI_PENDING;
	session->want.other = -1;
	session->want.odd_before = session->heard.odd_lines;
	session->want.t_sent_ns = host->now(host->ctx);
	deadline_ns = session->want.t_sent_ns + timeout_ns;
	status = host->send(host->ctx, bytes, count, deadline_ns, error);
	session->want.is_unsent = status != PL_OK;
	if (status == PL_OK)
		status = host->wait(host->ctx, deadline_ns, is_answered, session, error);
	if (status == PL_ERR_UNANSWERED && session->want.is_doubtful) {
		session->want.answer = PL_OSECHI_NO;
		status = PL_OK;
	}
	if (status != PL_OK && want->kind == PL_OSECHI_WANT_STREAM) {
		session->stream_owed++;
		session->want.kind = PL_OSECHI_WANT_NOTHING;
	} else if (status != PL_OK) {
		session->late_until_ns = host->now(host->ctx) + session->options->reply_timeout_ns;
	}
	return status;
}

enum pl_status pl_osechi_command(struct pl_osechi *session, enum pl_osechi_want_kind kind,
				 const char *command, struct pl_error *error)
{
	struct pl_osechi_want want = {.kind = kind};

	return pl_osechi_ask(session, &want, command, strlen(command),
			     session->options->reply_timeout_ns, error);
}

enum pl_status pl_osechi_no_answer(struct pl_osechi *session, const char *question,
				   struct pl_error *error)
{
	uint64_t odd = session->heard.odd_lines - session->want.odd_before;

	if (session->want.is_unsent) /* the line has said why */
		return PL_ERR_UNANSWERED;
	if (odd > 0)
		return pl_error_set(error, PL_ERR_PROTOCOL, session->spec->name,
				    "format: %llu unreadable line%s came, but no answer to %s",
				    (unsigned long long)odd, odd == 1 ? "" : "s", question);
	return pl_error_set(error, PL_ERR_UNANSWERED, session->spec->name,
			    "%s was not answered within %g s", question,
			    (double)session->options->reply_timeout_ns / 1e9);
}

enum pl_status pl_osechi_get_status(struct pl_osechi *session, struct pl_error *error)
{
	enum pl_status status =
	    pl_osechi_command(session, PL_OSECHI_WANT_STATUS, "GET_STATUS\n", error);

	if (status == PL_OK && session->want.answer == PL_OSECHI_NO)
		return pl_error_set(error, PL_ERR_REFUSED, session->spec->name,
				    "the device refused GET_STATUS: %s",
				    pl_osechi_reply_why(&session->want.reply));
	if (status == PL_ERR_UNANSWERED)
		return pl_osechi_no_answer(session, "GET_STATUS", error);
	if (status != PL_OK)
		return status;
	session->status = session->want.reply;
	session->status_sent_ns = session->want.t_sent_ns;
	session->status_ns = session->want.t_answer_ns;
	session->told_thresholds = 0;
	return PL_OK;
}
