/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder_end.c - the last words of a recording: every row is written, then the audit says so, and
 * the terminal state goes into run.yaml last of all. Engine thread.
 */
#include "record/recorder_inside.h"

#include <stdio.h>
#include <string.h>

#define POLL_NS	     (10 * PL_NS_PER_MS)
#define POLL_LONG_NS (10 * POLL_NS) /* of a disk that takes longer than a second */

/* One that has no other end was ended as it should be. */
static void decide(struct pl_recorder *recorder)
{
	struct pl_run_status *status = &recorder->status;
	bool has_end = pl_recording_ends(recorder->recording);

	status->state = PL_RUN_INTERRUPTED;
	status->exit = 3;
	if (recorder->end == RECORDER_FAILED) {
		status->state = PL_RUN_CRASHED;
		status->exit = 1;
	} else if (recorder->end == RECORDER_COMPLETE ||
		   (recorder->end == RECORDER_STOPPED && !has_end)) {
		status->state = PL_RUN_FINISHED;
		status->exit = 0;
	} else if (recorder->end == RECORDER_TERMINATED) {
		status->exit = 143;
	}
	status->success = recorder->end != RECORDER_FAILED && recorder->sinks.rows_lost == 0;
	status->books.finished_utc_ns = status->finished_utc_ns;
}

static void put_end(struct pl_recorder *recorder)
{
	struct pl_write message = {.kind = PL_WRITE_END,
				   .t_utc_ns = recorder->io.now_utc(recorder->io.ctx),
				   .t_mono_ns = recorder_now(recorder),
				   .status = recorder->status};

	recorder->end_seq = recorder->io.write(recorder->io.ctx, &message);
	if (recorder->end_seq == 0)
		recorder_again(recorder, POLL_NS);
}

/* Who cuts it short on a full disk gives its last rows up: it ends as it was told to, and says what
 * that cost. */
static void tell_cut(struct pl_recorder *recorder)
{
	size_t length = strlen(recorder->status.reason);

	snprintf(recorder->status.reason + length, sizeof(recorder->status.reason) - length,
		 "; disk full: %llu rows are lost", (unsigned long long)recorder->sinks.rows_lost);
}

/* They have ended. The rows of a sink that could not go on are not all there. */
static void stop_sinks(struct pl_recorder *recorder)
{
	if (!recorder->has_sinks)
		return;
	recorder->io.sinks_stop(recorder->io.ctx, &recorder->sinks);
	recorder->has_sinks = false;
	if (recorder->sinks.error.code == PL_OK || recorder->end == RECORDER_FAILED)
		return;
	if (recorder->is_cut && recorder->sinks.error.code == PL_ERR_FULL) {
		tell_cut(recorder);
		return;
	}
	recorder->end = RECORDER_FAILED;
	snprintf(recorder->status.reason, sizeof(recorder->status.reason), "%.60s: %.120s",
		 recorder->sinks.error.where, recorder->sinks.error.text);
}

static void close_books(struct pl_recorder *recorder)
{
	stop_sinks(recorder);
	recorder_count(recorder);
	decide(recorder);
	recorder_audit(recorder, recorder->head->actor, "recorder.stop", recorder->recording->name,
		       pl_run_state_name(recorder->status.state), recorder->status.reason);
	recorder_say(recorder, recorder->status.success ? PL_NOTE_INFO : PL_NOTE_WARNING,
		     "recorder.stop: %s, %s%s%s", recorder->recording->name,
		     pl_run_state_name(recorder->status.state),
		     recorder->status.reason[0] != '\0' ? ": " : "", recorder->status.reason);
	recorder->phase = RECORDER_CLOSING;
	put_end(recorder);
}

/* On a disk that is full the sinks wait for room: then so does the end, unless it is told to be cut
 * short. On one that hangs it waits too, whatever it is told, but nobody else does. */
static bool are_sinks_done(struct pl_recorder *recorder)
{
	if (!recorder->has_sinks)
		return true;
	if (!recorder->is_drained)
		recorder->io.sinks_finish(recorder->io.ctx);
	recorder->is_drained = true;
	if (recorder->sinks.is_full && recorder->end >= RECORDER_INTERRUPTED && !recorder->is_cut) {
		recorder->is_cut = true;
		recorder->io.sinks_abandon(recorder->io.ctx);
	}
	return recorder->io.sinks_done(recorder->io.ctx);
}

void recorder_finish(struct pl_recorder *recorder)
{
	int64_t now_ns = recorder_now(recorder);

	if (recorder->phase == RECORDER_CLOSING && recorder->end_seq == 0)
		put_end(recorder);
	if (recorder->phase != RECORDER_FINISHING)
		return;
	if (recorder->finish_ns == 0)
		recorder->finish_ns = now_ns;
	if (are_sinks_done(recorder) && recorder->io.flush(recorder->io.ctx)) {
		close_books(recorder);
		return;
	}
	recorder_again(recorder,
		       now_ns - recorder->finish_ns < PL_NS_PER_S ? POLL_NS : POLL_LONG_NS);
}

/* Cut short on a full disk it was all the same. */
static bool ends_as_told(const struct pl_recorder *recorder, const struct pl_write_ack *ack)
{
	return recorder->end == RECORDER_TERMINATED ||
	       (recorder->end == RECORDER_INTERRUPTED && ack->status == PL_ERR_FULL);
}

static void tell_unwritten(struct pl_recorder *recorder, const struct pl_write_ack *ack)
{
	size_t length = strlen(recorder->status.reason);

	snprintf(recorder->status.reason + length, sizeof(recorder->status.reason) - length,
		 "%slast words not written: %.80s", length > 0 ? "; " : "", ack->error.text);
}

/* A last word that could not be written: the recording is what the disk says, but it has failed,
 * unless it was cut short. */
void recorder_end_acked(struct pl_recorder *recorder, const struct pl_write_ack *ack)
{
	memcpy(recorder->status.parts, ack->parts, sizeof(recorder->status.parts));
	if (ack->status != PL_OK) {
		recorder->status.success = false;
		if (ends_as_told(recorder, ack)) {
			tell_unwritten(recorder, ack);
		} else {
			recorder->status.exit = 1;
			pl_text_copy(recorder->status.reason, sizeof(recorder->status.reason),
				     ack->error.text);
		}
	}
	recorder->phase = RECORDER_OVER;
	recorder->io.over(recorder->io.ctx, &recorder->status);
}
