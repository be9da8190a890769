/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - one open OSECHI: the conversation with it, inside this folder only.
 *
 * Everything the device says passes through pl_osechi_feed, line by line: events go to the host at
 * once, replies are compared with what is wanted, the rest is told as stray. At most one request
 * is under way. An answer is matched by content, never by its place. The bus thread.
 */
#ifndef DRIVER_OSECHI_SESSION_H
#define DRIVER_OSECHI_SESSION_H

#include "driver/lines.h"
#include "driver/osechi/osechi.h"
#include "driver/osechi/protocol.h"
#include "plateau/clock.h"

/* The firmware's DAC and its stream switch need this long (0.05 s is known to be too short). */
#define PL_OSECHI_HOLD_NS (100 * PL_NS_PER_MS)

enum pl_osechi_want_kind {
	PL_OSECHI_WANT_NOTHING,
	PL_OSECHI_WANT_STREAM,	/* SET_STREAM: a reply without channel and threshold */
	PL_OSECHI_WANT_SETTING, /* SET_THRESHOLD: our channel and threshold */
	PL_OSECHI_WANT_ECHO,	/* a binary write: its echo, or one JSON line as above */
	PL_OSECHI_WANT_VERSION,
	PL_OSECHI_WANT_STATUS,
};

enum pl_osechi_answer { PL_OSECHI_PENDING, PL_OSECHI_YES, PL_OSECHI_NO };

/* What the answer to the request under way looks like, and how far it has come. */
struct pl_osechi_want {
	enum pl_osechi_want_kind kind;
	int channel, threshold; /* SETTING, ECHO */
	bool is_on;		/* STREAM */
	enum pl_osechi_answer answer;
	bool is_doubtful;    /* reply holds an error that may belong to SET_STREAM */
	bool is_unsent;	     /* the line did not take all of the question */
	uint64_t odd_before; /* lines nobody could read, when it was sent */
	int other; /* a threshold confirmed for this channel that is not ours, -1 = none */
	int64_t t_sent_ns, t_answer_ns;
	struct pl_osechi_echo echo;
	struct pl_osechi_reply reply;
};

/* What was heard since the port was opened; tells who is there when nobody answers. */
struct pl_osechi_heard {
	uint64_t bytes, legacy_events, json_events, replies;
	uint64_t odd_lines, odd_bytes, unprintable;
	char first_odd[64]; /* escaped */
};

struct pl_osechi {
	const struct pl_device_spec *spec;
	const struct pl_osechi_options *options;
	struct pl_host host;
	uint32_t bit[PL_OSECHI_CHANNELS]; /* of pl_event.hits, by channel id - 1 */

	bool is_booting; /* what comes is boot text */
	bool is_text;	 /* protocol settled on */
	bool has_status, reads_back;
	unsigned echo_form; /* of binary writes, once shown */
	bool is_unknown_echo_said, is_long_line_said;

	struct pl_osechi_want want;
	int64_t late_until_ns; /* want timed out; its answer may still come until then; 0 = no */
	int stream_owed;       /* SET_STREAM replies that did not come in time */
	bool stream_answers;   /* this firmware answers SET_STREAM */
	bool is_stream_off;    /* we switched it off and not yet on again */

	struct pl_osechi_reply status;	   /* the newest answer to GET_STATUS */
	int64_t status_sent_ns, status_ns; /* 0 = none */
	unsigned told_thresholds;	   /* of that status, a bit each */

	double uptime_ms; /* last told, NaN = none */
	double uptime_wraps_ms;
	int64_t banner_ns; /* last boot text, 0 = none */
	bool has_banner;
	bool has_worked; /* since then */

	struct pl_osechi_heard heard;
	char where[PL_PATH_SIZE];
	struct pl_lines lines;
};

void pl_osechi_feed(struct pl_osechi *session, const unsigned char *bytes, size_t count,
		    int64_t t_ns);

/* ask.c, for the listener: offers a line to the request under way; true when it belongs to its
 * answer. pay_stream_debt: a reply that says nothing of its own pays for a SET_STREAM still
 * unanswered, false when none is. */
bool pl_osechi_offer_reply(struct pl_osechi *session, const struct pl_osechi_reply *reply,
			   int64_t t_ns);
bool pl_osechi_offer_echo(struct pl_osechi *session, const char *line, size_t count, int64_t t_ns);
bool pl_osechi_pay_stream_debt(struct pl_osechi *session);

/* Sends a request and waits for its answer, at most timeout_ns. After an earlier request that
 * stayed unanswered it first waits until that answer has come (and is dropped) or can come no
 * more: a late answer is never credited to the next question. PL_OK with session->want.answer YES
 * or NO; PL_ERR_UNANSWERED, PL_ERR_LOST, PL_ERR_CANCELLED. */
enum pl_status pl_osechi_ask(struct pl_osechi *session, const struct pl_osechi_want *want,
			     const void *bytes, size_t count, int64_t timeout_ns,
			     struct pl_error *error);
/* The same for a command of text and the reply time-out of the bench file. */
enum pl_status pl_osechi_command(struct pl_osechi *session, enum pl_osechi_want_kind kind,
				 const char *command, struct pl_error *error);

/* The words for a question that was not answered, and PL_ERR_UNANSWERED; PL_ERR_PROTOCOL when
 * lines that nobody can read came instead. */
enum pl_status pl_osechi_no_answer(struct pl_osechi *session, const char *question,
				   struct pl_error *error);
/* GET_STATUS; the answer is in session->status. PL_ERR_REFUSED when the firmware does not know
 * it, else as pl_osechi_no_answer. */
enum pl_status pl_osechi_get_status(struct pl_osechi *session, struct pl_error *error);

/* probe.c, write.c, read.c: the entries of the driver's table. */
enum pl_status pl_osechi_probe(struct pl_osechi *session, struct pl_identity *out,
			       struct pl_error *error);
enum pl_status pl_osechi_write(struct pl_osechi *session, int channel, int threshold,
			       struct pl_write_report *out, struct pl_error *error);
enum pl_status pl_osechi_read_threshold(struct pl_osechi *session, int channel,
					struct pl_reading *out, struct pl_error *error);

/* Values of the device itself that GET_STATUS and GET_VERSION tell. */
enum pl_osechi_fact {
	PL_OSECHI_POLL_COUNT,
	PL_OSECHI_DEADTIME,
	PL_OSECHI_UPTIME,
	PL_OSECHI_FIRMWARE,
};
enum pl_status pl_osechi_read_fact(struct pl_osechi *session, enum pl_osechi_fact fact,
				   struct pl_reading *out, struct pl_error *error);

#endif
