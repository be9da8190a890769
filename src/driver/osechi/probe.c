/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe.c - who is there: after the boot text, two harmless questions, or only listening.
 *
 * protocol text: GET_VERSION must be answered. auto: without an answer the device is taken for an
 * old firmware, but only when its event lines were seen. binary: nothing is ever sent; lines that
 * keep coming and are not an OSECHI's are another device. Every refusal says what was heard.
 * Bus thread.
 */
#include "driver/osechi/session.h"

#include "plateau/text.h"

#include <stdio.h>

#define TRIES	       2 /* a device that is still booting misses the first */
#define STRANGER_NS    PL_NS_PER_S
#define STRANGER_LINES 3
#define STRANGER_BYTES 256

/* Lines that are not an OSECHI's, as far as heard. */
static void describe(const struct pl_osechi_heard *heard, char *out, size_t cap)
{
	if (heard->bytes == 0)
		snprintf(out, cap,
			 "not one byte came (cable, power, port? an old firmware that is silent "
			 "until it is hit needs `protocol: binary`)");
	else if (heard->json_events + heard->legacy_events > 0)
		snprintf(out, cap,
			 "its event lines come, but GET_VERSION is not answered (a firmware before "
			 "1.6 needs `protocol: binary`)");
	else if (heard->odd_lines == 0)
		snprintf(
		    out, cap,
		    "%llu bytes came, but no event line and no answer (wrong baud rate? an old "
		    "firmware needs `protocol: binary`)",
		    (unsigned long long)heard->bytes);
	else if (heard->unprintable * 4 > heard->odd_bytes)
		snprintf(out, cap, "what comes is no text (wrong baud rate?): \"%s\"",
			 heard->first_odd);
	else
		snprintf(out, cap, "another device seems to be there, it says \"%s\"",
			 heard->first_odd);
}

static enum pl_status nobody(struct pl_osechi *session, enum pl_status code, struct pl_error *error)
{
	char heard[256];

	describe(&session->heard, heard, sizeof heard);
	return pl_error_set(error, code, session->spec->name,
			    "no OSECHI answered on this port at 115200 baud: %s", heard);
}

/* Nothing may be left of a question nobody answered. */
static void forget_question(struct pl_osechi *session)
{
	session->want = (struct pl_osechi_want){.kind = PL_OSECHI_WANT_NOTHING};
	session->late_until_ns = 0;
}

/* Asks up to TRIES times; PL_ERR_UNANSWERED only when each stayed unanswered. */
static enum pl_status ask_again(struct pl_osechi *session, enum pl_osechi_want_kind kind,
				const char *command, struct pl_error *error)
{
	enum pl_status status = PL_ERR_UNANSWERED;

	for (int i = 0; i < TRIES && status == PL_ERR_UNANSWERED; i++) {
		forget_question(session);
		status = pl_osechi_command(session, kind, command, error);
	}
	if (status == PL_ERR_UNANSWERED)
		forget_question(session);
	return status;
}

static void learn_status(struct pl_osechi *session, struct pl_identity *out)
{
	const struct pl_osechi_reply *reply = &session->want.reply;

	session->status = *reply;
	session->status_sent_ns = session->want.t_sent_ns;
	session->status_ns = session->want.t_answer_ns;
	session->told_thresholds = 0;
	session->has_status = true;
	session->reads_back = true;
	for (size_t i = 0; i < session->spec->channel_count; i++) {
		if (reply->thresholds[session->spec->channels[i].id - 1] < 0)
			session->reads_back = false;
	}
	pl_text_copy(out->serial, sizeof out->serial, reply->mac);
	if (out->firmware[0] == '\0')
		pl_text_copy(out->firmware, sizeof out->firmware, reply->version);
	if (reply->stream_enabled == 0)
		session->host.note(session->host.ctx, PL_NOTE_WARNING,
				   "the detector's event stream is off: no events come until the "
				   "next threshold write switches it on");
}

