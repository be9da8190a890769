/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write.c - one threshold, written once, confirmed by content.
 *
 * Binary: four bytes, three lines back, then 0.1 s held in full. Nothing can be read back.
 * Text: the stream goes off so that replies are not stuck behind events, the threshold is set and
 * read back, and the stream goes on again whatever happened in between. The read-back stands while
 * the stream is off: a noisy channel may fill the line as soon as it is on. A stream that stays off
 * unnoticed would count zeros, so a firmware that answers SET_STREAM must answer the last one.
 * Bus thread.
 */
#include "driver/osechi/session.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>

static const char *channel_name(const struct pl_osechi *session, int id)
{
	for (size_t i = 0; i < session->spec->channel_count; i++) {
		if (session->spec->channels[i].id == id)
			return session->spec->channels[i].name;
	}
	return "?";
}

/* What the answer, or its absence, says about the write. */
static enum pl_status judge(struct pl_osechi *session, enum pl_status status,
			    struct pl_write_report *out, struct pl_error *error)
{
	const struct pl_osechi_want *want = &session->want;

	if (status == PL_OK && want->answer == PL_OSECHI_NO)
		return pl_error_set(error, PL_ERR_REFUSED, session->where,
				    "the device refused %d: %s", want->threshold,
				    pl_osechi_reply_why(&want->reply));
	if (status == PL_OK) {
		out->applied = want->threshold;
		return PL_OK;
	}
	if (status != PL_ERR_UNANSWERED || want->is_unsent)
		return status;
	if (want->other >= 0) {
		session->late_until_ns = 0; /* that was the answer, none is open */
		out->applied = want->other;
		return pl_error_set(error, PL_ERR_MISMATCH, session->where,
				    "asked for %d, the device confirms %d", want->threshold,
				    want->other);
	}
	return pl_error_set(error, PL_ERR_UNANSWERED, session->where,
			    "writing %d was not answered within %g s", want->threshold,
			    (double)session->options->reply_timeout_ns / 1e9);
}

/* Lets 0.1 s pass since the last line of the answer; a later, exact echo moves that line. */
static enum pl_status hold(struct pl_osechi *session, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status;
	int64_t until_ns;

	do {
		until_ns = session->want.t_answer_ns + PL_OSECHI_HOLD_NS;
		status = host->wait(host->ctx, until_ns, NULL, NULL, error);
	} while (status == PL_OK && until_ns < session->want.t_answer_ns + PL_OSECHI_HOLD_NS);
	return status;
}

static void say_unknown_echo(struct pl_osechi *session, struct pl_write_report *out)
{
	pl_text_copy(out->reason, sizeof out->reason, "echo_unknown");
	if (session->is_unknown_echo_said)
		return;
	session->is_unknown_echo_said = true;
	session->host.note(session->host.ctx, PL_NOTE_INFO,
			   "the detector echoes written thresholds in an unknown form: taken as "
			   "confirmed (echo_unknown)");
}

static enum pl_status write_binary(struct pl_osechi *session, int channel, int threshold,
				   struct pl_write_report *out, struct pl_error *error)
{
	struct pl_osechi_want want = {
	    .kind = PL_OSECHI_WANT_ECHO,
	    .channel = channel,
	    .threshold = threshold,
	};
	unsigned char bytes[PL_OSECHI_WRITE_SIZE];
	enum pl_status status, held = PL_OK;

	pl_osechi_write_encode(channel, threshold, bytes);
	pl_osechi_echo_init(&want.echo, channel, threshold, session->echo_form);
	status = pl_osechi_ask(session, &want, bytes, sizeof bytes,
			       session->options->reply_timeout_ns, error);
	if (status == PL_OK)
		held = hold(session, error);
	status = judge(session, status, out, error);
	if (session->want.echo.state == PL_OSECHI_ECHO_CONFIRMED)
		session->echo_form = session->want.echo.known;
	if (status == PL_OK && session->want.echo.state == PL_OSECHI_ECHO_UNKNOWN)
		say_unknown_echo(session, out);
	return status == PL_OK ? held : status;
}

/* SET_STREAM once. Its reply ends the wait early; without one the time itself is enough. */
static enum pl_status switch_stream(struct pl_osechi *session, bool is_on, int64_t timeout_ns,
				    struct pl_error *error)
{
	struct pl_osechi_want want = {.kind = PL_OSECHI_WANT_STREAM, .is_on = is_on};
	static const char *const commands[] = {"SET_STREAM 0\n", "SET_STREAM 1\n"};

