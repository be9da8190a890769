/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.c - listening to an OSECHI: each line to where it belongs. Bus thread.
 */
#include "driver/osechi/session.h"

#include "plateau/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define UPTIME_WRAP_MS	 4294967296.0 /* the firmware counts in 32 bit */
#define UPTIME_HOUR_MS	 3600e3
#define UPTIME_SLACK_MS	 5000 /* events wait in the device while others overtake them */
#define BANNER_BURST_NS	 (2 * PL_NS_PER_S)
#define LONG_LINE_SAMPLE 128

static void tell_restart(struct pl_osechi *session, const char *text)
{
	session->uptime_ms = NAN;
	session->uptime_wraps_ms = 0;
	session->status_ns = 0;
	session->host.restarted(session->host.ctx, text);
}

/* Boot text in the middle of a session. A boot says several such lines: one restart. What works
 * again, or begins with the ROM's first line, has booted once more, however soon. */
static void on_banner(struct pl_osechi *session, const char *line, size_t count, int64_t t_ns)
{
	bool is_first = !session->has_banner || t_ns - session->banner_ns > BANNER_BURST_NS ||
			session->has_worked || (count > 4 && memcmp(line, "ets ", 4) == 0);

	session->has_banner = true;
	session->has_worked = false;
	session->banner_ns = t_ns;
	if (is_first && !session->is_booting)
		tell_restart(session, "the device restarted: it sent its boot text");
}

/* A 32 bit counter of milliseconds: close to its end and then close to zero is a wrap, any other
 * clear step back is a restart. */
static void watch_uptime(struct pl_osechi *session, double uptime_ms)
{
	double back = session->uptime_ms - uptime_ms;
	char text[96];

	if (isnan(uptime_ms))
		return;
	if (back > UPTIME_WRAP_MS - UPTIME_HOUR_MS) {
		session->uptime_wraps_ms += UPTIME_WRAP_MS;
	} else if (back > UPTIME_SLACK_MS) {
		snprintf(text, sizeof text,
			 "the device restarted: its uptime went back from %.1f s to %.1f s",
			 session->uptime_ms / 1e3, uptime_ms / 1e3);
		tell_restart(session, text);
	}
	if (!(back > 0 && back <= UPTIME_SLACK_MS))
		session->uptime_ms = uptime_ms;
}

static void on_event(struct pl_osechi *session, struct pl_osechi_event *event, int64_t t_ns)
{
	struct pl_event *out = &event->told;

	out->t_ns = t_ns;
	out->dead_s = NAN;
	for (int i = PL_OSECHI_CARRIED; i < PL_CARRIED_MAX; i++)
		out->carried[i] = NAN;
	out->hits = 0;
	for (int i = 0; i < PL_OSECHI_CHANNELS; i++)
		out->hits |= session->bit[i] * (event->hits[i] > 0); /* nothing to guess */
	session->has_worked = true;
	watch_uptime(session, event->uptime_ms);
	if (!(out->device_us > 0)) /* a clock that was never set says 0 */
		out->device_us = (session->uptime_wraps_ms + event->uptime_ms) * 1e3;
	if (event->is_json)
		session->heard.json_events++;
	else
		session->heard.legacy_events++;
	session->host.event(session->host.ctx, out);
}

static void on_reply(struct pl_osechi *session, const char *line, size_t count,
		     const struct pl_osechi_reply *reply, int64_t t_ns)
{
	int owed = session->stream_owed;
	bool is_ours;

	session->heard.replies++;
	session->has_worked = true;
	if (pl_osechi_reply_tells_status(reply))
		watch_uptime(session, reply->uptime_ms);
	is_ours = pl_osechi_offer_reply(session, reply, t_ns);
	if (is_ours && (session->late_until_ns == 0 || session->want.kind == PL_OSECHI_WANT_STREAM))
		return;
	if (session->stream_owed < owed)
		return; /* it paid for a SET_STREAM */
	if (pl_osechi_reply_is_plain(reply) && !reply->is_error &&
	    pl_osechi_pay_stream_debt(session))
		return;
	session->host.stray(session->host.ctx, line, count, "late");
}

