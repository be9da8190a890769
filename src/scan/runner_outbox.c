/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_outbox.c - messages to the writer that are not acknowledged yet, in order.
 *
 * One is with the writer at a time: a row that found no room is tried again before those behind it,
 * so the audit log tells everything in the order in which it happened. A full queue is tried again
 * after 10 ms. A full disk pauses the run: the row stays here and is tried again each second until
 * it is taken; at the end of a run three times, END and the cleared state file ten times (three
 * after another error), and once one was given up, each of those behind it once: settings go back
 * whether the disk has room or not. Any other error ends the run. Rows for which there is no room
 * here are dropped and counted, and the run ends as failed: nothing is lost silently.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define QUEUE_RETRY_NS (10 * PL_NS_PER_MS)
#define DISK_RETRY_NS  PL_NS_PER_S
#define LAST_TRIES     10 /* of what ends a run, on a full disk */
#define FEW_TRIES      3  /* of rows by then, and after another error */
#define KEPT_ROOM      4  /* for messages that are awaited: one at a time, and left-overs */

struct pl_write runner_message(struct pl_runner *runner, enum pl_write_kind kind, enum pl_book book)
{
	return (struct pl_write){.kind = kind,
				 .book = book,
				 .t_utc_ns = runner->io.now_utc(runner->io.ctx),
				 .t_mono_ns = runner->io.now_mono(runner->io.ctx)};
}

static void add(struct runner_outbox *outbox, const struct pl_write *message, bool is_awaited)
{
	struct runner_parcel *parcel = &outbox->parcels[outbox->count++];

	parcel->message = *message;
	parcel->seq = 0;
	parcel->rows_given = 0;
	parcel->is_awaited = is_awaited;
	parcel->tries = 0;
}

void runner_post(struct pl_runner *runner, const struct pl_write *message)
{
	struct runner_outbox *outbox = &runner->outbox;

	if (outbox->count >= RUNNER_OUTBOX - KEPT_ROOM) {
		outbox->dropped++;
		return;
	}
	add(outbox, message, false);
	runner_outbox_push(runner);
}

void runner_await(struct pl_runner *runner, const struct pl_write *message)
{
	assert(runner->outbox.count < RUNNER_OUTBOX);
	add(&runner->outbox, message, true);
	runner_outbox_push(runner);
}

/* The rows of a point, all or as many as the queue takes; the rest later. 0 = some are left. */
static uint64_t give_rows(struct pl_runner *runner, struct runner_parcel *parcel)
{
	uint64_t seq = 0;

	while (parcel->rows_given < runner->measure_count) {
		parcel->message.point = runner->rows[parcel->rows_given];
		parcel->message.has_more = parcel->rows_given + 1 < runner->measure_count;
		seq = runner->io.write(runner->io.ctx, &parcel->message);
		if (seq == 0)
			return 0;
		parcel->rows_given++;
	}
	return seq;
}

void runner_outbox_push(struct pl_runner *runner)
{
	struct runner_outbox *outbox = &runner->outbox;
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	if (outbox->count == 0 || outbox->parcels[0].seq != 0 || now_ns < outbox->retry_ns)
		return;
	outbox->parcels[0].seq =
	    outbox->parcels[0].message.kind == PL_WRITE_POINT
		? give_rows(runner, &outbox->parcels[0])
		: runner->io.write(runner->io.ctx, &outbox->parcels[0].message);
	if (outbox->parcels[0].seq == 0)
		outbox->retry_ns = now_ns + QUEUE_RETRY_NS;
}

void runner_outbox_hurry(struct pl_runner *runner)
{
	struct runner_outbox *outbox = &runner->outbox;

	outbox->has_given_up |= outbox->is_disk_full && runner_is_ending(runner);
	outbox->retry_ns = 0;
	runner_outbox_push(runner);
}

int64_t runner_outbox_due(const struct pl_runner *runner)
{
	const struct runner_outbox *outbox = &runner->outbox;

	return outbox->count > 0 && outbox->parcels[0].seq == 0 ? outbox->retry_ns : PL_NEVER;
}

/* Room may be made, a workspace brought back. */
static bool may_pass(enum pl_status status)
{
	return status == PL_ERR_FULL || status == PL_ERR_NOT_FOUND;
}

