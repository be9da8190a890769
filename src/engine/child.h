/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * child.h - programs of the user's that the engine runs: hooks before and after a run.
 *
 * A child has a process group of its own, no signal blocked or ignored, and no descriptor but its
 * three: stdin is a file with the order's input, stdout and stderr are one pipe of which the last
 * bytes are kept. At its limit the whole group is told to end (TERM), 2 s later it is killed; what
 * it leaves behind in its group is killed when it ends. Nothing here blocks the loop. Engine
 * thread.
 */
#ifndef ENGINE_CHILD_H
#define ENGINE_CHILD_H

#include "base/hash.h"
#include "engine/internal.h"

#include <sys/types.h>

#define CHILD_TEXT_SIZE 1024

enum child_outcome { CHILD_OK, CHILD_FAILED, CHILD_TIMEOUT };

struct child_end {
	enum child_outcome outcome;
	int exit_status; /* -1: it did not exit by itself */
	int signal;	 /* 0: none ended it */
	int64_t started_utc_ns, finished_utc_ns;
	char sha256[PL_HASH_SIZE];	  /* of the program file as it was run; "" = it never ran */
	char said[CHILD_TEXT_SIZE];	  /* its last lines, escaped (pl_text_add_safe) */
	char last_line[PL_RUN_TEXT_SIZE]; /* the last of them alone */
};

struct child_order {
	const char *const *words; /* [0] an absolute path; ends with NULL */
	int dir;		  /* working directory */
	const struct pl_json *input;
	int64_t limit_ns;
	/* Called once, from the loop; the child is gone afterwards. */
	void (*on_end)(void *ctx, const struct child_end *end);
	void *ctx;
};

struct child {
	struct child *next;
	pid_t pid;
	int pid_fd, out_fd;
	int64_t deadline_ns;
	bool is_told, is_late; /* TERM was sent; by the limit */
	struct child_end end;
	void (*on_end)(void *ctx, const struct child_end *end);
	void *ctx;
	size_t tail_length;
	char tail[CHILD_TEXT_SIZE];
};

/* Everything but the ctx is copied. PL_ERR_CONFIG, PL_ERR_NOT_FOUND …: it could not be started. */
enum pl_status child_start(struct pl_engine *engine, const struct child_order *order,
			   struct child **out, struct pl_error *error);
/* TERM now, KILL 2 s later; on_end comes when it is dead. */
void child_stop(struct child *child);

/* For the loop. */
void children_take(struct pl_engine *engine, int64_t now_ns);
int64_t children_next_time(const struct pl_engine *engine);
/* The end of the engine: killed, on_end is not called. */
void children_free(struct pl_engine *engine);

/* Inside: what it said, the last bytes of it; and at its end as lines. */
void child_keep(struct child *child, const char *bytes, size_t count);
void child_take_said(struct child *child);

const char *child_outcome_name(enum child_outcome outcome);
/* "exit status 3: what it said last", "killed by signal 11", "took longer than it may: …" */
void child_describe(const struct child_end *end, char *out, size_t cap);

#endif