/* The text protocol answered GET_VERSION: what else does it know? */
static enum pl_status probe_text(struct pl_osechi *session, struct pl_identity *out,
				 struct pl_error *error)
{
	enum pl_status status;

	session->is_text = true;
	pl_text_copy(out->protocol, sizeof out->protocol, "text");
	if (session->want.answer == PL_OSECHI_YES)
		pl_text_copy(out->firmware, sizeof out->firmware, session->want.reply.version);
	status = ask_again(session, PL_OSECHI_WANT_STATUS, "GET_STATUS\n", error);
	if (status == PL_OK && session->want.answer == PL_OSECHI_YES)
		learn_status(session, out);
	if (status != PL_OK && status != PL_ERR_UNANSWERED)
		return status;
	out->reads_back = session->reads_back;
	if (!session->reads_back)
		session->host.note(session->host.ctx, PL_NOTE_INFO,
				   "this firmware cannot read thresholds back (no GET_STATUS)");
	return PL_OK;
}

static bool has_legacy_events(void *arg)
{
	const struct pl_osechi *session = arg;

	return session->heard.legacy_events > 0;
}

static enum pl_status probe_auto(struct pl_osechi *session, int64_t since_ns,
				 struct pl_identity *out, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status = host->wait(host->ctx, since_ns + session->options->probe_events_ns,
					   has_legacy_events, session, error);

	if (has_legacy_events(session)) {
		pl_text_copy(out->protocol, sizeof out->protocol, "binary");
		return PL_OK;
	}
	return status == PL_ERR_UNANSWERED ? nobody(session, status, error) : status;
}

static bool is_ours(void *arg)
{
	const struct pl_osechi *session = arg;

	return session->heard.legacy_events + session->heard.json_events > 0;
}

/* After odd lines and no event: does somebody go on talking who is no OSECHI? */
static enum pl_status listen(struct pl_osechi *session, struct pl_identity *out,
			     struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	const struct pl_osechi_heard *heard = &session->heard;
	uint64_t lines = heard->odd_lines, bytes = heard->bytes;
	enum pl_status status;

	pl_text_copy(out->protocol, sizeof out->protocol, "binary");
	if (heard->bytes == 0 || is_ours(session))
		return PL_OK;
	status = host->wait(host->ctx, host->now(host->ctx) + STRANGER_NS, is_ours, session, error);
	if (status == PL_ERR_UNANSWERED &&
	    (heard->odd_lines - lines >= STRANGER_LINES ||
	     (heard->odd_lines == 0 && heard->bytes - bytes >= STRANGER_BYTES)))
		return nobody(session, PL_ERR_PROTOCOL, error);
	return status == PL_ERR_UNANSWERED ? PL_OK : status;
}

static enum pl_status wait_out_boot(struct pl_osechi *session, struct pl_error *error)
{
	const struct pl_host *host = &session->host;
	enum pl_status status;

	session->is_booting = true;
	status = host->wait(host->ctx, host->now(host->ctx) + session->options->boot_wait_ns, NULL,
			    NULL, error);
	session->is_booting = false;
	if (status == PL_OK && session->has_banner)
		host->restarted(host->ctx,
				"opening the port restarted the device (boot text came)");
	return status;
}

enum pl_status pl_osechi_probe(struct pl_osechi *session, struct pl_identity *out,
			       struct pl_error *error)
{
	enum pl_status status = wait_out_boot(session, error);
	int64_t since_ns = session->host.now(session->host.ctx);

	*out = (struct pl_identity){.model = "OSECHI"};
	if (status != PL_OK)
		return status;
	if (session->options->protocol == PL_OSECHI_BINARY)
		return listen(session, out, error);
	status = ask_again(session, PL_OSECHI_WANT_VERSION, "GET_VERSION\n", error);
	if (status == PL_OK)
		return probe_text(session, out, error);
	if (status != PL_ERR_UNANSWERED)
		return status;
	if (session->options->protocol == PL_OSECHI_TEXT)
		return nobody(session, status, error);
	return probe_auto(session, since_ns, out, error);
}