	return pl_osechi_ask(session, &want, commands[is_on], sizeof "SET_STREAM 0\n" - 1,
			     timeout_ns, error);
}

static enum pl_status stream_off(struct pl_osechi *session, struct pl_error *error)
{
	enum pl_status status;

	session->is_stream_off = true;
	status = switch_stream(session, false, PL_OSECHI_HOLD_NS, error);
	if (status == PL_OK && session->want.answer == PL_OSECHI_NO)
		session->is_stream_off = false; /* refused: it has no such switch */
	return status == PL_ERR_UNANSWERED ? PL_OK : status;
}

static enum pl_status stream_on(struct pl_osechi *session, struct pl_error *error)
{
	enum pl_status status = PL_ERR_UNANSWERED;

	for (int i = 0; i < 2 && status == PL_ERR_UNANSWERED; i++) {
		int64_t timeout_ns = session->stream_answers ? session->options->reply_timeout_ns
							     : PL_OSECHI_HOLD_NS;

		status = switch_stream(session, true, timeout_ns, error);
		if (status == PL_ERR_UNANSWERED && !session->stream_answers)
			status = PL_OK;
	}
	if (status == PL_OK && session->want.answer == PL_OSECHI_NO && session->is_stream_off)
		return pl_error_set(error, PL_ERR_REFUSED, session->where,
				    "the device refused SET_STREAM 1, no events would come: %s",
				    pl_osechi_reply_why(&session->want.reply));
	if (status == PL_ERR_UNANSWERED)
		return pl_error_set(error, PL_ERR_UNANSWERED, session->where,
				    "SET_STREAM 1 was not answered, no events may come");
	if (status == PL_OK)
		session->is_stream_off = false;
	return status;
}

static enum pl_status set_threshold(struct pl_osechi *session, int channel, int threshold,
				    struct pl_write_report *out, struct pl_error *error)
{
	struct pl_osechi_want want = {
	    .kind = PL_OSECHI_WANT_SETTING,
	    .channel = channel,
	    .threshold = threshold,
	};
	char command[40];
	int length = snprintf(command, sizeof command, "SET_THRESHOLD %d %d\n", channel, threshold);
	enum pl_status status = pl_osechi_ask(session, &want, command, (size_t)length,
					      session->options->reply_timeout_ns, error);

	return judge(session, status, out, error);
}

/* Reads back after a write that was confirmed, refused or clipped. The first failure is the one
 * that is told. */
static enum pl_status read_back(struct pl_osechi *session, enum pl_status written, int channel,
				int threshold, struct pl_write_report *out, struct pl_error *error)
{
	struct pl_error unused;
	enum pl_status status = pl_osechi_get_status(session, written == PL_OK ? error : &unused);
	int value = session->status.thresholds[channel - 1];

	if (status != PL_OK || value < 0)
		return written != PL_OK ? written : status;
	out->readback = value;
	session->told_thresholds |= 1u << channel;
	if (written != PL_OK || value == threshold)
		return written;
	return pl_error_set(error, PL_ERR_MISMATCH, session->where,
			    "asked for %d, the device holds %d", threshold, value);
}

static enum pl_status write_text(struct pl_osechi *session, int channel, int threshold,
				 struct pl_write_report *out, struct pl_error *error)
{
	enum pl_status status, switched;
	struct pl_error unused;

	session->status_ns = 0; /* what was read before is old now */
	status = stream_off(session, error);
	if (status == PL_OK)
		status = set_threshold(session, channel, threshold, out, error);
	if (session->reads_back &&
	    (status == PL_OK || status == PL_ERR_REFUSED || status == PL_ERR_MISMATCH))
		status = read_back(session, status, channel, threshold, out, error);
	if (status == PL_ERR_LOST)
		return status;
	switched = stream_on(session, status == PL_OK ? error : &unused);
	return status == PL_OK ? switched : status;
}

enum pl_status pl_osechi_write(struct pl_osechi *session, int channel, int threshold,
			       struct pl_write_report *out, struct pl_error *error)
{
	enum pl_status status;

	*out = (struct pl_write_report){.applied = NAN, .readback = NAN};
	snprintf(session->where, sizeof session->where, "%s.%s.threshold", session->spec->name,
		 channel_name(session, channel));
	status = session->is_text ? write_text(session, channel, threshold, out, error)
				  : write_binary(session, channel, threshold, out, error);
	if (status == PL_OK)
		out->t_confirmed_ns = session->host.now(session->host.ctx);
	return status;
}
