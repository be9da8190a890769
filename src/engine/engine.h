/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine.h - the background process of a bench: one poll loop that owns every live datum.
 *
 * Arrows: bus threads -> (answers queue, event rings) -> engine thread -> (requests) -> bus
 * threads; engine thread -> writer -> (acks) -> engine thread; sessions (socket or in-process) <->
 * engine thread. Nothing else. The engine never calls ncurses and never waits for a client.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "config/bench.h"
#include "plateau/json.h"

#include <stdbool.h>

struct pl_engine_options {
	const struct pl_bench *bench;
	const char *socket_path; /* where to listen; the lock is held by the caller's lock_fd */
	const char *log_dir;
	const char *operator_name; /* of this process, NULL = unknown */
	const char *advice;	   /* for the log at the start, NULL = none */
	bool background;	   /* in a session of its own: stderr is plateau.log */
	bool stay;		   /* serve: ends only when told */
	bool open_devices;	   /* connect every device at start */
	/* A word to run in the foreground, or NULL: its request line goes in as from a session, its
	 * events and its answer come to on_line; the engine ends when it and every run started
	 * meanwhile are over. */
	const struct pl_json *word;
	void (*on_line)(void *ctx, const struct pl_json *line);
	void *ctx;
	/* Called once when the socket listens (background start reports here); may be NULL. */
	void (*on_ready)(void *ctx);
};

/* Returns when the engine is over: PL_OK, or why it could not start. *exit_status: 143 after
 * SIGTERM, else 0. Signals must be blocked by the caller before (pl_engine_block_signals). */
enum pl_status pl_engine_run(const struct pl_engine_options *options, int *exit_status,
			     struct pl_error *error);
/* Blocks what the engine takes by signalfd, ignores SIGPIPE and SIGXFSZ. Before the first thread.
 */
void pl_engine_block_signals(void);

#endif
