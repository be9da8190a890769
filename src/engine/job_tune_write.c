/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune_write.c - the write of a tuning that is under way: what was before goes into the state
 * file first, then the audit row `sent`, then the bytes; what the device says is confirmed, tried
 * again, or told.
 *
 * A newer wish is taken up in place of another try. What was not confirmed is unknown afterwards.
 */
#include "engine/job_tune.h"

#include <stdio.h>
#include <string.h>

#define TRIES	      3
#define RESTORE_TRIES 20
#define WAIT_NS	      (PL_NS_PER_S / 2)

/* The newest wish is the one that counts, but nothing comes after the restore. */
void tune_wish(struct tune *tune, enum tune_kind kind, double value)
{
	if (tune->has_wish && tune->wish.kind == TUNE_RESTORE)
		return;
	tune->wish = (struct tune_wish){.kind = kind, .value = value};
	tune->has_wish = true;
	if (tune->is_counting)
		pl_bus_cancel(tune->actor.engine->devices[tune->match.target.device].bus,
			      tune->waiting_id);
	/* waiting for another try of an older one */
	else if (tune->is_writing && tune->waiting_id == 0 && tune->waiting_seq == 0)
		tune->actor.timer_ns = PL_NEVER;
}

/* ---- the state file ---- */

/* What the bench is owed, of this setting too or no more. */
static struct pl_pending make_pending(const struct tune *tune, bool owes)
{
	const struct pl_pending *old = &tune->actor.engine->pending;
	struct pl_pending out = {.run = old->run};

	for (size_t i = 0; i < old->count; i++)
		if (strcmp(old->items[i].path, tune->match.path) != 0 &&
		    out.count + owes < PL_PENDING_MAX)
			out.items[out.count++] = old->items[i];
	if (out.count == 0)
		out.run = 0;
	if (owes) {
		pl_text_copy(out.items[out.count].path, PL_PATH_SIZE, tune->match.path);
		out.items[out.count++].value = tune->before;
	}
	return out;
}

static uint64_t put_pending(struct tune *tune, bool owes)
{
	struct pl_write message = {.kind = PL_WRITE_PENDING,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns(),
				   .pending = make_pending(tune, owes)};

	return pl_writer_put(tune->actor.engine->writer, &message);
}

void tune_settle_debt(struct tune *tune)
{
	if (!tune->is_owed)
		return;
	put_pending(tune, false);
	tune->actor.engine->pending = make_pending(tune, false);
	tune->is_owed = false;
}

/* ---- the way of a write ---- */

/* No byte has left for this one. A restore is asked for again until its time is over. */
static void not_sent(struct tune *tune, enum pl_status code, const char *why)
{
	int64_t now_ns = pl_clock_mono_ns();
	struct pl_error error;

	tune->is_writing = tune->now.kind == TUNE_RESTORE && now_ns < tune->give_up_ns;
	tune->actor.timer_ns = now_ns + WAIT_NS;
	pl_text_copy(tune->trouble, sizeof(tune->trouble), why);
	tune_tell_step(tune, NULL, pl_status_name(code), why);
	tune_seek_stop(tune, why);
	if (tune->end == TUNE_KEEPS)
		tune->end = TUNE_GOES_ON;
	if (tune->is_writing || (tune->now.kind != TUNE_RESTORE && tune->now.kind != TUNE_FIRST))
		return;
	pl_error_set(&error, code, tune->match.path, "%s", why);
	tune_fail(tune, &error);
}

static void wait_for(struct tune *tune, uint64_t seq)
{
	tune->waiting_seq = seq;
	if (seq == 0)
		not_sent(tune, PL_ERR_FULL, "the disk is behind");
}

/* False: there is nothing to be undone. */
static bool take_wish(struct tune *tune)
{
	tune->has_wish = false;
	tune->now = tune->wish;
	tune->tries = 0;
	if (tune->now.kind != TUNE_UNDO)
		return true;
	if (tune->left_count == 0)
		return false;
	tune->now.value = tune->left[tune->left_count - 1];
	return true;
}

void tune_begin_write(struct tune *tune)
{
	if (tune->has_wish && !take_wish(tune)) {
		tune->is_writing = false;
		tune_advance(tune);
		return;
	}
	tune->is_writing = true;
	if (!tune->is_owed)
		wait_for(tune, put_pending(tune, true));
	else
		wait_for(tune, tune_audit(tune, tune->now.value, "sent", ""));
}