static void on_odd(struct pl_osechi *session, const char *line, size_t count)
{
	struct pl_osechi_heard *heard = &session->heard;

	if (heard->odd_lines++ == 0)
		pl_text_escape(heard->first_odd, sizeof heard->first_odd, line, count);
	heard->odd_bytes += count;
	for (size_t i = 0; i < count; i++)
		heard->unprintable +=
		    (unsigned char)line[i] < 0x20 || (unsigned char)line[i] > 0x7e;
}

/* Apart, to keep the way of an event short. */
static void on_other(struct pl_osechi *session, enum pl_osechi_line kind, const char *line,
		     size_t count, const struct pl_osechi_reply *reply, int64_t t_ns)
{
	static const char *const why[] = {
	    [PL_OSECHI_BANNER] = "boot",     [PL_OSECHI_DEBUG] = "debug",
	    [PL_OSECHI_HASH] = "comment",    [PL_OSECHI_EMPTY] = "empty",
	    [PL_OSECHI_GARBAGE] = "garbage",
	};

	switch (kind) {
	case PL_OSECHI_REPLY:
		on_reply(session, line, count, reply, t_ns);
		return;
	case PL_OSECHI_BANNER:
		on_banner(session, line, count, t_ns);
		break;
	case PL_OSECHI_EMPTY:
	case PL_OSECHI_GARBAGE:
		if (pl_osechi_offer_echo(session, line, count, t_ns) && session->late_until_ns == 0)
			return;
		if (kind == PL_OSECHI_GARBAGE)
			on_odd(session, line, count);
		break;
	case PL_OSECHI_EVENT:
	case PL_OSECHI_DEBUG:
	case PL_OSECHI_HASH:
		break;
	}
	if (kind != PL_OSECHI_EMPTY)
		session->host.stray(session->host.ctx, line, count,
				    session->is_booting ? "boot" : why[kind]);
}

static void on_line(void *ctx, const char *line, size_t count, int64_t t_ns)
{
	struct pl_osechi *session = ctx;
	struct pl_osechi_event event;
	struct pl_osechi_reply reply;
	enum pl_osechi_line kind = pl_osechi_classify(line, count, &event, &reply);

	if (kind == PL_OSECHI_EVENT)
		on_event(session, &event, t_ns);
	else
		on_other(session, kind, line, count, &reply, t_ns);
}

static void on_overflow(void *ctx)
{
	struct pl_osechi *session = ctx;

	if (session->is_long_line_said)
		return;
	session->is_long_line_said = true;
	session->host.note(session->host.ctx, PL_NOTE_WARNING,
			   "a line longer than 4096 bytes: thrown away up to its end (wrong baud "
			   "rate, or another device?)");
}

static void on_too_long(void *ctx, const char *start, size_t kept, uint64_t total)
{
	struct pl_osechi *session = ctx;
	size_t sample = kept < LONG_LINE_SAMPLE ? kept : LONG_LINE_SAMPLE;
	char text[LONG_LINE_SAMPLE + 48];

	memcpy(text, start, sample);
	snprintf(text + sample, sizeof text - sample, " ... (%" PRIu64 " bytes)", total);
	on_odd(session, start, kept);
	session->host.stray(session->host.ctx, text, sample + strlen(text + sample), "too_long");
}

void pl_osechi_feed(struct pl_osechi *session, const unsigned char *bytes, size_t count,
		    int64_t t_ns)
{
	static const struct pl_lines_sink sink = {
	    .line = on_line,
	    .overflow = on_overflow,
	    .too_long = on_too_long,
	};

	session->heard.bytes += count;
	pl_lines_feed(&session->lines, &sink, session, bytes, count, t_ns);
}
