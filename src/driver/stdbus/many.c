/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * many.c - several parameters in one go, each a question of its own.
 *
 * A row whose profile names another one that tells whether it is good (good_with) is read with it:
 * that one first, since a controller keeps the last good value during a sensor error, and an error
 * that ends between the two must not make an old value look new. One such answer serves all rows
 * of the same call. Bus thread.
 */
#include "driver/stdbus/session.h"

struct tick {
	struct pl_stdbus *session;
	struct pl_sample *samples;
	size_t count;
	bool has_answer;
	struct pl_error error;
	enum pl_status status; /* what ended it */
	enum pl_status last;   /* of the newest sample */
};

/* Silence and a lost port end a call; whatever else happened, the device is there. */
static void note(struct tick *tick, enum pl_status status, const struct pl_error *why)
{
	bool is_end =
	    status == PL_ERR_UNANSWERED || status == PL_ERR_LOST || status == PL_ERR_CANCELLED ||
	    (status == PL_ERR_PROTOCOL && tick->session->want.outcome == PL_STDBUS_PENDING);

	if (status != PL_OK)
		tick->error = *why;
	if (is_end)
		tick->status = status;
	else
		tick->has_answer = true;
}

/* The sample that asks for this item and was not read yet, else `other`. */
static struct pl_sample *sample_of(struct tick *tick, const struct pl_stdbus_item *item,
				   struct pl_sample *other)
{
	for (size_t i = 0; i < tick->count; i++) {
		struct pl_stdbus_item each;

		if (pl_stdbus_item_find(tick->session->spec, &tick->samples[i].target, &each,
					NULL) == PL_OK &&
		    each.row == item->row && each.place == item->place)
			return &tick->samples[i];
	}
	return other;
}

static void read_verdict(struct tick *tick, const struct pl_stdbus_item *verdict)
{
	struct pl_stdbus *session = tick->session;
	struct pl_stdbus_known *known = &session->known[verdict->place];
	struct pl_sample aside;
	struct pl_error why;
	enum pl_status status;

	if (known->is_unsupported || known->asked == session->round)
		return;
	known->asked = session->round;
	status = pl_stdbus_read_item(session, verdict, sample_of(tick, verdict, &aside), &why);
	note(tick, status, &why);
}

static void leave_out(struct tick *tick, const struct pl_stdbus_item *item,
		      struct pl_sample *sample, enum pl_status status, const struct pl_error *why)
{
	pl_stdbus_sample_begin(tick->session, item, sample);
	pl_stdbus_sample_fail(tick->session, status, sample, why);
	sample->was_asked = status != PL_ERR_UNSUPPORTED;
	tick->error = *why;
	tick->last = status;
}

static void read_one(struct tick *tick, struct pl_sample *sample)
{
	struct pl_stdbus *session = tick->session;
	struct pl_stdbus_item item, verdict;
	struct pl_error why = {0};
	struct pl_stdbus_known *known;
	bool has_verdict;

	if (pl_stdbus_item_find(session->spec, &sample->target, &item, &why) != PL_OK) {
		leave_out(tick, &item, sample, PL_ERR_UNSUPPORTED, &why);
		return;
	}
	known = item.row < 0 ? NULL : &session->known[item.place];
	if (known != NULL && known->asked == session->round)
		return; /* read as somebody's verdict */
	if (known != NULL && known->is_unsupported) {
		tick->last = pl_stdbus_read_item(session, &item, sample, &tick->error);
		return;
	}
	has_verdict = pl_stdbus_item_verdict(session->spec, &item, &verdict);
	if (has_verdict)
		read_verdict(tick, &verdict);
	if (tick->status != PL_OK) {
		why = tick->error;
		leave_out(tick, &item, sample, tick->status, &why);
		return;
	}
	if (known != NULL)
		known->asked = session->round;
	tick->last = pl_stdbus_read_item(session, &item, sample, &why);
	note(tick, tick->last, &why);
	if (has_verdict && tick->last == PL_OK)
		pl_stdbus_judge(session, &item, &verdict, &sample->reading);
}

enum pl_status pl_stdbus_read_many(struct pl_stdbus *session, struct pl_sample *samples,
				   size_t count, struct pl_error *error)
{
	struct tick tick = {.session = session, .samples = samples, .count = count};

	session->round++;
	session->is_hasty = true;
	for (size_t i = 0; i < count; i++)
		samples[i].was_asked = false;
	for (size_t i = 0; i < count && tick.status == PL_OK; i++)
		read_one(&tick, &samples[i]);
	session->is_hasty = false;
	if (error != NULL && tick.error.code != PL_OK)
		*error = tick.error;
	if (tick.has_answer && tick.status != PL_ERR_LOST && tick.status != PL_ERR_CANCELLED)
		return PL_OK;
	return tick.status;
}

enum pl_status pl_stdbus_read(struct pl_stdbus *session, struct pl_sample *sample,
			      struct pl_error *error)
{
	struct tick tick = {.session = session, .samples = sample, .count = 1};

	session->round++;
	read_one(&tick, sample);
	if (error != NULL && tick.last != PL_OK)
		*error = tick.error;
	return tick.last;
}