static void send(struct tune *tune)
{
	struct pl_bus_request request = {
	    .verb = PL_BUS_WRITE, .target = tune->match.target, .value = tune->now.value};

	if (tune->has_wish) { /* overtaken before any byte left */
		tune_audit(tune, tune->now.value, "cancelled", "not sent");
		tune_begin_write(tune);
	} else if (engine_post(tune->actor.engine, &request)) {
		tune->waiting_id = request.id;
		tune->is_counting = false;
		tune->writes++;
	} else {
		tune_audit(tune, tune->now.value, "cancelled", "not sent");
		not_sent(tune, PL_ERR_BUSY, "the bus is busy");
	}
}

void tune_write_acked(struct tune *tune, const struct pl_write_ack *ack)
{
	if (ack->status != PL_OK) {
		not_sent(tune, ack->status, ack->error.text);
	} else if (!tune->is_owed) {
		tune->is_owed = true;
		tune->actor.engine->pending = make_pending(tune, true);
		wait_for(tune, tune_audit(tune, tune->now.value, "sent", ""));
	} else {
		send(tune);
	}
	tune_advance(tune);
}

/* ---- what the device says ---- */

/* A value that a hand left can be gone back to. */
static void remember_left(struct tune *tune, double old)
{
	if (tune->now.kind == TUNE_UNDO) {
		tune->left_count--;
		return;
	}
	if (tune->now.kind != TUNE_MOVE || isnan(old) || old == tune->value)
		return;
	if (tune->left_count == TUNE_UNDO_MAX)
		memmove(tune->left, tune->left + 1, (--tune->left_count) * sizeof(tune->left[0]));
	tune->left[tune->left_count++] = old;
}

static void confirmed(struct tune *tune, const struct pl_bus_answer *answer)
{
	double old = tune->value;

	tune_audit(tune, tune->now.value, "ok", answer->report.reason);
	tune_operation(tune, tune->now.value, "success");
	tune_tell_step(tune, answer, "ok", answer->report.reason);
	live_confirmed(tune->actor.engine, tune->match.target, answer->report.applied, false, 0,
		       tune->who);
	tune->value = answer->report.applied;
	remember_left(tune, old);
	tune->is_writing = false;
	tune->is_settled = false;
	tune->trouble[0] = '\0';
	tune->hits = 0;
	tune->seconds = 0;
}

/* The device said no: it keeps what it had. Anything else leaves only what was read back. */
static void note_unconfirmed(struct tune *tune, const struct pl_bus_answer *answer)
{
	if (answer->status == PL_ERR_REFUSED)
		return;
	tune->value = answer->status == PL_ERR_MISMATCH ? answer->report.readback : NAN;
	live_confirmed(tune->actor.engine, tune->match.target, tune->value, false, 0, tune->who);
	tune->is_settled = false;
	tune->hits = 0;
	tune->seconds = 0;
}

static void given_up(struct tune *tune, const struct pl_bus_answer *answer)
{
	struct pl_error error = answer->error;

	tune->is_writing = false;
	tune_seek_stop(tune, answer->error.text);
	if (tune->end == TUNE_KEEPS)
		tune->end = TUNE_GOES_ON;
	error.code = answer->status;
	if (tune->now.kind == TUNE_RESTORE)
		tune_fail(tune, &error);
	else if (tune->is_headless)
		tune_end(tune, TUNE_RESTORES);
}

static bool is_hopeless(const struct tune *tune, const struct pl_bus_answer *answer)
{
	if (tune->now.kind == TUNE_RESTORE)
		return tune->tries >= RESTORE_TRIES || pl_clock_mono_ns() >= tune->give_up_ns;
	return tune->tries >= TRIES || answer->status == PL_ERR_CANCELLED;
}

void tune_written(struct tune *tune, const struct pl_bus_answer *answer)
{
	struct live_device *live = &tune->actor.engine->devices[tune->match.target.device];
	bool is_lost = answer->status == PL_ERR_LOST;

	if (answer->status == PL_OK) {
		confirmed(tune, answer);
		return;
	}
	tune_audit(tune, tune->now.value, pl_status_name(answer->status), answer->error.text);
	tune_operation(tune, tune->now.value, answer->error.text);
	tune_tell_step(tune, answer, pl_status_name(answer->status), answer->error.text);
	note_unconfirmed(tune, answer);
	pl_text_copy(tune->trouble, sizeof(tune->trouble), answer->error.text);
	if (is_lost) { /* goes on when it is back */
		tune->tries = 0;
		return;
	}
	tune->tries++;
	if (tune->has_wish)
		return; /* that comes next */
	if (is_hopeless(tune, answer)) {
		given_up(tune, answer);
		return;
	}
	live->retries++;
	tune->actor.timer_ns = pl_clock_mono_ns() + WAIT_NS;
}
