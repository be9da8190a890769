/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meet.h - finding the engine of a bench, or becoming it. Main thread.
 *
 * The lock beside the socket decides the race of two programs that find no engine: one gets it and
 * is the engine, the other connects once more until the first listens.
 */
#ifndef CLI_MEET_H
#define CLI_MEET_H

#include "cli/bench_ref.h"

#include "plateau/client.h"

/* A live engine: connected, it knows who we are, and agrees with the call. */
struct pl_meeting {
	struct pl_client *client; /* NULL: nobody is there */
	struct pl_json *status;	  /* its `status` answer */
	int lock_fd;		  /* held: we are the engine; -1 */
};

/* PL_ERR_NOT_FOUND when no engine is live. PL_ERR_USAGE: it does not agree with the call. */
enum pl_status pl_meet_live(const struct pl_bench_ref *ref, struct pl_meeting *out,
			    struct pl_error *error);
/* A client or the lock. */
enum pl_status pl_meet_or_lead(const struct pl_bench_ref *ref, struct pl_meeting *out,
			       struct pl_error *error);
/* A client: of a live engine or of one started in the background for it. */
enum pl_status pl_meet_or_spawn(const struct pl_bench_ref *ref, struct pl_meeting *out,
				struct pl_error *error);
/* The lock alone, for a process that only wants to be the engine: PL_ERR_BUSY names the other. */
enum pl_status pl_meet_lock(const struct pl_bench_ref *ref, int *lock_fd, struct pl_error *error);
void pl_meeting_fini(struct pl_meeting *meeting);

/* Starts `plateau serve --background` in a session of its own and waits until it listens.
 * PL_ERR_BUSY: another one was faster. Other errors are its own words. */
enum pl_status pl_engine_spawn(const struct pl_bench_ref *ref, struct pl_error *error);
/* The other end of it: readiness (error NULL) or why not, into the descriptor the parent waits on.
 * is_taken: because the bench has an engine already. */
void pl_spawn_report(int fd, const struct pl_error *error, bool is_taken);

#endif
