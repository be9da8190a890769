/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.c - what the device tells when asked. Reading never touches the event stream.
 *
 * One GET_STATUS answers for everything, and takes the firmware up to 0.2 s: readings asked within
 * a quarter of a second of its answer share it, each with the time at which it was true. Who asks
 * for a threshold that it has told already (a write reads back too) wants to know it anew. Bus
 * thread.
 */
#include "driver/osechi/session.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

#define STATUS_SHARED_NS (250 * PL_NS_PER_MS)

static enum pl_status unsupported(struct pl_osechi *session, struct pl_reading *out,
				  struct pl_error *error, const char *why)
{
	out->quality = PL_QUALITY_MISSING;
	pl_text_copy(out->reason, sizeof out->reason, why);
	return pl_error_set(error, PL_ERR_UNSUPPORTED, session->spec->name, "%s", why);
}

static void begin(struct pl_osechi *session, enum pl_value_type type, struct pl_reading *out)
{
	*out = (struct pl_reading){
	    .t_mono_ns = session->host.now(session->host.ctx),
	    .quality = PL_QUALITY_MISSING,
	    .value = {.type = type, .number = NAN},
	};
}

static void stamp(struct pl_reading *out, int64_t sent_ns, int64_t answer_ns)
{
	out->latency_ns = answer_ns - sent_ns;
	out->t_mono_ns = sent_ns + out->latency_ns / 2;
}

/* A number of GET_STATUS: negative and NaN are "not in the answer". */
static enum pl_status finish_number(struct pl_osechi *session, double number,
				    struct pl_reading *out, struct pl_error *error)
{
	if (!(number >= 0))
		return unsupported(session, out, error, "this firmware does not tell it");
	out->value.number = number;
	out->quality = PL_QUALITY_OK;
	return PL_OK;
}

/* What came cannot be read: that is another thing than nothing. */
static enum pl_status failed(enum pl_status status, struct pl_reading *out)
{
	if (status == PL_ERR_PROTOCOL)
		out->quality = PL_QUALITY_INVALID;
	pl_text_copy(out->reason, sizeof out->reason, pl_status_name(status));
	return status;
}

static enum pl_status fresh_status(struct pl_osechi *session, struct pl_reading *out,
				   struct pl_error *error)
{
	int64_t now_ns = session->host.now(session->host.ctx);
	enum pl_status status = PL_OK;

	if (!session->is_text)
		return unsupported(session, out, error,
				   "the binary protocol cannot read anything back");
	if (!session->has_status)
		return unsupported(session, out, error, "this firmware does not answer GET_STATUS");
	if (session->status_ns == 0 || now_ns - session->status_ns > STATUS_SHARED_NS)
		status = pl_osechi_get_status(session, error);
	if (status != PL_OK)
		return failed(status, out);
	stamp(out, session->status_sent_ns, session->status_ns);
	return PL_OK;
}

enum pl_status pl_osechi_read_threshold(struct pl_osechi *session, int channel,
					struct pl_reading *out, struct pl_error *error)
{
	enum pl_status status;

	begin(session, PL_VALUE_INTEGER, out);
	if (session->told_thresholds & 1u << channel)
		session->status_ns = 0;
	status = fresh_status(session, out, error);
	if (status != PL_OK)
		return status;
	session->told_thresholds |= 1u << channel;
	return finish_number(session, session->status.thresholds[channel - 1], out, error);
}

static enum pl_status read_firmware(struct pl_osechi *session, struct pl_reading *out,
				    struct pl_error *error)
{
	enum pl_status status;

	if (!session->is_text)
		return unsupported(session, out, error,
				   "the binary protocol cannot read anything back");
	status = pl_osechi_command(session, PL_OSECHI_WANT_VERSION, "GET_VERSION\n", error);
	if (status == PL_ERR_UNANSWERED)
		status = pl_osechi_no_answer(session, "GET_VERSION", error);
	if (status != PL_OK)
		return failed(status, out);
	if (session->want.answer == PL_OSECHI_NO)
		return unsupported(session, out, error, "this firmware does not tell it");
	stamp(out, session->want.t_sent_ns, session->want.t_answer_ns);
	pl_text_copy(out->value.text, sizeof out->value.text, session->want.reply.version);
	out->quality = PL_QUALITY_OK;
	return PL_OK;
}

enum pl_status pl_osechi_read_fact(struct pl_osechi *session, enum pl_osechi_fact fact,
				   struct pl_reading *out, struct pl_error *error)
{
	enum pl_status status;

	begin(session, fact == PL_OSECHI_FIRMWARE ? PL_VALUE_TEXT : PL_VALUE_REAL, out);
	if (fact == PL_OSECHI_FIRMWARE && !session->has_status)
		return read_firmware(session, out, error);
	status = fresh_status(session, out, error);
	if (status != PL_OK)
		return status;
	switch (fact) {
	case PL_OSECHI_POLL_COUNT:
		out->value.type = PL_VALUE_INTEGER;
		return finish_number(session, session->status.poll_count, out, error);
	case PL_OSECHI_DEADTIME:
		return finish_number(session, session->status.deadtime_ms, out, error);
	case PL_OSECHI_UPTIME:
		return finish_number(session, session->status.uptime_ms / 1e3, out, error);
	case PL_OSECHI_FIRMWARE:
		break;
	}
	if (session->status.version[0] == '\0')
		return unsupported(session, out, error, "this firmware does not tell it");
	pl_text_copy(out->value.text, sizeof out->value.text, session->status.version);
	out->quality = PL_QUALITY_OK;
	return PL_OK;
}