/* How often a message may be tried in all. */
static unsigned tries_of(const struct pl_runner *runner, const struct runner_parcel *parcel,
			 enum pl_status status)
{
	bool is_full = may_pass(status), is_ending = runner_is_ending(runner);

	switch (parcel->message.kind) {
	case PL_WRITE_POINT:
	case PL_WRITE_AUDIT:
	case PL_WRITE_SETTING:
	case PL_WRITE_OPERATION:
		if (!is_full || !runner->has_touched)
			return 1;
		return !is_ending ? UINT_MAX : runner->outbox.has_given_up ? 1 : FEW_TRIES;
	case PL_WRITE_STATUS:
		return is_full && !is_ending && !parcel->is_awaited ? UINT_MAX : 1;
	case PL_WRITE_PENDING:
		if (parcel->message.pending.count > 0)
			return 1;
		return is_full ? LAST_TRIES : FEW_TRIES;
	case PL_WRITE_END:
		return is_full ? LAST_TRIES : FEW_TRIES;
	default:
		return 1;
	}
}

static void try_later(struct pl_runner *runner, struct runner_parcel *parcel,
		      const struct pl_write_ack *ack)
{
	bool is_full = ack->status == PL_ERR_FULL;
	char text[sizeof(ack->error)];

	parcel->seq = 0;
	parcel->rows_given = 0;
	runner->outbox.retry_ns = runner->io.now_mono(runner->io.ctx) + DISK_RETRY_NS;
	if (!may_pass(ack->status) || runner->outbox.is_disk_full)
		return;
	runner->outbox.is_disk_full = true;
	if (is_full)
		pl_text_copy(text, sizeof(text),
			     "disk full: make room, the run then goes on by itself");
	else
		pl_error_format(&ack->error, text, sizeof(text));
	runner_say(runner, PL_NOTE_WARNING, "%s", text);
	if (!runner_is_ending(runner))
		runner_state(runner, PL_RUN_PAUSE, is_full ? "disk full" : text);
}

static void room_again(struct pl_runner *runner)
{
	runner->outbox.is_disk_full = false;
	if (runner->phase == RUNNER_PAUSED || runner->phase == RUNNER_LOST ||
	    runner->phase == RUNNER_BEHIND || runner->wish.pause || runner_is_ending(runner))
		return;
	if (runner_state(runner, PL_RUN_RESUME, "the workspace takes rows again"))
		runner_say(runner, PL_NOTE_INFO, "the workspace takes rows again, going on");
}

static void take_out_first(struct runner_outbox *outbox)
{
	outbox->count--;
	memmove(&outbox->parcels[0], &outbox->parcels[1],
		outbox->count * sizeof(outbox->parcels[0]));
}

static void tell_dropped(struct pl_runner *runner)
{
	uint32_t dropped = runner->outbox.dropped;

	runner->outbox.dropped = 0;
	if (dropped > 0)
		runner_fail(runner, "the disk did not follow: %u rows of the books are missing",
			    dropped);
}

static void resolve(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	bool is_awaited = runner->outbox.parcels[0].is_awaited;
	const struct runner_phase_ops *ops;
	bool had_failed = runner->has_failed;
	char text[sizeof(ack->error)];

	take_out_first(&runner->outbox);
	runner->outbox.has_given_up = may_pass(ack->status);
	if (ack->status != PL_OK)
		runner_fail(runner, "the workspace cannot be written: %s",
			    pl_error_format(&ack->error, text, sizeof(text)));
	else if (runner->outbox.is_disk_full)
		room_again(runner);
	tell_dropped(runner);
	ops = runner_phase_ops(runner->phase);
	if (is_awaited && ops->on_ack)
		ops->on_ack(runner, ack);
	else if (runner->has_failed && !had_failed)
		runner_react(runner);
}

void runner_outbox_ack(struct pl_runner *runner, const struct pl_write_ack *ack)
{
	struct runner_parcel *first = runner->outbox.parcels;

	if (runner->outbox.count == 0 || first->seq == 0 || first->seq != ack->seq)
		return; /* not ours */
	if (ack->status != PL_OK && ++first->tries < tries_of(runner, first, ack->status))
		try_later(runner, first, ack);
	else
		resolve(runner, ack);
	runner_outbox_push(runner);
}
