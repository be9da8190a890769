/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_outbox.c - messages to the writer that are not acknowledged yet, in order.
 *
 * A full queue is tried again after 10 ms. A full disk pauses the run: the row stays here and is
 * tried again each second until it is taken; at the end of a run it is tried a last time, END and
 * the cleared state file ten times. Any other error ends the run. Rows for which there is no room
 * here are dropped and counted, and the run ends as failed: nothing is lost silently.
 */
#include "scan/inside.h"

#include "plateau/clock.h"

#include <assert.h>
#include <string.h>

#define QUEUE_RETRY_NS (10 * PL_NS_PER_MS)
#define DISK_RETRY_NS  PL_NS_PER_S
#define LAST_TRIES     10 /* of what ends a run */
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

void runner_outbox_push(struct pl_runner *runner)
{
	struct runner_outbox *outbox = &runner->outbox;
	int64_t now_ns = runner->io.now_mono(runner->io.ctx);

	for (size_t i = 0; i < outbox->count && now_ns >= outbox->retry_ns; i++) {
		struct runner_parcel *parcel = &outbox->parcels[i];

		if (parcel->seq == 0)
			parcel->seq = runner->io.write(runner->io.ctx, &parcel->message);
		if (parcel->seq == 0)
			outbox->retry_ns = now_ns + QUEUE_RETRY_NS;
	}
}

void runner_outbox_hurry(struct pl_runner *runner)
{
	runner->outbox.retry_ns = 0;
	runner_outbox_push(runner);
}

int64_t runner_outbox_due(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->outbox.count; i++)
		if (runner->outbox.parcels[i].seq == 0)
			return runner->outbox.retry_ns;
	return PL_NEVER;
}

static bool may_try_again(const struct pl_runner *runner, const struct runner_parcel *parcel)
{
	switch (parcel->message.kind) {
	case PL_WRITE_POINT:
	case PL_WRITE_AUDIT:
	case PL_WRITE_OPERATION:
		return !runner_is_ending(runner) && runner->has_touched;
	case PL_WRITE_STATUS:
		return !runner_is_ending(runner) && !parcel->is_awaited;
	case PL_WRITE_PENDING:
		return parcel->message.pending.count == 0 && parcel->tries < LAST_TRIES;
	case PL_WRITE_END:
		return parcel->tries < LAST_TRIES;
	default:
		return false;
	}
}

static void wait_for_room(struct pl_runner *runner, struct runner_parcel *parcel)
{
	parcel->seq = 0;
	parcel->tries++;
	runner->outbox.retry_ns = runner->io.now_mono(runner->io.ctx) + DISK_RETRY_NS;
	if (runner->outbox.is_disk_full)
		return;
	runner->outbox.is_disk_full = true;
	runner_say(runner, PL_NOTE_WARNING, "disk full: make room, the run then goes on by itself");
	runner_state(runner, PL_RUN_PAUSE, "disk full");
}

static void room_again(struct pl_runner *runner)
{
	runner->outbox.is_disk_full = false;
	if (runner->phase == RUNNER_PAUSED || runner->phase == RUNNER_LOST || runner->wish.pause ||
	    runner_is_ending(runner))
		return;
	if (runner_state(runner, PL_RUN_RESUME, "the disk has room again"))
		runner_say(runner, PL_NOTE_INFO, "the disk has room again, going on");
}

static void take_out(struct runner_outbox *outbox, size_t at)
{
	outbox->count--;
	memmove(&outbox->parcels[at], &outbox->parcels[at + 1],
		(outbox->count - at) * sizeof(outbox->parcels[0]));
}

static void tell_dropped(struct pl_runner *runner)
{
	uint32_t dropped = runner->outbox.dropped;

	runner->outbox.dropped = 0;
	if (dropped > 0)
		runner_fail(runner, "the disk did not follow: %u rows of the books are missing",
			    dropped);
}

static void resolve(struct pl_runner *runner, size_t at, const struct pl_write_ack *ack)
{
	bool is_awaited = runner->outbox.parcels[at].is_awaited;
	const struct runner_phase_ops *ops;
	bool had_failed = runner->has_failed;
	char text[sizeof(ack->error)];

	take_out(&runner->outbox, at);
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
	struct runner_outbox *outbox = &runner->outbox;
	size_t at = 0;

	while (at < outbox->count && (ack->seq == 0 || outbox->parcels[at].seq != ack->seq))
		at++;
	if (at == outbox->count)
		return; /* not ours */
	if (ack->status == PL_ERR_FULL && may_try_again(runner, &outbox->parcels[at]))
		wait_for_room(runner, &outbox->parcels[at]);
	else
		resolve(runner, at, ack);
	runner_outbox_push(runner);
}
